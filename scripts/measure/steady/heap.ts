/**
 * To be run by `node --expose-gc`: what a million operations in steady state leave behind, and what they allocate on the way, in bytes.
 * Says it as one line of JSON.
 */

import { ByteRing } from '../../../impl/ring/byteRing.ts';
import { OperationPool, OperationRing, type Reusable } from '../../../impl/ring/operationRing.ts';
import { SharedByteRing } from '../../../impl/ring/sharedByteRing.ts';
import { WSA_FLAG_OVERLAPPED } from '../../../model/winsock/codes.ts';
import {
  type Cell,
  storeCompletion,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSAUSERAPC,
  type WSPUPCALLTABLE,
} from '../../../model/winsock/spi.ts';
import { connectOn } from '../ringSocket.ts';

const times = 1_000_000;

class Posted implements Reusable {
  readonly context: number;
  state = 0;
  isInSlot = false;
  bytes = 0;

  constructor(context: number) {
    this.context = context;
  }

  forget(): void {
    this.state = 0;
  }
}

const works: Readonly<Record<string, () => (times: number) => void>> = {
  'ByteRing: offer and skip, 16 and 1460 B': () => {
    const ring = new ByteRing(2 ** 16);
    const sources = [new Uint8Array(16), new Uint8Array(1460)];
    return (times) => {
      for (let i = 0; i < times; i++) {
        const source = sources[i & 1]!;
        ring.offer(source, source.length);
        const { first, second } = ring.regions();
        ring.skip(first + second);
      }
    };
  },

  'SharedByteRing: offer and skip, 16 and 1460 B': () => {
    const memory = SharedByteRing.allocate(2 ** 16);
    const writer = new SharedByteRing(memory);
    const reader = new SharedByteRing(memory);
    // Whole arrays that never wrap: a copy that wraps cuts its source, and takes a view to do so.
    const sources = [new Uint8Array(16), new Uint8Array(1024)];
    return (times) => {
      for (let i = 0; i < times; i++) {
        const source = sources[i % 64 === 0 ? 1 : 0]!;
        writer.offer(source, source.length);
        const { first, second } = reader.regions();
        reader.skip(first + second);
        reader.release();
      }
    };
  },

  'OperationRing and OperationPool: post and complete, 1000 outstanding': () => {
    const nothing = new Posted(-1);
    nothing.state = -1;
    const pool = new OperationPool((context) => new Posted(context));
    const ring = new OperationRing(pool, nothing);
    const post = (bytes: number): void => {
      const operation = ring.claim();
      operation.bytes = bytes;
      operation.state = 1;
      ring.post();
    };
    for (let i = 0; i < 1000; i++) post(i);
    return (times) => {
      for (let i = 0; i < times; i++) {
        post(i);
        // In turn as an operation whose slot keeps its object, and as one that leaves with it.
        if (i & 1) {
          const operation = ring.oldest();
          ring.drop();
          pool.give(operation);
        } else pool.give(ring.shift());
      }
    };
  },

  'WSPSend: taken whole': () => {
    const { ring, spi, s, lpErrno } = connected();
    const sent: Cell = { value: 0 };
    const buffers = [{ len: 64, buf: new Uint8Array(64) }];
    return (times) => {
      for (let i = 0; i < times; i++) {
        spi.WSPSend(s, buffers, 1, sent, 0, null, null, null, lpErrno);
        const { first, second } = ring.regions();
        ring.skip(first + second);
      }
    };
  },

  'WSPSend: overlapped, pends and completes by its event': () => overlapped(1, 1, null),
  'WSPSend: overlapped, 64 outstanding, buffers of two': () => overlapped(64, 2, null),
  'WSPSend: overlapped, 4096 outstanding, pends and completes by its routine': () => overlapped(4096, 1, () => {}),

  'WSPSend: overlapped, taken at once': () => {
    const { ring, spi, s, lpErrno } = connected();
    const sent: Cell = { value: 0 };
    const lpOverlapped: WSAOVERLAPPED = { Internal: 0, InternalHigh: 0, hEvent: { signalled: false } };
    const buffers = [{ len: 64, buf: new Uint8Array(64) }];
    return (times) => {
      for (let i = 0; i < times; i++) {
        spi.WSPSend(s, buffers, 1, sent, 0, lpOverlapped, null, null, lpErrno);
        ring.skip(64);
      }
    };
  },

  'WSPSend: a datagram': () => {
    const { ring, spi, s, lpErrno, takeDatagram } = connected(true);
    const sent: Cell = { value: 0 };
    const buffers = [{ len: 64, buf: new Uint8Array(64) }];
    return (times) => {
      for (let i = 0; i < times; i++) {
        spi.WSPSend(s, buffers, 1, sent, 0, null, null, null, lpErrno);
        ring.skip(takeDatagram());
      }
    };
  },
};

