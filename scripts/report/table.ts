/** Several implementations side by side: a row for each clause, a column for each implementation. */

import { clause, register } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { columnsDefault, columnsOf, fitted, wrapped } from './columns.ts';
import { printable } from './printable.ts';
import { cutText, headline, lackingTexts, ledgerFaults } from './summary.ts';
import { type Colours, coloursOf } from './terminal.ts';
import type { TextOptions } from './text.ts';

const words = { conforms: 'held', deviates: 'broken', listed: 'listed', notTried: 'not tried', unreachable: 'not tried' } as const;

export const renderTable = (reports: readonly Report[], { colours = coloursOf({}), width = columnsDefault }: TextOptions = {}): string => {
  const met = new Set<string>(reports.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
  const ids = register.map(({ id }) => id).filter((id) => met.has(id));
  const titles = reports.map(titleOf);
  const rows = ids.map((id) => [
    id,
    ...reports.map((report) => {
      return words[report.clauses.find((candidate) => candidate.id === id)?.grade ?? 'notTried'];
    }),
    clause(id).text,
  ]);
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow, short: colours.yellow };
  const lines = [
    ...reports.flatMap((report, at) => {
      const title = titles[at] === report.subject ? '' : `${titles[at]}: `;
      const cut = cutText(report);
      return [
        ...wrapped(`${title}${printable(headline(report))}`, width, '  ').map(paint[report.verdict]),
        ...[...(cut === undefined ? [] : [`cut short: ${cut}`]), ...lackingTexts(report)].flatMap((line) =>
          wrapped(`  ${printable(line)}`, width, '  ').map(colours.yellow),
        ),
      ];
    }),
    '',
    ...columnsOf(['clause', ...titles, 'what it says'], rows).map((line) => fitted(line, width)),
    ...reports.flatMap((report, at) => deviationLines(report, titles[at]!, colours)),
  ];
  return `${lines.join('\n')}\n`;
};

const titleMax = 16;

/** At the head of a column: its name, where that is short; two of one name differ by their profile. */
const titleOf = ({ subject, profile }: Report, at: number, all: readonly Report[]): string => {
  const isAlone = all.filter((other) => other.subject === subject).length === 1;
  const name = printable(isAlone ? subject : `${subject}, ${profile}`);
  return name.length <= titleMax ? name : String.fromCharCode('A'.charCodeAt(0) + (at % 26)).repeat(1 + Math.floor(at / 26));
};

/** What stands behind the cells: first what nobody has looked at. */
const deviationLines = (report: Report, title: string, colours: Colours): string[] => {
  const { counterexamples, listed = [] } = report;
  const lines = [
    ...counterexamples.map(({ message, clauses }) => colours.red(`  not listed: ${printable(message)}${clausesText(clauses)}`)),
    ...ledgerFaults(report).map((fault) => colours.red(`  ${printable(fault)}`)),
    ...listed.filter(({ shows }) => shows).map(({ step, clauses }) => `  listed: ${printable(step)}${clausesText(clauses)}`),
  ];
  return lines.length === 0 ? [] : ['', `deviations of ${title}:`, ...lines];
};

const clausesText = (clauses: readonly string[]): string => (clauses.length === 0 ? '' : `: ${clauses.join(', ')}`);
