/** `wspsend generate`: writes generated/ from the model, or says what in it is stale. */

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Command, Option } from 'commander';
import { type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { type SliceName, slices } from '../../../model/product/slices.ts';
import type { GeneratedFiles } from '../../../properties/generate/generated.ts';
import { printable } from '../../report/printable.ts';
import { progressOn } from '../../report/progress.ts';
import { printLine } from '../../report/terminal.ts';
import { chosenFrom } from '../choices.ts';
import { exitCodes, isRefused, reasonOf, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { readInput } from '../inputs.ts';
import { vectorsOnWorker } from '../jobs/vectors.ts';
import { keepTest } from '../keptTest.ts';
import { type DriverCommand, driverOption } from '../options.ts';
import { outputTo } from '../outputs.ts';
import { packageFile } from '../packageFiles.ts';

interface GenerateOptions {
  readonly check?: true;
  readonly from?: string;
  readonly to?: string;
  readonly format?: 'c';
  readonly out?: string;
  readonly clause?: readonly string[];
  readonly provider?: string;
  readonly driver?: DriverCommand;
  readonly vectors?: string;
  readonly profile?: Profile;
  readonly slice?: SliceName;
}

export const addGenerate = (program: Command): void => {
  const command = program
    .command('generate')
    .summary('write the generated tests, or check that they are fresh')
    .description(
      'Writes generated/: tours and vectors of the model as tests and as data, the manifest of what they cover, and kept traces as tests.',
    )
    .option('--check', 'write nothing; exit 1 when a file is missing, stale, or not generated at all')
    .option('--from <trace>', 'keep this trace as a regression test')
    .addOption(
      chosenFrom(new Option('--format <form>', 'write one C file that needs no other, with the outcomes that are permitted at each step'), [
        'c',
      ]),
    )
    .option('--out <file>', 'with --format: the file')
    .option('--clause <id...>', 'with --format: the kept vectors of these clauses (without it and --from: all)')
    .option('--to <folder>', 'with --from: write a test for vitest and its trace here; the test holds --provider or --driver to the trace')
    .addOption(new Option('--provider <module>', 'with --to: the provider that the test holds'))
    .addOption(driverOption())
    .option(
      '--vectors <file>',
      'write vectors instead, one JSON object a line, to this file, or to vectors.ndjson in this folder; - is standard output',
    )
    .addOption(
      chosenFrom(
        new Option(
          '-p, --profile <profile>',
          'with --vectors: only those whose last step this profile reaches; with --to: the profile of the test (page)',
        ),
        profiles,
      ),
    )
    .addOption(chosenFrom(new Option('-s, --slice <slice>', 'with --vectors: only those of this slice'), Object.keys(slices)))
    .action(async (options: GenerateOptions) => {
      process.exitCode = await wayOf(options)(options);
    });
  endHelp(command, {
    0: 'everything was written, or with --check: everything is fresh',
    1: 'with --check: a file is missing, stale or not generated; without it: an addition to the model lacks something, which is listed',
  });
};

/** What is to be written. */
function wayOf({ format, out, clause, vectors, to }: GenerateOptions): (options: GenerateOptions) => Promise<number> {
  if (format !== undefined) return writeC;
  if (out !== undefined || clause !== undefined) throw new UnusableInput('--out and --clause go with --format c.');
  if (vectors !== undefined) return (options) => writeVectors(vectors, options);
  return to === undefined ? generate : writeTest;
}

async function writeVectors(to: string, { profile, slice, check, from }: GenerateOptions): Promise<number> {
  if (check || from !== undefined) throw new UnusableInput('--vectors goes with neither --check nor --from: leave those out.');
  const file = isFolder(to) ? join(to, 'vectors.ndjson') : to;
  const write = to === '-' ? (text: string) => void process.stdout.write(text) : outputTo('--vectors', file);
  const progress = progressOn(process.stderr);
  const job = { ...(profile !== undefined && { profile }), ...(slice !== undefined && { slice }) };
  const lines = await vectorsOnWorker(job, progress.show).finally(progress.end);
  const text = lines.map((line) => `${line}\n`).join('');
  write(text);
  if (to !== '-') printLine(`${lines.length} vectors, ${Buffer.byteLength(text)} bytes in ${relative(process.cwd(), file)}`);
  return exitCodes.good;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

async function writeC({ out, from, clause, to, check, vectors, profile = 'page' }: GenerateOptions): Promise<number> {
  if (out === undefined) throw new UnusableInput('--format needs --out FILE.c: the file to write.');
  if (to !== undefined || check || vectors !== undefined)
    throw new UnusableInput('--format goes with none of --to, --check and --vectors: leave those out.');
  const write = outputTo('--out', out, [from]);
  const { cTest } = await import('../cTest.ts');
  const text = await cTest({ profile, from, clauses: clause });
  write(text);
  printLine(`wrote ${printable(out)}, ${Buffer.byteLength(text)} bytes`);
  return exitCodes.good;
}

async function writeTest({ from, to, check, provider, driver, profile = 'page' }: GenerateOptions): Promise<number> {
  if (from === undefined || check) throw new UnusableInput('--to goes with --from TRACE, and not with --check.');
  if (provider === undefined && driver === undefined)
    throw new UnusableInput('--to needs --provider MODULE or --driver COMMAND: the implementation that the test is to hold.');
  for (const file of await keepTest({ from, to: to!, profile, provider, driver }))
    printLine(`wrote ${printable(relative(process.cwd(), file))}`);
  return exitCodes.good;
}

async function generate({ check, from, provider, driver, profile, slice }: GenerateOptions): Promise<number> {
  if (provider !== undefined || driver !== undefined)
    throw new UnusableInput('--provider and --driver name what a test holds: give --to too.');
  if (profile !== undefined || slice !== undefined)
    throw new UnusableInput('--profile and --slice choose among vectors: give --vectors too.');
  const folder = packageFile('generated');
  const kept = packageFile('properties/regressions');
  // What somebody keeps has its place among their own files: not in a dependency, and not in a clone that they are not in. A dependency
  // has not what generation takes either, so that both are loaded further below.
  const root = packageFile('.');
  if (isInstalled(root) || (!check && !isWithin(process.cwd(), root))) {
    const instead =
      from === undefined ? '--vectors FILE writes a file of your own' : `--to FOLDER keeps ${printable(from)} among your own files`;
    throw new UnusableInput(
      `generate must run in a clone of the project, whose files it writes or checks: ${process.cwd()} is none; ${instead}.`,
    );
  }
  if (from !== undefined) {
    if (check) throw new UnusableInput('--from and --check exclude each other: give one of them.');
    printLine(`kept as ${relative(process.cwd(), await keep(from, kept))}`);
  }
  const { generateOnWorker } = await import('../jobs/generate.ts');
  const files = await generateOnWorker(kept);
  if (check) return report(staleness(folder, files));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) outputTo('generate', join(folder, name))(text);
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  printLine(`${files.size} files, ${bytes} bytes in ${relative(process.cwd(), folder) || '.'}`);
  return exitCodes.good;
}

const isInstalled = (folder: string): boolean => folder.split(sep).includes('node_modules');
const isWithin = (path: string, folder: string): boolean => !relative(folder, path).startsWith('..');

async function keep(file: string, folder: string): Promise<string> {
  const { keepRegression } = await import('../../../properties/generate/regressions.ts');
  const text = await readInput(file, { wanted: '--from must name a trace', bytesMax: 2 ** 26 });
  try {
    return keepRegression(file, text, folder);
  } catch (error) {
    // A trace that is malformed, or a folder that the system refuses; anything else is ours.
    if (error instanceof RangeError) throw new UnusableInput(error.message);
    if (isRefused(error)) throw new UnusableInput(`generate must be able to write ${folder}: ${reasonOf(error)}`);
    throw error;
  }
}

/** Made by hand, or by `npm run mutants`, which takes its time. */
const neverGenerated = new Set(['tsconfig.json', 'mutants.json']);

function staleness(folder: string, files: GeneratedFiles): string[] {
  const found: string[] = [];
  for (const [name, text] of files) {
    let there: string | undefined;
    try {
      there = readFileSync(join(folder, name), 'utf8');
    } catch {
      found.push(`generated/${name} is missing`);
      continue;
    }
    if (there !== text) found.push(`generated/${name} is stale`);
  }
  for (const name of readdirSync(folder)) {
    if (!files.has(name) && !neverGenerated.has(name)) found.push(`generated/${name} is not generated by anything`);
  }
  return found;
}

function report(stale: readonly string[]): number {
  for (const line of stale) printLine(line);
  printLine(stale.length === 0 ? 'generated/ is fresh' : 'Run `npx wspsend generate` and review the difference.');
  return stale.length === 0 ? exitCodes.good : exitCodes.bad;
}
