/** A report for a person at a terminal. */

import { clause } from '../../model/clauses/register.ts';
import type { Counterexample, Report } from '../../properties/campaign/report.ts';
import { coloursOf } from '../options.ts';
import { outcomeText, printable, stepText } from '../stepText.ts';
import { chapterResults, headline } from './summary.ts';

export type Colours = ReturnType<typeof coloursOf>;
const plain = coloursOf({});

export const renderText = (report: Report, colours: Colours = plain): string => {
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow }[report.verdict];
  const lines = [
    paint(printable(headline(report))),
    ...(report.cut === undefined ? [] : [colours.yellow(`cut short: ${printable(report.cut)}`)]),
    '',
    ...table(
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
    ...report.counterexamples.flatMap((example) => ['', ...counterexampleLines(example, colours)]),
  ];
  return `${lines.join('\n')}\n`;
};

function counterexampleLines(example: Counterexample, colours: Colours): string[] {
  const { steps, message, clauses, permitted, replay } = example;
  const width = String(steps.length + 1).length;
  // Numbered as the lines of the trace that it is, whose header is line 1.
  const stepLines = steps.map((step, at) => `  ${String(at + 2).padStart(width)}  ${stepText(step)}`);
  return [
    colours.red(`not permitted: ${printable(message)}`),
    ...stepLines.slice(0, -1),
    ...stepLines.slice(-1).map(colours.bold),
    ...clauses.map((id) => `  breaks     ${id}  ${clause(id).text}`),
    ...permitted.map((outcome) => `  permitted  ${outcomeText(outcome)}`),
    `  replay     ${printable(replay)}`,
  ];
}

/** Columns as wide as they need; numbers stand at the right of theirs. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const cell = (text: string, at: number): string => (/^\d+$/.test(text) ? text.padStart(widths[at]!) : text.padEnd(widths[at]!));
  return [head, ...rows].map((row) => row.map(cell).join('  ').trimEnd());
}
