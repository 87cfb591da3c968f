import { errorCodes, ioctlCodes, shutdownHow, socketOptions } from '../../model/winsock/codes.ts';
import {
  type Linger,
  type SOCKET,
  STATUS_PENDING,
  type WSAOVERLAPPED,
  type WSATHREADID,
  type WSPUPCALLTABLE,
} from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, bytesOf, copied, isFailure, isPending, remembering } from './wrapping.ts';

/**
 * Faults in the records that a driver keeps of operations, sockets and threads: what they hold, and when they are read, changed or dropped.
 */

type Completing = WSPUPCALLTABLE['WPUCompleteOverlappedRequest'];
const isUnderWay = ({ Internal }: WSAOVERLAPPED): boolean => Internal === STATUS_PENDING;

/** What a send that pends is remembered by. */
interface Posted {
  readonly s: SOCKET;
  readonly overlapped: WSAOVERLAPPED;
  readonly thread: number | undefined;
}
const postedIn = (posted: Posted[]): NonNullable<Mutant['table']> =>
  aroundSend((send, args) => {
    const [s, , , , , overlapped, , thread] = args;
    const rc = send(...args);
    if (isPending(rc, args[8]) && overlapped !== null) posted.push({ s, overlapped, thread: thread?.ThreadHandle });
    return rc;
  });

/** Completions are not reported where the fault says so. */
const losing = (isLost: (overlapped: WSAOVERLAPPED) => boolean): NonNullable<Mutant['upcalls']> => {
  return (upcalls) => ({
    WPUCompleteOverlappedRequest: (s, overlapped, ...rest) =>
      isLost(overlapped) ? 0 : upcalls.WPUCompleteOverlappedRequest(s, overlapped, ...rest),
  });
};

/** So many operations of one socket fit into the ring in which they wait. */
const ringOf = 64;
/** So many completions of one start are counted in a byte. */
const byteOf = 256;

