/** `wspsend merge`: reports of `verify --reporter json`, joined: shares of a campaign into one verdict, implementations side by side. */

import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Report } from '../../../properties/campaign/report.ts';
import { widthOf } from '../../report/columns.ts';
import { mergeReports, sharesAmiss } from '../../report/merge.ts';
import { readReports } from '../../report/readReports.ts';
import { type Reporter, render, reporters } from '../../report/render.ts';
import { coloursOf } from '../../report/terminal.ts';
import { exitCodes, exitOfVerdict, reasonOf, UnusableInput, worst } from '../exit.ts';
import { shownText, showOnGithub } from '../onGithub.ts';

interface MergeOptions {
  readonly reporter: Reporter;
  readonly json?: true;
  readonly verbose?: true;
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
    .addOption(new Option('--reporter <form>', 'the form of the result').choices(reporters).default('text'))
    .option('--json', 'the same as --reporter json')
    .option('--verbose', 'everything that the reports hold')
    .option('--out <file>', 'write the result to this file')
    .addHelpText(
      'after',
      '\nExit status: 0 all conform, 1 some deviate or did less than they were to, 2 some could not be tried, shares are missing, or a file is no report.',
    )
    .action((files: string[], options: MergeOptions) => {
      process.exitCode = merge(files, options);
    });
};

function merge(files: readonly string[], { reporter, json, verbose, out }: MergeOptions): number {
  const given = files.flatMap(readFile);
  const amiss = sharesAmiss(given);
  if (amiss !== undefined) throw new UnusableInput(amiss);
  const reports = mergeReports(given) as [Report, ...Report[]];
  const stream = out === undefined ? process.stdout : {};
  const style = { colours: coloursOf(stream), width: widthOf(stream), verbose: verbose === true };
  const form = json === true ? 'json' : reporter;
  const text = render(form, reports, style);
  const isForPeople = form === 'text' && out === undefined;
  if (out === undefined) process.stdout.write(isForPeople ? shownText(text) : text);
  else write(out, text);
  showOnGithub(reports, isForPeople || out !== undefined ? process.stdout : process.stderr);
  const ends = reports.map(({ verdict }) => exitOfVerdict[verdict]);
  // A deviation that was found stands, whatever could not be tried elsewhere.
  return ends.includes(exitCodes.bad) ? exitCodes.bad : worst(ends);
}

function readFile(file: string): readonly Report[] {
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnusableInput(`merge must be given reports that can be read: ${file}: ${reasonOf(error)}`);
  }
  try {
    return readReports(json);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UnusableInput(`merge must be given reports of \`wspsend verify --reporter json\`: ${file}: ${error.message}`);
    throw error;
  }
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new UnusableInput(`--out must name a file that can be written: ${out}: ${reasonOf(error)}`);
  }
}
