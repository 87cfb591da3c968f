/** Verifies our own provider, on a thread of its own. */

import { pathToFileURL } from 'node:url';
import type { ProviderModule } from '../../../model/winsock/spi.ts';
import type { Report } from '../../../properties/campaign/report.ts';
import { type VerifyOptions, verifyProvider } from '../../../properties/verify.ts';
import { type OnProgress, onWorker, serveJob } from '../onWorker.ts';
import { ownProvider } from '../ownProvider.ts';
import { recorderIn } from '../recorder.ts';

export interface Verification {
  /** Where every case is kept. */
  readonly record?: string;
  readonly options: Omit<VerifyOptions, 'onProgress' | 'onCase' | 'now'>;
}

export const verifyOnWorker = (verification: Verification, onProgress: OnProgress): Promise<Report> =>
  onWorker(import.meta.url, verification, onProgress);

serveJob(import.meta.url, async ({ record, options }: Verification, onProgress): Promise<Report> => {
  const ours = (await import(pathToFileURL(ownProvider(options.profile)).href)) as ProviderModule;
  return verifyProvider(ours, { ...options, onProgress, ...(record !== undefined && { onCase: recorderIn(record) }) });
});
