/**
 * A profile is a choice among the readings that `rulings.ts` lists.
 *
 *   page   the page alone, to the letter: where it is silent or at odds with itself, everything that it can mean is permitted
 *   docs   page, with its open points closed by the sibling pages
 *   msafd  docs, save where Windows' own provider behaves otherwise
 */

import { type PerProfile, type ReadingName, type RulingId, rulings } from './rulings.ts';

export type Profile = keyof PerProfile<unknown>;
export const profiles = ['page', 'docs', 'msafd'] as const satisfies readonly Profile[];

/** A reading by its full name, `<ruling>:<reading>`. */
export type Reading = { [Id in RulingId]: `${Id}:${ReadingName<Id>}` }[RulingId];

/** Full names of the readings that a profile permits. */
const readingsOf = (profile: Profile): ReadonlySet<string> =>
  new Set(rulings.flatMap((ruling) => ruling.profiles[profile].map((reading) => `${ruling.id}:${reading}`)));
const permitted: PerProfile<ReadonlySet<string>> = { page: readingsOf('page'), docs: readingsOf('docs'), msafd: readingsOf('msafd') };

/** Whether a profile permits a reading. Names that no ruling has do not compile. */
export function reads(profile: Profile, reading: Reading): boolean;
export function reads<Id extends RulingId>(profile: Profile, ruling: Id, reading: ReadingName<Id>): boolean;
export function reads(profile: Profile, name: string, reading?: string): boolean {
  // The oracle asks several times a step, so the full name is looked up as it is.
  return permitted[profile].has(reading === undefined ? name : `${name}:${reading}`);
}
