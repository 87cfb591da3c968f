/** Files that we write. Each is whole or as it was: it is written under another name in the same folder and takes its own at the end. */

import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { placeOf, writeWhole } from '../../properties/verification/wholeFile.ts';
import { printable } from '../report/printable.ts';
import { isRefused, reasonOf, UnusableInput } from './exit.ts';

/**
 * The writer of a file that an option names. Nothing is opened before it is called, so that a run that ends early leaves what was there.
 * Fails by UnusableInput at once where it can be seen that the file cannot be written.
 */
export function outputTo(option: string, path: string): (text: string) => void {
  refusing(option, path, () => requireWritable(path));
  return (text) => refusing(option, path, () => writeWhole(path, text));
}

function requireWritable(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw new UnusableInput('it is a folder');
  if (there !== undefined) accessSync(path, constants.W_OK);
  if (there === undefined || there.isFile()) accessSync(dirname(placeOf(path, there)), constants.W_OK);
}

function refusing(option: string, path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isRefused(error) && !(error instanceof UnusableInput)) throw error;
    throw new UnusableInput(`${option} must name a file that can be written: ${printable(path)}: ${reasonOf(error)}`);
  }
}
