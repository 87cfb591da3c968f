/**
 * A question that people ask about sends, with an answer that a trace shows and another that a trace refutes.
 *
 * The traces are the answer: what each profile says of them is computed (`judged.ts`), and a test holds each to the verdict that is written
 * with it. The sentence is for a reader who wants no more than the answer.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { RulingId } from '../clauses/rulings.ts';

/** A trace of a few steps. The last one is the one that it is about. */
export interface ShownTrace {
  /** What it shows, in a sentence without its end. */
  readonly shows: string;
  /** `spi`: every upcall is in the trace. */
  readonly side?: 'spi';
  /** Lines of trace/1 behind the header. */
  readonly steps: readonly object[];
}

/** One that is rejected at its last step, by these clauses among others. */
export interface RefutedTrace extends ShownTrace {
  readonly breaks: ClauseId;
}

/** One that is accepted, and by which the caller breaks a clause of its own. */
export interface BreachingTrace extends ShownTrace {
  readonly callerBreaks: ClauseId;
}

export interface AskedQuestion {
  /** A few words with hyphens between them: the address of its page. It is never given to another question. */
  readonly id: string;
  readonly asks: string;
  readonly answer: string;
  /** The profile under which the stated verdicts of the traces hold. */
  readonly profile: Profile;
  /** The clauses that the answer is based on, the most important first. */
  readonly clauses: readonly ClauseId[];
  /** The rulings that the answer depends on. */
  readonly rulings?: readonly RulingId[];
  /** Other words by which it is looked for. */
  readonly words?: string;
  /** Public pages on which somebody asks it. */
  readonly askedAt?: readonly string[];
  readonly accepted: readonly [ShownTrace, ...ShownTrace[]];
  readonly rejected: readonly [RefutedTrace, ...RefutedTrace[]];
  readonly breaching?: readonly BreachingTrace[];
}
