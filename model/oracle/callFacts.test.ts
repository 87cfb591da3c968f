import { expect, test } from 'vitest';
import { type CallFact, callFacts } from '../machines/call.machine.ts';
import type { TraceStep } from '../winsock/trace.ts';
import {
  type After,
  begun,
  close,
  connect,
  down,
  env,
  holding,
  nonblocking,
  ok,
  overlapped,
  posted,
  read,
  sent,
  settle,
  step,
  stream,
  worldAfter,
} from './moments.fixture.ts';
import { callFactsOf } from './operationFacts.ts';

/** Every fact of a call that has not returned, those that hold and those that do not. */

const cancelled = { call: 'WSPCancelBlockingCall', thread: 't1', returns: ok } as TraceStep;
const withEvent = [overlapped, connect, posted(3, 'o1', { event: true })];
const wait = (fields: object = {}): TraceStep =>
  step({ call: 'WSPGetOverlappedResult', overlapped: 'o1', begin: 1, thread: 't1', ...fields });
const calls: readonly (After & { readonly holds: readonly CallFact[] })[] = [
  { what: 'a send that may wait', steps: [stream, connect, begun(1)], holds: ['isSend', 'mayBlock'] },
  { what: 'a send that may not', steps: [stream, connect, nonblocking, begun(1)], holds: ['isSend'] },
  { what: 'an overlapped send', steps: [overlapped, connect, begun(1, { overlapped: 'o1' })], holds: ['isSend', 'overlappedIo'] },
  { what: 'a send on no socket', steps: [begun(1)], holds: ['isSend', 'mayBlock', 'surelyReleased'] },
  {
    what: 'an overlapped send on no socket',
    steps: [begun(1, { overlapped: 'o1' })],
    holds: ['isSend', 'withoutSocket', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send whose bytes were read',
    steps: [stream, connect, begun(1), read([0, 5])],
    holds: ['isSend', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send on a circuit that is broken',
    steps: [stream, connect, begun(1), env('peer.reset'), settle],
    holds: ['isSend', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send on a network that is down',
    steps: [step({ ...stream, type: 'SOCK_DGRAM' }), connect, begun(1), down, settle],
    holds: ['isSend', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send that is cancelled',
    steps: [stream, connect, begun(1), cancelled],
    holds: ['isSend', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send that is cancelled, by the page',
    profile: 'page',
    steps: [stream, connect, begun(1), cancelled],
    holds: ['isSend', 'mayBlock'],
  },
  { what: 'a send whose socket was closed', steps: [stream, connect, begun(1), close], holds: ['isSend', 'mayBlock', 'surelyReleased'] },
  {
    what: 'a send that can only fail',
    steps: [stream, connect, begun(1, { fault: 'lpBuffers' })],
    holds: ['isSend', 'mayBlock', 'surelyReleased'],
  },
  {
    what: 'a send that can only fail, behind bytes that wait',
    steps: [stream, connect, sent(3), begun(1, { fault: 'lpBuffers' })],
    holds: ['isSend', 'mayBlock'],
  },
  { what: 'a look at a result', steps: [...withEvent, wait()], holds: ['looks'] },
  { what: 'a wait for a result', steps: [...withEvent, wait({ wait: true })], holds: ['waits'] },
  {
    what: 'a wait for a result that is owed',
    steps: [...withEvent, read([0, 3]), settle, wait({ wait: true })],
    holds: ['waits', 'surelyReleased'],
  },
  {
    what: 'the same without an event',
    steps: [overlapped, connect, posted(3, 'o1'), read([0, 3]), settle, wait({ wait: true })],
    holds: ['waits'],
  },
  {
    what: 'the same with a routine',
    steps: [overlapped, connect, posted(3, 'o1', { event: true, routine: true }), read([0, 3]), settle, wait({ wait: true })],
    holds: ['waits'],
  },
  { what: 'a wait for what nobody posted', steps: [overlapped, connect, wait({ wait: true })], holds: ['waits'] },
  {
    what: 'a shutdown of the sending side',
    steps: [stream, connect, step({ call: 'WSPShutdown', how: 'SD_SEND', begin: 1 })],
    holds: ['shutsDown'],
  },
  {
    what: 'a shutdown of the receiving side',
    steps: [stream, connect, step({ call: 'WSPShutdown', how: 'SD_RECEIVE', begin: 1 })],
    holds: [],
  },
];

test.each(calls)('the facts of a call: $what', ({ holds, ...after }) => {
  const world = worldAfter(after);
  expect(holding(callFacts, callFactsOf(world, world.begun.get(1)!))).toEqual(holds);
});
