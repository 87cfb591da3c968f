import { expect, test } from 'vitest';
import type { Quiet } from './quiet.ts';
import type { Contender, Row } from './row.ts';
import { runRow } from './runner.ts';

const costing = (name: string, cost: number): Contender => ({
  name,
  start: async () => ({ isWarm: true, sample: async () => cost, verify: async () => undefined, stop: () => undefined }),
});
const row: Row = {
  name: 'row',
  what: '',
  unit: 'ns',
  cases: ['a case'],
  contenders: [costing('ours', 3), costing('theirs', 1)],
  goals: [
    { contender: 'ours', over: ['theirs'], atMost: 2 },
    { contender: 'ours', over: ['theirs'], atMost: 4 },
  ],
};

test.each([
  [1, ['missed', 'met']],
  [0.5, ['unsettled', 'met']],
])('with %d of a core to be had, a goal that is not reached and one that is are %j', async (share, verdicts) => {
  const quiet = { now: () => share } as Quiet;
  const result = await runRow(row, { rounds: 3, ms: 1, seed: 1, quiet, onProgress: () => undefined });
  expect(result.goals.map(({ cases }) => cases[0]!.verdict)).toEqual(verdicts);
  expect(result.quiet[0]!.median).toBe(share);
});

test.each([
  ['5 rounds, where its ratios agree', [3], 5],
  ['as many rounds as there are, where they do not', [3, 6, 4, 8], 11],
])('a case has %s', async (_, costs, expected) => {
  let samples = 0;
  const ours: Contender = {
    name: 'ours',
    start: async () => ({
      isWarm: true,
      sample: async () => costs[samples++ % costs.length]!,
      verify: async () => undefined,
      stop: () => undefined,
    }),
  };
  const rows = { ...row, contenders: [ours, costing('theirs', 1)] };
  await runRow(rows, { rounds: 11, ms: 1, seed: 1, quiet: { now: () => 1 } as Quiet, onProgress: () => undefined });
  expect(samples).toBe(expected);
});
