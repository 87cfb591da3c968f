import { describe, expect, test } from 'vitest';
import { circuitFacts } from '../machines/circuit.machine.ts';
import { type DeliveryFact, deliveryFacts } from '../machines/delivery.machine.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { circuitFactsOf, deliveryFactsOf } from './circuitFacts.ts';
import {
  type After,
  cancel,
  close,
  connect,
  env,
  holding,
  ok,
  option,
  overlapped,
  posted,
  shutDown,
  step,
  stream,
  worldAfter,
} from './moments.fixture.ts';

/**
 * Every fact of a moment, those that hold and those that do not: a trace shows only what some rule makes of a fact. Where there is no
 * socket each of them can be asked as well.
 */

const lingering = (seconds: number): TraceStep => option('SO_LINGER', { l_onoff: 1, l_linger: seconds });
const onB = (one: object): TraceStep => ({ ...one, socket: 'B' }) as TraceStep;

interface PeerMoment extends After {
  readonly isTaken?: boolean;
  readonly holds: readonly DeliveryFact[];
}

const moments: readonly PeerMoment[] = [
  { what: 'of a stream', steps: [stream, connect], holds: [] },
  { what: 'of what was sent', steps: [stream, connect], isTaken: true, holds: ['continues', 'complete', 'isNext', 'isOffered', 'wasSent'] },
  { what: 'once the sending side is shut down', steps: [stream, connect, shutDown('SD_SEND')], holds: ['mayEnd'] },
  { what: 'once the receiving side is', steps: [stream, connect, shutDown('SD_RECEIVE')], holds: [] },
  { what: 'once it is closed', steps: [stream, connect, close], holds: ['mayEnd'] },
  { what: 'once it is closed, by the page', profile: 'page', steps: [stream, connect, close], holds: ['mayEnd', 'mayBeLost', 'caused'] },
  { what: 'once it is closed hard', steps: [stream, connect, lingering(0), close], holds: ['mayBeLost', 'caused'] },
  {
    what: 'once it is closed hard, by the page',
    profile: 'page',
    steps: [stream, connect, lingering(0), close],
    holds: ['mayEnd', 'mayBeLost', 'caused'],
  },
  {
    what: 'once it was shut down and is closed hard',
    steps: [stream, connect, lingering(0), shutDown('SD_SEND'), close],
    holds: ['mayEnd', 'mayBeLost', 'caused'],
  },
  { what: 'once it is closed and lingers', steps: [stream, connect, lingering(5), close], holds: ['mayEnd', 'caused'] },
  { what: 'that lingers', steps: [stream, connect, lingering(5)], holds: [] },
  { what: 'while it is being closed', steps: [stream, connect, step({ call: 'WSPCloseSocket', begin: 1 })], holds: ['mayEnd'] },
  { what: 'while another is being closed', steps: [stream, connect, onB(stream), onB({ call: 'WSPCloseSocket', begin: 1 })], holds: [] },
  {
    what: 'while it is being shut down',
    steps: [stream, connect, step({ call: 'WSPShutdown', how: 'SD_BOTH', begin: 1 })],
    holds: ['mayEnd'],
  },
  {
    what: 'while its receiving side is being shut down',
    steps: [stream, connect, step({ call: 'WSPShutdown', how: 'SD_RECEIVE', begin: 1 })],
    holds: [],
  },
  { what: 'while something else goes on', steps: [stream, connect, step({ call: 'WSPSend', buffers: [1], begin: 1 })], holds: [] },
  { what: 'of which a send may have ended early', steps: [overlapped, connect, posted(3, 'o1'), cancel], holds: ['caused'] },
  { what: 'after a reset of its own', steps: [stream, connect, env('peer.reset')], holds: ['caused'] },
  {
    what: 'after an error that its own receive reported',
    steps: [stream, connect, step({ call: 'WSPRecv', returns: { rc: -1, errno: 'WSAECONNABORTED' } })],
    holds: ['caused'],
  },
  { what: 'while the network fails elsewhere', steps: [stream, connect, onB(stream), onB({ env: 'network.down' })], holds: ['caused'] },
  {
    what: 'after a close with something unread',
    steps: [stream, connect, step({ call: 'WSPCloseSocket', unread: 3, returns: ok })],
    holds: ['mayEnd', 'caused'],
  },
];

describe('the facts about what the peer sees', () => {
  test.each(moments)('$what', ({ isTaken = false, holds, ...after }) => {
    const world = worldAfter(after);
    expect(holding(deliveryFacts, deliveryFactsOf(world, world.sockets.get('A')!, isTaken))).toEqual(holds);
  });
});

describe('what an error says of the circuit', () => {
  test.each([
    ['WSAECONNABORTED', 'nothing that happened', [], []],
    ['WSAECONNRESET', 'nothing that happened', [], ['reset']],
    ['WSAECONNABORTED', 'a reset', [env('peer.reset')], ['reset']],
    ['WSAECONNABORTED', 'a close of the peer', [env('peer.close')], ['reset']],
    ['WSAENETRESET', 'a keep-alive', [env('keepalive.failed')], []],
  ] as const)('%s after %s', (status, what, steps, holds) => {
    const world = worldAfter({ what, steps: [stream, connect, ...steps] });
    expect(holding(circuitFacts, circuitFactsOf(world.sockets.get('A')!, status))).toEqual(holds);
  });
});
