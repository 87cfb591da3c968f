import { expect, test } from 'vitest';
import { allKept, keptRule, ruleFile } from '../catalogue/kept.ts';
import { validate, validated } from './validator.ts';

test.each(validated)('the validator comes to the verdicts stated for every kept trace that it decides: %s', (profile) => {
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
