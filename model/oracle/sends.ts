/** The answer of WSPSend in a trace. */

import { reads } from '../clauses/profiles.ts';
import type { SocketEvent } from '../machines/socket.machine.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { noteReuse } from './breaches.ts';
import { askedFor, mayBeNonblocking, usesOverlappedIo } from './callKinds.ts';
import { isAfterCleanUp } from './cancelling.ts';
import { circuitFactsOf, connectsFirst } from './circuitFacts.ts';
import { breakOff, conclude, concludeBytes, noteComplete, noteConsumed } from './moments.ts';
import { mayBeLost, operationFactsOf } from './operationFacts.ts';
import {
  cutUnderWay,
  fillsOverlapped,
  hasEnded,
  mayInitiate,
  newOperation,
  noteConnected,
  noteInTheWay,
  noteSend,
  outcomeOf,
  postBytes,
  postingOf,
  stillUsing,
  unjudge,
} from './posting.ts';
import { ask, codeText, follow, isRefusal, type Refusal, refusal } from './refusal.ts';
import type { Segment } from './segments.ts';
import { type Answer, sendMayBlock, socketFactsOf } from './sendFacts.ts';
import { wayOf } from './traced.ts';
import { type BegunRecord, causes, type Operation, type Socket, type World } from './world.ts';

const describe = (answer: Answer): string =>
  answer.rc === 0 ? `success with ${answer.bytes === undefined ? 'no byte count' : `${answer.bytes} bytes`}` : codeText(answer.errno);

const isInitiated = (answer: Answer): boolean => answer.rc === 0 || answer.errno === 'WSA_IO_PENDING';

/** The answer of WSPSend, on a line of its own or at the end of a begun call. What is refused has changed nothing. */
export function answerSend(world: World, call: WSPSendCall, answer: Answer, record: BegunRecord | undefined): Refusal | undefined {
  const named = world.sockets.get(call.socket);
  const socket = record === undefined ? (named?.closed ? undefined : named) : record.socket;
  const clash = record === undefined ? stillUsing(world, call.overlapped) : undefined;
  const { unjudged } = world.tables.operation.stateIndex;
  if (clash !== undefined) noteReuse(world, clash);
  if (socket?.unjudged !== undefined) world.note(socket.name, socket.unjudged);
  const isJudged = !record?.unjudged && clash === undefined && record?.operation?.state !== unjudged && socket?.unjudged === undefined;
  const refused = isJudged
    ? (judgeAnswer(world, socket, call, answer, record) ?? countsTooMuch(world, socket, call, answer, record))
    : undefined;
  if (refused !== undefined) return refused;
  const target = operationAfter(world, socket, call, answer, record?.operation, isJudged);
  if (typeof target === 'object') return target;
  const succeeded = isInitiated(answer);
  const segment = socket === undefined || socket.unjudged !== undefined ? undefined : moveBytes(world, socket, call, answer, record);
  if (segment !== undefined && isRefusal(segment)) return segment;

  // Nothing is refused from here on.
  if (socket !== undefined) {
    noteSend(world, socket);
    if (succeeded && record === undefined) noteInTheWay(socket, askedFor(call));
    socket.wouldBlock ||= answer.errno === 'WSAEWOULDBLOCK';
    socket.metClose ||= succeeded && askedFor(call) > 0 && (socket.causes & causes.peerClosed) !== 0;
    if (succeeded) socket.initiatedAt = Math.max(socket.initiatedAt, record?.beganAt ?? world.time);
    world.changes.addSocket(socket);
  }
  const operation = operationOf(world, socket, call, answer, record?.operation, target);
  if (clash !== undefined) unjudge(world, clash, ...(operation === undefined ? [] : [operation]));
  if (socket?.unjudged !== undefined && operation !== undefined) unjudge(world, operation);
  if (socket !== undefined && segment !== undefined) {
    if (operation?.surelyOversize) socket.datagrams.remove(segment);
    if (clash !== undefined) {
      if (socket.isStream) socket.stream.loosen(segment);
      segment.unknown = true;
    } else if (answer.rc === 0) noteTaken(world, socket, segment);
  }
  if (succeeded && socket !== undefined) noteConnected(world, socket);
  if (operation !== undefined) finishPost(world, operation, answer, segment, succeeded);
  reportCircuit(world, socket, codeOfCircuit(answer));
  return undefined;
}

