/**
 * Explores the model, and when asked tries every step on the XState machine too. Only sizes come back: the graph stays where it was made.
 */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { type Comparison, compareWithXState } from '../../../model/explore/equal.ts';
import { count, StatesExhausted } from '../../../model/explore/explore.ts';
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
  /** Of the exploration, and of the comparison with it. */
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
    const comparison = compare ? compareWithXState(options) : undefined;
    const { states, transitions } =
      comparison === undefined ? count(options) : { states: comparison.states, transitions: comparison.permitted };
    return { states, transitions, seconds: (performance.now() - startedMs) / 1000, ...(comparison !== undefined && { comparison }) };
  } catch (error) {
    throw error instanceof StatesExhausted ? new UnusableInput(error.message) : error;
  }
});
