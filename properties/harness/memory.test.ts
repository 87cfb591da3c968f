import { describe, expect, test } from 'vitest';
import { Buffers, runsOf, writePattern } from './memory.ts';

const pattern = (fill: number, count: number): Uint8Array => {
  const bytes = new Uint8Array(count);
  writePattern(bytes, fill);
  return bytes;
};

const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('the pattern of a send', () => {
  test('is (fill + j) mod 251 at every byte, across the end of the table too', () => {
    const count = 251 * 1024 * 2 + 7;
    expect(pattern(1000, count).every((byte, j) => byte === (1000 + j) % 251)).toBe(true);
    expect(pattern(Number.MAX_SAFE_INTEGER, 3)[0]).toBe(Number.MAX_SAFE_INTEGER % 251);
  });
});

describe('runs', () => {
  test.each<[string, Uint8Array, [number, number][]]>([
    ['no bytes', new Uint8Array(0), []],
    ['one pattern', pattern(7, 10), [[7, 10]]],
    ['half a million bytes', pattern(250, 500_000), [[250, 500_000]]],
    ['two patterns that meet', join(pattern(5, 10), pattern(15, 10)), [[5, 20]]],
    [
      'a repetition',
      join(pattern(0, 300), pattern(0, 300)),
      [
        [0, 300],
        [0, 300],
      ],
    ],
    [
      'one wrong byte far inside',
      join(pattern(0, 20_000), Uint8Array.of(9), pattern(20_001, 20_000)),
      [
        [0, 20_000],
        [9, 1],
        [20_001 % 251, 20_000],
      ],
    ],
    [
      'bytes that no pattern holds',
      Uint8Array.of(250, 251, 255, 0),
      [
        [250, 1],
        [251, 1],
        [255, 1],
        [0, 1],
      ],
    ],
  ])('of %s are maximal', (_, bytes, runs) => {
    expect(runsOf(bytes)).toEqual(runs);
  });

  test('say what a naive reading says, wherever the pattern breaks', () => {
    for (let count = 1; count < 700; count += 13) {
      const bytes = join(pattern(count, count), pattern(3, 700 - count));
      const naive: [number, number][] = [];
      bytes.forEach((byte, at) => {
        if (at > 0 && byte === (bytes[at - 1]! + 1) % 251) naive.at(-1)![1]++;
        else naive.push([byte, 1]);
      });
      expect(runsOf(bytes)).toEqual(naive);
    }
  });
});

describe('lent memory', () => {
  test('is overwritten and lent again only after it was retired and swept', () => {
    const buffers = new Buffers();
    const first = buffers.lend(1000, 0);
    expect(buffers.lend(1000, 0).block).not.toBe(first.block);
    buffers.retire(first);
    buffers.retire(first);
    expect(runsOf(first.block.subarray(0, 1000))).toEqual([[0, 1000]]);
    buffers.sweep();
    expect(runsOf(first.block.subarray(0, 1000))).toEqual([[97, 1000]]);
    expect(buffers.lend(900, 0).block).toBe(first.block);
    expect(buffers.lend(900, 0).block).not.toBe(first.block);
  });
});
