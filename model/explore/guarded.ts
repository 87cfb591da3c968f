/**
 * Guarded commands: a described step with the rules of the compiled tables put in, so that nothing is left to ask. They are data, and
 * have two readers: javascript.ts prints them as the functions that exploration runs, promela.ts prints them for Spin.
 */

import type { CompiledRule, Table } from '../compiled/compile.ts';
import type { Tables } from '../compiled/tables.ts';
import type { Command } from '../product/command.ts';
import { all, always, any, type Condition, given, no } from '../product/condition.ts';
import type { Change, Description, Question } from '../product/description.ts';
import type { Label } from '../product/labels.ts';
import { choose } from '../product/steps.ts';
import { type Decision, decide } from './decision.ts';

export interface Step {
  readonly label: Label;
  /** Possible within the bounds and in the world, whatever the rules say. */
  readonly possible: Condition;
  /** Possible, and permitted by the rules. */
  readonly when: Condition;
  readonly then: readonly Command[];
  /** The rules that may decide it: the first that applies does. Each applies in the states of its `when`. */
  readonly rules: Decision['rules'];
  /** Every rule that may permit a part of the step, in the machines that can forbid it and in those that follow. */
  readonly permitting: readonly { readonly when: Condition; readonly rule: CompiledRule }[];
}

export class Guarded {
  readonly #tables: Tables;
  readonly #decisions = new Map<Question, Decision>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  stepOf({ label, possible, asks, then, deciding }: Description): Step {
    const permits = asks.map(({ question, where, orElse }) => {
      const elsewhere = no(where);
      return any(elsewhere, this.#decided(question).permits, ...(orElse === undefined ? [] : [this.#decided(orElse).permits]));
    });
    const when = all(possible, ...permits);
    const reached: readonly Reached[] = [
      ...asks.map(({ where, question }): Reached => [where, question]),
      ...asks.flatMap(({ where, orElse }): Reached[] => (orElse === undefined ? [] : [[where, orElse]])),
      ...followed(then),
      ...deciding.map(({ where, question }): Reached => [where, question]),
    ];
    const moves = asks.flatMap(({ question, follows }) => (follows ? choose(this.#decided(question).moves) : []));
    return {
      label,
      possible,
      when,
      then: shortened([...moves, ...this.#commands(then)], when),
      rules: deciding.flatMap(({ where, question }) =>
        this.#decided(question).rules.map(({ when, rule }) => ({ when: all(where, when), rule })),
      ),
      permitting: reached.flatMap(([where, question]) => this.#rulesOf(question, where)),
    };
  }

  #rulesOf(question: Question, where: Condition): Decision['rules'] {
    return this.#decided(question).rules.map(({ when, rule }) => ({ when: all(where, when), rule }));
  }

  #commands(changes: readonly Change[]): readonly Command[] {
    return changes.flatMap((change): readonly Command[] => {
      if (change.kind === 'follow') return choose(this.#decided(change.question).moves);
      if (change.kind !== 'choose') return [change];
      return choose(change.arms.map(({ when, then }) => ({ when, then: this.#commands(then) })));
    });
  }

  #decided(question: Question): Decision {
    let decision = this.#decisions.get(question);
    if (decision === undefined) {
      const table = this.#tables[question.machine] as unknown as Table;
      this.#decisions.set(question, (decision = decide(table, question)));
    }
    return decision;
  }
}

type Reached = readonly [where: Condition, question: Question];

/** What the machines that only follow are asked, and where, as far as the state before the step shows it. */
const followed = (changes: readonly Change[], here: Condition = always): readonly Reached[] =>
  changes.flatMap((change): readonly Reached[] => {
    if (change.kind === 'follow') return [[here, change.question]];
    if (change.kind !== 'choose') return [];
    let open = here;
    return change.arms.flatMap(({ when, then }) => {
      const where = all(open, when);
      open = all(open, no(when));
      return followed(then, where);
    });
  });

/** The commands without what cannot happen where the step is permitted. Only the first command sees the state that `when` speaks of. */
function shortened(commands: readonly Command[], when: Condition): readonly Command[] {
  const [first, ...rest] = commands;
  if (first?.kind !== 'choose' || when === always) return commands;
  return [...choose(first.arms.map((arm) => ({ ...arm, when: given(arm.when, when) }))), ...rest];
}
