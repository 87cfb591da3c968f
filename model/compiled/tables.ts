/** The compiled tables of a profile, made once. */

import type { Profile } from '../clauses/profiles.ts';
import { compiledTables } from './regions.ts';

export type Tables = Readonly<ReturnType<typeof compiledTables>>;

const made = new Map<Profile, Tables>();

export function tablesOf(profile: Profile): Tables {
  let tables = made.get(profile);
  if (tables === undefined) made.set(profile, (tables = compiledTables(profile)));
  return tables;
}
