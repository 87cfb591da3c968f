/**
 * Faults, each put into our provider from outside. A test suite is worth what it catches: every one of these must be caught, by the clause
 * that it breaks.
 */

import { errorCodes } from '../../model/winsock/codes.ts';
import type { Cell, SpiTable, WSABUF, WSAOVERLAPPED } from '../../model/winsock/spi.ts';
import { SOCKET_ERROR } from '../../model/winsock/spi.ts';
import { indicationMutants } from './indicationMutants.ts';
import { limitMutants } from './limitMutants.ts';
import type { Mutant } from './mutant.ts';
import { recordMutants } from './recordMutants.ts';
import { reportedMutants } from './reportedMutants.ts';
import { stateMutants } from './stateMutants.ts';
import { tableMutants } from './tableMutants.ts';
import { transferMutants } from './transferMutants.ts';

type Send = SpiTable['WSPSend'];
type SendArguments = Parameters<Send>;

/** A mutant of WSPSend: `around` gets the call as it was made and the send that works. */
const sends =
  (around: (send: Send, args: SendArguments) => ReturnType<Send>) =>
  (table: SpiTable): Partial<SpiTable> => ({ WSPSend: (...args) => around(table.WSPSend.bind(table), args) });

const pending = (rc: unknown, lpErrno: Cell): boolean => rc === SOCKET_ERROR && lpErrno.value === errorCodes.WSA_IO_PENDING;
const total = (buffers: readonly WSABUF[] | null): number => (buffers ?? []).reduce((sum, { len }) => sum + len, 0);

