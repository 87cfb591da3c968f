import { describe, expect, test } from 'vitest';
import { exactly, type Lattice, narrow } from './lattice.ts';
import { distinct, ended, firstPlace, type Place, startWithin, unfolded, withSpan } from './places.ts';

const numbersOf = ({ lo, hi, step }: Lattice): number[] =>
  Array.from({ length: Math.floor((hi - lo) / step) + 1 }, (_, i) => lo + i * step);

/** Every way of ending that a place stands for: where it begins, and where each of its segments ends. */
function waysOf(place: Place): string[] {
  const ways = new Set<string>();
  for (const { endings } of unfolded(place)) {
    let found = numbersOf(endings[0]!.start).map((start) => [start]);
    for (const { before, least, most, end } of endings) {
      found = found.flatMap((way) => {
        const start = way[way.length - 1]! + before;
        return numbersOf(end).flatMap((at) => (at - start >= least && at - start <= most ? [[...way, at]] : []));
      });
    }
    for (const way of found) ways.add(String(way));
  }
  return [...ways].sort();
}

test('narrow keeps the numbers of a lattice between two bounds', () => {
  for (const lattice of [exactly(4), { lo: 2, hi: 14, step: 4 }, { lo: 0, hi: 9, step: 1 }]) {
    for (let least = -1; least < 16; least++) {
      for (let most = least; most < 16; most++) {
        const kept = numbersOf(lattice).filter((number) => number >= least && number <= most);
        const narrowed = narrow(lattice, least, most);
        expect(narrowed === undefined ? [] : numbersOf(narrowed)).toEqual(kept);
      }
    }
  }
});

/** Three segments, each of which may have ended early. */
const chain = (first: Lattice, second: Lattice, third: Lattice): Place | undefined => {
  const one = ended(firstPlace, { least: 0, most: 6, end: first, until: 1 }, true);
  const two = one && ended(one, { least: 1, most: 5, end: second, until: 2 }, true);
  return two && ended(two, { least: 0, most: 4, end: third, until: 3 }, true);
};
const whole = chain({ lo: 0, hi: 6, step: 1 }, { lo: 2, hi: 10, step: 2 }, { lo: 3, hi: 12, step: 3 })!;

describe('a chain of endings', () => {
  test('has no end left that no way has', () => {
    for (const place of [whole, startWithin(whole, 9, 12)!, ...withSpan([whole], 1, { least: 4, most: 5 })]) {
      const ways = waysOf(place).map((way) => way.split(',').map(Number));
      const [way] = unfolded(place);
      for (const [i, { end }] of way!.endings.entries()) {
        expect([end.lo, end.hi]).toEqual([Math.min(...ways.map((way) => way[i + 1]!)), Math.max(...ways.map((way) => way[i + 1]!))]);
      }
    }
  });

  test('keeps the ways in which the next segment begins between two positions', () => {
    for (let least = 0; least < 14; least++) {
      const expected = waysOf(whole).filter((way) => Number(way.split(',').at(-1)) >= least && Number(way.split(',').at(-1)) <= least + 3);
      const within = startWithin(whole, least, least + 3);
      expect(within === undefined ? [] : waysOf(within)).toEqual(expected);
    }
  });

  test('keeps the ways in which a segment has between two numbers of bytes', () => {
    for (let least = 0; least < 6; least++) {
      const expected = waysOf(whole).filter((way) => {
        const [, first, second] = way.split(',').map(Number) as [number, number, number];
        return second - first >= least && second - first <= least + 1;
      });
      expect(
        withSpan([whole], 1, { least, most: least + 1 })
          .flatMap(waysOf)
          .sort(),
      ).toEqual(expected);
    }
  });
});

test('places that become one stand for the ways of both, and for no other', () => {
  const parts: Place[] = [];
  for (let least = 0; least < 13; least++) {
    for (let most = least; most < 13; most += 3) {
      const part = startWithin(whole, least, most);
      if (part !== undefined) parts.push(part);
    }
  }
  let joined = 0;
  for (const a of parts) {
    for (const b of parts) {
      const kept = distinct([a, b]);
      if (kept.length === 1) joined++;
      expect([...new Set(kept.flatMap(waysOf))].sort()).toEqual([...new Set([...waysOf(a), ...waysOf(b)])].sort());
      expect(kept[0]!.start.lo).toBeGreaterThanOrEqual(0);
    }
  }
  expect(joined).toBeGreaterThan(parts.length);
});
