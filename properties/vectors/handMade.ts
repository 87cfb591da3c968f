/**
 * Vectors for what the bounded model has no steps for: an OVERLAPPED whose name is used again. Their verdicts are stated here by hand, and
 * the oracle is held to them like to those that the model computed.
 */

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

const eventReset: readonly object[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  posts({ rc: 0, bytes: 1000 }),
  { poll: 'event', overlapped: 'o1', signalled: true },
  posts({ rc: -1, errno: 'WSA_IO_PENDING' }),
  { poll: 'event', overlapped: 'o1', signalled: true },
  { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: -1, errno: 'WSA_IO_INCOMPLETE' } },
];

const stated: readonly Vector[] = [
  {
    wspsend: vectorVersion,
    id: vectorId(eventReset),
    result: 'acceptable',
    profiles: {
      page: { verdict: 'accepted' },
      docs: { verdict: 'rejected', line: 8 },
      msafd: { verdict: 'rejected', line: 8 },
    },
    rulings: ['EventReset'],
    shows: [],
    breaks: ['Return:5', 'Overlapped:7'],
    comment: 'the event of an OVERLAPPED that is used again is still set while the new send is pending',
    flags: [],
    slice: 'by hand',
    steps: eventReset as Vector['steps'] & TraceStep[],
  },
];

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
