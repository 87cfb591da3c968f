/**
 * From a region to a table: per state and event the rules in order, with those of its parents behind its own.
 *
 * Readings of rulings are decided once per profile, and a rule that can hold in none of the profile's steps is left out. What is left
 * of a guard is asked for one fact after another, and a fact is computed when it is asked for: there may be any number of them.
 * explore.test.ts compares each table with the XState machine of its region.
 */

import { type AnyReading, type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { type Guard, guardText, leavesOf, type Region, type Rule, readingsIn, type StandingRule } from '../machines/rules.ts';

/** A guard of one profile. A fact stands by its place among the facts of the region. */
export type CompiledGuard =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'fact'; readonly fact: number; readonly holds: boolean }
  | { readonly kind: 'all' | 'any'; readonly of: readonly CompiledGuard[] };

export interface CompiledRule {
  readonly guard: CompiledGuard;
  /** Index of the next state; the state itself when the rule has no target. */
  readonly target: number;
  readonly permitted: boolean;
  readonly clauses: readonly ClauseId[];
  /** The readings that its guard asks for, decided or not. */
  readonly readings: readonly Reading[];
  /** The reading by which it permits, where no guard asks for one. */
  readonly by?: AnyReading;
  /** `<region>.<state where it stands>.<event>#<hash of what it says>`: the same wherever else rules come and go. */
  readonly id: string;
}

export interface Table<S extends string = string, E extends string = string, F extends string = string> {
  readonly id: string;
  readonly facts: readonly F[];
  readonly states: readonly S[];
  readonly events: readonly E[];
  readonly initial: number;
  readonly rules: CellRules;
  readonly stateIndex: { readonly [state in S]: number };
  readonly eventIndex: { readonly [event in E]: number };
}

/** What stands in each state for each event, made when it is asked for: a short trace asks for a fraction of it. */
export class CellRules implements Iterable<CompiledRule> {
  readonly #made: (readonly CompiledRule[] | undefined)[] = [];
  readonly #states: number;
  readonly #events: number;
  readonly #make: (state: number, event: number) => readonly CompiledRule[];

  constructor(states: number, events: number, make: (state: number, event: number) => readonly CompiledRule[]) {
    this.#states = states;
    this.#events = events;
    this.#make = make;
  }

