/** A small provider that keeps to the page, but for the faults that a test asks it to have. */

import { errorCodes, socketTypes } from '../../model/winsock/codes.ts';
import {
  type Cell,
  type ProviderModule,
  SOCKET_ERROR,
  type SpiTable,
  STATUS_PENDING,
  type Waits,
  type World,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSATHREADID,
  type WSPUPCALLTABLE,
} from '../../model/winsock/spi.ts';

const transportCapacity = 100;

export interface Faults {
  /** Runs the routine at once, inside WSPSend. */
  inlineRoutine?: boolean;
  /** Reads the WSABUF array, or the WSATHREADID, when the operation completes instead of when it is posted. */
  keepsBufferArray?: boolean;
  keepsThreadId?: boolean;
  /** Passes the thread's handle alone to WPUQueueApc. */
  dropsReserved?: boolean;
  /** Calls the routine from the transport, on nobody's thread. */
  routineFromTransport?: boolean;
  writesCountLate?: boolean;
  refuses?: string;
  overrides?: Partial<SpiTable> | Partial<World>;
}

interface Post {
  readonly buffers: WSABUF[];
  readonly count: Cell | null;
  readonly total: number;
  readonly overlapped: WSAOVERLAPPED | null;
  readonly routine: WSAOVERLAPPED_COMPLETION_ROUTINE | null;
  readonly thread: WSATHREADID;
  unblock?: (result: number) => void;
  sent: number;
}

/** Of WSPSend. */
interface Arguments extends Pick<Post, 'count' | 'overlapped' | 'routine' | 'thread'> {
  readonly lpBuffers: WSABUF[] | null;
  readonly dwBufferCount: number;
}

class Socket {
  readonly handle: number;
  readonly isDatagram: boolean;
  readonly arrived: Uint8Array[] = [];
  readonly pending: Post[] = [];
  readonly heldBack: (() => void)[] = [];
  room = transportCapacity;
  isNonblocking = false;
  isClosed = false;
  isInRoutine = false;

  constructor(handle: number, isDatagram: boolean) {
    this.handle = handle;
    this.isDatagram = isDatagram;
  }

  /** What has arrived, as one receive takes it. */
  take(max: number): Uint8Array {
    if (this.isDatagram) return this.arrived.shift()!;
    const all = this.arrived.splice(0).flatMap((chunk) => [...chunk]);
    if (all.length > max) this.arrived.push(Uint8Array.from(all.slice(max)));
    return Uint8Array.from(all.slice(0, max));
  }
}

/** Its table and its far end are new objects, so that a test can put functions of its own into either. */
export class SmallProvider implements ProviderModule {
  readonly #sockets = new Map<number, Socket>();
  readonly #results: (() => void)[] = [];
  readonly #faults: Faults;
  #upcalls!: WSPUPCALLTABLE;

  constructor(faults: Faults = {}) {
    this.#faults = faults;
  }

