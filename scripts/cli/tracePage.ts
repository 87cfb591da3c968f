/** The view of the set for one trace, as one file with nothing to install: its script, its style and the trace are inside. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Profile } from '../../model/clauses/profiles.ts';
import { UnusableInput } from './exit.ts';
import { packageFile } from './packageFiles.ts';

/** The page without a trace. The package has it; in a checkout it is made when it is first asked for, which takes the bundler. */
export const traceTemplate = '.build/package/tracePage.html';
const maker = '.build/scripts/book/set/makeTracePage.js';
/** Where the trace goes. */
export const embeddedMark = '<!--the trace-->';

export interface EmbeddedTrace {
  readonly text: string;
  readonly profile: Profile;
  /** Of the file. */
  readonly name: string;
}

export function tracePage(trace: EmbeddedTrace): string {
  const path = packageFile(traceTemplate);
  if (!existsSync(path)) {
    if (!existsSync(packageFile(maker)))
      throw new UnusableInput(`--html needs ${traceTemplate}, which the package holds: install it anew.`);
    execFileSync(process.execPath, [packageFile(maker)], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  // No text of a trace may end the element that holds it.
  const json = JSON.stringify(trace).replaceAll('<', '\\u003c');
  return readFileSync(path, 'utf8').replace(embeddedMark, () => `<script type="application/json" id="embedded">${json}</script>`);
}
