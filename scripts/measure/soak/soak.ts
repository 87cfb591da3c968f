/**
 * Sends bytes through a provider on this thread to a peer on another, in mixed sizes and in every way that a stream can be sent on, and
 * has the peer compare each byte with what stands at its position. Counts are compared on both sides of every call.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PeerOptions, PeerReport } from '../../../impl/provider/peerThread.ts';
import { type MemoryOf, startOnThreads } from '../../../impl/provider/threads.ts';
import { SharedApcQueue } from '../../../impl/ring/sharedApcQueue.ts';
import { SharedByteRing } from '../../../impl/ring/sharedByteRing.ts';
import { AF_INET, codeName, errorCodes, ioctlCodes, socketTypes, WSA_FLAG_OVERLAPPED } from '../../../model/winsock/codes.ts';
import {
  type Cell,
  storeCompletion,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSATHREADID,
  type WSAUSERAPC,
} from '../../../model/winsock/spi.ts';
import { packageFile } from '../../cli/packageFiles.ts';

export interface SoakOptions {
  /** To be sent, and a little more: the last message is sent whole. */
  readonly bytes: number;
  /** Stops then, whether all is sent or not. */
  readonly seconds: number;
  readonly seed: number;
  onProgress(sent: number): void;
}

export interface SoakReport {
  /** Bytes that the calls counted as sent. */
  readonly sent: number;
  readonly sends: number;
  /** Sends that found no room, or less than they had. */
  readonly short: number;
  /** Overlapped sends that pended. */
  readonly pended: number;
  /** APCs that the peer's thread queued, and completion routines that ran; both in alertable waits. */
  readonly apcs: number;
  readonly routines: number;
  /** Bytes that the peer has read. */
  readonly received: number;
  /** Position of the first byte that was not what was sent there, or -1. */
  readonly wrongAt: number;
  readonly seconds: number;
}

/** A prime below 256, so that neither a size nor the capacity is a multiple of it, and a byte that is elsewhere is another byte. */
const period = 251;
const capacity = 2 ** 16;
const sizes = [1, 2, 7, 16, 33, 48, 64, 193, 512, 1460, 4096, 9000, 65_535, 65_536, 65_537, 300_000] as const;
const sizeMax = 300_000;
const buffersMax = 5;
/** Between two looks at the clock and at what other events there are. */
const sliceBytes = 2 ** 24;

