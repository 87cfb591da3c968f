/** A provider module that somebody names on a command line. */

import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import { UnusableInput } from './exit.ts';

/** Loads it by its path or the name of its package. Fails by UnusableInput when it cannot be loaded or is no provider. */
export async function loadProvider(name: string): Promise<ProviderModule> {
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
