/** Every link of the book leads somewhere: to a file that is there, and to a place in it. */

import { posix } from 'node:path';

/**
 * @param pages HTML by path.
 * @param assets Paths of the other files.
 * @returns One line for each link that leads nowhere, and for each that would leave the folder or ask a server.
 */
export function brokenLinks(pages: ReadonlyMap<string, string>, assets: ReadonlySet<string>): string[] {
  const anchors = new Map([...pages].map(([path, html]) => [path, anchorsIn(html)]));
  const broken: string[] = [];
  for (const [path, html] of pages) {
    for (const [, tag, link] of html.matchAll(/<(\w+)[^<]*?\s(?:href|src)="([^"]*)"/g)) {
      const fault = faultOf(decoded(link!), path, { anchors, assets, isLoaded: tag !== 'a' });
      if (fault !== undefined) broken.push(`${path}: ${shortened(link!)}: ${fault}`);
    }
  }
  return [...new Set(broken)];
}

interface Known {
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
  readonly assets: ReadonlySet<string>;
  /** It is loaded with the page, and not only followed. */
  readonly isLoaded: boolean;
}

function faultOf(link: string, from: string, { anchors, assets, isLoaded }: Known): string | undefined {
  if (link.startsWith('data:')) return undefined;
  if (/^https?:/.test(link)) return isLoaded ? 'it would ask a server' : undefined;
  if (/^(?:\w+:|\/)/.test(link)) return 'it must be relative';
  const [path = '', fragment] = link.split('#');
  const to = path === '' ? from : posix.join(posix.dirname(from), path);
  if (assets.has(to)) return undefined;
  const found = anchors.get(to);
  if (found === undefined) return 'there is no such file';
  // What a tool keeps in its fragment is no place of the page.
  if (fragment === undefined || fragment.includes('=') || found.has(decodeURIComponent(fragment))) return undefined;
  return 'there is no such place';
}

const linkMax = 80;
const shortened = (link: string): string => (link.length > linkMax ? `${link.slice(0, linkMax)}…` : link);

const anchorsIn = (html: string): ReadonlySet<string> => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decoded(id!)));

const decoded = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
