import { expect, test } from 'vitest';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { Conversation, Implementation } from '../conversation/implementation.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { runCase } from './runCase.ts';

const many = Array.from({ length: 8 }, (_, i) => i);

/** Sends that overlap and begin alike: more ways lie open than the oracle keeps, and none of those it kept leads to the last byte. */
const trace: readonly TraceStep[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
  { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: { rc: 0 } },
  ...many.map((i): TraceStep => ({ begin: i, call: 'WSPSend', socket: 'A', buffers: [10 + i], fill: i % 3, thread: `t${i}` })),
  ...many.map((i): TraceStep => ({ peer: 'recv', socket: 'A', runs: [[i % 3, 3]] })),
  { peer: 'recv', socket: 'A', runs: [[200, 1]] },
];

const header: TraceHeader = { wspsend: 'trace/1', title: 'an implementation with prepared answers' };

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
