/** Throws a RangeError unless the capacity of `what` is a power of two from 1 to 2^`exponent`: positions are masked by it. */
export const requirePowerOfTwo = (what: string, capacity: number, exponent = 30): void => {
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= 2 ** exponent && (capacity & (capacity - 1)) === 0) return;
  throw new RangeError(`${what} capacity must be a power of two up to 2^${exponent}: capacity=${capacity}`);
};
