import { z } from 'zod';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { isClauseId } from '../../model/clauses/register.ts';
import { readRequest, readTrace } from '../../model/winsock/reader.ts';
import { strictJsonValue } from '../../model/winsock/strictJson.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import { circumstanceSchema } from '../campaign/circumstanceWords.ts';
import type { ListedDeviation } from '../campaign/findings.ts';
import type { Counterexample, Report } from '../campaign/report.ts';
import type { CampaignRequest, Injection } from '../conversation/requests.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';

/**
 * The ledger of a stack: the deviations that somebody has reviewed, each with its reason. A listed one is expected; one that is not listed,
 * or is listed and no longer shows, is reported.
 */

const text = z.string().min(1);
/** What a draft has where somebody is to write. */
const placeholder = 'to be written';
/** Anything else than a placeholder, in any of its usual forms. */
const isWritten = (said: string): boolean => /\p{L}/u.test(said) && !/^\W*(?:to be written|to ?do|tbd|fix ?me)\W*$/iu.test(said);
/** A ledger names files in its own folder: a name, or names of folders before it, and nothing that leads elsewhere. */
const isInFolder = (name: string): boolean =>
  !/[\0\\:]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
const inFolderMessage = 'must be lines of a trace, or the name of a file in the folder of the ledger';

const eachOnce = <T extends z.ZodType<readonly string[]>>(list: T): T =>
  list.refine((words) => new Set(words).size === words.length, 'must name each once');

const lines = z.array(text).min(2);
/** One way in which a deviation shows. */
const formShape = {
  kind: z.enum(['rejected', 'stalled', 'crashed', 'died', 'hung', 'runaway']).default('rejected'),
  clauses: eachOnce(z.array(z.string().refine(isClauseId, 'must be the id of a clause'))),
  /** The kind of step that breaks them. */
  step: text,
  /** What it shows; absent where that may be anything. */
  outcome: z.string().optional(),
  /** What it takes: a deviation is this one only where each of these is so; other circumstances do not matter. */
  circumstances: eachOnce(z.array(circumstanceSchema)).default([]),
  /** What would have been permitted. */
  expectation: text,
  /** What was seen. */
  observation: text,
  /** It depends on how threads and the host are timed: that it was not seen means nothing. */
  intermittent: z.literal(true).optional(),
  /** The shortest trace: its lines, the header first, or the name of a file in the folder of the ledger. */
  trace: z.union([lines, text.refine(isInFolder, inFolderMessage)], inFolderMessage),
  /** The requests that bring it about, where they are not those that the trace shows. */
  requests: z.array(text).optional(),
};
/** The reading, or the readings, under which something is a deviation. */
const underSchema = z.union([z.enum(profiles), eachOnce(z.array(z.enum(profiles)).min(1))]);
/** A form of an entry has the profiles of the entry where it says none. */
const formSchema = z.strictObject({ profile: underSchema.optional(), ...formShape });

