/** Which tours are generated, and the tours as data. */

import { createHash } from 'node:crypto';
import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { explore, type Graph } from '../../model/explore/explore.ts';
import { pairTour, type Tour, transitionTour } from '../../model/explore/tours.ts';
import { type Bounds, smallestBounds } from '../../model/product/labels.ts';
import { type SliceName, slices } from '../../model/product/slices.ts';

export interface TourPlan {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  readonly covers: 'transitions' | 'pairs of transitions';
}

const oneOperation: Bounds = { operations: 1, units: 1, length: 1 };

/** Every transition of these, and every pair of transitions of the smallest. */
export const tourPlans: readonly TourPlan[] = [
  { slice: 'smallest', bounds: smallestBounds, covers: 'transitions' },
  { slice: 'smallest', bounds: smallestBounds, covers: 'pairs of transitions' },
  { slice: 'overlapped', bounds: oneOperation, covers: 'transitions' },
  { slice: 'sync', bounds: oneOperation, covers: 'transitions' },
];

export const planName = ({ slice, covers }: TourPlan): string => `${slice}.${covers === 'transitions' ? 'tour' : 'pairs'}`;

export const graphOf = ({ slice, bounds }: TourPlan, profile: Profile): Graph => explore({ slice: slices[slice], bounds, profile });

export const tourOf = (plan: TourPlan, graph: Graph): Tour => (plan.covers === 'transitions' ? transitionTour(graph) : pairTour(graph));

/** A path as it is kept: a name that its contents decide, and the numbers of its labels. */
export type NamedPath = readonly [id: string, numbers: string];

export const namedPaths = (plan: TourPlan, graph: Graph, tour: Tour): NamedPath[] =>
  tour.paths.map((path) => {
    const numbers = Array.from(path, (edge) => graph.label[edge]!).join(' ');
    return [hashOf(`${planName(plan)} ${numbers}`).slice(0, 8), numbers];
  });

export const hashOfPaths = (paths: readonly NamedPath[]): string => hashOf(paths.map(([id, numbers]) => `${id} ${numbers}\n`).join(''));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The clauses on which the steps of a path stand, as the rules that permitted them cite them. */
export function clausesOf(graph: Graph, path: Int32Array): ClauseId[] {
  const { kernel, words, first, label } = graph;
  const found = new Set<ClauseId>();
  let state = 0;
  for (const edge of path) {
    if (edge < first[state]! || edge >= first[state + 1]!)
      throw new Error(`a path must follow the edges of its graph: edge ${edge} from state ${state}`);
    for (const id of kernel.ruleOf(words, state * kernel.width, label[edge]!)?.clauses ?? []) found.add(id);
    state = graph.target[edge]!;
  }
  return [...found].sort();
}
