/** Reports as TAP 14: a test point for each clause, and one for whatever else makes a run red. */

import { clause } from '../../model/clauses/register.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { ClauseResult, Report } from '../../properties/campaign/report.ts';
import { isTriedGrade } from '../../properties/campaign/verdict.ts';
import { printable } from './printable.ts';
import { effortText, entryName, headline, knownDeviations, lackingTexts, ledgerFaults } from './summary.ts';

export const renderTap = (...reports: readonly Report[]): string => {
  const points = reports.flatMap((report) => pointsOf(report, reports.length === 1));
  const lines = points.flatMap(({ isOk, text, directive, diagnostics }, at) => [
    `${isOk ? 'ok' : 'not ok'} ${at + 1} - ${described(text)}${directive === undefined ? '' : ` # ${directive}`}`,
    ...(diagnostics === undefined ? [] : ['  ---', ...diagnostics.map((line) => `  ${line}`), '  ...']),
  ]);
  const comments = reports.flatMap((report) => [headline(report), effortText(report)]).map((text) => `# ${printable(text)}`);
  return `${['TAP version 14', `1..${points.length}`, ...lines, ...comments].join('\n')}\n`;
};

interface Point {
  readonly isOk: boolean;
  readonly text: string;
  readonly directive?: string;
  /** YAML. */
  readonly diagnostics?: readonly string[];
}

/** What follows a `#` would be a directive. */
const described = (text: string): string => printable(text).replace(/[\\#]/g, (found) => `\\${found}`);

function pointsOf(report: Report, isAlone: boolean): Point[] {
  const subject = isAlone ? '' : `${report.subject}, profile ${report.profile}: `;
  const broken = new Set<string>(report.clauses.filter(({ violated }) => violated > 0).map(({ id }) => id));
  const faults = [
    ...report.counterexamples.filter(({ clauses }) => !clauses.some((id) => broken.has(id))).map(({ message }) => message),
    ...ledgerFaults(report),
    ...(report.verdict === 'untried' ? [headline(report)] : []),
    ...lackingTexts(report),
  ];
  return [
    ...report.clauses.map((result) => pointOf(report, result, subject)),
    ...faults.map((message): Point => ({ isOk: false, text: `${subject}the campaign: ${message}` })),
  ];
}

function pointOf(report: Report, { id, grade, why }: ClauseResult, subject: string): Point {
  const text = `${subject}${id} ${clause(id).text}`;
  if (!isTriedGrade(grade)) return { isOk: true, text, directive: `skip ${described(why ?? 'not tried')}` };
  if (grade === 'conforms') return { isOk: true, text };
  if (grade === 'listed') {
    const entries = knownDeviations(report, id).map((entry) => `entry ${entryName(entry)}, ${entry.step}`);
    return { isOk: false, text, directive: `todo ${described(`listed: ${entries.join('; ')}`)}` };
  }
  const example = report.counterexamples.find(({ clauses }) => clauses.includes(id));
  if (example === undefined) return { isOk: false, text };
  const { message, replay, header, steps } = example;
  const trace = [header, ...steps].map((line) => `  - ${quoted(lineOf(line))}`);
  return {
    isOk: false,
    text,
    diagnostics: [`message: ${quoted(message)}`, 'severity: fail', `replay: ${quoted(replay)}`, 'trace:', ...trace],
  };
}

/** A JSON string is a YAML string, as long as nothing in it needs a look. */
const quoted = (text: string): string => JSON.stringify(printable(text));
