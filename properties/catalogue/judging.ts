/** A judge and what it says of a kept trace. A mutant is a judge with a fault in it. */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { CompiledRule } from '../../model/compiled/compile.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { Kept, Stated } from './kept.ts';

export interface Judge {
  step(step: TraceStep): { readonly clauses: readonly ClauseId[]; readonly undecided?: boolean } | undefined;
  readonly permittedBy: readonly CompiledRule[];
}

/** Makes a judge for a profile. */
export type Judges = (profile: Profile, header: TraceHeader) => Judge;
export const oracles: Judges = (profile, header) => new Oracle(profile, header);

/** What a judge says of a trace, as fully as a kept trace may state it; undefined where it decides nothing. */
export function saidBy(judges: Judges, profile: Profile, { header, steps }: Pick<Kept, 'header' | 'steps'>): Stated | undefined {
  const judge = judges(profile, header);
  for (const { line, step } of steps) {
    const rejection = judge.step(step);
    if (rejection?.undecided) return undefined;
    if (rejection !== undefined) return { verdict: 'rejected', line, breaks: rejection.clauses };
  }
  return { verdict: 'accepted', shows: [...new Set(judge.permittedBy.flatMap(({ clauses }) => clauses))].sort() };
}

/**
 * The line at which what is said differs from what is stated: the last line that it takes to see it. Undefined where it says all that is
 * stated.
 */
export function differsAt(said: Stated | undefined, stated: Stated, steps: Kept['steps']): number | undefined {
  const last = steps.at(-1)!.line;
  if (said === undefined) return stated.line ?? last;
  if (said.verdict !== stated.verdict || (stated.line !== undefined && said.line !== stated.line))
    return Math.min(said.line ?? last, stated.line ?? last);
  if (stated.breaks !== undefined && !isSame(said.breaks ?? [], stated.breaks)) return said.line;
  if (stated.shows !== undefined && said.shows?.join() !== stated.shows.join()) return last;
  return undefined;
}

/** The clause that is named first decides; the order of the others says nothing. */
const isSame = (a: readonly ClauseId[], b: readonly ClauseId[]): boolean =>
  a.length === b.length && a[0] === b[0] && a.every((id) => b.includes(id));
