/** Several implementations side by side: a row for each clause, a column for each implementation. */

import { clause, register } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { columnsOf } from './columns.ts';
import { printable } from './stepText.ts';
import { goneText, headline, knownDeviations } from './summary.ts';
import type { Colours } from './terminal.ts';

const words = { conforms: 'conforms', deviates: 'deviates', notTried: 'not tried', unreachable: 'unreachable' } as const;

export const renderTable = (reports: readonly Report[], colours: Colours): string => {
  const met = new Set<string>(reports.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
  const ids = register.map(({ id }) => id).filter((id) => met.has(id));
  const titles = reports.map(titleOf);
  const rows = ids.map((id) => [
    id,
    ...reports.map((report) => {
      const result = report.clauses.find((candidate) => candidate.id === id);
      if (result === undefined) return words.notTried;
      return result.grade !== 'deviates' && knownDeviations(report, id).length > 0 ? 'listed' : words[result.grade];
    }),
    clause(id).text,
  ]);
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow };
  const lines = [
    ...reports.flatMap((report, at) => [
      paint[report.verdict](`${titles[at] === report.subject ? '' : `${titles[at]}: `}${printable(headline(report))}`),
      ...(report.cut === undefined ? [] : [colours.yellow(`${titles[at]}: cut short: ${printable(report.cut)}`)]),
    ]),
    '',
    ...columnsOf(['clause', ...titles, 'what it says'], rows),
    ...reports.flatMap((report, at) => deviationLines(report, titles[at]!, colours)),
  ];
  return `${lines.join('\n')}\n`;
};

const titleMax = 16;

/** At the head of a column: what it is called, where that is short, and two of one name are told apart. */
const titleOf = ({ subject, profile }: Report, at: number, all: readonly Report[]): string => {
  const isAlone = all.filter((other) => other.subject === subject).length === 1;
  const name = printable(isAlone ? subject : `${subject}, ${profile}`);
  return name.length <= titleMax ? name : String.fromCharCode('A'.charCodeAt(0) + (at % 26)).repeat(1 + Math.floor(at / 26));
};

/** What stands behind the cells: first what nobody has looked at. */
const deviationLines = ({ counterexamples, listed = [] }: Report, title: string, colours: Colours): string[] => {
  const lines = [
    ...counterexamples.map(({ message, clauses }) => colours.red(`  not listed: ${printable(message)}${clausesText(clauses)}`)),
    ...listed.map((entry) =>
      entry.shows ? `  listed: ${printable(entry.step)}${clausesText(entry.clauses)}` : colours.red(`  ${printable(goneText(entry))}`),
    ),
  ];
  return lines.length === 0 ? [] : ['', `deviations of ${title}:`, ...lines];
};

const clausesText = (clauses: readonly string[]): string => (clauses.length === 0 ? '' : `: ${clauses.join(', ')}`);
