/** Which call it is, what a send asks for, and how its socket takes it. */

import type { CallStep, WSPGetOverlappedResultCall, WSPSendCall } from '../winsock/trace.ts';
import type { Socket } from './world.ts';

export const isSend = <C extends CallStep>(call: C): call is C & WSPSendCall => call.call === 'WSPSend';
export const isResult = <C extends CallStep>(call: C): call is C & WSPGetOverlappedResultCall => call.call === 'WSPGetOverlappedResult';

/** Bytes of all the buffers of a send. */
export const askedFor = (call: Pick<WSPSendCall, 'buffers'>): number => call.buffers.reduce((sum, length) => sum + length, 0);

/** Does the send use overlapped I/O: an overlapped socket that is given an OVERLAPPED. */
export const usesOverlappedIo = (call: WSPSendCall, socket: Socket | undefined): boolean =>
  call.overlapped !== undefined && socket?.overlapped === true;

/** What FIONBIO has made of the socket, or may have made by a call that has not returned. */
export const mayBeBlocking = ({ nonblocking, reblocking }: Socket): boolean => !nonblocking || reblocking > 0;
export const mayBeNonblocking = ({ nonblocking, unblocking }: Socket): boolean => nonblocking || unblocking > 0;
