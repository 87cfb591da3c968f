import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

const built = new URL('../../.build/model/oracle/oracle.js', import.meta.url);

/** Fails at the first module whose address has the word. */
const hooks = (word: string): string => `
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  if (found.url.includes('/node_modules/${word}/')) throw new Error('loaded: ' + found.url);
  return found;
}`;

const loadWithout = (word: string) => {
  const program = `
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks(word))}));
const { Oracle } = await import(${JSON.stringify(built.href)});
process.stdout.write(typeof new Oracle('page').step);`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
};

test('a program that imports the oracle does not load XState', () => {
  expect(existsSync(built), 'Run npm run build first').toBe(true);
  const { stdout, stderr } = loadWithout('xstate');
  expect(stderr).toBe('');
  expect(stdout).toBe('function');
});
