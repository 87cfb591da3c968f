/** Questions about what a send returns. */

import type { AskedQuestion } from './question.ts';
import {
  connected,
  enters,
  eventIs,
  fails,
  nonblocking,
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
  wakes,
} from './steps.ts';

export const aboutResults: readonly AskedQuestion[] = [
  {
    id: 'fewer-bytes-than-asked',
    asks: 'Can an overlapped send succeed with fewer bytes than I asked for?',
    answer:
      'No. An overlapped send is complete when the transport has taken all of its bytes. Only a nonoverlapped send on a nonblocking stream may take a part.',
    profile: 'page',
    clauses: ['Overlapped:3', 'lpNumberOfBytesSent:1', 'Nonoverlapped:4'],
    rulings: ['M1'],
    words:
      'partial short write transfer incomplete remaining WSASend IOCP number of bytes transferred in GetOverlappedResult less than sent',
    askedAt: ['https://github.com/grpc/grpc/pull/28506', 'https://github.com/golang/go/issues/18887'],
    accepted: [
      { shows: 'an overlapped send returns zero with all of its bytes', steps: [...overlappedStream, posts('o1', taken(1000))] },
      { shows: 'a nonblocking send without an OVERLAPPED takes a part', steps: [...connected(), nonblocking, sends({}, taken(400))] },
    ],
    rejected: [
      {
        shows: 'an overlapped send returns zero with 400 of 1000 bytes',
        steps: [...overlappedStream, posts('o1', taken(400))],
        breaks: 'Overlapped:3',
      },
      {
        shows: 'a send that pended ends in success with 400 of 1000 bytes',
        steps: [...overlappedStream, posts('o1', pends), resultOf('o1', taken(400))],
        breaks: 'Immediate:6',
      },
    ],
  },
  {
    id: 'pending-is-no-failure',
    asks: 'WSASend returned SOCKET_ERROR with WSA_IO_PENDING: did it fail?',
    answer: 'No. The operation has begun, and one completion follows. With any other code nothing has begun, and no completion follows.',
    profile: 'page',
    clauses: ['Return:4', 'Return:5', 'Return:6', 'Return:7'],
    words: '997 ERROR_IO_PENDING error -1 started retry',
    askedAt: ['https://github.com/microsoft/ebpf-for-windows/pull/5095'],
    accepted: [
      {
        shows: 'the send pends, its bytes are read, its event is set',
        steps: [...overlappedStream, posts('o1', pends), peerReads([0, 1000]), settle, eventIs('o1', true)],
      },
      {
        shows: 'a send fails, and its event is never set',
        steps: [
          onA('WSPSocket', { type: 'SOCK_STREAM', overlapped: true }),
          posts('o1', fails('WSAENOTCONN')),
          settle,
          eventIs('o1', false),
        ],
      },
    ],
    rejected: [
      {
        shows: 'a send fails with WSAENOTCONN, and its event is set all the same',
        steps: [onA('WSPSocket', { type: 'SOCK_STREAM', overlapped: true }), posts('o1', fails('WSAENOTCONN')), eventIs('o1', true)],
        breaks: 'Return:7',
      },
      {
        shows: 'the send pends, its bytes are read, and its event is not set by the time everything has arrived',
        steps: [...overlappedStream, posts('o1', pends), peerReads([0, 1000]), settle, eventIs('o1', false)],
        breaks: 'Return:5',
      },
    ],
  },
  {
    id: 'zero-is-complete',
    asks: 'An overlapped send returned 0: does the completion still come?',
    answer:
      'Yes, once. The routine is already queued and runs in the next alertable wait; the event is set. A completion port gets its packet too, unless it was set to skip it.',
    profile: 'docs',
    clauses: ['Return:1', 'Return:2', 'Event:1'],
    rulings: ['EventAfterZero', 'Packets'],
    words: 'immediately synchronous success callback twice completion notification completes at once without WSA_IO_PENDING synchronously',
    askedAt: ['https://github.com/tokio-rs/mio/issues/476', 'https://github.com/libuv/libuv/issues/5282'],
    accepted: [
      {
        shows: 'the send returns zero, and its routine runs in the next alertable wait',
        steps: [...overlappedStream, sends({ overlapped: 'o1', routine: true }, taken(1000)), sleeps(1), enters('o1', 1000)],
      },
      { shows: 'the send returns zero, and its event is set', steps: [...overlappedStream, posts('o1', taken(1000)), eventIs('o1', true)] },
    ],
    rejected: [
      {
        shows: 'the send returns zero, and an alertable wait ends without its routine',
        steps: [...overlappedStream, sends({ overlapped: 'o1', routine: true }, taken(1000)), sleeps(1), wakes(1)],
        breaks: 'Return:2',
      },
      {
        shows: 'the send returns zero, and its event is not set',
        steps: [...overlappedStream, posts('o1', taken(1000)), eventIs('o1', false)],
        breaks: 'Event:1',
      },
    ],
  },
  {
    id: 'would-block-from-overlapped',
    asks: 'Why does an overlapped send give WSAEWOULDBLOCK?',
    answer:
      'Because too many overlapped operations are outstanding; try it again once one has completed. The page leaves the row blank, the sibling pages give this meaning, and a full transport is no reason: the send pends instead.',
    profile: 'docs',
    clauses: ['WSAEWOULDBLOCK:1', 'Overlapped:1', 'Return:4'],
    rulings: ['D1'],
    words: '10035 too many outstanding requests overlapped how many sends outstanding limit number maximum at a time',
    askedAt: ['https://github.com/grpc/grpc/pull/28432'],
    accepted: [
      {
        shows: 'a second overlapped send is refused while the first is outstanding',
        steps: [...overlappedStream, posts('o1', pends), posts('o2', fails('WSAEWOULDBLOCK'))],
      },
    ],
    rejected: [
      {
        shows: 'the only overlapped send gives WSAEWOULDBLOCK',
        steps: [...overlappedStream, posts('o1', fails('WSAEWOULDBLOCK'))],
        breaks: 'WSAEWOULDBLOCK:1',
      },
    ],
  },
  {
    id: 'would-block-from-blocking',
    asks: 'May a send on a blocking socket give WSAEWOULDBLOCK?',
    answer: 'No. It waits until its last byte has been taken, and returns then.',
    profile: 'page',
    clauses: ['Nonoverlapped:5', 'WSAEWOULDBLOCK:1'],
    rulings: ['D1'],
    words: 'blocking socket mode hang',
    askedAt: ['https://github.com/mporsch/sockpuppet/pull/9'],
    accepted: [
      {
        shows: 'the send waits, its bytes are read, it returns all of them',
        steps: [
          ...connected(),
          { begin: 1, call: 'WSPSend', thread: 't', socket: 'A', buffers: [1000] },
          settle,
          peerReads([0, 1000]),
          { end: 1, thread: 't', returns: taken(1000) },
        ],
      },
    ],
    rejected: [
      {
        shows: 'a send on a blocking socket gives WSAEWOULDBLOCK',
        steps: [...connected(), sends({}, fails('WSAEWOULDBLOCK'))],
        breaks: 'Nonoverlapped:5',
      },
      {
        shows: 'a send on a blocking socket takes a part',
        steps: [...connected(), sends({}, taken(400))],
        breaks: 'Nonoverlapped:5',
      },
    ],
  },
  {
    id: 'nonblocking-and-full',
    asks: 'The buffer is full: what does a nonblocking send do, and what does WSAEWOULDBLOCK (10035) mean?',
    answer:
      'It takes what fits and says how much, or fails with WSAEWOULDBLOCK where not one byte fits. It never waits, and it never reports zero bytes as a success. Windows takes all or nothing.',
    profile: 'page',
    clauses: ['Nonoverlapped:4', 'WSAEWOULDBLOCK:1', 'lpNumberOfBytesSent:1'],
    rulings: ['M1', 'D1', 'EmptyPart'],
    words:
      'send buffer full SO_SNDBUF nonblocking partial send returns fewer less bytes than asked 10035 EWOULDBLOCK EAGAIN backpressure send returns 10035 error how to make a socket nonblocking FIONBIO ioctlsocket',
    askedAt: ['https://github.com/dinhvh/libetpan/issues/8', 'https://github.com/apple/swift-nio/pull/3708'],
    accepted: [
      { shows: 'a part is taken', steps: [...connected(), nonblocking, sends({}, taken(400))] },
      {
        shows: 'nothing fits behind what is still queued',
        steps: [...connected(), nonblocking, sends({}, taken(1000)), sends({}, fails('WSAEWOULDBLOCK'))],
      },
    ],
    rejected: [
      { shows: 'success with no byte taken', steps: [...connected(), nonblocking, sends({}, taken(0))], breaks: 'Nonoverlapped:4' },
      {
        shows: 'the call has not returned by the time everything has arrived',
        steps: [...connected(), nonblocking, { begin: 1, call: 'WSPSend', thread: 't', socket: 'A', buffers: [1000] }, settle],
        breaks: 'Nonoverlapped:4',
      },
    ],
  },
  {
    id: 'writable-and-would-block',
    asks: 'select said that the socket is writable: may the next send still give WSAEWOULDBLOCK?',
    answer:
      'By the sibling pages it may not: the next nonblocking send takes at least a byte. The WSPSend page does not speak of readiness; by that page alone the send may.',
    profile: 'docs',
    clauses: ['WSAEWOULDBLOCK:1', 'Nonoverlapped:4'],
    rulings: ['Readiness'],
    words: 'FD_WRITE WSAPoll WSAEventSelect ready poll writability',
    accepted: [
      {
        shows: 'the send that comes next takes a part',
        steps: [...connected(), nonblocking, { poll: 'writable', socket: 'A', ready: true }, sends({}, taken(1000))],
      },
    ],
    rejected: [
      {
        shows: 'the send that comes next finds no room',
        steps: [...connected(), nonblocking, { poll: 'writable', socket: 'A', ready: true }, sends({}, fails('WSAEWOULDBLOCK'))],
        breaks: 'WSAEWOULDBLOCK:1',
      },
    ],
  },
  {
    id: 'no-buffer-space',
    asks: 'What does WSAENOBUFS (10055) from a send mean?',
    answer:
      'That the provider is short of buffers; nothing was begun, and the same call may succeed later. The text in its row of the page belongs to another code. Nobody outside of the provider can check it, so it may come at any time.',
    profile: 'docs',
    clauses: ['WSAENOBUFS:1', 'Return:6', 'Return:7'],
    rulings: ['D2', 'NoBufs'],
    words: '10055 buffer deadlock nonpaged pool exhausted queue full no space available locked pages limit is WSAENOBUFS fatal retry',
    askedAt: ['https://library.thedatadungeon.com/msdn-2000-04/kbwindev/Source/win32sdk/q201213.content.htm'],
    accepted: [{ shows: 'a send fails with WSAENOBUFS', steps: [...overlappedStream, posts('o1', fails('WSAENOBUFS'))] }],
    rejected: [
      {
        shows: 'a send fails with WSAENOBUFS, and its event is set all the same',
        steps: [...overlappedStream, posts('o1', fails('WSAENOBUFS')), eventIs('o1', true)],
        breaks: 'Return:7',
      },
    ],
  },
  {
    id: 'count-with-overlapped',
    asks: 'What is in lpNumberOfBytesSent when I pass an OVERLAPPED?',
    answer:
      'The count, if the send completes at once. A send that pends leaves it alone, then and later: read the count from the completion. Without an OVERLAPPED it must not be null.',
    profile: 'page',
    clauses: ['Immediate:2', 'Immediate:4', 'Immediate:6', 'lpNumberOfBytesSent:1'],
    rulings: ['FaultOfCount'],
    words: 'NULL lpNumberOfBytesSent unchanged untouched not written how many bytes were sent erroneous results count out parameter stack',
    askedAt: ['https://github.com/chriskohlhoff/asio/issues/130', 'https://github.com/lalinsky/zio/pull/558'],
    accepted: [
      {
        shows: 'the send pends without a count, and the result has it',
        steps: [...overlappedStream, posts('o1', pends), peerReads([0, 1000]), settle, resultOf('o1', taken(1000))],
      },
      {
        shows: 'no count is asked for where there is an OVERLAPPED',
        steps: [...overlappedStream, posts('o1', { rc: 0 }, { count: false })],
      },
    ],
    rejected: [
      {
        shows: 'the count of a send that pended is written later',
        steps: [...overlappedStream, posts('o1', pends), { poll: 'count', overlapped: 'o1', written: true }],
        breaks: 'Immediate:4',
      },
      {
        shows: 'a send that completes at once writes no count',
        steps: [...overlappedStream, posts('o1', { rc: 0 })],
        breaks: 'Immediate:2',
      },
    ],
  },
  {
    id: 'completed-and-delivered',
    asks: 'Does completion mean that the peer has received the data?',
    answer:
      'No. It means that the transport has taken the bytes, which may still be lost when the connection fails. By the sibling pages an ordinary close delivers them.',
    profile: 'docs',
    clauses: ['Delivery:1', 'Overlapped:3', 'Purpose:2'],
    rulings: ['CloseDelivers'],
    words:
      'delivered acknowledged ack guarantee lost data success reached other side SO_SNDBUF 0 send buffer when a send completes zero event is set WaitForSingleObject returns before data is sent on the wire',
    accepted: [
      {
        shows: 'a send succeeds, the connection is reset, and the peer never reads it',
        steps: [
          ...connected(),
          sends({}, taken(1000)),
          { env: 'peer.reset', socket: 'A' },
          { peer: 'error', socket: 'A', errno: 'WSAECONNRESET' },
        ],
      },
    ],
    rejected: [
      {
        shows: 'a send succeeds, the socket is closed, and the peer sees the end without the bytes',
        steps: [...connected(), sends({}, taken(1000)), onA('WSPCloseSocket'), { peer: 'eof', socket: 'A' }],
        breaks: 'Purpose:2',
      },
    ],
  },
];
