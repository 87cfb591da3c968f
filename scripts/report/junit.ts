/** A report as JUnit XML, for CI: one test case for each modelled clause, skipped where no step tried it. */

import { clause } from '../../model/clauses/register.ts';
import { lineOf } from '../../model/winsock/trace.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { headline } from './summary.ts';

export const renderJunit = (report: Report): string => {
  const { clauses, counterexamples, seconds, subject, profile, seed } = report;
  const cases = clauses.map(({ id, tried, violated }) => {
    const name = `name="${escaped(`${id} ${clause(id).text}`)}" classname="${escaped(`wspsend.${profile}`)}"`;
    if (violated > 0) {
      // The first clause that a counterexample names is the one it was cut down to.
      const example =
        counterexamples.find((found) => found.clauses[0] === id) ?? counterexamples.find((found) => found.clauses.includes(id));
      const told = example === undefined ? '' : [example.replay, lineOf(example.header), ...example.steps.map(lineOf)].join('\n');
      return `    <testcase ${name}><failure message="${escaped(example?.message ?? 'the clause was broken')}">${escaped(told)}</failure></testcase>`;
    }
    return tried === 0 ? `    <testcase ${name}><skipped message="no step tried it"/></testcase>` : `    <testcase ${name}/>`;
  });
  const broken = clauses.filter(({ violated }) => violated > 0);
  // A deviation that names no clause is nobody's case, and a run in which nothing could be tried must not look green.
  const errors = [
    ...counterexamples
      .filter((example) => !example.clauses.some((id) => broken.some((result) => result.id === id)))
      .map(({ message }) => message),
    ...(report.verdict === 'untried' ? [headline(report)] : []),
  ].map((message) => `    <testcase name="the campaign" classname="wspsend.${profile}"><error message="${escaped(message)}"/></testcase>`);
  const skipped = clauses.filter(({ tried, violated }) => tried === 0 && violated === 0).length;
  const totals = `tests="${cases.length + errors.length}" failures="${broken.length}" errors="${errors.length}" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${escaped(subject)}" ${totals}>`,
    `    <properties><property name="seed" value="${seed}"/><property name="profile" value="${profile}"/></properties>`,
    ...cases,
    ...errors,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

// Control characters and lone surrogates cannot stand in XML, not even as references.
const escaped = (text: string): string =>
  text.replace(/(?![\t\n])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD').replace(/[&<>"\n]/g, (found) => entities[found] ?? found);
