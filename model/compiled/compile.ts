/**
 * From a region to a table: per state and event the rules in order, their guards as masks over the facts.
 *
 * The table is read off the region that XState runs, and readings of rulings are decided once per profile, so a lookup is a few
 * comparisons of integers. compile.test.ts compares table and XState machine on every state, event and set of facts that matters.
 */

import { and, not, or } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { Region } from '../machines/rules.ts';

/** One conjunction of a guard: these bits set, those clear. */
interface Term {
  readonly set: number;
  readonly clear: number;
}

export interface CompiledRule {
  readonly terms: readonly Term[];
  /** Index of the next state; the state itself when the rule has no target. */
  readonly target: number;
  readonly permitted: boolean;
  readonly clauses: readonly ClauseId[];
  /** Stable name of the rule: `<region>.<state>.<event>#<n>`. */
  readonly id: string;
}

export interface Table<S extends string = string, E extends string = string> {
  readonly id: string;
  readonly states: readonly S[];
  readonly events: readonly E[];
  readonly initial: number;
  /** `rules[state][event]`, in the order of the region. */
  readonly rules: readonly (readonly (readonly CompiledRule[])[])[];
  readonly stateIndex: { readonly [state in S]: number };
  readonly eventIndex: { readonly [event in E]: number };
}

// XState's combinators are told apart by the names of the functions they return, which a minifier may change but not tell apart.
const names = { and: and([]).name, or: or([]).name, not: not('x' as never).name };

/** Disjunctive normal form. The regions' guards are small, so the product of terms stays small too. */
function termsOf(guard: unknown, bits: { readonly [fact: string]: number }, profile: Profile, negated: boolean): Term[] {
  if (typeof guard === 'string') {
    const bit = bits[guard];
    if (bit === undefined) throw new RangeError(`A guard must name a fact of its region: guard=${guard}`);
    return [negated ? { set: 0, clear: bit } : { set: bit, clear: 0 }];
  }
  if (typeof guard === 'object' && guard !== null && 'params' in guard) {
    const holds = reads(profile, (guard as { params: { reading: Reading } }).params.reading);
    return holds !== negated ? [{ set: 0, clear: 0 }] : [];
  }
  const { name, guards } = guard as unknown as { name: string; guards: readonly unknown[] };
  if (name === names.not) return termsOf(guards[0], bits, profile, !negated);
  const parts = guards.map((part) => termsOf(part, bits, profile, negated));
  const conjunction = (name === names.and) !== negated;
  if (!conjunction) return parts.flat();
  return parts.reduce(
    (left, right) =>
      left
        .flatMap((a) => right.map((b) => ({ set: a.set | b.set, clear: a.clear | b.clear })))
        .filter((term) => (term.set & term.clear) === 0),
    [{ set: 0, clear: 0 }],
  );
}

export function compile<F extends string, S extends string, E extends string>(
  id: string,
  facts: readonly F[],
  region: Region<F, S, E>,
  profile: Profile,
): Table<S, E> {
  if (facts.length > 32) throw new RangeError(`A region must have at most 32 facts: region=${id} facts=${facts.length}`);
  const bits = Object.fromEntries(facts.map((fact, bit) => [fact, 1 << bit]));
  const states = Object.keys(region.states) as S[];
  const events = [...new Set(states.flatMap((state) => Object.keys(region.states[state].on)))] as E[];
  const stateIndex = Object.fromEntries(states.map((state, index) => [state, index])) as { [state in S]: number };
  const eventIndex = Object.fromEntries(events.map((event, index) => [event, index])) as { [event in E]: number };
  const rules = states.map((state) =>
    events.map((event) =>
      (region.states[state].on[event] ?? []).map((rule, n): CompiledRule => {
        const target = rule.target === undefined ? stateIndex[state] : stateIndex[rule.target];
        if (target === undefined) throw new RangeError(`A target must be a state of its region: ${id}.${state} target=${rule.target}`);
        return {
          terms: rule.guard === undefined ? [{ set: 0, clear: 0 }] : termsOf(rule.guard, bits, profile, false),
          target,
          permitted: rule.meta.verdict === 'permits',
          clauses: rule.meta.clauses,
          id: `${id}.${state}.${event}#${n + 1}`,
        };
      }),
    ),
  );
  return { id, states, events, initial: stateIndex[region.initial], rules, stateIndex, eventIndex };
}

/** The rule that decides, or undefined when the state has none for the event. */
export function lookup(table: Table, state: number, event: number, facts: number): CompiledRule | undefined {
  const rules = table.rules[state]![event]!;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    const terms = rule.terms;
    for (let j = 0; j < terms.length; j++) {
      const term = terms[j]!;
      if ((facts & term.set) === term.set && (facts & term.clear) === 0) return rule;
    }
  }
  return undefined;
}
