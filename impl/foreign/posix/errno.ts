import { type ErrorCode, errorCodes } from '../../../model/winsock/codes.ts';

/**
 * The kernel's errno in Winsock's words. Where POSIX and Winsock mean the same thing by the same name the entry has no reason to
 * give; the others say how they were chosen.
 */

interface Meaning {
  readonly errno: number;
  readonly name: string;
  readonly reason?: string;
}

export const EAGAIN = 11;
export const EFAULT = 14;
export const EPIPE = 32;

/** Which of the kernel's errnos stand for each code. */
const meanings: { readonly [code in ErrorCode]: readonly Meaning[] } = {
  WSAEINTR: [{ errno: 4, name: 'EINTR' }],
  WSAEACCES: [{ errno: 13, name: 'EACCES' }],
  WSAEFAULT: [{ errno: EFAULT, name: 'EFAULT' }],
  WSAEINVAL: [{ errno: 22, name: 'EINVAL' }],
  WSAEWOULDBLOCK: [{ errno: EAGAIN, name: 'EAGAIN' }],
  WSAENOTSOCK: [
    {
      errno: 9,
      name: 'EBADF',
      reason: 'POSIX has one code for a number that is no descriptor and another for one that is no socket; Winsock has one for both',
    },
    { errno: 88, name: 'ENOTSOCK' },
  ],
  WSAEMSGSIZE: [{ errno: 90, name: 'EMSGSIZE' }],
  WSAENOPROTOOPT: [{ errno: 92, name: 'ENOPROTOOPT' }],
  WSAEOPNOTSUPP: [{ errno: 95, name: 'EOPNOTSUPP' }],
  WSAEADDRNOTAVAIL: [{ errno: 99, name: 'EADDRNOTAVAIL' }],
  WSAENETDOWN: [{ errno: 100, name: 'ENETDOWN' }],
  WSAENETUNREACH: [{ errno: 101, name: 'ENETUNREACH' }],
  WSAEHOSTUNREACH: [{ errno: 113, name: 'EHOSTUNREACH' }],
  // The kernel has it for a circuit; a send that ran out of its time is EAGAIN there.
  WSAETIMEDOUT: [],
  WSAENETRESET: [{ errno: 102, name: 'ENETRESET' }],
  WSAECONNABORTED: [
    { errno: 103, name: 'ECONNABORTED' },
    { errno: 110, name: 'ETIMEDOUT', reason: 'the page has a circuit that ended by a time-out under this code' },
  ],
  WSAECONNRESET: [
    { errno: EPIPE, name: 'EPIPE', reason: 'no longer connected; where the send side was shut down, WSAESHUTDOWN' },
    { errno: 104, name: 'ECONNRESET' },
    { errno: 111, name: 'ECONNREFUSED', reason: 'on a datagram socket: an earlier datagram was answered with port unreachable' },
  ],
  WSAENOBUFS: [
    { errno: 12, name: 'ENOMEM', reason: 'the kernel has no memory for the send, which Winsock calls having no buffers' },
    { errno: 105, name: 'ENOBUFS' },
  ],
  WSAEISCONN: [{ errno: 106, name: 'EISCONN' }],
  WSAENOTCONN: [
    {
      errno: 89,
      name: 'EDESTADDRREQ',
      reason: 'a send without a destination on a datagram socket that has no default peer: the page has no code of that name',
    },
    { errno: 107, name: 'ENOTCONN' },
  ],
  // POSIX has neither overlapped operations nor calls that refuse one another; EPIPE after a shutdown is WSAESHUTDOWN.
  WSA_IO_INCOMPLETE: [],
  WSA_IO_PENDING: [],
  WSA_OPERATION_ABORTED: [],
  WSAEINPROGRESS: [],
  WSAESHUTDOWN: [],
};

const codeOf: ReadonlyMap<number, number> = new Map(
  Object.entries(meanings).flatMap(([code, errnos]) => errnos.map(({ errno }) => [errno, errorCodes[code as ErrorCode]] as const)),
);

/** The code for an errno; `isShutDown` when this side ended its sending. */
export const winsockCode = (errno: number, isShutDown = false): number => {
  if (errno === EPIPE && isShutDown) return errorCodes.WSAESHUTDOWN;
  const code = codeOf.get(errno);
  if (code === undefined) throw new RangeError(`impl/foreign/posix/errno.ts must have an entry for every errno that comes: errno=${errno}`);
  return code;
};
