/** Questions about what the caller has to keep, and about several sends at a time. */

import type { AskedQuestion } from './question.ts';
import {
  connected,
  enters,
  eventIs,
  fails,
  leaves,
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

export const aboutMemory: readonly AskedQuestion[] = [
  {
    id: 'free-the-wsabuf-array',
    asks: 'May I free the WSABUF array after WSA_IO_PENDING, or must it outlive the call?',
    answer:
      'You may free the array: the provider has copied it before the call returns. The data that it points to and the OVERLAPPED have to stay until the send is over.',
    profile: 'page',
    clauses: ['Capture:2', 'Capture:1', 'lpBuffers:3', 'OverlappedLifetime:1'],
    rulings: ['D3'],
    words: 'lifetime stack local variable valid duration lpBuffers array capture scope pass the same WSABUF to two sends',
    askedAt: ['https://github.com/grpc/grpc/pull/28506', 'https://github.com/lalinsky/zio/pull/558'],
    accepted: [
      {
        shows: 'the peer reads the bytes of the buffers as they were given',
        steps: [...overlappedStream, posts('o1', pends, { buffers: [600, 400] }), peerReads([0, 1000])],
      },
    ],
    rejected: [
      {
        shows: 'the peer reads the second buffer first, as an array that was used again would have it',
        steps: [...overlappedStream, posts('o1', pends, { buffers: [10, 10] }), peerReads([10, 10])],
        breaks: 'Capture:2',
      },
    ],
  },
  {
    id: 'touch-the-data-while-pending',
    asks: 'May I read, change or free the data while the send is pending?',
    answer:
      'No: until it is over the buffers belong to the system. They are neither freed nor changed, and reading is an access too. After a change nobody can say what the peer gets, so it is not judged.',
    profile: 'page',
    clauses: ['lpBuffers:3', 'Order:2'],
    words:
      'modify reuse overwrite buffer memory mine again owned system access read while in flight delete free send safe handler garbage collected keep alive lifetime after WSASend returned WSA_IO_PENDING',
    askedAt: ['https://github.com/somdoron/AsyncIO/issues/26'],
    accepted: [
      {
        shows: 'the caller leaves the buffer alone, and the peer reads what was in it',
        steps: [...overlappedStream, posts('o1', pends), peerReads([0, 1000])],
      },
    ],
    rejected: [
      {
        shows: 'nobody touched the buffer, and the peer reads something else',
        steps: [...overlappedStream, posts('o1', pends), peerReads([7, 3])],
        breaks: 'Order:2',
      },
    ],
    breaching: [
      {
        shows: 'the caller writes into the buffer of a pending send, and what the peer reads of it is not judged',
        steps: [...overlappedStream, posts('o1', pends), { caller: 'writes', what: 'buffer', overlapped: 'o1' }, peerReads([7, 3])],
        callerBreaks: 'lpBuffers:3',
      },
    ],
  },
  {
    id: 'buffers-of-a-plain-send',
    asks: 'A send without an OVERLAPPED has returned: may I use its buffer again at once?',
    answer:
      'Yes. Such a send copies what it accepts, so that the buffer is yours again when it returns, although the peer may not have read a byte. For an overlapped send this holds only once it is over.',
    profile: 'page',
    clauses: ['Nonoverlapped:3', 'lpBuffers:3'],
    words: 'copied copies copy data buffer reuse overwrite success synchronous blocking nonblocking kernel buffered',
    accepted: [
      {
        shows: 'the buffer holds other data for a second send before the peer reads, and the peer reads both',
        steps: [...connected(), sends({}, taken(1000)), sends({ fill: 7 }, taken(1000)), peerReads([0, 1000], [7, 1000])],
      },
    ],
    rejected: [
      {
        shows: 'the peer reads what the buffer holds later, in place of what was sent',
        steps: [...connected(), sends({}, taken(1000)), peerReads([7, 3])],
        breaks: 'Nonoverlapped:3',
      },
    ],
  },
  {
    id: 'one-overlapped-for-several',
    asks: 'May I use one OVERLAPPED for several sends?',
    answer:
      'Not at the same time: each outstanding operation needs one of its own, which stays valid until it is over. If one is used for two, neither operation is judged any more.',
    profile: 'page',
    clauses: ['OverlappedLifetime:2', 'OverlappedLifetime:1'],
    words: 'reuse share same OVERLAPPED structure multiple operations outstanding',
    askedAt: ['https://github.com/Haivision/srt/pull/974'],
    accepted: [
      {
        shows: 'two sends pend, each with its own OVERLAPPED, and each has its own result',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { buffers: [600] }),
          posts('o2', pends, { buffers: [400], fill: 98 }),
          peerReads([0, 600], [98, 400]),
          settle,
          resultOf('o2', taken(400)),
          resultOf('o1', taken(600)),
        ],
      },
      {
        shows: 'an OVERLAPPED is used again once its send was seen to be over',
        steps: [...overlappedStream, posts('o1', taken(1000)), eventIs('o1', true), posts('o1', pends)],
      },
    ],
    rejected: [
      {
        shows: 'the result of one send is reported for another',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { buffers: [600] }),
          posts('o2', pends, { buffers: [400] }),
          resultOf('o2', taken(600)),
        ],
        breaks: 'Immediate:6',
      },
    ],
    breaching: [
      {
        shows: 'a second send names the OVERLAPPED of one that is pending',
        steps: [...overlappedStream, posts('o1', pends), posts('o1', pends)],
        callerBreaks: 'OverlappedLifetime:2',
      },
    ],
  },
  {
    id: 'free-the-overlapped',
    asks: 'When may I free or reuse the OVERLAPPED?',
    answer:
      'Once its operation is over: its routine has run, its event was set, or its result was reported. Not before, even after a cancel.',
    profile: 'page',
    clauses: ['OverlappedLifetime:1', 'Return:5'],
    words:
      'delete release reuse overlapped structure in the completion routine lifetime after CancelIoEx closesocket use after free corruption on stack local',
    askedAt: ['https://github.com/microsoft/wil/pull/326', 'https://github.com/somdoron/AsyncIO/pull/13'],
    accepted: [
      {
        shows: 'it serves another send once its result was reported',
        steps: [...overlappedStream, posts('o1', pends), peerReads([0, 1000]), settle, resultOf('o1', taken(1000)), posts('o1', pends)],
      },
    ],
    rejected: [
      {
        shows: 'a second completion is indicated for a send whose routine has already run',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true }, taken(1000)),
          sleeps(1),
          enters('o1', 1000),
          leaves('o1'),
          enters('o1', 1000),
        ],
        breaks: 'Overlapped:4',
      },
    ],
    breaching: [
      {
        shows: 'it is freed while its send is pending',
        steps: [...overlappedStream, posts('o1', pends), { caller: 'frees', what: 'overlapped', overlapped: 'o1' }],
        callerBreaks: 'OverlappedLifetime:1',
      },
    ],
  },
  {
    id: 'order-of-several-sends',
    asks: 'Are several outstanding sends on one socket sent in order?',
    answer: 'Their bytes leave in the order in which the sends were posted. Their routines may run in any order.',
    profile: 'page',
    clauses: ['Order:2', 'Order:1'],
    words:
      'sequence guarantee FIFO multiple outstanding WSASend calls IOCP completion order out of order do UDP datagrams keep their order',
    askedAt: ['https://coderapp.vercel.app/answer/79180696'],
    accepted: [
      {
        shows: 'the bytes come in the order of the sends, the routines the other way round',
        steps: [
          ...overlappedStream,
          sends({ overlapped: 'o1', routine: true, buffers: [600] }, taken(600)),
          sends({ overlapped: 'o2', routine: true, buffers: [400], fill: 98 }, taken(400)),
          peerReads([0, 600], [98, 400]),
          sleeps(1),
          enters('o2', 400),
          leaves('o2'),
          enters('o1', 600),
        ],
      },
    ],
    rejected: [
      {
        shows: 'the peer reads the second send first',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { buffers: [600] }),
          posts('o2', pends, { buffers: [400], fill: 98 }),
          peerReads([98, 400]),
        ],
        breaks: 'Order:2',
      },
    ],
  },
  {
    id: 'several-threads-one-socket',
    asks: 'May several threads call WSASend on one socket at the same time?',
    answer:
      'The page does not forbid it, and promises no order between calls that overlap in time: their bytes may be mixed. Each call keeps its own bytes in order, and nothing is lost or invented.',
    profile: 'page',
    clauses: ['Order:2', 'Purpose:2', 'Nonoverlapped:3'],
    words:
      'thread safe concurrent simultaneous interleave interleaving mixed corruption lock interleaved data mutex is one WSASend atomic serialize writes',
    askedAt: ['https://serverframework.com/asynchronousevents/2015/01/wsarecv-wsasend-and-thread-safety.html'],
    accepted: [
      {
        shows: 'two calls overlap, and the peer reads the one that began second first',
        steps: [
          ...connected(),
          { begin: 1, call: 'WSPSend', thread: 't1', socket: 'A', buffers: [50] },
          { begin: 2, call: 'WSPSend', thread: 't2', socket: 'A', buffers: [50], fill: 100 },
          peerReads([100, 50], [0, 50]),
          { end: 1, thread: 't1', returns: taken(50) },
          { end: 2, thread: 't2', returns: taken(50) },
        ],
      },
    ],
    rejected: [
      {
        shows: 'one call returned before the other began, and the peer reads the second first',
        steps: [
          ...connected(),
          sends({ thread: 't1', buffers: [50] }, taken(50)),
          sends({ thread: 't2', buffers: [50], fill: 100 }, taken(50)),
          peerReads([100, 50]),
        ],
        breaks: 'Order:2',
      },
    ],
  },
  {
    id: 'several-buffers-one-message',
    asks: 'Are several WSABUFs sent as one message, and in which order?',
    answer:
      'In the order of the array. On a message-oriented socket they are one message, never one each; on a stream there are no messages at all.',
    profile: 'page',
    clauses: ['lpBuffers:2', 'dwBufferCount:1', 'Purpose:3', 'Purpose:4'],
    words: 'scatter gather vectored writev buffers array datagram concatenated',
    askedAt: ['https://github.com/litespeedtech/lsquic/issues/218'],
    accepted: [
      {
        shows: 'one datagram has the bytes of both buffers',
        steps: [...connected({ type: 'SOCK_DGRAM' }), sends({ buffers: [10, 20] }, taken(30)), peerReads([0, 30])],
      },
    ],
    rejected: [
      {
        shows: 'the first buffer comes as a datagram of its own',
        steps: [...connected({ type: 'SOCK_DGRAM' }), sends({ buffers: [10, 20] }, taken(30)), peerReads([0, 10])],
        breaks: 'Purpose:4',
      },
      {
        shows: 'on a stream the second buffer comes first',
        steps: [...connected(), sends({ buffers: [10, 20] }, taken(30)), peerReads([10, 20])],
        breaks: 'lpBuffers:2',
      },
    ],
  },
  {
    id: 'what-a-failed-send-leaves',
    asks: 'What does a failed send leave behind: may I send the same data again?',
    answer:
      'Where the call itself failed, nothing has left and nothing will: no byte, no completion, and buffers and OVERLAPPED are yours again. A blocking call that was broken off in the middle may have sent a part.',
    profile: 'page',
    clauses: ['Return:6', 'Return:7'],
    rulings: ['ErrorOwed'],
    words: 'retry resend duplicate error after failure completion routine event when WSASend failed',
    askedAt: ['https://github.com/ofiwg/libfabric/pull/7286', 'https://github.com/somdoron/AsyncIO/issues/33'],
    accepted: [
      {
        shows: 'a send fails, the same is sent again, and the peer reads it once',
        steps: [...overlappedStream, posts('o1', fails('WSAENOBUFS')), posts('o1', taken(1000)), peerReads([0, 1000])],
      },
    ],
    rejected: [
      {
        shows: 'the peer reads bytes of a send that failed',
        steps: [...overlappedStream, posts('o1', fails('WSAENOBUFS')), peerReads([0, 1000])],
        breaks: 'Return:6',
      },
    ],
  },
  {
    id: 'cancel-one-of-several',
    asks: 'I cancel one of several pending sends: what becomes of the others?',
    answer:
      'They go on. The one that was named may end with WSA_OPERATION_ABORTED, or in success if it was too late; its completion is indicated either way.',
    profile: 'docs',
    clauses: ['WSA_OPERATION_ABORTED:1', 'Return:5'],
    rulings: ['AbortCauses', 'CloseCancels', 'AbortedBytes'],
    words:
      'CancelIo CancelIoEx cancellation cancelled guarantee that data was not sent abort pending 995 ERROR_OPERATION_ABORTED 1168 not found',
    askedAt: ['https://github.com/dotnet/corefx/pull/32981', 'https://github.com/nanomsg/nng/pull/1599'],
    accepted: [
      {
        shows: 'the second of two is cancelled and ends so, the first in success',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          posts('o2', pends),
          onA('WSPCancelIo', { overlapped: 'o2' }),
          peerReads([0, 1000]),
          settle,
          resultOf('o2', fails('WSA_OPERATION_ABORTED')),
          resultOf('o1', taken(1000)),
        ],
      },
    ],
    rejected: [
      {
        shows: 'the second of two is cancelled, and the first ends with WSA_OPERATION_ABORTED',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          posts('o2', pends),
          onA('WSPCancelIo', { overlapped: 'o2' }),
          resultOf('o1', fails('WSA_OPERATION_ABORTED')),
        ],
        breaks: 'WSA_OPERATION_ABORTED:1',
      },
    ],
  },
  {
    id: 'cancelled-and-sent-all-the-same',
    asks: 'I cancelled a pending send: may it still succeed, and its data arrive?',
    answer:
      'Yes. To cancel is a request. A send that it reaches ends with WSA_OPERATION_ABORTED, and a part of its bytes may have left; one that it reaches too late ends in success. Either way it ends, and until that is indicated the OVERLAPPED and the buffers have to stay.',
    profile: 'docs',
    clauses: ['Return:5', 'WSA_OPERATION_ABORTED:1', 'OverlappedLifetime:1'],
    rulings: ['AbortCauses', 'AbortedBytes'],
    words: 'CancelIo CancelIoEx did not work too late no effect completed anyway sent arrived success after cancel timeout race 995',
    accepted: [
      {
        shows: 'the send is cancelled, the peer reads all of it, and it ends in success',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          onA('WSPCancelIo', { overlapped: 'o1' }),
          peerReads([0, 1000]),
          settle,
          resultOf('o1', taken(1000)),
        ],
      },
    ],
    rejected: [
      {
        shows: 'the send is cancelled, everything has settled, and it is still incomplete',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          onA('WSPCancelIo', { overlapped: 'o1' }),
          settle,
          resultOf('o1', fails('WSA_IO_INCOMPLETE')),
        ],
        breaks: 'Return:5',
      },
    ],
  },
];
