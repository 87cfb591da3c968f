/**
 * How much the oracle looks at: rules asked, places followed, sends and operations visited.
 *
 * A doubled trace may cost twice as much and hardly more. Counts say so on a busy machine as well, where times do not.
 */

export const effort = { visits: 0 };

/** Counts each thing that a loop looks at. Most loops look at none, which then costs nothing, or at one. */
export function visited<T>(things: Iterable<T> & Sized): IterableIterator<T> {
  return things.size === 0 || things.length === 0 ? noVisits : new Visits(things[Symbol.iterator]());
}

interface Sized {
  readonly size?: number;
  readonly length?: number;
}

const over = { done: true, value: undefined } as const;
const noVisits: IterableIterator<never> = {
  next: () => over,
  [Symbol.iterator]: () => noVisits,
};

class Visits<T> implements IterableIterator<T> {
  readonly #things: Iterator<T, undefined>;

  constructor(things: Iterator<T, undefined>) {
    this.#things = things;
  }

  next(): IteratorResult<T, undefined> {
    const next = this.#things.next();
    if (next.done !== true) effort.visits++;
    return next;
  }

  [Symbol.iterator](): this {
    return this;
  }
}
