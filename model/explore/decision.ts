/** What a compiled table says of one event, as conditions over the state: when it permits it, where it goes, and by which rule. */

import type { CompiledGuard, CompiledRule, Table } from '../compiled/compile.ts';
import type { Untold } from '../machines/rules.ts';
import type { Arm } from './command.ts';
import { all, among, any, assume, type Condition, constant, is, never, no, textOf, type Variable } from './condition.ts';

/** The bounded model's column of the facts of a region: when each holds, or why the model cannot tell. */
export type Column<F extends string> = { readonly [fact in F]: Condition | Untold };

export interface Decision {
  readonly permits: Condition;
  /** Moves the variable to the target; only meant for states that `permits` lets pass. */
  readonly moves: readonly Arm[];
  readonly rules: readonly { readonly when: Condition; readonly rule: CompiledRule }[];
}

/**
 * `state` is the variable that holds the table's state, `offset` what is added to its indices there. A state that has no rule for the
 * event refuses it.
 */
export function decide<F extends string>(
  table: Table<string, string, F>,
  event: string,
  state: Variable,
  offset: number,
  facts: Column<F>,
): Decision {
  const index = table.eventIndex[event];
  const placed = table.facts.map((fact) => conditionOf(facts[fact]));
  const rules: { when: Condition; rule: CompiledRule }[] = [];
  const targets = new Map<number, Condition[]>();
  if (index !== undefined) {
    for (let from = 0; from < table.states.length; from++) {
      const here = is(state, offset + from);
      let open: Condition = constant(true);
      for (const rule of table.rules[from]![index]!) {
        const applies = appliesWhere(rule.guard, placed);
        const when = all(here, open, applies);
        open = all(open, no(applies));
        if (when === never || !rule.permitted) continue;
        rules.push({ when, rule });
        if (rule.target !== from) targets.set(rule.target, [...(targets.get(rule.target) ?? []), when]);
      }
    }
  }
  const permits = any(
    ...mergedByState(
      rules.map(({ when }) => when),
      state,
    ),
  );
  const moves = [...targets].map(
    ([target, when]): Arm => ({
      when: any(...mergedByState(when, state)),
      then: [{ kind: 'set', variable: state, value: offset + target }],
    }),
  );
  return { permits, moves, rules };
}

export const conditionOf = (fact: Condition | Untold): Condition => (fact.kind === 'untold' ? constant(fact.holds) : fact);

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

/** States in which the same is asked for besides are named together. */
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
