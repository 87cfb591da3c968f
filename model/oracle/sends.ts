/** WSPSend in a trace: posted, begun, answered. */

import { reads } from '../clauses/profiles.ts';
import { patternPeriod, type WSPSendCall } from '../winsock/trace.ts';
import { type Answer, circuitFactsOf, hasRoutine, operationFactsOf, oversize, socketFactsOf, usesOverlappedIo } from './facts.ts';
import type { Segment } from './places.ts';
import { ask, follow, isRefusal, type Refusal, refusal } from './refusal.ts';
import { askedFor, type BegunRecord, type Operation, type Socket, type World } from './world.ts';

const describe = (answer: Answer): string =>
  answer.rc === 0 ? `success with ${answer.bytes === undefined ? 'no byte count' : `${answer.bytes} bytes`}` : String(answer.errno);

/** How an answer is called in the socket's region. */
function outcomeOf(answer: Answer): 'WSPSend.completes' | 'WSPSend.pends' | `WSPSend.${string}` {
  if (answer.rc === 0) return 'WSPSend.completes';
  return answer.errno === 'WSA_IO_PENDING' ? 'WSPSend.pends' : `WSPSend.${answer.errno}`;
}

/** The outstanding operation that still uses the OVERLAPPED of this call: giving it again is the caller's fault. */
const stillUsing = (world: World, name: string | undefined): Operation | undefined => {
  const operation = name === undefined ? undefined : world.operations.get(name);
  return operation !== undefined && !operation.nameFree ? operation : undefined;
};

/** An OVERLAPPED that the call ignores, under the readings in which it does, makes no operation. */
function fillsOverlapped(world: World, socket: Socket | undefined, call: WSPSendCall): boolean {
  if (call.overlapped === undefined || socket === undefined) return false;
  return socket.overlapped || reads(world.tables.profile, 'M7:blocks');
}

function newOperation(world: World, socket: Socket | undefined, call: WSPSendCall, state: number): Operation {
  const name = call.overlapped!;
  const before = world.operations.get(name);
  const asked = askedFor(call);
  const wasSet = before !== undefined && (before.eventStale || (before.hasEvent && !before.hasRoutine && mayHaveBeenSet(world, before)));
  const routine = hasRoutine(call);
  const tooLarge = oversize(socket, asked);
  const operation: Operation = {
    id: world.newId(),
    name,
    socket,
    thread: world.thread(call.thread).name,
    length: asked,
    hasEvent: call.event === true,
    hasRoutine: routine,
    portBound: call.port === true,
    mayBeUnsupported: call.flags?.some((flag) => flag !== 'MSG_DONTROUTE') ?? false,
    mayBeOversize: tooLarge.may,
    surelyOversize: tooLarge.surely,
    state,
    eventStale: wasSet,
    segment: undefined,
    status: undefined,
    bytes: undefined,
    closed: false,
    cancelled: false,
    flushed: false,
    threadGone: false,
    shutDown: false,
    notFound: false,
    owed: false,
    queuedBy: undefined,
    upcalled: false,
    nameFree: false,
  };
  world.operations.set(name, operation);
  world.live.add(operation);
  if (routine) world.thread(call.thread).routines.add(operation);
  return operation;
}

function mayHaveBeenSet(world: World, operation: Operation): boolean {
  const { free, begun } = world.tables.operation.stateIndex;
  return operation.state !== free && operation.state !== begun;
}

function append(socket: Socket, call: WSPSendCall, length: number): Segment {
  const fill = (call.fill ?? 0) % patternPeriod;
  const oob = call.flags?.includes('MSG_OOB') ?? false;
  const segment = socket.isStream ? socket.stream.append(fill, length, oob) : socket.datagrams.append(fill, length);
  if (socket.lossy) segment.cut = true;
  return segment;
}

