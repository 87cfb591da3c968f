import type { ClauseId } from '../../model/clauses/register.ts';
import type { Permitted } from '../../model/oracle/permitted.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/** How one case ended. */

export interface Deviation {
  /**
   * `rejected` by the judge; `stalled`: everything is drained and something still waits; `crashed`: threw; `died`: its process ended;
   * `hung`: it did not answer in time; `runaway`: it never came to an end.
   */
  readonly kind: 'rejected' | 'stalled' | 'crashed' | 'died' | 'hung' | 'runaway';
  /** Index into the trace of the step that is not permitted; the last one where no single step is at fault. */
  readonly at: number;
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /** Where it failed by another row's code: the clauses by which it had to fail. */
  readonly owed?: readonly ClauseId[];
  /**
   * Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not
   * returned.
   */
  readonly about?: string | number | undefined;
}

/** A case that ended early, for a reason that is not the implementation's fault. */
export interface UnjudgedCase {
  /**
   * `slow`: it goes on and on; `undone`: its caller broke an obligation, and it failed by that; `undecided`: the judge met a bound of its
   * own. The others are those of `Failure`.
   */
  readonly kind: 'slow' | 'undone' | 'undecided' | 'malformed' | 'unusable' | 'stray' | 'late';
  readonly message: string;
}

/** What one case showed, and how it ended. */
export interface CaseResult {
  readonly header: TraceHeader;
  readonly trace: readonly TraceStep[];
  /** The requests in their order, those of the end included. */
  readonly requests: readonly CampaignRequest[];
  /** Steps that were judged and permitted, as a tally counts them. */
  readonly steps: number;
  readonly deviation?: Deviation;
  readonly unjudged?: UnjudgedCase;
  /** Of a deviation: all that the process or module has shown since its start, where that was more than this case. */
  readonly whole?: readonly TraceStep[];
}

/** A case in which the implementation deviates. */
export type Failing = CaseResult & { readonly deviation: Deviation };
export const isFailing = (result: CaseResult): result is Failing => result.deviation !== undefined;
