/** Every trace that is kept with a verdict: hand-written cases, vectors, regressions, and the traces that were made for single rules. */

import { readdirSync, readFileSync } from 'node:fs';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { NumberedStep } from '../../model/judge/judge.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { type TraceHeader, traceVersion } from '../../model/winsock/trace.ts';

/** What a kept trace states for one profile. What it leaves out, it does not state. */
export interface Stated {
  readonly verdict: 'accepted' | 'rejected';
  /** Of a rejection. The header is line 1. */
  readonly line?: number;
  /** Of a rejection, the clauses that are broken: the first decides, and the order of the others says nothing. */
  readonly breaks?: readonly ClauseId[];
  /** Of an accepted trace, the clauses by which its last step is permitted, sorted. */
  readonly shows?: readonly ClauseId[];
}

export interface Kept {
  /** `<collection>/<name>`. */
  readonly name: string;
  readonly header: TraceHeader;
  readonly steps: readonly NumberedStep[];
  readonly stated: { readonly [profile in Profile]?: Stated };
}

/** A trace of properties/catalogue/rules.json, made to meet a rule. */
export interface RuleTrace {
  readonly id: string;
  readonly side?: 'spi';
  /** What is stated for every profile that is not among the exceptions. */
  readonly stated: Stated;
  readonly except?: Kept['stated'];
  readonly steps: readonly object[];
}

export interface RuleFile {
  readonly wspsend: 'rules/1';
  readonly traces: readonly RuleTrace[];
}

/** Where the kept traces lie, in the sources and in the build alike. */
const root = new URL(import.meta.url.includes('/.build/') ? '../../../' : '../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const json = <T>(path: string): T => JSON.parse(read(path)) as T;

const keptFrom = (name: string, text: string, stated: Kept['stated']): Kept[] => {
  const { header, steps, malformed } = readTrace(text);
  return header === undefined || malformed !== undefined ? [] : [{ name, header, steps: [...steps], stated }];
};

const textOf = (steps: readonly object[], side?: 'spi'): string =>
  [{ wspsend: traceVersion, ...(side && { side }) }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');

export const ruleFile = (): RuleFile => json<RuleFile>('properties/catalogue/rules.json');
export const keptRule = ({ id, side, stated, except, steps }: RuleTrace): Kept[] =>
  keptFrom(
    `rules/${id}`,
    textOf(steps, side),
    Object.fromEntries(profiles.map((profile) => [profile, except?.[profile] ?? stated])) as Kept['stated'],
  );

/** A collection by the first part of its names, made when it is asked for. */
const collections: { readonly [collection: string]: () => readonly Kept[] } = {
  rules: () => ruleFile().traces.flatMap(keptRule),
  // The clauses of a vector are those of all profiles together, so that no profile is held to them.
  vectors: () =>
    json<{ vectors: readonly KeptVector[] }>('generated/vectors.json').vectors.flatMap(({ id, side, steps, profiles: stated }) =>
      keptFrom(`vectors/${id}`, textOf(steps, side), stated),
    ),
  cases: () => ['page', 'stream', 'traffic'].flatMap(casesOf),
  regressions: () =>
    Object.entries(json<Record<string, Record<Profile, Stated>>>('generated/regressions.json')).flatMap(([file, stated]) =>
      keptFrom(`regressions/${file}`, read(`properties/regressions/${file}`), stated),
    ),
};

interface KeptVector {
  readonly id: string;
  readonly side?: 'spi';
  readonly steps: readonly object[];
  readonly profiles: Kept['stated'];
}

type Case = Omit<Stated, 'verdict'> & { readonly verdict: string; readonly except?: { readonly [profile in Profile]?: Case } };

const casesOf = (chapter: string): Kept[] => {
  const expected = json<Record<string, Case>>(`properties/cases/${chapter}/expected.json`);
  return readdirSync(new URL(`properties/cases/${chapter}/`, root))
    .filter((file) => file.endsWith('.ndjson'))
    .flatMap((file) => {
      const { except, ...all } = expected[file]!;
      const stated = Object.fromEntries(
        profiles.flatMap((profile) => {
          const { verdict, line, breaks } = except?.[profile] ?? all;
          if (verdict !== 'accepted' && verdict !== 'rejected') return [];
          return [[profile, { verdict, ...(line !== undefined && { line }), ...(breaks !== undefined && { breaks }) }]];
        }),
      ) as Kept['stated'];
      return Object.keys(stated).length === 0
        ? []
        : keptFrom(`cases/${chapter}/${file}`, read(`properties/cases/${chapter}/${file}`), stated);
    });
};

const made = new Map<string, ReadonlyMap<string, Kept>>();

/** One kept trace, by its name. */
export function keptNamed(name: string): Kept {
  const collection = name.slice(0, name.indexOf('/'));
  let all = made.get(collection);
  if (all === undefined) made.set(collection, (all = new Map(collections[collection]?.().map((kept) => [kept.name, kept]))));
  const kept = all.get(name);
  if (kept === undefined) throw new RangeError(`A kept trace must be there: ${name}. Run \`npm run mutants\``);
  return kept;
}

/** All of them, the shortest first. */
export const allKept = (): Kept[] =>
  Object.values(collections)
    .flatMap((collection) => collection())
    .sort((a, b) => a.steps.length - b.steps.length || (a.name < b.name ? -1 : 1));
