import { expect, test } from 'vitest';
import * as provider from '../impl/provider/provider.ts';
import { judgedClauses } from './campaign/tally.ts';
import { triedClauses } from './conformance.ts';
import { verifyProvider } from './verify.ts';

test('the provider conforms, and halfway through the campaign every clause that it is said to try was tried', async () => {
  const { verdict, clauses } = await verifyProvider(provider, { steps: 25_000 });
  expect(verdict).toBe('conforms');
  const tried = new Set<string>(clauses.filter(({ grade }) => grade === 'conforms').map(({ id }) => id));
  expect(judgedClauses.filter((id) => tried.has(id))).toEqual(triedClauses);
});
