/** Reports in the forms that other programs read: whatever an implementation says, it stays text. */

import { describe, expect, test } from 'vitest';
import type { Report } from '../../properties/campaign/report.ts';
import { githubAnnotations, githubSummary, withoutCommands } from './github.ts';
import { renderHtml } from './html.ts';
import { conforming, counterexample, listedEntry, sealed, traceStep, withFindings } from './reports.fixture.ts';
import { renderTap } from './tap.ts';

const nasty = '</script><script>alert(1)</script>"\'\n::error::no\r\n| # ` ~~~ %0A <!-- \u001b[2J\u0000\ud800 -->';
const nastyStep = traceStep(JSON.stringify({ call: 'WSPSend', socket: nasty, buffers: [1], returns: { rc: -1, errno: nasty } }));
const example = { ...counterexample, message: nasty, replay: nasty, steps: [nastyStep], permitted: [{ rc: -1, errno: nasty }] };
const entry = { ...listedEntry, step: nasty, reason: nasty };
/** With a text of a stranger in every place that can hold one. */
const hostile = sealed({
  ...withFindings([example, { ...example, clauses: [] }], [entry, { ...entry, entry: 2, shows: false, isReviewed: false }]),
  subject: nasty,
  cut: nasty,
  outcomes: [{ step: nasty, outcome: nasty, offered: 50, shown: 0 }],
  unsupported: [{ kind: nasty, why: nasty, count: 1 }],
  unjudged: [{ kind: 'undecided', message: nasty, count: 1 }],
  graphs: conforming.graphs.map((graph) => ({ ...graph, slice: nasty })),
});
const deviating = withFindings([counterexample], [listedEntry]);

describe('a report as HTML', () => {
  const page = renderHtml(deviating);

  test('is one file that asks for no other', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/);
    expect(page).toContain("default-src 'none'");
  });

  test.each([
    ['alone', page],
    ['next to another', renderHtml(deviating, sealed({ ...conforming, subject: 'theirs' }))],
    ['of a stranger', renderHtml(hostile)],
  ])('%s has an anchor for each link, and each once', (_, text) => {
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    const links = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id!);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('leads from a clause to its finding and to its entry of the ledger, and back', () => {
    expect(page).toMatch(/id="clause-WSAENOTSOCK-1".*href="#finding-1"/);
    expect(page).toMatch(/id="clause-WSAECONNRESET-1".*href="#entry-1"/);
    expect(page).toMatch(/id="finding-1"[\s\S]*href="#clause-WSAENOTSOCK-1"/);
    expect(page).toMatch(/id="entry-1".*href="#clause-WSAECONNRESET-1"/);
  });

  test('gives the trace of a finding as a file', () => {
    const [, trace] = /href="data:application\/x-ndjson;charset=utf-8,([^"]*)"/.exec(page)!;
    expect(decodeURIComponent(trace!).split('\n')).toEqual([
      '{"wspsend":"trace/1"}',
      ...counterexample.steps.map((step) => JSON.stringify(step)),
      '',
    ]);
  });

  test('lets no text become markup', () => {
    const text = renderHtml(hostile);
    expect(text).not.toMatch(/<script|alert\(1\)<|<!--/);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
    // As many elements and attributes as with plain words in their place.
    const shape = (report: Report): number => renderHtml(report).match(/<|"/g)!.length;
    const plain = JSON.parse(JSON.stringify(hostile).replaceAll(JSON.stringify(nasty).slice(1, -1), 'x')) as Report;
    expect(shape(hostile)).toBe(shape(plain));
  });
});

