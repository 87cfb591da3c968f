/**
 * What lies in generated/: tours as tests and as data, a manifest of what they cover, and kept traces as tests.
 *
 * The same model gives the same bytes on every machine: nothing here depends on time, order of files, or a random number.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { labelText } from '../../model/product/labelText.ts';
import { notes } from '../vectors/notes.ts';
import { pairs, type Selection, select, selectionHoles, unseen } from '../vectors/select.ts';
import { Unfinished } from '../vectors/unfinished.ts';
import { type VectorFile, vectorFileJsonSchema, vectorJsonSchema } from '../vectors/vector.ts';
import { clausesOf, graphOf, hashOfPaths, namedPaths, planName, type TourPlan, tourOf, tourPlans } from './tours.ts';

/** Paths by name, relative to generated/, and their contents. */
export type GeneratedFiles = ReadonlyMap<string, string>;

export interface Manifest {
  readonly wspsend: 'manifest/1';
  readonly profile: Profile;
  readonly tours: readonly {
    readonly name: string;
    readonly slice: string;
    readonly bounds: TourPlan['bounds'];
    readonly covers: string;
    readonly states: number;
    readonly transitions: number;
    readonly paths: number;
    readonly steps: number;
    /** The fewest steps that any tour needs. */
    readonly optimum: number;
  }[];
  /** For each clause, generated tests that show it, as `<tour>/<id>`; the shortest come first, and at most three. */
  readonly clauses: { readonly [id in ClauseId]?: readonly string[] };
  /** For each modelled clause, the vectors of vectors.json that keep to it and that break it. */
  readonly vectors: Selection['clauses'];
  readonly sources: readonly string[];
}

/** A tour as data: labels by number, and each path as the numbers of its labels. */
export interface TourFile {
  readonly wspsend: 'tour/1';
  readonly slice: string;
  readonly bounds: TourPlan['bounds'];
  readonly profile: Profile;
  readonly covers: string;
  readonly labels: readonly string[];
  readonly paths: { readonly [id: string]: string };
}

/** A tour that is too long to review as a diff: the test makes its paths anew, and this says whether they are the same. */
export interface TourDigest extends Omit<TourFile, 'labels' | 'paths'> {
  readonly paths: number;
  readonly steps: number;
  /** SHA-256 of the paths, a line each: the id, a space, the numbers. */
  readonly hash: string;
}

const sources = ['model/machines', 'model/product', 'model/explore/tours.ts', 'properties/generate/tours.ts', 'properties/vectors'];
const testsPerClause = 3;

export function generatedFiles(profile: Profile = 'page'): GeneratedFiles {
  const files = new Map<string, string>();
  const tours: Manifest['tours'][number][] = [];
  const shownBy = new Map<ClauseId, { test: string; length: number }[]>();
  for (const plan of tourPlans) {
    const graph = graphOf(plan, profile);
    const tour = tourOf(plan, graph);
    const name = planName(plan);
    const paths = namedPaths(plan, graph, tour);
    if (plan.covers === 'transitions') {
      for (const [index, path] of tour.paths.entries()) {
        for (const clause of clausesOf(graph, path)) {
          const tests = shownBy.get(clause) ?? [];
          tests.push({ test: `${name}/${paths[index]![0]}`, length: path.length });
          shownBy.set(clause, tests);
        }
      }
    }
    const head = { wspsend: 'tour/1', slice: plan.slice, bounds: plan.bounds, profile, covers: plan.covers } as const;
    const file: TourFile | TourDigest =
      plan.covers === 'transitions'
        ? { ...head, labels: graph.kernel.labels.map(labelText), paths: Object.fromEntries(paths) }
        : { ...head, paths: paths.length, steps: tour.steps, hash: hashOfPaths(paths) };
    files.set(`${name}.json`, `${JSON.stringify(file, null, 1)}\n`);
    // Every pair takes ten times as long as every transition.
    files.set(plan.covers === 'transitions' ? `${name}.test.ts` : `${name}.slow.test.ts`, testOf(name));
    tours.push({
      name,
      slice: plan.slice,
      bounds: plan.bounds,
      covers: plan.covers,
      states: graph.states,
      transitions: graph.transitions,
      paths: tour.paths.length,
      steps: tour.steps,
      optimum: tour.optimum,
    });
  }
  const clauses = Object.fromEntries(
    [...shownBy]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, tests]) => [
        id,
        tests
          .sort((a, b) => a.length - b.length || (a.test < b.test ? -1 : 1))
          .slice(0, testsPerClause)
          .map(({ test }) => test),
      ]),
  );
  const selection = select();
  const holes = selectionHoles(selection);
  if (holes.length > 0) throw new Unfinished(holes);
  for (const [name, text] of vectorFiles(selection)) files.set(name, text);
  const manifest: Manifest = { wspsend: 'manifest/1', profile, tours, clauses, vectors: selection.clauses, sources };
  files.set('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  return files;
}

/** Which vector separates two profiles, for each ruling on which they differ. */
export interface Readings {
  readonly wspsend: 'readings/1';
  readonly pairs: readonly string[];
  readonly rulings: Selection['readings'];
  /** Rulings that no step of a trace can show, and why. */
  readonly unseen: typeof unseen;
}

function vectorFiles({ vectors, readings }: Selection): GeneratedFiles {
  const file: VectorFile = { wspsend: 'vectors/1', notes, vectors: [...vectors] };
  const matrix: Readings = { wspsend: 'readings/1', pairs: pairs.map(([p, q]) => `${p}/${q}`), rulings: readings, unseen };
  // A vector is a line, so that a difference is one of whole vectors.
  const { vectors: list, ...head } = file;
  const text = `${JSON.stringify(head).slice(0, -1)},"vectors":[\n${list.map((vector) => JSON.stringify(vector)).join(',\n')}\n]}\n`;
  return new Map([
    ['vectors.json', text],
    ['vectors.schema.json', `${JSON.stringify({ ...vectorFileJsonSchema(), $defs: { vector: vectorJsonSchema() } }, null, 1)}\n`],
    ['readings.json', `${JSON.stringify(matrix, null, 1)}\n`],
    [
      'vectors.test.ts',
      `// Generated by \`npx wspsend generate\` from the model; never edited. The vectors are in vectors.json.
${'import'} file from './vectors.json' with { type: 'json' };
${'import'} { testVectors } from '../properties/generate/testVectors.ts';

testVectors(file);
`,
    ],
  ]);
}

const testOf = (
  name: string,
): string => `// Generated by \`npx wspsend generate\` from the model; never edited. The tour is in ${name}.json.
${'import'} tour from './${name}.json' with { type: 'json' };
${'import'} { testTour } from '../properties/generate/testTour.ts';

testTour('${name}', tour);
`;
