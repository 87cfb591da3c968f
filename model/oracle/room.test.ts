import { expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import { socketFacts } from '../machines/socket.machine.ts';
import type { TraceStep, WSPSendCall } from '../winsock/trace.ts';
import { connect, datagrams, holding, nonblocking, overlapped, stream, worldAfter } from './moments.fixture.ts';
import { type Answer, socketFactsOf } from './sendFacts.ts';

/** Whether an answer goes with the room that somebody says there is: a send of three bytes, as `wspsend ask` supposes it. */

const partly = [stream, connect, nonblocking];
const whole = [datagrams, connect, nonblocking];
const unheld = [overlapped, connect, nonblocking];
const noRoom: Answer = { rc: -1, errno: 'WSAEWOULDBLOCK' };
const taking = (bytes?: number): Answer => ({ rc: 0, ...(bytes !== undefined && { bytes }) });

interface Row {
  readonly what: string;
  readonly steps: readonly TraceStep[];
  readonly room: number;
  readonly answer: Answer;
  readonly fits: boolean;
  readonly call?: object;
  readonly profile?: Profile;
}

const rows: readonly Row[] = [
  { what: 'a stream takes what there is room for', steps: partly, room: 2, answer: taking(2), fits: true },
  { what: 'a stream takes less', steps: partly, room: 2, answer: taking(1), fits: false },
  { what: 'a stream takes more', steps: partly, room: 2, answer: taking(3), fits: false },
  { what: 'a stream takes all of it', steps: partly, room: 4, answer: taking(3), fits: true },
  { what: 'a stream says nothing of how much', steps: partly, room: 3, answer: taking(), fits: true },
  { what: 'a stream finds no room where there is none', steps: partly, room: 0, answer: noRoom, fits: true },
  { what: 'a stream finds no room where there is some', steps: partly, room: 1, answer: noRoom, fits: false },
  { what: 'a stream fails otherwise', steps: partly, room: 1, answer: { rc: -1, errno: 'WSAENOBUFS' }, fits: true },
  { what: 'a stream that takes all or nothing', steps: partly, room: 2, answer: taking(3), fits: true, profile: 'msafd' },
  { what: 'a datagram of that length', steps: whole, room: 3, answer: taking(3), fits: true },
  { what: 'a datagram that is longer', steps: whole, room: 2, answer: taking(3), fits: false },
  { what: 'a datagram finds no room where it is longer', steps: whole, room: 2, answer: noRoom, fits: true },
  { what: 'a datagram finds no room where it fits', steps: whole, room: 3, answer: noRoom, fits: false },
  { what: 'a datagram, where a stream takes all or nothing', steps: whole, room: 2, answer: taking(3), fits: false, profile: 'msafd' },
  { what: 'a send that blocks', steps: [stream, connect], room: 1, answer: taking(3), fits: true },
  { what: 'an overlapped send is not refused for it', steps: unheld, room: 1, answer: noRoom, fits: true, call: { overlapped: 'o1' } },
  {
    what: 'an overlapped send that completes at once',
    steps: unheld,
    room: 1,
    answer: taking(3),
    fits: false,
    call: { overlapped: 'o1' },
    profile: 'msafd',
  },
];

test.each(rows)('with room for $room: $what', ({ answer, fits, call, ...after }) => {
  const world = worldAfter(after);
  const socket = world.sockets.get('A')!;
  const made = { call: 'WSPSend', socket: 'A', buffers: [3], ...call } as WSPSendCall;
  const facts = socketFactsOf(world, socket, made, answer, { circuit: socket.circuit, record: undefined });
  expect(holding(socketFacts, facts).includes('fits')).toBe(fits);
});
