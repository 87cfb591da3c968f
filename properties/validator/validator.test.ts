import { expect, test } from 'vitest';
import { compare } from '../differences/compare.ts';
import { validated } from './validator.ts';

const isLong = process.env.WSPSEND_LONG !== undefined;
test.each(validated)('the validator agrees with the oracle on random short traces, played and walked: %s', (profile) => {
  const { accepted, rejected, differences } = compare(profile, isLong ? 100_000 : 1000, 1);
  expect(differences).toEqual([]);
  expect(Math.min(accepted, rejected)).toBeGreaterThan(200);
});
