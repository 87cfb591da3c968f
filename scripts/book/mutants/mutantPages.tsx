/** The faults that must be noticed: what each breaks, and what kills it. */

import { type ClauseId, chapters, clause, register } from '../../../model/clauses/register.ts';
import type { FaultKind, Recorded } from '../../../properties/catalogue/recorded.ts';
import { properties } from '../../../properties/properties.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { clausePath, mutantAnchor, mutantPath, mutantsOfPath } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { ClauseLinks } from '../shown/words.tsx';
import { Kill } from './kill.tsx';

const styles = ['scripts/book/mutants/mutants.css'];

export const mutantPages = ({ mutants }: Material): BookPage[] => {
  const all = [...mutants.values()];
  const broken = register.filter(({ id }) => all.some(({ clauses }) => clauses.includes(id)));
  return [
    {
      path: 'mutants.html',
      title: 'Mutants and what kills them',
      summary: 'Faults of providers, of drivers and of the judge, by the clause that each breaks, and the recorded kill.',
      part: 'mutants',
      styles,
      body: () => <MutantIndex mutants={all} />,
    },
    ...broken.map(
      ({ id }): BookPage => ({
        path: mutantsOfPath(id),
        title: `Mutants that break ${id}`,
        summary: `Faults that break ${id}, and what kills each.`,
        part: 'mutants',
        width: 'wide',
        styles,
        body: () => <MutantsOf id={id} mutants={all} />,
      }),
    ),
  ];
};

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

const firstOf = ({ clauses: [first] }: Recorded): ClauseId | undefined => first;
const kindTitles = Object.entries(kinds) as [FaultKind, (typeof kinds)[FaultKind]][];

function MutantIndex({ mutants }: { readonly mutants: readonly Recorded[] }) {
  const named = new Map(mutants.map((mutant) => [mutant.name, mutant]));
  const ofNone = mutants.filter((mutant) => firstOf(mutant) === undefined);
  const shown = kindTitles.filter(([kind]) => mutants.some(({ fault }) => fault === kind));
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
          const ofKind = mutants.filter(({ fault }) => fault === kind);
          const killed = ofKind.filter((mutant) => mutant.killed !== undefined).length;
          return (
            <tr key={kind}>
              <th scope="row">{title}</th>
              <td>{ofKind.length}</td>
              <td>{killed}</td>
              <td>{ofKind.length - killed}</td>
            </tr>
          );
        })}
      </HeadedTable>
      <h2 id="clauses">By clause</h2>
      <p>Each mutant has its row with the first clause that it breaks. The page of a clause names those too that break it with others.</p>
      {chapters.map(({ title, clauses }) => {
        const broken = clauses.filter(({ id }) => mutants.some((mutant) => mutant.clauses.includes(id)));
        return (
          broken.length > 0 && (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              <ul class="counted">
                {broken.map(({ id }) => (
                  <li key={id}>
                    <PageLink to={mutantsOfPath(id)}>{id}</PageLink>{' '}
                    <span class="quiet">{mutants.filter((mutant) => mutant.clauses.includes(id)).length}</span>
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
      {ofNone.length > 0 && (
        <section aria-labelledby="no-clause">
          <h2 id="no-clause">That break no clause</h2>
          <MutantTable mutants={ofNone} />
        </section>
      )}
      <h2>Properties</h2>
      <dl>
        <dt id="property-Conformance">Conformance</dt>
        <dd>The campaign: requests chosen by the model, and every step judged. It kills every faulty provider and driver.</dd>
        {properties.map(({ name, clauses, kills }) => (
          <div key={name}>
            <dt id={`property-${name}`}>{name}</dt>
            <dd>
              <ClauseLinks ids={clauses} />; kills{' '}
              {kills.map((mutant, at) => (
                <span key={mutant}>
                  {at > 0 && ', '}
                  <PageLink to={mutantPath(named.get(mutant)!)}>{mutant}</PageLink>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function MutantsOf({ id, mutants }: { readonly id: ClauseId; readonly mutants: readonly Recorded[] }) {
  const own = mutants.filter((mutant) => firstOf(mutant) === id);
  const others = mutants.filter((mutant) => firstOf(mutant) !== id && mutant.clauses.includes(id));
  return (
    <>
      <h1>
        Mutants that break <PageLink to={clausePath(id)}>{id}</PageLink>
      </h1>
      <p class="lead">{clause(id).text}</p>
      <p>
        Of all <PageLink to="mutants.html">mutants</PageLink>, {own.length} break this clause first, and {others.length} break it with
        another.
      </p>
      {kindTitles.map(([kind, { title, about }]) => {
        const ofKind = own.filter(({ fault }) => fault === kind);
        return (
          ofKind.length > 0 && (
            <section key={kind} aria-labelledby={kindAnchor(kind)}>
              <h2 id={kindAnchor(kind)}>{title}</h2>
              <p>{about}</p>
              <MutantTable mutants={ofKind} />
            </section>
          )
        );
      })}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">That break it with another clause</h2>
          <ul>
            {others.map((mutant) => (
              <li key={mutant.name}>
                <PageLink to={mutantPath(mutant)}>{mutant.name}</PageLink> <span class="quiet">with {firstOf(mutant)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
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
