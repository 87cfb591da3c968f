/**
 * The oracle's column of the facts: how each is computed from what the trace shows, with `may` and `surely` for what it does not.
 * The bounded model has the other column (product/predicates.ts); the rules that read them are the same.
 *
 * A fact is computed when a rule asks for it, from the state as it is then: facts are made for one question and not kept.
 */

import { reads } from '../clauses/profiles.ts';
import type { Facts } from '../compiled/compile.ts';
import { type CallFact, callFacts } from '../machines/call.machine.ts';
import { type CircuitFact, circuitFacts } from '../machines/circuit.machine.ts';
import { type DeliveryFact, deliveryFacts } from '../machines/delivery.machine.ts';
import { type OperationFact, operationFacts } from '../machines/operation.machine.ts';
import type { FactRecord, Untold } from '../machines/rules.ts';
import { type SocketFact, socketFacts } from '../machines/socket.machine.ts';
import type { SendFault, SendFlag } from '../winsock/codes.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { visited } from './effort.ts';
import { askedFor, type BegunRecord, causes, isResult, isSend, type Operation, type Socket, type Thread, type World } from './world.ts';

/** How the oracle computes each fact of a region from a moment, or why it cannot. */
type Column<F extends string, Moment> = { readonly [fact in F]: ((moment: Moment) => boolean) | Untold };

class Traced<F extends string, Moment> implements Facts<F> {
  readonly #column: readonly ((moment: Moment) => boolean)[];
  readonly #moment: Moment;

  constructor(column: readonly ((moment: Moment) => boolean)[], moment: Moment) {
    this.#column = column;
    this.#moment = moment;
  }

  holds(fact: number): boolean {
    return this.#column[fact]!(this.#moment);
  }
}

/** The facts of a moment, by the column of their region. */
function tracedBy<F extends string, Moment>(facts: FactRecord<F>, column: Column<F, Moment>): (moment: Moment) => Facts<F> {
  const placed = (Object.keys(facts) as F[]).map((fact): ((moment: Moment) => boolean) => {
    const traced: ((moment: Moment) => boolean) | Untold = column[fact];
    return typeof traced === 'function' ? traced : () => traced.holds;
  });
  return (moment) => new Traced(placed, moment);
}

const flagSet = (call: WSPSendCall, flag: SendFlag): boolean => call.flags?.includes(flag) ?? false;

export interface Answer {
  readonly rc: 0 | -1;
  readonly errno?: string | undefined;
  readonly bytes?: number | undefined;
}

/** Does the send use overlapped I/O: an overlapped socket that is given an OVERLAPPED. */
export const usesOverlappedIo = (call: WSPSendCall, socket: Socket | undefined): boolean =>
  call.overlapped !== undefined && socket?.overlapped === true;

export const hasRoutine = (call: WSPSendCall): boolean => call.routine !== undefined && call.routine !== false;

/** Whether a message is too large. The maximum is known only once SO_MAX_MSG_SIZE was asked for; until then any message may be. */
export function oversize(socket: Socket | undefined, asked: number): { readonly may: boolean; readonly surely: boolean } {
  if (socket === undefined || socket.isStream) return { may: false, surely: false };
  if (socket.maxMessage === undefined) return { may: asked > 0, surely: false };
  return { may: asked > socket.maxMessage, surely: asked > socket.maxMessage };
}

/** The faults that surely make the call fail: those of lpBuffers and its data; where the sibling pages bind, the count as well. */
function faults(world: World, call: WSPSendCall): { may: boolean; surely: boolean } {
  const given = call.fault === undefined ? [] : typeof call.fault === 'string' ? [call.fault] : call.fault;
  const nullCount = call.count === false && call.overlapped === undefined;
  if (given.length === 0 && !nullCount) return { may: false, surely: false };
  const lengths = call.buffers;
  const badArray = given.includes('lpBuffers') && lengths.length > 0;
  const badData = given.includes('buffer') && lengths.length > 0 && lengths[lengths.length - 1]! > 0;
  const badCount = (given.includes('lpNumberOfBytesSent') || nullCount) && reads(world.tables.profile, 'FaultOfCount:binding');
  return { may: true, surely: badArray || badData || badCount };
}

export interface SendMoment {
  readonly circuit: number;
  readonly record: BegunRecord | undefined;
}

/** One answer of WSPSend, and the moment of which it is judged. */
interface AnswerMoment extends SendMoment {
  readonly world: World;
  readonly socket: Socket | undefined;
  readonly call: WSPSendCall;
  readonly answer: Answer;
  readonly asked: number;
}

