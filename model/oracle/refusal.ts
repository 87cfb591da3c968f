/** Why a step is not permitted. */

import type { Reading } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { type CompiledRule, type Facts, lookup, noFacts, type Table } from '../compiled/compile.ts';
import { effort } from './effort.ts';

export interface Refusal {
  readonly clauses: readonly ClauseId[];
  readonly message: string;
  /**
   * Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not
   * returned.
   */
  readonly about?: string | number;
  /** What has to come first, in the words of a trace, where that is no other outcome of the step. */
  readonly first?: Readonly<Record<string, unknown>>;
  /** The readings that the refusing rule asked for. */
  readonly readings?: readonly Reading[];
  /** What was asked of the rules; as long as the world stays as it is, it can be asked again. */
  readonly asked?: RuleQuestion;
}

export interface RuleQuestion {
  readonly table: Table;
  readonly state: number;
  /** Undefined where the region has no such event. */
  readonly event: number | undefined;
  readonly facts: Facts;
}

export const refusal = (message: string, ...clauses: ClauseId[]): Refusal => ({ clauses, message });

/** A code as a message gives it: 0 is what a caller reads where no error was set. */
export const codeText = (code: string | undefined): string =>
  code === '0' ? 'SOCKET_ERROR with the code 0, which is no error' : String(code);

export const isRefusal = (value: object): value is Refusal => 'message' in value;

/** Where a region goes by a step that it only follows: it stays where no rule moves it. */
export function follow<S extends string, E extends string, F extends string = string>(
  table: Table<S, E, F>,
  state: number,
  event: E,
  facts: Facts<NoInfer<F>> = noFacts,
): number {
  const index = table.eventIndex[event];
  const rule = index === undefined ? undefined : lookup(table, state, index, facts);
  return rule?.permitted ? rule.target : state;
}

let heard: CompiledRule[] | undefined;

/**
 * Does the work, and says which rules permitted something on the way: a verdict names only the one that refused. A list that is given for
 * one work after another is emptied before.
 */
export function hearing<T>(work: () => T, rules: CompiledRule[] = []): { readonly result: T; readonly rules: readonly CompiledRule[] } {
  const outer = heard;
  // One by one, since a list whose length is set to 0 has to grow anew.
  while (rules.length > 0) rules.pop();
  heard = rules;
  try {
    return { result: work(), rules };
  } finally {
    heard = outer;
  }
}

/** Whether the rules of a region permit something that is only thought of. */
export function isPermitted<S extends string, E extends string>(
  table: Table<S, E>,
  state: number,
  event: string,
  facts: Parameters<typeof lookup>[3],
): boolean {
  effort.visits++;
  const index = table.eventIndex[event as E];
  return index !== undefined && lookup(table, state, index, facts)?.permitted === true;
}

/** Asks the rules of a region; what no rule speaks of is refused. */
export function ask<S extends string, E extends string, F extends string = string>(
  table: Table<S, E, F>,
  state: number,
  event: E,
  facts: Facts<NoInfer<F>>,
  message: () => string,
): CompiledRule | Refusal {
  effort.visits++;
  const index = table.eventIndex[event];
  const rule = index === undefined ? undefined : lookup(table, state, index, facts);
  if (rule?.permitted) {
    heard?.push(rule);
    return rule;
  }
  return {
    clauses: rule?.clauses ?? [],
    message: message(),
    ...(rule !== undefined && { readings: rule.readings }),
    asked: { table, state, event: index, facts },
  };
}
