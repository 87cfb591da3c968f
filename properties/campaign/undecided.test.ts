import { expect, test } from 'vitest';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { Conversation, Implementation } from '../conversation/implementation.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { runCase } from './runCase.ts';

/** Two large sends that overlap, the later one urgent and taken in pieces: more ways lie open than the oracle keeps. */
const trace: readonly TraceStep[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  { begin: 1, call: 'WSPSend', socket: 'A', buffers: [78_066], fill: 35 },
  {
    call: 'WSPSend',
    thread: 't1',
    socket: 'A',
    buffers: [105_933],
    fill: 91,
    overlapped: 'o1',
    flags: ['MSG_OOB'],
    returns: { rc: -1, errno: 'WSA_IO_PENDING' },
  },
  {
    peer: 'recv',
    socket: 'A',
    runs: [
      [35, 78_066],
      [91, 105_933],
    ],
  },
];

const header: TraceHeader = { wspsend: 'trace/1', title: 'an implementation that answers by heart' };

/** Answers each request with the next line. */
const byHeart = (): Implementation => {
  const lines = [...trace];
  const conversation = { header, isReused: false, request: () => ({ lines: [lines.shift()!] }), end: () => {} };
  return { injections: [], begin: async () => conversation as unknown as Conversation, close: async () => {} } as unknown as Implementation;
};

test('a step that the oracle cannot decide ends the case and is no deviation', async () => {
  const result = await runCase(byHeart(), { profile: 'page', requests: requestsOfTrace(trace), finishes: false });
  expect(result.deviation).toBeUndefined();
  expect(result.unjudged?.kind).toBe('undecided');
});
