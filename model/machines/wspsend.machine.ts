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
import type { Label, SendMode } from '../explore/labels.ts';
import { type Flag, type Mark, type MenuName, menuFacts, menuOf, worldEventOf } from '../explore/menus.ts';
import { flagsOf, marksOf, type Slice } from '../explore/slices.ts';
import { type CallFact, callFacts, callMachine } from './call.machine.ts';
import { type CircuitState, circuitRegion } from './circuit.machine.ts';
import { deliveryFacts, deliveryMachine } from './delivery.machine.ts';
import { type OperationFact, type OperationState, operationFacts, operationMachine } from './operation.machine.ts';
import { bitsOf, type RuleMeta } from './rules.ts';
import { type SocketFact, type SocketState, socketFacts, socketMachine, socketRegion } from './socket.machine.ts';

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
  /** The status that was reported of it. */
  readonly known: string;
  readonly marks: readonly Mark[];
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
  readonly flags: readonly Flag[];
  readonly slice: Slice;
}

const has = (counted: Counted, flag: Flag): boolean => counted.flags.includes(flag);
const marked = (entry: Entry, mark: Mark): boolean => entry.marks.includes(mark);
/** A flag or mark that the slice has no use for is not remembered. */
const withFlags = (counted: Counted, ...flags: Flag[]): readonly Flag[] => {
  const used = flagsOf(counted.slice);
  return [...counted.flags, ...flags.filter((flag) => used.has(flag) && !has(counted, flag))];
};
const withMarks = (counted: Counted, entry: Entry, ...marks: Mark[]): Entry => {
  const used = marksOf(counted.slice);
  return { ...entry, marks: [...entry.marks, ...marks.filter((mark) => used.has(mark) && !marked(entry, mark))] };
};

export const isRunning = (counted: Counted): boolean => counted.entries.some((entry) => entry.state === 'running');
const runs = (counted: Counted, other: boolean): boolean =>
  counted.entries.some((entry) => entry.state === 'running' && marked(entry, 'other') === other);
/** The main thread makes calls: it is in no alertable wait, or inside a routine that is not in one itself. */
export const isFree = (counted: Counted): boolean => (!counted.sleeping || isRunning(counted)) && !has(counted, 'napping');
const isAlertable = (counted: Counted): boolean =>
  has(counted, 'napping') ? !runs(counted, true) : counted.sleeping && !isRunning(counted);
const mayBeTooLarge = (counted: Counted, label: Label): boolean =>
  counted.slice.datagram === true &&
  (has(counted, 'maxKnown')
    ? 'menu' in label && label.menu === 'tooLarge'
    : label.type.startsWith('call.') || ('length' in label && label.length > 0));
const surelyTooLarge = (counted: Counted, label: Label): boolean =>
  counted.slice.datagram === true && has(counted, 'maxKnown') && 'menu' in label && label.menu === 'tooLarge';
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
    mayBeTimedOut: has(counted, 'timedOut'),
    mayBeKeepAliveFailed: has(counted, 'keepAlive'),
    // A call that had begun before the shutdown was not closed in order.
    orderlyClosed:
      call === undefined &&
      counted.socket === 'sendShutDown' &&
      counted.peerClosed &&
      !counted.reset &&
      !(['timedOut', 'keepAlive', 'networkFailing'] as const).some((flag) => has(counted, flag)),
    shutDownBoth: has(counted, 'shutDownBoth'),
    networkMayBeDown: has(counted, 'networkFailing'),
    networkSurelyDown: has(counted, 'networkDown'),
  };
  const called = 'menu' in label ? label.menu : undefined;
  return {
    ...Object.fromEntries(menuFacts(called, counted.profile).map((fact) => [fact, true])),
    stream: counted.slice.datagram !== true,
    mayBeOversize: mayBeTooLarge(counted, label),
    surelyOversize: surelyTooLarge(counted, label),
    broadcastForbidden: has(counted, 'toBroadcast') && !has(counted, 'broadcastAllowed'),
    interrupted: call?.cancelled === true,
    overlappedIo: mode !== 'sync' && counted.overlappedSocket,
    ignoresOverlapped: mode !== 'sync' && !counted.overlappedSocket,
    // It began on a blocking socket; a later FIONBIO does not reach it.
    nonblocking: counted.nonblocking && call === undefined,
    takesAll: bytes === length,
    takesPart: bytes > 0 && bytes < length,
    fits: true, // what does not fit is not tried
    ...circuit,
    mayBeInProgress: counted.entries.some((entry) => entry.kind === 'blocking' && entry !== call),
    insideRoutine: call === undefined && isRunning(counted),
    mayHaveUnconsumed: counted.queued > 0 || counted.entries.some((entry) => entry.rest > 0 && entry !== call),
    // One without a routine is over once its status was told.
    othersOutstanding: counted.entries.some(
      (entry) => entry.kind !== 'blocking' && (entry.kind === 'routine' || entry.known === 'nothing'),
    ),
    closedMeanwhile: call !== undefined && isClosed(counted),
  };
}

