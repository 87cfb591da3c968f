/**
 * A byte ring between two threads: one writes, one reads, over one SharedArrayBuffer that each wraps in its own SharedByteRing.
 *
 * `tail` belongs to the writer and `head` to the reader; both are positions, as in ByteRing. What one thread does to the bytes
 * becomes visible to the other by two named pairs. JavaScript's atomics are sequentially consistent; release and acquire would do
 * for these two:
 *
 *   PUBLISH  `publish` stores TAIL after the bytes were written   | `available` loads TAIL before the bytes are read
 *            else the reader would read what was there before.
 *   RECYCLE  `release` stores HEAD after the bytes were read      | `room` loads HEAD before the bytes are overwritten
 *            else the writer would overwrite what is still being read.
 *   END      `end` stores WRITER_ENDED after the last TAIL        | the reader loads it before it looks at TAIL for the last time
 *            else the reader would go while bytes are on their way.
 *   ASK      the writer stores ROOM_ASKED, then loads HEAD            | `release` stores HEAD, then loads ROOM_ASKED
 *            else a writer that does not park would never notice the room. The thread that exchanges ASKED for REPORTED reports it, once.
 *   GONE     `leave` stores READER_GONE                           | `isReaderGone` and `awaitRoom` load it; no bytes depend on it.
 *
 * A thread that finds nothing to do parks. That needs sequential consistency: of "I sleep" and "there is something", each thread
 * writes one and then reads the other, and if both reads overtook the writes, one would sleep for ever although its bytes are there.
 *
 *   NAP      the sleeper stores its flag, then loads the opposite position | the waker stores its position, then loads the flag
 *   WAKE     the waker stores 0 to the flag and notifies                   | the sleeper's Atomics.wait returns, or finds the 0
 *
 * Each thread keeps the last value it saw of the opposite position and loads it anew only when that is not enough: the load
 * pulls over a cache line that the other thread is writing to. For the same reason a position is published or released in batches,
 * and each shared word has a cache line of its own.
 *
 * The text repeats what ByteRing says on purpose. A class that served both would see two kinds of buffer at each access,
 * and the code for one thread would pay for the code for two.
 */

import { Buffer } from 'node:buffer';
import type { Gatherable, Regions } from './byteRing.ts';
import { powerOfTwo } from './capacity.ts';

/** Words of the control block, each in its own line of 64 bytes. */
const TAIL = 0;
const HEAD = 16;
const WRITER_SLEEPS = 32;
const READER_SLEEPS = 48;
const WRITER_ENDED = 64;
const READER_GONE = 80;
const ROOM_ASKED = 96;
const controlBytes = 7 * 64;

/** What ROOM_ASKED says, if it is not 0. */
const ASKED = 1;
const REPORTED = 2;

/**
 * Looks at the opposite position before parking. To park and be woken costs two system calls and a switch, some 20 µs; looking is
 * worth less than that only as long as the other thread runs, and where the two share a core it holds up the very thread that is waited
 * for. So each side looks as often as has paid lately: as often as is ever worth it after a wait in which it did, a quarter less
 * after one in which it did not. One wait in `probeEvery` looks that often anyway, so that a side notices when the other one runs again.
 */
const looksMin = 64;
const looksMax = 1024;
const probeEvery = 16;

/** How often a side looks before it parks. */
class Patience {
  private budget = looksMax;
  private waits = 0;

  looks(): number {
    return ++this.waits % probeEvery === 0 ? looksMax : this.budget;
  }

  paid(): void {
    this.budget = looksMax;
  }

  wasVain(): void {
    this.budget = Math.max(this.budget - (this.budget >> 2), looksMin);
  }
}

/** A loop up to here, `set` up to there, and above `Buffer.fill`, which alone copies at full speed whatever the alignment. */
const loopMax = 32;
const setMax = 192;

const copyShort = (target: Uint8Array, index: number, source: Uint8Array, offset: number, length: number): void => {
  for (let i = 0; i < length; i++) target[index + i] = source[offset + i]!;
};

