/** The README's table of figures, as a run of the benchmark writes it. */

import { wrapped } from '../../report/columns.ts';
import type { GoalResult, RowResult } from './runner.ts';

/** What a run measured, and on what. */
export interface Measured {
  readonly machine: string;
  /** The day, as ISO 8601 has it. */
  readonly date: string;
  readonly asked: number;
  readonly met: number;
  readonly missed: number;
  readonly unsettled: number;
  readonly rows: readonly RowResult[];
}

const begin = '<!-- npm run bench -- --readme writes from here -->';
const end = '<!-- to here -->';

interface Line {
  readonly row: string;
  readonly goal: string;
  readonly what: string;
  readonly against: string;
}

const ring = (goal: string, what: string, against: string): Line => ({ row: 'ring', goal, what, against });

/** Tables of lines that have the same cases. */
const tables: readonly (readonly Line[])[] = [
  [
    ring('ring, in place ÷ C, two memcpys', 'ring, drained in place', '÷ a C ring, two memcpys'),
    ring('ring, in place, times as fast as ringbuf.js', '', 'times as fast as ringbuf.js'),
    ring('ring, in place, times as fast as the best of bl, PassThrough', '', 'times as fast as the best of bl, PassThrough'),
    ring('ring, copied out ÷ C, two memcpys', 'ring, copied out', '÷ a C ring, two memcpys'),
    { row: 'copy', goal: 'ring, in place ÷ the best of copy', what: 'ring, drained in place', against: '÷ the fastest copy that V8 does' },
    { row: 'copy', goal: 'ring, in place ÷ the best of least ring', what: '', against: "÷ such a copy with a ring's positions" },
    { row: 'copy', goal: 'ring of registered buffers, in place ÷', what: 'ring of registered buffers', against: "÷ WebAssembly's copy" },
    { row: 'send', goal: 'WSPSend ÷ bare ring write', what: 'whole WSPSend', against: "÷ the ring's write" },
    {
      row: 'threads',
      goal: 'shared ring, times as fast as MessagePort',
      what: 'ring between threads',
      against: 'times as fast as MessagePort',
    },
    { row: 'threads', goal: 'shared ring, times as fast as C pipe', what: '', against: 'times as fast as a C pipe' },
  ],
  ['event', 'routine', 'poll'].map((way, place) => ({
    row: 'operations',
    goal: `overlapped WSPSend, by ${way} ÷ numbers only`,
    what: place === 0 ? 'overlapped WSPSend, so many outstanding' : '',
    against: `by ${way}, ÷ numbers in a ring`,
  })),
];

const figure = (value: number): string => (value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2));

const cell = ({ ratio, verdict }: GoalResult['cases'][number]): string => {
  const text = figure(ratio.median);
  return verdict === 'missed' ? `**${text}**` : verdict === 'unsettled' ? `${text} ?` : text;
};

const tableOf = (lines: readonly Line[], rows: readonly RowResult[]): string[] => {
  const found = lines.flatMap((line) => {
    const goal = rows.find(({ row }) => row === line.row)?.goals.find((goal) => goal.goal.startsWith(line.goal));
    return goal === undefined ? [] : [{ line, goal }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const names = first.goal.cases.map((one) => one.case);
  const cellOf = (goal: GoalResult, name: string): string => {
    const one = goal.cases.find((one) => one.case === name);
    return one === undefined ? '' : cell(one);
  };
  return [
    '',
    `| what | against | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
    ...found.map(({ line, goal }) => `| ${line.what} | ${line.against} | ${names.map((name) => cellOf(goal, name)).join(' | ')} |`),
  ];
};

/** The README's prose is no wider. */
const readmeColumns = 108;

/** The README with these figures in the place of those it has. Throws where it has no place for them. */
export const withTable = (readme: string, { machine, date, asked, met, missed, unsettled, rows }: Measured): string => {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The README must have ${begin} and, behind it, ${end}: one is not there`);
  const least = Math.min(...rows.flatMap(({ quiet }) => quiet.map(({ median }) => median)));
  const settled = unsettled === 0 ? '' : ` and ${unsettled} are unsettled, because the machine was not quiet (?)`;
  const text = [
    begin,
    ...wrapped(
      `Medians of ${date} on ${machine}, where the bench had at least ${(100 * least).toFixed(0)}% of a core: ${met} of ${asked} goals were met, ${missed} were missed (bold)${settled}.`,
      readmeColumns,
    ),
    ...tables.flatMap((lines) => tableOf(lines, rows)),
    end,
  ];
  return readme.slice(0, from) + text.join('\n') + readme.slice(to + end.length);
};
