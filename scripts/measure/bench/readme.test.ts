import { expect, test } from 'vitest';
import { type Measured, withTable } from './readme.ts';
import type { GoalVerdict, RowResult } from './runner.ts';

const spread = (median: number) => ({ median, low: median, high: median });
const one = (name: string, median: number, verdict: GoalVerdict) => ({ case: name, ratio: spread(median), asked: 2, verdict });
const row: RowResult = {
  row: 'ring',
  what: '',
  unit: 'ns',
  cases: ['16 B', '64 B', '512 B'],
  quiet: [spread(1), spread(0.97), spread(0.5)],
  contenders: [],
  goals: [
    {
      goal: 'ring, in place ÷ C, two memcpys',
      cases: [one('16 B', 1.52, 'met'), one('64 B', 2.8, 'missed'), one('512 B', 12.4, 'unsettled')],
    },
  ],
  notRun: [],
  wrong: [],
};
const measured: Measured = { machine: 'a machine', date: '2026-01-02', asked: 3, met: 1, missed: 1, unsettled: 1, rows: [row] };
const readme = 'before\n<!-- npm run bench -- --readme writes from here -->\nfigures of last year\n<!-- to here -->\nbehind\n';

test('a run takes the place of the one before it, and says where and when it was', () => {
  const text = withTable(readme, measured);
  expect(text).toMatch(/^before\n[\s\S]*\nbehind\n$/);
  expect(text).not.toContain('last year');
  expect(text.replaceAll('\n', ' ')).toContain(
    '2026-01-02 on a machine, where the bench had at least 50% of a core: 1 of 3 goals were met',
  );
  expect(text.split('\n').filter((line) => !/^[|<]/.test(line) && line.length > 108)).toEqual([]);
  expect(text).toContain('| ring, drained in place | ÷ a C ring, two memcpys | 1.5 | **2.8** | 12 ? |');
  expect(withTable(text, measured)).toBe(text);
});

test('a README without a place for it is left alone', () => {
  expect(() => withTable('no place', measured)).toThrow('The README must have');
});
