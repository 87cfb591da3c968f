/** `wspsend explore`: every state that the bounds let the model reach, and every permitted step between them. */

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Comparison } from '../../../model/explore/equal.ts';
import { progressOn } from '../../report/progress.ts';
import { printLine } from '../../report/terminal.ts';
import { type ModelOptions, takesModel } from '../bounds.ts';
import { exitCodes } from '../exit.ts';
import { endHelp } from '../help.ts';
import { exploreOnWorker } from '../jobs/explore.ts';
import { wholeNumber } from '../options.ts';

interface ExploreOptions extends ModelOptions {
  readonly compare?: true;
  readonly threads?: number;
  readonly states?: number;
  readonly json?: true;
}

export const addExplore = (program: Command): void => {
  const command = takesModel(
    program
      .command('explore')
      .summary('count the states and transitions of the model within bounds')
      .description('Explores the model: counts every state within the bounds, and every permitted step between them.'),
  )
    .option('--threads <n>', 'threads that explore together (default: one per core)', wholeNumber(1, 256))
    .option(
      '--states <n>',
      'give up after about so many states (default: as many as a table of 256 MiB has bits for)',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--compare', 'try every label in every state on the XState machine too; exit 1 at the first difference')
    .option('--json', 'one JSON object')
    .action(async (options: ExploreOptions) => {
      process.exitCode = await showExploration(options);
    });
  endHelp(command, {
    0: 'every state within the bounds was explored',
    1: 'with --compare: the compiled model and the XState machine differ',
    2: 'there are more states than --states, or what was given cannot be used',
  });
};

async function showExploration(options: ExploreOptions): Promise<number> {
  const { slice, operations, units, length, profile, compare, json, threads = availableParallelism(), states: statesMax } = options;
  const progress = progressOn(process.stderr);
  const bounds = { operations, units, length };
  const exploration = { slice, bounds, profile, statesMax, threads, compare: compare === true };
  const { states, transitions, seconds, cpuSeconds, comparison } = await exploreOnWorker(exploration, progress.show).finally(progress.end);
  if (json)
    printLine(JSON.stringify({ slice, ...bounds, states, transitions, seconds, cpuSeconds, threads, ...(comparison && { comparison }) }));
  else {
    printLine(`${states} states, ${transitions} transitions: slice ${slice}, profile ${profile}`);
    printLine(
      `bounds: ${operations} operations, ${units} units of room, sends of at most ${length} units; ${seconds.toFixed(1)} seconds, ${cpuSeconds.toFixed(1)} of a processor`,
    );
    if (comparison !== undefined) printLine(comparisonLine(comparison));
  }
  return comparison?.difference === undefined ? exitCodes.good : exitCodes.bad;
}

const comparisonLine = ({ tried, permitted, difference }: Comparison): string =>
  difference ?? `the compiled product and the XState machine agree on all ${tried} steps tried, ${permitted} of them permitted`;
