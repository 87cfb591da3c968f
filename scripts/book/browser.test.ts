/**
 * The book as a person meets it: in a browser, from files, at three widths, light and dark, by the keyboard alone. It takes minutes and a
 * Chromium, so it runs by `npm run test:book` and every night.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../cli/packageFiles.ts';
import { axeSource, chromiumPath, openPage } from './browser.fixture.ts';
import { newDraw } from './diagrams/diagram.ts';
import { writeBook } from './frame/write.ts';
import { materialOf } from './material.ts';
import { sitePages } from './site.ts';

const isAsked = process.env.WSPSEND_LONG === '1';
if (isAsked && chromiumPath === undefined) {
  process.stderr.write('No Chromium was found, so the book is not looked at: apt-get install -y chromium, or set WSPSEND_CHROMIUM.\n');
}

const root = packageFile('.');
/** Made only when they are looked at. */
const pages = isAsked ? sitePages(materialOf({ root, draw: await newDraw() })) : [];

/** One page of each kind: the first of each folder, and each page that stands alone. */
const kinds = ((): readonly string[] => {
  const chosen = new Map<string, string>();
  for (const { path, part } of pages) {
    // The tools change as they are used, and have tests of their own.
    if (part === 'explorer' || part === 'set') continue;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    if (!chosen.has(folder === '' ? path : folder)) chosen.set(folder === '' ? path : folder, path);
  }
  // Pages with everything on them that a page of their kind can have.
  const full = [
    'clauses/Nonoverlapped-4.html',
    'clauses/WSAEWOULDBLOCK-1.html',
    'clauses/lpBuffers-4.html',
    'codes/WSAECONNRESET.html',
    'rulings/D1.html',
    'stacks/wine-8.0.html',
    'mutants/Immediate-6.html',
  ];
  return isAsked ? [...new Set([...chosen.values(), ...full])] : [];
})();

const widths = [360, 768, 1280] as const;
const schemes = ['light', 'dark'] as const;

