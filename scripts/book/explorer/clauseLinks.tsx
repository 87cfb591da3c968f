/** Clauses as links into the book. */

import { type ClauseId, clause } from '../../../model/clauses/register.ts';
import { clausePath } from '../frame/paths.ts';

export const ClauseChips = ({ ids }: { readonly ids: readonly ClauseId[] }) => (
  <span class="clauses">
    {ids.slice(0, shownMax).map((id) => (
      <a key={id} class="clause" href={clausePath(id)} title={clause(id).text}>
        {id}
      </a>
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
        <a class="clause" href={clausePath(id)}>
          {id}
        </a>{' '}
        {clause(id).text}
      </li>
    ))}
  </ul>
);
