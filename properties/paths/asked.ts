/**
 * What the labels of the model ask for, in the requests of trace/1. A tour asks an implementation for it, and a vector writes it down with
 * its outcome: both mean the same call by the same label.
 */

import type { Label } from '../../model/product/labels.ts';
import { menuOf } from '../../model/product/menus.ts';
import type { Slice } from '../../model/product/slices.ts';
import { type CallRequest, patternPeriod, type Request, type WSPSendRequest } from '../../model/winsock/trace.ts';

/** A unit of the model in bytes. */
export const unitBytes = 1000;
/** The socket of the model, and that of `other.completes`. */
export const theSocket = 'A';
export const otherSocket = 'B';
/** The second thread of the model. */
export const secondThread = 't2';
export const blockingThread = 't3';

/** Each send starts elsewhere in the byte pattern, so that bytes out of order show. */
export const fillOf = (sends: number): number => (sends * 37) % patternPeriod;

/** Two buffers for each send that has room for two, so that the array is gathered. */
const buffersOf = (bytes: number): number[] => (bytes < 2 ? [bytes] : [Math.floor(bytes / 3), bytes - Math.floor(bytes / 3)]);

/** The OVERLAPPED of the next send, when so many were made before it. */
export const overlappedAfter = (sends: number): string => `o${sends + 1}`;

/** The requests that make the socket of a slice. */
export const opening = (slice: Slice): readonly CallRequest[] => [
  {
    call: 'WSPSocket',
    socket: theSocket,
    type: slice.datagram ? 'SOCK_DGRAM' : 'SOCK_STREAM',
    overlapped: slice.overlappedSocket,
    ...(slice.receiveOnly && { receiveOnly: true }),
  },
  ...(slice.connected ? [{ call: 'WSPConnect', socket: theSocket } as const] : []),
];

/** Those that make the other socket. */
export const otherOpening: readonly CallRequest[] = [
  { call: 'WSPSocket', socket: otherSocket, type: 'SOCK_STREAM', overlapped: true },
  { call: 'WSPConnect', socket: otherSocket },
];

export const otherSend = (sends: number): WSPSendRequest => ({
  call: 'WSPSend',
  socket: otherSocket,
  buffers: [1],
  overlapped: overlappedAfter(sends),
  routine: true,
});

export type SendLabel = Extract<Label, { type: 'send.completes' | 'send.pends' | 'send.fails' }>;

/** The bytes of a send that returns. */
export const bytesAsked = ({ menu, length }: SendLabel): number => (menu === 'tooLarge' ? 2 : length) * unitBytes;

/** A send that returns, when so many were made before it. */
export const sendRequestOf = (label: SendLabel, sends: number): WSPSendRequest => ({
  call: 'WSPSend',
  socket: theSocket,
  buffers: buffersOf(bytesAsked(label)),
  fill: fillOf(sends),
  ...(label.mode !== 'sync' && { overlapped: overlappedAfter(sends) }),
  ...(label.mode === 'event' && { event: true }),
  ...(label.mode === 'routine' && { routine: true }),
  ...menuOf(label.menu)?.call,
});

/** A send that blocks, when so many were made before it. */
export const blockingSendRequestOf = (length: number, sends: number): WSPSendRequest => ({
  call: 'WSPSend',
  thread: blockingThread,
  socket: theSocket,
  buffers: buffersOf(length * unitBytes),
  fill: fillOf(sends),
});

type SocketLabel = Extract<
  Label,
  { type: 'lifecycle' | 'FIONBIO' | 'peer.reset' | 'peer.close' | 'settle' | 'sleep.begins' | 'nap.begins' | 'flush' | 'interrupt' }
>;

/** What is about the socket or its threads, and about no operation. */
export function socketRequestOf(label: SocketLabel): Request {
  const socket = theSocket;
  switch (label.type) {
    case 'lifecycle': {
      const how = ({ 'WSPShutdown.send': 'SD_SEND', 'WSPShutdown.both': 'SD_BOTH' } as const)[label.event as string];
      if (how !== undefined) return { call: 'WSPShutdown', socket, how };
      if (label.event === 'WSPConnect.broadcast') return { call: 'WSPConnect', socket, to: 'broadcast' };
      return { call: label.event as 'WSPBind' | 'WSPConnect' | 'WSPCloseSocket', socket };
    }
    case 'FIONBIO':
      return { call: 'WSPIoctl', socket, code: 'FIONBIO', value: label.on ? 1 : 0 };
    case 'peer.reset':
    case 'peer.close':
      return { env: label.type, socket };
    case 'settle':
      return { env: 'settle' };
    case 'sleep.begins':
    case 'nap.begins':
      return { call: 'SleepEx' };
    case 'flush':
      return { call: 'WSPIoctl', socket, code: 'SIO_FLUSH' };
    case 'interrupt':
      return { call: 'WSPCancelBlockingCall', thread: blockingThread };
  }
}

type OperationLabel = Extract<Label, { type: 'cancel' | 'event' | 'count' | 'result' | 'result.incomplete' | 'result.other' }>;

/** What is about an operation, by its OVERLAPPED and the socket of its send. */
export function operationRequestOf(label: OperationLabel, overlapped: string, socket: string = theSocket): Request {
  switch (label.type) {
    case 'cancel':
      return { call: 'WSPCancelIo', socket, overlapped };
    case 'event':
    case 'count':
      return { poll: label.type, overlapped };
    case 'result.other':
      return { call: 'WSPGetOverlappedResult', socket, overlapped, wait: true };
    case 'result':
    case 'result.incomplete':
      return { call: 'WSPGetOverlappedResult', socket, overlapped, ...(label.waits && { wait: true }) };
  }
}

/** What is asked of a send that failed. */
export const failedRequestOf = (label: Extract<Label, { type: 'failed' }>, overlapped: string): Request =>
  label.seen === 'set' || label.seen === 'unset'
    ? { poll: 'event', overlapped }
    : { call: 'WSPGetOverlappedResult', socket: theSocket, overlapped };
