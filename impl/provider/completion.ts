/**
 * How the end of an operation reaches the caller: a routine through WPUQueueApc, an event through WPUCompleteOverlappedRequest,
 * a waiting call by being woken. Each operation passes `due` once, so there is one indication for it.
 */

import type { Cell, SOCKET, WSAOVERLAPPED, WSAUSERAPC, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { STATUS_PENDING, storeStatus } from '../../model/winsock/spi.ts';
import { OperationPool } from '../ring/operationRing.ts';
import { ABANDONED, DUE, Operation } from './operation.ts';
import type { Socket } from './sockets.ts';
import { listen, wake } from './waiting.ts';

export class Completions {
  readonly pool = new OperationPool<Operation>((context) => new Operation(context));
  private readonly upcalls: WSPUPCALLTABLE;
  /** Due, and held back by `completion.delay` until the world settles. */
  private held: Operation[] = [];
  /** Completions of sends that returned zero, whose events follow when the world settles. */
  private lateSignals: { readonly s: SOCKET; readonly lpOverlapped: WSAOVERLAPPED; readonly bytes: number }[] = [];
  /** The youngest of what is held back is indicated first; the tester may change it. */
  isReversed = false;
  /**
   * Contexts of the operations whose routine runs at this moment: the innermost, or -1, and each names the one around it. Numbers, because
   * to store a reference would cost the collector's bookkeeping each time.
   */
  private innermost = -1;
  /** Their APC ran while a routine of the same socket was on the stack of the same thread. */
  private readonly postponed: Operation[] = [];
  private readonly errno: Cell = { value: undefined };
  /** Here, because what is imported is loaded and looked at whenever it is used. */
  private readonly underWay = STATUS_PENDING;

  constructor(upcalls: WSPUPCALLTABLE) {
    this.upcalls = upcalls;
  }

  /**
   * The caller's OVERLAPPED and event say from here on that the operation is under way. With a routine, hEvent may hold anything of the
   * caller's, and the event stays as it was.
   */
  begin(lpOverlapped: WSAOVERLAPPED, keepsEvent: boolean): void {
    lpOverlapped.Internal = this.underWay;
    if (!keepsEvent && lpOverlapped.hEvent !== null) this.upcalls.WPUResetEvent(lpOverlapped.hEvent, this.errno);
  }

  /** The operation has its status. Its indication follows at once unless the tester has it held back. */
  due(operation: Operation, status: number): void {
    const socket = operation.socket!;
    operation.complicate();
    operation.status = status;
    operation.state = DUE;
    if (status !== 0) operation.taken = Math.min(operation.taken, socket.switches.abortedBytesMax);
    if (socket.delaysCompletions) this.held.push(operation);
    else this.indicate(operation);
  }

  /**
   * Gives the room there is to the plain operations that are the oldest of their socket, and indicates each as soon as it is taken whole.
   * True when an operation is left that there is more to ask about. In one piece, because every overlapped send that pends comes here.
   */
  movePlain(socket: Socket): boolean {
    const { pending } = socket;
    // An indication runs code of the caller, which may do anything to the socket. So all is looked up anew for each operation.
    while (pending.length > 0) {
      const operation = pending.oldest();
      if (!operation.isPlain) return true;
      const { left } = operation;
      if (!socket.buffer.offer(operation.data!, left)) return socket.buffer.fits(1);
      pending.drop();
      const lpOverlapped = operation.lpOverlapped!;
      if (operation.routine === null) {
        // Its slot has it for another send, which may be made before the upcall returns.
        operation.rest();
        this.upcalls.WPUCompleteOverlappedRequest(socket.handle, lpOverlapped, 0, left, this.errno);
      } else {
        // The count first, as in storeStatus.
        lpOverlapped.InternalHigh = left;
        lpOverlapped.Internal = 0;
        operation.taken = left;
        if (!this.queue(operation)) this.release(operation);
      }
    }
    return false;
  }

  /** Indicates what was held back, in the order in which it fell due or in the reverse one. */
  settle(): void {
    for (const { s, lpOverlapped, bytes } of this.lateSignals.splice(0)) this.signal(s, lpOverlapped, bytes);
    while (this.held.length > 0) {
      const held = this.isReversed ? this.held.reverse() : this.held;
      this.held = [];
      for (const operation of held) this.indicate(operation);
    }
  }

  /** Indicates what was held back of a socket whose completions are delayed no more. */
  releaseHeld(socket: Socket): void {
    if (socket.delaysCompletions) return;
    const due = this.held.filter((operation) => operation.socket === socket);
    this.held = this.held.filter((operation) => operation.socket !== socket);
    for (const operation of due) this.indicate(operation);
  }

  /** Held-back operations, for those who ask whether one is still outstanding. */
  get outstanding(): readonly Operation[] {
    return this.held;
  }

  /** True while a completion routine runs: a send may be made inside it, and is never refused for it. */
  get isInRoutine(): boolean {
    return this.innermost >= 0;
  }

  /**
   * Queues the routine of a send that is about to succeed within its call. False when there is no such thread to run it:
   * then nothing was initiated.
   */
  queueAtOnce(operation: Operation): boolean {
    operation.status = 0;
    return this.queue(operation);
  }

  /** Indicates a send without a routine that succeeds within its call. */
  signalAtOnce({ handle, switches }: Socket, lpOverlapped: WSAOVERLAPPED, bytes: number): void {
    if (switches.eventLate) {
      // The status is there when the call returns; only its signal is late.
      storeStatus(lpOverlapped, 0, bytes);
      this.lateSignals.push({ s: handle, lpOverlapped, bytes });
    } else this.signal(handle, lpOverlapped, bytes);
  }

  /** What is late concerns some OVERLAPPED. */
  get isLate(): boolean {
    return this.lateSignals.length > 0;
  }

  /** The caller uses the OVERLAPPED again: the end of its last operation was indicated before. */
  forgetSignal(lpOverlapped: WSAOVERLAPPED): void {
    this.lateSignals = this.lateSignals.filter((late) => late.lpOverlapped !== lpOverlapped);
  }

  /** The end of this operation is not indicated; the operation goes back to the pool then. */
  leaveUnindicated(operation: Operation): void {
    if (operation.isPending || this.held.includes(operation)) listen(operation, () => this.release(operation));
    else this.release(operation);
  }

  private signal(s: SOCKET, lpOverlapped: WSAOVERLAPPED, bytes: number): void {
    this.upcalls.WPUCompleteOverlappedRequest(s, lpOverlapped, 0, bytes, this.errno);
  }

  private indicate(operation: Operation): void {
    const { lpOverlapped } = operation;
    if (lpOverlapped === null) {
      // A blocking call: the waiting thread reads the operation and gives it back.
      wake(operation);
      return;
    }
    if (operation.routine === null) {
      this.upcalls.WPUCompleteOverlappedRequest(operation.socket!.handle, lpOverlapped, operation.status, operation.taken, this.errno);
      wake(operation);
      this.release(operation);
      return;
    }
    storeStatus(lpOverlapped, operation.status, operation.taken);
    wake(operation);
    if (!operation.hasThread || !this.queue(operation)) this.release(operation);
  }

  private queue(operation: Operation): boolean {
    operation.queue();
    return this.upcalls.WPUQueueApc(operation.thread, this.apc, operation.context, this.errno) === 0;
  }

  /**
   * Our own APC function. The context value is all that arrives here; the operation it finds knows the result and the caller's routine.
   * Routines of one socket do not nest: one whose turn comes while another is on this thread's stack runs when that one has left.
   */
  private readonly apc: WSAUSERAPC = (dwContext) => {
    const operation = this.pool.at(dwContext);
    if (operation === undefined || !operation.isQueued) return;
    if (this.innermost >= 0 && this.nests(operation)) this.postponed.push(operation);
    else this.enter(operation);
  };

  private nests(operation: Operation): boolean {
    for (let context = this.innermost; context >= 0; ) {
      const outer = this.pool.at(context)!;
      context = outer.around;
      if (outer.socket === operation.socket && outer.isOf(operation.thread)) return true;
    }
    return false;
  }

  private enter(operation: Operation): void {
    operation.run(this.innermost);
    this.innermost = operation.context;
    let left: unknown;
    try {
      left = operation.routine!(operation.status, operation.taken, operation.lpOverlapped!, 0);
    } finally {
      // A simulated thread may stay inside its routine while others go on.
      if (left !== undefined && left instanceof Promise) this.leaveAfter(left, operation);
      else this.leave(operation);
    }
  }

  /** A function of its own, because the closure would cost every routine an allocation. */
  private leaveAfter(left: Promise<unknown>, operation: Operation): void {
    const leave = () => this.leave(operation);
    left.then(leave, leave);
  }

  private leave(operation: Operation): void {
    const { postponed } = this;
    if (this.innermost === operation.context) this.innermost = operation.around;
    else this.inside(operation).around = operation.around;
    this.release(operation);
    if (postponed.length === 0) return;
    const next = postponed.findIndex((other) => !this.nests(other));
    if (next >= 0) this.enter(postponed.splice(next, 1)[0]!);
  }

  /** The operation whose routine runs directly inside that of another one. */
  private inside({ context }: Operation): Operation {
    let inner = this.pool.at(this.innermost)!;
    while (inner.around !== context) inner = this.pool.at(inner.around)!;
    return inner;
  }

  /** The thread has ended: what it had queued or postponed never runs. */
  abandonThread(isOf: (operation: Operation) => boolean): void {
    for (const operation of this.postponed.filter(isOf)) {
      this.postponed.splice(this.postponed.indexOf(operation), 1);
      this.release(operation);
    }
    for (const operation of this.held) if (isOf(operation)) operation.loseThread();
    // What is queued stays out of the pool: if its APC still comes, it must not find another operation.
    for (let context = 0; context < this.pool.size; context++) {
      const operation = this.pool.at(context)!;
      if (!operation.isQueued || !isOf(operation)) continue;
      operation.forget();
      operation.state = ABANDONED;
    }
  }

  release(operation: Operation): void {
    this.pool.give(operation);
  }
}