/** A call that has not returned: its operation exists from here on, its bytes find their place later. */
export function beginSend(world: World, record: BegunRecord, call: WSPSendCall): void {
  const { socket } = record;
  const clash = stillUsing(world, call.overlapped);
  if (fillsOverlapped(world, socket, call)) {
    record.operation = newOperation(world, socket, call, world.tables.operation.stateIndex.begun);
    if (clash !== undefined) unjudge(world, clash, record.operation);
  } else if (call.overlapped !== undefined) {
    // The structure is ignored, and zeroed like any other: whatever its name stood for is over.
    record.operation = newOperation(world, socket, call, world.tables.operation.stateIndex.free);
    record.operation.nameFree = true;
    forgetLive(world, record.operation);
    if (clash !== undefined) unjudge(world, clash);
  }
  record.unplaced = socket !== undefined;
}

/** Gives the bytes of a begun send their place: behind everything that was posted so far. */
export function placeSend(record: BegunRecord): void {
  if (!record.unplaced || record.socket === undefined) return;
  record.unplaced = false;
  record.segment = append(record.socket, record.call as WSPSendCall, askedFor(record.call as WSPSendCall));
  if (record.operation !== undefined) record.operation.segment = record.segment;
  if (record.socket.isStream) record.socket.stream.inPieces(record.segment);
  // A call that was cancelled, or whose socket was closed under it, may be broken off; one with a wrong pointer has to fail in the end.
  const { fault } = record.call as WSPSendCall;
  if ((record.closedMeanwhile || record.interrupted || fault !== undefined) && record.socket.isStream)
    record.socket.stream.loosen(record.segment);
}

