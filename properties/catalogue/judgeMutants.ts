/**
 * Judges with one fault each, derived from the rules and the rulings: a model that forbids what a rule permits, one that permits what a
 * rule refuses, one that names another clause, one that reads a ruling differently, and a judge that blames the provider for what its
 * caller did.
 */

import { type Profile, profiles, readingsOf, withReadings } from '../../model/clauses/profiles.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import type { CompiledRule } from '../../model/compiled/compile.ts';
import { type Tables, tablesOf } from '../../model/compiled/tables.ts';
import { askedFor } from '../../model/oracle/callKinds.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { Judge, Judges } from './judging.ts';
import { patched, type RuleChange, rulesIn } from './patching.ts';

export type JudgeFault = 'over-strict model' | 'lenient model' | 'blaming judge' | 'swapped reading' | 'other citation';

export interface JudgeMutant {
  /** What is wrong, and where. */
  readonly name: string;
  readonly fault: JudgeFault;
  /** The clauses that it breaks. */
  readonly clauses: readonly ClauseId[];
  /** The rule that is changed: a trace in which that rule's word does not count notices nothing. */
  readonly rule?: string;
  /** The profiles in which it differs from the oracle at all. */
  readonly profiles: readonly Profile[];
  readonly judges: Judges;
}

/** Where each rule stands: the profiles, in their order, that have it. */
const rulesByProfile = (): ReadonlyMap<string, { readonly rule: CompiledRule; readonly standsIn: readonly Profile[] }> => {
  const found = new Map<string, { rule: CompiledRule; standsIn: Profile[] }>();
  for (const profile of profiles) {
    for (const [id, rule] of rulesIn(tablesOf(profile))) {
      const known = found.get(id);
      if (known === undefined) found.set(id, { rule, standsIn: [profile] });
      else known.standsIn.push(profile);
    }
  }
  return found;
};

/** A judge whose tables are changed at one rule. */
const changing = (id: string, change: RuleChange): Judges => {
  const made = new Map<Profile, Tables>();
  return (profile, header) => {
    let tables = made.get(profile);
    if (tables === undefined) made.set(profile, (tables = patched(tablesOf(profile), id, change) ?? tablesOf(profile)));
    return new Oracle(profile, header, tables);
  };
};

const replaced =
  (change: (rule: CompiledRule) => CompiledRule): RuleChange =>
  (rules, at) =>
    rules.with(at, change(rules[at]!));

/** One for each rule that stands on a clause: what it permits is refused, what it refuses is permitted. */
export const verdictMutants = (): JudgeMutant[] =>
  [...rulesByProfile()]
    .filter(([, { rule }]) => rule.clauses.length > 0)
    .map(([id, { rule, standsIn }]) => ({
      name: `${rule.permitted ? 'forbids' : 'allows'} ${id}`,
      fault: isCallers(rule) ? 'blaming judge' : rule.permitted ? 'over-strict model' : 'lenient model',
      clauses: rule.clauses,
      rule: id,
      profiles: standsIn,
      judges: changing(
        id,
        replaced((before) => ({ ...before, permitted: !before.permitted })),
      ),
    }));

const callers: ReadonlySet<ClauseId> = new Set(register.filter(({ kind }) => kind === 'caller').map(({ id }) => id));
/** It lets the provider off for what its caller broke. */
const isCallers = ({ permitted, clauses }: CompiledRule): boolean => permitted && clauses.some((id) => callers.has(id));

const modelled: readonly ClauseId[] = register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id);
/** The modelled clause that follows on the page and that the rule does not name. */
export const anotherThan = (id: ClauseId, named: readonly ClauseId[]): ClauseId => {
  const from = modelled.indexOf(id);
  return [...modelled.slice(from + 1), ...modelled.slice(0, from + 1)].find((other) => !named.includes(other))!;
};

/** One for each clause that a rule names: it names another. */
export const ruleCitationMutants = (): JudgeMutant[] =>
  [...rulesByProfile()].flatMap(([id, { rule, standsIn }]) =>
    [...new Set(rule.clauses)].map((clause): JudgeMutant => {
      const other = anotherThan(clause, rule.clauses);
      return {
        name: `names ${other} for ${clause} ${id}`,
        fault: 'other citation',
        clauses: [clause],
        rule: id,
        profiles: standsIn,
        judges: changing(
          id,
          replaced((before) => ({ ...before, clauses: before.clauses.map((named) => (named === clause ? other : named)) })),
        ),
      };
    }),
  );

/** For each ruling that code reads, and each reading of it: a judge that permits that reading alone. */
export const readingMutants = (): JudgeMutant[] =>
  rulings.flatMap(({ id, readings, readBy, clauses }) =>
    readBy === 'people'
      ? []
      : Object.keys(readings).map((name): JudgeMutant => {
          const isOther = (profile: Profile): boolean => readingsOf(profile, id).join() !== name;
          return {
            name: `reads ${id} as ${name} alone`,
            fault: 'swapped reading',
            clauses,
            profiles: profiles.filter(isOther),
            judges: (profile, header) => new Oracle(withReadings(profile, id, [name]), header),
          };
        }),
  );

/** Rejects where the caller broke the clause. */
class BlamingJudge implements Judge {
  readonly #oracle: Oracle;
  readonly #clause: ClauseId;

  constructor(profile: Profile, header: TraceHeader, clause: ClauseId) {
    this.#oracle = new Oracle(profile, header);
    this.#clause = clause;
  }

  step(step: TraceStep) {
    const rejection = this.#oracle.step(step);
    const isBroken = this.#oracle.breaches.some(({ clauses }) => clauses.includes(this.#clause));
    return rejection ?? (isBroken ? { clauses: [this.#clause] } : undefined);
  }

  get permittedBy() {
    return this.#oracle.permittedBy;
  }
}

/** Rejects where the caller asked for a message above the maximum that it was given. */
class MaximumJudge implements Judge {
  readonly #oracle: Oracle;

  constructor(profile: Profile, header: TraceHeader) {
    this.#oracle = new Oracle(profile, header);
  }

  step(step: TraceStep) {
    const call = 'end' in step ? step.begun : step;
    const isSend = 'call' in call && call.call === 'WSPSend';
    const most = isSend ? this.#oracle.world.sockets.get(call.socket)?.maxMessage : undefined;
    const isTooLong = isSend && most !== undefined && askedFor(call) > most;
    return this.#oracle.step(step) ?? (isTooLong ? { clauses: ['MessageSize:1'] as const } : undefined);
  }

  get permittedBy() {
    return this.#oracle.permittedBy;
  }
}

const blamingTheMaximum: JudgeMutant = {
  name: 'blames the provider for a breach of MessageSize:1',
  fault: 'blaming judge',
  clauses: ['MessageSize:1'],
  profiles,
  judges: (profile, header) => new MaximumJudge(profile, header),
};

/** One for each obligation on the caller of which a trace can show the breach. */
export const blamingMutants = (): JudgeMutant[] => [
  blamingTheMaximum,
  ...(['lpBuffers:3', 'OverlappedLifetime:1', 'OverlappedLifetime:2', 'Routine:3'] as const).map(
    (clause): JudgeMutant => ({
      name: `blames the provider for a breach of ${clause}`,
      fault: 'blaming judge',
      clauses: [clause],
      profiles,
      judges: (profile, header) => new BlamingJudge(profile, header, clause),
    }),
  ),
];
