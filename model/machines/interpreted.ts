/**
 * The regions as XState machines of their own. Nothing that judges a trace imports this file: the oracle reads the tables, and the
 * interpreter is the second opinion that the tables are compared with.
 */

import { type AnyStateMachine, and, createMachine, not, or, setup } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import { callRegion } from './call.machine.ts';
import { circuitRegion } from './circuit.machine.ts';
import { deliveryRegion } from './delivery.machine.ts';
import { operationRegion } from './operation.machine.ts';
import type { Guard, Region, Rule, RuleMeta, State } from './rules.ts';
import { socketRegion } from './socket.machine.ts';

export interface FactEvent {
  readonly type: string;
  /** The facts that hold. */
  readonly facts: readonly string[];
}

export interface ProfileContext {
  readonly profile: Profile;
}

/** A guard by XState's combinators. */
function xstateGuard(guard: Guard<string>, named: (fact: string) => string): unknown {
  if (typeof guard === 'string') return named(guard);
  switch (guard.kind) {
    case 'reading':
      return { type: 'reads', params: { reading: guard.reading } };
    case 'no':
      return not(xstateGuard(guard.of, named) as never);
    case 'all':
      return and(guard.of.map((part) => xstateGuard(part, named)) as never);
    case 'any':
      return or(guard.of.map((part) => xstateGuard(part, named)) as never);
  }
}

interface Bindings {
  /** What a fact is called among the guards of the whole machine. */
  readonly named?: (fact: string) => string;
  /** What a permitting transition does in addition to going to its target. */
  readonly actionsOf?: (rule: Rule<string, string>) => readonly unknown[];
}

/** The configuration that XState takes: each state has its name for an id, so that a target is found wherever it stands. */
export function configurationOf(name: string, state: State<string, string, string>, bindings: Bindings = {}): object {
  const { named = (fact) => fact, actionsOf = () => [] } = bindings;
  const { initial, on = {}, states } = state;
  return {
    id: name,
    on: Object.fromEntries(
      Object.entries(on).map(([event, rules = []]) => [
        event,
        rules.map((rule) => ({
          meta: rule.meta,
          actions: rule.meta.verdict === 'permits' ? actionsOf(rule) : [],
          ...(rule.guard !== undefined && { guard: xstateGuard(rule.guard, named) }),
          ...(rule.target !== undefined && { target: `#${rule.target}` }),
        })),
      ]),
    ),
    ...(states !== undefined && {
      // XState enters a parent at a state of its own: the first, where the region says no other. No target of ours is a parent.
      initial: initial !== undefined && initial in states ? initial : Object.keys(states)[0],
      states: Object.fromEntries(
        Object.entries(states).map(([inner, innerState]) => [inner, configurationOf(inner, innerState, bindings)]),
      ),
    }),
  };
}

/** The region as an XState machine of its own, whose events carry the facts. `input` is the profile. */
export function machineOf<F extends string, S extends string, E extends string>(region: Region<F, S, E>): AnyStateMachine {
  const { implementations } = setup({
    types: { context: {} as ProfileContext, events: {} as FactEvent, input: {} as ProfileContext },
    guards: {
      ...Object.fromEntries(
        Object.keys(region.facts).map((fact) => [fact, ({ event }: { event: FactEvent }) => event.facts.includes(fact)]),
      ),
      reads: ({ context }, params: { reading: Reading }) => reads(context.profile, params.reading),
    },
  }).createMachine({ context: ({ input }) => ({ profile: input.profile }) });
  return createMachine(
    {
      context: ({ input }: { input: ProfileContext }) => ({ profile: input.profile }),
      ...configurationOf(region.id, region as never),
    } as never,
    implementations as never,
  ) as unknown as AnyStateMachine;
}

export const machines = {
  socket: machineOf(socketRegion),
  circuit: machineOf(circuitRegion),
  operation: machineOf(operationRegion),
  call: machineOf(callRegion),
  delivery: machineOf(deliveryRegion),
} as const;
export type MachineName = keyof typeof machines;

export interface SelectedRule {
  readonly permitted: boolean;
  readonly clauses: RuleMeta['clauses'];
  readonly target: string;
}

const selected = new Map<string, SelectedRule | undefined>();

/** The rule that XState selects in a machine at one of its states. It is asked once for the same. */
export function ruleByXState(
  name: MachineName,
  state: string,
  event: string,
  facts: readonly string[],
  profile: Profile,
): SelectedRule | undefined {
  const key = `${profile} ${name} ${state} ${event} ${facts.join(' ')}`;
  if (selected.has(key)) return selected.get(key);
  const machine = machines[name];
  const snapshot = machine.resolveState({ value: valueIn(name, state), context: { profile } } as never);
  const [taken] = machine.getTransitionData(snapshot, { type: event, facts } as never);
  let rule: SelectedRule | undefined;
  if (taken !== undefined) {
    const { verdict, clauses } = taken.meta as RuleMeta;
    rule = { permitted: verdict === 'permits', clauses, target: taken.target?.[0]?.key ?? state };
  }
  selected.set(key, rule);
  return rule;
}

/** The value that XState gives a state of a machine: its name, inside those of its parents. */
export const valueIn = (name: MachineName, state: string): unknown =>
  machines[name]
    .getStateNodeById(state)
    .path.reduceRight<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
