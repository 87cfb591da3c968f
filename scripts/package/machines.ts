/**
 * The machines, as the package holds them: what a machine says is data, and stands there as it is written out. That is read faster than
 * what makes the same is run. As an object it takes less room in a browser than as a text for JSON.parse, since its keys need no quotes.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Plugin } from 'rolldown';

export const isMachine = (path: string): boolean => /\/model\/machines\/\w+\.machine\.js$/.test(path);

export const machinesAsData = (): Plugin => ({
  name: 'machines-as-data',
  async load(path) {
    if (!isMachine(path)) return null;
    const module = (await import(path)) as Readonly<Record<string, unknown>>;
    return Object.entries(module)
      .map(([name, value]) => `export const ${name} = ${textOf(name, value)};\n`)
      .join('');
  },
});

function textOf(name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(value, JSON.parse(text))) throw new Error(`A machine must export data: ${name}`);
  return text;
}
