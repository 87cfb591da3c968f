import { errorCodes, ioctlCodes } from '../../model/winsock/codes.ts';
import { SOCKET_ERROR, type WSAOVERLAPPED, type WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, copied, isFailure, remembering } from './wrapping.ts';

/** Faults of what a provider remembers from one call to the next: of readiness, of a mode, of a peer, of a failure, of what completes. */

type Completion = Parameters<WSPUPCALLTABLE['WPUCompleteOverlappedRequest']>;

export const stateMutants: readonly Mutant[] = [
  {
    // Readiness that is reported where it begins, and begins anew only where somebody had looked meanwhile.
    name: 'writable-once-only',
    breaks: ['WSAEWOULDBLOCK:1'],
    ...remembering(
      () => ({ reported: new Set<number>() }),
      ({ reported }) => ({
        world: (world) => ({
          writable: (s) => {
            const isWritable = world.writable!(s);
            if (!isWritable) reported.delete(s);
            else if (reported.has(s)) return false;
            else reported.add(s);
            return isWritable;
          },
        }),
      }),
    ),
  },
  {
    name: 'mode-in-effect-from-the-second-send',
    breaks: ['WSAEWOULDBLOCK:1', 'Nonoverlapped:2', 'Nonoverlapped:4', 'Nonoverlapped:5'],
    ...remembering(
      () => ({ later: new Map<number, number>() }),
      ({ later }) => ({
        table: (table, upcalls) => ({
          WSPIoctl: (s, dwIoControlCode, value, lpErrno) => {
            if (dwIoControlCode !== ioctlCodes.FIONBIO) return table.WSPIoctl(s, dwIoControlCode, value, lpErrno);
            later.set(s, value);
            return 0;
          },
          ...aroundSend((send, args) => {
            const rc = send(...args);
            const value = later.get(args[0]);
            if (value !== undefined && later.delete(args[0])) table.WSPIoctl(args[0], ioctlCodes.FIONBIO, value, { value: undefined });
            return rc;
          })(table, upcalls),
        }),
      }),
    ),
  },
  {
    name: 'half-close-of-the-peer-ends-sends',
    breaks: ['WSAECONNRESET:1'],
    ...remembering(
      () => ({ halfClosed: new Set<number>() }),
      ({ halfClosed }) => ({
        world: (world) => ({
          env: (kind, s, ...rest) => {
            if (kind === 'peer.shutdown') halfClosed.add(s!);
            return world.env(kind, s, ...rest);
          },
        }),
        table: aroundSend((send, args) => {
          if (!halfClosed.has(args[0])) return send(...args);
          args[8].value = errorCodes.WSAECONNRESET;
          return SOCKET_ERROR;
        }),
      }),
    ),
  },
  {
    name: 'send-behind-a-fault-repeats-its-last-byte',
    breaks: ['Order:2', 'Purpose:2', 'Purpose:3'],
    ...remembering(
      () => ({ faulted: new Set<number>() }),
      ({ faulted }) => ({
        table: aroundSend((send, args) => {
          const data = faulted.has(args[0]) ? copied(args[1], args[2]) : undefined;
          if (data !== undefined && data.length > 1) {
            faulted.delete(args[0]);
            data[data.length - 1] = data[data.length - 2]!;
            return send(...(args.with(1, [{ len: data.length, buf: data }]).with(2, 1) as typeof args));
          }
          const rc = send(...args);
          if (isFailure(rc, args[8]) && args[8].value === errorCodes.WSAEFAULT) faulted.add(args[0]);
          return rc;
        }),
      }),
    ),
  },
  {
    name: 'ends-of-one-settle-swap-counts',
    breaks: ['Immediate:6', 'Overlapped:7', 'Prototype:8'],
    ...remembering(
      () => ({ held: undefined as Completion[] | undefined, given: undefined as WSPUPCALLTABLE | undefined }),
      (state) => ({
        upcalls: (upcalls) => {
          state.given = upcalls;
          return {
            WPUCompleteOverlappedRequest: (...completion) => {
              if (state.held === undefined || completion[2] !== 0) return upcalls.WPUCompleteOverlappedRequest(...completion);
              state.held.push(completion);
              return 0;
            },
          };
        },
        world: (world) => ({
          settle: () => {
            const held: Completion[] = [];
            state.held = held;
            try {
              world.settle();
            } finally {
              state.held = undefined;
              const counts = held.map((completion) => completion[3]).reverse();
              for (const [at, completion] of held.entries()) {
                completion[3] = counts[at]!;
                state.given!.WPUCompleteOverlappedRequest(...completion);
              }
            }
          },
        }),
      }),
    ),
  },
  {
    name: 'writes-the-overlapped-after-completion',
    breaks: ['Immediate:6', 'Overlapped:7', 'OverlappedLifetime:1'],
    ...remembering(
      () => ({ late: [] as { readonly overlapped: WSAOVERLAPPED; readonly bytes: number }[] }),
      ({ late }) => ({
        upcalls: (upcalls) => ({
          WPUCompleteOverlappedRequest: (s, overlapped, error, bytes, lpErrno) => {
            const rc = upcalls.WPUCompleteOverlappedRequest(s, overlapped, error, bytes, lpErrno);
            if (error === 0 && bytes > 0) late.push({ overlapped, bytes });
            return rc;
          },
        }),
        world: (world) => ({
          settle: () => {
            world.settle();
            for (const { overlapped, bytes } of late.splice(0)) if (overlapped.Internal === 0) overlapped.InternalHigh = bytes - 1;
          },
        }),
      }),
    ),
  },
];
