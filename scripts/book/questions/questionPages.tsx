/** A page for each question that people ask, whose answer is a trace that is accepted and one that is rejected. */

import { clause } from '../../../model/clauses/register.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { judged } from '../../../model/questions/judged.ts';
import type { AskedQuestion } from '../../../model/questions/question.ts';
import { themes } from '../../../model/questions/questions.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { questionPath } from '../frame/paths.ts';
import { ReadingCards } from '../shown/readings.tsx';
import { TraceView } from '../shown/trace.tsx';
import { ClauseLink, Prose, RulingLink } from '../shown/words.tsx';

export const questionPages = (): BookPage[] => [
  {
    path: 'questions.html',
    title: 'Questions',
    summary: 'What people ask about sends through Winsock, each answered by traces that are judged.',
    part: 'questions',
    body: () => <QuestionList />,
  },
  ...themes.flatMap(({ title, questions }) =>
    questions.map(
      (question): BookPage => ({
        path: questionPath(question.id),
        title: question.asks,
        summary: question.answer,
        part: 'questions',
        styles: ['scripts/book/clauses/clauses.css'],
        body: () => <QuestionPage question={question} theme={title} />,
      }),
    ),
  ),
];

function QuestionList() {
  return (
    <>
      <h1>Questions</h1>
      <p class="lead">What people ask about sends. Each answer is computed: traces that are accepted, traces that are rejected, and why.</p>
      {themes.map(({ title, questions }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {questions.map(({ id, asks }) => (
              <li key={id}>
                <PageLink to={questionPath(id)}>{asks}</PageLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function QuestionPage({ question, theme }: { readonly question: AskedQuestion; readonly theme: string }) {
  const { asks, answer, profile, clauses, rulings: turning = [], askedAt = [] } = question;
  const traces = judged(question);
  const shown = (accepted: boolean) =>
    traces
      .filter(({ expects }) => (expects === 'rejected') !== accepted)
      .map(({ text, shows, verdicts }) => (
        <TraceView key={text} text={text} verdicts={verdicts} profile={profile} title={sentence(shows)} />
      ));
  return (
    <>
      <p class="eyebrow">
        <PageLink to="questions.html">Questions</PageLink> · {theme}
      </p>
      <h1>{asks}</h1>
      <p class="answer">
        <Prose text={answer} />
      </p>
      <p class="quiet small">
        The verdicts that decide it are those of the profile <b>{profile}</b>; every profile’s is shown.
      </p>
      <div class="pair">
        <div>{shown(true)}</div>
        <div>{shown(false)}</div>
      </div>
      <h2>Its clauses and rulings</h2>
      <ul>
        {clauses.map((id) => (
          <li key={id}>
            <ClauseLink id={id} /> <Prose text={clause(id).text} />
          </li>
        ))}
      </ul>
      {turning.map((id) => {
        const ruling = rulings.find((known) => known.id === id)!;
        return (
          <section key={id}>
            <h3>
              <RulingLink id={id} /> <Prose text={ruling.question} />
            </h3>
            <ReadingCards ruling={ruling} />
          </section>
        );
      })}
      {askedAt.length > 0 && (
        <>
          <h2>Where it was asked</h2>
          <ul>
            {askedAt.map((address) => (
              <li key={address}>
                <a href={address}>{address.replace(/^https?:\/\//, '')}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const sentence = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}`;
