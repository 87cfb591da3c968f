import { expect, test } from 'vitest';
import { allKept, keptRule, ruleFile } from '../catalogue/kept.ts';
import { compare } from '../differences/compare.ts';
import { type Profile, validate } from './validator.ts';

const isLong = process.env.WSPSEND_LONG !== undefined;
const profiles: readonly Profile[] = ['page', 'docs', 'msafd'];

test.each(profiles)('the validator comes to the verdicts stated for every kept trace that it decides: %s', (profile) => {
  const wrong: string[] = [];
  const decided = { accepted: 0, rejected: 0 };
  for (const { name, header, steps, stated: all } of [...allKept(), ...ruleFile().traces.flatMap(keptRule)]) {
    const stated = all[profile];
    const found = stated === undefined ? undefined : validate(profile, header, steps);
    if (stated === undefined || found === undefined || found.verdict === 'undecided') continue;
    decided[found.verdict]++;
    const line = found.verdict === 'rejected' ? found.line : undefined;
    if (found.verdict !== stated.verdict || (stated.line !== undefined && stated.line !== line))
      wrong.push(JSON.stringify({ name, stated, found }));
  }
  expect(wrong).toEqual([]);
  expect(Math.min(decided.accepted, decided.rejected)).toBeGreaterThan(700);
});

test.each(profiles)('the validator agrees with the oracle on random short traces, played and walked: %s', (profile) => {
  const { accepted, rejected, differences } = compare(profile, isLong ? 100_000 : 1000, 1);
  expect(differences).toEqual([]);
  expect(Math.min(accepted, rejected)).toBeGreaterThan(200);
});
