/** The page of the explorer, as it is before its script runs. */

import type { BookPage } from '../frame/bookPage.ts';
import { toolStyle } from '../frame/layout.tsx';

export const explorerPages = (): BookPage[] => [
  {
    path: 'explorer.html',
    title: 'Explorer',
    summary: 'Step through sends in the browser: what may come next, what is forbidden, and by which clause.',
    part: 'explorer',
    width: 'wide',
    script: 'scripts/book/explorer/explorer.tsx',
    styles: [toolStyle, 'scripts/book/explorer/explorer.css'],
    body: () => (
      <>
        <h1>Explorer</h1>
        <p class="lead">
          Make a socket, and choose what happens next. The model itself runs on this page: every step that it permits can be taken, and
          every one that it forbids names the clause that forbids it.
        </p>
        <div id="explorer">
          <p>The explorer needs JavaScript, which is off in this browser. The pages of the book work without it.</p>
        </div>
      </>
    ),
  },
];
