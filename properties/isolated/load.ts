import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProviderModule } from '../../model/winsock/spi.ts';
import { wordsOfThrown } from '../harness/crash.ts';

/** Loads a provider module by its path, its address or the name of its package. What must be so, where it cannot be loaded or is none. */
export async function loadProvider(name: string): Promise<ProviderModule | { readonly mustBe: string }> {
  const isPath = name.startsWith('.') || isAbsolute(name) || (/\.m?js$/.test(name) && !/^[a-z]+:/.test(name));
  let module: Partial<ProviderModule>;
  try {
    module = (await import(isPath ? pathToFileURL(resolve(name)).href : name)) as Partial<ProviderModule>;
  } catch (error) {
    return { mustBe: `an ES module that can be loaded: ${name}: ${wordsOfThrown(error)}` };
  }
  for (const entry of ['WSPStartup', 'world'] as const) {
    if (typeof module[entry] === 'function') continue;
    const exported = Object.keys(module).join(', ') || 'nothing';
    const found = entry in module ? `exports ${entry} of type ${typeof module[entry]}` : `exports ${exported}`;
    return { mustBe: `a module that exports ${entry}() as a function: ${name} ${found}` };
  }
  return module as ProviderModule;
}
