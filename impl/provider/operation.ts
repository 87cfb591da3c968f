/**
 * One send that could not end within its call: an overlapped one that pends, or a blocking one that waits.
 * Both stand in the one queue of their socket, so that bytes leave in the order of the calls.
 */

import type { WSABUF, WSAOVERLAPPED, WSAOVERLAPPED_COMPLETION_ROUTINE, WSATHREADID } from '../../model/winsock/spi.ts';
import type { Reusable } from '../ring/operationRing.ts';
import type { Socket } from './sockets.ts';

/*
 * The states. What is exported or imported is loaded and looked at whenever it is used, so the numbers themselves stand in the methods that
 * every send takes.
 */

/** The completion routine of a send, if it has one. */
export type Routine = WSAOVERLAPPED_COMPLETION_ROUTINE | null;

/** In the pool. */
const IDLE = 0;
/** Queued on its socket: some of its bytes are still the caller's. */
const PENDING = 1;
/**
 * Pending as well: an overlapped send of one buffer with a byte at least, on a stream that flows (sockets.ts). Nothing of it has been taken
 * yet, nobody waits for it, and if it has a routine, it has a thread. So few writes record its beginning and its end.
 */
const PLAIN = -1;
/** Its status is settled and its indication has yet to come. */
export const DUE = 2;
/** Its APC is queued: the routine runs when its thread waits alertably. */
const QUEUED = 3;
/** Its routine runs. */
const RUNNING = 4;
/** Its APC is queued for a thread that has ended. It is never used again: should the APC come after all, it finds nothing to do. */
export const ABANDONED = 5;

export class Operation implements Reusable {
  // What a plain send needs comes first, so that it lies together in memory.
  /** The one value that WPUQueueApc carries; it finds this object again. */
  readonly context: number;
  state = 0;
  /** Null for a blocking call. */
  lpOverlapped: WSAOVERLAPPED | null = null;
  /** The captured WSABUF whose bytes come next: most sends have no other. */
  data: Uint8Array | null = null;
  /** Bytes that the transport has yet to take. */
  left = 0;
  /** The one whose queue has it in a slot, too, while it is idle there. */
  socket: Socket | null = null;
  routine: Routine = null;
  /** False when the caller named no thread, or when that thread has ended and can run no routine. */
  hasThread = false;
  /** Of the thread that made the call, by value: the caller's structure is gone when this is used. */
  readonly thread: WSATHREADID = { ThreadHandle: 0, Reserved: 0 };
  isInSlot = false;
  /** While its routine runs, the context of the operation whose routine runs around it, or -1. */
  around = -1;
  /** 1: it was more than plain, and what is below was written. */
  isComplex = 0;
  /** Bytes that it took. */
  taken = 0;
  /** 0 or a Winsock code, once the operation is due. */
  status = 0;
  /** An OVERLAPPED that a blocking call fills in the end, if there is one. */
  filled: WSAOVERLAPPED | null = null;
  /** Who waits for this operation, if anybody does; called once, when it is indicated. */
  waiters: (() => void)[] | null = null;

  /** What lies from `offset` to `end` in `data` is left; a plain one has all of it left, and this is not set. */
  private offset = 0;
  private end = 0;
  /** Those that follow. The arrays keep their length, so that capturing allocates nothing after the first time. */
  private readonly others: (Uint8Array | null)[] = [];
  private readonly lengths: number[] = [];
  private count = 0;
  private index = 0;

  constructor(context: number) {
    this.context = context;
  }

  /**
   * Takes a send as its own: it pends. Length and pointer are copied out of each WSABUF: the array is the caller's again as soon as the
   * call returns, the data are not. What stands as `forget` left it is not written again.
   */
  take(
    socket: Socket,
    lpBuffers: readonly WSABUF[],
    dwBufferCount: number,
    total: number,
    lpOverlapped: WSAOVERLAPPED | null,
    routine: Routine,
    lpThreadId: WSATHREADID | null,
  ): void {
    this.state = PENDING;
    this.isComplex = 1;
    if (this.socket === null) this.socket = socket;
    this.lpOverlapped = lpOverlapped;
    this.left = total;
    this.capture(lpBuffers, dwBufferCount);
    this.routine = routine;
    this.captureThread(lpThreadId);
  }

