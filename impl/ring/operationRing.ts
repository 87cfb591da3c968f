/**
 * Operations in the order in which they were posted, and the pool they come from. In steady state neither allocates:
 * both are arrays of references whose length is a power of two and which double when they are full.
 */

import { powerOfTwo } from './capacity.ts';

/** An object that describes one operation after another. */
export interface Reusable {
  /** Its place in the pool. */
  readonly context: number;
  /** 0: it describes no operation now. */
  state: number;
  /** The ring's: one of its slots keeps the object, for the operation of a later lap. */
  isInSlot: boolean;
  /** Lets go of all that the operation was about; `state` is 0 then. */
  forget(): void;
}

/** Makes its objects once and lends them out. Each object's `context` is its place in the pool, so a number finds it again. */
export class OperationPool<T extends Reusable> {
  private readonly make: (context: number) => T;
  private readonly all: T[] = [];
  /** The objects that are not lent out, as a stack: the one given back last is the likeliest to be in the cache. */
  private readonly idle: T[] = [];

  constructor(make: (context: number) => T, count = 0) {
    this.make = make;
    this.grow(count);
  }

  /** Objects made: contexts are below this. */
  get size(): number {
    return this.all.length;
  }

  /** Objects lent out. */
  get lent(): number {
    return this.all.length - this.idle.length;
  }

  take(): T {
    if (this.idle.length === 0) this.grow(this.all.length || 8);
    return this.idle.pop()!;
  }

  /** The operation is over, and the caller keeps no reference to its object. */
  give(operation: T): void {
    operation.forget();
    if (!operation.isInSlot) this.idle.push(operation);
  }

  /** The object with this context value, lent out or not; undefined for a value that no object has. */
  at(context: number): T | undefined {
    return this.all[context];
  }

  private grow(count: number): void {
    const from = this.all.length;
    for (let context = from; context < from + count; context++) this.all.push(this.make(context));
    // From the last to the first, so that they are taken in the order in which they lie in memory.
    for (let context = from + count - 1; context >= from; context--) this.idle.push(this.all[context]!);
  }
}

/**
 * First in, first out. Positions grow for ever and wrap as 32-bit integers; an index is a position masked.
 *
 * A slot keeps its object when the operation in it has left the ring, and the operation of the next lap is described in the same one. So
 * in steady state no reference is stored, which would cost the collector's bookkeeping each time. An object that is still in use by then,
 * because its routine has yet to run, makes way for another one.
 */
export class OperationRing<T extends Reusable> {
  private readonly pool: OperationPool<T>;
  private readonly nothing: T;
  private slots: T[];
  private mask: number;
  private head = 0;
  private tail = 0;

  /**
   * Objects come from `pool` as slots need them. `nothing` fills the slots that have none, so that the array holds one kind of object; its
   * `state` is not 0.
   */
  constructor(pool: OperationPool<T>, nothing: T, capacity = 8) {
    this.pool = pool;
    this.nothing = nothing;
    this.slots = new Array<T>(powerOfTwo('OperationRing', capacity)).fill(nothing);
    this.mask = this.slots.length - 1;
  }

  get length(): number {
    return (this.tail - this.head) | 0;
  }

  /** The object in which the next operation is to be described; `post` posts it. */
  claim(): T {
    if (((this.tail - this.head) | 0) > this.mask) this.double();
    const operation = this.slots[this.tail & this.mask]!;
    return operation.state === 0 ? operation : this.fill(operation);
  }

  /** What was claimed last stands behind the others now. */
  post(): void {
    this.tail = (this.tail + 1) | 0;
  }

  /** The operation that was posted first of those held. The ring is not empty. */
  oldest(): T {
    return this.slots[this.head & this.mask]!;
  }

  /** The oldest operation leaves the ring. Its slot keeps the object. The ring is not empty. */
  drop(): void {
    this.head = (this.head + 1) | 0;
  }

  /** Removes the oldest operation with its object. The ring is not empty. */
  shift(): T {
    const index = this.head & this.mask;
    const operation = this.slots[index]!;
    operation.isInSlot = false;
    this.slots[index] = this.nothing;
    this.head = (this.head + 1) | 0;
    return operation;
  }

  /** Puts the oldest operation behind all others. The ring is not empty. */
  rotate(): void {
    const from = this.head & this.mask;
    const to = this.tail & this.mask;
    const operation = this.slots[from]!;
    this.slots[from] = this.slots[to]!;
    this.slots[to] = operation;
    this.head = (this.head + 1) | 0;
    this.tail = (this.tail + 1) | 0;
  }

  /** The operation that stands `age` places behind the oldest; `age` is below `length`. */
  at(age: number): T {
    return this.slots[(this.head + age) & this.mask]!;
  }

  /** Gives the objects of an empty ring back to the pool; one that is still in use comes there when its operation is over. */
  close(): void {
    for (let index = 0; index <= this.mask; index++) {
      const operation = this.slots[index]!;
      if (operation === this.nothing) continue;
      operation.isInSlot = false;
      if (operation.state === 0) this.pool.give(operation);
      this.slots[index] = this.nothing;
    }
  }

  /** Puts another object into the next slot. */
  private fill(inUse: T): T {
    if (inUse !== this.nothing) inUse.isInSlot = false;
    const operation = this.pool.take();
    operation.isInSlot = true;
    this.slots[this.tail & this.mask] = operation;
    return operation;
  }

  private double(): void {
    const length = this.length;
    const slots = new Array<T>((this.mask + 1) * 2).fill(this.nothing);
    for (let age = 0; age < length; age++) slots[age] = this.at(age);
    this.slots = slots;
    this.mask = slots.length - 1;
    this.head = 0;
    this.tail = length;
  }
}
