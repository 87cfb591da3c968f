/** A page for each ruling, and the list of them. */

import { latestEdition } from '../../../model/clauses/editions.ts';
import { profiles, rulingsApart } from '../../../model/clauses/profiles.ts';
import { clause } from '../../../model/clauses/register.ts';
import { rulingReasons } from '../../../model/clauses/rulingReasons.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { choices } from '../../../properties/choices/choices.ts';
import { ChoiceList } from '../clauses/choices.tsx';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { rulingPath } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { type AnyRuling, ReadingCards } from '../shown/readings.tsx';
import { VectorView } from '../shown/vector.tsx';
import { ClauseLink, Prose, RulingLink } from '../shown/words.tsx';

export const rulingPages = (material: Material): BookPage[] => [
  {
    path: 'rulings.html',
    title: 'Rulings',
    summary: 'What is unclear, contradictory or left open on the page of WSPSend, and how each profile reads it.',
    part: 'rulings',
    body: () => <RulingList />,
  },
  ...rulings.map(
    (ruling): BookPage => ({
      path: rulingPath(ruling.id),
      title: `${ruling.id}: ${ruling.question}`,
      summary: ruling.question,
      part: 'rulings',
      styles: ['scripts/book/clauses/clauses.css'],
      body: () => <RulingPage ruling={ruling} material={material} />,
    }),
  ),
];

const groups: readonly (readonly [title: string, has: (id: string) => boolean])[] = [
  ['Defects of the page', (id) => /^D\d/.test(id)],
  ['How Windows’ own provider differs', (id) => /^M\d/.test(id)],
  ['What the page leaves open', (id) => !/^[DM]\d/.test(id)],
];

function RulingList() {
  return (
    <>
      <h1>Rulings</h1>
      <p class="lead">
        A ruling says what holds where the page is unclear, silent, or contradicts itself. It has a question, its readings, and a reason. A
        profile is a choice among the readings: <b>page</b> permits whatever the page can mean, <b>docs</b> closes such points by the
        sibling pages, <b>msafd</b> reads as Windows’ own provider behaves.
      </p>
      {groups.map(([title, has]) => (
        <section key={title}>
          <h2>{title}</h2>
          <HeadedTable headings={['Ruling', 'Question', 'Read differently by']}>
            {rulings
              .filter(({ id }) => has(id))
              .map(({ id, question }) => (
                <tr key={id}>
                  <th scope="row">
                    <RulingLink id={id} />
                  </th>
                  <td>
                    <Prose text={question} />
                  </td>
                  <td class="quiet">{profiles.filter((profile) => rulingsApart('page', profile).includes(id)).join(', ') || 'nobody'}</td>
                </tr>
              ))}
          </HeadedTable>
        </section>
      ))}
    </>
  );
}

function RulingPage({ ruling, material }: { readonly ruling: AnyRuling; readonly material: Material }) {
  return (
    <>
      <p class="eyebrow">
        <PageLink to="rulings.html">Rulings</PageLink>
      </p>
      <h1>
        <span class="id">{ruling.id}</span> <Prose text={ruling.question} />
      </h1>
      <ReadingCards ruling={ruling} />
      <p>
        <b>Why:</b> <Prose text={rulingReasons[ruling.id]} here={ruling.id} />
      </p>
      <Today id={ruling.id} />
      {ruling.readBy === 'people' && (
        <p class="note">
          No rule depends on its readings: every profile reads it alike, or no trace shows which reading holds. It says what the rules do
          anyway.
        </p>
      )}
      <h2>Clauses whose meaning it settles</h2>
      <ul>
        {ruling.clauses.map((id) => (
          <li key={id}>
            <ClauseLink id={id} /> <Prose text={clause(id).text} />
          </li>
        ))}
      </ul>
      <Parting id={ruling.id} material={material} />
      <ChoiceList points={choices.filter(({ about }) => about === ruling.id)} />
    </>
  );
}

/** Where today's edition of the page has something to say about it. */
function Today({ id }: { readonly id: string }) {
  const bearing = Object.entries(latestEdition.changes).flatMap(([clauseId, change]) =>
    change.is === 'replaced' && (change.rulings as readonly string[]).includes(id) ? [{ clauseId, effect: change.effect }] : [],
  );
  return (
    <>
      {bearing.map(({ clauseId, effect }) => (
        <p key={clauseId} class="note disputed">
          <PageLink to="editions.html">Today’s edition</PageLink> says something else at <ClauseLink id={clauseId} />.{' '}
          <Prose text={effect} here={id} />
        </p>
      ))}
    </>
  );
}

/** The traces on which profiles differ that read it differently. */
function Parting({ id, material: { readings, vectors } }: { readonly id: string; readonly material: Material }) {
  const why = readings.unseen[id];
  const pairs = Object.entries(readings.rulings[id] ?? {});
  if (why !== undefined) {
    return (
      <p class="note">
        Profiles differ on it, and no trace can show the difference: <Prose text={why} />.
      </p>
    );
  }
  if (pairs.length === 0) return null;
  const byVector = new Map<string, string[]>();
  for (const [pair, { vector }] of pairs) byVector.set(vector, [...(byVector.get(vector) ?? []), pair.replace('/', ' and ')]);
  return (
    <section aria-labelledby="parting">
      <h2 id="parting">Traces on which profiles differ by it</h2>
      {[...byVector].map(([vector, apart]) => (
        <VectorView key={vector} vector={vectors.get(vector)!} title={`Shows how ${apart.join(', and ')} differ`} />
      ))}
    </section>
  );
}
