/** The commands, one file each, and what holds for all of them. */

import { Command, CommanderError } from 'commander';
import { Unfinished } from '../../properties/vectors/unfinished.ts';
import { printable, printableLines } from '../report/printable.ts';
import { exitCodes, UnusableInput } from './exit.ts';
import { say, sayUnforeseen } from './streams.ts';
import { version } from './version.ts';

/** Each loads what its command needs, which is a good part of the time that a short command takes. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  check: async () => (await import('./commands/check.ts')).addCheck,
  replay: async () => (await import('./commands/replay.ts')).addReplay,
  merge: async () => (await import('./commands/merge.ts')).addMerge,
  ask: async () => (await import('./commands/ask.ts')).addAsk,
  clauses: async () => (await import('./commands/clauses.ts')).addClauses,
  drive: async () => (await import('./commands/drive.ts')).addDrive,
  explore: async () => (await import('./commands/explore.ts')).addExplore,
  export: async () => (await import('./commands/export.ts')).addExport,
  generate: async () => (await import('./commands/generate.ts')).addGenerate,
  schema: async () => (await import('./commands/schema.ts')).addSchema,
  trace: async () => (await import('./commands/trace.ts')).addTrace,
};

/**
 * With the one command that the words name, or with all. Fails by UnusableInput for a command that does not exist, and by a CommanderError,
 * once it has said on standard error what else is wrong.
 */
export const newProgram = async (words: readonly string[] = []): Promise<Command> => {
  const program = new Command('wspsend')
    .description('The WSPSend page as a program: a specification to ask, an oracle for traces, and generated tests.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show how it is used')
    .showHelpAfterError('(add --help to see how it is used)')
    .configureHelp({ showGlobalOptions: false });
  program.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) });
  const [first = '', second = ''] = words;
  const name = first === 'help' ? second : first;
  const isCommand = Object.hasOwn(commands, name);
  if (!isCommand && name !== 'help' && /^[^-]/.test(name)) throw new UnusableInput(await noCommand(name));
  for (const load of isCommand ? [commands[name]!] : Object.values(commands)) (await load())(program);
  return program;
};

/** What it takes to say it is loaded when it is needed. */
const noCommand = async (name: string): Promise<string> => {
  const { didYouMean } = await import('./choices.ts');
  const names = Object.keys(commands);
  return `a command must be one of ${names.join(', ')}: ${printable(name)}.${didYouMean(names, name)}`;
};

/** Runs a command. The exit code; undefined when the command has set it. */
export async function run(words: readonly string[]): Promise<number | undefined> {
  try {
    const program = await newProgram(words);
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    // Commander has already said what is wrong; of its own codes only that of help and version is ours too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.unusable;
    if (error instanceof UnusableInput) {
      say(error.message);
      return exitCodes.unusable;
    }
    if (error instanceof Unfinished) {
      for (const duty of error.duties) process.stdout.write(`still to do: ${duty}\n`);
      return exitCodes.bad;
    }
    return sayUnforeseen(error);
  }
}
