/**
 * The machines, as the package holds them: what a machine says is data, and stands there as it is written out. That is read faster than
 * what makes the same is run. As an object it takes less room in a browser than as a text for JSON.parse, since its keys need no quotes.
 * The sentences of its facts stand once, where they are exported.
 */

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Plugin } from 'rolldown';

export const isMachine = (path: string): boolean => /\/model\/machines\/\w+\.machine\.js$/.test(path);

type Module = Readonly<Record<string, unknown>>;

export const machinesAsData = (): Plugin => ({
  name: 'machines-as-data',
  async load(path) {
    if (!isMachine(path)) return null;
    const machine = (await import(path)) as Module;
    const wordsPath = path.replace('.machine.js', 'Words.js');
    const words = existsSync(wordsPath) ? ((await import(wordsPath)) as Module) : {};
    const used = new Set<string>();
    const texts = Object.entries(machine).map(
      ([name, value]) => `export const ${name} = ${textOf(name, value, { ...words, ...machine }, used)};\n`,
    );
    const imported = [...used].filter((name) => name in words);
    return `${imported.length === 0 ? '' : `import { ${imported} } from './${basename(wordsPath)}';\n`}${texts.join('')}`;
  },
});

/** A machine's facts are named where they are among the exports that are known. */
function textOf(name: string, value: unknown, known: Module, used: Set<string>): string {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(value, JSON.parse(text))) throw new Error(`A machine must export data: ${name}`);
  const facts = (value as { readonly facts?: unknown }).facts;
  const named = facts === undefined ? undefined : Object.keys(known).find((other) => known[other] === facts);
  if (named === undefined) return text;
  used.add(named);
  return text.replace(`"facts":${JSON.stringify(facts)}`, () => `"facts":${named}`);
}
