import { expect, test } from 'vitest';
import { profiles } from '../clauses/profiles.ts';
import { decode, type EncodedTables, encode } from './encoded.ts';
import { compiledTables } from './regions.ts';
import type { Tables } from './tables.ts';

/** Everything that the tables of a profile say. */
const contents = ({ profile, ...tables }: Tables) => ({
  profile,
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { rules, ...table }]) => [
      name,
      { ...table, cells: table.states.map((_, state) => table.events.map((__, event) => rules.at(state, event))) },
    ]),
  ),
});

const text = JSON.stringify(encode(profiles.map(compiledTables)));

test.each(profiles)('the tables of %s come out of their JSON as they were compiled', (profile) => {
  expect(contents(decode(JSON.parse(text) as EncodedTables, profile))).toEqual(contents(compiledTables(profile)));
});

test('what profiles and states share is written once', () => {
  const { rules, cells, rows, guards, names } = JSON.parse(text) as EncodedTables;
  for (const list of [rules, cells, rows, guards, names]) expect(new Set(list.map((one) => JSON.stringify(one))).size).toBe(list.length);
  expect(text.length).toBeLessThan(50_000);
});
