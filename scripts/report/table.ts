/** Several implementations side by side: a row for each clause, a column for each implementation. */

import { clause } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { printable } from '../stepText.ts';
import { columnsOf } from './columns.ts';
import { goneText, headline, knownDeviations } from './summary.ts';
import type { Colours } from './text.ts';

const words = { conforms: 'conforms', deviates: 'deviates', notTried: 'not tried', unreachable: 'unreachable' } as const;

export const tableOf = (reports: readonly Report[], colours: Colours): string => {
  const ids = [...new Set(reports.flatMap(({ clauses }) => clauses.map(({ id }) => id)))];
  const letters = reports.map((_, at) => String.fromCharCode('A'.charCodeAt(0) + (at % 26)).repeat(1 + Math.floor(at / 26)));
  const rows = ids.map((id) => [
    id,
    ...reports.map((report) => {
      const result = report.clauses.find((candidate) => candidate.id === id);
      if (result === undefined) return '';
      return result.grade !== 'deviates' && knownDeviations(report, id).length > 0 ? 'listed' : words[result.grade];
    }),
    clause(id).text,
  ]);
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow };
  const lines = [
    ...reports.map((report, at) => `${letters[at]}  ${paint[report.verdict](printable(headline(report)))}`),
    '',
    ...columnsOf(['clause', ...letters, 'what it says'], rows),
    ...reports.flatMap((report, at) => deviationLines(report, letters[at]!, colours)),
  ];
  return `${lines.join('\n')}\n`;
};

/** What stands behind the cells: first what nobody has looked at. */
const deviationLines = ({ counterexamples, listed = [] }: Report, letter: string, colours: Colours): string[] => {
  const lines = [
    ...counterexamples.map(({ message, clauses }) => colours.red(`  not listed: ${printable(message)} (${clauses.join(', ')})`)),
    ...listed.map((entry) =>
      entry.shows ? `  listed: ${printable(entry.step)} (${entry.clauses.join(', ')})` : colours.red(`  ${printable(goneText(entry))}`),
    ),
  ];
  return lines.length === 0 ? [] : ['', `deviations of ${letter}:`, ...lines];
};
