/**
 * The steps that bounded exploration tries: every step kind with every outcome, over a few units of bytes.
 *
 * A unit stands for any number of bytes greater than zero; which number, only a generated test decides. Slices restrict the same
 * model by data: they say which steps are tried, never what a step may do.
 */

import { type StatusCode, statusCodes } from '../machines/operation.machine.ts';
import { type SendCode, sendCodes } from '../machines/socket.machine.ts';
import { type Flag, type Mark, type MenuName, menuOf, type WorldEventName, worldEvents } from './menus.ts';

/** How a send is to be indicated: not at all (nonoverlapped), by its event, by its routine, or only when asked. */
export type SendMode = 'sync' | 'event' | 'routine' | 'neither';
export const sendModes: readonly SendMode[] = ['sync', 'event', 'routine', 'neither'];

export type LifecycleEvent = 'WSPBind' | 'WSPConnect' | 'WSPConnect.broadcast' | 'WSPShutdown.send' | 'WSPShutdown.both' | 'WSPCloseSocket';

/** A send may be called in a way of its own. */
interface Called {
  readonly menu?: MenuName;
}

export type Label =
  | { readonly type: 'lifecycle'; readonly event: LifecycleEvent }
  | { readonly type: 'FIONBIO'; readonly on: boolean }
  | ({ readonly type: 'send.completes'; readonly mode: SendMode; readonly length: number; readonly bytes: number } & Called)
  | ({ readonly type: 'send.pends'; readonly mode: SendMode; readonly length: number } & Called)
  | ({ readonly type: 'send.fails'; readonly mode: SendMode; readonly length: number; readonly code: SendCode } & Called)
  | { readonly type: 'send.begins'; readonly length: number }
  | { readonly type: 'call.completes'; readonly at: number }
  | { readonly type: 'call.fails'; readonly at: number; readonly code: SendCode }
  | { readonly type: 'transport.takes' }
  | { readonly type: 'peer.recv'; readonly units: number }
  | { readonly type: 'peer.reset' }
  | { readonly type: 'peer.close' }
  | { readonly type: 'settle' }
  | { readonly type: 'cancel'; readonly at: number }
  | { readonly type: 'sleep.begins' }
  | { readonly type: 'sleep.ends' }
  | { readonly type: 'event'; readonly at: number; readonly signalled: boolean }
  | { readonly type: 'result.incomplete'; readonly at: number; readonly waits?: true }
  | { readonly type: 'result'; readonly at: number; readonly status: StatusCode; readonly waits?: true }
  | { readonly type: 'result.other'; readonly at: number }
  | { readonly type: 'count'; readonly at: number; readonly written: boolean }
  /** The caller breaks its own side: it writes into a buffer of the operation. */
  | { readonly type: 'caller'; readonly at: number }
  | { readonly type: 'world'; readonly event: WorldEventName }
  | { readonly type: 'flush'; readonly refused: boolean }
  /** WSPCancelBlockingCall for the blocking call. */
  | { readonly type: 'interrupt'; readonly at: number }
  /** A send with a routine on the other socket, which is connected and has room. */
  | { readonly type: 'other.completes' }
  /** An alertable wait inside a routine of this socket. */
  | { readonly type: 'nap.begins' }
  | { readonly type: 'nap.ends' }
  /** What is seen of an OVERLAPPED whose send failed. */
  | { readonly type: 'failed'; readonly seen: 'set' | 'unset' | 'nothing sent' | 'bytes sent' }
  /** WPUQueueApc for the thread that posted, or for another. */
  | { readonly type: 'upcall.apc'; readonly at: number; readonly elsewhere?: true }
  /** WPUCompleteOverlappedRequest. */
  | { readonly type: 'upcall.complete'; readonly at: number; readonly status: StatusCode }
  /** A send that waits for nothing, and has not returned by a settle. */
  | { readonly type: 'send.hangs'; readonly mode: SendMode }
  | { readonly type: 'peer.garbled' }
  | { readonly type: 'peer.eof' }
  | { readonly type: 'routine.enter'; readonly at: number; readonly status: StatusCode; readonly flagged?: true }
  | { readonly type: 'routine.leave'; readonly at: number };

