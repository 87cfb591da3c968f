import { describe, expect, test } from 'vitest';
import { type Profile, profiles } from '../clauses/profiles.ts';
import { asserted, lookup, type Table } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import { type MachineName, machines, ruleByXState } from '../machines/interpreted.ts';
import { smallestBounds } from '../product/labels.ts';
import { factsFor } from '../product/questions.ts';
import { leastBoundsOf, type SliceName, slices } from '../product/slices.ts';
import { compareWithXState } from './equal.ts';
import { count, explore, type Graph, StatesExhausted } from './explore.ts';
import { setsOf } from './factSets.fixture.ts';
import { added, allocatePlaces, PlaceTable, unplaced } from './placeTable.ts';
import { postmanOptimum } from './postman.ts';
import { StateTable } from './stateTable.ts';
import { pairTour, tour, transitionTour } from './tours.ts';

const oneOperation = { operations: 1, units: 1, length: 1 };
const sliceNames = Object.keys(slices) as SliceName[];
const components = Object.keys(machines) as MachineName[];
const tableOf = (name: MachineName, profile: Profile): Table => tablesOf(profile)[name] as unknown as Table;

/** Pseudo-random sets of facts, from a fixed start. */
function randomSets(facts: readonly string[]): (readonly string[])[] {
  let seed = 1;
  const coin = (): boolean => ((seed = (Math.imul(seed, 1103515245) + 12345) | 0) & 0x10000) !== 0;
  return Array.from({ length: 16 }, () => facts.filter(coin));
}

