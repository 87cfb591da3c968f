/**
 * Which rules only the oracle can judge: those that permit something, and that no step of any slice meets at its least bounds. For these
 * there is one voice, where every other rule is compared with what the bounded model makes of it.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { CompiledGuard, CompiledRule, Table } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import { type Condition, holds, type Variable } from '../product/condition.ts';
import type { Description } from '../product/description.ts';
import { leastBoundsOf, type SliceName, slices } from '../product/slices.ts';
import { Kernel } from './kernel.ts';
import { StateTable } from './stateTable.ts';

/** States explored of each slice. The slice of all steps has a million; the rest meet no rule that the first ones do not meet. */
const statesMax = 20_000;

export interface UnmetRule {
  readonly rule: CompiledRule;
  /** Its facts that the bounded model cannot derive, each with the reason; none where no slice has such a step. */
  readonly notDerived: readonly string[];
}

export interface Unmet {
  readonly rules: readonly UnmetRule[];
  /** How many rules permit something, these among them. */
  readonly permitting: number;
}

export function unmetRules(profile: Profile): Unmet {
  const { profile: _, ...tables } = tablesOf(profile);
  const open = new Map<string, Permitting>();
  for (const table of Object.values(tables) as unknown as Table[]) {
    for (const rule of table.rules) if (rule.permitted) open.set(rule.id, { rule, table });
  }
  const permitting = open.size;
  const reasons = new Map<string, string>();
  for (const name of Object.keys(slices) as SliceName[]) meet(open, reasons, name, profile);
  const rules = [...open.values()].map(({ rule, table }) => ({
    rule,
    notDerived: factsOf(rule.guard).flatMap((place) => reasons.get(`${table.id}.${table.facts[place]}`) ?? []),
  }));
  return { rules, permitting };
}

interface Permitting {
  readonly rule: CompiledRule;
  readonly table: Table;
}

const factsOf = (guard: CompiledGuard): readonly number[] =>
  guard.kind === 'fact' ? [guard.fact] : guard.kind === 'constant' ? [] : [...new Set(guard.of.flatMap(factsOf))];

/** Notes why the bounded model cannot derive a fact, by its machine and name. */
function noteNotDerived(reasons: Map<string, string>, descriptions: readonly Description[]): void {
  for (const { asks, deciding } of descriptions) {
    for (const { machine, facts } of [...asks, ...deciding].map(({ question }) => question)) {
      for (const [fact, column] of Object.entries(facts)) {
        if (column.kind === 'not derived') reasons.set(`${machine}.${fact}`, `${fact}: ${column.why}`);
      }
    }
  }
}

/** Explores a slice, and takes out the rules that its steps meet. */
function meet(unmet: Map<string, Permitting>, reasons: Map<string, string>, name: SliceName, profile: Profile): void {
  const kernel = new Kernel(slices[name], leastBoundsOf(name), profile);
  noteNotDerived(reasons, kernel.descriptions);
  const table = new StateTable(kernel.width);
  kernel.initial(kernel.next, 0);
  table.add(kernel.next);
  const open: StepRules[] = kernel.steps.map(({ permitting }) => permitting.filter(({ rule }) => unmet.has(rule.id)));
  for (let state = 0; state < table.size && state < statesMax; state++) {
    const from = state * kernel.width;
    const valueIn = (variable: Variable): number => kernel.layout.valueOf(table.words, from, variable);
    for (const index of kernel.load(table.words, from)) {
      if (!kernel.fire(index)) continue;
      table.add(kernel.next);
      if (open[index]!.length > 0) open[index] = stillOpen(open[index]!, unmet, (when) => holds(when, valueIn));
    }
  }
}

type StepRules = Kernel['steps'][number]['permitting'];

function stillOpen(permitting: StepRules, unmet: Map<string, Permitting>, isMet: (when: Condition) => boolean): StepRules {
  const left = permitting.filter(({ when, rule }) => {
    if (!unmet.has(rule.id)) return false;
    if (!isMet(when)) return true;
    unmet.delete(rule.id);
    return false;
  });
  return left.length === permitting.length ? permitting : left;
}
