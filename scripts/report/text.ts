/** A report for a person at a terminal: the verdict, what was found, then what was tried. The rest only where it is asked for. */

import { clause } from '../../model/clauses/register.ts';
import type { Counterexample, Report } from '../../properties/campaign/report.ts';
import { cellsOf, percentText } from './bar.ts';
import { columnsDefault, columnsOf, fitted, wrapped } from './columns.ts';
import { grouped } from './counts.ts';
import { printable } from './printable.ts';
import { permittedText, stepText } from './stepText.ts';
import {
  allSections,
  boundsLegend,
  boundsText,
  brokenFirst,
  cutText,
  effortText,
  entriesOf,
  entryName,
  headline,
  lackingTexts,
  ledgerFaults,
  minimalText,
  missingOutcomes,
  type NotTried,
  notReached,
  notTriedGroups,
  type SectionResult,
  secondText,
  sectionResults,
} from './summary.ts';
import { type Colours, coloursOf } from './terminal.ts';

export interface TextOptions {
  readonly colours?: Colours;
  /** Columns that a line may have. */
  readonly width?: number;
  /** Everything that the report holds. */
  readonly verbose?: boolean;
}

type Style = Required<TextOptions>;

/** How many of each there are room for, where not everything is wanted. */
const few = { findings: 5, steps: 24, permitted: 6, entries: 12, ids: 4 } as const;

export const renderText = (report: Report, options: TextOptions = {}): string => {
  const style: Style = { colours: coloursOf({}), width: columnsDefault, verbose: false, ...options };
  const { colours } = style;
  const paint = { conforms: colours.green, deviates: colours.red, untried: colours.yellow, short: colours.yellow }[report.verdict];
  const cut = cutText(report);
  const lines = [
    ...wrapped(printable(headline(report)), style.width, '  ').map(paint),
    effortText(report),
    ...(cut === undefined ? [] : wrapped(printable(`cut short: ${cut}`), style.width, '  ').map(colours.yellow)),
    ...lackingTexts(report).map(colours.yellow),
    ...ledgerFaults(report).flatMap((fault) => wrapped(printable(fault), style.width, '  ').map(colours.red)),
    ...findingsLines(report, style),
    '',
    ...sectionLines(report, style),
    ...graphLines(report, style),
    ...notTriedLines(report, style),
    ...listedLines(report, style),
    ...unjudgedLines(report, style),
    ...(style.verbose ? restLines(report) : hintLines(report, style)),
  ];
  return `${lines.join('\n')}\n`;
};

// ---- Findings ------------------------------------------------------------------------------------------------------------------

function findingsLines({ counterexamples }: Report, style: Style): string[] {
  const { verbose, colours, width } = style;
  const shown = verbose ? counterexamples : counterexamples.slice(0, few.findings);
  const rest = counterexamples.slice(shown.length);
  const titleOf = (at: number): string => (counterexamples.length === 1 ? 'finding' : `finding ${at + 1} of ${counterexamples.length}`);
  return [
    ...shown.flatMap((example, at) => ['', ...findingLines(example, titleOf(at), style)]),
    ...(rest.length === 0 ? [] : ['']),
    ...rest.map((example, at) => {
      const { message, clauses } = example;
      return colours.red(fitted(printable(`${titleOf(shown.length + at)}: ${message}  ${clauses.join(', ')}`), width));
    }),
  ];
}

function findingLines(example: Counterexample, title: string, { colours, verbose, width }: Style): string[] {
  const { steps, message, permitted, shown, replay, keep, clauses, signature, file, second } = example;
  // Numbered as the lines of the trace that it is, whose header is line 1.
  const digits = String(steps.length + 1).length;
  const first = verbose ? 0 : Math.max(0, steps.length - few.steps);
  const stepLines = steps.slice(first).map((step, at) => `  ${String(first + at + 2).padStart(digits)}  ${stepText(step)}`);
  const others = verbose ? 0 : Math.max(0, permitted.length - few.permitted);
  const owed = clauses.filter((id) => !signature.clauses.includes(id));
  const minimal = minimalText(example);
  return [
    ...wrapped(`${title}, not permitted: ${printable(message)}`, width, '  ').map(colours.red),
    ...(first === 0 ? [] : [colours.dim(`  ${''.padStart(digits)}  … ${first} steps before`)]),
    ...stepLines.slice(0, -1),
    ...stepLines.slice(-1).map(colours.bold),
    ...brokenFirst(example).flatMap((id) => labelled('breaks', `${id}  ${clause(id).text}`, width)),
    ...(owed.length > 0 ? labelled('', `${owed.join(', ')} required a failure; the code that came belongs to another row.`, width) : []),
    ...permitted.slice(0, permitted.length - others).flatMap((outcome) => labelled('permitted', permittedText(outcome), width)),
    ...(others === 0 ? [] : labelled('', `… ${others} more`, width)),
    ...(second === undefined ? [] : labelled('judges', printable(secondText(example)), width)),
    ...(shown.times === 0 ? labelled('shows', `only sometimes: not again in ${shown.of} further tries`, width) : []),
    ...(minimal === undefined ? [] : labelled('minimal', minimal, width)),
    ...(file === undefined ? [] : [`  ${'trace'.padEnd(labelWidth)}  ${printable(file)}`]),
    `  ${'replay'.padEnd(labelWidth)}  ${printable(replay)}`,
    ...(keep === undefined ? [] : [`  ${'keep'.padEnd(labelWidth)}  ${printable(keep)}`]),
  ];
}

