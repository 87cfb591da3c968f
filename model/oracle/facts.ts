/**
 * The oracle's way of computing the facts: from what the trace shows, with `may` and `surely` for what it does not.
 * Bounded exploration computes the same facts from a few units of room (explore/); the rules that read them are the same.
 */

import { reads } from '../clauses/profiles.ts';
import { callFacts } from '../machines/call.machine.ts';
import { circuitFacts } from '../machines/circuit.machine.ts';
import { operationFacts } from '../machines/operation.machine.ts';
import { bitsOf } from '../machines/rules.ts';
import { socketFacts } from '../machines/socket.machine.ts';
import type { SendFault, SendFlag } from '../winsock/codes.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { askedFor, type BegunRecord, causes, isResult, isSend, type Operation, type Socket, type Thread, type World } from './world.ts';

const S = bitsOf(socketFacts);
const O = bitsOf(operationFacts);
const C = bitsOf(callFacts);
export const upcallMissing = O.upcallMissing;
export const resetFact = bitsOf(circuitFacts).reset;

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

/** The facts about one answer of WSPSend, as things stand at one moment. */
export function socketFactsOf(world: World, socket: Socket | undefined, call: WSPSendCall, answer: Answer, moment: SendMoment): number {
  const asked = askedFor(call);
  const overlappedIo = usesOverlappedIo(call, socket);
  let facts = agreesWithRoom(world, socket, call, answer) ? S.fits : 0;
  if (overlappedIo) facts |= S.overlappedIo;
  if (call.buffers.length === 0) facts |= S.zeroBuffers;

  if (answer.rc === 0) {
    const countOwed = call.count !== false && !namesFault(call, 'lpNumberOfBytesSent');
    const taken = answer.bytes ?? (countOwed ? undefined : asked);
    if (taken === asked) facts |= S.takesAll;
    else if (taken !== undefined && taken > 0 && taken < asked) facts |= S.takesPart;
    // Whether a count that nobody can read was written, is nobody's to say.
    if (!namesFault(call, 'lpNumberOfBytesSent') && (answer.bytes !== undefined) !== countOwed) facts |= S.countUnwritten;
  } else if (answer.bytes !== undefined) facts |= S.countUnwritten;

  const { may, surely } = faults(world, call);
  if (may) facts |= S.mayFault;
  if (surely) facts |= S.surelyFaults;

  if (callbackRuns(world, call)) facts |= S.insideRoutine;
  if (moment.record?.interrupted) facts |= S.interrupted;
  if (moment.record?.closedMeanwhile) facts |= S.closedMeanwhile;
  for (const other of world.begun.values()) {
    if (other !== moment.record && (isSend(other.call) || isResult(other.call) || other.call.call === 'WSPConnect')) {
      facts |= S.mayBeInProgress;
      break;
    }
  }
  for (const operation of world.live) {
    // One without a routine is over once its status was told.
    const over = operation.status !== undefined && !operation.hasRoutine;
    if (operation !== moment.record?.operation && !over) {
      facts |= S.othersOutstanding;
      break;
    }
  }
  if (world.networkDown !== 'no') facts |= S.networkMayBeDown;
  const isGone = world.networkDown === 'surely' && socket?.reachesNetwork !== true;
  if (isGone || networkGone(world, socket, moment.circuit)) facts |= S.networkSurelyDown;
  if (socket === undefined) return facts;

  if (socket.isStream) facts |= S.stream;
  if (call.overlapped !== undefined && !socket.overlapped) facts |= S.ignoresOverlapped;
  if (call.overlapped === undefined && hasRoutine(call) && socket.overlapped) facts |= S.onlyRoutine;
  // FIONBIO does not reach a call that has begun.
  if (moment.record === undefined ? socket.nonblocking : !moment.record.mayBlock) facts |= S.nonblocking;
  if (socket.toBroadcast && !socket.broadcastAllowed) facts |= S.broadcastForbidden;
  facts |= circuitBits(world, socket, moment.circuit, S);
  const { broken, resetReported } = world.tables.circuit.stateIndex;
  if (socket.isStream && (moment.circuit === broken || moment.circuit === resetReported)) facts |= S.surelyBroken;
  if (socket.shutDownBoth) facts |= S.shutDownBoth;
  // A send that had begun before the shutdown was not closed in order.
  const late = moment.record === undefined || moment.record.stateAtBegin === world.tables.socket.stateIndex.sendShutDown;
  if (late && socket.sendClosed && (socket.causes & ~causes.peerClosed) === 0 && socket.causes !== 0) facts |= S.orderlyClosed;

  if (flagSet(call, 'MSG_OOB')) facts |= S.outOfBand;
  if (flagSet(call, 'MSG_PARTIAL')) facts |= S.partialMessage;
  const tooLarge = oversize(socket, asked);
  if (tooLarge.may) facts |= S.mayBeOversize;
  if (tooLarge.surely) facts |= S.surelyOversize;
  if (!(socket.isStream ? socket.stream.drained : false)) facts |= S.mayHaveUnconsumed;
  return facts;
}

