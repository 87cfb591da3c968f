/** Which facts hold in the product: computed from a few units of room. The oracle computes the same facts from intervals. */

import { reads } from '../clauses/profiles.ts';
import type { Label } from '../explore/labels.ts';
import { menuFacts } from '../explore/menus.ts';
import type { CallFact } from './call.machine.ts';
import {
  type Counted,
  type Entry,
  has,
  isAlertable,
  isBroken,
  isClosed,
  isRunning,
  marked,
  mayBeTooLarge,
  runs,
  surelyTooLarge,
} from './counted.ts';
import type { OperationFact } from './operation.machine.ts';
import type { SocketFact } from './socket.machine.ts';

export type FactsOf<F extends string> = { readonly [fact in F]?: boolean };

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
  const interrupted = entry.cancelled && reads(counted.profile, 'InterruptedCode:interrupted');
  return { isSend: true, mayBlock: true, surelyReleased: entry.rest === 0 || interrupted || isBroken(counted.circuit) };
}

/** Those that hold, as an event of a component machine carries them. */
export const holding = (facts: { readonly [fact in string]?: boolean }): readonly string[] =>
  Object.keys(facts).filter((fact) => facts[fact]);
