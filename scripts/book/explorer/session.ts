/**
 * A session of the explorer: a tree of steps, and where in it somebody stands. Going back keeps what came after, so that each way that was
 * tried stays.
 */

import type { Profile } from '../../../model/clauses/profiles.ts';
import { Oracle, type Rejection } from '../../../model/oracle/oracle.ts';
import { readTrace } from '../../../model/winsock/reader.ts';
import { lineOf, type TraceStep, traceVersion } from '../../../model/winsock/trace.ts';
import { type Eager, nextOfItself, nothingEager } from './eager.ts';

/** One step of the tree: the line that it is in a trace, and the step before it. */
export interface TreeStep {
  readonly before: number;
  readonly line: string;
}

export interface ExplorerSession {
  readonly profile: Profile;
  readonly eager: Eager;
  /** In the order in which they were made: what is before a step stands before it. */
  readonly tree: readonly TreeStep[];
  /** The step after which somebody stands; -1 is the beginning. */
  readonly at: number;
}

export const beginning = -1;

export interface Position {
  readonly oracle: Oracle;
  readonly steps: readonly TraceStep[];
  /** What stopped the way here: where that is so, the oracle stands before it. */
  readonly stopped?: { readonly step: TraceStep; readonly rejection: Rejection } | { readonly line: number; readonly message: string };
}

export const emptySession: ExplorerSession = { profile: 'docs', eager: nothingEager, tree: [], at: beginning };

/** The steps that lead here, the first first. */
export function wayTo({ tree }: Pick<ExplorerSession, 'tree'>, at: number): number[] {
  const way: number[] = [];
  for (let step = at; step !== beginning; step = tree[step]!.before) way.push(step);
  return way.reverse();
}

export const branchesAfter = ({ tree }: Pick<ExplorerSession, 'tree'>, at: number): number[] =>
  tree.flatMap(({ before }, step) => (before === at ? [step] : []));

const header = JSON.stringify({ wspsend: traceVersion });

/** The trace of the way here: a header, and a line a step. */
export const traceOf = (session: ExplorerSession, title?: string): string =>
  [
    title === undefined ? header : JSON.stringify({ wspsend: traceVersion, title }),
    ...wayTo(session, session.at).map((step) => session.tree[step]!.line),
  ]
    .map((line) => `${line}\n`)
    .join('');

/** Where somebody stands, as the oracle knows it. */
export function positionOf(session: ExplorerSession): Position {
  const { steps, malformed } = readTrace(traceOf(session));
  const oracle = new Oracle(session.profile);
  const taken: TraceStep[] = [];
  for (const { step } of steps) {
    const rejection = oracle.step(step);
    if (rejection !== undefined) return { oracle, steps: taken, stopped: { step, rejection } };
    taken.push(step);
  }
  return { oracle, steps: taken, ...(malformed !== undefined && { stopped: malformed }) };
}

/** The session behind these steps. A way that was gone before is gone again, and not twice in the tree. */
export function afterSteps(session: ExplorerSession, steps: readonly TraceStep[]): ExplorerSession {
  let current = session;
  for (const step of steps) {
    const line = lineOf(step);
    const known = branchesAfter(current, current.at).find((other) => current.tree[other]!.line === line);
    current =
      known === undefined
        ? { ...current, tree: [...current.tree, { before: current.at, line }], at: current.tree.length }
        : { ...current, at: known };
  }
  return current;
}

/** What happens of its own accord where it is eager comes behind each step at once; so many times at most. */
const eagerMax = 50;

/** The session behind a step that somebody chose, and behind what then happens of itself. */
export function chooseStep(session: ExplorerSession, step: TraceStep): ExplorerSession {
  let current = afterSteps(session, [step]);
  for (let i = 0; i < eagerMax; i++) {
    const { oracle, stopped } = positionOf(current);
    const next = stopped === undefined ? nextOfItself(oracle, current.eager) : undefined;
    if (next === undefined) return current;
    current = afterSteps(current, [next]);
  }
  return current;
}

/** The session of a trace: one way, with somebody at its end. Blank lines and the header are left out; a line that is not JSON fails. */
export function sessionOf(text: string, profile: Profile): ExplorerSession {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const steps = lines.filter((line) => !('wspsend' in (JSON.parse(line) as object)));
  const tree = steps.map((line, at): TreeStep => ({ before: at - 1, line: line.trim() }));
  return { ...emptySession, profile, tree, at: tree.length - 1 };
}

/** The end of the way on which somebody goes forward: always the branch that was made last. */
export function forward(session: ExplorerSession): number | undefined {
  return branchesAfter(session, session.at).at(-1);
}
