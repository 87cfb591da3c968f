/** What a step shows, other than that it is permitted. */

import type { ClauseId } from '../clauses/register.ts';

/** Something that nobody can judge: what was touched, and why. */
export interface Unjudged {
  readonly socket?: string;
  readonly why: string;
}

/** An obligation of the caller's own that the trace shows broken. */
export interface Breach {
  readonly clauses: readonly ClauseId[];
  readonly message: string;
}
