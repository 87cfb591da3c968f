/** What the renderers say alike about a report. */

import { chapters } from '../../model/clauses/register.ts';
import type { ClauseResult, Counterexample, GraphResult, ListedResult, Report } from '../../properties/campaign/report.ts';
import { isTriedGrade, lacking } from '../../properties/campaign/verdict.ts';
import { counted, grouped } from './counts.ts';

/** Clauses of a section by what became of them: `tried` is `held + broken + listed`, and `clauses` is `tried + notTried`. */
export interface SectionResult {
  readonly title: string;
  readonly clauses: number;
  readonly tried: number;
  readonly held: number;
  readonly broken: number;
  /** Broken only in ways that the ledger lists. */
  readonly listed: number;
  readonly notTried: number;
}

/** The sections of the page in which there is something to judge. */
export const sectionResults = (report: Report): SectionResult[] =>
  chapters
    .map(({ title, clauses }) => {
      const ids = new Set<string>(clauses.map(({ id }) => id));
      return sumOf(
        title,
        report.clauses.filter(({ id }) => ids.has(id)),
      );
    })
    .filter(({ clauses }) => clauses > 0);

export const allSections = (report: Report): SectionResult => sumOf('all', report.clauses);

const sumOf = (title: string, results: readonly ClauseResult[]): SectionResult => {
  const count = (...grades: readonly ClauseResult['grade'][]): number => results.filter(({ grade }) => grades.includes(grade)).length;
  return {
    title,
    clauses: results.length,
    tried: results.filter(({ grade }) => isTriedGrade(grade)).length,
    held: count('conforms'),
    broken: count('deviates'),
    listed: count('listed'),
    notTried: count('notTried', 'unreachable'),
  };
};

/** A section holds when everything in it was tried and nothing was ever broken, listed or not. */
export const sectionWord = ({ tried, broken, listed, notTried }: SectionResult): string => {
  if (broken > 0) return 'broken';
  if (listed > 0) return 'listed deviations';
  if (tried === 0) return 'not tried';
  return notTried > 0 ? 'held as far as it was tried' : 'held';
};

// ---- The verdict ---------------------------------------------------------------------------------------------------------------

/** The verdict in a sentence. It says so when under half of the clauses were tried. */
export const headline = (report: Report): string => {
  const { subject, profile, verdict, untriedShares = 0 } = report;
  const { clauses, tried } = allSections(report);
  const little = tried * 2 < clauses ? ', under half' : '';
  const coverage = `${tried} of ${clauses} clauses tried${little} (profile ${profile})`;
  switch (verdict) {
    case 'untried':
      if (tried > 0 && untriedShares > 0)
        return `${subject} is not judged as a whole, nothing could be tried in ${counted(untriedShares, 'share')}: ${coverage}`;
      return tried === 0
        ? `${subject}: nothing could be tried (profile ${profile})`
        : `${subject} is not judged, it writes what is no trace: ${coverage}`;
    case 'short':
      return `${subject} conforms as far as it was tried, which is not far enough: ${coverage}`;
    case 'deviates':
      return `${subject} deviates, ${deviationsText(report)}: ${coverage}`;
    case 'conforms':
      return `${subject} conforms to every clause that was tried${butFor(report)}: ${coverage}`;
  }
};

const butFor = ({ listed = [] }: Report): string => {
  const known = entriesOf(listed.filter(({ shows }) => shows));
  return known === 0 ? '' : ` but for ${counted(known, 'listed deviation')}`;
};

const deviationsText = ({ counterexamples, listed = [] }: Report): string => {
  const gone = entriesOf(listed.filter(({ shows }) => !shows));
  const unwritten = entriesOf(listed.filter(({ isReviewed }) => !isReviewed));
  const said = [
    ...(counterexamples.length > 0 ? [counted(counterexamples.length, 'finding')] : []),
    ...(gone > 0 ? [`${counted(gone, 'listed deviation')} no longer seen`] : []),
    ...(unwritten > 0 ? [`${counted(unwritten, 'listed deviation')} without a reason`] : []),
  ];
  return said.join(', ');
};

/** How many entries of a ledger these are, each with all the ways in which it shows. */
export const entriesOf = (listed: readonly ListedResult[]): number => new Set(listed.map(({ entry }) => entry)).size;

/** As `replay --entry` takes it: `3`, or `3.2` for the second way in which its cause shows. */
export const entryName = ({ entry, form }: Pick<ListedResult, 'entry' | 'form'>): string => (form === 1 ? `${entry}` : `${entry}.${form}`);

/** What was done and how to have it again. */
export const effortText = ({ steps, cases, seconds, seed, shard }: Report): string => {
  const share = shard === undefined ? '' : `, share ${shard.index} of ${shard.of}`;
  return `${counted(steps.total, 'step')} in ${counted(cases.walks + cases.campaign, 'case')}, ${seconds.toFixed(1)} seconds, seed ${seed}${share}`;
};