/** A ring of bytes between two threads: one writes, one reads, and neither waits for a lock. */
export class SharedByteRing {
  readonly memory: SharedArrayBuffer;
  readonly capacity: number;
  /** The most bytes that the writer lets the ring hold. Each thread has its own; the writer's counts. */
  limit: number;
  /** Bytes that `write` and `gather` leave unpublished at most; 0 publishes with every call. */
  publishEvery: number;
  /** Notifies the writer's thread of room that it asked for. The reader sets it, and the writer for a reader that has gone already. */
  whenRoomIsAsked: (() => void) | null = null;
  private readonly control: Int32Array;
  private readonly bytes: Buffer;
  private readonly mask: number;

  // The writer's.
  private tail: number;
  private published: number;
  private headSeen: number;
  private readonly writerPatience = new Patience();

  // The reader's.
  private head: number;
  private released: number;
  private tailSeen: number;
  private readonly readerPatience = new Patience();
  private readonly shown: Regions;

  /** The memory of a ring that holds `capacity` bytes, to be wrapped by both threads. */
  static allocate(capacity: number): SharedArrayBuffer {
    return new SharedArrayBuffer(controlBytes + powerOfTwo('SharedByteRing', capacity));
  }

  /** Throws a RangeError for memory that `allocate` did not make. */
  constructor(memory: SharedArrayBuffer, publishEvery = 0) {
    const capacity = (memory.byteLength - controlBytes) | 0;
    if (capacity < 1 || (capacity & (capacity - 1)) !== 0) {
      throw new RangeError(`SharedByteRing memory must come from SharedByteRing.allocate: byteLength=${memory.byteLength}`);
    }
    this.memory = memory;
    this.capacity = capacity;
    this.limit = capacity;
    this.publishEvery = publishEvery;
    this.mask = capacity - 1;
    this.control = new Int32Array(memory, 0, controlBytes / 4);
    this.bytes = Buffer.from(memory, controlBytes, capacity);
    // PUBLISH and RECYCLE: a thread that wraps the memory later than the other begins where the other has come to.
    this.tail = this.published = this.tailSeen = Atomics.load(this.control, TAIL);
    this.head = this.released = this.headSeen = Atomics.load(this.control, HEAD);
    this.shown = { bytes: this.bytes, index: 0, first: 0, second: 0 };
  }

  // ---- The writer's side ---------------------------------------------------------------------------------------------------------

  /** Bytes that the reader has not released, as far as the writer knows now. */
  get used(): number {
    // RECYCLE: pairs with `release`.
    this.headSeen = Atomics.load(this.control, HEAD);
    return (this.tail - this.headSeen) | 0;
  }

  get room(): number {
    return Math.max((this.limit - this.used) | 0, 0);
  }

  fits(length: number): boolean {
    return length <= ((this.limit - ((this.tail - this.headSeen) | 0)) | 0) || length <= this.room;
  }

  /** Writes the first `length` bytes of `source` if all of them fit; says whether it did. */
  offer(source: Uint8Array, length: number): boolean {
    if (!this.fits(length)) return false;
    this.place(this.tail & this.mask, source, 0, length);
    this.tail = (this.tail + length) | 0;
    if (((this.tail - this.published) | 0) > this.publishEvery) this.publish();
    return true;
  }

  /** How many of `length` bytes there is room for. The reader may make more room between the two looks, even more than was asked for. */
  private writable(length: number): number {
    return this.fits(length) ? length : Math.min(this.room, length);
  }

  /** Writes as much of `source[offset … offset + length)` as there is room for and returns how much that was. */
  write(source: Uint8Array, offset: number, length: number): number {
    const writable = this.writable(length);
    if (writable === 0) return 0;
    this.place(this.tail & this.mask, source, offset, writable);
    this.tail = (this.tail + writable) | 0;
    if (((this.tail - this.published) | 0) > this.publishEvery) this.publish();
    return writable;
  }

  /** Writes the first `length` bytes of the buffers, or as many as there is room for, and publishes them together; returns how many. */
  gather(buffers: readonly Gatherable[], count: number, length: number): number {
    const writable = this.writable(length);
    let left = writable;
    for (let i = 0; i < count && left > 0; i++) {
      const part = buffers[i]!;
      const take = Math.min(part.len, left);
      if (take === 0) continue;
      this.place(this.tail & this.mask, part.buf!, 0, take);
      this.tail = (this.tail + take) | 0;
      left -= take;
    }
    if (((this.tail - this.published) | 0) > this.publishEvery) this.publish();
    return writable;
  }

