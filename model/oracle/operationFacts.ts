/** The facts about an operation that is observed, and about a call that has not returned, as the oracle computes them. */

import { reads } from '../clauses/profiles.ts';
import type { Facts } from '../compiled/compile.ts';
import { type CallFact, callFacts } from '../machines/call.machine.ts';
import { type OperationFact, operationFacts } from '../machines/operationWords.ts';
import { isResult, isSend, usesOverlappedIo } from './callKinds.ts';
import { isAllRead } from './reading.ts';
import type { Segment } from './segments.ts';
import { hasCause, isBroken, networkGone, tracedBy, wayOf } from './traced.ts';
import { type BegunRecord, type Circumstances, causes, type Operation, type Socket, type World } from './world.ts';

export interface Observation {
  readonly status?: string | undefined;
  readonly bytes?: number | undefined;
  readonly waits?: boolean | undefined;
  readonly flags?: number | undefined;
  /** The thread on which a routine runs or whose alertable wait ends. */
  readonly thread?: string | undefined;
  /** It is open whether an upcall must come for it. */
  readonly upcallOpen?: boolean | undefined;
}

/** The facts about one observation of an operation. */
export const operationFactsOf = (world: World, operation: Operation, observed: Observation): Facts<OperationFact> =>
  factsOfObservation({ world, operation, observed });

interface ObservationMoment {
  readonly world: World;
  readonly operation: Operation;
  readonly observed: Observation;
}

const factsOfObservation = tracedBy<OperationFact, ObservationMoment>(operationFacts, {
  hasEvent: ({ operation }) => operation.hasEvent,
  hasRoutine: ({ operation }) => operation.hasRoutine,
  eventStale: ({ operation }) => operation.eventStale,
  seenSet: ({ operation }) => operation.seenSet,
  ignored: ({ operation }) => operation.ignored,
  returnedZero: ({ operation }) => operation.returnedZero,

  bytesAll: ({ operation, observed }) => observed.bytes === operation.length,
  bytesWithin: ({ operation, observed }) => observed.bytes === undefined || observed.bytes <= leftMax(operation),
  bytesWritten: ({ observed }) => observed.bytes !== undefined,
  bytesReported: ({ observed }) => (observed.bytes ?? 0) > 0,
  contradictsKnown: ({ operation, observed }) => {
    if (operation.status === undefined || observed.status === undefined) return false;
    if (operation.status !== observed.status && operation.orStatus !== observed.status) return true;
    return observed.bytes !== undefined && operation.bytes !== undefined && observed.bytes !== operation.bytes;
  },
  flagsZero: ({ observed }) => (observed.flags ?? 0) === 0,
  waits: ({ observed }) => observed.waits === true,
  upcalled: ({ operation }) => operation.upcalled,

  mayBeConsumed: ({ operation }) => mayBeConsumed(operation),
  closed: ({ world, operation }) => mayBeByClose(world, operation),
  closedCircuit: ({ world, operation }) => mayBeByClose(world, operation) && operation.socket!.isStream && operation.socket!.wasConnected,
  cancelled: ({ operation }) => operation.cancelled,
  flushed: ({ operation }) => operation.flushed,
  threadGone: ({ operation }) => operation.threadGone,
  portBound: ({ operation }) => operation.portBound,
  skipsPort: ({ operation }) => operation.skipsPort,
  // What is known to be complete since before a settle has its packet in the queue.
  packetOwed: ({ world, operation: { owesPacket, packetSeen, skipsPort, returnedZero, queuedBy, over } }) => {
    const completeAt = over?.at ?? (returnedZero ? queuedBy : undefined);
    return owesPacket && !packetSeen && !skipsPort && (completeAt ?? Infinity) <= world.settledAt;
  },
  packetSeen: ({ operation }) => operation.packetSeen,
  shutDown: ({ operation }) => operation.shutDown,
  shutDownBoth: ({ operation }) => operation.socket?.shutDownBoth === true,
  // What happens after its completion is no cause of its status.
  mayBeReset: (moment) => hasCause(circuitOf(moment), causes.reset | causes.peerClosed),
  resetReported: (moment) => circuitOf(moment)?.circuit === moment.world.tables.circuit.stateIndex.resetReported,
  mayBeTimedOut: (moment) => hasCause(circuitOf(moment), causes.timedOut),
  mayBeKeepAliveFailed: (moment) => hasCause(circuitOf(moment), causes.keepAlive),
  networkMayBeDown: (moment) => moment.operation.socket?.unseen === true || (causesOf(moment) ?? moment.world).networkDown !== 'no',
  routeMayBeLost: (moment) => circuitOf(moment)?.routeLost === true,
  mayBeOversize: ({ operation }) => operation.mayBeOversize,
  surelyOversize: ({ operation }) => operation.surelyOversize,
  mayBeUnsupported: ({ operation }) => operation.flags.length > 0,
  outOfBand: ({ operation }) => operation.flags.includes('MSG_OOB'),
  partialMessage: ({ operation }) => operation.flags.includes('MSG_PARTIAL'),
  completionOwed: ({ operation }) => operation.owed,
  seenOver: ({ operation }) => operation.over !== undefined,
  // A settle shows that what arrived was taken, unless it was known to be over before it.
  surelyTaken: ({ operation }) => {
    const { socket, segment, owedWhole } = operation;
    return segment !== undefined && !segment.isLoose && (owedWhole || surelyOver(socket, segment)) && isWholeOf(operation);
  },

  routineOpen: ({ operation }) => operation.routineOpen,
  properThread: ({ operation, observed }) => observed.thread === operation.thread,
  alertable: ({ world, observed: { thread } }) => thread !== undefined && !world.thread(thread).exited && isAlertable(world, thread),
  nested: ({ world, operation: { socket }, observed: { thread } }) =>
    thread !== undefined && world.thread(thread).stack.some((frame) => frame.kind === 'routine' && frame.operation.socket === socket),
  heldBack: ({ operation: { socket, queuedAt } }) => socket !== undefined && socket.routineAt > (queuedAt ?? Infinity),
  // A zero return reports its completion without an upcall, except that of a routine.
  upcallMissing: ({ world, operation, observed }) =>
    !operation.upcalled && world.spiSide && !observed.upcallOpen && (operation.hasRoutine || operation.status === undefined),
});

