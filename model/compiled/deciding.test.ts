import { describe, expect, test } from 'vitest';
import { callRegion } from '../machines/call.machine.ts';
import { circuitRegion } from '../machines/circuit.machine.ts';
import { deliveryRegion } from '../machines/delivery.machine.ts';
import { operationRegion } from '../machines/operation.machine.ts';
import { guardsOver, permits, type Region, type Rule, reading, refuses } from '../machines/rules.ts';
import { socketRegion } from '../machines/socket.machine.ts';
import { asserted, compile, lookup } from './compile.ts';
import { requireDeciding } from './deciding.ts';

type Fact = 'a' | 'b' | 'c';
const { all, any, no } = guardsOver<Fact>();
const facts = { a: 'first', b: 'second', c: 'third' };

const regionOf = (...rules: readonly Rule<Fact, 'only'>[]): Region<Fact, 'only', 'step'> => ({
  id: 'small',
  facts,
  initial: 'only',
  states: { only: { on: { step: rules } } },
});

test.each([
  ['socket', socketRegion],
  ['circuit', circuitRegion],
  ['operation', operationRegion],
  ['call', callRegion],
  ['delivery', deliveryRegion],
] as const)('every rule of the %s machine decides something', (_, region) => {
  requireDeciding(region as unknown as Region<string, string, string>);
});

describe('a rule that can decide nothing does not compile', () => {
  test.each([
    ['behind an unconditional one', [permits(), { guard: 'a' as const, ...refuses('Order:2') }]],
    [
      'behind one that asks for less',
      [
        { guard: 'a' as const, ...permits() },
        { guard: all('a', 'b'), ...refuses('Order:2') },
      ],
    ],
    [
      'behind several that leave nothing to it',
      [
        { guard: all('a', 'b'), ...permits() },
        { guard: all('a', no('b')), ...permits('Order:1') },
        { guard: any(all('a', 'c'), all('a', no('c'))), ...refuses('Order:2') },
      ],
    ],
  ])('%s', (_, rules) => {
    expect(() => requireDeciding(regionOf(...rules))).toThrow(
      /^A rule must be able to decide something: rule=small\.only\.step#[0-9a-f]{6}, but it stands behind small\.only\.step#[0-9a-f]{6}$/,
    );
  });

  test('whose own guard contradicts itself', () => {
    expect(() => requireDeciding(regionOf({ guard: all('a', no('a')), ...permits() }))).toThrow('all(a, no(a)) holds in no profile');
  });

  test('that stands twice in a state', () => {
    const rule = { guard: 'a' as const, ...permits() };
    expect(() => requireDeciding(regionOf(rule, rule))).toThrow('A rule must stand once in a state');
  });
});

test('a rule that a reading shuts out of one profile decides in another', () => {
  requireDeciding(regionOf({ guard: reading('M1:takes-all'), ...refuses('Nonoverlapped:4') }, permits()));
});

test('a rule of a parent decides where one of its states leaves something to it', () => {
  const inner = { on: { step: [permits()] } };
  const parent = (...states: object[]): Region<Fact, 'x' | 'y', 'step'> => ({
    id: 'small',
    facts,
    initial: 'x',
    states: { parent: { on: { step: [refuses('Order:2')] }, states: { x: states[0]!, y: states[1]! } } },
  });
  requireDeciding(parent(inner, {}));
  expect(() => requireDeciding(parent(inner, inner))).toThrow('rule=small.parent.step#');
});

test('the id of a rule says where it stands and is made of what it says, not of what stands before it', () => {
  const rule = { guard: 'b' as const, ...refuses('Order:2') };
  const idsOf = (...rules: Rule<Fact, 'only'>[]) =>
    compile(regionOf(...rules), 'page')
      .rules.at(0, 0)
      .map(({ id }) => id);
  const [alone] = idsOf(rule);
  expect(alone).toMatch(/^small\.only\.step#/);
  expect(idsOf({ guard: 'a', ...permits() }, rule)[1]).toBe(alone);
  expect(idsOf({ ...rule, ...refuses('Order:1') })[0]).not.toBe(alone);
  expect(idsOf({ ...rule, guard: 'c' })[0]).not.toBe(alone);
});

test('a region may have any number of facts', () => {
  const names = Array.from({ length: 70 }, (_, i) => `fact${i}`);
  const region: Region<string, 'only', 'step'> = {
    id: 'wide',
    facts: Object.fromEntries(names.map((name) => [name, name])),
    initial: 'only',
    states: {
      only: {
        on: {
          step: [
            { guard: 'fact69', ...permits() },
            { guard: 'fact37', ...refuses('Order:2') },
          ],
        },
      },
    },
  };
  const table = compile(region, 'page');
  const decides = (fact: string) => lookup(table, 0, 0, asserted(table, { [fact]: true }))?.permitted;
  expect([decides('fact69'), decides('fact37'), decides('fact5')]).toEqual([true, false, undefined]);
});
