/**
 * How much the oracle looks at: rules asked, places followed, sends and operations visited.
 *
 * A doubled trace may cost twice as much and hardly more. Counts say so on a busy machine as well, where times do not.
 */

export const effort = { visits: 0 };

/** Counts each thing that a loop looks at. Most loops look at none or at one, so that no more than the count is added to what they cost. */
export function visited<T>(things: Iterable<T>): IterableIterator<T> {
  return new Visits(things[Symbol.iterator]());
}

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
