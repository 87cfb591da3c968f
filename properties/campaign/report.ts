/**
 * What a campaign found, as data: the CLI prints it, JSON carries it, and reports of shards can be joined.
 *
 * Everything here survives JSON. Two runs with the same subject, profile, seed and steps differ in `seconds` alone.
 */

import { z } from 'zod';
import { profiles } from '../../model/clauses/profiles.ts';
import { type ClauseId, isClauseId } from '../../model/clauses/register.ts';
import type { Permitted } from '../../model/oracle/permitted.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { circumstanceSchema } from './circumstanceWords.ts';
import { grades } from './grades.ts';

/** In how many shares a campaign may be cut. */
export const sharesMax = 10_000;

const text = z.string();
const count = z.int().min(0);
const clauseId = z.custom<ClauseId>((id) => typeof id === 'string' && isClauseId(id), 'must be the id of a clause');
const object = z.record(text, z.unknown());

const clauseSchema = z.strictObject({
  id: clauseId,
  /** Steps that put the clause to the test. */
  tried: count,
  /** Distinct deviations that broke it. */
  violated: count,
  /** Deviations of the ledger that show and break it. */
  listed: count,
  grade: z.enum(grades),
  /** Why it was not tried. */
  why: text.optional(),
  /** What the implementation does not support and the clause needs; the reason that it gave is `why`. */
  needs: text.optional(),
});

/** A graph of the model, within its bounds, and what of it the implementation showed. */
const graphSchema = z.strictObject({
  slice: text,
  bounds: z.strictObject({ operations: count, units: count, length: count }),
  states: count,
  transitions: count,
  /** Transitions that a trace can show at all. */
  visible: count,
  shown: count,
  /** Asked for where they are permitted, and the implementation chose another permitted outcome. */
  otherwise: count,
  /** Steps of the walk through it. */
  steps: count,
});

/** A line of a trace, as far as it is printed. */
const stepSchema = z.custom<TraceStep>((step) => {
  if (!isObject(step)) return false;
  const { call, begin, end, peer, runs, returns } = step;
  if (peer === 'recv') return Array.isArray(runs);
  if (call !== undefined || end !== undefined) return begin !== undefined || isObject(returns);
  return stepKinds.some((kind) => typeof step[kind] === 'string');
}, 'must be a step of a trace');
const stepKinds = ['routine', 'poll', 'peer', 'env', 'upcall', 'caller', 'port', 'foreign'] as const;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The shortest trace found that ends in a step which is not permitted. */
const counterexampleSchema = z.strictObject({
  header: z.custom<TraceHeader>((header) => isObject(header) && typeof header.wspsend === 'string', 'must be the header of a trace'),
  /** The last one is the step that is not permitted. */
  steps: z.array(stepSchema),
  /** What makes another deviation the same one. */
  signature: z.strictObject({
    kind: z.enum(['rejected', 'stalled', 'crashed', 'died', 'hung', 'runaway']),
    clauses: z.array(text),
    step: text,
    outcome: text,
    circumstances: z.array(circumstanceSchema),
  }),
  message: text,
  /** Those that the step breaks; behind them those that required another failure. */
  clauses: z.array(clauseId),
  permitted: z.array(object as z.ZodType<Permitted>),
  /** Cases that met it. */
  cases: count,
  /** How often the same requests were asked again until it showed again; `times` is 0 when it never did. */
  shown: z.strictObject({ times: count, of: count }),
  /** What a second judge says of the trace, which has nothing in common with the first; only of a rejected step. */
  second: z
    .strictObject({ verdict: z.enum(['rejected', 'accepted', 'undecided']), line: count.optional(), why: text.optional() })
    .optional(),
  /**
   * Every sequence of up to so many requests that keeps some of these, or that the graphs have, was tried in so many cases, and shows no
   * such deviation; `isAll`: all that are shorter.
   */
  minimal: z.strictObject({ requests: count, cases: count, isAll: z.boolean(), graphs: z.array(text) }).optional(),
  /** The requests that bring it about, where they do not follow from the steps. */
  requests: z.array(z.custom<CampaignRequest>(isObject, 'must be a request')).optional(),
  /** The trace as a file, where it was kept. */
  file: text.optional(),
  /** One line for a shell that shows it again. */
  replay: text,
  /** One that makes a test of it, where its trace was kept and a line can name the implementation. */
  keep: text.optional(),
});

