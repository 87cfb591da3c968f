/** Questions about what is given to a send: sizes, flags, sockets. */

import type { AskedQuestion } from './question.ts';
import { connected, fails, onA, overlappedStream, peerReads, pends, posts, sends, taken } from './steps.ts';

const datagram = connected({ type: 'SOCK_DGRAM' });
const maximum = (bytes: number): object => onA('WSPGetSockOpt', { name: 'SO_MAX_MSG_SIZE' }, { rc: 0, value: bytes });
const toBroadcast = [onA('WSPSocket', { type: 'SOCK_DGRAM' }), onA('WSPConnect', { to: 'broadcast' })];

export const aboutArguments: readonly AskedQuestion[] = [
  {
    id: 'zero-bytes',
    asks: 'What does a send of zero bytes or of no buffers do?',
    answer:
      'It succeeds with a count of zero. On a datagram socket the peer gets an empty datagram, on a stream nothing at all. An array of no buffers is the same by the sibling pages; by the page alone it may be refused.',
    profile: 'docs',
    clauses: ['dwBufferCount:1', 'Purpose:3', 'Return:1'],
    rulings: ['D10'],
    words: 'empty zero length zero-byte send without buffers no buffers dwBufferCount 0 len WSABUF UDP packet bytes',
    askedAt: ['https://github.com/dotnet/runtime/pull/51473'],
    accepted: [
      { shows: 'a stream send of an empty buffer returns zero', steps: [...connected(), sends({ buffers: [0] }, taken(0))] },
      { shows: 'the peer gets an empty datagram', steps: [...datagram, sends({ buffers: [0] }, taken(0)), peerReads()] },
    ],
    rejected: [
      {
        shows: 'an array of no buffers gives WSAEINVAL',
        steps: [...connected(), sends({ buffers: [] }, fails('WSAEINVAL'))],
        breaks: 'WSAEINVAL:1',
      },
      {
        shows: 'an empty buffer gives WSAEFAULT',
        steps: [...connected(), sends({ buffers: [0] }, fails('WSAEFAULT'))],
        breaks: 'WSAEFAULT:1',
      },
    ],
  },
  {
    id: 'datagram-too-large',
    asks: 'What happens when a datagram is larger than the transport can carry?',
    answer:
      'The send fails with WSAEMSGSIZE, and nothing of it goes out. SO_MAX_MSG_SIZE has the limit. An overlapped send on Windows pends first, and then ends with that code.',
    profile: 'page',
    clauses: ['WSAEMSGSIZE:1', 'MessageSize:4', 'MessageSize:2'],
    rulings: ['M2'],
    words: '10040 UDP message too long fragment truncated maximum size SO_MAX_MSG_SIZE 65507',
    askedAt: ['http://support.microsoft.com/kb/822061'],
    accepted: [
      { shows: 'the send gives WSAEMSGSIZE', steps: [...datagram, maximum(512), sends({ buffers: [513] }, fails('WSAEMSGSIZE'))] },
    ],
    rejected: [
      { shows: 'the send succeeds', steps: [...datagram, maximum(512), sends({ buffers: [513] }, taken(513))], breaks: 'WSAEMSGSIZE:1' },
      {
        shows: 'as much goes out as fits',
        steps: [...datagram, maximum(512), sends({ buffers: [513] }, taken(512))],
        breaks: 'MessageSize:4',
      },
    ],
  },
  {
    id: 'stream-too-large',
    asks: 'May a send on a stream give WSAEMSGSIZE because it is too long?',
    answer: 'No. A stream has no messages and no greatest size of one; a long send waits, pends or takes a part.',
    profile: 'page',
    clauses: ['WSAEMSGSIZE:1', 'Nonoverlapped:4', 'Nonoverlapped:5'],
    words:
      'TCP large send maximum chunk size limit 10040 how large big huge size maximum length in one call at once 100 MB 1 GB 64K limit of one send split chunks 1GB',
    askedAt: ['https://library.thedatadungeon.com/msdn-2000-04/kbwindev/Source/win32sdk/q201213.content.htm'],
    accepted: [
      { shows: 'a send of a hundred megabytes pends', steps: [...overlappedStream, posts('o1', pends, { buffers: [100_000_000] })] },
    ],
    rejected: [
      {
        shows: 'a send of a hundred megabytes gives WSAEMSGSIZE',
        steps: [...overlappedStream, posts('o1', fails('WSAEMSGSIZE'), { buffers: [100_000_000] })],
        breaks: 'WSAEMSGSIZE:1',
      },
    ],
  },
  {
    id: 'partial-on-a-stream',
    asks: 'What does MSG_PARTIAL do on a stream?',
    answer:
      'The page does not say. A provider may support it, and then it changes nothing, or give WSAEOPNOTSUPP; both are permitted. Bytes and counts are those of any send.',
    profile: 'page',
    clauses: ['MSG_PARTIAL:1', 'MSG_PARTIAL:2', 'WSAEOPNOTSUPP:3'],
    rulings: ['PartialOnStream'],
    words: 'flag SocketFlags.Partial TCP message 10045',
    askedAt: ['https://github.com/dotnet/corefx/issues/35375'],
    accepted: [
      { shows: 'the send succeeds', steps: [...connected(), sends({ flags: ['MSG_PARTIAL'] }, taken(1000))] },
      { shows: 'the flag is not supported', steps: [...connected(), sends({ flags: ['MSG_PARTIAL'] }, fails('WSAEOPNOTSUPP'))] },
    ],
    rejected: [
      {
        shows: 'WSAEOPNOTSUPP without any flag',
        steps: [...connected(), sends({}, fails('WSAEOPNOTSUPP'))],
        breaks: 'WSAEOPNOTSUPP:3',
      },
    ],
  },
  {
    id: 'out-of-band-on-datagrams',
    asks: 'Does MSG_OOB work on a datagram socket?',
    answer: 'No: out-of-band data are for streams alone, and the send gives WSAEOPNOTSUPP. On a stream it may be supported or not.',
    profile: 'page',
    clauses: ['WSAEOPNOTSUPP:1', 'WSAEOPNOTSUPP:2', 'MSG_OOB:1'],
    words: 'urgent data flag MSG_OOB SOCK_DGRAM UDP out of band 10045',
    askedAt: ['https://github.com/microsoft/WSL/issues/989'],
    accepted: [
      { shows: 'on a datagram socket it is refused', steps: [...datagram, sends({ flags: ['MSG_OOB'] }, fails('WSAEOPNOTSUPP'))] },
      { shows: 'on a stream it is sent', steps: [...connected(), sends({ flags: ['MSG_OOB'] }, taken(1000))] },
    ],
    rejected: [
      {
        shows: 'on a datagram socket it is sent',
        steps: [...datagram, sends({ flags: ['MSG_OOB'] }, taken(1000))],
        breaks: 'WSAEOPNOTSUPP:1',
      },
    ],
  },
  {
    id: 'broadcast-without-the-option',
    asks: 'Why does a send to a broadcast address give WSAEACCES?',
    answer: 'Because SO_BROADCAST is not set. Windows checks that when the socket is connected, and not when it sends.',
    profile: 'page',
    clauses: ['WSAEACCES:1'],
    rulings: ['M5'],
    words: '10013 permission denied broadcast UDP SO_BROADCAST',
    askedAt: ['https://mail.winehq.org/mailman3/hyperkitty/list/wine-devel@winehq.org/message/LOFZTTOZO5S2FL3LFC5W4LAQWN2CNNT4'],
    accepted: [{ shows: 'without the option the send is refused', steps: [...toBroadcast, sends({}, fails('WSAEACCES'))] }],
    rejected: [
      { shows: 'without the option the send succeeds', steps: [...toBroadcast, sends({}, taken(1000))], breaks: 'WSAEACCES:1' },
      { shows: 'the address is no broadcast address', steps: [...datagram, sends({}, fails('WSAEACCES'))], breaks: 'WSAEACCES:1' },
    ],
  },
  {
    id: 'unbound-or-not-connected',
    asks: 'Which code does a socket give that was never connected, WSAENOTCONN or WSAEINVAL?',
    answer:
      'WSAENOTCONN. WSAEINVAL too while it is not bound, since both rows apply and the page ranks no errors. Windows gives WSAENOTCONN alone.',
    profile: 'page',
    clauses: ['WSAENOTCONN:1', 'WSAEINVAL:1'],
    rulings: ['M4', 'D8'],
    words: '10057 10022 not connected not bound send before connect unconnected UDP datagram to UDP socket without bind',
    accepted: [
      { shows: 'an unbound socket gives WSAENOTCONN', steps: [onA('WSPSocket', { type: 'SOCK_STREAM' }), sends({}, fails('WSAENOTCONN'))] },
      { shows: 'an unbound socket gives WSAEINVAL', steps: [onA('WSPSocket', { type: 'SOCK_STREAM' }), sends({}, fails('WSAEINVAL'))] },
    ],
    rejected: [
      {
        shows: 'a bound socket gives WSAEINVAL',
        steps: [onA('WSPSocket', { type: 'SOCK_STREAM' }), onA('WSPBind'), sends({}, fails('WSAEINVAL'))],
        breaks: 'WSAEINVAL:1',
      },
    ],
  },
  {
    id: 'bad-pointer',
    asks: 'Why does a send give WSAEFAULT (10014)?',
    answer:
      'A pointer that it was given is not valid: the array, the data of a buffer, or lpNumberOfBytesSent. Nothing is sent. A null data pointer, a freed buffer or a wrong length is the usual cause; with valid pointers the code may not come.',
    profile: 'page',
    clauses: ['WSAEFAULT:1'],
    words: '10014 bad address invalid pointer NULL buffer access violation user address space',
    accepted: [
      { shows: 'the send of a bad buffer gives WSAEFAULT', steps: [...connected(), sends({ fault: 'buffer' }, fails('WSAEFAULT'))] },
    ],
    rejected: [
      {
        shows: 'the send of a bad buffer succeeds',
        steps: [...connected(), sends({ fault: 'buffer' }, taken(1000))],
        breaks: 'WSAEFAULT:1',
      },
      {
        shows: 'a send with valid pointers gives WSAEFAULT',
        steps: [...connected(), sends({}, fails('WSAEFAULT'))],
        breaks: 'WSAEFAULT:1',
      },
    ],
  },
  {
    id: 'not-a-socket',
    asks: 'Why does a send give WSAENOTSOCK (10038)?',
    answer: 'The descriptor is no socket, most often because it was closed before. A socket that was closed gives this code and no other.',
    profile: 'page',
    clauses: ['WSAENOTSOCK:1', 's:1'],
    words: '10038 closed socket handle invalid descriptor after closesocket INVALID_SOCKET use after close',
    accepted: [
      {
        shows: 'a send after the close gives WSAENOTSOCK',
        steps: [...connected(), onA('WSPCloseSocket'), sends({}, fails('WSAENOTSOCK'))],
      },
    ],
    rejected: [
      {
        shows: 'a send after the close gives WSAENOTCONN',
        steps: [...connected(), onA('WSPCloseSocket'), sends({}, fails('WSAENOTCONN'))],
        breaks: 'WSAENOTSOCK:1',
      },
    ],
  },
  {
    id: 'flags-of-a-send',
    asks: 'Which flags does a send take, and what if one is not supported?',
    answer:
      'MSG_DONTROUTE, MSG_OOB and MSG_PARTIAL. One that the socket cannot honour gives WSAEOPNOTSUPP; MSG_DONTROUTE may be ignored, and so never fails.',
    profile: 'page',
    clauses: ['WSAEOPNOTSUPP:1', 'MSG_DONTROUTE:2', 'Flags:2'],
    rulings: ['PartialOnStream'],
    words: 'dwFlags MSG_DONTROUTE MSG_OOB MSG_PARTIAL accept supported WSAEOPNOTSUPP 10045 which flag combination routing table',
    accepted: [
      {
        shows: 'a send with MSG_DONTROUTE goes out as any other',
        steps: [...connected(), sends({ flags: ['MSG_DONTROUTE'] }, taken(1000))],
      },
    ],
    rejected: [
      {
        shows: 'MSG_DONTROUTE gives WSAEOPNOTSUPP',
        steps: [...connected(), sends({ flags: ['MSG_DONTROUTE'] }, fails('WSAEOPNOTSUPP'))],
        breaks: 'WSAEOPNOTSUPP:1',
      },
    ],
  },
  {
    id: 'out-of-band-on-a-stream',
    asks: 'Which byte of a send with MSG_OOB is urgent?',
    answer:
      'The last one: the peer reads that byte apart, and all before it in the stream. A stream that knows no urgent data gives WSAEOPNOTSUPP.',
    profile: 'page',
    clauses: ['MSG_OOB:1', 'WSAEOPNOTSUPP:1', 'Order:2'],
    words: 'urgent data out of band OOB stream TCP last byte SO_OOBINLINE',
    accepted: [
      {
        shows: 'the peer reads the last of five bytes as urgent',
        steps: [
          ...connected(),
          sends({ buffers: [5], flags: ['MSG_OOB'] }, taken(5)),
          { peer: 'recv', socket: 'A', runs: [[4, 1]], oob: true },
        ],
      },
    ],
    rejected: [
      {
        shows: 'the peer reads the first of them as urgent',
        steps: [
          ...connected(),
          sends({ buffers: [5], flags: ['MSG_OOB'] }, taken(5)),
          { peer: 'recv', socket: 'A', runs: [[0, 1]], oob: true },
        ],
        breaks: 'MSG_OOB:1',
      },
    ],
  },
];
