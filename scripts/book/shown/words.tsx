/** The words of the book: names that lead to their page, verdicts, profiles. */

import type { ComponentChildren } from 'preact';
import { isClauseId } from '../../../model/clauses/register.ts';
import { rulings } from '../../../model/clauses/rulings.ts';
import { errorCodes } from '../../../model/winsock/codes.ts';
import { PageLink } from '../frame/links.tsx';
import { clausePath, codePath, rulingPath } from '../frame/paths.ts';

export type Meaning = 'permitted' | 'forbidden' | 'disputed' | 'silent';

/** Before each word of a verdict: the same says a shape, for those who do not see the colour. */
const signs: Readonly<Record<Meaning, string>> = { permitted: '✓', forbidden: '✕', disputed: '◐', silent: '–' };

export function Badge({ meaning, children }: { readonly meaning: Meaning; readonly children: ComponentChildren }) {
  return (
    <span class={`badge ${meaning}`}>
      <Sign meaning={meaning} />
      {children}
    </span>
  );
}

export const Sign = ({ meaning }: { readonly meaning: Meaning }) => <span aria-hidden="true">{signs[meaning]} </span>;

export function ClauseLink({ id, children }: { readonly id: string; readonly children?: ComponentChildren }) {
  return (
    <PageLink to={clausePath(id)} class="id">
      {children ?? id}
    </PageLink>
  );
}

export function RulingLink({ id }: { readonly id: string }) {
  return (
    <PageLink to={rulingPath(id)} class="id">
      {id}
    </PageLink>
  );
}

export function ClauseLinks({ ids }: { readonly ids: readonly string[] }) {
  return <CommaList items={ids.map((id) => [id, <ClauseLink key={id} id={id} />])} />;
}

/** Items with commas between them. */
export function CommaList({ items }: { readonly items: readonly (readonly [key: string, item: ComponentChildren])[] }) {
  return (
    <>
      {items.map(([key, item], at) => (
        <span key={key}>
          {at > 0 && ', '}
          {item}
        </span>
      ))}
    </>
  );
}

const isRulingId = (word: string): boolean => rulings.some(({ id }) => id === word);
/** A ruling by its name is a word like others, so only the short ids are found in prose. */
const shortRuling = /^[DM]\d{1,2}$/;
const isNameOfWinsock =
  /^(?:WSA?[A-Z]\w+|WPU\w+|(?:lp|dw|cb|fWait|hEvent)\w*|MSG_\w+|SO_\w+|SD_\w+|SIO_\w+|FIONBIO|SOCK_\w+|SOCKET_ERROR|CompletionRoutine|OVERLAPPED|SleepEx|ExitThread|CreateIoCompletionPort|SetFileCompletionNotificationModes)$/;
const token = /([A-Za-z_]\w*:\d+|[A-Za-z_]\w*)/;

/** Text in which clauses, rulings and codes lead to their pages, and Winsock's names stand as code. `here` leads nowhere. */
export function Prose({ text, here }: { readonly text: string; readonly here?: string }) {
  return <>{text.split(token).map((part, at) => (at % 2 === 0 ? part : <Word key={`${at}`} word={part} here={here} />))}</>;
}

function Word({ word, here }: { readonly word: string; readonly here: string | undefined }): ComponentChildren {
  if (word === here) return isNameOfWinsock.test(word) ? <code>{word}</code> : word;
  if (isClauseId(word)) return <ClauseLink id={word} />;
  if (shortRuling.test(word) && isRulingId(word)) return <RulingLink id={word} />;
  if (Object.hasOwn(errorCodes, word)) {
    return (
      <PageLink to={codePath(word)}>
        <code>{word}</code>
      </PageLink>
    );
  }
  return isNameOfWinsock.test(word) ? <code>{word}</code> : word;
}
