import { describe, expect, test } from 'vitest';
import { type ClauseId, clause, register } from '../../model/clauses/register.ts';
import { rulings } from '../../model/clauses/rulings.ts';
import { questions } from '../../model/questions/questions.ts';
import { errorCodes } from '../../model/winsock/codes.ts';
import { packageFile } from '../cli/packageFiles.ts';
import { brokenLinks } from './frame/brokenLinks.ts';
import { assetPath, styleSource } from './frame/layout.tsx';
import { relativePath } from './frame/links.tsx';
import { clausePath, codePath, questionPath, rulingPath } from './frame/paths.ts';
import { renderPage } from './frame/render.tsx';
import { materialOf } from './material.ts';
import { sitePages } from './site.ts';

const all = sitePages(materialOf({ root: packageFile('.') }));

/** In a short run some of each folder, since judging every trace of the book takes a while; `npm run book` checks all links too. */
const isLong = process.env.WSPSEND_LONG === '1';
const everyNth = 12;
const countOf = new Map<string, number>();
const pages = all.filter(({ path }) => {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const count = countOf.get(folder) ?? 0;
  countOf.set(folder, count + 1);
  return isLong || folder === '' || count % everyNth === 0;
});
const written = new Map(pages.map((page) => [page.path, renderPage(page, '0.0.0')]));
const loaded = [styleSource, ...all.flatMap(({ styles = [], script }) => [...styles, script])];
/** What is there and not looked into: what pages load, and the pages that were not written. */
const others = new Set([
  ...loaded.flatMap((path) => (path === undefined ? [] : assetPath(path))),
  ...all.flatMap(({ path }) => (written.has(path) ? [] : path)),
]);

const isModelled = (id: string): boolean => clause(id as ClauseId).status.is === 'modelled';

describe('the book', () => {
  test('has a page for every clause, ruling, code and question, and no path twice', () => {
    const wanted = [
      ...register.map(({ id }) => clausePath(id)),
      ...rulings.map(({ id }) => rulingPath(id)),
      ...Object.keys(errorCodes).map(codePath),
      ...questions.map(({ id }) => questionPath(id)),
    ];
    const paths = all.map(({ path }) => path);
    expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
    // A file system may take two names for one that differ in their letters' case alone.
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(all.length);
  });

  test('has no link that leads nowhere, none that leaves the folder, and nothing that is loaded from a server', () => {
    expect(brokenLinks(written, others)).toEqual([]);
  });

  test('has no script on a page that is read', () => {
    const scripted = all.filter(({ script }) => script !== undefined).map(({ path }) => path);
    for (const [path, html] of written) expect(/<script|\son\w+=/.test(html), path).toBe(scripted.includes(path));
    expect(scripted.filter((path) => /^(?:clauses|codes|questions|rulings|machines|tests)\//.test(path) || path === 'index.html')).toEqual(
      [],
    );
  });

  test('gives every page a title of its own, one heading, and no id twice', () => {
    const titles = all.map(({ title }) => title);
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
    for (const [path, html] of written) {
      expect(html.match(/<h1\b/g)?.length, path).toBe(1);
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
      expect(
        ids.filter((id, at) => ids.indexOf(id) !== at),
        path,
      ).toEqual([]);
    }
  });

  test('shows of every modelled clause a trace, its rules, and the verdict of each stack', () => {
    for (const { id, status } of register) {
      const html = written.get(clausePath(id));
      if (html === undefined) continue;
      const has = ['class="trace ', 'class="rule ', 'id="stacks"', 'id="behind"'].map((mark) => html.includes(mark));
      if (status.is === 'modelled') expect(has, id).toEqual([true, true, true, true]);
      else expect(html.includes('class="trace '), id).toBe(status.is === 'restates' && isModelled(status.clause));
    }
  });
});

describe('a link', () => {
  test.each([
    ['index.html', 'clauses/a.html', 'clauses/a.html'],
    ['clauses/a.html', 'index.html', '../index.html'],
    ['clauses/a.html', 'clauses/b.html', 'b.html'],
    ['clauses/a.html', 'codes/b.html#c', '../codes/b.html#c'],
    ['clauses/a.html', 'clauses/a.html#c', '#c'],
    ['a/b/c.html', 'a/d.html', '../d.html'],
  ])('from %s to %s is %s', (from, to, link) => {
    expect(relativePath(from, to)).toBe(link);
  });

  test('is broken without its file, without its place, or on a server', () => {
    const html =
      '<a href="b.html">b</a> <a href="#c">c</a> <a href="#d" id="d">d</a> <script src="https://e/f.js"></script> <a href="/g">g</a>';
    expect(brokenLinks(new Map([['a.html', html]]), new Set())).toEqual([
      'a.html: b.html: there is no such file',
      'a.html: #c: there is no such place',
      'a.html: https://e/f.js: it would ask a server',
      'a.html: /g: it must be relative',
    ]);
  });
});
