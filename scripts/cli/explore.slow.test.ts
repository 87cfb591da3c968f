import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { missingPrograms } from '../outside/spin.ts';
import { packageFile } from './packageFiles.ts';

const built = packageFile('.build/scripts/cli.js');
const root = packageFile('.');

/** By the built command, because a thread cannot load TypeScript. */
const explore = (...words: readonly string[]) => spawnSync(process.execPath, [built, 'explore', ...words], { cwd: root, encoding: 'utf8' });

describe.skipIf(!existsSync(built))('explore', () => {
  test('finds by three threads what Spin finds', () => {
    const words = ['--slice', 'smallest', '--operations', '4', '--units', '2', '--length', '2'];
    const { stdout, stderr } = explore(...words, '--threads', '3', '--json');
    // npm run compare:spin has this bound in its sweep.
    expect(JSON.parse(stdout), stderr).toMatchObject({ states: 105_246, transitions: 1_259_177, threads: 3 });
  });

  const least = ['--slice', 'smallest', '--operations', '1', '--units', '1', '--length', '1'];

  test('says how far it came where there is no more room, and what goes on from there', () => {
    // By more threads it may notice earlier.
    const { status, stderr } = explore(...least, '--states', '10', '--threads', '1');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /must stay within 10 states: 40 were found, and \d+ of them have \d+ transitions\. Choose smaller bounds, or let Spin/,
    );
  });

  test.skipIf(missingPrograms().length > 0)('names a line that a shell runs, and by which Spin finds the rest', () => {
    const line = explore(...least, '--states', '10')
      .stderr.split('\n')
      .find((text) => text.startsWith('d=$(mktemp'));
    const { stdout, stderr } = spawnSync('sh', ['-c', line!], { cwd: root, encoding: 'utf8' });
    expect(stdout, stderr).toMatch(/Bit statespace search/);
    expect(stdout).toMatch(/^\s*40 states, stored/m);
  });
});