/** Whole numbers below `below`, the same for a seed (xorshift). */
const drawOf = (seed: number): ((below: number) => number) => {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

export const soak = async ({ bytes, seconds, seed, onProgress }: SoakOptions): Promise<SoakReport> => {
  const apcs = SharedApcQueue.allocate(1);
  let reported: Promise<[PeerReport]> | undefined;
  const startPeer = (context: number): SharedArrayBuffer => {
    const memory = SharedByteRing.allocate(capacity);
    const workerData: PeerOptions = { memory, period, apcs: { memory: apcs, context } };
    reported = once(new Worker(packageFile('.build/impl/provider/peerThread.js'), { workerData }), 'message') as Promise<[PeerReport]>;
    return memory;
  };
  const sender = new Sender(startPeer, new SharedApcQueue(apcs), drawOf(seed));
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  for (let next = 0; sender.sent < bytes && elapsed() < seconds && !sender.isBroken; ) {
    next += sliceBytes;
    while (sender.sent < bytes && sender.sent < next && !sender.isBroken) sender.send();
    onProgress(sender.sent);
    // A thread that only ever parks gets no signal.
    await new Promise(setImmediate);
  }
  sender.close();
  const [{ received, wrongAt }] = await reported!;
  const { sent, sends, short, pended, apcs: queued, routines } = sender;
  return { sent, sends, short, pended, apcs: queued, routines, received, wrongAt, seconds: elapsed() };
};

class Sender {
  sent = 0;
  sends = 0;
  short = 0;
  pended = 0;
  apcs = 0;
  routines = 0;
  /** The peer has seen a wrong byte and left. */
  isBroken = false;
  private readonly queue: SharedApcQueue;
  /** Routines that WPUQueueApc queued to this thread. */
  private readonly queued: { readonly apc: WSAUSERAPC; readonly context: number }[] = [];
  /** Sends with a routine whose routine has not run. */
  private awaited = 0;
  private readonly draw: (below: number) => number;
  private readonly spi: ReturnType<typeof startOnThreads>;
  private readonly s: number;
  private readonly source = Uint8Array.from({ length: period + sizeMax }, (_, i) => i % period);
  private readonly count: Cell = { value: undefined };
  private readonly lpErrno: Cell = { value: undefined };
  private readonly lpOverlapped: WSAOVERLAPPED = { Internal: 0, InternalHigh: 0, hEvent: { signalled: false } };
  private readonly thread: WSATHREADID = { ThreadHandle: 1, Reserved: 0 };
  private isNonblocking = false;

  constructor(startPeer: MemoryOf, queue: SharedApcQueue, draw: (below: number) => number) {
    this.queue = queue;
    this.draw = draw;
    this.spi = startOnThreads(
      {
        WPUQueueApc: (_thread, apc, context) => {
          this.queued.push({ apc, context });
          return 0;
        },
        WPUCompleteOverlappedRequest: (_s, lpOverlapped, dwError, cbTransferred) => {
          storeCompletion(lpOverlapped, dwError, cbTransferred);
          return 0;
        },
        WPUResetEvent: (hEvent) => {
          hEvent.signalled = false;
          return true;
        },
      },
      startPeer,
      queue,
    );
    this.s = this.spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED, this.lpErrno);
    this.spi.WSPConnect(this.s, 'peer', 4, null, null, null, null, this.lpErrno);
  }

  /** One message: blocking, nonblocking, overlapped, or overlapped with routines; of one buffer or of several. */
  send(): void {
    const way = this.draw(4);
    if (way === 3) this.sendWithRoutines();
    else this.sendMessage(way);
  }

  private sendMessage(way: number): void {
    const size = sizes[this.draw(sizes.length)]!;
    const buffers = this.buffersOf(size);
    if (way !== 2 && (way === 1) !== this.isNonblocking) this.switchMode();
    this.sends++;
    this.count.value = undefined;
    this.lpErrno.value = undefined;
    const overlapped = way === 2 ? this.lpOverlapped : null;
    const rc = this.spi.WSPSend(this.s, buffers, buffers.length, this.count, 0, overlapped, null, null, this.lpErrno);
    if (rc === 0) this.take(size, way === 1);
    else this.settle(size, way);
  }

  /** A few sends at once, and alertable waits until all of their routines have run. */
  private sendWithRoutines(): void {
    for (let left = 1 + this.draw(4); left > 0 && !this.isBroken; left--) {
      const size = sizes[this.draw(sizes.length)]!;
      const buffers = this.buffersOf(size);
      const overlapped: WSAOVERLAPPED = { Internal: 0, InternalHigh: 0, hEvent: null };
      this.sends++;
      const rc = this.spi.WSPSend(this.s, buffers, buffers.length, null, 0, overlapped, this.routineOf(size), this.thread, this.lpErrno);
      const code = rc === 0 ? 0 : this.lpErrno.value!;
      if (code === errorCodes.WSAECONNRESET) this.isBroken = true;
      else if (code !== 0 && code !== errorCodes.WSA_IO_PENDING) {
        throw new Error(`an overlapped send of ${size} bytes must succeed or pend: ${codeName(code)}`);
      } else {
        if (code !== 0) this.pended++;
        this.awaited++;
        // The next message begins where this one will end; the routine reports what is missing by then.
        this.sent += size;
      }
    }
    while (this.awaited > 0) {
      if (this.queued.length === 0) this.apcs += this.queue.sleep();
      for (const { apc, context } of this.queued.splice(0)) apc(context);
    }
  }

  private routineOf(size: number): WSAOVERLAPPED_COMPLETION_ROUTINE {
    return (dwError, cbTransferred) => {
      this.awaited--;
      this.routines++;
      if (dwError === errorCodes.WSAECONNRESET) this.isBroken = true;
      else if (dwError !== 0 || cbTransferred !== size) {
        throw new Error(`an overlapped send of ${size} bytes must send them all: ${codeName(dwError)}, ${cbTransferred}`);
      }
    };
  }

  close(): void {
    this.spi.WSPCloseSocket(this.s, this.lpErrno);
  }

  private take(size: number, mayBeShort: boolean): void {
    const { value } = this.count;
    if (value === undefined || value > size || (value < size && !mayBeShort)) {
      throw new Error(`a send of ${size} bytes at ${this.sent} must count ${mayBeShort ? 'no more than' : ''} ${size}: ${value}`);
    }
    if (value < size) this.short++;
    this.sent += value;
  }

  /** A send that gave SOCKET_ERROR: it found no room, or it pends, or the peer has left. */
  private settle(size: number, way: number): void {
    const code = this.lpErrno.value!;
    if (code === errorCodes.WSAECONNRESET) this.isBroken = true;
    else if (code === errorCodes.WSAEWOULDBLOCK && way === 1) this.short++;
    else if (code === errorCodes.WSA_IO_PENDING && way === 2) {
      this.pended++;
      const flags: Cell = { value: undefined };
      const done = this.spi.WSPGetOverlappedResult(this.s, this.lpOverlapped, this.count, true, flags, this.lpErrno);
      if (done === true) this.take(size, false);
      else if (this.lpErrno.value === errorCodes.WSAECONNRESET) this.isBroken = true;
      else throw new Error(`an overlapped send of ${size} bytes must complete: ${codeName(this.lpErrno.value!)}`);
    } else throw new Error(`a send of ${size} bytes must succeed or find no room: ${codeName(code)}`);
  }

  private switchMode(): void {
    this.isNonblocking = !this.isNonblocking;
    this.spi.WSPIoctl(this.s, ioctlCodes.FIONBIO, this.isNonblocking ? 1 : 0, this.lpErrno);
  }

  /** The next `size` bytes, one array or cut at random places. Some buffers are empty. */
  private buffersOf(size: number): WSABUF[] {
    const begin = this.sent % period;
    const pieces = 1 + (this.draw(3) === 0 ? this.draw(buffersMax) : 0);
    const buffers: WSABUF[] = [];
    for (let at = 0, left = pieces; left > 0; left--) {
      const len = left === 1 ? size - at : this.draw(size - at + 1);
      buffers.push({ len, buf: this.source.subarray(begin + at, begin + at + len) });
      at += len;
    }
    return buffers;
  }
}
