#!/usr/bin/env node
/** Runs the command line: what is shown where no command is given, and how every command ends. */

import './cli/signals.ts';
import { exitCodes } from './cli/exit.ts';
import { surviveStreams } from './cli/streams.ts';
import { version } from './cli/version.ts';

const firstSteps = `wspsend: the WSPSend page as a program.

Start here:
  wspsend verify               verify the provider of this package against the
                               model, and print a verdict by clause
  wspsend check trace.ndjson   is what an implementation did permitted? If not:
                               which clause it breaks, what would have been
  wspsend ask "words"          a question about a send in plain English, or the
                               name of a code or a flag
  wspsend ask --connected      what a call may give in a state: every permitted
                               result, with its clauses and what follows
  wspsend clauses              every rule of the page, with its tests and mutants
  wspsend help                 all commands; wspsend help COMMAND has one of them
`;

/** The exit code; undefined when the command has set it. */
async function main(words: readonly string[]): Promise<number | undefined> {
  if (words.length === 0) {
    process.stdout.write(firstSteps);
    return exitCodes.good;
  }
  // Scripts ask for it at each start, and it takes nothing that a command is made of.
  if (words.length === 1 && (words[0] === '-V' || words[0] === '--version')) {
    process.stdout.write(`${version()}\n`);
    return exitCodes.good;
  }
  const { run } = await import('./cli/program.ts');
  return run(words);
}

surviveStreams();
process.exitCode = (await main(process.argv.slice(2))) ?? process.exitCode ?? exitCodes.good;
