/** `wspsend drive`: a provider module as a program that speaks trace/1 on its standard streams. */

import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { readRequest } from '../../../model/winsock/reader.ts';
import { lineOf, type TraceHeader } from '../../../model/winsock/trace.ts';
import { isUnsupported, type ReplyLine } from '../../../properties/conversation/replyLine.ts';
import { Harness } from '../../../properties/harness/harness.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { loadProvider } from '../loadProvider.ts';

export const addDrive = (program: Command): void => {
  program
    .command('drive')
    .summary('put a provider module behind the standard streams')
    .description(
      'Reads requests, one a line, and answers with the trace of what happened: what a driver of an implementation from elsewhere has to do, done for a provider module.',
    )
    .option('--provider <module>', 'an ES module that exports WSPStartup(upcalls) and world(); ours unless another is named')
    .action(async ({ provider }: { provider?: string }) => {
      process.exitCode = await drive(provider);
    });
};

async function drive(provider: string | undefined): Promise<number> {
  const module = provider === undefined ? await import('../../../impl/provider/provider.ts') : await loadProvider(provider);
  const harness = new Harness(module);
  say([harness.header(provider ?? 'the ring provider of wspsend')]);
  let number = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text.trim() === '') continue;
    const read = readRequest(text, number);
    if (read.kind === 'malformed') throw new UnusableInput(`A request must be one of trace/1: line ${number}: ${read.message}`);
    say([...(await harness.request(read.request)), { done: true }]);
    // Nobody can go on with a provider that threw; whoever asks next sees that it is gone.
    if (harness.crash !== undefined) throw harness.crash;
  }
  return exitCodes.good;
}

const say = (lines: readonly (TraceHeader | ReplyLine | { readonly done: true })[]): void => {
  process.stdout.write(
    lines.map((line) => `${'returns' in line && isUnsupported(line) ? JSON.stringify(line) : lineOf(line as TraceHeader)}\n`).join(''),
  );
};
