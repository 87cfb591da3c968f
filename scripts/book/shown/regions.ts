/** Every rule of the machines with its place, as the book shows it. */

import { type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { idOf, type Table } from '../../../model/compiled/compile.ts';
import { tablesOf } from '../../../model/compiled/tables.ts';
import { callRegion } from '../../../model/machines/call.machine.ts';
import { circuitRegion } from '../../../model/machines/circuit.machine.ts';
import { deliveryRegion } from '../../../model/machines/delivery.machine.ts';
import { operationRegion } from '../../../model/machines/operation.machine.ts';
import { leavesOf, type Region, type Rule, type StandingRule } from '../../../model/machines/rules.ts';
import { socketRegion } from '../../../model/machines/socket.machine.ts';

export type AnyRegion = Region<string, string, string>;

export const regions: readonly AnyRegion[] = [socketRegion, circuitRegion, operationRegion, callRegion, deliveryRegion] as never;

export interface PlacedRule {
  /** As `wspsend clauses` has it. */
  readonly id: string;
  readonly rule: Rule<string, string>;
  readonly event: string;
  readonly region: string;
  /** Where it is written: a state, a parent of several, or the region itself. */
  readonly state: string;
  /** The states that have it, without any inside. */
  readonly leaves: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  /** The profiles under which it can decide. */
  readonly heldBy: readonly Profile[];
}

const listed = new Map<AnyRegion, readonly PlacedRule[]>();

/** In the order in which the rules of a state are tried. */
export function rulesOfRegion(region: AnyRegion): readonly PlacedRule[] {
  let rules = listed.get(region);
  if (rules === undefined) listed.set(region, (rules = listRules(region)));
  return rules;
}

const listRules = (region: AnyRegion): readonly PlacedRule[] => {
  const held = new Map(profiles.map((profile) => [profile, idsIn(profile, region.id)]));
  const placed = new Map<string, { standing: StandingRule<string, string>; event: string; leaves: string[] }>();
  for (const [leaf, events] of leavesOf(region)) {
    for (const [event, standings] of events) {
      for (const standing of standings) {
        const id = idOf(standing, event);
        const known = placed.get(id);
        if (known === undefined) placed.set(id, { standing, event, leaves: [leaf] });
        else if (!known.leaves.includes(leaf)) known.leaves.push(leaf);
      }
    }
  }
  return [...placed].map(([id, { standing, event, leaves }]) => ({
    id,
    rule: standing.rule,
    event,
    region: region.id,
    state: standing.at[1] ?? region.id,
    leaves,
    facts: region.facts,
    heldBy: profiles.filter((profile) => held.get(profile)!.has(id)),
  }));
};

const idsIn = (profile: Profile, region: string): ReadonlySet<string> => {
  const { profile: _, ...tables } = tablesOf(profile);
  const table = Object.values(tables).find(({ id }) => id === region) as Table;
  return new Set([...table.rules].map(({ id }) => id));
};

const placedById = new Map<string, PlacedRule>();

/** The rule of an id. Throws a RangeError for an id that no rule has. */
export function placedRule(id: string): PlacedRule {
  if (placedById.size === 0) for (const region of regions) for (const placed of rulesOfRegion(region)) placedById.set(placed.id, placed);
  const found = placedById.get(id);
  if (found === undefined) throw new RangeError(`A rule id must be one of the machines: ${id}`);
  return found;
}
