/** What is written down of a mutant: its name, the clauses that it breaks, and what kills it. */

import type { ClauseId } from '../../model/clauses/register.ts';
import type { KilledByRequests } from './accused.ts';
import type { JudgeFault } from './judgeMutants.ts';
import type { KilledByTrace } from './kills.ts';

export type FaultKind = JudgeFault | 'faulty provider' | 'faulty driver';

/** A mutant as it is recorded. */
export interface Recorded {
  readonly name: string;
  readonly fault: FaultKind;
  /** The clauses that it breaks, any of which may be named. */
  readonly clauses: readonly ClauseId[];
  /** Where something like it was seen. */
  readonly seenIn?: string;
  /** None: it is alive. */
  readonly killed?: KilledByTrace | KilledByRequests;
}

export interface MutantFile {
  readonly wspsend: 'mutants/1';
  readonly mutants: readonly Recorded[];
}

export const isByRequests = (killed: KilledByTrace | KilledByRequests): killed is KilledByRequests => 'requests' in killed;