/** The answer of WSPSend, on a line of its own or at the end of a begun call. */
export function answerSend(world: World, call: WSPSendCall, answer: Answer, record: BegunRecord | undefined): Refusal | undefined {
  const named = world.sockets.get(call.socket);
  const socket = record === undefined ? (named?.closed ? undefined : named) : record.socket;
  const clash = record === undefined ? stillUsing(world, call.overlapped) : undefined;
  const tables = world.tables;

  if (clash === undefined && record?.operation?.state !== tables.operation.stateIndex.unjudged) {
    const verdict = judge(world, socket, call, answer, record);
    if (verdict !== undefined) return verdict;
  }
  const succeeded = answer.rc === 0 || answer.errno === 'WSA_IO_PENDING';

  // The operation, before anything is changed for good.
  let operation = record?.operation;
  if (operation !== undefined && operation.state !== tables.operation.stateIndex.free) {
    const event = answer.rc === 0 ? 'WSPSend.completes' : answer.errno === 'WSA_IO_PENDING' ? 'WSPSend.pends' : 'WSPSend.fails';
    if (event === 'WSPSend.fails' && operation.upcalled) {
      return refusal('a completion was indicated for a send that failed', 'Return:7');
    }
    // Whether a routine runs that a nonoverlapped socket was given is open where the OVERLAPPED is not ignored.
    const routineOpen = operation.hasRoutine && !usesOverlappedIo(call, socket);
    const facts = operationFactsOf(world, operation, { upcallOpen: routineOpen });
    const rule = ask(tables.operation, operation.state, event, facts, () => {
      return operation!.hasRoutine ? 'the completion routine was not queued when the send returned zero' : 'the operation cannot end so';
    });
    if (isRefusal(rule)) {
      // Its routine may have run while the call was still returning.
      if (operation.state === tables.operation.stateIndex.begun || !succeeded) return rule;
    } else operation.state = rule.target;
  } else if (operation !== undefined) {
    // Ignored since the call began.
  } else if (fillsOverlapped(world, socket, call) || (call.overlapped !== undefined && !succeeded)) {
    if (answer.rc === 0 && world.spiSide && call.routine && clash === undefined && usesOverlappedIo(call, socket)) {
      return refusal('the completion routine was not queued when the send returned zero', 'Return:2');
    }
    const { free, doneAtOnce, pending } = tables.operation.stateIndex;
    operation = newOperation(world, socket, call, answer.rc === 0 ? doneAtOnce : succeeded ? pending : free);
    if (clash !== undefined) unjudge(world, clash, operation);
  } else if (call.overlapped !== undefined) {
    // A nonoverlapped socket: the structure is ignored and stays as free as it was.
    operation = newOperation(world, socket, call, tables.operation.stateIndex.free);
  }

  // The bytes.
  let segment = record?.segment;
  if (socket !== undefined) {
    const length = answer.rc === 0 ? (answer.bytes ?? askedFor(call)) : askedFor(call);
    if (succeeded) {
      if (segment === undefined) {
        segment = append(socket, call, length);
        if (answer.rc !== 0 && socket.isStream) socket.stream.inPieces(segment);
      } else if (answer.rc === 0 && length !== segment.length && socket.isStream) socket.stream.shorten(segment, length);
      // Without a count, a nonblocking send may have taken a part.
      const partly = answer.rc === 0 && answer.bytes === undefined && socket.nonblocking && !usesOverlappedIo(call, socket);
      if (partly && socket.isStream && length > 0) {
        socket.stream.loosen(segment);
        segment.min = 1;
      }
      if (answer.rc === 0 && socket.isStream) {
        if (!usesOverlappedIo(call, socket)) releaseWaiting(world, socket, segment);
        else if (clash === undefined && !segment.cut) socket.stream.complete(segment);
      }
    } else if (segment === undefined && record?.unplaced && socket.isStream && !usesOverlappedIo(call, socket)) {
      // It waited and was broken off: some of its bytes may have left.
      placeSend(record);
      socket.stream.loosen(record.segment!);
    } else if (segment !== undefined) {
      const partial = record !== undefined && !usesOverlappedIo(call, socket) && socket.isStream;
      if (partial) socket.stream.loosen(segment);
      else if (socket.isStream ? !socket.stream.shorten(segment, 0) : segment.consumed) {
        return refusal('bytes of a send that failed have left', 'Return:6');
      } else if (!socket.isStream) socket.datagrams.remove(segment);
    }
    // Its end may have been told while the call was still returning, when its bytes had no place yet.
    if (succeeded && record?.segment === undefined && operation?.upcalled && segment !== undefined) {
      const { status, bytes } = operation;
      if (status !== undefined) concludeBytes(socket, segment, status, bytes);
      // With how many of its bytes, only its routine will tell.
      else if (answer.rc !== 0 && socket.isStream) socket.stream.loosen(segment);
    }
    if (operation?.surelyOversize && segment !== undefined) socket.datagrams.remove(segment);
    if (operation !== undefined && clash !== undefined && segment !== undefined) {
      if (socket.isStream) socket.stream.loosen(segment);
      segment.unknown = true;
    }
    if (succeeded && socket.state === tables.socket.stateIndex.connecting) socket.state = tables.socket.stateIndex.connected;
  }

  if (operation !== undefined) finishPost(world, operation, answer, segment, succeeded, call);
  reportCircuit(world, socket, answer.rc === 0 ? '0' : (answer.errno ?? '0'));
  return undefined;
}

/** The transport had room for a send that did not pend: bytes leave in order, so those of sends that wait before it were taken. */
function releaseWaiting(world: World, socket: Socket, segment: Segment): void {
  if (segment.length === 0) return;
  for (const { call, socket: other, segment: earlier } of world.begun.values()) {
    if (other !== socket || earlier === undefined || earlier.sequence >= segment.sequence) continue;
    if (!usesOverlappedIo(call as WSPSendCall, socket)) socket.stream.consume(earlier);
  }
}

