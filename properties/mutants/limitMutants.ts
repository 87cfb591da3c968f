import type { ClauseId } from '../../model/clauses/register.ts';
import { errorCodes, ioctlCodes, socketOptions, socketTypes } from '../../model/winsock/codes.ts';
import { type Cell, type Received, type SOCKET, SOCKET_ERROR, type SpiTable, type WSABUF } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, bytesOf, copied, remembering, type SendArguments } from './wrapping.ts';

/** Faults that show at a size, at a count, or after much else: those of small sends and of first cases find none of them. */

const stream: readonly ClauseId[] = ['Order:2', 'Purpose:2', 'Purpose:3', 'Purpose:4'];
/** What is reported of the bytes, by the call and by what reports its end. */
const counts: readonly ClauseId[] = [
  'lpNumberOfBytesSent:1',
  'Nonoverlapped:4',
  'Nonoverlapped:5',
  'Overlapped:3',
  'Immediate:2',
  'Immediate:6',
  'Prototype:9',
];

/** Looks at the first WSABUFs only, and means them all. */
const firstBuffers = (most: number): Mutant => ({
  name: `first-${most}-buffers`,
  seenIn: 'a fixed array of descriptors',
  breaks: [...stream, ...counts],
  table: aroundSend((send, args) => {
    const [s, buffers, count, sent, ...rest] = args;
    if (buffers === null || count <= most) return send(...args);
    const rc = send(s, buffers, most, sent, ...rest);
    if (rc === 0 && sent !== null) sent.value = bytesOf(buffers.slice(0, count));
    return rc;
  }),
});

/** The buffers up to so many bytes of them. */
const upTo = (buffers: readonly WSABUF[], most: number): WSABUF[] => {
  let left = most;
  return buffers.map(({ len, buf }) => {
    const part = Math.min(len, left);
    left -= part;
    return { len: part, buf };
  });
};

/** Remembers which sockets are of a kind, by the calls that make them so. */
const among = (isMade: (table: SpiTable, sockets: Set<SOCKET>) => Partial<SpiTable>, around: (sockets: ReadonlySet<SOCKET>) => Around) =>
  remembering(
    () => new Set<SOCKET>(),
    (sockets) => ({ table: (table, upcalls) => ({ ...isMade(table, sockets), ...aroundSend(around(sockets))(table, upcalls) }) }),
  );
type Around = Parameters<typeof aroundSend>[0];

const nonblockingOf = (table: SpiTable, sockets: Set<SOCKET>): Partial<SpiTable> => ({
  WSPIoctl: (s, code, value, lpErrno) => {
    const rc = table.WSPIoctl(s, code, value, lpErrno);
    if (rc === 0 && code === ioctlCodes.FIONBIO) sockets[value === 0 ? 'delete' : 'add'](s);
    return rc;
  },
});

const datagramsOf = (table: SpiTable, sockets: Set<SOCKET>): Partial<SpiTable> => ({
  WSPSocket: (...args) => {
    const s = table.WSPSocket(...args);
    if (args[1] === socketTypes.SOCK_DGRAM) sockets.add(s);
    return s;
  },
});

/** So many buffers are gathered at a time. */
const gathered = 16;

/** A message of exactly the maximum is taken for one above it. */
const refusesTheMaximum = (lpErrno: Cell): number => {
  lpErrno.value = errorCodes.WSAEMSGSIZE;
  return SOCKET_ERROR;
};
const maximum = 65_507;

/** So many closed sockets fill what there is room for. */
const closedMax = 128;