/** What is reported of an operation and kept until it is asked for. */
const keptOfResults: readonly Mutant[] = [
  {
    name: 'sets-event-before-status',
    breaks: ['Return:1', 'Return:5', 'Overlapped:7'],
    ...remembering(
      () => ({ late: [] as (() => void)[] }),
      ({ late }) => {
        const store = (): void => {
          for (const now of late.splice(0)) now();
        };
        const complete =
          (upcalls: WSPUPCALLTABLE): Completing =>
          (s, overlapped, error, ...rest) => {
            const rc = upcalls.WPUCompleteOverlappedRequest(s, overlapped, error, ...rest);
            if (overlapped.hEvent === null) return rc;
            overlapped.Internal = STATUS_PENDING;
            late.push(() => (overlapped.Internal = error));
            return rc;
          };
        return {
          upcalls: (upcalls) => ({ WPUCompleteOverlappedRequest: complete(upcalls) }),
          world: (world) => ({
            settle: () => {
              store();
              world.settle();
            },
            recv: (...args) => {
              store();
              return world.recv(...args);
            },
          }),
        };
      },
    ),
  },
  {
    name: 'result-is-of-the-newest',
    seenIn: 'a record that was freed and now describes another operation',
    breaks: ['Immediate:6', 'Overlapped:7', 'Return:1', 'Return:5'],
    ...remembering(
      () => ({ newest: new Map<SOCKET, WSAOVERLAPPED>() }),
      ({ newest }) => ({
        table: (table, upcalls) => ({
          ...aroundSend((send, args) => {
            if (args[5] !== null) newest.set(args[0], args[5]);
            return send(...args);
          })(table, upcalls),
          WSPGetOverlappedResult: (s, overlapped, ...rest) => {
            const other = newest.get(s);
            const isFreed = other !== undefined && !isUnderWay(other) && !isUnderWay(overlapped);
            return table.WSPGetOverlappedResult(s, isFreed ? other : overlapped, ...rest);
          },
        }),
      }),
    ),
  },
  {
    name: 'result-goes-once-asked',
    breaks: ['Immediate:6', 'Overlapped:7'],
    table: (table) => ({
      WSPGetOverlappedResult: (s, overlapped, ...rest) => {
        const rc = table.WSPGetOverlappedResult(s, overlapped, ...rest);
        if (rc === true) overlapped.InternalHigh = 0;
        return rc;
      },
    }),
  },
  {
    name: 'count-stays-of-the-last-use',
    breaks: ['Immediate:6', 'Overlapped:3'],
    ...remembering(
      () => ({ counts: new Map<WSAOVERLAPPED, number>() }),
      ({ counts }) => ({
        upcalls: (upcalls) => ({
          WPUCompleteOverlappedRequest: (s, overlapped, error, bytes, errno) => {
            const before = counts.get(overlapped);
            counts.set(overlapped, bytes);
            return upcalls.WPUCompleteOverlappedRequest(s, overlapped, error, error === 0 ? (before ?? bytes) : bytes, errno);
          },
        }),
      }),
    ),
  },
  {
    name: 'event-is-reset-again',
    breaks: ['Event:1', 'Return:1', 'Return:5'],
    ...remembering(
      () => ({ completed: new Set<WSAOVERLAPPED>() }),
      ({ completed }) => ({
        upcalls: (upcalls) => ({
          WPUCompleteOverlappedRequest: (s, overlapped, ...rest) => {
            completed.add(overlapped);
            return upcalls.WPUCompleteOverlappedRequest(s, overlapped, ...rest);
          },
        }),
        world: (world) => ({
          settle: () => {
            for (const { hEvent } of completed) if (hEvent !== null) hEvent.signalled = false;
            completed.clear();
            world.settle();
          },
        }),
      }),
    ),
  },
  {
    name: 'routine-counts-add-up',
    breaks: ['Prototype:9'],
    ...remembering(
      () => ({ sum: 0 }),
      (state) => ({
        table: aroundSend((send, args) => {
          const routine = args[6];
          if (routine === null) return send(...args);
          const [s, buffers, count, sent, flags, overlapped, , ...rest] = args;
          const adding: typeof routine = (error, bytes, ...more) => routine(error, (state.sum += bytes), ...more);
          return send(s, buffers, count, sent, flags, overlapped, adding, ...rest);
        }),
      }),
    ),
  },
  {
    name: 'forgets-the-oldest-of-64',
    breaks: ['Event:1', 'Return:5', 'Overlapped:3', 'Overlapped:7'],
    ...remembering(
      () => ({ posted: [] as Posted[], lost: new Set<WSAOVERLAPPED>() }),
      ({ posted, lost }) => ({
        table: (table, upcalls) =>
          aroundSend((send, args) => {
            const rc = send(...args);
            const waiting = posted.filter(({ s, overlapped }) => s === args[0] && isUnderWay(overlapped));
            if (waiting.length > ringOf) lost.add(waiting[0]!.overlapped);
            return rc;
          })({ ...table, ...postedIn(posted)(table, upcalls) }, upcalls),
        upcalls: losing((overlapped) => lost.delete(overlapped)),
      }),
    ),
  },
  {
    name: 'loses-every-256th-completion',
    breaks: ['Event:1', 'Return:1', 'Return:5', 'Overlapped:3', 'Overlapped:7'],
    ...remembering(
      () => ({ count: 0 }),
      (state) => ({ upcalls: losing(() => ++state.count % byteOf === 0) }),
    ),
  },
  {
    name: 'loses-completion-between-threads',
    breaks: ['Event:1', 'Return:5', 'Overlapped:3', 'Overlapped:7'],
    ...remembering(
      () => ({ posted: [] as Posted[] }),
      ({ posted }) => ({
        table: postedIn(posted),
        upcalls: losing((overlapped) => {
          const own = posted.findLast((other) => other.overlapped === overlapped);
          if (own === undefined) return false;
          return posted.some((other) => other.s === own.s && other.thread !== own.thread && isUnderWay(other.overlapped));
        }),
      }),
    ),
  },
];

