/** XState's graph library walks a component by every set of facts, which takes it seconds. */

import { expect, test } from 'vitest';
import type { Table } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import { type MachineName, machines } from '../machines/interpreted.ts';
import { setsOf } from './factSets.fixture.ts';
import { byLibrary, byTables } from './graphLibrary.ts';

const components = Object.keys(machines) as MachineName[];

test.each(components)('the graph library finds the states and transitions of the %s machine that the table has', (name) => {
  const table = tablesOf('page')[name] as unknown as Table;
  const sets = setsOf(table.facts);
  expect(byLibrary(machines[name], table, sets, 'page')).toEqual(byTables(table, sets));
});
