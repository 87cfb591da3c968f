/**
 * Reports as one HTML file that needs no other and no network: the verdict, the findings, what was tried. What names a clause, a
 * finding or an entry of the ledger leads there.
 */

import { type ClauseId, chapters, clause } from '../../model/clauses/register.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { ClauseResult, Counterexample, ListedResult, Report } from '../../properties/campaign/report.ts';
import { percentText } from './bar.ts';
import { grouped } from './counts.ts';
import { style } from './htmlStyle.ts';
import { html, Markup } from './markup.ts';
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
  knownDeviations,
  lackingTexts,
  ledgerFaults,
  minimalText,
  missingOutcomes,
  notReached,
  notTriedGroups,
  type SectionResult,
  secondText,
  sectionResults,
  sectionWord,
} from './summary.ts';

export const renderHtml = (...reports: readonly Report[]): string => {
  const title = reports.map(({ subject }) => subject).join(', ');
  const isOne = reports.length === 1;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>wspsend: ${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${isOne ? undefined : html`<h1>wspsend: ${reports.length} reports</h1>${sideBySide(reports)}`}
${reports.map((report, at) => articleOf(new Place(isOne ? '' : `r${at + 1}-`), report))}
</main>
</body>
</html>
`;
  return page.text;
};

/** Anchors of one report, apart from those of the others in the file. */
class Place {
  readonly prefix: string;
  constructor(prefix: string) {
    this.prefix = prefix;
  }
  id(what: string): string {
    return `${this.prefix}${what.replace(/[^\w-]+/g, '-')}`;
  }
  link(what: string, text: string): Markup {
    return html`<a href="#${this.id(what)}">${text}</a>`;
  }
  clauses(ids: readonly string[]): Markup {
    return html`${ids.map((id, at) => html`${at > 0 && ', '}${this.link(`clause-${id}`, id)}`)}`;
  }
}

const verdictWords = { conforms: 'conforms', deviates: 'deviates', untried: 'not tried', short: 'too little tried' } as const;
const gradeWords = { conforms: 'held', deviates: 'broken', listed: 'listed', notTried: 'not tried', unreachable: 'not tried' } as const;

const articleOf = (place: Place, report: Report): Markup => {
  const { verdict, subject, counterexamples, listed = [], unjudged, graphs } = report;
  const cut = cutText(report);
  const notes = [...(cut === undefined ? [] : [`cut short: ${cut}`]), ...lackingTexts(report), ...ledgerFaults(report)];
  const parts: readonly (readonly [id: string, title: string, body: Markup | undefined])[] = [
    ['findings', `Findings (${counterexamples.length})`, counterexamples.length === 0 ? undefined : findings(place, report)],
    ['sections', 'Sections of the page', sections(place, report)],
    ['graphs', 'Graphs of the model', graphs.length === 0 ? undefined : graphTable(report)],
    ['not-tried', `Not tried (${allSections(report).notTried})`, allSections(report).notTried === 0 ? undefined : notTried(place, report)],
    ['listed', `Listed deviations (${entriesOf(listed)})`, listed.length === 0 ? undefined : listedTable(place, listed)],
    ['not-judged', 'Not judged to their end', unjudged.length === 0 ? undefined : unjudgedTable(report)],
    ['clauses', 'Every clause', clauseTables(place, report)],
    ['outcomes', 'Permitted outcomes that never came', missingOutcomes(report).size === 0 ? undefined : outcomeTable(report)],
    ['unsupported', 'Requests that were not supported', report.unsupported.length === 0 ? undefined : unsupportedTable(report)],
    ['run', 'The run', runTable(report)],
  ];
  const present = parts.flatMap(([id, title, body]) => (body === undefined ? [] : [{ id, title, body }]));
  return html`<article id="${place.id('top')}">
<header>
<h1>${subject} <span class="badge ${verdict}">${verdictWords[verdict]}</span></h1>
<p class="verdict">${headline(report)}</p>
<p>${effortText(report)}</p>
${notes.map((note) => html`<p class="note">${note}</p>`)}
<nav aria-label="Parts of this report"><ul>${present.map(({ id, title }) => html`<li>${place.link(id, title)}</li>`)}</ul></nav>
</header>
${present.map(
  ({ id, title, body }) => html`<section id="${place.id(id)}"><h2>${title}</h2>
${body}
</section>
`,
)}
</article>
`;
};

// ---- Findings ------------------------------------------------------------------------------------------------------------------

const findings = (place: Place, { counterexamples }: Report): Markup =>
  html`${counterexamples.map((example, at) => finding(place, example, at + 1))}`;

function finding(place: Place, example: Counterexample, number: number): Markup {
  const { header, steps, message, permitted, shown, replay, keep, file, second } = example;
  const minimal = minimalText(example);
  const trace = [header, ...steps].map((line) => `${lineOf(line)}\n`).join('');
  return html`<div class="finding" id="${place.id(`finding-${number}`)}">
<h3>${number}. ${message}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Trace of finding ${number}"><table class="trace"><tbody>
${steps.map(
  (
    step,
    at,
  ) => html`<tr${at === steps.length - 1 && new Markup(' class="wrong"')}><td class="number">${at + 2}</td><td><code>${stepText(step)}</code></td></tr>
`,
)}</tbody></table></div>
<dl>
<dt>breaks</dt><dd><ul>${brokenFirst(example).map((id) => html`<li>${place.link(`clause-${id}`, id)} ${clause(id).text}</li>`)}</ul></dd>
${permitted.length > 0 && html`<dt>permitted</dt><dd><ul>${permitted.map((outcome) => html`<li>${permittedText(outcome)}${permittedBy(place, outcome)}</li>`)}</ul></dd>`}
${second !== undefined && html`<dt>judges</dt><dd>${secondText(example)}</dd>`}
${shown.times === 0 && html`<dt>shows</dt><dd>only sometimes: not again in ${shown.of} further tries</dd>`}
${minimal !== undefined && html`<dt>minimal</dt><dd>${minimal}</dd>`}
<dt>replay</dt><dd><code class="command">${replay}</code></dd>
${keep !== undefined && html`<dt>keep</dt><dd><code class="command">${keep}</code></dd>`}
<dt>trace</dt><dd><a download="finding-${number}.ndjson" href="data:application/x-ndjson;charset=utf-8,${encodeURIComponent(whole(trace))}">finding-${number}.ndjson</a>${file !== undefined && html`, kept as <code>${file}</code>`}</dd>
</dl>
</div>
`;
}

/** A lone surrogate has no bytes. */
const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD');

const permittedBy = (place: Place, { clauses }: Readonly<Record<string, unknown>>): Markup | undefined =>
  Array.isArray(clauses) && clauses.length > 0 ? html` (${place.clauses(clauses.map(String))})` : undefined;

// ---- What was tried ------------------------------------------------------------------------------------------------------------

/** `kind` is a class of the table, by which the style knows its columns. */
const table = (caption: string, head: readonly string[], rows: readonly Markup[], kind = ''): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${kind}"><caption>${caption}</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>`;

const cells = (values: readonly (number | string)[]): Markup =>
  html`${values.map((value) => html`<td class="number">${typeof value === 'number' ? grouped(value) : value}</td>`)}`;

const parts = ['held', 'broken', 'listed', 'notTried'] as const;

const barOf = (section: SectionResult): Markup => {
  const said = parts.map((part) => `${section[part]} ${part === 'notTried' ? 'not tried' : part}`).join(', ');
  const share = (part: (typeof parts)[number]): string => ((section[part] / section.clauses) * 100).toFixed(2);
  return html`<span class="bar" role="img" aria-label="${said}">${parts.map((part) => section[part] > 0 && html`<span class="${part}" style="width:${share(part)}%"></span>`)}</span>`;
};

function sections(place: Place, report: Report): Markup {
  const all = allSections(report);
  const row = (section: SectionResult): Markup => {
    const { title, clauses, tried, held, broken, listed, notTried: left } = section;
    const name = title === all.title ? html`all` : place.link(`section-${title}`, title);
    const numbers = [clauses, tried, percentText(tried, clauses), held, percentText(held, clauses), broken, listed, left];
    return html`<tr><th scope="row">${name}</th><td>${barOf(section)}</td>${cells(numbers)}<td>${sectionWord(section)}</td></tr>
`;
  };
  const head = ['section', '', 'clauses', 'tried', '', 'held', '', 'broken', 'listed', 'not tried', 'verdict'];
  return html`${table('Clauses by section: tried is held, broken and listed together', head, [...sectionResults(report), all].map(row), 'sections')}
<p class="legend"><span class="key held"></span> held <span class="key broken"></span> broken <span class="key listed"></span> broken as the ledger lists it <span class="key notTried"></span> not tried</p>`;
}

const graphTable = ({ graphs }: Report): Markup => html`${table(
  'What the implementation showed of each graph',
  ['graph', 'bounds', 'states', 'transitions', 'shown', '', 'otherwise', 'not reached', 'steps'],
  graphs.map((graph) => {
    const { slice, states, visible, shown, otherwise, steps } = graph;
    const numbers = [states, visible, shown, percentText(shown, visible), otherwise, notReached(graph), steps];
    return html`<tr><th scope="row">${slice}</th><td>${boundsText(graph)}</td>${cells(numbers)}</tr>
`;
  }),
  'graphs',
)}
<p class="legend">${boundsLegend}. Transitions: those that a trace can show. Otherwise: asked for, and the implementation chose another permitted outcome.</p>`;

const notTried = (place: Place, report: Report): Markup =>
  html`<ul>${notTriedGroups(report).map(
    ({
      reason,
      needs,
      ids,
    }) => html`<li><strong>${ids.length}</strong> ${reason}${needs.length > 0 && html` <span class="dim">(needs ${needs.join('; ')})</span>`}<br>${place.clauses(ids)}</li>
`,
  )}</ul>`;

function listedTable(place: Place, listed: readonly ListedResult[]): Markup {
  const stateOf = ({ shows, isReviewed }: ListedResult): string =>
    shows ? (isReviewed ? 'shows' : 'shows, without a reason') : 'no longer shows';
  return table(
    'Deviations that the ledger lists',
    ['entry', 'cases', 'what', 'clauses', 'state', 'reason'],
    listed.map(
      (
        entry,
      ) => html`<tr id="${place.id(`entry-${entryName(entry)}`)}"><th scope="row">${entryName(entry)}</th>${cells([entry.cases])}<td>${entry.step}</td><td>${place.clauses(entry.clauses)}</td><td>${stateOf(entry)}</td><td>${entry.reason}</td></tr>
`,
    ),
  );
}

const unjudgedTable = ({ unjudged }: Report): Markup =>
  table(
    'Cases that ended early, by nothing that the implementation is blamed for',
    ['cases', 'kind', 'the first of them'],
    unjudged.map(
      ({ kind, message, count }) => html`<tr>${cells([count])}<td>${kind}</td><td>${message}</td></tr>
`,
    ),
  );

// ---- Every clause --------------------------------------------------------------------------------------------------------------

function clauseTables(place: Place, report: Report): Markup {
  const results = new Map(report.clauses.map((result) => [result.id as string, result]));
  return html`${chapters.map(({ title, clauses }) => {
    const known = clauses.flatMap(({ id }) => results.get(id) ?? []);
    if (known.length === 0) return undefined;
    const rows = known.map((result) => clauseRow(place, report, result));
    return html`<h3 id="${place.id(`section-${title}`)}">${title}</h3>
${table(`Clauses of the section ${title}`, ['clause', 'verdict', 'steps', 'what it says'], rows)}
`;
  })}`;
}

function clauseRow(place: Place, report: Report, { id, grade, tried, why, needs }: ClauseResult): Markup {
  const found = report.counterexamples.flatMap(({ clauses }, at) => (clauses.includes(id) ? [at + 1] : []));
  const links = [
    ...found.map((number) => place.link(`finding-${number}`, `finding ${number}`)),
    ...knownDeviations(report, id).map((entry) => place.link(`entry-${entryName(entry)}`, `entry ${entryName(entry)}`)),
  ];
  const reason = why === undefined ? undefined : `${why}${needs === undefined ? '' : ` (needs ${needs})`}`;
  return html`<tr id="${place.id(`clause-${id}`)}"><th scope="row">${id}</th><td class="grade ${grade}">${gradeWords[grade]}${links.map((link) => html`<br>${link}`)}</td>${cells([tried])}<td>${clause(id).text}${reason !== undefined && html`<br><span class="dim">${reason}</span>`}</td></tr>
`;
}

// ---- The rest ------------------------------------------------------------------------------------------------------------------

const outcomeTable = (report: Report): Markup =>
  table(
    'Outcomes that were permitted often enough to expect them',
    ['step', 'never came'],
    [...missingOutcomes(report)].map(
      ([step, never]) => html`<tr><th scope="row">${step}</th><td>${never.join(', ')}</td></tr>
`,
    ),
  );

const unsupportedTable = ({ unsupported }: Report): Markup =>
  table(
    'What the implementation, or the harness in front of it, could not do',
    ['times', 'request', 'why'],
    unsupported.map(
      ({ kind, why, count }) => html`<tr>${cells([count])}<td>${kind}</td><td>${why}</td></tr>
`,
    ),
  );

function runTable({ profile, seed, campaign, shard, steps, cases, seconds }: Report): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ['profile', profile],
    ['seed', String(seed)],
    ['steps', `${grouped(steps.total)}: ${grouped(steps.walks)} in walks, ${grouped(steps.campaign)} in the campaign`],
    ['cases', `${grouped(cases.walks)} in walks, ${grouped(cases.campaign)} in the campaign`],
    ['seconds', seconds.toFixed(1)],
    ['campaign', campaign.id],
    ...(shard === undefined ? [] : [['share', `${shard.index} of ${shard.of}`] as const]),
    ...(campaign.version === '' ? [] : [['wspsend', campaign.version] as const]),
  ];
  return table(
    'How to have this run again',
    ['fact', 'value'],
    facts.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
    ),
  );
}

/** Clause by implementation. */
function sideBySide(reports: readonly Report[]): Markup {
  const met = new Set<ClauseId>(reports.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
  const ids = chapters.flatMap(({ clauses }) => clauses.map(({ id }) => id)).filter((id) => met.has(id));
  const cell = ({ clauses }: Report, at: number, id: ClauseId): Markup => {
    const grade = clauses.find((result) => result.id === id)?.grade ?? 'notTried';
    return html`<td class="grade ${grade}">${new Place(`r${at + 1}-`).link(`clause-${id}`, gradeWords[grade])}</td>`;
  };
  return html`<ul>${reports.map((report, at) => html`<li>${new Place(`r${at + 1}-`).link('top', report.subject)} (profile ${report.profile}): ${verdictWords[report.verdict]}</li>`)}</ul>
${table(
  'Every clause, side by side',
  ['clause', ...reports.map(({ subject }) => subject)],
  ids.map(
    (id) => html`<tr><th scope="row">${id}</th>${reports.map((report, at) => cell(report, at, id))}</tr>
`,
  ),
)}`;
}
