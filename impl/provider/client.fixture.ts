/**
 * ws2_32's part in one screen: a client that fills in the nine parameters, keeps what the provider calls up with, and runs
 * queued routines when a thread waits alertably. The tests next to this file use it.
 */

import { AF_INET, codeName, ioctlCodes, SOL_SOCKET, socketTypes, WSA_FLAG_OVERLAPPED } from '../../model/winsock/codes.ts';
import {
  type Cell,
  type Linger,
  type SOCKET,
  type SpiTable,
  storeCompletion,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSATHREADID,
  type WSAUSERAPC,
  type WSPUPCALLTABLE,
} from '../../model/winsock/spi.ts';

export interface SocketKind {
  datagram?: boolean;
  overlapped?: boolean;
  nonblocking?: boolean;
  connected?: boolean;
  to?: string;
}

export interface Sending {
  flags?: number;
  overlapped?: WSAOVERLAPPED | null;
  routine?: WSAOVERLAPPED_COMPLETION_ROUTINE | null;
  thread?: number | null;
  count?: boolean;
}

/** What a call gave: "0" or the name of its error, and the count it wrote (undefined: untouched). */
export interface Outcome {
  result: string;
  bytes: number | undefined;
}

/** `length` bytes of the stream that counts its positions modulo 251, from `position` on. */
export const pattern = (position: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (position + i) % 251);

export const overlapped = (withEvent = true): WSAOVERLAPPED => ({
  Internal: 0,
  InternalHigh: 0,
  hEvent: withEvent ? { signalled: false } : null,
});

export class Client {
  readonly spi: SpiTable;
  /** Every upcall, as "WPUQueueApc thread" or "WPUCompleteOverlappedRequest code bytes". */
  readonly upcalled: string[] = [];
  private readonly queued: { thread: number; apc: WSAUSERAPC; context: number }[] = [];
  /** Threads that WPUQueueApc does not know. */
  readonly gone = new Set<number>();

  constructor(start: (upcalls: WSPUPCALLTABLE) => SpiTable) {
    this.spi = start({
      WPUQueueApc: ({ ThreadHandle }, apc, context, lpErrno) => {
        if (this.gone.has(ThreadHandle)) {
          lpErrno.value = 10014;
          return -1;
        }
        this.upcalled.push(`WPUQueueApc ${ThreadHandle}`);
        this.queued.push({ thread: ThreadHandle, apc, context });
        return 0;
      },
      WPUCompleteOverlappedRequest: (_s, lpOverlapped, dwError, cbTransferred) => {
        this.upcalled.push(`WPUCompleteOverlappedRequest ${codeName(dwError)} ${cbTransferred}`);
        storeCompletion(lpOverlapped, dwError, cbTransferred);
        return 0;
      },
      WPUResetEvent: (hEvent) => {
        hEvent.signalled = false;
        return true;
      },
    });
  }

  socket({ datagram = false, overlapped = false, nonblocking = false, connected = true, to = 'peer' }: SocketKind = {}): SOCKET {
    const lpErrno: Cell = { value: undefined };
    const type = datagram ? socketTypes.SOCK_DGRAM : socketTypes.SOCK_STREAM;
    const s = this.spi.WSPSocket(AF_INET, type, 0, null, 0, overlapped ? WSA_FLAG_OVERLAPPED : 0, lpErrno);
    if (nonblocking) this.spi.WSPIoctl(s, ioctlCodes.FIONBIO, 1, lpErrno);
    if (connected) this.spi.WSPConnect(s, to, to.length, null, null, null, null, lpErrno);
    return s;
  }

  set(s: SOCKET, optname: number, value: number | Linger): string {
    const lpErrno: Cell = { value: undefined };
    return outcome(this.spi.WSPSetSockOpt(s, SOL_SOCKET, optname, value, lpErrno), lpErrno);
  }

  /** A send that is not expected to wait. */
  send(s: SOCKET, data: Uint8Array | WSABUF[] | null, sending: Sending = {}): Outcome {
    const sent = this.begin(s, data, sending);
    if (sent instanceof Promise) throw new Error('the send waits');
    return sent;
  }

  /** A send as it comes: an outcome, or the promise of one. */
  begin(s: SOCKET, data: Uint8Array | WSABUF[] | null, sending: Sending = {}): Outcome | Promise<Outcome> {
    const { flags = 0, overlapped = null, routine = null, thread = 1, count = true } = sending;
    const buffers = data instanceof Uint8Array ? [{ len: data.length, buf: data }] : data;
    const sent: Cell | null = count ? { value: undefined } : null;
    const lpErrno: Cell = { value: undefined };
    const lpThreadId: WSATHREADID | null = thread === null ? null : { ThreadHandle: thread, Reserved: 0 };
    const rc = this.spi.WSPSend(s, buffers, buffers?.length ?? 1, sent, flags, overlapped, routine, lpThreadId, lpErrno);
    // The caller's array and thread are its own again.
    if (lpThreadId !== null) lpThreadId.ThreadHandle = -1;
    for (const buffer of buffers ?? []) Object.assign(buffer, { len: 0, buf: null });
    const conclude = (rc: number): Outcome => ({ result: outcome(rc, lpErrno), bytes: sent?.value });
    return typeof rc === 'number' ? conclude(rc) : rc.then(conclude);
  }

  result(s: SOCKET, lpOverlapped: WSAOVERLAPPED): Outcome {
    const got = this.wait(s, lpOverlapped, false);
    if (got instanceof Promise) throw new Error('the call waits');
    return got;
  }

  wait(s: SOCKET, lpOverlapped: WSAOVERLAPPED, fWait = true): Outcome | Promise<Outcome> {
    const bytes: Cell = { value: undefined };
    const lpErrno: Cell = { value: undefined };
    const done = this.spi.WSPGetOverlappedResult(s, lpOverlapped, bytes, fWait, { value: undefined }, lpErrno);
    const conclude = (done: boolean): Outcome => ({ result: outcome(done ? 0 : -1, lpErrno), bytes: bytes.value });
    return typeof done === 'boolean' ? conclude(done) : done.then(conclude);
  }

  /** One of the calls that take a socket or a thread and an argument or none. */
  call(name: 'WSPCancelIo' | 'WSPShutdown' | 'WSPCloseSocket' | 'WSPCancelBlockingCall', ...args: unknown[]): string {
    const lpErrno: Cell = { value: undefined };
    const call = this.spi[name] as (...args: unknown[]) => number;
    return outcome(call(...args, lpErrno), lpErrno);
  }

  ioctl(s: SOCKET, code: number, value = 0): string {
    const lpErrno: Cell = { value: undefined };
    return outcome(this.spi.WSPIoctl(s, code, value, lpErrno), lpErrno);
  }

  /** The thread waits alertably: what is queued for it runs, including what these routines queue. Returns how many APCs ran. */
  sleepEx(thread = 1): number {
    for (let ran = 0; ; ran++) {
      const next = this.queued.findIndex((entry) => entry.thread === thread);
      if (next < 0) return ran;
      const { apc, context } = this.queued.splice(next, 1)[0]!;
      apc(context);
    }
  }
}

const outcome = (rc: number, lpErrno: Cell): string => (rc === 0 ? '0' : codeName(lpErrno.value ?? Number.NaN));
