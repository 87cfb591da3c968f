/** Reports joined: the shares of one campaign into one verdict, and implementations side by side. */

import type { ClauseId } from '../../model/clauses/register.ts';
import type { ClauseResult, Count, Counterexample, ListedResult, Report } from '../../properties/campaign/report.ts';

/** One report for each implementation and profile, in the order in which they first came. */
export const mergeReports = (reports: readonly Report[]): Report[] => {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    const key = JSON.stringify([report.subject, report.profile]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [report]);
    else group.push(report);
  }
  return [...groups.values()].map(join);
};

/** Which shares of a campaign there should be, and which came: nothing where all did. */
export const sharesAmiss = (reports: readonly Report[]): string | undefined => {
  const campaigns = new Map<string, number[]>();
  for (const { subject, profile, seed, shard } of reports) {
    const key = `${subject}, profile ${profile}, seed ${seed}, ${shard === undefined ? 'whole' : `shares of ${shard.of}`}`;
    campaigns.set(key, [...(campaigns.get(key) ?? []), shard?.index ?? 1]);
  }
  for (const [key, came] of campaigns) {
    const twice = came.find((index, at) => came.indexOf(index) !== at);
    if (twice !== undefined) return `a report must be given once: ${key}: ${twice} came twice`;
    const of = Number(/shares of (\d+)$/.exec(key)?.[1] ?? 1);
    const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !came.includes(index));
    if (missing.length > 0) return `every share must be given: ${key}: ${missing.join(', ')} missing`;
  }
  return undefined;
};

const join = (group: readonly Report[]): Report => {
  const [first, ...others] = group as [Report, ...Report[]];
  if (others.length === 0) return first;
  const { shard: _, cut: __, ...rest } = first;
  const cuts = [...new Set(group.flatMap(({ cut }) => cut ?? []))];
  const sum = (of: (report: Report) => number | undefined): number => group.reduce((total, report) => total + (of(report) ?? 0), 0);
  return {
    ...rest,
    seconds: sum(({ seconds }) => seconds),
    // A share in which nothing could be tried is a hole in the verdict, unless another found a deviation.
    verdict: worstOf(group.map(({ verdict }) => verdict)),
    clauses: joinClauses(group),
    counts: joinCounts(group),
    ...(cuts.length > 0 && { cut: cuts.join('; ') }),
    counterexamples: joinCounterexamples(group),
    steps: { asked: sum(({ steps }) => steps?.asked), tried: sum(({ steps }) => steps?.tried) },
    cases: sum(({ cases }) => cases),
    outcomes: joinOutcomes(group),
    unsupported: joinCounted(
      group.flatMap(({ unsupported }) => unsupported ?? []),
      ({ kind, why }) => `${kind}: ${why}`,
    ),
    unjudged: joinCounted(
      group.flatMap(({ unjudged }) => unjudged ?? []),
      ({ kind }) => kind,
    ),
    ...(group.some(({ listed }) => listed !== undefined) && { listed: joinListed(group) }),
  };
};

const worstOf = (verdicts: readonly Report['verdict'][]): Report['verdict'] =>
  (['deviates', 'untried', 'conforms'] as const).find((verdict) => verdicts.includes(verdict))!;

const joinClauses = (group: readonly Report[]): ClauseResult[] => {
  const joined = new Map<ClauseId, ClauseResult>();
  for (const result of group.flatMap(({ clauses }) => clauses)) {
    const known = joined.get(result.id);
    joined.set(result.id, known === undefined ? result : joinClause(known, result));
  }
  return [...joined.values()];
};

const grades = ['deviates', 'conforms', 'notTried', 'unreachable'] as const;

const joinClause = (a: ClauseResult, b: ClauseResult): ClauseResult => {
  const grade = grades.find((candidate) => a.grade === candidate || b.grade === candidate)!;
  const why = [a, b].find((result) => result.grade === grade)?.why;
  return { id: a.id, tried: a.tried + b.tried, violated: a.violated + b.violated, grade, ...(why !== undefined && { why }) };
};

/** Steps add up; what every share explored again for itself does not. */
const joinCounts = (group: readonly Report[]): Count[] => {
  const joined = new Map<string, Count>();
  for (const { counts } of group) {
    for (const count of counts) {
      const isSum = count.what === 'steps';
      const key = isSum ? `steps ${count.bounds.startsWith('the walks')}` : `${count.what} ${count.bounds.replace(/, in \d+ steps$/, '')}`;
      const known = joined.get(key);
      if (known === undefined) joined.set(key, count);
      else if (isSum)
        joined.set(key, { ...known, count: known.count + count.count, bounds: known.bounds.replace(/^\d+ cases/, 'the cases') });
      else if (count.count > known.count) joined.set(key, count);
    }
  }
  return [...joined.values()];
};

const joinCounterexamples = (group: readonly Report[]): Counterexample[] => {
  const joined = new Map<string, Counterexample>();
  for (const example of group.flatMap(({ counterexamples }) => counterexamples)) {
    const key = JSON.stringify(example.signature);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, example);
    else joined.set(key, { ...(example.steps.length < known.steps.length ? example : known), cases: known.cases + example.cases });
  }
  return [...joined.values()];
};

const joinOutcomes = (group: readonly Report[]): NonNullable<Report['outcomes']> => {
  const joined = new Map<string, NonNullable<Report['outcomes']>[number]>();
  for (const outcome of group.flatMap(({ outcomes }) => outcomes ?? [])) {
    const key = `${outcome.step} ${outcome.outcome}`;
    const known = joined.get(key);
    joined.set(
      key,
      known === undefined ? outcome : { ...known, offered: known.offered + outcome.offered, shown: known.shown + outcome.shown },
    );
  }
  return [...joined.values()];
};

const joinCounted = <T extends { readonly count: number }>(entries: readonly T[], keyOf: (entry: T) => string): T[] => {
  const joined = new Map<string, T>();
  for (const entry of entries) {
    const known = joined.get(keyOf(entry));
    joined.set(keyOf(entry), known === undefined ? entry : { ...known, count: known.count + entry.count });
  }
  return [...joined.values()].sort((a, b) => b.count - a.count);
};

const joinListed = (group: readonly Report[]): ListedResult[] => {
  const joined = new Map<string, ListedResult>();
  for (const result of group.flatMap(({ listed }) => listed ?? [])) {
    const key = JSON.stringify([result.clauses, result.step]);
    const known = joined.get(key);
    joined.set(key, known === undefined ? result : { ...known, cases: known.cases + result.cases, shows: known.shows || result.shows });
  }
  return [...joined.values()];
};
