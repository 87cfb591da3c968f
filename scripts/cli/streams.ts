/** Our standard streams, and what becomes of a run when one of them takes nothing more. */

import { printableLines } from '../report/printable.ts';
import { exitCodes, reasonOf } from './exit.ts';

/** One message on standard error. Whatever it quotes moves no cursor. */
export const say = (message: string): void => {
  process.stderr.write(`error: ${printableLines(message)}\n`);
};

/** Loses neither the verdict nor the exit status when nobody reads, and says so in one line when a disk is full. */
export function surviveStreams(): void {
  // Nobody is left to hear of it.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads our output may stop early (`| head`); the verdict is still owed to the shell.
    if (error.code === 'EPIPE') return;
    say(`Standard output must be something that can be written: ${reasonOf(error)}`);
    process.exit(exitCodes.unusable);
  });
}
