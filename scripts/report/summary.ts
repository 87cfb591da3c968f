/** What the renderers say alike about a report. */

import type { Report } from '../../properties/campaign/report.ts';
import { chapters } from '../chapters.ts';

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

/** The first line of a report. It says so when under half of the modelled clauses were tried. */
export const headline = (report: Report): string => {
  const { subject, profile, verdict, clauses } = report;
  const tried = clauses.filter((result) => result.tried > 0).length;
  if (verdict === 'untried') return `${subject}: nothing could be tried (profile ${profile})`;
  const what = verdict === 'conforms' ? 'conforms to every clause that was tried' : 'deviates';
  const little = tried * 2 < clauses.length ? `, under half of the modelled clauses` : '';
  return `${subject} ${what}: ${tried} of ${clauses.length} clauses tried${little} (profile ${profile})`;
};
