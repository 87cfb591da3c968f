/** `wspsend merge`: reports of `verify --reporter json`, joined: shares of a campaign into one verdict, implementations side by side. */

import { type Command, Option } from 'commander';
import type { Report } from '../../../properties/campaign/report.ts';
import { widthOf } from '../../report/columns.ts';
import { mergeReports, sharesAmiss } from '../../report/merge.ts';
import { printable } from '../../report/printable.ts';
import { readReports } from '../../report/readReports.ts';
import { type Reporter, render, reporters } from '../../report/render.ts';
import { coloursOf } from '../../report/terminal.ts';
import { chosenFrom } from '../choices.ts';
import { exitCodes, exitOfVerdict, UnusableInput, worst } from '../exit.ts';
import { endHelp } from '../help.ts';
import { readInput } from '../inputs.ts';
import { shownText, showOnGithub } from '../onGithub.ts';
import { outputTo } from '../outputs.ts';
import { sayWritten } from '../sayWritten.ts';

interface MergeOptions {
  readonly reporter: Reporter;
  readonly json?: true;
  readonly verbose?: true;
  readonly out?: string;
}

export const addMerge = (program: Command): void => {
  const command = program
    .command('merge')
    .summary('join reports: the shares of a campaign, or several implementations side by side')
    .description(
      'Joins reports of `wspsend verify --reporter json`. Those of one implementation and profile become one; several become a table, clause by implementation.',
    )
    .argument('<file...>', 'reports in JSON')
    .addOption(chosenFrom(new Option('--reporter <form>', 'the form of the result'), reporters).default('text'))
    .option('--json', 'the same as --reporter json')
    .option('--verbose', 'everything that the reports hold')
    .option('--out <file>', 'write the result to this file')
    .action(async (files: string[], options: MergeOptions) => {
      process.exitCode = await merge(files, options);
    });
  endHelp(command, {
    0: 'all conform',
    1: 'one deviates, or did less than --min-clauses and --min-steps asked for',
    2: 'one could not be tried, shares are missing, or a file is no report',
  });
};

async function merge(files: readonly string[], { reporter, json, verbose, out }: MergeOptions): Promise<number> {
  const write = out === undefined ? undefined : outputTo('--out', out, files);
  const given: Report[] = [];
  for (const file of files) given.push(...(await readFile(file)));
  const amiss = sharesAmiss(given);
  if (amiss !== undefined) throw new UnusableInput(amiss);
  const reports = mergeReports(given) as [Report, ...Report[]];
  const stream = out === undefined ? process.stdout : {};
  const style = { colours: coloursOf(stream), width: widthOf(stream), verbose: verbose === true };
  const form = json === true ? 'json' : reporter;
  const text = render(form, reports, style);
  const isForPeople = form === 'text' && out === undefined;
  if (write === undefined) process.stdout.write(isForPeople ? shownText(text) : text);
  else {
    write(text);
    sayWritten(out!, reports);
  }
  showOnGithub(reports, isForPeople || out !== undefined ? process.stdout : process.stderr);
  const ends = reports.map(({ verdict }) => exitOfVerdict[verdict]);
  // A deviation that was found stands, whatever could not be tried elsewhere.
  return ends.includes(exitCodes.bad) ? exitCodes.bad : worst(ends);
}

/** Many times the length of a report. */
const bytesMax = 2 ** 27;

async function readFile(file: string): Promise<readonly Report[]> {
  const json = await readInput(file, { wanted: 'merge must be given reports', bytesMax });
  try {
    return readReports(json);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UnusableInput(`merge must be given reports of \`wspsend verify --reporter json\`: ${printable(file)}: ${error.message}`);
    throw error;
  }
}
