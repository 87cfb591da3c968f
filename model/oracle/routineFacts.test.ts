import { expect, test } from 'vitest';
import { operationFacts } from '../machines/operationWords.ts';
import type { TraceStep } from '../winsock/trace.ts';
import type { OperationMoment } from './moments.fixture.ts';
import { begun, connect, holding, nonblocking, ok, overlapped, posted, read, sent, stream, worldAfter } from './moments.fixture.ts';
import { operationFactsOf } from './operationFacts.ts';

/** Every fact of an operation, where threads, routines and upcalls decide. */

const apc = (thread: string, name = 'o1') => ({ upcall: 'WPUQueueApc', thread, overlapped: name, returns: ok }) as TraceStep;
const sleeping = (thread: string, begin: number) => ({ call: 'SleepEx', thread, begin }) as TraceStep;
const enter = (name: string, thread: string) =>
  ({ routine: 'enter', overlapped: name, error: '0', bytes: 3, flags: 0, thread }) as TraceStep;
const leave = (name: string, thread: string) => ({ routine: 'leave', overlapped: name, thread }) as TraceStep;
const onB = (one: TraceStep): TraceStep => ({ ...one, socket: 'B' }) as TraceStep;
const onItsThread = { routine: true, thread: 't1' };
const withRoutine = [overlapped, connect, posted(3, 'o1', onItsThread)];
const twoRoutines = [overlapped, connect, posted(3, 'o2', onItsThread), posted(3, 'o1', { ...onItsThread, fill: 3 })];
const atOnce = (fields: object = {}): TraceStep => sent(3, { overlapped: 'o1', ...fields });

const moments: readonly OperationMoment[] = [
  {
    what: 'in its own alertable wait',
    steps: [...withRoutine, sleeping('t1', 9)],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread', 'alertable'],
  },
  {
    what: 'in the alertable wait of another',
    steps: [...withRoutine, sleeping('t2', 9)],
    observed: { thread: 't2' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'alertable'],
  },
  {
    what: 'in a send that blocks',
    steps: [...withRoutine, begun(1)],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread', 'alertable'],
  },
  {
    what: 'in a send that does not',
    steps: [overlapped, connect, nonblocking, posted(3, 'o1', { routine: true, thread: 't1' }), begun(1)],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread'],
  },
  {
    what: 'in a send that can only fail',
    steps: [...withRoutine, read([0, 3]), begun(1, { fault: 'lpBuffers' })],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread'],
  },
  {
    what: 'in a send that can only fail, behind bytes that wait',
    steps: [...withRoutine, begun(1, { fault: 'lpBuffers' })],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread', 'alertable'],
  },
  {
    what: 'while a routine of its socket runs there',
    steps: [...twoRoutines, read([0, 6]), sleeping('t1', 8), enter('o2', 't1'), sleeping('t1', 9)],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread', 'alertable', 'nested'],
  },
  {
    what: 'while a routine of another socket runs there',
    steps: [
      overlapped,
      connect,
      onB(overlapped),
      onB(connect),
      onB(posted(3, 'o2', { routine: true, thread: 't1' })),
      posted(3, 'o1', { routine: true, thread: 't1' }),
      onB(read([0, 3])),
      sleeping('t1', 8),
      enter('o2', 't1'),
      sleeping('t1', 9),
    ],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread', 'alertable'],
  },
  {
    what: 'queued before a routine of its socket ran',
    side: 'spi',
    steps: [...twoRoutines, read([0, 6]), apc('t1', 'o2'), apc('t1'), sleeping('t1', 8), enter('o2', 't1'), leave('o2', 't1')],
    observed: { thread: 't1' },
    holds: [
      'hasRoutine',
      'bytesWithin',
      'flagsZero',
      'upcalled',
      'mayBeConsumed',
      'completionOwed',
      'seenOver',
      'properThread',
      'alertable',
      'heldBack',
    ],
  },
  {
    what: 'queued after it ran',
    side: 'spi',
    steps: [...twoRoutines, read([0, 6]), apc('t1', 'o2'), sleeping('t1', 8), enter('o2', 't1'), leave('o2', 't1'), apc('t1')],
    observed: { thread: 't1' },
    holds: [
      'hasRoutine',
      'bytesWithin',
      'flagsZero',
      'upcalled',
      'mayBeConsumed',
      'completionOwed',
      'seenOver',
      'properThread',
      'alertable',
    ],
  },
  {
    what: 'of which every upcall is seen, and none was',
    side: 'spi',
    steps: [overlapped, connect, posted(3, 'o1', { event: true })],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'upcallMissing'],
  },
  {
    what: 'the same of a zero return',
    side: 'spi',
    steps: [overlapped, connect, atOnce({ event: true })],
    holds: ['hasEvent', 'returnedZero', 'bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'the same where its upcall is open',
    side: 'spi',
    steps: [overlapped, connect, posted(3, 'o1', { routine: true })],
    observed: { upcallOpen: true },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'posted again with an event that may be set',
    profile: 'page',
    steps: [overlapped, connect, atOnce({ event: true }), posted(5, 'o1', { event: true })],
    holds: ['hasEvent', 'eventStale', 'bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'that a socket without the flag fills',
    profile: 'msafd',
    steps: [stream, connect, sent(3, { overlapped: 'o1', routine: true })],
    holds: ['hasRoutine', 'returnedZero', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'routineOpen'],
  },
  {
    what: 'asked without a thread, while a routine of its socket waits on the main one',
    steps: [
      overlapped,
      connect,
      posted(3, 'o2', { routine: true }),
      posted(3, 'o1', { routine: true, fill: 3 }),
      read([0, 6]),
      sleeping('main', 8),
      enter('o2', 'main'),
      sleeping('main', 9),
    ],
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'in a send on no socket that can only fail',
    steps: [...withRoutine, begun(1, { socket: 'none', fault: 'lpBuffers' })],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'properThread'],
  },
];

test.each(moments)('the facts of an operation: $what', ({ observed = {}, holds, ...after }) => {
  const world = worldAfter(after);
  expect(holding(operationFacts, operationFactsOf(world, world.operations.get('o1')!, observed))).toEqual(holds);
});
