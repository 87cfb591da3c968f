/**
 * Explores the model, and when asked tries every step on the XState machine too. Only sizes come back: the graph stays where it was made.
 */

import { type Comparison, compareWithXState } from '../../../model/explore/equal.ts';
import { count, type Size, StatesExhausted } from '../../../model/explore/explore.ts';
import { slices } from '../../../model/product/slices.ts';
import { UnusableInput } from '../exit.ts';
import type { Explored } from '../explored.ts';
import { type OnProgress, onWorker, serveJob } from '../onWorker.ts';
import { spinLine } from '../spinLine.ts';
import { helpOnWorker } from './helpExplore.ts';

export interface Exploration extends Explored {
  readonly compare: boolean;
  /** Of the exploration; the comparison has one. */
  readonly threads: number;
}

export interface ExplorationResult extends Size {
  /** Of the exploration, and of the comparison with it. */
  readonly seconds: number;
  /** Of processor time, of all threads together. */
  readonly cpuSeconds: number;
  readonly comparison?: Comparison;
}

/** Fails by UnusableInput when the bounds let in more states than may be; the message says how far it came, and what goes on from there. */
export const exploreOnWorker = (exploration: Exploration, onProgress: OnProgress): Promise<ExplorationResult> =>
  onWorker(import.meta.url, exploration, onProgress);

serveJob(import.meta.url, async (exploration: Exploration, onProgress): Promise<ExplorationResult> => {
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const found = await explored(exploration, onProgress);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ...found, seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1e6 };
});

async function explored({ compare, threads, ...what }: Exploration, onProgress: OnProgress): Promise<Size & { comparison?: Comparison }> {
  const { slice, bounds, profile, statesMax } = what;
  const helpers: Promise<void>[] = [];
  const over = new AbortController();
  try {
    const options = {
      slice: slices[slice],
      bounds,
      profile,
      ...(statesMax !== undefined && { statesMax }),
      onProgress: (found: number, expanded: number) => onProgress(expanded, found, `of ${found} states found so far`),
    };
    if (compare) {
      const comparison = compareWithXState(options);
      return { states: comparison.states, transitions: comparison.permitted, comparison };
    }
    const size = count(options, {
      threads,
      start: (memory, index) => helpers.push(helpOnWorker({ explored: what, memory, index }, over.signal)),
    });
    // What a thread counted is in the size. One that has yet to start has nothing to do any more.
    over.abort();
    return size;
  } catch (error) {
    if (!(error instanceof StatesExhausted)) throw error;
    throw new UnusableInput(`${error.message}. Choose smaller bounds, or let Spin go on in bounded memory:\n${spinLine(what)}`);
  } finally {
    const ended = Promise.all(helpers);
    await (over.signal.aborted ? ended.catch(() => undefined) : ended);
  }
}
