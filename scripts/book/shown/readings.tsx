/** A ruling: its question, its readings side by side, and who permits which. */

import { profiles, readingsOf } from '../../../model/clauses/profiles.ts';
import type { rulings } from '../../../model/clauses/rulings.ts';
import { Badge, Prose } from './words.tsx';

export type AnyRuling = (typeof rulings)[number];

export function ReadingCards({ ruling }: { readonly ruling: AnyRuling }) {
  return (
    <div class="readings">
      {Object.entries(ruling.readings).map(([name, text]) => {
        const permitting = profiles.filter((profile) => readingsOf(profile, ruling.id).includes(name));
        return (
          <div key={name} class={`reading ${permitting.length === 0 ? 'silent' : 'disputed'}`}>
            <p class="name">{name}</p>
            <p>
              <Prose text={text} />
            </p>
            <p class="by">
              {profiles.map((profile) => (
                <Badge key={profile} meaning={permitting.includes(profile) ? 'permitted' : 'silent'}>
                  {profile}
                  <span class="hidden">{permitting.includes(profile) ? ' permits it' : ' does not permit it'}</span>
                </Badge>
              ))}
            </p>
          </div>
        );
      })}
    </div>
  );
}
