import type { Failure } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/**
 * What we and the process of a provider say to each other, one JSON object a line: trace/1 both ways, and in addition what no trace has.
 * Each request is answered by lines of a trace, and then by `done` or a failure.
 */

export type AskedOfHost =
  /** Which events of its own environment the provider offers. Answered by `Offer`, and nothing but a case is asked before it. */
  | { readonly ask: 'injections' }
  /** A provider that has just been started serves what follows. */
  | { readonly ask: 'case' }
  | CampaignRequest;

/** The first line of all: the module is loaded, or what it must be. */
export interface Greeting {
  readonly loaded?: true;
  readonly mustBe?: string;
}
export interface Offer {
  readonly injections: readonly string[];
}
export interface Failed {
  readonly failure: Failure;
  /** Nothing that comes from this process any more means anything. */
  readonly isSpoilt?: boolean;
}

/** File descriptors, apart from the standard streams, on which a provider may print whatever it likes. */
export const channel = { requests: 3, answers: 4 } as const;
