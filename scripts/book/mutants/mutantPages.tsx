/** The faults that must be noticed: what each breaks, and what kills it. */

import { mutants } from '../../../properties/mutants/mutants.ts';
import { properties } from '../../../properties/properties.ts';
import type { ClauseRow } from '../../report/matrix.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { mutantAnchor } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { ClauseLinks } from '../shown/words.tsx';

export const mutantPages = ({ rows }: Material): BookPage[] => [
  {
    path: 'mutants.html',
    title: 'Mutants and what kills them',
    summary: 'Faults that are put into a provider, the clauses that each breaks, and the properties that notice it.',
    part: 'mutants',
    body: () => <MutantList broken={brokenBy([...rows.values()])} />,
  },
];

/** Every mutant that the rows name, with the clauses that it breaks. */
function brokenBy(rows: readonly ClauseRow[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, mutants: names } of rows) for (const name of names) found.set(name, [...(found.get(name) ?? []), id]);
  return found;
}

/** Of the mutants of our provider, where the like of it was seen. */
const seenAt: ReadonlyMap<string, string> = new Map(mutants.map(({ name, seenIn }) => [name, seenIn ?? '']));

function MutantList({ broken }: { readonly broken: ReadonlyMap<string, readonly string[]> }) {
  return (
    <>
      <h1>Mutants and what kills them</h1>
      <p class="lead">
        A suite is worth what it catches. Each of these faults is put into the provider of this package from outside, and{' '}
        <code>npm test</code> fails unless the campaign notices it by a clause that it breaks.
      </p>
      <h2>Properties</h2>
      <dl>
        <dt id="property-Conformance">Conformance</dt>
        <dd>The campaign: requests chosen by the model, and every step judged. It kills every mutant below.</dd>
        {properties.map(({ name, clauses, kills }) => (
          <div key={name}>
            <dt id={`property-${name}`}>{name}</dt>
            <dd>
              <ClauseLinks ids={clauses} />; kills{' '}
              {kills.map((mutant, at) => (
                <span key={mutant}>
                  {at > 0 && ', '}
                  <a href={`#${mutantAnchor(mutant)}`}>{mutant}</a>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <h2>{broken.size} mutants</h2>
      <HeadedTable headings={['Fault', 'Breaks', 'Killed by', 'The like of it was seen in']}>
        {[...broken].map(([name, breaks]) => (
          <tr key={name} id={mutantAnchor(name)}>
            <th scope="row">{name}</th>
            <td>
              <ClauseLinks ids={breaks} />
            </td>
            <td>{killersOf(name)}</td>
            <td class="quiet">{seenAt.get(name)}</td>
          </tr>
        ))}
      </HeadedTable>
    </>
  );
}

/** The campaign meets every mutant of our provider in a test, and an invariant may notice it too; the judge's are met by kept traces. */
export function killersOf(mutant: string): string {
  if (!seenAt.has(mutant)) return 'a kept trace';
  const noticing = properties.filter(({ kills }) => (kills as readonly string[]).includes(mutant)).map(({ name }) => name);
  return ['Conformance', ...noticing].join(', ');
}
