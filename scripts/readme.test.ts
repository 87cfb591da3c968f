/** What the README shows is what the commands print, and what it counts is what there is. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { register } from '../model/clauses/register.ts';
import { rulings } from '../model/clauses/rulings.ts';
import { judgeText } from '../model/judge/judge.ts';
import { questions } from '../model/questions/questions.ts';
import type { MutantFile } from '../properties/catalogue/recorded.ts';
import type { VectorFile } from '../properties/vectors/vector.ts';
import { packageFile } from './cli/packageFiles.ts';
import { judgementText } from './report/judgement.ts';
import { coloursOf } from './report/terminal.ts';

const readme = readFileSync(packageFile('README.md'), 'utf8');
const read = <T>(name: string): T => JSON.parse(readFileSync(packageFile(`generated/${name}.json`), 'utf8')) as T;

/** The traces that it gives to `wspsend check`, with the profile. */
const checked = [...readme.matchAll(/npx wspsend check (?:--profile (\w+) )?- <<'END'\n([\s\S]*?)END\n/g)].map(
  ([, profile = 'page', trace]) => ({ profile: profile as 'page' | 'docs' | 'msafd', trace: trace! }),
);

test('the verdict at its top is the one that its last trace gets', () => {
  const { profile, trace } = checked.at(-1)!;
  const shown = /```text\n([\s\S]*?)\n```/.exec(readme)![1];
  expect(judgementText('-', profile, judgeText(trace, profile), coloursOf({}))).toBe(shown);
});

test('its other traces get the verdicts that it says', () => {
  expect(checked.map(({ profile, trace }) => judgeText(trace, profile).verdict)).toEqual(['rejected', 'accepted', 'rejected']);
});

test('its numbers are those of the sources', () => {
  const modelled = register.filter(({ status }) => status.is === 'modelled').length;
  const { vectors } = read<VectorFile>('vectors');
  const killed = read<MutantFile>('mutants').mutants.filter((mutant) => mutant.killed !== undefined);
  const text = readme.replaceAll(/\s+/g, ' ');
  expect(text).toContain(`${register.length} clauses, ${modelled} of them modelled; ${rulings.length} rulings settle`);
  expect(text).toContain(`${vectors.length} kept vectors show and break them, ${killed.length} mutants`);
  expect(text).toContain(`${questions.length} questions are answered by traces`);
});
