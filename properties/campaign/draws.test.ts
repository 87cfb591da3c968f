import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawsOf } from './draws.ts';
import { RandomWords } from './randomWords.ts';

test.each([0, 1, -1, 12_345, 2 ** 31 - 1, -(2 ** 31)])('the words of seed %i are those of xorshift128+ as fast-check has it', (seed) => {
  const words = new RandomWords(seed);
  words.next();
  const [theirs] = fc.sample(fc.noBias(fc.uint8Array({ minLength: 64, maxLength: 64 })), { seed, numRuns: 1 });
  expect(Array.from({ length: 64 }, () => words.next() & 0xff)).toEqual([...theirs!]);
});

test('a case is decided by its seed and its number, and neighbours share nothing', () => {
  const firstOf = (seed: number, index: number): number[] => {
    const draws = drawsOf(seed, index);
    return Array.from({ length: 16 }, () => draws.below(256));
  };
  expect(firstOf(3, 5)).toEqual(firstOf(3, 5));
  const all = [firstOf(3, 5), firstOf(3, 6), firstOf(4, 5), firstOf(4, 4)].map((bytes) => bytes.join());
  expect(new Set(all).size).toBe(all.length);
});

test('once the bytes are used up, each draw takes the first possibility', () => {
  const draws = drawsOf(1, 0);
  while (!draws.isOver) draws.below(256);
  expect([draws.below(7), draws.pick(['a', 'b']), draws.between(3, 9)]).toEqual([0, 'a', 3]);
});
