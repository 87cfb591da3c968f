/** Much of each slice; the whole of each is compared by npm run compare:xstate. */

import { describe, expect, test } from 'vitest';
import { profiles } from '../clauses/profiles.ts';
import { leastBoundsOf, type SliceName, slices } from '../product/slices.ts';
import { compareWithXState } from './equal.ts';
import { count } from './explore.ts';

const sliceNames = Object.keys(slices) as SliceName[];

describe.each(profiles)('under %s', (profile) => {
  test.each(sliceNames)('the compiled product is the XState machine on every step from the first 400 states of %s', (name) => {
    const bounds = leastBoundsOf(name);
    const comparison = compareWithXState({ slice: slices[name], bounds, profile, comparedMax: 400 });
    expect(comparison.difference).toBeUndefined();
    if (!comparison.isWhole) return;
    const { states, transitions } = count({ slice: slices[name], bounds, profile });
    expect([comparison.states, comparison.permitted]).toEqual([states, transitions]);
  });
});
