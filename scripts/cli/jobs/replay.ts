/** Asks an implementation for what a trace shows. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import type { CaseResult } from '../../../properties/campaign/caseResult.ts';
import { runCase } from '../../../properties/campaign/runCase.ts';
import type { Implementation } from '../../../properties/conversation/implementation.ts';
import type { CampaignRequest } from '../../../properties/conversation/requests.ts';
import { providerImplementation } from '../../../properties/harness/implementation.ts';
import { loadProvider } from '../loadProvider.ts';
import { onWorker, serveJob } from '../onWorker.ts';

export interface Replay {
  /** A path or the name of a package; ours when absent. */
  readonly provider?: string;
  readonly profile: Profile;
  readonly requests: readonly CampaignRequest[];
}

/** Fails by UnusableInput when the module cannot be loaded or is no provider. */
export const replayOnWorker = (replay: Replay): Promise<CaseResult> => onWorker(import.meta.url, replay);

export const replayOn = async (implementation: Implementation, { profile, requests }: Omit<Replay, 'provider'>): Promise<CaseResult> => {
  try {
    return await runCase(implementation, { profile, requests, finishes: false, beginning: { isFresh: true } });
  } finally {
    await implementation.close();
  }
};

serveJob(import.meta.url, async ({ provider, ...replay }: Replay): Promise<CaseResult> => {
  const module = provider === undefined ? await import('../../../impl/provider/provider.ts') : await loadProvider(provider);
  const result = await replayOn(providerImplementation(module), replay);
  // As it is written: what is copied from thread to thread may hold nothing else.
  return JSON.parse(JSON.stringify(result)) as CaseResult;
});
