import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isAccused, type KilledByRequests } from './accused.ts';
import {
  catalogue,
  citationMutants,
  citationsPath,
  isKilled,
  judgeMutants,
  keptFile,
  mutantFile,
  mutantsPath,
  thinClauses,
} from './catalogue.ts';
import type { JudgeMutant } from './judgeMutants.ts';
import { isByRequests, type Recorded } from './recorded.ts';
import { handWritten } from './refusalMutants.ts';
import { justified } from './survivors.ts';
import { driverSuspects, providerSuspects } from './suspects.ts';

/**
 * The catalogue is as it is recorded, and every record kills. Here each mutant meets its recorded killer alone; `npm run mutants` looks for
 * killers among all kept traces, and for cases of the campaign.
 */

const run = 'Run `npm run mutants` and review the difference';
const { mutants } = mutantFile(mutantsPath);
const citations = mutantFile(citationsPath).mutants;

const plain = ({ name, fault, clauses, seenIn }: Recorded) => ({ name, fault, clauses, seenIn });

test.each([
  [mutantsPath, mutants, catalogue()],
  [citationsPath, citations, citationMutants().map(({ name, fault, clauses }): Recorded => ({ name, fault, clauses }))],
] as const)('%s records every mutant, each by a name of its own', (_, recorded, made) => {
  expect(recorded.map(plain), run).toEqual(made.map(plain));
  expect(new Set(made.map(({ name }) => name)).size).toBe(made.length);
});

test.each([
  ['of the judge', mutants, judgeMutants()],
  ['of citations', citations, citationMutants()],
] as const)('the mutants %s die by what is recorded, after as many steps', (_, recorded, made) => {
  const byName = new Map<string, JudgeMutant>(made.map((mutant) => [mutant.name, mutant]));
  const alive = recorded.filter(({ name, killed }) => {
    const mutant = byName.get(name);
    return mutant !== undefined && killed !== undefined && !isByRequests(killed) && !isKilled(mutant, killed);
  });
  expect(alive.map(plain), run).toEqual([]);
});

const killsOf = (names: Iterable<string>): [string, KilledByRequests][] => {
  const all = new Map(mutants.map(({ name, killed }) => [name, killed]));
  return [...names].flatMap((name): [string, KilledByRequests][] => {
    const killed = all.get(name);
    return killed !== undefined && isByRequests(killed) ? [[name, killed]] : [];
  });
};

test('every faulty provider is accused by what is recorded', async () => {
  const alive: string[] = [];
  for (const [name, killed] of killsOf(providerSuspects.keys())) {
    if (!(await isAccused(providerSuspects.get(name)!(), killed))) alive.push(name);
  }
  expect(alive, run).toEqual([]);
});

// Each of them is a process.
test.runIf(process.env.WSPSEND_LONG)('every faulty driver is accused by what is recorded', async () => {
  const alive: string[] = [];
  for (const [name, killed] of killsOf(driverSuspects.keys())) {
    const suspect = driverSuspects.get(name)!();
    if (!(await isAccused(suspect, killed))) alive.push(name);
    await suspect.implementation.close();
  }
  expect(alive, run).toEqual([]);
});

describe('of what survives', () => {
  const alive = (recorded: readonly Recorded[]): string[] => recorded.flatMap(({ name, killed }) => (killed === undefined ? [name] : []));

  test('each is justified, and nothing else is', () => {
    const all = [...alive(mutants), ...alive(citations)];
    expect(
      all.filter((name) => justified(name) === undefined),
      'Kill it, or say in survivors.ts why nothing can',
    ).toEqual([]);
  });

  test('at most one citation in twenty is', () => {
    expect(alive(citations).length).toBeLessThanOrEqual(citations.length / 20);
  });

  test('no faulty provider or driver is', () => {
    expect(mutants.filter(({ fault, killed }) => /provider|driver/.test(fault) && killed === undefined).map(plain)).toEqual([]);
  });
});

test('every refusal that the oracle writes by hand has mutants', () => {
  const folder = keptFile('model/oracle/');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const sites = sources.flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/\brefusal\(/g)]);
  expect(sites.length, 'Add it to refusalMutants.ts').toBe(handWritten.length);
});

test('every modelled clause has enough of them', () => {
  expect(thinClauses(mutants)).toEqual([]);
});
