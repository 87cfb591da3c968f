/** Reports joined: the shares of one campaign into one verdict, and implementations side by side. */

import type { ClauseId } from '../../model/clauses/register.ts';
import { grades } from '../../properties/campaign/grades.ts';
import type { ClauseResult, Counterexample, GraphResult, ListedResult, Report } from '../../properties/campaign/report.ts';
import { verdictOf } from '../../properties/campaign/verdict.ts';
import { grouped } from './counts.ts';
import { entryName } from './summary.ts';

/** One report for each campaign, in the order in which they first came. */
export const mergeReports = (reports: readonly Report[]): Report[] => [...campaignsOf(reports).values()].map(join);

const campaignsOf = (reports: readonly Report[]): ReadonlyMap<string, readonly [Report, ...Report[]]> => {
  const campaigns = new Map<string, [Report, ...Report[]]>();
  for (const report of reports) {
    const key = `${report.campaign.id}${report.shard === undefined ? ' whole' : ''}`;
    const group = campaigns.get(key);
    if (group === undefined) campaigns.set(key, [report]);
    else group.push(report);
  }
  return campaigns;
};

const namedMax = 12;

/** Why these cannot be joined: shares that are missing, that came twice, or of one subject and of two campaigns. */
export const sharesAmiss = (reports: readonly Report[]): string | undefined => {
  for (const [first, ...others] of campaignsOf(reports).values()) {
    const of = first.shard?.of ?? 1;
    const came = [first, ...others].map(({ shard }) => shard?.index ?? 1);
    const twice = came.find((index, at) => came.indexOf(index) !== at);
    if (twice !== undefined) return `a report must be given once: ${campaignText(first)}: share ${twice} of ${of} came twice`;
    const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !came.includes(index));
    if (missing.length === 0) continue;
    const named = missing.slice(0, namedMax).join(', ');
    const more = missing.length > namedMax ? ` and ${grouped(missing.length - namedMax)} more` : '';
    const stranger = reports.find((other) => isNearly(first, other));
    const hint = stranger === undefined ? '' : `. ${differenceText(first, stranger)}, so they are not shares of one campaign`;
    return `every share must be given: ${campaignText(first)}: ${named}${more} of ${of} missing${hint}`;
  }
  return undefined;
};

const campaignText = ({ subject, profile, seed, campaign }: Report): string =>
  `campaign ${campaign.id} (${subject}, profile ${profile}, seed ${seed})`;

const isNearly = (one: Report, other: Report): boolean =>
  other.campaign.id !== one.campaign.id && other.shard !== undefined && other.subject === one.subject;

const differenceText = (one: Report, other: Report): string => {
  const facts = ({ profile, seed, campaign: { id: _, ...rest } }: Report): Record<string, unknown> => ({ profile, seed, ...rest });
  const [a, b] = [facts(one), facts(other)];
  const name = Object.keys({ ...a, ...b }).find((key) => a[key] !== b[key]) ?? 'id';
  return `Another report of ${one.subject} has ${name} ${JSON.stringify(b[name]) ?? 'absent'} where this has ${JSON.stringify(a[name]) ?? 'absent'}`;
};

type Shares = readonly [Report, ...Report[]];

