/** The facts about an answer of WSPSend, as the oracle computes them. */

import { reads } from '../clauses/profiles.ts';
import type { Facts } from '../compiled/compile.ts';
import { type SocketFact, socketFacts } from '../machines/socket.machine.ts';
import { isSendFlag, type SendFault, type SendFlag } from '../winsock/codes.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { askedFor, mayBeBlocking, mayBeNonblocking, usesOverlappedIo } from './callKinds.ts';
import { visited } from './effort.ts';
import { blocks } from './operationFacts.ts';
import { hasCause, isBroken, networkGone, tracedBy } from './traced.ts';
import { type BegunRecord, causes, type Socket, type Thread, type World } from './world.ts';

const flagSet = (call: WSPSendCall, flag: SendFlag): boolean => call.flags?.includes(flag) ?? false;

export interface Answer {
  readonly rc: 0 | -1;
  readonly errno?: string | undefined;
  readonly bytes?: number | undefined;
}

export const hasRoutine = (call: WSPSendCall): boolean => call.routine !== undefined && call.routine !== false;

/** Whether a message is too large. The maximum is known only once SO_MAX_MSG_SIZE was asked for; until then any message may be. */
export function oversize(socket: Socket | undefined, asked: number): { readonly may: boolean; readonly surely: boolean } {
  if (socket === undefined || socket.isStream) return { may: false, surely: false };
  if (socket.maxMessage === undefined) return { may: asked > 0, surely: false };
  return { may: asked > socket.maxMessage, surely: asked > socket.maxMessage };
}

/** The faults that surely make the call fail: those of lpBuffers and its data; where the sibling pages bind, the count as well. */
function faults(world: World, call: WSPSendCall): { may: boolean; surely: boolean } {
  const given = [call.fault ?? []].flat();
  const nullCount = call.count === false && call.overlapped === undefined;
  const lengths = call.buffers;
  const badArray = given.includes('lpBuffers') && lengths.length > 0;
  const badData = given.includes('buffer') && (lengths.at(-1) ?? 0) > 0;
  const badCount = (given.includes('lpNumberOfBytesSent') || nullCount) && reads(world.tables.profile, 'FaultOfCount:binding');
  return { may: given.length > 0 || nullCount, surely: badArray || badData || badCount };
}

export const surelyFaults = (world: World, call: WSPSendCall): boolean => faults(world, call).surely;

export interface SendMoment {
  readonly circuit: number;
  readonly record: BegunRecord | undefined;
}

