/** The way in: the page, by its sections, paragraphs and sentences. */

import { type Edition, latestEdition } from '../../../model/clauses/editions.ts';
import { register } from '../../../model/clauses/register.ts';
import { rulingsOn } from '../../../model/clauses/rulings.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { codePath, placeAnchor, stackPath } from '../frame/paths.ts';
import { type Material, type Stack, stackOnClause } from '../material.ts';
import { Badge, ClauseLink, Prose, RulingLink } from '../shown/words.tsx';
import { type PagePart, type PageSection, pageParts, type Sentence } from './sentences.ts';
import { ShortTraces } from './shortTraces.tsx';

export const frontPages = (material: Material): BookPage[] => [
  {
    path: 'index.html',
    title: 'WSPSend, sentence by sentence',
    summary: 'The documentation page of WSPSend by place: each sentence with its clause, its traces, rules, rulings and verdicts.',
    part: 'page',
    styles: ['scripts/book/front/front.css'],
    body: () => <Front material={material} />,
  },
];

/** For readers who look for something other than the text of the page. */
const ways = [
  { path: 'search.html', title: 'Ask in words', text: 'a question, a code, a name' },
  { path: 'set.html', title: 'Judge a trace', text: 'what each step left possible' },
  { path: 'explorer.html', title: 'Step through a send', text: 'what may come next, and what may not' },
  { path: 'stacks.html', title: 'Compare stacks', text: 'who deviates, and from what' },
] as const;

const anchorOf = (title: string): string => title.replaceAll(' ', '-');

function Front({ material }: { readonly material: Material }) {
  const parts = pageParts();
  const modelled = register.filter(({ status }) => status.is === 'modelled').length;
  return (
    <>
      <h1>WSPSend, sentence by sentence</h1>
      <p class="lead">
        The documentation page of WSPSend as a program. Every sentence of the page has its place here, and a clause in our own words. Follow
        a clause to the shortest trace that shows it and the shortest that breaks it, to its rules, to what is unclear about it, and to the
        stacks that deviate.
      </p>
      <ul class="ways">
        {ways.map(({ path, title, text }) => (
          <li key={path}>
            <PageLink to={path}>{title}</PageLink>
            <span>{text}</span>
          </li>
        ))}
      </ul>
      <p class="legend">
        {register.length} clauses, {modelled} of them modelled.{' '}
        <span>
          <Badge meaning="disputed">D1</Badge> a ruling settles what is unclear
        </span>{' '}
        <span>
          <Badge meaning="forbidden">Wine</Badge> a judged stack deviates
        </span>{' '}
        <span>
          <span class="badge changed">today</span> the edition of {latestEdition.dated} differs
        </span>
      </p>
      <nav class="contents" aria-label="Parts of the page">
        <ul>
          {parts.map(({ title }) => (
            <li key={title}>
              <a href={`#${anchorOf(title)}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      {parts.map((part) => (
        <Part key={part.title} part={part} material={material} />
      ))}
    </>
  );
}

function Part({ part: { title, sections }, material }: { readonly part: PagePart; readonly material: Material }) {
  return (
    <section aria-labelledby={anchorOf(title)} class="part">
      <h2 id={anchorOf(title)}>{title}</h2>
      {sections.map((section) => (
        <Section key={section.name} section={section} title={title} material={material} />
      ))}
    </section>
  );
}

interface SectionProps {
  readonly section: PageSection;
  /** Of the part. */
  readonly title: string;
  readonly material: Material;
}

function Section({ section: { name, paragraphs }, title, material }: SectionProps) {
  const isCode = title === 'Error codes' && name.startsWith('WSA');
  const isNamed = name !== title && !(title === 'Return value') && name !== 'Errors' && name !== 'Flags';
  return (
    <div class="section">
      {isNamed && <h3>{isCode ? <CodeLink code={name} /> : <code>{name}</code>}</h3>}
      {paragraphs.map((sentences) => (
        <ol key={sentences[0]!.paragraph} class="sentences">
          {sentences.map((sentence) => (
            <SentenceRow key={placeAnchor(sentence)} sentence={sentence} isRow={isNamed} material={material} />
          ))}
        </ol>
      ))}
    </div>
  );
}

const CodeLink = ({ code }: { readonly code: string }) => (
  <PageLink to={codePath(code)}>
    <code>{code}</code>
  </PageLink>
);

interface SentenceRowProps {
  readonly sentence: Sentence;
  /** It stands alone in its row or under its parameter, where its number means little. */
  readonly isRow: boolean;
  readonly material: Material;
}

function SentenceRow({ sentence, isRow, material }: SentenceRowProps) {
  const { section, paragraph, clauses } = sentence;
  const place = `${section}, paragraph ${paragraph}, sentence ${sentence.sentence}`;
  return (
    <li id={placeAnchor(sentence)}>
      <span class="place" title={`${place}; SHA-256 ${sentence.hash}…`}>
        <span class="hidden">{place}</span>
        <span aria-hidden="true">{isRow ? sentence.sentence : `${paragraph}.${sentence.sentence}`}</span>
      </span>
      <ul class="clauses">
        {clauses.map(({ id, text, status }) => (
          <li key={id} class={status.is === 'modelled' ? undefined : 'unmodelled'}>
            <div class="says">
              <Prose text={text} />
              <ShortTraces id={id} material={material} />
            </div>
            <span class="marks">
              <ClauseLink id={id} />
              <Marks id={id} edition={latestEdition} stacks={material.stacks} />
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}

function Marks({
  id,
  edition,
  stacks,
}: {
  readonly id: (typeof register)[number]['id'];
  readonly edition: Edition;
  readonly stacks: readonly Stack[];
}) {
  const deviating = stacks.filter((stack) => stackOnClause(stack, id)?.standing === 'deviates');
  return (
    <>
      {rulingsOn(id).map((ruling) => (
        <Badge key={ruling.id} meaning="disputed">
          <RulingLink id={ruling.id} />
        </Badge>
      ))}
      {deviating.map(({ name }) => (
        <Badge key={name} meaning="forbidden">
          <PageLink to={stackPath(name)}>{name}</PageLink>
        </Badge>
      ))}
      {edition.changes[id]?.is === 'replaced' && (
        <span class="badge changed">
          <PageLink to="editions.html">today</PageLink>
        </span>
      )}
    </>
  );
}
