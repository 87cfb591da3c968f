import { expect, test } from 'vitest';
import { againstOracle, vectorsOf } from './generate.ts';
import { type Vector, vectorSchema } from './vector.ts';

const made = [...vectorsOf({ slice: 'smallest', bounds: { operations: 2, units: 1, length: 2, spare: 14 }, most: 300 })];

test('vectors are as their schema says, and each is another', () => {
  for (const vector of made) expect(vectorSchema.safeParse(vector).success).toBe(true);
  expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
  expect(new Set(made.map(({ result }) => result))).toEqual(new Set(['valid', 'invalid', 'acceptable']));
});

test('the same model gives the same vectors', () => {
  const again = vectorsOf({ slice: 'smallest', bounds: { operations: 2, units: 1, length: 2, spare: 14 }, most: 300 });
  expect([...again]).toEqual(made);
});

test('an invalid vector names the clauses that its last step breaks, and its steps before it are permitted', () => {
  const invalid = made.filter(({ result }) => result === 'invalid');
  for (const { profiles, steps, breaks } of invalid.filter((vector) => vector.profiles.page.line === vector.steps.length + 1)) {
    expect(breaks.length).toBeGreaterThan(0);
    expect(profiles.page.line).toBe(steps.length + 1);
  }
});

test('a verdict that the oracle does not share is noticed', () => {
  const valid = made.find(({ result }) => result === 'valid') as Vector;
  const wrong = { ...valid, profiles: { ...valid.profiles, docs: { verdict: 'rejected' as const, line: 3 } } };
  expect(againstOracle(wrong).text).toMatch(/under docs the oracle accepts it, the model rejects line 3/);
});
