import type { Point } from './choice.ts';
import {
  close,
  drain,
  endedBy,
  everywhere,
  failed,
  inject,
  overlapped,
  pending,
  pollEvent,
  post,
  postWithRoutine,
  result,
  settle,
  sleep,
} from './scenes.ts';

/** How an operation ends and how that is reported, where the page is silent. */

const cancel = { call: 'WSPCancelIo', socket: 'A', overlapped: 'o1' } as const;
const waiting = { ...result, thread: 't2', wait: true } as typeof result;
/** Posted by a thread that exits while it pends. */
const orphan = [...overlapped, inject('room', 4), post({ thread: 't2' })];
const exit = { call: 'ExitThread', thread: 't2' } as const;

export const ofCompletions: readonly Point[] = [
  {
    about: 'CloseCancels',
    own: {
      does: 'cancels what pends when its socket is closed',
      readings: ['CloseCancels:binding', 'CloseCancels:open'],
      requests: [
        ...overlapped,
        inject('room', 4),
        postWithRoutine({ thread: 't2' }),
        cancel,
        close,
        settle,
        { ...sleep, thread: 't2' } as typeof sleep,
      ],
      steps: [{ routine: 'enter', error: 'WSA_OPERATION_ABORTED' }],
    },
    others: [
      {
        does: 'lets it go on to its own end',
        readings: ['CloseCancels:open'],
        by: ['close.keeps'],
        requests: [...pending, inject('close.keeps'), close, settle, pollEvent],
        steps: [{ poll: 'event', signalled: false }],
      },
    ],
  },
  {
    about: 'AbortedBytes',
    own: {
      does: 'reports for a cancelled operation the bytes that went out',
      readings: ['AbortedBytes:at-most-sent'],
      requests: [...pending, cancel, settle, result],
      steps: [endedBy({ rc: -1, errno: 'WSA_OPERATION_ABORTED', bytes: 4 })],
    },
    others: [
      {
        does: 'reports fewer bytes, down to none',
        readings: ['AbortedBytes:at-most-sent'],
        by: ['aborted.bytes'],
        requests: [...pending, inject('aborted.bytes', 2), cancel, settle, result],
        steps: [endedBy({ rc: -1, errno: 'WSA_OPERATION_ABORTED', bytes: 2 })],
      },
      {
        does: 'leaves the count of WSPGetOverlappedResult alone',
        readings: ['AbortedBytes:at-most-sent'],
        by: ['aborted.untouched'],
        requests: [...pending, inject('aborted.untouched'), cancel, settle, result],
        steps: [endedBy({ rc: -1, errno: 'WSA_OPERATION_ABORTED', bytes: undefined })],
      },
    ],
  },
  {
    about: 'EventReset',
    own: {
      does: 'resets the event when an operation that pends begins',
      readings: ['EventReset:binding', 'EventReset:open'],
      requests: [...overlapped, post(), pollEvent, inject('room', 0), post({ fill: 10 }), pollEvent],
      steps: [{ poll: 'event', signalled: false }],
    },
    others: [
      {
        does: 'leaves it as it was',
        readings: ['EventReset:open'],
        by: ['event.stays'],
        requests: [...overlapped, inject('event.stays'), post(), pollEvent, inject('room', 0), post({ fill: 10 }), pollEvent, result],
        steps: [failed('WSA_IO_PENDING'), { poll: 'event', signalled: true }],
      },
    ],
  },
  {
    about: 'EventUpcall',
    own: {
      does: 'has hEvent set by WPUCompleteOverlappedRequest',
      readings: ['EventUpcall:by-upcall', 'EventUpcall:direct'],
      requests: [...overlapped, post(), pollEvent],
      steps: [
        { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o1' },
        { poll: 'event', signalled: true },
      ],
    },
    others: [],
  },
  {
    about: 'Packets',
    own: { does: 'gives no packets', because: 'ports belong to the layer above the table, and no harness here plays that' },
    others: [],
  },
  {
    about: 'EventAfterZero',
    own: {
      does: 'sets the event before the send returns zero',
      readings: ['EventAfterZero:binding', 'EventAfterZero:until-settle'],
      requests: [...overlapped, post(), pollEvent],
      steps: [{ poll: 'event', signalled: true }],
    },
    others: [
      {
        does: 'sets it when the world settles',
        readings: ['EventAfterZero:until-settle'],
        by: ['event.late'],
        requests: [...overlapped, inject('event.late'), post(), pollEvent, settle, pollEvent],
        steps: [{ poll: 'event', signalled: false }],
      },
    ],
  },
  {
    about: 'IncompleteCode',
    own: {
      does: 'gives WSA_IO_INCOMPLETE for an operation that pends',
      readings: ['IncompleteCode:incomplete'],
      requests: [...pending, result],
      steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE' })],
    },
    others: [],
  },
  {
    about: 'IncompleteCount',
    own: {
      does: 'leaves lpcbTransfer alone meanwhile',
      readings: ['IncompleteCount:untouched', 'IncompleteCount:open'],
      requests: [...pending, result],
      steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE', bytes: undefined })],
    },
    others: [
      {
        does: 'writes what went out so far',
        readings: ['IncompleteCount:open'],
        by: ['incomplete.count'],
        requests: [...pending, inject('incomplete.count'), result],
        steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE', bytes: 4 })],
      },
    ],
  },
  {
    about: 'WaitingResult',
    own: {
      does: 'waits for an operation with an event until it is over',
      readings: ['WaitingResult:binding', 'WaitingResult:open'],
      requests: [...pending, waiting, drain, settle],
      steps: [{ end: 1, returns: { rc: 0, bytes: 10 } }],
    },
    others: [
      {
        does: 'does not wait',
        readings: ['WaitingResult:open'],
        by: ['wait.fails'],
        requests: [...pending, inject('wait.fails'), waiting],
        steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE' })],
      },
    ],
  },
  {
    about: 'ResultOfFailedPost',
    own: {
      does: 'leaves an OVERLAPPED alone whose send failed, so that it reads as a success of no bytes',
      readings: ['ResultOfFailedPost:no-bytes'],
      requests: [...overlapped, post({ fault: 'lpBuffers' }), result],
      steps: [endedBy({ rc: 0, bytes: 0 })],
    },
    others: [
      {
        does: 'stores the code there',
        readings: ['ResultOfFailedPost:no-bytes'],
        by: ['failed.result'],
        requests: [...overlapped, inject('failed.result'), post({ fault: 'lpBuffers' }), result],
        steps: [endedBy({ rc: -1, errno: 'WSAEFAULT', bytes: 0 })],
      },
    ],
  },
  {
    about: 'ThreadExitCancels',
    own: {
      does: 'cancels what the thread had posted',
      readings: ['ThreadExitCancels:open'],
      requests: [...orphan, exit, settle, result],
      steps: [endedBy({ rc: -1, errno: 'WSA_OPERATION_ABORTED', bytes: 4 })],
    },
    others: [
      {
        does: 'leaves it alone',
        readings: ['ThreadExitCancels:open'],
        by: ['exit.keeps'],
        requests: [...orphan, everywhere('exit.keeps'), exit, settle, result],
        steps: [endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE' })],
      },
    ],
  },
  {
    about: 'RoutineAlertable',
    own: {
      does: 'queues the routine for the thread that posted, where it runs in an alertable wait',
      readings: ['RoutineAlertable:alertable-wait'],
      requests: [...overlapped, postWithRoutine(), sleep],
      steps: [{ routine: 'enter', error: '0', bytes: 10 }],
    },
    others: [],
  },
  {
    about: 'HeldBack',
    own: {
      does: 'keeps an APC whose routine may not run yet, and runs the routine once the other one has left',
      because: 'whether it needs a second WPUQueueApc makes no difference to a trace',
    },
    others: [],
  },
  {
    about: 'AbortCauses',
    own: {
      does: 'cancels by WSPCancelIo the operation that it names, and no other',
      readings: ['AbortCauses:four-causes'],
      requests: [...pending, post({ overlapped: 'o2', fill: 10 }), cancel, settle, { ...result, overlapped: 'o2' } as typeof result],
      steps: [{ ...endedBy({ rc: -1, errno: 'WSA_IO_INCOMPLETE' }), overlapped: 'o2' }],
    },
    others: [],
  },
  {
    about: 'CancelWithNothing',
    own: {
      does: 'gives ERROR_NOT_FOUND',
      readings: ['CancelWithNothing:not-found'],
      requests: [...overlapped, cancel],
      steps: [{ call: 'WSPCancelIo', returns: { rc: -1, errno: '1168' } }],
    },
    others: [
      {
        does: 'succeeds',
        readings: ['CancelWithNothing:success'],
        by: ['cancel.nothing'],
        requests: [...overlapped, inject('cancel.nothing'), cancel],
        steps: [{ call: 'WSPCancelIo', returns: { rc: 0 } }],
      },
    ],
  },
];
