/** Questions about ends: of a socket, of a connection, of a thread. */

import type { AskedQuestion } from './question.ts';
import {
  connected,
  does,
  eventIs,
  fails,
  happens,
  onA,
  overlappedStream,
  peerReads,
  peerSeesEnd,
  pends,
  posts,
  resultOf,
  sends,
  settle,
  taken,
} from './steps.ts';

export const aboutEndings: readonly AskedQuestion[] = [
  {
    id: 'close-with-sends-pending',
    asks: 'What happens to pending sends at closesocket, and when may I free their memory?',
    answer:
      'By the sibling pages each ends with WSA_OPERATION_ABORTED, or in success if it was done, and its completion is indicated: free after that. The page alone lets them run on. Windows ends those of a connection with WSAECONNABORTED.',
    profile: 'docs',
    clauses: ['WSA_OPERATION_ABORTED:1', 'Return:5', 'OverlappedLifetime:1'],
    rulings: ['CloseCancels', 'M3'],
    words: 'closesocket close socket outstanding overlapped ERROR_NETNAME_DELETED 64 995 WSAECONNABORTED free buffer',
    askedAt: [
      'https://stackoverflow.com/questions/14499593/can-the-infamous-error-netname-deleted-error-be-considered-an-error-at-all',
      'http://newsgroups.derkeiler.com/Archive/Comp/comp.programming.threads/2011-07/msg00037.html',
    ],
    accepted: [
      {
        shows: 'the event of the pending send is set, and its result is WSA_OPERATION_ABORTED',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          onA('WSPCloseSocket'),
          settle,
          eventIs('o1', true),
          resultOf('o1', fails('WSA_OPERATION_ABORTED')),
        ],
      },
    ],
    rejected: [
      {
        shows: 'the event of the pending send is not set by the time everything has arrived',
        steps: [...overlappedStream, posts('o1', pends), onA('WSPCloseSocket'), settle, eventIs('o1', false)],
        breaks: 'Return:5',
      },
      {
        shows: 'the pending send ends with WSAECONNABORTED, as on Windows',
        steps: [...overlappedStream, posts('o1', pends), onA('WSPCloseSocket'), resultOf('o1', fails('WSAECONNABORTED'))],
        breaks: 'WSAECONNABORTED:1',
      },
    ],
  },
  {
    id: 'thread-exits',
    asks: 'What happens to a pending send when the thread that started it exits?',
    answer:
      'It may be cancelled, and then ends with WSA_OPERATION_ABORTED; it may also run on. On Windows one that is bound to a completion port is left alone.',
    profile: 'page',
    clauses: ['ThreadExit:1', 'ThreadExit:2'],
    rulings: ['ThreadExitCancels', 'M6', 'AbortCauses'],
    words: 'thread pool exit ExitThread 995 ERROR_OPERATION_ABORTED cancelled thread terminated',
    askedAt: [
      'https://github.com/crystal-lang/crystal/issues/16674',
      'http://blog.sunchangming.com/2016/12/',
      'https://github.com/MicrosoftDocs/sdk-api/pull/1137',
    ],
    accepted: [
      {
        shows: 'the thread exits, and its send ends with WSA_OPERATION_ABORTED',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { thread: 't2' }),
          does('ExitThread', { thread: 't2' }),
          resultOf('o1', fails('WSA_OPERATION_ABORTED')),
        ],
      },
      {
        shows: 'the thread exits, and its send ends in success',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { thread: 't2' }),
          does('ExitThread', { thread: 't2' }),
          peerReads([0, 1000]),
          settle,
          resultOf('o1', taken(1000)),
        ],
      },
    ],
    rejected: [
      {
        shows: 'another thread exits, and the send ends with WSA_OPERATION_ABORTED',
        steps: [
          ...overlappedStream,
          posts('o1', pends, { thread: 't2' }),
          does('ExitThread', { thread: 't3' }),
          resultOf('o1', fails('WSA_OPERATION_ABORTED')),
        ],
        breaks: 'WSA_OPERATION_ABORTED:1',
      },
    ],
  },
  {
    id: 'shutdown-with-sends-pending',
    asks: 'I call shutdown with SD_SEND while sends are pending: do they still go out?',
    answer:
      'By the sibling pages they go out in full, and the peer sees the end of the stream behind them. Only sends that come after it give WSAESHUTDOWN. The page says nothing of the pending ones.',
    profile: 'docs',
    clauses: ['WSAESHUTDOWN:1', 'Purpose:2', 'Order:2'],
    rulings: ['D10'],
    words: 'shutdown SD_SEND FIN graceful drain pending data 10058 returns before is sent lost what does SD_BOTH do to pending sends',
    askedAt: ['https://stackoverflow.com/questions/41855865/why-should-i-use-shutdown-before-closing-a-socket'],
    accepted: [
      {
        shows: 'the peer reads the pending send and then the end',
        steps: [
          ...overlappedStream,
          posts('o1', pends),
          onA('WSPShutdown', { how: 'SD_SEND' }),
          sends({}, fails('WSAESHUTDOWN')),
          peerReads([0, 1000]),
          peerSeesEnd,
        ],
      },
    ],
    rejected: [
      {
        shows: 'the pending send ends with WSAESHUTDOWN',
        steps: [...overlappedStream, posts('o1', pends), onA('WSPShutdown', { how: 'SD_SEND' }), resultOf('o1', fails('WSAESHUTDOWN'))],
        breaks: 'WSAESHUTDOWN:1',
      },
      {
        shows: 'the peer sees the end before the pending send',
        steps: [...overlappedStream, posts('o1', pends), onA('WSPShutdown', { how: 'SD_SEND' }), peerSeesEnd],
        breaks: 'Purpose:2',
      },
    ],
  },
  {
    id: 'aborted-or-reset',
    asks: 'WSAECONNABORTED (10053) or WSAECONNRESET (10054): what is the difference?',
    answer:
      'WSAECONNRESET says that the far end reset the circuit; WSAECONNABORTED that a time-out or another failure ended it. A reset may show as either, a time-out only as WSAECONNABORTED.',
    profile: 'page',
    clauses: ['WSAECONNABORTED:1', 'WSAECONNRESET:1'],
    rulings: ['TimeoutCode', 'AfterReset'],
    words:
      '10053 10054 connection reset by peer software caused connection abort network lost cable pulled unplugged while sending disconnected ERROR_NETNAME_DELETED 64 ERROR_CONNECTION_ABORTED 1236 completion status',
    askedAt: ['https://www.chilkatsoft.com/p/p_299.asp', 'https://stackoverflow.com/questions/28925003'],
    accepted: [
      {
        shows: 'after a reset a send gives WSAECONNRESET',
        steps: [...connected(), happens('peer.reset'), settle, sends({}, fails('WSAECONNRESET'))],
      },
      {
        shows: 'after a time-out a send gives WSAECONNABORTED',
        steps: [...connected(), happens('circuit.timeout'), settle, sends({}, fails('WSAECONNABORTED'))],
      },
    ],
    rejected: [
      {
        shows: 'after a time-out a send gives WSAECONNRESET',
        steps: [...connected(), happens('circuit.timeout'), settle, sends({}, fails('WSAECONNRESET'))],
        breaks: 'WSAECONNRESET:1',
      },
      {
        shows: 'after a reset that surely arrived a send succeeds',
        steps: [...connected(), happens('peer.reset'), settle, sends({}, taken(1000))],
        breaks: 'WSAECONNRESET:1',
      },
    ],
  },
  {
    id: 'peer-has-closed',
    asks: 'The peer has closed: why does my first send still succeed?',
    answer:
      'Because the far end’s close reaches the sender later, as the reset that answers its data. Until then a send may succeed, and its bytes are lost. It never gives WSAESHUTDOWN: that is for the sender’s own shutdown.',
    profile: 'page',
    clauses: ['Delivery:1', 'WSAECONNRESET:1', 'WSAESHUTDOWN:1'],
    words: 'half closed remote closed connection first send succeeds second fails broken pipe detect disconnect',
    accepted: [
      {
        shows: 'one send succeeds after the close, and the next gives WSAECONNRESET',
        steps: [...connected(), happens('peer.close'), sends({}, taken(1000)), settle, sends({}, fails('WSAECONNRESET'))],
      },
    ],
    rejected: [
      {
        shows: 'a send gives WSAESHUTDOWN after the peer has closed',
        steps: [...connected(), happens('peer.close'), sends({}, fails('WSAESHUTDOWN'))],
        breaks: 'WSAESHUTDOWN:1',
      },
    ],
  },
  {
    id: 'keep-alive-failed',
    asks: 'Which code does a send give after keep-alive has found the connection dead?',
    answer:
      'WSAENETRESET by the sibling pages, or WSAECONNABORTED as a failure of the circuit. On the page that text stands in the row of WSAENOBUFS. Windows gives WSAECONNRESET or WSAECONNABORTED.',
    profile: 'docs',
    clauses: ['WSAENETRESET:1', 'WSAENOBUFS:1', 'WSAECONNABORTED:1'],
    rulings: ['D2', 'M9'],
    words: 'keepalive SO_KEEPALIVE 10052 WSAENETRESET dead peer',
    accepted: [
      {
        shows: 'a send gives WSAENETRESET',
        steps: [...connected(), happens('keepalive.failed'), settle, sends({}, fails('WSAENETRESET'))],
      },
      {
        shows: 'a send gives WSAECONNABORTED',
        steps: [...connected(), happens('keepalive.failed'), settle, sends({}, fails('WSAECONNABORTED'))],
      },
    ],
    rejected: [
      {
        shows: 'a send gives WSAECONNRESET',
        steps: [...connected(), happens('keepalive.failed'), settle, sends({}, fails('WSAECONNRESET'))],
        breaks: 'WSAECONNRESET:1',
      },
    ],
  },
  {
    id: 'send-after-shutdown',
    asks: 'What does a send give after shutdown?',
    answer:
      'After SD_SEND or SD_BOTH it fails with WSAESHUTDOWN (10058). SD_RECEIVE leaves the sending side alone: a send goes on as before.',
    profile: 'docs',
    clauses: ['WSAESHUTDOWN:1', 'WSAESHUTDOWN:2'],
    rulings: ['OrderlyClose'],
    words: '10058 WSAESHUTDOWN after shutdown SD_SEND SD_BOTH SD_RECEIVE half close send again',
    accepted: [
      {
        shows: 'a send after SD_SEND gives WSAESHUTDOWN',
        steps: [...connected(), onA('WSPShutdown', { how: 'SD_SEND' }), sends({}, fails('WSAESHUTDOWN'))],
      },
      {
        shows: 'a send after SD_RECEIVE succeeds',
        steps: [...connected(), onA('WSPShutdown', { how: 'SD_RECEIVE' }), sends({}, taken(1000))],
      },
    ],
    rejected: [
      {
        shows: 'a send after SD_SEND succeeds',
        steps: [...connected(), onA('WSPShutdown', { how: 'SD_SEND' }), sends({}, taken(1000))],
        breaks: 'WSAESHUTDOWN:1',
      },
    ],
  },
  {
    id: 'data-at-the-close',
    asks: 'Does closesocket lose data that a send had accepted, and what does SO_LINGER change?',
    answer:
      'By the sibling pages an ordinary close delivers them in the background. With SO_LINGER on and a time of zero the close resets the connection, and what was not sent is lost. The page alone promises neither.',
    profile: 'docs',
    clauses: ['Purpose:2', 'Delivery:1'],
    rulings: ['CloseDelivers', 'LingerZero'],
    words:
      'graceful close without losing data abortive hard close SO_LINGER l_onoff l_linger 0 reset RST lost truncated last bytes disconnect linger overlapped',
    accepted: [
      {
        shows: 'the peer reads all after the close',
        steps: [...connected(), sends({}, taken(1000)), onA('WSPCloseSocket'), peerReads([0, 1000]), peerSeesEnd],
      },
      {
        shows: 'the close of a socket that is not to linger resets the connection',
        steps: [
          ...connected(),
          onA('WSPSetSockOpt', { name: 'SO_LINGER', value: { l_onoff: 1, l_linger: 0 } }),
          sends({}, taken(1000)),
          onA('WSPCloseSocket'),
          { peer: 'error', socket: 'A', errno: 'WSAECONNRESET' },
        ],
      },
    ],
    rejected: [
      {
        shows: 'the stream ends in order before the peer has read all',
        steps: [...connected(), sends({}, taken(1000)), onA('WSPCloseSocket'), peerReads([0, 400]), peerSeesEnd],
        breaks: 'Purpose:2',
      },
      {
        shows: 'an ordinary close resets the connection',
        steps: [...connected(), sends({}, taken(1000)), onA('WSPCloseSocket'), { peer: 'error', socket: 'A', errno: 'WSAECONNRESET' }],
        breaks: 'WSAECONNRESET:1',
      },
    ],
  },
  {
    id: 'network-down',
    asks: 'What does a send give when the network is down?',
    answer: 'WSAENETDOWN (10050), once the network subsystem of the machine has failed, and not before.',
    profile: 'page',
    clauses: ['WSAENETDOWN:1'],
    words: '10050 WSAENETDOWN network subsystem failed down adapter disabled error code interface',
    accepted: [
      {
        shows: 'the code is given after the network has failed',
        steps: [...connected(), { env: 'network.down' }, sends({}, fails('WSAENETDOWN'))],
      },
    ],
    rejected: [
      { shows: 'the code is given without a failure', steps: [...connected(), sends({}, fails('WSAENETDOWN'))], breaks: 'WSAENETDOWN:1' },
    ],
  },
  {
    id: 'reset-of-a-datagram',
    asks: 'Why does a send on a UDP socket give WSAECONNRESET (10054)?',
    answer:
      'A datagram that was sent before was refused by the far end, as where nobody listens on its port. The socket can still be used. Where nothing was refused, the code may not come.',
    profile: 'page',
    clauses: ['WSAECONNRESET:1'],
    words: '10054 UDP datagram ICMP port unreachable SIO_UDP_CONNRESET connection reset SOCK_DGRAM',
    accepted: [
      {
        shows: 'the send after the refusal gives WSAECONNRESET',
        steps: [
          ...connected({ type: 'SOCK_DGRAM' }),
          sends({ buffers: [10] }, taken(10)),
          happens('peer.reset'),
          sends({ buffers: [10] }, fails('WSAECONNRESET')),
        ],
      },
      {
        shows: 'the next one succeeds',
        steps: [
          ...connected({ type: 'SOCK_DGRAM' }),
          sends({ buffers: [10] }, taken(10)),
          happens('peer.reset'),
          sends({ buffers: [10] }, fails('WSAECONNRESET')),
          sends({ buffers: [10] }, taken(10)),
        ],
      },
    ],
    rejected: [
      {
        shows: 'a send gives WSAECONNRESET although nothing was refused',
        steps: [
          ...connected({ type: 'SOCK_DGRAM' }),
          sends({ buffers: [10] }, taken(10)),
          sends({ buffers: [10] }, fails('WSAECONNRESET')),
        ],
        breaks: 'WSAECONNRESET:1',
      },
    ],
  },
];
