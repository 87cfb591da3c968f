/**
 * Tours: paths from the initial state that together cross every transition of a graph, or every pair of transitions that follow each
 * other, in as few steps as that can be done.
 */

import type { Graph } from './explore.ts';
import { type Arcs, type PostmanOptimum, postmanOptimum } from './postman.ts';

export interface Tour {
  /** Arcs of each path, in order. */
  readonly paths: readonly Int32Array[];
  readonly steps: number;
  readonly covered: number;
  /** The fewest steps that any tour needs if its paths may be of any length. */
  readonly optimum: number;
}

/** No path is much longer: the longer a path is, the more likely an implementation leaves it. */
const pathLengthMax = 64;
/** However far away it begins, a piece of a path that was cut crosses as many arcs as this for the first time, or all that are left. */
const gainMin = 16;

/**
 * Covers every arc that can be reached. Deterministic: the same graph gives the same tour on every machine.
 *
 * The arcs as often as the postman's optimum crosses them, with a way back to node 0 wherever a path ends, are a circuit of Euler. Cut at
 * the ways back it is the best tour there is. Paths longer than the limit are cut again, where node 0 is near: what follows the cut has
 * to be reached from there.
 */
export function tour(arcs: Arcs): Tour {
  const optimum = postmanOptimum(arcs);
  const shortest = new ShortestPaths(arcs);
  const paths = circuitPaths(arcs, optimum).flatMap((path) => shortest.cut(path));
  const covered = new Uint8Array(arcs.target.length);
  let steps = 0;
  for (const path of paths) {
    steps += path.length;
    for (const arc of path) covered[arc] = 1;
  }
  return { paths, steps, covered: covered.reduce((sum, one) => sum + one, 0), optimum: optimum.steps };
}

/** Hierholzer's circuit from node 0, cut where it goes back there for a new path. */
function circuitPaths({ first, target }: Arcs, { again, ends }: PostmanOptimum): number[][] {
  const left = again.map((times) => times + 1);
  const endsLeft = ends.slice();
  endsLeft[0] = 0;
  const cursor = first.slice(0, first.length - 1);
  const back = -1;
  const open: { node: number; by: number }[] = [{ node: 0, by: back }];
  const circuit: number[] = [];
  while (open.length > 0) {
    const { node, by } = open[open.length - 1]!;
    while (cursor[node]! < first[node + 1]! && left[cursor[node]!] === 0) cursor[node]!++;
    const arc = cursor[node]!;
    if (arc < first[node + 1]!) {
      left[arc]!--;
      open.push({ node: target[arc]!, by: arc });
    } else if (endsLeft[node]! > 0) {
      endsLeft[node]!--;
      open.push({ node: 0, by: back });
    } else {
      circuit.push(by);
      open.pop();
    }
  }
  const paths: number[][] = [];
  for (const arc of circuit.reverse()) {
    if (arc === back) paths.push([]);
    else paths[paths.length - 1]!.push(arc);
  }
  return paths.filter((path) => path.length > 0);
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
    optimum: line.optimum,
    pairs: arcs - initial,
  };
}

/** The shortest way from node 0 to each node. */
class ShortestPaths {
  private readonly arcs: Arcs;
  private readonly depth: Int32Array;
  /** The arc by which a node is reached, and the node that it leaves. */
  private readonly via: Int32Array;
  private readonly from: Int32Array;

  constructor(arcs: Arcs) {
    const { first, target } = arcs;
    const nodes = first.length - 1;
    this.arcs = arcs;
    this.depth = new Int32Array(nodes).fill(-1);
    this.via = new Int32Array(nodes);
    this.from = new Int32Array(nodes);
    this.depth[0] = 0;
    const queue = [0];
    for (const node of queue) {
      for (let arc = first[node]!; arc < first[node + 1]!; arc++) {
        const to = target[arc]!;
        if (this.depth[to]! >= 0) continue;
        this.depth[to] = this.depth[node]! + 1;
        this.via[to] = arc;
        this.from[to] = node;
        queue.push(to);
      }
    }
  }

  /** A path from node 0 as several, of at most the longest length where the way to what is left of it allows that. */
  cut(path: readonly number[]): Int32Array[] {
    const pieces: Int32Array[] = [];
    let way: number[] = [];
    let at = 0;
    while (way.length + path.length - at > pathLengthMax && path.length - at > gainMin) {
      const end = this.cheapestCut(path, at, at + Math.max(gainMin, pathLengthMax - way.length));
      pieces.push(Int32Array.from([...way, ...path.slice(at, end)]));
      way = this.to(this.arcs.target[path[end - 1]!]!);
      at = end;
    }
    pieces.push(Int32Array.from([...way, ...path.slice(at)]));
    return pieces;
  }

  /** The last of the places in the latter half from which node 0 is nearest. */
  private cheapestCut(path: readonly number[], from: number, to: number): number {
    const depthAt = (end: number): number => this.depth[this.arcs.target[path[end - 1]!]!]!;
    let best = to;
    for (let end = to - 1; end > (from + to) / 2; end--) if (depthAt(end) < depthAt(best)) best = end;
    return best;
  }

  private to(node: number): number[] {
    const way: number[] = [];
    for (let at = node; at !== 0; at = this.from[at]!) way.push(this.via[at]!);
    return way.reverse();
  }
}
