import { expect, test } from 'vitest';
import { register } from '../../../model/clauses/register.ts';
import { mutantFile, mutantsPath } from '../../../properties/catalogue/catalogue.ts';
import { clauseReport } from './clauseReport.ts';

test('a report by section has every mutant once, on the line of the clause that it breaks first', () => {
  const { mutants } = mutantFile(mutantsPath);
  const report = clauseReport(mutants, '1.0.0');
  expect(Object.keys(report.files)).toEqual([...new Set(register.map(({ source }) => source.section))]);
  const shown = Object.values(report.files).flatMap(({ source, mutants: found }) =>
    found.map(({ id, location, status }) => ({ id, status, clause: source.split('\n')[location.start.line - 1]!.split(' ')[0] })),
  );
  const expected = mutants
    .filter(({ clauses }) => clauses.length > 0)
    .map(({ name, clauses, killed }) => ({ id: name, status: killed === undefined ? 'Survived' : 'Killed', clause: clauses[0] }));
  const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
  expect(shown.sort(byId)).toEqual(expected.sort(byId));
  const tests = new Set(Object.values(report.testFiles!).flatMap((file) => file.tests.map(({ id }) => id)));
  const killers = Object.values(report.files).flatMap((file) => file.mutants.flatMap(({ killedBy }) => killedBy ?? []));
  expect(killers.filter((id) => !tests.has(id))).toEqual([]);
});
