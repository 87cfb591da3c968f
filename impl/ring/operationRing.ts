/**
 * Operations in the order in which they were posted, and the pool they come from. In steady state neither allocates:
 * both are arrays of references whose length is a power of two and which double when they are full.
 */

import { requirePowerOfTwo } from './capacity.ts';

/** Makes its objects once and lends them out. Each object's `context` is its place in the pool, so a number finds it again. */
export class OperationPool<T extends { readonly context: number }> {
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

  /** The caller keeps no reference to it. */
  give(operation: T): void {
    this.idle.push(operation);
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

/** First in, first out. Positions grow for ever and wrap as 32-bit integers; an index is a position masked. */
export class OperationRing<T> {
  private readonly nothing: T;
  private slots: T[];
  private mask: number;
  private head = 0;
  private tail = 0;

  /** `nothing` fills the empty slots, so that the array holds one kind of object and no operation is kept alive by it. */
  constructor(nothing: T, capacity = 8) {
    requirePowerOfTwo('OperationRing', capacity);
    this.nothing = nothing;
    this.slots = new Array<T>(capacity).fill(nothing);
    this.mask = capacity - 1;
  }

  get length(): number {
    return (this.tail - this.head) | 0;
  }

  push(operation: T): void {
    if (((this.tail - this.head) | 0) > this.mask) this.double();
    this.slots[this.tail & this.mask] = operation;
    this.tail = (this.tail + 1) | 0;
  }

  /** The operation that was posted first of those held. The ring is not empty. */
  oldest(): T {
    return this.slots[this.head & this.mask]!;
  }

  /** Removes the oldest operation and returns it. The ring is not empty. */
  shift(): T {
    const index = this.head & this.mask;
    const operation = this.slots[index]!;
    this.slots[index] = this.nothing;
    this.head = (this.head + 1) | 0;
    return operation;
  }

  /** The operation that stands `age` places behind the oldest; `age` is below `length`. */
  at(age: number): T {
    return this.slots[(this.head + age) & this.mask]!;
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
