import { beforeAll, describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { verifyProvider } from '../../properties/verify.ts';
import { renderJson } from './json.ts';
import { mergeReports, sharesAmiss } from './merge.ts';
import { readReports } from './readReports.ts';
import { conforming, counterexample, listedEntry, sealed, withFindings } from './reports.fixture.ts';
import { headline } from './summary.ts';

const share = (index: number, of: number, seed = 3): Promise<Report> =>
  verifyProvider(provider, { subject: 'ours', seed, steps: 900, walks: false, shard: { index, of } });

describe('the shares of a campaign', () => {
  let first: Report;
  let second: Report;
  beforeAll(async () => {
    [first, second] = [await share(1, 2), await share(2, 2)];
  });

  test('are one report, whose steps and clauses are the sums, and which is read back', () => {
    expect(sharesAmiss([first, second])).toBeUndefined();
    const [whole, ...none] = mergeReports([first, second]);
    expect(none).toEqual([]);
    expect(whole).toMatchObject({ subject: 'ours', verdict: 'conforms', steps: { asked: 900 } });
    expect(whole).not.toHaveProperty('shard');
    const tried = (report: Report, id: string): number => report.clauses.find((clause) => clause.id === id)?.tried ?? 0;
    for (const { id } of whole!.clauses) expect(tried(whole!, id)).toBe(tried(first, id) + tried(second, id));
    expect(whole!.cases.campaign).toBe(first.cases.campaign + second.cases.campaign);
    expect(readReports(renderJson(whole!))).toEqual([whole]);
  });

  test('must all be there, and each once', () => {
    expect(sharesAmiss([first])).toMatch(/every share must be given: .*: 2 of 2 missing$/);
    expect(sharesAmiss([first, first, second])).toMatch(/share 1 of 2 came twice/);
    expect(sharesAmiss([{ ...first, shard: { index: 1, of: 10_000 } }])).toMatch(/: 2, 3, .*, 13 and 9,987 more of 10000 missing$/);
  });

  test('belong together by their campaign, and what parts two campaigns is said', async () => {
    const stranger = await share(2, 2, 4);
    expect(sharesAmiss([first, stranger])).toMatch(
      /2 of 2 missing\. Another report of ours has seed 4 where this has 3, so they are not shares/,
    );
  });

  test('of several implementations stay apart, and a share in which nothing was tried decides', () => {
    const untried = sealed({ ...second, unjudged: [{ kind: 'malformed', message: 'line 1', count: 1 }] });
    const theirs = sealed({ ...first, subject: 'theirs' });
    const merged = mergeReports([first, theirs, untried]);
    expect(merged.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['ours', 'untried'],
      ['theirs', 'conforms'],
    ]);
    expect(readReports(renderJson(merged[0]!))).toHaveLength(1);
  });

  test('leave a hole where one judged no step, and none where one asked for nothing that is supported', () => {
    const clauses = second.clauses.map(({ id }) => ({
      id,
      tried: 0,
      violated: 0,
      listed: 0,
      grade: 'notTried' as const,
      why: 'of its size',
    }));
    const idle = sealed({ ...second, clauses });
    expect(idle.verdict).toBe('untried');
    expect(mergeReports([first, idle])[0]!.verdict).toBe('conforms');
    const silent = sealed({ ...idle, steps: { ...second.steps, walks: 0, campaign: 0, total: 0 } });
    const [whole] = mergeReports([first, silent]);
    expect(whole).toMatchObject({ verdict: 'untried', untriedShares: 1 });
    expect(headline(whole!)).toMatch(/^ours is not judged as a whole, nothing could be tried in 1 share: /);
  });

  test('are held together to what the campaign has to try at least', () => {
    const required = { steps: 900 };
    const shares = [first, second].map((report) => sealed({ ...report, required }));
    expect(shares.map(({ verdict }) => verdict)).toEqual(['conforms', 'conforms']);
    expect(mergeReports(shares)[0]!.verdict).toBe('conforms');
    expect(mergeReports(shares.map((report) => sealed({ ...report, required: { steps: 9000 } })))[0]!.verdict).toBe('short');
  });

  test('count one deviation that several of them met once', () => {
    const found = [first, second].map((report) => withFindings([counterexample], undefined, report));
    const [whole] = mergeReports(found);
    expect(whole!.counterexamples).toHaveLength(1);
    expect(whole!.clauses.find(({ id }) => id === 'WSAENOTSOCK:1')).toMatchObject({ violated: 1, grade: 'deviates' });
    expect(readReports(renderJson(whole!))).toEqual([whole]);
  });
});

