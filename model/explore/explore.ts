/** Breadth-first exploration of the compiled product: every state that the bounds let it reach, and every permitted step between them. */

import type { Profile } from '../clauses/profiles.ts';
import { tablesOf } from '../compiled/tables.ts';
import type { Bounds } from '../product/labels.ts';
import { Layout } from '../product/layout.ts';
import type { Slice } from '../product/slices.ts';
import { Kernel } from './kernel.ts';
import { allocateSearch, type SearchMemory, SearchThread } from './sharedSearch.ts';
import { StateTable } from './stateTable.ts';

/** The states that can be reached, by their numbers from 0, and the transitions between them. */
export interface Graph {
  readonly kernel: Kernel;
  readonly bounds: Bounds;
  readonly slice: Slice;
  readonly profile: Profile;
  readonly states: number;
  readonly transitions: number;
  /** Words of state i at `words[i * kernel.width]`. State 0 is the initial one. */
  readonly words: Int32Array;
  /** The edges that leave state i are `first[i] … first[i + 1] - 1`. */
  readonly first: Int32Array;
  readonly label: Uint16Array;
  readonly target: Int32Array;
}

/** What is explored, and how far. */
export interface ExploreOptions {
  readonly slice: Slice;
  readonly bounds: Bounds;
  readonly profile: Profile;
  readonly statesMax?: number;
  /** Called now and then with the number of states found and those already expanded. */
  readonly onProgress?: (found: number, expanded: number) => void;
}

/** There are more states than were allowed. */
export class StatesExhausted extends RangeError {}

export const statesMaxDefault = 8_000_000;

/** Throws StatesExhausted when there are more states than may be. */
export function requireStates(states: number, most: number): void {
  if (states > most) throw new StatesExhausted(`Exploration must stay within ${most} states: choose smaller bounds`);
}

/** Throws StatesExhausted when more than `statesMax` states are found. */
export function explore(options: ExploreOptions): Graph {
  const { slice, bounds, profile } = options;
  const kernel = new Kernel(slice, bounds, profile);
  let first = new Int32Array(1024);
  let label = new Uint16Array(8192);
  let target = new Int32Array(8192);
  const { table, transitions } = search(kernel, options, {
    state(from, edge) {
      if (from + 1 >= first.length) first = grown(first);
      first[from] = edge;
    },
    edge(edge, index, to) {
      if (edge >= label.length) {
        label = grown(label);
        target = grown(target);
      }
      label[edge] = index;
      target[edge] = to;
    },
  });
  const states = table.size;
  first[states] = transitions;
  return {
    kernel,
    bounds,
    slice,
    profile,
    states,
    transitions,
    words: table.words.slice(0, states * kernel.width),
    first: first.slice(0, states + 1),
    label: label.slice(0, transitions),
    target: target.slice(0, transitions),
  };
}

export interface Size {
  readonly states: number;
  readonly transitions: number;
}

/** Threads that help with a count. */
export interface Helpers {
  /** All threads, with the one that counts. */
  readonly threads: number;
  /**
   * Thread `index`, from 1 on, is to call `help` with this memory. Thread 1 is started at once, so that it compiles the model while this
   * thread does the same; the others once there is enough to do, since most slices are small.
   */
  start(memory: SearchMemory, index: number): void;
}

/**
 * How many states and transitions there are, without keeping them. What was seen is a bit for each state, so that there may be very many.
 * Throws StatesExhausted, with how far it came, when there are more than `statesMax` or more than the table has bits for.
 */
export function count(options: ExploreOptions, helpers?: Helpers): Size {
  const { slice, bounds, profile, statesMax = Number.POSITIVE_INFINITY, onProgress } = options;
  const { threads = 1, start } = helpers ?? {};
  const memory = allocateSearch(new Layout(slice, bounds, tablesOf(profile)).width);
  if (threads > 1) start?.(memory, 1);
  const thread = new SearchThread(new Kernel(slice, bounds, profile), memory, 0);
  const onEnough = (): void => {
    if (threads <= 2) return;
    thread.admit(threads);
    for (let index = 2; index < threads; index++) start?.(memory, index);
  };
  const { states, transitions, expanded, isWhole } = thread.begin({ statesMax, onProgress, onEnough }, Math.min(threads, 2));
  if (!isWhole) {
    const room = statesMax < states ? `${statesMax} states` : 'its table';
    const came = `${states} were found, and ${expanded} of them have ${transitions} transitions`;
    throw new StatesExhausted(`Exploration must stay within ${room}: ${came}`);
  }
  return { states, transitions };
}

/** What a thread does that helps: it ends with the search. */
export function help(
  { slice, bounds, profile, statesMax = Number.POSITIVE_INFINITY }: ExploreOptions,
  memory: SearchMemory,
  index: number,
): void {
  new SearchThread(new Kernel(slice, bounds, profile), memory, index).help({ statesMax });
}

interface Recorder {
  /** The edges of this state come next, and this is the number of the first. */
  state(state: number, edge: number): void;
  edge(edge: number, label: number, to: number): void;
}

function search(kernel: Kernel, { statesMax = statesMaxDefault, onProgress }: ExploreOptions, recorder: Recorder) {
  const { width, next } = kernel;
  const table = new StateTable(width);
  kernel.initial(next, 0);
  table.add(next);
  let transitions = 0;
  for (let state = 0; state < table.size; state++) {
    recorder.state(state, transitions);
    const candidates = kernel.load(table.words, state * width);
    for (let i = 0; i < candidates.length; i++) {
      const index = candidates[i]!;
      if (!kernel.fire(index)) continue;
      const to = isSame(table.words, state * width, next) ? state : table.add(next);
      recorder.edge(transitions, index, to);
      transitions++;
    }
    requireStates(table.size, statesMax);
    if (onProgress !== undefined && (state & 0xfff) === 0) onProgress(table.size, state);
  }
  return { table, transitions };
}

/** Many steps change nothing. */
function isSame(words: Int32Array, from: number, next: Int32Array): boolean {
  for (let i = 0; i < next.length; i++) if (words[from + i] !== next[i]) return false;
  return true;
}

function grown<T extends Int32Array | Uint16Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array as never);
  return larger;
}
