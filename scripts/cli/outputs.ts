/** Files that we write. Each is whole or as it was: it is written under another name in the same folder and takes its own at the end. */

import { accessSync, closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { placeOf, writeWhole } from '../../properties/verification/wholeFile.ts';
import { printable } from '../report/printable.ts';
import { isRefused, reasonOf, UnusableInput } from './exit.ts';

/**
 * The writer of a file that an option names; it is called once. Nothing is opened before that, so that a run that ends early leaves what
 * was there. Fails by UnusableInput at once where it can be seen that the file cannot be written.
 *
 * @param read What the same command reads: it would be lost.
 */
export function outputTo(option: string, path: string, read: readonly (string | undefined)[] = []): (text: string) => void {
  const pipe = refusing(option, path, () => {
    requireWritable(path);
    if (read.some((other) => other !== undefined && isSameFile(path, other))) throw new UnusableInput('it is read by this command');
    return openPipe(path);
  });
  return (text) => refusing(option, path, () => (pipe === undefined ? writeWhole(path, text) : writeFileSync(pipe, text)));
}

/** Whatever the two are called. */
function isSameFile(path: string, other: string): boolean {
  const [one, two] = [path, other].map((each) => statSync(each, { throwIfNoEntry: false }));
  return one?.isFile() === true && two?.isFile() === true && one.dev === two.dev && one.ino === two.ino;
}

function requireWritable(path: string): void {
  if (path === '') throw new UnusableInput('it has no name');
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw new UnusableInput('it is a folder');
  if (there !== undefined) accessSync(path, constants.W_OK);
  if (there === undefined || there.isFile()) accessSync(dirname(placeOf(path, there)), constants.W_OK);
}

/**
 * A pipe is opened at once: to open one that nobody reads waits in the kernel, where no signal reaches us, and the reader of one that was
 * closed again is at its end.
 */
function openPipe(path: string): number | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return undefined;
  let probe: number;
  try {
    probe = openSync(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw new UnusableInput('nobody reads this pipe: start its reader first');
    throw error;
  }
  const pipe = openSync(path, 'w');
  closeSync(probe);
  return pipe;
}

function refusing<Result>(option: string, path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!isRefused(error) && !(error instanceof UnusableInput)) throw error;
    throw new UnusableInput(`${option} must name a file that can be written: ${printable(path)}: ${reasonOf(error)}`);
  }
}
