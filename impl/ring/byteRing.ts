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
 * They come as the caller has them: plain arrays, Buffers, arrays over shared memory. `set` costs the same for all of these, while a loop
 * over the elements of several kinds is several times slower than one over a single kind; so no loop here touches an element.
 */

import { powerOfTwo } from './capacity.ts';
import { copyWords, Familiar } from './familiar.ts';

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
 * Up to these lengths copying words between two views is faster than `set`, where `set` may take the whole source and where it
 * would need a view of a part.
 */
const wordsMaxWhole = 32;
const wordsMaxPart = 128;

/** Places of a gather for which a view is kept. */
const partsMax = 16;

/** Kept, because V8 looks up a method of the typed arrays anew at each call, which takes as long as 100 bytes to copy. */
const put = Uint8Array.prototype.set;

/** A ring of bytes for one thread. Positions and counts are bytes; its capacity is a power of two up to 2^30. */
export class ByteRing {
  readonly capacity: number;
  /** The most bytes that may be held, at most the capacity. Lowering it below what is held leaves no room and drops nothing. */
  limit: number;
  private readonly buffer: ArrayBuffer;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly source = new Familiar();
  /** The same for each place of a gather: what comes first is the same header each time, say, and what comes second the same body. */
  private readonly parts = Array.from({ length: partsMax }, () => new Familiar());
  private readonly target = new Familiar();
  private readonly mask: number;
  private head = 0;
  private tail = 0;
  private readonly shown: Regions;

  /** Throws a RangeError unless the capacity is a power of two from 1 to 2^30. */
  constructor(capacity: number) {
    this.capacity = powerOfTwo('ByteRing', capacity);
    this.limit = this.capacity;
    this.mask = this.capacity - 1;
    this.buffer = new ArrayBuffer(capacity);
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
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
    const index = tail & this.mask;
    // The two common cases first, and in few words, so that the compiler takes them into WSPSend.
    if (length > this.capacity - index) this.place(index, source, 0, length);
    else if (length <= wordsMaxWhole) this.placeShort(this.source, index, source, length);
    else if (length === source.length) put.call(this.bytes, source, index);
    else this.place(index, source, 0, length);
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
      this.placePart(i, tail & this.mask, part.buf!, take);
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
    if (used <= toEnd) {
      shown.first = used;
      shown.second = 0;
    } else {
      shown.first = toEnd;
      shown.second = used - toEnd;
    }
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
    if (length <= first) this.copyOut(target, offset, index, length);
    else {
      this.copyOut(target, offset, index, first);
      this.copyOut(target, offset + first, 0, length - first);
    }
    this.head = (head + length) | 0;
    return length;
  }

  /** Drops what is held, and lets go of the caller's arrays. */
  clear(): void {
    this.head = this.tail;
    this.source.forget();
    for (const part of this.parts) part.forget();
    this.target.forget();
  }

  /** Places the first `length` bytes of a buffer of a gather. */
  private placePart(number: number, index: number, source: Uint8Array, length: number): void {
    if (length > wordsMaxWhole || length > this.capacity - index || number >= partsMax) {
      this.place(index, source, 0, length);
      return;
    }
    this.placeShort(this.parts[number]!, index, source, length);
  }

  /** Places a few bytes from the beginning of an array, which do not reach the end of the ring. */
  private placeShort(familiar: Familiar, index: number, source: Uint8Array, length: number): void {
    const view = familiar.viewOf(source);
    if (view !== null) copyWords(this.view, index, view, 0, length);
    else this.put(index, source, 0, length);
  }

  private place(index: number, source: Uint8Array, offset: number, length: number): void {
    const first = this.capacity - index;
    if (length <= first) this.copyIn(index, source, offset, length);
    else {
      this.copyIn(index, source, offset, first);
      this.copyIn(0, source, offset + first, length - first);
    }
  }

  private copyIn(index: number, source: Uint8Array, offset: number, length: number): void {
    const view = length <= (length === source.length ? wordsMaxWhole : wordsMaxPart) ? this.source.viewOf(source) : null;
    if (view !== null) copyWords(this.view, index, view, offset, length);
    else this.put(index, source, offset, length);
  }

  private put(index: number, source: Uint8Array, offset: number, length: number): void {
    const isWhole = length === source.length;
    put.call(this.bytes, isWhole ? source : new Uint8Array(source.buffer, source.byteOffset + offset, length), index);
  }

  private copyOut(target: Uint8Array, offset: number, index: number, length: number): void {
    const view = length <= wordsMaxPart ? this.target.viewOf(target) : null;
    if (view !== null) copyWords(view, offset, this.view, index, length);
    else put.call(target, new Uint8Array(this.buffer, index, length), offset);
  }
}