const labelWidth = 'permitted'.length;

const labelled = (label: string, text: string, width: number): string[] =>
  wrapped(text, width - labelWidth - 4).map((line, at) => `  ${(at === 0 ? label : '').padEnd(labelWidth)}  ${line}`);

// ---- What was tried ------------------------------------------------------------------------------------------------------------

const barLeast = 8;
const barMost = 40;
const marks = { held: '#', broken: 'x', listed: '~', notTried: '.' } as const;
const parts = ['held', 'broken', 'listed', 'notTried'] as const;

function sectionLines(report: Report, { colours, width }: Style): string[] {
  const all = allSections(report);
  const results = [...sectionResults(report), all];
  const [tallied, clauses] = [String(all.tried).length, String(all.clauses).length];
  const table = columnsOf(
    ['section', 'tried', 'held', 'broken', 'listed', 'not tried'],
    results.map((section) => {
      const { title, clauses: count, tried, held, broken, listed, notTried } = section;
      const share = (part: number): string => percentText(part, count).padStart(4);
      return [
        title,
        `${String(tried).padStart(tallied)} of ${String(count).padStart(clauses)} ${share(tried)}`,
        `${String(held).padStart(tallied)} ${share(held)}`,
        ...[broken, listed, notTried].map(String),
      ];
    }),
  );
  const longest = Math.max(...table.map((line) => line.length));
  const room = Math.min(barMost, Math.max(barLeast, width - longest - 2));
  const [head, ...rows] = table;
  return [
    colours.bold(head!),
    ...rows.map((row, at) => `${row.padEnd(longest)}  ${barOf(results[at]!, room, colours)}`),
    colours.dim(
      `${marks.held} held   ${marks.broken} broken   ${marks.listed} broken as the ledger lists it   ${marks.notTried} not tried`,
    ),
  ];
}

function barOf(section: SectionResult, width: number, colours: Colours): string {
  const paint = { held: colours.green, broken: colours.red, listed: colours.yellow, notTried: colours.dim };
  const cells = cellsOf(
    parts.map((part) => section[part]),
    width,
  );
  return parts.map((part, at) => (cells[at] === 0 ? '' : paint[part](marks[part].repeat(cells[at]!)))).join('');
}

function graphLines({ graphs }: Report, { colours, width }: Style): string[] {
  if (graphs.length === 0) return [];
  const sum = (of: (graph: Report['graphs'][number]) => number): number => graphs.reduce((total, graph) => total + of(graph), 0);
  const row = (name: string, bounds: string, numbers: readonly [number, number, number, number, number]): string[] => {
    const [states, visible, shown, otherwise, unreached] = numbers;
    return [
      name,
      bounds,
      grouped(states),
      grouped(visible),
      grouped(shown),
      percentText(shown, visible),
      grouped(otherwise),
      grouped(unreached),
    ];
  };
  const [head, ...rows] = columnsOf(
    ['graph', 'bounds', 'states', 'transitions', 'shown', '', 'otherwise', 'not reached'],
    [
      ...graphs.map((graph) =>
        row(graph.slice, boundsText(graph), [graph.states, graph.visible, graph.shown, graph.otherwise, notReached(graph)]),
      ),
      row('all', '', [
        sum((graph) => graph.states),
        sum((graph) => graph.visible),
        sum((graph) => graph.shown),
        sum((graph) => graph.otherwise),
        sum(notReached),
      ]),
    ],
  );
  const legend = [
    `${boundsLegend}; transitions: those that a trace can show`,
    'otherwise: asked for, and the implementation chose another permitted outcome',
  ];
  return ['', colours.bold(head!), ...rows, ...legend.flatMap((line) => wrapped(line, width, '  ')).map(colours.dim)];
}

// ---- What was not tried, and what is known -------------------------------------------------------------------------------------

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];

function notTriedLines(report: Report, { width, verbose }: Style): string[] {
  const { notTried, clauses } = allSections(report);
  const groups = verbose ? notTriedGroups(report) : atAGlance(notTriedGroups(report));
  return section(
    `not tried, ${notTried} of ${clauses} clauses`,
    groups.flatMap((group) => groupLines(group, width - 2, verbose)),
  );
}

