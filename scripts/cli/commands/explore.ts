/** `wspsend explore`: every state that the bounds let the model reach, and every permitted step between them. */

import type { Command } from 'commander';
import type { Comparison } from '../../../model/explore/equal.ts';
import { progressOn } from '../../report/progress.ts';
import { printLine } from '../../report/terminal.ts';
import { type ModelOptions, takesModel } from '../bounds.ts';
import { exitCodes } from '../exit.ts';
import { exploreOnWorker } from '../jobs/explore.ts';

interface ExploreOptions extends ModelOptions {
  readonly compare?: true;
  readonly json?: true;
}

export const addExplore = (program: Command): void => {
  takesModel(
    program
      .command('explore')
      .summary('count the states and transitions of the model within bounds')
      .description('Explores the model breadth first: every state within the bounds, and every permitted step between them.'),
  )
    .option('--compare', 'try every label in every state on the XState machine too; exit 1 at the first difference')
    .option('--json', 'one JSON object')
    .action(async (options: ExploreOptions) => {
      process.exitCode = await showExploration(options);
    });
};

async function showExploration({ slice, operations, units, length, profile, compare, json }: ExploreOptions): Promise<number> {
  const progress = progressOn(process.stderr);
  const bounds = { operations, units, length };
  const exploration = { slice, bounds, profile, compare: compare === true };
  const { states, transitions, seconds, comparison } = await exploreOnWorker(exploration, progress.show).finally(progress.end);
  if (json) printLine(JSON.stringify({ slice, ...bounds, states, transitions, seconds, ...(comparison && { comparison }) }));
  else {
    printLine(`${states} states, ${transitions} transitions: slice ${slice}, profile ${profile}`);
    printLine(`bounds: ${operations} operations, ${units} units of room, sends of at most ${length} units; ${seconds.toFixed(1)} seconds`);
    if (comparison !== undefined) printLine(comparisonLine(comparison));
  }
  return comparison?.difference === undefined ? exitCodes.good : exitCodes.bad;
}

const comparisonLine = ({ tried, permitted, difference }: Comparison): string =>
  difference ?? `the compiled product and the XState machine agree on all ${tried} steps tried, ${permitted} of them permitted`;
