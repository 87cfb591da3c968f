/** The index: every name of Winsock that a clause or a ruling speaks of, in the order of the alphabet. */

import { register } from '../../../model/clauses/register.ts';
import { rulingReasons } from '../../../model/clauses/rulingReasons.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { questions } from '../../../model/questions/questions.ts';
import { errorCodes, sendFlags } from '../../../model/winsock/codes.ts';
import { callNames } from '../../../model/winsock/trace.ts';
import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { codePath, questionPath } from '../frame/paths.ts';
import { ClauseLink, CommaList, RulingLink } from '../shown/words.tsx';

export const namesPages = (): BookPage[] => [
  {
    path: 'names.html',
    title: 'Index',
    summary: 'Every function, code, flag, parameter and option that the clauses of WSPSend name.',
    part: 'names',
    body: () => <Names />,
  },
];

/** Words that are names: Winsock's families, parameters by their prefix, and what is written in capitals. */
const isName =
  /^(?:WSA?P?[A-Z]\w+|WPU\w+|(?:lp|dw|cb)[A-Z]\w*|fWait|hEvent|MSG_\w+|SO_\w+|SD_\w+|SIO_\w+|FIONBIO|SOCK_\w+|SOCKET_ERROR|OVERLAPPED|DWORD|APC|SleepEx|ExitThread|CompletionRoutine|CreateIoCompletionPort|SetFileCompletionNotificationModes)$/;

const namesIn = (text: string): readonly string[] => (text.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => isName.test(word));

interface Entry {
  readonly name: string;
  readonly clauses: readonly string[];
  readonly rulings: readonly string[];
  readonly questions: readonly (typeof questions)[number][];
}

function entriesOfIndex(): readonly Entry[] {
  const speaking = (text: string, name: string): boolean => namesIn(text).includes(name);
  const texts = [
    ...register.map(({ text, source }) => `${text} ${source.section}`),
    ...rulings.map(rulingText),
    ...Object.keys(errorCodes),
    ...Object.keys(sendFlags),
    ...callNames,
  ];
  const names = [...new Set(texts.flatMap(namesIn))].sort((a, b) => a.localeCompare(b, 'en'));
  return names.map((name) => ({
    name,
    clauses: register.filter(({ text, source }) => source.section === name || speaking(text, name)).map(({ id }) => id),
    rulings: rulings.filter((ruling) => speaking(rulingText(ruling), name)).map(({ id }) => id),
    questions: questions.filter(({ asks, answer }) => speaking(`${asks} ${answer}`, name)),
  }));
}

const rulingText = ({ id, question, readings }: (typeof rulings)[number]): string =>
  [question, ...Object.values(readings), rulingReasons[id]].join(' ');

function Names() {
  const found = entriesOfIndex();
  const letters = [...new Set(found.map(({ name }) => name[0]!.toUpperCase()))];
  return (
    <>
      <p class="eyebrow">
        <PageLink to="search.html">Search</PageLink>
      </p>
      <h1>Index</h1>
      <p class="lead">Every function, code, flag, parameter and option that a clause or a ruling names.</p>
      <p>
        <CommaList items={letters.map((letter) => [letter, <a href={`#letter-${letter}`}>{letter}</a>])} />
      </p>
      {letters.map((letter) => (
        <section key={letter} aria-labelledby={`letter-${letter}`}>
          <h2 id={`letter-${letter}`}>{letter}</h2>
          <dl>
            {found
              .filter(({ name }) => name[0]!.toUpperCase() === letter)
              .map((entry) => (
                <NameEntry key={entry.name} entry={entry} />
              ))}
          </dl>
        </section>
      ))}
    </>
  );
}

function NameEntry({ entry: { name, clauses, rulings: settled, questions: asked } }: { readonly entry: Entry }) {
  const isCode = Object.hasOwn(errorCodes, name);
  return (
    <>
      <dt id={name}>
        <code>{isCode ? <PageLink to={codePath(name)}>{name}</PageLink> : name}</code>
      </dt>
      <dd>
        {clauses.length > 0 && (
          <>
            clauses <CommaList items={clauses.map((id) => [id, <ClauseLink id={id} />])} />
          </>
        )}
        {settled.length > 0 && (
          <>
            {clauses.length > 0 && '; '}rulings <CommaList items={settled.map((id) => [id, <RulingLink id={id} />])} />
          </>
        )}
        {asked.length > 0 && (
          <ul class="small">
            {asked.map(({ id, asks }) => (
              <li key={id}>
                <PageLink to={questionPath(id)}>{asks}</PageLink>
              </li>
            ))}
          </ul>
        )}
        {clauses.length + settled.length + asked.length === 0 && <span class="quiet">in traces only</span>}
      </dd>
    </>
  );
}