describe.skipIf(!isAsked || chromiumPath === undefined)('the book in a browser', () => {
  const out = mkdtempSync(join(tmpdir(), 'wspsend-book-'));
  /** A path may have a fragment. */
  const address = (path: string): string => {
    const [file = '', fragment] = path.split('#');
    return `${pathToFileURL(join(out, file)).href}${fragment === undefined ? '' : `#${fragment}`}`;
  };
  let browser: Browser;

  beforeAll(async () => {
    await writeBook(pages, { root, out, version: '0.0.0' });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(out, { recursive: true, force: true });
  });

  const opened = (path: string, options: { width?: number; script?: boolean } = {}) => openPage(browser, address(path), options);

  describe.each(kinds)('%s', (path) => {
    test('is without faults of accessibility, and no wider than its window, at three widths, light and dark', async () => {
      const { page, faults, close } = await opened(path);
      for (const colorScheme of schemes) {
        for (const width of widths) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          expect(await overflow(page), `${colorScheme} ${width}`).toEqual([]);
          expect(await violations(page), `${colorScheme} ${width}`).toEqual([]);
        }
      }
      expect(faults).toEqual([]);
      await close();
    });

    test('is reached by the keyboard, everything on it, and left again', async () => {
      const { page, close } = await opened(path, { width: 768 });
      const { wanted, met, unmarked } = await tabThrough(page);
      expect(wanted.filter((name) => !met.includes(name))).toEqual([]);
      expect(unmarked).toEqual([]);
      await close();
    });
  });

  test('is the way from a sentence to its clause, to a ruling and back, by links alone', async () => {
    const { page, close } = await opened('index.html', { script: false });
    await page.click('#Remarks-3-3 a.id >> text=Nonoverlapped:4');
    expect(page.url()).toBe(address('clauses/Nonoverlapped-4.html'));
    await page.click('section[aria-labelledby=rulings] a.id >> text=M1');
    expect(page.url()).toBe(address('rulings/M1.html'));
    await page.click('main li a.id >> text=Nonoverlapped:4');
    await page.click('.eyebrow a');
    expect(page.url()).toBe(address('index.html#Remarks-3-3'));
    await close();
  });

  test('finds by words, and a search is a link', async () => {
    const { page, faults, close } = await opened('search.html');
    await page.keyboard.type('may I free the WSABUF array');
    const first = page.locator('#found li').first();
    expect(await first.textContent()).toMatch(/WSABUF/);
    expect(page.url()).toMatch(/#q=may\+I\+free/);
    await page.reload();
    expect(await page.locator('#words').inputValue()).toBe('may I free the WSABUF array');
    await first.locator('a').click();
    expect(page.url()).toMatch(/\/questions\/[\w-]+\.html$/);
    expect(faults).toEqual([]);
    await close();
  });

  test('without scripts says where else to look', async () => {
    const { page, close } = await opened('search.html', { script: false });
    expect(await page.locator('noscript a').first().isVisible()).toBe(true);
    expect(await page.locator('#words').isVisible()).toBe(false);
    await close();
  });

  test('compares stacks: n and p go from difference to difference, and a filter greys out without hiding', async () => {
    const { page, close } = await opened('stacks.html');
    const rows = await page.locator('tr.row').count();
    const differing = await page.locator('tr.differs').evaluateAll((found) => found.map(({ id }) => id));
    const focused = () => page.evaluate(() => document.activeElement?.closest('tr')?.id);
    await page.keyboard.press('n');
    expect(await focused()).toBe(differing[0]);
    await page.keyboard.press('n');
    expect(await focused()).toBe(differing[1]);
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    expect(await focused()).toBe(differing.at(-1));
    const colour = () =>
      page
        .locator('tr.agrees')
        .first()
        .evaluate((row) => getComputedStyle(row).color);
    const before = await colour();
    await page.check('#grey-agreed');
    expect(await colour()).not.toBe(before);
    expect(await page.locator('tr.row:visible').count()).toBe(rows);
    const filters = await page.locator('input[name=grey]').count();
    for (let stack = 0; stack < filters - 2; stack++) {
      await page
        .locator('input[name=grey]')
        .nth(stack + 2)
        .check();
      const grey = await page
        .locator('tr.row')
        .evaluateAll((found, quiet) => found.filter((row) => getComputedStyle(row).color === quiet).map(({ id }) => id), await colour());
      const deviating = await page
        .locator('tr.row')
        .evaluateAll(
          (found, at) => found.filter((row) => row.querySelectorAll('td')[at]!.textContent.includes('deviates')).map(({ id }) => id),
          stack,
        );
      expect(grey.length + deviating.length).toBe(rows);
      expect(grey.filter((id) => deviating.includes(id))).toEqual([]);
    }
    await close();
  });
});

/** What is wider than the window without a scroll bar of its own. */
const overflow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    const wide = [...document.querySelectorAll('main *')].filter(
      (element) => element.getBoundingClientRect().right > most + 1 && element.closest('.scroll, pre') === null,
    );
    return wide.slice(0, 5).map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`);
  });

/**
 * By axe, the rules of WCAG 2.1 A and AA. Closed parts are opened first, so that what is in them is looked at too. It loads no style sheet
 * anew, which a page that came from a file may not.
 */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const result = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'], preload: false });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.length}: ${nodes[0]!.html.slice(0, 200)}`);
  });
}

/** From the top with the Tab key until nothing new comes: what should be met, what was, and what showed no sign of having the focus. */
async function tabThrough(page: Page): Promise<{ wanted: string[]; met: string[]; unmarked: string[] }> {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
    const visible = all.filter(
      (element) => element.checkVisibility() && !(element instanceof HTMLInputElement && element.type === 'radio' && !element.checked),
    );
    for (const [at, element] of visible.entries()) element.dataset.stop = String(at);
    // A page may begin elsewhere, as a search does in its field.
    document.body.tabIndex = -1;
    document.body.focus();
    return visible.map((element) => element.dataset.stop!);
  });
  const met: string[] = [];
  const unmarked: string[] = [];
  for (let at = 0; at < wanted.length + 20; at++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (element === null || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        name: element.dataset.stop ?? '',
        isMarked: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0,
        html: element.outerHTML.slice(0, 120),
      };
    });
    if (stop === undefined) break;
    if (!stop.isMarked) unmarked.push(stop.html);
    met.push(stop.name);
  }
  return { wanted, met, unmarked };
}
