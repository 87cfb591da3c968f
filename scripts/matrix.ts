/** From each clause to all that stands behind it. */

import { readFileSync } from 'node:fs';
import type { ClauseStatus } from '../model/clauses/clause.ts';
import { profiles } from '../model/clauses/profiles.ts';
import { type ClauseId, register } from '../model/clauses/register.ts';
import { rulingsOn } from '../model/clauses/rulings.ts';
import type { Table } from '../model/compiled/compile.ts';
import { tablesOf } from '../model/compiled/tables.ts';
import type { Manifest } from '../properties/generate/generated.ts';
import { mutants } from '../properties/mutants/mutants.ts';
import { properties } from '../properties/properties.ts';
import { packageFile } from './packageFiles.ts';

/** What may stand behind a clause. */
export const columns = ['rules', 'tests', 'properties', 'mutants'] as const;
export type Column = (typeof columns)[number];

/** What must stand behind a modelled clause: without one of these it has a hole. */
export const required: readonly Column[] = ['rules', 'tests'];

export interface ClauseRow {
  readonly id: ClauseId;
  /** The part of the id before its colon. */
  readonly section: string;
  readonly status: ClauseStatus['is'];
  /** Ids of the rulings that settle its meaning. */
  readonly rulings: readonly string[];
  /** Rules of the machines that cite it, `<region>.<state>.<event>#<n>`, in any profile. */
  readonly rules: readonly string[];
  /** Ids of generated tests. */
  readonly tests: readonly string[];
  readonly properties: readonly string[];
  /** Names of the mutants whose counterexample cites it. */
  readonly mutants: readonly string[];
}

/** Which names cite a clause. */
type Citations = ReadonlyMap<string, readonly string[]>;

export const clauseRows = (): ClauseRow[] => {
  const behind = sources();
  return register.map(({ id, status }) => ({
    id,
    section: id.slice(0, id.lastIndexOf(':')),
    status: status.is,
    rulings: rulingsOn(id).map((ruling) => ruling.id),
    rules: behind.rules.get(id) ?? [],
    tests: behind.tests.get(id) ?? [],
    properties: behind.properties.get(id) ?? [],
    mutants: behind.mutants.get(id) ?? [],
  }));
};

/** What a row lacks. */
export const holesOf = (row: ClauseRow): Column[] =>
  row.status === 'modelled' ? required.filter((column) => row[column].length === 0) : [];

// ---- Where the columns come from -----------------------------------------------------------------------------------------------

const sources = (): Readonly<Record<Column, Citations>> => ({
  rules: rulesByClause(),
  tests: testsByClause(),
  properties: citations(properties.map(({ name, clauses }) => ({ id: name, clauses }))),
  mutants: citations(mutants.map(({ name, breaks }) => ({ id: name, clauses: breaks }))),
});

/** Generated tests, as the manifest names them. */
const testsByClause = (): Citations => {
  const { clauses, vectors } = JSON.parse(readFileSync(packageFile('generated/manifest.json'), 'utf8')) as Pick<
    Manifest,
    'clauses' | 'vectors'
  >;
  return new Map(
    register.map(({ id }) => {
      const { valid, invalid } = vectors[id] ?? {};
      const kept = [valid, invalid].filter((vector) => vector !== undefined).map((vector) => `vectors/${vector}`);
      return [id, [...kept, ...(clauses[id] ?? [])]];
    }),
  );
};

/** A rule whose guard no profile can meet stands behind nothing. All profiles have the same rules; what differs is where they can hold. */
const rulesByClause = (): Citations => {
  const perProfile = profiles.map((profile) => {
    const { socket, circuit, operation, call, delivery } = tablesOf(profile);
    return [socket, circuit, operation, call, delivery].flatMap((table: Table) => table.rules.flat(2));
  });
  const live = new Set(perProfile.flat().flatMap(({ id, terms }) => (terms.length > 0 ? [id] : [])));
  return citations(perProfile[0]!.filter(({ id }) => live.has(id)));
};

interface Citing {
  readonly id: string;
  readonly clauses: readonly string[];
}

const citations = (all: readonly Citing[]): Citations => {
  const names = new Map<string, Set<string>>();
  for (const { id, clauses } of all) {
    for (const cited of clauses) {
      const known = names.get(cited);
      if (known === undefined) names.set(cited, new Set([id]));
      else known.add(id);
    }
  }
  return new Map([...names].map(([cited, ids]) => [cited, [...ids]]));
};
