import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { explore, type Graph } from '../../model/explore/explore.ts';
import { type Bounds, isHidden, smallestBounds } from '../../model/explore/labels.ts';
import { type SliceName, slices } from '../../model/explore/slices.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import type { CaseResult } from '../campaign/caseResult.ts';
import { choicesOf } from '../campaign/choices.ts';
import { gradeOf } from '../campaign/grades.ts';
import type { Count, Counterexample, Report } from '../campaign/report.ts';
import { type Found, type ListedDeviation, Run } from '../campaign/run.ts';
import { runCase } from '../campaign/runCase.ts';
import { judgedClauses } from '../campaign/tally.ts';
import type { Implementation } from '../conversation/implementation.ts';
import { requestsOf } from '../conversation/requestsOfTrace.ts';
import { conductTour } from '../tours/drive.ts';

/**
 * A whole verification: the model is explored within stated bounds, the implementation is driven through its graphs, and a campaign of chosen
 * requests goes on from there, case after case until enough steps were judged or one was not permitted.
 */

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

export interface VerifyOptions {
  /** What the report calls the implementation. */
  readonly subject?: string;
  /** The words of a command line that name the implementation again: `--provider ./mine.js`. */
  readonly named?: string;
  readonly profile?: Profile;
  readonly seed?: number;
  /** Steps that the campaign judges; a case that has begun is ended. With a shard, its share of them. */
  readonly steps?: number;
  /** Cases that the campaign runs, where they and not the steps are to be counted. With a shard, its share of them. */
  readonly cases?: number;
  /** A ceiling for all of it, in seconds; a run that it cuts says so. */
  readonly budgetSeconds?: number;
  readonly shard?: Shard;
  /** Distinct deviations after which the run ends: the first one, unless more are wanted. */
  readonly deviationsMax?: number;
  /** Whether the graphs of the model come before the campaign; `long`: more of them, and further through each. */
  readonly walks?: boolean | 'long';
  /** Deviations that are known: the run goes on past them, and one that no longer shows is as bad as a new one. */
  readonly listed?: readonly ListedDeviation[];
  /** Takes in every case as it ends, whatever became of it. */
  readonly onCase?: (result: CaseResult) => void;
  /** How far it has come, and in a word with what. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
  /** Milliseconds, on the clock on which an implementation counts its own deadline too. */
  readonly now?: () => number;
}

export const stepsDefault = 50_000;
/** Cases in a row that bring no step at all: nothing can be tried then. */
const emptyCasesMax = 20;

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
/** Of a ceiling on time, the share that the walks may use up, so that a slow implementation gets to its campaign. */
const walksShare = 0.3;

const boundsText = ({ operations, units, length }: Bounds): string =>
  `${operations} operations, ${units} units of room, sends of at most ${length} units`;

/**
 * Verifies an implementation and closes it. Several of the same kind serve cases side by side. Deterministic for a seed, a profile and a number of steps as far as the implementation is, but for
 * `seconds`. The verdict is `deviates` when a step was not permitted, and `untried` when nothing could be tried or judged.
 */