/**
 * Whether the transport may have had the room that this answer speaks of. How much it had is nobody's to see from a trace, and a send that
 * waits or pends gets its room in the end.
 */
function agreesWithRoom(world: World, socket: Socket | undefined, call: WSPSendCall, answer: Answer): boolean {
  const room = socket?.room;
  if (socket === undefined || room === undefined || sendMayBlock(world, socket, call)) return true;
  if (socket.isStream && socket.nonblocking && !usesOverlappedIo(call, socket) && reads(world.tables.profile, 'M1:takes-all')) return true;
  const asked = askedFor(call);
  if (answer.rc === 0) return (answer.bytes ?? asked) === (socket.isStream ? Math.min(room, asked) : asked <= room ? asked : -1);
  return answer.errno !== 'WSAEWOULDBLOCK' || room === 0 || (!socket.isStream && room < asked) || usesOverlappedIo(call, socket);
}

/** Is a routine being processed: of the thread that calls, or, where a callback anywhere keeps the provider busy, of any. */
function callbackRuns(world: World, call: WSPSendCall): boolean {
  const inRoutine = ({ stack }: Thread) => stack.some((frame) => frame.kind === 'routine');
  if (!reads(world.tables.profile, 'D6:unfinished-callback')) return inRoutine(world.thread(call.thread));
  for (const thread of world.threads.values()) if (inRoutine(thread)) return true;
  return false;
}

/** A network that failed for one socket alone has surely failed for it once a settle has passed. */
function networkGone(world: World, socket: Socket | undefined, circuit: number): boolean {
  return socket !== undefined && (socket.causes & causes.networkGone) !== 0 && circuit === world.tables.circuit.stateIndex.broken;
}

export const namesFault = (call: WSPSendCall, fault: SendFault): boolean =>
  call.fault === fault || (Array.isArray(call.fault) && call.fault.includes(fault));

/** The facts about the circuit that sends and operations share. */
function circuitBits(
  world: World,
  socket: Socket,
  circuit: number,
  bits: { mayBeReset: number; mayBeTimedOut: number; mayBeKeepAliveFailed: number; resetReported: number },
): number {
  let facts = 0;
  if ((socket.causes & (causes.reset | causes.peerClosed)) !== 0) facts |= bits.mayBeReset;
  if ((socket.causes & causes.timedOut) !== 0) facts |= bits.mayBeTimedOut;
  if ((socket.causes & causes.keepAlive) !== 0) facts |= bits.mayBeKeepAliveFailed;
  if (circuit === world.tables.circuit.stateIndex.resetReported) facts |= bits.resetReported;
  return facts;
}

export interface Observation {
  readonly status?: string | undefined;
  readonly bytes?: number | undefined;
  readonly waits?: boolean | undefined;
  readonly flags?: number | undefined;
  /** The thread on which a routine runs or whose alertable wait ends. */
  readonly thread?: string | undefined;
}