/** A call that fails has sent nothing, except that one which waits may have been broken off in the middle. */
function countsTooMuch(
  world: World,
  socket: Socket | undefined,
  call: WSPSendCall,
  { rc, errno = '', bytes = 0 }: Answer,
  record: BegunRecord | undefined,
): Refusal | undefined {
  if (rc === 0 || bytes === 0) return undefined;
  const mostSent = (): number => {
    if (socket?.isStream !== true || !mayBreak(world, record?.over ?? socket, errno)) return 0;
    if (record !== undefined) return record.mayBlock && record.segment !== undefined ? socket.stream.leftMax(record.segment) : 0;
    return mayBeBrokenOff(world, socket, call, errno) ? askedFor(call) : 0;
  };
  const most = mostSent();
  if (bytes <= most) return undefined;
  return refusal(`WSPSend gives ${codeText(errno)} and counts ${bytes} bytes`, 'lpNumberOfBytesSent:1', 'Return:6');
}

/** Where the operation of the call goes by its answer, or why it cannot. */
function operationAfter(
  world: World,
  socket: Socket | undefined,
  call: WSPSendCall,
  answer: Answer,
  operation: Operation | undefined,
  isJudged: boolean,
): Refusal | number | undefined {
  const { operation: table } = world.tables;
  const succeeded = isInitiated(answer);
  if (operation !== undefined && operation.state !== table.stateIndex.free) {
    const event = answer.rc === 0 ? 'WSPSend.completes' : succeeded ? 'WSPSend.pends' : 'WSPSend.fails';
    // A result may have shown the failure of the call itself.
    const wasShownEarlier = operation.shown === 'result' && operation.status !== '0' && !operation.bytes;
    if (!succeeded && isJudged && (operation.upcalled || (operation.shown !== undefined && !wasShownEarlier))) {
      return operation.shown === 'result' && !operation.upcalled
        ? refusal(`WSPGetOverlappedResult gave the result of a send that fails with ${codeText(answer.errno)}`, 'Return:6')
        : refusal(`a completion was indicated for a send that fails with ${codeText(answer.errno)}`, 'Return:7');
    }
    const contradicted = isJudged && answer.rc === 0 ? contradictedBy(world, operation) : undefined;
    if (contradicted !== undefined) return contradicted;
    const facts = operationFactsOf(world, operation, { upcallOpen: operation.routineOpen });
    const rule = ask(table, operation.state, event, facts, () => {
      return operation.hasRoutine ? 'the completion routine was not queued when the send returned zero' : 'the operation cannot end so';
    });
    if (!isRefusal(rule)) return rule.target;
    // Its routine may have run while the call was still returning.
    return operation.state === table.stateIndex.begun || !succeeded ? rule : undefined;
  }
  if (operation === undefined && isJudged && answer.rc === 0 && world.spiSide && call.routine && usesOverlappedIo(call, socket)) {
    return refusal('the completion routine was not queued when the send returned zero', 'Return:2');
  }
  return undefined;
}

/** What was reported of an operation while its call was under way, and contradicts a call that returns zero. */
function contradictedBy(world: World, { name, status, packetSeen, socket }: Operation): Refusal | undefined {
  if (status !== undefined && status !== '0') {
    return refusal(`WSPSend gives success although ${name} was reported to have ended with ${status}`, 'Return:1', 'Overlapped:7');
  }
  if (!packetSeen || socket?.skipsPort !== true || !reads(world.tables.profile, 'Packets:one-each')) return undefined;
  return {
    ...refusal(`WSPSend gives success, for which the port of ${name} is skipped, although its packet was dequeued`, 'Return:1'),
    readings: ['Packets:one-each'],
  };
}

