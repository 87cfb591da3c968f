/** What a compiled table says of one event, as conditions over the state: when it permits it, where it goes, and by which rule. */

import type { CompiledGuard, CompiledRule, Table } from '../compiled/compile.ts';
import type { Arm } from '../product/command.ts';
import { all, among, any, assume, type Condition, constant, is, never, no, textOf, type Variable } from '../product/condition.ts';
import { conditionOf, type Question } from '../product/description.ts';

export interface Decision {
  readonly permits: Condition;
  /** Moves the variable to the target; only meant for states that `permits` lets pass. */
  readonly moves: readonly Arm[];
  readonly rules: readonly { readonly when: Condition; readonly rule: CompiledRule }[];
}

/** A state that has no rule for the event refuses it. */
export function decide(table: Table, { event, state, facts }: Question): Decision {
  const index = table.eventIndex[event];
  const placed = table.facts.map((fact) => conditionOf(facts[fact]!));
  if (index === undefined) return { permits: never, moves: [], rules: [] };
  if (typeof state === 'string') {
    const { rules } = decided(table.rules.at(table.stateIndex[state]!, index), placed, constant(true));
    return { permits: any(...rules.map(({ when }) => when)), moves: [], rules };
  }
  const { variable, offset } = state;
  const rules: { when: Condition; rule: CompiledRule }[] = [];
  const targets = new Map<number, Condition[]>();
  for (let from = 0; from < table.states.length; from++) {
    const found = decided(table.rules.at(from, index), placed, is(variable, offset + from));
    rules.push(...found.rules);
    for (const { when, rule } of found.rules) {
      if (rule.target !== from) targets.set(rule.target, [...(targets.get(rule.target) ?? []), when]);
    }
  }
  const permits = any(
    ...mergedByState(
      rules.map(({ when }) => when),
      variable,
    ),
  );
  const moves = [...targets].map(
    ([target, when]): Arm => ({
      when: any(...mergedByState(when, variable)),
      then: [{ kind: 'set', variable, value: offset + target }],
    }),
  );
  return { permits, moves, rules };
}

/** The permitting ones among the rules of a state, each with where it is the first that applies. */
function decided(rules: readonly CompiledRule[], facts: readonly Condition[], here: Condition): Pick<Decision, 'rules'> {
  const found: { when: Condition; rule: CompiledRule }[] = [];
  let open: Condition = constant(true);
  for (const rule of rules) {
    const applies = appliesWhere(rule.guard, facts);
    const when = all(here, open, applies);
    open = all(open, no(applies));
    if (when !== never && rule.permitted) found.push({ when, rule });
  }
  return { rules: found };
}

function appliesWhere(guard: CompiledGuard, facts: readonly Condition[]): Condition {
  switch (guard.kind) {
    case 'constant':
      return constant(guard.holds);
    case 'fact':
      return guard.holds ? facts[guard.fact]! : no(facts[guard.fact]!);
    case 'all':
      return all(...guard.of.map((part) => appliesWhere(part, facts)));
    case 'any':
      return any(...guard.of.map((part) => appliesWhere(part, facts)));
  }
}

/** States in which everything else that is asked for is the same are named together. */
function mergedByState(conditions: readonly Condition[], state: Variable): Condition[] {
  const byRest = new Map<string, { rest: Condition; values: number }>();
  const perState = new Map<number, Condition[]>();
  for (const condition of conditions) {
    const values = valuesOf(condition, state);
    perState.set(values, [...(perState.get(values) ?? []), condition]);
  }
  for (const [values, found] of perState) {
    const rest = assume(any(...found.map((condition) => assume(condition, state, values))), state, values);
    const key = textOf(rest);
    const same = byRest.get(key);
    if (same === undefined) byRest.set(key, { rest, values });
    else same.values |= values;
  }
  return [...byRest.values()].map(({ rest, values }) => all(among(state, values), rest));
}

const valuesOf = (condition: Condition, variable: Variable): number => {
  const atoms = condition.kind === 'all' ? condition.parts : [condition];
  const atom = atoms.find((part) => part.kind === 'among' && part.variable === variable);
  return atom?.kind === 'among' ? atom.values : ~0;
};