/** The facts about one answer of WSPSend, as things stand at one moment. */
export const socketFactsOf = (
  world: World,
  socket: Socket | undefined,
  call: WSPSendCall,
  answer: Answer,
  { circuit, record }: SendMoment,
): Facts<SocketFact> => factsOfAnswer({ world, socket, call, answer, circuit, record, asked: askedFor(call) });

const factsOfAnswer = tracedBy<SocketFact, AnswerMoment>(socketFacts, {
  stream: ({ socket }) => socket?.isStream === true,
  overlappedIo: ({ call, socket }) => usesOverlappedIo(call, socket),
  ignoresOverlapped: ({ call, socket }) => call.overlapped !== undefined && socket?.overlapped === false,
  onlyRoutine: ({ call, socket }) => call.overlapped === undefined && hasRoutine(call) && socket?.overlapped === true,
  // FIONBIO does not reach a call that has begun.
  nonblocking: ({ socket, record }) => socket !== undefined && (record === undefined ? socket.nonblocking : !record.mayBlock),
  zeroBuffers: ({ call }) => call.buffers.length === 0,

  takesAll: (moment) => takenOf(moment) === moment.asked,
  takesPart: (moment) => {
    const taken = takenOf(moment);
    return taken !== undefined && taken > 0 && taken < moment.asked;
  },
  takesTooMuch: (moment) => (takenOf(moment) ?? 0) > moment.asked,
  fits: (moment) => agreesWithRoom(moment),
  countUnwritten: ({ call, answer }) => {
    if (answer.rc !== 0) return answer.bytes !== undefined;
    // Whether a count that nobody can read was written, is nobody's to say.
    return !namesFault(call, 'lpNumberOfBytesSent') && (answer.bytes !== undefined) !== owesCount(call);
  },

  surelyBroken: ({ world, socket, circuit }) => socket?.isStream === true && isBroken(world, circuit),
  // What happens after its bytes were taken is no cause of its failure.
  mayBeReset: ({ socket, record }) => hasCause(record?.over ?? socket, causes.reset | causes.peerClosed),
  mayBeTimedOut: ({ socket, record }) => hasCause(record?.over ?? socket, causes.timedOut),
  mayBeKeepAliveFailed: ({ socket, record }) => hasCause(record?.over ?? socket, causes.keepAlive),
  resetReported: ({ world, socket, circuit }) => socket !== undefined && circuit === world.tables.circuit.stateIndex.resetReported,
  orderlyClosed: ({ world, socket, record }) => {
    // A send that had begun before the shutdown was not closed in order.
    const late = record === undefined || record.stateAtBegin === world.tables.socket.stateIndex.sendShutDown;
    const isStanding = socket !== undefined && !isBroken(world, socket.circuit);
    return late && isStanding && socket.sendClosed && (socket.causes & ~causes.peerClosed) === 0 && socket.causes !== 0;
  },
  shutDownBoth: ({ socket }) => socket?.shutDownBoth === true,
  networkMayBeDown: ({ world, record }) => (record?.over ?? world).networkDown !== 'no',
  networkSurelyDown: ({ world, socket, circuit, record }) => {
    const isGone = world.networkDown === 'surely' && socket?.reachesNetwork !== true;
    // A call that had begun before a send reported it may have taken effect before.
    const reportedAt = socket?.networkReportedAt;
    const isReported = reportedAt !== undefined && (record === undefined || record.beganAt > reportedAt);
    return isGone || isReported || networkGone(world, socket, circuit);
  },

  mayFault: ({ world, call }) => faults(world, call).may,
  surelyFaults: ({ world, call }) => faults(world, call).surely,
  outOfBand: ({ socket, call }) => socket !== undefined && flagSet(call, 'MSG_OOB'),
  partialMessage: ({ socket, call }) => socket !== undefined && flagSet(call, 'MSG_PARTIAL'),
  mayBeOversize: ({ socket, asked }) => oversize(socket, asked).may,
  surelyOversize: ({ socket, asked }) => oversize(socket, asked).surely,
  broadcastForbidden: ({ socket }) => socket?.toBroadcast === true && !socket.broadcastAllowed,

  mayBeInProgress: ({ world, record }) => {
    for (const other of visited(world.begun.values())) {
      if (other !== record && blocks(other)) return true;
    }
    return false;
  },
  insideRoutine: ({ world, call }) => callbackRuns(world, call),
  interrupted: ({ record }) => record?.interrupted === true,
  mayHaveUnconsumed: ({ socket, record }) =>
    socket !== undefined && (record?.mayHaveWaited === true || !(socket.isStream && socket.stream.isDrained(record?.segment))),
  othersOutstanding: ({ world, record }) => {
    for (const operation of visited(world.live)) {
      // One without a routine is over once its status was told.
      const over = operation.status !== undefined && !operation.hasRoutine;
      if (operation !== record?.operation && !over) return true;
    }
    return false;
  },
  closedMeanwhile: ({ record }) => record?.closedMeanwhile === true,
  mayTimeOut: ({ socket }) => socket?.timesOut === true,
  routeMayBeLost: ({ world, socket }) => world.routeLost || socket?.routeLost === true,
  seenWritable: ({ socket, record, asked }) => record === undefined && asked > 0 && socket?.seenWritable === true,
  surelyHasRoom: ({ world, socket }) => socket !== undefined && hasRoom(world, socket),
});

