import { expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { verifyProvider } from '../verify.ts';

/** Those that have a fault are accused in the catalogue. */
test.each([2, 3])('the provider without a fault conforms, seed %i', async (seed) => {
  for (const profile of ['page', 'docs'] as const) {
    const report = await verifyProvider(provider, { seed, profile, steps: 5000, walks: false });
    expect(report.counterexamples[0]?.message).toBeUndefined();
    expect(report.verdict).toBe('conforms');
  }
});
