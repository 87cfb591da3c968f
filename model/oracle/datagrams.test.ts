import { expect, test } from 'vitest';
import type { TraceStep } from '../winsock/trace.ts';
import { DatagramQueue, waitingMax } from './datagrams.ts';
import { Oracle } from './oracle.ts';

const posting = (i: number) => ({ fill: i % 251, length: 10 + (i % 7), began: i, ended: i, watched: false });

test('of datagrams that nobody receives a bounded number is kept', () => {
  const queue = new DatagramQueue(251);
  for (let i = 0; i < 10 * waitingMax; i++) queue.post(posting(i));
  expect(queue.expected().length).toBeLessThanOrEqual(waitingMax);
});

test('a datagram that may be one of the forgotten is not judged, until a later one has arrived', () => {
  const oracle = new Oracle('docs');
  const post = (i: number): TraceStep => ({ call: 'WSPSend', socket: 'A', buffers: [10], fill: i % 251, returns: { rc: 0, bytes: 10 } });
  const arrives = (fill: number, length: number): TraceStep => ({ peer: 'recv', socket: 'A', runs: [[fill, length]] });
  oracle.step({ call: 'WSPSocket', socket: 'A', type: 'SOCK_DGRAM', returns: { rc: 0 } });
  oracle.step({ call: 'WSPConnect', socket: 'A', returns: { rc: 0 } });
  for (let i = 0; i <= waitingMax; i++) expect(oracle.step(post(i))).toBeUndefined();
  expect(oracle.step(arrives(3, 11))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(1);
  expect(oracle.step(arrives(waitingMax % 251, 10))).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(0);
  expect(oracle.step(arrives(3, 11))?.clauses).not.toEqual([]);
});
