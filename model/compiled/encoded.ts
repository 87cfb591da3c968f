/**
 * The tables of all profiles as one value of JSON. The profiles share most of their rules, and the cells most of theirs: what stands in
 * many places is written once and named by its place in a list.
 */

import type { AnyReading, Profile, Reading } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { always, CellRules, type CompiledGuard, type CompiledRule, never, type Table } from './compile.ts';
import type { Tables } from './tables.ts';

/** A fact by twice its place, and one more where it must hold; the other kinds by a list that begins with which one it is. */
type EncodedGuard = number | EncodedGuards;
// An interface, since only interfaces may name themselves.
interface EncodedGuards extends ReadonlyArray<'always' | 'never' | 'all' | 'any' | EncodedGuard> {}

/** What a rule says: guards and lists of names by their places in `EncodedTables`. A target of -1 is the state itself. */
type EncodedRule = readonly [
  guard: number,
  target: number,
  permitted: 0 | 1,
  clauses: number,
  readings: number,
  hash: string,
  by?: AnyReading,
];

type Region = Exclude<keyof Tables, 'profile'>;
type Shared = Omit<Table, 'rules' | 'stateIndex' | 'eventIndex'>;

export interface EncodedTables {
  readonly guards: readonly EncodedGuard[];
  readonly names: readonly (readonly string[])[];
  readonly rules: readonly EncodedRule[];
  /** Where rules stand: parents of states. */
  readonly parents: readonly string[];
  /** What stands in one state for one event: each rule by its place, and where it stands: a parent's place, or one of `stands`. */
  readonly cells: readonly (readonly number[])[];
  /** What stands in one state: a cell for each event, by its place. */
  readonly rows: readonly (readonly number[])[];
  readonly regions: { readonly [region in Region]: Shared };
  /** A row for each state, by its place. */
  readonly profiles: { readonly [profile in Profile]: { readonly [region in Region]: readonly number[] } };
}

const stands = { inRegion: -1, inState: -2 } as const;

/** Each value once, by what it is in JSON. */
class Pool<T> {
  readonly values: T[] = [];
  readonly #places = new Map<string, number>();

  placeOf(value: T): number {
    const text = JSON.stringify(value);
    let place = this.#places.get(text);
    if (place === undefined) this.#places.set(text, (place = this.values.push(value) - 1));
    return place;
  }
}

class Encoding {
  readonly guards = new Pool<EncodedGuard>();
  readonly names = new Pool<readonly string[]>();
  readonly rules = new Pool<EncodedRule>();
  readonly parents = new Pool<string>();
  readonly cells = new Pool<readonly number[]>();
  readonly rows = new Pool<readonly number[]>();

  /** The places of the rows of a table. */
  rowsOf({ rules, states, events }: Table): number[] {
    const cellAt = (state: number, event: number): number =>
      this.cells.placeOf(rules.at(state, event).flatMap((rule) => this.#ruleIn(rule, state, states[state]!, events[event]!)));
    return states.map((_, state) => this.rows.placeOf(events.map((__, event) => cellAt(state, event))));
  }

  #ruleIn(
    { guard, target, permitted, clauses, readings, id, by }: CompiledRule,
    index: number,
    state: string,
    event: string,
  ): [number, number] {
    const [from, hash] = id.split('#') as [string, string];
    const [, at] = from.slice(0, -`.${event}`.length).split('.');
    const says: EncodedRule = [
      this.guards.placeOf(encodedGuard(guard)),
      target === index ? -1 : target,
      permitted ? 1 : 0,
      this.names.placeOf(clauses),
      this.names.placeOf(readings),
      hash,
      ...(by === undefined ? ([] as const) : ([by] as const)),
    ];
    return [this.rules.placeOf(says), at === undefined ? stands.inRegion : at === state ? stands.inState : this.parents.placeOf(at)];
  }
}

export function encode(tables: readonly Tables[]): EncodedTables {
  const encoding = new Encoding();
  const ofRegions = <T>({ profile: _, ...regions }: Tables, of: (table: Table) => T) =>
    Object.fromEntries(Object.entries(regions).map(([region, table]) => [region, of(table as unknown as Table)])) as {
      [region in Region]: T;
    };
  const profiles = Object.fromEntries(tables.map((one) => [one.profile, ofRegions(one, (table) => encoding.rowsOf(table))]));
  const { guards, names, rules, parents, cells, rows } = encoding;
  return {
    guards: guards.values,
    names: names.values,
    rules: rules.values,
    parents: parents.values,
    cells: cells.values,
    rows: rows.values,
    regions: ofRegions(tables[0]!, ({ id, facts, states, events, initial }): Shared => ({ id, facts, states, events, initial })),
    profiles: profiles as unknown as EncodedTables['profiles'],
  };
}

export function decode({ guards: encodedGuards, names, parents, ...encoded }: EncodedTables, profile: Profile): Tables {
  const guards = encodedGuards.map(decodedGuard);
  const rulesIn = (cell: readonly number[], { id, states, events }: Shared, state: number, event: number): CompiledRule[] => {
    const rules: CompiledRule[] = [];
    for (let i = 0; i < cell.length; i += 2) {
      const [guard, target, permitted, clauses, readings, hash, by] = encoded.rules[cell[i]!]!;
      const at = cell[i + 1]!;
      const from = at === stands.inRegion ? id : `${id}.${at === stands.inState ? states[state] : parents[at]}`;
      rules.push({
        guard: guards[guard]!,
        target: target < 0 ? state : target,
        permitted: permitted === 1,
        clauses: names[clauses] as readonly ClauseId[],
        readings: names[readings] as readonly Reading[],
        id: `${from}.${events[event]}#${hash}`,
        ...(by !== undefined && { by }),
      });
    }
    return rules;
  };
  const tableOf = (region: Region): Table => {
    const shared = encoded.regions[region];
    const rows = encoded.profiles[profile][region].map((row) => encoded.rows[row]!);
    const rules = new CellRules(shared.states.length, shared.events.length, (state, event) =>
      rulesIn(encoded.cells[rows[state]![event]!]!, shared, state, event),
    );
    return { ...shared, rules, stateIndex: indexOf(shared.states), eventIndex: indexOf(shared.events) };
  };
  const tables = Object.fromEntries((Object.keys(encoded.regions) as Region[]).map((region) => [region, tableOf(region)]));
  return { profile, ...tables } as unknown as Tables;
}

const indexOf = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name, index) => [name, index]));

function encodedGuard(guard: CompiledGuard): EncodedGuard {
  switch (guard.kind) {
    case 'constant':
      return [guard.holds ? 'always' : 'never'];
    case 'fact':
      return 2 * guard.fact + (guard.holds ? 1 : 0);
    default:
      return [guard.kind, ...guard.of.map(encodedGuard)];
  }
}

function decodedGuard(guard: EncodedGuard): CompiledGuard {
  if (typeof guard === 'number') return { kind: 'fact', fact: guard >> 1, holds: guard % 2 === 1 };
  const [kind, ...of] = guard as readonly ['always' | 'never' | 'all' | 'any', ...EncodedGuard[]];
  if (kind === 'always') return always;
  return kind === 'never' ? never : { kind, of: of.map(decodedGuard) };
}
