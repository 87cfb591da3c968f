/**
 * How a machine of this model is written down.
 *
 * A region is the configuration of an XState machine in which an event is a step with its outcome, a guard is a predicate over
 * named facts, and every transition says in its meta which clauses it stands on and whether it permits the step or refuses it.
 * A refusing transition changes nothing: it is there so that the machine also says why a step is wrong. The first transition whose
 * guard holds decides, as everywhere in XState; an event for which a state has no transition is refused without a clause.
 *
 * The same regions serve three readers: XState itself runs them, compile.ts turns them into tables, and a person reads them.
 */

import { and, createMachine, not, or, setup } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';

/** A fact's name, `reading(…)`, or a combination of guards by `all`, `any` and `no`. */
export type Guard<F extends string> = F | Combination<F> | ReadingGuard;

/** Phantom: which facts a combination may name. XState sees a function that carries its operands in `guards`. */
export interface Combination<F extends string> {
  (...args: never): boolean;
  readonly facts?: F;
}

export interface ReadingGuard {
  readonly type: 'reads';
  readonly params: { readonly reading: Reading };
}

/** The combinators of XState, bound to the facts of a region so that a guard that names any other does not compile. */
export const guardsOver = <F extends string>(): {
  all(...guards: Guard<F>[]): Combination<F>;
  any(...guards: Guard<F>[]): Combination<F>;
  no(guard: Guard<F>): Combination<F>;
} => ({
  all: (...guards) => and(guards as never) as unknown as Combination<F>,
  any: (...guards) => or(guards as never) as unknown as Combination<F>,
  no: (guard) => not(guard as never) as unknown as Combination<F>,
});

/** Holds in the profiles that permit this reading of a ruling. */
export const reading = (name: Reading): ReadingGuard => ({ type: 'reads', params: { reading: name } });

export interface RuleMeta {
  readonly verdict: 'permits' | 'refuses';
  readonly clauses: readonly ClauseId[];
}

export interface Rule<F extends string, S extends string> {
  readonly guard?: Guard<F>;
  readonly target?: S;
  readonly meta: RuleMeta;
}

export interface Region<F extends string, S extends string, E extends string> {
  readonly initial: S;
  readonly states: { readonly [state in S]: { readonly on: { readonly [event in E]?: readonly Rule<F, S>[] } } };
}

/** The step is allowed, by these clauses. Without clauses: the page is silent on it. */
export const permits = (...clauses: ClauseId[]): { readonly meta: RuleMeta } => ({ meta: { verdict: 'permits', clauses } });
/** The step breaks these clauses. */
export const refuses = (...clauses: ClauseId[]): { readonly meta: RuleMeta } => ({ meta: { verdict: 'refuses', clauses } });

/** Facts as bits: bit i of the mask is the i-th name. */
export const bitsOf = <F extends string>(names: readonly F[]): { readonly [name in F]: number } =>
  Object.fromEntries(names.map((name, bit) => [name, 1 << bit])) as { [name in F]: number };

export interface FactEvent {
  readonly type: string;
  /** Which facts hold, a bit each in the order of the region's names. */
  readonly facts: number;
}

export interface ProfileContext {
  readonly profile: Profile;
}

/** The region as an XState machine of its own, whose events carry the facts. `input` is the profile. */
export function machineOf<F extends string, S extends string, E extends string>(
  id: string,
  factNames: readonly F[],
  region: Region<F, S, E>,
) {
  const guards: Record<string, (args: { event: FactEvent }) => boolean> = {};
  factNames.forEach((name, bit) => {
    guards[name] = ({ event }) => ((event.facts >>> bit) & 1) === 1;
  });
  const implementations = setup({
    types: { context: {} as ProfileContext, events: {} as FactEvent, input: {} as ProfileContext },
    guards: {
      ...guards,
      reads: ({ context }, params: { reading: Reading }) => reads(context.profile, params.reading),
    },
  }).createMachine({ context: ({ input }) => ({ profile: input.profile }) });
  // Regions type their targets and facts more strictly than setup() does, so the configuration is handed over untyped.
  return createMachine(
    { id, context: ({ input }: { input: ProfileContext }) => ({ profile: input.profile }), ...(region as object) } as never,
    implementations.implementations as never,
  );
}
