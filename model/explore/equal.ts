/**
 * The proof that the compiled kernel is the XState machine: in every state that exploration finds, every label is tried on both, and
 * both must refuse it or reach the same state.
 */

import { Authority } from '../product/authority.ts';
import type { Label } from '../product/labels.ts';
import type { Layout } from '../product/layout.ts';
import type { Values } from '../product/values.ts';
import type { Graph } from './explore.ts';

export interface Comparison {
  readonly states: number;
  /** Labels tried, permitted and refused ones. */
  readonly tried: number;
  readonly permitted: number;
  /** How often the XState machine was asked: once for steps that it cannot tell apart. */
  readonly calls: number;
  /** The first difference, in words. */
  readonly difference?: string;
}

export function compareWithXState(graph: Graph, onProgress?: (done: number) => void): Comparison {
  const { kernel, words } = graph;
  const { layout, labels, width } = kernel;
  const authority = new Authority(graph.profile, layout, kernel.descriptions);
  const expected = new Int32Array(width);
  let permitted = 0;
  let tried = 0;
  const result = (difference?: string): Comparison => ({
    states: graph.states,
    tried,
    permitted,
    calls: authority.calls,
    ...(difference !== undefined && { difference }),
  });
  for (let state = 0; state < graph.states; state++) {
    const from = state * width;
    const values = layout.valuesIn(words, from);
    kernel.load(words, from);
    for (let index = 0; index < labels.length; index++) {
      const label = labels[index]!;
      tried++;
      const isPermitted = kernel.fire(index);
      const moved = authority.step(values, index);
      if (moved !== undefined) layout.write(moved, expected);
      if (isPermitted !== (moved !== undefined) || (isPermitted && !isSame(kernel.next, expected))) {
        const [byXState, compiled] = [moved && kernel.describe(expected, 0), isPermitted && kernel.describe(kernel.next, 0)].map(inWords);
        return result(`${JSON.stringify(label)} from ${inWords(kernel.describe(words, from))}: XState ${byXState}, compiled ${compiled}`);
      }
      if (moved === undefined) continue;
      const lost = imbalance(layout, values, moved, label);
      if (lost !== 0)
        return result(
          `${JSON.stringify(label)} from ${inWords(kernel.describe(words, from))} must conserve bytes: ${lost} units are nowhere`,
        );
      permitted++;
    }
    if (onProgress !== undefined && (state & 0xff) === 0) onProgress(state);
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