function finishPost(
  world: World,
  operation: Operation,
  answer: Answer,
  segment: Segment | undefined,
  succeeded: boolean,
  call: WSPSendCall,
): void {
  const { free, unjudged } = world.tables.operation.stateIndex;
  if (segment !== undefined && operation.state !== free) operation.segment = segment;
  if (!succeeded || operation.state === free) {
    operation.state = operation.state === unjudged ? unjudged : free;
    operation.nameFree = true;
    forgetLive(world, operation);
    return;
  }
  if (answer.rc === 0 && operation.state !== unjudged) {
    operation.status ??= '0';
    operation.bytes ??= operation.length;
    operation.queuedBy = world.time;
    if (!operation.hasRoutine) operation.nameFree = true;
    if (operation.hasRoutine && !usesOverlappedIo(call, operation.socket)) {
      // Whether a routine runs that a nonoverlapped socket was given is open where the OVERLAPPED is not ignored.
      operation.state = unjudged;
    }
  } else if (operation.upcalled && operation.state === world.tables.operation.stateIndex.pending) {
    becomeQueued(world, operation);
  } else if (operation.hasEvent && !operation.hasRoutine && operation.eventStale && resetsEvent(world)) operation.eventStale = false;
}

/** What the status of an operation says of its bytes. */
export function concludeBytes(socket: Socket, segment: Segment, status: string, bytes: number | undefined): void {
  if (!socket.isStream) {
    if (status !== '0') segment.cut = true;
  } else if (status === '0') socket.stream.complete(segment);
  else {
    socket.stream.loosen(segment);
    if (bytes !== undefined && bytes > 0) socket.stream.atLeast(segment, bytes);
    socket.stream.close(segment);
  }
}

/** A start that pends resets the event, in the profiles that say so. */
const resetsEvent = (world: World): boolean => reads(world.tables.profile, 'EventReset:binding');

/** Its upcall was made: the operation is complete, and its routine is in the queue of its thread. */
export function becomeQueued(world: World, operation: Operation): void {
  operation.state = world.tables.operation.stateIndex.due;
  operation.owed = true;
  operation.queuedBy ??= world.time;
}

export function forgetLive(world: World, operation: Operation): void {
  world.live.delete(operation);
  world.thread(operation.thread).routines.delete(operation);
}

/** The caller broke its own side: what becomes of these operations is not judged. */
export function unjudge(world: World, ...operations: Operation[]): void {
  for (const operation of operations) {
    operation.state = world.tables.operation.stateIndex.unjudged;
    if (operation.segment === undefined) continue;
    operation.segment.unknown = true;
    operation.socket?.stream.loosen(operation.segment);
  }
}

function judge(
  world: World,
  socket: Socket | undefined,
  call: WSPSendCall,
  answer: Answer,
  record: BegunRecord | undefined,
): Refusal | undefined {
  const { socket: table } = world.tables;
  const event = outcomeOf(answer) as Parameters<typeof ask<string, string>>[2];
  const state = socket === undefined ? table.initial : socket.state;
  const circuit = socket === undefined ? world.tables.circuit.initial : socket.circuit;
  const message = () => `WSPSend gives ${describe(answer)}`;
  const facts = socketFactsOf(world, socket, call, answer, { circuit, record });
  const now = ask(table as never, state, event, facts, message);
  if (!isRefusal(now)) return undefined;
  if (record === undefined) return now;
  const before = socketFactsOf(world, socket, call, answer, { circuit: record.circuitAtBegin, record });
  const then = ask(table as never, record.stateAtBegin, event, before, message);
  // A call that began in another state owes what it owed there.
  return isRefusal(then) ? then : undefined;
}

/** An error that tells of the circuit's failure is the end of the doubt about it. */
export function reportCircuit(world: World, socket: Socket | undefined, status: string): void {
  if (socket === undefined || !socket.isStream) return;
  if (status !== 'WSAECONNRESET' && status !== 'WSAECONNABORTED' && status !== 'WSAENETRESET') return;
  if (socket.closed) return;
  socket.circuit = follow(world.tables.circuit, socket.circuit, 'reports', circuitFactsOf(socket, status));
}
