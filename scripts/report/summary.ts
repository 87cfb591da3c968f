/** What the renderers say alike about a report. */

import { chapters, register } from '../../model/clauses/register.ts';
import type { ListedResult, Report } from '../../properties/campaign/report.ts';

export interface ChapterResult {
  readonly title: string;
  /** Clauses of the chapter that the campaign can judge, those of them that a step put to the test, and those that were broken. */
  readonly clauses: number;
  readonly triedClauses: number;
  readonly violatedClauses: number;
  /** Steps that put a clause of the chapter to the test; a step that tests two clauses counts twice. */
  readonly steps: number;
}

/** The chapters in which there is something to judge. */
export const chapterResults = (report: Report): ChapterResult[] => {
  const results = new Map<string, Report['clauses'][number]>(report.clauses.map((result) => [result.id, result]));
  return chapters
    .map(({ title, clauses }) => {
      const judged = clauses.flatMap(({ id }) => results.get(id) ?? []);
      return {
        title,
        clauses: judged.length,
        triedClauses: judged.filter(({ tried }) => tried > 0).length,
        violatedClauses: judged.filter(({ violated }) => violated > 0).length,
        steps: judged.reduce((sum, { tried }) => sum + tried, 0),
      };
    })
    .filter(({ clauses }) => clauses > 0);
};

const modelled: readonly string[] = register.filter(({ status }) => status.is === 'modelled').map(({ id }) => id);

/** The first line of a report. It says so when under half of the modelled clauses were tried. */
export const headline = (report: Report): string => {
  const { subject, profile, verdict, clauses } = report;
  const tried = clauses.filter((result) => result.tried > 0 && modelled.includes(result.id)).length;
  if (verdict === 'untried') {
    if (tried === 0) return `${subject}: nothing could be tried (profile ${profile})`;
    return `${subject} is not judged, it writes what is no trace: ${tried} of ${modelled.length} modelled clauses were tried before (profile ${profile})`;
  }
  const known = (report.listed ?? []).filter(({ shows }) => shows).length;
  const butFor = known === 0 ? '' : ` but for ${known} listed deviation${known === 1 ? '' : 's'}`;
  const what = verdict === 'conforms' ? `conforms to every clause that was tried${butFor}` : 'deviates';
  const little = tried * 2 < modelled.length ? ', under half' : '';
  return `${subject} ${what}: ${tried} of ${modelled.length} modelled clauses tried${little} (profile ${profile})`;
};

/** Listed deviations by which the implementation breaks the clause. */
export const knownDeviations = ({ listed = [] }: Report, id: string): readonly ListedResult[] =>
  listed.filter(({ shows, clauses }) => shows && clauses.includes(id));

/** A deviation that a ledger lists and that was looked for in vain. */
export const goneText = ({ clauses, step }: ListedResult): string =>
  `a listed deviation no longer shows: ${step}${clauses.length === 0 ? '' : ` (${clauses.join(', ')})`}`;
