/**
 * What the package holds in place of the machines where it only judges: their rules as tables, made here once, and their facts and codes.
 * A program that judges a trace neither compiles the rules nor loads the machines.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Plugin } from 'rolldown';
import { type Profile, profiles, rulingsApart, withRulingOf } from '../../model/clauses/profiles.ts';
import { type EncodedTables, encode } from '../../model/compiled/encoded.ts';
import { compiledTables } from '../../model/compiled/regions.ts';

const regions = /\/model\/compiled\/regions\.js$/;
const machine = /\/model\/machines\/\w+\.machine\.js$/;
/** Who reads of a machine only its facts and codes. */
const judging = /\/model\/(?:oracle|permits|possible|questions)\//;

/** Each profile with one ruling read as another has it: which rulings decide is found by them. */
const mixed = (): readonly Profile[] =>
  profiles.flatMap((profile) =>
    profiles.flatMap((other) => rulingsApart(profile, other).map((ruling) => withRulingOf(profile, ruling, other))),
  );

export const packagedTables = (): EncodedTables => encode([...profiles, ...new Set(mixed())].map(compiledTables));

const query = '?facts';

export const rulesMadeOnce = (): Plugin => ({
  name: 'rules-made-once',
  async resolveId(source, importer, options) {
    if (importer === undefined || !judging.test(importer) || !source.endsWith('.machine.js')) return null;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    return resolved !== null && machine.test(resolved.id) ? `${resolved.id}${query}` : null;
  },
  async load(id) {
    if (regions.test(id)) return tablesModule();
    return id.endsWith(query) ? factsModule(id.slice(0, -query.length)) : null;
  },
});

/** The text is read when the first table is asked for, and the rules of a profile when it is. */
const tablesModule = (): string => `import { decode } from './encoded.js';
const text = '${JSON.stringify(packagedTables()).replaceAll(/[\\']/g, '\\$&')}';
let encoded;
${'export'} const compiledTables = (profile) => decode((encoded ??= JSON.parse(text)), profile);
`;

/** What a machine exports is data. Of its region nothing is left, since nothing that judges asks for it. */
async function factsModule(path: string): Promise<string> {
  const module = (await import(path)) as Readonly<Record<string, unknown>>;
  return Object.entries(module)
    .map(([name, value]) => {
      const text = JSON.stringify(value);
      if (!isDeepStrictEqual(value, JSON.parse(text))) throw new Error(`A machine must export data: ${path} exports ${name}`);
      return `export const ${name} = ${text};\n`;
    })
    .join('');
}