  /** In the order in which they are tried. */
  at(state: number, event: number): readonly CompiledRule[] {
    const cell = state * this.#events + event;
    return (this.#made[cell] ??= this.#make(state, event));
  }

  *[Symbol.iterator](): Generator<CompiledRule> {
    for (let state = 0; state < this.#states; state++) for (let event = 0; event < this.#events; event++) yield* this.at(state, event);
  }
}

// ---- Facts ---------------------------------------------------------------------------------------------------------------------

/** The facts of one moment, by their places among those of a region. They are asked for while the rules are tried, and not later. */
export interface Facts<F extends string = string> {
  holds(fact: number): boolean;
  /** Phantom: whose facts they are. */
  readonly of?: F;
}

class Asserted implements Facts<never> {
  readonly #holding: ReadonlySet<number>;

  constructor(holding: ReadonlySet<number>) {
    this.#holding = holding;
  }

  holds(fact: number): boolean {
    return this.#holding.has(fact);
  }
}

/** These facts, and no other of the table's. */
export function asserted<F extends string>(
  { facts }: Pick<Table<string, string, F>, 'facts'>,
  holding: { readonly [fact in F]?: boolean },
): Facts<F> {
  return new Asserted(new Set(facts.flatMap((fact, place) => (holding[fact] === true ? [place] : []))));
}

export const noFacts: Facts<never> = new Asserted(new Set());

// ---- Looking up ----------------------------------------------------------------------------------------------------------------

/** The rule that decides, or undefined when the state has none for the event. */
export function lookup<F extends string>(
  table: Table<string, string, F>,
  state: number,
  event: number,
  facts: Facts<NoInfer<F>>,
): CompiledRule | undefined {
  const rules = table.rules.at(state, event);
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    if (applies(rule.guard, facts)) return rule;
  }
  return undefined;
}

function applies(guard: CompiledGuard, facts: Facts): boolean {
  switch (guard.kind) {
    case 'constant':
      return guard.holds;
    case 'fact':
      return facts.holds(guard.fact) === guard.holds;
    case 'all':
      for (let i = 0; i < guard.of.length; i++) if (!applies(guard.of[i]!, facts)) return false;
      return true;
    case 'any':
      for (let i = 0; i < guard.of.length; i++) if (applies(guard.of[i]!, facts)) return true;
      return false;
  }
}

// ---- Compiling -----------------------------------------------------------------------------------------------------------------

/**
 * A cell is compiled when it is asked for, and then throws a RangeError for a target that is no state and for a guard that names a fact of
 * another region.
 */
export function compile<F extends string, S extends string, E extends string>(region: Region<F, S, E>, profile: Profile): Table<S, E, F> {
  const facts = Object.keys(region.facts) as F[];
  const places = new Map<string, number>(facts.map((fact, place) => [fact, place]));
  const leaves = leavesOf(region);
  const states = [...leaves.keys()];
  const events = [...new Set([...leaves.values()].flatMap((rules) => [...rules.keys()]))];
  const stateIndex = Object.fromEntries(states.map((state, index) => [state, index])) as { [state in S]: number };
  const eventIndex = Object.fromEntries(events.map((event, index) => [event, index])) as { [event in E]: number };
  const rulesAt = (here: number, event: E): readonly CompiledRule[] => {
    const compiled: CompiledRule[] = [];
    for (const standing of leaves.get(states[here]!)!.get(event) ?? []) {
      const { guard, meta, target } = standing.rule;
      const open = compiledGuard(guard, places, profile);
      if (open === never) continue;
      const to = target === undefined ? here : stateIndex[target];
      if (to === undefined) throw new RangeError(`A target must be a state of its region: region=${region.id} target=${target}`);
      compiled.push({
        guard: open,
        target: to,
        permitted: meta.verdict === 'permits',
        clauses: meta.clauses,
        readings: readingsIn(guard),
        ...(meta.by !== undefined && { by: meta.by }),
        id: idOf(standing, event),
      });
      if (open === always) break;
    }
    return compiled;
  };
  const rules = new CellRules(states.length, events.length, (state, event) => rulesAt(state, events[event]!));
  return { id: region.id, facts, states, events, initial: stateIndex[region.initial], rules, stateIndex, eventIndex };
}

export const always: CompiledGuard = { kind: 'constant', holds: true };
export const never: CompiledGuard = { kind: 'constant', holds: false };

/** Negations are at the facts alone, and no part of a combination is constant. */
export function compiledGuard(
  guard: Guard<string> | undefined,
  places: ReadonlyMap<string, number>,
  profile: Profile,
  holds = true,
): CompiledGuard {
  if (guard === undefined) return always;
  if (typeof guard === 'string') {
    const fact = places.get(guard);
    if (fact === undefined) throw new RangeError(`A guard must name a fact of its region: guard=${guard}`);
    return { kind: 'fact', fact, holds };
  }
  if (guard.kind === 'no') return compiledGuard(guard.of, places, profile, !holds);
  if (guard.kind === 'reading') return reads(profile, guard.reading) === holds ? always : never;
  return combined(
    (guard.kind === 'all') === holds ? 'all' : 'any',
    guard.of.map((part) => compiledGuard(part, places, profile, holds)),
  );
}

export function combined(kind: 'all' | 'any', parts: readonly CompiledGuard[]): CompiledGuard {
  const [deciding, neutral] = kind === 'all' ? [never, always] : [always, never];
  const of: CompiledGuard[] = [];
  for (const part of parts) {
    if (part === deciding) return deciding;
    if (part.kind === kind) of.push(...part.of);
    else if (part !== neutral) of.push(part);
  }
  return of.length === 0 ? neutral : of.length === 1 ? of[0]! : { kind, of };
}

/** Made of what the rule says. */
export const idOf = ({ rule, at }: StandingRule<string, string>, event: string): string => `${at.join('.')}.${event}#${hashOf(rule)}`;

const hashes = new WeakMap<Rule<string, string>, string>();

/** FNV-1a of what a rule says, six hexadecimal digits of it. */
function hashOf(rule: Rule<string, string>): string {
  let digits = hashes.get(rule);
  if (digits === undefined) {
    const { guard, target, meta } = rule;
    const says = [meta.verdict, ...meta.clauses, guardText(guard), target ?? ''].join(' ');
    let hash = 0x811c9dc5;
    for (let i = 0; i < says.length; i++) hash = Math.imul(hash ^ says.charCodeAt(i), 0x01000193);
    digits = (hash >>> 0).toString(16).padStart(8, '0').slice(0, 6);
    hashes.set(rule, digits);
  }
  return digits;
}
