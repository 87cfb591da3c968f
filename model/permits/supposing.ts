/**
 * What has to be so for an outcome that is permitted, where the state does not say it: a shortage that nobody sees, a failure that may not
 * have arrived, room that was not looked at. Nothing is supposed of an outcome whose condition the state is known to bring.
 */

import { type SocketFact, socketFacts } from '../machines/socket.machine.ts';
import { usesOverlappedIo } from '../oracle/callKinds.ts';
import { surelyOver } from '../oracle/operationFacts.ts';
import { type Answer, sendMayBlock, socketFactsOf } from '../oracle/sendFacts.ts';
import { isBroken } from '../oracle/traced.ts';
import type { BegunRecord, Operation, Socket, World } from '../oracle/world.ts';
import type { TraceStep, WSPSendCall } from '../winsock/trace.ts';

const places = Object.keys(socketFacts) as SocketFact[];

const unseenFailure = 'such a failure has happened unseen';
const arrived = 'what happened has reached the sender';
const short = 'the provider is short of buffers';
const unsupported = 'the provider does not support the flag';
const tooLarge = 'the message is larger than the maximum, which nobody asked for';

interface Sending {
  readonly world: World;
  readonly socket: Socket | undefined;
  readonly call: WSPSendCall;
  readonly record: BegunRecord | undefined;
  holds(fact: SocketFact): boolean;
}

/** @param shown The outcome in the words of a trace; `blocks` for a call that waits. */
export function supposedFor(world: World, step: TraceStep, shown: Readonly<Record<string, unknown>> | 'blocks'): string | undefined {
  const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
  if (call?.call === 'WSPSend') {
    const record = 'end' in step ? world.begun.get(step.end) : undefined;
    const named = world.sockets.get(call.socket);
    const socket = record === undefined ? (named?.closed ? undefined : named) : record.socket;
    const circuit = socket?.circuit ?? world.tables.circuit.initial;
    const answer: Answer = shown === 'blocks' ? { rc: 0 } : (shown as object as Answer);
    const facts = socketFactsOf(world, socket, call, answer, { circuit, record });
    const sending = { world, socket, call, record, holds: (fact: SocketFact) => facts.holds(places.indexOf(fact)) };
    const errno = shown === 'blocks' ? undefined : answer.errno;
    if (errno === undefined || errno === 'WSA_IO_PENDING') return ofSuccess(sending, shown === 'blocks' || errno !== undefined);
    return ofFailure(sending, errno);
  }
  if (shown === 'blocks') return undefined;
  if (call?.call === 'WSPGetOverlappedResult') return ofResult(world, world.operations.get(call.overlapped), shown as object as Answer);
  if (call?.call === 'WSPIoctl' && shown.errno === 'WSAEOPNOTSUPP') return 'the provider does not have the command';
  if ('poll' in step && step.poll === 'event') return ofEvent(world, world.operations.get(step.overlapped), shown.signalled === true);
  return undefined;
}

// ---- WSPSend -------------------------------------------------------------------------------------------------------------------

/** @param takesTime It waits or pends, so that room that is missing now comes later. */
function ofSuccess({ world, socket, call, holds }: Sending, takesTime: boolean): string | undefined {
  const supposed: string[] = [];
  const mayHaveFailed = holds('mayBeReset') || holds('mayBeTimedOut') || holds('mayBeKeepAliveFailed') || holds('networkMayBeDown');
  if (mayHaveFailed) supposed.push(socket?.unseen ? 'no failure has happened unseen' : 'what happened has not reached the sender');
  if (socket?.state === world.tables.socket.stateIndex.connecting) supposed.push('the connection is there already');
  if (holds('mayFault')) supposed.push('the provider does not use the pointer that is not valid');
  if (holds('mayBeOversize')) supposed.push('the message is within the maximum, which nobody asked for');
  if (holds('outOfBand') || holds('partialMessage')) supposed.push('the provider supports the flag');
  const isRoomOpen = !takesTime && socket !== undefined && socket.room === undefined && !sendMayBlock(world, socket, call);
  if (isRoomOpen && !usesOverlappedIo(call, socket)) {
    supposed.push(holds('takesPart') ? 'there is room for a part of it' : 'there is room for all of it');
  }
  return supposed.length === 0 ? undefined : supposed.join(', and ');
}

const late = 'the cancellation came in time';

