import { expect, test } from 'vitest';
import { type SocketFact, socketFacts } from '../machines/socket.machine.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import {
  type After,
  begun,
  connect,
  datagrams,
  down,
  ended,
  env,
  failed,
  holding,
  nonblocking,
  ok,
  option,
  overlapped,
  pending,
  posted,
  read,
  result,
  sent,
  settle,
  shutDown,
  step,
  stream,
  worldAfter,
} from './moments.fixture.ts';
import { type Answer, socketFactsOf } from './sendFacts.ts';

/**
 * Every fact of a moment, those that hold and those that do not: a trace shows only what some rule makes of a fact. Where there is no
 * socket each of them can be asked as well.
 */

interface SendMoment extends After {
  readonly call?: object;
  readonly answer?: Answer;
  /** The call that has begun and is answered now. */
  readonly number?: number;
  readonly holds: readonly SocketFact[];
}

const inRoutine = [
  overlapped,
  connect,
  posted(3, 'o1', { routine: true }),
  read([0, 3]),
  step({ call: 'SleepEx', begin: 9 }),
  step({ routine: 'enter', overlapped: 'o1', error: '0', bytes: 3, flags: 0 }),
];

/** All of its bytes, on a stream. */
const whole = ['stream', 'takesAll', 'fits'] as const;

