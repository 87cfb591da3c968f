/** What a trace costs, in what the oracle looks at: a trace twice as long costs about twice as much. */

import { describe, expect, test } from 'vitest';
import { effort } from '../../../model/oracle/effort.ts';
import { Oracle, type Rejection } from '../../../model/oracle/oracle.ts';
import type { TraceStep } from '../../../model/winsock/trace.ts';
import { cancelledAndRead, growingTraces, readInOrder, shuffled } from './growingTraces.ts';

/** Where the oracle refuses, if anywhere. */
function judged(steps: readonly TraceStep[]): { readonly line: number; readonly rejection: Rejection } | undefined {
  const oracle = new Oracle('docs');
  for (const [line, step] of steps.entries()) {
    const rejection = oracle.step(step);
    if (rejection !== undefined) return { line, rejection };
  }
  return undefined;
}

function visitsOf(steps: readonly TraceStep[]): number {
  effort.visits = 0;
  expect(judged(steps)).toBeUndefined();
  return effort.visits;
}

describe('twice as much costs at most 2.3 times as much', () => {
  test.each(growingTraces)('$name', ({ size, steps }) => {
    const once = visitsOf(steps(size));
    expect(once).toBeGreaterThanOrEqual(size);
    expect(visitsOf(steps(2 * size)) / once).toBeLessThanOrEqual(2.3);
  });
});

describe('any number of sends that are under way at once', () => {
  const fills: Record<string, (i: number) => number> = {
    'equal values': () => 7,
    'distinct values': (i) => 6 * i,
    'values that overlap': (i) => 20 + 20 * i,
  };
  const orders: Record<string, (n: number) => number[]> = {
    'the first first': (n) => Array.from({ length: n }, (_, i) => i),
    'the last first': (n) => Array.from({ length: n }, (_, i) => n - 1 - i),
    'in any order': shuffled,
  };
  const cases = Object.keys(fills).flatMap((values) => Object.keys(orders).map((order) => ({ values, order })));

  test.each(cases)('$values, read $order: accepted, and rejected where a byte is wrong', ({ values, order }) => {
    const fillOf = fills[values]!;
    for (const n of [2, 3, 4, 5, 8, 13, 20, 27, 40]) {
      const steps = readInOrder(orders[order]!(n), 6, fillOf);
      expect(judged(steps), `${n} sends`).toBeUndefined();
      const wrong = 2 + n + (n - 2);
      const step = steps[wrong] as Extract<TraceStep, { peer: 'recv' }>;
      const [[start, length]] = step.runs as [[number, number]];
      const broken = steps.with(wrong, {
        ...step,
        runs: [
          [start, length - 1],
          [(start + 120) % 251, 1],
        ],
      } as TraceStep);
      const { line, rejection } = judged(broken)!;
      expect({ line, undecided: rejection.undecided, clauses: rejection.clauses }, `${n} sends`).toEqual({
        line: wrong,
        undecided: undefined,
        clauses: expect.arrayContaining(['Order:2']),
      });
    }
  });
});

describe('any number of sends that were broken off anywhere', () => {
  const step = (fields: Record<string, unknown>): TraceStep => fields as unknown as TraceStep;
  const read = (start: number): TraceStep => step({ peer: 'recv', socket: 'A', runs: [[start, 50]] });
  const result = (i: number): TraceStep =>
    step({ call: 'WSPGetOverlappedResult', socket: 'A', overlapped: `o${i}`, returns: { rc: 0, bytes: 5000 } });

  // Each of these may end wherever another begins, so that two to the power of their number of ways are open.
  test.each([8, 20, 40])('%i of them: what no way permits is rejected, and not left undecided', (n) => {
    const fillOf = (i: number): number => 6 * i;
    const short = cancelledAndRead(n, fillOf, 60, 7);
    const long = cancelledAndRead(n, fillOf, 100, 200);
    const [late, early] = [fillOf(n - 2), fillOf(n - 4)];
    expect(judged([...short, read(late)])).toBeUndefined();
    const refusedWith = (clause: string, ...steps: readonly TraceStep[]): void => {
      const { line, rejection } = judged(steps)!;
      expect({ line, undecided: rejection.undecided }).toEqual({ line: steps.length - 1, undecided: undefined });
      expect(rejection.clauses).toContain(clause);
    };
    refusedWith('Order:2', ...short, read(late), read(early));
    refusedWith('Order:2', ...short, read(3));
    // Behind 5000 bytes no send of these values begins, so the first cannot have left in full.
    refusedWith('Overlapped:3', ...long, result(0));
  });
});
