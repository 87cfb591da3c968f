import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validated } from '../validator/validator.ts';
import { verdictsOn } from './compare.ts';

/**
 * What the two judges differed on, which of them was wrong, and in what. Each has a trace that is kept with its verdict, and on which they
 * agree by now. Nothing is left open: a difference that appears is red.
 */

interface Resolved {
  readonly trace: string;
  readonly wrong: 'oracle' | 'validator';
  readonly what: string;
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const resolved = JSON.parse(read('./resolved.json')) as readonly Resolved[];
const kept = JSON.parse(read('../cases/traffic/expected.json')) as Record<string, object>;

test.each(resolved)('$trace: the $wrong was wrong', ({ trace }) => {
  expect(kept).toHaveProperty([trace]);
  const lines = read(`../cases/traffic/${trace}`).trimEnd().split('\n');
  const both = validated.map((profile) => verdictsOn(lines, profile)).filter((verdicts) => verdicts !== undefined);
  expect(both.length).toBeGreaterThan(0);
  for (const { oracle, validator } of both) expect(oracle).toBe(validator);
});