export const mutants: readonly Mutant[] = [
  {
    name: 'first-buffer-only',
    seenIn: 'litespeedtech/lsquic #218',
    breaks: ['Purpose:3', 'Prototype:9', 'Immediate:6', 'Purpose:2', 'Order:2', 'lpNumberOfBytesSent:1', 'Nonoverlapped:4', 'Overlapped:3'],
    table: sends((send, [s, buffers, , ...rest]) => send(s, buffers, Math.min(1, buffers?.length ?? 0), ...rest)),
  },
  {
    name: 'first-buffer-only-count-of-all',
    breaks: ['Prototype:9', 'Prototype:8', 'Immediate:6', 'Purpose:2', 'Purpose:3', 'Purpose:4', 'Order:2'],
    table: sends((send, [s, buffers, , sent, ...rest]) => {
      const rc = send(s, buffers, Math.min(1, buffers?.length ?? 0), sent, ...rest);
      if (rc === 0 && sent !== null) sent.value = total(buffers);
      return rc;
    }),
  },
  {
    name: 'reports-more-than-asked',
    seenIn: 'golang/go #18887',
    breaks: ['lpNumberOfBytesSent:1', 'Nonoverlapped:4', 'Nonoverlapped:5', 'Overlapped:3', 'Immediate:2'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (rc === 0 && args[3]?.value) args[3].value++;
      return rc;
    }),
  },
  {
    name: 'count-accumulates',
    seenIn: 'dotnet/corefx #6838',
    breaks: ['lpNumberOfBytesSent:1', 'Nonoverlapped:4', 'Nonoverlapped:5', 'Overlapped:3', 'Immediate:2'],
    table: (table) => {
      let sum = 0;
      return sends((send, args) => {
        const rc = send(...args);
        if (rc === 0 && args[3] !== null) args[3].value = sum += args[3].value ?? 0;
        return rc;
      })(table);
    },
  },
  {
    name: 'swaps-buffers',
    seenIn: 'winddriver/Delphi-Cross-Socket #14',
    breaks: ['Purpose:3', 'Purpose:2', 'Purpose:4', 'Order:2'],
    table: sends((send, [s, buffers, ...rest]) => send(s, buffers === null ? null : [...buffers].reverse(), ...rest)),
  },
  {
    name: 'sent-twice',
    seenIn: 'libuv/libuv #5282',
    breaks: ['Purpose:2', 'Order:2', 'Purpose:3', 'Purpose:4'],
    table: sends((send, [s, buffers, count, sent, flags, overlapped, routine, thread, errno]) => {
      const copy = buffers?.map((buffer) => ({ ...buffer })) ?? null;
      const rc = send(s, buffers, count, sent, flags, overlapped, routine, thread, errno);
      if (rc === 0) send(s, copy, count, { value: undefined }, flags, null, null, thread, { value: undefined });
      return rc;
    }),
  },
  {
    name: 'writes-count-of-pending',
    breaks: ['Immediate:4'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (pending(rc, args[8]) && args[3] !== null) args[3].value = 0;
      return rc;
    }),
  },
  {
    name: 'writes-count-at-completion',
    seenIn: 'lalinsky/zio #558',
    breaks: ['Immediate:4'],
    table: (table) => {
      const late: Cell[] = [];
      return {
        ...sends((send, args) => {
          const rc = send(...args);
          if (pending(rc, args[8]) && args[3] !== null) late.push(args[3]);
          return rc;
        })(table),
        WSPGetOverlappedResult: (s, lpOverlapped, ...rest) => {
          for (const cell of late.splice(0)) cell.value = 0;
          return table.WSPGetOverlappedResult(s, lpOverlapped, ...rest);
        },
      };
    },
  },
  {
    name: 'leaves-count-of-success',
    breaks: ['Immediate:2', 'lpNumberOfBytesSent:1'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (rc === 0 && args[5] !== null && args[3] !== null) args[3].value = undefined;
      return rc;
    }),
  },
  {
    name: 'runs-routine-inline',
    seenIn: 'ReactOS msafd',
    breaks: ['QueueApc:1', 'Overlapped:4', 'QueueApc:9', 'QueueApc:10', 'Return:2'],
    table: sends((send, [s, buffers, count, sent, flags, overlapped, routine, thread, errno]) => {
      const rc = send(s, buffers, count, sent, flags, overlapped, routine, thread, errno);
      if (rc === 0 && overlapped !== null && routine !== null) routine(0, sent?.value ?? 0, overlapped, 0);
      return rc;
    }),
  },
  {
    name: 'queues-apc-twice',
    breaks: ['Overlapped:4'],
    upcalls: (upcalls) => ({
      WPUQueueApc: (thread, apc, context, errno) => {
        upcalls.WPUQueueApc(thread, apc, context, errno);
        return upcalls.WPUQueueApc(thread, apc, context, errno);
      },
    }),
  },
  {
    name: 'queues-apc-for-another-thread',
    breaks: ['QueueApc:1', 'lpThreadId:2', 'Return:2'],
    upcalls: (upcalls) => ({
      WPUQueueApc: (thread, apc, context, errno) =>
        upcalls.WPUQueueApc({ ...thread, ThreadHandle: thread.ThreadHandle === 1 ? 2 : 1 }, apc, context, errno),
    }),
  },
  {
    name: 'never-queues-apc',
    breaks: ['Return:2', 'Overlapped:4', 'Return:5', 'QueueApc:1', 'QueueApc:9', 'QueueApc:10'],
    upcalls: () => ({ WPUQueueApc: () => 0 }),
  },
  {
    name: 'completes-twice',
    seenIn: 'dotnet/runtime #48402',
    breaks: ['Event:1', 'Overlapped:4'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (...args) => {
        upcalls.WPUCompleteOverlappedRequest(...args);
        return upcalls.WPUCompleteOverlappedRequest(...args);
      },
    }),
  },
  {
    name: 'never-completes-events',
    breaks: ['Event:1', 'Return:1', 'Return:5', 'Overlapped:3', 'Overlapped:7', 'Immediate:6'],
    upcalls: () => ({ WPUCompleteOverlappedRequest: () => 0 }),
  },
  {
    name: 'signals-event-with-routine',
    breaks: ['Routine:1', 'Overlapped:4', 'Return:7'],
    table: sends((send, args) => {
      const rc = send(...args);
      const event = args[5]?.hEvent;
      if (args[6] !== null && event != null) event.signalled = true;
      return rc;
    }),
  },
  {
    name: 'failure-signals-event',
    seenIn: 'Wine 8',
    breaks: ['Return:7'],
    table: sends((send, args) => {
      const rc = send(...args);
      const event = args[5]?.hEvent;
      if (rc === SOCKET_ERROR && !pending(rc, args[8]) && event != null) event.signalled = true;
      return rc;
    }),
  },
  {
    name: 'keeps-wsathreadid',
    breaks: ['lpThreadId:2', 'QueueApc:1', 'Return:2', 'Return:5', 'Overlapped:4'],
    upcalls: (upcalls) => ({
      // The provider copies by value, so the fault shows where the upcall names a thread that is gone.
      WPUQueueApc: (thread, apc, context, errno) => upcalls.WPUQueueApc({ ...thread, ThreadHandle: -1 }, apc, context, errno),
    }),
  },
  {
    name: 'ignores-shutdown',
    breaks: ['WSAESHUTDOWN:1', 'WSAESHUTDOWN:2'],
    table: () => ({ WSPShutdown: () => 0 }),
  },
  {
    name: 'closed-socket-sends',
    breaks: ['WSAENOTSOCK:1', 'Return:7'],
    table: () => ({ WSPCloseSocket: () => 0 }),
  },
  {
    name: 'not-connected-is-reset',
    breaks: ['WSAENOTCONN:1', 'WSAECONNRESET:1', 'WSAENOTSOCK:1'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (rc === SOCKET_ERROR && args[8].value === errorCodes.WSAENOTCONN) args[8].value = errorCodes.WSAECONNRESET;
      return rc;
    }),
  },
  {
    name: 'would-block-is-success',
    breaks: ['Nonoverlapped:4', 'lpNumberOfBytesSent:1', 'Overlapped:3'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (rc !== SOCKET_ERROR || args[8].value !== errorCodes.WSAEWOULDBLOCK || args[3] === null) return rc;
      args[3].value = 0;
      return 0;
    }),
  },
  {
    name: 'overlapped-on-nonoverlapped-sends-nothing',
    seenIn: 'ReactOS msafd',
    breaks: ['Purpose:2', 'Order:2', 'Nonoverlapped:1', 'Nonoverlapped:2', 'Nonoverlapped:5', 'Purpose:3', 'Purpose:4'],
    table: (table) => {
      const plain = new Set<number>();
      return {
        WSPSocket: (...args) => {
          const s = table.WSPSocket(...args);
          if ((args[5] & 1) === 0) plain.add(s);
          return s;
        },
        ...sends((send, args) => {
          if (!plain.has(args[0]) || args[5] === null) return send(...args);
          const rc = send(...(args.with(1, [{ len: 0, buf: new Uint8Array() }]).with(2, 1) as SendArguments));
          if (rc === 0 && args[3] !== null) args[3].value = total(args[1]);
          return rc;
        })(table),
      };
    },
  },
  {
    name: 'cancel-one-cancels-all',
    seenIn: 'dotnet/corefx #32981',
    breaks: ['WSA_OPERATION_ABORTED:1', 'WSA_OPERATION_ABORTED:2'],
    table: (table) => ({ WSPCancelIo: (s, _lpOverlapped, errno) => table.WSPCancelIo(s, null, errno) }),
  },
  {
    name: 'aborted-overcounts',
    seenIn: 'dotnet/runtime #57229',
    breaks: ['Prototype:9', 'Immediate:6'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (s, lpOverlapped, error, bytes, errno) =>
        upcalls.WPUCompleteOverlappedRequest(s, lpOverlapped, error, error === 0 ? bytes : bytes + 4_000_000, errno),
    }),
  },
  {
    name: 'abort-at-close-is-not-a-socket',
    seenIn: 'Wine 8, cppalliance/corosio #98',
    breaks: ['Overlapped:7', 'WSA_OPERATION_ABORTED:1'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (s, lpOverlapped, error, bytes, errno) =>
        upcalls.WPUCompleteOverlappedRequest(
          s,
          lpOverlapped,
          error === errorCodes.WSA_OPERATION_ABORTED ? errorCodes.WSAENOTSOCK : error,
          bytes,
          errno,
        ),
    }),
  },
  {
    name: 'completes-before-consumed',
    breaks: ['Immediate:6', 'Overlapped:3', 'Order:2', 'Purpose:2', 'Return:5', 'Overlapped:7', 'Event:1', 'Overlapped:4'],
    table: sends((send, args) => {
      const rc = send(...args);
      const overlapped = args[5] as WSAOVERLAPPED | null;
      if (!pending(rc, args[8]) || overlapped === null) return rc;
      overlapped.Internal = 0;
      overlapped.InternalHigh = total(args[1]) - 1;
      return rc;
    }),
  },
  {
    name: 'blocking-returns-a-part',
    breaks: ['Nonoverlapped:5', 'Order:2', 'Purpose:2', 'Purpose:3'],
    table: sends((send, args) => {
      const rc = send(...args);
      if (!(rc instanceof Promise)) return rc;
      if (args[3] !== null) args[3].value = 1;
      return 0;
    }),
  },
  {
    name: 'stalls-after-a-part',
    seenIn: 'grpc/grpc #28432',
    breaks: ['Return:5', 'Overlapped:3', 'Nonoverlapped:5', 'Event:1', 'Overlapped:7'],
    world: (world) => {
      const read = new Map<number, number>();
      return {
        recv: (socket, max) => {
          const before = read.get(socket) ?? 0;
          if (before > 50_000) return { kind: 'idle' };
          const received = world.recv(socket, max);
          if (received.kind === 'bytes') read.set(socket, before + received.bytes.length);
          return received;
        },
      };
    },
  },
  {
    name: 'drops-a-byte',
    breaks: ['Purpose:2', 'Order:2', 'Purpose:3', 'Purpose:4'],
    world: (world) => ({
      recv: (socket, max) => {
        const received = world.recv(socket, max);
        if (received.kind !== 'bytes' || received.bytes.length < 2000) return received;
        return { ...received, bytes: received.bytes.slice(1) };
      },
    }),
  },
  ...indicationMutants,
  ...transferMutants,
  ...reportedMutants,
  ...limitMutants,
  ...recordMutants,
  ...stateMutants,
  ...tableMutants,
];
