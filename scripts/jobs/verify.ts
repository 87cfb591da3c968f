/** Verifies a provider, ours or one that is loaded by its name. */

import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { type VerifyOptions, verifyProvider } from '../../properties/verify.ts';
import { answer, aside, type OnProgress } from '../aside.ts';
import { UnusableInput } from '../exit.ts';

export interface Verification {
  /** A path or the name of a package; ours when absent. */
  readonly provider?: string;
  readonly options: Omit<VerifyOptions, 'onProgress' | 'now' | 'subject'>;
}

/** Fails by UnusableInput when the module cannot be loaded or is no provider. */
export const verifyAside = (verification: Verification, onProgress: OnProgress): Promise<Report> =>
  aside(import.meta.url, verification, onProgress);

answer(import.meta.url, async ({ provider, options }: Verification, onProgress): Promise<Report> => {
  const module = provider === undefined ? await import('../../impl/provider/provider.ts') : await load(provider);
  return verifyProvider(module, { ...options, subject: provider ?? 'the ring provider of this package', onProgress });
});

async function load(name: string): Promise<ProviderModule> {
  const path = name.startsWith('.') || isAbsolute(name) || /\.m?js$/.test(name) ? pathToFileURL(resolve(name)).href : name;
  let module: Partial<ProviderModule>;
  try {
    module = (await import(path)) as Partial<ProviderModule>;
  } catch (error) {
    throw new UnusableInput(
      `--provider must name an ES module that can be loaded: ${name}: ${error instanceof Error ? error.message : error}`,
    );
  }
  for (const entry of ['WSPStartup', 'world'] as const) {
    if (typeof module[entry] !== 'function') {
      throw new UnusableInput(
        `--provider must name a module that exports ${entry}() as a function: ${name} exports ${Object.keys(module).join(', ') || 'nothing'}`,
      );
    }
  }
  return module as ProviderModule;
}
