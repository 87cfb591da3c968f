/** The page of the set, as it is before its script runs. */

import type { BookPage } from '../frame/bookPage.ts';
import { toolStyle } from '../frame/layout.tsx';

export const setPages = (): BookPage[] => [
  {
    path: 'set.html',
    title: 'Judge a trace',
    summary: 'Paste a trace: at each step everything that was still possible, what the step ended, and by which clause.',
    part: 'set',
    width: 'wide',
    script: 'scripts/book/set/set.tsx',
    styles: [toolStyle, 'scripts/book/set/set.css'],
    body: () => (
      <>
        <h1>Judge a trace</h1>
        <p class="lead">
          A trace rarely says everything. At each step this page shows what was still possible, what the step ruled out, and by which
          clause. For a step that is not permitted it shows what each possibility would have needed.
        </p>
        <div id="set">
          <p>
            This page needs JavaScript, which is off in this browser. <code>npx wspsend check --explain FILE</code> says the same as text.
          </p>
        </div>
      </>
    ),
  },
];
