/** What a WSPSend posts: its operation, and its bytes with their place among those of other sends. */

import { reads } from '../clauses/profiles.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { noteReuse } from './breaches.ts';
import { askedFor, usesOverlappedIo } from './callKinds.ts';
import { connectsFirst } from './circuitFacts.ts';
import { visited } from './effort.ts';
import { closeEndsAll } from './operationFacts.ts';
import { ask, isPermitted, isRefusal, type Refusal } from './refusal.ts';
import type { Posting, Segment } from './segments.ts';
import { type Answer, hasRoutine, oversize, socketFactsOf } from './sendFacts.ts';
import { wayOf } from './traced.ts';
import type { BegunRecord, Operation, Socket, World } from './world.ts';

/** How an answer is called in the socket's region. */
export function outcomeOf(answer: Answer): 'WSPSend.completes' | 'WSPSend.pends' | `WSPSend.${string}` {
  if (answer.rc === 0) return 'WSPSend.completes';
  return answer.errno === 'WSA_IO_PENDING' ? 'WSPSend.pends' : `WSPSend.${answer.errno}`;
}

/** The outstanding operation that still uses the OVERLAPPED of this call: giving it again is the caller's fault. */
export const stillUsing = (world: World, name: string | undefined): Operation | undefined => {
  const operation = name === undefined ? undefined : world.operations.get(name);
  return operation !== undefined && !operation.nameFree ? operation : undefined;
};

/** An OVERLAPPED that the call ignores, under the readings in which it does, makes no operation. */
export const fillsOverlapped = (world: World, socket: Socket | undefined): boolean =>
  socket !== undefined && (socket.overlapped || reads(world.tables.profile, 'M7:blocks'));

export function newOperation(world: World, socket: Socket | undefined, call: WSPSendCall, state: number): Operation {
  const name = call.overlapped!;
  const before = world.operations.get(name);
  const asked = askedFor(call);
  const wasSet = before !== undefined && (before.eventStale || (before.hasEvent && !before.hasRoutine && mayHaveBeenSet(world, before)));
  const routine = hasRoutine(call);
  const tooLarge = oversize(socket, asked);
  const portAllowed = call.port !== false && !routine;
  const owesPacket = portAllowed && socket?.portBound === true;
  const operation: Operation = {
    id: world.newId(),
    name,
    socket,
    thread: world.thread(call.thread).name,
    length: asked,
    hasEvent: call.event === true,
    hasRoutine: routine,
    portBound: call.port === true || owesPacket,
    owesPacket,
    portAllowed,
    skipsPort: false,
    packetSeen: false,
    flags: call.flags?.filter((flag) => flag !== 'MSG_DONTROUTE') ?? [],
    isOverwritten: false,
    mayBeOversize: tooLarge.may,
    surelyOversize: tooLarge.surely,
    ignored: socket !== undefined && !fillsOverlapped(world, socket),
    routineOpen: routine && !usesOverlappedIo(call, socket),
    returnedZero: false,
    state,
    eventStale: wasSet,
    seenSet: false,
    segment: undefined,
    status: undefined,
    orStatus: undefined,
    bytes: undefined,
    closed: (socket?.closing ?? 0) > 0,
    cancelled: false,
    flushed: false,
    threadGone: false,
    takenBack: false,
    shutDown: (socket?.shuttingDown ?? 0) > 0,
    owed: false,
    owedWhole: false,
    over: undefined,
    shown: undefined,
    queuedBy: undefined,
    upcalled: false,
    queuedAt: undefined,
    nameFree: false,
    changedAt: -1,
  };
  world.admit(operation);
  return operation;
}

const mayHaveBeenSet = (world: World, operation: Operation): boolean => operation.state !== world.tables.operation.stateIndex.free;

export function postingOf(world: World, call: WSPSendCall, length: number, ended: number, watched: boolean): Posting {
  return {
    fill: (call.fill ?? 0) % world.period,
    length,
    urgent: call.flags?.includes('MSG_OOB') ?? false,
    began: world.time,
    ended,
    watched,
  };
}

export const postBytes = (socket: Socket, posting: Posting): Segment => wayOf(socket).post(posting);

/** All was taken, and as much was said where the count is there to be written. */
const successOf = (call: WSPSendCall): Answer => ({ rc: 0, ...(call.count !== false && { bytes: askedFor(call) }) });

/** Why a call that has not returned can only fail, or undefined where it may succeed. */
export function failsBecause(world: World, record: BegunRecord): Refusal | undefined {
  const { socket, call } = record;
  if (socket === undefined || record.segment !== undefined || call.call !== 'WSPSend') return undefined;
  const facts = socketFactsOf(world, socket, call, successOf(call), { circuit: socket.circuit, record });
  const rule = ask(
    world.tables.socket as never,
    socket.state,
    'WSPSend.completes' as never,
    facts as never,
    () => 'the call can only fail',
  );
  return isRefusal(rule) ? rule : undefined;
}

/** Its peer has read the end of its stream. */
export const hasEnded = (world: World, { isStream, delivery }: Socket): boolean =>
  isStream && delivery === world.tables.delivery.stateIndex.ended;

