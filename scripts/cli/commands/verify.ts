/** `wspsend verify`: holds an implementation to the page, and says clause by clause what was tried and what broke. */

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { sharesMax } from '../../../properties/campaign/report.ts';
import { judgedClauses } from '../../../properties/campaign/tally.ts';
import { casesPerProcessDefault } from '../../../properties/driver/implementation.ts';
import { draftLedger } from '../../../properties/ledger/ledger.ts';
import { shellWord } from '../../../properties/verification/shellWord.ts';
import { verify as verifyImplementations } from '../../../properties/verification/verification.ts';
import { driverImplementation, type Implementation, stepsDefault, type VerifyOptions, verifyDriver } from '../../../properties/verify.ts';
import { widthOf } from '../../report/columns.ts';
import { printable } from '../../report/printable.ts';
import { progressOn } from '../../report/progress.ts';
import { type Reporter, render, reporters } from '../../report/render.ts';
import { coloursOf } from '../../report/terminal.ts';
import { chosenFrom } from '../choices.ts';
import { exitOfVerdict, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { identityOf } from '../identity.ts';
import { verifyOnWorker } from '../jobs/verify.ts';
import { loadLedger } from '../loadLedger.ts';
import { shownText, showOnGithub } from '../onGithub.ts';
import {
  type DriverCommand,
  type ImplementationOptions,
  implementationOptions,
  type ProfileOption,
  profileOption,
  wholeNumber,
} from '../options.ts';
import { outputTo } from '../outputs.ts';
import { ownProvider } from '../ownProvider.ts';
import { namedProvider } from '../provider.ts';
import { prepareRecords, recorderIn } from '../recorder.ts';
import { sayDrafted, sayWritten } from '../sayWritten.ts';
import { verifyOnChange } from '../verifyOnChange.ts';
import { foldersOf } from '../watching.ts';

interface VerifyCommandOptions extends ProfileOption, ImplementationOptions {
  readonly name?: string;
  readonly casesPerProcess: number;
  readonly jobs: number;
  readonly cases?: number;
  readonly keepGoing?: true;
  readonly deviations?: string;
  readonly writeDeviations?: string;
  readonly record?: string;
  readonly outTraces: string;
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
  readonly watch?: true;
}

/** Distinct deviations that a run reports with --keep-going. */
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
    .summary('verify an implementation (default: the provider of this package)')
    .description('Explores the model, drives an implementation through it, and continues with a campaign of chosen requests.');
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
    .option('--keep-going', 'go on past deviations, and report all of them')
    .option('--deviations <file>', 'a ledger of known deviations; any other one fails the run, and so does an entry that no longer shows')
    .option('--write-deviations <file>', 'write what was found as a ledger to be reviewed; goes on past deviations')
    .option('--record <dir>', 'keep every case as a trace in this folder, which must be empty or not there')
    .addOption(new Option('--out-traces <dir>', 'keep the shortest trace of each deviation in this folder').default('.wspsend'))
    .addOption(profileOption())
    .addOption(new Option('--seed <n>', 'the seed of the campaign').argParser(wholeNumber(0)).default(1))
    .addOption(
      new Option('--steps <n>', 'steps that are judged, at most three tenths of them in walks unless these are long')
        .argParser(wholeNumber(1))
        .default(stepsDefault),
    )
    .addOption(new Option('--cases <n>', 'cases that the campaign runs, in place of a number of steps').argParser(wholeNumber(1)))
    .addOption(
      new Option('--budget <seconds>', 'a ceiling; a run that it cuts says so, and an answer may take half of it').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option('--min-clauses <n>', 'exit status 1 if fewer clauses were tried; with --shard, checked by merge').argParser(
        wholeNumber(1, judgedClauses.length),
      ),
    )
    .addOption(
      new Option('--min-steps <n>', 'exit status 1 if fewer steps were judged; with --shard, checked by merge').argParser(wholeNumber(1)),
    )
    .addOption(new Option('--shard <i/n>', 'the i-th of n shares of the campaign').argParser(shardOf))
    .addOption(chosenFrom(new Option('--reporter <form>', 'the form of the report'), reporters).default('text'))
    .option('--verbose', 'everything that the report holds')
    .option('--out <file>', 'write the report to this file')
    .option('--watch', 'verify again whenever the implementation changes, by the campaign alone; the first failure is shown at once')
    .action(async (options: VerifyCommandOptions) => {
      process.exitCode = await (options.watch === true ? verifyWatching(options) : verify(options));
    });
  endHelp(command, {
    0: 'it conforms, but for what the ledger lists',
    1: 'it deviates, or less was tried than --min-clauses and --min-steps ask for',
    2: 'nothing could be tried, or what was given cannot be used',
  });
};

