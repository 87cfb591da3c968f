import { describe, expect, test } from 'vitest';
import type { Report } from '../../properties/campaign/report.ts';
import { cellsOf, percentText } from './bar.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { progressOn } from './progress.ts';
import { readReports } from './readReports.ts';
import { conforming, counterexample, listedEntry, sealed, traceStep, withFindings } from './reports.fixture.ts';
import { allSections, sectionResults, sectionWord } from './summary.ts';
import { renderText } from './text.ts';

const deviating = withFindings([counterexample]);
/** A bad buffer that WSAEINVAL answers: the row that had to be given is broken too. */
const otherRow = withFindings([
  {
    ...counterexample,
    message: 'WSPSend gives WSAEINVAL',
    clauses: ['WSAEINVAL:1', 'WSAEFAULT:1'],
    signature: { ...counterexample.signature, clauses: ['WSAEINVAL:1'] },
  },
]);

describe('the numbers of a section', () => {
  const ledger = withFindings([counterexample], [listedEntry, { ...listedEntry, entry: 2, clauses: ['Nonoverlapped:5'] }]);

  test.each([
    ['of a run that conforms', conforming],
    ['of one that deviates', deviating],
    ['of one with a ledger', ledger],
    ['of a bad buffer answered by another row', otherRow],
  ])('add up, %s', (_, report) => {
    for (const { clauses, tried, held, broken, listed, notTried } of [...sectionResults(report), allSections(report)]) {
      expect(tried).toBe(held + broken + listed);
      expect(clauses).toBe(tried + notTried);
    }
    expect(sectionResults(report).reduce((sum, { clauses }) => sum + clauses, 0)).toBe(allSections(report).clauses);
  });

  test('never hold with a listed deviation, a new one, or a clause that was not tried', () => {
    const word = (report: Report, title: string): string => sectionWord(sectionResults(report).find((section) => section.title === title)!);
    expect(word(conforming, 'Return value')).toBe('held');
    expect(word(conforming, 'Error codes')).toBe('held as far as it was tried');
    expect(word(ledger, 'Error codes')).toBe('broken');
    expect(word(ledger, 'Remarks')).toBe('listed deviations');
  });

  test('count a clause as broken when the failure that it wanted came by the code of another row', () => {
    expect(sectionResults(otherRow).find(({ title }) => title === 'Error codes')).toMatchObject({ broken: 2 });
    expect(renderText(otherRow)).toMatch(/breaks {5}WSAEFAULT:1 {2}[\s\S]*breaks {5}WSAEINVAL:1 .*\n {13}WSAEFAULT:1 required a failure/);
  });
});

describe('a bar', () => {
  test.each([
    [[3, 0, 0, 0], 8, [8, 0, 0, 0]],
    [[20, 1, 0, 1], 8, [6, 1, 0, 1]],
    [[1, 1, 1, 1000], 8, [1, 1, 1, 5]],
    [[0, 0, 0, 0], 8, [0, 0, 0, 0]],
    [[1, 2, 1, 0], 8, [2, 4, 2, 0]],
  ])('of %j in %i cells shows every part that is there: %j', (counts, width, cells) => {
    expect(cellsOf(counts, width)).toEqual(cells);
  });

  test('says neither none of something nor all of what is not all', () => {
    expect([percentText(1, 1000), percentText(999, 1000), percentText(0, 5), percentText(5, 5), percentText(0, 0)]).toEqual([
      '<1%',
      '>99%',
      '0%',
      '100%',
      '0%',
    ]);
  });
});

