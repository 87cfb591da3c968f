/**
 * One send that could not end within its call: an overlapped one that pends, or a blocking one that waits.
 * Both stand in the one queue of their socket, so that bytes leave in the order of the calls.
 */

import type { WSABUF, WSAOVERLAPPED, WSAOVERLAPPED_COMPLETION_ROUTINE, WSATHREADID } from '../../model/winsock/spi.ts';
import type { Socket } from './sockets.ts';

/** In the pool. */
export const IDLE = 0;
/** Queued on its socket: some of its bytes are still the caller's. */
export const PENDING = 1;
/** Its status is settled and its indication is still owed. */
export const DUE = 2;
/** Its APC is queued: the routine runs when its thread waits alertably. */
export const QUEUED = 3;
/** Its routine runs. */
export const RUNNING = 4;

const noData = new Uint8Array(0);

export class Operation {
  /** The one value that WPUQueueApc carries; it finds this object again. */
  readonly context: number;
  state: number = IDLE;
  socket: Socket | null = null;
  /** Null for a blocking call. */
  lpOverlapped: WSAOVERLAPPED | null = null;
  routine: WSAOVERLAPPED_COMPLETION_ROUTINE | null = null;
  /** Of the thread that made the call, by value: the caller's structure is gone when this is used. */
  readonly thread: WSATHREADID = { ThreadHandle: 0, Reserved: 0 };
  /** False when the caller named no thread, or when that thread has ended and can run no routine. */
  hasThread = false;
  /** Bytes that the transport has yet to take. */
  left = 0;
  /** Bytes that it took. */
  taken = 0;
  /** 0 or a Winsock code, once the operation is due. */
  status = 0;
  /** Who waits for this operation; called once, when it is indicated. */
  readonly waiters: (() => void)[] = [];

  /** The captured WSABUFs. The arrays keep their length, so that capturing allocates nothing after the first time. */
  private readonly data: Uint8Array[] = [];
  private readonly lengths: number[] = [];
  private count = 0;
  private index = 0;
  private offset = 0;

  constructor(context: number) {
    this.context = context;
  }

  /** Copies length and pointer out of each WSABUF: the array is the caller's again as soon as the call returns, the data are not. */
  capture(lpBuffers: readonly WSABUF[], dwBufferCount: number, total: number): void {
    for (let i = 0; i < dwBufferCount; i++) {
      const buffer = lpBuffers[i]!;
      this.data[i] = buffer.buf!;
      this.lengths[i] = buffer.len;
    }
    this.count = dwBufferCount;
    this.index = 0;
    this.offset = 0;
    this.left = total;
    this.taken = 0;
    this.status = 0;
  }

  captureThread(lpThreadId: WSATHREADID | null): void {
    this.hasThread = lpThreadId !== null;
    this.thread.ThreadHandle = lpThreadId === null ? 0 : lpThreadId.ThreadHandle;
    this.thread.Reserved = lpThreadId === null ? 0 : lpThreadId.Reserved;
  }

  isOf(lpThreadId: WSATHREADID): boolean {
    return this.hasThread && this.thread.ThreadHandle === lpThreadId.ThreadHandle;
  }

  /** Moves the next bytes into the transport's buffer, as many as fit; returns how many that were. */
  moveInto(ring: { write(source: Uint8Array, offset: number, length: number): number }): number {
    const before = this.left;
    while (this.left > 0) {
      const length = this.lengths[this.index]! - this.offset;
      if (length > 0) {
        const moved = ring.write(this.data[this.index]!, this.offset, length);
        this.offset += moved;
        this.left -= moved;
        if (moved < length) break;
      }
      this.index++;
      this.offset = 0;
    }
    const moved = before - this.left;
    this.taken += moved;
    return moved;
  }

  /** Lets go of everything that belongs to the caller or to the socket. */
  forget(): void {
    for (let i = 0; i < this.count; i++) this.data[i] = noData;
    this.count = 0;
    this.state = IDLE;
    this.socket = null;
    this.lpOverlapped = null;
    this.routine = null;
    if (this.waiters.length > 0) this.waiters.length = 0;
  }
}

/** Fills the empty places of a queue. */
export const noOperation = new Operation(-1);
