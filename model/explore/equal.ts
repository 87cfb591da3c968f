/**
 * The proof that the compiled kernel is the XState machine: in every state that exploration finds, every label is tried on both, and
 * both must refuse it or reach the same state.
 */

import { type AnyStateMachine, initialTransition } from 'xstate';
import type { CircuitState } from '../machines/circuit.machine.ts';
import type { Counted, Entry } from '../machines/counted.ts';
import { valueIn } from '../machines/interpreted.ts';
import type { SocketState } from '../machines/socket.machine.ts';
import { productStep, wspsendMachine } from '../machines/wspsend.machine.ts';
import { isEnabled } from './enabled.ts';
import type { Graph } from './explore.ts';
import type { Kernel } from './kernel.ts';
import type { Bounds, Label } from './labels.ts';

export interface Comparison {
  readonly states: number;
  /** Labels tried, permitted and refused ones. */
  readonly tried: number;
  readonly permitted: number;
  /** The first difference, in words. */
  readonly difference?: string;
}

export type ProductSnapshot = ReturnType<AnyStateMachine['resolveState']>;

/** The product machine in the state at `words[from…]`. */
export function snapshotOf(kernel: Kernel, bounds: Bounds, words: Int32Array, from: number): ProductSnapshot {
  const { profile, slice } = kernel;
  const [initial] = initialTransition(wspsendMachine as AnyStateMachine, { profile, units: bounds.units, slice } as never);
  const here = kernel.describe(words, from);
  const counted: Counted = {
    ...(initial.context as Counted),
    ...here,
    socket: here.socket as SocketState,
    circuit: here.circuit as CircuitState,
    entries: here.entries as Entry[],
  };
  return (wspsendMachine as AnyStateMachine).resolveState({
    value: { socket: valueIn('socket', here.socket), circuit: valueIn('circuit', here.circuit), entries: 'inOrder' },
    context: counted,
  } as never);
}

export function compareWithXState(graph: Graph, onProgress?: (done: number) => void): Comparison {
  const { kernel, words, bounds } = graph;
  const next = new Int32Array(kernel.width);
  let tried = 0;
  let permitted = 0;
  for (let state = 0; state < graph.states; state++) {
    const here = kernel.describe(words, state * kernel.width);
    const snapshot = snapshotOf(kernel, bounds, words, state * kernel.width);
    const counted = snapshot.context as Counted;
    for (let index = 0; index < kernel.labels.length; index++) {
      const label = kernel.labels[index]!;
      tried++;
      const compiled = kernel.step(words, state * kernel.width, index, next, 0) ? describe(kernel.describe(next, 0)) : 'refused';
      const moved = isEnabled(counted, label, bounds) ? productStep(snapshot, label) : undefined;
      const authority = moved === undefined ? 'refused' : describe(moved.context as Counted);
      if (compiled !== authority) {
        return {
          states: graph.states,
          tried,
          permitted,
          difference: `${JSON.stringify(label)} from ${describe(here)}: XState ${authority}, compiled ${compiled}`,
        };
      }
      if (moved === undefined) continue;
      const lost = imbalance(counted, moved.context as Counted, label);
      if (lost !== 0) {
        const difference = `${JSON.stringify(label)} from ${describe(here)} must conserve bytes: ${lost} units are nowhere`;
        return { states: graph.states, tried, permitted, difference };
      }
      permitted++;
    }
    if (onProgress !== undefined && (state & 0xff) === 0) onProgress(state);
  }
  return { states: graph.states, tried, permitted };
}

const held = ({ queued, entries }: Counted): number => entries.reduce((sum, { rest }) => sum + rest, queued);

/** Units that a step took in and that are neither held, nor read, nor dropped with an operation that ended. */
function imbalance(before: Counted, after: Counted, label: Label): number {
  const accepted =
    label.type === 'send.completes'
      ? label.bytes
      : label.type === 'send.begins' || label.type === 'send.pends'
        ? after.entries.slice(before.entries.length).reduce((sum, { rest }) => sum + rest, 0)
        : 0;
  const read = label.type === 'peer.recv' ? label.units : 0;
  const ends = ['result', 'routine.enter', 'routine.leave', 'call.completes', 'call.fails', 'caller', 'upcall.complete'];
  const dropped =
    ends.includes(label.type) && 'at' in label
      ? before.entries[label.at]!.rest - (sameEntry(before, after) ? after.entries[label.at]!.rest : 0)
      : 0;
  return held(before) + accepted - read - dropped - held(after);
}

const sameEntry = (before: Counted, after: Counted): boolean => before.entries.length === after.entries.length;

const describe = (
  counted: Omit<Counted, 'profile' | 'units' | 'overlappedSocket' | 'slice' | 'socket' | 'circuit' | 'entries'> & {
    socket: string;
    circuit: string;
    entries: readonly object[];
  },
): string =>
  JSON.stringify([
    counted.socket,
    counted.circuit,
    counted.nonblocking,
    counted.reset,
    counted.peerClosed,
    counted.queued,
    counted.sleeping,
    [...counted.flags].sort(),
    counted.entries.map((entry) => {
      const { kind, state, rest, cancelled, owed, known, marks } = entry as Entry;
      return [kind, state, rest, cancelled, owed, known, [...marks].sort()];
    }),
  ]);
