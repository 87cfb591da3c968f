/** Questions about sends that wait: when they do, and what ends the waiting. */

import type { AskedQuestion } from './question.ts';
import {
  connected,
  does,
  enters,
  fails,
  nonblocking,
  onA,
  overlappedStream,
  peerReads,
  pends,
  posts,
  resultOf,
  sendBegins,
  sendReturns,
  sends,
  settle,
  taken,
} from './steps.ts';

const cancels = does('WSPCancelBlockingCall', { thread: 't2' });
const timeout = onA('WSPSetSockOpt', { name: 'SO_SNDTIMEO', value: 1000 });

export const aboutBlocking: readonly AskedQuestion[] = [
  {
    id: 'blocking-send-and-room',
    asks: 'May a blocking send return before it has taken all of its bytes?',
    answer:
      'No. A send without an OVERLAPPED on a blocking socket waits until its last byte has been taken, and returns that count. Only a nonblocking stream send may take a part.',
    profile: 'page',
    clauses: ['Nonoverlapped:5', 'Nonoverlapped:4', 'Nonoverlapped:1'],
    rulings: ['M1'],
    words:
      'less than len short count loop on WSASend until all data is sent no space wait hang hangs forever freeze stuck return early sendall send blocks or hangs forever when the receiver or peer does not read window full',
    askedAt: ['https://github.com/mporsch/sockpuppet/pull/9'],
    accepted: [
      {
        shows: 'the send waits, and returns all once the peer has read',
        steps: [...connected(), sendBegins(), settle, peerReads([0, 1000]), sendReturns(taken(1000))],
      },
      { shows: 'a nonblocking send takes a part', steps: [...connected(), nonblocking, sends({}, taken(400))] },
    ],
    rejected: [{ shows: 'the send returns 400 of 1000 bytes', steps: [...connected(), sends({}, taken(400))], breaks: 'Nonoverlapped:5' }],
  },
  {
    id: 'overlapped-send-and-waiting',
    asks: 'Can a send with an OVERLAPPED block the thread that makes it?',
    answer:
      'It may not wait for room: it returns at once, with WSA_IO_PENDING where it cannot be done at once, whether the socket is blocking or not.',
    profile: 'page',
    clauses: ['Overlapped:1', 'Overlapped:2', 'Return:4'],
    words:
      'block blocks blocking hang ever WSASend calling thread synchronous wait for room FIONBIO mode ignored asynchronous stuck pending forever',
    accepted: [
      { shows: 'the send pends, and its thread goes on', steps: [...overlappedStream, posts('o1', pends, { buffers: [100_000] }), settle] },
    ],
    rejected: [
      {
        shows: 'the send has not returned by the time everything was delivered',
        steps: [...overlappedStream, sendBegins({ overlapped: 'o1', event: true, buffers: [100_000] }), settle],
        breaks: 'Overlapped:1',
      },
    ],
  },
  {
    id: 'cancel-a-blocking-send',
    asks: 'How do I cancel a blocking send?',
    answer:
      'By WSPCancelBlockingCall, which a WinSock 1.1 application knows as WSACancelBlockingCall: the send fails with WSAEINTR. Winsock 2 has no such call for applications; there another thread closes the socket.',
    profile: 'docs',
    clauses: ['Nonoverlapped:5', 'Return:3'],
    rulings: ['InterruptedCode'],
    words:
      'WSACancelBlockingCall CancelSynchronousIo abort interrupt stop unblock hung hang stuck thread WSAEINTR 10004 CancelBlockingCall',
    askedAt: ['https://msdn.microsoft.com/en-US/library/7kf9zf2c(v=vs.80).aspx'],
    accepted: [
      {
        shows: 'the cancelled send fails with WSAEINTR',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), cancels, sendReturns(fails('WSAEINTR'))],
      },
    ],
    rejected: [
      {
        shows: 'the cancelled send fails with WSA_OPERATION_ABORTED, as if it were overlapped',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), cancels, sendReturns(fails('WSA_OPERATION_ABORTED'))],
        breaks: 'WSA_OPERATION_ABORTED:1',
      },
      { shows: 'a send that nobody cancelled gives WSAEINTR', steps: [...connected(), sends({}, fails('WSAEINTR'))], breaks: 'Return:3' },
    ],
  },
  {
    id: 'close-under-a-blocking-send',
    asks: 'Another thread closes the socket while a send blocks in it: what does the send return?',
    answer:
      'It may fail, with WSAENOTSOCK, WSAEINTR or WSA_OPERATION_ABORTED among others, or still succeed; it may not succeed with a part of its bytes.',
    profile: 'docs',
    clauses: ['Nonoverlapped:5', 'WSAENOTSOCK:1', 'Return:3'],
    rulings: ['InterruptedCode'],
    words: 'closesocket unblock blocked thread stuck in send from other thread while sending hang abort stuck',
    accepted: [
      {
        shows: 'the blocked send fails with WSAENOTSOCK',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), onA('WSPCloseSocket'), sendReturns(fails('WSAENOTSOCK'))],
      },
      {
        shows: 'the blocked send fails with WSAEINTR',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), onA('WSPCloseSocket'), sendReturns(fails('WSAEINTR'))],
      },
    ],
    rejected: [
      {
        shows: 'the blocked send succeeds with a part',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), onA('WSPCloseSocket'), sendReturns(taken(10))],
        breaks: 'Nonoverlapped:5',
      },
    ],
  },
  {
    id: 'send-timeout',
    asks: 'How do I set a time-out for a send: does SO_SNDTIMEO do it?',
    answer:
      'For a blocking send: once SO_SNDTIMEO is set it may fail with WSAETIMEDOUT by the sibling pages, though the table of WSPSend has no such row. No overlapped send ends with that code: wait for its event as long as you like, and cancel it.',
    profile: 'docs',
    clauses: ['Return:3', 'Overlapped:7', 'Nonoverlapped:5'],
    rulings: ['BeyondTheTable'],
    words: 'timeout timed out SO_SNDTIMEO WSAETIMEDOUT 10060 send hangs forever limit setsockopt overlapped',
    accepted: [
      {
        shows: 'a blocking send gives WSAETIMEDOUT after SO_SNDTIMEO was set',
        steps: [...connected(), timeout, sends({ buffers: [100_000] }, fails('WSAETIMEDOUT'))],
      },
    ],
    rejected: [
      {
        shows: 'it gives WSAETIMEDOUT although no time-out was set',
        steps: [...connected(), sends({ buffers: [100_000] }, fails('WSAETIMEDOUT'))],
        breaks: 'Return:3',
      },
      {
        shows: 'an overlapped send ends with WSAETIMEDOUT',
        steps: [...overlappedStream, timeout, posts('o1', pends), resultOf('o1', fails('WSAETIMEDOUT'))],
        breaks: 'Overlapped:7',
      },
    ],
  },
  {
    id: 'routine-inside-a-blocking-call',
    asks: 'May a completion routine run while my thread blocks in a send?',
    answer:
      'Yes. A blocking call of Winsock waits alertably, and runs the routines of its thread. An overlapped send does not wait, so none runs inside it.',
    profile: 'page',
    clauses: ['QueueApc:1', 'Overlapped:4'],
    rulings: ['RoutineAlertable'],
    words: 'APC during blocking call inside recv connect alertable blocked',
    accepted: [
      {
        shows: 'the routine runs inside a blocking send of the same thread',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true }, taken(1000)),
          sendBegins({ thread: 'main', buffers: [100_000] }),
          enters('o1', 1000),
        ],
      },
    ],
    rejected: [
      {
        shows: 'the routine runs inside another overlapped send',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true }, taken(1000)),
          sendBegins({ thread: 'main', overlapped: 'o2', event: true }),
          enters('o1', 1000),
        ],
        breaks: 'QueueApc:1',
      },
    ],
  },
  {
    id: 'another-call-in-progress',
    asks: 'Why does a send give WSAEINPROGRESS (10036)?',
    answer: 'Because another call of Winsock blocks at that moment. It need not come even then, and without one it may not come at all.',
    profile: 'page',
    clauses: ['WSAEINPROGRESS:1'],
    rulings: ['NeverOwed', 'D6'],
    words: 'operation now in progress blocking call outstanding other thread 10036',
    accepted: [
      {
        shows: 'the code is given while another thread blocks in a send',
        steps: [...connected(), sendBegins({ buffers: [100_000] }), sends({}, fails('WSAEINPROGRESS'))],
      },
    ],
    rejected: [
      {
        shows: 'the code is given while nothing blocks',
        steps: [...connected(), sends({}, fails('WSAEINPROGRESS'))],
        breaks: 'WSAEINPROGRESS:1',
      },
    ],
  },
];