describe.each(profiles)('under %s', (profile) => {
  test.each(components)('the table of the %s machine decides as XState does', (name) => {
    const table = tableOf(name, profile);
    const differing: object[] = [];
    let compared = 0;
    for (const [event, eventName] of table.events.entries()) {
      const named = [...factsFor(name, eventName)];
      const sets = [...setsOf(named), ...randomSets(named), table.facts].map((facts) => ({
        names: facts,
        facts: asserted(table, Object.fromEntries(facts.map((fact) => [fact, true]))),
      }));
      for (const [state, stateName] of table.states.entries()) {
        for (const { names, facts } of sets) {
          const rule = lookup(table, state, event, facts);
          const authority = ruleByXState(name, stateName, eventName, names, profile);
          const found = rule && JSON.stringify([rule.permitted, table.states[rule.target], rule.clauses]);
          const expected = authority && JSON.stringify([authority.permitted, authority.target, authority.clauses]);
          compared++;
          if (found !== expected) differing.push({ stateName, eventName, names, found, expected });
        }
      }
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});

// The slow tests go ten times as far under each profile, and npm run compare:xstate to the end.
test.each(sliceNames)('the compiled product is the XState machine on every step from the first 36 states of %s', (name) => {
  const comparison = compareWithXState({ slice: slices[name], bounds: leastBoundsOf(name), profile: 'page', comparedMax: 36 });
  expect(comparison.difference).toBeUndefined();
});

describe('a tour of the smallest configuration', () => {
  const graph: Graph = explore({ slice: slices.smallest, bounds: smallestBounds, profile: 'page' });
  const sourceOf = (edge: number): number => {
    let state = 0;
    while (graph.first[state + 1]! <= edge) state++;
    return state;
  };
  const isPath = (path: Int32Array): boolean => path.every((edge, at) => sourceOf(edge) === (at === 0 ? 0 : graph.target[path[at - 1]!]));

  test('crosses every transition, by paths that begin in the initial state', () => {
    const tour = transitionTour(graph);
    expect(tour.paths.every(isPath)).toBe(true);
    expect(new Set(tour.paths.flatMap((path) => [...path])).size).toBe(graph.transitions);
  });

  test('takes no more steps than the postman needs, but for the paths that were cut because they were long', () => {
    const tour = transitionTour(graph);
    expect(tour.steps).toBeGreaterThanOrEqual(tour.optimum);
    expect(tour.steps / tour.optimum).toBeLessThan(1.15);
    expect(Math.max(...tour.paths.map((path) => path.length))).toBeLessThanOrEqual(64);
  });

  test('crosses every pair of transitions that follow each other', () => {
    const tour = pairTour(graph);
    const pairs = new Set(tour.paths.flatMap((path) => [...path].slice(1).map((edge, at) => path[at]! * graph.transitions + edge)));
    expect(tour.paths.every(isPath)).toBe(true);
    expect(pairs.size).toBe(tour.pairs);
  });
});

describe('the postman', () => {
  /** Arcs as a list of targets for each node. */
  const arcsOf = (...targets: number[][]) => ({
    first: Int32Array.from([0, ...targets.map((_, i) => targets.slice(0, i + 1).flat().length)]),
    target: Int32Array.from(targets.flat()),
  });

  test.each([
    ['a ring is walked once', arcsOf([1], [2], [0]), 3],
    ['a path ends where nothing leads on, and the next begins anew', arcsOf([1, 2], [], []), 2],
    ['a way that forks at its end is walked twice', arcsOf([1], [2, 3], [], []), 4],
    ['where two ways join and one goes on, a path ends', arcsOf([1, 2], [3], [3], [0]), 5],
    ['a path that need not end saves the way from the start', arcsOf([1, 1], [2], [3, 4], [], []), 6],
    ['several arcs may lead from one node to the same other', arcsOf([1, 1, 1], [0]), 4],
  ])('%s', (_, arcs, steps) => {
    expect(postmanOptimum(arcs).steps).toBe(steps);
  });

  test.each(['smallest', 'overlapped', 'sync'] as const)('finds for %s as few steps as its potentials prove are needed', (name) => {
    const { steps, proven } = postmanOptimum(explore({ slice: slices[name], bounds: oneOperation, profile: 'page' }));
    expect(steps).toBe(proven);
  });

  test('a path that is too long is cut into some that each begin in the initial state', () => {
    const length = 200;
    const ring = arcsOf(...Array.from({ length }, (_, i) => [(i + 1) % length]));
    const { paths, covered } = tour(ring);
    expect(covered).toBe(length);
    // The arc of a node has its number.
    expect(paths.every((path) => path.length > 0 && path.every((arc, at) => arc === at % length))).toBe(true);
  });
});

describe('the table of states', () => {
  test.each([
    ['in a table of all choices', (i: number) => [i % 50, (i * 7) % 97]],
    ['by a hash, where few of the choices are reached', (i: number) => [Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b)]],
  ])('gives each state one number, and the same one again: %s', (_, wordsOf) => {
    const table = new StateTable(2);
    const numbers = new Map<string, number>();
    const differing: string[] = [];
    for (let i = 0; i < 60_000; i++) {
      const words = wordsOf(i % 30_000);
      const number = table.add(Int32Array.from(words));
      if (number !== (numbers.get(String(words)) ?? numbers.size)) differing.push(String(words));
      numbers.set(String(words), number);
    }
    for (const [words, number] of numbers) {
      if (String(table.words.slice(number * 2, number * 2 + 2)) !== words) differing.push(words);
    }
    expect(differing).toEqual([]);
    expect(table.size).toBe(numbers.size);
  });
});

describe('a count', () => {
  const bounds = { operations: 2, units: 1, length: 1 };

  test.each(['overlapped', 'smallest', 'sync'] as const)('finds in %s what exploration keeps', (name) => {
    const options = { slice: slices[name], bounds, profile: 'page' as const };
    const { states, transitions } = explore(options);
    expect(count(options)).toEqual({ states, transitions });
  });

  // Spin and XState find the same (npm run compare:spin, npm run compare:xstate): run them where a rule or a step changes these.
  test.each<[SliceName, Profile, states: number, transitions: number]>([
    ['overlapped', 'page', 332, 1739],
    ['sync', 'page', 444, 4314],
    ['smallest', 'page', 596, 4193],
    ['datagram', 'page', 3520, 136_800],
    ['calls', 'page', 920, 45_400],
    ['threads', 'page', 1672, 17_318],
    ['threads', 'msafd', 1864, 19_008],
    ['nesting', 'page', 462, 2541],
    ['spi', 'page', 242, 1417],
    ['linger', 'page', 12, 44],
    ['linger', 'msafd', 9, 32],
    ['receiveOnly', 'page', 4, 84],
  ])('is known for %s under %s at its least bounds', (name, profile, states, transitions) => {
    expect(count({ slice: slices[name], bounds: leastBoundsOf(name), profile })).toEqual({ states, transitions });
  });

  test('that has to give up says how far it came', () => {
    expect(() => count({ slice: slices.overlapped, bounds, profile: 'page', statesMax: 1000 })).toThrow(
      /must stay within 1000 states: \d+ were found, and \d+ of them have \d+ transitions$/,
    );
  });
});

describe('the table of places', () => {
  /** As one thread has it that no other disturbs. */
  const tableOf = (width: number, places?: number) => new PlaceTable(allocatePlaces(width, places), (work) => work());

  test('knows each state that was added, however often it grew', () => {
    const table = tableOf(2);
    const add = (state: Int32Array): boolean => {
      for (let found = table.add(state); ; found = table.add(state)) {
        if (found !== unplaced) return found === added;
        expect(table.grow()).toBe(true);
      }
    };
    const words = (i: number): Int32Array => Int32Array.of(Math.imul(i % 50, 0x10003), (i * 7) % 97);
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const state = words(i % 6000);
      expect(add(state)).toBe(!seen.has(String(state)));
      seen.add(String(state));
    }
  });

  test('does not grow beyond its bits', () => {
    const table = tableOf(1, 64);
    let value = 0;
    const isPlaced = (): boolean =>
      table.add(Int32Array.of(value)) !== unplaced || (table.grow() && table.add(Int32Array.of(value)) === added);
    while (isPlaced()) value++;
    expect(value).toBeGreaterThan(32);
    expect(value).toBeLessThanOrEqual(64);
  });
});

test('exploration that would not end says so', () => {
  const bounds = { operations: 2, units: 2, length: 2 };
  expect(() => explore({ slice: slices.stream, bounds, profile: 'page', statesMax: 1000 })).toThrow(StatesExhausted);
});

test('bounds outside of what a state can hold are refused', () => {
  expect(() => explore({ slice: slices.stream, bounds: { operations: 9, units: 1, length: 1 }, profile: 'page' })).toThrow(
    'operations must be from 1 to 8: operations=9',
  );
});
