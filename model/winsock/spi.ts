/**
 * The service-provider interface as the page and its siblings spell it, in TypeScript's shapes.
 *
 * Out-parameters are cells: `value` stays `undefined` until the provider writes it, so "untouched" can be seen.
 * SOCKET is a number. Lengths and counts are bytes. Every function returns 0 or SOCKET_ERROR unless stated otherwise
 * and writes its error code to `lpErrno` only when it returns SOCKET_ERROR.
 */

import type { TraceStep } from './trace.ts';

/** The handle of a socket. */
export type SOCKET = number;
/** What WSPSocket returns where it fails. */
export const INVALID_SOCKET = -1;
/** What the other calls return where they fail. */
export const SOCKET_ERROR = -1;

/** An out-parameter. `undefined` means that nobody wrote it. */
export interface Cell<T = number> {
  value: T | undefined;
}

/** A buffer of a send: `len` bytes from the first of `buf` on. */
export interface WSABUF {
  /** Bytes of this buffer that belong to the send. */
  len: number;
  /** The data; null stands for a pointer outside the caller's address space. */
  buf: Uint8Array | null;
}

/** A manual-reset event object. */
export interface WSAEVENT {
  signalled: boolean;
}

/** `Internal` while an operation is under way (STATUS_PENDING on Windows). */
export const STATUS_PENDING = 0x103;

/** What the caller keeps of an overlapped operation (lpOverlapped:1). */
export interface WSAOVERLAPPED {
  /** STATUS_PENDING while the operation is under way, else its completion status (0 or a Winsock code). The provider's. */
  Internal: number;
  /** Bytes transferred, valid once `Internal` is not STATUS_PENDING. The provider's. */
  InternalHigh: number;
  /** The caller's event, or null. Ignored where there is a completion routine; the caller may then keep anything else in it. */
  hEvent: WSAEVENT | null;
}

/** How an operation ended. The count first: it must be there once the operation is seen to be over. */
export const storeStatus = (lpOverlapped: WSAOVERLAPPED, dwError: number, cbTransferred: number): void => {
  lpOverlapped.InternalHigh = cbTransferred;
  lpOverlapped.Internal = dwError;
};

/** What WPUCompleteOverlappedRequest stores. */
export const storeCompletion = (lpOverlapped: WSAOVERLAPPED, dwError: number, cbTransferred: number): void => {
  storeStatus(lpOverlapped, dwError, cbTransferred);
  if (lpOverlapped.hEvent !== null) lpOverlapped.hEvent.signalled = true;
};

/** Names a thread to WPUQueueApc. The caller may reuse the structure as soon as WSPSend returns: capture it by value. */
export interface WSATHREADID {
  ThreadHandle: number;
  Reserved: number;
}

/**
 * The caller’s routine: the status of the operation, the bytes that it transferred, its OVERLAPPED, and flags that are zero (Routine:1).
 */
export type WSAOVERLAPPED_COMPLETION_ROUTINE = (
  dwError: number,
  cbTransferred: number,
  lpOverlapped: WSAOVERLAPPED,
  dwFlags: number,
) => void;

/** The provider's own APC function: it gets the one context value that WPUQueueApc carries. */
export type WSAUSERAPC = (dwContext: number) => void;

/** What ws2_32 offers to a provider. */
export interface WSPUPCALLTABLE {
  /** Runs `lpfnUserApc(dwContext)` in the next alertable wait of the thread. Fails with WSAEFAULT for a thread that is not there. */
  WPUQueueApc(lpThreadId: WSATHREADID, lpfnUserApc: WSAUSERAPC, dwContext: number, lpErrno: Cell): number;
  /** Completes an operation that has no routine: stores status and byte count in the OVERLAPPED, then signals hEvent if there is one. */
  WPUCompleteOverlappedRequest(s: SOCKET, lpOverlapped: WSAOVERLAPPED, dwError: number, cbTransferred: number, lpErrno: Cell): number;
  WPUResetEvent(hEvent: WSAEVENT, lpErrno: Cell): boolean;
}

/**
 * A call that waits: on a thread that can be parked it returns its result; where the threads belong to a scheduler it returns a
 * promise of the result, and the scheduler goes on with other threads until the promise resolves.
 */
export type Waits<T> = T | Promise<T>;

/** What WSPSocket is given about the protocol: the service flags, XP1_…. */
export interface WSAPROTOCOL_INFO {
  readonly dwServiceFlags1: number;
}

