/**
 * The whole verification of a provider: the model is explored within stated bounds, the provider is driven through its graphs, and a
 * campaign of chosen requests goes on from there. The first step that is not permitted ends it.
 */

import { explore } from '../model/explore/explore.ts';
import { type Bounds, type SliceName, slices, smallestBounds } from '../model/explore/labels.ts';
import type { ProviderModule } from '../model/winsock/spi.ts';
import type { Count, Counterexample, Report } from './campaign/report.ts';
import { commandOf, plain, verifyProvider as runCampaign, type VerifyOptions } from './campaign/verify.ts';
import { conductTour, type TourFailure } from './tours/drive.ts';

export type { VerifyOptions } from './campaign/verify.ts';
export { stepsDefault } from './campaign/verify.ts';

/** The graphs that a provider is driven through. Each is exhaustive within its bounds; what a provider shows of it is counted. */
const graphs: readonly { readonly slice: SliceName; readonly bounds: Bounds }[] = [
  { slice: 'smallest', bounds: smallestBounds },
  { slice: 'overlapped', bounds: { operations: 1, units: 1, length: 1 } },
  { slice: 'sync', bounds: smallestBounds },
  { slice: 'nonoverlapped', bounds: { operations: 1, units: 1, length: 1 } },
];

/** No graph may take more steps than this, whatever is left to be seen of it. */
const tourStepsMax = 20_000;

const boundsText = ({ operations, units, length }: Bounds): string =>
  `${operations} operations, ${units} units of room, sends of at most ${length} units`;

/**
 * Verifies a provider module. Deterministic for a seed, a profile and a number of steps, but for `seconds`.
 * The report's verdict is `deviates` when a step was not permitted, and `untried` when nothing could be tried.
 */
export async function verifyProvider(module: ProviderModule, options: VerifyOptions = {}): Promise<Report> {
  const { profile = 'page', onProgress, now = Date.now } = options;
  const started = now();
  const counts: Count[] = [];
  let steps = 0;
  for (const [at, { slice, bounds }] of graphs.entries()) {
    onProgress?.(at, graphs.length, `the graph ${slice}`);
    const graph = explore({ slice: slices[slice], bounds, profile });
    const within = `slice ${slice}: ${boundsText(bounds)}`;
    const result = await conductTour(module, graph, { profile, enough: (done) => done >= tourStepsMax });
    steps += result.steps;
    const shown = result.shown.reduce((sum, edge) => sum + edge, 0);
    counts.push(
      { what: 'states', count: graph.states, bounds: within },
      { what: 'transitions', count: graph.transitions, bounds: within },
      { what: 'transitions shown', count: shown, bounds: `${within}, in ${result.steps} steps` },
    );
    const [failure] = result.failures;
    if (failure !== undefined) return failed(options, failure, counts, steps, (now() - started) / 1000);
  }
  const campaign = await runCampaign(module, options);
  return { ...campaign, seconds: (now() - started) / 1000, counts: [...counts, ...campaign.counts] };
}

function failed(options: VerifyOptions, failure: TourFailure, counts: readonly Count[], steps: number, seconds: number): Report {
  const { subject = 'a provider', profile = 'page', seed = 1 } = options;
  const { clauses, message, permitted } = failure.rejection;
  const counterexample: Counterexample = {
    header: failure.header,
    steps: failure.steps.map(plain),
    message,
    clauses,
    permitted,
    replay: commandOf({ subject, profile, seed }),
  };
  return {
    wspsend: 'report/1',
    subject,
    profile,
    seed,
    seconds,
    verdict: 'deviates',
    clauses: clauses.map((id) => ({ id, tried: 1, violated: 1 })),
    counts: [...counts, { what: 'steps', count: steps, bounds: 'the walk through the graphs' }],
    counterexamples: [counterexample],
  };
}
