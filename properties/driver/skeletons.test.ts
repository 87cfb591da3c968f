/** The drivers that a user starts from show no deviation, neither of the host nor of their own. Needs minutes, Python and a C compiler. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyDriver } from '../verify.ts';

const skeleton = (file: string): string => fileURLToPath(new URL(`../../impl/foreign/skeleton/${file}`, import.meta.url));
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const isLong = process.env.WSPSEND_LONG !== undefined;
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

const folder = mkdtempSync(join(tmpdir(), 'wspsend-skeletons-'));
afterAll(() => rmSync(folder, { recursive: true }));

const verdictOf = async (command: readonly [string, ...string[]], seed: number): Promise<unknown> => {
  const { verdict, counterexamples } = await verifyDriver({ command }, { seed, steps: 700, walks: false });
  return { seed, verdict, messages: counterexamples.map(({ message }) => message) };
};

describe.skipIf(!isLong || !has('python3'))('the skeleton in Python', () => {
  test.each(seeds)('conforms with seed %i', async (seed) => {
    expect(await verdictOf(['python3', skeleton('driver.py')], seed)).toEqual({ seed, verdict: 'conforms', messages: [] });
  });
});

describe.skipIf(!isLong || !has('cc'))('the skeleton in C', () => {
  test.each(seeds)('conforms with seed %i', async (seed) => {
    const program = join(folder, 'driver');
    if (seed === seeds[0]) execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', skeleton('driver.c'), '-o', program]);
    expect(await verdictOf([program], seed)).toEqual({ seed, verdict: 'conforms', messages: [] });
  });
});
