/** Overlapped operations in order: posted, completed, called back. The size of a message stands for the number outstanding. */

import { ByteRing } from '../../../../impl/ring/byteRing.ts';
import { OperationPool, OperationRing } from '../../../../impl/ring/operationRing.ts';
import { errorCodes, WSA_FLAG_OVERLAPPED } from '../../../../model/winsock/codes.ts';
import type { Cell, WSAOVERLAPPED } from '../../../../model/winsock/spi.ts';
import { connectOn } from '../../ringSocket.ts';
import { type Contest, serve } from '../serve.ts';

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

class Posted {
  readonly context: number;
  bytes = 0;
  status = 0;
  callBack: (bytes: number) => void = () => {};
  constructor(context: number) {
    this.context = context;
  }
}

await serve({
  objects: () =>
    inLine((depth, { callBack }) => {
      const pool = new OperationPool((context) => new Posted(context), depth);
      const ring = new OperationRing(pool, new Posted(-1));
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

  // The floor: no object, no pool, no growing, no caller's function kept.
  'numbers only': () =>
    inLine((depth, { callBack }) => {
      let capacity = 8;
      while (capacity < depth) capacity *= 2;
      const mask = capacity - 1;
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
          callBack(bytes[index]!);
          head = (head + 1) | 0;
        },
      };
    }),

  // A full buffer, so that each send pends; the transport makes room for one, and its completion is indicated by an event.
  WSPSend: () =>
    inLine((depth, { callBack }) => {
      const length = 16;
      const ring = new ByteRing(length);
      type Numbered = WSAOVERLAPPED & { Offset: number };
      const numbered = (): Numbered => ({ Internal: 0, InternalHigh: 0, hEvent: { signalled: false }, Offset: 0 });
      let capacity = 8;
      while (capacity < depth + 1) capacity *= 2;
      const overlappeds = Array.from({ length: capacity }, numbered);
      const data = [new Uint8Array(length), new Uint8Array(length)];
      const buffers = [{ len: length, buf: data[0]! }];
      const sent: Cell = { value: undefined };
      const upcalls = {
        WPUQueueApc: () => -1,
        WPUCompleteOverlappedRequest(_s: number, lpOverlapped: WSAOVERLAPPED, _error: number, _bytes: number): number {
          callBack((lpOverlapped as Numbered).Offset);
          return 0;
        },
        WPUResetEvent(hEvent: { signalled: boolean }): boolean {
          hEvent.signalled = false;
          return true;
        },
      };
      const { spi, s, lpErrno, pump } = connectOn(ring, upcalls, WSA_FLAG_OVERLAPPED);
      ring.write(data[0]!, 0, length);
      return {
        post(number) {
          const lpOverlapped = overlappeds[number & (capacity - 1)]!;
          buffers[0]!.buf = data[number & 1]!;
          buffers[0]!.len = length;
          lpOverlapped.Offset = number;
          spi.WSPSend(s, buffers, 1, sent, 0, lpOverlapped, null, null, lpErrno);
          if (lpErrno.value !== errorCodes.WSA_IO_PENDING) throw new Error(`WSPSend must pend: errno ${lpErrno.value}`);
        },
        complete() {
          ring.skip(length);
          pump();
        },
      };
    }),
});
