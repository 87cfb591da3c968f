import type { Profile } from '../../model/clauses/profiles.ts';
import type { CaseResult } from '../campaign/caseResult.ts';
import type { ListedDeviation } from '../campaign/findings.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/** How much of a verification is wanted, and where its progress is reported. */

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

export interface VerifyOptions {
  /** What the report calls the implementation. */
  readonly subject?: string;
  /** The words of a command line that name the implementation again: `--provider ./mine.js`. Empty for the provider of this package. */
  readonly named?: string;
  /**
   * What distinguishes this program and the implementation from others of the same name, so that shares of different ones are not joined.
   */
  readonly identity?: { readonly version: string; readonly provider: string };
  /** What has to be tried at least; a run that did less has the verdict `short`. With a shard, of all shares together. */
  readonly required?: { readonly clauses?: number; readonly steps?: number };
  /** Words that say how it is asked, and that a replay needs too: `--timeout 3`. */
  readonly asking?: string;
  /** Further words without which the same command line would not run the same: `--deviations known.json`. */
  readonly repeated?: string;
  /** The folder into which each counterexample is written as a trace; none is where it is absent. It is made where there is none. */
  readonly outTraces?: string;
  /** Default `page`. */
  readonly profile?: Profile;
  /** Default 1. */
  readonly seed?: number;
  /**
   * Steps that are judged, those of the walks among them unless these are long; a case that has begun is ended. With a shard, its share of
   * them.
   */
  readonly steps?: number;
  /** Cases that the campaign runs, where they and not the steps are to be counted. With a shard, its share of them. */
  readonly cases?: number;
  /** A ceiling for all of it, in seconds; a run that it cuts says so. */
  readonly budgetSeconds?: number;
  readonly shard?: Shard;
  /** Distinct deviations after which the run ends: the first one, unless more are wanted. */
  readonly deviationsMax?: number;
  /** Whether the graphs of the model come before the campaign; `long`: more of them, and further through each. */
  readonly walks?: boolean | 'long';
  /** Deviations that are known: the run goes on past them, and one that no longer shows is as bad as a new one. */
  readonly listed?: readonly ListedDeviation[];
  /** Cases that are run before all others, each by its requests: what failed the last time. */
  readonly first?: readonly (readonly CampaignRequest[])[];
  /** Takes in every case as it ends, whatever became of it. */
  readonly onCase?: (result: CaseResult) => void;
  /** How far it has come, and in a word with what. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
  /** Milliseconds, on the clock on which an implementation counts its own deadline too. */
  readonly now?: () => number;
}

/** Steps that are judged where no number is given. */
export const stepsDefault = 50_000;

export const overBudget = ({ budgetSeconds }: VerifyOptions): string => `${budgetSeconds} seconds are over`;
