/** `wspsend drive`: a provider module as a program that speaks trace/1 on its standard streams. */

import type { Command } from 'commander';
import { type CutLine, LineCutter } from '../../../model/winsock/lineCutter.ts';
import { readRequest } from '../../../model/winsock/reader.ts';
import { lineOf, type TraceHeader } from '../../../model/winsock/trace.ts';
import type { Conversation } from '../../../properties/conversation/implementation.ts';
import { isUnsupported, type ReplyLine } from '../../../properties/conversation/replyLine.ts';
import { exitCodes, UnusableInput } from '../exit.ts';
import { endHelp } from '../help.ts';
import { timeoutOption } from '../options.ts';
import { type NamedProvider, namedProvider } from '../provider.ts';
import { say } from '../streams.ts';

export const addDrive = (program: Command): void => {
  const command = program
    .command('drive')
    .summary('run a provider module as a driver')
    .description('Runs a provider module as a driver: reads requests, one a line, and answers with the trace of what happened.')
    .option('--provider <module>', 'an ES module that exports WSPStartup(upcalls) and world(); default: the provider of this package')
    .addOption(timeoutOption())
    .action(async (options: NamedProvider) => {
      process.exitCode = await drive(options);
    });
  endHelp(command, {
    0: 'the input ended, and every request was answered',
    1: 'the provider threw, did not answer within --timeout, or died',
    2: 'a request is malformed, or the provider cannot be loaded',
  });
};

/** Until its input ends, the provider serves one case. */
async function drive(named: NamedProvider): Promise<number> {
  const implementation = await namedProvider(named);
  try {
    const conversation = await implementation.begin();
    send([{ ...conversation.header, source: named.provider ?? 'the ring provider of wspsend' }]);
    const cutter = new LineCutter();
    const lines = new Requests();
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>)
      for (const line of cutter.push(chunk)) await lines.answer(line, conversation);
    for (const line of cutter.end()) await lines.answer(line, conversation);
    return exitCodes.good;
  } catch (error) {
    // A provider that threw, hangs or is gone cannot go on, and the next request gets no answer.
    if (!(error instanceof ProviderFailed)) throw error;
    say(error.message);
    return exitCodes.bad;
  } finally {
    await implementation.close();
  }
}

class ProviderFailed extends Error {}

class Requests {
  #number = 0;

  async answer(line: CutLine, conversation: Conversation): Promise<void> {
    this.#number++;
    if (typeof line !== 'string') throw this.#malformed(line.fault);
    if (line.trim() === '') return;
    const read = readRequest(line, this.#number);
    if (read.kind === 'malformed') throw this.#malformed(read.message);
    const { lines, failure } = await conversation.request(read.request);
    send(failure === undefined ? [...lines, { done: true }] : lines);
    if (failure !== undefined) throw new ProviderFailed(failure.message);
  }

  #malformed(message: string): UnusableInput {
    return new UnusableInput(`A request must be one of trace/1: line ${this.#number}: ${message}`);
  }
}

const send = (lines: readonly (TraceHeader | ReplyLine | { readonly done: true })[]): void => {
  process.stdout.write(
    lines.map((line) => `${'returns' in line && isUnsupported(line) ? JSON.stringify(line) : lineOf(line as TraceHeader)}\n`).join(''),
  );
};
