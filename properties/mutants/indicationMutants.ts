import { errorCodes } from '../../model/winsock/codes.ts';
import type { WSAOVERLAPPED } from '../../model/winsock/spi.ts';
import type { Mutant } from './mutant.ts';
import { aroundSend, isFailure, isPending, remembering, type SendArguments } from './wrapping.ts';

/** Faults in how, when and on which thread the end of a send is reported. */

/** The client's routine is called with other arguments than the provider gave. */
const aroundRoutine = (change: (error: number, bytes: number, flags: number) => [error: number, bytes: number, flags: number]) =>
  aroundSend((send, args) => {
    const routine = args[6];
    if (routine === null) return send(...args);
    const changed = (error: number, bytes: number, overlapped: WSAOVERLAPPED, flags: number): void => {
      const [dwError, cbTransferred, dwFlags] = change(error, bytes, flags);
      routine(dwError, cbTransferred, overlapped, dwFlags);
    };
    return send(...(args.with(6, changed) as SendArguments));
  });

/** How many sends are under way: it separates the upcalls inside a send from those that come later. */
const insideSends = () => ({ depth: 0 });
const countingDepth = (state: { depth: number }) =>
  aroundSend((send, args) => {
    state.depth++;
    try {
      return send(...args);
    } finally {
      state.depth--;
    }
  });

export const indicationMutants: readonly Mutant[] = [
  {
    name: 'nests-routines',
    seenIn: 'Wine 8',
    breaks: ['Nesting:2'],
    // The provider sees each routine return at once, and so has no reason to hold the next one back.
    ...remembering(
      () => ({ enter: [] as (() => void)[] }),
      (state) => ({
        table: aroundSend((send, args) => {
          const routine = args[6];
          if (routine === null) return send(...args);
          const postponed = (...given: Parameters<typeof routine>): void => void state.enter.push(() => routine(...given));
          return send(...(args.with(6, postponed) as SendArguments));
        }),
        upcalls: (upcalls) => ({
          WPUQueueApc: (thread, apc, context, errno) => {
            const run = (dwContext: number): void => {
              apc(dwContext);
              for (const enter of state.enter.splice(0)) enter();
            };
            return upcalls.WPUQueueApc(thread, run, context, errno);
          },
        }),
      }),
    ),
  },
  {
    name: 'failure-runs-routine',
    seenIn: 'Wine 8',
    // On a socket without the overlapped flag the OVERLAPPED is ignored, whatever the call gives.
    breaks: ['Return:7', 'Nonoverlapped:1'],
    table: aroundSend((send, args, upcalls) => {
      const [, , , , , overlapped, routine, thread, lpErrno] = args;
      const rc = send(...args);
      if (!isFailure(rc, lpErrno) || overlapped === null || routine === null || thread === null) return rc;
      const error = lpErrno.value!;
      upcalls.WPUQueueApc({ ...thread }, () => routine(error, 0, overlapped, 0), 0, { value: undefined });
      return rc;
    }),
  },
  {
    name: 'pending-taken-for-failure',
    seenIn: 'Haivision/srt #974, microsoft/ebpf-for-windows #5095',
    breaks: ['Return:6', 'Return:7', 'Purpose:2', 'Purpose:4', 'Order:2', 'Purpose:3'],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      if (isPending(rc, args[8])) args[8].value = errorCodes.WSAENOBUFS;
      return rc;
    }),
  },
  {
    name: 'routine-not-queued-at-zero',
    breaks: ['Return:2'],
    ...remembering(insideSends, (state) => ({
      table: countingDepth(state),
      upcalls: (upcalls) => ({ WPUQueueApc: (...args) => (state.depth > 0 ? 0 : upcalls.WPUQueueApc(...args)) }),
    })),
  },
  {
    name: 'event-not-set-at-zero',
    breaks: ['Event:1', 'Return:1', 'Return:5'],
    ...remembering(insideSends, (state) => ({
      table: countingDepth(state),
      upcalls: (upcalls) => ({
        WPUCompleteOverlappedRequest: (s, lpOverlapped, ...rest) => {
          const { hEvent } = lpOverlapped;
          if (state.depth > 0) lpOverlapped.hEvent = null;
          const rc = upcalls.WPUCompleteOverlappedRequest(s, lpOverlapped, ...rest);
          lpOverlapped.hEvent = hEvent;
          return rc;
        },
      }),
    })),
  },
  {
    name: 'pending-never-completes',
    breaks: ['Return:5', 'Overlapped:3', 'Overlapped:4', 'Event:1', 'Overlapped:7'],
    ...remembering(insideSends, (state) => ({
      table: countingDepth(state),
      upcalls: (upcalls) => ({
        WPUQueueApc: (...args) => (state.depth > 0 ? upcalls.WPUQueueApc(...args) : 0),
        WPUCompleteOverlappedRequest: (...args) => (state.depth > 0 ? upcalls.WPUCompleteOverlappedRequest(...args) : 0),
      }),
    })),
  },
  {
    name: 'runs-apc-instead-of-queueing',
    breaks: ['QueueApc:1', 'Return:2', 'Overlapped:4'],
    upcalls: () => ({
      WPUQueueApc: (_thread, apc, context) => {
        apc(context);
        return 0;
      },
    }),
  },
  {
    name: 'queues-on-the-other-thread',
    breaks: ['QueueApc:1', 'lpThreadId:2'],
    ...remembering(
      () => ({ handles: new Set<number>() }),
      (state) => ({
        table: aroundSend((send, args) => {
          if (args[7] !== null) state.handles.add(args[7].ThreadHandle);
          return send(...args);
        }),
        upcalls: (upcalls) => ({
          WPUQueueApc: (thread, ...rest) => {
            const other = [...state.handles].find((handle) => handle !== thread.ThreadHandle) ?? thread.ThreadHandle;
            return upcalls.WPUQueueApc({ ...thread, ThreadHandle: other }, ...rest);
          },
        }),
      }),
    ),
  },
  { name: 'routine-flags-not-zero', breaks: ['Prototype:10'], table: aroundRoutine((error, bytes) => [error, bytes, 1]) },
  {
    name: 'aborted-overcounts-in-routine',
    seenIn: 'dotnet/runtime #57229',
    breaks: ['Prototype:9', 'Immediate:6', 'Prototype:8'],
    table: aroundRoutine((error, bytes, flags) => [error, error === 0 ? bytes : bytes + 4_000_000, flags]),
  },
  {
    name: 'event-set-while-pending',
    // Where a provider may set the event without an upcall, the event reports a completion, and the line that contradicts it is the
    // deviation.
    breaks: ['Return:5', 'Overlapped:7', 'Overlapped:3', 'Event:1', 'Immediate:6'],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      const event = args[5]?.hEvent;
      if (isPending(rc, args[8]) && args[6] === null && event != null) event.signalled = true;
      return rc;
    }),
  },
  {
    name: 'blocked-call-never-wakes',
    breaks: ['Nonoverlapped:5'],
    table: aroundSend((send, args) => {
      const rc = send(...args);
      return typeof rc === 'number' ? rc : new Promise<number>(() => {});
    }),
  },
];
