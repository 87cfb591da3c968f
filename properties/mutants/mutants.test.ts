import { describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { verifyProvider } from '../verify.ts';
import { mutate } from './mutant.ts';
import { mutants } from './mutants.ts';

const steps = 20_000;

test.each([2, 3])('the provider without a fault conforms, seed %i', async (seed) => {
  for (const profile of ['page', 'docs'] as const) {
    const report = await verifyProvider(provider, { seed, profile, steps: 5000, walks: false });
    expect(report.counterexamples[0]?.message).toBeUndefined();
    expect(report.verdict).toBe('conforms');
  }
});

describe('a provider that', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s deviates, and by a clause that it breaks',
    async (_name, mutant) => {
      const report = await verifyProvider(mutate(provider, mutant), { steps, walks: false });
      expect(report.verdict).toBe('deviates');
      expect(mutant.breaks).toEqual(expect.arrayContaining([report.counterexamples[0]!.clauses[0] ?? mutant.breaks[0]]));
    },
  );
});
