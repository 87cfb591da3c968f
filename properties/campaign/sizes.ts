import type { Draws } from './draws.ts';

/**
 * Sizes and counts across orders of magnitude. A limit that an implementation has is mostly a power of two or a number that some protocol
 * made known, and shows by what is just below, at it and just above.
 */

/** Bytes at which some implementation was seen to do something else: of segments, of buffers and of messages. */
const seen = [1460, 1472, 8192, 17_000, 65_507, 131_070, 160 * 1024] as const;
const powers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => 2 ** (from + at));

const lengths: readonly number[] = [...seen, ...powers(4, 18)].sort((a, b) => a - b);
const counts: readonly number[] = powers(4, 10);

/** One of them that is not above `most`, or a neighbour of it. */
const near = (draws: Draws, limits: readonly number[], most: number): number => {
  const within = limits.filter((limit) => limit < most);
  return Math.max(0, Math.min(most, (draws.pick(within) ?? most) + draws.between(-1, 2)));
};

/** A length around a limit, at most `most`. */
export const lengthNear = (draws: Draws, most: number): number => near(draws, lengths, most);

/** A number of buffers around a limit. */
export const buffersNear = (draws: Draws): number => near(draws, counts, 2048);

/** So much into so many buffers, alike as far as it can be; the last has a byte at least, so that one that is left out is missed. */
export const spread = (length: number, count: number): number[] => {
  const each = Math.floor(length / count);
  const buffers = Array.from({ length: count }, () => each);
  buffers[count - 1]! += length - each * count;
  return buffers;
};

/** More bytes than a signed word of 32 bits can count, in buffers of which each is no larger than a caller may well have. */
export const beyond31Bits = (rest: number): number[] => [...Array.from({ length: 128 }, () => 2 ** 24), rest];
