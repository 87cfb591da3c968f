/** Kept traces as tests: each is judged under every profile, and the verdict and its line are those that it was kept with. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Profile } from '../../model/clauses/profiles.ts';
import { type KeptVerdict, verdictOn } from './regressions.ts';

export function testRegressions(expected: { readonly [file: string]: { readonly [profile: string]: KeptVerdict | object } }): void {
  for (const [file, verdicts] of Object.entries(expected)) {
    test(`${file} keeps its verdicts`, () => {
      const text = readFileSync(new URL(`../regressions/${file}`, import.meta.url), 'utf8');
      for (const [profile, verdict] of Object.entries(verdicts)) expect(verdictOn(text, profile as Profile)).toEqual(verdict);
    });
  }
}
