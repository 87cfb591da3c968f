import { describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { verifyProvider } from '../verify.ts';
import { mutate } from './mutant.ts';
import { mutants } from './mutants.ts';

const steps = 20_000;

/**
 * A seed by which each fault is found within a few hundred steps, so that a run takes no longer than it must. Any other seed finds it
 * too, only later; verify:faults measures that.
 */
const seeds: Readonly<Record<string, number>> = {
  'swaps-buffers': 5,
  'writes-count-of-pending': 3,
  'writes-count-at-completion': 3,
  'never-queues-apc': 5,
  'never-completes-events': 4,
  'would-block-is-success': 3,
  'overlapped-on-nonoverlapped-sends-nothing': 4,
  'cancel-one-cancels-all': 3,
  'abort-at-close-is-not-a-socket': 6,
  'completes-before-consumed': 11,
  'blocking-returns-a-part': 1,
  'stalls-after-a-part': 31,
  'drops-a-byte': 3,
  'aborted-overcounts-in-routine': 3,
  'failure-runs-routine': 5,
  'event-set-while-pending': 6,
  'blocked-call-never-wakes': 3,
  'above-32768-out-of-order': 4,
  'drops-byte-at-wrap': 3,
  'timeout-succeeds': 3,
  'broadcast-succeeds': 4,
  'oversize-succeeds': 1,
  'unsupported-flag-succeeds': 4,
};
const seedDefault = 2;

test.each([2, 3])('the provider without a fault conforms, seed %i', async (seed) => {
  for (const profile of ['page', 'docs'] as const) {
    const report = await verifyProvider(provider, { seed, profile, steps: 5000, walks: false });
    expect(report.counterexamples[0]?.message).toBeUndefined();
    expect(report.verdict).toBe('conforms');
  }
});

test('each seed is of a fault that there is', () => {
  expect(Object.keys(seeds).filter((name) => !mutants.some((mutant) => mutant.name === name))).toEqual([]);
});

describe('a provider that', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s deviates, and by a clause that it breaks',
    async (name, mutant) => {
      const report = await verifyProvider(mutate(provider, mutant), { steps, seed: seeds[name] ?? seedDefault, walks: false });
      expect(report.verdict).toBe('deviates');
      expect(mutant.breaks).toContain(report.counterexamples[0]!.clauses[0]);
    },
  );
});
