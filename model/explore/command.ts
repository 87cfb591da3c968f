/**
 * Guarded commands: a step of the product as a condition under which the specification permits it, and what it then changes.
 *
 * They are data, written once in steps.ts from the compiled tables, and have three readers: javascript.ts prints them as the
 * functions that exploration runs, promela.ts prints them for Spin, and a person may print either.
 */

import type { CompiledRule } from '../compiled/compile.ts';
import type { Condition, Variable } from './condition.ts';
import type { Label } from './labels.ts';
import type { EntryVariables } from './layout.ts';

export type Command =
  | { readonly kind: 'set'; readonly variable: Variable; readonly value: number }
  | { readonly kind: 'add'; readonly variable: Variable; readonly by: number }
  /** The first arm whose condition holds, as things stand when it is reached; nothing when none does. */
  | { readonly kind: 'choose'; readonly arms: readonly Arm[] }
  /** A new entry behind all others. */
  | { readonly kind: 'append'; readonly entry: NewEntry }
  /** The entry ends, and those behind it move up. */
  | { readonly kind: 'remove'; readonly at: number };

export interface Arm {
  readonly when: Condition;
  readonly then: readonly Command[];
}

/** Its variables that are not 0. */
export type NewEntry = { readonly [name in keyof EntryVariables]?: number };

export interface Step {
  readonly label: Label;
  /** Possible within the bounds and in the world, whatever the rules say. */
  readonly possible: Condition;
  /** Possible, and permitted by the rules. */
  readonly when: Condition;
  readonly then: readonly Command[];
  /** The rules that may decide it, the first that applies does; each applies in states that `when` lets pass. */
  readonly rules: readonly { readonly when: Condition; readonly rule: CompiledRule }[];
}