const moments: readonly SendMoment[] = [
  { what: 'on what is no socket', steps: [], holds: ['takesAll', 'fits'] },
  {
    what: 'on what is no socket, with everything that a call can have',
    steps: [],
    call: { buffers: [3, 4], overlapped: 'o1', routine: true, flags: ['MSG_OOB', 'MSG_PARTIAL'], fault: ['buffer'] },
    holds: ['takesPart', 'fits', 'mayFault', 'surelyFaults'],
  },
  { what: 'on a stream that blocks', steps: [stream, connect], holds: [...whole] },
  {
    what: 'on a stream that does not, a part',
    steps: [overlapped, connect, nonblocking],
    answer: { rc: 0, bytes: 2 },
    holds: ['stream', 'overlappedSocket', 'nonblocking', 'takesPart', 'fits'],
  },
  { what: 'more than was asked for', steps: [stream, connect], answer: { rc: 0, bytes: 4 }, holds: ['stream', 'takesTooMuch', 'fits'] },
  { what: 'nothing of something', steps: [stream, connect], answer: { rc: 0, bytes: 0 }, holds: ['stream', 'fits'] },
  {
    what: 'without the count that it must report',
    steps: [stream, connect],
    answer: { rc: 0 },
    holds: ['stream', 'fits', 'countUnwritten'],
  },
  {
    what: 'without a count, where there is no pointer for it',
    steps: [overlapped, connect],
    call: { count: false, overlapped: 'o1' },
    answer: { rc: 0 },
    holds: ['stream', 'overlappedIo', 'overlappedSocket', 'takesAll', 'fits'],
  },
  {
    what: 'pending with a count',
    steps: [overlapped, connect],
    call: { overlapped: 'o1' },
    answer: { ...pending, bytes: 0 },
    holds: ['stream', 'overlappedIo', 'overlappedSocket', 'fits', 'countUnwritten'],
  },
  {
    what: 'an OVERLAPPED on a socket that ignores it',
    steps: [stream, connect],
    call: { overlapped: 'o1' },
    holds: ['stream', 'ignoresOverlapped', 'takesAll', 'fits'],
  },
  {
    what: 'a routine and no OVERLAPPED',
    steps: [overlapped, connect],
    call: { routine: true },
    holds: ['stream', 'overlappedSocket', 'onlyRoutine', 'takesAll', 'fits'],
  },
  {
    what: 'a routine that is none, and no OVERLAPPED',
    steps: [overlapped, connect],
    call: { routine: false },
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits'],
  },
  { what: 'a routine on a socket without the flag', steps: [stream, connect], call: { routine: true }, holds: [...whole] },
  {
    what: 'no buffers, of which one is bad',
    steps: [stream, connect],
    call: { buffers: [], fault: 'buffer' },
    answer: { rc: 0, bytes: 0 },
    holds: ['stream', 'zeroBuffers', 'takesAll', 'fits', 'mayFault'],
  },
  {
    what: 'an empty last buffer that is bad',
    steps: [stream, connect],
    call: { buffers: [3, 0], fault: ['buffer'] },
    holds: [...whole, 'mayFault'],
  },
  {
    what: 'a bad count, by the page',
    profile: 'page',
    steps: [stream, connect],
    call: { fault: 'lpNumberOfBytesSent' },
    answer: { rc: 0 },
    holds: [...whole, 'mayFault'],
  },
  {
    what: 'a bad count, by its siblings',
    steps: [stream, connect],
    call: { fault: ['lpNumberOfBytesSent'] },
    answer: { rc: 0 },
    holds: [...whole, 'mayFault', 'surelyFaults'],
  },
  {
    what: 'no pointer for the count, and no OVERLAPPED',
    steps: [stream, connect],
    call: { count: false },
    answer: { rc: 0 },
    holds: [...whole, 'mayFault', 'surelyFaults'],
  },
  {
    what: 'a message of the maximum',
    steps: [datagrams, connect, step({ call: 'WSPGetSockOpt', name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 3 } })],
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayHaveUnconsumed'],
  },
  {
    what: 'a message above it',
    steps: [datagrams, connect, step({ call: 'WSPGetSockOpt', name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 2 } })],
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayBeOversize', 'surelyOversize', 'mayHaveUnconsumed'],
  },
  {
    what: 'a message of which no maximum is known',
    steps: [datagrams, connect],
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayBeOversize', 'mayHaveUnconsumed'],
  },
  {
    what: 'an empty message of which none is known',
    steps: [datagrams, connect],
    call: { buffers: [0] },
    answer: { rc: 0, bytes: 0 },
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayHaveUnconsumed'],
  },
  {
    what: 'a broadcast',
    steps: [datagrams, step({ call: 'WSPConnect', to: 'broadcast', returns: ok })],
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayBeOversize', 'broadcastForbidden', 'mayHaveUnconsumed'],
  },
  {
    what: 'a broadcast that is allowed',
    steps: [datagrams, step({ call: 'WSPConnect', to: 'broadcast', returns: ok }), option('SO_BROADCAST', 1)],
    holds: ['overlappedSocket', 'takesAll', 'fits', 'mayBeOversize', 'mayHaveUnconsumed'],
  },
  { what: 'after a reset', steps: [stream, connect, env('peer.reset')], holds: [...whole, 'mayBeReset'] },
  {
    what: 'after a reset that has arrived',
    steps: [stream, connect, env('peer.reset'), settle],
    holds: [...whole, 'surelyBroken', 'mayBeReset'],
  },
  {
    what: 'after a reset that was reported',
    steps: [stream, connect, env('peer.reset'), failed('WSAECONNRESET')],
    holds: [...whole, 'surelyBroken', 'mayBeReset', 'resetReported', 'mayHaveUnconsumed'],
  },
  {
    what: 'after a time-out of the circuit',
    steps: [stream, connect, env('circuit.timeout'), settle],
    holds: [...whole, 'surelyBroken', 'mayBeTimedOut'],
  },
  { what: 'after a keep-alive', steps: [stream, connect, env('keepalive.failed')], holds: [...whole, 'mayBeKeepAliveFailed'] },
  {
    what: 'after an order to send no more on either side',
    steps: [stream, connect, env('peer.close'), shutDown('SD_BOTH')],
    holds: [...whole, 'mayBeReset', 'orderlyClosed', 'shutDownBoth'],
  },
  {
    what: 'after the peer closed, and a reset',
    steps: [stream, connect, env('peer.close'), env('peer.reset'), shutDown('SD_SEND')],
    holds: [...whole, 'mayBeReset'],
  },
  { what: 'after the peer closed', steps: [stream, connect, env('peer.close')], holds: [...whole, 'mayBeReset'] },
  {
    what: 'closed in order, and begun before',
    steps: [stream, connect, begun(1), env('peer.close'), shutDown('SD_SEND')],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: [...whole, 'mayBeReset'],
  },
  {
    what: 'closed in order, and begun after',
    steps: [stream, connect, env('peer.close'), shutDown('SD_SEND'), begun(1)],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: [...whole, 'mayBeReset', 'orderlyClosed'],
  },
  { what: 'while the network fails', steps: [stream, connect, down], holds: [...whole, 'networkMayBeDown'] },
  {
    what: 'once it has failed',
    steps: [stream, connect, down, settle],
    holds: [...whole, 'surelyBroken', 'networkMayBeDown', 'networkSurelyDown'],
  },
  {
    what: 'once its failure was reported',
    steps: [stream, connect, down, failed('WSAENETDOWN')],
    holds: [...whole, 'networkMayBeDown', 'networkSurelyDown', 'mayHaveUnconsumed'],
  },
  {
    what: 'begun before its failure was reported',
    steps: [stream, connect, begun(1), down, failed('WSAENETDOWN')],
    number: 1,
    holds: ['stream', 'takesPart', 'fits', 'networkMayBeDown', 'mayHaveUnconsumed'],
  },
  {
    what: 'begun after its failure was reported',
    steps: [stream, connect, down, failed('WSAENETDOWN'), begun(1)],
    number: 1,
    holds: ['stream', 'takesPart', 'fits', 'networkMayBeDown', 'networkSurelyDown', 'mayHaveUnconsumed'],
  },
  { what: 'during a call that blocks', steps: [stream, connect, begun(1)], holds: [...whole, 'mayBeInProgress', 'mayHaveUnconsumed'] },
  { what: 'the call that blocks', steps: [stream, connect, begun(1)], number: 1, answer: { rc: 0, bytes: 5 }, holds: [...whole] },
  { what: 'after a call that blocked and is over', steps: [stream, connect, begun(1), ended(1)], holds: [...whole, 'mayHaveUnconsumed'] },
  {
    what: 'begun during a call that blocked and is over',
    steps: [stream, connect, begun(1), begun(2), ended(1)],
    number: 2,
    holds: ['stream', 'takesPart', 'fits', 'mayBeInProgress', 'mayHaveUnconsumed'],
  },
  {
    what: 'on another thread than a routine runs on',
    steps: inRoutine,
    call: { thread: 't2' },
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'othersOutstanding'],
  },
  {
    what: 'inside a routine',
    steps: inRoutine,
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'insideRoutine', 'othersOutstanding'],
  },
  {
    what: 'elsewhere than a routine runs, by the page',
    profile: 'page',
    steps: inRoutine,
    call: { thread: 't2' },
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'insideRoutine', 'othersOutstanding'],
  },
  {
    what: 'interrupted',
    steps: [stream, connect, begun(1), step({ call: 'WSPCancelBlockingCall', thread: 't1', returns: ok })],
    number: 1,
    holds: ['stream', 'takesPart', 'fits', 'interrupted'],
  },
  { what: 'behind bytes that wait', steps: [stream, connect, sent(3)], holds: [...whole, 'mayHaveUnconsumed'] },
  { what: 'behind bytes that have been read', steps: [stream, connect, sent(3), read([0, 3])], holds: [...whole] },
  {
    what: 'begun behind bytes that have been read since',
    steps: [stream, connect, sent(3), begun(1, { fill: 3 }), read([0, 3])],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: [...whole, 'mayHaveUnconsumed'],
  },
  {
    what: 'while an operation is outstanding',
    steps: [overlapped, connect, posted(3, 'o1')],
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'mayHaveUnconsumed', 'othersOutstanding'],
  },
  {
    what: 'after one that was reported as over',
    steps: [overlapped, connect, posted(3, 'o1'), result('o1', { rc: 0, bytes: 3 })],
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'mayHaveUnconsumed'],
  },
  {
    what: 'while the routine of another has yet to run',
    steps: [overlapped, connect, posted(3, 'o1', { routine: true }), result('o1', { rc: 0, bytes: 3 })],
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits', 'mayHaveUnconsumed', 'othersOutstanding'],
  },
  {
    what: 'while only its own operation is outstanding',
    steps: [overlapped, connect, begun(1, { overlapped: 'o1' })],
    number: 1,
    answer: pending,
    holds: ['stream', 'overlappedIo', 'overlappedSocket', 'nonblocking', 'fits'],
  },
  {
    what: 'under a close',
    steps: [stream, connect, step({ call: 'WSPCloseSocket', thread: 't2', begin: 2 })],
    holds: [...whole, 'interrupted', 'closedMeanwhile'],
  },
  {
    what: 'begun before a close',
    steps: [stream, connect, begun(1), step({ call: 'WSPCloseSocket', thread: 't2', begin: 2 })],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: [...whole, 'interrupted', 'closedMeanwhile'],
  },
  {
    what: 'begun after a shutdown and before a close',
    steps: [
      stream,
      connect,
      step({ call: 'WSPShutdown', how: 'SD_SEND', returns: ok }),
      begun(1),
      step({ call: 'WSPCloseSocket', thread: 't2', begin: 2 }),
    ],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: ['stream', 'takesAll', 'fits', 'closedMeanwhile'],
  },
  {
    what: 'with a time-out, and no route',
    steps: [stream, connect, option('SO_SNDTIMEO', 5), env('route.lost')],
    holds: [...whole, 'mayTimeOut', 'routeMayBeLost'],
  },
  { what: 'with no route anywhere', steps: [stream, connect, { env: 'route.lost' }], holds: [...whole, 'routeMayBeLost'] },
  {
    what: 'where it was seen writable',
    steps: [stream, connect, nonblocking, step({ poll: 'writable', ready: true })],
    holds: ['stream', 'nonblocking', 'takesAll', 'fits', 'seenWritable'],
  },
  {
    what: 'of no bytes where it was seen writable',
    steps: [stream, connect, nonblocking, step({ poll: 'writable', ready: true })],
    call: { buffers: [0] },
    answer: { rc: 0, bytes: 0 },
    holds: ['stream', 'nonblocking', 'takesAll', 'fits'],
  },
  {
    what: 'begun where it was seen writable before',
    steps: [stream, connect, nonblocking, step({ poll: 'writable', ready: true }), begun(1)],
    number: 1,
    holds: ['stream', 'nonblocking', 'takesPart', 'fits'],
  },
  {
    what: 'where there is room for certain',
    steps: [stream, connect, nonblocking, sent(3), failed('WSAEWOULDBLOCK'), read([0, 3]), settle],
    holds: ['stream', 'nonblocking', 'takesAll', 'fits', 'surelyHasRoom'],
  },
  {
    what: 'the same where nothing was refused',
    steps: [stream, connect, nonblocking, sent(3), read([0, 3]), settle],
    holds: ['stream', 'nonblocking', 'takesAll', 'fits'],
  },
  {
    what: 'to a far end of which nothing is known',
    steps: [stream, connect, env('peer.unseen')],
    holds: [...whole, 'mayBeReset', 'mayBeTimedOut', 'mayBeKeepAliveFailed', 'networkMayBeDown'],
  },
  {
    what: 'with an OVERLAPPED and a routine',
    steps: [overlapped, connect],
    call: { overlapped: 'o1', routine: true },
    holds: ['stream', 'overlappedIo', 'overlappedSocket', 'takesAll', 'fits'],
  },
  { what: 'a routine alone, on what is no socket', steps: [], call: { routine: true }, holds: ['takesAll', 'fits'] },
  {
    what: 'that fails and counts all',
    steps: [stream, connect],
    answer: { rc: -1, errno: 'WSAENOBUFS', bytes: 3 },
    holds: ['stream', 'fits', 'countUnwritten'],
  },
  {
    what: 'after one that was reported as over while its call is under way',
    steps: [overlapped, connect, begun(1, { overlapped: 'o1' }), read([0, 5]), result('o1', { rc: 0, bytes: 5 })],
    holds: ['stream', 'overlappedSocket', 'takesAll', 'fits'],
  },
  {
    what: 'begun before it was seen writable',
    steps: [stream, connect, nonblocking, begun(1), step({ poll: 'writable', ready: true })],
    number: 1,
    answer: { rc: 0, bytes: 5 },
    holds: ['stream', 'nonblocking', 'takesAll', 'fits'],
  },
  {
    what: 'a datagram, where nothing waits',
    steps: [datagrams, connect, nonblocking, failed('WSAEWOULDBLOCK'), settle],
    holds: ['overlappedSocket', 'nonblocking', 'takesAll', 'fits', 'mayBeOversize', 'mayHaveUnconsumed'],
  },
  {
    what: 'of a side that is shut, where nothing waits',
    steps: [stream, connect, nonblocking, sent(3), failed('WSAEWOULDBLOCK'), read([0, 3]), shutDown('SD_SEND'), settle],
    holds: ['stream', 'nonblocking', 'takesAll', 'fits'],
  },
];

test.each(moments)('the facts of a send: $what', ({ call, answer = { rc: 0, bytes: 3 }, number, holds, ...after }) => {
  const world = worldAfter(after);
  const named = world.sockets.get('A');
  const record = number === undefined ? undefined : world.begun.get(number)!;
  const made = (record?.call ?? { call: 'WSPSend', socket: 'A', buffers: [3], ...call }) as WSPSendCall;
  const facts = socketFactsOf(world, named, made, answer, { circuit: named?.circuit ?? world.tables.circuit.initial, record });
  expect(holding(socketFacts, facts)).toEqual(holds);
});
