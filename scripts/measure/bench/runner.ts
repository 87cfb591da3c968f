/**
 * Takes the samples of a row: in each round every case, and in each case every contender, one after the other in an order that changes
 * from round to round. A ratio is that of two samples of one round; what counts is the median over the rounds.
 *
 * The libraries for benchmarks that were weighed (mitata, tinybench) finish one contender before they begin the next and compare the
 * results of each. On a machine whose speed drifts by a factor of two that compares times of day, and none of them asks a program in C.
 */

import { type Quiet, quietMin } from './quiet.ts';
import type { Contender, Goal, Row, Running, Sampling } from './row.ts';

export interface Rounds {
  /** At most: a case whose ratios agree has fewer. */
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

/** V8 optimises what is not small within these milliseconds; by then two samples in turn agree, mostly after the fewer. */
const warmUpLeast = 100;
const warmUpMost = 500;
/** What two costs may differ by that agree, and the middle half of the ratios where no more rounds are needed. */
const agreement = 0.05;
/** Rounds of a case, however much its ratios agree. */
const roundsLeast = 5;

/** Until it costs what it cost before. */
const warmUp = async ({ sample, isWarm }: Running, place: number, sampling: Sampling): Promise<void> => {
  const startedMs = performance.now();
  let before = Number.POSITIVE_INFINITY;
  for (let passed = 0; isWarm !== true && passed < warmUpMost; passed = performance.now() - startedMs) {
    const cost = await sample(place, sampling);
    if (passed >= warmUpLeast && Math.abs(cost / before - 1) <= agreement) return;
    before = cost;
  }
};

/** No further round of the case would say anything else. */
const isSettled = (goals: readonly Goal[], costsOf: ReadonlyMap<string, readonly number[][]>, place: number): boolean =>
  goals.every((goal) => {
    const ratios = ratiosOf(goal, costsOf, place);
    if (ratios.length === 0) return true;
    const { median, low, high } = spreadOf(ratios);
    return ratios.length >= roundsLeast && high - low <= agreement * median;
  });

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
    const costsOf = costsBy(started);
    for (const { contender, running } of started) {
      for (const [place, name] of row.cases.entries()) {
        onProgress(0, 1, `${row.name}: ${contender.name} is verified, ${name}`);
        await running.verify(place).catch((error: Error) => wrong.push(`${contender.name}, ${name}: ${error.message}`));
      }
    }
    const open = new Set(wrong.length > 0 ? [] : row.cases.keys());
    for (const place of open) {
      onProgress(0, 1, `${row.name}: warms up, ${row.cases[place]}`);
      for (const { running } of started) await warmUp(running, place, { ms, offset: 0 });
    }
    for (let round = 0; round < rounds; round++) {
      for (const place of open) {
        onProgress(round * row.cases.length + place, rounds * row.cases.length, row.name);
        const offset = Math.floor(random() * 4096);
        const before = quiet.now(row.cores);
        for (const { running, costs } of shuffled(started, random)) costs[place]!.push(await running.sample(place, { ms, offset }));
        quietness[place]!.push(before, quiet.now(row.cores));
        if (isSettled(row.goals, costsOf, place)) open.delete(place);
      }
    }
  } finally {
    for (const { running } of started) running.stop();
  }
  const isTaken = wrong.length === 0;
  const quiets = isTaken ? quietness.map(spreadOf) : [];
  return {
    row: row.name,
    what: row.what,
    unit: row.unit,
    cases: row.cases,
    quiet: quiets,
    contenders: isTaken ? started.map(({ contender, costs }) => ({ contender: contender.name, costs: costs.map(spreadOf) })) : [],
    goals: isTaken ? row.goals.flatMap((goal) => judge(goal, row.cases, costsBy(started), quiets)) : [],
    notRun,
    wrong,
  };
};

const costsBy = (started: readonly Started[]): ReadonlyMap<string, readonly number[][]> =>
  new Map(started.map(({ contender, costs }) => [contender.name, costs]));

/** One a round; none where one of the contenders did not run. */
const ratiosOf = ({ contender, over, atLeast }: Goal, costsOf: ReadonlyMap<string, readonly number[][]>, place: number): number[] => {
  const others = over.flatMap((name) => (costsOf.has(name) ? [costsOf.get(name)![place]!] : []));
  if (others.length === 0) return [];
  return (costsOf.get(contender)?.[place] ?? []).map((cost, round) => {
    const other = Math.min(...others.map((costs) => costs[round]!));
    return atLeast !== undefined ? other / cost : cost / other;
  });
};

/** A goal over contenders that did not run is none; of several, those that ran count. */
const judge = (
  goal: Goal,
  cases: readonly string[],
  costsOf: ReadonlyMap<string, readonly number[][]>,
  quiets: readonly Spread[],
): GoalResult[] => {
  const names = goal.over.filter((name) => costsOf.has(name));
  if (!costsOf.has(goal.contender) || names.length === 0) return [];
  const isFaster = goal.atLeast !== undefined;
  const limits = goal.atMost ?? goal.atLeast;
  const others = names.length === 1 ? names[0]! : `the best of ${names.join(', ')}`;
  return [
    {
      goal: isFaster ? `${goal.contender}, times as fast as ${others}` : `${goal.contender} ÷ ${others}`,
      cases: cases.map((name, place) => {
        const ratio = spreadOf(ratiosOf(goal, costsOf, place));
        const asked = (Array.isArray(limits) ? limits[place] : limits) ?? null;
        const isMet = asked === null || (isFaster ? ratio.median >= asked : ratio.median <= asked);
        const verdict: GoalVerdict = isMet ? 'met' : quiets[place]!.median < quietMin ? 'unsettled' : 'missed';
        return { case: name, ratio, asked, verdict };
      }),
    },
  ];
};
