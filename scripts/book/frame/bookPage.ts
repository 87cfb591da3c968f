/** A page of the book before it is written: where it lies, what it is called, what stands on it. */

import type { ComponentChildren } from 'preact';
import type { PartName } from './parts.ts';

export interface BookPage {
  /** From the book's folder, with slashes: `clauses/Order-2.html`. */
  readonly path: string;
  /** Names the page in the browser's tab and among the results of a search. */
  readonly title: string;
  /** One sentence for search results; not shown on the page. */
  readonly summary?: string;
  /** The entry of the navigation that is lit. */
  readonly part: PartName;
  /** `wide` for tables and tools that need the whole window; text is narrower. */
  readonly width?: 'wide';
  /**
   * The page's script, a path from the package's root: `scripts/book/explorer/explorer.tsx`. It is bundled into one classic script,
   * since a browser loads no module from a file. A page that is read needs none.
   */
  readonly script?: string;
  /** The page's own rules of style, paths from the package's root; those of frame/style.css hold for every page. */
  readonly styles?: readonly string[];
  /** Rendered when the page is written; links are `PageLink`s, so that they are relative to it. */
  readonly body: () => ComponentChildren;
}
