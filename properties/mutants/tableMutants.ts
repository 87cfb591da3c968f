import type { ClauseId } from '../../model/clauses/register.ts';
import { errorCodes, ioctlCodes, sendFlags, socketOptions, socketTypes } from '../../model/winsock/codes.ts';
import { type Linger, type SOCKET, STATUS_PENDING, type WSAOVERLAPPED, type WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, bytesOf, copied, isFailure, isPending, remembering, type SendArguments } from './wrapping.ts';

/**
 * Faults of drivers that keep sockets and operations in tables: a table that is too short, an entry that outlives what it was made for, one
 * entry for two.
 */

const stream: readonly ClauseId[] = ['Order:2', 'Purpose:2', 'Purpose:3', 'Purpose:4', 'lpBuffers:2', 'dwBufferCount:1'];
/** The end of an operation is owed, and does not come. */
const neverReported: readonly ClauseId[] = ['Return:1', 'Return:2', 'Return:5', 'Overlapped:7', 'Event:1', 'Overlapped:4'];

type Completing = WSPUPCALLTABLE['WPUCompleteOverlappedRequest'];
const completing =
  (around: (complete: Completing, ...args: Parameters<Completing>) => number): NonNullable<Mutant['upcalls']> =>
  (upcalls) => ({ WPUCompleteOverlappedRequest: (...args) => around(upcalls.WPUCompleteOverlappedRequest.bind(upcalls), ...args) });

/** The send with other bytes in one buffer. */
const withBytes = (args: SendArguments, bytes: Uint8Array): SendArguments =>
  args.with(1, [{ len: bytes.length, buf: bytes }]).with(2, 1) as SendArguments;

/** As many as select() can look at. */
const setOf = 64;
/** As many records of operations as there are, each found by its number. */
const recordsOf = 4;

const ofTables: readonly Mutant[] = [
  {
    name: 'never-polls-the-65th-socket',
    seenIn: 'FD_SETSIZE',
    breaks: neverReported,
    ...remembering(
      () => ({ made: 0, unseen: new Set<SOCKET>() }),
      (state) => ({
        table: (table) => ({
          WSPSocket: (...args) => {
            const s = table.WSPSocket(...args);
            if (++state.made > setOf) state.unseen.add(s);
            return s;
          },
        }),
        upcalls: completing((complete, s, ...rest) => (state.unseen.has(s) ? 0 : complete(s, ...rest))),
      }),
    ),
  },
  {
    name: 'keeps-four-records-of-operations',
    breaks: neverReported,
    ...remembering(
      () => ({ count: 0, records: new Map<number, WSAOVERLAPPED>(), overwritten: new Set<WSAOVERLAPPED>() }),
      (state) => ({
        table: aroundSend((send, args) => {
          const rc = send(...args);
          const [, , , , , overlapped] = args;
          if (overlapped === null || !isPending(rc, args[8])) return rc;
          const place = state.count++ % recordsOf;
          const before = state.records.get(place);
          if (before !== undefined && before !== overlapped && before.Internal === STATUS_PENDING) state.overwritten.add(before);
          state.records.set(place, overlapped);
          return rc;
        }),
        upcalls: completing((complete, s, overlapped, ...rest) =>
          state.overwritten.delete(overlapped) ? 0 : complete(s, overlapped, ...rest),
        ),
      }),
    ),
  },
  {
    name: 'one-event-for-each-socket',
    breaks: [...neverReported, 'Event:2'],
    ...remembering(
      () => ({ latest: new Map<SOCKET, WSAOVERLAPPED>() }),
      ({ latest }) => ({
        table: aroundSend((send, args) => {
          const rc = send(...args);
          if (args[5] !== null && args[6] === null && isPending(rc, args[8])) latest.set(args[0], args[5]);
          return rc;
        }),
        upcalls: completing((complete, s, overlapped, ...rest) => {
          const { hEvent } = overlapped;
          const other = latest.get(s)?.hEvent;
          if (hEvent === null || other == null) return complete(s, overlapped, ...rest);
          overlapped.hEvent = other;
          const rc = complete(s, overlapped, ...rest);
          overlapped.hEvent = hEvent;
          return rc;
        }),
      }),
    ),
  },
];

