/** What a walk calls the things that a label speaks of by their place. */

import type { Label } from '../../model/product/labels.ts';
import type { Slice } from '../../model/product/slices.ts';

/** Waits for results, so that one that is long in coming keeps nobody else. */
export const waitingThread = 't4';

export interface Names {
  readonly slice: Slice;
  /** The OVERLAPPEDs of the operations that are outstanding, in the order of posting; null stands for a blocking call. */
  readonly outstanding: (string | null)[];
  posted: number;
  /** The OVERLAPPED of the send that was observed last. */
  sent: string | undefined;
  /** That of the last send that failed. */
  failed: string | undefined;
  /** The other socket is there. */
  hasOther: boolean;
  /** What was reported of operations before the call that posts them had returned. */
  readonly early: Map<string, Label>;
  /** Alertable waits of the main thread, inside each other. */
  sleeping: number;
}

export const newNames = (slice: Slice): Names => ({
  slice,
  outstanding: [],
  posted: 0,
  sent: undefined,
  failed: undefined,
  hasOther: false,
  early: new Map(),
  sleeping: 0,
});

/** Keeps the names in step with the entries of the model. */
export function followLabel(names: Names, label: Label): void {
  switch (label.type) {
    case 'send.completes':
    case 'send.pends':
      names.posted++;
      if (label.mode !== 'sync' && names.slice.overlappedSocket) names.outstanding.push(names.sent ?? `o${names.posted}`);
      return;
    case 'other.completes':
      names.posted++;
      names.outstanding.push(names.sent ?? `o${names.posted}`);
      return;
    case 'send.fails':
      names.posted++;
      if (label.mode !== 'sync') names.failed = names.sent;
      return;
    case 'send.begins':
      names.posted++;
      names.outstanding.push(null);
      return;
    case 'call.completes':
    case 'call.fails':
    case 'routine.leave':
      names.outstanding.splice(label.at, 1);
      return;
    default:
  }
}
