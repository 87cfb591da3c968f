/** How the command line ends for a shell: a process of its own, with a signal or a reader that goes away. */

import { describe, expect, test } from 'vitest';
import { commandLine, traces } from './commandLine.fixture.ts';

const { start, wspsend, interrupted } = commandLine();

describe.concurrent('the exit code that a shell gets', () => {
  test.each<[code: number, words: string, says: RegExp]>([
    [0, '', /Start here:/],
    [1, 'check good.ndjson rejected.ndjson good.ndjson', /accepted.*rejected.*accepted/s],
    [0, 'explore --slice smallest', /^\d+ states, \d+ transitions: slice smallest, profile page\nbounds: 2 operations, 1 units/],
    [0, 'verify --no-walks --steps 200', /^the ring provider of this package conforms/],
    [
      1,
      'verify --no-walks --steps 60 --min-clauses 75 --min-steps 9000',
      /far\s+enough[\s\S]*at least 75 clauses[\s\S]*at least 9,000 steps/,
    ],
    [0, 'schema report', /"title": "report\/2"/],
  ])('is %i for wspsend %s', async (code, words, says) => {
    const ran = await wspsend(words.split(' ').filter(Boolean));
    expect(ran.out + ran.err).toMatch(says);
    expect(ran.code).toBe(code);
  });

  test('is 130 after SIGINT', async () => {
    const child = start(['check', 'good.ndjson', '-']);
    // The first verdict shows that the program runs and now waits for its input.
    child.stdout.once('data', () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
  });

  test.each([
    ['an exploration', ['explore', '--slice', 'stream']],
    ['a verification', ['verify', '--steps', '100000000']],
  ])('is 130 after SIGINT in the middle of %s', async (_, words) => {
    expect(await interrupted(words)).toBe(130);
  });

  test('is 130 after SIGINT even when a provider never returns', async () => {
    expect(await interrupted(['verify', '--provider', './never-returns.mjs'])).toBe(130);
  });

  test('is that of the verdict even when nobody reads the output to its end', async () => {
    const child = start(['check', 'rejected.ndjson', 'rejected.ndjson', '-']);
    child.stdout.once('data', () => {
      child.stdout.destroy();
      child.stdin.end(traces['malformed.ndjson']);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(2);
  });
});
