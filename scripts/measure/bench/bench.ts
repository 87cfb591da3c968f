/** `npm run bench`: every row, side by side with what a user would take instead and with the limits of the machine. */

import '../../cli/signals.ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { exitCodes, UnusableInput } from '../../cli/exit.ts';
import { wholeNumber } from '../../cli/options.ts';
import { packageFile } from '../../cli/packageFiles.ts';
import { progressOn } from '../../report/progress.ts';
import { coloursOf, printLine } from '../../report/terminal.ts';
import { curves } from './curves.ts';
import { drawCurve } from './drawCurve.ts';
import { Quiet } from './quiet.ts';
import { type Measured, withTable } from './readme.ts';
import { renderRow } from './renderRow.ts';
import { rows } from './rows.ts';
import { type GoalVerdict, type RowResult, runRow } from './runner.ts';

interface BenchOptions {
  readonly row: readonly string[];
  readonly quick?: true;
  readonly rounds: number;
  readonly seed: number;
  readonly json?: true;
  readonly curves?: string;
  readonly readme?: true;
}

const program = new Command('npm run bench --')
  .description('Measures every row: contenders in turn within each round, ratios of one round, the median of the rounds and its spread.')
  .addOption(new Option('--row <name...>', 'only these rows, or those whose names begin so').default([], 'all of them'))
  .option('--quick', 'few and short rounds: shows that all of it works, and measures nothing well')
  .addOption(new Option('--rounds <n>', 'rounds of each row').argParser(wholeNumber(1, 1000)).default(11))
  .addOption(new Option('--seed <n>', 'of the offsets and orders').argParser(wholeNumber(0, 2 ** 32 - 1)).default(1))
  .option('--json', 'one JSON object')
  .option('--readme', "writes the figures into the README's table, with the machine, the versions and the date")
  .option('--curves <directory>', 'instead of the rows: how costs grow, a drawing (SVG) each')
  .helpOption('-h, --help', 'show how it is used')
  .exitOverride();

const chosen = (names: readonly string[]) => {
  for (const name of names) {
    if (!rows.some((row) => row.name.startsWith(name))) {
      throw new UnusableInput(`--row must be the beginning of ${rows.map((row) => row.name).join(', ')}: ${name}`);
    }
  }
  return names.length === 0 ? rows : rows.filter((row) => names.some((name) => row.name.startsWith(name)));
};

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'a processor without a name'}, Node ${process.version}, V8 ${process.versions.v8}`;

const quiet = new Quiet();

const drawCurves = async (directory: string, { quick, rounds, seed }: BenchOptions): Promise<number> => {
  mkdirSync(directory, { recursive: true });
  const progress = progressOn(process.stderr);
  for (const curve of curves) {
    const series = [];
    for (const row of curve.rows) {
      const measured = { rounds: quick ? 1 : rounds, ms: quick ? 2 : 25, seed, quiet, onProgress: progress.show };
      const result = await runRow(row, measured).finally(progress.end);
      if (result.wrong.length > 0) throw new UnusableInput(`A curve must be of data that arrive whole: ${result.wrong.join('; ')}`);
      series.push(curve.series(result));
    }
    const file = join(directory, `${curve.name}.svg`);
    writeFileSync(file, drawCurve(curve, series, machine));
    printLine(`${file}: ${curve.says(series)}`);
  }
  return exitCodes.good;
};

const bench = async ({ row, quick, rounds, seed, json, readme }: BenchOptions): Promise<number> => {
  if (readme && (quick || row.length > 0))
    throw new UnusableInput('--readme must be of every row, measured well: without --quick and --row');
  const colours = coloursOf(process.stdout);
  const progress = progressOn(process.stderr);
  const results: RowResult[] = [];
  if (!json) printLine(`${machine}; seed ${seed}${quick ? '; quick: nothing here is measured well' : ''}`);
  for (const one of chosen(row)) {
    const measured = { rounds: quick ? 3 : rounds, ms: quick ? 2 : 25, seed, quiet, onProgress: progress.show };
    const result = await runRow(one, measured).finally(progress.end);
    results.push(result);
    if (!json) printLine(renderRow(result, colours));
  }
  const goals = results.flatMap(({ goals }) => goals.flatMap(({ cases }) => cases.filter(({ asked }) => asked !== null)));
  const those = (verdict: GoalVerdict): number => goals.filter((goal) => goal.verdict === verdict).length;
  const [met, missed, unsettled] = [those('met'), those('missed'), those('unsettled')];
  const date = new Date().toISOString().slice(0, 10);
  const measured: Measured = { machine, date, asked: goals.length, met, missed, unsettled, rows: results };
  if (json) printLine(JSON.stringify({ ...measured, seed, quick: quick === true }));
  else {
    const rest = unsettled === 0 ? '' : `, ${unsettled} unsettled: the machine was not quiet`;
    printLine(`${met} of ${goals.length} goals met, ${missed} missed${rest}`);
  }
  if (readme) {
    const file = packageFile('README.md');
    writeFileSync(file, withTable(readFileSync(file, 'utf8'), measured));
  }
  return results.some(({ wrong }) => wrong.length > 0) ? exitCodes.bad : exitCodes.good;
};

try {
  program.parse();
  const options = program.opts<BenchOptions>();
  process.exitCode = options.curves === undefined ? await bench(options) : await drawCurves(options.curves, options);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.good : exitCodes.unusable;
  else if (error instanceof UnusableInput) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = exitCodes.unusable;
  } else throw error;
} finally {
  quiet.stop();
}
