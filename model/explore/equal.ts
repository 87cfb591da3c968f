/**
 * The proof that the compiled kernel is the XState machine: in every state that exploration finds, every label is tried on both, and
 * both must refuse it or reach the same state.
 */

import { Authority } from '../product/authority.ts';
import type { Label } from '../product/labels.ts';
import type { Layout } from '../product/layout.ts';
import type { Values } from '../product/values.ts';
import { type ExploreOptions, requireStates, statesMaxDefault } from './explore.ts';
import { Kernel } from './kernel.ts';
import { StateTable } from './stateTable.ts';

export interface Comparison {
  /** States in which every label was tried. */
  readonly states: number;
  /** Labels tried, permitted and refused ones. */
  readonly tried: number;
  readonly permitted: number;
  /** How often the XState machine was asked: once for steps that it cannot distinguish. */
  readonly calls: number;
  /** Every state that the bounds let in was compared. */
  readonly isWhole: boolean;
  /** The first difference, in words. */
  readonly difference?: string;
}

export interface CompareOptions extends ExploreOptions {
  /** Compares the first states only, as many as this. Default all. */
  readonly comparedMax?: number;
}

/** Explores and compares as it goes, so that transitions need no memory. Throws StatesExhausted as `explore` does. */
export function compareWithXState({
  slice,
  bounds,
  profile,
  statesMax = statesMaxDefault,
  comparedMax = Infinity,
  onProgress,
}: CompareOptions): Comparison {
  const kernel = new Kernel(slice, bounds, profile);
  const { layout, labels, width, next } = kernel;
  const authority = new Authority(profile, layout, kernel.descriptions);
  const expected = new Int32Array(width);
  const table = new StateTable(width);
  kernel.initial(next, 0);
  table.add(next);
  let permitted = 0;
  let tried = 0;
  let state = 0;
  const result = (difference?: string): Comparison => ({
    states: state,
    tried,
    permitted,
    calls: authority.calls,
    isWhole: state === table.size,
    ...(difference !== undefined && { difference }),
  });
  for (; state < table.size && state < comparedMax; state++) {
    const from = state * width;
    const values = layout.valuesIn(table.words, from);
    kernel.load(table.words, from);
    for (let index = 0; index < labels.length; index++) {
      const label = labels[index]!;
      tried++;
      const isPermitted = kernel.fire(index);
      const moved = authority.step(values, index);
      if (moved !== undefined) layout.write(moved, expected);
      if (isPermitted !== (moved !== undefined) || (isPermitted && !isSame(next, expected))) {
        const [byXState, compiled] = [moved && kernel.describe(expected, 0), isPermitted && kernel.describe(next, 0)].map(inWords);
        return result(
          `${JSON.stringify(label)} from ${inWords(kernel.describe(table.words, from))}: XState ${byXState}, compiled ${compiled}`,
        );
      }
      if (moved === undefined) continue;
      const lost = imbalance(layout, values, moved, label);
      if (lost !== 0) {
        const here = inWords(kernel.describe(table.words, from));
        return result(`${JSON.stringify(label)} from ${here} must conserve bytes: ${lost} units are nowhere`);
      }
      permitted++;
      table.add(next);
    }
    requireStates(table.size, statesMax);
    if ((state & 0xff) === 0) onProgress?.(table.size, state);
  }
  return result();
}

const inWords = (described: object | false | undefined): string => (described ? JSON.stringify(described) : 'refused');

function isSame(words: Int32Array, others: Int32Array): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== others[i]) return false;
  return true;
}

const entriesIn = ({ entries }: Layout, values: Values): number => entries.filter(({ kind }) => values[kind.place] !== 0).length;
const restAt = ({ entries }: Layout, values: Values, at: number): number => values[entries[at]!.rest.place]!;
const held = ({ queued, entries }: Layout, values: Values): number =>
  entries.reduce((sum, { rest }) => sum + values[rest.place]!, values[queued.place]!);

const ends: ReadonlySet<Label['type']> = new Set([
  'result',
  'routine.enter',
  'routine.leave',
  'call.completes',
  'call.fails',
  'caller',
  'upcall.complete',
]);

/** Units that a step took in and that are neither held, nor read, nor dropped with an operation that ended. */
function imbalance(layout: Layout, before: Values, after: Values, label: Label): number {
  const [was, is] = [entriesIn(layout, before), entriesIn(layout, after)];
  const posts = label.type === 'send.begins' || label.type === 'send.pends';
  const accepted = label.type === 'send.completes' ? label.bytes : posts && is > was ? restAt(layout, after, was) : 0;
  const read = label.type === 'peer.recv' ? label.units : 0;
  const dropped =
    ends.has(label.type) && 'at' in label ? restAt(layout, before, label.at) - (is === was ? restAt(layout, after, label.at) : 0) : 0;
  return held(layout, before) + accepted - read - dropped - held(layout, after);
}
