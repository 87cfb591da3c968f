import { z } from 'zod';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { isClauseId } from '../../model/clauses/register.ts';
import { readRequest, readTrace } from '../../model/winsock/reader.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { ListedDeviation } from '../campaign/findings.ts';
import type { Report } from '../campaign/report.ts';
import type { CampaignRequest, Injection } from '../conversation/requests.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';

/**
 * The ledger of a stack: the deviations that somebody has looked at, each with its reason. A listed one is expected; what is not listed, or
 * is listed and no longer shows, is news.
 */

const text = z.string().min(1);
/** What a draft has where somebody is to write. */
const placeholder = 'to be written';
/** Anything else than a placeholder, whoever made it up. */
const isWritten = (said: string): boolean => /\p{L}/u.test(said) && !/^\W*(?:to be written|to ?do|tbd|fix ?me)\W*$/iu.test(said);
/** A ledger lists what lies beside it: a name, or names of folders before it, and nothing that leads elsewhere. */
const isBeside = (name: string): boolean =>
  !/[\0\\:]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
const besideMessage = 'must be lines of a trace, or the name of a file in the folder of the ledger';

const lines = z.array(text).min(2);
const entrySchema = z.strictObject({
  /** The reading, or the readings, under which it is a deviation. */
  profile: z.union([z.enum(profiles), z.array(z.enum(profiles)).min(1)]),
  kind: z.enum(['rejected', 'stalled', 'crashed', 'died', 'hung', 'runaway']).default('rejected'),
  clauses: z.array(z.string().refine(isClauseId, 'must be the id of a clause')),
  /** The kind of step that breaks them. */
  step: text,
  /** What it shows; absent where that may be anything. */
  outcome: z.string().optional(),
  /** What it takes: a deviation is this one only where each of these is so, whatever else is. */
  circumstances: z.array(text).default([]),
  /** What would have been permitted. */
  expectation: text,
  /** What was seen. */
  observation: text,
  /** It depends on how threads and the host are timed: that it was not seen tells nothing. */
  intermittent: z.literal(true).optional(),
  /** Why it is known and left as it is; a run is red as long as it is still to be written. */
  reason: text,
  /** The shortest trace: its lines, the header first, or the name of a file beside the ledger. */
  trace: z.union([lines, text.refine(isBeside)], besideMessage),
  /** The requests that bring it about, where they are not those that the trace shows. */
  requests: z.array(text).optional(),
});

export const ledgerSchema = z.strictObject({
  wspsend: z.literal('deviations/1'),
  stack: text,
  version: text,
  deviations: z.array(entrySchema),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/**
 * Reads a ledger.
 *
 * @param beside Reads a file that lies beside it.
 * @throws RangeError that says which entry is wrong and how.
 */
export function readLedger(json: string, beside: (name: string) => string): (profile: Profile) => ListedDeviation[] {
  const parsed = ledgerSchema.safeParse(parse(json));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new RangeError(`${path.join('.') || 'the ledger'}: ${message}`);
  }
  const listed = parsed.data.deviations.map((entry, at) => {
    const { profile, kind, clauses, step, outcome, circumstances, trace, requests, observation, reason, intermittent } = entry;
    const asked =
      requests?.map((line) => requestOf(line, at)) ??
      requestsOfTrace(stepsOf(typeof trace === 'string' ? beside(trace) : trace.join('\n'), at));
    return {
      profiles: [profile].flat(),
      signature: { kind, clauses: [...clauses].sort(), step, outcome, circumstances },
      requests: asked,
      observation,
      reason,
      isReviewed: isWritten(reason),
      isIntermittent: intermittent === true,
    };
  });
  return (profile) => listed.filter((entry) => entry.profiles.includes(profile));
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new RangeError(`the ledger must be JSON: ${error instanceof Error ? error.message : error}`);
  }
};

const stepsOf = (trace: string, at: number) => {
  const { steps, malformed } = readTrace(trace);
  if (malformed !== undefined) throw new RangeError(`deviations.${at}.trace: line ${malformed.line}: ${malformed.message}`);
  return steps.map(({ step }) => step);
};

const requestOf = (line: string, at: number): CampaignRequest => {
  const injection = injectionIn(line);
  if (injection !== undefined) return injection;
  const read = readRequest(line, 1);
  if (read.kind === 'malformed') throw new RangeError(`deviations.${at}.requests: ${read.message}`);
  return read.request;
};

const injectionSchema = z.strictObject({
  inject: text,
  socket: text.optional(),
  overlapped: text.optional(),
  value: z.number().optional(),
});

const injectionIn = (line: string): Injection | undefined => {
  if (!/^\s*\{\s*"inject"/.test(line)) return undefined;
  try {
    return injectionSchema.parse(JSON.parse(line)) as Injection;
  } catch {
    // What the reader of requests says of it is clearer.
    return undefined;
  }
};

/** A ledger to be reviewed, out of what a run found. Every reason is still to be written. */
export const draftLedger = ({ subject, profile, counterexamples }: Report): Ledger => ({
  wspsend: 'deviations/1',
  stack: counterexamples[0]?.header.source ?? subject,
  version: placeholder,
  deviations: counterexamples.map(({ signature, permitted, message, header, steps, requests }) => ({
    profile,
    kind: signature.kind,
    clauses: [...signature.clauses] as Ledger['deviations'][number]['clauses'],
    step: signature.step,
    outcome: signature.outcome,
    circumstances: [...signature.circumstances],
    expectation:
      permitted.length === 0
        ? 'another step'
        : permitted
            .slice(0, 4)
            .map((outcome) => JSON.stringify(outcome))
            .join(' or '),
    observation: message,
    reason: placeholder,
    trace: [header, ...steps].map((line) => lineOf(line)),
    ...(requests !== undefined && { requests: requests.map((request) => JSON.stringify(request)) }),
  })),
});
