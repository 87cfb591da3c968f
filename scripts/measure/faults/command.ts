/** `npm run verify:faults`: every fault of the naive stack, looked for over several seeds, in a table. */

import '../../cli/signals.ts';
import { Command, Option } from 'commander';
import { faultNames, isFault } from '../../../impl/foreign/naive/faults.ts';
import { profiles } from '../../../model/clauses/profiles.ts';
import { stepsDefault } from '../../../properties/verify.ts';
import { exitCodes } from '../../cli/exit.ts';
import { wholeNumber } from '../../cli/options.ts';
import { printLine } from '../../report/terminal.ts';
import { runProgram } from '../runProgram.ts';
import { pageSilent } from './silent.ts';
import { type SweepRow, sweep } from './sweep.ts';

interface Options {
  readonly profile: readonly (typeof profiles)[number][];
  readonly seeds: number;
  readonly first: number;
  readonly steps: number;
  readonly fault?: readonly string[];
}

const program = new Command('npm run verify:faults --')
  .description(
    'Drives the naive stack with each of its faults. Exit code 1: a seed did not find a fault, or accused the stack that has none; 2: bad usage.',
  )
  .addOption(new Option('--profile <profile...>', 'the readings of the page').choices(profiles).default(['page', 'docs']))
  .addOption(new Option('--seeds <n>', 'campaigns for each fault').argParser(wholeNumber(1, 1000)).default(3))
  .addOption(new Option('--first <seed>', 'the first seed').argParser(wholeNumber(0, 2 ** 31)).default(1))
  .addOption(new Option('--steps <n>', 'of a campaign').argParser(wholeNumber(1)).default(stepsDefault))
  .option('--fault <name...>', 'these faults alone')
  .helpOption('-h, --help', 'show how it is used')
  .exitOverride();

const isAsExpected = ({ fault, profile, seeds, accused }: SweepRow): boolean => {
  if (fault === undefined) return accused === 0;
  // Where the page says nothing about it, a seed may still find its consequences.
  return accused === seeds || (profile === 'page' && pageSilent.has(fault));
};

const printRow = (row: SweepRow): void => {
  const { fault, profile, seeds, accused, steps, clauses } = row;
  const least = steps[0] === undefined ? '' : `${steps[0]}–${steps.at(-1)}`;
  const mark = isAsExpected(row) ? ' ' : '!';
  printLine(
    `${mark} ${profile.padEnd(5)} ${(fault ?? '(none)').padEnd(28)} ${`${accused}/${seeds}`.padStart(7)} ${least.padStart(13)}  ${clauses.slice(0, 2).join(' ')}`,
  );
};

const run = async ({ profile, seeds, first, steps, fault }: Options): Promise<number> => {
  const unknown = fault?.find((name) => !isFault(name));
  if (unknown !== undefined) {
    printLine(`--fault must name a fault of impl/foreign/naive/faults.ts: ${unknown}`);
    return exitCodes.unusable;
  }
  printLine(`  ${'under'.padEnd(5)} ${'fault'.padEnd(28)} ${'found'.padStart(7)} ${'steps'.padStart(13)}  first clauses`);
  const rows = await sweep({
    profiles: profile,
    seeds: Array.from({ length: seeds }, (_, at) => first + at),
    steps,
    faults: (fault ?? faultNames).filter(isFault),
    onRow: printRow,
  });
  const wrong = rows.filter((row) => !isAsExpected(row)).length;
  printLine(wrong === 0 ? `all ${rows.length} rows as they must be` : `${wrong} of ${rows.length} rows are not as they must be`);
  return wrong === 0 ? exitCodes.good : exitCodes.bad;
};

await runProgram<Options>(program, run);
