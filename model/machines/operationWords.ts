/** What an overlapped operation is spoken of in: what may be so of it, where it stands, how it may end, and what may be seen of it. */

import type { Rule } from './rules.ts';

export const operationFacts = {
  // ---- how it was posted
  hasEvent: 'the OVERLAPPED has an event',
  hasRoutine: 'a completion routine was given',
  eventStale: 'the event may still be set from an earlier operation',
  seenSet: 'its event was seen set',
  ignored: 'its OVERLAPPED was ignored by a nonoverlapped socket',
  returnedZero: 'WSPSend returned zero',
  // ---- what came back
  bytesAll: 'as many bytes are reported as were asked for',
  bytesWithin: 'no count is reported, or one of no more than can have left',
  bytesWritten: 'a count is reported',
  bytesReported: 'a count is reported that is not 0',
  contradictsKnown: 'another status or count was already reported for this operation',
  flagsZero: 'dwFlags is 0',
  waits: 'fWait was TRUE',
  upcalled: 'its upcall was seen',
  // ---- what may have happened to it
  mayBeConsumed: 'the transport may have taken all of its bytes',
  closed: 'its socket was closed',
  closedCircuit: 'its socket was closed, and was a connected stream',
  cancelled: 'WSPCancelIo named it',
  flushed: 'SIO_FLUSH came after it',
  threadGone: 'the thread that posted it has exited',
  portBound: 'its socket is surely bound to a completion port',
  skipsPort: 'its port is skipped where a send returns zero',
  packetSeen: 'a packet of it was dequeued',
  packetOwed: 'its packet has surely been queued, and was not dequeued',
  shutDown: 'the send side was shut down while it was pending',
  shutDownBoth: 'both sides of its socket were shut down',
  mayBeReset: 'the peer reset the connection, or closed its socket',
  resetReported: 'a reset was already reported on its socket',
  mayBeTimedOut: 'the circuit timed out',
  mayBeKeepAliveFailed: 'a keep-alive failed',
  networkMayBeDown: 'the network subsystem failed, though not surely for its socket',
  routeMayBeLost: 'there may be no route to the far end any more',
  mayBeOversize: 'the message may be larger than the maximum',
  surelyOversize: 'the message is larger than the maximum',
  mayBeUnsupported: 'its flags may not be supported',
  outOfBand: 'MSG_OOB was given',
  partialMessage: 'MSG_PARTIAL was given',
  completionOwed: 'it is consumed for certain, or its circuit surely broken, or, where closing cancels, closed, flushed or cancelled',
  seenOver: 'it was seen to be complete',
  surelyTaken: 'the transport surely took all of its bytes',
  // ---- the thread that a routine runs on
  routineOpen: 'whether its routine runs is open, since a nonoverlapped socket filled the OVERLAPPED',
  properThread: 'the thread is the one that posted it',
  alertable: 'the thread is in an alertable wait',
  nested: 'another routine of the same socket is running',
  heldBack: 'another routine of the same socket is running, or has run since it was queued',
  upcallMissing: 'every upcall is in the trace, and the one for this is not',
} as const;
export type OperationFact = keyof typeof operationFacts;

export type OperationState =
  | 'free' // no operation: never posted, ignored, or its last post failed
  | 'begun' // the call that posts it has not returned
  | 'pending'
  | 'doneAtOnce' // WSPSend returned zero
  | 'due' // complete, and its indication can be seen
  | 'running' // its routine has been entered
  | 'indicated' // its routine has returned
  | 'unjudged'; // the caller broke its own side

/** The codes with which an operation may complete; 0 is success. */
export const statusCodes = [
  '0',
  'WSA_OPERATION_ABORTED',
  'WSAECONNRESET',
  'WSAECONNABORTED',
  'WSAENETRESET',
  'WSAENOBUFS',
  'WSAENETDOWN',
  'WSAESHUTDOWN',
  'WSAEMSGSIZE',
  'WSAEOPNOTSUPP',
  'WSAENETUNREACH',
  'WSAEHOSTUNREACH',
  'WSAEADDRNOTAVAIL',
] as const;
export type StatusCode = (typeof statusCodes)[number];

/** What shows the status of an operation. */
export type StatusSource = 'result' | 'routine' | 'upcall' | 'packet';
export type OperationEvent =
  | 'WSPSend.begins'
  | 'WSPSend.completes'
  | 'WSPSend.pends'
  | 'WSPSend.fails'
  | 'settle'
  | 'event.signalled'
  | 'event.unsignalled'
  | 'count.written'
  | 'count.unwritten'
  | 'result.incomplete'
  | 'result.WSAENOTSOCK'
  | 'result.other'
  | 'routine.other'
  | 'upcall.other'
  | 'packet.other'
  | 'packet.none'
  | 'upcall.WPUQueueApc'
  | 'routine.leave'
  | 'sleep.ends'
  | `${StatusSource}.${StatusCode}`;

export type OperationRule = Rule<OperationFact, OperationState>;
/** Rules by event, which a state takes over. */
export type Rules = { readonly [event in OperationEvent]?: readonly OperationRule[] };
