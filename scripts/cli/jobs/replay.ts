/** Asks an implementation for what a trace shows. */

import { type CaseResult, providerImplementation, type Replay, replay } from '../../../properties/verify.ts';
import { loadProvider } from '../loadProvider.ts';
import { onWorker, serveJob } from '../onWorker.ts';

export interface ReplayJob extends Replay {
  /** A path or the name of a package; ours when absent. */
  readonly provider?: string;
}

/** Fails by UnusableInput when the module cannot be loaded or is no provider. */
export const replayOnWorker = (job: ReplayJob): Promise<CaseResult> => onWorker(import.meta.url, job);

serveJob(import.meta.url, async ({ provider, ...asked }: ReplayJob): Promise<CaseResult> => {
  const module = provider === undefined ? await import('../../../impl/provider/provider.ts') : await loadProvider(provider);
  const result = await replay(providerImplementation(module), asked);
  // As it is written: what is copied from thread to thread may hold nothing else.
  return JSON.parse(JSON.stringify(result)) as CaseResult;
});