/** One answer of WSPSend, and the moment of which it is judged. */
export interface AnswerMoment extends SendMoment {
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

export const factsOfAnswer = tracedBy<SocketFact, AnswerMoment>(socketFacts, {
  stream: ({ socket }) => socket?.isStream === true,
  overlappedIo: ({ call, socket }) => usesOverlappedIo(call, socket),
  overlappedSocket: ({ socket }) => socket?.overlapped === true,
  ignoresOverlapped: ({ call, socket }) => call.overlapped !== undefined && socket?.overlapped === false,
  onlyRoutine: ({ call, socket }) => call.overlapped === undefined && hasRoutine(call) && socket?.overlapped === true,
  // FIONBIO does not reach a call that has begun; one that was under way by then may have come before it.
  nonblocking: ({ socket, record }) => socket !== undefined && (record?.mayNotWait ?? mayBeNonblocking(socket)),
  zeroBuffers: ({ call }) => call.buffers.length === 0,

  takesAll: (moment) => takenOf(moment) === moment.asked,
  takesPart: (moment) => {
    const taken = takenOf(moment) ?? 0;
    return taken > 0 && taken < moment.asked;
  },
  takesTooMuch: (moment) => (takenOf(moment) ?? 0) > moment.asked,
  fits: (moment) => agreesWithRoom(moment),
  countUnwritten: ({ call, answer }) => {
    if (answer.rc !== 0) return answer.bytes !== undefined;
    // Nobody can say whether a count that nobody can read was written.
    return !namesFault(call, 'lpNumberOfBytesSent') && (answer.bytes !== undefined) !== owesCount(call);
  },

  surelyBroken: ({ world, socket, circuit }) => socket?.isStream === true && isBroken(world, circuit),
  // What happens after its bytes were taken is no cause of its failure.
  mayBeReset: ({ socket, record }) => hasCause(record?.over ?? socket, causes.reset | causes.peerClosed),
  mayBeTimedOut: ({ socket, record }) => hasCause(record?.over ?? socket, causes.timedOut),
  mayBeKeepAliveFailed: ({ socket, record }) => hasCause(record?.over ?? socket, causes.keepAlive),
  resetReported: ({ world, circuit }) => circuit === world.tables.circuit.stateIndex.resetReported,
  orderlyClosed: ({ world, socket, record }) => {
    // A send that had begun before the shutdown was not closed in order.
    const late = record === undefined || record.stateAtBegin === world.tables.socket.stateIndex.sendShutDown;
    const isStanding = socket !== undefined && world.networkDown === 'no' && !isBroken(world, socket.circuit);
    return late && isStanding && !socket.metClose && socket.sendClosed && (socket.causes & ~causes.peerClosed) === 0 && socket.causes !== 0;
  },
  shutDownBoth: ({ socket }) => socket?.shutDownBoth === true,
  networkMayBeDown: ({ world, socket, record }) => socket?.unseen === true || (record?.over ?? world).networkDown !== 'no',
  networkSurelyDown: ({ world, socket, circuit, record }) => {
    // A call that had begun before a send reported it may have taken effect before.
    const reportedAt = socket?.networkReportedAt;
    const isReported = reportedAt !== undefined && (record === undefined || record.beganAt > reportedAt);
    return isReported || (record?.networkWasGone ?? networkGone(world, socket, circuit));
  },

  mayFault: ({ world, call }) => faults(world, call).may,
  surelyFaults: ({ world, call }) => faults(world, call).surely,
  flagUnlisted: ({ call }) => call.flags?.some((flag) => !isSendFlag(flag)) === true,
  outOfBand: ({ socket, call }) => socket !== undefined && flagSet(call, 'MSG_OOB'),
  partialMessage: ({ socket, call }) => socket !== undefined && flagSet(call, 'MSG_PARTIAL'),
  mayBeOversize: ({ socket, asked }) => oversize(socket, asked).may,
  surelyOversize: ({ socket, asked }) => oversize(socket, asked).surely,
  broadcastForbidden: ({ socket }) => socket?.toBroadcast === true && !socket.broadcastAllowed,

  mayBeInProgress: ({ world, record }) => {
    for (const other of visited(world.begun.values())) {
      if (other !== record && other.mayBlock) return true;
    }
    // One that has returned was in progress while this call was under way.
    return record !== undefined && world.blockedAt > record.beganAt;
  },
  insideRoutine: ({ world, call }) => callbackRuns(world, call),
  interrupted: ({ world, socket, call, record }) => {
    if (record === undefined) return socket !== undefined && socket.closing > 0 && sendMayBlock(world, socket, call);
    return record.interrupted || (record.mayBeClosed && blocks(record));
  },
  mayHaveUnconsumed: ({ socket, record }) =>
    socket !== undefined && (record?.mayHaveWaited === true || !(socket.isStream && socket.stream.isDrained(record?.segment))),
  // One that was outstanding at any moment of the call.
  othersOutstanding: ({ world, record }) =>
    record === undefined ? othersOutstanding(world) : record.hadOthers || world.postedAt > record.beganAt,
  closedMeanwhile: ({ socket, record }) => record?.mayBeClosed ?? (socket !== undefined && socket.closing > 0),
  mayTimeOut: ({ socket }) => socket?.timesOut === true,
  routeMayBeLost: ({ world, socket, record }) => (record?.over ?? socket ?? world).routeLost,
  seenWritable: ({ socket, record, asked }) => record === undefined && asked > 0 && socket?.seenWritable === true,
  surelyHasRoom: ({ world, socket }) => socket !== undefined && hasRoom(world, socket),
});

/** Some operation may be outstanding by now. One without a routine is over once its status was reported. */
export function othersOutstanding({ live }: World): boolean {
  for (const { status, hasRoutine } of visited(live)) if (status === undefined || hasRoutine) return true;
  return false;
}

/** A send found no room, everything that was sent has been read, and a settle has passed since: nothing is in the way of a byte. */
function hasRoom(world: World, socket: Socket): boolean {
  const { connected } = world.tables.socket.stateIndex;
  if (!socket.wouldBlock) return false;
  if (!socket.isStream || socket.state !== connected || socket.causes !== 0) return false;
  // A call that is still out would have been released by what has been read.
  return socket.operations.size === 0 && world.settledAt > socket.lastSend && socket.stream.isDrained();
}

/** The facts about a look at whether a socket has room for a send. */
export const readinessFactsOf = (world: World, socket: Socket): Facts<SocketFact> => {
  const call = { call: 'WSPSend', socket: socket.name, buffers: [1] } as WSPSendCall;
  return socketFactsOf(world, socket, call, { rc: 0 }, { circuit: socket.circuit, record: undefined });
};

const owesCount = (call: WSPSendCall): boolean => call.count !== false && !namesFault(call, 'lpNumberOfBytesSent');

/** The bytes that a success reports; all, where it need not report a count and reports none. */
function takenOf({ call, answer, asked }: AnswerMoment): number | undefined {
  if (answer.rc !== 0) return undefined;
  return answer.bytes ?? (owesCount(call) ? undefined : asked);
}

/**
 * Whether the transport may have had the room that this answer speaks of. Nobody can see from a trace how much it had, and a send that
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

export const namesFault = ({ fault = [] }: WSPSendCall, name: SendFault): boolean => [fault].flat().includes(name);

/** May a send on this socket wait: a nonoverlapped one on a blocking socket, or where an OVERLAPPED on a nonoverlapped socket waits. */
export function sendMayBlock(world: World, socket: Socket | undefined, call: WSPSendCall): boolean {
  if (socket === undefined) return true;
  const waitsAnyway = !socket.overlapped && call.overlapped !== undefined && reads(world.tables.profile, 'M7:blocks');
  return (mayBeBlocking(socket) || waitsAnyway) && !usesOverlappedIo(call, socket);
}
