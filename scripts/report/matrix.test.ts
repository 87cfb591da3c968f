import { afterEach, describe, expect, test, vi } from 'vitest';
import { keptRows, showMatrix } from '../cli/commands/clauses.ts';
import { type ClauseRow, holesOf, required } from './matrix.ts';

const rows = keptRows();
const rowOf = (id: string): ClauseRow => rows.find((row) => row.id === id)!;

afterEach(() => vi.restoreAllMocks());

/** The exit status and what is printed, of the rows with this one in the place of its like. */
const shown = (changed: ClauseRow): { code: number; out: string } => {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const code = showMatrix(
    undefined,
    false,
    rows.map((row) => (row.id === changed.id ? changed : row)),
  );
  vi.restoreAllMocks();
  return { code, out };
};

describe('the matrix', () => {
  test('has no holes', () => {
    expect(rows.filter((row) => holesOf(row).length > 0)).toEqual([]);
    expect(shown(rowOf('Return:1'))).toMatchObject({ code: 0, out: expect.stringContaining('no holes') });
  });

  test.each(required)('is bad where a modelled clause has no %s', (column) => {
    const { code, out } = shown({ ...rowOf('WSAENOTSOCK:1'), [column]: [] });
    expect(code).toBe(1);
    expect(out).toContain(`(no ${column})`);
    expect(out).toContain('holes: WSAENOTSOCK:1');
  });

  test('is bad where an excuse is not needed any more', () => {
    const { code, out } = shown({ ...rowOf('Order:1'), properties: ['Conformance'] });
    expect(code).toBe(1);
    expect(out).toContain('(excuse no longer needed)');
    expect(holesOf({ ...rowOf('Flags:1'), status: 'informative' }, { 'Flags:1': 'whatever' })).toEqual(['unnoticed']);
  });

  test('counts the campaign as a property of what it can find broken alone', () => {
    expect(rowOf('WSAEACCES:1').properties).toContain('Conformance');
    expect(rowOf('Order:1').properties).toEqual([]);
  });
});
