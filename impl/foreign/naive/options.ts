/** How the naive stack was started. */

import { type Fault, faultNames, isFault } from './faults.ts';

const optionOf = (option: string): string | undefined => {
  const at = process.argv.indexOf(option);
  return at < 0 ? undefined : process.argv[at + 1];
};
/** Of `--fault NAME,…`. */
const faults = (optionOf('--fault') ?? '').split(',').filter((name) => name !== '');
for (const fault of faults) if (!isFault(fault)) throw new RangeError(`--fault must be of ${faultNames.join(', ')}: ${fault}`);
const present: ReadonlySet<string> = new Set(faults);
export const has = (name: Fault): boolean => present.has(name);
export const roomDefault = Number(optionOf('--room') ?? 65_536);
export const without = new Set((optionOf('--without') ?? '').split(','));
