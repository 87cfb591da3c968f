/**
 * Explores on a thread of its own, so that the program still hears SIGINT and draws its progress meanwhile. Only sizes come
 * back: the graph stays where it was made.
 *
 * The thread runs this same file, so that it is found beside its caller in the build and in the sources alike.
 */

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Profile } from '../model/clauses/profiles.ts';
import { explore, StatesExhausted } from '../model/explore/explore.ts';
import { type Bounds, type SliceName, slices } from '../model/explore/labels.ts';
import { UnusableInput } from './exit.ts';

export interface Exploration {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  readonly profile: Profile;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
}

type Message =
  | { readonly kind: 'progress'; readonly found: number; readonly expanded: number }
  | { readonly kind: 'explored'; readonly explored: Explored }
  | { readonly kind: 'exhausted'; readonly message: string };

/** Fails by UnusableInput when the bounds let in more states than memory should hold. */
export const exploreAside = (exploration: Exploration, onProgress: (found: number, expanded: number) => void): Promise<Explored> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: exploration });
    worker.on('error', reject).on('message', (message: Message) => {
      if (message.kind === 'progress') onProgress(message.found, message.expanded);
      else if (message.kind === 'explored') resolve(message.explored);
      else reject(new UnusableInput(message.message));
    });
  });

const say = (message: Message): void => parentPort?.postMessage(message);

const run = ({ slice, bounds, profile }: Exploration): void => {
  const startedMs = performance.now();
  try {
    const { states, transitions } = explore({
      slice: slices[slice],
      bounds,
      profile,
      onProgress: (found, expanded) => say({ kind: 'progress', found, expanded }),
    });
    say({ kind: 'explored', explored: { states, transitions, seconds: (performance.now() - startedMs) / 1000 } });
  } catch (error) {
    if (!(error instanceof StatesExhausted)) throw error;
    say({ kind: 'exhausted', message: error.message });
  }
};

if (!isMainThread && parentPort !== null) run(workerData as Exploration);
