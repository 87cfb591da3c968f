/** A comparison that is made tens of thousands of times in a test: the matcher itself costs more than what is compared. */

import { expect } from 'vitest';

/** Fails as `expect(found).toBe(expected)` does. The context is only put together then. */
export function expectSame(found: unknown, expected: unknown, context?: () => string): void {
  if (!Object.is(found, expected)) expect(found, context?.()).toBe(expected);
}

/** The same for bytes and other numbers in order. */
export function expectSameNumbers(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const isSame = found.length === expected.length && Array.prototype.every.call(found, (number, i) => number === expected[i]);
  if (!isSame) expect(Array.from(found)).toEqual(Array.from(expected));
}
