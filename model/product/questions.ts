/** What the component machines, run by XState, answer to the questions of a step, as the values of a state are. */

import type { Profile } from '../clauses/profiles.ts';
import { callRegion } from '../machines/call.machine.ts';
import { circuitRegion } from '../machines/circuit.machine.ts';
import { deliveryRegion } from '../machines/delivery.machine.ts';
import { type MachineName, ruleByXState, type SelectedRule } from '../machines/interpreted.ts';
import { operationRegion } from '../machines/operation.machine.ts';
import { factsIn, leavesOf, type Region } from '../machines/rules.ts';
import { socketRegion } from '../machines/socket.machine.ts';
import type { Condition } from './condition.ts';
import { conditionOf, type Description, type Question } from './description.ts';
import type { Layout } from './layout.ts';
import { holdsIn, type Values } from './values.ts';

export interface Product {
  readonly profile: Profile;
  readonly layout: Layout;
  readonly values: Values;
}

type AnyRegion = Region<string, string, string>;
const regions: { readonly [name in MachineName]: AnyRegion } = {
  socket: socketRegion as AnyRegion,
  circuit: circuitRegion as AnyRegion,
  operation: operationRegion as AnyRegion,
  call: callRegion as AnyRegion,
  delivery: deliveryRegion as AnyRegion,
};

/** The states of each machine, in the order of their numbers. */
export const statesOf = Object.fromEntries(
  Object.entries(regions).map(([name, region]) => [name, [...leavesOf(region).keys()]]),
) as unknown as { readonly [name in MachineName]: readonly string[] };

/** The facts that some rule for an event names. */
export function factsFor(machine: MachineName, event: string): ReadonlySet<string> {
  const rules = [...leavesOf(regions[machine]).values()].flatMap((rulesOf) => rulesOf.get(event) ?? []);
  return new Set(rules.flatMap(({ rule }) => factsIn(rule.guard)));
}

/** A question with the conditions that its answer depends on: those of the facts that a rule names, except what never changes. */
interface Prepared {
  readonly always: readonly string[];
  readonly open: readonly (readonly [fact: string, condition: Condition])[];
  readonly answers: Map<number | string, SelectedRule | undefined>;
}
const prepared = new WeakMap<Question, Prepared>();

function prepare(question: Question): Prepared {
  let found = prepared.get(question);
  if (found === undefined) {
    const named = factsFor(question.machine, question.event);
    const facts = [...named].map((fact) => [fact, conditionOf(question.facts[fact]!)] as const);
    found = {
      always: facts.filter(([, condition]) => condition.kind === 'constant' && condition.holds).map(([fact]) => fact),
      open: facts.filter(([, condition]) => condition.kind !== 'constant'),
      answers: new Map(),
    };
    prepared.set(question, found);
  }
  return found;
}

/** The conditions that the answer depends on. */
export const turnsOn = (question: Question): readonly Condition[] => prepare(question).open.map(([, condition]) => condition);

/** A number, or more of them as text, that is the same where the same conditions hold. */
export function valuation(conditions: readonly Condition[], values: Values, first: number): number | string {
  let text = '';
  let word = first;
  for (let i = 0; i < conditions.length; i++) {
    word = word * 2 + (holdsIn(conditions[i]!, values) ? 1 : 0);
    // A double counts to 2 ** 53.
    if (i % 32 === 31) {
      text += `${word} `;
      word = 0;
    }
  }
  return text === '' ? word : text + word;
}

/** The rule by which the machine decides. XState is asked once for the same. */
export function answerOf({ profile, values }: Product, question: Question): SelectedRule | undefined {
  const { machine, event, state } = question;
  const { always, open, answers } = prepare(question);
  const number = typeof state === 'string' ? statesOf[machine].indexOf(state) : values[state.variable.place]! - state.offset;
  const key = valuation(
    open.map(([, condition]) => condition),
    values,
    number,
  );
  const known = answers.get(key);
  if (known !== undefined || answers.has(key)) return known;
  const holding = [...always, ...open.filter(([, condition]) => holdsIn(condition, values)).map(([fact]) => fact)];
  const rule = ruleByXState(machine, statesOf[machine][number]!, event, holding.sort(), profile);
  answers.set(key, rule);
  return rule;
}

/** The machine goes where its rule says. */
export function follow(product: Product, question: Question): void {
  const { machine, state } = question;
  const rule = answerOf(product, question);
  if (typeof state !== 'string' && rule?.permitted)
    product.values[state.variable.place] = state.offset + statesOf[machine].indexOf(rule.target);
}

/** Does an operation or a call that the step has to do with refuse it? */
export const entriesRefuse = (product: Product, { asks }: Description): boolean =>
  asks.some(
    ({ question, where }) =>
      (question.machine === 'operation' || question.machine === 'call') &&
      holdsIn(where, product.values) &&
      answerOf(product, question)?.permitted !== true,
  );

/** A call may have taken effect when it began, and ends as it was permitted then, whatever has become of the socket since. */
export function permittedAtBegin(product: Product, { asks }: Description): boolean {
  const began = asks.find(({ orElse }) => orElse !== undefined)?.orElse;
  return began !== undefined && answerOf(product, began)?.permitted === true;
}
