import { expect, test } from 'vitest';
import * as ours from '../../impl/provider/provider.ts';
import { isFailing } from '../../properties/campaign/caseResult.ts';
import { providerImplementation } from '../../properties/harness/implementation.ts';
import { mutate } from '../../properties/mutants/mutant.ts';
import { mutants } from '../../properties/mutants/mutants.ts';
import { verify } from '../../properties/verification/verification.ts';

const faults = [
  'first-buffer-only',
  'swaps-buffers',
  'count-accumulates',
  'drops-a-byte',
  'ignores-shutdown',
  'would-block-is-success',
  'queues-apc-twice',
  'never-completes-events',
];

/** A case is over in a few milliseconds, so that this many take far less than the second that a person waits. */
const stepsMax = 2000;

test.each(faults)('--watch meets %s before anything is made shorter, and soon', async (name) => {
  let steps = 0;
  let hasFailed = false;
  const fault = mutants.find((mutant) => mutant.name === name)!;
  await verify([providerImplementation(mutate(ours, fault))], {
    walks: false,
    steps: stepsMax,
    onCase: (result) => {
      if (hasFailed) return;
      steps += result.trace.length;
      hasFailed = isFailing(result);
    },
    // Nothing is made shorter: once the first failure is met every deadline has passed.
    now: () => (hasFailed ? Number.POSITIVE_INFINITY : 0),
    budgetSeconds: 1000,
  });
  expect(hasFailed).toBe(true);
  expect(steps).toBeLessThan(stepsMax);
});
