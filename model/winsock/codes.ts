/**
 * Winsock's own numbers, under Winsock's own names: the words that a trace is judged by. Each table is the one place where its words are
 * declared; what must decide about each of them is a total record or a switch that ends in `satisfies never`. Winsock's other names are in
 * foreign.ts.
 */

import { foreignErrors, foreignFlags, foreignTypes, harmlessIoctls, harmlessOptions, isQosError, obscureIoctls } from './foreign.ts';
import { type ForeignName, nameSet } from './spelling.ts';

/** The codes that the rules name, by the names that Winsock gives them. */
export const errorCodes = {
  WSA_IO_INCOMPLETE: 996,
  WSA_IO_PENDING: 997,
  WSA_OPERATION_ABORTED: 995,
  WSAEINTR: 10004,
  WSAEACCES: 10013,
  WSAEFAULT: 10014,
  WSAEINVAL: 10022,
  WSAEWOULDBLOCK: 10035,
  WSAEINPROGRESS: 10036,
  WSAENOTSOCK: 10038,
  WSAEMSGSIZE: 10040,
  WSAENOPROTOOPT: 10042,
  WSAEOPNOTSUPP: 10045,
  WSAEADDRNOTAVAIL: 10049,
  WSAENETDOWN: 10050,
  WSAENETUNREACH: 10051,
  WSAENETRESET: 10052,
  WSAECONNABORTED: 10053,
  WSAECONNRESET: 10054,
  WSAENOBUFS: 10055,
  WSAEISCONN: 10056,
  WSAENOTCONN: 10057,
  WSAESHUTDOWN: 10058,
  WSAETIMEDOUT: 10060,
  WSAEHOSTUNREACH: 10065,
} as const;
/** The name of such a code. */
export type ErrorCode = keyof typeof errorCodes;
/** Every error code of Winsock's headers, those that nothing here judges among them. */
export type WinsockCode = ErrorCode | keyof typeof foreignErrors | `WSA_QOS_${string}`;

/** A code as a trace writes it: its name, its decimal number where it has none, or what is no code at all. */
export type CodeName = WinsockCode | `${number}` | ForeignName;

const names = new Map<number, WinsockCode>();
for (const [name, value] of Object.entries({ ...errorCodes, ...foreignErrors }))
  if (!names.has(value)) names.set(value, name as WinsockCode);

/** A code's name, or its decimal number in a string where Winsock has no name for it; 0 is "0". */
export const codeName = (code: number): WinsockCode | `${number}` => names.get(code) ?? `${code}`;

/** True of every name in Winsock's headers. */
export const isWinsockCode = (name: string): name is WinsockCode =>
  Object.hasOwn(errorCodes, name) || Object.hasOwn(foreignErrors, name) || isQosError(name);

/**
 * What a Win32 error stands for where Winsock gives one: completion ports and GetLastError speak Win32, and the page speaks Winsock.
 */
export const standsFor: Readonly<Record<string, WinsockCode>> = {
  '5': 'WSAEACCES',
  '6': 'WSAENOTSOCK',
  '8': 'WSAENOBUFS',
  '64': 'WSAECONNRESET',
  '87': 'WSAEINVAL',
  '121': 'WSAETIMEDOUT',
  '234': 'WSAEMSGSIZE',
  '995': 'WSA_OPERATION_ABORTED',
  '996': 'WSA_IO_INCOMPLETE',
  '997': 'WSA_IO_PENDING',
  '998': 'WSAEFAULT',
  '1225': 'WSAECONNREFUSED',
  '1229': 'WSAENOTCONN',
  '1231': 'WSAENETUNREACH',
  '1232': 'WSAEHOSTUNREACH',
  '1234': 'WSAECONNRESET',
  '1235': 'WSAECONNABORTED',
  '1236': 'WSAECONNABORTED',
  '1450': 'WSAENOBUFS',
};

/** The Winsock code that a name or a number stands for: `"64"`, ERROR_NETNAME_DELETED, is WSAECONNRESET, and `"10054"` is too. */
export const winsockCodeOf = (code: CodeName): CodeName => {
  if (Object.hasOwn(standsFor, code)) return standsFor[code]!;
  return /^\d{1,5}$/.test(code) ? codeName(Number(code)) : code;
};