/** Which operation or call is ended, and how. */
const endings: readonly Mutant[] = [
  {
    name: 'cancels-the-oldest',
    breaks: ['WSA_OPERATION_ABORTED:1', 'WSA_OPERATION_ABORTED:2'],
    ...remembering(
      () => ({ posted: [] as Posted[] }),
      ({ posted }) => ({
        table: (table, upcalls) => ({
          ...postedIn(posted)(table, upcalls),
          WSPCancelIo: (s, overlapped, errno) => {
            const oldest = posted.find((other) => other.s === s && isUnderWay(other.overlapped));
            return table.WSPCancelIo(s, overlapped === null ? null : (oldest?.overlapped ?? overlapped), errno);
          },
        }),
      }),
    ),
  },
  {
    name: 'cancelled-is-success',
    breaks: ['Immediate:6', 'Overlapped:3'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (s, overlapped, error, ...rest) =>
        upcalls.WPUCompleteOverlappedRequest(s, overlapped, error === errorCodes.WSA_OPERATION_ABORTED ? 0 : error, ...rest),
    }),
  },
  {
    name: 'cancelled-bytes-leave-all-the-same',
    breaks: ['Purpose:2', 'Order:2', 'Purpose:3', 'Capture:2', 'Return:6', 'WSA_OPERATION_ABORTED:1', 'Overlapped:3'],
    ...remembering(
      () => ({ copies: new Map<WSAOVERLAPPED, Uint8Array>() }),
      ({ copies }) => ({
        table: (table, upcalls) => ({
          ...aroundSend((send, args) => {
            const copy = args[5] === null ? undefined : copied(args[1], args[2]);
            const rc = send(...args);
            if (copy !== undefined && isPending(rc, args[8])) copies.set(args[5]!, copy);
            return rc;
          })(table, upcalls),
          WSPCancelIo: (s, overlapped, errno) => {
            const copy = overlapped !== null && isUnderWay(overlapped) ? copies.get(overlapped) : undefined;
            const rc = table.WSPCancelIo(s, overlapped, errno);
            if (rc !== 0 || copy === undefined) return rc;
            table.WSPSend(s, [{ len: copy.length, buf: copy }], 1, { value: undefined }, 0, null, null, null, { value: undefined });
            return rc;
          },
        }),
      }),
    ),
  },
  {
    name: 'queues-apc-again-for-the-cancelled',
    breaks: ['Overlapped:4'],
    ...remembering(
      () => ({ cancels: 0 }),
      (state) => ({
        table: (table) => ({
          WSPCancelIo: (...args) => {
            state.cancels++;
            const rc = table.WSPCancelIo(...args);
            state.cancels--;
            return rc;
          },
        }),
        upcalls: (upcalls) => ({
          WPUQueueApc: (...args) => {
            if (state.cancels > 0) upcalls.WPUQueueApc(...args);
            return upcalls.WPUQueueApc(...args);
          },
        }),
      }),
    ),
  },
  {
    name: 'cancels-the-call-of-another-thread',
    breaks: ['Return:3', 'Nonoverlapped:5'],
    ...remembering(
      () => ({ blocked: [] as WSATHREADID[] }),
      ({ blocked }) => ({
        table: (table, upcalls) => ({
          ...aroundSend((send, args) => {
            const rc = send(...args);
            if (typeof rc !== 'number' && args[7] !== null) blocked.push({ ...args[7] });
            return rc;
          })(table, upcalls),
          WSPCancelBlockingCall: (thread, errno) => {
            const other = blocked.find(({ ThreadHandle }) => ThreadHandle !== thread.ThreadHandle);
            return table.WSPCancelBlockingCall(other ?? thread, errno);
          },
        }),
      }),
    ),
  },
  {
    name: 'close-says-nothing-of-what-pends',
    breaks: ['Event:1', 'Return:5', 'Overlapped:3', 'Overlapped:7'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (s, overlapped, error, ...rest) =>
        error === errorCodes.WSA_OPERATION_ABORTED ? 0 : upcalls.WPUCompleteOverlappedRequest(s, overlapped, error, ...rest),
    }),
  },
  {
    name: 'close-loses-what-it-lingers-for',
    breaks: ['Purpose:2', 'Order:2'],
    ...remembering(
      () => ({ lingering: new Set<SOCKET>(), closed: new Set<SOCKET>() }),
      ({ lingering, closed }) => ({
        table: (table) => ({
          WSPSetSockOpt: (s, level, name, value, errno) => {
            const isTimed = name === socketOptions.SO_LINGER && (value as Linger).l_onoff !== 0 && (value as Linger).l_linger > 0;
            if (isTimed) lingering.add(s);
            return table.WSPSetSockOpt(s, level, name, value, errno);
          },
          WSPCloseSocket: (s, errno) => {
            if (lingering.has(s)) closed.add(s);
            return table.WSPCloseSocket(s, errno);
          },
        }),
        world: (world) => ({
          recv: (s, max) => {
            const received = world.recv(s, max);
            return closed.has(s) && received.kind === 'bytes' ? { kind: 'eof' } : received;
          },
        }),
      }),
    ),
  },
];

