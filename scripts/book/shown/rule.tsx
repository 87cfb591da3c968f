/** A rule of a machine in words: where it stands, when it holds, what it says. */

import { type AnyReading, permitsReading, profiles } from '../../../model/clauses/profiles.ts';
import type { Guard } from '../../../model/machines/rules.ts';
import { PageLink } from '../frame/links.tsx';
import { rulingPath } from '../frame/paths.ts';
import type { PlacedRule } from './regions.ts';
import { Badge, ClauseLinks } from './words.tsx';

/** What a guard asks, facts in the words of their region. */
export function GuardView({ guard, facts }: { readonly guard: Guard<string>; readonly facts: Readonly<Record<string, string>> }) {
  if (typeof guard === 'string') {
    return (
      <>
        {facts[guard]} <code class="fact">{guard}</code>
      </>
    );
  }
  if (guard.kind === 'reading') return <ReadingView reading={guard.reading} />;
  if (guard.kind === 'no') {
    return (
      <>
        <b>not:</b> <GuardView guard={guard.of} facts={facts} />
      </>
    );
  }
  return (
    <>
      <b>{guard.kind === 'all' ? 'all of' : 'any of'}</b>
      <ul class="guard">
        {guard.of.map((part) => (
          <li key={JSON.stringify(part)}>
            <GuardView guard={part} facts={facts} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ReadingView({ reading }: { readonly reading: AnyReading }) {
  const [ruling = '', name = ''] = reading.split(':');
  const permitting = profiles.filter((profile) => permitsReading(profile, reading));
  return (
    <>
      the profile reads{' '}
      <PageLink to={rulingPath(ruling)} class="id">
        {ruling}
      </PageLink>{' '}
      as <i>{name}</i> <span class="quiet">({permitting.join(', ') || 'no profile'})</span>
    </>
  );
}

export function RuleView({ placed }: { readonly placed: PlacedRule }) {
  const { rule, event, state, facts, region, heldBy } = placed;
  const { verdict, clauses } = rule.meta;
  return (
    <div class={`rule ${verdict === 'permits' ? 'permitted' : 'forbidden'}`}>
      <p>
        <Badge meaning={verdict === 'permits' ? 'permitted' : 'forbidden'}>{verdict}</Badge> <code>{event}</code>{' '}
        {state === region ? 'in every state' : <>in {<code>{state}</code>}</>}
        {rule.target !== undefined && (
          <>
            , then the {region} is <code>{rule.target}</code>
          </>
        )}
        {heldBy.length < profiles.length && <span class="quiet"> (only under {heldBy.join(' and ') || 'no profile'})</span>}
      </p>
      <div class="when">
        {rule.guard === undefined ? (
          <span class="quiet">whenever no rule before it decides</span>
        ) : (
          <>
            if <GuardView guard={rule.guard} facts={facts} />
          </>
        )}
      </div>
      {clauses.length > 0 ? (
        <p class="small">
          by <ClauseLinks ids={clauses} />
        </p>
      ) : (
        <p class="small quiet">the page is silent on it</p>
      )}
    </div>
  );
}
