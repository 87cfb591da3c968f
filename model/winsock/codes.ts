/** Winsock's own numbers, under Winsock's own names. */

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
  WSAENETDOWN: 10050,
  WSAENETRESET: 10052,
  WSAECONNABORTED: 10053,
  WSAECONNRESET: 10054,
  WSAENOBUFS: 10055,
  WSAEISCONN: 10056,
  WSAENOTCONN: 10057,
  WSAESHUTDOWN: 10058,
} as const;
export type ErrorCode = keyof typeof errorCodes;

const names = new Map<number, ErrorCode>(Object.entries(errorCodes).map(([name, value]) => [value, name as ErrorCode]));

/** A code's name, or its decimal number in a string where the vocabulary has no name for it; 0 is "0". */
export const codeName = (code: number): string => names.get(code) ?? String(code);

export const sendFlags = { MSG_OOB: 0x1, MSG_DONTROUTE: 0x4, MSG_PARTIAL: 0x8000 } as const;
export type SendFlag = keyof typeof sendFlags;

export const socketTypes = { SOCK_STREAM: 1, SOCK_DGRAM: 2 } as const;

export const shutdownHow = { SD_RECEIVE: 0, SD_SEND: 1, SD_BOTH: 2 } as const;

export const ioctlCodes = { FIONBIO: 0x8004667e, SIO_FLUSH: 0x28000004 } as const;

export const SOL_SOCKET = 0xffff;
export const socketOptions = {
  SO_DONTROUTE: 0x0010,
  SO_KEEPALIVE: 0x0008,
  SO_BROADCAST: 0x0020,
  SO_LINGER: 0x0080,
  SO_SNDBUF: 0x1001,
  SO_RCVBUF: 0x1002,
  SO_MAX_MSG_SIZE: 0x2003,
} as const;

export const AF_INET = 2;
export const WSA_FLAG_OVERLAPPED = 0x01;

/** In dwServiceFlags1 of a WSAPROTOCOL_INFO: sockets of this protocol receive and cannot send. */
export const XP1_UNI_RECV = 0x00010000;
