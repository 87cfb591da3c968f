/** Which transitions of a graph an implementation was seen to take, and where to go to see more. */

import type { Graph } from '../../model/explore/explore.ts';
import { isHidden, type Label } from '../../model/product/labels.ts';
import { isAskable, isAskableInside, isAwaited, isSteerable } from './asking.ts';

/** How often an outcome that does not come is asked for; after that no way leads through it either. */
const attemptsMax = 2;
/** An outcome that failed to come in so many states, and came in none, is asked for nowhere. */
const missesMax = 24;

/** Transitions that came, and others that were asked for where they are permitted: another permitted outcome came in their place. */
export interface Toured {
  readonly shown: number;
  readonly otherwise: number;
}

export class Seen {
  readonly shown: Uint8Array;
  /** Grows whenever something new is learnt; a case in which it does not is the last. */
  changes = 0;
  readonly graph: Graph;
  /** We decide what the transport takes, and when completions are indicated. */
  isSteered = false;
  private readonly attempts: Uint8Array;
  /** Over all manners: transitions that were asked for and did not come, and states that the implementation was in. */
  private readonly declined: Uint8Array;
  private readonly visited: Uint8Array;
  /** By label, over all manners: how often it was asked for and did not come. */
  private readonly missesEver: Int32Array;
  /** By label: how often it was asked for and did not come, and how often it came. */
  private readonly misses: Int32Array;
  private readonly hits: Int32Array;
  /** By state: whether a routine runs in it; -1 while nobody has looked. */
  private readonly running: Int8Array;
  private readonly askable: Uint8Array;
  private readonly postponed = new Set<number>();
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
    this.declined = new Uint8Array(graph.transitions);
    this.visited = new Uint8Array(graph.states);
    graph.kernel.labels.forEach((label, index) => {
      this.indexOf.set(keyOf(label), index);
    });
    this.takes = this.indexOf.get(keyOf({ type: 'transport.takes' }));
    const { labels } = graph.kernel;
    this.misses = new Int32Array(labels.length);
    this.hits = new Int32Array(labels.length);
    this.missesEver = new Int32Array(labels.length);
    this.running = new Int8Array(graph.states).fill(graph.slice.modes.includes('routine') ? -1 : 0);
    this.askable = Uint8Array.from(labels, (label) => Number(isAskable(label, graph.profile)));
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

  /** Where the transport has taken all that it has room for. One that takes it later goes another way, which is inconclusive. */
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
    this.misses.fill(0);
  }

  /** The transition was asked for and another one came. */
  missed(edge: number): void {
    this.attempts[edge]!++;
    this.declined[edge] = 1;
    this.misses[this.graph.label[edge]!]!++;
    this.missesEver[this.graph.label[edge]!]!++;
    this.changes++;
  }

  /** Nothing can bring it about in this case any more. */
  postpone(edge: number): void {
    this.postponed.add(edge);
  }

  /** Another case begins. */
  resume(): void {
    this.postponed.clear();
  }

  show(edge: number): void {
    if (this.shown[edge] === 0) this.changes++;
    this.shown[edge] = 1;
    this.hits[this.graph.label[edge]!]!++;
  }

  /** An outcome that never came in so many states that it is asked for no more counts wherever the implementation was. */
  get counts(): Toured {
    const { first, label, states } = this.graph;
    let shown = 0;
    let otherwise = 0;
    for (let state = 0; state < states; state++) {
      for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
        if (this.shown[edge] === 1) shown++;
        else if (this.declined[edge] === 1 || (this.visited[state] === 1 && this.isGivenUp(label[edge]!, this.missesEver))) otherwise++;
      }
    }
    return { shown, otherwise };
  }

  private isGivenUp(label: number, misses: Int32Array): boolean {
    return this.hits[label] === 0 && misses[label]! >= missesMax;
  }

  hasPlan(state: number): boolean {
    return this.plan(this.eager(state)) !== undefined;
  }

  /** The way to the next transition to ask for, the last one of it: one that is new, by the shortest known way. */
  plan(state: number): readonly number[] | undefined {
    const { first, target } = this.graph;
    const turn = ++this.turn;
    this.visited[state] = 1;
    let head = 0;
    let tail = 0;
    this.queue[tail++] = state;
    this.round[state] = turn;
    while (head < tail) {
      const node = this.queue[head++]!;
      for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
        if (this.wanted(edge, node)) return [...this.wayTo(node, state), edge];
      }
      for (let edge = first[node]!; edge < first[node + 1]!; edge++) {
        const label = this.labelOf(edge);
        if (isHidden(label) ? !this.isSteered : this.shown[edge] === 0 || this.attempts[edge]! >= attemptsMax) continue;
        if (node === state && !this.canAskFor(edge, node)) continue;
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

  private wanted(edge: number, node: number): boolean {
    if (this.postponed.has(edge)) return false;
    return this.shown[edge] === 0 && this.attempts[edge]! < attemptsMax && !isHidden(this.labelOf(edge)) && this.canAskFor(edge, node);
  }

  /** A step that comes by itself cannot be asked for, unless the implementation can be steered. */
  private canAskFor(edge: number, node: number): boolean {
    const index = this.graph.label[edge]!;
    const label = this.labelOf(edge);
    if (isHidden(label)) return true;
    if (this.askable[index] === 0 || this.isGivenUp(index, this.misses)) return false;
    if (isAwaited(label)) return this.isSteered && isSteerable(label);
    return !this.runsIn(node) || isAskableInside(label);
  }

  private runsIn(state: number): boolean {
    if (this.running[state] === -1) {
      const { kernel, words } = this.graph;
      this.running[state] = Number(kernel.describe(words, state * kernel.width).entries.some((entry) => entry.state === 'running'));
    }
    return this.running[state] === 1;
  }

  /** The main thread waits alertably, and no routine runs. */
  isAsleep(state: number): boolean {
    const { kernel, words } = this.graph;
    return kernel.describe(words, state * kernel.width).sleeping && !this.runsIn(state);
  }

  private wayTo(node: number, state: number): readonly number[] {
    const way: number[] = [];
    for (let at = node; at !== state; at = this.from[at]!) way.unshift(this.via[at]!);
    return way;
  }
}

const keyOf = (label: Label): string => JSON.stringify(Object.entries(label).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
