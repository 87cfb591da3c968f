/**
 * The APCs of one thread, queued from other threads and run in its alertable waits: context values in a bounded queue over shared
 * memory, with any number of writers and one reader. The APC function is the reader's, since a function cannot cross to another thread.
 *
 * TAIL counts the places that were given out. Each slot has a value and a turn: the turn is `position` while the slot is free for that
 * position, and `position + 1` once its value is there.
 *
 *   CLAIM    `push` exchanges TAIL for its successor, if it still is what was seen | so that no two writers have one position.
 *   PUBLISH  `push` stores the turn after the value                  | `run` loads the turn before the value
 *            else the owner would read the value of the lap before.
 *   RECYCLE  `run` stores the turn of the next lap after it read      | `push` loads the turn before it writes
 *            else a writer would overwrite a value that was not read.
 *   NAP      the owner stores SLEEPS, then loads the turn             | `push` stores the turn, then loads SLEEPS
 *   WAKE     `push` stores 0 to SLEEPS and notifies                   | the owner's Atomics.wait returns, or finds the 0
 */

import { powerOfTwo } from './capacity.ts';

const TAIL = 0;
const SLEEPS = 16;
const slotsBegin = 32;

export class SharedApcQueue {
  /** The owner's APC function. */
  apc: (context: number) => void = () => {
    throw new Error('SharedApcQueue.apc must be set before an APC runs: nobody set it');
  };
  private readonly words: Int32Array;
  private readonly capacity: number;
  /** The owner's: the position that it takes next. */
  private head = 0;

  /** The memory of a queue that holds `capacity` APCs, to be wrapped by every thread. */
  static allocate(capacity: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(4 * (slotsBegin + 2 * powerOfTwo('SharedApcQueue', capacity, 24)));
    const words = new Int32Array(memory);
    for (let position = 0; position < capacity; position++) words[slotsBegin + 2 * position] = position;
    return memory;
  }

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
    this.capacity = (this.words.length - slotsBegin) >> 1;
  }

  /** Queues an APC, on any thread. Throws a RangeError when the queue is full. */
  push(context: number): void {
    const { words } = this;
    let position = Atomics.load(words, TAIL);
    let slot = this.slotOf(position);
    for (;;) {
      // RECYCLE: pairs with the store in `run`.
      const ahead = (Atomics.load(words, slot) - position) | 0;
      if (ahead < 0) throw new RangeError(`a SharedApcQueue must have room for every APC: all of its ${this.capacity} places are taken`);
      // CLAIM: of the writers that saw this position one gets it; the others go on from what they find.
      const found = ahead === 0 ? Atomics.compareExchange(words, TAIL, position, (position + 1) | 0) : Atomics.load(words, TAIL);
      if (ahead === 0 && found === position) break;
      position = found;
      slot = this.slotOf(position);
    }
    words[slot + 1] = context;
    // PUBLISH: pairs with the load in `isReady`. NAP: and comes before the look at SLEEPS.
    Atomics.store(words, slot, (position + 1) | 0);
    // NAP: pairs with the store of 1 in `sleep`.
    if (Atomics.load(words, SLEEPS) === 0) return;
    // WAKE: pairs with Atomics.wait in `sleep`.
    Atomics.store(words, SLEEPS, 0);
    Atomics.notify(words, SLEEPS);
  }

  /** Runs what is queued, the oldest first, and what these queue. Returns how many ran. */
  run(): number {
    let ran = 0;
    for (; this.isReady; ran++) {
      const slot = this.slotOf(this.head);
      const context = this.words[slot + 1]!;
      // RECYCLE: after the value was read; pairs with the load in `push`.
      Atomics.store(this.words, slot, (this.head + this.capacity) | 0);
      this.head = (this.head + 1) | 0;
      this.apc(context);
    }
    return ran;
  }

  /** An alertable wait of the owner: until some APC has run, or the time is up. Returns how many ran. */
  sleep(timeoutMs = Number.POSITIVE_INFINITY): number {
    const { words } = this;
    for (let ran = this.run(); ; ran = this.run()) {
      if (ran > 0) return ran;
      // NAP: pairs with `push`, which stores before it looks at this flag.
      Atomics.store(words, SLEEPS, 1);
      // WAKE: pairs with `push`.
      if (!this.isReady && Atomics.wait(words, SLEEPS, 1, timeoutMs) === 'timed-out') {
        Atomics.store(words, SLEEPS, 0);
        return this.run();
      }
      Atomics.store(words, SLEEPS, 0);
    }
  }

  private get isReady(): boolean {
    // PUBLISH: pairs with the store in `push`.
    return Atomics.load(this.words, this.slotOf(this.head)) === ((this.head + 1) | 0);
  }

  private slotOf(position: number): number {
    return slotsBegin + 2 * (position & (this.capacity - 1));
  }
}
