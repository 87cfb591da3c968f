/** `wspsend explore`: every state that the bounds let the model reach, and every permitted step between them. */

import { type Command, Option } from 'commander';
import { compareWithXState } from '../../model/explore/equal.ts';
import { explore } from '../../model/explore/explore.ts';
import { operationsMax, unitsMax } from '../../model/explore/kernel.ts';
import { type Bounds, type SliceName, slices, smallestBounds } from '../../model/explore/labels.ts';
import { exitCodes } from '../exit.ts';
import { exploreAside } from '../explorer.ts';
import { type ProfileOption, printLine, profileOption, wholeNumber } from '../options.ts';
import { progressOn } from '../report/progress.ts';

interface ExploreOptions extends ProfileOption {
  readonly slice: SliceName;
  readonly operations: number;
  readonly units: number;
  readonly length: number;
  readonly compare?: true;
  readonly json?: true;
}

const boundOption = (flags: string, what: string, most: number, byDefault: number): Option =>
  new Option(flags, what).argParser(wholeNumber(1, most)).default(byDefault);

export const addExplore = (program: Command): void => {
  program
    .command('explore')
    .summary('count the states and transitions of the model within bounds')
    .description('Explores the model breadth first: every state within the bounds, and every permitted step between them.')
    .addOption(new Option('-s, --slice <slice>', 'which steps are tried').choices(Object.keys(slices)).default('stream'))
    .addOption(boundOption('--operations <n>', 'operations outstanding at once', operationsMax, smallestBounds.operations))
    .addOption(boundOption('--units <k>', 'units of room in the transport; a unit is any number of bytes', unitsMax, smallestBounds.units))
    .addOption(boundOption('--length <l>', 'units of the longest send', unitsMax, smallestBounds.length))
    .addOption(profileOption())
    .option('--compare', 'try every label in every state on the XState machine too; exit 1 at the first difference')
    .option('--json', 'one JSON object')
    .action(async (options: ExploreOptions) => {
      process.exitCode = await showExploration(options);
    });
};

async function showExploration({ slice, operations, units, length, profile, compare, json }: ExploreOptions): Promise<number> {
  const progress = progressOn(process.stderr);
  const bounds = { operations, units, length };
  if (compare) return compareBoth(slice, bounds, profile);
  const explored = await exploreAside({ slice, bounds, profile }, (found, expanded) =>
    progress.show(expanded, found, `of ${found} states found so far`),
  ).finally(() => progress.end());
  const { states, transitions, seconds } = explored;
  if (json) printLine(JSON.stringify({ slice, ...bounds, states, transitions, seconds }));
  else {
    printLine(`${states} states, ${transitions} transitions: slice ${slice}, profile ${profile}`);
    printLine(`bounds: ${operations} operations, ${units} units of room, sends of at most ${length} units; ${seconds.toFixed(1)} seconds`);
  }
  return exitCodes.good;
}

/** The proof that the compiled product is the XState machine, within these bounds. */
function compareBoth(slice: SliceName, bounds: Bounds, profile: ProfileOption['profile']): number {
  const graph = explore({ slice: slices[slice], bounds, profile });
  const { states, tried, permitted, difference } = compareWithXState(graph);
  printLine(`${states} states, ${tried} steps tried on both machines, ${permitted} permitted: slice ${slice}, profile ${profile}`);
  printLine(difference ?? 'the compiled product and the XState machine agree on every one');
  return difference === undefined ? exitCodes.good : exitCodes.bad;
}