  WSPStartup(upcalls: WSPUPCALLTABLE): SpiTable {
    this.#upcalls = upcalls;
    return { ...this.#table(), ...this.#faults.overrides };
  }

  world(): World {
    return { ...this.#farEnd(), ...this.#faults.overrides };
  }

  // ---- Calls -------------------------------------------------------------------------------------------------------------------

  #table(): SpiTable {
    return {
      WSPSocket: (_af, type) => this.#open(type === socketTypes.SOCK_DGRAM),
      WSPBind: (s, _name, _length, lpErrno) => this.#on(s, lpErrno, () => 0),
      WSPConnect: (s, _name, _length, _caller, _callee, _sqos, _gqos, lpErrno) => this.#on(s, lpErrno, () => 0),
      WSPIoctl: (s, _code, value, lpErrno) =>
        this.#on(s, lpErrno, (socket) => {
          socket.isNonblocking = value !== 0;
          return 0;
        }),
      WSPSetSockOpt: (s, _level, _name, _value, lpErrno) => this.#on(s, lpErrno, () => 0),
      WSPGetSockOpt: (s, _level, _name, optval, lpErrno) =>
        this.#on(s, lpErrno, () => {
          optval.value = 65507;
          return 0;
        }),
      WSPSend: (s, lpBuffers, dwBufferCount, count, _flags, lpOverlapped, routine, lpThreadId, lpErrno) => {
        const post = { lpBuffers, dwBufferCount, count, overlapped: lpOverlapped, routine, thread: lpThreadId! };
        let blocked: Promise<number> | undefined;
        const result = this.#on(s, lpErrno, (socket) => {
          const sent = this.#send(socket, post, lpErrno);
          if (typeof sent === 'number') return sent;
          blocked = sent;
          return 0;
        });
        return blocked ?? result;
      },
      WSPGetOverlappedResult: (_s, lpOverlapped, lpcbTransfer, _fWait, _flags, lpErrno) => resultOf(lpOverlapped, lpcbTransfer, lpErrno),
      WSPCancelIo: (s, _overlapped, lpErrno) => this.#on(s, lpErrno, () => 0),
      WSPCancelBlockingCall: (lpThreadId, lpErrno) => this.#cancelBlocked(lpThreadId, lpErrno),
      WSPShutdown: (s, _how, lpErrno) => this.#on(s, lpErrno, () => 0),
      WSPCloseSocket: (s, lpErrno) =>
        this.#on(s, lpErrno, (socket) => {
          socket.isClosed = true;
          for (const post of socket.pending.splice(0)) this.#complete(socket, post, errorCodes.WSA_OPERATION_ABORTED);
          return 0;
        }),
    };
  }

  #open(isDatagram: boolean): number {
    const socket = new Socket(100 + this.#sockets.size, isDatagram);
    this.#sockets.set(socket.handle, socket);
    return socket.handle;
  }

  #on(s: number, lpErrno: Cell, act: (socket: Socket) => number): number {
    const socket = this.#sockets.get(s);
    return socket === undefined || socket.isClosed ? fails(lpErrno, 'WSAENOTSOCK') : act(socket);
  }

  /** The result at once, or when the call no longer blocks. */
  #send(socket: Socket, { lpBuffers, dwBufferCount, count, overlapped, routine, thread }: Arguments, lpErrno: Cell): Waits<number> {
    if (lpBuffers === null || lpBuffers.some(({ len, buf }) => len > 0 && buf === null)) return fails(lpErrno, 'WSAEFAULT');
    const total = lpBuffers.slice(0, dwBufferCount).reduce((sum, { len }) => sum + len, 0);
    const fits = socket.pending.length === 0 && total <= socket.room;
    const blocks = overlapped === null && !fits;
    if (blocks && socket.isNonblocking) return fails(lpErrno, 'WSAEWOULDBLOCK');
    if (overlapped !== null) {
      overlapped.Internal = STATUS_PENDING;
      if (overlapped.hEvent !== null && routine === null) this.#upcalls.WPUResetEvent(overlapped.hEvent, lpErrno);
    }
    if (fits && count !== null) count.value = total;
    const post: Post = {
      buffers: this.#faults.keepsBufferArray ? lpBuffers : lpBuffers.map((wsabuf) => ({ ...wsabuf })),
      count,
      total,
      overlapped,
      routine,
      thread: this.#faults.keepsThreadId ? thread : { ...thread },
      sent: 0,
    };
    socket.pending.push(post);
    if (blocks) return this.#blocked(socket, post);
    this.#drain(socket);
    return fits ? 0 : fails(lpErrno, 'WSA_IO_PENDING');
  }

  #blocked(socket: Socket, post: Post): Promise<number> {
    return new Promise((resolve) => {
      post.unblock = (result) => {
        if (post.count !== null) post.count.value = post.total;
        resolve(result);
      };
      this.#drain(socket);
    });
  }

  #cancelBlocked(lpThreadId: WSATHREADID, lpErrno: Cell): number {
    for (const { pending } of this.#sockets.values()) {
      const at = pending.findIndex(({ thread, unblock }) => unblock && thread.ThreadHandle === lpThreadId.ThreadHandle);
      if (at < 0) continue;
      pending.splice(at, 1)[0]!.unblock!(0);
      return 0;
    }
    return fails(lpErrno, 'WSAEINVAL');
  }

  // ---- The transport -----------------------------------------------------------------------------------------------------------

  #drain(socket: Socket): void {
    for (let post = socket.pending[0]; post !== undefined; post = socket.pending[0]) {
      const count = Math.min(socket.room, post.total - post.sent);
      if (count > 0 || socket.isDatagram) socket.arrived.push(bytesOf(post.buffers, post.sent, count));
      socket.room -= count;
      post.sent += count;
      if (post.sent < post.total) return;
      socket.pending.shift();
      this.#complete(socket, post, 0);
    }
  }

  #complete(socket: Socket, post: Post, error: number): void {
    const { overlapped, routine, thread, sent } = post;
    const faults = this.#faults;
    const upcalls = this.#upcalls;
    if (faults.writesCountLate && post.count !== null) post.count.value = sent;
    if (overlapped === null) post.unblock?.(0);
    else if (routine === null) upcalls.WPUCompleteOverlappedRequest(socket.handle, overlapped, error, sent, { value: undefined });
    else {
      overlapped.InternalHigh = sent;
      overlapped.Internal = error;
      const run = (): void => runRoutine(socket, () => routine(error, sent, overlapped, 0));
      if (faults.inlineRoutine || faults.routineFromTransport) {
        run();
        return;
      }
      const context = this.#results.push(run);
      const apc = (dwContext: number): void => this.#results[dwContext - 1]!();
      upcalls.WPUQueueApc(faults.dropsReserved ? { ...thread, Reserved: 0 } : thread, apc, context, { value: undefined });
    }
  }

  #farEnd(): World {
    return {
      recv: (handle, max = Number.POSITIVE_INFINITY) => {
        const socket = this.#sockets.get(handle)!;
        if (socket.arrived.length === 0) return socket.isClosed ? { kind: 'eof' } : { kind: 'idle' };
        const bytes = socket.take(max);
        socket.room += bytes.length;
        this.#drain(socket);
        return { kind: 'bytes', bytes };
      },
      env: (kind, handle, value) => {
        if (kind !== 'room') return;
        const socket = this.#sockets.get(handle!)!;
        socket.room = value!;
        this.#drain(socket);
      },
      settle() {},
      exitThread: (lpThreadId) => {
        for (const socket of this.#sockets.values()) {
          for (const post of socket.pending.filter(({ thread }) => thread.ThreadHandle === lpThreadId.ThreadHandle)) {
            socket.pending.splice(socket.pending.indexOf(post), 1);
            this.#complete(socket, post, errorCodes.WSA_OPERATION_ABORTED);
          }
        }
      },
      supports: (step) => ('env' in step && step.env === 'network.down' ? 'this network stays up' : (this.#faults.refuses ?? true)),
    };
  }
}

