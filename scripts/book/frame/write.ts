/** The book as a folder of files. */

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BookPage } from './bookPage.ts';
import { brokenLinks } from './brokenLinks.ts';
import { bundle } from './bundle.ts';
import { assetPath, styleSource } from './layout.tsx';
import { renderPage } from './render.tsx';

export interface BookPlace {
  /** The package's folder. */
  readonly root: string;
  /** The folder to write into; what it held is deleted first. */
  readonly out: string;
  readonly version: string;
}

/** The number of files that were written. */
export async function writeBook(pages: readonly BookPage[], { root, out, version }: BookPlace): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  const files = new Set<string>();
  const place = (path: string): string => {
    if (files.has(path)) throw new RangeError(`Two files of the book must not have one path: ${path}`);
    files.add(path);
    mkdirSync(dirname(join(out, path)), { recursive: true });
    return join(out, path);
  };
  const written = new Map<string, string>();
  for (const page of pages) {
    const html = renderPage(page, version);
    written.set(page.path, html);
    writeFileSync(place(page.path), html);
  }
  for (const style of new Set([styleSource, ...pages.flatMap(({ styles }) => styles ?? [])]))
    copyFileSync(join(root, style), place(assetPath(style)));
  for (const script of new Set(pages.flatMap((page) => page.script ?? []))) {
    place(assetPath(script));
    await bundle(script, root, out);
  }
  const broken = brokenLinks(written, files);
  if (broken.length > 0) throw new RangeError(`Every link of the book must lead somewhere:\n${broken.join('\n')}`);
  return files.size;
}
