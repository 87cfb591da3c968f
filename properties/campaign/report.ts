/**
 * What a campaign found, as data: the CLI prints it, JSON carries it, and reports of shards can be joined.
 *
 * Everything here survives JSON. Two runs with the same subject, profile, seed and steps differ in `seconds` alone.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { Permitted } from '../../model/oracle/permitted.ts';
import type { TraceHeader, TraceStep } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import type { UnjudgedCase } from './caseResult.ts';
import type { Grade } from './grades.ts';
import type { OutcomeCoverage } from './outcomes.ts';
import type { Signature } from './signature.ts';

export interface ClauseResult {
  readonly id: ClauseId;
  /** Steps that put the clause to the test. */
  readonly tried: number;
  /** Distinct deviations that broke it. */
  readonly violated: number;
  readonly grade: Grade;
  /** Why it was not tried. */
  readonly why?: string;
}

/** A number beside the bounds within which it holds: `{"what":"states","count":812,"bounds":"2 operations, 3 units"}`. */
export interface Count {
  readonly what: string;
  readonly count: number;
  readonly bounds: string;
}

/** The shortest trace found that ends in a step which is not permitted. */
export interface Counterexample {
  readonly header: TraceHeader;
  /** The last one is the step that is not permitted. */
  readonly steps: readonly TraceStep[];
  /** What makes another deviation the same one. */
  readonly signature: Signature;
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /** Cases that met it. */
  readonly cases: number;
  /** How often the same requests were asked again until it showed again; `times` is 0 when it never did. */
  readonly shown: { readonly times: number; readonly of: number };
  /** The requests that bring it about, where the steps do not tell them. */
  readonly requests?: readonly CampaignRequest[];
  /** One line for a shell that shows it again. */
  readonly replay: string;
}

export interface ListedResult {
  readonly clauses: readonly string[];
  readonly step: string;
  readonly reason: string;
  /** Cases of the run that met it. */
  readonly cases: number;
  /** A case of the run met it, or its own requests brought it about again. */
  readonly shows: boolean;
}

export interface Report {
  readonly wspsend: 'report/1';
  /** The implementation: a module, a driver's command, or the provider of this package. */
  readonly subject: string;
  readonly profile: Profile;
  readonly seed: number;
  /** Which share of the campaign this is, where it is one of several. */
  readonly shard?: { readonly index: number; readonly of: number };
  readonly seconds: number;
  /** `untried`: nothing could be tried, or what came could not be read. */
  readonly verdict: 'conforms' | 'deviates' | 'untried';
  /** One for each modelled clause. */
  readonly clauses: readonly ClauseResult[];
  readonly counts: readonly Count[];
  /** Why the run ended early, where it did. */
  readonly cut?: string;
  readonly counterexamples: readonly Counterexample[];
  readonly steps?: { readonly asked: number; readonly tried: number };
  readonly cases?: number;
  /** Which of the permitted outcomes the implementation was ever seen to show. */
  readonly outcomes?: readonly OutcomeCoverage[];
  /** What the implementation, or the harness in front of it, could not do. */
  readonly unsupported?: readonly { readonly kind: string; readonly why: string; readonly count: number }[];
  /** Deviations that the ledger lists, and whether each still shows. */
  readonly listed?: readonly ListedResult[];
  /** Cases that ended early by nothing that the implementation can be blamed for. */
  readonly unjudged?: readonly { readonly kind: UnjudgedCase['kind']; readonly message: string; readonly count: number }[];
}