const join = (group: Shares): Report => {
  const [first, ...others] = group;
  if (others.length === 0 && first.shard === undefined) return first;
  const { shard: _, cut: __, verdict: ___, listed: ____, ...rest } = first;
  const cuts = [...new Set(group.flatMap(({ cut }) => cut ?? []))];
  const sum = (of: (report: Report) => number): number => group.reduce((total, report) => total + of(report), 0);
  const counterexamples = joinCounterexamples(group);
  // One that was small, and asked for nothing that is supported, leaves no hole.
  const untriedShares = group.filter(({ verdict, steps }) => verdict === 'untried' && steps.total === 0).length;
  const listed = group.some((report) => report.listed !== undefined) ? joinListed(group) : undefined;
  const joined: Omit<Report, 'verdict'> = {
    ...rest,
    seconds: sum(({ seconds }) => seconds),
    clauses: joinClauses(group, counterexamples, listed ?? []),
    graphs: joinGraphs(group),
    steps: {
      asked: sum(({ steps }) => steps.asked),
      walks: sum(({ steps }) => steps.walks),
      campaign: sum(({ steps }) => steps.campaign),
      total: sum(({ steps }) => steps.total),
    },
    cases: { walks: sum(({ cases }) => cases.walks), campaign: sum(({ cases }) => cases.campaign) },
    ...(cuts.length > 0 && { cut: cuts.join('; ') }),
    counterexamples,
    outcomes: joinOutcomes(group),
    unsupported: joinCounted(
      group.flatMap(({ unsupported }) => unsupported),
      ({ kind, why }) => `${kind}: ${why}`,
    ),
    unjudged: joinCounted(
      group.flatMap(({ unjudged }) => unjudged),
      ({ kind }) => kind,
    ),
    ...(listed !== undefined && { listed }),
    ...(untriedShares > 0 && { untriedShares }),
  };
  return { ...joined, verdict: verdictOf(joined) };
};

const joinClauses = (group: Shares, counterexamples: readonly Counterexample[], listed: readonly ListedResult[]): ClauseResult[] => {
  const joined = new Map<ClauseId, ClauseResult>();
  for (const result of group.flatMap(({ clauses }) => clauses)) {
    const known = joined.get(result.id);
    joined.set(result.id, known === undefined ? result : joinClause(known, result));
  }
  // The shares may have met one deviation several times: what counts is how many there are.
  return [...joined.values()].map((result) => ({
    ...result,
    violated: counterexamples.filter(({ clauses }) => clauses.includes(result.id)).length,
    listed: listed.filter(({ shows, clauses }) => shows && clauses.includes(result.id)).length,
  }));
};

const joinClause = (a: ClauseResult, b: ClauseResult): ClauseResult => {
  const grade = grades.find((candidate) => a.grade === candidate || b.grade === candidate)!;
  const { why, needs } = [a, b].find((result) => result.grade === grade)!;
  return {
    id: a.id,
    tried: a.tried + b.tried,
    violated: 0,
    listed: 0,
    grade,
    ...(why !== undefined && { why }),
    ...(needs !== undefined && { needs }),
  };
};

/** Each share walked through every graph again: the one that was shown the most stands for all, and the steps add up. */
const joinGraphs = (group: Shares): GraphResult[] => {
  const joined = new Map<string, GraphResult>();
  for (const graph of group.flatMap(({ graphs }) => graphs)) {
    const key = JSON.stringify([graph.slice, graph.bounds]);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, graph);
    else joined.set(key, { ...(graph.shown > known.shown ? graph : known), steps: known.steps + graph.steps });
  }
  return [...joined.values()];
};

const joinCounterexamples = (group: Shares): Counterexample[] => {
  const joined = new Map<string, Counterexample>();
  for (const example of group.flatMap(({ counterexamples }) => counterexamples)) {
    const key = JSON.stringify(example.signature);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, example);
    else joined.set(key, { ...(example.steps.length < known.steps.length ? example : known), cases: known.cases + example.cases });
  }
  return [...joined.values()];
};

const joinOutcomes = (group: Shares): Report['outcomes'] => {
  const joined = new Map<string, Report['outcomes'][number]>();
  for (const outcome of group.flatMap(({ outcomes }) => outcomes)) {
    const key = JSON.stringify([outcome.step, outcome.outcome]);
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

/** Shares of one campaign were held to the same ledger. */
const joinListed = (group: Shares): ListedResult[] => {
  const joined = new Map<string, ListedResult>();
  for (const result of group.flatMap(({ listed }) => listed ?? [])) {
    const key = entryName(result);
    const known = joined.get(key);
    joined.set(key, known === undefined ? result : joinEntry(known, result));
  }
  return [...joined.values()];
};

const joinEntry = (a: ListedResult, b: ListedResult): ListedResult => ({
  ...a,
  clauses: [...new Set([...a.clauses, ...b.clauses])],
  cases: a.cases + b.cases,
  shows: a.shows || b.shows,
});
