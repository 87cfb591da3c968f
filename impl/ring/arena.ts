/**
 * One WebAssembly.Memory from which buffers and rings are taken. Copying between two places of it is WebAssembly's own instruction, which
 * starts at once, where `TypedArray.prototype.set` first looks at both of its arrays.
 *
 * The memory never grows: growing would leave every array over it without its bytes.
 */

const pageBytes = 65_536;
/** A multiple of the longest word that is copied. */
const alignment = 64;

/**
 * A module of one function, `copy(to, from, length)`, over an imported memory:
 * type (i32, i32, i32) → (), import m.m, function 0, its export, and the body `memory.copy`.
 */
const copyModule = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00],
  ...[0x02, 0x08, 0x01, 0x01, 0x6d, 0x01, 0x6d, 0x02, 0x00, 0x01],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x63, 0x6f, 0x70, 0x79, 0x00, 0x00],
  ...[0x0a, 0x0e, 0x01, 0x0c, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfc, 0x0a, 0x00, 0x00, 0x0b],
);

/** What is used of WebAssembly here; TypeScript declares it for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly copy: Copy } };
};

/** Positions in the memory, and a length, in bytes. */
export type Copy = (to: number, from: number, length: number) => void;

/** Memory of WebAssembly, in which buffers are registered that are then copied without leaving it. Offsets and lengths are bytes. */
export class Arena {
  readonly buffer: ArrayBuffer;
  readonly copy: Copy;
  private taken = 0;

  /** Throws a RangeError unless `bytes` is from 1 to 2^30; whole pages are taken. */
  constructor(bytes: number) {
    if (!Number.isInteger(bytes) || bytes < 1 || bytes > 2 ** 30)
      throw new RangeError(`an Arena must have 1 to 2^30 bytes: bytes=${bytes}`);
    const pages = Math.ceil(bytes / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.buffer = memory.buffer;
    this.copy = new WebAssembly.Instance(new WebAssembly.Module(copyModule), { m: { m: memory } }).exports.copy;
  }

  /** A buffer of its own for as long as the arena lives. Throws a RangeError when the arena has no such room left. */
  allocate(length: number): Uint8Array {
    const left = this.buffer.byteLength - this.taken;
    if (!Number.isInteger(length) || length < 0 || length > left) {
      throw new RangeError(`an Arena must have room for what is allocated: length=${length}, ${left} bytes are left`);
    }
    const buffer = new Uint8Array(this.buffer, this.taken, length);
    this.taken = Math.min(this.buffer.byteLength, Math.ceil((this.taken + length) / alignment) * alignment);
    return buffer;
  }
}
