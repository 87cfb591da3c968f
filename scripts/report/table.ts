/** Several implementations side by side: a row for each clause, a column for each implementation. */

import { clause } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { printable } from '../stepText.ts';
import { columnsOf } from './columns.ts';
import { headline } from './summary.ts';
import type { Colours } from './text.ts';

const words = { conforms: 'conforms', deviates: 'deviates', notTried: 'not tried', unreachable: 'unreachable' } as const;

export const tableOf = (reports: readonly Report[], colours: Colours): string => {
  const ids = [...new Set(reports.flatMap(({ clauses }) => clauses.map(({ id }) => id)))];
  const letters = reports.map((_, at) => String.fromCharCode('A'.charCodeAt(0) + (at % 26)).repeat(1 + Math.floor(at / 26)));
  const rows = ids.map((id) => [
    id,
    ...reports.map(({ clauses }) => {
      const result = clauses.find((candidate) => candidate.id === id);
      return result === undefined ? '' : words[result.grade];
    }),
    clause(id).text,
  ]);
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow };
  const lines = [
    ...reports.map((report, at) => `${letters[at]}  ${paint[report.verdict](printable(headline(report)))}`),
    '',
    ...columnsOf(['clause', ...letters, 'what it says'], rows),
  ];
  return `${lines.join('\n')}\n`;
};
