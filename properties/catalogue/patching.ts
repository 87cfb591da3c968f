/** The compiled rules of a profile with one of them changed, or with a record of which are used. */

import { CellRules, type CompiledRule, type Table } from '../../model/compiled/compile.ts';
import type { Tables } from '../../model/compiled/tables.ts';
import { World } from '../../model/oracle/world.ts';
import { patternPeriod, type TraceHeader } from '../../model/winsock/trace.ts';

type Rules = readonly CompiledRule[];
/** What becomes of the rules of one state and event; `at` is the place of the rule. */
export type RuleChange = (rules: Rules, at: number) => Rules;

const regions = ['socket', 'circuit', 'operation', 'call', 'delivery'] as const satisfies readonly (keyof Tables)[];

export const tablesIn = (tables: Tables): readonly Table[] => regions.map((region) => tables[region] as unknown as Table);

/** Every rule, once. */
export const rulesIn = (tables: Tables): ReadonlyMap<string, CompiledRule> =>
  new Map(tablesIn(tables).flatMap(({ rules }) => [...rules].map((rule) => [rule.id, rule] as const)));

/** The table with its rules made otherwise, cell by cell. */
const remade = (table: Table, make: (rules: Rules) => Rules): Table => ({
  ...table,
  rules: new CellRules(table.states.length, table.events.length, (state, event) => make(table.rules.at(state, event))),
});

const idsOf = new WeakMap<Tables, ReadonlySet<string>>();
const hasRule = (tables: Tables, id: string): boolean => {
  let ids = idsOf.get(tables);
  if (ids === undefined) idsOf.set(tables, (ids = new Set(rulesIn(tables).keys())));
  return ids.has(id);
};

/** The tables with the rule changed wherever it stands; undefined where the profile does not have it. */
export function patched(tables: Tables, id: string, change: RuleChange): Tables | undefined {
  if (!hasRule(tables, id)) return undefined;
  const region = id.slice(0, id.indexOf('.')) as (typeof regions)[number];
  const changed = remade(tables[region] as unknown as Table, (rules) => {
    const at = rules.findIndex((rule) => rule.id === id);
    return at < 0 ? rules : change(rules, at);
  });
  return { ...tables, [region]: changed };
}

/** The tables, which report every use of what a rule decides. */
export function watched(tables: Tables, onUse: (id: string) => void): Tables {
  const watch = (rule: CompiledRule): CompiledRule =>
    Object.defineProperty({ ...rule }, 'permitted', {
      get: () => {
        onUse(rule.id);
        return rule.permitted;
      },
    });
  const copies = regions.map((region) => [region, remade(tables[region] as unknown as Table, (rules) => rules.map(watch))]);
  return { ...tables, ...Object.fromEntries(copies) } as Tables;
}

/** What the trace shows so far, by these tables: each step is judged, and nothing more is asked of the rules. */
export const worldOf = (tables: Tables, { period = patternPeriod, side }: TraceHeader): World => new World(tables, period, side === 'spi');
