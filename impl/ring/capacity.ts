/**
 * The capacity, as a 32-bit integer. V8 keeps what `2 ** 16` gives as a double, and all that is reckoned with it would be reckoned in
 * doubles: each index, each count of bytes, each comparison. Throws a RangeError unless it is a power of two from 1 to 2^exponent.
 */
export const powerOfTwo = (what: string, capacity: number, exponent = 30): number => {
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= 2 ** exponent && (capacity & (capacity - 1)) === 0) return capacity | 0;
  throw new RangeError(`${what} capacity must be a power of two up to 2^${exponent}: capacity=${capacity}`);
};
