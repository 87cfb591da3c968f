/**
 * What GitHub shows of a run: annotations, by commands on the output of a step, and a summary, by a file. Both are escaped as the runner
 * reads them back.
 */

import { randomUUID } from 'node:crypto';
import { clause } from '../../model/clauses/register.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { percentText } from './bar.ts';
import { grouped } from './counts.ts';
import { printable } from './printable.ts';
import { permittedText, stepText } from './stepText.ts';
import {
  allSections,
  boundsText,
  brokenFirst,
  cutText,
  effortText,
  headline,
  lackingTexts,
  ledgerFaults,
  notReached,
  notTriedGroups,
  sectionResults,
  sectionWord,
} from './summary.ts';

// ---- Annotations ---------------------------------------------------------------------------------------------------------------

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

const annotation = (level: 'error' | 'warning' | 'notice', title: string, text: string): string =>
  `::${level} title=${property(printable(title))}::${data(text.split('\n').map(printable).join('\n'))}\n`;

/** GitHub keeps ten of each level for a step. */
const annotationsMax = 10;

/** An annotation for each finding and for whatever else makes the run red; a warning where it was cut. */
export const githubAnnotations = (report: Report): string => {
  const { counterexamples, verdict, subject } = report;
  const findings = counterexamples.map((example) => {
    const { message, replay } = example;
    const clauses = brokenFirst(example);
    return annotation(
      'error',
      `${subject}: ${clauses[0] ?? 'deviates'}`,
      `${message}\nbreaks ${clauses.join(', ') || 'no clause by name'}\n${replay}`,
    );
  });
  const others = [
    ...ledgerFaults(report).map((text) => annotation('error', `${subject}: ledger`, text)),
    ...lackingTexts(report).map((text) => annotation('error', `${subject}: too little tried`, text)),
    ...(verdict === 'untried' ? [annotation('error', `${subject}: not tried`, headline(report))] : []),
  ];
  const errors = [...findings, ...others];
  const kept = errors.length <= annotationsMax ? errors : errors.slice(0, annotationsMax - 1);
  const more = errors.length - kept.length;
  const cut = cutText(report);
  return [
    ...kept,
    ...(more > 0 ? [annotation('error', subject, `${more} more; the summary of the job has them`)] : []),
    ...(cut === undefined ? [] : [annotation('warning', `${subject}: cut short`, cut)]),
  ].join('');
};

/** Text of strangers between these lines is no command, whatever it says. */
export const withoutCommands = (text: string, token: string = randomUUID()): string =>
  `::stop-commands::${token}\n${text.endsWith('\n') ? text : `${text}\n`}::${token}::\n`;

// ---- The summary ---------------------------------------------------------------------------------------------------------------

/** A step may write 1 MiB; what is longer is lost whole. */
const findingsMax = 20;
const stepsMax = 40;
const textMax = 500;

const shortened = (text: string): string => (text.length <= textMax ? text : `${text.slice(0, textMax)}…`);

/** Markdown has no other way to say that a character stands for itself, wherever it stands. */
const md = (text: string): string =>
  shortened(printable(text)).replace(/[\\`*_{}[\]<>()#+!|~&@:$-]/g, (found) => `&#${found.codePointAt(0)};`);

/** A block that no text inside can end. */
const codeBlock = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
};

const row = (...values: readonly (string | number)[]): string =>
  `| ${values.map((value) => (typeof value === 'number' ? grouped(value) : value)).join(' | ')} |`;

const marks = { conforms: '✅', deviates: '❌', untried: '⚠️', short: '⚠️' } as const;

export const githubSummary = (report: Report): string => {
  const cut = cutText(report);
  const notes = [...(cut === undefined ? [] : [`cut short: ${cut}`]), ...lackingTexts(report), ...ledgerFaults(report)];
  return [
    `## ${marks[report.verdict]} ${md(headline(report))}`,
    '',
    md(effortText(report)),
    ...notes.map((note) => `\n**${md(note)}**`),
    ...findingsPart(report),
    ...sectionsPart(report),
    ...graphsPart(report),
    ...notTriedPart(report),
    '',
  ].join('\n');
};

function findingsPart({ counterexamples }: Report): string[] {
  const shown = counterexamples.slice(0, findingsMax);
  const more = counterexamples.length - shown.length;
  return [
    ...shown.flatMap((example, at) => {
      const { steps, message, permitted, replay } = example;
      const before = Math.max(0, steps.length - stepsMax);
      const lines = steps.slice(before).map((step, index) => shortened(`${before + index + 2}  ${stepText(step)}`));
      return [
        '',
        `### ${at + 1}. ${md(message)}`,
        '',
        ...brokenFirst(example).map((id) => `- breaks **${md(id)}** ${md(clause(id).text)}`),
        ...permitted.slice(0, 6).map((outcome) => `- permitted: ${md(permittedText(outcome))}`),
        '',
        codeBlock([...(before > 0 ? [`… ${before} steps before`] : []), ...lines, '', printable(replay)].join('\n')),
      ];
    }),
    ...(more > 0 ? ['', `… ${more} more findings`] : []),
  ];
}

const sectionsPart = (report: Report): string[] => [
  '',
  row('section', 'clauses', 'tried', '', 'held', 'broken', 'listed', 'not tried', ''),
  row('---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '---'),
  ...[...sectionResults(report), allSections(report)].map((section) => {
    const { title, clauses, tried, held, broken, listed, notTried } = section;
    return row(md(title), clauses, tried, percentText(tried, clauses), held, broken, listed, notTried, sectionWord(section));
  }),
];

const details = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];

const graphsPart = ({ graphs }: Report): string[] =>
  details(
    'Graphs of the model',
    graphs.length === 0
      ? []
      : [
          row('graph', 'bounds', 'states', 'transitions', 'shown', '', 'otherwise', 'not reached'),
          row('---', '---', '--:', '--:', '--:', '--:', '--:', '--:'),
          ...graphs.map((graph) => {
            const { slice, states, visible, shown, otherwise } = graph;
            return row(md(slice), boundsText(graph), states, visible, shown, percentText(shown, visible), otherwise, notReached(graph));
          }),
        ],
  );

const notTriedPart = (report: Report): string[] =>
  details(
    'Not tried',
    notTriedGroups(report).map(({ reason, ids }) => `- ${ids.length} ${md(reason)}: ${md(ids.join(', '))}`),
  );