async function verify(options: VerifyCommandOptions): Promise<number> {
  const { provider, driver, timeout, budget, reporter, out, deviations, writeDeviations, record } = options;
  if (out !== undefined && writeDeviations !== undefined && resolve(out) === resolve(writeDeviations))
    throw new UnusableInput(`--out and --write-deviations must name two files: ${printable(out)}`);
  // All that can be wrong is found before anything is written, and nothing is opened until there is something to write.
  const write = out === undefined ? undefined : outputTo('--out', out, [deviations, provider]);
  const writeLedger = writeDeviations === undefined ? undefined : outputTo('--write-deviations', writeDeviations, [deviations, provider]);
  const listed = deviations === undefined ? undefined : (await loadLedger(deviations))(options.profile);
  const lanes = provider === undefined ? undefined : await namedProvider({ provider, timeout, budget });
  if (record !== undefined) prepareRecords(record);
  const progress = progressOn(process.stderr);
  const common = { ...runOf(options), ...(listed !== undefined && { listed }) };
  const local = { ...common, onProgress: progress.show, ...(record !== undefined && { onCase: recorderIn(record) }) };
  const driverOptions = (words: DriverCommand['words']) => ({
    command: words,
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    casesPerProcess: options.casesPerProcess,
    jobs: options.jobs,
  });
  const report = await (driver !== undefined
    ? verifyDriver(driverOptions(driver.words), local)
    : lanes !== undefined
      ? verifyImplementations([lanes], local)
      : verifyOnWorker({ ...(record !== undefined && { record }), options: common }, progress.show)
  ).finally(progress.end);
  const stream = out === undefined ? process.stdout : {};
  const text = render(reporter, [report], { colours: coloursOf(stream), width: widthOf(stream), verbose: options.verbose === true });
  if (writeLedger !== undefined) {
    const ledger = draftLedger(report);
    keep(writeLedger, `${JSON.stringify(ledger, undefined, 2)}\n`);
    sayDrafted(writeDeviations!, ledger.deviations.length);
  }
  const isForPeople = reporter === 'text' && write === undefined;
  if (write === undefined) process.stdout.write(isForPeople ? shownText(text) : text);
  else {
    keep(write, text);
    sayWritten(out!, [report]);
  }
  showOnGithub([report], isForPeople || write !== undefined ? process.stdout : process.stderr);
  return exitOfVerdict[report.verdict];
}

/** Goes on until the program is interrupted. */
async function verifyWatching(options: VerifyCommandOptions): Promise<never> {
  const { provider, driver, deviations } = options;
  const other = (['out', 'writeDeviations', 'record', 'shard'] as const).find((name) => options[name] !== undefined);
  if (other !== undefined || options.reporter !== 'text')
    throw new UnusableInput(
      `--watch prints reports for a person: ${other === undefined ? '--reporter' : `--${other}`} may not be given with it`,
    );
  const listed = deviations === undefined ? undefined : (await loadLedger(deviations))(options.profile);
  const style = { colours: coloursOf(process.stdout), width: widthOf(process.stdout), verbose: options.verbose === true };
  return verifyOnChange({
    folders: foldersOf(driver === undefined ? [provider ?? ownProvider(options.profile)] : driver.words.slice(0, 8)),
    start: async () => (driver === undefined ? [await namedProvider(options)] : driverLanes(options, driver)),
    options: { ...runOf(options), walks: options.longWalks === true ? 'long' : false, ...(listed !== undefined && { listed }) },
    show: (report) => void process.stdout.write(render('text', [report], style)),
  });
}

const driverLanes = (
  { timeout, casesPerProcess, jobs }: VerifyCommandOptions,
  { words }: DriverCommand,
): [Implementation, ...Implementation[]] => {
  const lane = (): Implementation =>
    driverImplementation({ command: words, casesPerProcess, ...(timeout !== undefined && { timeoutSeconds: timeout }) });
  return [lane(), ...Array.from({ length: jobs - 1 }, lane)];
};

/** What took so long is not lost for a disk that is full. */
function keep(write: (text: string) => void, text: string): void {
  try {
    write(text);
  } catch (error) {
    process.stdout.write(text);
    throw error;
  }
}

/** What is run, and by which words it is run again. */
function runOf(options: VerifyCommandOptions): VerifyOptions {
  const { provider, driver, timeout, profile, seed, steps, cases, budget, shard, minClauses, minSteps } = options;
  const goesOn = options.keepGoing === true || options.writeDeviations !== undefined;
  const named = [
    ...(provider === undefined ? [] : [`--provider ${shellWord(provider)}`]),
    ...(driver === undefined ? [] : [`--driver ${shellWord(driver.text)}`]),
  ];
  const repeated = [
    ...(options.deviations === undefined ? [] : [`--deviations ${shellWord(options.deviations)}`]),
    ...(driver === undefined || options.casesPerProcess === casesPerProcessDefault
      ? []
      : [`--cases-per-process ${options.casesPerProcess}`]),
    ...(options.jobs === 1 ? [] : [`--jobs ${options.jobs}`]),
  ];
  return {
    subject: options.name ?? driver?.text ?? provider ?? 'the ring provider of this package',
    named: named.join(' '),
    asking: timeout === undefined ? '' : `--timeout ${timeout}`,
    repeated: repeated.join(' '),
    outTraces: options.outTraces,
    walks: options.walks && options.longWalks === true ? 'long' : options.walks,
    profile,
    seed,
    steps,
    ...(cases !== undefined && { cases }),
    ...(budget !== undefined && { budgetSeconds: budget }),
    ...(shard !== undefined && { shard }),
    ...(goesOn && { deviationsMax: deviationsMaxOfAll }),
    ...((minClauses !== undefined || minSteps !== undefined) && {
      required: { ...(minClauses !== undefined && { clauses: minClauses }), ...(minSteps !== undefined && { steps: minSteps }) },
    }),
    identity: identityOf(provider),
  };
}