/** Something left that was posted behind it: what ends all that is posted has not ended it. Behind the end of a stream nothing has. */
export function isOutrun(world: World, { socket, segment, status }: Pick<Operation, 'socket' | 'segment' | 'status'>): boolean {
  if (socket === undefined || segment === undefined || status !== undefined) return false;
  if (socket.isStream && socket.stream.took.hasAllOf(segment)) return false;
  return socket.delivery !== world.tables.delivery.stateIndex.ended && surelyOver(socket, segment);
}

type Causes = Pick<Circumstances, 'causes' | 'circuit' | 'networkDown' | 'routeLost'>;
export const noCauses = (world: World): Causes => ({
  causes: 0,
  circuit: world.tables.circuit.initial,
  networkDown: 'no',
  routeLost: false,
});

/** Of what had happened by the time at which an operation was over, all that may be the cause of its status. */
const causesOf = ({ world, operation }: ObservationMoment): Causes | undefined =>
  wasOutrun(world, operation) || isOutlived(operation) ? noCauses(world) : operation.over;

/** The same, unless it was known to be over before and all of it was read: what had left behind it by its end, nothing shows then. */
const wasOutrun = (world: World, operation: Operation): boolean =>
  isOutrun(world, operation) && !(operation.over !== undefined && isWholeOf(operation));

/** A send was initiated on the same connection once it was over, so that nothing that ends all sends had ended it. */
const isOutlived = ({ over, socket }: Operation): boolean =>
  over !== undefined && socket !== undefined && over.at > socket.connectedAt && over.at < socket.initiatedAt;
const circuitOf = (moment: ObservationMoment) => causesOf(moment) ?? moment.operation.socket;

/** A close ends at one moment all that is posted, so that nothing leaves behind what it has cut off. The page alone does not say so. */
export const closeEndsAll = (world: World): boolean => reads(world.tables.profile, 'CloseCancels:binding');

export const mayBeByClose = (world: World, operation: Operation): boolean =>
  operation.closed && !(closeEndsAll(world) && wasOutrun(world, operation));

/** The call may be waiting. One that can only fail does not wait, except behind bytes of others where it fails by a bad pointer. */
export const blocks = (record: BegunRecord): boolean =>
  record.mayBlock && (!isSend(record.call) || record.segment !== undefined || mayWaitToFail(record));

const mayWaitToFail = ({ isFaulty, socket }: BegunRecord): boolean => isFaulty && socket !== undefined && !wayOf(socket).isDrained();

/**
 * A thread is alertable while the call on top of its stack is a SleepEx, or one that blocks: a blocked Winsock call is an alertable wait.
 */
