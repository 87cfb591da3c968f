/** A page as the text of its file. */

import { renderToString } from 'preact-render-to-string';
import type { BookPage } from './bookPage.ts';
import { BookLayout } from './layout.tsx';
import { Here } from './links.tsx';

export const renderPage = (page: BookPage, version: string): string =>
  `<!doctype html>\n${renderToString(
    <Here.Provider value={page.path}>
      <BookLayout page={page} version={version} />
    </Here.Provider>,
  )}\n`;
