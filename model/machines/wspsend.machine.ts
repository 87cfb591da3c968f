/**
 * The product: one socket, its circuit, the calls and operations that use it, and a few units of bytes, as one XState machine.
 *
 * Read it from the top: what is counted, which facts hold, what a step changes, and at the end the machine itself, whose regions are
 * the component machines. The guards of the regions are bound to facts over units here; the oracle binds the same guards to facts
 * over intervals. Operations stand in the order of posting in one list, not in a region each: they are alike, and a region for each
 * would tell states apart that are the same.
 */

import { type AnyStateMachine, assign, createMachine, setup, transition } from 'xstate';
import { type Profile, type Reading, reads } from '../clauses/profiles.ts';
import type { Label, SendMode, Slice } from '../explore/labels.ts';
import { type CallFact, callFacts, callMachine } from './call.machine.ts';
import { type CircuitState, circuitRegion } from './circuit.machine.ts';
import { type OperationFact, type OperationState, operationFacts, operationMachine } from './operation.machine.ts';
import { bitsOf, type RuleMeta } from './rules.ts';
import { type SocketFact, type SocketState, socketFacts, socketRegion } from './socket.machine.ts';

// ---- What is counted -----------------------------------------------------------------------------------------------------------

export type EntryKind = Exclude<SendMode, 'sync'> | 'blocking';

/** An operation or a blocking call that has not ended, in the order of posting. */
export interface Entry {
  readonly kind: EntryKind;
  readonly state: OperationState | 'begun' | 'blocked' | 'released';
  /** Units that the transport has not taken. */
  readonly rest: number;
  readonly cancelled: boolean;
  readonly owed: boolean;
  /** What was reported of its status. */
  readonly known: 'nothing' | 'success' | 'failure';
}

export interface Counted {
  readonly profile: Profile;
  readonly units: number;
  readonly overlappedSocket: boolean;
  /** The states of the two regions, for the facts that look across. */
  readonly socket: SocketState;
  readonly circuit: CircuitState;
  readonly nonblocking: boolean;
  readonly reset: boolean;
  readonly peerClosed: boolean;
  /** Units that the transport holds and the peer has not read. */
  readonly queued: number;
  readonly entries: readonly Entry[];
  /** The main thread is in an alertable wait. */
  readonly sleeping: boolean;
}

export const isRunning = (counted: Counted): boolean => counted.entries.some((entry) => entry.state === 'running');
const isClosed = (counted: Counted): boolean => counted.socket === 'notASocket';
export const isBroken = (circuit: CircuitState): boolean => circuit === 'broken' || circuit === 'resetReported';

// ---- Which facts hold ----------------------------------------------------------------------------------------------------------

type FactsOf<F extends string> = { readonly [fact in F]?: boolean };

/** Facts about an answer of WSPSend, or about the end of the blocking call at `label.at`. */
export function sendFacts(counted: Counted, label: Label): FactsOf<SocketFact> {
  const call = 'at' in label ? counted.entries[label.at] : undefined;
  const mode = 'mode' in label ? label.mode : 'sync';
  const length = 'length' in label ? label.length : 1;
  const bytes = 'bytes' in label ? label.bytes : length;
  const circuit = {
    mayBeReset: counted.reset || counted.peerClosed,
    resetReported: counted.circuit === 'resetReported',
    surelyBroken: isBroken(counted.circuit),
    orderlyClosed: counted.socket === 'sendShutDown' && counted.peerClosed && !counted.reset,
  };
  return {
    stream: true,
    overlappedIo: mode !== 'sync' && counted.overlappedSocket,
    ignoresOverlapped: mode !== 'sync' && !counted.overlappedSocket,
    nonblocking: counted.nonblocking,
    takesAll: bytes === length,
    takesPart: bytes > 0 && bytes < length,
    fits: true, // what does not fit is not tried
    ...circuit,
    mayBeInProgress: counted.entries.some((entry) => entry.kind === 'blocking' && entry !== call),
    insideRoutine: call === undefined && isRunning(counted),
    mayHaveUnconsumed: counted.queued > 0 || counted.entries.some((entry) => entry.rest > 0),
    othersOutstanding: counted.entries.some((entry) => entry.kind !== 'blocking'),
    closedMeanwhile: call !== undefined && isClosed(counted),
  };
}