/** The operation of a call that returned: the one that began with it, or one that is made now. */
function operationOf(
  world: World,
  socket: Socket | undefined,
  call: WSPSendCall,
  answer: Answer,
  begun: Operation | undefined,
  target: number | undefined,
): Operation | undefined {
  const { free, doneAtOnce, pending } = world.tables.operation.stateIndex;
  if (begun !== undefined) {
    if (target !== undefined) world.move(begun, target);
    else if (begun.state === free && !begun.ignored && isInitiated(answer)) world.move(begun, answer.rc === 0 ? doneAtOnce : pending);
    return begun;
  }
  if (call.overlapped === undefined) return undefined;
  // An OVERLAPPED that a nonoverlapped socket ignores stays as free as it was.
  if (!fillsOverlapped(world, socket)) return newOperation(world, socket, call, free);
  const state = answer.rc === 0 ? doneAtOnce : answer.errno === 'WSA_IO_PENDING' ? pending : free;
  if (state !== free) world.postedAt = world.time;
  return newOperation(world, socket, call, state);
}

/** Codes with which a blocking send can end in the middle: something broke it off after some of its bytes had left. */
const breaking: ReadonlySet<string> = new Set([
  'WSAECONNRESET',
  'WSAECONNABORTED',
  'WSAENETRESET',
  'WSAENETDOWN',
  'WSAENOTCONN',
  'WSAENOTSOCK',
  'WSAESHUTDOWN',
  'WSAEINTR',
  'WSAETIMEDOUT',
  'WSA_OPERATION_ABORTED',
]);

/** A shortage of buffers that counts bytes can only be the keep-alive that failed: what the row says, and WSAENETRESET means. */
const codeOfCircuit = ({ rc, errno = '0', bytes = 0 }: Answer): string =>
  rc === 0 ? '0' : errno === 'WSAENOBUFS' && bytes > 0 ? 'WSAENETRESET' : errno;

/** A shortage of buffers breaks nothing off, unless the code is read as that of a keep-alive that failed. */
function mayBreak(world: World, happened: Pick<Socket, 'causes'>, code: string): boolean {
  if (code !== 'WSAENOBUFS') return breaking.has(code);
  return reads(world.tables.profile, 'D2:literal') && (happened.causes & causes.keepAlive) !== 0;
}