export async function verify(lanes: readonly [Implementation, ...Implementation[]], options: VerifyOptions = {}): Promise<Report> {
  const [implementation] = lanes;
  const { subject = 'an implementation', profile = 'page', seed = 1, budgetSeconds, shard, deviationsMax = 1, now = Date.now } = options;
  const started = now();
  const endOf = (share: number): number =>
    budgetSeconds === undefined ? Number.POSITIVE_INFINITY : started + budgetSeconds * 1000 * share;
  const run = new Run({
    profile,
    now,
    deadline: endOf(1),
    deviationsMax,
    listed: options.listed ?? [],
    isExact: options.listed !== undefined || deviationsMax > 1,
    onCase: options.onCase,
    onShrink: () => options.onProgress?.(0, 1, 'looking for a shorter counterexample'),
  });
  try {
    await run.askListed(implementation);
    const { counts, cut } = options.walks === false ? noWalks : await walk(lanes, run, profile, () => now() >= endOf(walksShare), options);
    const walked = run.tally.steps;
    const campaign = await roam(lanes, run, profile, options);
    const { listed } = run;
    const cuts = [cut, run.cut].filter((text) => text !== undefined);
    const isGone = listed.some(({ shows }) => !shows);
    const isUntried = run.tally.clauses.size === 0 || run.unjudged.some(({ kind }) => kind === 'malformed' || kind === 'unusable');
    return {
      wspsend: 'report/1',
      subject,
      profile,
      seed,
      ...(shard !== undefined && { shard }),
      seconds: (now() - started) / 1000,
      verdict: run.found.length > 0 || (isGone && !isUntried) ? 'deviates' : isUntried ? 'untried' : 'conforms',
      clauses: clauseResults(run, profile, implementation.injections),
      counts: [
        ...counts,
        ...(options.walks === false ? [] : [{ what: 'steps', count: walked, bounds: 'the walks through the graphs' }]),
        { what: 'steps', count: run.tally.steps - walked, bounds: `${campaign.cases} cases of at most 60 requests and their end` },
      ],
      ...(cuts.length > 0 && { cut: cuts.join('; ') }),
      counterexamples: run.found.map((found) => counterexampleOf(found, replayOf(options, run.tally.steps - walked))),
      steps: { asked: campaign.asked, tried: run.tally.steps - walked },
      cases: run.cases,
      outcomes: run.tally.outcomes.coverage,
      unsupported: run.refusals.reasons,
      unjudged: run.unjudged,
      ...(options.listed !== undefined && { listed }),
    };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

const overBudget = ({ budgetSeconds }: VerifyOptions): string => `${budgetSeconds} seconds are over`;

interface Walked {
  readonly counts: readonly Count[];
  readonly cut?: string;
}
const noWalks: Walked = { counts: [] };

/** Through the graphs of the model, until nothing new can be tried in them. Each lane takes the next graph that nobody walks. */
async function walk(
  lanes: readonly Implementation[],
  run: Run,
  profile: Profile,
  isLate: () => boolean,
  options: VerifyOptions,
): Promise<Walked> {
  const counts: Count[][] = [];
  const graphs = options.walks === 'long' ? longWalks : shortWalks;
  let next = 0;
  let cut: string | undefined;
  const walkOn = async (implementation: Implementation): Promise<void> => {
    for (let at = next++; at < graphs.length && run.goesOn; at = next++) {
      const { slice, bounds, stepsMax } = graphs[at]!;
      cut ??= isLate() ? `${overBudget(options)} for the walks: ${at} of ${graphs.length} graphs begun` : undefined;
      if (cut !== undefined) break;
      options.onProgress?.(at, graphs.length, `the graph ${slice}`);
      const graph = explore({ slice: slices[slice], bounds, profile });
      let steps = 0;
      const shown = await conductTour(implementation, graph, {
        profile,
        tally: run.tally,
        refusals: run.refusals,
        onCase: async (result) => {
          steps += result.trace.length;
          if (isLate()) cut ??= `${overBudget(options)} for the walks: in ${at + 1} of ${graphs.length} graphs`;
          return (await run.take(result, implementation)) && cut === undefined && steps < stepsMax;
        },
      });
      const within = `slice ${slice}: ${boundsText(bounds)}`;
      counts[at] = [
        { what: 'states', count: graph.states, bounds: within },
        { what: 'transitions', count: graph.transitions, bounds: within },
        { what: 'transitions that show', count: observableIn(graph), bounds: within },
        { what: 'transitions shown', count: shown.reduce((sum, edge) => sum + edge, 0), bounds: `${within}, in ${steps} steps` },
      ];
    }
  };
  await Promise.all(lanes.map(walkOn));
  return { counts: counts.flat(), ...(cut !== undefined && { cut }) };
}

/** Transitions that a trace can show at all. */
const observableIn = ({ kernel, label }: Graph): number => {
  const hidden = new Set(kernel.labels.flatMap((known, index) => (isHidden(known) ? [index] : [])));
  return label.reduce((sum, index) => sum + (hidden.has(index) ? 0 : 1), 0);
};

/** Case after case of chosen requests, each lane the next one. */
async function roam(
  lanes: readonly Implementation[],
  run: Run,
  profile: Profile,
  options: VerifyOptions,
): Promise<{ asked: number; cases: number }> {
  const { seed = 1, steps = stepsDefault, shard, onProgress } = options;
  const { tally, refusals } = run;
  const share = (whole: number): number => (shard === undefined ? whole : Math.ceil(whole / shard.of));
  const [asked, casesAsked] = [share(steps), options.cases === undefined ? undefined : share(options.cases)];
  const first = tally.steps;
  let cases = 0;
  let empty = 0;
  const isDone = (): boolean => (casesAsked === undefined ? tally.steps - first >= asked : cases >= casesAsked);
  const roamOn = async (implementation: Implementation): Promise<void> => {
    while (run.goesOn && !isDone() && empty < emptyCasesMax) {
      if (run.isLate) {
        const done = casesAsked === undefined ? `${tally.steps - first} of ${asked} steps` : `${cases} of ${casesAsked} cases`;
        run.cut ??= `${overBudget(options)}: ${done}`;
        break;
      }
      const before = tally.steps;
      const index = shard === undefined ? cases : cases * shard.of + shard.index - 1;
      cases++;
      const result = await runCase(implementation, { profile, choices: choicesOf(seed, index), tally, refusals });
      // Steps that put no clause to the test, such as settles, are no trial of the implementation.
      empty = tally.clauses.size === 0 || tally.steps === before ? empty + 1 : 0;
      if (casesAsked === undefined) onProgress?.(Math.min(tally.steps - first, asked), asked, `case ${cases}`);
      else onProgress?.(cases, casesAsked, `case ${cases}`);
      await run.take(result, implementation);
    }
  };
  await Promise.all(lanes.map(roamOn));
  return { asked: casesAsked === undefined ? asked : tally.steps - first, cases };
}

// ---- The report ----------------------------------------------------------------------------------------------------------------

const clauseResults = ({ tally, found, refusals, isSpi }: Run, profile: Profile, injections: readonly string[]): Report['clauses'] => {
  const violated = new Map<ClauseId, number>();
  for (const { failing } of found) for (const id of failing.deviation.clauses) violated.set(id, (violated.get(id) ?? 0) + 1);
  const ids = new Set([...judgedClauses, ...violated.keys(), ...tally.clauses.keys()]);
  return [...ids].map((id) => {
    const broken = violated.get(id) ?? 0;
    const tried = (tally.clauses.get(id) ?? 0) + broken;
    return { id, tried, violated: broken, ...gradeOf(id, tried, broken, { profile, refusals, isSpi, injections }) };
  });
};

const counterexampleOf = ({ failing, signature, shown, cases }: Found, replay: string): Counterexample => {
  const { header, trace, deviation, requests } = failing;
  const { message, clauses, permitted } = deviation;
  const isTold = JSON.stringify(requestsOf(trace)) === JSON.stringify(requests);
  return {
    header,
    steps: trace.map(plain),
    signature,
    message,
    clauses,
    permitted,
    cases,
    shown,
    ...(!isTold && { requests }),
    replay,
  };
};

/** As it survives JSON. */
const plain = (step: TraceStep): TraceStep => JSON.parse(JSON.stringify(step)) as TraceStep;

/** The command that verifies the same subject under the same profile and seed, as far as it was verified. */
const replayOf = (
  { named, profile = 'page', seed = 1, shard, steps, cases, deviationsMax, walks = true }: VerifyOptions,
  tried: number,
): string =>
  [
    'npx wspsend verify',
    ...(named === undefined ? [] : [named]),
    ...(walks === 'long' ? ['--long-walks'] : walks ? [] : ['--no-walks']),
    `--profile ${profile} --seed ${seed}`,
    ...(shard === undefined
      ? [
          cases !== undefined && deviationsMax !== undefined
            ? `--cases ${cases}`
            : `--steps ${deviationsMax === undefined ? tried + 1 : (steps ?? stepsDefault)}`,
        ]
      : [`--steps ${steps ?? stepsDefault} --shard ${shard.index}/${shard.of}`]),
  ].join(' ');