/** Facts about an observation of an operation, or about a settle. */
export function entryFacts(counted: Counted, entry: Entry, status: string | undefined): FactsOf<OperationFact> {
  const closed = isClosed(counted);
  return {
    hasEvent: entry.kind === 'event',
    hasRoutine: entry.kind === 'routine',
    bytesAll: true,
    bytesWithin: true,
    contradictsKnown: status !== undefined && entry.known !== 'nothing' && (status === '0') !== (entry.known === 'success'),
    flagsZero: true,
    mayBeConsumed: entry.rest === 0,
    closed,
    closedCircuit: closed,
    cancelled: entry.cancelled,
    shutDown: counted.socket === 'sendShutDown',
    mayBeReset: counted.reset || counted.peerClosed,
    resetReported: counted.circuit === 'resetReported',
    completionOwed: entry.owed,
    properThread: true,
    alertable: counted.sleeping && !isRunning(counted),
    nested: isRunning(counted),
  };
}

export function blockingFacts(counted: Counted, entry: Entry): FactsOf<CallFact> {
  // It began on a blocking socket; a later FIONBIO does not reach it.
  return { isSend: true, mayBlock: true, surelyReleased: entry.rest === 0 || isBroken(counted.circuit) };
}

/** Facts as the mask that a component machine reads. */
export function maskOf<F extends string>(names: readonly F[], facts: FactsOf<F>): number {
  const bits = bitsOf(names);
  return names.reduce((mask, name) => (facts[name] ? mask | bits[name] : mask), 0);
}

// ---- What a step changes -------------------------------------------------------------------------------------------------------

const replace = (counted: Counted, at: number, entry: Entry | undefined): Partial<Counted> => ({
  entries: entry === undefined ? counted.entries.filter((_, i) => i !== at) : counted.entries.map((old, i) => (i === at ? entry : old)),
});

const posted = (kind: EntryKind, state: Entry['state'], rest: number): Entry => ({
  kind,
  state,
  rest,
  cancelled: false,
  owed: false,
  known: state === 'doneAtOnce' ? 'success' : 'nothing',
});

/** An answer that makes an operation does so only where the OVERLAPPED is not ignored. */
const makesOperation = (counted: Counted, mode: SendMode): mode is Exclude<SendMode, 'sync'> => mode !== 'sync' && counted.overlappedSocket;

/** The changes that a permitted step makes to what is counted; the regions move by themselves. `target` is where an entry goes. */
export function change(counted: Counted, label: Label, target: Entry['state'] | undefined): Partial<Counted> {
  switch (label.type) {
    case 'FIONBIO':
      return { nonblocking: label.on };
    case 'send.completes': {
      const queued = counted.queued + label.bytes;
      if (!makesOperation(counted, label.mode)) return { queued };
      return { queued, entries: [...counted.entries, posted(label.mode, 'doneAtOnce', 0)] };
    }
    case 'send.pends':
      return label.mode === 'sync' ? {} : { entries: [...counted.entries, posted(label.mode, 'pending', label.length)] };
    case 'send.begins':
      return { entries: [...counted.entries, posted('blocking', 'begun', label.length)] };
    case 'call.completes':
    case 'call.fails':
      return replace(counted, label.at, undefined);
    case 'transport.takes': {
      const at = counted.entries.findIndex((entry) => entry.rest > 0);
      const entry = counted.entries[at]!;
      return { queued: counted.queued + 1, ...replace(counted, at, { ...entry, rest: entry.rest - 1 }) };
    }
    case 'peer.recv':
      return { queued: counted.queued - label.units };
    case 'peer.reset':
      return { reset: true };
    case 'peer.close':
      return { peerClosed: true };
    case 'cancel':
      return replace(counted, label.at, { ...counted.entries[label.at]!, cancelled: true });
    case 'sleep.begins':
      return { sleeping: true };
    case 'sleep.ends':
      return { sleeping: false };
    case 'event':
      return replace(counted, label.at, { ...counted.entries[label.at]!, state: target! });
    case 'result':
    case 'routine.enter': {
      const entry = counted.entries[label.at]!;
      const known = label.status === '0' ? 'success' : 'failure';
      // What an operation that failed had not handed over never leaves.
      const over = label.type === 'result' && entry.kind !== 'routine';
      return replace(counted, label.at, over ? undefined : { ...entry, state: target!, rest: 0, known });
    }
    case 'routine.leave':
      return replace(counted, label.at, undefined);
    case 'lifecycle':
    case 'send.fails':
    case 'result.incomplete':
    case 'settle':
      return {};
  }
}

