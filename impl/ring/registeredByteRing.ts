/**
 * A byte ring for one thread whose bytes lie in an Arena together with the buffers that are sent from: no copy makes a view, whatever
 * part of a buffer it is. It takes nothing but such registered buffers.
 *
 * The text repeats what ByteRing says on purpose: a class that served both would see two ways of copying at each write.
 */

import type { Arena, Copy } from './arena.ts';
import type { Gatherable, Regions } from './byteRing.ts';
import { requirePowerOfTwo } from './capacity.ts';

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
    requirePowerOfTwo('RegisteredByteRing', capacity);
    const bytes = arena.allocate(capacity);
    this.capacity = capacity;
    this.limit = capacity;
    this.mask = capacity - 1;
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

  /** Writes the first `length` bytes of `source` if all of them fit; says whether it did. Throws a TypeError for a foreign source. */
  offer(source: Uint8Array, length: number): boolean {
    const { tail } = this;
    if (length > ((this.limit - ((tail - this.head) | 0)) | 0)) return false;
    this.place(tail & this.mask, this.placeOf(source), length);
    this.tail = (tail + length) | 0;
    return true;
  }

  /** Writes as much of `source[offset … offset + length)` as there is room for and returns how much that was. */
  write(source: Uint8Array, offset: number, length: number): number {
    const { tail } = this;
    const written = Math.min(length, this.room);
    if (written <= 0) return 0;
    this.place(tail & this.mask, this.placeOf(source) + offset, written);
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
      this.place(tail & this.mask, this.placeOf(part.buf!), take);
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

  /** Copies out and removes at most `length` bytes to `target` from `offset` on; returns how many. The target is registered too. */
  read(target: Uint8Array, offset: number, length: number): number {
    const read = Math.min(length, this.used);
    if (read <= 0) return 0;
    const to = this.placeOf(target) + offset;
    const index = this.head & this.mask;
    const first = Math.min(read, this.capacity - index);
    this.copy(to, this.base + index, first);
    if (read > first) this.copy(to + first, this.base, read - first);
    this.head = (this.head + read) | 0;
    return read;
  }

  private placeOf(array: Uint8Array): number {
    if (array === this.known) return this.begin;
    if (array.buffer !== this.buffer) {
      throw new TypeError('a RegisteredByteRing must be given arrays over the memory of its Arena: this one is over another buffer');
    }
    this.known = array;
    this.begin = array.byteOffset;
    return this.begin;
  }

  private place(index: number, from: number, length: number): void {
    const first = this.capacity - index;
    if (length <= first) this.copy(this.base + index, from, length);
    else {
      this.copy(this.base + index, from, first);
      this.copy(this.base, from + first, length - first);
    }
  }
}
