/** The rules that stand on a clause, each with its place in the picture of its machine. */

import type { Draw } from '../diagrams/diagram.ts';
import { PageLink } from '../frame/links.tsx';
import { rulePath } from '../frame/paths.ts';
import { DiagramFigure } from '../shown/figure.tsx';
import { type PlacedRule, placedRule, regions } from '../shown/regions.ts';
import { RuleView } from '../shown/rule.tsx';

/** More than these are on the pages of the machines. */
const shownMax = 6;

export function RulesOf({ ids, draw }: { readonly ids: readonly string[]; readonly draw: Draw | undefined }) {
  if (ids.length === 0) return null;
  const rules = ids.map(placedRule);
  // One that permits and one that refuses say more than six of a kind.
  const first = rules.find(({ rule }) => rule.meta.verdict === 'permits');
  const second = rules.find(({ rule }) => rule.meta.verdict === 'refuses');
  const leading = [first, second].filter((placed) => placed !== undefined);
  const ordered = [...leading, ...rules.filter((placed) => !leading.includes(placed))];
  const rest = ordered.slice(shownMax);
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">{ids.length === 1 ? 'The rule' : `The rules: ${ids.length} cite it`}</h2>
      {ordered.slice(0, shownMax).map((placed, at) => (
        <PlacedRuleView key={placed.id} placed={placed} draw={draw} isOpen={at < leading.length} />
      ))}
      {rest.length > 0 && (
        <details class="more">
          <summary>{rest.length} more rules</summary>
          <ul class="columns">
            {rest.map(({ id }) => (
              <li key={id}>
                <PageLink to={rulePath(id)}>
                  <code>{id}</code>
                </PageLink>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

interface PlacedRuleProps {
  readonly placed: PlacedRule;
  readonly draw: Draw | undefined;
  readonly isOpen: boolean;
}

function PlacedRuleView({ placed, draw, isOpen }: PlacedRuleProps) {
  const region = regions.find(({ id }) => id === placed.region)!;
  const verb = placed.rule.meta.verdict === 'permits' ? 'permitted' : 'not permitted';
  const caption = `The machine ${placed.region}; lit: ${placed.event}, ${verb} in ${placed.leaves.join(', ')}`;
  return (
    <div class="placed">
      <RuleView placed={placed} />
      {isOpen ? (
        <DiagramFigure draw={draw} region={region} lit={placed} caption={caption} />
      ) : (
        <details>
          <summary>Its place in the machine</summary>
          <DiagramFigure draw={draw} region={region} lit={placed} caption={caption} />
        </details>
      )}
      <p class="small">
        <PageLink to={rulePath(placed.id)}>
          <code>{placed.id}</code>
        </PageLink>
      </p>
    </div>
  );
}
