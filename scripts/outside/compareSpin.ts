/**
 * `npm run compare:spin`: the compiled model and its export, counted by our exploration and by Spin. Fails unless both find as many states
 * and as many transitions for every bound of the sweep.
 */

import { spawnSync } from 'node:child_process';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { count } from '../../model/explore/explore.ts';
import { Kernel } from '../../model/explore/kernel.ts';
import { promelaOf } from '../../model/explore/promela.ts';
import type { Bounds } from '../../model/product/labels.ts';
import { labelText } from '../../model/product/labelText.ts';
import { type SliceName, slices } from '../../model/product/slices.ts';
import { exitCodes } from '../cli/exit.ts';
import { printLine } from '../report/terminal.ts';
import { installation, missingPrograms, SpinVerifier } from './spin.ts';

const names = Object.keys(slices) as SliceName[];
const bounds = (operations: number, units: number, length: number): Bounds => ({ operations, units, length });

/** Every slice under every profile at the least bounds; then each bound by itself; then more than 400 000 states of two slices. */
const sweep: readonly (readonly [SliceName, Profile, Bounds])[] = [
  ...profiles.flatMap((profile) => names.map((name) => [name, profile, bounds(1, 1, 1)] as const)),
  ['smallest', 'page', bounds(2, 1, 2)],
  ['smallest', 'page', bounds(3, 2, 3)],
  ['smallest', 'page', bounds(4, 2, 2)],
  ['sync', 'page', bounds(2, 3, 4)],
  ['overlapped', 'page', bounds(1, 4, 1)],
  ['overlapped', 'page', bounds(1, 1, 4)],
  ['overlapped', 'page', bounds(2, 2, 2)],
  ['stream', 'page', bounds(2, 1, 2)],
  ['overlapped', 'page', bounds(3, 2, 2)],
];

/** One line for each comparison; the number of those that differ. */
function compare(): number {
  let differing = 0;
  printLine('slice, profile, operations/units/length: states, transitions; seconds of wspsend and of Spin');
  for (const [name, profile, limits] of sweep) {
    const startedMs = performance.now();
    const ours = count({ slice: slices[name], bounds: limits, profile });
    const seconds = (performance.now() - startedMs) / 1000;
    const kernel = new Kernel(slices[name], limits, profile);
    const verifier = new SpinVerifier(promelaOf(kernel, (index) => labelText(kernel.labels[index]!)));
    const theirs = verifier.count(ours.states + 10);
    verifier.stop();
    const isEqual = ours.states === theirs.states && ours.transitions === theirs.transitions;
    if (!isEqual) differing++;
    const what = `${name}, ${profile}, ${limits.operations}/${limits.units}/${limits.length}: ${ours.states}, ${ours.transitions}`;
    printLine(
      isEqual
        ? `equal    ${what}; ${seconds.toFixed(2)} ${theirs.seconds.toFixed(2)}`
        : `differs  ${what}; Spin has ${theirs.states}, ${theirs.transitions}`,
    );
  }
  return differing;
}

function main(words: readonly string[]): number {
  if (words.some((word) => word !== '--install')) {
    printLine(`compare:spin takes --install and nothing else: ${words.join(' ')}`);
    return exitCodes.unusable;
  }
  const missing = missingPrograms();
  if (missing.length > 0 && words.length === 0) {
    printLine(`It needs ${missing.join(' and ')}. On Debian: ${installation.join(' ')}`);
    printLine('npm run compare:spin -- --install runs that line first.');
    return exitCodes.unusable;
  }
  if (missing.length > 0) {
    const [command, ...rest] = installation;
    if (spawnSync(command, rest, { stdio: 'inherit' }).status !== 0) return exitCodes.unusable;
  }
  const differing = compare();
  printLine(differing === 0 ? `equal for all ${sweep.length}` : `${differing} of ${sweep.length} differ`);
  return differing === 0 ? exitCodes.good : exitCodes.bad;
}

process.exitCode = main(process.argv.slice(2));
