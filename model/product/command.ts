/**
 * What a step changes, as data: assignments to variables, chosen by conditions. Commands are performed in order, each on what the one
 * before it left. values.ts performs them on the values of a state, javascript.ts prints them as functions, promela.ts for Spin.
 */

import type { Condition, Variable } from './condition.ts';
import type { EntryVariables } from './layout.ts';

/** `More` is what a description may ask for in addition to assignments. */
export type Command<More = never> =
  | { readonly kind: 'set'; readonly variable: Variable; readonly value: number }
  | { readonly kind: 'add'; readonly variable: Variable; readonly by: number }
  /** The first arm whose condition holds, as things stand when it is reached; nothing when none does. */
  | { readonly kind: 'choose'; readonly arms: readonly Arm<More>[] }
  /** A new entry behind all others. */
  | { readonly kind: 'append'; readonly entry: NewEntry }
  /** The entry ends, and those behind it move up. */
  | { readonly kind: 'remove'; readonly at: number }
  | More;

export interface Arm<More = never> {
  readonly when: Condition;
  readonly then: readonly Command<More>[];
}

/** Its variables that are not 0. */
export type NewEntry = { readonly [name in keyof EntryVariables]?: number };
