/**
 * The product: one socket, its circuit, what its peer sees, the calls and operations that use it, and a few units of bytes, as one XState
 * machine.
 *
 * Its regions are the component machines, and a fifth for the entries. An event is a step as steps.ts describes it: it carries what is
 * asked of each region, and each region answers by its own rules, whose facts are conditions over the values of the context; the oracle
 * binds the same rules to facts over intervals. A step is refused when one region that is asked refuses it. Operations and calls stand in
 * the order of posting in one list, not in a region each: they are alike, and with a region for each, equal states would differ.
 */

import { type AnyStateMachine, assign, createMachine, enqueueActions, setup, transition } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import { circuitRegion } from '../machines/circuit.machine.ts';
import { deliveryRegion } from '../machines/delivery.machine.ts';
import { configurationOf, valueIn } from '../machines/interpreted.ts';
import { type Guard, leavesOf, permits, type Region, type Rule, type RuleMeta, refuses, type State } from '../machines/rules.ts';
import { socketRegion } from '../machines/socket.machine.ts';
import type { Variable } from './condition.ts';
import { conditionOf, type Description, type Question } from './description.ts';
import type { Layout } from './layout.ts';
import { entriesRefuse, follow, type Product, permittedAtBegin, statesOf } from './questions.ts';
import { holdsIn, perform, type Values } from './values.ts';

interface ProductEvent {
  readonly type: string;
  /** What each region is asked. */
  readonly asked: { readonly [region in RegionName]?: Question };
  /** Without one, a region only follows. */
  readonly step?: Description;
}

interface Args {
  readonly context: Product;
  readonly event: ProductEvent;
}

const regions = { socket: socketRegion, circuit: circuitRegion, delivery: deliveryRegion } as const;
type RegionName = keyof typeof regions;
const regionNames = Object.keys(regions) as RegionName[];
const isRegion = (name: string): name is RegionName => name in regions;

/** The variable that holds the state of a region. */
const variableOf = (layout: Layout, region: RegionName): Variable =>
  ({ socket: layout.socket, circuit: layout.circuit, delivery: layout.flags.ended })[region];

// ---- The regions ---------------------------------------------------------------------------------------------------------------

/** A region as the product has it: its facts are guards by its name, and it notes where it goes. */
const regionOf = (region: Region<string, string, string>): object =>
  configurationOf(region.id, region, {
    named: (fact) => `${region.id}.${fact}`,
    actionsOf: ({ target }) => (target === undefined ? [] : [{ type: 'notes', params: { region: region.id, state: target } }]),
  });

/**
 * The socket with the calls that have begun: what was permitted at the begin is permitted, and leaves the socket where it has come since.
 * What no state of the socket speaks of is refused.
 */
function withCalls(region: Region<string, string, string>): Region<string, string, string> {
  const began = { guard: 'permittedAtBegin', ...permits() };
  const events = new Set([...leavesOf(region).values()].flatMap((rules) => [...rules.keys()]));
  const onlyNow = ({ guard, ...rule }: Rule<string, string>): Rule<string, string> => {
    if (rule.meta.verdict === 'permits') return { ...rule, ...(guard !== undefined && { guard }) };
    const now: Guard<string> = { kind: 'no', of: 'permittedAtBegin' };
    return { ...rule, guard: guard === undefined ? now : { kind: 'all', of: [now, guard] } };
  };
  const inState = <T extends State<string, string, string>>(state: T): T => ({
    ...state,
    on: Object.fromEntries(Object.entries(state.on ?? {}).map(([event, rules]) => [event, rules!.map(onlyNow)])),
    ...(state.states !== undefined && {
      states: Object.fromEntries(Object.entries(state.states).map(([name, inner]) => [name, inState(inner)])),
    }),
  });
  const whole = inState(region);
  return { ...whole, on: Object.fromEntries([...events].map((event) => [event, [...(whole.on?.[event] ?? []), began, refuses()]])) };
}

const factsAsGuards = ({ id, facts }: Region<string, string, string>) =>
  Object.fromEntries(
    Object.keys(facts).map((fact) => [
      `${id}.${fact}`,
      ({ context, event }: Args) => {
        const asked = event.asked[id as RegionName];
        return asked !== undefined && holdsIn(conditionOf(asked.facts[fact]!), context.values);
      },
    ]),
  );