/** What was set on the socket that was closed last holds for the next one. */
const inherited: readonly Mutant[] = [
  {
    name: 'socket-inherits-the-linger-of-the-last-closed',
    breaks: ['WSAECONNRESET:1', 'Purpose:2', 'Order:2', 'Delivery:1'],
    ...remembering(
      () => ({ set: new Map<SOCKET, Linger>(), next: undefined as Linger | undefined }),
      (state) => ({
        table: (table) => ({
          WSPSetSockOpt: (s, level, name, value, errno) => {
            if (name === socketOptions.SO_LINGER) state.set.set(s, value as Linger);
            return table.WSPSetSockOpt(s, level, name, value, errno);
          },
          WSPCloseSocket: (s, errno) => {
            state.next = state.set.get(s);
            return table.WSPCloseSocket(s, errno);
          },
          WSPSocket: (...args) => {
            const s = table.WSPSocket(...args);
            if (state.next !== undefined) table.WSPSetSockOpt(s, 0xffff, socketOptions.SO_LINGER, state.next, { value: undefined });
            state.next = undefined;
            return s;
          },
        }),
      }),
    ),
  },
  {
    name: 'socket-inherits-the-mode-of-the-last-closed',
    breaks: ['Nonoverlapped:5', 'WSAEWOULDBLOCK:1'],
    ...remembering(
      () => ({ nonblocking: new Set<SOCKET>(), next: false }),
      (state) => ({
        table: (table) => ({
          WSPIoctl: (s, code, value, errno) => {
            const rc = table.WSPIoctl(s, code, value, errno);
            if (rc === 0 && code === ioctlCodes.FIONBIO) state.nonblocking[value === 0 ? 'delete' : 'add'](s);
            return rc;
          },
          WSPCloseSocket: (s, errno) => {
            state.next = state.nonblocking.has(s);
            return table.WSPCloseSocket(s, errno);
          },
          WSPSocket: (...args) => {
            const s = table.WSPSocket(...args);
            if (state.next) table.WSPIoctl(s, ioctlCodes.FIONBIO, 1, { value: undefined });
            state.next = false;
            return s;
          },
        }),
      }),
    ),
  },
  {
    name: 'first-byte-lost-after-would-block',
    breaks: stream,
    ...remembering(
      () => ({ refused: new Set<SOCKET>() }),
      ({ refused }) => ({
        table: aroundSend((send, args) => {
          const bytes = refused.has(args[0]) && args[5] === null ? copied(args[1], args[2]) : undefined;
          if (bytes !== undefined && bytes.length > 1) {
            refused.delete(args[0]);
            const rc = send(...withBytes(args, bytes.subarray(1)));
            if (rc === 0 && args[3] !== null && args[3].value !== undefined) args[3].value++;
            return rc;
          }
          const rc = send(...args);
          if (isFailure(rc, args[8]) && args[8].value === errorCodes.WSAEWOULDBLOCK) refused.add(args[0]);
          return rc;
        }),
      }),
    ),
  },
];