// ---- The machine ---------------------------------------------------------------------------------------------------------------

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
const withEffects = (region: { initial: string; states: object }, name: 'socket' | 'circuit'): object => ({
  initial: region.initial,
  states: Object.fromEntries(
    Object.entries(region.states as Record<string, { on: Record<string, readonly { target?: string; meta: RuleMeta }[]> }>).map(
      ([state, { on }]) => [
        state,
        {
          on: Object.fromEntries(
            Object.entries(on).map(([event, rules]) => [
              event,
              rules.map((rule) => ({
                ...rule,
                actions:
                  rule.meta.verdict === 'permits'
                    ? [{ type: 'notes', params: { region: name, state: rule.target ?? state } }, ...(name === 'socket' ? ['changes'] : [])]
                    : [],
              })),
            ]),
          ),
        },
      ],
    ),
  ),
});

interface Args {
  readonly context: Counted;
  readonly event: ProductEvent;
}

/** The rule that XState selects in a component machine at one of its states. */
export function componentRule(
  machine: AnyStateMachine,
  state: string,
  event: string,
  facts: number,
  profile: Profile,
): { readonly permitted: boolean; readonly clauses: RuleMeta['clauses']; readonly target: string } | undefined {
  const snapshot = machine.resolveState({ value: state, context: { profile } } as never);
  const [taken] = machine.getTransitionData(snapshot, { type: event, facts } as never);
  if (taken === undefined) return undefined;
  const meta = taken.meta as RuleMeta;
  return { permitted: meta.verdict === 'permits', clauses: meta.clauses, target: taken.target?.[0]?.key ?? state };
}

/** What an observation is called in the lifecycle of an operation. */
export function operationEventOf(label: Label): string | undefined {
  switch (label.type) {
    case 'event':
      return label.signalled ? 'event.signalled' : 'event.unsignalled';
    case 'result.incomplete':
    case 'routine.leave':
      return label.type;
    case 'result':
      return `result.${label.status}`;
    case 'routine.enter':
      return `routine.${label.status}`;
    default:
      return undefined;
  }
}

export function observationRule(counted: Counted, label: Label) {
  const entry = counted.entries[(label as { at: number }).at]!;
  const facts = maskOf(operationFacts, entryFacts(counted, entry, 'status' in label ? label.status : undefined));
  return componentRule(operationMachine as AnyStateMachine, entry.state, operationEventOf(label)!, facts, counted.profile);
}

const callRule = (counted: Counted, entry: Entry, event: string) =>
  componentRule(callMachine as AnyStateMachine, entry.state, event, maskOf(callFacts, blockingFacts(counted, entry)), counted.profile);

/** An alertable wait may not end while a routine is surely queued. */
const sleepRules = (counted: Counted) =>
  counted.entries
    .filter((entry) => entry.kind !== 'blocking')
    .map((entry) => {
      const facts = maskOf(operationFacts, entryFacts(counted, entry, undefined));
      return componentRule(operationMachine as AnyStateMachine, entry.state, 'sleep.ends', facts, counted.profile);
    });

