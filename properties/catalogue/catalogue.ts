/**
 * The catalogue of mutants, by clause: faults of providers, of drivers, and of the judge itself, each with the clauses that it breaks.
 *
 * What kills each of them is recorded (generated/mutants.json, citations.json), and the tests hold the record to what it says.
 * `npm run mutants` looks for the kills anew.
 */

import { readFileSync } from 'node:fs';
import { type Fault, faultNames } from '../../impl/foreign/naive/faults.ts';
import { type ClauseId, register } from '../../model/clauses/register.ts';
import { mutants as providerMutants } from '../mutants/mutants.ts';
import { mutantsPerClause } from '../properties.ts';
import { driverFaults } from './driverFaults.ts';
import { blamingMutants, type JudgeMutant, readingMutants, ruleCitationMutants, verdictMutants } from './judgeMutants.ts';
import { keptNamed } from './kept.ts';
import { type KilledByTrace, killedBy } from './kills.ts';
import type { MutantFile, Recorded } from './recorded.ts';
import { passingMutants, refusalCitationMutants } from './refusalMutants.ts';

/** The mutants of the judge but for citations. */
export const judgeMutants = (): JudgeMutant[] => [...verdictMutants(), ...passingMutants(), ...readingMutants(), ...blamingMutants()];
/** Each names another clause than the oracle does. */
export const citationMutants = (): JudgeMutant[] => [...ruleCitationMutants(), ...refusalCitationMutants()];

/** All that the catalogue holds except citations, without what kills it. */
export const catalogue = (): Recorded[] => [
  ...providerMutants.map(
    ({ name, breaks, seenIn }): Recorded => ({ name, fault: 'faulty provider', clauses: breaks, ...(seenIn !== undefined && { seenIn }) }),
  ),
  ...faultNames.map((name): Recorded => ({ name: driverName(name), fault: 'faulty driver', clauses: driverFaults[name] })),
  ...judgeMutants().map(({ name, fault, clauses }): Recorded => ({ name, fault, clauses })),
];
/** A fault of the naive stack, among the mutants. */
export const driverName = (fault: Fault): string => `naive ${fault}`;

const root = new URL(import.meta.url.includes('/.build/') ? '../../../' : '../../', import.meta.url);
export const mutantsPath = 'generated/mutants.json';
export const citationsPath = 'properties/catalogue/citations.json';
export const rulesPath = 'properties/catalogue/rules.json';
export const keptFile = (path: string): URL => new URL(path, root);
export const mutantFile = (path: typeof mutantsPath | typeof citationsPath): MutantFile =>
  JSON.parse(readFileSync(keptFile(path), 'utf8')) as MutantFile;

export const mutantFileText = ({ wspsend, mutants }: MutantFile): string =>
  `{"wspsend":"${wspsend}","mutants":[\n${mutants.map((mutant) => JSON.stringify(mutant)).join(',\n')}\n]}\n`;

/** Whether what is recorded kills the mutant of the judge, after as many steps as is recorded. */
export const isKilled = (mutant: JudgeMutant, { trace, profile, steps }: KilledByTrace): boolean =>
  killedBy(mutant, keptNamed(trace), profile) === steps;

/** Modelled clauses with fewer killed mutants, and how many they have. */
export const thinClauses = (mutants: readonly Recorded[]): { readonly clause: ClauseId; readonly killed: number }[] =>
  register
    .filter(({ status }) => status.is === 'modelled')
    .map(({ id }) => ({ clause: id, killed: mutants.filter(({ clauses, killed }) => killed !== undefined && clauses.includes(id)).length }))
    .filter(({ killed }) => killed < mutantsPerClause);