/** What was begun is neither done nor reported, or both. */
const halfDone: readonly Mutant[] = [
  {
    name: 'urgent-byte-goes-first',
    breaks: ['MSG_OOB:1', ...stream],
    table: aroundSend((send, args) => {
      const bytes = (args[4] & sendFlags.MSG_OOB) === 0 ? undefined : copied(args[1], args[2]);
      if (bytes === undefined || bytes.length < 2) return send(...args);
      return send(...withBytes(args, Uint8Array.of(bytes.at(-1)!, ...bytes.subarray(0, -1))));
    }),
  },
  {
    name: 'sends-the-front-of-what-is-too-large',
    breaks: ['MessageSize:4', 'Purpose:4', 'Return:6', 'lpBuffers:2'],
    ...remembering(
      () => ({ messages: new Set<SOCKET>() }),
      ({ messages }) => ({
        table: (table, upcalls) => ({
          WSPSocket: (...args) => {
            const s = table.WSPSocket(...args);
            if (args[1] === socketTypes.SOCK_DGRAM) messages.add(s);
            return s;
          },
          ...aroundSend((send, args) => {
            const rc = send(...args);
            if (!messages.has(args[0]) || !isFailure(rc, args[8]) || args[8].value !== errorCodes.WSAEMSGSIZE) return rc;
            const front = copied(args[1], args[2])?.subarray(0, 1472);
            if (front !== undefined)
              send(args[0], [{ len: front.length, buf: front }], 1, { value: undefined }, 0, null, null, null, { value: undefined });
            return rc;
          })(table, upcalls),
        }),
      }),
    ),
  },
  {
    name: 'cancel-loses-the-operation',
    breaks: neverReported,
    ...remembering(
      () => ({ posted: [] as (readonly [SOCKET, WSAOVERLAPPED])[], lost: new Set<WSAOVERLAPPED>() }),
      ({ posted, lost }) => ({
        table: (table, upcalls) => ({
          ...aroundSend((send, args) => {
            const rc = send(...args);
            if (args[5] !== null && isPending(rc, args[8])) posted.push([args[0], args[5]]);
            return rc;
          })(table, upcalls),
          WSPCancelIo: (s, overlapped, errno) => {
            const named = posted.filter(
              ([on, one]) => on === s && one.Internal === STATUS_PENDING && (overlapped === null || one === overlapped),
            );
            for (const [, one] of named) lost.add(one);
            return named.length === 0 ? table.WSPCancelIo(s, overlapped, errno) : 0;
          },
        }),
        upcalls: completing((complete, s, overlapped, ...rest) => (lost.delete(overlapped) ? 0 : complete(s, overlapped, ...rest))),
      }),
    ),
  },
  {
    name: 'no-bytes-never-complete',
    breaks: neverReported,
    ...remembering(
      () => ({ empty: new Set<WSAOVERLAPPED>() }),
      ({ empty }) => ({
        table: aroundSend((send, args) => {
          if (args[5] !== null) empty[bytesOf(args[1]) === 0 ? 'add' : 'delete'](args[5]);
          return send(...args);
        }),
        upcalls: completing((complete, s, overlapped, ...rest) => (empty.has(overlapped) ? 0 : complete(s, overlapped, ...rest))),
      }),
    ),
  },
  {
    name: 'failed-operation-reads-as-success-of-none',
    breaks: ['Immediate:6', 'Overlapped:3', 'Overlapped:7'],
    table: (table) => ({
      WSPGetOverlappedResult: (s, overlapped, count, wait, flags, errno) => {
        const rc = table.WSPGetOverlappedResult(s, overlapped, count, wait, flags, errno);
        const isOver = overlapped.Internal !== STATUS_PENDING && errno.value !== errorCodes.WSAENOTSOCK;
        if (rc !== false || !isOver) return rc;
        if (count !== null) count.value = 0;
        errno.value = undefined;
        return true;
      },
    }),
  },
  {
    name: 'network-failure-is-over-once-reported',
    breaks: ['WSAENETDOWN:1', 'Purpose:2', 'Return:2', 'Event:1'],
    ...remembering(
      () => ({ isReported: false }),
      (state) => ({
        table: aroundSend((send, args) => {
          const rc = send(...args);
          if (!isFailure(rc, args[8]) || args[8].value !== errorCodes.WSAENETDOWN) return rc;
          if (!state.isReported) {
            state.isReported = true;
            return rc;
          }
          args[8].value = undefined;
          if (args[3] !== null) args[3].value = bytesOf(args[1]);
          return 0;
        }),
      }),
    ),
  },
];

export const tableMutants: readonly Mutant[] = [...ofTables, ...inherited, ...halfDone];