function isAlertable(world: World, name: string): boolean {
  const { stack } = world.thread(name);
  const top = stack[stack.length - 1];
  const record = top?.kind === 'call' ? world.begun.get(top.number) : undefined;
  return record !== undefined && (record.call.call === 'SleepEx' || blocks(record));
}

/** The most of its bytes that can have left. */
export function leftMax(operation: Operation): number {
  const { socket, segment } = operation;
  if (socket === undefined || segment === undefined) return operation.length;
  return socket.isStream ? socket.stream.leftMax(segment) : operation.length;
}

export function mayBeConsumed(operation: Operation): boolean {
  const { socket, segment, over } = operation;
  if (over?.mayBeConsumed === false) return false;
  if (socket === undefined || segment === undefined) return true;
  if (!socket.isStream) return socket.datagrams.canComplete(segment);
  // A close may lose bytes, so a missing byte does not show that it was not taken.
  return socket.stream.canComplete(segment) || (mayBeLost(socket, segment) && !socket.stream.took.isCut(segment));
}

/** What the transport took of it may have been lost by a close. */
export const mayBeLost = ({ lossy }: Socket, { wasShort }: Segment): boolean => lossy && !wasShort;

/** Something showed that nothing more of the operation's bytes leaves. */
export function surelyOver(socket: Socket | undefined, segment: Operation['segment']): boolean {
  if (socket === undefined || segment === undefined) return false;
  return wayOf(socket).surelyOver(segment);
}

/** False where nothing shows it of the segment, nor of any that was posted behind it. */
export const mayBeOver = (socket: Socket, segment: Segment): boolean =>
  socket.isStream ? socket.stream.mayBeOver(segment) : socket.datagrams.mayHaveTaken(segment);

/** All of its bytes were seen to leave: by its peer, or by the transport. Neither sees a send of no bytes on a stream. */
export function isWholeOf({ socket, segment }: Operation): boolean {
  if (segment === undefined) return false;
  if (socket?.isStream !== true) return segment.consumed || socket?.datagrams.surelyArrived(segment) === true;
  if (segment.asked === 0) return false;
  return isAllRead(socket.stream.reading, segment) || (segment.size === segment.asked && socket.stream.took.hasAllOf(segment));
}

export function surelyConsumed(socket: Socket | undefined, segment: Operation['segment']): boolean {
  if (socket === undefined || segment === undefined) return false;
  return wayOf(socket).surelyConsumed(segment);
}

/** The facts about a call that has begun and not returned. */
export const callFactsOf = (world: World, record: BegunRecord): Facts<CallFact> => factsOfCall({ world, record });

const factsOfCall = tracedBy<CallFact, { readonly world: World; readonly record: BegunRecord }>(callFacts, {
  isSend: ({ record }) => isSend(record.call),
  overlappedIo: ({ record: { call, socket } }) => isSend(call) && usesOverlappedIo(call, socket),
  withoutSocket: ({ record: { call, socket } }) => isSend(call) && socket === undefined && call.overlapped !== undefined,
  mayBlock: ({ record }) => isSend(record.call) && record.mayBlock,
  waits: ({ record: { call } }) => isResult(call) && call.wait === true,
  surelyReleased: ({ world, record }) => {
    const { call, socket, operation } = record;
    if (isSend(call)) {
      if (socket === undefined) return true;
      const gone = socket.isStream && isBroken(world, socket.circuit);
      const interrupted = record.interrupted && reads(world.tables.profile, 'InterruptedCode:interrupted');
      // Its OVERLAPPED has shown how it ended.
      const isShown = operation?.status !== undefined;
      if (
        gone ||
        interrupted ||
        isShown ||
        record.over !== undefined ||
        record.closedMeanwhile ||
        networkGone(world, socket, socket.circuit)
      )
        return true;
      return record.segment === undefined ? !mayWaitToFail(record) : surelyConsumed(socket, record.segment);
    }
    if (!isResult(call) || operation === undefined || !operation.hasEvent || operation.hasRoutine) return false;
    // A call that fills its OVERLAPPED has done so once all of its bytes were taken, whether or not it has returned.
    const isFilled = operation.state === world.tables.operation.stateIndex.begun && surelyConsumed(operation.socket, operation.segment);
    return operation.owed || operation.status !== undefined || isFilled;
  },
  looks: ({ record: { call } }) => isResult(call) && call.wait !== true,
  shutsDown: ({ record: { call } }) => call.call === 'WSPShutdown' && call.how !== 'SD_RECEIVE',
});
