/**
 * The states and transitions of the compiled product, counted by any number of threads over one table of what has been seen.
 *
 * Each thread has the states that it found and has yet to expand on a stack of its own; where another thread has none it offers some. So
 * the memory is the table's, a bit or a few for each state, and the stacks'. The order differs from run to run; the counts cannot.
 *
 *   LOCK    taken by an exchange of 0 for 1                       | given back by a store of 0: whatever is rare happens under it
 *   IDLE    counts threads without work, under the lock           | when all are and nothing is offered, the search is over
 *   STOP    what every thread has to notice, stored under the lock | loaded by each before it expands a state
 *   REGROW  the thread for whose state the table has no bit stores it, and each arrives: the last moves the bits, alone
 * A thread that has yet to start counts as one without work.
 */

import type { Kernel } from './kernel.ts';
import { added, allocatePlaces, type PlaceMemory, PlaceTable, unplaced } from './placeTable.ts';

/** What the threads of a search share. */
export interface SearchMemory {
  readonly control: SharedArrayBuffer;
  readonly offers: SharedArrayBuffer;
  readonly tallies: SharedArrayBuffer;
  readonly places: PlaceMemory;
}

// Words of the control block, those that are looked at often in lines of their own.
const LOCK = 0;
const STOP = 16;
const IDLE = 32;
const ARRIVED = 48;
const TURN = 64;
const OFFERED = 80;
const THREADS = 96;
const GROWN = 112;
const controlWords = 128;

const running = 0;
const regrow = 1;
const over = 2;
/** There are more states than may be, or than the table has bits for. */
const exhausted = 3;
/** A thread has failed: the others end too. */
const broken = 4;

/** States offered at a time, and how many offers may lie there. */
const offerStates = 128;
const offersMax = 32;
const threadsMax = 256;
/** Looks at what the other threads did happen once in so many states. */
const flushEvery = 1024;

export const allocateSearch = (width: number, places?: number): SearchMemory => ({
  control: new SharedArrayBuffer(4 * controlWords),
  offers: new SharedArrayBuffer(4 * offersMax * (1 + offerStates * width)),
  tallies: new SharedArrayBuffer(8 * 3 * threadsMax),
  places: allocatePlaces(width, places),
});

export interface SearchSize {
  readonly states: number;
  readonly transitions: number;
  /** States whose steps have been tried. */
  readonly expanded: number;
  /** All of them were found. */
  readonly isWhole: boolean;
}

interface Limits {
  readonly statesMax: number;
  /** Called now and then with the number of states found and of those expanded, until now and by all threads. */
  readonly onProgress?: ((found: number, expanded: number) => void) | undefined;
  /** Called once, when there is enough to do for many threads. */
  readonly onEnough?: (() => void) | undefined;
}

/** So many states are found in less time than a thread takes to start, and most searches that find them find many times more. */
const enoughStates = 10_000;

/** One thread of a search. */
export class SearchThread {
  private readonly control: Int32Array;
  private readonly offers: Int32Array;
  /** For each thread, states found, transitions, states expanded. */
  private readonly tallies: Float64Array;
  private readonly index: number;
  private readonly kernel: Kernel;
  private readonly table: PlaceTable;
  private readonly width: number;
  private readonly current: Int32Array;
  private stack: Int32Array;
  /** Words on the stack. */
  private depth = 0;
  private found = 0;
  private transitions = 0;
  private expanded = 0;

  constructor(kernel: Kernel, memory: SearchMemory, index: number) {
    this.kernel = kernel;
    this.width = kernel.width;
    this.control = new Int32Array(memory.control);
    this.offers = new Int32Array(memory.offers);
    this.tallies = new Float64Array(memory.tallies);
    this.index = index;
    this.table = new PlaceTable(memory.places, (work) => this.locked(work));
    this.current = new Int32Array(this.width);
    this.stack = new Int32Array(this.width * 4096);
  }

