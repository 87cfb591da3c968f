/** From each clause to all that stands behind it. */

import type { ClauseStatus } from '../../model/clauses/clause.ts';
import { profiles } from '../../model/clauses/profiles.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import { rulingsOn } from '../../model/clauses/rulings.ts';
import type { Table } from '../../model/compiled/compile.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import type { MutantFile } from '../../properties/catalogue/recorded.ts';
import type { Manifest } from '../../properties/generate/generated.ts';
import { conformance, mutantsPerClause, properties, unnoticed } from '../../properties/properties.ts';

/** What may stand behind a clause. */
export const columns = ['rules', 'tests', 'properties', 'mutants'] as const;
export type MatrixColumn = (typeof columns)[number];

/** What must stand behind a modelled clause: without one of these it has a hole. */
export const required: readonly MatrixColumn[] = ['rules', 'tests', 'properties', 'mutants'];
/** How many of a column make no hole, where one is not enough. */
const least: { readonly [column in MatrixColumn]?: number } = { mutants: mutantsPerClause };

export interface ClauseRow {
  readonly id: ClauseId;
  /** The part of the id before its colon. */
  readonly section: string;
  readonly status: ClauseStatus['is'];
  /** Ids of the rulings that settle its meaning. */
  readonly rulings: readonly string[];
  /** Rules of the machines that cite it, `<region>.<state>.<event>#<hash>`, in any profile. */
  readonly rules: readonly string[];
  /** Ids of generated tests. */
  readonly tests: readonly string[];
  readonly properties: readonly string[];
  /** Names of the mutants that break it and that something kills. */
  readonly mutants: readonly string[];
}

/** The part of the manifest that names tests, and the mutants that are recorded. */
export type Generated = Pick<Manifest, 'clauses' | 'vectors'> & Pick<MutantFile, 'mutants'>;

/** Which names cite a clause. */
type Citations = ReadonlyMap<string, readonly string[]>;

/** @param generated What generated/manifest.json and generated/mutants.json say of the tests and mutants that are there. */
export const clauseRows = (generated: Generated): ClauseRow[] => {
  const behind = sources(generated);
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

/** What a row lacks, and `unnoticed` where it is excused from a property that it has. */
export const holesOf = (row: ClauseRow, excused: typeof unnoticed = unnoticed): (MatrixColumn | 'unnoticed')[] => {
  const isExcused = excused[row.id] !== undefined;
  if (row.status !== 'modelled') return isExcused ? ['unnoticed'] : [];
  const lacking = required.filter((column) => row[column].length < (least[column] ?? 1) && !(column === 'properties' && isExcused));
  return isExcused && row.properties.length > 0 ? [...lacking, 'unnoticed'] : lacking;
};

// ---- Where the columns come from -----------------------------------------------------------------------------------------------

const sources = (generated: Generated): Readonly<Record<MatrixColumn, Citations>> => ({
  rules: rulesByClause(),
  tests: testsByClause(generated),
  properties: propertiesByClause(generated),
  mutants: citations(generated.mutants.filter(({ killed }) => killed !== undefined).map(({ name, clauses }) => ({ id: name, clauses }))),
});

/**
 * Invariants stand behind what they cite; the campaign behind what it tries, as far as there is a trace that breaks it and that the judge
 * rejects.
 */
const propertiesByClause = ({ vectors }: Generated): Citations => {
  const { name, clauses } = conformance;
  const noticed = clauses.filter((id) => vectors[id]?.invalid !== undefined);
  return citations([...properties, { name, clauses: noticed }].map(({ name, clauses }) => ({ id: name, clauses })));
};

/** Generated tests, as the manifest names them. */
const testsByClause = ({ clauses, vectors }: Generated): Citations => {
  return new Map(
    register.map(({ id }) => {
      const { valid, invalid } = vectors[id] ?? {};
      const kept = [valid, invalid].filter((vector) => vector !== undefined).map((vector) => `vectors/${vector}`);
      return [id, [...kept, ...(clauses[id] ?? [])]];
    }),
  );
};

/** A rule that can decide nothing in a profile is not in its tables, so that it stands behind nothing there. */
const rulesByClause = (): Citations =>
  citations(
    profiles.flatMap((profile) => {
      const { socket, circuit, operation, call, delivery } = tablesOf(profile);
      return [socket, circuit, operation, call, delivery].flatMap((table: Table) => [...table.rules]);
    }),
  );

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
