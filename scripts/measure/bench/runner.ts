/**
 * Takes the samples of a row: in each round every case, and in each case every contender, one after the other in an order that changes
 * from round to round. A ratio is that of two samples of one round; what counts is the median over the rounds.
 *
 * The libraries for benchmarks that were weighed (mitata, tinybench) finish one contender before they begin the next and compare the
 * results of each. On a machine whose speed drifts by a factor of two that compares times of day, and none of them asks a program in C.
 */

import { type Quiet, quietMin } from './quiet.ts';
import type { Contender, Goal, Row, Running } from './row.ts';

export interface Rounds {
  readonly rounds: number;
  readonly ms: number;
  readonly seed: number;
  readonly quiet: Quiet;
  onProgress(done: number, total: number, what: string): void;
}

/** The middle of the rounds, and between what bounds the middle half of them lies. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A goal that was not met while the machine was not quiet is neither: `unsettled`. */
export type GoalVerdict = 'met' | 'missed' | 'unsettled';

export interface GoalResult {
  readonly goal: string;
  /** `asked` is null where nothing is asked. */
  readonly cases: readonly {
    readonly case: string;
    readonly ratio: Spread;
    readonly asked: number | null;
    readonly verdict: GoalVerdict;
  }[];
}

export interface RowResult {
  readonly row: string;
  readonly what: string;
  readonly unit: string;
  readonly cases: readonly string[];
  /** For each case, the share of a core that was to be had before and after its samples: 1 is a machine that does nothing else. */
  readonly quiet: readonly Spread[];
  /** One spread of costs a case. */
  readonly contenders: readonly { readonly contender: string; readonly costs: readonly Spread[] }[];
  readonly goals: readonly GoalResult[];
  readonly notRun: readonly { readonly contender: string; readonly reason: string }[];
  /** What arrived damaged or out of order: such a row has no result. */
  readonly wrong: readonly string[];
}

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => {
    const place = part * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
};

/** Numbers from 0 to below 1, the same for a seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shuffled = <T>(values: readonly T[], random: () => number): T[] => {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
};

/** Milliseconds of the first sample of each case. */
const warmUp = 500;

interface Started {
  readonly contender: Contender;
  readonly running: Running;
  /** Costs by case and round. */
  readonly costs: number[][];
}

export const runRow = async (row: Row, { rounds, ms, seed, quiet, onProgress }: Rounds): Promise<RowResult> => {
  const random = randomOf(seed);
  const started: Started[] = [];
  const notRun: { contender: string; reason: string }[] = [];
  const wrong: string[] = [];
  const quietness: number[][] = row.cases.map(() => []);
  try {
    for (const contender of row.contenders) {
      onProgress(0, 1, `${row.name}: ${contender.name} starts`);
      const running = await contender.start();
      if ('notRun' in running) notRun.push({ contender: contender.name, reason: running.notRun });
      else started.push({ contender, running, costs: row.cases.map(() => []) });
    }
    for (const { contender, running } of started) {
      for (const [place, name] of row.cases.entries()) {
        onProgress(0, 1, `${row.name}: ${contender.name} is verified, ${name}`);
        await running.verify(place).catch((error: Error) => wrong.push(`${contender.name}, ${name}: ${error.message}`));
      }
    }
    // The first round is for warming up, and takes as long as V8 takes to optimise what is not small.
    for (let round = wrong.length > 0 ? rounds + 1 : 0; round <= rounds; round++) {
      for (const place of row.cases.keys()) {
        onProgress(round * row.cases.length + place, (rounds + 1) * row.cases.length, row.name);
        const offset = Math.floor(random() * 4096);
        const before = quiet.now(row.cores);
        for (const { running, costs } of shuffled(started, random)) {
          const cost = await running.sample(place, { ms: round === 0 ? Math.max(ms, warmUp) : ms, offset });
          if (round > 0) costs[place]!.push(cost);
        }
        if (round > 0) quietness[place]!.push(before, quiet.now(row.cores));
      }
    }
  } finally {
    for (const { running } of started) running.stop();
  }
  const costsOf = new Map(started.map(({ contender, costs }) => [contender.name, costs]));
  const isTaken = wrong.length === 0;
  const quiets = isTaken ? quietness.map(spreadOf) : [];
  return {
    row: row.name,
    what: row.what,
    unit: row.unit,
    cases: row.cases,
    quiet: quiets,
    contenders: isTaken ? started.map(({ contender, costs }) => ({ contender: contender.name, costs: costs.map(spreadOf) })) : [],
    goals: isTaken ? row.goals.flatMap((goal) => judge(goal, row.cases, costsOf, quiets)) : [],
    notRun,
    wrong,
  };
};

/** A goal over contenders that did not run is none; of several, those that ran count. */
const judge = (
  goal: Goal,
  cases: readonly string[],
  costsOf: ReadonlyMap<string, readonly number[][]>,
  quiets: readonly Spread[],
): GoalResult[] => {
  const ours = costsOf.get(goal.contender);
  const names = goal.over.filter((name) => costsOf.has(name));
  if (ours === undefined || names.length === 0) return [];
  const isFaster = goal.atLeast !== undefined;
  const limits = goal.atMost ?? goal.atLeast;
  const others = names.length === 1 ? names[0]! : `the best of ${names.join(', ')}`;
  return [
    {
      goal: isFaster ? `${goal.contender}, times as fast as ${others}` : `${goal.contender} ÷ ${others}`,
      cases: cases.map((name, place) => {
        const ratio = spreadOf(
          ours[place]!.map((cost, round) => {
            const other = Math.min(...names.map((over) => costsOf.get(over)![place]![round]!));
            return isFaster ? other / cost : cost / other;
          }),
        );
        const asked = (Array.isArray(limits) ? limits[place] : limits) ?? null;
        const isMet = asked === null || (isFaster ? ratio.median >= asked : ratio.median <= asked);
        const verdict: GoalVerdict = isMet ? 'met' : quiets[place]!.median < quietMin ? 'unsettled' : 'missed';
        return { case: name, ratio, asked, verdict };
      }),
    },
  ];
};
