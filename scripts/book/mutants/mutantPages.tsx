/** The faults that must be noticed: what each breaks, and what kills it. */

import type { FaultKind, Recorded } from '../../../properties/catalogue/recorded.ts';
import { properties } from '../../../properties/properties.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { mutantAnchor } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { ClauseLinks } from '../shown/words.tsx';
import { Kill } from './kill.tsx';

export const mutantPages = ({ mutants }: Material): BookPage[] => [
  {
    path: 'mutants.html',
    title: 'Mutants and what kills them',
    summary: 'Faults of providers, of drivers and of the judge: the clauses that each breaks, and the recorded kill.',
    part: 'mutants',
    width: 'wide',
    styles: ['scripts/book/mutants/mutants.css'],
    body: () => <MutantList mutants={[...mutants.values()]} />,
  },
];

/** In the order of the page. */
const kinds: Readonly<Record<FaultKind, { readonly title: string; readonly about: string }>> = {
  'faulty provider': {
    title: 'Providers with a fault',
    about: 'Our provider with one fault, put in from outside. The requests are the fewest that bring it out.',
  },
  'faulty driver': {
    title: 'Drivers with a fault',
    about: 'A naive stack that speaks as a driver, with one fault.',
  },
  'over-strict model': { title: 'Judges that forbid what a rule permits', about: 'The trace shows what the rule permits.' },
  'lenient model': { title: 'Judges that permit what a rule refuses', about: 'The trace shows what the rule refuses.' },
  'blaming judge': {
    title: 'Judges that blame the provider for its caller',
    about: 'In the trace the caller breaks a clause.',
  },
  'swapped reading': { title: 'Judges that read a ruling differently', about: 'The trace shows which reading holds.' },
  'other citation': { title: 'Judges that name another clause', about: 'The verdict is the same, but it names other clauses.' },
};

function MutantList({ mutants }: { readonly mutants: readonly Recorded[] }) {
  const of = (kind: string): readonly Recorded[] => mutants.filter(({ fault }) => fault === kind);
  const shown = Object.entries(kinds).filter(([kind]) => of(kind).length > 0);
  return (
    <>
      <h1>Mutants and what kills them</h1>
      <p class="lead">
        A test suite is worth what it catches. Each of these faults is put into a provider, a driver or the judge, and <code>npm test</code>{' '}
        fails unless what is recorded here still kills it. <code>generated/mutants.json</code> has the record. The same as reports:{' '}
        <PageLink to="mutants/clauses.html">by section of the page</PageLink>, and{' '}
        <PageLink to="mutants/code.html">of our own code</PageLink>.
      </p>
      <HeadedTable headings={['Kind', 'Mutants', 'Killed', 'Alive']}>
        {shown.map(([kind, { title }]) => {
          const killed = of(kind).filter((mutant) => mutant.killed !== undefined).length;
          return (
            <tr key={kind}>
              <th scope="row">
                <a href={`#${kindAnchor(kind)}`}>{title}</a>
              </th>
              <td>{of(kind).length}</td>
              <td>{killed}</td>
              <td>{of(kind).length - killed}</td>
            </tr>
          );
        })}
      </HeadedTable>
      <h2>Properties</h2>
      <dl>
        <dt id="property-Conformance">Conformance</dt>
        <dd>The campaign: requests chosen by the model, and every step judged. It kills every provider and driver below.</dd>
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
      {shown.map(([kind, { title, about }]) => (
        <section key={kind} aria-labelledby={kindAnchor(kind)}>
          <h2 id={kindAnchor(kind)}>{title}</h2>
          <p>{about}</p>
          <MutantTable mutants={of(kind)} />
        </section>
      ))}
    </>
  );
}

const kindAnchor = (kind: string): string => `kind-${kind.replaceAll(' ', '-')}`;

function MutantTable({ mutants }: { readonly mutants: readonly Recorded[] }) {
  const isSeen = mutants.some(({ seenIn }) => seenIn !== undefined);
  return (
    <HeadedTable headings={['Fault', 'Breaks', 'Killed by', ...(isSeen ? ['Seen in'] : [])]}>
      {mutants.map(({ name, clauses, killed, seenIn }) => (
        <tr key={name} id={mutantAnchor(name)}>
          <th scope="row" class="fault">
            {name}
          </th>
          <td>
            <ClauseLinks ids={clauses} />
          </td>
          <td>
            <Kill killed={killed} />
          </td>
          {isSeen && <td class="quiet">{seenIn}</td>}
        </tr>
      ))}
    </HeadedTable>
  );
}
