/** A row's result for a person at a terminal. */

import type { Colours } from '../../report/terminal.ts';
import type { RowResult, Spread } from './runner.ts';

/** Three digits are as many as a noisy machine can mean. */
const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);

const spread = ({ low, high }: Spread): string => `${figure(low)}–${figure(high)}`;

const columnWidth = 15;

const line = (title: string, cells: readonly string[], width: number): string =>
  `  ${title.padEnd(width)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`.trimEnd();

export const renderRow = (result: RowResult, colours: Colours): string => {
  const { row, what, unit, cases, contenders, goals, notRun, wrong } = result;
  const titles = [...contenders.map(({ contender }) => contender), ...goals.map(({ goal }) => goal), '  the middle half'];
  const width = Math.max(...titles.map((title) => title.length));
  return [
    '',
    `${colours.bold(row)}: ${what}; ${unit}, medians`,
    line('', cases, width),
    ...contenders.map(({ contender, costs }) =>
      line(
        contender,
        costs.map(({ median }) => figure(median)),
        width,
      ),
    ),
    ...goals.flatMap((goal) => goalLines(goal, width, colours)),
    ...notRun.map(({ contender, reason }) => colours.yellow(`  not run: ${contender}: ${reason}`)),
    ...wrong.map((what) => colours.red(`  damaged data, so no result: ${what}`)),
  ].join('\n');
};

const goalLines = ({ goal, cases }: RowResult['goals'][number], width: number, colours: Colours): string[] => {
  const asks = cases.some(({ asked }) => asked !== null);
  const isFaster = goal.includes('times as fast');
  const lines = [
    colours.bold(
      line(
        goal,
        cases.map(({ ratio }) => figure(ratio.median)),
        width,
      ),
    ),
    line(
      '  the middle half',
      cases.map(({ ratio }) => spread(ratio)),
      width,
    ),
  ];
  if (!asks) return lines;
  const verdicts = cases.map(({ asked, met }) =>
    asked === null ? '' : `${isFaster ? '≥' : '≤'} ${figure(asked)} ${met ? 'met' : 'MISSED'}`,
  );
  const text = line('  goal', verdicts, width);
  return [...lines, cases.every(({ met }) => met) ? colours.green(text) : colours.red(text)];
};
