import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keptFile } from './catalogue.ts';

/** Each mutant of our own code that is known to live has a reason, and the line that it changes is still there. */

interface Entry {
  readonly file: string;
  readonly line: string;
  readonly change: string;
  readonly why: string;
  /** No change that Stryker makes: somebody made it. */
  readonly by?: 'hand';
}

const entries = JSON.parse(readFileSync(keptFile('properties/catalogue/codeSurvivors.json'), 'utf8')) as readonly Entry[];

test('each mutant that is known to live has a reason, and its line is there', () => {
  const wrong = entries.filter(({ file, line, why }) => why.length < 20 || !readFileSync(keptFile(file), 'utf8').includes(line));
  expect(wrong, 'Look at it again by `npm run mutants:code -- --file FILE`, or take it out').toEqual([]);
  const keys = entries.map(({ file, line, change }) => `${file} ${line} ${change}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('what the last run found of a file counts as many with a reason as have one', () => {
  const strykers = entries.filter(({ by }) => by === undefined);
  const found = JSON.parse(readFileSync(keptFile('properties/catalogue/codeStanding.json'), 'utf8')) as Record<
    string,
    { justified: number }
  >;
  for (const [file, { justified }] of Object.entries(found)) {
    // Several mutants of a line may be one change.
    expect(justified, file).toBeGreaterThanOrEqual(strykers.filter((entry) => entry.file === file).length);
    expect(() => readFileSync(keptFile(file), 'utf8'), file).not.toThrow();
  }
  for (const { file } of strykers) expect(Object.keys(found)).toContain(file);
});
