/**
 * The steps that bounded exploration tries: every step kind with every outcome, over a few units of bytes.
 *
 * A unit stands for any number of bytes greater than zero; which number, only a generated test decides. Slices restrict the same
 * model by data: they say which steps are tried, never what a step may do.
 */

import { type StatusCode, statusCodes } from '../machines/operation.machine.ts';
import { type SendCode, sendCodes } from '../machines/socket.machine.ts';

/** How a send is to be indicated: not at all (nonoverlapped), by its event, by its routine, or only when asked. */
export type SendMode = 'sync' | 'event' | 'routine' | 'neither';
export const sendModes: readonly SendMode[] = ['sync', 'event', 'routine', 'neither'];

export type LifecycleEvent = 'WSPBind' | 'WSPConnect' | 'WSPShutdown.send' | 'WSPCloseSocket';

export type Label =
  | { readonly type: 'lifecycle'; readonly event: LifecycleEvent }
  | { readonly type: 'FIONBIO'; readonly on: boolean }
  | { readonly type: 'send.completes'; readonly mode: SendMode; readonly length: number; readonly bytes: number }
  | { readonly type: 'send.pends'; readonly mode: SendMode; readonly length: number }
  | { readonly type: 'send.fails'; readonly mode: SendMode; readonly length: number; readonly code: SendCode }
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
  | { readonly type: 'result.incomplete'; readonly at: number }
  | { readonly type: 'result'; readonly at: number; readonly status: StatusCode }
  | { readonly type: 'routine.enter'; readonly at: number; readonly status: StatusCode }
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
}

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
}

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
} as const satisfies Record<string, Slice>;
export type SliceName = keyof typeof slices;

/** Two operations, one unit of room, a send of two units: the least in which something waits behind something. */
export const smallestBounds: Bounds = { operations: 2, units: 1, length: 2 };

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
  }
  const places = Array.from({ length: bounds.operations }, (_, at) => at);
  if (slice.blockingCalls) {
    for (let length = 1; length <= bounds.length; length++) labels.push({ type: 'send.begins', length });
    for (const at of places) {
      labels.push({ type: 'call.completes', at });
      for (const code of slice.codes) labels.push({ type: 'call.fails', at, code });
    }
  }
  labels.push({ type: 'transport.takes' });
  for (let units = 1; units <= bounds.units; units++) labels.push({ type: 'peer.recv', units });
  if (slice.circuit) labels.push({ type: 'peer.reset' }, { type: 'peer.close' });
  labels.push({ type: 'settle' });
  const routines = slice.modes.includes('routine');
  if (routines) labels.push({ type: 'sleep.begins' }, { type: 'sleep.ends' });
  for (const at of places) {
    if (slice.cancel) labels.push({ type: 'cancel', at });
    labels.push({ type: 'event', at, signalled: true }, { type: 'event', at, signalled: false });
    labels.push({ type: 'result.incomplete', at });
    for (const status of slice.statuses) labels.push({ type: 'result', at, status });
    if (!routines) continue;
    for (const status of slice.statuses) labels.push({ type: 'routine.enter', at, status });
    labels.push({ type: 'routine.leave', at });
  }
  return labels;
}
