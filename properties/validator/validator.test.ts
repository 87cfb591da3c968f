import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import { compare } from '../differences/compare.ts';
import { type Profile, validate } from './validator.ts';

const isLong = process.env.WSPSEND_LONG !== undefined;
const profiles: readonly Profile[] = ['page', 'docs', 'msafd'];

type Stated = { verdict: string; line?: number };
type Expected = Record<string, Stated & { except?: Partial<Record<Profile, Stated>> }>;

const cases = new URL('../cases/', import.meta.url);
/** What is kept for its length, or was recorded of a program, is beyond the bounds. */
const beyond = ['cost', 'recorded'];
const chapters = readdirSync(cases).filter((name) => !beyond.includes(name) && existsSync(new URL(`${name}/expected.json`, cases)));

describe('The validator', () => {
  test.each(chapters)('comes to the verdicts stated for the hand-written traces: %s', (chapter) => {
    const expected = JSON.parse(readFileSync(new URL(`${chapter}/expected.json`, cases), 'utf8')) as Expected;
    const wrong: string[] = [];
    let decided = 0;
    for (const [file, verdicts] of Object.entries(expected)) {
      const { header, steps } = readTrace(readFileSync(new URL(`${chapter}/${file}`, cases), 'utf8'));
      for (const profile of profiles) {
        const stated = verdicts.except?.[profile] ?? verdicts;
        if (header === undefined || !/^(accepted|rejected)$/.test(stated.verdict)) continue;
        const found = validate(profile, header, steps);
        if (found.verdict === 'undecided') continue;
        decided++;
        const line = found.verdict === 'rejected' ? found.line : undefined;
        const agrees = found.verdict === stated.verdict && (stated.line === undefined || stated.line === line);
        if (!agrees) wrong.push(`${file} ${profile}: ${JSON.stringify({ stated, found })}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(decided).toBeGreaterThan(chapter === 'traffic' ? 100 : 1000);
  });

  test.each(profiles)('agrees with the oracle on random short traces: %s', (profile) => {
    const { accepted, rejected, differences } = compare(profile, isLong ? 30_000 : 250, 1);
    expect(differences).toEqual([]);
    expect(Math.min(accepted, rejected)).toBeGreaterThan(40);
  });
});
