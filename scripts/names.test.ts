/** One name, one thing: no two files export something of the same name. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';

/** Names that are declared more than once all the same, and why. One that no longer is has to leave the list. */
const shared: Readonly<Record<string, string>> = {
  // Winsock's own words. The model and our provider each have what it says of them, and may not import each other.
  Socket: 'what the oracle knows of a socket, and the socket of our provider',
  Operation: 'what the oracle knows of an operation, and the operation of our provider',
  Thread: 'what the oracle knows of a thread, and the thread that the harness plays',
  World: 'what the oracle takes to be so, and by the interface of providers what a tester can do to one',
  settle: 'what the oracle makes of it, what our provider does, and the request for it',
  pollEvent: 'what the oracle makes of it, and the request for it',
  // Still to be renamed.
  Guard: 'of a rule, and of a line',
  Answer: 'what a call gave, and what it may give',
  Question: 'what the model is asked from outside, and what a step asks of it',
  permits: 'a rule of a machine, and the question to the model',
  follow: 'the state after an event, by the oracle and by the product',
  always: 'of a compiled rule, and of a condition',
  never: 'of a compiled rule, and of a condition',
  codeName: 'the schema of a code, and the name of one',
};

/**
 * Implementations that are not ours speak for themselves, in the words of their platform. So does the second judge, which shares nothing
 * with the first.
 */
const isCounted = (path: string): boolean =>
  /\.tsx?$/.test(path) && !/\.(?:test|fixture)\.tsx?$/.test(path) && !/^(?:impl\/foreign|properties\/validator)\//.test(path);

const declared = /^export (?:abstract |async )*(?:type|interface|class|const|let|function\*?|enum) (\w+)/gm;

test('no two files export the same name, but for those whose reason is written here', () => {
  const places = new Map<string, Set<string>>();
  for (const room of ['model', 'impl', 'properties', 'scripts']) {
    for (const found of readdirSync(packageFile(room), { recursive: true, encoding: 'utf8' })) {
      const path = posix.join(room, found.replaceAll('\\', '/'));
      if (!isCounted(path)) continue;
      for (const [, name] of readFileSync(join(packageFile('.'), path), 'utf8').matchAll(declared)) {
        places.set(name!, (places.get(name!) ?? new Set()).add(path));
      }
    }
  }
  const doubled = [...places].filter(([, files]) => files.size > 1);
  const wrong = doubled.filter(([name]) => shared[name] === undefined).map(([name, files]) => `${name}: ${[...files].join(', ')}`);
  expect(wrong, 'Find a name for each that separates the two').toEqual([]);
  const idle = Object.keys(shared).filter((name) => !doubled.some(([found]) => found === name));
  expect(idle, 'Take it from the list').toEqual([]);
});
