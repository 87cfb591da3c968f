/** `wspsend replay`: a recorded trace as requests to an implementation, judged anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Profile } from '../../../model/clauses/profiles.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import { lineOf, type TraceStep } from '../../../model/winsock/trace.ts';
import type { CaseResult } from '../../../properties/campaign/caseResult.ts';
import type { CampaignRequest } from '../../../properties/conversation/requests.ts';
import { requestsOfTrace } from '../../../properties/conversation/requestsOfTrace.ts';
import { driverImplementation, replay } from '../../../properties/verify.ts';
import { printable, stepText } from '../../report/stepText.ts';
import { printLine } from '../../report/terminal.ts';
import { exitCodes, reasonOf, UnusableInput } from '../exit.ts';
import { replayOnWorker } from '../jobs/replay.ts';
import { loadLedger } from '../loadLedger.ts';
import { type ImplementationOptions, implementationOptions, type ProfileOption, profileOption, wholeNumber } from '../options.ts';

interface ReplayOptions extends ProfileOption, ImplementationOptions {
  readonly out?: string;
  readonly entry?: number;
}

export const addReplay = (program: Command): void => {
  const command = program
    .command('replay')
    .summary('ask an implementation for what a recorded trace shows')
    .description(
      'Turns a trace into the requests that may have brought it about, asks an implementation for them, and judges what happens.',
    )
    .argument('<file>', 'a trace (NDJSON, trace/1), or a ledger of deviations with --entry');
  for (const option of implementationOptions()) command.addOption(option);
  command
    .addOption(profileOption())
    .addOption(new Option('--entry <n>', 'the file is a ledger: its n-th deviation of the profile').argParser(wholeNumber(1)))
    .option('--out <file>', 'write the new trace to this file')
    .addHelpText('after', '\nExit status: 0 what happened is permitted, 1 it is not, 2 it could not be judged.')
    .action(async (trace: string, options: ReplayOptions) => {
      process.exitCode = await replayFile(trace, options);
    });
};

async function replayFile(file: string, { driver, provider, timeout, profile, out, entry }: ReplayOptions): Promise<number> {
  const requests = entry === undefined ? requestsOfTrace(stepsOf(file)) : listedIn(file, profile, entry);
  const result = await (driver === undefined
    ? replayOnWorker({ ...(provider !== undefined && { provider }), profile, requests })
    : replay(driverImplementation({ command: driver.words, timeoutSeconds: timeout, casesPerProcess: 1 }), { profile, requests }));
  const { header, trace, deviation, unjudged } = result;
  if (out !== undefined) writeTrace(out, result);
  const width = String(trace.length + 1).length;
  for (const [at, step] of trace.entries()) printLine(`${String(at + 2).padStart(width)}  ${stepText(step)}`);
  const source = header.source === undefined ? '' : ` (${printable(header.source)})`;
  if (deviation !== undefined) {
    printLine(`not permitted${source}: ${printable(deviation.message)}`);
    for (const id of deviation.clauses) printLine(`breaks ${id}`);
    return exitCodes.bad;
  }
  if (unjudged !== undefined) {
    printLine(`not judged${source}: ${printable(unjudged.message)}`);
    return exitCodes.unusable;
  }
  printLine(`permitted${source}: ${trace.length} steps of ${requests.length} requests, profile ${profile}`);
  return exitCodes.good;
}

function listedIn(file: string, profile: Profile, entry: number): readonly CampaignRequest[] {
  const listed = loadLedger(file)(profile);
  const found = listed[entry - 1];
  if (found === undefined)
    throw new UnusableInput(`--entry must be one of the deviations of ${file} under ${profile}, 1 to ${listed.length}: ${entry}`);
  return found.requests;
}

function stepsOf(file: string): TraceStep[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnusableInput(`replay must be given a trace that can be read: ${file}: ${reasonOf(error)}`);
  }
  const { steps, malformed } = readTrace(text);
  if (malformed !== undefined)
    throw new UnusableInput(`replay must be given a well-formed trace: ${file}:${malformed.line} ${malformed.message}`);
  return steps.map(({ step }) => step);
}

function writeTrace(out: string, { header, trace }: CaseResult): void {
  try {
    writeFileSync(out, [header, ...trace].map((line) => `${lineOf(line)}\n`).join(''));
  } catch (error) {
    throw new UnusableInput(`--out must name a file that can be written: ${out}: ${reasonOf(error)}`);
  }
}
