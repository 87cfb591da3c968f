/** Overlapped operations in order: posted, completed, called back. The size of a message stands for the number outstanding. */

import type { Socket } from '../../../impl/provider/sockets.ts';
import { Provider } from '../../../impl/provider/state.ts';
import { tableOf } from '../../../impl/provider/table.ts';
import { pump } from '../../../impl/provider/transport.ts';
import { scheduled } from '../../../impl/provider/waiting.ts';
import { ByteRing } from '../../../impl/ring/byteRing.ts';
import { OperationPool, OperationRing } from '../../../impl/ring/operationRing.ts';
import { AF_INET, errorCodes, socketTypes, WSA_FLAG_OVERLAPPED } from '../../../model/winsock/codes.ts';
import type { Cell, WSAOVERLAPPED } from '../../../model/winsock/spi.ts';
import { type Contest, serve } from '../serve.ts';

/** One operation after the other, each numbered by its caller. */
interface Line {
  /** Posts the operation with this number. */
  post(number: number): void;
  /** Completes the oldest, which calls back with its number. */
  complete(): void;
  /** Sum of the numbers called back with, and how often, since the beginning. */
  sum: number;
  count: number;
  last: number;
}

/** Keeps as many outstanding as the case says, and checks that each completes once and in order. */
const inLine = (make: (depth: number) => Line): Contest => {
  const lines = new Map<number, Line>();
  const lineOf = (depth: number): Line => {
    let line = lines.get(depth);
    if (line === undefined) {
      line = make(depth);
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
      const line = make(depth);
      let completed = 0;
      for (let i = 0; i < 3 * depth; i++) {
        line.post(i);
        if (i < depth - 1) continue;
        line.complete();
        if (line.last !== completed) throw new Error(`operation ${completed} must complete next: ${line.last}`);
        completed++;
      }
      if (line.count !== completed) throw new Error(`${completed} operations must have called back: ${line.count}`);
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
    inLine((depth) => {
      const pool = new OperationPool((context) => new Posted(context), depth);
      const ring = new OperationRing(new Posted(-1), 8);
      const callBack = (bytes: number): void => {
        line.sum += bytes;
        line.last = bytes;
        line.count++;
      };
      const line: Line = {
        sum: 0,
        count: 0,
        last: -1,
        post(number) {
          const operation = pool.take();
          operation.bytes = number;
          operation.status = errorCodes.WSA_IO_PENDING;
          operation.callBack = callBack;
          ring.push(operation);
        },
        complete() {
          const operation = ring.shift();
          operation.status = 0;
          operation.callBack(operation.bytes);
          pool.give(operation);
        },
      };
      return line;
    }),

  // The floor: no object, no pool, no growing, no caller's function kept.
  'numbers only': () =>
    inLine((depth) => {
      let capacity = 8;
      while (capacity < depth) capacity *= 2;
      const mask = capacity - 1;
      const bytes = new Int32Array(capacity);
      const status = new Int32Array(capacity);
      let head = 0;
      let tail = 0;
      const callBack = (number: number): void => {
        line.sum += number;
        line.last = number;
        line.count++;
      };
      const line: Line = {
        sum: 0,
        count: 0,
        last: -1,
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
      return line;
    }),

  // A full buffer, so that each send pends; the transport makes room for one, and its completion is indicated by an event.
  WSPSend: () =>
    inLine((depth) => {
      const length = 16;
      const ring = new ByteRing(length);
      let socket: Socket | undefined;
      const line: Line = {
        sum: 0,
        count: 0,
        last: -1,
        post(number) {
          const lpOverlapped = idle.shift();
          buffers[0]!.buf = data[number & 1]!;
          buffers[0]!.len = length;
          lpOverlapped.Offset = number;
          spi.WSPSend(s, buffers, 1, sent, 0, lpOverlapped, null, null, lpErrno);
          if (lpErrno.value !== errorCodes.WSA_IO_PENDING) throw new Error(`WSPSend must pend: errno ${lpErrno.value}`);
        },
        complete() {
          ring.skip(length);
          pump(provider, socket!);
        },
      };
      type Numbered = WSAOVERLAPPED & { Offset: number };
      const numbered = (): Numbered => ({ Internal: 0, InternalHigh: 0, hEvent: { signalled: false }, Offset: 0 });
      const idle = new OperationRing<Numbered>(numbered());
      for (let i = 0; i < depth + 1; i++) idle.push(numbered());
      const data = [new Uint8Array(length), new Uint8Array(length)];
      const buffers = [{ len: length, buf: data[0]! }];
      const sent: Cell = { value: undefined };
      const lpErrno: Cell = { value: undefined };
      const upcalls = {
        WPUQueueApc: () => -1,
        WPUCompleteOverlappedRequest(_s: number, lpOverlapped: WSAOVERLAPPED, _error: number, bytes: number): number {
          const { Offset } = lpOverlapped as Numbered;
          line.sum += bytes;
          line.last = Offset;
          line.count++;
          idle.push(lpOverlapped as Numbered);
          return 0;
        },
        WPUResetEvent(hEvent: { signalled: boolean }): boolean {
          hEvent.signalled = false;
          return true;
        },
      };
      const transport = {
        connect(connected: Socket) {
          socket = connected;
          connected.buffer = ring;
        },
        finish() {},
      };
      const provider = new Provider(upcalls, transport, scheduled);
      const spi = tableOf(provider);
      const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED, lpErrno);
      spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
      ring.write(data[0]!, 0, length);
      return line;
    }),
});