/** The state of a socket, and what it was set to do. */
const standing: readonly Mutant[] = [
  {
    name: 'never-blocks-again',
    breaks: ['Nonoverlapped:5', 'WSAEWOULDBLOCK:1'],
    table: (table) => ({
      WSPIoctl: (s, code, value, errno) => (code === ioctlCodes.FIONBIO && value === 0 ? 0 : table.WSPIoctl(s, code, value, errno)),
    }),
  },
  {
    name: 'closes-sends-for-receives',
    breaks: ['WSAESHUTDOWN:1', 'WSAESHUTDOWN:2', 'Purpose:2'],
    table: (table) => ({
      WSPShutdown: (s, how, errno) => table.WSPShutdown(s, how === shutdownHow.SD_RECEIVE ? shutdownHow.SD_SEND : how, errno),
    }),
  },
  {
    name: 'closes-receives-for-both',
    breaks: ['WSAESHUTDOWN:1', 'WSAESHUTDOWN:2', 'Return:7'],
    table: (table) => ({
      WSPShutdown: (s, how, errno) => table.WSPShutdown(s, how === shutdownHow.SD_BOTH ? shutdownHow.SD_RECEIVE : how, errno),
    }),
  },
  {
    name: 'reset-is-over-once-reported',
    seenIn: 'an error that SO_ERROR clears',
    breaks: ['WSAECONNRESET:1', 'WSAECONNABORTED:1', 'Purpose:2', 'Return:2', 'Event:1'],
    ...remembering(
      () => ({ reported: new Set<SOCKET>() }),
      ({ reported }) => ({
        table: aroundSend((send, args) => {
          const rc = send(...args);
          if (!isFailure(rc, args[8]) || args[8].value !== errorCodes.WSAECONNRESET) return rc;
          if (!reported.has(args[0])) {
            reported.add(args[0]);
            return rc;
          }
          args[8].value = undefined;
          if (args[3] !== null) args[3].value = bytesOf(args[1]);
          return 0;
        }),
      }),
    ),
  },
  {
    name: 'network-failure-is-a-reset',
    breaks: ['WSAECONNRESET:1'],
    upcalls: (upcalls) => ({
      WPUCompleteOverlappedRequest: (s, overlapped, error, ...rest) =>
        upcalls.WPUCompleteOverlappedRequest(s, overlapped, error === errorCodes.WSAENETDOWN ? errorCodes.WSAECONNRESET : error, ...rest),
    }),
  },
];

export const recordMutants: readonly Mutant[] = [...keptOfResults, ...endings, ...standing];
