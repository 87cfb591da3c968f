/** What kills a mutant, as generated/mutants.json records it. */

import { isByRequests, type Recorded } from '../../../properties/catalogue/recorded.ts';
import { requestText } from '../../report/stepText.ts';
import { PageLink } from '../frame/links.tsx';
import { generatedPath } from '../frame/paths.ts';

type Killed = NonNullable<Recorded['killed']>;

/** In a line, for a list of mutants. */
export function killText({ killed }: Recorded): string {
  if (killed === undefined) return 'killed by nothing yet';
  const steps = `${killed.steps} ${killed.steps === 1 ? 'step' : 'steps'}`;
  return isByRequests(killed) ? `killed by requests, in ${steps}` : `killed by ${killed.trace}, in ${steps}`;
}

/** In full: the requests that bring it out, or the kept trace on which it is wrong. */
export function Kill({ killed }: { readonly killed: Killed | undefined }) {
  if (killed === undefined) return <strong>nothing yet</strong>;
  const how = `${killed.steps} ${killed.steps === 1 ? 'step' : 'steps'}, ${killed.profile}`;
  if (!isByRequests(killed)) {
    return (
      <>
        <KeptTrace name={killed.trace} /> <span class="quiet">{how}</span>
      </>
    );
  }
  return (
    <details>
      <summary>{how}</summary>
      <ol class="steps">
        {killed.requests.map((request, at) => (
          <li key={`${at}`}>
            <code>{requestText(request as Readonly<Record<string, unknown>>)}</code>
          </li>
        ))}
      </ol>
      <p class="small quiet">
        Met first by the campaign of seed {killed.seed}, in its case {killed.case + 1}.
        {killed.finishes && ' It shows at the end of the case, when everything is drained.'}
      </p>
    </details>
  );
}

function KeptTrace({ name }: { readonly name: string }) {
  const text = <code>{name}</code>;
  return name.startsWith('vectors/') ? <PageLink to={generatedPath(name)}>{text}</PageLink> : text;
}
