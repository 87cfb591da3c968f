/** Generated tests, properties and mutants of a clause. */

import type { ComponentChildren } from 'preact';
import { unnoticed } from '../../../properties/properties.ts';
import type { ClauseRow } from '../../report/matrix.ts';
import { PageLink } from '../frame/links.tsx';
import { generatedPath, mutantPath, mutantsOfPath, propertyPath } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { killText } from '../mutants/kill.tsx';

const mutantsMax = 24;

export function Behind({ row, material }: { readonly row: ClauseRow; readonly material: Material }) {
  if (row.status !== 'modelled') return null;
  const excuse = unnoticed[row.id];
  return (
    <section aria-labelledby="behind" class="behind">
      <h2 id="behind">What holds it</h2>
      <dl>
        <Entry term="Generated tests" count={row.tests.length}>
          {row.tests.map((test) => (
            <li key={test}>
              <PageLink to={generatedPath(test)}>
                <code>{test}</code>
              </PageLink>{' '}
              <span class="quiet">{material.vectors.get(test.replace('vectors/', ''))?.comment}</span>
            </li>
          ))}
        </Entry>
        <Entry term="Properties" count={row.properties.length} none={excuse}>
          {row.properties.map((name) => (
            <li key={name}>
              <PageLink to={propertyPath(name)}>{name}</PageLink>
            </li>
          ))}
        </Entry>
        <Entry term="Mutants that break it" count={row.mutants.length}>
          {row.mutants
            .slice(0, mutantsMax)
            .map((name) => material.mutants.get(name)!)
            .map((mutant) => (
              <li key={mutant.name}>
                <PageLink to={mutantPath(mutant)}>{mutant.name}</PageLink> <span class="quiet">{killText(mutant)}</span>
              </li>
            ))}
          {row.mutants.length > mutantsMax && (
            <li>
              <PageLink to={mutantsOfPath(row.id)}>and {row.mutants.length - mutantsMax} more</PageLink>
            </li>
          )}
        </Entry>
      </dl>
    </section>
  );
}

interface EntryProps {
  readonly term: string;
  readonly count: number;
  readonly none?: string | undefined;
  readonly children: ComponentChildren;
}

function Entry({ term, count, none, children }: EntryProps) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{count > 0 ? <ul>{children}</ul> : <p class="quiet">{none === undefined ? 'none' : `none: ${none}`}</p>}</dd>
    </>
  );
}