/** Whether the call may succeed or pend as things stand: otherwise none of its bytes can leave. */
export function mayInitiate(world: World, socket: Socket, call: WSPSendCall, record?: BegunRecord): boolean {
  if (hasEnded(world, socket) && askedFor(call) > 0) return false;
  const outcomes: readonly Answer[] = [successOf(call), { rc: -1, errno: 'WSA_IO_PENDING' }];
  return outcomes.some((answer) => {
    const facts = socketFactsOf(world, socket, call, answer, { circuit: socket.circuit, record });
    return isPermitted(world.tables.socket, socket.state, outcomeOf(answer), facts);
  });
}

/** Something left of the socket, or is to: the first connect has done its work, also where it has not returned. */
export function noteConnected(world: World, socket: Socket): void {
  const { connecting, connected } = world.tables.socket.stateIndex;
  if (socket.state !== connecting && !connectsFirst(world, socket)) return;
  socket.state = connected;
  socket.wasConnected = true;
  for (const record of socket.sends) postBegun(world, record);
}

/** It waits or pends, so that it can be broken off in the middle: another takes at one moment what it takes. */
export const maySpan = ({ mayBlock, call, socket }: BegunRecord): boolean => mayBlock || usesOverlappedIo(call as WSPSendCall, socket);

/** From here on the bytes of a call that has not returned may leave, unless it can only fail as things stand. */
export function postBegun(world: World, record: BegunRecord): void {
  const { socket, call } = record;
  if (socket === undefined || record.segment !== undefined || call.call !== 'WSPSend') return;
  if (socket.unjudged === undefined && !mayInitiate(world, socket, call, record)) return;
  record.asPosted = { state: socket.state, circuit: socket.circuit };
  const { operation } = record;
  // Bytes of a datagram that is too large never leave.
  if (oversize(socket, askedFor(call)).surely) {
    if (operation !== undefined) world.move(operation, world.tables.operation.stateIndex.begun);
    return;
  }
  const mayTakePart = record.mayNotWait && !usesOverlappedIo(call, socket) && !reads(world.tables.profile, 'M1:takes-all');
  record.segment = postBytes(socket, { ...postingOf(world, call, askedFor(call), Infinity, true), mayTakePart });
  noteInTheWay(socket, askedFor(call), record);
  if (socket.isStream) {
    socket.stream.inPieces(record.segment);
    if (maySpan(record)) cutUnderWay(world, socket, record.segment, record.mayBlock);
  }
  if (operation === undefined || operation.ignored) return;
  operation.segment = record.segment;
  world.move(operation, world.tables.operation.stateIndex.begun);
}

/** A call that has not returned: its operation exists from here on, and its bytes may leave. */
export function beginSend(world: World, record: BegunRecord, call: WSPSendCall): void {
  const { socket } = record;
  const clash = stillUsing(world, call.overlapped);
  if (clash !== undefined) noteReuse(world, clash);
  if (socket !== undefined) noteSend(world, socket);
  if (call.overlapped !== undefined) {
    // Nothing is initiated as long as the call can only fail, and nothing at all where the structure is ignored.
    const operation = newOperation(world, socket, call, world.tables.operation.stateIndex.free);
    record.operation = operation;
    if (!operation.ignored) world.postedAt = world.time;
    if (operation.ignored) {
      operation.nameFree = true;
      world.dismiss(operation);
    }
    if (clash !== undefined) unjudge(world, clash, ...(operation.ignored ? [] : [operation]));
  }
  postBegun(world, record);
  if (clash !== undefined && record.operation?.ignored === false) unjudge(world, record.operation);
}

/** What a close or a shutdown that is under way may do to a send that is posted next to it. */
export function cutUnderWay(world: World, socket: Socket, segment: Segment, mayBlock = false): void {
  if (socket.closing > 0) socket.stream.loosen(segment, true, closeEndsAll(world));
  if (socket.shuttingDown > 0 && (mayBlock || reads(world.tables.profile, 'D10:open'))) socket.stream.loosen(segment, false);
}

/** Whatever was known of its room before is over. */
export function noteSend(world: World, socket: Socket): void {
  socket.lastSend = world.time;
  socket.seenWritable = false;
}

/** A send may be in the way of the others that are under way: by its bytes, or as a message that is not too large to leave. */
export function noteInTheWay(socket: Socket, bytes: number, own?: BegunRecord): void {
  if (socket.isStream ? bytes === 0 : oversize(socket, bytes).surely) return;
  for (const record of visited(socket.sends)) record.mayHaveWaited ||= record !== own;
}

/** The caller broke its own side: what becomes of these operations is not judged. */
export function unjudge(world: World, ...operations: Operation[]): void {
  for (const operation of operations) {
    world.move(operation, world.tables.operation.stateIndex.unjudged);
    if (operation.segment === undefined) continue;
    operation.segment.unknown = true;
    if (operation.socket?.isStream) operation.socket.stream.loosen(operation.segment);
  }
}
