/** A report for a person at a terminal. */

import { clause } from '../../model/clauses/register.ts';
import type { Counterexample, Report } from '../../properties/campaign/report.ts';
import { columnsOf } from './columns.ts';
import { permittedText, printable, stepText } from './stepText.ts';
import { chapterResults, goneText, headline } from './summary.ts';
import { type Colours, coloursOf } from './terminal.ts';

const plain = coloursOf({});

export const renderText = (report: Report, colours: Colours = plain): string => {
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow }[report.verdict];
  const lines = [
    paint(printable(headline(report))),
    ...(report.cut === undefined ? [] : [colours.yellow(`cut short: ${printable(report.cut)}`)]),
    '',
    ...columnsOf(
      ['section', 'clauses', 'tried', 'steps', 'verdict'],
      chapterResults(report).map(({ title, clauses, triedClauses, violatedClauses, steps }) => [
        title,
        String(clauses),
        String(triedClauses),
        String(steps),
        violatedClauses > 0 ? `${violatedClauses} broken` : triedClauses === 0 ? 'not tried' : 'holds',
      ]),
    ),
    '',
    ...report.counts.map(({ what, count, bounds }) => `${count} ${what} within ${bounds}`),
    `${report.seconds.toFixed(1)} seconds, seed ${report.seed}`,
    ...section('not tried', notTriedLines(report)),
    ...section('outcomes that were permitted and never came', outcomeLines(report)),
    ...section(
      'unsupported',
      (report.unsupported ?? []).slice(0, linesMax).map(({ kind, why, count }) => `${count} × ${printable(kind)}: ${printable(why)}`),
    ),
    ...section(
      'cases that were not judged to their end',
      (report.unjudged ?? []).map(({ message, count }) => `${count} × ${printable(message)}`),
    ),
    ...section(
      'listed deviations',
      (report.listed ?? []).map((entry) =>
        entry.shows ? `${entry.cases} × ${entry.clauses[0] ?? ''} ${printable(entry.step)}` : colours.red(printable(goneText(entry))),
      ),
    ),
    ...report.counterexamples.flatMap((example) => ['', ...counterexampleLines(example, colours)]),
  ];
  return `${lines.join('\n')}\n`;
};

const linesMax = 12;

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];

/** By reason, since many clauses share one. */
function notTriedLines({ clauses }: Report): string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, grade, why } of clauses) {
    if (grade !== 'notTried' && grade !== 'unreachable') continue;
    const reason = `${grade === 'unreachable' ? 'unreachable here: ' : ''}${why ?? 'no step led to it'}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  return [...reasons].map(([reason, ids]) => `${printable(reason)}: ${ids.join(', ')}`);
}

/** Outcomes that were offered often enough to expect them. */
function outcomeLines({ outcomes = [] }: Report): string[] {
  const steps = new Map<string, string[]>();
  for (const { step, outcome, offered, shown } of outcomes) {
    if (shown === 0 && offered >= offeredMin) steps.set(step, [...(steps.get(step) ?? []), outcome]);
  }
  return [...steps].map(([step, never]) => `${step}: ${never.join(', ')}`);
}
const offeredMin = 20;

function counterexampleLines(example: Counterexample, colours: Colours): string[] {
  const { steps, message, clauses, permitted, shown, replay } = example;
  const width = String(steps.length + 1).length;
  // Numbered as the lines of the trace that it is, whose header is line 1.
  const stepLines = steps.map((step, at) => `  ${String(at + 2).padStart(width)}  ${stepText(step)}`);
  return [
    colours.red(`not permitted: ${printable(message)}`),
    ...stepLines.slice(0, -1),
    ...stepLines.slice(-1).map(colours.bold),
    ...clauses.map((id) => `  breaks     ${id}  ${clause(id).text}`),
    ...permitted.map((outcome) => `  permitted  ${permittedText(outcome)}`),
    ...(shown.times === 0 ? [`  shows      only sometimes: not again in ${shown.of} further tries`] : []),
    `  replay     ${printable(replay)}`,
  ];
}
