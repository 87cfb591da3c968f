/** A page for each clause: its sentence's place, the traces that show and break it, and all that stands behind it. */

import type { Clause } from '../../../model/clauses/clause.ts';
import { latestEdition } from '../../../model/clauses/editions.ts';
import { type ClauseId, chapters, clause, register } from '../../../model/clauses/register.ts';
import { rulingsOn } from '../../../model/clauses/rulings.ts';
import { sentenceHashes } from '../../../model/clauses/sentenceHashes.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { clausePath, placeAnchor } from '../frame/paths.ts';
import type { Material } from '../material.ts';
import { ReadingCards } from '../shown/readings.tsx';
import { VectorView } from '../shown/vector.tsx';
import { Badge, ClauseLink, Prose, RulingLink } from '../shown/words.tsx';
import { Behind } from './behind.tsx';
import { ChoicesOf } from './choices.tsx';
import { RulesOf } from './rules.tsx';
import { StandingsOf } from './standings.tsx';

export const clausePages = (material: Material): BookPage[] =>
  register.map((entry, at) => ({
    path: clausePath(entry.id),
    title: `${entry.id}, a clause of WSPSend`,
    summary: entry.text,
    part: 'page',
    styles: ['scripts/book/clauses/clauses.css'],
    body: () => <ClausePage entry={entry} before={register[at - 1]} after={register[at + 1]} material={material} />,
  }));

type Registered = (typeof register)[number];

interface ClausePageProps {
  readonly entry: Registered;
  readonly before: Registered | undefined;
  readonly after: Registered | undefined;
  readonly material: Material;
}

function ClausePage({ entry, before, after, material }: ClausePageProps) {
  const settling = rulingsOn(entry.id);
  const row = material.rows.get(entry.id)!;
  return (
    <>
      <p class="eyebrow">
        <PageLink to={`index.html#${placeAnchor(entry.source)}`}>{placeText(entry)}</PageLink>
      </p>
      <h1>
        <span class="id">{entry.id}</span> <Prose text={entry.text} here={entry.id} />
      </h1>
      <Facts entry={entry} />
      <EditionNote entry={entry} />
      <Status entry={entry} />
      <Traces entry={entry} material={material} />
      {settling.length > 0 && (
        <section aria-labelledby="rulings">
          <h2 id="rulings">What is unclear about it</h2>
          {settling.map((ruling) => (
            <div key={ruling.id}>
              <h3>
                <RulingLink id={ruling.id} /> <Prose text={ruling.question} />
              </h3>
              <ReadingCards ruling={ruling} />
            </div>
          ))}
        </section>
      )}
      <RulesOf ids={row.rules} draw={material.draw} />
      <StandingsOf id={entry.id} stacks={material.stacks} />
      <ChoicesOf id={entry.id} />
      <Behind row={row} material={material} />
      <nav class="turn" aria-label="Clauses before and after">
        {before === undefined ? <span /> : <ClauseLink id={before.id}>← {before.id}</ClauseLink>}
        {after === undefined ? <span /> : <ClauseLink id={after.id}>{after.id} →</ClauseLink>}
      </nav>
    </>
  );
}

const placeText = ({ id, source: { section, paragraph, sentence } }: Registered): string => {
  const chapter = chapters.find(({ clauses }) => clauses.some((entry) => entry.id === id))?.title;
  const within = section === chapter ? '' : `${section}, `;
  return `${chapter === undefined ? '' : `${chapter} · `}${within}paragraph ${paragraph}, sentence ${sentence}`;
};

const kinds: Readonly<Record<Clause['kind'], string>> = {
  provider: 'binds the provider',
  caller: 'binds the caller',
  permission: 'a permission',
  definition: 'a definition',
  informative: 'states no rule',
};

function Facts({ entry: { id, kind } }: { readonly entry: Registered }) {
  return (
    <p class="facts">
      <span class="badge">{kinds[kind]}</span>{' '}
      <span class="quiet small">
        SHA-256 of the sentence: <code>{sentenceHashes[id]}…</code>
      </span>
    </p>
  );
}

/** What today's edition of the page has in this place. */
function EditionNote({ entry }: { readonly entry: Registered }) {
  const change = latestEdition.changes[entry.id];
  if (change === undefined) return null;
  const today = `Today’s edition (${latestEdition.dated})`;
  if (change.is === 'elsewhere') {
    return (
      <p class="note">
        {today}: {change.because}.
      </p>
    );
  }
  if (change.is === 'reworded') {
    return (
      <p class="note">
        {today} says the same by {change.how}: <code>{change.hash}…</code>
      </p>
    );
  }
  return (
    <div class="note disputed">
      <p>
        <Badge meaning="disputed">changed</Badge> <PageLink to="editions.html">{today}</PageLink> says in this place:{' '}
        <Prose text={change.text} /> <code class="small">{change.hash}…</code>
      </p>
      <p>
        <Prose text={change.effect} />
      </p>
    </div>
  );
}

function Status({ entry: { status } }: { readonly entry: Registered }) {
  switch (status.is) {
    case 'modelled':
      return null;
    case 'restates':
      return (
        <p class="note">
          It repeats what <ClauseLink id={status.clause} /> says. Rules and tests cite that clause, and the traces are those of that clause.
        </p>
      );
    case 'informative':
      return <p class="note">No rule is based on it: {status.because}.</p>;
    case 'contradicted':
      return (
        <p class="note disputed">
          <Badge meaning="disputed">contradicted</Badge> Another sentence of the page says otherwise. <RulingLink id={status.ruling} /> says
          what holds.
        </p>
      );
  }
}

/** Those of the clause that it restates, where it says again what another does. */
function Traces({ entry, material }: { readonly entry: Registered; readonly material: Material }) {
  const { status } = entry;
  const shown = status.is === 'restates' ? clause(status.clause as ClauseId) : entry;
  if (shown.status.is !== 'modelled') return null;
  const { valid, invalid } = material.manifest.vectors[shown.id] ?? {};
  const found = (id: string | undefined) => (id === undefined ? undefined : material.vectors.get(id));
  const shows = found(valid);
  const breaks = found(invalid);
  // Where profiles differ, one trace may do both.
  if (shows !== undefined && shows === breaks) {
    return (
      <section aria-label="Trace" class="pair">
        <VectorView vector={shows} title="The shortest that shows it, and under another profile breaks it" />
      </section>
    );
  }
  return (
    <section aria-labelledby="traces" class="pair">
      <h2 id="traces" class="hidden">
        Traces
      </h2>
      {shows !== undefined && <VectorView vector={shows} title="The shortest that shows it" />}
      {breaks === undefined ? <p class="note">{whyUnbroken(shown)}</p> : <VectorView vector={breaks} title="The shortest that breaks it" />}
    </section>
  );
}

const whyUnbroken = ({ kind }: Pick<Clause, 'kind'>): string =>
  kind === 'permission'
    ? 'No trace breaks it: it is a permission, and a provider may use it or not.'
    : 'No trace of a provider breaks it: it binds the caller. The judge reports a caller that breaks it, and does not blame the provider for what follows.';