/** Why the run ended early, and how much it had done by then. */
export const cutText = (report: Report): string | undefined => {
  const { cut, steps, graphs } = report;
  if (cut === undefined) return undefined;
  const { tried, clauses } = allSections(report);
  const walked = graphs.length === 0 ? '' : `, ${counted(graphs.length, 'graph')} begun`;
  return `${cut} (done until then: ${grouped(steps.campaign)} of ${grouped(steps.asked)} steps of the campaign, ${tried} of ${clauses} clauses${walked})`;
};

/** What the run was to do at least and did not. */
export const lackingTexts = (report: Report): string[] =>
  lacking(report).map(({ what, wanted, done }) => `at least ${grouped(wanted)} ${what} were to be tried: ${grouped(done)} were`);

// ---- Findings ------------------------------------------------------------------------------------------------------------------

/** The clause that a finding is about: where another failure was owed, the row by which it was. */
export const brokenFirst = ({ clauses, signature }: Counterexample): readonly ClauseResult['id'][] => {
  const owed = clauses.filter((id) => !signature.clauses.includes(id));
  return [...owed, ...clauses.filter((id) => !owed.includes(id))];
};

/** Listed deviations by which the implementation breaks the clause. */
export const knownDeviations = ({ listed = [] }: Report, id: string): readonly ListedResult[] =>
  listed.filter(({ shows, clauses }) => shows && (clauses as readonly string[]).includes(id));

/** What of a ledger makes a run red, in a sentence each. */
export const ledgerFaults = ({ listed = [] }: Report): string[] =>
  listed.flatMap((entry) => {
    const { shows, isReviewed, step, clauses } = entry;
    const where = `entry ${entryName(entry)}: ${step}${clauses.length === 0 ? '' : ` (${clauses.join(', ')})`}`;
    return [
      ...(shows ? [] : [`a listed deviation no longer shows, ${where}`]),
      ...(isReviewed || entry.form > 1 ? [] : [`a listed deviation has no reason yet, ${where}`]),
    ];
  });

// ---- What was not tried --------------------------------------------------------------------------------------------------------

export interface NotTried {
  readonly reason: string;
  /** No request of this kind of run can reach it. */
  readonly isUnreachable: boolean;
  /** What of it would have been needed. */
  readonly needs: readonly string[];
  readonly ids: readonly ClauseResult['id'][];
}

/** How sure it is that nothing shorter shows the deviation; undefined where nothing shorter was looked for. */
export const minimalText = ({ minimal }: Counterexample): string | undefined => {
  if (minimal === undefined) return undefined;
  const { requests, cases, isAll, graphs } = minimal;
  const bounds = `of some of these requests, or of the ${graphs.length === 1 ? 'graph' : 'graphs'} ${graphs.join(', ')} with one operation and one unit`;
  if (isAll && cases === 0) return 'no case is shorter';
  return isAll
    ? `within bounds: none of ${grouped(cases)} shorter cases shows it, ${bounds}`
    : `not settled: of up to ${requests} requests none shows it, in ${grouped(cases)} cases ${bounds}; some longer ones were not tried`;
};

/** By reason, since many clauses share one; the longest groups first. */
export function notTriedGroups({ clauses }: Report): NotTried[] {
  const groups = new Map<string, { ids: ClauseResult['id'][]; needs: Set<string>; isUnreachable: boolean }>();
  for (const { id, grade, why = 'no step of this run led to it', needs } of clauses) {
    if (isTriedGrade(grade)) continue;
    const reason = needs !== undefined ? `not supported: ${why}` : grade === 'unreachable' ? `cannot be asked for here: ${why}` : why;
    const group = groups.get(reason) ?? { ids: [], needs: new Set(), isUnreachable: grade === 'unreachable' };
    groups.set(reason, group);
    group.ids.push(id);
    if (needs !== undefined) group.needs.add(needs);
  }
  return [...groups]
    .map(([reason, { needs, ...group }]) => ({ ...group, reason, needs: [...needs] }))
    .sort((a, b) => b.ids.length - a.ids.length);
}

/** Outcomes that were permitted often enough to expect them, and never came; by step. */
export function missingOutcomes({ outcomes }: Report): ReadonlyMap<string, readonly string[]> {
  const steps = new Map<string, string[]>();
  for (const { step, outcome, offered, shown } of outcomes) {
    if (shown === 0 && offered >= offeredMin) steps.set(step, [...(steps.get(step) ?? []), outcome]);
  }
  return steps;
}
const offeredMin = 20;

// ---- Graphs --------------------------------------------------------------------------------------------------------------------

/** What the implementation was never brought to, because the steps ran out or because it does not go the way there. */
export const notReached = ({ visible, shown, otherwise }: GraphResult): number => visible - shown - otherwise;

export const boundsText = ({ bounds: { operations, units, length } }: GraphResult): string => `${operations}/${units}/${length}`;
export const boundsLegend = 'bounds: operations at a time / units of room / units of a send';

/** Whether the second judge sees it too: what it accepts is doubtful. */
export const secondText = ({ second, steps }: Counterexample): string => {
  if (second?.verdict === 'undecided') return `outside the second judge's bounds: ${second.why ?? ''}`;
  if (second?.verdict === 'accepted') return 'the second judge accepts it: doubtful';
  return `a second, independent judge rejects it too${second?.line === steps.length + 1 ? '' : `, at line ${second?.line}`}`;
};
