import type { Report } from '../../properties/campaign/report.ts';
import { printable } from '../report/printable.ts';
import { headline } from '../report/summary.ts';

/** On standard error, what was written where: a report that goes into a file would say nothing on a terminal. */
export const sayWritten = (path: string, reports: readonly Report[]): void => {
  for (const report of reports) process.stderr.write(`${printable(path)}: ${printable(headline(report))}\n`);
};

/** The same of a drafted ledger. */
export const sayDrafted = (path: string, entries: number): void => {
  const written = entries === 1 ? '1 entry, whose reason is' : `${entries} entries, whose reasons are`;
  process.stderr.write(`${printable(path)}: ${entries === 0 ? 'no entry: nothing was found' : `${written} still to be written`}\n`);
};
