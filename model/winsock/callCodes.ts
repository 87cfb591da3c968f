/**
 * What each call may return, as its own public page documents it. The clauses judge what the codes of WSPSend mean. Only this much is
 * known here of the other calls: a code that the call's page lists is an answer, another code of Winsock's is one that nobody here can
 * judge, and a text that is no code is no answer at all.
 */

import { type CodeName, isWinsockCode } from './codes.ts';
import type { CallName } from './trace.ts';

/** The error codes that WSPSend itself may return; any other code is refused in every state. */
export const sendCodes = [
  'WSAENETDOWN',
  'WSAEACCES',
  'WSAEINTR',
  'WSAEINPROGRESS',
  'WSAEFAULT',
  'WSAENETRESET',
  'WSAENOBUFS',
  'WSAENOTCONN',
  'WSAENOTSOCK',
  'WSAEOPNOTSUPP',
  'WSAESHUTDOWN',
  'WSAEWOULDBLOCK',
  'WSAEMSGSIZE',
  'WSAEINVAL',
  'WSAECONNABORTED',
  'WSAECONNRESET',
  'WSA_OPERATION_ABORTED',
  // Codes that the table of the page does not have: each needs a cause of its own.
  'WSAETIMEDOUT',
  'WSAENETUNREACH',
  'WSAEHOSTUNREACH',
  'WSAEADDRNOTAVAIL',
] as const satisfies readonly CodeName[];
export type SendCode = (typeof sendCodes)[number];

/** The codes that the page of each call lists. */
export const codesOf: { readonly [call in CallName]: readonly CodeName[] } = {
  WSPSocket: [
    'WSAENETDOWN',
    'WSAEACCES',
    'WSAEAFNOSUPPORT',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINVAL',
    'WSAEINVALIDPROCTABLE',
    'WSAEINVALIDPROVIDER',
    'WSAEMFILE',
    'WSAENOBUFS',
    'WSAEPROTONOSUPPORT',
    'WSAEPROTOTYPE',
    'WSAEPROVIDERFAILEDINIT',
    'WSAESOCKTNOSUPPORT',
    'WSANOTINITIALISED',
  ],
  WSPBind: [
    'WSAENETDOWN',
    'WSAEACCES',
    'WSAEADDRINUSE',
    'WSAEADDRNOTAVAIL',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINVAL',
    'WSAENOBUFS',
    'WSAENOTSOCK',
  ],
  WSPConnect: [
    'WSAENETDOWN',
    'WSAEACCES',
    'WSAEADDRINUSE',
    'WSAEADDRNOTAVAIL',
    'WSAEAFNOSUPPORT',
    'WSAEALREADY',
    'WSAECONNREFUSED',
    'WSAEFAULT',
    'WSAEHOSTUNREACH',
    'WSAEINPROGRESS',
    'WSAEINTR',
    'WSAEINVAL',
    'WSAEISCONN',
    'WSAENETUNREACH',
    'WSAENOBUFS',
    'WSAENOTSOCK',
    'WSAEPROTONOSUPPORT',
    'WSAETIMEDOUT',
    'WSAEWOULDBLOCK',
  ],
  WSPIoctl: [
    'WSAENETDOWN',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINVAL',
    'WSAENOPROTOOPT',
    'WSAENOTCONN',
    'WSAENOTSOCK',
    'WSAEOPNOTSUPP',
    'WSAEWOULDBLOCK',
    'WSA_IO_PENDING',
    'WSA_OPERATION_ABORTED',
  ],
  WSPSetSockOpt: [
    'WSAENETDOWN',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINVAL',
    'WSAENETRESET',
    'WSAENOPROTOOPT',
    'WSAENOTCONN',
    'WSAENOTSOCK',
  ],
  WSPGetSockOpt: ['WSAENETDOWN', 'WSAEFAULT', 'WSAEINPROGRESS', 'WSAEINVAL', 'WSAENOPROTOOPT', 'WSAENOTSOCK'],
  WSPSend: [...sendCodes, 'WSA_IO_PENDING'],
  // Its own codes, and the statuses with which a send may end.
  WSPGetOverlappedResult: [
    'WSAENETDOWN',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINVAL',
    'WSAENOTSOCK',
    'WSAEOPNOTSUPP',
    'WSA_INVALID_HANDLE',
    'WSA_INVALID_PARAMETER',
    'WSA_IO_INCOMPLETE',
    'WSAECONNABORTED',
    'WSAECONNRESET',
    'WSAEMSGSIZE',
    'WSAEADDRNOTAVAIL',
    'WSAEHOSTUNREACH',
    'WSAENETRESET',
    'WSAENETUNREACH',
    'WSAENOBUFS',
    'WSAESHUTDOWN',
    'WSA_OPERATION_ABORTED',
  ],
  WSPRecv: [
    'WSAENETDOWN',
    'WSAECONNABORTED',
    'WSAECONNRESET',
    'WSAEDISCON',
    'WSAEFAULT',
    'WSAEINPROGRESS',
    'WSAEINTR',
    'WSAEINVAL',
    'WSAEMSGSIZE',
    'WSAENETRESET',
    'WSAENOTCONN',
    'WSAENOTSOCK',
    'WSAEOPNOTSUPP',
    'WSAESHUTDOWN',
    'WSAETIMEDOUT',
    'WSAEWOULDBLOCK',
    'WSA_IO_PENDING',
    'WSA_OPERATION_ABORTED',
  ],
  // CancelIoEx, under a name that fits; 1168 is ERROR_NOT_FOUND.
  WSPCancelIo: ['1168', 'WSAENOTSOCK', 'WSA_INVALID_HANDLE'],
  WSPCancelBlockingCall: ['WSAENETDOWN', 'WSAEINVAL', 'WSAEOPNOTSUPP'],
  WSPShutdown: ['WSAENETDOWN', 'WSAECONNABORTED', 'WSAECONNRESET', 'WSAEINPROGRESS', 'WSAEINVAL', 'WSAENOTCONN', 'WSAENOTSOCK'],
  WSPCloseSocket: ['WSAENETDOWN', 'WSAEINPROGRESS', 'WSAEINTR', 'WSAENOTSOCK', 'WSAEWOULDBLOCK'],
  WSACleanup: ['WSAENETDOWN', 'WSAEINPROGRESS', 'WSANOTINITIALISED'],
  CreateIoCompletionPort: ['WSAENOTSOCK', 'WSA_INVALID_HANDLE', 'WSA_INVALID_PARAMETER', 'WSA_NOT_ENOUGH_MEMORY'],
  SetFileCompletionNotificationModes: ['WSAENOTSOCK', 'WSA_INVALID_HANDLE', 'WSA_INVALID_PARAMETER'],
  // Neither fails.
  SleepEx: [],
  ExitThread: [],
};

/**
 * `documented`: the page of the call lists the code. `undocumented`: a code of Winsock's or a number that the page of the call does not
 * list, so that nobody here can say what it means. `no code`: what no call can return for a failure, 0 among it.
 */
export type CodeStanding = 'documented' | 'undocumented' | 'no code';

/** Whether the page of a call lists a code. */
export const standingOf = (call: CallName, errno: CodeName): CodeStanding => {
  if (codesOf[call].includes(errno)) return 'documented';
  return isWinsockCode(errno) || isErrorNumber(errno) ? 'undocumented' : 'no code';
};

const isErrorNumber = (text: string): boolean => /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 32;