  /** The same of a send that is plain. */
  takePlain(
    socket: Socket,
    data: Uint8Array,
    total: number,
    lpOverlapped: WSAOVERLAPPED,
    routine: Routine,
    lpThreadId: WSATHREADID | null,
  ): void {
    this.state = -1 satisfies typeof PLAIN;
    if (this.socket === null) this.socket = socket;
    this.lpOverlapped = lpOverlapped;
    this.data = data;
    this.left = total;
    if (routine !== null) this.routine = routine;
    this.captureThread(lpThreadId);
  }

  get isPlain(): boolean {
    return this.state < 0;
  }

  /** On its socket's queue. */
  get isPending(): boolean {
    return this.state === PENDING || this.isPlain;
  }

  /** Its APC is about to be queued. */
  queue(): void {
    this.state = 3 satisfies typeof QUEUED;
  }

  get isQueued(): boolean {
    return this.state === (3 satisfies typeof QUEUED);
  }

  /** Its routine begins, inside that of the operation with the context `around`. */
  run(around: number): void {
    this.state = 4 satisfies typeof RUNNING;
    this.around = around;
  }

  /** Something about it is not plain any more. */
  complicate(): void {
    if (!this.isPlain) return;
    this.state = PENDING;
    this.isComplex = 1;
    this.end = this.left;
  }

  /** Its thread has ended, and runs no routine. */
  loseThread(): void {
    this.hasThread = false;
    this.complicate();
  }

  isOf(lpThreadId: WSATHREADID): boolean {
    return this.hasThread && this.thread.ThreadHandle === lpThreadId.ThreadHandle;
  }

  /** Moves the next bytes into the transport's buffer, as many as fit. True when all of them have been taken; there is one at least. */
  moveInto(ring: Sink): boolean {
    this.complicate();
    const { left } = this;
    // Nearly always all of it is in one buffer, and fits.
    if (this.end === left && this.offset === 0 && ring.offer(this.data!, left)) {
      this.left = 0;
      this.taken += left;
      return true;
    }
    this.moveParts(ring);
    this.taken += left - this.left;
    return this.left === 0;
  }

  private moveParts(ring: Sink): void {
    while (this.left > 0) {
      const length = this.end - this.offset;
      if (length > 0) {
        const moved = ring.write(this.data!, this.offset, length);
        this.offset += moved;
        this.left -= moved;
        if (moved < length) return;
      }
      if (this.left === 0) return;
      this.data = this.others[this.index]!;
      this.end = this.lengths[this.index]!;
      this.offset = 0;
      this.index++;
    }
  }

  private captureThread(lpThreadId: WSATHREADID | null): void {
    this.hasThread = lpThreadId !== null;
    if (lpThreadId === null) return;
    const { thread } = this;
    thread.ThreadHandle = lpThreadId.ThreadHandle;
    thread.Reserved = lpThreadId.Reserved;
  }

  private capture(lpBuffers: readonly WSABUF[], dwBufferCount: number): void {
    const count = dwBufferCount - 1;
    this.data = count < 0 ? null : lpBuffers[0]!.buf;
    this.end = count < 0 ? 0 : lpBuffers[0]!.len;
    for (let i = 0; i < count; i++) {
      const buffer = lpBuffers[i + 1]!;
      this.others[i] = buffer.buf;
      this.lengths[i] = buffer.len;
    }
    this.count = Math.max(count, 0);
    this.index = 0;
  }

  /** Lets go of everything that belongs to the caller or to the socket. */
  forget(): void {
    this.rest();
    this.routine = null;
    this.taken = 0;
    if (!this.isInSlot) this.socket = null;
    if (this.isComplex !== 0) this.simplify();
  }

  /** The same of a plain operation without a routine that was taken whole and whose slot keeps it: nothing else of it has changed. */
  rest(): void {
    this.state = 0 satisfies typeof IDLE;
    this.lpOverlapped = null;
    this.data = null;
  }

  private simplify(): void {
    this.isComplex = 0;
    this.waiters = null;
    this.filled = null;
    this.status = 0;
    this.offset = 0;
    if (this.count > 0) this.forgetOthers();
  }

  private forgetOthers(): void {
    for (let i = 0; i < this.count; i++) this.others[i] = null;
    this.count = 0;
  }
}

/** What a transport's buffer does for an operation. */
interface Sink {
  /** All or nothing. */
  offer(source: Uint8Array, length: number): boolean;
  write(source: Uint8Array, offset: number, length: number): number;
}

/** Fills the empty places of a queue. */
export const noOperation = new Operation(-1);
noOperation.state = ABANDONED;
