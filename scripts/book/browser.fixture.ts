/** A browser for tests that look at pages as a person would: from files, with nothing asked of anybody. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';

export const chromiumPath = [process.env.WSPSEND_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

export const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens a page; what it asks of anything but a file, and what it complains of, is collected. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1280, script = true }: { width?: number; script?: boolean } = {},
) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) faults.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(address);
  return { page, faults, close: () => context.close() };
}

/** By axe, the rules of WCAG 2.1 A and AA, at three widths, light and dark; and whether the page is wider than its window. */
export async function faultsOfSight(page: Page): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate(axeSource);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { scrollWidth, clientWidth } = document.documentElement;
        const result = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], preload: false });
        return [
          ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} pixels wider than its window`] : []),
          ...result.violations.map(({ id, nodes }) => `${id}: ${nodes.length}: ${nodes[0]!.html.slice(0, 160)}`),
        ];
      });
      faults.push(...found.map((fault) => `${colorScheme} ${width}: ${fault}`));
    }
  }
  return faults;
}