  /** Begins with the initial state; the thread with number 0 does. Until `admit` there are no more than so many threads. */
  begin(limits: Limits, threads = 1): SearchSize {
    this.control[THREADS] = 1;
    if (threads > 1) this.admit(threads);
    this.kernel.initial(this.kernel.next, 0);
    this.find(this.kernel.next);
    this.work(limits);
    return this.size;
  }

  /** There are so many threads from here on, and those that come to the others have no work yet. */
  admit(threads: number): void {
    this.locked(() => {
      Atomics.add(this.control, IDLE, threads - this.control[THREADS]!);
      this.control[THREADS] = threads;
    });
  }

  /** Any other thread: works as soon as it is offered something, and until the search is over. */
  help(limits: Limits): void {
    try {
      if (this.awaitWork()) this.work(limits);
    } catch (error) {
      this.stop(broken);
      throw error;
    }
  }

  get size(): SearchSize {
    const total = (part: number): number => {
      let sum = 0;
      for (let at = part; at < this.tallies.length; at += 3) sum += this.tallies[at]!;
      return sum;
    };
    if (Atomics.load(this.control, STOP) === broken) throw new Error('Every thread of an exploration must come to its end: one failed');
    return { states: total(0), transitions: total(1), expanded: total(2), isWhole: Atomics.load(this.control, STOP) === over };
  }

  // ---- The states of this thread -------------------------------------------------------------------------------------------------

  private work(limits: Limits): void {
    try {
      this.expandAll(limits);
    } finally {
      this.flush();
    }
  }

  private expandAll({ statesMax, onProgress, onEnough }: Limits): void {
    let isEnough = false;
    for (;;) {
      while (this.depth > 0) {
        if (Atomics.load(this.control, STOP) !== running && !this.arrive()) return;
        this.expand();
        if (this.expanded % flushEvery !== 0) {
          if (this.depth > 4 * this.width && this.isWanted()) this.offer();
          continue;
        }
        this.flush();
        const { states, expanded } = this.size;
        onProgress?.(states, expanded);
        if (states > statesMax) this.stop(exhausted);
        if (!isEnough && states > enoughStates) {
          isEnough = true;
          onEnough?.();
        }
      }
      this.flush();
      if (this.size.states > statesMax) this.stop(exhausted);
      this.rest();
      if (!this.awaitWork()) return;
    }
  }

  private expand(): void {
    const { kernel, width, current } = this;
    const { next } = kernel;
    this.depth -= width;
    for (let i = 0; i < width; i++) current[i] = this.stack[this.depth + i]!;
    const candidates = kernel.load(current, 0);
    for (let i = 0; i < candidates.length; i++) {
      if (!kernel.fire(candidates[i]!)) continue;
      this.transitions++;
      if (!this.isCurrent(next)) this.find(next);
    }
    this.expanded++;
  }

  /** Many steps change nothing. */
  private isCurrent(next: Int32Array): boolean {
    for (let i = 0; i < next.length; i++) if (this.current[i] !== next[i]) return false;
    return true;
  }

  private find(state: Int32Array): void {
    let found = this.table.add(state);
    while (found === unplaced) {
      if (!this.growTable()) return;
      found = this.table.add(state);
    }
    if (found !== added) return;
    this.found++;
    if (this.depth + this.width > this.stack.length) {
      const larger = new Int32Array(this.stack.length * 2);
      larger.set(this.stack);
      this.stack = larger;
    }
    for (let i = 0; i < this.width; i++) this.stack[this.depth + i] = state[i]!;
    this.depth += this.width;
  }

  private flush(): void {
    this.tallies[3 * this.index] = this.found;
    this.tallies[3 * this.index + 1] = this.transitions;
    this.tallies[3 * this.index + 2] = this.expanded;
  }

  // ---- With the other threads ----------------------------------------------------------------------------------------------------

  private locked(work: () => void): void {
    const { control } = this;
    // LOCK: pairs with the store below. A thread that finds it taken sleeps a little at most: what is done under it is short, or wakes all.
    while (Atomics.exchange(control, LOCK, 1) !== 0) Atomics.wait(control, LOCK, 1, 1);
    work();
    Atomics.store(control, LOCK, 0);
    Atomics.notify(control, LOCK, 1);
  }

