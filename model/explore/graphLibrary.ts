/**
 * The component machines through XState's graph library, and the same reachable states and transitions through the compiled tables. The
 * library was the package @xstate/graph, and has moved into XState.
 *
 * It is sound for machines without a context that grows, which the components are; the product is explored by our own search, because
 * the library's is quadratic.
 */

import type { AnyStateMachine } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { Profile } from '../clauses/profiles.ts';
import { asserted, lookup, type Table } from '../compiled/compile.ts';
import type { FactEvent } from '../machines/interpreted.ts';
import { holdsIn, type Values } from '../product/values.ts';
import { eventOf, productStep, type Snapshot, snapshotAt, wspsendMachine } from '../product/wspsend.machine.ts';
import type { Kernel } from './kernel.ts';

/** `state event facts → state`, for every permitted or self-looping step, sorted. */
export function byLibrary(machine: AnyStateMachine, table: Table, factSets: readonly (readonly string[])[], profile: Profile): string[] {
  const map = getAdjacencyMap(machine as never, {
    input: { profile } as never,
    events: table.events.flatMap((type) => factSets.map((facts) => ({ type, facts }))) as never,
  });
  const found = new Set<string>();
  for (const { state, transitions } of Object.values(
    map as unknown as Record<
      string,
      { state: { value: unknown }; transitions: Record<string, { event: unknown; state: { value: unknown } }> }
    >,
  )) {
    for (const { event, state: next } of Object.values(transitions)) {
      const { type, facts } = event as FactEvent;
      found.add(`${leafOf(state.value)} ${type} ${facts} → ${leafOf(next.value)}`);
    }
  }
  return [...found].sort();
}

/** The name of a state, without those of its parents. */
const leafOf = (value: unknown): string => (typeof value === 'string' ? value : leafOf(Object.values(value as object)[0]));

export function byTables(table: Table, factSets: readonly (readonly string[])[]): string[] {
  const found = new Set<string>();
  const reached = [table.initial];
  for (const state of reached) {
    for (const [event, type] of table.events.entries()) {
      for (const facts of factSets) {
        const rule = lookup(table, state, event, asserted(table, Object.fromEntries(facts.map((fact) => [fact, true]))));
        const next = rule?.permitted ? rule.target : state;
        if (!reached.includes(next)) reached.push(next);
        found.add(`${table.states[state]} ${type} ${facts} → ${table.states[next]}`);
      }
    }
  }
  return [...found].sort();
}

/** The states and transitions of the product by the library; steps that are not possible are not tried. */
export function productByLibrary({ profile, layout, descriptions }: Kernel, start: Values): { states: number; transitions: number } {
  const map = getAdjacencyMap(wspsendMachine as never, {
    fromState: snapshotAt(profile, layout, start) as never,
    events: ((state: Snapshot) =>
      descriptions
        .filter((step) => holdsIn(step.possible, state.context.values) && productStep(state, step) !== undefined)
        .map(eventOf)) as never,
    serializeState: ((state: Snapshot) => String(state.context.values)) as never,
    serializeEvent: (({ step }: { step: { label: object } }) => JSON.stringify(step.label)) as never,
    limit: Number.POSITIVE_INFINITY,
  });
  const states = Object.values(map as unknown as Record<string, { transitions: object }>);
  return { states: states.length, transitions: states.reduce((sum, { transitions }) => sum + Object.keys(transitions).length, 0) };
}
