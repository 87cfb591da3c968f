import type { ClauseId } from '../../model/clauses/register.ts';
import { errorCodes } from '../../model/winsock/codes.ts';
import { SOCKET_ERROR, type WSABUF } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, bytesOf, isFailure, remembering, type SendArguments } from './wrapping.ts';

/** Faults that people reported of stacks that they used, in addition to those of the other files. */

const stream: readonly ClauseId[] = ['Order:2', 'Purpose:2', 'Purpose:3', 'Purpose:4'];
const counts: readonly ClauseId[] = ['lpNumberOfBytesSent:1', 'Nonoverlapped:4', 'Nonoverlapped:5', 'Overlapped:3', 'Immediate:2'];

export const reportedMutants: readonly Mutant[] = [
  {
    name: 'immediate-success-counts-0',
    seenIn: 'microsoft/cpprestsdk #1447',
    breaks: counts,
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (rc === 0 && args[5] !== null && args[3] !== null) args[3].value = 0;
      return rc;
    }),
  },
  {
    name: 'blocked-send-counts-0',
    seenIn: 'virtio-win/kvm-guest-drivers-windows, viosock #957',
    breaks: counts,
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (typeof rc === 'number') return rc;
      return rc.then((value) => {
        if (value === 0 && args[3] !== null) args[3].value = 0;
        return value;
      });
    }),
  },
  {
    name: 'gather-counts-its-last-buffer',
    seenIn: 'dotnet/corefx #19791',
    breaks: [...counts, ...stream],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      const last = args[1]?.[args[2] - 1];
      if (rc === 0 && args[2] > 1 && args[3] !== null && last !== undefined) args[3].value = last.len;
      return rc;
    }),
  },
  {
    name: 'cancel-eats-accepted-bytes',
    seenIn: 'Wine, while a cancel was reworked',
    breaks: [...stream, 'WSA_OPERATION_ABORTED:1'],
    ...remembering(
      () => ({ eats: new Set<number>() }),
      ({ eats }) => ({
        table: (table) => ({
          WSPCancelIo: (s, lpOverlapped, lpErrno) => {
            const rc = table.WSPCancelIo(s, lpOverlapped, lpErrno);
            if (rc === 0) eats.add(s);
            return rc;
          },
        }),
        world: (world) => ({
          recv: (s, max) => {
            const received = world.recv(s, max);
            if (received.kind !== 'bytes' || received.bytes.length < 2 || !eats.delete(s)) return received;
            return { ...received, bytes: received.bytes.slice(1) };
          },
        }),
      }),
    ),
  },
  {
    name: 'fails-with-code-0',
    seenIn: 'hvsock #29',
    breaks: ['Return:3', 'WSAENOTCONN:1', 'WSAEFAULT:1', 'WSAENOTSOCK:1'],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (isFailure(rc, args[8])) args[8].value = 0;
      return rc;
    }),
  },
  {
    name: 'part-is-would-block',
    seenIn: 'dotnet/corefx #23672',
    breaks: [...stream, 'Return:6', 'Nonoverlapped:4'],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (rc !== 0 || args[5] !== null || args[3] === null || args[3].value === undefined) return rc;
      if (args[3].value === 0 || args[3].value >= bytesOf(args[1])) return rc;
      args[3].value = undefined;
      args[8].value = errorCodes.WSAEWOULDBLOCK;
      return SOCKET_ERROR;
    }),
  },
  {
    name: 'empty-buffer-ends-the-array',
    seenIn: 'a gather that stops at a length of 0',
    breaks: [...stream, ...counts],
    table: aroundSend((send, args) => {
      const [, buffers, count] = args;
      const empty = (buffers ?? []).slice(0, count).findIndex(({ len }: WSABUF) => len === 0);
      if (empty < 1) return send(...args);
      const rc = send(...(args.with(2, empty) as SendArguments));
      if (rc === 0 && args[3] !== null) args[3].value = bytesOf(buffers);
      return rc;
    }),
  },
];
