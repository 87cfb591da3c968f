/** Links that work from a file: each is relative to the page on which it stands. */

import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The path of the page that is being rendered. */
export const Here = createContext('index.html');

/** From one file of the book to another, both as paths from the book's folder; a fragment is kept. */
export function relativePath(from: string, to: string): string {
  const [path = '', fragment] = to.split('#');
  const mark = fragment === undefined ? '' : `#${fragment}`;
  if (path === '' || path === from) return mark === '' ? from.slice(from.lastIndexOf('/') + 1) : mark;
  const here = from.split('/').slice(0, -1);
  const there = path.split('/');
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared++;
  return `${'../'.repeat(here.length - shared)}${there.slice(shared).join('/')}${mark}`;
}

export const useHref = (): ((to: string) => string) => {
  const here = useContext(Here);
  return (to) => relativePath(here, to);
};

interface PageLinkProps {
  /** A path from the book's folder, with a fragment or without. */
  readonly to: string;
  readonly class?: string;
  readonly 'aria-current'?: 'page' | 'true' | undefined;
  readonly children: ComponentChildren;
}

export function PageLink({ to, ...rest }: PageLinkProps) {
  return <a href={useHref()(to)} {...rest} />;
}
