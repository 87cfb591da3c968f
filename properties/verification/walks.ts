import { explore, type Graph } from '../../model/explore/explore.ts';
import { type Bounds, isHidden, smallestBounds } from '../../model/product/labels.ts';
import { type SliceName, slices } from '../../model/product/slices.ts';
import type { Findings } from '../campaign/findings.ts';
import type { GraphResult } from '../campaign/report.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { conductTour } from '../tours/drive.ts';
import { overBudget, type VerifyOptions } from './options.ts';

/** Walks through the graphs of the model. */

interface Walk {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  /** The walk ends after so many steps, whatever is left to be seen. */
  readonly stepsMax: number;
}
const one: Bounds = { operations: 1, units: 1, length: 1 };

/** The graphs that an implementation is driven through. Each is exhaustive within its bounds; what is shown of it is counted. */
const shortWalks: readonly Walk[] = [
  { slice: 'smallest', bounds: smallestBounds, stepsMax: 4000 },
  { slice: 'overlapped', bounds: one, stepsMax: 3000 },
  { slice: 'sync', bounds: smallestBounds, stepsMax: 3000 },
  { slice: 'nonoverlapped', bounds: one, stepsMax: 3000 },
  { slice: 'calls', bounds: one, stepsMax: 2500 },
  { slice: 'datagram', bounds: one, stepsMax: 1500 },
  { slice: 'threads', bounds: one, stepsMax: 2500 },
  { slice: 'spi', bounds: one, stepsMax: 2500 },
  { slice: 'nesting', bounds: one, stepsMax: 1500 },
  { slice: 'linger', bounds: one, stepsMax: 1000 },
  { slice: 'receiveOnly', bounds: one, stepsMax: 1000 },
];

const longStepsMax = 20_000;
/** The same graphs, walked on, and two that take seconds to explore. */
const longWalks: readonly Walk[] = [
  ...shortWalks.map((walk) => ({ ...walk, stepsMax: longStepsMax })),
  { slice: 'nesting', bounds: { ...one, operations: 2 }, stepsMax: longStepsMax },
  { slice: 'circuit', bounds: one, stepsMax: longStepsMax },
];
/** The share of the steps, and of a ceiling on time, that the walks may use up: the campaign finds more. */
export const walksShare = 0.3;
/** A walk that may take fewer steps shows nothing worth a graph. */
const stepsMin = 40;

/** The walks within `steps` steps, each with its share of them, as many as there are steps for, the first ones first. */
function walksWithin(steps: number): readonly Walk[] {
  const wanted = shortWalks.reduce((sum, { stepsMax }) => sum + stepsMax, 0);
  if (steps >= wanted) return shortWalks;
  const kept = shortWalks.slice(0, Math.floor(steps / stepsMin));
  const least = kept.length * stepsMin;
  const more = kept.reduce((sum, { stepsMax }) => sum + stepsMax, 0) - least;
  return kept.map((walk) => ({ ...walk, stepsMax: stepsMin + Math.floor(((walk.stepsMax - stepsMin) * (steps - least)) / more) }));
}

export interface Walked {
  readonly graphs: readonly GraphResult[];
  readonly cut?: string;
}
export const noWalks: Walked = { graphs: [] };

/**
 * Through the graphs of the model, until nothing new can be tried in them or their share of `steps` is used up. Each lane takes the next
 * graph that nobody walks. The long walks know no such share.
 */
export async function walk(
  lanes: readonly Implementation[],
  findings: Findings,
  isLate: () => boolean,
  steps: number,
  options: VerifyOptions,
): Promise<Walked> {
  const { profile } = findings;
  const results: GraphResult[] = [];
  const graphs = options.walks === 'long' ? longWalks : walksWithin(steps * walksShare);
  let next = 0;
  let cut: string | undefined;
  const walkOn = async (implementation: Implementation): Promise<void> => {
    for (let at = next++; at < graphs.length && findings.goesOn; at = next++) {
      const { slice, bounds, stepsMax } = graphs[at]!;
      cut ??= isLate() ? `${overBudget(options)} for the walks: ${at} of ${graphs.length} graphs begun` : undefined;
      if (cut !== undefined) break;
      options.onProgress?.(at, graphs.length, `the graph ${slice}`);
      const graph = explore({ slice: slices[slice], bounds, profile });
      let walked = 0;
      const toured = await conductTour(implementation, graph, {
        profile,
        tally: findings.tally,
        unsupported: findings.unsupported,
        onCase: async (result) => {
          walked += result.steps;
          if (isLate()) cut ??= `${overBudget(options)} for the walks: in ${at + 1} of ${graphs.length} graphs`;
          return (await findings.take(result, implementation)) && cut === undefined && walked < stepsMax;
        },
      });
      const { states, transitions } = graph;
      results[at] = { slice, bounds, states, transitions, visible: visibleIn(graph), ...toured, steps: walked };
    }
  };
  await Promise.all(lanes.map(walkOn));
  return { graphs: results.filter((result) => result !== undefined), ...(cut !== undefined && { cut }) };
}

/** Transitions that a trace can show at all. */
const visibleIn = ({ kernel, label }: Graph): number => {
  const hidden = new Set(kernel.labels.flatMap((known, index) => (isHidden(known) ? [index] : [])));
  return label.reduce((sum, index) => sum + (hidden.has(index) ? 0 : 1), 0);
};
