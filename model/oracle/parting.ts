/** Which rulings decide a rejection: where the profiles differ, and not where the page alone says it. */

import { profiles, rulingsApart, withRulingOf } from '../clauses/profiles.ts';
import type { RulingId } from '../clauses/rulings.ts';
import { tablesOf } from '../compiled/tables.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { advance } from './advance.ts';
import { copyOf } from './copy.ts';
import type { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/**
 * The rulings by which a refused step would be permitted from the same state, each read as another profile reads it; then those that the
 * refusing rule itself asks. Where it takes several at once, those come that other profile parts by. The page alone is no ruling.
 */
export function decidingRulings(world: World, step: TraceStep, { readings = [] }: Refusal): readonly RulingId[] {
  const { profile } = world.tables;
  if (profile === 'page') return [];
  const asked = readings.map((reading) => reading.slice(0, reading.indexOf(':')) as RulingId);
  const deciding = new Set<RulingId>();
  for (const other of profiles) {
    if (other === profile || !isPermittedUnder(other, world, step)) continue;
    const parting = rulingsApart(profile, other);
    const alone = parting.filter((ruling) => isPermittedUnder(withRulingOf(profile, ruling, other), world, step));
    for (const ruling of alone.length > 0 ? alone : parting.filter((id) => isNeeded(id, other))) deciding.add(ruling);
  }
  for (const ruling of asked) deciding.add(ruling);
  return [...deciding];

  /** Under the other profile the step would be refused again if this ruling were read as here. */
  function isNeeded(ruling: RulingId, other: (typeof profiles)[number]): boolean {
    return !isPermittedUnder(withRulingOf(other, ruling, profile), world, step);
  }
}

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

function isPermittedUnder(profile: (typeof profiles)[number], world: World, step: TraceStep): boolean {
  return advance(copyOf(world, tablesOf(profile)), step) === undefined;
}
