import { errorCodes } from '../../../model/winsock/codes.ts';

/**
 * The kernel's errno in Winsock's words. Where POSIX and Winsock mean the same thing by the same name the entry has no reason to
 * give; the others say how they were chosen.
 */

interface Meaning {
  readonly name: string;
  readonly code: number;
  readonly reason?: string;
}

const {
  WSAEACCES,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAEISCONN,
  WSAEMSGSIZE,
  WSAENETDOWN,
  WSAENETRESET,
  WSAENOBUFS,
  WSAENOPROTOOPT,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSAEWOULDBLOCK,
} = errorCodes;

export const EAGAIN = 11;
export const EFAULT = 14;
export const EPIPE = 32;

const meanings: ReadonlyMap<number, Meaning> = new Map([
  [4, { name: 'EINTR', code: WSAEINTR }],
  [
    9,
    { name: 'EBADF', code: WSAENOTSOCK, reason: 'POSIX tells a number that is no descriptor from one that is no socket; Winsock does not' },
  ],
  [EAGAIN, { name: 'EAGAIN', code: WSAEWOULDBLOCK }],
  [12, { name: 'ENOMEM', code: WSAENOBUFS, reason: 'the kernel has no memory for the send, which Winsock calls having no buffers' }],
  [13, { name: 'EACCES', code: WSAEACCES }],
  [EFAULT, { name: 'EFAULT', code: WSAEFAULT }],
  [22, { name: 'EINVAL', code: WSAEINVAL }],
  [EPIPE, { name: 'EPIPE', code: WSAECONNRESET, reason: 'no longer connected; where the send side was shut down, WSAESHUTDOWN' }],
  [88, { name: 'ENOTSOCK', code: WSAENOTSOCK }],
  [
    89,
    {
      name: 'EDESTADDRREQ',
      code: WSAENOTCONN,
      reason: 'a send without a destination on a datagram socket that has no default peer: the page has no code of that name',
    },
  ],
  [90, { name: 'EMSGSIZE', code: WSAEMSGSIZE }],
  [92, { name: 'ENOPROTOOPT', code: WSAENOPROTOOPT }],
  [95, { name: 'EOPNOTSUPP', code: WSAEOPNOTSUPP }],
  [100, { name: 'ENETDOWN', code: WSAENETDOWN }],
  [102, { name: 'ENETRESET', code: WSAENETRESET }],
  [103, { name: 'ECONNABORTED', code: WSAECONNABORTED }],
  [104, { name: 'ECONNRESET', code: WSAECONNRESET }],
  [105, { name: 'ENOBUFS', code: WSAENOBUFS }],
  [106, { name: 'EISCONN', code: WSAEISCONN }],
  [107, { name: 'ENOTCONN', code: WSAENOTCONN }],
  [110, { name: 'ETIMEDOUT', code: WSAECONNABORTED, reason: 'the page has a circuit that ended by a time-out under this code' }],
  [
    111,
    { name: 'ECONNREFUSED', code: WSAECONNRESET, reason: 'on a datagram socket: an earlier datagram was answered with port unreachable' },
  ],
]);

/** The code for an errno; `isShutDown` when this side ended its sending. */
export const winsockCode = (errno: number, isShutDown = false): number => {
  if (errno === EPIPE && isShutDown) return WSAESHUTDOWN;
  const meaning = meanings.get(errno);
  if (meaning === undefined)
    throw new RangeError(`impl/foreign/posix/errno.ts must have an entry for every errno that comes: errno=${errno}`);
  return meaning.code;
};