  private stop(why: number): void {
    this.locked(() => {
      const found = Atomics.load(this.control, STOP);
      if (found === running || found === regrow) Atomics.store(this.control, STOP, why);
      this.wakeAll();
    });
  }

  private wakeAll(): void {
    Atomics.add(this.control, TURN, 1);
    Atomics.notify(this.control, TURN);
  }

  /** Asked before every state: without the lock, so that a thread that is still starting does not cost those that work. */
  private isWanted(): boolean {
    const idle = Atomics.load(this.control, IDLE);
    return idle > 0 && Atomics.load(this.control, OFFERED) < Math.min(offersMax, idle);
  }

  /** Half of what this thread has, at most `offerStates`, for one that has nothing. */
  private offer(): void {
    const { width } = this;
    this.locked(() => {
      if (!this.isWanted()) return;
      const offered = this.control[OFFERED]!;
      const states = Math.min(offerStates, (this.depth / width) >> 1);
      const at = offered * (1 + offerStates * width);
      this.offers[at] = states;
      this.depth -= states * width;
      this.offers.set(this.stack.subarray(this.depth, this.depth + states * width), at + 1);
      this.control[OFFERED] = offered + 1;
      this.wakeAll();
    });
  }

  /** This thread has nothing left. */
  private rest(): void {
    this.locked(() => {
      Atomics.add(this.control, IDLE, 1);
      this.conclude();
    });
  }

  /** Waits for an offer. False when the search has ended. */
  private awaitWork(): boolean {
    const { control } = this;
    for (;;) {
      const turn = Atomics.load(control, TURN);
      let isOver = false;
      this.locked(() => {
        const stop = Atomics.load(control, STOP);
        isOver = stop !== running && stop !== regrow;
        if (stop === running && control[OFFERED]! > 0) this.takeOffer();
      });
      if (isOver) return false;
      if (this.depth > 0) return true;
      Atomics.wait(control, TURN, turn, 100);
    }
  }

  private takeOffer(): void {
    const offered = --this.control[OFFERED]!;
    const at = offered * (1 + offerStates * this.width);
    const words = this.offers[at]! * this.width;
    this.stack.set(this.offers.subarray(at + 1, at + 1 + words));
    this.depth = words;
    Atomics.sub(this.control, IDLE, 1);
    this.table.refresh();
  }

  /** The table has no bit for a state of this thread. False when there can be none, or the search ends. */
  private growTable(): boolean {
    this.locked(() => {
      if (Atomics.load(this.control, STOP) === running) Atomics.store(this.control, STOP, regrow);
    });
    return this.arrive();
  }

  /** Stops here while the table grows. False when the search has ended. */
  private arrive(): boolean {
    const { control } = this;
    // The table may have to grow again before this thread wakes, and then it has to arrive again.
    let arrivedFor = -1;
    for (;;) {
      const turn = Atomics.load(control, TURN);
      this.locked(() => {
        if (Atomics.load(control, STOP) !== regrow || control[GROWN] === arrivedFor) return;
        arrivedFor = control[GROWN]!;
        control[ARRIVED]!++;
        this.conclude();
      });
      const stop = Atomics.load(control, STOP);
      if (stop !== regrow) {
        this.table.refresh();
        return stop === running;
      }
      Atomics.wait(control, TURN, turn, 100);
    }
  }

  /** Under the lock: does what is due when no thread is at work. */
  private conclude(): void {
    const { control } = this;
    const idle = Atomics.load(control, IDLE);
    if (idle + control[ARRIVED]! < control[THREADS]!) return;
    const stop = Atomics.load(control, STOP);
    if (stop === regrow) {
      control[ARRIVED] = 0;
      control[GROWN]!++;
      Atomics.store(control, STOP, this.table.grow() ? running : exhausted);
    } else if (stop === running && control[OFFERED] === 0) Atomics.store(control, STOP, over);
    else return;
    this.wakeAll();
  }
}
