import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../cli/packageFiles.ts';

const built = packageFile('.build/scripts/measure/steady/heap.js');

interface Measured {
  readonly what: string;
  readonly times: number;
  readonly allocated: number;
  readonly left: number;
}

/**
 * Bytes for an operation on the average; the least object has 12. A message that wraps is cut by views of it, once a lap of the ring,
 * which is 2 bytes for each of these operations.
 */
const allocatedMax = 4;

// A heap of its own: what the tests' own machinery allocates meanwhile is not in it. A young generation of 64 MiB (semi-spaces of that
// size) is collected late, so that one object for each operation, 12 bytes at the least, shows whether it is collected or not.
test.skipIf(!existsSync(built))('in steady state neither the rings nor WSPSend allocate for an operation', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', built],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  const measured = JSON.parse(stdout) as Measured[];
  expect(measured.length).toBeGreaterThan(0);
  for (const { what, times, allocated, left } of measured) {
    expect(allocated / times, `${what}: bytes allocated for an operation`).toBeLessThan(allocatedMax);
    expect(left / times, `${what}: bytes left by an operation`).toBeLessThan(0.5);
  }
});
