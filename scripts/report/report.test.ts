import { describe, expect, test } from 'vitest';
import { register } from '../../model/clauses/register.ts';
import type { TraceStep } from '../../model/winsock/trace.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { progressOn } from './progress.ts';
import { renderText } from './text.ts';

const step = (line: string): TraceStep => JSON.parse(line) as TraceStep;

const conforming: Report = {
  wspsend: 'report/1',
  subject: 'the ring provider',
  profile: 'page',
  seed: 7,
  seconds: 1.25,
  verdict: 'conforms',
  clauses: [
    { id: 'Return:1', tried: 5, violated: 0, grade: 'conforms' },
    { id: 'Return:3', tried: 2, violated: 0, grade: 'conforms' },
    { id: 'WSAENOTSOCK:1', tried: 0, violated: 0, grade: 'notTried', why: 'no step of this run led to it' },
  ],
  counts: [{ what: 'states', count: 812, bounds: '2 operations, 3 units' }],
  counterexamples: [],
};

const deviating: Report = {
  ...conforming,
  verdict: 'deviates',
  clauses: [...conforming.clauses.slice(0, 2), { id: 'WSAENOTSOCK:1', tried: 1, violated: 1, grade: 'deviates' }],
  counterexamples: [
    {
      header: { wspsend: 'trace/1' },
      steps: [step('{"env":"settle"}'), step('{"call":"WSPSend","socket":"<A>","buffers":[3],"returns":{"rc":0,"bytes":3}}')],
      message: 'WSPSend gives success with 3 bytes',
      clauses: ['WSAENOTSOCK:1'],
      permitted: [{ rc: -1, errno: 'WSAENOTSOCK' }],
      signature: {
        kind: 'rejected',
        clauses: ['WSAENOTSOCK:1'],
        step: 'WSPSend nonoverlapped',
        outcome: 'all bytes',
        circumstances: ['SOCK_STREAM'],
      },
      cases: 1,
      shown: { times: 1, of: 1 },
      replay: 'npx wspsend verify --seed 7 --steps 2',
    },
  ],
};

describe('a report as text', () => {
  test('sums the clauses up by section, and states its counts with their bounds', () => {
    expect(renderText(conforming).split('\n')).toEqual([
      expect.stringMatching(
        /^the ring provider conforms to every clause that was tried: 2 of \d+ modelled clauses tried, under half \(profile page\)$/,
      ),
      '',
      'section       clauses  tried  steps  verdict',
      'Return value        2      2      7  holds',
      'Error codes         1      0      0  not tried',
      '',
      '812 states within 2 operations, 3 units',
      '1.3 seconds, seed 7',
      '',
      'not tried:',
      '  no step of this run led to it: WSAENOTSOCK:1',
      '',
    ]);
  });

  test('shows a counterexample with its clause and one line that replays it', () => {
    const text = renderText(deviating);
    expect(text).toMatch(/^the ring provider deviates/);
    expect(text).toContain('Error codes         1      1      1  1 broken');
    expect(text).toContain('  3  WSPSend("<A>", [3]) = 0, 3 bytes');
    expect(text).toMatch(/breaks {5}WSAENOTSOCK:1 {2}\S/);
    expect(text).toMatch(/replay {5}npx wspsend verify --seed 7 --steps 2\n/);
  });

  test.each<[says: RegExp, change: Partial<Report>]>([
    [/^the ring provider: nothing could be tried/, { verdict: 'untried', clauses: [] }],
    [/^the ring provider is not judged, it writes what is no trace: \d+ of \d+ modelled clauses were tried before/, { verdict: 'untried' }],
    [/^(?!.*under half)/, { clauses: register.map(({ id }) => ({ id, tried: 1, violated: 0, grade: 'conforms' as const })) }],
    [/\ncut short: 10 seconds are over\n/, { cut: '10 seconds are over' }],
  ])('says %s', (says, change) => {
    expect(renderText({ ...conforming, ...change })).toMatch(says);
  });
});

describe('a report for programs', () => {
  test('comes back from JSON as it was, and is then printed alike', () => {
    const back = JSON.parse(renderJson(deviating)) as Report;
    expect(back).toEqual(deviating);
    expect(renderText(back)).toBe(renderText(deviating));
  });

  test('is a JUnit suite with a case for each clause', () => {
    const xml = renderJunit(deviating);
    expect(xml).toContain('<testsuite name="the ring provider" tests="3" failures="1" errors="0" skipped="0" time="1.250">');
    expect(xml).toMatch(
      /<testcase name="WSAENOTSOCK:1 [^"]+" classname="wspsend.page"><failure message="WSPSend gives success with 3 bytes">/,
    );
    expect(xml).toContain('&quot;&lt;A&gt;&quot;');
    expect(renderJunit(conforming)).toContain('skipped="1"');
  });

  test('is red in JUnit when nothing could be tried', () => {
    expect(renderJunit({ ...conforming, verdict: 'untried' })).toContain('errors="1"');
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
