/**
 * The vectors that are kept: of all that can be made, the shortest that shows a clause, the shortest that breaks it, and for each ruling
 * and each pair of profiles that differ on it the shortest that one accepts and the other rejects.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import type { RulingId } from '../../model/clauses/rulings.ts';
import { type VectorPlan, vectorPlans, vectorsOf } from './generate.ts';
import { handMade } from './handMade.ts';
import { partingRulings, partOn } from './rulings.ts';
import type { Vector } from './vector.ts';

/** What separates the profiles that differ on a ruling: vectors, or nothing, because no step of a trace can show the difference. */
export const separatedBy: { readonly [id in RulingId]: 'by vectors' | 'profiles are alike' | { readonly unseen: string } } = {
  D1: 'by vectors',
  D2: 'by vectors',
  D3: 'profiles are alike',
  D4: { unseen: 'no line names a process, and that of an upcall names only the thread whose WSATHREADID was handed over' },
  D5: 'by vectors',
  D6: 'by vectors',
  D7: 'by vectors',
  D8: 'profiles are alike',
  D9: {
    unseen:
      'where the sentence means the SPI, a client that waits for an operation with a routine broke its own rule and may get any answer; every profile has that reading, so all profiles permit the same',
  },
  D10: 'by vectors',
  M1: 'by vectors',
  M2: 'by vectors',
  M3: 'by vectors',
  M4: 'by vectors',
  M5: 'by vectors',
  M6: 'by vectors',
  M7: 'by vectors',
  M8: 'by vectors',
  M9: 'by vectors',
  M10: 'by vectors',
  EmptyPart: 'profiles are alike',
  CloseCancels: 'by vectors',
  CloseDelivers: 'by vectors',
  LingerZero: 'by vectors',
  AbortedBytes: 'profiles are alike',
  EventReset: 'by vectors',
  EventUpcall: 'by vectors',
  EventAfterZero: 'by vectors',
  IncompleteCode: 'profiles are alike',
  IncompleteCount: 'by vectors',
  WaitingResult: 'by vectors',
  ResultOfFailedPost: 'profiles are alike',
  Packets: 'by vectors',
  Readiness: 'by vectors',
  BeyondTheTable: 'by vectors',
  InterruptedCode: 'by vectors',
  NoBufs: 'profiles are alike',
  ThreadExitCancels: 'profiles are alike',
  ErrorOwed: 'profiles are alike',
  NeverOwed: 'profiles are alike',
  CallOnlyCodes: 'profiles are alike',
  RoutineAlertable: 'profiles are alike',
  HeldBack: 'profiles are alike',
  AbortCauses: 'profiles are alike',
  TimeoutCode: 'profiles are alike',
  AfterReset: 'profiles are alike',
  FaultOfCount: 'by vectors',
  OrderlyClose: 'by vectors',
  PartialOnStream: 'profiles are alike',
  CancelWithNothing: 'profiles are alike',
};
/** Rulings on which profiles differ and that no step of a trace can show, and why. */
export const unseen: { readonly [ruling: string]: string } = Object.fromEntries(
  Object.entries(separatedBy).flatMap(([id, how]) => (typeof how === 'object' ? [[id, how.unseen]] : [])),
);

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

/** The rulings and pairs of profiles that a vector separates; `others` counts the other rulings that it may depend on. */
function* partedBy(vector: Vector): Generator<{ readonly key: string; readonly others: number; readonly accepts: Profile }> {
  if (vector.result !== 'acceptable') return;
  for (const [p, q] of pairs) {
    const accepted = [p, q].filter((profile) => vector.profiles[profile].verdict === 'accepted');
    if (accepted.length !== 1) continue;
    const parts = vector.rulings.filter((ruling) => partOn(ruling, p, q));
    for (const ruling of parts) yield { key: `${ruling} ${p}/${q}`, others: parts.length - 1, accepts: accepted[0]! };
  }
}

const citeIt = 'let rules of model/machines cite it where a slice of model/product/slices.ts comes by';
const readIt =
  'let a rule of model/machines or a fact read it, with a label that shows it in a slice; state a vector in properties/vectors/handMade.ts; or say in separatedBy of properties/vectors/select.ts why no trace can show it';
const sayHow = 'say so in separatedBy of properties/vectors/select.ts';

/** What the selection lacks and what to do about it, a line each. */
export function selectionHoles({ clauses, readings }: Selection): string[] {
  const found: string[] = [];
  for (const { id, kind, status } of register) {
    if (status.is !== 'modelled') continue;
    const { valid, invalid } = clauses[id] ?? {};
    // Nothing can break a permission, and after a breach of the caller's own nothing is judged.
    const owesInvalid = kind !== 'permission' && kind !== 'caller';
    if (valid === undefined) found.push(`${id} has no vector that keeps to it: ${citeIt}`);
    if (owesInvalid && invalid === undefined) found.push(`${id} has no vector that breaks it: ${citeIt}`);
  }
  for (const [ruling, how] of Object.entries(separatedBy)) {
    const isParting = partingRulings.includes(ruling);
    if (isParting && how === 'profiles are alike') found.push(`${ruling} is read differently by some profile: ${sayHow}`);
    if (!isParting && how !== 'profiles are alike') found.push(`${ruling} is read alike by all profiles: ${sayHow}`);
    for (const [p, q] of how === 'by vectors' ? pairs : []) {
      if (!partOn(ruling, p, q) || readings[ruling]?.[`${p}/${q}`] !== undefined) continue;
      found.push(`${ruling} has no vector that separates ${p} from ${q}: ${readIt}`);
    }
  }
  return found;
}
