/**
 * How a machine of this model is written down.
 *
 * A region is the configuration of an XState machine in which an event is a step with its outcome, a guard is a predicate over
 * named facts, and every transition says in its meta which clauses it stands on and whether it permits the step or refuses it.
 * A refusing transition changes nothing: it is there so that the machine also says why a step is wrong. The first transition whose
 * guard holds decides, and where none of a state does, those of its parent are tried, as everywhere in XState; an event for which
 * neither a state nor a parent has a transition is refused without a clause.
 *
 * The same regions have three readers: interpreted.ts makes XState machines of them, compile.ts tables, and a person reads them.
 */

import type { AnyReading, Reading } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';

// ---- Facts ---------------------------------------------------------------------------------------------------------------------

/**
 * The facts of a region, each with what it says. How a fact is computed stands where its inputs are: the bounded model has one column
 * of this record, and the oracle another. A fact that is added here does not compile until each says how, or that it cannot.
 */
export type FactRecord<F extends string> = { readonly [fact in F]: string };

/** In the column of a room that cannot derive the fact: it always holds there, or never does. */
export interface NotDerived {
  readonly kind: 'not derived';
  readonly holds: boolean;
  readonly why: string;
}
export const notDerived = (why: string, holds = false): NotDerived => ({ kind: 'not derived', holds, why });

// ---- Guards --------------------------------------------------------------------------------------------------------------------

/** A fact's name, a combination of guards by `all`, `any` and `no`, or a reading. */
export type Guard<F extends string> =
  | F
  | { readonly kind: 'all' | 'any'; readonly of: readonly Guard<F>[] }
  | { readonly kind: 'no'; readonly of: Guard<F> }
  | ReadingGuard;

export interface ReadingGuard {
  readonly kind: 'reading';
  readonly reading: Reading;
}

/** The combinators, bound to the facts of a region so that a guard that names any other does not compile. */
export const guardsOver = <F extends string>(): {
  all(...of: Guard<F>[]): Guard<F>;
  any(...of: Guard<F>[]): Guard<F>;
  no(of: Guard<F>): Guard<F>;
} => ({
  all: (...of) => ({ kind: 'all', of }),
  any: (...of) => ({ kind: 'any', of }),
  no: (of) => ({ kind: 'no', of }),
});

/** Holds in the profiles that permit this reading of a ruling. */
export const reading = (name: Reading): ReadingGuard => ({ kind: 'reading', reading: name });

/** As it is written in a machine. */
export function guardText(guard: Guard<string> | undefined): string {
  if (guard === undefined) return 'always';
  if (typeof guard === 'string') return guard;
  switch (guard.kind) {
    case 'reading':
      return `reading(${guard.reading})`;
    case 'no':
      return `no(${guardText(guard.of)})`;
    default:
      return `${guard.kind}(${guard.of.map(guardText).join(', ')})`;
  }
}

/** Every reading that a guard asks for. */
export function readingsIn(guard: Guard<string> | undefined): readonly Reading[] {
  if (guard === undefined || typeof guard === 'string') return [];
  if (guard.kind === 'reading') return [guard.reading];
  return guard.kind === 'no' ? readingsIn(guard.of) : guard.of.flatMap(readingsIn);
}

/** Every fact that a guard asks for. */
export function factsIn<F extends string>(guard: Guard<F> | undefined): readonly F[] {
  if (guard === undefined) return [];
  if (typeof guard === 'string') return [guard];
  if (guard.kind === 'reading') return [];
  return guard.kind === 'no' ? factsIn(guard.of) : guard.of.flatMap((part) => factsIn(part));
}

// ---- Rules and states ----------------------------------------------------------------------------------------------------------

export interface RuleMeta {
  readonly verdict: 'permits' | 'refuses';
  readonly clauses: readonly ClauseId[];
  /** The reading of a ruling by which it permits, where no guard asks for one: every profile has it. */
  readonly by?: AnyReading;
}

export interface Rule<F extends string, S extends string> {
  readonly guard?: Guard<F>;
  readonly target?: S;
  readonly meta: RuleMeta;
}

/** A state, with the states inside it where it is a parent. Targets are states without any inside. */
export interface State<F extends string, S extends string, E extends string> {
  readonly initial?: S;
  readonly on?: { readonly [event in E]?: readonly Rule<F, S>[] };
  readonly states?: { readonly [state: string]: State<F, S, E> };
}

export interface Region<F extends string, S extends string, E extends string> extends State<F, S, E> {
  readonly id: string;
  readonly facts: FactRecord<F>;
  readonly initial: S;
  readonly states: { readonly [state: string]: State<F, S, E> };
}

/** The step is allowed, by these clauses. Without clauses: the page is silent on it. */
export const permits = (...clauses: ClauseId[]): { readonly meta: RuleMeta } => ({ meta: { verdict: 'permits', clauses } });
/** The same by a ruling on what the page leaves unclear. */
export const permitsBy = (by: AnyReading, ...clauses: ClauseId[]): { readonly meta: RuleMeta } => ({
  meta: { verdict: 'permits', clauses, by },
});
/** The step breaks these clauses. */
export const refuses = (...clauses: ClauseId[]): { readonly meta: RuleMeta } => ({ meta: { verdict: 'refuses', clauses } });

/** A rule and where it stands: in the state, or in a parent that the state inherits it from. */
export interface StandingRule<F extends string, S extends string> {
  readonly rule: Rule<F, S>;
  /** The region, and the state unless it holds for all of them. */
  readonly at: readonly [region: string, state?: string];
}

type Leaves<F extends string, S extends string, E extends string> = ReadonlyMap<S, ReadonlyMap<E, readonly StandingRule<F, S>[]>>;
/** Each profile asks for them, and the product does. */
const found = new WeakMap<object, Leaves<string, string, string>>();

/** The states without any inside, in the order of the region, each with its rules by event: its own first, then those of its parents. */
export function leavesOf<F extends string, S extends string, E extends string>(region: Region<F, S, E>): Leaves<F, S, E> {
  const known = found.get(region) as Leaves<F, S, E> | undefined;
  if (known !== undefined) return known;
  const leaves = new Map<S, ReadonlyMap<E, readonly StandingRule<F, S>[]>>();
  const visit = (name: string, state: State<F, S, E>, inherited: ReadonlyMap<E, readonly StandingRule<F, S>[]>) => {
    const at = state === region ? ([region.id] as const) : ([region.id, name] as const);
    const rules = new Map<E, readonly StandingRule<F, S>[]>();
    for (const [event, own] of Object.entries(state.on ?? {}) as [E, readonly Rule<F, S>[]][]) {
      rules.set(event, [...own.map((rule) => ({ rule, at })), ...(inherited.get(event) ?? [])]);
    }
    for (const [event, from] of inherited) if (!rules.has(event)) rules.set(event, from);
    if (state.states === undefined) leaves.set(name as S, rules);
    else for (const [inner, innerState] of Object.entries(state.states)) visit(inner, innerState, rules);
  };
  visit(region.id, region, new Map());
  found.set(region, leaves);
  return leaves;
}