/** The table of the provider's entry points. */
export interface SpiTable {
  /**
   * Returns the new SOCKET, or INVALID_SOCKET. `dwFlags` may hold WSA_FLAG_OVERLAPPED. `lpProtocolInfo` is given for a protocol that is
   * not the plain one of its type: with XP1_UNI_RECV the socket can only receive.
   */
  WSPSocket(
    af: number,
    type: number,
    protocol: number,
    lpProtocolInfo: WSAPROTOCOL_INFO | null,
    g: number,
    dwFlags: number,
    lpErrno: Cell,
  ): SOCKET;
  WSPBind(s: SOCKET, name: string | null, namelen: number, lpErrno: Cell): number;
  /** `name` is "peer" or "broadcast". */
  WSPConnect(
    s: SOCKET,
    name: string,
    namelen: number,
    lpCallerData: null,
    lpCalleeData: null,
    lpSQOS: null,
    lpGQOS: null,
    lpErrno: Cell,
  ): number;
  WSPIoctl(s: SOCKET, dwIoControlCode: number, value: number, lpErrno: Cell): number;
  WSPSetSockOpt(s: SOCKET, level: number, optname: number, optval: number | Linger, lpErrno: Cell): number;
  WSPGetSockOpt(s: SOCKET, level: number, optname: number, optval: Cell, lpErrno: Cell): number;
  WSPSend(
    s: SOCKET,
    lpBuffers: WSABUF[] | null,
    dwBufferCount: number,
    lpNumberOfBytesSent: Cell | null,
    dwFlags: number,
    lpOverlapped: WSAOVERLAPPED | null,
    lpCompletionRoutine: WSAOVERLAPPED_COMPLETION_ROUTINE | null,
    lpThreadId: WSATHREADID | null,
    lpErrno: Cell,
  ): Waits<number>;
  /** Returns true when the operation has completed without error. Waits only when `fWait`. */
  WSPGetOverlappedResult(
    s: SOCKET,
    lpOverlapped: WSAOVERLAPPED,
    lpcbTransfer: Cell,
    fWait: boolean,
    lpdwFlags: Cell,
    lpErrno: Cell,
  ): Waits<boolean>;
  /** Cancels one operation, or with null all of the socket's. Not in the 1997 table; ws2_32 offers it as CancelIoEx. */
  WSPCancelIo(s: SOCKET, lpOverlapped: WSAOVERLAPPED | null, lpErrno: Cell): number;
  /** Cancels the blocking call of a thread. On Windows the calling thread's own hook calls it; here the thread is named. */
  WSPCancelBlockingCall(lpThreadId: WSATHREADID, lpErrno: Cell): number;
  WSPShutdown(s: SOCKET, how: number, lpErrno: Cell): number;
  WSPCloseSocket(s: SOCKET, lpErrno: Cell): number;
}

/** SO_LINGER: whether to linger at all, and for how many seconds. */
export interface Linger {
  l_onoff: number;
  l_linger: number;
}

/** What the peer's look at a socket gave. `bytes: null` is one look that found nothing; datagrams come one a call. */
export type Received =
  | { kind: 'bytes'; bytes: Uint8Array; oob?: boolean }
  | { kind: 'idle' }
  | { kind: 'eof' }
  | { kind: 'error'; errno: number };

/** What stands behind the sockets: the far end, the transport and the clock, in the hands of the test. */
export interface World {
  /** The peer of `socket` reads what has arrived, at most `max` bytes (absent: all there is), a datagram socket one datagram. */
  recv(socket: SOCKET, max?: number): Received;
  /** Brings an environment event about (`peer.reset`, `peer.close`, …), and the injected ones of this provider (`room`, `fail`, …). */
  env(kind: string, socket?: SOCKET, value?: number): void;
  /** Whether select says that a send on this socket finds room. Left out where nobody can say. */
  writable?(socket: SOCKET): boolean;
  /** Everything already caused is delivered: completions are signalled or queued, resets have arrived. */
  settle(): void;
  /** CreateIoCompletionPort has bound the socket: the packets of its operations come from what WPUCompleteOverlappedRequest reports. */
  bindPort?(socket: SOCKET): void;
  /** The thread has ended; null threads are none of the provider's. */
  exitThread?(lpThreadId: WSATHREADID): void;
  /** True when the provider can be asked to do this step, else the reason why not. */
  supports(step: TraceStep): true | string;
}

/** What a small provider leaves out of it: `env` where nothing happens to its circuits, `settle` where nothing is late, `supports`. */
export type WorldPart = Pick<World, 'recv'> & Partial<World>;

/**
 * A provider as a module. `world()` belongs to the provider that the last WSPStartup made. What the table or the world leaves out is not
 * supported, and is not asked for.
 */
export interface ProviderModule {
  WSPStartup(upcalls: WSPUPCALLTABLE): Partial<SpiTable>;
  world(): WorldPart;
}