  /** The reader may read what was written so far. A writer that stops writing must make this call. */
  publish(): void {
    if (this.published === this.tail) return;
    this.published = this.tail;
    // PUBLISH: pairs with `available`. NAP: and comes before the look at the reader's flag.
    Atomics.store(this.control, TAIL, this.tail);
    this.wake(READER_SLEEPS);
  }

  /** Parks the writer until there is some room. False when the reader has gone, or the time is up. */
  awaitRoom(timeoutMs = Number.POSITIVE_INFINITY): boolean {
    // Bytes that were not published could not be read, and the room that is waited for would never come.
    this.publish();
    for (let i = this.writerPatience.looks(); i > 0; i--) {
      if (this.room === 0) continue;
      this.writerPatience.paid();
      return true;
    }
    this.writerPatience.wasVain();
    while (this.room === 0) {
      // NAP: pairs with `release` and `leave`, which store before they look at this flag. GONE: pairs with `leave`.
      Atomics.store(this.control, WRITER_SLEEPS, 1);
      if (this.room > 0 || this.isReaderGone) {
        // NAP: nobody sleeps; `wake` need not notify.
        Atomics.store(this.control, WRITER_SLEEPS, 0);
        break;
      }
      // WAKE: pairs with `wake`, called by the reader.
      if (Atomics.wait(this.control, WRITER_SLEEPS, 1, timeoutMs) === 'timed-out') break;
    }
    return this.room > 0;
  }

  /**
   * Has the reader report when it next makes room, or leaves, for a writer that does not park. True when there is room by now.
   * Nothing is reported a second time before `hearOfRoom`.
   */
  askForRoom(): boolean {
    this.publish();
    // ASK: before the last look; pairs with `release` and `leave`.
    Atomics.compareExchange(this.control, ROOM_ASKED, 0, ASKED);
    if (this.room > 0) return true;
    if (this.isReaderGone) this.reportRoom();
    return false;
  }

  /** The report has come: from here on the writer can ask again. */
  hearOfRoom(): void {
    Atomics.store(this.control, ROOM_ASKED, 0);
  }

  /** No byte follows those written so far. */
  end(): void {
    this.publish();
    // END: after the last TAIL; pairs with `hasEnded`. NAP: and comes before the look at the reader's flag.
    Atomics.store(this.control, WRITER_ENDED, 1);
    this.wake(READER_SLEEPS);
  }

  /** True when the reader will read no more. */
  get isReaderGone(): boolean {
    // GONE: pairs with `leave`.
    return Atomics.load(this.control, READER_GONE) === 1;
  }

  // ---- The reader's side ---------------------------------------------------------------------------------------------------------

  /** Bytes that can be read now. */
  get available(): number {
    const seen = (this.tailSeen - this.head) | 0;
    if (seen > 0) return seen;
    // PUBLISH: pairs with `publish`.
    this.tailSeen = Atomics.load(this.control, TAIL);
    return (this.tailSeen - this.head) | 0;
  }

  /** Shows in place what can be read now, for a reader that then calls `skip`. */
  regions(): Regions {
    const { shown } = this;
    const { available } = this;
    const index = this.head & this.mask;
    const toEnd = this.capacity - index;
    shown.index = index;
    shown.first = Math.min(available, toEnd);
    shown.second = available - shown.first;
    return shown;
  }

  /** The reader is done with the oldest `length` bytes. The writer notices it a quarter of the capacity at a time, or by `release`. */
  skip(length: number): void {
    this.head = (this.head + length) | 0;
    if (((this.head - this.released) | 0) >= this.capacity >> 2) this.release();
  }

  /** Copies out and removes at most `length` bytes to `target` from `offset` on; returns how many. */
  read(target: Uint8Array, offset: number, length: number): number {
    const { bytes, index, first } = this.regions();
    const taken = Math.min(length, this.available);
    const before = Math.min(taken, first);
    fetch(target, offset, bytes, index, before);
    fetch(target, offset + before, bytes, 0, taken - before);
    this.skip(taken);
    return taken;
  }