/** What a settle makes of an entry: what is owed becomes due, and a call that is still out blocks or has been released. */
function settled(counted: Counted, entry: Entry): Entry {
  if (entry.kind === 'blocking') return { ...entry, state: callRule(counted, entry, 'settle')!.target as Entry['state'] };
  const complete = entry.state === 'doneAtOnce' || entry.state === 'due';
  const broken = isBroken(counted.circuit) || (isClosed(counted) && reads(counted.profile, 'CloseCancels:binding'));
  const owed = complete || (entry.state === 'pending' && (entry.rest === 0 || broken));
  const facts = maskOf(operationFacts, entryFacts(counted, { ...entry, owed }, undefined));
  const rule = componentRule(operationMachine as AnyStateMachine, entry.state, 'settle', facts, counted.profile)!;
  return { ...entry, owed: owed || entry.owed, state: rule.target as Entry['state'] };
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
    noRoutineQueued: ({ context }: Args) => sleepRules(context).every((rule) => rule?.permitted === true),
    ...Object.fromEntries(socketFacts.map((fact) => [fact, ({ context, event }: Args) => sendFacts(context, event.label)[fact] === true])),
    reset: ({ context, event }: Args) => reportsReset(context, event.label),
  },
  actions: {
    notes: assign((_, params: { region: 'socket' | 'circuit'; state: string }) => ({ [params.region]: params.state })),
    changes: assign(({ context, event }: Args) => change(context, event.label, undefined)),
    observes: assign(({ context, event }: Args) =>
      change(context, event.label, observationRule(context, event.label)!.target as Entry['state']),
    ),
    settles: assign(({ context }: Args) => ({ entries: context.entries.map((entry) => settled(context, entry)) })),
  },
}).createMachine({ context: {} as Counted });

/** The code of a failure, if the step reports one. */
export const failureOf = (label: Label): string | undefined =>
  label.type === 'send.fails' || label.type === 'call.fails'
    ? label.code
    : (label.type === 'result' || label.type === 'routine.enter') && label.status !== '0'
      ? label.status
      : undefined;

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
    }),
    states: {
      socket: { ...withEffects(socketRegion, 'socket'), initial: 'unbound' },
      circuit: withEffects(circuitRegion, 'circuit'),
      entries: {
        initial: 'inOrder',
        states: {
          inOrder: {
            on: {
              counts: [{ actions: ['changes'], ...permitted }],
              'env.breaks': [{ actions: ['changes'], ...permitted }],
              observes: [{ guard: 'observationPermitted', actions: ['observes'], ...permitted }, refused],
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

/** The event of the product machine that a label stands for. */
export function productEventOf(label: Label): string {
  switch (label.type) {
    case 'lifecycle':
      return label.event;
    case 'send.completes':
    case 'call.completes':
      return 'WSPSend.completes';
    case 'send.pends':
      return 'WSPSend.pends';
    case 'send.fails':
    case 'call.fails':
      return `WSPSend.${label.code}`;
    case 'peer.reset':
      return 'env.breaks';
    case 'settle':
      return 'settle';
    case 'sleep.ends':
      return 'sleepEnds';
    default:
      return operationEventOf(label) === undefined ? 'counts' : 'observes';
  }
}

/** A request of the tester: a call that has been released must have returned before it. */
export const isRequest = (label: Label): boolean =>
  !['call.completes', 'call.fails', 'transport.takes', 'routine.enter', 'routine.leave'].includes(label.type);

type Snapshot = ReturnType<AnyStateMachine['resolveState']>;

/** One step of the product machine, or undefined when the specification refuses it. */
export function productStep(snapshot: Snapshot, label: Label): Snapshot | undefined {
  const counted = snapshot.context as Counted;
  if (
    isRequest(label) &&
    counted.entries.some((entry) => entry.kind === 'blocking' && callRule(counted, entry, 'request')?.permitted !== true)
  ) {
    return undefined;
  }
  const event = { type: productEventOf(label), label };
  const taken = wspsendMachine.getTransitionData(snapshot, event as never);
  if (taken.length === 0 || taken.some(({ meta }) => (meta as RuleMeta).verdict === 'refuses')) return undefined;
  const [next] = transition(wspsendMachine, snapshot, event as never);
  if (failureOf(label) === undefined || !reportsCircuit(label) || isClosed(counted)) return next as Snapshot;
  return transition(wspsendMachine, next, { type: 'reports', label } as never)[0] as Snapshot;
}

const reportsCircuit = (label: Label): boolean => ['WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET'].includes(failureOf(label) ?? '');
