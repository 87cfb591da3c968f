/**
 * A byte ring for one thread whose bytes lie in an Arena together with the buffers that are sent from: no copy makes a view, whatever
 * part of a buffer it is. Bytes from elsewhere are copied too, through a view each time.
 *
 * The text repeats what ByteRing says on purpose: a class that served both would see two ways of copying at each write.
 */

import type { Arena, Copy } from './arena.ts';
import type { Gatherable, Regions } from './byteRing.ts';
import { powerOfTwo } from './capacity.ts';

/** A ring of bytes in an arena. It takes and gives registered buffers, by their offsets. */
export class RegisteredByteRing {
  readonly capacity: number;
  /** The most bytes that may be held, at most the capacity. */
  limit: number;
  private readonly buffer: ArrayBuffer;
  private readonly copy: Copy;
  /** Where the ring begins in the memory. */
  private readonly base: number;
  private readonly mask: number;
  /** The array that came last, and where it begins: to ask an array for its buffer costs more than a short copy. */
  private known: Uint8Array;
  private begin: number;
  private head = 0;
  private tail = 0;
  private readonly shown: Regions;

  /** Throws a RangeError unless the capacity is a power of two for which the arena has room. */
  constructor(arena: Arena, capacity: number) {
    this.capacity = powerOfTwo('RegisteredByteRing', capacity);
    const bytes = arena.allocate(this.capacity);
    this.limit = this.capacity;
    this.mask = this.capacity - 1;
    this.buffer = arena.buffer;
    this.copy = arena.copy;
    this.base = bytes.byteOffset;
    this.known = bytes;
    this.begin = bytes.byteOffset;
    this.shown = { bytes, index: 0, first: 0, second: 0 };
  }

  get used(): number {
    return (this.tail - this.head) | 0;
  }

  /** Bytes that may still be written; never negative. */
  get room(): number {
    return Math.max((this.limit - ((this.tail - this.head) | 0)) | 0, 0);
  }

  fits(length: number): boolean {
    return length <= ((this.limit - ((this.tail - this.head) | 0)) | 0);
  }

  /** Writes the first `length` bytes of `source` if all of them fit; says whether it did. */
  offer(source: Uint8Array, length: number): boolean {
    const { tail } = this;
    if (length > ((this.limit - ((tail - this.head) | 0)) | 0)) return false;
    this.place(tail & this.mask, source, 0, length);
    this.tail = (tail + length) | 0;
    return true;
  }

  /** Writes as much of `source[offset … offset + length)` as there is room for and returns how much that was. */
  write(source: Uint8Array, offset: number, length: number): number {
    const { tail } = this;
    const written = Math.min(length, this.room);
    if (written <= 0) return 0;
    this.place(tail & this.mask, source, offset, written);
    this.tail = (tail + written) | 0;
    return written;
  }

  /** Writes the first `length` bytes of the buffers, or as many as there is room for; the consumer sees all of them at once. */
  gather(buffers: readonly Gatherable[], count: number, length: number): number {
    let { tail } = this;
    const written = Math.min(length, this.room);
    for (let i = 0, left = written; i < count && left > 0; i++) {
      const part = buffers[i]!;
      const take = Math.min(part.len, left);
      if (take === 0) continue;
      this.place(tail & this.mask, part.buf!, 0, take);
      tail = (tail + take) | 0;
      left -= take;
    }
    this.tail = tail;
    return written;
  }

  /** Shows the held bytes in place, for a consumer that then calls `skip`. */
  regions(): Regions {
    const { shown } = this;
    const used = (this.tail - this.head) | 0;
    const index = this.head & this.mask;
    shown.index = index;
    shown.first = Math.min(used, this.capacity - index);
    shown.second = used - shown.first;
    return shown;
  }

  /** Gives the oldest `length` bytes back as room; `length` is at most `used`. */
  skip(length: number): void {
    this.head = (this.head + length) | 0;
  }

  /** Copies out and removes at most `length` bytes to `target` from `offset` on; returns how many. */
  read(target: Uint8Array, offset: number, length: number): number {
    const read = Math.min(length, this.used);
    if (read <= 0) return 0;
    const index = this.head & this.mask;
    const first = Math.min(read, this.capacity - index);
    if (this.meets(target)) {
      const to = this.begin + offset;
      this.copy(to, this.base + index, first);
      if (read > first) this.copy(to + first, this.base, read - first);
    } else {
      target.set(new Uint8Array(this.buffer, this.base + index, first), offset);
      if (read > first) target.set(new Uint8Array(this.buffer, this.base, read - first), offset + first);
    }
    this.head = (this.head + read) | 0;
    return read;
  }

  /** True when the array is registered; `begin` is then where it begins. */
  private meets(array: Uint8Array): boolean {
    if (array === this.known) return true;
    if (array.buffer !== this.buffer) return false;
    this.known = array;
    this.begin = array.byteOffset;
    return true;
  }

  private place(index: number, source: Uint8Array, offset: number, length: number): void {
    const first = this.capacity - index;
    if (!this.meets(source)) this.placeForeign(index, source, offset, length);
    else if (length <= first) this.copy(this.base + index, this.begin + offset, length);
    else {
      this.copy(this.base + index, this.begin + offset, first);
      this.copy(this.base, this.begin + offset + first, length - first);
    }
  }

  private placeForeign(index: number, { buffer, byteOffset }: Uint8Array, offset: number, length: number): void {
    const first = Math.min(length, this.capacity - index);
    const { bytes } = this.shown;
    bytes.set(new Uint8Array(buffer, byteOffset + offset, first), index);
    if (length > first) bytes.set(new Uint8Array(buffer, byteOffset + offset + first, length - first), 0);
  }
}
