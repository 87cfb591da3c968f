/** The steps of which the traces of questions are made. The socket is A. */

import type { SendCode } from '../winsock/callCodes.ts';
import type { CallName, WSPSendRequest } from '../winsock/trace.ts';

const ok = { rc: 0 } as const;
export const taken = (bytes: number): object => ({ rc: 0, bytes });
export const pends = { rc: -1, errno: 'WSA_IO_PENDING' } as const;
export const fails = (errno: SendCode | 'WSA_IO_INCOMPLETE'): object => ({ rc: -1, errno });

export const does = (call: CallName, fields: object = {}, returns: object = ok): object => ({ call, ...fields, returns });
export const onA = (call: CallName, fields: object = {}, returns: object = ok): object => does(call, { socket: 'A', ...fields }, returns);

/** A connected stream, or another socket where the fields say so. */
export const connected = (fields: object = {}): readonly object[] => [
  onA('WSPSocket', { type: 'SOCK_STREAM', ...fields }),
  onA('WSPConnect'),
];
export const overlappedStream = connected({ overlapped: true });
export const nonblocking = onA('WSPIoctl', { code: 'FIONBIO', value: 1 });

type SendFields = Partial<Omit<WSPSendRequest, 'call' | 'socket'>>;
/** A send of 1000 bytes unless the fields say otherwise. */
export const sends = (fields: SendFields, returns: object): object => onA('WSPSend', { buffers: [1000], ...fields }, returns);
/** A send that has not returned yet, on a thread of its own, and its return. */
export const sendBegins = (fields: SendFields = {}): object => {
  return { begin: 1, call: 'WSPSend', socket: 'A', thread: 't2', buffers: [1000], ...fields };
};
export const sendReturns = (returns: object): object => ({ end: 1, thread: 't2', returns });
/** An overlapped one. */
export const posts = (overlapped: string, returns: object, fields: SendFields = {}): object =>
  sends({ overlapped, event: true, ...fields }, returns);

export const resultOf = (overlapped: string, returns: object, fields: object = {}): object =>
  onA('WSPGetOverlappedResult', { overlapped, ...fields }, returns);
export const eventIs = (overlapped: string, signalled: boolean): object => ({ poll: 'event', overlapped, signalled });
export const enters = (overlapped: string, bytes: number, fields: object = {}): object => ({
  routine: 'enter',
  overlapped,
  error: '0',
  bytes,
  flags: 0,
  ...fields,
});
export const leaves = (overlapped: string): object => ({ routine: 'leave', overlapped });
/** An alertable wait, which may be inside another. */
export const sleeps = (begin: number): object => ({ begin, call: 'SleepEx' });
export const wakes = (end: number): object => ({ end, returns: ok });

/** Runs of bytes: the first value, and how many that each are one more. */
export const peerReads = (...runs: readonly (readonly [number, number])[]): object => ({ peer: 'recv', socket: 'A', runs });
export const peerSeesEnd = { peer: 'eof', socket: 'A' } as const;
export const happens = (env: string): object => ({ env, socket: 'A' });
export const settle = { env: 'settle' } as const;
