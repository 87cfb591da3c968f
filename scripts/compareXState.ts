/**
 * `npm run compare:xstate`: the compiled model and the XState machine, compared on every edge of every slice under every profile, each to
 * its end. Slices that are named behind `--` are compared alone. Fails at the first difference of any.
 */

import { type Profile, profiles } from '../model/clauses/profiles.ts';
import { compareWithXState } from '../model/explore/equal.ts';
import { explore } from '../model/explore/explore.ts';
import { type SliceName, slices } from '../model/explore/slices.ts';
import { exitCodes } from './exit.ts';
import { printLine } from './options.ts';

const bounds = { operations: 1, units: 1, length: 1 };

/** One line for the comparison; true when there is no difference. */
function isEqual(slice: SliceName, profile: Profile): boolean {
  const startedMs = performance.now();
  const { states, tried, difference } = compareWithXState(explore({ slice: slices[slice], bounds, profile }));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const what = `${slice}, ${profile}: ${states} states, ${tried} labels tried, ${seconds} s`;
  printLine(difference === undefined ? `equal    ${what}` : `differs  ${what}: ${difference}`);
  return difference === undefined;
}

function main(words: readonly string[]): number {
  const unknown = words.find((word) => !Object.hasOwn(slices, word));
  if (unknown !== undefined) {
    printLine(`compare:xstate takes names of slices, ${Object.keys(slices).join(', ')}: ${unknown}`);
    return exitCodes.unusable;
  }
  const chosen = (words.length === 0 ? Object.keys(slices) : words) as SliceName[];
  const differing = chosen.flatMap((slice) => profiles.filter((profile) => !isEqual(slice, profile)));
  return differing.length === 0 ? exitCodes.good : exitCodes.bad;
}

process.exitCode = main(process.argv.slice(2));