const fails = (lpErrno: Cell, code: keyof typeof errorCodes): number => {
  lpErrno.value = errorCodes[code];
  return SOCKET_ERROR;
};

const resultOf = (lpOverlapped: WSAOVERLAPPED, lpcbTransfer: Cell, lpErrno: Cell): boolean => {
  if (lpOverlapped.Internal === STATUS_PENDING) return fails(lpErrno, 'WSA_IO_INCOMPLETE') === 0;
  lpcbTransfer.value = lpOverlapped.InternalHigh;
  if (lpOverlapped.Internal === 0) return true;
  lpErrno.value = lpOverlapped.Internal;
  return false;
};

const bytesOf = (buffers: WSABUF[], from: number, count: number): Uint8Array => {
  const all = buffers.flatMap(({ len, buf }) => [...(buf ?? new Uint8Array(len)).subarray(0, len)]);
  return Uint8Array.from(all.slice(from, from + count));
};

/** One routine of a socket at a time. */
const runRoutine = (socket: Socket, routine: () => void): void => {
  const enter = (): void => {
    socket.isInRoutine = true;
    routine();
    socket.isInRoutine = false;
    socket.heldBack.shift()?.();
  };
  if (socket.isInRoutine) socket.heldBack.push(enter);
  else enter();
};
