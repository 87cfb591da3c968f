/** The way in: the page, by its sections. */

import type { BookPage } from '../frame/bookPage.ts';

export const frontPages = (): BookPage[] => [
  {
    path: 'index.html',
    title: 'The page',
    part: 'page',
    body: () => <h1>WSPSend, sentence by sentence</h1>,
  },
];
