/** What our provider chose where a clause leaves a choice. */

import { profiles } from '../../../model/clauses/profiles.ts';
import type { ClauseId } from '../../../model/clauses/register.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { isReadingOf, isShown, type Point, type Shown } from '../../../properties/choices/choice.ts';
import { choicesOf } from '../../../properties/choices/choices.ts';
import { Prose, RulingLink } from '../shown/words.tsx';

export function ChoicesOf({ id }: { readonly id: ClauseId }) {
  return <ChoiceList points={choicesOf(id)} />;
}

export function ChoiceList({ points }: { readonly points: readonly Point[] }) {
  if (points.length === 0) return null;
  return (
    <section aria-labelledby="choices">
      <h2 id="choices">What our provider chose</h2>
      <ul class="choices">
        {points.map(({ about, own, others }) => (
          <li key={about}>
            {rulings.some((ruling) => ruling.id === about) && (
              <>
                <RulingLink id={about} />:{' '}
              </>
            )}
            It <Prose text={own.does} />
            {isShown(own) ? <PermittedBy shown={own} /> : <span class="quiet"> (no trace shows it: {own.because})</span>}
            {others.length > 0 && (
              <ul>
                {others.map((other) => (
                  <li key={other.does}>
                    Switched by{' '}
                    {other.by.map((kind, at) => (
                      <span key={kind}>
                        {at > 0 && ' and '}
                        <code>{kind}</code>
                      </span>
                    ))}
                    , it <Prose text={other.does} />
                    <PermittedBy shown={other} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function PermittedBy({ shown }: { readonly shown: Shown }) {
  const permitting = profiles.filter((profile) => isReadingOf(shown, profile));
  return <span class="quiet"> ({permitting.length === profiles.length ? 'every profile permits it' : permitting.join(', ')})</span>;
}
