/** What stands around the specification: its editions, how a verdict is disputed, how a stricter clause gets a version. */

import { editions, latestEdition } from '../../../model/clauses/editions.ts';
import { clause, isClauseId } from '../../../model/clauses/register.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { HeadedTable } from '../shown/headedTable.tsx';
import { Badge, ClauseLink, ClauseLinks, Prose, RulingLink } from '../shown/words.tsx';

export const aboutPages = (): BookPage[] => [
  {
    path: 'editions.html',
    title: 'Editions of the page',
    summary: 'Which editions of the WSPSend page are known by hash, and what changed between them.',
    part: 'editions',
    styles: ['scripts/book/clauses/clauses.css'],
    body: () => <Editions />,
  },
  {
    path: 'dispute.html',
    title: 'How to dispute a verdict',
    summary: 'What to check and what to send when a verdict of wspsend seems wrong.',
    part: 'dispute',
    body: () => <Dispute />,
  },
  {
    path: 'versions.html',
    title: 'How a stricter clause gets a version',
    summary: 'What may change in the specification without notice, what may not, and how a change is announced.',
    part: 'versions',
    body: () => <Versions />,
  },
];

function Editions() {
  const replaced = Object.entries(latestEdition.changes).flatMap(([id, change]) =>
    change.is === 'replaced' && isClauseId(id) ? [{ id, ...change }] : [],
  );
  const others = (is: 'reworded' | 'elsewhere') =>
    Object.entries(latestEdition.changes).flatMap(([id, change]) => (change.is === is ? [id] : []));
  return (
    <>
      <h1>Editions of the page</h1>
      <p class="lead">
        The clauses were read from the page as MSDN had it. The page that is published today is known too, by the hash of each sentence.
      </p>
      <ul>
        {editions.map(({ name, title, dated }) => (
          <li key={name}>
            <b>{name}</b>: {title} <span class="quiet">({dated})</span>
          </li>
        ))}
      </ul>
      <p>
        <code>npx wspsend clauses --page FILE</code> says which of them a file is, and which of its sentences are in neither. Hashes are of
        sentences without markup. Today’s page calls the functions by the types of pointers to them, <code>LPWSPSend</code> for{' '}
        <code>WSPSend</code>, and that alone counts as no change.
      </p>
      <h2>Sentences that say something else today</h2>
      {replaced.map(({ id, text, effect, hash, rulings }) => (
        <section key={id} class="note disputed">
          <h3>
            <Badge meaning="disputed">changed</Badge> <ClauseLink id={id} />
          </h3>
          <dl>
            <dt>Was</dt>
            <dd>
              <Prose text={clause(id).text} />
            </dd>
            <dt>
              Is <code class="small">{hash}…</code>
            </dt>
            <dd>
              <Prose text={text} />
            </dd>
            <dt>
              So{' '}
              {rulings.map((ruling) => (
                <RulingLink key={ruling} id={ruling} />
              ))}
            </dt>
            <dd>
              <Prose text={effect} />
            </dd>
          </dl>
        </section>
      ))}
      <h2>Sentences that say the same</h2>
      <p>
        In other words or signs: <ClauseLinks ids={others('reworded')} />. In the header in place of the page:{' '}
        <ClauseLinks ids={others('elsewhere')} />. Links that are new: {latestEdition.added.map(({ text }) => text).join(' ')} Every other
        sentence reads as it did.
      </p>
      <h2>Which edition the verdicts are by</h2>
      <p>
        The profile <b>page</b> is the edition that the clauses were read from. Where today’s says more, it says what <b>docs</b> reads
        already, so a verdict by <b>docs</b> holds for both.
      </p>
    </>
  );
}

function Dispute() {
  return (
    <>
      <h1>How to dispute a verdict</h1>
      <p class="lead">A verdict is a claim with reasons. Each reason can be checked, and each can be wrong in its own way.</p>
      <ol>
        <li>
          <b>The trace.</b> Does it say what happened? A step that was recorded late, a <code>settle</code> that did not wait long enough,
          or a result without its count changes the verdict. <PageLink to="format.html">The format</PageLink> says what each line claims.
        </li>
        <li>
          <b>The profile.</b> Is the step refused under <code>page</code>, or only where an open point is closed? Where profiles differ, the
          verdict names the rulings. A stack that answers to Windows’ own provider is judged by <code>msafd</code>.
        </li>
        <li>
          <b>The clause.</b> Each one names its sentence by section, paragraph and sentence. Read it on the page. If our words do not say
          what it says, the clause is wrong.
        </li>
        <li>
          <b>The ruling.</b> It has its readings side by side, and the reason. If a reading is missing, or the reason does not hold, the
          ruling is wrong.
        </li>
        <li>
          <b>The rule.</b> Its condition is written in facts, each with what it says. If the facts of your trace do not meet it, the judge
          is wrong.
        </li>
      </ol>
      <h2>Check it a second time</h2>
      <pre tabIndex={0}>
        <code>{`npx wspsend check --profile page trace.ndjson
npx wspsend check --profile docs trace.ndjson
npx wspsend check --profile msafd trace.ndjson
npx wspsend clauses Nonoverlapped:4`}</code>
      </pre>
      <p>
        A second judge is in <code>properties/validator</code>, written from the page alone. It shares the vocabulary with the first, and
        none of its rules.
      </p>
      <h2>What to send</h2>
      <ul>
        <li>the trace, as short as it still shows the verdict</li>
        <li>the profile, and the clause or the ruling that you dispute</li>
        <li>the sentence of the page by its place, and what you read in it</li>
        <li>if a real stack behaves so: its name, its version, how often</li>
      </ul>
      <p>
        The result is kept: a trace whose verdict changes is added to the cases with its new verdict, so that it cannot change back
        unnoticed. If the stack is right, a ruling gets a reading that permits what it does. If it differs for a reason of its own, it gets
        an entry in its ledger.
      </p>
    </>
  );
}

function Versions() {
  return (
    <>
      <h1>How a stricter clause gets a version</h1>
      <p class="lead">
        A verdict that was “accepted” yesterday and is “rejected” today breaks somebody’s build. So what may change, and how it is
        announced, is fixed.
      </p>
      <HeadedTable headings={['Change', 'Version', 'What shows it']}>
        <tr>
          <th scope="row">A trace that was rejected is accepted: a reading was missing, or the judge was wrong</th>
          <td>patch</td>
          <td>the trace among the kept cases, with its new verdict</td>
        </tr>
        <tr>
          <th scope="row">A trace that was accepted is rejected: the judge overlooked what a clause says</th>
          <td>minor</td>
          <td>the trace, and the change log names the clause</td>
        </tr>
        <tr>
          <th scope="row">A reading that a profile permitted is not permitted any more</th>
          <td>major for that profile</td>
          <td>the ruling keeps the reading; a vector shows how the new one differs</td>
        </tr>
        <tr>
          <th scope="row">The page itself changed</th>
          <td>major, with a new edition</td>
          <td>
            <PageLink to="editions.html">the editions</PageLink>; the old one stays known by its hashes
          </td>
        </tr>
      </HeadedTable>
      <ul>
        <li>A clause’s id is never given to another rule. One that is dropped stays in its table, marked.</li>
        <li>The id of a vector is made from its steps, and the id of a rule from what it says: when they change, something was changed.</li>
        <li>
          To avoid surprises, pin the version and the profile, and keep the report. <code>npx wspsend check</code> on the kept traces says
          what a new version would change.
        </li>
        <li>
          A stricter reading comes first as a profile of its own, which nobody has by default. Only then does a profile that is there take
          it over.
        </li>
      </ul>
    </>
  );
}
