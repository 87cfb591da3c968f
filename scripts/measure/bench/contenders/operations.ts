/** Overlapped operations in order: posted, completed, called back. The size of a message stands for the number outstanding. */

import { ByteRing } from '../../../../impl/ring/byteRing.ts';
import { OperationPool, OperationRing, type Reusable } from '../../../../impl/ring/operationRing.ts';
import { type OnRings, startOnRings } from '../../../../impl/rings.ts';
import { AF_INET, errorCodes, socketTypes, WSA_FLAG_OVERLAPPED } from '../../../../model/winsock/codes.ts';
import {
  type Cell,
  type SOCKET,
  storeCompletion,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSAUSERAPC,
  type WSPUPCALLTABLE,
} from '../../../../model/winsock/spi.ts';
import { type Contest, serve } from '../serve.ts';
import { LeastProvider, type Sending } from './leastProvider.ts';

/** One operation after the other, each numbered by its caller. */
interface Line {
  /** Posts the operation with this number. */
  post(number: number): void;
  /** Completes the oldest, which calls back with its number. */
  complete(): void;
}

/** What the operations of a line call back with. */
class Tally {
  sum = 0;
  count = 0;
  last = -1;
  readonly callBack = (number: number): void => {
    this.sum += number;
    this.last = number;
    this.count++;
  };
}

/** Keeps as many outstanding as the case says, and checks that each completes once and in order. */
const inLine = (make: (depth: number, tally: Tally) => Line): Contest => {
  const lines = new Map<number, Line>();
  const lineOf = (depth: number): Line => {
    let line = lines.get(depth);
    if (line === undefined) {
      line = make(depth, new Tally());
      for (let i = 0; i < depth - 1; i++) line.post(i);
      lines.set(depth, line);
    }
    return line;
  };
  return {
    run({ length: depth }, times) {
      const line = lineOf(depth);
      for (let i = 0; i < times; i++) {
        line.post(i);
        line.complete();
      }
    },
    verify(depth) {
      const tally = new Tally();
      const line = make(depth, tally);
      let completed = 0;
      for (let i = 0; i < 3 * depth; i++) {
        line.post(i);
        if (i < depth - 1) continue;
        line.complete();
        if (tally.last !== completed) throw new Error(`operation ${completed} must complete next: ${tally.last}`);
        completed++;
      }
      if (tally.count !== completed) throw new Error(`${completed} operations must have called back: ${tally.count}`);
    },
  };
};

class Posted implements Reusable {
  readonly context: number;
  state = 0;
  isInSlot = false;
  bytes = 0;
  status = 0;
  callBack: (bytes: number) => void = () => {};
  constructor(context: number) {
    this.context = context;
  }
  forget(): void {
    this.state = 0;
  }
}

const nothingPosted = new Posted(-1);
nothingPosted.state = -1;

/** Bytes of each send. */
const length = 16;

const powerAbove = (depth: number): number => {
  let capacity = 8;
  while (capacity < depth + 1) capacity *= 2;
  return capacity;
};

/** Numbers in a ring: nothing that is posted, completed and called back costs less here. `taking` is what is done with each one's bytes. */
const numbersOnly =
  (taking: (source: Uint8Array) => void) =>
  (depth: number, { callBack }: Tally): Line => {
    const capacity = powerAbove(depth);
    const mask = capacity - 1;
    const sources = [new Uint8Array(length), new Uint8Array(length)];
    const bytes = new Int32Array(capacity);
    const status = new Int32Array(capacity);
    let head = 0;
    let tail = 0;
    return {
      post(number) {
        const index = tail & mask;
        bytes[index] = number;
        status[index] = errorCodes.WSA_IO_PENDING;
        tail = (tail + 1) | 0;
      },
      complete() {
        const index = head & mask;
        status[index] = 0;
        taking(sources[head & 1]!);
        callBack(bytes[index]!);
        head = (head + 1) | 0;
      },
    };
  };

/** What a caller keeps for each operation. */
interface Numbered extends WSAOVERLAPPED {
  number: number;
  readonly callBack: (number: number) => void;
}

/** The APCs of the one thread there is, in an array that is as long as they ever get. */
class Apcs {
  private readonly contexts = new Int32Array(16);
  private apc: WSAUSERAPC = () => {};
  private head = 0;
  private tail = 0;

  queue(apc: WSAUSERAPC, context: number): void {
    if (this.apc !== apc) this.apc = apc;
    this.contexts[this.tail & 15] = context;
    this.tail = (this.tail + 1) | 0;
  }

  /** An alertable wait. */
  run(): void {
    while (this.head !== this.tail) {
      const context = this.contexts[this.head & 15]!;
      this.head = (this.head + 1) | 0;
      this.apc(context);
    }
  }
}

