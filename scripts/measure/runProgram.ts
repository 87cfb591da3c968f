import { type Command, CommanderError } from 'commander';
import { exitCodes } from '../cli/exit.ts';

/** Reads the options of a program that measures, runs it, and ends with its exit code; of bad usage Commander has said what is wrong. */
export const runProgram = async <Options extends object>(program: Command, run: (options: Options) => Promise<number>): Promise<void> => {
  try {
    program.parse();
    process.exitCode = await run(program.opts<Options>());
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.good : exitCodes.unusable;
  }
};