/** The facts about one observation of an operation. */
export function operationFactsOf(world: World, operation: Operation, observed: Observation): number {
  const { socket } = operation;
  let facts = 0;
  if (operation.hasEvent) facts |= O.hasEvent;
  if (operation.hasRoutine) facts |= O.hasRoutine;
  if (operation.eventStale) facts |= O.eventStale;
  if (operation.upcalled) facts |= O.upcalled;
  // A zero return tells of its completion without an upcall, save that of a routine.
  else if (world.spiSide && (operation.hasRoutine || operation.status === undefined)) facts |= O.upcallMissing;

  const { bytes } = observed;
  if (bytes !== undefined) facts |= bytes > 0 ? O.bytesWritten | O.bytesReported : O.bytesWritten;
  if (bytes === operation.length) facts |= O.bytesAll;
  if (bytes === undefined || bytes <= leftMax(operation)) facts |= O.bytesWithin;
  if (
    operation.status !== undefined &&
    observed.status !== undefined &&
    (operation.status !== observed.status || (bytes !== undefined && operation.bytes !== undefined && bytes !== operation.bytes))
  ) {
    facts |= O.contradictsKnown;
  }
  if ((observed.flags ?? 0) === 0) facts |= O.flagsZero;
  if (observed.waits) facts |= O.waits;

  if (operation.closed) facts |= O.closed;
  if (operation.closed && socket?.isStream && socket.wasConnected) facts |= O.closedCircuit;
  if (operation.cancelled) facts |= O.cancelled;
  if (operation.flushed) facts |= O.flushed;
  if (operation.threadGone) facts |= O.threadGone;
  if (operation.portBound) facts |= O.portBound;
  if (operation.shutDown) facts |= O.shutDown;
  if (operation.owed) facts |= O.completionOwed;
  if (operation.mayBeOversize) facts |= O.mayBeOversize;
  if (operation.surelyOversize) facts |= O.surelyOversize;
  if (operation.mayBeUnsupported) facts |= O.mayBeUnsupported;
  if (mayBeConsumed(operation)) facts |= O.mayBeConsumed;
  if (world.networkDown !== 'no') facts |= O.networkMayBeDown;
  if (socket !== undefined) facts |= circuitBits(world, socket, socket.circuit, O);

  if (observed.thread !== undefined) {
    const thread = world.thread(observed.thread);
    if (observed.thread === operation.thread) facts |= O.properThread;
    if (!thread.exited && isAlertable(world, observed.thread)) facts |= O.alertable;
    if (thread.stack.some((frame) => frame.kind === 'routine' && frame.operation.socket === socket)) facts |= O.nested;
  }
  return facts;
}

/** A thread is alertable while the call on top of its stack is a SleepEx. */
function isAlertable(world: World, name: string): boolean {
  const { stack } = world.thread(name);
  const top = stack[stack.length - 1];
  return top !== undefined && top.kind === 'call' && world.begun.get(top.number)?.call.call === 'SleepEx';
}

function leftMax(operation: Operation): number {
  const { socket, segment } = operation;
  if (socket === undefined || segment === undefined) return operation.length;
  return socket.isStream ? Math.min(operation.length, socket.stream.leftMax(segment)) : operation.length;
}

function mayBeConsumed(operation: Operation): boolean {
  const { socket, segment } = operation;
  if (socket === undefined || segment === undefined || !socket.isStream) return true;
  return socket.stream.canComplete(segment);
}

export function surelyConsumed(socket: Socket | undefined, segment: Operation['segment']): boolean {
  if (socket === undefined || segment === undefined) return false;
  return socket.isStream ? socket.stream.surelyConsumed(segment) : segment.consumed;
}

/** May a send on this socket wait: a nonoverlapped one on a blocking socket, or where an OVERLAPPED on a nonoverlapped socket waits. */
export function sendMayBlock(world: World, socket: Socket | undefined, call: WSPSendCall): boolean {
  if (socket === undefined) return true;
  const waitsAnyway = !socket.overlapped && call.overlapped !== undefined && reads(world.tables.profile, 'M7:blocks');
  return (!socket.nonblocking || waitsAnyway) && !usesOverlappedIo(call, socket);
}

/** The facts about a call that has begun and not returned. */
export function callFactsOf(world: World, record: BegunRecord): number {
  const { call, socket } = record;
  let facts = 0;
  if (isSend(call)) {
    facts |= C.isSend;
    if (record.mayBlock) facts |= C.mayBlock;
    const circuit = world.tables.circuit.stateIndex;
    const gone = socket?.isStream && (socket.circuit === circuit.broken || socket.circuit === circuit.resetReported);
    const interrupted = record.interrupted && reads(world.tables.profile, 'InterruptedCode:interrupted');
    if (gone || interrupted || surelyConsumed(socket, record.segment)) facts |= C.surelyReleased;
  } else if (isResult(call)) {
    facts |= call.wait ? C.waits : C.looks;
    const operation = record.operation;
    if (operation?.owed && operation.hasEvent && !operation.hasRoutine) facts |= C.surelyReleased;
  } else if (call.call === 'WSPShutdown' && call.how !== 'SD_RECEIVE') facts |= C.shutsDown;
  return facts;
}
