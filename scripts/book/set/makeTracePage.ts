/** Makes the page of one trace, without the trace, which the package holds: where the package is used there is no bundler. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFile } from '../../cli/packageFiles.ts';
import { embeddedMark, traceTemplate } from '../../cli/tracePage.ts';
import { bundle } from '../frame/bundle.ts';
import { assetPath, styleSource, toolStyle } from '../frame/layout.tsx';

const source = 'scripts/book/set/set.tsx';

async function made(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wspsend-page-'));
  try {
    await bundle(source, packageFile('.'), folder);
    const script = readFileSync(join(folder, assetPath(source)), 'utf8').replaceAll('</script', '<\\/script');
    const style = [styleSource, toolStyle, 'scripts/book/set/set.css'].map((path) => readFileSync(packageFile(path), 'utf8')).join('\n');
    return [
      '<!doctype html>',
      '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="color-scheme" content="light dark"><title>What was possible at each step · wspsend</title>',
      `<style>${style}</style></head><body class="wide"><main id="main" tabindex="-1">`,
      '<h1>What was possible at each step</h1>',
      '<div id="set"><p>This page needs JavaScript, which is off in this browser.</p></div></main>',
      embeddedMark,
      `<script>${script}</script></body></html>\n`,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const to = packageFile(traceTemplate);
mkdirSync(dirname(to), { recursive: true });
writeFileSync(to, await made());
