/**
 * A byte ring for a producer and a consumer that share one thread.
 *
 * `head` and `tail` are positions: they grow for ever, wrapping as 32-bit integers, so that `tail - head` is the count of bytes
 * held even across the wrap (the capacity never exceeds 2^30). An index is a position masked by `capacity - 1`.
 * The bytes live in a fixed-length ArrayBuffer: V8 keeps the base address and the length of such a view in registers, which it
 * cannot do for a resizable or shared one. The shared ring is a class of its own for the same reason, so that neither spoils
 * the type feedback of the other.
 *
 * Sources are whole arrays with an offset and a length. A `subarray` for every write would cost more than a short copy does.
 */

/** A part of a send: `len` bytes at the beginning of `buf`. A WSABUF has this shape. */
export interface Gatherable {
  len: number;
  buf: Uint8Array | null;
}

/**
 * Where the held bytes lie: `first` bytes from `bytes[index]` on, then `second` bytes from `bytes[0]` on.
 * One object a ring, filled anew by every call of `regions`.
 */
export interface Regions {
  readonly bytes: Uint8Array;
  index: number;
  first: number;
  second: number;
}

/**
 * Below these lengths a loop is faster than `TypedArray.prototype.set`, which costs some 15 ns before the first byte,
 * and 40 ns where the source has to be cut by `subarray`. Measured: see `npm run bench`.
 */
const loopMaxWhole = 16;
const loopMaxPart = 64;

const copyShort = (target: Uint8Array, index: number, source: Uint8Array, offset: number, length: number): void => {
  let i = 0;
  for (const last = length - 7; i < last; i += 8) {
    target[index + i] = source[offset + i]!;
    target[index + i + 1] = source[offset + i + 1]!;
    target[index + i + 2] = source[offset + i + 2]!;
    target[index + i + 3] = source[offset + i + 3]!;
    target[index + i + 4] = source[offset + i + 4]!;
    target[index + i + 5] = source[offset + i + 5]!;
    target[index + i + 6] = source[offset + i + 6]!;
    target[index + i + 7] = source[offset + i + 7]!;
  }
  for (; i < length; i++) target[index + i] = source[offset + i]!;
};

const copy = (target: Uint8Array, index: number, source: Uint8Array, offset: number, length: number): void => {
  if (length <= loopMaxWhole) copyShort(target, index, source, offset, length);
  else if (length === source.length) target.set(source, index);
  else if (length <= loopMaxPart) copyShort(target, index, source, offset, length);
  else target.set(source.subarray(offset, offset + length), index);
};

export class ByteRing {
  readonly capacity: number;
  /** The most bytes that may be held, at most the capacity. Lowering it below what is held leaves no room and drops nothing. */
  limit: number;
  private readonly bytes: Uint8Array;
  private readonly mask: number;
  private head = 0;
  private tail = 0;
  private readonly shown: Regions;

  /** Throws a RangeError unless the capacity is a power of two from 1 to 2^30. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 30 || (capacity & (capacity - 1)) !== 0) {
      throw new RangeError(`ByteRing capacity must be a power of two up to 2^30: capacity=${capacity}`);
    }
    this.capacity = capacity;
    this.limit = capacity;
    this.mask = capacity - 1;
    this.bytes = new Uint8Array(new ArrayBuffer(capacity));
    this.shown = { bytes: this.bytes, index: 0, first: 0, second: 0 };
  }

  /** Bytes held. */
  get used(): number {
    return (this.tail - this.head) | 0;
  }

  /** Bytes that may still be written; never negative. */
  get room(): number {
    const room = (this.limit - ((this.tail - this.head) | 0)) | 0;
    return Math.max(room, 0);
  }

  /** True when all of `length` bytes can be written now. */
  fits(length: number): boolean {
    return length <= ((this.limit - ((this.tail - this.head) | 0)) | 0);
  }

  /** Writes the first `length` bytes of `source` if all of them fit; says whether it did. */
  offer(source: Uint8Array, length: number): boolean {
    const tail = this.tail;
    const room = (this.limit - ((tail - this.head) | 0)) | 0;
    if (length > room) return false;
    this.place(tail & this.mask, source, 0, length);
    this.tail = (tail + length) | 0;
    return true;
  }

  /** Writes as much of `source[offset … offset + length)` as there is room for and returns how much that was. */
  write(source: Uint8Array, offset: number, length: number): number {
    const tail = this.tail;
    const room = (this.limit - ((tail - this.head) | 0)) | 0;
    if (length > room) length = room;
    if (length <= 0) return 0;
    this.place(tail & this.mask, source, offset, length);
    this.tail = (tail + length) | 0;
    return length;
  }

  /**
   * Writes the first `length` bytes of the buffers, taken as one string of bytes, or as many as there is room for; returns how many.
   * The tail moves once, so that the consumer sees the whole of it or nothing.
   */
  gather(buffers: readonly Gatherable[], count: number, length: number): number {
    let tail = this.tail;
    const room = (this.limit - ((tail - this.head) | 0)) | 0;
    if (length > room) length = room;
    let left = length;
    for (let i = 0; i < count && left > 0; i++) {
      const part = buffers[i]!;
      const take = Math.min(part.len, left);
      if (take === 0) continue;
      this.place(tail & this.mask, part.buf!, 0, take);
      tail = (tail + take) | 0;
      left -= take;
    }
    this.tail = tail;
    return Math.max(length, 0);
  }

  /** Shows the held bytes in place, for a consumer that then calls `skip`. What is shown stands until then. */
  regions(): Regions {
    const shown = this.shown;
    const used = (this.tail - this.head) | 0;
    const index = this.head & this.mask;
    const toEnd = this.capacity - index;
    shown.index = index;
    shown.first = Math.min(used, toEnd);
    shown.second = used < toEnd ? 0 : used - toEnd;
    return shown;
  }

  /** Gives the oldest `length` bytes back as room. The consumer has seen them; `length` is at most `used`. */
  skip(length: number): void {
    this.head = (this.head + length) | 0;
  }

  /** Copies out and removes at most `length` bytes to `target` from `offset` on; returns how many. */
  read(target: Uint8Array, offset: number, length: number): number {
    const head = this.head;
    const used = (this.tail - head) | 0;
    if (length > used) length = used;
    if (length <= 0) return 0;
    const index = head & this.mask;
    const first = this.capacity - index;
    if (length <= first) copy(target, offset, this.bytes, index, length);
    else {
      copy(target, offset, this.bytes, index, first);
      copy(target, offset + first, this.bytes, 0, length - first);
    }
    this.head = (head + length) | 0;
    return length;
  }

  /** Drops what is held. */
  clear(): void {
    this.head = this.tail;
  }

  private place(index: number, source: Uint8Array, offset: number, length: number): void {
    const first = this.capacity - index;
    if (length <= first) copy(this.bytes, index, source, offset, length);
    else {
      copy(this.bytes, index, source, offset, first);
      copy(this.bytes, 0, source, offset + first, length - first);
    }
  }
}
