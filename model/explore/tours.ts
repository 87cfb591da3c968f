/**
 * Tours: paths from the initial state that together cross every transition of a graph, or every pair of transitions that follow each
 * other. A path goes on to the nearest transition that is still to be crossed, and ends when it has grown long; the next begins anew.
 */

import type { Graph } from './explore.ts';

/** A directed graph in compressed rows: the arcs of node i are `first[i] … first[i + 1] - 1`. Node 0 is where paths begin. */
export interface Arcs {
  readonly first: Int32Array;
  readonly target: Int32Array;
}

export interface Tour {
  /** Arcs of each path, in order. */
  readonly paths: readonly Int32Array[];
  readonly steps: number;
  readonly covered: number;
}

/** Past this length a path that would have to walk over covered ground begins anew instead. */
const pathLengthMax = 64;

/** Covers every arc that can be reached. Deterministic: the same graph gives the same tour on every machine. */
export function tour({ first, target }: Arcs): Tour {
  const nodes = first.length - 1;
  const arcs = first[nodes]!;
  const done = new Uint8Array(arcs);
  // Where to look next for an uncovered arc of a node; arcs before it are covered.
  const cursor = first.slice(0, nodes);
  const search = new Search({ first, target });
  const paths: Int32Array[] = [];
  let covered = 0;
  let steps = 0;

  const uncoveredAt = (node: number): number => {
    let arc = cursor[node]!;
    while (arc < first[node + 1]! && done[arc] === 1) arc++;
    cursor[node] = arc;
    return arc < first[node + 1]! ? arc : -1;
  };
  const cover = (arc: number, path: number[]): void => {
    if (done[arc] === 0) {
      done[arc] = 1;
      covered++;
    }
    path.push(arc);
  };

  while (covered < arcs) {
    const path: number[] = [];
    let node = 0;
    for (;;) {
      const arc = uncoveredAt(node);
      if (arc >= 0) {
        cover(arc, path);
        node = target[arc]!;
        continue;
      }
      const limit = path.length === 0 ? Number.POSITIVE_INFINITY : pathLengthMax - path.length;
      const way = limit > 0 ? search.nearest(node, (candidate) => uncoveredAt(candidate) >= 0, limit) : undefined;
      if (way === undefined) break;
      for (const step of way) cover(step, path);
      node = target[way[way.length - 1]!]!;
    }
    if (path.length === 0) break;
    paths.push(Int32Array.from(path));
    steps += path.length;
  }
  return { paths, steps, covered };
}

/** Every transition of the graph. */
export const transitionTour = (graph: Graph): Tour => tour(graph);

/** Every pair of transitions that follow each other, as paths over the transitions of the graph. */
export function pairTour(graph: Graph): Tour & { readonly pairs: number } {
  const { first, target, transitions } = graph;
  // Nodes of the line graph are the transitions, and node 0 is "nothing yet".
  const lineFirst = new Int32Array(transitions + 2);
  const initial = first[1]! - first[0]!;
  let arcs = initial;
  lineFirst[0] = 0;
  for (let edge = 0; edge < transitions; edge++) {
    lineFirst[edge + 1] = arcs;
    const to = target[edge]!;
    arcs += first[to + 1]! - first[to]!;
  }
  lineFirst[transitions + 1] = arcs;
  const lineTarget = new Int32Array(arcs);
  for (let i = 0; i < initial; i++) lineTarget[i] = first[0]! + i + 1;
  for (let edge = 0; edge < transitions; edge++) {
    const from = first[target[edge]!]!;
    for (let arc = lineFirst[edge + 1]!, i = 0; arc < lineFirst[edge + 2]!; arc++, i++) lineTarget[arc] = from + i + 1;
  }
  const line = tour({ first: lineFirst, target: lineTarget });
  return {
    paths: line.paths.map((path) => path.map((arc) => lineTarget[arc]! - 1)),
    steps: line.steps,
    covered: line.covered,
    pairs: arcs - initial,
  };
}

class Search {
  private readonly arcs: Arcs;
  private readonly seen: Int32Array;
  private readonly via: Int32Array;
  private readonly queue: Int32Array;
  private readonly depth: Int32Array;
  private round = 0;

  constructor(arcs: Arcs) {
    this.arcs = arcs;
    const nodes = arcs.first.length - 1;
    this.seen = new Int32Array(nodes);
    this.via = new Int32Array(nodes);
    this.queue = new Int32Array(nodes);
    this.depth = new Int32Array(nodes);
  }

  /** The arcs to the nearest node that is wanted, or undefined when none is within `limit` arcs. */
  nearest(from: number, wanted: (node: number) => boolean, limit: number): number[] | undefined {
    const { first, target } = this.arcs;
    const round = ++this.round;
    const source = new Map<number, number>();
    let head = 0;
    let tail = 0;
    this.queue[tail++] = from;
    this.seen[from] = round;
    this.depth[from] = 0;
    while (head < tail) {
      const node = this.queue[head++]!;
      if (this.depth[node]! >= limit) return undefined;
      for (let arc = first[node]!; arc < first[node + 1]!; arc++) {
        const to = target[arc]!;
        if (this.seen[to] === round) continue;
        this.seen[to] = round;
        this.via[to] = arc;
        source.set(to, node);
        this.depth[to] = this.depth[node]! + 1;
        if (wanted(to)) {
          const way: number[] = [];
          for (let at = to; at !== from; at = source.get(at)!) way.unshift(this.via[at]!);
          return way;
        }
        this.queue[tail++] = to;
      }
    }
    return undefined;
  }
}