/** Everything that was sent has been read, and a settle has passed since: nothing is in the way of a byte. */
function hasRoom(world: World, socket: Socket): boolean {
  const { connected } = world.tables.socket.stateIndex;
  const isIntact = socket.causes === 0 && socket.circuit === world.tables.circuit.stateIndex.intact && world.networkDown === 'no';
  if (!socket.isStream || socket.state !== connected || !isIntact || socket.unjudged !== undefined || socket.unseen) return false;
  return socket.operations.size === 0 && socket.sends.size === 0 && world.settledAt > socket.lastSend && socket.stream.isDrained(undefined);
}

/** The facts about a look at whether a socket has room for a send. */
export const readinessFactsOf = (world: World, socket: Socket): Facts<SocketFact> => {
  const call = { call: 'WSPSend', socket: socket.name, buffers: [1] } as WSPSendCall;
  return socketFactsOf(world, socket, call, { rc: 0, bytes: 1 }, { circuit: socket.circuit, record: undefined });
};

const owesCount = (call: WSPSendCall): boolean => call.count !== false && !namesFault(call, 'lpNumberOfBytesSent');

/** The bytes that a success reports; all, where it owes no count and gives none. */
function takenOf({ call, answer, asked }: AnswerMoment): number | undefined {
  if (answer.rc !== 0) return undefined;
  return answer.bytes ?? (owesCount(call) ? undefined : asked);
}

/**
 * Whether the transport may have had the room that this answer speaks of. How much it had is nobody's to see from a trace, and a send that
 * waits or pends gets its room in the end.
 */
function agreesWithRoom({ world, socket, call, answer, asked }: AnswerMoment): boolean {
  const room = socket?.room;
  if (socket === undefined || room === undefined || sendMayBlock(world, socket, call)) return true;
  if (socket.isStream && socket.nonblocking && !usesOverlappedIo(call, socket) && reads(world.tables.profile, 'M1:takes-all')) return true;
  if (answer.rc === 0) return (answer.bytes ?? asked) === (socket.isStream ? Math.min(room, asked) : asked <= room ? asked : -1);
  return answer.errno !== 'WSAEWOULDBLOCK' || room === 0 || (!socket.isStream && room < asked) || usesOverlappedIo(call, socket);
}

/** Is a routine being processed: of the thread that calls, or, where a callback anywhere keeps the provider busy, of any. */
function callbackRuns(world: World, call: WSPSendCall): boolean {
  const inRoutine = ({ stack }: Thread) => stack.some((frame) => frame.kind === 'routine');
  if (!reads(world.tables.profile, 'D6:unfinished-callback')) return inRoutine(world.thread(call.thread));
  for (const thread of visited(world.threads.values())) if (inRoutine(thread)) return true;
  return false;
}

/** A network that failed for one socket alone has surely failed for it once a settle has passed. */
function networkGone(world: World, socket: Socket | undefined, circuit: number): boolean {
  return hasCause(socket, causes.networkGone) && circuit === world.tables.circuit.stateIndex.broken;
}

export const namesFault = (call: WSPSendCall, fault: SendFault): boolean =>
  call.fault === fault || (Array.isArray(call.fault) && call.fault.includes(fault));

const hasCause = (happened: { readonly causes: number } | undefined, cause: number): boolean => ((happened?.causes ?? 0) & cause) !== 0;

function isBroken(world: World, circuit: number): boolean {
  const { broken, resetReported } = world.tables.circuit.stateIndex;
  return circuit === broken || circuit === resetReported;
}

export interface Observation {
  readonly status?: string | undefined;
  readonly bytes?: number | undefined;
  readonly waits?: boolean | undefined;
  readonly flags?: number | undefined;
  /** The thread on which a routine runs or whose alertable wait ends. */
  readonly thread?: string | undefined;
  /** Whether an upcall is owed for it is open. */
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
  ignored: ({ operation }) => operation.ignored,
  returnedZero: ({ operation }) => operation.returnedZero,