function ofFailure(sending: Sending, errno: string): string | undefined {
  const { world, socket, holds } = sending;
  switch (errno) {
    case 'WSAENOBUFS':
      return short;
    case 'WSAENETDOWN':
      return holds('networkSurelyDown') ? undefined : arrived;
    case 'WSAEFAULT':
      if (holds('surelyFaults')) return undefined;
      return holds('mayFault')
        ? 'the provider looks at a pointer that it need not use'
        : 'the provider takes no buffers for a wrong parameter';
    case 'WSAEINPROGRESS':
      return holds('insideRoutine') ? 'the provider is still processing the routine' : 'the call of the other thread blocks';
    case 'WSAEINTR':
    case 'WSA_OPERATION_ABORTED':
      return holds('closedMeanwhile') ? 'the close came in time' : late;
    case 'WSAETIMEDOUT':
      return 'the send has waited for longer than SO_SNDTIMEO';
    case 'WSAENETUNREACH':
    case 'WSAEHOSTUNREACH':
    case 'WSAEADDRNOTAVAIL':
      return 'the route that was lost is that of this send';
    case 'WSAEOPNOTSUPP': {
      const { receiveOnly } = world.tables.socket.stateIndex;
      return socket?.state === receiveOnly || (holds('outOfBand') && !holds('stream')) ? undefined : unsupported;
    }
    case 'WSAEMSGSIZE':
      return holds('surelyOversize') ? undefined : tooLarge;
    case 'WSAEWOULDBLOCK':
      return ofWouldBlock(sending);
    case 'WSAENOTCONN':
      return socket?.state === world.tables.socket.stateIndex.connecting ? 'the connection is not there yet' : undefined;
    case 'WSAECONNRESET':
    case 'WSAECONNABORTED':
    case 'WSAENETRESET':
      if (holds('closedMeanwhile')) return 'the close came in time';
      if (socket?.unseen) return unseenFailure;
      return holds('surelyBroken') || holds('resetReported') || holds('orderlyClosed') ? undefined : arrived;
    default:
      return undefined;
  }
}

function ofWouldBlock({ socket, call, holds }: Sending): string | undefined {
  const isOverlapped = usesOverlappedIo(call, socket);
  if (isOverlapped && holds('othersOutstanding')) return 'too many overlapped operations are outstanding';
  if (isOverlapped || holds('onlyRoutine')) return 'the provider has a reason for the code, to which the page gives no meaning';
  return socket?.room === 0 ? undefined : 'there is no room for a single byte';
}

// ---- An operation --------------------------------------------------------------------------------------------------------------

function ofResult(world: World, operation: Operation | undefined, { rc, errno }: Answer): string | undefined {
  if (operation === undefined) return undefined;
  const { begun, pending, free } = world.tables.operation.stateIndex;
  const { socket, segment, status } = operation;
  if (operation.state === free || status !== undefined) return undefined;
  const isOver = operation.owed || surelyOver(socket, segment);
  if (rc === 0) return isOver ? undefined : 'the transport has taken all of its bytes by now';
  const isBegun = operation.state === begun || operation.state === pending;
  if (errno === 'WSA_IO_INCOMPLETE') return isBegun ? 'it is still under way' : undefined;
  return ofStatus(world, operation, errno ?? '');
}

function ofStatus(world: World, operation: Operation, errno: string): string | undefined {
  const { socket, closed, cancelled, flushed, threadGone } = operation;
  switch (errno) {
    case 'WSAENOBUFS':
      return short;
    case 'WSA_OPERATION_ABORTED':
      if (closed) return 'the close came in time';
      if (cancelled) return late;
      if (flushed) return 'SIO_FLUSH came in time';
      return threadGone ? 'the exit of its thread cancelled it' : undefined;
    case 'WSAEMSGSIZE':
      return operation.surelyOversize ? undefined : tooLarge;
    case 'WSAEOPNOTSUPP':
      return unsupported;
    case 'WSAESHUTDOWN':
      return 'the shutdown ended it';
    case 'WSAENETDOWN':
      return world.networkDown === 'surely' ? undefined : arrived;
    case 'WSAECONNRESET':
    case 'WSAECONNABORTED':
    case 'WSAENETRESET':
      if (closed) return 'the close came in time';
      if (socket?.unseen) return unseenFailure;
      return socket !== undefined && isBroken(world, socket.circuit) ? undefined : arrived;
    default:
      return undefined;
  }
}

function ofEvent(world: World, operation: Operation | undefined, isSet: boolean): string | undefined {
  if (operation === undefined) return undefined;
  const { begun, pending } = world.tables.operation.stateIndex;
  if (isSet && operation.eventStale) return 'it is still set from before';
  if (operation.state !== begun && operation.state !== pending) return undefined;
  if (operation.hasRoutine || !operation.hasEvent || operation.owed) return undefined;
  return isSet ? 'the operation is complete by now' : 'the operation is not complete yet';
}
