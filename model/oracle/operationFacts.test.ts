import { expect, test } from 'vitest';
import { operationFacts } from '../machines/operationWords.ts';
import type { TraceStep } from '../winsock/trace.ts';
import {
  begun,
  cancel,
  close,
  connect,
  datagrams,
  down,
  env,
  failed,
  holding,
  type OperationMoment,
  ok,
  overlapped,
  posted,
  read,
  result,
  sent,
  settle,
  shutDown,
  step,
  worldAfter,
} from './moments.fixture.ts';
import { operationFactsOf } from './operationFacts.ts';

/**
 * Every fact of a moment, those that hold and those that do not: a trace shows only what some rule makes of a fact. Where there is no
 * socket each of them can be asked as well.
 */

const port = step({ call: 'CreateIoCompletionPort', returns: ok });
const skip = step({ call: 'SetFileCompletionNotificationModes', modes: ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'], returns: ok });
const atOnce = (fields: object = {}): TraceStep => sent(3, { overlapped: 'o1', ...fields });
const exit = (thread: string) => ({ call: 'ExitThread', thread, returns: ok }) as TraceStep;
const seen = step({ poll: 'event', overlapped: 'o1', signalled: true });
const maximum = step({ call: 'WSPGetSockOpt', name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: 2 } });
const aborted = (bytes?: number): TraceStep =>
  result('o1', { rc: -1, errno: 'WSA_OPERATION_ABORTED', ...(bytes !== undefined && { bytes }) });
const pends = [overlapped, connect, posted(3, 'o1')];
const withEvent = [overlapped, connect, posted(3, 'o1', { event: true })];

const operations: readonly OperationMoment[] = [
  {
    what: 'on what is no socket',
    steps: [step({ call: 'WSPSend', buffers: [3], begin: 1, overlapped: 'o1', event: true, flags: ['MSG_OOB'] })],
    observed: { status: '0', bytes: 3 },
    holds: [
      'hasEvent',
      'bytesAll',
      'bytesWithin',
      'bytesWritten',
      'bytesReported',
      'flagsZero',
      'mayBeConsumed',
      'mayBeUnsupported',
      'outOfBand',
    ],
  },
  {
    what: 'that pends',
    steps: [...withEvent],
    observed: {},
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'with a count that is too great',
    steps: [...pends],
    observed: { status: 'WSA_OPERATION_ABORTED', bytes: 4 },
    holds: ['bytesWritten', 'bytesReported', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'with no bytes counted',
    steps: [...pends],
    observed: { status: 'WSA_OPERATION_ABORTED', bytes: 0 },
    holds: ['bytesWithin', 'bytesWritten', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'of no bytes',
    steps: [overlapped, connect, posted(0, 'o1')],
    observed: { bytes: 0 },
    holds: ['bytesAll', 'bytesWithin', 'bytesWritten', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'that is waited for',
    steps: [...pends],
    observed: { waits: true, flags: 1 },
    holds: ['bytesWithin', 'waits', 'mayBeConsumed'],
  },
  {
    what: 'reported as over, and reported again',
    steps: [...pends, cancel, aborted(2)],
    observed: { status: 'WSA_OPERATION_ABORTED', bytes: 2 },
    holds: ['bytesWithin', 'bytesWritten', 'bytesReported', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'reported as over, and reported with another status',
    steps: [...pends, cancel, aborted(2)],
    observed: { status: '0', bytes: 2 },
    holds: ['bytesWithin', 'bytesWritten', 'bytesReported', 'contradictsKnown', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'reported as over, and reported with another count',
    steps: [...pends, cancel, aborted(2)],
    observed: { status: 'WSA_OPERATION_ABORTED', bytes: 1 },
    holds: ['bytesWithin', 'bytesWritten', 'bytesReported', 'contradictsKnown', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'reported as over, and reported without a count',
    steps: [...pends, cancel, aborted(2)],
    observed: { status: 'WSA_OPERATION_ABORTED' },
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'reported as over without a count, and counted',
    steps: [...pends, cancel, aborted()],
    observed: { status: 'WSA_OPERATION_ABORTED', bytes: 1 },
    holds: ['bytesWithin', 'bytesWritten', 'bytesReported', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'reported as over, and asked for nothing',
    steps: [...pends, cancel, aborted(2)],
    observed: {},
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'that read in part',
    steps: [...pends, read([0, 2])],
    observed: { bytes: 3 },
    holds: ['bytesAll', 'bytesWithin', 'bytesWritten', 'bytesReported', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'closed',
    steps: [...pends, close],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'closed', 'closedCircuit'],
  },
  {
    what: 'closed, of a datagram socket',
    steps: [datagrams, connect, posted(3, 'o1'), close],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'closed', 'mayBeOversize'],
  },
  {
    what: 'closed, of what never was connected',
    steps: [overlapped, begun(1, { overlapped: 'o1' }), close],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'closed'],
  },
  {
    what: 'flushed',
    profile: 'page',
    steps: [...pends, step({ call: 'WSPIoctl', code: 'SIO_FLUSH', returns: ok })],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'flushed'],
  },
  {
    what: 'of a thread that has exited',
    steps: [overlapped, connect, posted(3, 'o1', { thread: 't1', routine: true }), exit('t1')],
    observed: { thread: 't1' },
    holds: ['hasRoutine', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'threadGone', 'properThread'],
  },
  {
    what: 'shut down',
    steps: [...pends, shutDown('SD_SEND')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'shutDown'],
  },
  {
    what: 'shut down on both sides',
    steps: [...pends, shutDown('SD_BOTH')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'shutDown', 'shutDownBoth'],
  },
  {
    what: 'with a packet that pends',
    steps: [overlapped, port, connect, posted(3, 'o1')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound'],
  },
  {
    what: 'with a packet that is owed',
    steps: [overlapped, port, connect, posted(3, 'o1'), read([0, 3]), settle],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound', 'packetOwed', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'with a packet, over since the settle',
    steps: [overlapped, port, connect, posted(3, 'o1', { event: true }), settle, seen],
    holds: ['hasEvent', 'seenSet', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound', 'seenOver'],
  },
  {
    what: 'with a packet of a zero return',
    steps: [overlapped, port, connect, atOnce()],
    holds: ['returnedZero', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound'],
  },
  {
    what: 'with a packet of a zero return, settled',
    steps: [overlapped, port, connect, atOnce(), settle],
    holds: ['returnedZero', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound', 'packetOwed'],
  },
  {
    what: 'with a packet of a zero return that is skipped',
    steps: [overlapped, port, skip, connect, atOnce(), settle],
    holds: ['returnedZero', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound', 'skipsPort'],
  },
  {
    what: 'with a packet that was dequeued',
    steps: [
      overlapped,
      port,
      connect,
      posted(3, 'o1'),
      read([0, 3]),
      settle,
      step({ port: 'packet', overlapped: 'o1', error: '0', bytes: 3 }),
    ],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'portBound', 'packetSeen', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'with a packet that its low bit keeps away',
    steps: [overlapped, port, connect, posted(3, 'o1', { event: true, port: false }), read([0, 3]), settle],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'under a reset',
    steps: [...pends, env('peer.reset')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'mayBeReset'],
  },
  {
    what: 'under a reset that was reported',
    steps: [...pends, env('peer.reset'), failed('WSAECONNRESET')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'mayBeReset', 'resetReported'],
  },
  {
    what: 'over before a reset',
    steps: [...withEvent, read([0, 3]), settle, env('peer.reset'), failed('WSAECONNRESET')],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'over before a time-out, a keep-alive and the network',
    steps: [...withEvent, read([0, 3]), settle, env('circuit.timeout'), env('keepalive.failed'), down],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'over after them',
    steps: [...withEvent, env('circuit.timeout'), env('keepalive.failed'), down, seen],
    holds: [
      'hasEvent',
      'seenSet',
      'bytesWithin',
      'flagsZero',
      'mayBeConsumed',
      'mayBeTimedOut',
      'mayBeKeepAliveFailed',
      'networkMayBeDown',
      'seenOver',
    ],
  },
  {
    what: 'too long',
    profile: 'msafd',
    steps: [datagrams, connect, maximum, posted(3, 'o1')],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'mayBeOversize', 'surelyOversize'],
  },
  {
    what: 'urgent and partial',
    steps: [overlapped, connect, posted(3, 'o1', { flags: ['MSG_OOB', 'MSG_PARTIAL'] })],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed', 'mayBeUnsupported', 'outOfBand', 'partialMessage'],
  },
  {
    what: 'unrouted',
    steps: [overlapped, connect, posted(3, 'o1', { flags: ['MSG_DONTROUTE'] })],
    holds: ['bytesWithin', 'flagsZero', 'mayBeConsumed'],
  },
  {
    what: 'seen over, and all of it taken',
    steps: [...withEvent, step({ env: 'transport.took', bytes: 3 }), seen],
    holds: ['hasEvent', 'seenSet', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'seen over, and all of it read with what is behind',
    steps: [...withEvent, posted(2, 'o2', { fill: 100 }), read([0, 3], [100, 1])],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'seenOver', 'surelyTaken'],
  },
  {
    what: 'of no bytes, with what is behind read',
    steps: [overlapped, connect, posted(0, 'o1', { event: true }), posted(2, 'o2', { fill: 100 }), read([100, 2]), settle],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'completionOwed', 'seenOver'],
  },
  {
    what: 'cancelled, and all of it read with what is behind',
    steps: [...withEvent, posted(2, 'o2', { fill: 100 }), cancel, read([0, 3], [100, 1])],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'cancelled', 'seenOver'],
  },
  {
    what: 'a datagram that arrived',
    steps: [datagrams, connect, posted(3, 'o1', { event: true }), read([0, 3]), settle],
    holds: ['hasEvent', 'bytesWithin', 'flagsZero', 'mayBeConsumed', 'mayBeOversize', 'completionOwed', 'seenOver', 'surelyTaken'],
  },
];

test.each(operations)('the facts of an operation: $what', ({ observed = {}, holds, ...after }) => {
  const world = worldAfter(after);
  expect(holding(operationFacts, operationFactsOf(world, world.operations.get('o1')!, observed))).toEqual(holds);
});