/** Steps that a trace never shows. */
export const isHidden = (label: Label): boolean => label.type === 'transport.takes';

export interface Bounds {
  /** Operations outstanding at once, a blocking call among them. */
  readonly operations: number;
  /** Units of room in the transport. */
  readonly units: number;
  /** Units of the longest send. */
  readonly length: number;
  /** Units of room that only what waits may take, so that it never waits for a reader. Default none. */
  readonly spare?: number;
}

/** Steps that only some slices try. */
export type Extra = 'flush' | 'interrupt' | 'wait' | 'count' | 'caller' | 'nesting' | 'delivery' | 'failed' | 'hangs';

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
export const flagsOf = ({ world = [], extras = [], lifecycle }: Slice): ReadonlySet<Flag> => {
  const found = new Set<Flag>();
  for (const name of world) {
    const event: { sets?: Flag; clears?: Flag } = worldEvents[name];
    for (const flag of [event.sets, event.clears]) if (flag !== undefined) found.add(flag);
  }
  if (found.has('networkFailing')) found.add('networkDown');
  if (lifecycle.includes('WSPShutdown.both')) found.add('shutDownBoth');
  if (lifecycle.includes('WSPConnect.broadcast')) found.add('toBroadcast');
  if (extras.includes('nesting')) found.add('napping');
  if (extras.includes('delivery')) found.add('ended');
  if (extras.includes('failed')) found.add('failed');
  return found;
};