/** Facts about an observation of an operation, or about a settle. */
export function entryFacts(counted: Counted, entry: Entry, status: string | undefined, label?: Label): FactsOf<OperationFact> {
  const closed = isClosed(counted) && !marked(entry, 'other');
  const stream = counted.slice.datagram !== true;
  return {
    hasEvent: entry.kind === 'event' || marked(entry, 'hEvent'),
    hasRoutine: entry.kind === 'routine',
    bytesAll: true,
    bytesWithin: true,
    contradictsKnown: status !== undefined && entry.known !== 'nothing' && entry.known !== status,
    flagsZero: !(label?.type === 'routine.enter' && label.flagged),
    waits: label !== undefined && (label.type === 'result.other' || ('waits' in label && label.waits === true)),
    mayBeConsumed: entry.rest === 0,
    closed,
    closedCircuit: closed && stream,
    cancelled: entry.cancelled,
    flushed: marked(entry, 'flushed'),
    threadGone: marked(entry, 'foreign') && has(counted, 'exited'),
    portBound: marked(entry, 'port'),
    mayBeTimedOut: has(counted, 'timedOut'),
    mayBeKeepAliveFailed: has(counted, 'keepAlive'),
    networkMayBeDown: has(counted, 'networkFailing'),
    mayBeOversize: marked(entry, 'mayBeTooLarge'),
    surelyOversize: marked(entry, 'tooLarge'),
    mayBeUnsupported: marked(entry, 'unsupported'),
    shutDown: counted.socket === 'sendShutDown',
    mayBeReset: counted.reset || counted.peerClosed,
    resetReported: counted.circuit === 'resetReported',
    completionOwed: entry.owed,
    properThread: !marked(entry, 'foreign') && !(label?.type === 'upcall.apc' && label.elsewhere),
    upcalled: marked(entry, 'upcalled'),
    // A zero return tells of its completion without an upcall, save that of a routine.
    upcallMissing: counted.slice.spi === true && !marked(entry, 'upcalled') && (entry.kind === 'routine' || entry.known === 'nothing'),
    alertable: isAlertable(counted),
    nested: runs(counted, marked(entry, 'other')),
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
  known: state === 'doneAtOnce' ? '0' : 'nothing',
  marks: [],
});

/** The entry with what the way of its call makes it remember. */
function remembered(counted: Counted, label: Label, entry: Entry): Entry {
  const marks = (('menu' in label ? menuOf(label.menu)?.marks : undefined) ?? []).filter((mark) => mark !== 'tooLarge');
  if (counted.sleeping && entry.kind === 'routine' && entry.state === 'doneAtOnce') marks.push('late');
  if (mayBeTooLarge(counted, label)) marks.push('mayBeTooLarge');
  return withMarks(counted, entry, ...marks, ...(surelyTooLarge(counted, label) ? (['tooLarge'] as const) : []));
}

/** What is remembered once a send was accepted that may offer urgent data. */
const offers = (counted: Counted, label: { readonly length: number; readonly menu?: MenuName }): readonly Flag[] =>
  label.length > 0 && menuOf(label.menu)?.urgent ? withFlags(counted, 'urgent') : counted.flags;

/** An answer that makes an operation does so only where the OVERLAPPED is not ignored. */
const makesOperation = (counted: Counted, mode: SendMode): mode is Exclude<SendMode, 'sync'> => mode !== 'sync' && counted.overlappedSocket;