const entrySchema = z.strictObject({
  profile: underSchema,
  ...formShape,
  /** Why it is known and left as it is; a run is red as long as it is still to be written. */
  reason: text,
  /** Other ways in which the same cause shows. */
  also: z.array(formSchema).optional(),
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
 * @param fileOf Reads a file of the ledger's folder, by its name.
 * @throws RangeError that says which entry is wrong and how.
 */
export function readLedger(json: string, fileOf: (name: string) => string): (profile: Profile) => ListedDeviation[] {
  const parsed = ledgerSchema.safeParse(strictJsonValue(json, 'the ledger'));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new RangeError(`${path.join('.') || 'the ledger'}: ${message}`);
  }
  const listed = parsed.data.deviations.flatMap(({ reason, also = [], ...first }, at) =>
    [first, ...also].map((form, which) => ({
      ...listedForm(form, which === 0 ? `${at}` : `${at}.also.${which - 1}`, fileOf),
      profiles: [form.profile ?? first.profile].flat(),
      reason,
      isReviewed: isWritten(reason),
      entry: at + 1,
      form: which + 1,
    })),
  );
  requireOnce(listed);
  return (profile) => listed.filter(({ profiles: under }) => under.includes(profile));
}

function listedForm(
  { kind, clauses, step, outcome, circumstances, trace, requests, observation, intermittent }: z.infer<typeof formSchema>,
  at: string,
  fileOf: (name: string) => string,
): Omit<ListedDeviation, 'entry' | 'form' | 'reason' | 'isReviewed'> {
  const asked =
    requests?.map((line) => requestOf(line, at)) ??
    requestsOfTrace(stepsOf(typeof trace === 'string' ? fileOf(trace) : trace.join('\n'), at));
  const signature = { kind, clauses: [...clauses].sort(), step, outcome, circumstances };
  return { signature, requests: asked, observation, isIntermittent: intermittent === true };
}

/** Of two that are the same, each run would count the deviation as the first and report that the second shows no more. */
function requireOnce(listed: readonly (ListedDeviation & { readonly profiles: readonly Profile[] })[]): void {
  const known = new Map<string, string>();
  for (const { signature, profiles: under, entry, form } of listed) {
    const { kind, clauses, step, outcome, circumstances } = signature;
    const place = `deviations.${entry - 1}${form === 1 ? '' : `.also.${form - 2}`}`;
    for (const profile of under) {
      const key = JSON.stringify([profile, kind, clauses, step, outcome, [...circumstances].sort()]);
      const first = known.get(key);
      if (first !== undefined) throw new RangeError(`${place}: must not list again what ${first} lists under profile ${profile}`);
      known.set(key, place);
    }
  }
}

const stepsOf = (trace: string, at: string) => {
  const { steps, malformed } = readTrace(trace);
  if (malformed !== undefined) throw new RangeError(`deviations.${at}.trace: line ${malformed.line}: ${malformed.message}`);
  return steps.map(({ step }) => step);
};

const requestOf = (line: string, at: string): CampaignRequest => {
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
    return injectionSchema.parse(strictJsonValue(line, 'a request')) as Injection;
  } catch {
    // What the reader of requests says of it is clearer.
    return undefined;
  }
};

/**
 * A ledger to be reviewed, out of what a run found. Every reason is still to be written, and there is one for what has one cause as far as
 * that can be seen: a clause that is broken with the same outcome, wherever it was met.
 */
export const draftLedger = ({ subject, profile, counterexamples }: Report): Ledger => ({
  wspsend: 'deviations/1',
  stack: counterexamples[0]?.header.source ?? subject,
  version: placeholder,
  deviations: causesOf(counterexamples).map(([first, ...others]) => ({
    profile,
    ...draftForm(first),
    reason: placeholder,
    ...(others.length > 0 && { also: others.map(draftForm) }),
  })),
});

type Cause = readonly [Counterexample, ...Counterexample[]];

function causesOf(counterexamples: readonly Counterexample[]): readonly Cause[] {
  const causes: [Counterexample, ...Counterexample[]][] = [];
  for (const example of counterexamples) {
    const alike = causes.filter((cause) => cause.some((known) => isAlike(known, example)));
    const [first, ...others] = alike;
    if (first === undefined) causes.push([example]);
    else {
      // What is new may join what was apart.
      first.push(...others.flat(), example);
      for (const other of others) causes.splice(causes.indexOf(other), 1);
    }
  }
  return causes;
}

const isAlike = (one: Counterexample, other: Counterexample): boolean =>
  one.signature.kind === other.signature.kind &&
  one.signature.outcome === other.signature.outcome &&
  (one.clauses.length + other.clauses.length === 0 || one.clauses.some((id) => other.clauses.includes(id)));

type DraftForm = Omit<z.infer<typeof formSchema>, 'profile'>;

const draftForm = ({ signature, permitted, message, header, steps, requests }: Counterexample): DraftForm => ({
  kind: signature.kind,
  clauses: [...signature.clauses] as z.infer<typeof formSchema>['clauses'],
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
  trace: [header, ...steps].map((line) => lineOf(line)),
  ...(requests !== undefined && { requests: requests.map((request) => JSON.stringify(request)) }),
});
