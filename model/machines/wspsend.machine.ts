/**
 * The product: one socket, its circuit, the calls and operations that use it, and a few units of bytes, as one XState machine.
 *
 * Read it in this order: counted.ts, what is counted; productFacts.ts, which facts hold; productChanges.ts, what a step changes;
 * productRules.ts, what the component machines say of it; and here the machine itself, whose regions are the component machines. The
 * guards of the regions are bound to facts over units; the oracle binds the same guards to facts over intervals. Operations stand in the order of posting in one list, not in a region each: they are alike, and a region for each
 * would tell states apart that are the same.
 */

import { type AnyStateMachine, assign, createMachine, setup, transition } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { Label } from '../explore/labels.ts';
import type { Slice } from '../explore/slices.ts';
import { circuitRegion } from './circuit.machine.ts';
import { type Counted, type Entry, has, isClosed, isRunning, withFlags } from './counted.ts';
import { configurationOf } from './interpreted.ts';
import { change } from './productChanges.ts';
import { failureOf, isOfRoutine, isRequest, productEventOf, reportsCircuit } from './productEvents.ts';
import { sendFacts } from './productFacts.ts';
import {
  callRule,
  deliveryRule,
  failedRule,
  observationRule,
  permittedAtBegin,
  queuesTooLate,
  settled,
  sleepRules,
} from './productRules.ts';
import type { Region, RuleMeta } from './rules.ts';
import { type SocketFact, socketFacts, socketRegion } from './socket.machine.ts';

export interface ProductEvent {
  readonly type: string;
  readonly label: Label;
}

export interface ProductInput {
  readonly profile: Profile;
  readonly units: number;
  readonly slice: Slice;
}

/** A region whose permitted transitions also note where they went, and change what is counted when the region decides the step. */
const withEffects = (region: Region<string, string, string>, changes: readonly string[]): object =>
  configurationOf(region.id, region, (rule) =>
    rule.meta.verdict === 'permits' ? [{ type: 'notes', params: { region: region.id, state: rule.target } }, ...changes] : [],
  );

interface Args {
  readonly context: Counted;
  readonly event: ProductEvent;
}

const permitted = { meta: { verdict: 'permits', clauses: [] } };
const refused = { meta: { verdict: 'refuses', clauses: [] } };

const implementations = setup({
  types: { context: {} as Counted, events: {} as ProductEvent, input: {} as ProductInput },
  guards: {
    reads: ({ context }, params: { reading: Reading }) => reads(context.profile, params.reading),
    observationPermitted: ({ context, event }: Args) => observationRule(context, event.label)?.permitted === true,
    callsMayGoOn: ({ context }: Args) =>
      context.entries.every((entry) => entry.kind !== 'blocking' || callRule(context, entry, 'settle')?.permitted === true),
    failedPermitted: ({ context, event }: Args) => failedRule(context, event.label)?.permitted === true,
    deliveryPermitted: ({ context, event }: Args) => deliveryRule(context, event.label)?.permitted === true,
    noRoutineQueued: ({ context, event }: Args) =>
      sleepRules(context, event.label.type === 'sleep.ends').every((rule) => rule?.permitted === true),
    ...Object.fromEntries(
      (Object.keys(socketFacts) as SocketFact[]).map((fact) => [
        fact,
        ({ context, event }: Args) => sendFacts(context, event.label)[fact] === true,
      ]),
    ),
    reset: ({ context, event }: Args) => reportsReset(context, event.label),
  },
  actions: {
    notes: assign((_, { region, state }: { region: string; state: string | undefined }) =>
      state === undefined ? {} : { [region]: state },
    ),
    changes: assign(({ context, event }: Args) => change(context, event.label, undefined)),
    observes: assign(({ context, event }: Args) =>
      change(context, event.label, observationRule(context, event.label)!.target as Entry['state']),
    ),
    settles: assign(({ context }: Args) => ({
      entries: context.entries.map((entry) => settled(context, entry)),
      flags: has(context, 'networkFailing') ? withFlags(context, 'networkDown') : context.flags,
    })),
  },
}).createMachine({ context: {} as Counted });

export const reportsReset = (counted: Counted, label: Label): boolean => {
  const code = failureOf(label);
  return code === 'WSAECONNRESET' || (code === 'WSAENETRESET' && counted.reset);
};

export const wspsendMachine = createMachine(
  {
    id: 'wspsend',
    type: 'parallel',
    context: ({ input }: { input: ProductInput }): Counted => ({
      profile: input.profile,
      units: input.units,
      overlappedSocket: input.slice.overlappedSocket,
      socket: 'unbound',
      circuit: 'intact',
      nonblocking: false,
      reset: false,
      peerClosed: false,
      queued: 0,
      entries: [],
      sleeping: false,
      flags: [],
      slice: input.slice,
    }),
    states: {
      socket: withEffects(socketRegion as never, ['changes']),
      circuit: withEffects(circuitRegion as never, []),
      entries: {
        initial: 'inOrder',
        states: {
          inOrder: {
            on: {
              counts: [{ actions: ['changes'], ...permitted }],
              'env.breaks': [{ actions: ['changes'], ...permitted }],
              observes: [{ guard: 'observationPermitted', actions: ['observes'], ...permitted }, refused],
              failed: [{ guard: 'failedPermitted', actions: ['changes'], ...permitted }, refused],
              hangs: [refused],
              delivers: [{ guard: 'deliveryPermitted', actions: ['changes'], ...permitted }, refused],
              napEnds: [{ guard: 'noRoutineQueued', actions: ['changes'], ...permitted }, refused],
              sleepEnds: [{ guard: 'noRoutineQueued', actions: ['changes'], ...permitted }, refused],
              settle: [{ guard: 'callsMayGoOn', actions: ['settles'], ...permitted }, refused],
            },
          },
        },
      },
    },
  } as never,
  implementations.implementations as never,
) as unknown as AnyStateMachine;

type Snapshot = ReturnType<AnyStateMachine['resolveState']>;

/** One step of the product machine, or undefined when the specification refuses it. */
export function productStep(snapshot: Snapshot, label: Label): Snapshot | undefined {
  const counted = snapshot.context as Counted;
  if (
    isRequest(label) &&
    !(isOfRoutine(label) && isRunning(counted)) &&
    counted.entries.some((entry) => entry.kind === 'blocking' && callRule(counted, entry, 'request')?.permitted !== true)
  ) {
    return undefined;
  }
  if (queuesTooLate(counted, label)) return undefined;
  const event = { type: productEventOf(label), label };
  const taken = wspsendMachine.getTransitionData(snapshot, event as never);
  const refused = taken.length === 0 || taken.some(({ meta }) => (meta as RuleMeta).verdict === 'refuses');
  if (refused && !permittedAtBegin(counted, label)) return undefined;
  // What was permitted at the begin leaves the socket where it has come since.
  const [next] = transition(wspsendMachine, snapshot, (refused ? { type: 'counts', label } : event) as never);
  if (failureOf(label) === undefined || !reportsCircuit(label) || isClosed(counted) || tellsNothing(counted, label))
    return next as Snapshot;
  return transition(wspsendMachine, next, { type: 'reports', label } as never)[0] as Snapshot;
}

/** A result that is not judged: the caller broke its own side, or waited for an operation with a routine. */
const tellsNothing = (counted: Counted, label: Label): boolean => {
  if (label.type !== 'result' && label.type !== 'routine.enter') return false;
  const entry = counted.entries[label.at];
  return entry?.state === 'unjudged' || ('waits' in label && label.waits === true && entry?.kind === 'routine');
};