describe('a report as TAP', () => {
  test('has a point for each clause: held, broken, listed as still to do, not tried as skipped', () => {
    const lines = renderTap(deviating).split('\n');
    expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..75']);
    expect(lines.filter((line) => /^(not )?ok /.test(line))).toHaveLength(75);
    expect(lines).toContainEqual(expect.stringMatching(/^ok \d+ - Return:1 /));
    expect(lines).toContainEqual(expect.stringMatching(/^not ok \d+ - WSAENOTSOCK:1 [^#]*$/));
    expect(lines).toContainEqual(expect.stringMatching(/^not ok \d+ - WSAECONNRESET:1 .* # todo listed: entry 1/));
    expect(lines).toContainEqual(expect.stringMatching(/^ok \d+ - Routine:1 .* # skip no step of this run led to it$/));
    expect(lines.filter((line) => line === '  ---' || line === '  ...')).toHaveLength(2);
  });

  test.each<[what: string, report: Report]>([
    ['nothing could be tried', sealed({ ...conforming, unjudged: [{ kind: 'malformed', message: 'line 3', count: 1 }] })],
    ['less was tried than was wanted', sealed({ ...conforming, required: { clauses: 75 } })],
    ['the ledger has no reason', withFindings([], [{ ...listedEntry, isReviewed: false }])],
    ['a finding breaks no clause by name', withFindings([{ ...counterexample, clauses: [] }])],
  ])('is red when %s', (_, report) => {
    expect(renderTap(report)).toMatch(/^1\.\.76$[\s\S]*^not ok 76 - the campaign: [^#]*$/m);
  });

  test('lets no text become a line or a directive', () => {
    const lines = renderTap(hostile).split('\n');
    const points = Number(/^1\.\.(\d+)$/.exec(lines[1]!)![1]);
    expect(lines.filter((line) => /^(not )?ok \d+ - /.test(line))).toHaveLength(points);
    for (const line of lines.slice(2, -1)) expect(line).toMatch(/^(?:(?:not )?ok \d+ - |# | {2})/);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    const directives = lines.filter((line) => /^(?:not )?ok .*[^\\]# /.test(line)).map((line) => / # (\w+) /.exec(line)![1]);
    expect(new Set(directives)).toEqual(new Set(['skip', 'todo']));
  });
});

describe('a report on GitHub', () => {
  test('is an annotation for each finding, with the clause in its title', () => {
    expect(githubAnnotations(deviating)).toBe(
      '::error title=the ring provider%3A WSAENOTSOCK%3A1::WSPSend gives success with 3 bytes%0Abreaks WSAENOTSOCK:1%0Anpx wspsend verify --seed 7 --steps 2\n',
    );
    expect(githubAnnotations(conforming)).toBe('');
    expect(githubAnnotations(sealed({ ...conforming, cut: '10 seconds are over' }))).toMatch(
      /^::warning title=the ring provider%3A cut short::10/,
    );
  });

  test('keeps to the ten annotations that are shown', () => {
    const many = withFindings(Array.from({ length: 30 }, (_, at) => ({ ...counterexample, message: `way ${at}` })));
    const lines = githubAnnotations(many).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toContain('21 more');
  });

  test('lets no text become a command', () => {
    const lines = githubAnnotations(hostile).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^::(?:error|warning) title=[^:,]*::[^\r]*$/);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  });

  test('shows text between lines that stop commands', () => {
    expect(withoutCommands('::error::no\n', 'word')).toBe('::stop-commands::word\n::error::no\n::word::\n');
  });

  test('sums the run up in Markdown', () => {
    const text = githubSummary(deviating);
    expect(text).toMatch(/^## ❌ the ring provider deviates, 1 finding/);
    expect(text).toContain('| Return value | 7 | 7 | 100% | 7 | 0 | 0 | 0 | held |');
    expect(text).toMatch(/```text\n2 {2}settle\n/);
  });

  test('lets no text become markup, a row or the end of a block', () => {
    const text = githubSummary(hostile);
    const outside = text.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary)>)/);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const columns = rows.map((line) => line.split('|').length);
    expect(new Set(columns)).toEqual(new Set([11, 10]));
    const fences = text.split('\n').filter((line) => /^`{3,}/.test(line));
    expect(fences).toHaveLength(4);
  });

  test('stays far below what a step may write, however much was found', () => {
    const long = 'x'.repeat(100_000);
    const steps = Array.from({ length: 500 }, () => traceStep(JSON.stringify({ env: long })));
    const many = withFindings(Array.from({ length: 100 }, () => ({ ...counterexample, message: long, steps })));
    expect(githubSummary(many).length).toBeLessThan(2 ** 20);
  });
});
