/** All that the book is made from, read once. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { schema } from '@stryker-mutator/api/core';
import { register } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import type { MutantFile, Recorded } from '../../properties/catalogue/recorded.ts';
import type { Manifest, Readings, TourFile } from '../../properties/generate/generated.ts';
import { type Ledger, ledgerSchema } from '../../properties/ledger/ledger.ts';
import type { Vector, VectorFile } from '../../properties/vectors/vector.ts';
import { type CodePart, codeParts, reportPath } from '../measure/codeMutants/sources.ts';
import { type ClauseRow, clauseRows } from '../report/matrix.ts';
import type { Draw } from './diagrams/diagram.ts';
import { slugOf } from './frame/paths.ts';

/** An implementation that was judged: what its ledger lists, and what reports say of it. */
export interface Stack {
  readonly name: string;
  readonly version: string;
  readonly what: string;
  readonly ledger: Ledger['deviations'];
  readonly reports: readonly Report[];
}

export interface Material {
  readonly rows: ReadonlyMap<string, ClauseRow>;
  readonly manifest: Manifest;
  readonly readings: Readings;
  readonly vectors: ReadonlyMap<string, Vector>;
  /** What the flags of vectors mean. */
  readonly notes: Readonly<Record<string, string>>;
  /** The tours whose paths are kept as they are. */
  readonly tours: ReadonlyMap<string, TourFile>;
  readonly stacks: readonly Stack[];
  /** By name. */
  readonly mutants: ReadonlyMap<string, Recorded>;
  /** What Stryker knows of our own code, of all parts that it ran on. */
  readonly codeReport: schema.MutationTestResult | undefined;
  /** Of the package. */
  readonly version: string;
  readonly draw: Draw | undefined;
}

interface Given {
  /** The package's folder. */
  readonly root: string;
  /** Reports of `wspsend verify --reporter json`. */
  readonly reports?: readonly Report[];
  readonly draw?: Draw;
}

export function materialOf({ root, reports = [], draw }: Given): Material {
  const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
  const manifest = read<Manifest>('generated/manifest.json');
  const { vectors, notes } = read<VectorFile>('generated/vectors.json');
  const mutantFile = read<MutantFile>('generated/mutants.json');
  const tours = manifest.tours.filter(({ covers }) => covers === 'transitions').map(({ name }) => name);
  return {
    rows: new Map(clauseRows({ ...manifest, ...mutantFile }).map((row) => [row.id, row])),
    manifest,
    readings: read('generated/readings.json'),
    vectors: new Map(vectors.map((vector) => [vector.id, vector])),
    notes,
    tours: new Map(tours.map((name) => [name, read<TourFile>(`generated/${name}.json`)])),
    stacks: stacksOf((path) => ledgerSchema.parse(read(path)), reports),
    codeReport: codeReportIn(root),
    version: read<{ version: string }>('package.json').version,
    mutants: new Map(mutantFile.mutants.map((mutant) => [mutant.name, mutant])),
    draw,
  };
}

/** The parts that were run, as one; a mutant is known by its part too. */
function codeReportIn(root: string): schema.MutationTestResult | undefined {
  const reports = (Object.keys(codeParts) as CodePart[])
    .map((part) => join(root, reportPath(part)))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as schema.MutationTestResult);
  const [first] = reports;
  if (first === undefined) return undefined;
  const { schemaVersion, framework } = first;
  const files = Object.fromEntries(
    reports.flatMap((report, at) =>
      Object.entries(report.files).map(([path, file]) => [
        path,
        // Which tests meet a mutant would be most of the report.
        {
          ...file,
          mutants: file.mutants.map(({ coveredBy: _, killedBy: __, ...mutant }) => ({ ...mutant, id: `${at}-${mutant.id}` })),
        },
      ]),
    ),
  );
  return { schemaVersion, thresholds: { high: 95, low: 90 }, ...(framework && { framework }), files };
}

const ring = 'Ring';

function stacksOf(ledgerAt: (path: string) => Ledger, reports: readonly Report[]): readonly Stack[] {
  const listed = [
    { path: 'impl/foreign/posix/deviations.json', what: 'the TCP and UDP of the host, by POSIX calls' },
    { path: 'impl/foreign/winsock/wine-8.deviations.json', what: 'ws2_32 of Wine, by a driver in C' },
    { path: 'impl/foreign/winsock/wine-10.deviations.json', what: 'ws2_32 of Wine, by a driver in C' },
  ].map(({ path, what }) => ({ ...ledgerAt(path), what }));
  const isOneOfSeveral = (name: string): boolean => listed.filter(({ stack }) => stack === name).length > 1;
  const stacks = listed.map(({ stack, version, what, deviations }) => {
    const named = isOneOfSeveral(stack) ? { name: `${stack} ${version}`, version: '' } : { name: stack, version };
    return { ...named, what, ledger: deviations };
  });
  const nameOf = ({ subject }: Report): string => stacks.find(({ name }) => slugOf(subject).startsWith(slugOf(name)))?.name ?? ring;
  const reportsOn = (name: string): readonly Report[] => reports.filter((report) => nameOf(report) === name);
  return [
    { name: ring, version: '', what: 'the provider of this package, on a ring buffer', ledger: [], reports: reportsOn(ring) },
    ...stacks.map((stack) => ({ ...stack, reports: reportsOn(stack.name) })),
  ];
}

// ---- What a stack does to a clause ---------------------------------------------------------------------------------------------

/** Of a stack and a clause: it deviates, it was tried and holds, it was not tried, or nobody has run it for this book. */
export type Standing = 'deviates' | 'conforms' | 'not tried' | 'cannot be tried' | 'none listed';

export interface StandingOf {
  readonly standing: Standing;
  /** Places in the ledger, from 0. */
  readonly listed: readonly number[];
  /** Steps that put it to the test, by all reports. */
  readonly tried: number;
  readonly why?: string;
}

type Entry = Ledger['deviations'][number];

/** The ways in which the cause of an entry shows, that of the entry itself first. */
export const formsOf = (entry: Entry): readonly Form[] => [
  entry,
  ...(entry.also ?? []).map((form) => ({ ...form, profile: form.profile ?? entry.profile })),
];
export type Form = Omit<Entry, 'also' | 'reason'>;

const isModelled = new Set<string>(register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id));

/** Undefined for a clause that no step can put to the test. */
export function stackOnClause({ ledger, reports }: Stack, id: string): StandingOf | undefined {
  if (!isModelled.has(id)) return undefined;
  const listed = ledger.flatMap((entry, at) => (formsOf(entry).some(({ clauses }) => clauses.some((broken) => broken === id)) ? [at] : []));
  const results = reports.flatMap(({ clauses }) => clauses.find((result) => result.id === id) ?? []);
  const tried = results.reduce((sum, result) => sum + result.tried, 0);
  const why = results.find((result) => result.why !== undefined)?.why;
  const standing = standingIn(
    listed.length > 0,
    results.map(({ grade }) => grade),
  );
  return { standing, listed, tried, ...(why !== undefined && standing !== 'conforms' && { why }) };
}

function standingIn(isListed: boolean, grades: readonly Report['clauses'][number]['grade'][]): Standing {
  if (isListed || grades.includes('deviates') || grades.includes('listed')) return 'deviates';
  if (grades.includes('conforms')) return 'conforms';
  if (grades.includes('notTried')) return 'not tried';
  return grades.length > 0 ? 'cannot be tried' : 'none listed';
}
