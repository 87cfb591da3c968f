import { expect, test } from 'vitest';
import { profiles } from '../../model/clauses/profiles.ts';
import { differsAt, oracles, saidBy } from './judging.ts';
import { keptRule, ruleFile } from './kept.ts';

/** The oracle says of each trace of a rule what is stated with it. */

// Each is read within its test, so that what is wrong with the reader shows there.
test.each(ruleFile().traces)('$id says what it states', (trace) => {
  const [kept] = keptRule(trace);
  expect(kept, 'must be well-formed').toBeDefined();
  for (const profile of profiles) {
    const said = saidBy(oracles, profile, kept!);
    expect(differsAt(said, kept!.stated[profile]!, kept!.steps), `${profile}: ${JSON.stringify(said)}`).toBeUndefined();
  }
});