/**
 * The same where a Win32 error stands for more than one: a connection that the far end reset and one that was closed on this side, with an
 * operation pending, are both ERROR_NETNAME_DELETED, and Winsock calls the second WSAECONNABORTED.
 */
export const winsockCodesOf = (code: CodeName): readonly CodeName[] =>
  code === '64' ? [winsockCodeOf(code), 'WSAECONNABORTED'] : [winsockCodeOf(code)];

const nameIn = <Name extends string>(table: { readonly [name in Name]: number }, value: number): Name | undefined =>
  (Object.keys(table) as Name[]).find((name) => table[name] === value);

/** The flags of a send (dwFlags:1). */
export const sendFlags = { MSG_OOB: 0x1, MSG_DONTROUTE: 0x4, MSG_PARTIAL: 0x8000 } as const;
/** The name of such a flag. */
export type SendFlag = keyof typeof sendFlags;
export const isSendFlag = (name: string): name is SendFlag => Object.hasOwn(sendFlags, name);

export const socketTypes = { SOCK_STREAM: 1, SOCK_DGRAM: 2 } as const;
export type SocketType = keyof typeof socketTypes;

export const shutdownHow = { SD_RECEIVE: 0, SD_SEND: 1, SD_BOTH: 2 } as const;
export type ShutdownHow = keyof typeof shutdownHow;

export const ioctlCodes = { FIONBIO: 0x8004667e, SIO_FLUSH: 0x28000004 } as const;
export type IoctlCode = keyof typeof ioctlCodes;
export const ioctlName = (code: number): IoctlCode | undefined => nameIn(ioctlCodes, code);

export const SOL_SOCKET = 0xffff;
export const socketOptions = {
  SO_DONTROUTE: 0x0010,
  SO_KEEPALIVE: 0x0008,
  SO_BROADCAST: 0x0020,
  SO_LINGER: 0x0080,
  SO_SNDBUF: 0x1001,
  SO_RCVBUF: 0x1002,
  SO_SNDTIMEO: 0x1005,
  SO_MAX_MSG_SIZE: 0x2003,
} as const;
export type SocketOption = keyof typeof socketOptions;
export const optionName = (optname: number): SocketOption | undefined => nameIn(socketOptions, optname);

/** Which pointer of a WSPSend is not valid: the array, the data of its last WSABUF, or the out-parameter that counts. */
export const sendFaults = ['lpBuffers', 'buffer', 'lpNumberOfBytesSent'] as const;
export type SendFault = (typeof sendFaults)[number];

export const completionModes = { FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: 0x1, FILE_SKIP_SET_EVENT_ON_HANDLE: 0x2 } as const;
export type CompletionMode = keyof typeof completionModes;

export const AF_INET = 2;
export const WSA_FLAG_OVERLAPPED = 0x01;

/** In dwServiceFlags1 of a WSAPROTOCOL_INFO: sockets of this protocol receive and cannot send. */
export const XP1_UNI_RECV = 0x00010000;

// ---- Names in a trace ----------------------------------------------------------------------------------------------------------

/** Each word of a trace, the prefix of its family, and Winsock's other names of the family, which are no misspellings. */
export const nameSets = {
  code: nameSet(/^WSA/, Object.keys(errorCodes) as CodeName[], foreignErrors),
  flag: nameSet(/^MSG_/, Object.keys(sendFlags) as SendFlag[], foreignFlags),
  type: nameSet(/^SOCK_/, Object.keys(socketTypes) as SocketType[], foreignTypes),
  how: nameSet(/^SD_/, Object.keys(shutdownHow) as ShutdownHow[]),
  ioctl: nameSet(/^(SIO_|SIOC|FIO)/, Object.keys(ioctlCodes) as IoctlCode[], { ...harmlessIoctls, ...obscureIoctls }),
  option: nameSet(/^SO_/, Object.keys(socketOptions) as SocketOption[], harmlessOptions),
  fault: nameSet(/^(lp|buf)/, sendFaults),
  mode: nameSet(/^FILE_SKIP_/, Object.keys(completionModes) as CompletionMode[]),
} as const;
