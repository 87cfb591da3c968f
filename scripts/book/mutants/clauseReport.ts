/**
 * The catalogue in the schema of mutation-testing-report-schema: the sections of the page stand in the place of files, and the clauses, in
 * our words, in the place of lines. A mutant stands at the first clause that it breaks.
 */

import type { schema } from '@stryker-mutator/api/core';
import { type ClauseId, clause, register } from '../../../model/clauses/register.ts';
import { isByRequests, type Recorded } from '../../../properties/catalogue/recorded.ts';

export function clauseReport(mutants: readonly Recorded[], version: string): schema.MutationTestResult {
  const sections = new Map<string, ClauseId[]>();
  for (const { id, source } of register) sections.set(source.section, [...(sections.get(source.section) ?? []), id]);
  const tests = new Map<string, Set<string>>();
  const killerOf = ({ killed }: Recorded): string[] => {
    if (killed === undefined) return [];
    const [file, name] = isByRequests(killed)
      ? ['campaign', `seed ${killed.seed}, case ${killed.case + 1}, profile ${killed.profile}`]
      : [killed.trace.slice(0, killed.trace.indexOf('/')), `${killed.trace}, profile ${killed.profile}`];
    tests.set(file, (tests.get(file) ?? new Set()).add(name));
    return [name];
  };
  const mutantOf = (mutant: Recorded, line: number, width: number): schema.MutantResult => {
    const { name, fault, clauses, killed } = mutant;
    const steps = killed === undefined ? '' : ` It dies after ${killed.steps} steps.`;
    return {
      id: name,
      mutatorName: fault,
      replacement: name,
      description: `${name}: breaks ${clauses.join(', ')}.${steps}`,
      location: { start: { line, column: 1 }, end: { line, column: width + 1 } },
      status: killed === undefined ? 'Survived' : 'Killed',
      killedBy: killerOf(mutant),
    };
  };
  const files = [...sections].map(([section, ids]): [string, schema.FileResult] => {
    const lines = ids.map((id) => `${id}  ${clause(id).text}`);
    const found = ids.flatMap((id, at) =>
      mutants.filter(({ clauses }) => clauses[0] === id).map((mutant) => mutantOf(mutant, at + 1, lines[at]!.length)),
    );
    return [section, { language: 'plain', source: lines.join('\n'), mutants: found }];
  });
  return {
    schemaVersion: '1.0',
    thresholds: { high: 95, low: 90 },
    files: Object.fromEntries(files),
    testFiles: Object.fromEntries([...tests].map(([file, names]) => [file, { tests: [...names].map((name) => ({ id: name, name })) }])),
    framework: { name: 'wspsend', version },
  };
}
