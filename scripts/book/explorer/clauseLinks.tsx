/** Clauses as links into the book. */

import { type ClauseId, clause } from '../../../model/clauses/register.ts';
import { clausePath } from '../frame/paths.ts';

/** A page of one trace stands alone: there is no book around it to link to. */
const isAlone = typeof document !== 'undefined' && document.getElementById('embedded') !== null;

function ClauseName({ id }: { readonly id: ClauseId }) {
  const { text } = clause(id);
  return isAlone ? (
    <span class="clause" title={text}>
      {id}
    </span>
  ) : (
    <a class="clause" href={clausePath(id)} title={text}>
      {id}
    </a>
  );
}

export const ClauseChips = ({ ids }: { readonly ids: readonly ClauseId[] }) => (
  <span class="clauses">
    {ids.slice(0, shownMax).map((id) => (
      <ClauseName key={id} id={id} />
    ))}
    {ids.length > shownMax && <span class="clause quiet">and {ids.length - shownMax} more</span>}
  </span>
);

/** What a line has room for. */
const shownMax = 3;

/** The same with what each says. */
export const ClauseTexts = ({ ids }: { readonly ids: readonly ClauseId[] }) => (
  <ul class="clause-texts">
    {ids.map((id) => (
      <li key={id}>
        <ClauseName id={id} /> {clause(id).text}
      </li>
    ))}
  </ul>
);
