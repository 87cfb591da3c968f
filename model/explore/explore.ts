/** Breadth-first exploration of the compiled product: every state that the bounds let it reach, and every permitted step between them. */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { Kernel } from './kernel.ts';
import type { Bounds, Slice } from './labels.ts';
import { StateTable } from './stateTable.ts';

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
  /** Clauses that a permitted step stood on, and how many steps did. */
  readonly cited: ReadonlyMap<ClauseId, number>;
  /** Steps that the specification refused, by the clause that the refusal names first. */
  readonly refused: ReadonlyMap<ClauseId, number>;
}

export interface ExploreOptions {
  readonly slice: Slice;
  readonly bounds: Bounds;
  readonly profile: Profile;
  readonly statesMax?: number;
  /** Called now and then with the number of states found and those already expanded. */
  readonly onProgress?: (found: number, expanded: number) => void;
}

export class StatesExhausted extends RangeError {}

/** Throws StatesExhausted when more than `statesMax` states are found, and an Error when a step loses or invents bytes. */
export function explore(options: ExploreOptions): Graph {
  const { slice, bounds, profile, statesMax = 8_000_000, onProgress } = options;
  const kernel = new Kernel(slice, bounds, profile);
  const { width } = kernel;
  const table = new StateTable(width);
  const next = new Int32Array(width);
  kernel.initial(next, 0);
  table.add(next);

  let first = new Int32Array(1024);
  let label = new Uint16Array(8192);
  let target = new Int32Array(8192);
  let edges = 0;
  const cited = new Map<ClauseId, number>();
  const refused = new Map<ClauseId, number>();
  const labels = kernel.labels.length;

  for (let state = 0; state < table.size; state++) {
    if (state + 1 >= first.length) first = grow(first);
    first[state] = edges;
    for (let index = 0; index < labels; index++) {
      const from = state * width;
      if (!kernel.step(table.words, from, index, next, 0)) {
        for (const id of kernel.decided?.clauses.slice(0, 1) ?? []) refused.set(id, (refused.get(id) ?? 0) + 1);
        continue;
      }
      for (const id of kernel.decided?.clauses ?? []) cited.set(id, (cited.get(id) ?? 0) + 1);
      const { accepted, received, dropped } = kernel.balance;
      const before = kernel.held(table.words, from);
      const after = kernel.held(next, 0);
      if (before + accepted !== after + received + dropped) {
        throw new Error(
          `A step must conserve bytes: ${JSON.stringify(kernel.labels[index])} held ${before} + accepted ${accepted}, then held ${after} + received ${received} + dropped ${dropped}`,
        );
      }
      if (edges >= label.length) {
        label = grow(label);
        target = grow(target);
      }
      label[edges] = index;
      target[edges++] = table.add(next);
      if (table.size > statesMax) throw new StatesExhausted(`Exploration must stay within ${statesMax} states: choose smaller bounds`);
    }
    if (onProgress !== undefined && (state & 0xfff) === 0) onProgress(table.size, state);
  }
  first[table.size] = edges;
  return {
    kernel,
    bounds,
    slice,
    profile,
    states: table.size,
    transitions: edges,
    words: table.words.slice(0, table.size * width),
    first: first.slice(0, table.size + 1),
    label: label.slice(0, edges),
    target: target.slice(0, edges),
    cited,
    refused,
  };
}

function grow<T extends Int32Array | Uint16Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array as never);
  return larger;
}
