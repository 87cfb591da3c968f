/** Our standard streams, and what happens to a run when one of them takes nothing more. */

import { printableLines } from '../report/printable.ts';
import { exitCodes, isOutOfMemory, isRefused, reasonOf } from './exit.ts';

/** What a message quotes may be of any length. */
const messageMax = 4096;

/** One message on standard error. Whatever it quotes moves no cursor. */
export const say = (message: string): void => {
  const shown = message.length > messageMax ? `${message.slice(0, messageMax)}…` : message;
  process.stderr.write(`error: ${printableLines(shown)}\n`);
};

/** What nobody foresaw, and the exit status for it. What the system refuses is no defect of ours; anything else is. */
export function sayUnforeseen(error: unknown): number {
  if (isOutOfMemory(error)) {
    say(`Memory must suffice for what was asked for: ${error.message}. Ask for less: smaller bounds, fewer steps, shorter lines.`);
    return exitCodes.unusable;
  }
  // Without a descriptor left to look for a package, Node says that the package is not there.
  if (isRefused(error) || (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) {
    say(`The system must let this program open, read and write what it needs: ${error.message}`);
    return exitCodes.unusable;
  }
  say(`a defect of this program, not of what it was given: ${error instanceof Error ? error.stack : String(error)}`);
  return exitCodes.defect;
}

/** Loses neither the verdict nor the exit status when nobody reads, and says so in one line when a disk is full. */
export function surviveStreams(): void {
  // Node's own exit status for it is the one by which we say that a trace was rejected.
  process.on('uncaughtException', (error) => process.exit(sayUnforeseen(error)));
  // Nobody is left to read it.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of our output may stop early (`| head`); the shell must still get the verdict.
    if (error.code === 'EPIPE') return;
    say(`Standard output must be something that can be written: ${reasonOf(error)}`);
    process.exit(exitCodes.unusable);
  });
}
