/** Slices restrict the one model by data: which steps are tried, and what has to be remembered for them. */

import { type StatusCode, statusCodes } from '../machines/operationWords.ts';
import { type SendCode, sendCodes } from '../winsock/callCodes.ts';
import { type Bounds, type LifecycleEvent, type SendMode, sendModes, smallestBounds } from './labels.ts';
import { type Flag, type Mark, type MenuName, menuOf, type WorldEventName, worldEvents } from './menus.ts';

/** Steps that only some slices try. */
export type Extra = 'flush' | 'interrupt' | 'wait' | 'count' | 'caller' | 'nesting' | 'delivery' | 'failed' | 'hangs' | 'urgent';

/** A part of the bounded model: which calls, sockets and events are in it. */
export interface Slice {
  readonly name: string;
  readonly modes: readonly SendMode[];
  readonly lifecycle: readonly LifecycleEvent[];
  /** Start with a connected socket instead of an unbound one. */
  readonly connected: boolean;
  /** The socket was made with WSA_FLAG_OVERLAPPED. */
  readonly overlappedSocket: boolean;
  readonly nonblocking: boolean;
  readonly blockingCalls: boolean;
  readonly cancel: boolean;
  readonly circuit: boolean;
  readonly codes: readonly SendCode[];
  readonly statuses: readonly StatusCode[];
  /** Every upcall is seen. */
  readonly spi?: true;
  /** A one-way socket that receives. */
  readonly receiveOnly?: true;
  /** A datagram socket: a message is one unit. Default a stream. */
  readonly datagram?: true;
  readonly menus?: readonly MenuName[];
  readonly world?: readonly WorldEventName[];
  readonly extras?: readonly Extra[];
}

export const initialStateOf = ({ receiveOnly, connected }: Slice): 'receiveOnly' | 'connected' | 'unbound' =>
  receiveOnly ? 'receiveOnly' : connected ? 'connected' : 'unbound';

/** What a slice has to remember of the world. */
export const flagsOf = ({ world = [], extras = [], lifecycle, connected, datagram }: Slice): ReadonlySet<Flag> => {
  const found = new Set<Flag>();
  for (const name of world) {
    const event: { sets?: Flag; clears?: Flag } = worldEvents[name];
    for (const flag of [event.sets, event.clears]) if (flag !== undefined) found.add(flag);
  }
  if (found.has('networkFailing')) found.add('networkDown').add('networkReported');
  if (lifecycle.includes('WSPShutdown.both')) found.add('shutDownBoth');
  if (lifecycle.includes('WSPConnect.broadcast')) found.add('toBroadcast');
  if (extras.includes('nesting')) found.add('napping');
  if (extras.includes('delivery')) found.add('ended');
  if (extras.includes('delivery') && !connected && !datagram) found.add('wasConnected');
  if (extras.includes('failed')) found.add('failed');
  if (extras.includes('urgent')) found.add('urgent');
  return found;
};

/** What a slice has to remember of an operation. */
export const marksOf = ({ menus: names = [], extras = [], datagram, spi }: Slice): ReadonlySet<Mark> => {
  const found = new Set<Mark>(names.flatMap((name) => menuOf(name)?.marks ?? []));
  if (extras.includes('flush')) found.add('flushed');
  if (extras.includes('nesting')) found.add('other');
  if (spi) found.add('upcalled').add('late');
  if (datagram) found.add('mayBeTooLarge');
  return found;
};

const statuses: readonly StatusCode[] = ['0', 'WSA_OPERATION_ABORTED', 'WSAECONNRESET'];

/** Everything that the bounded model knows of stream sockets. */
const stream: Slice = {
  name: 'stream',
  modes: sendModes,
  lifecycle: ['WSPBind', 'WSPConnect', 'WSPShutdown.send', 'WSPCloseSocket'],
  connected: false,
  overlappedSocket: true,
  nonblocking: true,
  blockingCalls: true,
  cancel: true,
  circuit: true,
  codes: sendCodes,
  statuses: statusCodes,
};

