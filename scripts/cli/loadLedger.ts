/** A ledger of deviations that somebody names on a command line. */

import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readLedger } from '../../properties/ledger/ledger.ts';
import { reasonOf, UnusableInput } from './exit.ts';

/** Fails by UnusableInput when it cannot be read or is none; `what` is the word of the command line that names it. */
export const loadLedger = (file: string, what = '--deviations'): ReturnType<typeof readLedger> => {
  try {
    return readLedger(readFileSync(file, 'utf8'), readerBeside(file));
  } catch (error) {
    if (error instanceof RangeError) throw new UnusableInput(`${what} must name a ledger: ${file}: ${error.message}`);
    if (error instanceof Error && 'syscall' in error) {
      throw new UnusableInput(`${what} must name a ledger that can be read: ${file}: ${reasonOf(error)}`);
    }
    throw error;
  }
};

/** What a link leads to elsewhere is not read either: a ledger may come from a stranger. */
const readerBeside = (ledger: string) => (name: string) => {
  const folder = realpathSync(dirname(ledger));
  const path = realpathSync(join(folder, name));
  if (!path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`))
    throw new RangeError(`a trace must lie in the folder of the ledger: ${name} is a link to another`);
  return readFileSync(path, 'utf8');
};

/** Whether a text is a ledger and no trace, whose first line is an object as well. */
export const isLedger = (text: string): boolean => {
  try {
    const { wspsend } = JSON.parse(text) as { wspsend?: unknown };
    return typeof wspsend === 'string' && wspsend.startsWith('deviations/');
  } catch {
    return /^\s*\{\s*"wspsend"\s*:\s*"deviations\//.test(text);
  }
};
