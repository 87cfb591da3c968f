import { RandomWords } from './randomWords.ts';

/** Decisions read from bytes: the same bytes make the same case. */
export class Draws {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Of a case of a campaign: its number, for what has to come in every campaign and costs too much to come often. */
  readonly turn: number | undefined;

  constructor(bytes: Uint8Array, turn?: number) {
    this.#bytes = bytes;
    this.turn = turn;
  }

  /** No byte is left; every further decision takes the first possibility. */
  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** An integer from 0 to `count` - 1. Above 256 it reads two bytes, above 65536 three. */
  below(count: number): number {
    let value = this.#byte();
    if (count > 2 ** 8) value = value * 2 ** 8 + this.#byte();
    if (count > 2 ** 16) value = value * 2 ** 8 + this.#byte();
    return value % count;
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** True in about `percent` of all cases. */
  chance(percent: number): boolean {
    return this.below(256) < percent * 2.56;
  }

  pick<T>(from: readonly [T, ...T[]]): T;
  pick<T>(from: readonly T[]): T | undefined;
  pick<T>(from: readonly T[]): T | undefined {
    return from.length < 2 ? from[0] : from[this.below(from.length)];
  }

  #byte(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++]! : 0;
  }
}

/** Bytes for a case; about eight decide one request. Fewer make a shorter case. */
const caseBytes = 560;

/** The draws of one case of a campaign: the seed and the case's number decide them all. */
export const drawsOf = (seed: number, index: number): Draws => {
  const words = new RandomWords(mix(seed, index));
  // The first word is left out, as it was when the seeds of the tests were recorded.
  words.next();
  return new Draws(
    Uint8Array.from({ length: caseBytes }, () => words.next() & 0xff),
    index + (mix(seed, 0) >>> 0),
  );
};

/** Neighbouring seeds must not share cases, as seed + index would make them. */
const mix = (seed: number, index: number): number => {
  let hash = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
};
