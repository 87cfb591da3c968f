/**
 * `npm run compare:xstate`: every slice under every profile, each step tried on the compiled model and on the XState machine, to the end.
 * At the least bounds of a slice, or with `--wide` at those that `wspsend explore` has by default, except for the slice of all steps.
 */

import { profiles } from '../../model/clauses/profiles.ts';
import { compareWithXState } from '../../model/explore/equal.ts';
import { smallestBounds } from '../../model/product/labels.ts';
import { leastBoundsOf, type SliceName, slices } from '../../model/product/slices.ts';
import { exitCodes } from '../cli/exit.ts';
import { printLine } from '../report/terminal.ts';

/** With two operations it has more states than are kept. */
const boundsOf = (name: SliceName, isWide: boolean) => (isWide && name !== 'all' ? smallestBounds : leastBoundsOf(name));

/** One line for each comparison; the number of those that differ. */
function compare(isWide: boolean): number {
  let differing = 0;
  printLine('slice, profile, operations/units/length: states, transitions, calls of XState; seconds');
  for (const profile of profiles) {
    for (const name of Object.keys(slices) as SliceName[]) {
      const bounds = boundsOf(name, isWide);
      const startedMs = performance.now();
      const { states, permitted, calls, difference } = compareWithXState({ slice: slices[name], bounds, profile });
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      const what = `${name}, ${profile}, ${bounds.operations}/${bounds.units}/${bounds.length}`;
      if (difference === undefined) printLine(`equal    ${what}: ${states}, ${permitted}, ${calls}; ${seconds}`);
      else {
        differing++;
        printLine(`differs  ${what}: ${difference}`);
      }
    }
  }
  return differing;
}

function main(words: readonly string[]): number {
  const unknown = words.find((word) => word !== '--wide');
  if (unknown !== undefined) {
    process.stderr.write(`--wide is the only option: ${unknown}\n`);
    return exitCodes.unusable;
  }
  return compare(words.includes('--wide')) === 0 ? exitCodes.good : exitCodes.bad;
}

process.exitCode = main(process.argv.slice(2));
