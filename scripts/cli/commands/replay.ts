/** `wspsend replay`: a recorded trace as requests to an implementation, judged anew. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import { lineOf } from '../../../model/winsock/trace.ts';
import type { ListedDeviation } from '../../../properties/campaign/findings.ts';
import { askedByTrace } from '../../../properties/verification/keptTraces.ts';
import { driverImplementation, type Replay, replay } from '../../../properties/verify.ts';
import { widthOf } from '../../report/columns.ts';
import { counted } from '../../report/counts.ts';
import { ledgerText } from '../../report/ledgerText.ts';
import { printable } from '../../report/printable.ts';
import { stepText } from '../../report/stepText.ts';
import { entryName } from '../../report/summary.ts';
import { printLine } from '../../report/terminal.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { readInput } from '../inputs.ts';
import { isLedger, ledgerOf } from '../loadLedger.ts';
import { type ImplementationOptions, implementationOptions, type ProfileOption, profileOption } from '../options.ts';
import { outputTo } from '../outputs.ts';
import { namedProvider } from '../provider.ts';

interface ReplayOptions extends ProfileOption, ImplementationOptions {
  readonly out?: string;
  readonly entry?: EntryChoice;
}

interface EntryChoice {
  readonly entry: number;
  readonly form: number;
}

const entryChoice = (text: string): EntryChoice => {
  const [, entry, form = '1'] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (entry === undefined)
    throw new InvalidArgumentError('It must be the number of an entry, such as 3 or 3.2. Without it they are listed.');
  return { entry: Number(entry), form: Number(form) };
};

/** All of it is held at once. */
const bytesMax = 2 ** 26;

export const addReplay = (program: Command): void => {
  const command = program
    .command('replay')
    .summary('repeat a recorded trace on an implementation')
    .description('Turns a trace into the requests that may have caused it, sends them to an implementation, and judges what happens.')
    .argument('<file>', 'a trace (NDJSON, trace/1), or a ledger of deviations: its entries are listed, or one is asked for by --entry');
  for (const option of implementationOptions()) command.addOption(option);
  command
    .addOption(profileOption())
    .addOption(
      new Option('--entry <n>', 'the file is a ledger: its n-th entry for the profile, n.m for the m-th way in which it shows').argParser(
        entryChoice,
      ),
    )
    .option('--out <file>', 'write the new trace to this file')
    .action(async (trace: string, options: ReplayOptions) => {
      process.exitCode = await replayFile(trace, options);
    });
  endHelp(command, {
    0: 'what happened is permitted, or the entries of a ledger are listed',
    1: 'what happened is not permitted',
    2: 'it could not be judged, or what was given cannot be used',
  });
};

async function replayFile(file: string, { driver, provider, timeout, profile, out, entry }: ReplayOptions): Promise<number> {
  const write = out === undefined ? undefined : outputTo('--out', out, [file, provider]);
  const text = await readInput(file, { wanted: 'replay must be given a trace', bytesMax });
  if (entry === undefined && isLedger(text)) {
    listEntries(file, ledgerOf(text, file, 'replay')(profile), profile);
    return exitCodes.good;
  }
  const asked = entry === undefined ? recordedIn(file, text) : listedIn(file, ledgerOf(text, file, 'replay')(profile), profile, entry);
  const implementation =
    driver === undefined
      ? await namedProvider({ provider, profile, timeout })
      : driverImplementation({ command: driver.words, ...(timeout !== undefined && { timeoutSeconds: timeout }), casesPerProcess: 1 });
  const { header, trace, deviation, unjudged } = await replay(implementation, { profile, ...asked });
  write?.([header, ...trace].map((line) => `${lineOf(line)}\n`).join(''));
  const width = String(trace.length + 1).length;
  for (const [at, step] of trace.entries()) printLine(`${String(at + 2).padStart(width)}  ${stepText(step)}`);
  const source = header.source === undefined ? '' : ` (${printable(header.source)})`;
  if (deviation !== undefined) {
    printLine(`not permitted${source}: ${printable(deviation.message)}`);
    for (const id of [...deviation.clauses, ...(deviation.owed ?? [])]) printLine(`breaks ${id}`);
    return exitCodes.bad;
  }
  if (unjudged !== undefined) {
    printLine(`not judged${source}: ${printable(unjudged.message)}`);
    return exitCodes.unusable;
  }
  printLine(`permitted${source}: ${counted(trace.length, 'step')} of ${counted(asked.requests.length, 'request')}, profile ${profile}`);
  return exitCodes.good;
}

function listEntries(file: string, listed: readonly ListedDeviation[], profile: Profile): void {
  if (listed.length === 0) printLine(`${printable(file)} has no entry for the profile ${profile}`);
  else {
    process.stdout.write(ledgerText(listed, widthOf(process.stdout)));
    printLine(`--entry N asks an implementation for one of them.`);
  }
}

type ReplayAsked = Pick<Replay, 'requests' | 'finishes'>;

function listedIn(file: string, listed: readonly ListedDeviation[], profile: Profile, choice: EntryChoice): ReplayAsked {
  const found = listed.find(({ entry, form }) => entry === choice.entry && form === choice.form);
  if (found === undefined) {
    const names = listed.map(entryName);
    throw new UnusableInput(
      `--entry must be one of the entries of ${file} under ${profile}, ${names[0] ?? 'none'} to ${names.at(-1) ?? 'none'}: ${entryName(choice)}`,
    );
  }
  return { requests: found.requests, finishes: found.signature.kind === 'stalled' };
}

function recordedIn(file: string, text: string): ReplayAsked {
  const { header, steps, malformed } = readTrace(text);
  const name = printable(file);
  if (malformed !== undefined)
    throw new UnusableInput(`replay must be given a well-formed trace: ${name}:${malformed.line} ${malformed.message}`);
  try {
    return askedByTrace(
      header,
      steps.map(({ step }) => step),
    );
  } catch (error) {
    throw error instanceof RangeError
      ? new UnusableInput(`replay must be given a trace as verify keeps it: ${name}: ${error.message}`)
      : error;
  }
}
