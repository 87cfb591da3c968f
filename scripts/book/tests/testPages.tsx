/** The generated tests: the vectors as traces, and of the tours the paths that show clauses. */

import type { TourFile } from '../../../properties/generate/generated.ts';
import { counted } from '../../report/counts.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import type { Material } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { VectorView } from '../shown/vector.tsx';
import { ClauseLinks } from '../shown/words.tsx';

export const testPages = (material: Material): BookPage[] => [
  {
    path: 'tests.html',
    title: 'Generated tests',
    summary: 'What the model wrote: vectors and tours.',
    part: 'tests',
    body: () => <TestList material={material} />,
  },
  {
    path: 'tests/vectors.html',
    title: 'Vectors',
    summary: 'The shortest traces that show or break each clause, and those on which two profiles differ.',
    part: 'tests',
    styles: ['scripts/book/clauses/clauses.css'],
    body: () => <Vectors material={material} />,
  },
  ...[...material.tours].map(
    ([name, tour]): BookPage => ({
      path: `tests/${name}.html`,
      title: `Tour ${name}`,
      summary: `Paths of the tour ${name} that show clauses.`,
      part: 'tests',
      body: () => <TourPage name={name} tour={tour} material={material} />,
    }),
  ),
];

function TestList({ material: { manifest, vectors } }: { readonly material: Material }) {
  return (
    <>
      <h1>Generated tests</h1>
      <p class="lead">
        The model writes them, and nobody edits them. <code>npm test</code> runs the vectors and the tours of transitions,{' '}
        <code>npm run test:slow</code> the tour of pairs.
      </p>
      <h2>
        <PageLink to="tests/vectors.html">{vectors.size} vectors</PageLink>
      </h2>
      <p>
        Traces with their verdict under each profile, for any oracle: the shortest that show or break a clause, or on which two profiles
        differ.
      </p>
      <h2>Tours</h2>
      <HeadedTable headings={['Tour', 'Covers', 'Bounds', 'States', 'Transitions', 'Paths', 'Steps']}>
        {manifest.tours.map(({ name, covers, bounds, states, transitions, paths, steps, optimum }) => (
          <tr key={name}>
            <th scope="row">{covers === 'transitions' ? <PageLink to={`tests/${name}.html`}>{name}</PageLink> : name}</th>
            <td>every {covers === 'transitions' ? 'transition' : 'pair of transitions'}</td>
            <td>
              {counted(bounds.operations, 'operation')}, {counted(bounds.units, 'unit')}, sends of {counted(bounds.length, 'unit')}
            </td>
            <td>{states}</td>
            <td>{transitions}</td>
            <td>{paths}</td>
            <td>
              {steps} <span class="quiet">(at least {optimum})</span>
            </td>
          </tr>
        ))}
      </HeadedTable>
    </>
  );
}

function Vectors({ material: { vectors, notes } }: { readonly material: Material }) {
  return (
    <>
      <p class="eyebrow">
        <PageLink to="tests.html">Generated tests</PageLink>
      </p>
      <h1>Vectors</h1>
      <p class="lead">
        {vectors.size} traces with their verdict under each profile. <code>generated/vectors.json</code> has them for programs.
      </p>
      {[...vectors.values()].map((vector) => (
        <section key={vector.id} id={vector.id} aria-label={`Vector ${vector.id}`}>
          <h2 class="minor">
            <code>{vector.id}</code>
          </h2>
          <p class="quiet small">
            {vector.shows.length > 0 && (
              <>
                shows <ClauseLinks ids={vector.shows} />{' '}
              </>
            )}
            {vector.flags.map((flag) => notes[flag]).join(' ')}
          </p>
          <VectorView vector={vector} title={vector.comment} />
        </section>
      ))}
    </>
  );
}

function TourPage({ name, tour, material }: { readonly name: string; readonly tour: TourFile; readonly material: Material }) {
  const shown = new Map<string, string[]>();
  for (const [clause, tests] of Object.entries(material.manifest.clauses)) {
    for (const test of tests) {
      const [of, id = ''] = test.split('/');
      if (of === name) shown.set(id, [...(shown.get(id) ?? []), clause]);
    }
  }
  return (
    <>
      <p class="eyebrow">
        <PageLink to="tests.html">Generated tests</PageLink>
      </p>
      <h1>{name}</h1>
      <p class="lead">
        A tour of the slice {tour.slice} that takes every transition. Of its {Object.keys(tour.paths).length} paths these are the shortest
        that show a clause; a step is in the words of <code>generated/{name}.json</code>.
      </p>
      {[...shown].map(([id, clauses]) => (
        <section key={id} id={id} aria-label={`Path ${id}`}>
          <h2 class="minor">
            <code>{id}</code>
          </h2>
          <p class="small">
            shows <ClauseLinks ids={clauses} />
          </p>
          <ol class="steps">
            {tour.paths[id]!.split(' ').map((number, at) => (
              <li key={`${at}`}>
                <code>{tour.labels[Number(number)]}</code>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