/** The slices by their names. */
export const slices = {
  stream,
  /** The lifecycle of overlapped operations alone, on a connection that stays. */
  overlapped: {
    ...stream,
    name: 'overlapped',
    modes: ['event', 'routine', 'neither'],
    lifecycle: ['WSPCloseSocket'],
    connected: true,
    nonblocking: false,
    blockingCalls: false,
    circuit: false,
    codes: ['WSAEWOULDBLOCK'],
    statuses,
  },
  /** The nonoverlapped half: blocking and nonblocking sends. */
  sync: { ...stream, name: 'sync', modes: ['sync'], cancel: false, statuses },
  /** A socket without the overlapped flag, which ignores every OVERLAPPED that it is given. */
  nonoverlapped: { ...stream, name: 'nonoverlapped', overlappedSocket: false, cancel: false, statuses },
  /** What every pair of transitions is toured on: two event-mode operations on a connection that is shut down at some time. */
  smallest: {
    ...stream,
    name: 'smallest',
    modes: ['event'],
    lifecycle: ['WSPShutdown.send'],
    connected: true,
    nonblocking: false,
    blockingCalls: false,
    cancel: false,
    circuit: false,
    codes: ['WSAESHUTDOWN'],
    statuses: ['0'],
  },
  /** A datagram socket and its default peer: sizes, broadcasts, flags. One message is one unit. */
  datagram: {
    ...stream,
    name: 'datagram',
    datagram: true,
    lifecycle: ['WSPBind', 'WSPConnect', 'WSPConnect.broadcast', 'WSPShutdown.send', 'WSPCloseSocket'],
    modes: ['sync', 'event'],
    circuit: false,
    cancel: false,
    menus: ['tooLarge', 'outOfBand', 'partial', 'outOfBandPartial', 'dontRoute', 'noBuffers'],
    world: ['SO_MAX_MSG_SIZE', 'SO_BROADCAST on', 'SO_BROADCAST off'],
    extras: ['delivery'],
    codes: [
      'WSAEACCES',
      'WSAEFAULT',
      'WSAENOBUFS',
      'WSAENOTCONN',
      'WSAEOPNOTSUPP',
      'WSAESHUTDOWN',
      'WSAEWOULDBLOCK',
      'WSAEMSGSIZE',
      'WSAEINVAL',
    ],
    statuses: ['0', 'WSA_OPERATION_ABORTED', 'WSAEMSGSIZE', 'WSAENOBUFS', 'WSAEOPNOTSUPP'],
  },
  /** Every way to call, and what it must and may give for it. */
  calls: {
    ...stream,
    name: 'calls',
    lifecycle: ['WSPConnect', 'WSPShutdown.send', 'WSPCloseSocket'],
    modes: ['sync', 'event'],
    blockingCalls: false,
    cancel: false,
    circuit: false,
    menus: [
      'badArray',
      'badData',
      'badCount',
      'noBuffers',
      'outOfBand',
      'partial',
      'outOfBandPartial',
      'dontRoute',
      'countMissing',
      'countWritten',
      'onlyRoutine',
    ],
    extras: ['count', 'failed', 'hangs', 'urgent'],
    statuses: ['0', 'WSAENOBUFS', 'WSAEOPNOTSUPP'],
  },
  /** What breaks a circuit, how that shows, and what of it the peer sees. */
  circuit: {
    ...stream,
    name: 'circuit',
    lifecycle: ['WSPShutdown.send', 'WSPShutdown.both', 'WSPCloseSocket'],
    modes: ['sync', 'event'],
    connected: true,
    nonblocking: true,
    cancel: false,
    world: ['keepalive.failed', 'circuit.timeout', 'network.down'],
    extras: ['flush', 'interrupt', 'wait', 'delivery'],
  },
  /** Routines, the thread that they run on, sockets whose routines nest, threads that exit. */
  threads: {
    ...stream,
    name: 'threads',
    lifecycle: ['WSPCloseSocket'],
    modes: ['routine'],
    connected: true,
    nonblocking: false,
    circuit: false,
    menus: ['secondThread', 'port', 'withEvent'],
    world: ['ExitThread'],
    extras: ['interrupt', 'caller', 'wait', 'count'],
    codes: ['WSAEWOULDBLOCK', 'WSAEINPROGRESS', 'WSAEINTR', 'WSA_OPERATION_ABORTED', 'WSAECONNABORTED', 'WSAENOTSOCK'],
    statuses: ['0', 'WSA_OPERATION_ABORTED', 'WSAECONNABORTED', 'WSAENOBUFS'],
  },
  /** Routines of two sockets, inside each other, and sends from inside. */
  nesting: {
    ...stream,
    name: 'nesting',
    lifecycle: [],
    modes: ['routine'],
    connected: true,
    nonblocking: false,
    blockingCalls: false,
    cancel: false,
    circuit: false,
    extras: ['nesting'],
    codes: ['WSAEINPROGRESS'],
    statuses: ['0'],
  },
  /** What a provider calls upwards. */
  spi: {
    ...stream,
    name: 'spi',
    spi: true,
    lifecycle: [],
    modes: ['event', 'routine'],
    connected: true,
    nonblocking: false,
    blockingCalls: false,
    cancel: true,
    circuit: false,
    menus: ['queued'],
    extras: ['count'],
    codes: ['WSAEWOULDBLOCK'],
    statuses: ['0', 'WSA_OPERATION_ABORTED', 'WSAENOBUFS'],
  },
  /** What a close does to what was sent, with and without SO_LINGER. */
  linger: {
    ...stream,
    name: 'linger',
    lifecycle: ['WSPCloseSocket'],
    modes: ['sync'],
    connected: true,
    nonblocking: false,
    blockingCalls: false,
    cancel: false,
    circuit: false,
    world: ['SO_LINGER'],
    extras: ['delivery'],
    codes: ['WSAENOTSOCK'],
    statuses: ['0'],
  },
  /** A socket that only receives. */
  receiveOnly: {
    ...stream,
    name: 'receiveOnly',
    receiveOnly: true,
    lifecycle: ['WSPCloseSocket'],
    modes: ['sync', 'event'],
    blockingCalls: false,
    cancel: false,
    circuit: false,
    menus: ['badArray', 'outOfBand'],
    statuses: ['0'],
  },
  /** All of it at once on a stream, for small bounds. */
  all: {
    ...stream,
    name: 'all',
    lifecycle: ['WSPBind', 'WSPConnect', 'WSPShutdown.send', 'WSPCloseSocket'],
    menus: ['badArray', 'noBuffers', 'outOfBand', 'onlyRoutine', 'secondThread'],
    world: ['keepalive.failed', 'network.down', 'ExitThread'],
    extras: ['flush', 'interrupt', 'wait', 'count', 'caller', 'delivery'],
    codes: [
      'WSAENETDOWN',
      'WSAEFAULT',
      'WSAENOTCONN',
      'WSAEOPNOTSUPP',
      'WSAESHUTDOWN',
      'WSAEWOULDBLOCK',
      'WSAECONNRESET',
      'WSAECONNABORTED',
    ],
    statuses: ['0', 'WSA_OPERATION_ABORTED', 'WSAECONNRESET', 'WSAENOBUFS'],
  },
} as const satisfies Record<string, Slice>;
export type SliceName = keyof typeof slices;
export const sliceNamed = (name: SliceName): Slice => slices[name];

/** The least bounds at which all that a slice tries can happen. */
export const leastBoundsOf = (name: SliceName): Bounds =>
  // An alertable wait inside a routine needs a second operation; a send that waits behind another needs one, and a second unit.
  name === 'nesting'
    ? { operations: 2, units: 1, length: 1 }
    : name === 'smallest'
      ? smallestBounds
      : { operations: 1, units: 1, length: 1 };