/** What a slice has to remember of an operation. */
export const marksOf = ({ menus: names = [], extras = [], modes, datagram, spi }: Slice): ReadonlySet<Mark> => {
  const found = new Set<Mark>(names.flatMap((name) => menuOf(name)?.marks ?? []));
  if (modes.includes('routine')) found.add('late');
  if (extras.includes('flush')) found.add('flushed');
  if (extras.includes('nesting')) found.add('other');
  if (spi) found.add('upcalled');
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
    extras: ['count', 'failed', 'hangs'],
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
    menus: ['secondThread', 'port', 'besideEvent'],
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
    codes: ['WSAEINPROGRESS', 'WSAEWOULDBLOCK'],
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

/** Two operations, one unit of room, a send of two units: the least in which something waits behind something. */
export const smallestBounds: Bounds = { operations: 2, units: 1, length: 2 };

/** Codes that the way of a call has to do with; the others are tried on plain sends. */
const codesOfMenus: ReadonlySet<SendCode> = new Set([
  'WSAEACCES',
  'WSAEFAULT',
  'WSAENOBUFS',
  'WSAENOTCONN',
  'WSAEOPNOTSUPP',
  'WSAEWOULDBLOCK',
  'WSAEMSGSIZE',
  'WSAEINVAL',
]);

/** A send called in a way of its own, with each outcome. It asks for as much as the bounds let it. */
function calledBy(menu: MenuName, mode: SendMode, slice: Slice, bounds: Bounds): Label[] {
  const { only, marks = [], facts } = menuOf(menu)!;
  if (facts.includes('onlyRoutine') && (mode !== 'sync' || !slice.overlappedSocket)) return [];
  if ((marks.includes('foreign') || marks.includes('port')) && mode === 'sync') return [];
  if ((marks.includes('hEvent') || marks.includes('upcalled')) && mode !== 'routine') return [];
  const length = facts.includes('zeroBuffers') ? 0 : bounds.length;
  const labels: Label[] = [];
  if (only !== 'pends') labels.push({ type: 'send.completes', mode, length, bytes: length, menu });
  if (only !== 'completes') labels.push({ type: 'send.pends', mode, length, menu });
  if (only === undefined)
    for (const code of slice.codes.filter((known) => codesOfMenus.has(known)))
      labels.push({ type: 'send.fails', mode, length, code, menu });
  return labels;
}

/** Every label of a slice, in an order that never changes. */
export function labelsOf(slice: Slice, bounds: Bounds): readonly Label[] {
  const labels: Label[] = [];
  for (const event of slice.lifecycle) labels.push({ type: 'lifecycle', event });
  if (slice.nonblocking) labels.push({ type: 'FIONBIO', on: true }, { type: 'FIONBIO', on: false });
  for (const mode of slice.modes) {
    for (let length = 0; length <= bounds.length; length++) {
      for (let bytes = length; bytes >= 0; bytes--) labels.push({ type: 'send.completes', mode, length, bytes });
      labels.push({ type: 'send.pends', mode, length });
    }
    for (const code of slice.codes) labels.push({ type: 'send.fails', mode, length: bounds.length, code });
    for (const menu of slice.menus ?? []) labels.push(...calledBy(menu, mode, slice, bounds));
  }
  const places = Array.from({ length: bounds.operations }, (_, at) => at);
  if (slice.blockingCalls) {
    for (let length = 1; length <= bounds.length; length++) labels.push({ type: 'send.begins', length });
    for (const at of places) {
      labels.push({ type: 'call.completes', at });
      for (const code of slice.codes) labels.push({ type: 'call.fails', at, code });
    }
  }
  const extras: ReadonlySet<Extra> = new Set(slice.extras);
  labels.push({ type: 'transport.takes' });
  for (let units = 1; units <= bounds.units; units++) labels.push({ type: 'peer.recv', units });
  if (slice.circuit) labels.push({ type: 'peer.reset' }, { type: 'peer.close' });
  for (const event of slice.world ?? []) labels.push({ type: 'world', event });
  if (extras.has('delivery')) {
    labels.push({ type: 'peer.garbled' });
    if (!slice.datagram) labels.push({ type: 'peer.eof' });
  }
  if (extras.has('failed'))
    for (const seen of ['set', 'unset', 'nothing sent', 'bytes sent'] as const) labels.push({ type: 'failed', seen });
  if (extras.has('hangs')) for (const mode of slice.modes) if (mode !== 'sync') labels.push({ type: 'send.hangs', mode });
  if (extras.has('flush')) labels.push({ type: 'flush', refused: false }, { type: 'flush', refused: true });
  if (extras.has('nesting')) labels.push({ type: 'other.completes' }, { type: 'nap.begins' }, { type: 'nap.ends' });
  labels.push({ type: 'settle' });
  const routines = slice.modes.includes('routine');
  if (routines) labels.push({ type: 'sleep.begins' }, { type: 'sleep.ends' });
  for (const at of places) {
    if (slice.cancel) labels.push({ type: 'cancel', at });
    labels.push({ type: 'event', at, signalled: true }, { type: 'event', at, signalled: false });
    labels.push({ type: 'result.incomplete', at });
    for (const status of slice.statuses) labels.push({ type: 'result', at, status });
    if (extras.has('interrupt') && slice.blockingCalls) labels.push({ type: 'interrupt', at });
    if (extras.has('count')) labels.push({ type: 'count', at, written: true }, { type: 'count', at, written: false });
    if (extras.has('caller')) labels.push({ type: 'caller', at });
    if (extras.has('wait')) {
      labels.push({ type: 'result.incomplete', at, waits: true }, { type: 'result.other', at });
      for (const status of slice.statuses) labels.push({ type: 'result', at, status, waits: true });
    }
    if (slice.spi) {
      labels.push({ type: 'upcall.apc', at }, { type: 'upcall.apc', at, elsewhere: true });
      for (const status of slice.statuses) labels.push({ type: 'upcall.complete', at, status });
    }
    if (!routines) continue;
    for (const status of slice.statuses) labels.push({ type: 'routine.enter', at, status });
    labels.push({ type: 'routine.enter', at, status: '0', flagged: true });
    labels.push({ type: 'routine.leave', at });
  }
  return labels;
}