describe('a report as text', () => {
  const lines = renderText(conforming).split('\n');

  test('begins with the verdict in a sentence and what was done', () => {
    expect(lines.slice(0, 4)).toEqual([
      'the ring provider conforms to every clause that was tried: 72 of 75 clauses',
      '  tried (profile page)',
      '1,010 steps in 32 cases, 1.3 seconds, seed 7',
      '',
    ]);
  });

  test('has a line for each section with a bar and shares', () => {
    expect(lines).toContain('Return value          7 of  7 100%   7 100%       0       0          0  ########');
    expect(lines).toContain('Error codes          20 of 21  95%  20  95%       0       0          1  #######.');
  });

  test('has one table of the graphs, in which what is not shown has columns of its own', () => {
    expect(lines).toContain('graph     bounds  states  transitions  shown       otherwise  not reached');
    expect(lines).toContain('smallest  2/1/2      596        3,973  1,148  29%        800        2,025');
    expect(lines).toContain('linger    1/1/1       12           44     39  89%          5            0');
  });

  test('groups what was not tried by its reason', () => {
    expect(lines).toContain('not tried, 3 of 75 clauses:');
    expect(lines).toContain('    3  no step of this run led to it: WSAENOTSOCK:1, Routine:1, Routine:3');
  });

  test('joins what no request can reach, each for a reason of its own, unless everything is wanted', () => {
    const unreached = ['Routine:1', 'Routine:3'];
    const clauses = conforming.clauses.map((result) =>
      unreached.includes(result.id) ? { ...result, grade: 'unreachable' as const, why: `why ${result.id}` } : result,
    );
    const report = sealed({ ...conforming, clauses });
    expect(renderText(report)).toContain('\n    2  cannot be asked for here (--verbose says why): Routine:1, Routine:3\n');
    expect(renderText(report, { verbose: true })).toMatch(/1 {2}cannot be asked for here: why Routine:1\n/);
  });

  test.each([80, 100, 132])('stays within %i columns, trace and replay line apart', (width) => {
    for (const report of [conforming, withFindings([], [listedEntry])]) {
      for (const verbose of [false, true]) {
        const long = renderText(report, { width, verbose })
          .split('\n')
          .filter((line) => line.length > width);
        expect(long).toEqual([]);
      }
    }
  });

  test('shows findings before anything else, with their clauses and one line that replays them', () => {
    const text = renderText(deviating);
    expect(text).toMatch(
      /^the ring provider deviates, 1 finding: [\s\S]*\nfinding, not permitted: WSPSend gives success with 3 bytes\n[\s\S]*\nsection /,
    );
    expect(text).toContain('  3  WSPSend("<A>", [3]) = 0, 3 bytes');
    expect(text).toMatch(/breaks {5}WSAENOTSOCK:1 {2}\S/);
    expect(text).toMatch(/replay {5}npx wspsend verify --seed 7 --steps 2\n/);
    expect(renderText(withFindings([{ ...counterexample, file: '.wspsend/a.ndjson' }]))).toMatch(/\n {2}trace {6}\.wspsend\/a\.ndjson\n/);
  });

  test.each([
    ['a second, independent judge rejects it too\n', { verdict: 'rejected', line: 3 }],
    ['a second, independent judge rejects it too, at line 2\n', { verdict: 'rejected', line: 2 }],
    ["outside the second judge's bounds: readiness\n", { verdict: 'undecided', line: 2, why: 'readiness' }],
    ['the second judge accepts it: doubtful\n', { verdict: 'accepted' }],
  ] as const)('says what a second judge made of a finding: %s', (says, second) => {
    const report = withFindings([{ ...counterexample, second }]);
    expect(renderText(report)).toContain(`  judges     ${says}`);
    expect(renderHtml(report)).toContain(`<dt>judges</dt><dd>${says.trim().replace("'", '&#39;')}</dd>`);
    expect(readReports(renderJson(report))[0]!.counterexamples[0]!.second).toEqual(second);
    expect(renderText(deviating)).not.toContain('judges');
  });

  test('shows the first findings in full and the others in a line, unless everything is wanted', () => {
    const many = withFindings(Array.from({ length: 8 }, (_, at) => ({ ...counterexample, message: `it goes wrong in way ${at + 1}` })));
    const text = renderText(many);
    expect(text).toContain('finding 8 of 8: it goes wrong in way 8');
    expect(text.match(/ {2}replay /g)).toHaveLength(5);
    expect(renderText(many, { verbose: true }).match(/ {2}replay /g)).toHaveLength(8);
  });

  test('keeps what is not needed at a glance for --verbose', () => {
    expect(renderText(conforming)).not.toContain('the thread main is blocked');
    expect(renderText(conforming)).toContain('--verbose lists every clause, the permitted outcomes that never came (1)');
    const text = renderText(conforming, { verbose: true });
    expect(text).toContain('3 × WSPSend: the thread main is blocked');
    expect(text).toContain('completion: WSAEMSGSIZE');
    expect(text).toMatch(/\n {2}Return:1 +held +2 +0 +0\n/);
  });

  test('lets no text of a stranger move the cursor', () => {
    const nasty = sealed({
      ...conforming,
      subject: 'a\u001b[2J\u009b1m',
      cut: '\u0007',
      unsupported: [{ kind: 'x', why: '\u001bc', count: 1 }],
    });
    expect(renderText(nasty, { verbose: true })).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test.each<[says: RegExp, change: Partial<Report>]>([
    [
      /^the ring provider: nothing could be tried/,
      { clauses: conforming.clauses.map((result) => ({ ...result, tried: 0, grade: 'notTried' as const })) },
    ],
    [
      /^the ring provider is not judged, it writes what is no trace: 72 of 75/,
      { unjudged: [{ kind: 'malformed', message: 'line 3', count: 1 }] },
    ],
    [
      /\ncut short: 10 seconds are over \(done until then: 710 of 700 steps of the\n {2}campaign, 72 of 75 clauses, 2 graphs begun\)\n/,
      { cut: '10 seconds are over' },
    ],
    [/which is not far enough[\s\S]*\nat least 74 clauses were to be tried: 72 were\n/, { required: { clauses: 74, steps: 1010 } }],
    [/which is not far enough[\s\S]*\nat least 2,000 steps were to be tried: 1,010 were\n/, { required: { steps: 2000 } }],
    [/conforms to every clause that was tried but for 1 listed\s+deviation:/, { listed: [] }],
    [
      /deviates, 1 listed deviation no longer seen[\s\S]*a listed deviation no longer shows, entry 1/,
      { listed: [{ ...listedEntry, shows: false }] },
    ],
    [/deviates, 1 listed deviation without a reason[\s\S]*has no reason yet, entry 1/, { listed: [{ ...listedEntry, isReviewed: false }] }],
  ])('says %s', (says, change) => {
    const { listed, ...rest } = change;
    const known = listed?.length === 0 ? [listedEntry] : listed;
    expect(renderText(withFindings([], known, sealed({ ...conforming, ...rest })))).toMatch(says);
  });
});

describe('a report for programs', () => {
  test('comes back from JSON as it was, and is then printed alike', () => {
    const [back] = readReports(renderJson(deviating));
    expect(back).toEqual(deviating);
    expect(renderText(back!)).toBe(renderText(deviating));
  });

  test('is a JUnit suite with a case for each clause', () => {
    const xml = renderJunit(deviating);
    expect(xml).toContain('<testsuite name="the ring provider" tests="75" failures="1" errors="0" skipped="2" time="1.250">');
    expect(xml).toMatch(
      /<testcase name="WSAENOTSOCK:1 [^"]+" classname="wspsend.page"><failure message="WSPSend gives success with 3 bytes">/,
    );
    expect(xml).toContain('&quot;&lt;A&gt;&quot;');
    expect(renderJunit(conforming)).toContain('skipped="3"');
  });

  test.each<[what: string, report: Report]>([
    ['nothing could be tried', sealed({ ...conforming, unjudged: [{ kind: 'malformed', message: 'line 3', count: 1 }] })],
    ['less was tried than was wanted', sealed({ ...conforming, required: { clauses: 75 } })],
    ['the ledger has no reason', withFindings([], [{ ...listedEntry, isReviewed: false }])],
    ['what the ledger lists is gone', withFindings([], [{ ...listedEntry, shows: false }])],
  ])('is red in JUnit when %s', (_, report) => {
    expect(renderJunit(report)).toContain('errors="1"');
  });

  test('lets nothing into JUnit as markup, whatever the text', () => {
    const nasty = '"><injected/>&\u0000\ud800';
    const xml = renderJunit(
      withFindings([{ ...counterexample, message: nasty, replay: nasty, steps: [traceStep(JSON.stringify({ env: nasty }))] }], undefined, {
        ...conforming,
        subject: nasty,
        profile: nasty as Report['profile'],
        cut: nasty,
      }),
    );
    expect(xml).not.toContain('<injected');
    expect(xml).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
  });
});

describe('the progress bar', () => {
  const watched = (isTTY: boolean) => {
    const written: string[] = [];
    return { written, stream: { isTTY, columns: 60, write: (text: string) => written.push(text) } };
  };

  test('is drawn where a person watches, at most ten times a second, and taken away', () => {
    const { written, stream } = watched(true);
    let now = 0;
    const progress = progressOn(stream, () => now);
    for (now = 0; now < 250; now += 10) progress.show(now, 250, 'steps');
    progress.end();
    expect(written).toHaveLength(4);
    expect(written[1]).toBe(`\r\x1b[K[${'='.repeat(12)}${' '.repeat(18)}] 40 % steps`);
    expect(written.at(-1)).toBe('\r\x1b[K');
  });

  test('writes nothing where nobody does', () => {
    const { written, stream } = watched(false);
    const progress = progressOn(stream);
    progress.show(1, 2, 'steps');
    progress.end();
    expect(written).toEqual([]);
  });
});