const { implementations } = setup({
  types: { context: {} as Product, events: {} as ProductEvent, input: {} as Product },
  guards: {
    reads: ({ context }, params: { reading: Reading }) => reads(context.profile, params.reading),
    ...Object.assign({}, ...Object.values(regions).map((region) => factsAsGuards(region as never))),
    'socket.permittedAtBegin': ({ context, event }: Args) => event.step !== undefined && permittedAtBegin(context, event.step),
    entriesRefuse: ({ context, event }: Args) => event.step !== undefined && entriesRefuse(context, event.step),
  },
  actions: {
    notes: assign(({ context }, { region, state }: { region: RegionName; state: string }) => ({
      values: context.values.with(variableOf(context.layout, region).place, statesOf[region].indexOf(state)),
    })),
    changes: enqueueActions(({ context, event, enqueue }) => {
      const { step } = event as ProductEvent;
      const values = context.values.slice();
      perform(step!.then, values, context.layout, ({ question }) => {
        // A region goes by itself, once the step is done.
        if (isRegion(question.machine)) enqueue.raise({ type: question.event, asked: { [question.machine]: question } } as never);
        else follow({ ...context, values }, question);
      });
      enqueue.assign({ values });
    }),
  },
}).createMachine({ context: {} as Product });

export const wspsendMachine = createMachine(
  {
    id: 'wspsend',
    type: 'parallel',
    context: ({ input }: { input: Product }) => input,
    states: {
      socket: regionOf(withCalls(socketRegion as never)),
      circuit: regionOf(circuitRegion as never),
      delivery: regionOf(deliveryRegion as never),
      entries: {
        on: {
          // What the step changes of the entries does not concern them where only another region follows.
          reports: [permits()],
          '*': [
            { guard: 'entriesRefuse', ...refuses() },
            { actions: 'changes', ...permits() },
          ],
        },
      },
    },
  } as never,
  implementations as never,
) as unknown as AnyStateMachine;

// ---- Steps ---------------------------------------------------------------------------------------------------------------------

export type Snapshot = Omit<ReturnType<AnyStateMachine['resolveState']>, 'context'> & { readonly context: Product };

/** The machine where a state of its regions and entries is. */
export function snapshotAt(profile: Profile, layout: Layout, values: Values): Snapshot {
  const value = Object.fromEntries(
    regionNames.map((name) => [name, valueIn(name, statesOf[name][values[variableOf(layout, name).place]!]!)]),
  );
  const context: Product = { profile, layout, values };
  return wspsendMachine.resolveState({ value: { ...value, entries: {} }, context } as never) as unknown as Snapshot;
}

export const eventOf = (step: Description): ProductEvent => {
  const asked = step.asks.filter(isAsked).map(({ question }) => question);
  return {
    type: asked[0]?.event ?? step.label.type,
    asked: Object.fromEntries(asked.map((question) => [question.machine, question])),
    step,
  };
};

/** Where the regions go by a step, each with its variable's value, or undefined where one that is asked refuses it. */
export function decided(snapshot: Snapshot, step: Description): readonly (readonly [place: number, value: number])[] | undefined {
  const taken = wspsendMachine.getTransitionData(snapshot as never, eventOf(step) as never);
  if (taken.some(({ meta }) => (meta as RuleMeta).verdict === 'refuses')) return undefined;
  const targets = taken.flatMap(({ target }) => (target?.[0] === undefined ? [] : [target[0].key]));
  return regionNames.flatMap((name) => {
    const value = statesOf[name].findIndex((state) => targets.includes(state));
    return value < 0 ? [] : [[variableOf(snapshot.context.layout, name).place, value] as const];
  });
}

/** What an answer of the machine depends on: the states of the regions. */
export const regionStates = (layout: Layout, values: Values): number =>
  regionNames.reduce((number, name) => number * 16 + values[variableOf(layout, name).place]!, 0);

export const isAsked = ({ question }: { readonly question: Question }): boolean => isRegion(question.machine);

/** One step of the product machine, or undefined when the specification refuses it. Whether it can be tried at all is not asked. */
export function productStep(snapshot: Snapshot, step: Description): Snapshot | undefined {
  if (decided(snapshot, step) === undefined) return undefined;
  return transition(wspsendMachine, snapshot as never, eventOf(step) as never)[0] as unknown as Snapshot;
}