describe('a report that is read back', () => {
  const changed = (change: object): string => JSON.stringify({ ...conforming, ...change });
  const { seed: _, ...noSeed } = conforming;

  test.each<[what: string, json: string, says: RegExp]>([
    ['is no JSON', '{', /it must be JSON/],
    ['has a key twice', JSON.stringify(conforming).replace('"seed":', '"seed":7,"seed":'), /it must mean one thing: .*seed/],
    [
      'has a circumstance that no step has',
      changed({ counterexamples: [{ ...counterexample, signature: { ...counterexample.signature, circumstances: ['wet'] } }] }),
      /counterexamples\.0\.signature\.circumstances\.0: must be a circumstance: "wet"/,
    ],
    ['is another thing', '[]', /the report: Invalid input/],
    ['is of another version', changed({ wspsend: 'report/1' }), /wspsend: .*report\/2/],
    ['is an empty list', '{"wspsend":"reports/2","reports":[]}', /reports: must hold a report/],
    ['lacks a field', JSON.stringify(noSeed), /seed: /],
    ['has a field too many', changed({ colour: 'red' }), /colour/],
    ['has a profile that there is not', changed({ profile: 'zzz' }), /profile: /],
    ['has a seed that is markup', changed({ seed: '"/><injected/>' }), /seed: /],
    ['is a share of too many', changed({ shard: { index: 1, of: 1e8 } }), /shard\.of: /],
    ['is a share of another number than its campaign', changed({ shard: { index: 1, of: 2 } }), /shard\.of: must be the 1 shares/],
    [
      'has a step that is none',
      changed({ counterexamples: [{ ...counterexample, steps: [{ call: 'WSPSend' }] }] }),
      /steps\.0: must be a step/,
    ],
    ['names a clause that there is not', changed({ clauses: [{ ...conforming.clauses[0], id: 'None:1' }] }), /clauses\.0\.id/],
    [
      'has fewer clauses than the page',
      changed({ clauses: conforming.clauses.slice(1) }),
      /must have every modelled clause: Purpose:2 missing/,
    ],
    [
      'has more steps than it counts',
      changed({ steps: { ...conforming.steps, total: 9999 } }),
      /steps\.total: must be .* 300 \+ 710: 9999/,
    ],
    ['has more steps in the campaign', changed({ steps: { ...conforming.steps, campaign: 9999 } }), /steps\.total/],
    ['walked more than its graphs', changed({ steps: { ...conforming.steps, walks: 400, total: 1110 } }), /steps\.walks: .*300: 400/],
    [
      'did less than was asked',
      changed({ steps: { ...conforming.steps, campaign: 10, total: 310 } }),
      /steps\.campaign: must be at least the 700/,
    ],
    ['asks for another share of steps', changed({ steps: { ...conforming.steps, asked: 5 } }), /steps\.asked: .*700: 5/],
    ['shows more than there is', changed({ graphs: [{ ...conforming.graphs[0], shown: 5000 }] }), /must show at most/],
    [
      'has a verdict that does not follow',
      JSON.stringify({ ...withFindings([counterexample]), verdict: 'conforms' }),
      /verdict: must be deviates/,
    ],
    ['has another seed than its campaign', changed({ seed: 8 }), /campaign\.id: must be the digest/],
    [
      'counts a broken clause as held',
      JSON.stringify({ ...withFindings([counterexample]), clauses: conforming.clauses }),
      /violated: must be the counterexamples/,
    ],
    [
      'counts a listed clause as held',
      JSON.stringify({ ...withFindings([], [listedEntry]), clauses: conforming.clauses }),
      /listed: must be the listed/,
    ],
  ])('is refused when it %s', (_, json, says) => {
    expect(() => readReports(json)).toThrow(says);
  });

  test('is taken as it was written, alone or with others', () => {
    expect(readReports(renderJson(conforming))).toEqual([conforming]);
    const several = [conforming, withFindings([counterexample], [listedEntry], sealed({ ...conforming, subject: 'another' }))];
    expect(readReports(renderJson(...several))).toEqual(several);
  });
});