/** What the answer says of the bytes of the call: they get their place, or never leave. Nothing has changed where it is refused. */
function moveBytes(
  world: World,
  socket: Socket,
  call: WSPSendCall,
  answer: Answer,
  record: BegunRecord | undefined,
): Segment | Refusal | undefined {
  const { time } = world;
  const { stream, datagrams, isStream } = socket;
  const begun = record?.segment;
  const overlappedIo = usesOverlappedIo(call, socket);
  const isPending = answer.errno === 'WSA_IO_PENDING';
  if (answer.rc !== 0 && !isPending) {
    if (record === undefined) breakOffAtOnce(world, socket, call, answer);
    if (begun === undefined) return undefined;
    const { connected, connecting } = world.tables.socket.stateIndex;
    const wasConnected = record!.stateAtBegin === connected || record!.stateAtBegin === connecting;
    const isBrokenOff = isStream && record!.mayBlock && wasConnected && mayBreak(world, record!.over ?? socket, answer.errno ?? '');
    const refused = refusal(`WSPSend gives ${codeText(answer.errno)} although bytes of this send have left`, 'Return:6');
    if (record!.over !== undefined && !isBrokenOff) return refused;
    if (!isStream) return datagrams.remove(begun) ? undefined : refused;
    if (!stream.end(begun, isBrokenOff ? begun.size : 0, time, true)) return refused;
    if (isBrokenOff) breakOff(stream, begun, codeOfCircuit(answer));
    if (isBrokenOff && answer.bytes !== undefined && answer.bytes > 0) stream.atLeast(begun, answer.bytes);
    stream.unwatch(begun);
    return undefined;
  }
  const asked = askedFor(call);
  const taken = answer.rc === 0 ? (answer.bytes ?? asked) : asked;
  // Without a count, a nonblocking send may have taken a part.
  const mayBePart = answer.rc === 0 && answer.bytes === undefined && isStream && taken > 0 && !overlappedIo && mayBeNonblocking(socket);
  const mayEndEarly =
    mayBePart || (begun !== undefined && mayBeLost(socket, begun)) || (isPending && mayBeTakenBack(world, record?.operation));
  let segment = begun;
  if (answer.rc === 0 && taken > 0 && isStream && begun === undefined && hasEnded(world, socket)) {
    return refusal('WSPSend gives success, and its peer has read the end of the stream', 'Order:2', 'WSAESHUTDOWN:1');
  }
  if (segment === undefined) {
    segment = postBytes(
      socket,
      postingOf(world, call, taken, time, isPending || mayBePart || (answer.rc === 0 && overlappedIo && socket.lossy)),
    );
    if (isPending && isStream) {
      stream.inPieces(segment);
      cutUnderWay(world, socket, segment);
    }
  } else if (!isStream) datagrams.fix(segment, time);
  else if (answer.rc === 0 && stream.took.isCut(segment)) {
    return refusal('WSPSend gives success, and what ended one before it ended all behind it', 'Order:2', 'Overlapped:3');
  } else if (!stream.end(segment, taken, time, mayEndEarly)) {
    if (isPending) return refusal('WSPSend pends, and its peer has read on, or found the end, without its bytes', 'Purpose:2', 'Order:2');
    return refusal(`WSPSend reports ${taken} bytes, and its peer has received another number of them`, 'lpNumberOfBytesSent:1');
  }
  if (!isStream) return segment;
  if (mayBePart) {
    stream.loosen(segment, false);
    stream.atLeast(segment, 1);
  }
  if (socket.lossy) stream.loosen(segment);
  const operation = record?.operation;
  if (isPending && operation?.upcalled === true) {
    // It completed inside its call: what was said of its bytes then holds on.
    if (operation.status === undefined) stream.loosen(segment, false);
    else concludeBytes(socket, segment, operation.status, operation.bytes);
  }
  if (!isPending) {
    if (overlappedIo && !socket.lossy) stream.complete(segment);
    stream.unwatch(segment);
  }
  return segment;
}

/** A call that waited and was broken off may have let some of its bytes go, also where its line does not show that it waited. */
function breakOffAtOnce(world: World, socket: Socket, call: WSPSendCall, { errno = '', bytes = 0 }: Answer): void {
  if (!mayBeBrokenOff(world, socket, call, errno)) return;
  const segment = socket.stream.post(postingOf(world, call, askedFor(call), world.time, true));
  socket.stream.end(segment, segment.size, world.time, true);
  breakOff(socket.stream, segment, codeOfCircuit({ rc: -1, errno, bytes }));
  if (bytes > 0) socket.stream.atLeast(segment, bytes);
  socket.stream.unwatch(segment);
}

/** A call on a line of its own may have waited, and have been broken off in the middle. */
const mayBeBrokenOff = (world: World, socket: Socket, call: WSPSendCall, errno: string): boolean =>
  socket.isStream && mayBreak(world, socket, errno) && sendMayBlock(world, socket, call) && mayInitiate(world, socket, call);

/** Something that ends an operation early happened while its call was still under way. */
const mayBeTakenBack = (world: World, operation: Operation | undefined): boolean =>
  operation !== undefined &&
  (operation.closed || operation.cancelled || operation.flushed || (operation.shutDown && reads(world.tables.profile, 'D10:open')));

/** The transport has taken a send that did not pend: bytes leave in order, so what waited before it was taken. */
function noteTaken(world: World, socket: Socket, segment: Segment): void {
  wayOf(socket).consume(segment);
  noteConsumed(world, socket);
}

