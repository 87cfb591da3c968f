/** A ledger of deviations that somebody names on a command line. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readLedger } from '../../properties/ledger/ledger.ts';
import { reasonOf, UnusableInput } from './exit.ts';

/** Fails by UnusableInput when it cannot be read or is none. */
export const loadLedger = (file: string): ReturnType<typeof readLedger> => {
  try {
    return readLedger(readFileSync(file, 'utf8'), (name) => readFileSync(join(dirname(file), name), 'utf8'));
  } catch (error) {
    if (error instanceof RangeError) throw new UnusableInput(`--deviations must name a ledger: ${file}: ${error.message}`);
    if (error instanceof Error && 'syscall' in error) {
      throw new UnusableInput(`--deviations must name a ledger that can be read: ${file}: ${reasonOf(error)}`);
    }
    throw error;
  }
};
