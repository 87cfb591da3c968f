import { describe, expect, test } from 'vitest';
import { Follower } from './following.ts';
import { windowOf } from './mixing.ts';
import { firstPlace, type Place } from './places.ts';
import { Segments } from './segments.ts';

const period = 251;

interface Timed {
  readonly fill: number;
  readonly length: number;
  readonly began: number;
  readonly ended: number;
}

function segmentsOf(sends: readonly Timed[]): Segments {
  const segments = new Segments(period);
  for (const { fill, length, began } of sends) segments.add({ fill, length, began, ended: began, watched: false }, false, false);
  for (const [i, { ended }] of sends.entries()) segments.at(i)!.ended = ended;
  return segments;
}

/** Every text that a peer can read: of the sends that have to wait for no other, one gives its next byte. */
function texts(sends: readonly Timed[], read: readonly number[] = sends.map(() => 0)): string[] {
  const found = sends.flatMap(({ fill, length, began }, i) => {
    const waits = sends.some((other, j) => other.ended <= began && j < i && read[j]! < other.length);
    if (waits || read[i]! >= length) return [];
    return texts(sends, read.with(i, read[i]! + 1)).map((rest) => `${(fill + read[i]!) % period},${rest}`);
  });
  return found.length > 0 ? [...new Set(found)] : [''];
}

/** Whether a text can be read, byte by byte. */
function isReadable(sends: readonly Timed[], text: readonly number[]): boolean {
  const segments = segmentsOf(sends);
  const follower = new Follower(segments, () => false);
  let places: readonly Place[] = [firstPlace];
  for (const [at, start] of text.entries()) {
    places = follower.follow(places, { start, period, from: at, to: at + 1, budget: 1000 });
  }
  return places.length > 0;
}

test('the next byte is of a send that has to wait for no other', () => {
  const sends = [
    { fill: 0, length: 2, began: 0, ended: 5 },
    { fill: 10, length: 2, began: 1, ended: 3 },
    { fill: 20, length: 2, began: 4, ended: 6 },
    { fill: 30, length: 2, began: 7, ended: 8 },
  ];
  const window = (strands: Parameters<typeof windowOf>[1], front: number) =>
    windowOf(segmentsOf(sends), strands, front).map(({ segment }) => segment.sequence);
  expect(window([], 0)).toEqual([0, 1]);
  expect(window([{ sequence: 0, read: 1, twins: -1 }], 2)).toEqual([0, 2]);
  expect(window([], 2)).toEqual([2]);
});

describe('sends that overlap are read as every order and mixture of them', () => {
  const fills = [0, 1, 2];
  const times = [
    [0, 9, 0, 9, 0, 9],
    [0, 2, 1, 9, 3, 9],
    [0, 9, 1, 2, 3, 9],
  ];
  test.each(times.map((spans) => ({ spans })))('began and ended at $spans', ({ spans }) => {
    for (const a of fills) {
      for (const b of fills) {
        const sends: Timed[] = [
          { fill: 0, length: 3, began: spans[0]!, ended: spans[1]! },
          { fill: a, length: 2, began: spans[2]!, ended: spans[3]! },
          { fill: b, length: 2, began: spans[4]!, ended: spans[5]! },
        ];
        const readable = texts(sends).map((text) => text.split(',').slice(0, -1).map(Number));
        for (const text of readable) expect(isReadable(sends, text), `${text}`).toBe(true);
        const known = new Set(readable.map(String));
        for (const text of readable) {
          for (const [at, value] of text.entries()) {
            const wrong = text.with(at, (value + 1) % 5);
            if (!known.has(String(wrong))) expect(isReadable(sends, wrong), `${wrong}`).toBe(false);
          }
        }
      }
    }
  });
});
