/**
 * Explores the model, and when asked tries every step on the XState machine too. Only sizes come back: the graph stays where it was made.
 */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { type Comparison, compareWithXState } from '../../../model/explore/equal.ts';
import { count, explore, StatesExhausted } from '../../../model/explore/explore.ts';
import type { Bounds } from '../../../model/product/labels.ts';
import { type SliceName, slices } from '../../../model/product/slices.ts';
import { UnusableInput } from '../exit.ts';
import { type OnProgress, onWorker, serveJob } from '../onWorker.ts';

export interface Exploration {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  readonly profile: Profile;
  readonly compare: boolean;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** Of the exploration alone. */
  readonly seconds: number;
  readonly comparison?: Comparison;
}

/** Fails by UnusableInput when the bounds let in more states than memory should hold. */
export const exploreOnWorker = (exploration: Exploration, onProgress: OnProgress): Promise<Explored> =>
  onWorker(import.meta.url, exploration, onProgress);

serveJob(import.meta.url, ({ slice, bounds, profile, compare }: Exploration, onProgress): Explored => {
  const startedMs = performance.now();
  try {
    const options = {
      slice: slices[slice],
      bounds,
      profile,
      onProgress: (found: number, expanded: number) => onProgress(expanded, found, `of ${found} states found so far`),
    };
    if (!compare) {
      const { states, transitions } = count(options);
      return { states, transitions, seconds: (performance.now() - startedMs) / 1000 };
    }
    const graph = explore(options);
    const { states, transitions } = graph;
    const seconds = (performance.now() - startedMs) / 1000;
    return {
      states,
      transitions,
      seconds,
      comparison: compareWithXState(graph, (done) => onProgress(done, graph.states, 'of the states compared')),
    };
  } catch (error) {
    throw error instanceof StatesExhausted ? new UnusableInput(error.message) : error;
  }
});
