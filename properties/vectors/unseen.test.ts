import { describe, expect, test } from 'vitest';
import { profiles } from '../../model/clauses/profiles.ts';
import { asserted, lookup } from '../../model/compiled/compile.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import type { OperationEvent } from '../../model/machines/operationWords.ts';
import { traceSchema } from '../../model/winsock/schema.ts';
import { unseen } from './select.ts';

/** Why no vector separates two readings, checked: a change that makes a difference visible has to take it from the list. */

describe('a ruling that no trace can show', () => {
  test('is one of these', () => {
    expect(Object.keys(unseen)).toEqual(['D4', 'D9']);
  });

  test('D4: no line of a trace has a place for a process', () => {
    const fields = JSON.stringify(traceSchema(), (key, value) => (key === 'description' ? undefined : value));
    expect(fields).not.toMatch(/process/i);
  });

  test('D9: every answer to a client that waits for an operation with a routine is permitted by all profiles or by none', () => {
    const page = tablesOf('page').operation;
    const seen = [
      {},
      { closed: true },
      { cancelled: true },
      { bytesAll: true, bytesWithin: true },
      { bytesWithin: true, bytesReported: true, bytesWritten: true },
    ];
    const results = (Object.keys(page.eventIndex) as OperationEvent[]).filter((event) => event.startsWith('result.'));
    expect(results.length).toBeGreaterThan(5);
    for (const event of results) {
      for (const state of page.states.keys()) {
        for (const facts of seen) {
          const verdicts = profiles.map((profile) => {
            const table = tablesOf(profile).operation;
            const given = asserted(table, { ...facts, waits: true, hasRoutine: true });
            return lookup(table, state, table.eventIndex[event], given)?.permitted === true;
          });
          expect(new Set(verdicts).size, `${event} in ${page.states[state]}`).toBe(1);
        }
      }
    }
  });
});
