/**
 * A step of the product, described once: where it is possible, which machines it asks, and what it changes.
 *
 * It holds no rule. Two readers find out whether the machines permit it: wspsend.machine.ts by XState, and explore/guarded.ts by
 * the compiled tables.
 */

import type { MachineName } from '../machines/interpreted.ts';
import type { NotDerived } from '../machines/rules.ts';
import type { Command } from './command.ts';
import { type Condition, constant, type Variable } from './condition.ts';
import type { Label } from './labels.ts';

/** The bounded model's column of the facts of a region: when each holds, or why the model cannot derive it. */
export type Column<F extends string> = { readonly [fact in F]: Condition | NotDerived };

export const conditionOf = (fact: Condition | NotDerived): Condition => (fact.kind === 'not derived' ? constant(fact.holds) : fact);

/** May this event come to a machine, as its facts are? */
export interface Question {
  readonly machine: MachineName;
  readonly event: string;
  /** The variable that holds the state of the machine, and what is added to its indices there; or the one state that it is asked in. */
  readonly state: { readonly variable: Variable; readonly offset: number } | string;
  readonly facts: Column<string>;
}

export interface Ask {
  readonly question: Question;
  /** Elsewhere it is not asked, and nothing forbids the step. */
  readonly where: Condition;
  /** What permits the step where the machine does not. */
  readonly orElse?: Question;
  /** The machine goes where its rule says. */
  readonly follows: boolean;
}

/** Another machine goes where its rule says, if it permits the event; it cannot forbid the step. */
export interface Follow {
  readonly kind: 'follow';
  readonly question: Question;
}

export type Change = Command<Follow>;

export interface Description {
  readonly label: Label;
  /** Possible within the bounds and in the world, whatever the rules say. */
  readonly possible: Condition;
  /** Each has to permit the step. */
  readonly asks: readonly Ask[];
  /** Performed after the machines that follow have moved. */
  readonly then: readonly Change[];
  /** Whose rule decides the step, for a reader who wants one: the first that applies. */
  readonly deciding: readonly { readonly where: Condition; readonly question: Question }[];
}