/** Sends of 64 bytes each on a full buffer, `outstanding` of them at a time; each that ends is asked for its result too. */
const overlapped = (outstanding: number, buffersOfEach: number, routine: WSAOVERLAPPED_COMPLETION_ROUTINE | null) => {
  const { ring, spi, s, lpErrno, pump, runApcs } = connected();
  const sent: Cell = { value: 0 };
  const flags: Cell = { value: 0 };
  const hEvent = { signalled: false };
  const overlappeds = Array.from({ length: outstanding }, (): WSAOVERLAPPED => ({ Internal: 0, InternalHigh: 0, hEvent }));
  const thread = { ThreadHandle: 1, Reserved: 0 };
  const buffers = Array.from({ length: buffersOfEach }, () => ({ len: 64 / buffersOfEach, buf: new Uint8Array(64 / buffersOfEach) }));
  let posted = 0;
  const post = (): void => {
    const lpOverlapped = overlappeds[posted]!;
    spi.WSPSend(s, buffers, buffersOfEach, sent, 0, lpOverlapped, routine, routine === null ? null : thread, lpErrno);
    posted = (posted + 1) % outstanding;
  };
  ring.write(new Uint8Array(ring.capacity), 0, ring.capacity);
  for (let i = 1; i < outstanding; i++) post();
  return (times: number) => {
    for (let i = 0; i < times; i++) {
      post();
      ring.skip(64);
      pump();
      runApcs();
      const isOver = spi.WSPGetOverlappedResult(s, overlappeds[posted]!, sent, false, flags, lpErrno);
      if (isOver !== true || sent.value !== 64)
        throw new Error(`the oldest send must be over: ${sent.value} bytes, errno ${lpErrno.value}`);
    }
  };
};

const connected = (isDatagram = false) => {
  const ring = new ByteRing(2 ** 12);
  const queued: { apc: WSAUSERAPC; context: number } = { apc: () => {}, context: -1 };
  const upcalls: WSPUPCALLTABLE = {
    WPUQueueApc(_lpThreadId, apc, context) {
      queued.apc = apc;
      queued.context = context;
      return 0;
    },
    WPUCompleteOverlappedRequest(_s, lpOverlapped, dwError, cbTransferred) {
      storeCompletion(lpOverlapped, dwError, cbTransferred);
      return 0;
    },
    WPUResetEvent: () => true,
  };
  /** One APC at most is queued at a time. */
  const runApcs = (): void => {
    if (queued.context < 0) return;
    const { context } = queued;
    queued.context = -1;
    queued.apc(context);
  };
  return { ring, runApcs, ...connectOn(ring, upcalls, WSA_FLAG_OVERLAPPED, isDatagram) };
};

const collect = globalThis.gc;
if (collect === undefined) throw new Error('heap.js must be run by node --expose-gc');

const results = Object.entries(works).map(([what, make]) => {
  const work = make();
  // Compiled, and at the size that it keeps.
  for (let i = 0; i < 20; i++) work(times / 20);
  collect();
  const before = process.memoryUsage().heapUsed;
  work(times);
  const allocated = process.memoryUsage().heapUsed - before;
  collect();
  return { what, times, allocated, left: process.memoryUsage().heapUsed - before };
});
process.stdout.write(`${JSON.stringify(results)}\n`);
