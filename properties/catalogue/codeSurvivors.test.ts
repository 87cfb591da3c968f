import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keptFile } from './catalogue.ts';

/** Each mutant of our own code that is known to live has a reason, and the line that it changes is still there. */

interface Entry {
  readonly file: string;
  readonly line: string;
  readonly change: string;
  readonly why: string;
}

const entries = JSON.parse(readFileSync(keptFile('properties/catalogue/codeSurvivors.json'), 'utf8')) as readonly Entry[];

test('each mutant that is known to live has a reason, and its line is there', () => {
  const wrong = entries.filter(({ file, line, why }) => why.length < 20 || !readFileSync(keptFile(file), 'utf8').includes(line));
  expect(wrong, 'Look at it again by `npm run mutants:code -- --file FILE`, or take it out').toEqual([]);
  const keys = entries.map(({ file, line, change }) => `${file} ${line} ${change}`);
  expect(new Set(keys).size).toBe(keys.length);
});
