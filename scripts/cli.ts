#!/usr/bin/env node
/** Runs the command line: what a person who gives no command sees, and how every command ends. */

import './cli/signals.ts';
import { exitCodes } from './cli/exit.ts';
import { surviveStreams } from './cli/streams.ts';
import { version } from './cli/version.ts';

const firstSteps = `wspsend: the WSPSend page as a program.

Start here:
  wspsend verify               explore the model, verify the provider of this package against it, and print a verdict by clause
  wspsend check trace.ndjson   is what an implementation did permitted? If not: which clause, and what would have been
  wspsend ask --connected      what may a call give, in a state? Every permitted result, with its clauses and what follows
  wspsend clauses              every rule of the page, and what stands behind each
  wspsend explore              how many states and transitions the rules have, within bounds
  wspsend help                 all commands; wspsend help COMMAND for one of them
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