const listedSchema = z.strictObject({
  /** Its place among the entries that the ledger has for the profile, from 1, and among the ways in which its cause shows, from 1. */
  entry: count,
  form: count,
  /** Those that it was seen to break; where it was not seen, those that the ledger names. */
  clauses: z.array(clauseId),
  step: text,
  reason: text,
  /** Somebody has written the reason. */
  isReviewed: z.boolean(),
  /** Cases of the run that met it. */
  cases: count,
  /** A case of the run met it, or its own requests brought it about again. */
  shows: z.boolean(),
});

/** Shares of one campaign have the same; `id` is a digest of the rest, of the profile, the seed and the subject. */
const campaignSchema = z.strictObject({
  id: text,
  /** Of this program; empty where a program called it by itself. */
  version: text,
  /** What else distinguishes one implementation from another: its words on a command line, a digest of its module. */
  provider: text,
  /** A digest of the ledger, or empty. */
  ledger: text,
  steps: count,
  cases: count.optional(),
  walks: z.union([z.boolean(), z.literal('long')]),
  shares: z.int().min(1).max(sharesMax),
});

const verdicts = ['deviates', 'untried', 'short', 'conforms'] as const;

/** What a report is, apart from whether its numbers add up. */
export const reportShape = z.strictObject({
  wspsend: z.literal('report/2'),
  /** The implementation: a module, a driver's command, or the provider of this package. */
  subject: text,
  profile: z.enum(profiles),
  seed: count,
  campaign: campaignSchema,
  /** Which share of the campaign this is, where it is one of several. */
  shard: z.strictObject({ index: z.int().min(1).max(sharesMax), of: z.int().min(1).max(sharesMax) }).optional(),
  seconds: z.number().min(0).max(1e9),
  /**
   * `untried`: nothing could be tried, or what came could not be read. `short`: less was tried than `required` asks for. Of a share alone
   * that is not judged.
   */
  verdict: z.enum(verdicts),
  required: z.strictObject({ clauses: count.optional(), steps: count.optional() }).optional(),
  /** Of shares that were joined: those in which nothing could be tried, each a hole in the verdict. */
  untriedShares: count.optional(),
  /** One for each modelled clause, and for any other that was broken. */
  clauses: z.array(clauseSchema),
  graphs: z.array(graphSchema),
  /** Steps that were judged: those of the walks, those of the campaign, and how many of the campaign were asked for. */
  steps: z.strictObject({ asked: count, walks: count, campaign: count, total: count }),
  cases: z.strictObject({ walks: count, campaign: count }),
  /** Why the run ended early, where it did. */
  cut: text.optional(),
  counterexamples: z.array(counterexampleSchema),
  /** Which of the permitted outcomes the implementation was ever seen to show. */
  outcomes: z.array(z.strictObject({ step: text, outcome: text, offered: count, shown: count })),
  /** What the implementation, or the harness in front of it, could not do. */
  unsupported: z.array(z.strictObject({ kind: text, why: text, count })),
  /** Deviations that the ledger lists, and whether each still shows. */
  listed: z.array(listedSchema).optional(),
  /** Cases that ended early by nothing that the implementation can be blamed for. */
  unjudged: z.array(
    z.strictObject({ kind: z.enum(['slow', 'undone', 'undecided', 'malformed', 'unusable', 'stray', 'late']), message: text, count }),
  ),
});

type Kept<T> = T extends TraceHeader | TraceStep | CampaignRequest
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Kept<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Kept<T[Key]> }
      : T;

/**
 * What a verification found. Everything in it survives JSON.
 *
 *   subject, profile, seed, campaign, shard   what was verified, and how
 *   verdict      `conforms`, `deviates`, `short` of what `required` asks for, `untried`; `cut` says why a run ended early
 *   seconds      how long it took; two runs with the same seed differ in nothing else
 *   clauses      one for each modelled clause: `tried` counts steps, `violated` and `listed` deviations, `grade` is the outcome
 *   graphs       for each graph of the model: states, transitions, and how many of them were shown
 *   steps, cases      how many were judged, by the walks and by the campaign
 *   counterexamples   the findings, each by its shortest trace
 *   outcomes     the permitted outcomes, how often each could come, and how often it came
 *   unsupported  what the implementation refused to do, with its reason
 *   listed       the entries of the ledger, and whether each still shows
 *   unjudged     cases that ended early by no fault of the implementation
 */
export type Report = Kept<z.infer<typeof reportShape>>;
/** One clause of a report: the steps that tried it, the deviations that broke it, and its grade. */
export type ClauseResult = Report['clauses'][number];
export type GraphResult = Report['graphs'][number];
/** The shortest trace of a deviation, with the clauses that it breaks, what was permitted, and the line that replays it. */
export type Counterexample = Report['counterexamples'][number];
export type ListedResult = NonNullable<Report['listed']>[number];
export type RunVerdict = Report['verdict'];