  bytesAll: ({ operation, observed }) => observed.bytes === operation.length,
  bytesWithin: ({ operation, observed }) => observed.bytes === undefined || observed.bytes <= leftMax(operation),
  bytesWritten: ({ observed }) => observed.bytes !== undefined,
  bytesReported: ({ observed }) => observed.bytes !== undefined && observed.bytes > 0,
  contradictsKnown: ({ operation, observed }) => {
    if (operation.status === undefined || observed.status === undefined) return false;
    if (operation.status !== observed.status) return true;
    return observed.bytes !== undefined && operation.bytes !== undefined && observed.bytes !== operation.bytes;
  },
  flagsZero: ({ observed }) => (observed.flags ?? 0) === 0,
  waits: ({ observed }) => observed.waits === true,
  upcalled: ({ operation }) => operation.upcalled,

  mayBeConsumed: ({ operation }) => mayBeConsumed(operation),
  closed: ({ operation }) => operation.closed,
  closedCircuit: ({ operation }) => operation.closed && operation.socket?.isStream === true && operation.socket.wasConnected,
  cancelled: ({ operation }) => operation.cancelled,
  flushed: ({ operation }) => operation.flushed,
  threadGone: ({ operation }) => operation.threadGone,
  portBound: ({ operation }) => operation.portBound,
  skipsPort: ({ operation }) => operation.socket?.skipsPort === true,
  packetSeen: ({ operation }) => operation.packetSeen,
  shutDown: ({ operation }) => operation.shutDown,
  // What happens after its completion is no cause of its status.
  mayBeReset: ({ operation: { over, socket } }) => hasCause(over ?? socket, causes.reset | causes.peerClosed),
  resetReported: ({ world, operation: { over, socket } }) => (over ?? socket)?.circuit === world.tables.circuit.stateIndex.resetReported,
  mayBeTimedOut: ({ operation: { over, socket } }) => hasCause(over ?? socket, causes.timedOut),
  mayBeKeepAliveFailed: ({ operation: { over, socket } }) => hasCause(over ?? socket, causes.keepAlive),
  networkMayBeDown: ({ world, operation: { over } }) => (over ?? world).networkDown !== 'no',
  mayBeOversize: ({ operation }) => operation.mayBeOversize,
  surelyOversize: ({ operation }) => operation.surelyOversize,
  mayBeUnsupported: ({ operation }) => operation.mayBeUnsupported,
  completionOwed: ({ operation }) => operation.owed,
  seenOver: ({ operation }) => operation.over !== undefined,
  surelyTaken: ({ operation: { over, socket, segment } }) =>
    over !== undefined && segment?.isLoose === false && surelyOver(socket, segment),

  routineOpen: ({ operation }) => operation.routineOpen,
  properThread: ({ operation, observed }) => observed.thread !== undefined && observed.thread === operation.thread,
  alertable: ({ world, observed: { thread } }) => thread !== undefined && !world.thread(thread).exited && isAlertable(world, thread),
  nested: ({ world, operation: { socket }, observed: { thread } }) =>
    thread !== undefined && world.thread(thread).stack.some((frame) => frame.kind === 'routine' && frame.operation.socket === socket),
  // A zero return tells of its completion without an upcall, save that of a routine.
  upcallMissing: ({ world, operation, observed }) =>
    !operation.upcalled && world.spiSide && !observed.upcallOpen && (operation.hasRoutine || operation.status === undefined),
});

/** The call may be waiting: one that can only fail does not. */
export const blocks = ({ mayBlock, call, segment }: BegunRecord): boolean => mayBlock && (!isSend(call) || segment !== undefined);

/**
 * A thread is alertable while the call on top of its stack is a SleepEx, or one that blocks: a blocked Winsock call is an alertable wait.
 */
function isAlertable(world: World, name: string): boolean {
  const { stack } = world.thread(name);
  const top = stack[stack.length - 1];
  const record = top?.kind === 'call' ? world.begun.get(top.number) : undefined;
  return record !== undefined && (record.call.call === 'SleepEx' || blocks(record));
}

function leftMax(operation: Operation): number {
  const { socket, segment } = operation;
  if (socket === undefined || segment === undefined) return operation.length;
  return socket.isStream ? Math.min(operation.length, socket.stream.leftMax(segment)) : operation.length;
}

export function mayBeConsumed(operation: Operation): boolean {
  const { socket, segment, over } = operation;
  if (over?.mayBeConsumed === false) return false;
  if (socket === undefined || segment === undefined) return true;
  return socket.isStream ? socket.stream.canComplete(segment) : socket.datagrams.canComplete(segment);
}

