/** What every profile says of the traces of a question. */

import { type PerProfile, type Profile, profiles } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { RulingId } from '../clauses/rulings.ts';
import { type Judgement, judgeText } from '../judge/judge.ts';
import { traceVersion } from '../winsock/trace.ts';
import type { AskedQuestion, ShownTrace } from './question.ts';

export interface JudgedTrace {
  readonly shows: string;
  /** What the question states of it: its verdict under the profile of the question. */
  readonly expects: 'accepted' | 'rejected' | 'a breach of the caller';
  /** All of it, ready for `wspsend check`. */
  readonly text: string;
  readonly verdicts: PerProfile<Judgement>;
  /** The clauses that the step breaks, the one that the question names first; of a breach the caller's. */
  readonly clauses: readonly ClauseId[];
  /** The rulings that decide under the profile of the question. */
  readonly rulings: readonly RulingId[];
}

/** The whole text of a trace, header and all. */
export const traceText = ({ shows, side, steps }: ShownTrace): string =>
  [{ wspsend: traceVersion, title: shows, ...(side && { side }) }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');

/** Its traces in the order in which they answer it: accepted, rejected, broken by the caller. */
export function judged({ profile, accepted, rejected, breaching = [] }: AskedQuestion): readonly JudgedTrace[] {
  return [
    ...accepted.map((trace) => judgedTrace(trace, profile, 'accepted')),
    ...rejected.map((trace) => judgedTrace(trace, profile, 'rejected', trace.breaks)),
    ...breaching.map((trace) => judgedTrace(trace, profile, 'a breach of the caller', trace.callerBreaks)),
  ];
}

function judgedTrace(trace: ShownTrace, profile: Profile, expects: JudgedTrace['expects'], named?: ClauseId): JudgedTrace {
  const text = traceText(trace);
  const verdicts = Object.fromEntries(profiles.map((each) => [each, judgeText(text, each)])) as PerProfile<Judgement>;
  const judgement = verdicts[profile];
  const found = judgement.verdict === 'rejected' ? judgement.clauses : [];
  const clauses = [...new Set([...(named === undefined ? [] : [named]), ...found])];
  return { shows: trace.shows, expects, text, verdicts, clauses, rulings: judgement.verdict === 'rejected' ? judgement.rulings : [] };
}
