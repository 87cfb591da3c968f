/** Questions about how a completion is reported. */

import type { AskedQuestion } from './question.ts';
import {
  connected,
  does,
  enters,
  eventIs,
  fails,
  happens,
  onA,
  overlappedStream,
  peerReads,
  pends,
  posts,
  resultOf,
  sends,
  settle,
  sleeps,
  taken,
} from './steps.ts';

const other = { socket: 'B' };
const posted = (overlapped: string, fields: object = {}): object => sends({ overlapped, routine: true, ...fields }, taken(1000));

export const aboutCompletions: readonly AskedQuestion[] = [
  {
    id: 'routine-never-called',
    asks: 'Why is my completion routine never called?',
    answer:
      'Because the thread that started the send does not wait alertably. The routine is queued to that thread and runs in its next alertable wait, such as SleepEx with TRUE; on no other thread, and at no other time.',
    profile: 'page',
    clauses: ['QueueApc:1', 'Overlapped:4', 'lpThreadId:2'],
    rulings: ['RoutineAlertable'],
    words:
      'APC alertable wait SleepEx WaitForSingleObjectEx callback not invoked lpCompletionRoutine callback runs on which thread handler fires never fires fAlertable FALSE send never completes stuck forever',
    accepted: [
      {
        shows: 'the send is complete, and its routine does not run while nobody waits',
        steps: [...overlappedStream, posted('o1'), peerReads([0, 1000]), settle, settle],
      },
      { shows: 'the routine runs in an alertable wait', steps: [...overlappedStream, posted('o1'), sleeps(1), enters('o1', 1000)] },
    ],
    rejected: [
      {
        shows: 'the routine runs although the thread does not wait',
        steps: [...overlappedStream, posted('o1'), enters('o1', 1000)],
        breaks: 'QueueApc:1',
      },
      {
        shows: 'the routine runs on another thread that waits',
        steps: [...overlappedStream, posted('o1'), { begin: 1, call: 'SleepEx', thread: 't2' }, enters('o1', 1000, { thread: 't2' })],
        breaks: 'QueueApc:1',
      },
    ],
  },
  {
    id: 'event-and-routine',
    asks: 'I gave both an event and a completion routine: which of them reports the completion?',
    answer: 'The routine. Where there is one, the provider leaves hEvent alone, and you may keep a value of your own in it.',
    profile: 'page',
    clauses: ['Routine:1', 'Overlapped:4', 'Routine:3'],
    words: 'hEvent both callback signalled never set overlapped event never signaled why is the event not set context pointer user data',
    accepted: [
      {
        shows: 'the routine runs, and the event stays as it was',
        steps: [...overlappedStream, posted('o1', { event: true }), sleeps(1), enters('o1', 1000), eventIs('o1', false)],
      },
    ],
    rejected: [
      {
        shows: 'the event of a send with a routine is set',
        steps: [...overlappedStream, posted('o1', { event: true }), eventIs('o1', true)],
        breaks: 'Routine:1',
      },
    ],
  },
  {
    id: 'neither-event-nor-routine',
    asks: 'I gave neither an event nor a routine: how do I learn that the send is complete?',
    answer: 'By asking: WSPGetOverlappedResult reports it, or a completion port does. Nothing is set and nothing runs.',
    profile: 'page',
    clauses: ['Event:2', 'Event:3', 'Overlapped:7'],
    words: 'poll hEvent NULL zero no notification',
    accepted: [
      {
        shows: 'the result is asked for, and reports it',
        steps: [...overlappedStream, posts('o1', pends, { event: false }), peerReads([0, 1000]), settle, resultOf('o1', taken(1000))],
      },
    ],
    rejected: [
      {
        shows: 'an event is set that the OVERLAPPED does not have',
        steps: [...overlappedStream, posts('o1', pends, { event: false }), eventIs('o1', true)],
        breaks: 'Event:2',
      },
    ],
  },
  {
    id: 'routine-without-overlapped',
    asks: 'What is a send with a completion routine and no OVERLAPPED?',
    answer:
      'By the sibling pages an ordinary send: the routine is ignored. The page can be read so that it is an overlapped one too, and then it may pend.',
    profile: 'docs',
    clauses: ['Overlapped:1', 'Overlapped:2', 'lpCompletionRoutine:1'],
    rulings: ['D7'],
    words: 'lpOverlapped NULL lpCompletionRoutine not null',
    accepted: [{ shows: 'it returns all of its bytes', steps: [...overlappedStream, sends({ routine: true }, taken(1000))] }],
    rejected: [
      {
        shows: 'it pends',
        steps: [...overlappedStream, sends({ routine: true }, pends)],
        breaks: 'Overlapped:2',
      },
    ],
  },
  {
    id: 'routines-inside-each-other',
    asks: 'May two completion routines of one socket run inside each other?',
    answer: 'No. While one of them runs, no other of that socket begins, even if it waits alertably; one of another socket may.',
    profile: 'page',
    clauses: ['Nesting:2', 'Nesting:1'],
    words: 'nest nested reentrant recursion stack overflow APC inside routine two completion routines interleave interrupt each other',
    accepted: [
      {
        shows: 'inside a routine a wait runs the routine of another socket',
        steps: [
          ...overlappedStream,
          does('WSPSocket', { ...other, type: 'SOCK_STREAM', overlapped: true }),
          does('WSPConnect', other),
          posted('o1'),
          does('WSPSend', { ...other, buffers: [5], overlapped: 'o2', routine: true }, taken(5)),
          sleeps(1),
          enters('o1', 1000),
          sleeps(2),
          enters('o2', 5),
        ],
      },
    ],
    rejected: [
      {
        shows: 'inside a routine a wait runs another routine of the same socket',
        steps: [...overlappedStream, posted('o1'), posted('o2'), sleeps(1), enters('o1', 1000), sleeps(2), enters('o2', 1000)],
        breaks: 'Nesting:2',
      },
    ],
  },
  {
    id: 'send-inside-a-routine',
    asks: 'May I call WSPSend inside a completion routine?',
    answer:
      'Yes. By the sibling pages it works there as it does elsewhere. The page says so too, and elsewhere lets the call fail with WSAEINPROGRESS while a callback is being processed.',
    profile: 'docs',
    clauses: ['Nesting:1', 'WSAEINPROGRESS:2'],
    rulings: ['D6'],
    words: 'callback preemptive next send from completion routine 10036',
    accepted: [
      {
        shows: 'a send inside a routine returns all of its bytes',
        steps: [...overlappedStream, posted('o1'), sleeps(1), enters('o1', 1000), posted('o2')],
      },
    ],
    rejected: [
      {
        shows: 'a send inside a routine gives WSAEINPROGRESS',
        steps: [
          ...overlappedStream,
          posted('o1'),
          sleeps(1),
          enters('o1', 1000),
          sends({ overlapped: 'o2', routine: true }, fails('WSAEINPROGRESS')),
        ],
        breaks: 'Nesting:1',
      },
    ],
  },
  {
    id: 'packet-after-zero',
    asks: 'WSASend returned 0 at once: is a packet still queued to my completion port?',
    answer:
      'Yes, one, unless FILE_SKIP_COMPLETION_PORT_ON_SUCCESS was set for the socket. The page does not speak of ports; the system’s pages do.',
    profile: 'docs',
    clauses: ['Return:1', 'Overlapped:3'],
    rulings: ['Packets'],
    words: 'IOCP GetQueuedCompletionStatus SetFileCompletionNotificationModes skip immediate success double completion',
    askedAt: [
      'https://github.com/tokio-rs/mio/issues/476',
      'https://github.com/MicrosoftDocs/sdk-api/pull/458',
      'https://github.com/libuv/libuv/issues/5282',
    ],
    accepted: [
      {
        shows: 'the send returns zero, and its packet is dequeued',
        steps: [
          ...overlappedStream,
          onA('CreateIoCompletionPort'),
          posts('o1', taken(1000), { event: false }),
          { port: 'packet', socket: 'A', overlapped: 'o1', error: '0', bytes: 1000 },
        ],
      },
    ],
    rejected: [
      {
        shows: 'the port is skipped on success, and a packet comes all the same',
        steps: [
          ...overlappedStream,
          onA('CreateIoCompletionPort'),
          onA('SetFileCompletionNotificationModes', { modes: ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'] }),
          posts('o1', taken(1000), { event: false }),
          { port: 'packet', socket: 'A', overlapped: 'o1', error: '0', bytes: 1000 },
        ],
        breaks: 'Return:1',
      },
    ],
  },
  {
    id: 'result-is-incomplete',
    asks: 'WSAGetOverlappedResult fails with WSA_IO_INCOMPLETE (996): is that an error?',
    answer:
      'No: the operation is still under way, and you asked without waiting. It is wrong only once the operation is known to be over, such as after a send that returned zero.',
    profile: 'page',
    clauses: ['Event:3', 'Overlapped:7', 'Return:1'],
    rulings: ['IncompleteCode'],
    words:
      '996 ERROR_IO_INCOMPLETE poll overlapped result fWait FALSE done finished HasOverlappedIoCompleted Internal STATUS_PENDING check without waiting',
    askedAt: ['https://github.com/somdoron/AsyncIO/issues/16', 'https://stackoverflow.com/questions/35208259'],
    accepted: [
      {
        shows: 'a pending send is asked for its result',
        steps: [...overlappedStream, posts('o1', pends), resultOf('o1', fails('WSA_IO_INCOMPLETE'))],
      },
    ],
    rejected: [
      {
        shows: 'a send that returned zero is said to be incomplete',
        steps: [...overlappedStream, posts('o1', taken(1000)), resultOf('o1', fails('WSA_IO_INCOMPLETE'))],
        breaks: 'Return:1',
      },
    ],
  },
  {
    id: 'wait-with-a-routine',
    asks: 'May I call WSAGetOverlappedResult with fWait TRUE for a send that has a completion routine?',
    answer:
      'No: only an operation with an event may be waited for in this way. What the call gives then is not judged. Asking without waiting is fine.',
    profile: 'page',
    clauses: ['Routine:3', 'Event:4'],
    rulings: ['D9', 'WaitingResult'],
    words: 'wait fWait TRUE routine event deadlock hang',
    accepted: [
      {
        shows: 'the result of a send with a routine is asked for without waiting',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true }, pends),
          peerReads([0, 1000]),
          settle,
          resultOf('o1', taken(1000)),
        ],
      },
    ],
    rejected: [
      {
        shows: 'without waiting, the result has more bytes than were asked for',
        steps: [...overlappedStream, sends({ overlapped: 'o1', routine: true }, pends), resultOf('o1', taken(1001))],
        breaks: 'Immediate:6',
      },
    ],
    breaching: [
      {
        shows: 'the client waits for the result of a send with a routine',
        steps: [...overlappedStream, sends({ overlapped: 'o1', routine: true }, pends), resultOf('o1', taken(1000), { wait: true })],
        callerBreaks: 'Routine:3',
      },
    ],
  },
  {
    id: 'event-still-set',
    asks: 'I use an OVERLAPPED again: is its event reset when the next send begins?',
    answer:
      'By the sibling pages it is, when the send pends, so that a signal seen later is of this send. The page speaks of setting the event only; by it alone the event may still be set from before.',
    profile: 'docs',
    clauses: ['Event:1', 'OverlappedLifetime:2'],
    rulings: ['EventReset'],
    words: 'ResetEvent manual reset event reuse stale signalled hEvent',
    accepted: [
      {
        shows: 'the event was set, and is not once the next send pends',
        steps: [...overlappedStream, posts('o1', taken(1000)), eventIs('o1', true), posts('o1', pends), eventIs('o1', false)],
      },
    ],
    rejected: [
      {
        shows: 'the event is set while the next send is still under way',
        steps: [
          ...overlappedStream,
          posts('o1', taken(1000)),
          eventIs('o1', true),
          posts('o1', pends),
          eventIs('o1', true),
          resultOf('o1', fails('WSA_IO_INCOMPLETE')),
        ],
        breaks: 'Overlapped:7',
      },
    ],
  },
  {
    id: 'overlapped-on-a-plain-socket',
    asks: 'What does an OVERLAPPED do on a socket made without WSA_FLAG_OVERLAPPED?',
    answer:
      'Nothing: the send is an ordinary one. Or, as another row of the page has it, the call fails with WSAEINVAL. It never pends. Windows waits, and then fills the OVERLAPPED.',
    profile: 'page',
    clauses: ['Nonoverlapped:1', 'Nonoverlapped:2', 'WSAEINVAL:2'],
    rulings: ['D5', 'M7'],
    words: 'nonoverlapped socket flag missing WSASocket 10022 accept accepted not overlapped',
    accepted: [
      { shows: 'it is ignored', steps: [...connected(), posts('o1', taken(1000))] },
      { shows: 'it is refused', steps: [...connected(), posts('o1', fails('WSAEINVAL'))] },
    ],
    rejected: [{ shows: 'the send pends', steps: [...connected(), posts('o1', pends)], breaks: 'Nonoverlapped:1' }],
  },
  {
    id: 'plain-send-on-an-overlapped-socket',
    asks: 'The socket has WSA_FLAG_OVERLAPPED and lpOverlapped is NULL: does the send block?',
    answer:
      'Yes, as on any other socket: with neither an OVERLAPPED nor a routine it is an ordinary send. It waits for room where the socket is blocking, and never pends.',
    profile: 'docs',
    clauses: ['Overlapped:2', 'Nonoverlapped:2'],
    words: 'synchronous send on an overlapped socket blocking lpOverlapped NULL without OVERLAPPED',
    accepted: [
      { shows: 'it takes everything before it returns', steps: [...overlappedStream, sends({}, taken(1000))] },
      {
        shows: 'it waits until the peer has read',
        steps: [
          ...overlappedStream,
          { begin: 1, call: 'WSPSend', socket: 'A', buffers: [1000] },
          peerReads([0, 1000]),
          { end: 1, returns: taken(1000) },
        ],
      },
    ],
    rejected: [{ shows: 'it pends', steps: [...overlappedStream, sends({}, pends)], breaks: 'Overlapped:2' }],
  },
  {
    id: 'what-a-routine-is-given',
    asks: 'What do dwError and cbTransferred say in a completion routine?',
    answer:
      'dwError is the status that WSAGetOverlappedResult would give, 0 for success; cbTransferred is the count of bytes sent, all of them in a success; dwFlags is zero.',
    profile: 'page',
    clauses: ['Prototype:8', 'Prototype:9', 'Prototype:10'],
    words: 'dwError cbTransferred dwFlags parameters arguments of the callback zero bytes status error code transferred',
    accepted: [
      { shows: 'the routine gets zero and all of the bytes', steps: [...overlappedStream, posted('o1'), sleeps(1), enters('o1', 1000)] },
      {
        shows: 'the routine gets the failure that ended the send',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true }, pends),
          happens('peer.reset'),
          sleeps(1),
          enters('o1', 0, { error: 'WSAECONNRESET' }),
        ],
      },
    ],
    rejected: [
      {
        shows: 'cbTransferred is 0 in a success',
        steps: [...overlappedStream, posted('o1'), sleeps(1), enters('o1', 0)],
        breaks: 'Prototype:9',
      },
      {
        shows: 'dwFlags is 1',
        steps: [...overlappedStream, posted('o1'), sleeps(1), enters('o1', 1000, { flags: 1 })],
        breaks: 'Prototype:10',
      },
    ],
  },
];