/** Something showed that nothing more of the operation's bytes leaves. */
export function surelyOver(socket: Socket | undefined, segment: Operation['segment']): boolean {
  if (socket === undefined || segment === undefined) return false;
  return socket.isStream ? socket.stream.surelyOver(segment) : socket.datagrams.surelyConsumed(segment);
}

export function surelyConsumed(socket: Socket | undefined, segment: Operation['segment']): boolean {
  if (socket === undefined || segment === undefined) return false;
  return socket.isStream ? socket.stream.surelyConsumed(segment) : socket.datagrams.surelyConsumed(segment);
}

/** May a send on this socket wait: a nonoverlapped one on a blocking socket, or where an OVERLAPPED on a nonoverlapped socket waits. */
export function sendMayBlock(world: World, socket: Socket | undefined, call: WSPSendCall): boolean {
  if (socket === undefined) return true;
  const waitsAnyway = !socket.overlapped && call.overlapped !== undefined && reads(world.tables.profile, 'M7:blocks');
  return (!socket.nonblocking || waitsAnyway) && !usesOverlappedIo(call, socket);
}

/** The facts about a call that has begun and not returned. */
export const callFactsOf = (world: World, record: BegunRecord): Facts<CallFact> => factsOfCall({ world, record });

const factsOfCall = tracedBy<CallFact, { readonly world: World; readonly record: BegunRecord }>(callFacts, {
  isSend: ({ record }) => isSend(record.call),
  overlappedIo: ({ record: { call, socket } }) => isSend(call) && usesOverlappedIo(call, socket),
  mayBlock: ({ record }) => isSend(record.call) && record.mayBlock,
  waits: ({ record: { call } }) => isResult(call) && call.wait === true,
  surelyReleased: ({ world, record }) => {
    const { call, socket, operation } = record;
    if (isSend(call)) {
      const gone = socket?.isStream && isBroken(world, socket.circuit);
      const interrupted = record.interrupted && reads(world.tables.profile, 'InterruptedCode:interrupted');
      // A call that can only fail waits for nothing.
      return gone || interrupted || record.closedMeanwhile || record.segment === undefined || surelyConsumed(socket, record.segment);
    }
    return isResult(call) && operation?.owed === true && operation.hasEvent && !operation.hasRoutine;
  },
  looks: ({ record: { call } }) => isResult(call) && call.wait !== true,
  shutsDown: ({ record: { call } }) => call.call === 'WSPShutdown' && call.how !== 'SD_RECEIVE',
});

/** The facts about an error that reports the failure of a circuit. */
export const circuitFactsOf = (socket: Socket, status: string): Facts<CircuitFact> => factsOfReport({ socket, status });

const factsOfReport = tracedBy<CircuitFact, { readonly socket: Socket; readonly status: string }>(circuitFacts, {
  reset: ({ socket, status }) => status === 'WSAECONNRESET' || (status === 'WSAENETRESET' && hasCause(socket, causes.reset)),
});

interface PeerMoment {
  readonly world: World;
  readonly socket: Socket;
  /** What the peer saw was there to be seen, and the stream, or the datagrams, moved on by it. */
  readonly isTaken: boolean;
}

/** The facts about what the peer of a socket sees. */
export const deliveryFactsOf = (world: World, socket: Socket, isTaken: boolean): Facts<DeliveryFact> =>
  factsOfDelivery({ world, socket, isTaken });

const factsOfDelivery = tracedBy<DeliveryFact, PeerMoment>(deliveryFacts, {
  continues: ({ isTaken }) => isTaken,
  mayEnd: ({ world, socket }) => (socket.sendClosed || socket.closed) && !closesHard(world, socket),
  complete: ({ isTaken }) => isTaken,
  mayBeLost: ({ socket }) => socket.lossy,
  caused: ({ world, socket }) => {
    const isIntact = socket.circuit === world.tables.circuit.stateIndex.intact;
    const brokenOff = (socket.closed && (socket.lossy || socket.lingers)) || socket.stream.mayBeBrokenOff;
    return brokenOff || socket.causes !== 0 || !isIntact || world.networkDown !== 'no';
  },
  isNext: ({ isTaken }) => isTaken,
  isOffered: ({ isTaken }) => isTaken,
  wasSent: ({ isTaken }) => isTaken,
});

/** A close that resets the connection in place of ending the stream. */
export const closesHard = (world: World, socket: Socket): boolean =>
  socket.closed && socket.lingerZero && !socket.sendClosed && !reads(world.tables.profile, 'CloseDelivers:open');
