/** Verifies a provider, ours or one that is loaded by its name. */

import type { Report } from '../../../properties/campaign/report.ts';
import { type VerifyOptions, verifyProvider } from '../../../properties/verify.ts';
import { shellWord } from '../commandWords.ts';
import { loadProvider } from '../loadProvider.ts';
import { type OnProgress, onWorker, serveJob } from '../onWorker.ts';
import { recorderIn } from '../recorder.ts';

export interface Verification {
  /** A path or the name of a package; ours when absent. */
  readonly provider?: string;
  /** Where every case is kept. */
  readonly record?: string;
  readonly options: Omit<VerifyOptions, 'onProgress' | 'onCase' | 'now' | 'named'>;
}

/** Fails by UnusableInput when the module cannot be loaded or is no provider. */
export const verifyOnWorker = (verification: Verification, onProgress: OnProgress): Promise<Report> =>
  onWorker(import.meta.url, verification, onProgress);

serveJob(import.meta.url, async ({ provider, record, options }: Verification, onProgress): Promise<Report> => {
  const module = provider === undefined ? await import('../../../impl/provider/provider.ts') : await loadProvider(provider);
  return verifyProvider(module, {
    ...subjectOf(provider),
    ...options,
    onProgress,
    ...(record !== undefined && { onCase: recorderIn(record) }),
  });
});

const subjectOf = (provider: string | undefined): Pick<VerifyOptions, 'subject' | 'named'> =>
  provider === undefined
    ? { subject: 'the ring provider of this package' }
    : { subject: provider, named: `--provider ${shellWord(provider)}` };
