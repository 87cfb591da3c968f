/** A trace, as a person reads it: numbered steps, the verdict of each profile, and of a rejection why and what was permitted. */

import { type PerProfile, type Profile, profiles } from '../../../model/clauses/profiles.ts';
import { type Finding, type Judgement, judgeText } from '../../../model/judge/judge.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import { permittedText, stepText } from '../../report/stepText.ts';
import { traceFragment } from '../explorer/traceFragment.ts';
import { PageLink } from '../frame/links.tsx';
import { Badge, ClauseLinks, type Meaning, Prose, RulingLink } from './words.tsx';

type Verdicts = PerProfile<Judgement>;

/** Many a trace stands on several pages. */
const known = new Map<string, Verdicts>();

/** @param text Lines of trace/1, the header first. */
function verdictsOf(text: string): Verdicts {
  let verdicts = known.get(text);
  if (verdicts === undefined) {
    verdicts = Object.fromEntries(profiles.map((profile) => [profile, judgeText(text, profile)])) as Verdicts;
    known.set(text, verdicts);
  }
  return verdicts;
}

interface TraceViewProps {
  readonly text: string;
  /** Judged already, where that is so. */
  readonly verdicts?: Verdicts;
  /** The profile whose reasons are shown where profiles part; the first that rejects, where none is named. */
  readonly profile?: Profile;
  /** What the trace shows, for a heading above it. */
  readonly title?: string;
}

export function TraceView({ text, verdicts = verdictsOf(text), profile, title }: TraceViewProps) {
  const { steps } = readTrace(text);
  const rejecting = [...(profile === undefined ? [] : [profile]), ...profiles].find((each) => verdicts[each].verdict === 'rejected');
  const finding = rejecting === undefined ? undefined : (verdicts[rejecting] as Finding);
  const meaning = meaningOf(verdicts);
  return (
    <figure class={`trace ${meaning}`}>
      <figcaption>
        {title !== undefined && <span class="says">{title}</span>}
        <VerdictBadges verdicts={verdicts} />
      </figcaption>
      <ol>
        {steps.map(({ line, step }) => (
          <li key={line} value={line} class={line === finding?.line ? 'wrong' : undefined}>
            <code>{stepText(step)}</code>
            {line === finding?.line && <span class="hidden"> (not permitted)</span>}
          </li>
        ))}
      </ol>
      {finding !== undefined && <Reasons finding={finding} profile={rejecting!} isShared={meaning === 'forbidden'} />}
      <Breaches judgement={verdicts[profile ?? 'page']} />
      <TraceFoot text={text} profile={rejecting ?? profile ?? 'docs'} />
    </figure>
  );
}

const meaningOf = (verdicts: Verdicts): Meaning => {
  const rejected = profiles.filter((profile) => verdicts[profile].verdict === 'rejected').length;
  if (rejected === 0) return 'permitted';
  return rejected === profiles.length ? 'forbidden' : 'disputed';
};

/** One badge where all profiles agree, and one for each verdict where they do not. */
function VerdictBadges({ verdicts }: { readonly verdicts: Verdicts }) {
  const accepting = profiles.filter((profile) => verdicts[profile].verdict === 'accepted');
  const rejecting = profiles.filter((profile) => verdicts[profile].verdict === 'rejected');
  const names = (some: readonly Profile[]): string => (some.length === profiles.length ? 'by every profile' : `by ${some.join(' and ')}`);
  return (
    <span class="badges">
      {accepting.length > 0 && <Badge meaning="permitted">accepted {names(accepting)}</Badge>}
      {rejecting.length > 0 && <Badge meaning="forbidden">rejected {names(rejecting)}</Badge>}
    </span>
  );
}

const permittedMax = 6;

interface ReasonsProps {
  readonly finding: Finding;
  readonly profile: Profile;
  readonly isShared: boolean;
}

function Reasons({ finding: { line, message, clauses, permitted, rulings }, profile, isShared }: ReasonsProps) {
  const more = permitted.length - permittedMax;
  return (
    <div class="reasons">
      <p>
        Line {line}
        {isShared ? '' : `, by ${profile}`}: <Prose text={message} />.
        {clauses.length > 0 && (
          <>
            {' '}
            It breaks <ClauseLinks ids={clauses} />.
          </>
        )}
        {rulings.length > 0 && (
          <>
            {' '}
            It turns on{' '}
            {rulings.map((id, at) => (
              <span key={id}>
                {at > 0 && ', '}
                <RulingLink id={id} />
              </span>
            ))}
            .
          </>
        )}
      </p>
      {permitted.length > 0 && (
        <p>
          Permitted in its place:{' '}
          {permitted.slice(0, permittedMax).map((outcome, at) => (
            <span key={JSON.stringify(outcome)}>
              {at > 0 && ' or '}
              <code>{permittedText(outcome)}</code>
            </span>
          ))}
          {more > 0 && ` or ${more} more`}
        </p>
      )}
    </div>
  );
}

function Breaches({ judgement }: { readonly judgement: Judgement }) {
  if (judgement.verdict === 'malformed' || judgement.breaches.length === 0) return null;
  return (
    <div class="reasons">
      {judgement.breaches.map(({ line, clauses, message }) => (
        <p key={`${line} ${message}`}>
          <Badge meaning="disputed">the caller’s fault</Badge> Line {line}: <Prose text={message} />. It is the caller that breaks{' '}
          <ClauseLinks ids={clauses} />, and no provider is accused of what follows.
        </p>
      ))}
    </div>
  );
}

function TraceFoot({ text, profile }: { readonly text: string; readonly profile: Profile }) {
  const fragment = traceFragment(text, profile);
  return (
    <div class="tracefoot">
      <PageLink to={`explorer.html#${fragment}`}>Open in the explorer</PageLink>
      <PageLink to={`set.html#${fragment}`}>What was possible at each step</PageLink>
      <details>
        <summary>Lines of trace/1</summary>
        <pre tabIndex={0}>
          <code>{text.trimEnd()}</code>
        </pre>
      </details>
    </div>
  );
}
