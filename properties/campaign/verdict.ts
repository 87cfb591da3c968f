import type { Report, RunVerdict } from './report.ts';

/** The verdict that follows from what a report says; reports are joined and checked by the same rule. */
export const verdictOf = (report: Omit<Report, 'verdict'>): RunVerdict => {
  const { counterexamples, clauses, unjudged, listed = [], untriedShares = 0 } = report;
  if (counterexamples.length > 0) return 'deviates';
  const isUnread = unjudged.some(({ kind }) => kind === 'malformed' || kind === 'unusable');
  if (isUnread || untriedShares > 0 || clauses.every(({ tried }) => tried === 0)) return 'untried';
  if (listed.some(({ shows, isReviewed }) => !shows || !isReviewed)) return 'deviates';
  return lacking(report).length === 0 ? 'conforms' : 'short';
};

export interface Lacking {
  readonly what: 'clauses' | 'steps';
  readonly wanted: number;
  readonly done: number;
}

/** What was asked for at least and not done. The shares of a campaign are held to it once they are joined. */
export const lacking = ({ required, shard, steps, clauses }: Omit<Report, 'verdict'>): readonly Lacking[] => {
  if (required === undefined || shard !== undefined) return [];
  const done = { clauses: clauses.filter(({ grade }) => isTriedGrade(grade)).length, steps: steps.total };
  return (['clauses', 'steps'] as const)
    .map((what) => ({ what, wanted: required[what] ?? 0, done: done[what] }))
    .filter(({ wanted, done: reached }) => reached < wanted);
};

export const isTriedGrade = (grade: Report['clauses'][number]['grade']): boolean => grade !== 'notTried' && grade !== 'unreachable';
