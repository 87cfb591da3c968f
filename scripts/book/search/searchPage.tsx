/** Search by words. The index is in the page's script, so that nothing is asked of a server; without a script the alphabetic index does. */

import type { BookPage } from '../frame/bookPage.ts';
import { PageLink } from '../frame/links.tsx';
import { CommaList } from '../shown/words.tsx';

const examples = ['who owns the buffer while a send is pending', 'WSAEMSGSIZE', 'MSG_PARTIAL stream', 'close with sends pending', '10054'];

export const searchPages = (): BookPage[] => [
  {
    path: 'search.html',
    title: 'Search',
    summary: 'Questions, clauses, rulings, codes, flags and calls, by words.',
    part: 'search',
    script: 'scripts/book/search/search.ts',
    styles: ['scripts/book/search/search.css'],
    body: () => (
      <>
        <h1>Search</h1>
        <form class="search" hidden>
          <label for="words">Words, a code, a clause, or a question</label>
          <input id="words" name="words" type="search" autocomplete="off" spellcheck={false} placeholder="may I free the WSABUF array" />
        </form>
        <noscript>
          <p class="note">
            Searching takes a script. The <PageLink to="names.html">index</PageLink> has every name, and the{' '}
            <PageLink to="questions.html">questions</PageLink> are in order.
          </p>
        </noscript>
        <p id="status" role="status" class="quiet" />
        <ol id="found" class="found" />
        <p class="quiet">
          For example{' '}
          <CommaList
            items={examples.map((words) => [words, <PageLink to={`search.html#q=${encodeURIComponent(words)}`}>{words}</PageLink>])}
          />
          .
        </p>
        <p>
          Or look through the <PageLink to="names.html">index of names</PageLink>.
        </p>
      </>
    ),
  },
];
