/**
 * The steps that bounded exploration tries: every step kind with every outcome, over a few units of bytes.
 *
 * A unit stands for any number of bytes greater than zero; which number, only a generated test decides. Slices restrict the same
 * model by data: they say which steps are tried, never what a step may do.
 */

import type { StatusCode } from '../machines/operationWords.ts';
import type { SendCode } from '../winsock/callCodes.ts';
import type { MenuName, WorldEventName } from './menus.ts';

/** How a send is to be indicated: not at all (nonoverlapped), by its event, by its routine, or only when asked. */
export type SendMode = 'sync' | 'event' | 'routine' | 'neither';
export const sendModes: readonly SendMode[] = ['sync', 'event', 'routine', 'neither'];

export type LifecycleEvent = 'WSPBind' | 'WSPConnect' | 'WSPConnect.broadcast' | 'WSPShutdown.send' | 'WSPShutdown.both' | 'WSPCloseSocket';

/** A send may be called in a way of its own. */
interface Called {
  readonly menu?: MenuName;
}

/** A transition of the bounded model: a step that a trace shows, or one of the transport that it does not. */
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
  | { readonly type: 'peer.urgent' }
  | { readonly type: 'routine.enter'; readonly at: number; readonly status: StatusCode; readonly flagged?: true }
  | { readonly type: 'routine.leave'; readonly at: number };

/** Steps that a trace never shows. */
export const isHidden = (label: Label): boolean => label.type === 'transport.takes';

/** How much there is in a bounded model. */
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

/** Two operations, one unit of room, a send of two units: the least in which something waits behind something. */
export const smallestBounds: Bounds = { operations: 2, units: 1, length: 2 };
