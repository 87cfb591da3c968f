/** The verdict of each judged stack on one clause. */

import { PageLink } from '../frame/links.tsx';
import { deviationPath, stackPath } from '../frame/paths.ts';
import { type Stack, type Standing, type StandingOf, stackOnClause } from '../material.ts';
import { HeadedTable } from '../shown/headedTable.tsx';
import { Badge, type Meaning } from '../shown/words.tsx';

export const standingMeaning: Readonly<Record<Standing, Meaning>> = {
  deviates: 'forbidden',
  conforms: 'permitted',
  'not tried': 'silent',
  'cannot be tried': 'silent',
  'none listed': 'silent',
};

export function StandingsOf({ id, stacks }: { readonly id: string; readonly stacks: readonly Stack[] }) {
  const found = stacks.flatMap((stack) => {
    const standing = stackOnClause(stack, id);
    return standing === undefined ? [] : [{ stack, standing }];
  });
  if (found.length === 0) return null;
  const deviating = found.filter(({ standing }) => standing.standing === 'deviates').length;
  return (
    <section aria-labelledby="stacks">
      <h2 id="stacks">
        Judged stacks: {deviating} of {found.length} deviate
      </h2>
      <HeadedTable headings={['Stack', 'Verdict', 'Why']}>
        {found.map(({ stack, standing }) => (
          <tr key={stack.name}>
            <th scope="row">
              <PageLink to={stackPath(stack.name)}>
                {stack.name} {stack.version}
              </PageLink>
            </th>
            <td>
              <Badge meaning={standingMeaning[standing.standing]}>{standing.standing}</Badge>
            </td>
            <td>
              <Grounds stack={stack} standing={standing} />
            </td>
          </tr>
        ))}
      </HeadedTable>
    </section>
  );
}

function Grounds({ stack, standing: { listed, tried, why } }: { readonly stack: Stack; readonly standing: StandingOf }) {
  return (
    <>
      {listed.map((at) => (
        <p key={at}>
          <PageLink to={deviationPath(stack.name, at)}>{stack.ledger[at]!.observation}</PageLink>
        </p>
      ))}
      {tried > 0 && <p class="quiet small">put to the test by {tried} steps</p>}
      {why !== undefined && <p class="quiet small">{why}</p>}
      {listed.length === 0 && tried === 0 && why === undefined && (
        <p class="quiet small">its ledger lists no deviation, and there was no report when the book was made</p>
      )}
    </>
  );
}
