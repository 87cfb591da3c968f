/** `npm run mutants:code`: Stryker over our own code, part by part; what was found before and still holds is not run again. */

import '../../cli/signals.ts';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { PartialStrykerOptions, schema } from '@stryker-mutator/api/core';
import { Command, Option } from 'commander';
import { exitCodes } from '../../cli/exit.ts';
import { wholeNumber } from '../../cli/options.ts';
import { packageFile } from '../../cli/packageFiles.ts';
import { columnsOf } from '../../report/columns.ts';
import { printLine } from '../../report/terminal.ts';
import { runProgram } from '../runProgram.ts';
import { type CodePart, codeParts, reportPath } from './sources.ts';
import { type FileStanding, justifiedPath, justifiedSurvivors, keepStandings, standings } from './survivors.ts';

interface Options {
  readonly file?: readonly string[];
  readonly anew?: true;
  readonly shown?: true;
  readonly dry?: true;
  readonly jobs: number;
  readonly least: number;
}

const names = Object.keys(codeParts) as CodePart[];

const program = new Command('npm run mutants:code --')
  .description(
    `Changes our own code in one place after another and runs the tests that meet the place. Exit code 1: too few of the changes are noticed, ` +
      `or one that is not noticed has no reason in ${justifiedPath}; 2: bad usage.`,
  )
  .argument('[part...]', `of ${names.join(', ')}; all of them where none is named`)
  .option('--file <path...>', 'these files of the parts alone')
  .option('--anew', 'run those again that were run before')
  .option('--shown', 'run nothing: show what is known')
  .option('--dry', 'change nothing: show that the tests of each part run, and pass, where the mutants are tried')
  .addOption(new Option('--jobs <n>', 'mutants to run side by side').argParser(wholeNumber(1, 64)).default(1))
  .addOption(new Option('--least <percent>', 'that must be noticed').argParser(wholeNumber(0, 100)).default(95))
  .helpOption('-h, --help', 'show how it is used')
  .exitOverride();

const optionsFor = (part: CodePart, { file, anew, dry, jobs }: Options): PartialStrykerOptions & { readonly part: CodePart } => ({
  part,
  testRunner: 'thread',
  plugins: [packageFile('.build/scripts/measure/codeMutants/plugin.js')],
  ignorers: ['wording'],
  mutate: [...(file ?? codeParts[part].mutate)],
  concurrency: jobs,
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: reportPath(part),
  ...(anew && { force: true }),
  ...(dry && { dryRunOnly: true }),
  // What a test may read is copied; nothing of it starts what is built.
  ignorePatterns: ['.build', '.wspsend', 'scripts'],
  // TypeScript 7 has no interface by which it could be asked for the types.
  disableTypeChecks: false,
  // Where nothing but Stryker looks.
  tempDirName: 'node_modules/.codeMutants',
  reporters: ['progress-append-only'],
  dryRunTimeoutMinutes: 30,
  timeoutMS: 60_000,
  allowEmpty: true,
});

/** What is met while everything is loaded, and lived: no test is known to meet it, so that a new one would not be tried on it. */
function forgetOpen(part: CodePart): void {
  const path = packageFile(reportPath(part));
  if (!existsSync(path)) return;
  const report = JSON.parse(readFileSync(path, 'utf8')) as schema.MutationTestResult;
  for (const file of Object.values(report.files)) {
    file.mutants = file.mutants.filter((mutant) => mutant.static !== true || mutant.status !== 'Survived');
  }
  writeFileSync(path, JSON.stringify(report));
}

/** Runs Stryker; false where it failed. */
function runs(part: CodePart, options: Options): Promise<boolean> {
  forgetOpen(part);
  mkdirSync(packageFile('.build/codeMutants'), { recursive: true });
  const config = packageFile(`.build/codeMutants/${part}.config.json`);
  writeFileSync(config, JSON.stringify(optionsFor(part, options)));
  const stryker = packageFile('node_modules/@stryker-mutator/core/bin/stryker.js');
  const child = spawn(process.execPath, [stryker, 'run', config], { cwd: packageFile('.'), stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}

/** Whether each part gets as far as its first mutant. */
async function started(parts: readonly CodePart[], options: Options): Promise<number> {
  const not: CodePart[] = [];
  for (const part of parts) if (!(await runs(part, options))) not.push(part);
  printLine(not.length === 0 ? `${parts.join(', ')}: the tests run and pass` : `The tests do not run, or do not pass: ${not.join(', ')}`);
  return not.length === 0 ? exitCodes.good : exitCodes.bad;
}

const percentOf = (standing: Pick<FileStanding, 'killed' | 'justified' | 'alive'>): number => {
  const all = standing.killed + standing.justified + standing.alive.length;
  return all === 0 ? 100 : (100 * standing.killed) / all;
};

function show(all: readonly FileStanding[]): void {
  for (const { file, alive } of all) for (const { line, change } of alive) printLine(`${file}: ${change}   in   ${line}`);
  const rows = all.map((standing): string[] => [
    standing.file,
    String(standing.killed),
    String(standing.justified),
    String(standing.alive.length),
    percentOf(standing).toFixed(1),
  ]);
  for (const line of columnsOf(['file', 'killed', 'justified', 'alive', '% killed'], rows)) printLine(line);
}

const run = async (options: Options): Promise<number> => {
  const wanted = program.args.length === 0 ? names : (program.args as CodePart[]);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    printLine(`A part must be one of ${names.join(', ')}: ${unknown}`);
    return exitCodes.unusable;
  }
  if (options.dry) return started(wanted, options);
  const found: FileStanding[] = [];
  for (const part of wanted) {
    if (!options.shown && !(await runs(part, options))) return exitCodes.unusable;
    const file = packageFile(reportPath(part));
    if (!existsSync(file)) continue;
    found.push(...standings(JSON.parse(readFileSync(file, 'utf8')) as schema.MutationTestResult, justifiedSurvivors()));
  }
  show(found);
  keepStandings(found);
  const all = { killed: 0, justified: 0, alive: found.flatMap(({ alive }) => alive) };
  for (const standing of found) {
    all.killed += standing.killed;
    all.justified += standing.justified;
  }
  printLine(`${percentOf(all).toFixed(1)} % killed; ${all.justified} justified, ${all.alive.length} alive`);
  return percentOf(all) < options.least || all.alive.length > 0 ? exitCodes.bad : exitCodes.good;
};

await runProgram<Options>(program, run);
