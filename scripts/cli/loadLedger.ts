/** A ledger of deviations that somebody names on a command line. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readLedger } from '../../properties/ledger/ledger.ts';
import { printable } from '../report/printable.ts';
import { isRefused, reasonOf, UnusableInput } from './exit.ts';
import { readInput } from './inputs.ts';

const bytesMax = 2 ** 26;

/** Fails by UnusableInput when it cannot be read or is none; `what` is the word of the command line that names it. */
export const loadLedger = async (file: string, what = '--deviations'): Promise<ReturnType<typeof readLedger>> =>
  ledgerOf(await readInput(file, { wanted: `${what} must name a ledger`, bytesMax }), file, what);

/** The same of the text of that file. */
export const ledgerOf = (text: string, file: string, what: string): ReturnType<typeof readLedger> => {
  try {
    return readLedger(text, readerInFolderOf(file));
  } catch (error) {
    if (error instanceof RangeError) throw new UnusableInput(`${what} must name a ledger: ${printable(file)}: ${error.message}`);
    throw error;
  }
};

/** A link that leads out of the folder is not followed either: a ledger may come from a stranger. */
const readerInFolderOf =
  (ledger: string) =>
  (name: string): string => {
    try {
      return traceIn(realpathSync(dirname(ledger)), name);
    } catch (error) {
      if (isRefused(error)) throw new RangeError(`a trace must be a file that can be read: ${printable(name)}: ${reasonOf(error)}`);
      throw error;
    }
  };

function traceIn(folder: string, name: string): string {
  const path = realpathSync(join(folder, name));
  if (!path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`))
    throw new RangeError(`a trace must lie in the folder of the ledger: ${name} is a link to another`);
  const there = statSync(path);
  if (!there.isFile() || there.size > bytesMax) throw new RangeError(`a trace must be a file of at most ${bytesMax} bytes: ${name}`);
  return readFileSync(path, 'utf8');
}

/** Whether a text is a ledger and no trace, whose first line is an object as well. */
export const isLedger = (text: string): boolean => {
  try {
    const { wspsend } = JSON.parse(text) as { wspsend?: unknown };
    return typeof wspsend === 'string' && wspsend.startsWith('deviations/');
  } catch {
    return /^\s*\{\s*"wspsend"\s*:\s*"deviations\//.test(text);
  }
};