const apcs = new Apcs();
const upcalls: WSPUPCALLTABLE = {
  WPUQueueApc(_lpThreadId, lpfnUserApc, dwContext) {
    apcs.queue(lpfnUserApc, dwContext);
    return 0;
  },
  WPUCompleteOverlappedRequest(_s, lpOverlapped, dwError, cbTransferred) {
    storeCompletion(lpOverlapped, dwError, cbTransferred);
    return 0;
  },
  WPUResetEvent(hEvent) {
    hEvent.signalled = false;
    return true;
  },
};

const routine: WSAOVERLAPPED_COMPLETION_ROUTINE = (_dwError, _cbTransferred, lpOverlapped) => {
  const { callBack, number } = lpOverlapped as Numbered;
  callBack(number);
};

/** A process has one provider, and each line a socket of it with a ring of its own. */
interface Connected extends Sending {
  readonly s: SOCKET;
}
type Connect = (ring: ByteRing, capacity: number) => Connected;

const lpErrno: Cell = { value: undefined };
let nextRing = new ByteRing(length);
let started: OnRings | undefined;
const ours: Connect = (ring) => {
  started ??= startOnRings(upcalls, () => nextRing);
  nextRing = ring;
  const { spi, pump } = started;
  const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED, lpErrno);
  spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
  return { s, spi, pump };
};

let leastStarted: LeastProvider | undefined;
const least: Connect = (ring, capacity) => {
  leastStarted ??= new LeastProvider(upcalls);
  return { s: leastStarted.connect(ring, capacity), ...leastStarted.sending };
};

type Way = 'event' | 'routine' | 'poll';

/**
 * Sends on a full buffer, so that each pends; the transport makes room for one. How the caller notices the end: by the event of the
 * operation, by its routine in an alertable wait, or by asking for the result.
 */
const sends =
  (way: Way, connect: Connect) =>
  (depth: number, { callBack }: Tally): Line => {
    const ring = new ByteRing(length);
    const capacity = powerAbove(depth);
    const { s, spi, pump } = connect(ring, capacity);
    const mask = capacity - 1;
    const hEventOf = () => (way === 'event' ? { signalled: false } : null);
    const overlappeds = Array.from({ length: capacity }, (): Numbered => {
      return { Internal: 0, InternalHigh: 0, hEvent: hEventOf(), number: 0, callBack };
    });
    const buffers = [0, 1].map((fill): WSABUF[] => [{ len: length, buf: new Uint8Array(length).fill(fill) }]);
    const sent: Cell = { value: undefined };
    const flags: Cell = { value: undefined };
    const thread = way === 'routine' ? { ThreadHandle: 1, Reserved: 0 } : null;
    const lpCompletionRoutine = way === 'routine' ? routine : null;
    let posted = 0;
    let completed = 0;
    ring.write(buffers[0]![0]!.buf!, 0, length);
    return {
      post(number) {
        const lpOverlapped = overlappeds[posted & mask]!;
        lpOverlapped.number = number;
        spi.WSPSend(s, buffers[posted & 1]!, 1, sent, 0, lpOverlapped, lpCompletionRoutine, thread, lpErrno);
        if (lpErrno.value !== errorCodes.WSA_IO_PENDING) throw new Error(`WSPSend must pend: errno ${lpErrno.value}`);
        posted = (posted + 1) | 0;
      },
      complete() {
        ring.skip(length);
        pump(s);
        if (way === 'routine') {
          apcs.run();
          return;
        }
        const lpOverlapped = overlappeds[completed & mask]!;
        completed = (completed + 1) | 0;
        const isOver =
          way === 'event' ? lpOverlapped.hEvent!.signalled : spi.WSPGetOverlappedResult(s, lpOverlapped, sent, false, flags, lpErrno);
        if (isOver !== true) throw new Error(`operation ${lpOverlapped.number} must be over`);
        callBack(lpOverlapped.number);
      },
    };
  };

const target = new Uint8Array(length);
const copy = Uint8Array.prototype.set;

await serve({
  objects: () =>
    inLine((depth, { callBack }) => {
      const pool = new OperationPool((context) => new Posted(context), depth);
      const ring = new OperationRing(pool, nothingPosted);
      return {
        post(number) {
          const operation = ring.claim();
          operation.bytes = number;
          operation.status = errorCodes.WSA_IO_PENDING;
          operation.callBack = callBack;
          ring.post();
        },
        complete() {
          const operation = ring.oldest();
          operation.status = 0;
          const { bytes } = operation;
          ring.drop();
          operation.callBack(bytes);
        },
      };
    }),

  // The floor: no object, no pool, no growing, no caller's function kept, and no byte moved.
  'numbers only': () => inLine(numbersOnly(() => {})),
  'numbers and bytes': () => inLine(numbersOnly((source) => copy.call(target, source))),

  event: () => inLine(sends('event', ours)),
  routine: () => inLine(sends('routine', ours)),
  poll: () => inLine(sends('poll', ours)),
  'least, event': () => inLine(sends('event', least)),
  'least, routine': () => inLine(sends('routine', least)),
  'least, poll': () => inLine(sends('poll', least)),
});
