/** `wspsend merge`: reports of `verify --reporter json`, joined: shares of a campaign into one verdict, implementations side by side. */

import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Report } from '../../../properties/campaign/report.ts';
import { renderJson } from '../../report/json.ts';
import { renderJunit } from '../../report/junit.ts';
import { mergeReports, sharesAmiss } from '../../report/merge.ts';
import { renderTable } from '../../report/table.ts';
import { coloursOf } from '../../report/terminal.ts';
import { renderText } from '../../report/text.ts';
import { exitCodes, reasonOf, UnusableInput } from '../exit.ts';

interface MergeOptions {
  readonly reporter: 'text' | 'json' | 'junit';
  readonly json?: true;
  readonly out?: string;
}

export const addMerge = (program: Command): void => {
  program
    .command('merge')
    .summary('join reports: the shares of a campaign, or several implementations side by side')
    .description(
      'Joins reports of `wspsend verify --reporter json`. Those of one implementation and profile become one; several become a table, clause by implementation.',
    )
    .argument('<file...>', 'reports in JSON')
    .addOption(new Option('--reporter <form>', 'the form of the result').choices(['text', 'json', 'junit']).default('text'))
    .option('--json', 'the same as --reporter json')
    .option('--out <file>', 'write the result to this file')
    .addHelpText('after', '\nExit status: 0 all conform, 1 some deviate, 2 some could not be tried, or shares are missing.')
    .action((files: string[], options: MergeOptions) => {
      process.exitCode = merge(files, options);
    });
};

function merge(files: readonly string[], { reporter, json, out }: MergeOptions): number {
  const given = files.flatMap(readReports);
  const amiss = sharesAmiss(given);
  if (amiss !== undefined) throw new UnusableInput(amiss);
  const reports = mergeReports(given);
  const form = json === true ? 'json' : reporter;
  const colours = out === undefined ? coloursOf(process.stdout) : coloursOf({});
  const [only] = reports;
  const text = {
    text: () => (reports.length === 1 ? renderText(only!, colours) : renderTable(reports, colours)),
    json: () => (reports.length === 1 ? renderJson(only!) : `${JSON.stringify({ wspsend: 'reports/1', reports })}\n`),
    junit: () => renderJunit(...reports),
  }[form]();
  if (out === undefined) process.stdout.write(text);
  else write(out, text);
  const verdicts = reports.map(({ verdict }) => verdict);
  if (verdicts.includes('deviates')) return exitCodes.bad;
  return verdicts.includes('untried') ? exitCodes.unusable : exitCodes.good;
}

function readReports(file: string): Report[] {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UnusableInput(
      `merge must be given reports in JSON: ${file}: ${error instanceof SyntaxError ? error.message : reasonOf(error)}`,
    );
  }
  const { wspsend, reports } = (read ?? {}) as { wspsend?: unknown; reports?: unknown };
  if (wspsend === 'report/1') return [read as Report];
  if (wspsend === 'reports/1' && Array.isArray(reports)) return reports as Report[];
  throw new UnusableInput(
    `merge must be given reports of \`wspsend verify --reporter json\`: ${file} says wspsend: ${JSON.stringify(wspsend) ?? 'nothing'}`,
  );
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new UnusableInput(`--out must name a file that can be written: ${out}: ${reasonOf(error)}`);
  }
}
