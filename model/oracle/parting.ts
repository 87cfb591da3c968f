/** Which rulings decide a rejection: where the profiles differ, and not where the page alone says it. */

import { type Profile, profiles, rulingsApart, withRulingOf } from '../clauses/profiles.ts';
import type { RulingId } from '../clauses/rulings.ts';
import { tablesOf } from '../compiled/tables.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { advance } from './advance.ts';
import { copyOf } from './copy.ts';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** What a step meets under another profile: it is permitted, or refused, or the trace is refused before it. */
export type UnderProfile = (profile: Profile) => 'permitted' | 'refused' | 'refused before';

/**
 * The rulings by which a refused step would be permitted, each read as another profile reads it; then those that the refusing rule itself
 * asks. Where it takes several at once, those come that the other profile could not do without. The page alone is no ruling.
 */
export function decidingRulings(profile: Profile, under: UnderProfile, { readings = [] }: Refusal): readonly RulingId[] {
  if (profile === 'page') return [];
  const asked = readings.map((reading) => reading.slice(0, reading.indexOf(':')) as RulingId);
  const deciding = new Set<RulingId>();
  for (const other of profiles) {
    const met = other === profile ? 'refused' : under(other);
    if (met === 'refused') continue;
    const parting = rulingsApart(profile, other);
    const alone = parting.filter((ruling) => under(withRulingOf(profile, ruling, other)) === 'permitted');
    const needed = (): readonly RulingId[] => parting.filter((ruling) => under(withRulingOf(other, ruling, profile)) !== 'permitted');
    for (const ruling of alone.length > 0 || met !== 'permitted' ? alone : needed()) deciding.add(ruling);
  }
  for (const ruling of asked) deciding.add(ruling);
  return [...deciding];
}

/** The same step from the same state, whatever led there. */
export const fromHere =
  (world: World, step: TraceStep): UnderProfile =>
  (profile) =>
    isPermittedUnder(profile, world, step) ? 'permitted' : 'refused';

/**
 * The rulings by which a permitted step would be refused from the same state, each read as another profile reads it. Where it takes several
 * at once, those come that make the difference for the other profile.
 */
export function permittingRulings(world: World, step: TraceStep): readonly RulingId[] {
  const { profile } = world.tables;
  const permitting = new Set<RulingId>();
  for (const other of profiles) {
    if (other === profile || isPermittedUnder(other, world, step)) continue;
    const parting = rulingsApart(profile, other);
    const alone = parting.filter((ruling) => !isPermittedUnder(withRulingOf(profile, ruling, other), world, step));
    const several = (): readonly RulingId[] => parting.filter((id) => isPermittedUnder(withRulingOf(other, id, profile), world, step));
    for (const ruling of alone.length > 0 ? alone : several()) permitting.add(ruling);
  }
  return [...permitting];
}

function isPermittedUnder(profile: Profile, world: World, step: TraceStep): boolean {
  return advance(copyOf(world, tablesOf(profile)), step) === undefined;
}
