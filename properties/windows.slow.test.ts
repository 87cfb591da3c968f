import { expect, test } from 'vitest';
import * as windows from '../impl/provider/windows.ts';
import { verifyProvider } from './verify.ts';

// Conforming
// What:  a provider that chooses as Windows' own does conforms to msafd, so that nothing right is accused there.
// How:   the default campaign, several seeds; the same provider deviates under docs, where some of its choices are not permitted.

test.each([1, 2, 3])('our provider with the choices of Windows conforms to msafd, seed %i', async (seed) => {
  const { verdict } = await verifyProvider(windows, { profile: 'msafd', steps: 20_000, seed });
  expect(verdict).toBe('conforms');
});

test('it deviates from docs', async () => {
  expect((await verifyProvider(windows, { profile: 'docs', steps: 5000 })).verdict).toBe('deviates');
});
