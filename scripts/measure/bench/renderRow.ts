/** A row's result for a person at a terminal. */

import type { Colours } from '../../report/terminal.ts';
import { quietMin } from './quiet.ts';
import type { RowResult, Spread } from './runner.ts';

/** Three digits are as many as a noisy machine can mean. */
const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);

const spread = ({ low, high }: Spread): string => `${figure(low)}–${figure(high)}`;

const columnWidth = 18;

const line = (title: string, cells: readonly string[], width: number): string =>
  `  ${title.padEnd(width)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`.trimEnd();

export const renderRow = (result: RowResult, colours: Colours): string => {
  const { row, what, unit, cases, contenders, goals, notRun, wrong, quiet } = result;
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
    ...quietLines(quiet, width, colours),
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
  const verdicts = cases.map(({ asked, verdict }) =>
    asked === null ? '' : `${isFaster ? '≥' : '≤'} ${figure(asked)} ${verdict === 'missed' ? 'MISSED' : verdict}`,
  );
  const text = line('  goal', verdicts, width);
  const isMissed = cases.some(({ verdict }) => verdict === 'missed');
  return [
    ...lines,
    isMissed ? colours.red(text) : cases.every(({ verdict }) => verdict === 'met') ? colours.green(text) : colours.yellow(text),
  ];
};

const quietLines = (quiet: readonly Spread[], width: number, colours: Colours): string[] => {
  if (quiet.length === 0) return [];
  const shares = quiet.map(({ median }) => `${(100 * median).toFixed(0)} %`);
  const text = line('of a core to be had', shares, width);
  return [quiet.some(({ median }) => median < quietMin) ? colours.yellow(text) : text];
};
