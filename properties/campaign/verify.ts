import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import { Harness } from '../harness/harness.ts';
import { type CaseResult, type Deviation, runCase } from './campaign.ts';
import { choicesOf } from './choices.ts';
import type { Counterexample, Report } from './report.ts';
import { shrink } from './shrink.ts';
import { judgedClauses, outcomesSeen, Tally } from './tally.ts';

/** A campaign against a provider in this process: case after case until enough steps were judged or one was not permitted. */

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

export interface VerifyOptions {
  /** What the report calls the implementation. */
  readonly subject?: string;
  readonly profile?: Profile;
  readonly seed?: number;
  /** Steps to be judged; a case that has begun is ended. With a shard, its share of them. */
  readonly steps?: number;
  readonly budgetSeconds?: number;
  readonly shard?: Shard;
  /** How far it has come, and in a word with what. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
  readonly now?: () => number;
}

export const stepsDefault = 50_000;
/** Cases in a row that bring no step at all: nothing can be tried then. */
const emptyCasesMax = 20;

export async function verifyProvider(module: ProviderModule, options: VerifyOptions = {}): Promise<Report> {
  const {
    subject = 'a provider',
    profile = 'page',
    seed = 1,
    steps = stepsDefault,
    budgetSeconds,
    shard,
    onProgress,
    now = Date.now,
  } = options;
  const started = now();
  const secondsSince = (): number => (now() - started) / 1000;
  const asked = shard === undefined ? steps : Math.ceil(steps / shard.of);
  const injections = injectionsOf(module);
  const tally = new Tally();
  const unsupported = new Map<string, { kind: string; why: string; count: number }>();
  let cases = 0;
  let empty = 0;
  let cut: string | undefined;
  let failure: Failure | undefined;

  while (tally.steps < asked && failure === undefined && empty < emptyCasesMax) {
    if (budgetSeconds !== undefined && secondsSince() >= budgetSeconds) {
      cut = `${budgetSeconds} seconds are over: ${tally.steps} of ${asked} steps`;
      break;
    }
    const before = tally.steps;
    const index = shard === undefined ? cases : cases * shard.of + shard.index - 1;
    const result = await runCase(module, { profile, choices: choicesOf(seed, index), injections, tally });
    cases++;
    // Steps that put no clause to the test, such as settles, are no trial of the implementation.
    empty = tally.clauses.size === 0 || tally.steps === before ? empty + 1 : 0;
    for (const { kind, why } of result.unsupported) {
      const key = `${kind}: ${why}`;
      const entry = unsupported.get(key);
      if (entry === undefined) unsupported.set(key, { kind, why, count: 1 });
      else entry.count++;
    }
    onProgress?.(Math.min(tally.steps, asked), asked, `case ${cases}`);
    if (result.deviation !== undefined) {
      onProgress?.(Math.min(tally.steps, asked), asked, 'looking for a shorter counterexample');
      failure = await shrink(module, profile, result as Failure);
    }
  }

  const replay = replayOf(options, tally.steps);
  return {
    wspsend: 'report/1',
    subject,
    profile,
    seed,
    seconds: secondsSince(),
    verdict: failure !== undefined ? 'deviates' : tally.clauses.size === 0 ? 'untried' : 'conforms',
    clauses: clauseResults(tally, failure),
    counts: [{ what: 'steps', count: tally.steps, bounds: `${cases} cases of at most 60 requests and their end` }],
    ...(cut !== undefined && { cut }),
    counterexamples: failure === undefined ? [] : [counterexampleOf(failure, replay)],
    steps: { asked, tried: tally.steps },
    cases,
    outcomes: outcomesSeen(profile, tally.rules),
    unsupported: [...unsupported.values()].sort((a, b) => b.count - a.count),
  };
}

type Failure = CaseResult & { readonly deviation: Deviation };

const clauseResults = (tally: Tally, failure: Failure | undefined): Report['clauses'] => {
  const broken = new Set<ClauseId>(failure?.deviation.clauses);
  const ids = [...judgedClauses, ...[...broken, ...tally.clauses.keys()].filter((id) => !judgedClauses.includes(id))];
  return [...new Set(ids)].map((id) => {
    const violated = broken.has(id) ? 1 : 0;
    return { id, tried: (tally.clauses.get(id) ?? 0) + violated, violated };
  });
};

const counterexampleOf = ({ header, trace, deviation }: Failure, replay: string): Counterexample => ({
  header,
  steps: trace.map(plain),
  message: deviation.message,
  clauses: deviation.clauses,
  permitted: deviation.permitted,
  replay,
});

/** As it survives JSON. */
export const plain = (step: TraceStep): TraceStep => JSON.parse(JSON.stringify(step)) as TraceStep;

/** The command that verifies the same subject under the same profile and seed. */
export const commandOf = ({
  subject,
  profile,
  seed,
}: {
  subject: string | undefined;
  profile: Profile | undefined;
  seed: number;
}): string =>
  [
    'npx wspsend verify',
    ...(subject !== undefined && /\.m?[jt]s$/.test(subject) ? [`--provider ${subject}`] : []),
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    `--seed ${seed}`,
  ].join(' ');

const replayOf = ({ profile, seed = 1, shard, steps, subject }: VerifyOptions, tried: number): string =>
  [
    commandOf({ subject, profile, seed }),
    ...(shard === undefined ? [`--steps ${tried + 1}`] : [`--steps ${steps ?? stepsDefault}`, `--shard ${shard.index}/${shard.of}`]),
  ].join(' ');

/** Environments beside those of trace/1 that make rare outcomes common. */
const injectionsWished = [
  'room',
  'transport.takes',
  'completion.delay',
  'arrival.delay',
  'fail.nobufs',
  'refuse.wouldblock',
  'refuse.inprogress',
  'refuse.partial',
  'refuse.flush',
  'exit.keeps',
] as const;

/** Those that the provider says it supports; one that says so of anything is not believed. */
export const injectionsOf = (module: ProviderModule): string[] => {
  try {
    const { world } = new Harness(module);
    const supports = (env: string): boolean => world.supports({ env } as unknown as TraceStep) === true;
    return supports('no.such.kind') ? [] : injectionsWished.filter(supports);
  } catch {
    return [];
  }
};
