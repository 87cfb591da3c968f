/** What the kept traces show at each of their steps are circumstances that a ledger may name. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import { circumstancesOf, circumstancesOfWaiting } from './circumstances.ts';
import { circumstanceSchema } from './circumstanceWords.ts';

const cases = fileURLToPath(new URL('../cases', import.meta.url));
const traces = ['page', 'stream', 'traffic'].flatMap((folder) =>
  readdirSync(join(cases, folder))
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => readTrace(readFileSync(join(cases, folder, name), 'utf8')).steps.map(({ step }) => step)),
);

test('every circumstance of a step of a kept trace is a word that a ledger may have', () => {
  const shown = new Set(
    traces.flatMap((steps) =>
      steps.flatMap((step, at) => [...circumstancesOf(step, steps.slice(0, at)), ...circumstancesOfWaiting(steps.slice(0, at))]),
    ),
  );
  expect(shown.size).toBeGreaterThan(30);
  expect([...shown].filter((word) => !circumstanceSchema.safeParse(word).success)).toEqual([]);
});
