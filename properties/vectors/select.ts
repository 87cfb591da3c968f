/**
 * The vectors that are kept: of all that can be made, the shortest that shows a clause, the shortest that breaks it, and for each ruling
 * and pair of profiles that part on it the shortest that one accepts and the other rejects.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import type { RulingId } from '../../model/clauses/rulings.ts';
import { type VectorPlan, vectorPlans, vectorsOf } from './generate.ts';
import { handMade } from './handMade.ts';
import { partingRulings, partOn } from './rulings.ts';
import type { Vector } from './vector.ts';

/** Rulings on which profiles part and that no step of a trace can show. */
export const unseen: { readonly [id in RulingId]?: string } = {
  D4: 'no line names a process, and that of an upcall names only the thread whose WSATHREADID was handed over',
  D9: 'where the sentence means the SPI, a client that waits for an operation with a routine broke its own rule and is told anything; every profile has that reading, so that what another would permit is permitted by all',
};

export type Pair = readonly [Profile, Profile];
export const pairs: readonly Pair[] = profiles.flatMap((p, i) => profiles.slice(i + 1).map((q): Pair => [p, q]));

/** Which vectors stand behind what; ids. */
export interface Selection {
  readonly vectors: readonly Vector[];
  readonly clauses: { readonly [id in ClauseId]?: { readonly valid?: string; readonly invalid?: string } };
  readonly readings: { readonly [ruling: string]: { readonly [pair: string]: { readonly accepts: Profile; readonly vector: string } } };
}

const length = ({ steps }: Vector): number => steps.length;
const shorter = (a: Vector, b: Vector): boolean => length(a) < length(b) || (length(a) === length(b) && a.id < b.id);

export function select(plans: readonly VectorPlan[] = vectorPlans): Selection {
  const chosen = new Map<string, Vector>();
  const keep = (key: string, vector: Vector): void => {
    const before = chosen.get(key);
    if (before === undefined || shorter(vector, before)) chosen.set(key, vector);
  };
  const parting = new Map<string, { vector: Vector; others: number; accepts: Profile }>();
  const take = (vectors: Iterable<Vector>): void => {
    for (const vector of vectors) {
      for (const id of vector.shows) keep(`valid ${id}`, vector);
      for (const id of vector.breaks) keep(`invalid ${id}`, vector);
      for (const found of partedBy(vector)) {
        const before = parting.get(found.key);
        const better =
          before === undefined || found.others < before.others || (found.others === before.others && shorter(vector, before.vector));
        if (better) parting.set(found.key, { vector, others: found.others, accepts: found.accepts });
      }
    }
  };
  for (const plan of plans) take(vectorsOf(plan));
  take(handMade());
  const clauses: Record<string, { valid?: string; invalid?: string }> = {};
  for (const { id, status } of register) {
    if (status.is !== 'modelled') continue;
    const valid = chosen.get(`valid ${id}`)?.id;
    const invalid = chosen.get(`invalid ${id}`)?.id;
    clauses[id] = { ...(valid !== undefined && { valid }), ...(invalid !== undefined && { invalid }) };
  }
  const readings: Record<string, Record<string, { accepts: Profile; vector: string }>> = {};
  for (const [key, { vector, accepts }] of [...parting].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [ruling, pair] = key.split(' ') as [string, string];
    (readings[ruling] ??= {})[pair] = { accepts, vector: vector.id };
  }
  const ids = new Set(Object.values(clauses).flatMap(({ valid, invalid }) => [valid, invalid]));
  for (const found of Object.values(readings)) for (const { vector } of Object.values(found)) ids.add(vector);
  const kept = new Map([...chosen.values(), ...[...parting.values()].map(({ vector }) => vector)].map((vector) => [vector.id, vector]));
  const vectors = [...kept.values()].filter(({ id }) => ids.has(id)).sort((a, b) => (shorter(a, b) ? -1 : 1));
  return { vectors, clauses: clauses as Selection['clauses'], readings };
}

/** The rulings and pairs of profiles that a vector tells apart; `others` counts the rulings that it may turn on besides. */
function* partedBy(vector: Vector): Generator<{ readonly key: string; readonly others: number; readonly accepts: Profile }> {
  if (vector.result !== 'acceptable') return;
  for (const [p, q] of pairs) {
    const accepted = [p, q].filter((profile) => vector.profiles[profile].verdict === 'accepted');
    if (accepted.length !== 1) continue;
    const parts = vector.rulings.filter((ruling) => partOn(ruling, p, q));
    for (const ruling of parts) yield { key: `${ruling} ${p}/${q}`, others: parts.length - 1, accepts: accepted[0]! };
  }
}

/** What the selection lacks, a line each. */
export function selectionHoles({ clauses, readings }: Selection): string[] {
  const found: string[] = [];
  for (const { id, kind, status } of register) {
    if (status.is !== 'modelled') continue;
    const { valid, invalid } = clauses[id] ?? {};
    // A permission is kept whatever one does, and after a breach of the caller's own nothing is judged.
    const owesInvalid = kind !== 'permission' && kind !== 'caller';
    if (valid === undefined) found.push(`${id} has no vector that keeps to it`);
    if (owesInvalid && invalid === undefined) found.push(`${id} has no vector that breaks it`);
  }
  for (const ruling of partingRulings) {
    for (const [p, q] of pairs) {
      if (!partOn(ruling, p, q) || unseen[ruling as RulingId] !== undefined || readings[ruling]?.[`${p}/${q}`] !== undefined) continue;
      found.push(`${ruling} has no vector that tells ${p} from ${q}`);
    }
  }
  return found;
}
