/** `wspsend verify`: holds an implementation to the page, and says clause by clause what was tried and what broke. */

import { openSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { sharesMax } from '../../../properties/campaign/report.ts';
import { casesPerProcessDefault } from '../../../properties/driver/implementation.ts';
import { draftLedger } from '../../../properties/ledger/ledger.ts';
import { stepsDefault, type VerifyOptions, verifyDriver } from '../../../properties/verify.ts';
import { widthOf } from '../../report/columns.ts';
import { progressOn } from '../../report/progress.ts';
import { type Reporter, render, reporters } from '../../report/render.ts';
import { coloursOf } from '../../report/terminal.ts';
import { shellWord } from '../commandWords.ts';
import { exitOfVerdict, reasonOf, UnusableInput } from '../exit.ts';
import { identityOf } from '../identity.ts';
import { verifyOnWorker } from '../jobs/verify.ts';
import { loadLedger } from '../loadLedger.ts';
import { type ImplementationOptions, implementationOptions, type ProfileOption, profileOption, wholeNumber } from '../options.ts';
import { prepareRecords, recorderIn } from '../recorder.ts';

interface VerifyCommandOptions extends ProfileOption, ImplementationOptions {
  readonly name?: string;
  readonly casesPerProcess: number;
  readonly jobs: number;
  readonly cases?: number;
  readonly keepGoing?: true;
  readonly deviations?: string;
  readonly writeDeviations?: string;
  readonly record?: string;
  readonly seed: number;
  readonly steps: number;
  readonly budget?: number;
  readonly shard?: NonNullable<VerifyOptions['shard']>;
  readonly walks: boolean;
  readonly longWalks?: true;
  readonly minClauses?: number;
  readonly minSteps?: number;
  readonly reporter: Reporter;
  readonly verbose?: true;
  readonly out?: string;
}

/** Distinct deviations that a run tells when it is to tell all. */
const deviationsMaxOfAll = 100;

const shardOf = (text: string): NonNullable<VerifyOptions['shard']> => {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(of) || Number(of) > sharesMax) {
    throw new InvalidArgumentError(`It must be I/N with I from 1 to N and N at most ${sharesMax}, for example 2/4.`);
  }
  return { index: Number(index), of: Number(of) };
};

export const addVerify = (program: Command): void => {
  const command = program
    .command('verify')
    .summary('verify an implementation, ours unless another is named')
    .description('Explores the model, drives an implementation through it, and goes on with a campaign of chosen requests.');
  for (const option of implementationOptions()) command.addOption(option);
  command
    .option('--name <text>', 'what the report calls the implementation')
    .addOption(
      new Option('--cases-per-process <n>', 'cases that one process of a driver serves')
        .argParser(wholeNumber(1))
        .default(casesPerProcessDefault),
    )
    .addOption(new Option('--jobs <n>', 'processes of a driver that serve cases side by side').argParser(wholeNumber(1)).default(1))
    .option('--no-walks', 'leave out the walks through the graphs of the model: the campaign alone')
    .option('--long-walks', 'walk through more graphs, and further through each')
    .option('--keep-going', 'go on past deviations, and tell all of them')
    .option('--deviations <file>', 'a ledger: deviations that are known; what is not in it, or no longer shows, is a deviation')
    .option('--write-deviations <file>', 'write what was found as a ledger to be reviewed; goes on past deviations')
    .option('--record <dir>', 'keep every case as a trace in this folder, which must be empty or not there')
    .addOption(profileOption())
    .addOption(new Option('--seed <n>', 'the seed of the campaign').argParser(wholeNumber(0)).default(1))
    .addOption(
      new Option('--steps <n>', 'steps that are judged, at most three tenths of them in walks unless these are long')
        .argParser(wholeNumber(1))
        .default(stepsDefault),
    )
    .addOption(new Option('--cases <n>', 'cases that the campaign runs, in place of a number of steps').argParser(wholeNumber(1)))
    .addOption(new Option('--budget <seconds>', 'a ceiling; a run that it cuts says so').argParser(wholeNumber(1)))
    .addOption(
      new Option('--min-clauses <n>', 'exit status 1 if fewer clauses were tried; with --shard, held to by merge').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option('--min-steps <n>', 'exit status 1 if fewer steps were judged; with --shard, held to by merge').argParser(wholeNumber(1)),
    )
    .addOption(new Option('--shard <i/n>', 'the i-th of n shares of the campaign').argParser(shardOf))
    .addOption(new Option('--reporter <form>', 'the form of the report').choices(reporters).default('text'))
    .option('--verbose', 'everything that the report holds')
    .option('--out <file>', 'write the report to this file')
    .action(async (options: VerifyCommandOptions) => {
      process.exitCode = await verify(options);
    });
};

async function verify(options: VerifyCommandOptions): Promise<number> {
  const { provider, driver, profile, seed, steps, cases, budget, shard, keepGoing, reporter, out, minClauses, minSteps } = options;
  const write = out === undefined ? (text: string) => void process.stdout.write(text) : writerOf('--out', out);
  const { deviations, writeDeviations, record } = options;
  const listed = deviations === undefined ? undefined : loadLedger(deviations)(profile);
  const writeLedger = writeDeviations === undefined ? undefined : writerOf('--write-deviations', writeDeviations);
  if (record !== undefined) prepareRecords(record);
  const progress = progressOn(process.stderr);
  const common = {
    ...(options.name !== undefined && { subject: options.name }),
    walks: options.walks && options.longWalks === true ? ('long' as const) : options.walks,
    profile,
    seed,
    steps,
    ...(cases !== undefined && { cases }),
    ...(budget !== undefined && { budgetSeconds: budget }),
    ...(shard !== undefined && { shard }),
    ...((keepGoing === true || writeLedger !== undefined) && { deviationsMax: deviationsMaxOfAll }),
    ...(listed !== undefined && { listed }),
    ...((minClauses !== undefined || minSteps !== undefined) && {
      required: { ...(minClauses !== undefined && { clauses: minClauses }), ...(minSteps !== undefined && { steps: minSteps }) },
    }),
    identity: identityOf(provider),
  };
  const report = await (driver === undefined
    ? verifyOnWorker(
        { ...(provider !== undefined && { provider }), ...(record !== undefined && { record }), options: common },
        progress.show,
      )
    : // A driver runs in processes of its own, so that this thread goes on hearing signals while it does; and whoever hears them ends it.
      verifyDriver(
        { command: driver.words, timeoutSeconds: options.timeout, casesPerProcess: options.casesPerProcess, jobs: options.jobs },
        {
          subject: driver.text,
          named: `--driver ${shellWord(driver.text)}`,
          ...common,
          onProgress: progress.show,
          ...(record !== undefined && { onCase: recorderIn(record) }),
        },
      )
  ).finally(progress.end);
  const stream = out === undefined ? process.stdout : {};
  write(render(reporter, [report], { colours: coloursOf(stream), width: widthOf(stream), verbose: options.verbose === true }));
  writeLedger?.(`${JSON.stringify(draftLedger(report), undefined, 2)}\n`);
  return exitOfVerdict[report.verdict];
}

/** Opens the file before the long run, so that a path that cannot be written is told at once. */
function writerOf(option: string, out: string): (text: string) => void {
  try {
    const file = openSync(out, 'w');
    return (text) => writeFileSync(file, text);
  } catch (error) {
    throw new UnusableInput(`${option} must name a file that can be written: ${out}: ${reasonOf(error)}`);
  }
}
