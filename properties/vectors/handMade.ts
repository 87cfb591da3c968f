/**
 * Vectors for what the bounded model has no steps for: an OVERLAPPED whose name is used again, completion ports, readiness, routes. Their
 * verdicts are stated here by hand, and the oracle is held to them like to those that the model computed.
 */

import { type PerProfile, profiles } from '../../model/clauses/profiles.ts';
import type { RulingId } from '../../model/clauses/rulings.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import { againstOracle } from './generate.ts';
import { Unfinished } from './unfinished.ts';
import { type Vector, vectorId, vectorVersion } from './vector.ts';

const posts = (returns: object): object => ({
  call: 'WSPSend',
  socket: 'A',
  buffers: [1000],
  overlapped: 'o1',
  event: true,
  returns,
});

const connected = (overlapped: boolean): readonly object[] => [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped, returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
];
const nonblocking = { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: { rc: 0 } };
const sends = (returns: object): object => ({ call: 'WSPSend', socket: 'A', buffers: [1000], returns });

interface Stated {
  readonly ruling: RulingId;
  readonly comment: string;
  /** The line at which the profiles that do not accept it reject it; the header is line 1. */
  readonly line: number;
  readonly accepted: PerProfile<boolean>;
  readonly steps: readonly object[];
}

const byHand: readonly Stated[] = [
  {
    ruling: 'EventReset',
    comment: 'the event of an OVERLAPPED that is used again is still set while the new send is pending',
    line: 8,
    accepted: { page: true, docs: false, msafd: false },
    steps: [
      ...connected(true),
      posts({ rc: 0, bytes: 1000 }),
      { poll: 'event', overlapped: 'o1', signalled: true },
      posts({ rc: -1, errno: 'WSA_IO_PENDING' }),
      { poll: 'event', overlapped: 'o1', signalled: true },
      { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: -1, errno: 'WSA_IO_INCOMPLETE' } },
    ],
  },
  {
    ruling: 'Packets',
    comment: 'a packet of an operation whose socket is bound to no completion port is dequeued',
    line: 5,
    accepted: { page: true, docs: false, msafd: false },
    steps: [...connected(true), posts({ rc: 0, bytes: 1000 }), { port: 'packet', socket: 'A', overlapped: 'o1', error: '0', bytes: 1000 }],
  },
  {
    ruling: 'Readiness',
    comment: 'a send on a socket that was seen writable finds no room',
    line: 6,
    accepted: { page: true, docs: false, msafd: false },
    steps: [...connected(false), nonblocking, { poll: 'writable', socket: 'A', ready: true }, sends({ rc: -1, errno: 'WSAEWOULDBLOCK' })],
  },
  {
    ruling: 'BeyondTheTable',
    comment: 'a send gives WSAENETUNREACH after the route to the far end was lost',
    line: 5,
    accepted: { page: false, docs: true, msafd: true },
    steps: [...connected(false), { env: 'route.lost', socket: 'A' }, sends({ rc: -1, errno: 'WSAENETUNREACH' })],
  },
];

const stated: readonly Vector[] = byHand.map(({ ruling, comment, line, accepted, steps }) => ({
  wspsend: vectorVersion,
  id: vectorId(steps),
  result: 'acceptable',
  profiles: Object.fromEntries(
    profiles.map((profile) => [profile, accepted[profile] ? { verdict: 'accepted' } : { verdict: 'rejected', line }]),
  ) as Vector['profiles'],
  rulings: [ruling],
  shows: [],
  breaks: [],
  comment,
  flags: [],
  slice: 'by hand',
  steps: steps as Vector['steps'] & TraceStep[],
}));

/** Fails by Unfinished where the oracle does not share a verdict. */
export function handMade(): readonly Vector[] {
  return stated.map((vector) => {
    const { text, broken } = againstOracle(vector);
    if (text !== undefined) {
      throw new Unfinished([
        `The oracle must share the verdict that properties/vectors/handMade.ts states: mend the one that is wrong. ${vector.comment}: ${text}`,
      ]);
    }
    return { ...vector, breaks: [...broken] };
  });
}