export const limitMutants: readonly Mutant[] = [
  firstBuffers(16),
  firstBuffers(1024),
  {
    name: 'gathers-16-at-a-time-backwards',
    breaks: stream,
    table: aroundSend((send, args) => {
      const [, buffers, count] = args;
      if (buffers === null || count <= gathered) return send(...args);
      const turned: WSABUF[] = [];
      for (let at = 0; at < count; at += gathered) turned.unshift(...buffers.slice(at, Math.min(count, at + gathered)));
      return send(...(args.with(1, turned) as SendArguments));
    }),
  },
  {
    name: 'empty-buffer-eats-the-next',
    seenIn: 'a gather that goes on by one too many',
    breaks: [...stream, ...counts],
    table: aroundSend((send, args) => {
      const [, buffers, count] = args;
      const given = (buffers ?? []).slice(0, count);
      const empty = given.findIndex(({ len }, at) => len === 0 && at > 0 && at < count - 1);
      if (empty < 0) return send(...args);
      const kept = given.filter((_, at) => at !== empty + 1);
      const rc = send(...(args.with(1, kept).with(2, kept.length) as SendArguments));
      if (rc === 0 && args[3] !== null) args[3].value = bytesOf(given);
      return rc;
    }),
  },
  {
    name: 'drops-byte-4194304',
    seenIn: 'a count of 22 bits',
    breaks: [...stream, 'lpBuffers:2'],
    ...remembering(
      () => ({ read: new Map<SOCKET, number>() }),
      ({ read }) => ({
        world: (world) => ({
          recv: (s, max) => {
            const received = world.recv(s, max);
            if (received.kind !== 'bytes') return received;
            const before = read.get(s) ?? 0;
            const after = before + received.bytes.length;
            read.set(s, after);
            const isPassed = before < 2 ** 22 && after >= 2 ** 22;
            return isPassed ? { ...received, bytes: received.bytes.slice(1) } : received;
          },
        }),
      }),
    ),
  },
  {
    name: 'counts-31-bits',
    seenIn: 'chriskohlhoff/asio #1443',
    breaks: [...stream, ...counts, 'Return:4'],
    table: aroundSend((send, args) => {
      const total = bytesOf(args[1]);
      return total < 2 ** 31 ? send(...args) : send(...(args.with(1, upTo(args[1]!, total % 2 ** 31)) as SendArguments));
    }),
  },
  {
    name: 'large-nonblocking-blocks',
    seenIn: 'microsoft/WSL #3813',
    breaks: ['Nonoverlapped:4'],
    ...among(nonblockingOf, (nonblocking) => (send, args) => {
      const isLarge = bytesOf(args[1]) >= 160_000 && args[5] === null && nonblocking.has(args[0]);
      return isLarge ? new Promise<number>(() => {}) : send(...args);
    }),
  },
  {
    name: 'datagram-cut-at-1472',
    seenIn: 'libuv/libuv #411',
    breaks: [...stream, 'MessageSize:4'],
    ...among(datagramsOf, (datagrams) => (send, args) => {
      const [s, buffers, count, sent] = args;
      const total = bytesOf((buffers ?? []).slice(0, count));
      if (buffers === null || !datagrams.has(s) || total <= 1472) return send(...args);
      const rc = send(...(args.with(1, upTo(buffers, 1472)) as SendArguments));
      if (rc === 0 && sent !== null) sent.value = total;
      return rc;
    }),
  },
  {
    name: 'refuses-a-message-of-the-maximum',
    breaks: ['WSAEMSGSIZE:1', 'MessageSize:1', 'MessageSize:2'],
    ...among(
      datagramsOf,
      (datagrams) => (send, args) => (datagrams.has(args[0]) && bytesOf(args[1]) === maximum ? refusesTheMaximum(args[8]) : send(...args)),
    ),
  },
  {
    name: 'datagram-comes-twice',
    breaks: stream,
    ...remembering(
      () => ({ datagrams: new Set<SOCKET>(), again: new Map<SOCKET, Received>(), count: 0 }),
      (state) => ({
        table: (table) => datagramsOf(table, state.datagrams),
        world: (world) => ({
          recv: (s, max) => {
            const before = state.again.get(s);
            if (before !== undefined && state.again.delete(s)) return before;
            const received = world.recv(s, max);
            const isKept = state.datagrams.has(s) && received.kind === 'bytes' && received.bytes.length > 0 && ++state.count % 2 === 0;
            if (isKept) state.again.set(s, { ...received, bytes: received.bytes.slice() });
            return received;
          },
        }),
      }),
    ),
  },
  {
    name: 'sends-from-caller-memory',
    seenIn: 'SO_SNDBUF 0 understood as "do not copy"',
    breaks: [...stream, 'Capture:2', 'lpBuffers:2', 'Nonoverlapped:3'],
    ...remembering(
      () => ({ unbuffered: new Set<SOCKET>(), later: [] as (() => void)[] }),
      ({ unbuffered, later }) => ({
        table: (table, upcalls) => ({
          WSPSetSockOpt: (s, level, name, value, lpErrno) => {
            if (name === socketOptions.SO_SNDBUF) unbuffered[value === 0 ? 'add' : 'delete'](s);
            return table.WSPSetSockOpt(s, level, name, value === 0 ? 65_536 : value, lpErrno);
          },
          ...aroundSend((send, args) => {
            const [s, buffers, count, sent, flags, overlapped, , thread] = args;
            const copy = unbuffered.has(s) && flags === 0 && overlapped === null && sent !== null ? copied(buffers, count) : undefined;
            if (copy === undefined) return send(...args);
            const rc = send(s, [], 0, { value: undefined }, 0, null, null, thread, args[8]);
            if (rc !== 0) return rc;
            // The buffers are the caller's again, and are read when the peer asks for them.
            const kept = buffers!.slice(0, count).map(({ len, buf }) => ({ len, buf }));
            later.push(() => void send(s, kept, count, { value: undefined }, 0, null, null, thread, { value: undefined }));
            sent!.value = copy.length;
            return 0;
          })(table, upcalls),
        }),
        world: (world) => ({
          recv: (...args) => {
            for (const sendsNow of later.splice(0)) sendsNow();
            return world.recv(...args);
          },
        }),
      }),
    ),
  },
  {
    name: 'leaks-entry-per-closed-socket',
    seenIn: 'virtio-win/kvm-guest-drivers-windows, viosock #1623',
    breaks: ['WSAEWOULDBLOCK:1', 'Nonoverlapped:4', 'Nonoverlapped:5', 'Overlapped:3', 'Return:7'],
    ...remembering(
      () => ({ closed: 0 }),
      (state) => ({
        table: (table, upcalls) => ({
          WSPCloseSocket: (...args) => {
            state.closed++;
            return table.WSPCloseSocket(...args);
          },
          ...aroundSend((send, args) => {
            if (state.closed < closedMax) return send(...args);
            args[8].value = errorCodes.WSAEWOULDBLOCK;
            return SOCKET_ERROR;
          })(table, upcalls),
        }),
      }),
    ),
  },
];