function finishPost(world: World, operation: Operation, answer: Answer, segment: Segment | undefined, succeeded: boolean): void {
  const { free, unjudged, pending, due } = world.tables.operation.stateIndex;
  if (segment !== undefined && operation.state !== free) operation.segment = segment;
  if (!succeeded || operation.state === free) {
    world.move(operation, operation.state === unjudged ? unjudged : free);
    operation.nameFree = true;
    world.dismiss(operation);
    world.expectNoPacket(operation);
    return;
  }
  if (answer.rc === 0 && operation.state !== unjudged) {
    operation.returnedZero = true;
    operation.skipsPort = operation.socket?.skipsPort === true;
    // The page alone does not know of the mode, so that the packet may come even so.
    if (operation.skipsPort && reads(world.tables.profile, 'Packets:one-each')) world.expectNoPacket(operation);
    operation.status ??= '0';
    operation.queuedBy = world.time;
    noteComplete(world, operation);
    if (!operation.hasRoutine || operation.routineOpen) operation.nameFree = true;
    conclude(world, operation);
  } else if (operation.upcalled && operation.state === pending) {
    // It was complete before its call returned.
    becomeQueued(world, operation);
  } else if (operation.shown !== undefined && operation.state === pending) {
    // It completed inside its call.
    world.move(operation, due);
  } else if (operation.hasEvent && !operation.hasRoutine && operation.eventStale && resetsEvent(world)) operation.eventStale = false;
}

/** A start that pends resets the event, in the profiles that say so. */
const resetsEvent = (world: World): boolean => reads(world.tables.profile, 'EventReset:binding');

/** Its upcall was made: the operation is complete, and its routine is in the queue of its thread. */
export function becomeQueued(world: World, operation: Operation): void {
  world.move(operation, world.tables.operation.stateIndex.due);
  operation.owed = true;
  operation.queuedBy ??= world.time;
}

/** Whether the rules permit the answer; what it says of bytes and of its operation is not looked at. */
export function judgeAnswer(
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
  if (isAfterCleanUp(world, answer.errno)) return undefined;
  // Neither a code of the table nor one beyond it that a ruling speaks of, so that it gives no reason: 0 is one of these.
  if (table.eventIndex[event as keyof typeof table.eventIndex] === undefined) return refusal(message(), 'Return:3');
  const facts = socketFactsOf(world, socket, call, answer, { circuit, record });
  const now = ask(table as never, state, event, facts, message);
  if (!isRefusal(now)) return undefined;
  const isRefusedAs = (state: number, circuitThen: number): Refusal | undefined => {
    const then = ask(table as never, state, event, socketFactsOf(world, socket, call, answer, { circuit: circuitThen, record }), message);
    return isRefusal(then) ? then : undefined;
  };
  if (statesUnderWay(world, socket).some((other) => isRefusedAs(other, circuit) === undefined)) return undefined;
  if (record === undefined) return now;
  // A call that began in another state has to do what it had to do there, and initiated its operation in the state that it found then.
  const before = isRefusedAs(record.stateAtBegin, record.circuitAtBegin);
  const { asPosted } = record;
  return before !== undefined && asPosted !== undefined && isInitiated(answer) ? isRefusedAs(asPosted.state, asPosted.circuit) : before;
}

/** An error that reports the circuit's failure ends the doubt about it. */
export function reportCircuit(world: World, socket: Socket | undefined, status: string): void {
  if (socket === undefined) return;
  if (status === 'WSAENETDOWN') socket.networkReportedAt ??= world.time;
  if (!socket.isStream) return;
  // A close that is under way may be all that it reports.
  if (socket.closing > 0 && socket.causes === 0 && world.networkDown === 'no') return;
  if (status !== 'WSAECONNRESET' && status !== 'WSAECONNABORTED' && status !== 'WSAENETRESET') return;
  world.moveCircuit(socket, follow(world.tables.circuit, socket.circuit, 'reports', circuitFactsOf(socket, status)));
}

/** The states that a connect or a shutdown of another thread may have brought about, although it has not returned. */
function statesUnderWay(world: World, socket: Socket | undefined): readonly number[] {
  if (socket === undefined || world.begun.size === 0) return [];
  return [
    ...(socket.shuttingDown > 0 ? [socketStateAfter(world, socket, 'WSPShutdown.send')] : []),
    ...(connectsFirst(world, socket) ? [socketStateAfter(world, socket, 'WSPConnect')] : []),
  ];
}

export const socketStateAfter = (world: World, socket: Socket, event: SocketEvent): number =>
  follow(world.tables.socket, socket.state, event);
