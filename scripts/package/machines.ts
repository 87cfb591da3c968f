/**
 * The machines, as the package holds them: what a machine says is data, and stands there as the text of it. To read a text is faster than
 * to run what makes the same, and takes less room in a browser.
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
      .map(([name, value]) => `export const ${name} = /* @__PURE__ */ JSON.parse(${JSON.stringify(textOf(name, value))});\n`)
      .join('');
  },
});

function textOf(name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(value, JSON.parse(text))) throw new Error(`A machine must export data: ${name}`);
  return text;
}