  /** The writer may overwrite what was skipped so far. A reader that stops reading must make this call. */
  release(): void {
    if (this.released === this.head) return;
    this.released = this.head;
    // RECYCLE: pairs with `room`. NAP: and comes before the look at the writer's flag.
    Atomics.store(this.control, HEAD, this.head);
    this.wake(WRITER_SLEEPS);
    this.reportRoom();
  }

  /** Parks the reader until there is something to read. False when the writer has ended, or the time is up. */
  awaitBytes(timeoutMs = Number.POSITIVE_INFINITY): boolean {
    // Room that was not released could not be written to, and the bytes that are waited for would never come.
    this.release();
    for (let i = this.readerPatience.looks(); i > 0; i--) {
      if (this.available === 0) continue;
      this.readerPatience.paid();
      return true;
    }
    this.readerPatience.wasVain();
    while (this.available === 0) {
      // NAP: pairs with `publish` and `end`, which store before they look at this flag.
      Atomics.store(this.control, READER_SLEEPS, 1);
      if (this.available > 0 || this.hasEnded) {
        // NAP: nobody sleeps; `wake` need not notify.
        Atomics.store(this.control, READER_SLEEPS, 0);
        break;
      }
      // WAKE: pairs with `wake`, called by the writer.
      if (Atomics.wait(this.control, READER_SLEEPS, 1, timeoutMs) === 'timed-out') break;
    }
    return this.available > 0;
  }

  /** True when the writer has ended. Bytes may still be there: ask `available` afterwards. */
  get hasEnded(): boolean {
    // END: pairs with `end`.
    return Atomics.load(this.control, WRITER_ENDED) === 1;
  }

  /** The reader reads no more; a writer that is parked, or parks later, notices. */
  leave(): void {
    // GONE: pairs with `isReaderGone` and `awaitRoom`. NAP: and comes before the look at the writer's flag.
    Atomics.store(this.control, READER_GONE, 1);
    this.wake(WRITER_SLEEPS);
    this.reportRoom();
  }

  // ---- Both --------------------------------------------------------------------------------------------------------------------

  /** Notifying is a system call, so a flag says whether anyone sleeps. NAP: the caller has stored its position before. */
  private wake(flag: typeof WRITER_SLEEPS | typeof READER_SLEEPS): void {
    // NAP: pairs with the store of 1 in `awaitRoom` and `awaitBytes`.
    if (Atomics.load(this.control, flag) === 0) return;
    // WAKE: pairs with Atomics.wait in `awaitRoom` and `awaitBytes`, which no longer sleeps once the flag is 0.
    Atomics.store(this.control, flag, 0);
    Atomics.notify(this.control, flag);
  }

  private reportRoom(): void {
    if (this.whenRoomIsAsked === null) return;
    // ASK: pairs with `askForRoom`.
    if (Atomics.compareExchange(this.control, ROOM_ASKED, ASKED, REPORTED) === ASKED) this.whenRoomIsAsked();
  }

  private place(index: number, source: Uint8Array, offset: number, length: number): void {
    const first = this.capacity - index;
    if (length <= first) store(this.bytes, index, source, offset, length);
    else {
      store(this.bytes, index, source, offset, first);
      store(this.bytes, 0, source, offset + first, length - first);
    }
  }
}

/** Copies into shared memory. `fill` takes a prefix of its source without a view of it. */
const store = (bytes: Buffer, index: number, source: Uint8Array, offset: number, length: number): void => {
  if (length <= loopMax) copyShort(bytes, index, source, offset, length);
  else if (length <= setMax && length === source.length) bytes.set(source, index);
  else bytes.fill(offset === 0 ? source : source.subarray(offset, offset + length), index, index + length);
};

/** Copies out of shared memory. */
const fetch = (target: Uint8Array, offset: number, bytes: Uint8Array, index: number, length: number): void => {
  if (length <= loopMax) copyShort(target, offset, bytes, index, length);
  else Buffer.prototype.fill.call(target, bytes.subarray(index, index + length), offset, offset + length);
};
