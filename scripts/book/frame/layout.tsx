/** What stands around every page: its head, the navigation, the foot. */

import type { BookPage } from './bookPage.ts';
import { PageLink, useHref } from './links.tsx';
import { footParts, parts } from './parts.ts';

/** Where the build puts what a page loads. */
export const assetPath = (source: string): string => `assets/${source.slice(source.lastIndexOf('/') + 1).replace(/\.tsx?$/, '.js')}`;
export const styleSource = 'scripts/book/frame/style.css';
/** What the explorer and the view of the set share. */
export const toolStyle = 'scripts/book/frame/tools.css';

export function BookLayout({ page, version }: { readonly page: BookPage; readonly version: string }) {
  const href = useHref();
  const styles = [styleSource, ...(page.styles ?? [])];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${page.title} · wspsend`}</title>
        {page.summary !== undefined && <meta name="description" content={page.summary} />}
        {/* An icon of its own keeps the browser from asking a server for one. */}
        <link
          rel="icon"
          href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 3h3l2 8 2-6 2 6 2-8h3l-4 11H9L8 10l-1 4H5z' fill='%230f766e'/%3E%3C/svg%3E"
        />
        {styles.map((style) => (
          <link key={style} rel="stylesheet" href={href(assetPath(style))} />
        ))}
        {page.script !== undefined && <script defer src={href(assetPath(page.script))} />}
      </head>
      <body class={page.width ?? 'text'}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="masthead">
          <PageLink to="index.html" class="brand">
            wspsend
          </PageLink>
          <PartLinks label="Book" of={parts} page={page} />
        </header>
        <main id="main" tabIndex={-1}>
          {page.body()}
        </main>
        <footer class="foot">
          <PartLinks label="More of the book" of={footParts} page={page} />
          <p>
            The WSPSend page as a program, wspsend {version}. Clauses are in this project's own words; the sentences of the page are known
            by place and hash only. Everything here was made from the model by <code>npm run book</code>.
          </p>
        </footer>
      </body>
    </html>
  );
}

type Parts = typeof parts | typeof footParts;

function PartLinks({ label, of, page }: { readonly label: string; readonly of: Parts; readonly page: BookPage }) {
  return (
    <nav aria-label={label}>
      <ul>
        {of.map(({ name, title, path }) => (
          <li key={name}>
            <PageLink to={path} aria-current={page.path === path ? 'page' : page.part === name ? 'true' : undefined}>
              {title}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
