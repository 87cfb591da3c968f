/** The faults that must be noticed: what each breaks, and what kills it. */

import { mutants } from '../../../properties/mutants/mutants.ts';
import { properties } from '../../../properties/properties.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { ClauseLinks } from '../shown/words.tsx';

export const mutantPages = (): BookPage[] => [
  {
    path: 'mutants.html',
    title: 'Mutants and what kills them',
    summary: 'Faults that are put into a provider, the clauses that each breaks, and the properties that notice it.',
    part: 'mutants',
    body: () => <MutantList />,
  },
];

function MutantList() {
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
                  <a href={`#${mutant}`}>{mutant}</a>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <h2>{mutants.length} mutants</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">Breaks</th>
              <th scope="col">Killed by</th>
              <th scope="col">The like of it was seen in</th>
            </tr>
          </thead>
          <tbody>
            {mutants.map(({ name, breaks, seenIn }) => (
              <tr key={name} id={name}>
                <th scope="row">{name}</th>
                <td>
                  <ClauseLinks ids={breaks} />
                </td>
                <td>
                  {[
                    'Conformance',
                    ...properties.filter(({ kills }) => (kills as readonly string[]).includes(name)).map((p) => p.name),
                  ].join(', ')}
                </td>
                <td class="quiet">{seenIn ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
