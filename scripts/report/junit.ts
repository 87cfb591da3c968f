/** A report as JUnit XML, for CI: one test case for each clause, skipped where no step tried it. Whatever it holds is escaped. */

import { clause } from '../../model/clauses/register.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { isTriedGrade } from '../../properties/campaign/verdict.ts';
import { cutText, headline, knownDeviations, lackingTexts, ledgerFaults } from './summary.ts';

interface Totals {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly seconds: number;
}

/** One suite for each report. */
export const renderJunit = (...reports: readonly Report[]): string => {
  const suites = reports.map(suiteOf);
  const sum = (of: keyof Totals): number => suites.reduce((total, { totals }) => total + totals[of], 0);
  const all = { tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped'), seconds: sum('seconds') };
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${said(all)}>`, ...suites.flatMap(({ lines }) => lines), '</testsuites>'].join('\n')}\n`;
};

const said = ({ tests, failures, errors, skipped, seconds }: Totals): string =>
  `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds.toFixed(3)}"`;

const suiteOf = (report: Report): { readonly totals: Totals; readonly lines: readonly string[] } => {
  const { clauses, counterexamples, seconds, subject, profile, seed } = report;
  const cases = clauses.map(({ id, grade, violated, why }) => {
    const name = `name="${escaped(`${id} ${clause(id).text}`)}" classname="${escaped(`wspsend.${profile}`)}"`;
    if (violated > 0) {
      // The first clause that a counterexample names is the one it was cut down to.
      const example =
        counterexamples.find((found) => found.clauses[0] === id) ?? counterexamples.find((found) => found.clauses.includes(id));
      const trace = example === undefined ? '' : [example.replay, lineOf(example.header), ...example.steps.map(lineOf)].join('\n');
      return `    <testcase ${name}><failure message="${escaped(example?.message ?? 'the clause was broken')}">${escaped(trace)}</failure></testcase>`;
    }
    const known = knownDeviations(report, id).map(({ step, reason }) => `listed deviation: ${step}\n${reason}`);
    if (known.length > 0) return `    <testcase ${name}><system-out>${escaped(known.join('\n'))}</system-out></testcase>`;
    if (isTriedGrade(grade)) return `    <testcase ${name}/>`;
    return `    <testcase ${name}><skipped message="${escaped(why ?? 'no step tried it')}"/></testcase>`;
  });
  const broken = clauses.filter(({ violated }) => violated > 0);
  // A deviation that names no clause belongs to no test case, and a run in which nothing could be tried must not look green.
  const errors = [
    ...counterexamples
      .filter((example) => !example.clauses.some((id) => broken.some((result) => result.id === id)))
      .map(({ message }) => message),
    ...ledgerFaults(report),
    ...(report.verdict === 'untried' ? [headline(report)] : []),
    ...lackingTexts(report),
  ].map(
    (message) =>
      `    <testcase name="the campaign" classname="${escaped(`wspsend.${profile}`)}"><error message="${escaped(message)}"/></testcase>`,
  );
  const skipped = clauses.filter(({ grade }) => !isTriedGrade(grade)).length;
  const cut = cutText(report);
  const facts = { seed: String(seed), profile, campaign: report.campaign.id, ...(cut !== undefined && { cut }) };
  const totals = { tests: cases.length + errors.length, failures: broken.length, errors: errors.length, skipped, seconds };
  const lines = [
    `  <testsuite name="${escaped(subject)}" ${said(totals)}>`,
    `    <properties>${Object.entries(facts)
      .map(([name, value]) => `<property name="${name}" value="${escaped(value)}"/>`)
      .join('')}</properties>`,
    ...cases,
    ...errors,
    '  </testsuite>',
  ];
  return { totals, lines };
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

// Control characters and lone surrogates cannot stand in XML, not even as references.
const escaped = (text: string): string =>
  text.replace(/(?![\t\n])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD').replace(/[&<>"\n]/g, (found) => entities[found] ?? found);
