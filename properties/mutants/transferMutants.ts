import type { ClauseId } from '../../model/clauses/register.ts';
import { type ErrorCode, errorCodes } from '../../model/winsock/codes.ts';
import type { Received } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, bytesOf, copied, isPending, remembering, type SendArguments } from './wrapping.ts';

/** Faults in which bytes leave, in their order, and in what a send reports about them. */

/** A send that must fail claims to have sent everything. */
const succeedsInsteadOf = (code: ErrorCode, name: string, ...breaks: ClauseId[]): Mutant => ({
  name,
  // Nothing was indicated either, which a success requires.
  breaks: [...breaks, 'Return:2', 'Event:1'],
  table: aroundSend((send, args) => {
    const rc = send(...args);
    if (rc !== -1 || args[8].value !== errorCodes[code]) return rc;
    args[8].value = undefined;
    if (args[3] !== null) args[3].value = bytesOf(args[1]);
    return 0;
  }),
});

const splitAt = 32_768;
const ringSize = 65_536;
const stream: readonly ClauseId[] = ['Order:2', 'Purpose:2', 'Purpose:3', 'Purpose:4'];
export const transferMutants: readonly Mutant[] = [
  {
    name: 'above-32768-out-of-order',
    seenIn: 'winddriver/Delphi-Cross-Socket #14',
    breaks: stream,
    table: aroundSend((send, args) => {
      const copy = bytesOf(args[1]) > splitAt ? copied(args[1], args[2]) : undefined;
      if (copy === undefined) return send(...args);
      const turned = new Uint8Array(copy.length);
      turned.set(copy.subarray(splitAt), 0);
      turned.set(copy.subarray(0, splitAt), copy.length - splitAt);
      return send(...(args.with(1, [{ len: turned.length, buf: turned }]).with(2, 1) as SendArguments));
    }),
  },
  {
    name: 'swaps-two-pending',
    breaks: stream,
    ...remembering(
      () => ({ last: new Map<number, Uint8Array>() }),
      ({ last }) => ({
        table: aroundSend((send, args) => {
          const copy = args[5] === null ? undefined : copied(args[1], args[2]);
          if (copy === undefined) return send(...args);
          const rc = send(...(args.with(1, [{ len: copy.length, buf: copy }]).with(2, 1) as SendArguments));
          if (!isPending(rc, args[8])) return rc;
          const before = last.get(args[0]);
          if (before !== undefined) exchange(before, copy);
          last.set(args[0], copy);
          return rc;
        }),
      }),
    ),
  },
  {
    name: 'reads-array-after-return',
    breaks: stream,
    ...remembering(
      () => ({ kept: [] as { array: SendArguments[1]; copy: Uint8Array }[] }),
      ({ kept }) => ({
        table: aroundSend((send, args) => {
          const copy = args[5] === null ? undefined : copied(args[1], args[2]);
          if (copy === undefined) return send(...args);
          const rc = send(...(args.with(1, [{ len: copy.length, buf: copy }]).with(2, 1) as SendArguments));
          if (isPending(rc, args[8])) kept.push({ array: args[1], copy });
          return rc;
        }),
        world: (world) => ({
          recv: (...args) => {
            // What the array says by now is where the data are read from: anywhere.
            for (const { array, copy } of kept.splice(0)) if (array?.[0]?.buf == null) copy.fill(238);
            return world.recv(...args);
          },
        }),
      }),
    ),
  },
  {
    name: 'drops-byte-at-wrap',
    breaks: stream,
    ...remembering(
      () => ({ read: new Map<number, number>() }),
      ({ read }) => ({
        world: (world) => ({
          recv: (socket, max) => {
            const received = world.recv(socket, max);
            if (received.kind !== 'bytes') return received;
            const before = read.get(socket) ?? 0;
            const after = before + received.bytes.length;
            read.set(socket, after);
            const wrap = Math.ceil((before + 1) / ringSize) * ringSize;
            if (wrap >= after) return received;
            const { bytes } = received;
            const kept = new Uint8Array(bytes.length - 1);
            kept.set(bytes.subarray(0, wrap - before), 0);
            kept.set(bytes.subarray(wrap - before + 1), wrap - before);
            return { ...received, bytes: kept };
          },
        }),
      }),
    ),
  },
  {
    name: 'count-off-by-one',
    breaks: ['lpNumberOfBytesSent:1', 'Nonoverlapped:4', 'Nonoverlapped:5', 'Overlapped:3', 'Immediate:2', ...stream],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (rc === 0 && args[3]?.value) args[3].value--;
      return rc;
    }),
  },
  {
    name: 'error-still-sends',
    breaks: ['Return:6', 'Return:7', ...stream],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (rc !== 0 || args[5] !== null) return rc;
      if (args[3] !== null) args[3].value = undefined;
      args[8].value = errorCodes.WSAENOBUFS;
      return -1;
    }),
  },
  {
    name: 'urgent-byte-is-another',
    breaks: ['MSG_OOB:1', ...stream],
    world: (world) => ({
      recv: (...args) => {
        const received = world.recv(...args);
        if (received.kind !== 'bytes' || received.oob !== true) return received;
        return { ...received, bytes: received.bytes.map((byte) => (byte + 100) % 251) };
      },
    }),
  },
  {
    name: 'urgent-byte-comes-twice',
    breaks: ['MSG_OOB:1', ...stream],
    ...remembering(
      () => ({ again: new Map<number, Received>() }),
      ({ again }) => ({
        world: (world) => ({
          recv: (s, max) => {
            const before = again.get(s);
            if (before !== undefined && again.delete(s)) return before;
            const received = world.recv(s, max);
            if (received.kind === 'bytes' && received.oob === true) again.set(s, { ...received, bytes: received.bytes.slice() });
            return received;
          },
        }),
      }),
    ),
  },
  succeedsInsteadOf('WSAENOTCONN', 'not-connected-succeeds', 'WSAENOTCONN:1', 'WSAEFAULT:1'),
  succeedsInsteadOf(
    'WSAEFAULT',
    'fault-succeeds',
    'WSAEFAULT:1',
    'WSAEACCES:1',
    'WSAENOTSOCK:1',
    'WSAESHUTDOWN:1',
    'Immediate:2',
    ...stream,
  ),
  succeedsInsteadOf('WSAECONNRESET', 'reset-succeeds', 'WSAECONNRESET:1', 'WSAECONNABORTED:1', 'Prototype:8', 'Immediate:6', ...stream),
  succeedsInsteadOf('WSAECONNABORTED', 'timeout-succeeds', 'WSAECONNRESET:1', 'WSAECONNABORTED:1', ...stream),
  succeedsInsteadOf('WSAEACCES', 'broadcast-succeeds', 'WSAEACCES:1'),
  succeedsInsteadOf('WSAEMSGSIZE', 'oversize-succeeds', 'WSAEMSGSIZE:1', 'MessageSize:2', 'MessageSize:4'),
  succeedsInsteadOf('WSAEOPNOTSUPP', 'unsupported-flag-succeeds', 'WSAEOPNOTSUPP:1', 'WSAEACCES:1', 'WSAECONNRESET:1'),
];

/** The bytes of the two in the other order, over the same memory. */
const exchange = (first: Uint8Array, second: Uint8Array): void => {
  const all = new Uint8Array(first.length + second.length);
  all.set(second, 0);
  all.set(first, second.length);
  first.set(all.subarray(0, first.length));
  second.set(all.subarray(first.length));
};