/** The changes that a permitted step makes to what is counted; the regions move by themselves. `target` is where an entry goes. */
export function change(counted: Counted, label: Label, target: Entry['state'] | undefined): Partial<Counted> {
  switch (label.type) {
    case 'FIONBIO':
      return { nonblocking: label.on };
    case 'send.completes': {
      const queued = counted.queued + label.bytes;
      const flags = offers(counted, label);
      if (!makesOperation(counted, label.mode)) return { queued, flags };
      return { queued, flags, entries: [...counted.entries, remembered(counted, label, posted(label.mode, 'doneAtOnce', 0))] };
    }
    case 'send.pends':
      // Of a message that is too large nothing goes out.
      if (!makesOperation(counted, label.mode)) return { flags: offers(counted, label) };
      return {
        flags: offers(counted, label),
        entries: [
          ...counted.entries,
          remembered(counted, label, posted(label.mode, 'pending', surelyTooLarge(counted, label) ? 0 : label.length)),
        ],
      };
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
      return {
        sleeping: false,
        entries: counted.entries.map((entry) => ({ ...entry, marks: entry.marks.filter((mark) => mark !== 'late') })),
      };
    case 'lifecycle':
      if (label.event === 'WSPShutdown.both') return { flags: withFlags(counted, 'shutDownBoth') };
      return label.event === 'WSPConnect.broadcast' ? { flags: withFlags(counted, 'toBroadcast') } : {};
    case 'world': {
      const { sets, clears } = worldEventOf(label.event);
      if (sets !== undefined) return { flags: withFlags(counted, sets) };
      return { flags: counted.flags.filter((flag) => flag !== clears) };
    }
    case 'flush':
      if (label.refused) return {};
      return { entries: counted.entries.map((entry) => (entry.kind === 'blocking' ? entry : withMarks(counted, entry, 'flushed'))) };
    case 'interrupt':
      return replace(counted, label.at, { ...counted.entries[label.at]!, cancelled: true });
    case 'caller':
      return replace(counted, label.at, { ...counted.entries[label.at]!, state: 'unjudged', rest: 0 });
    case 'other.completes':
      return { entries: [...counted.entries, withMarks(counted, remembered(counted, label, posted('routine', 'doneAtOnce', 0)), 'other')] };
    case 'nap.begins':
      return { flags: withFlags(counted, 'napping') };
    case 'nap.ends':
      return { flags: counted.flags.filter((flag) => flag !== 'napping') };
    case 'peer.eof':
      return { flags: withFlags(counted, 'ended') };
    case 'peer.urgent':
      return { flags: counted.flags.filter((flag) => flag !== 'urgent') };
    case 'event':
      return replace(counted, label.at, { ...counted.entries[label.at]!, state: target! });
    case 'upcall.apc': {
      const entry = withMarks(counted, counted.entries[label.at]!, 'upcalled');
      if (entry.state !== 'pending') return replace(counted, label.at, entry);
      // Its routine is in the queue.
      const queued: Entry = { ...entry, state: 'due', owed: true };
      return replace(counted, label.at, counted.sleeping ? withMarks(counted, queued, 'late') : queued);
    }
    case 'upcall.complete': {
      const entry = withMarks(counted, counted.entries[label.at]!, 'upcalled');
      const state = entry.state === 'pending' ? 'due' : entry.state;
      return replace(counted, label.at, { ...entry, state, rest: 0, known: label.status });
    }
    case 'result':
    case 'routine.enter': {
      const entry = counted.entries[label.at]!;
      if (entry.state === 'unjudged') return {};
      if (label.type === 'result' && label.waits && entry.kind === 'routine') return {};
      const known = label.status;
      // What an operation that failed had not handed over never leaves.
      const over = label.type === 'result' && entry.kind !== 'routine';
      return replace(counted, label.at, over ? undefined : { ...entry, state: target!, rest: 0, known });
    }
    case 'routine.leave':
      return replace(counted, label.at, undefined);
    case 'send.fails':
      return label.mode === 'sync' ? {} : { flags: withFlags(counted, 'failed') };
    case 'failed':
    case 'send.hangs':
    case 'result.incomplete':
    case 'result.other':
    case 'count':
    case 'peer.garbled':
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
    case 'count':
      return label.written ? 'count.written' : 'count.unwritten';
    case 'upcall.apc':
      return 'upcall.WPUQueueApc';
    case 'upcall.complete':
      return `upcall.${label.status}`;
    case 'result.incomplete':
    case 'result.other':
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
  const facts = maskOf(operationFacts, entryFacts(counted, entry, 'status' in label ? label.status : undefined, label));
  return componentRule(operationMachine as AnyStateMachine, entry.state, operationEventOf(label)!, facts, counted.profile);
}

const callRule = (counted: Counted, entry: Entry, event: string) =>
  componentRule(callMachine as AnyStateMachine, entry.state, event, maskOf(callFacts, blockingFacts(counted, entry)), counted.profile);

/**
 * An alertable wait may not end while a routine is left that was surely queued when it began, or since by a send of its own routines that
 * returned zero.
 */
const sleepRules = (counted: Counted, outer: boolean) =>
  counted.entries
    .filter((entry) => entry.kind !== 'blocking' && !(outer && marked(entry, 'late') && entry.state !== 'doneAtOnce'))
    .map((entry) => {
      const facts = maskOf(operationFacts, entryFacts(counted, entry, undefined));
      return componentRule(operationMachine as AnyStateMachine, entry.state, 'sleep.ends', facts, counted.profile);
    });

/** What a settle makes of an entry: what is owed becomes due, and a call that is still out blocks or has been released. */
function settled(counted: Counted, entry: Entry): Entry {
  if (entry.kind === 'blocking') return { ...entry, state: callRule(counted, entry, 'settle')!.target as Entry['state'] };
  const complete = entry.state === 'doneAtOnce' || entry.state === 'due';
  const cancels = reads(counted.profile, 'CloseCancels:binding');
  const gone = isBroken(counted.circuit) || (cancels && (isClosed(counted) || marked(entry, 'flushed')));
  // A send of no bytes waits for what was posted before it and for nothing else.
  const before = counted.entries.slice(0, counted.entries.indexOf(entry));
  const consumed = entry.rest === 0 && before.every(({ rest }) => rest === 0) && !marked(entry, 'tooLarge');
  const owed = complete || (entry.state === 'pending' && (consumed || gone));
  const facts = maskOf(operationFacts, entryFacts(counted, { ...entry, owed }, undefined));
  const rule = componentRule(operationMachine as AnyStateMachine, entry.state, 'settle', facts, counted.profile)!;
  const settledEntry = { ...entry, owed: owed || entry.owed, state: rule.target as Entry['state'] };
  const late = entry.kind === 'routine' && entry.state !== 'doneAtOnce' && owed && !entry.owed && counted.sleeping;
  return late ? withMarks(counted, settledEntry, 'late') : settledEntry;
}

/** What is seen of an OVERLAPPED whose send failed: the rules of one that stands for nothing. */
function failedRule(counted: Counted, label: Label) {
  const seen = label.type === 'failed' ? label.seen : 'unset';
  const facts = { hasEvent: true, bytesReported: seen === 'bytes sent' };
  const event = { set: 'event.signalled', unset: 'event.unsignalled', 'nothing sent': 'result.0', 'bytes sent': 'result.0' }[seen];
  return componentRule(operationMachine as AnyStateMachine, 'free', event, maskOf(operationFacts, facts), counted.profile);
}

/** It may end before all of its bytes have left. */
function mayBeBrokenOff(counted: Counted, entry: Entry): boolean {
  if (isClosed(counted) || entry.cancelled || marked(entry, 'flushed')) return true;
  if (marked(entry, 'foreign') && has(counted, 'exited')) return true;
  // A call may not have taken effect yet, and fails then.
  return counted.socket === 'sendShutDown' && (entry.kind === 'blocking' || reads(counted.profile, 'D10:open'));
}

/** What the peer sees, by the rules of delivery. */
function deliveryRule(counted: Counted, label: Label) {
  const closed = isClosed(counted);
  const open = reads(counted.profile, 'CloseDelivers:open');
  const hard = has(counted, 'lingerZero');
  const facts = {
    continues: label.type === 'peer.recv',
    isNext: label.type === 'peer.recv',
    isOffered: has(counted, 'urgent'),
    mayEnd: (closed && !(hard && !open)) || counted.socket === 'sendShutDown',
    complete: counted.queued === 0 && counted.entries.every((entry) => entry.rest === 0 || mayBeBrokenOff(counted, entry)),
    mayBeLost: closed && (open || hard),
  };
  const event =
    label.type === 'peer.urgent' ? 'recv.urgent' : label.type === 'peer.eof' ? 'eof' : counted.slice.datagram ? 'recv.datagram' : 'recv';
  const state = has(counted, 'ended') ? 'ended' : 'open';
  return componentRule(deliveryMachine as AnyStateMachine, state, event, maskOf(deliveryFacts, facts), counted.profile);
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
    ...Object.fromEntries(socketFacts.map((fact) => [fact, ({ context, event }: Args) => sendFacts(context, event.label)[fact] === true])),
    reset: ({ context, event }: Args) => reportsReset(context, event.label),
  },
  actions: {
    notes: assign((_, params: { region: 'socket' | 'circuit'; state: string }) => ({ [params.region]: params.state })),
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
      flags: [],
      slice: input.slice,
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

/** The event of the product machine that a label stands for. */
export function productEventOf(label: Label): string {
  switch (label.type) {
    case 'lifecycle':
      if (label.event === 'WSPShutdown.both') return 'WSPShutdown.send';
      return label.event === 'WSPConnect.broadcast' ? 'WSPConnect' : label.event;
    case 'flush':
      return label.refused ? 'SIO_FLUSH.WSAEOPNOTSUPP' : 'SIO_FLUSH';
    case 'world':
      return worldEventOf(label.event).breaks ? 'env.breaks' : 'counts';
    case 'peer.recv':
    case 'peer.garbled':
    case 'peer.eof':
    case 'peer.urgent':
      return 'delivers';
    case 'nap.ends':
      return 'napEnds';
    case 'failed':
      return 'failed';
    case 'send.hangs':
      return 'hangs';
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
  ![
    'call.completes',
    'call.fails',
    'transport.takes',
    'routine.enter',
    'routine.leave',
    'sleep.ends',
    'nap.ends',
    'caller',
    'upcall.apc',
    'upcall.complete',
  ].includes(label.type);

/** A call of the main thread: inside a routine it comes by itself, so that it is no request. */
export const isOfRoutine = (label: Label): boolean =>
  ['lifecycle', 'FIONBIO', 'send.completes', 'send.pends', 'send.fails', 'cancel', 'flush', 'other.completes', 'nap.begins'].includes(
    label.type,
  ) ||
  label.type.startsWith('result') ||
  (label.type === 'world' && worldEventOf(label.event).request === true);

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

/** Where every upcall is seen, that of a routine comes before the send returns zero. */
function queuesTooLate(counted: Counted, label: Label): boolean {
  if (label.type !== 'send.completes' || label.mode !== 'routine' || label.menu === 'queued' || !counted.slice.spi) return false;
  const facts = maskOf(operationFacts, { hasRoutine: true, upcallMissing: true });
  return componentRule(operationMachine as AnyStateMachine, 'begun', 'WSPSend.completes', facts, counted.profile)?.permitted !== true;
}

/** A call may have taken effect when it began: on a connected socket, whose circuit stood. */
function permittedAtBegin(counted: Counted, label: Label): boolean {
  if (label.type !== 'call.completes' && label.type !== 'call.fails') return false;
  const facts = maskOf(socketFacts, { ...sendFacts(counted, label), surelyBroken: false, resetReported: false });
  return componentRule(socketMachine as AnyStateMachine, 'connected', productEventOf(label), facts, counted.profile)?.permitted === true;
}

/** A result that is not judged: the caller broke its own side, or waited for an operation with a routine. */
const tellsNothing = (counted: Counted, label: Label): boolean => {
  if (label.type !== 'result' && label.type !== 'routine.enter') return false;
  const entry = counted.entries[label.at];
  return entry?.state === 'unjudged' || ('waits' in label && label.waits === true && entry?.kind === 'routine');
};

const reportsCircuit = (label: Label): boolean => ['WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET'].includes(failureOf(label) ?? '');