/** What no request can reach has a reason of its own for nearly each clause, and none that a reader could do anything about. */
function atAGlance(groups: readonly NotTried[]): readonly NotTried[] {
  const unreachable = groups.filter(({ isUnreachable }) => isUnreachable);
  if (unreachable.length < 2) return groups;
  const ids = unreachable.flatMap((group) => group.ids);
  const joined = { reason: 'cannot be asked for here (--verbose says why)', isUnreachable: true, needs: [], ids };
  return [...groups.filter(({ isUnreachable }) => !isUnreachable), joined];
}

function groupLines({ reason, needs, ids }: NotTried, width: number, verbose: boolean): string[] {
  const count = String(ids.length).padStart(3);
  if (verbose) {
    const needed = needs.length === 0 ? '' : ` (needs ${needs.join('; ')})`;
    return [
      ...wrapped(`${count}  ${printable(`${reason}${needed}`)}`, width, '     '),
      ...wrapped(`     ${ids.join(', ')}`, width, '     '),
    ];
  }
  const more = ids.length - few.ids;
  return wrapped(
    `${count}  ${printable(reason)}: ${ids.slice(0, few.ids).join(', ')}${more > 0 ? `, … ${more} more` : ''}`,
    width,
    '     ',
  );
}

const listedIndent = ' '.repeat(15);

function listedLines({ listed = [] }: Report, { width, verbose, colours }: Style): string[] {
  const seen = listed.filter(({ shows }) => shows);
  const met = entriesOf(seen.filter(({ cases }) => cases > 0));
  const kept = verbose ? seen : seen.slice(0, few.entries);
  const lines = kept.flatMap((entry) => {
    const { cases, step, clauses, reason } = entry;
    const line = `${entryName(entry).padStart(4)}  ${String(cases).padStart(5)} ×  ${verbose ? clauses.join(', ') : (clauses[0] ?? '')}  ${printable(step)}`;
    if (!verbose) return [fitted(line, width - 2)];
    return [
      ...wrapped(line, width - 2, listedIndent),
      ...wrapped(`${listedIndent}${printable(reason)}`, width - 2, listedIndent).map(colours.dim),
    ];
  });
  const more = seen.length - kept.length;
  const title = `listed deviations that show, ${entriesOf(seen)} of ${entriesOf(listed)}, ${met} met by cases (entry, cases, what)`;
  return section(title, [...lines, ...(more > 0 ? [`… ${more} more`] : [])]);
}

function unjudgedLines({ unjudged, cases }: Report, { width, verbose }: Style): string[] {
  const lines = unjudged.map(({ kind, message, count }) => {
    const line = `${String(count).padStart(3)}  ${kind}: ${printable(message)}`;
    return verbose ? line : fitted(line, width - 2);
  });
  const count = unjudged.reduce((sum, entry) => sum + entry.count, 0);
  return section(`not judged to their end, ${count} of ${grouped(cases.walks + cases.campaign)} cases`, lines);
}

// ---- The rest ------------------------------------------------------------------------------------------------------------------

const words = { conforms: 'held', deviates: 'broken', listed: 'listed', notTried: 'not tried', unreachable: 'not tried' } as const;

function restLines(report: Report): string[] {
  const { clauses, unsupported, campaign } = report;
  const table = columnsOf(
    ['clause', 'verdict', 'steps', 'deviations', 'listed'],
    clauses.map(({ id, grade, tried, violated, listed }) => [id, words[grade], grouped(tried), grouped(violated), grouped(listed)]),
  );
  return [
    ...section('every clause, with the steps that put it to the test', table),
    ...section(
      'outcomes that were permitted and never came',
      [...missingOutcomes(report)].map(([step, never]) => `${step}: ${never.join(', ')}`),
    ),
    ...section(
      'requests that were not supported',
      unsupported.map(({ kind, why, count }) => `${count} × ${printable(kind)}: ${printable(why)}`),
    ),
    '',
    `campaign ${campaign.id}${campaign.version === '' ? '' : `, wspsend ${campaign.version}`}`,
  ];
}

function hintLines(report: Report, { colours, width }: Style): string[] {
  const outcomes = [...missingOutcomes(report).values()].reduce((sum, never) => sum + never.length, 0);
  const missing = outcomes === 0 ? '' : `, the permitted outcomes that never came (${outcomes})`;
  const lacked = report.unsupported.length === 0 ? '' : ', the requests that were not supported';
  const ended = report.counterexamples.length === 1 ? ' Without --keep-going a run ends with its first finding.' : '';
  return ['', ...wrapped(`--verbose lists every clause${missing}${lacked}.${ended}`, width).map(colours.dim)];
}
