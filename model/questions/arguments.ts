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
    words: 'empty zero length zero-byte send without buffers no buffers dwBufferCount 0',
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
    words: 'TCP large send maximum chunk size limit 10040',
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
    words: '10057 10022 not connected not bound send before connect',
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
];
