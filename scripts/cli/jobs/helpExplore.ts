/** A thread that helps to explore: it takes states that others have found, and gives nothing back but what it counted in shared memory. */

import { help } from '../../../model/explore/explore.ts';
import type { SearchMemory } from '../../../model/explore/sharedSearch.ts';
import { slices } from '../../../model/product/slices.ts';
import type { Explored } from '../explored.ts';
import { onWorker, serveJob } from '../onWorker.ts';

export interface Helping {
  readonly explored: Explored;
  readonly memory: SearchMemory;
  readonly index: number;
}

/** Ends with the exploration, or by the signal where that is over before this thread has started. */
export const helpOnWorker = (helping: Helping, over: AbortSignal): Promise<void> =>
  onWorker<Helping, void>(import.meta.url, helping, undefined, over);

serveJob(import.meta.url, ({ explored: { slice, bounds, profile, statesMax }, memory, index }: Helping): void =>
  help({ slice: slices[slice], bounds, profile, ...(statesMax !== undefined && { statesMax }) }, memory, index),
);
