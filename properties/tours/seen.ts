/** Which transitions of a graph an implementation was seen to take, and where to go to see more. */

import type { Graph } from '../../model/explore/explore.ts';
import { isHidden, type Label } from '../../model/explore/labels.ts';
import { isAwaited } from './paths.ts';

/** How often an outcome is asked for that does not come; from then on it is no way to anywhere either. */
const attemptsMax = 2;

export class Seen {
  readonly shown: Uint8Array;
  /** Grows whenever something new is learnt; a case in which it does not is the last. */
  changes = 0;
  readonly graph: Graph;
  /** What the transport takes is ours to say, and when completions are told. */
  isSteered = false;
  private readonly attempts: Uint8Array;
  private readonly indexOf = new Map<string, number>();
  private readonly takes: number | undefined;
  private readonly round: Int32Array;
  private readonly via: Int32Array;
  private readonly from: Int32Array;
  private readonly queue: Int32Array;
  private turn = 0;

  constructor(graph: Graph) {
    this.graph = graph;
    this.shown = new Uint8Array(graph.transitions);
    this.attempts = new Uint8Array(graph.transitions);
    graph.kernel.labels.forEach((label, index) => {
      this.indexOf.set(keyOf(label), index);
    });
    this.takes = this.indexOf.get(keyOf({ type: 'transport.takes' }));
    this.round = new Int32Array(graph.states);
    this.via = new Int32Array(graph.states);
    this.from = new Int32Array(graph.states);
    this.queue = new Int32Array(graph.states);
  }

  labelOf(edge: number): Label {
    return this.graph.kernel.labels[this.graph.label[edge]!]!;
  }

  /** The graph's own label for this one. */
  known(label: Label): Label | undefined {
    const index = this.indexOf.get(keyOf(label));
    return index === undefined ? undefined : this.graph.kernel.labels[index];
  }

  edgeOf(state: number, label: Label): number | undefined {
    return this.edgeAt(state, this.indexOf.get(keyOf(label)));
  }

  private edgeAt(state: number, index: number | undefined): number | undefined {
    if (index === undefined) return undefined;
    for (let edge = this.graph.first[state]!; edge < this.graph.first[state + 1]!; edge++)
      if (this.graph.label[edge] === index) return edge;
    return undefined;
  }

  /** Where the transport has taken all that it has room for. One that takes later just goes another way, which is inconclusive. */
  eager(state: number): number {
    if (this.isSteered) return state;
    let at = state;
    for (let edge = this.edgeAt(at, this.takes); edge !== undefined; edge = this.edgeAt(at, this.takes)) {
      at = this.graph.target[edge]!;
    }
    return at;
  }

  forgetAttempts(): void {
    this.attempts.fill(0);
  }

  /** The transition was asked for and another one came. */
  missed(edge: number): void {
    this.attempts[edge]!++;
    this.changes++;
  }

  show(edge: number): void {
    if (this.shown[edge] === 0) this.changes++;
    this.shown[edge] = 1;
  }

  hasPlan(state: number): boolean {
    return this.plan(this.eager(state)) !== undefined;
  }

  /** The next transition to ask for: one that is new, or the first on the shortest known way to one. */
  plan(state: number): number | undefined {
    const { first, target } = this.graph;
    const turn = ++this.turn;
    let head = 0;
    let tail = 0;
    this.queue[tail++] = state;
    this.round[state] = turn;
    while (head < tail) {
      const node = this.queue[head++]!;
      for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
        if (this.wanted(edge)) return node === state ? edge : this.firstStep(state, node);
      }
      for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
        const label = this.labelOf(edge);
        if (isHidden(label) ? !this.isSteered : this.shown[edge] === 0 || this.attempts[edge]! >= attemptsMax) continue;
        if (node === state && !this.canAskFor(label)) continue;
        const to = this.eager(target[edge]!);
        if (this.round[to] === turn) continue;
        this.round[to] = turn;
        this.via[to] = edge;
        this.from[to] = node;
        this.queue[tail++] = to;
      }
    }
    return undefined;
  }

  private wanted(edge: number): boolean {
    const label = this.labelOf(edge);
    return this.shown[edge] === 0 && this.attempts[edge]! < attemptsMax && !isHidden(label) && this.canAskFor(label);
  }

  /** A step that comes by itself cannot be asked for; a blocked call that is told to end can. */
  private canAskFor(label: Label): boolean {
    return !isAwaited(label) || (this.isSteered && (label.type === 'call.completes' || label.type === 'call.fails'));
  }

  private firstStep(state: number, node: number): number {
    let at = node;
    while (this.from[at] !== state) at = this.from[at]!;
    return this.via[at]!;
  }
}

const keyOf = (label: Label): string => JSON.stringify(Object.entries(label).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
