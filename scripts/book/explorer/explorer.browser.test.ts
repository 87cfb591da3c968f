/** The explorer and the view of the set in a browser. It takes a Chromium and most of a minute: `npm run test:book`, and every night. */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../cli/packageFiles.ts';
import { tracePage } from '../../cli/tracePage.ts';
import { chromiumPath, faultsOfSight, openPage } from '../browser.fixture.ts';
import { bundle } from '../frame/bundle.ts';
import { assetPath, styleSource } from '../frame/layout.tsx';
import { renderPage } from '../frame/render.tsx';
import { exampleTrace } from '../set/example.ts';
import { setPages } from '../set/page.tsx';
import { explorerPages } from './page.tsx';
import { traceFragment } from './traceFragment.ts';

const isAsked = process.env.WSPSEND_LONG === '1';
/** Of a script, compressed, before an editor. */
const bytesMax = 120_000;

describe.skipIf(!isAsked || chromiumPath === undefined)('in a browser, from a file', () => {
  const out = mkdtempSync(join(tmpdir(), 'wspsend-explorer-'));
  const address = (path: string): string => pathToFileURL(join(out, path)).href;
  let browser: Browser;

  beforeAll(async () => {
    // Without the rest of the book, which takes its time: links to it lead nowhere here.
    mkdirSync(join(out, 'assets'));
    const pages = [...explorerPages(), ...setPages()];
    for (const page of pages) writeFileSync(join(out, page.path), renderPage(page, '0.0.0'));
    for (const style of [styleSource, ...pages.flatMap((page) => page.styles!)])
      copyFileSync(packageFile(style), join(out, assetPath(style)));
    for (const page of pages) await bundle(page.script!, packageFile('.'), out);
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(out, { recursive: true, force: true });
  });

  /** On a machine that has other work too. */
  const soon = <T>(get: () => T) => expect.poll(get, { timeout: 60_000 });
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
  const here = (page: Page) => page.locator('.moment[aria-current]').textContent();

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

  test.each(['explorer.js', 'set.js'])('%s is within its budget', (name) => {
    expect(gzipSync(readFileSync(join(out, 'assets', name)), { level: 9 }).length).toBeLessThan(bytesMax);
  });

  test('a step is taken, a forbidden one says why, and what came after stays when somebody goes back', async () => {
    const { page, faults, close } = await openPage(browser, address('explorer.html'));
    await press(page, 'WSA_IO_PENDING');
    expect(await here(page)).toContain('WSA_IO_PENDING');
    expect(await page.locator('.things .changed').count()).toBeGreaterThan(0);
    await press(page, /forbidden: WSAECONNRESET/);
    expect(await page.locator('.why').textContent()).toMatch(/WSAECONNRESET:1.*permitted only if.*the peer reset the connection/s);
    await press(page, '← Back');
    expect(await here(page)).toContain('WSPConnect');
    await press(page, 'success, 10 bytes');
    expect(await page.locator('.branch .moment').count()).toBe(1);
    await page.locator('.branch .moment').click();
    expect(await here(page)).toMatch(/0, 10 bytes|WSA_IO_PENDING/);
    expect(faults).toEqual([]);
    await close();
  });

  test('a position is a link, and the browser’s Back loses nothing', async () => {
    const { page, close } = await openPage(browser, address('explorer.html'));
    await press(page, 'WSA_IO_PENDING');
    await press(page, 'the peer resets the connection');
    await page.waitForFunction(() => location.hash.length > 10);
    const [link, moment] = [page.url(), await here(page)];
    await page.goBack();
    await soon(() => here(page)).toContain('WSA_IO_PENDING');
    expect(await page.locator('.moment').count()).toBe(5);
    const other = await openPage(browser, link);
    await soon(() => here(other.page)).toBe(moment);
    expect(await other.page.locator('.moment').count()).toBe(5);
    await other.close();
    await close();
  });

  test('what is eager happens at once', async () => {
    const { page, close } = await openPage(browser, address('explorer.html'));
    for (const name of ['The transport takes bytes at once', 'The peer reads at once', 'Effects arrive at once'])
      await page.getByLabel(name).check();
    await press(page, 'WSA_IO_PENDING');
    await soon(() => here(page)).toBe('settle');
    expect(await page.getByLabel('Operation o1').textContent()).toContain('is complete: success, 10 bytes');
    await close();
  });

  test('by the keyboard alone a step is taken and taken back', async () => {
    const { page, close } = await openPage(browser, address('explorer.html'));
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press('Tab');
        const name = await page.evaluate(() => document.activeElement?.textContent ?? '');
        if (wanted.test(name)) return;
      }
      throw new Error(`The Tab key must come to ${String(wanted)}: it did not`);
    };
    await tabTo(/^✓ WSA_IO_PENDING/);
    await page.keyboard.press('Enter');
    await soon(() => here(page)).toContain('WSA_IO_PENDING');
    // What was pressed is another outcome of another operation now.
    await soon(() => focused(page)).toBe('choices-title');
    await page.keyboard.press('Home');
    await page.locator('h1').click();
    await tabTo(/Back/);
    await page.keyboard.press('Space');
    await soon(() => here(page)).toContain('WSPConnect');
    await close();
  });

  test('a trace is taken along, and the text that is shown is what is copied', async () => {
    const { page, close } = await openPage(browser, address('explorer.html'));
    for (const [name, says] of [
      ['As a trace', '"wspsend":"trace/1"'],
      ['As a vitest test', "from 'wspsend/model'"],
      ['As C', '#include <winsock2.h>'],
    ] as const) {
      await press(page, name);
      expect(await page.locator('dialog textarea').inputValue()).toContain(says);
      await press(page, 'Copy');
      await soon(() => page.locator('dialog [role=status]').textContent()).not.toBe('');
      await press(page, 'Close');
    }
    await close();
  });

  test('the explorer with a position drawn has no fault of accessibility at three widths, light and dark', async () => {
    const { page, faults, close } = await openPage(browser, address('explorer.html'));
    await press(page, 'WSA_IO_PENDING');
    await press(page, 'the peer resets the connection');
    await press(page, /forbidden: WSAEFAULT/);
    expect(await faultsOfSight(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('a link of another page opens a trace, and one that is cut off says so', async () => {
    const whole = await openPage(browser, `${address('explorer.html')}#${traceFragment(exampleTrace, 'docs')}`);
    await soon(() => whole.page.locator('.notice').textContent()).toContain('Forbidden: peer of A: received [[10, 5]]');
    await whole.close();
    const cut = await openPage(browser, `${address('explorer.html')}#s=AAAA`);
    await soon(() => cut.page.locator('.notice').textContent()).toContain('The link must be whole');
    await cut.close();
  });

  test('the set: the first wrong step is shown with what each way would have needed, without a fault of accessibility', async () => {
    const { page, faults, close } = await openPage(browser, address('set.html'));
    await press(page, 'Show an example');
    await expect
      .poll(() => page.locator('.detail').textContent())
      .toMatch(/In that case this would have been needed: received \[\[10, 4\]\]/);
    expect(await page.locator('.steps tr.wrong').count()).toBe(1);
    expect(await focused(page)).toBe('verdict');
    await page.locator('.steps').focus();
    await page.keyboard.press('ArrowUp');
    await soon(() => page.locator('.detail h2').textContent()).toContain('Line 10');
    expect(await faultsOfSight(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('a trace of 10,000 steps is drawn where somebody looks, and nowhere else', async () => {
    const { page, faults, close } = await openPage(browser, address('set.html'));
    const lines: object[] = [
      { wspsend: 'trace/1' },
      { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
      { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    ];
    for (let i = 0; i < 3333; i++) {
      const [overlapped, fill] = [`o${i}`, (i * 10) % 251];
      lines.push({
        call: 'WSPSend',
        socket: 'A',
        buffers: [10],
        fill,
        overlapped,
        event: true,
        returns: { rc: -1, errno: 'WSA_IO_PENDING' },
      });
      lines.push({ peer: 'recv', socket: 'A', runs: [[fill, 10]] }, { poll: 'event', overlapped, signalled: true });
    }
    const file = join(out, 'long.ndjson');
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('10001 steps').waitFor({ timeout: 60_000 });
    // While the judge looks into the trace the page answers: a frame comes between two keys.
    await page.locator('.steps').focus();
    for (const key of ['End', 'PageUp', 'Home', 'End']) await page.keyboard.press(key);
    await soon(() => page.locator('.detail h2').textContent()).toContain('Line 10002');
    await soon(() => page.locator('.detail .subject').count()).toBeGreaterThan(0);
    expect(await page.locator('.steps tbody tr').count()).toBeLessThan(80);
    expect(faults).toEqual([]);
    await close();
  }, 180_000);

  test('the page of one trace stands alone in its file', async () => {
    const file = join(out, 'one.html');
    writeFileSync(file, tracePage({ text: exampleTrace, profile: 'docs', name: '</script><b>odd</b>.ndjson' }));
    const { page, faults, close } = await openPage(browser, pathToFileURL(file).href);
    await soon(() => page.locator('.detail').textContent()).toContain('In that case this would');
    expect(await page.locator('main code').first().textContent()).toBe('</script><b>odd</b>.ndjson');
    expect(await page.locator('a[href]').count()).toBe(0);
    expect(await faultsOfSight(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
