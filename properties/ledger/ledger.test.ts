/**
 * A ledger holds over seeds, hides nothing else, and says so when what it lists is gone. The stack is the naive one; what is started is the
 * build.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../impl/foreign/naive/faults.ts';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import type { ListedDeviation } from '../campaign/findings.ts';
import type { Counterexample, Report } from '../campaign/report.ts';
import { verifyDriver } from '../verify.ts';
import { draftLedger, type Ledger, readLedger } from './ledger.ts';

const naive = fileURLToPath(new URL('../../.build/impl/foreign/naive/naive.js', import.meta.url));

const drive = (faults: readonly Fault[], options: { seed?: number; listed?: readonly ListedDeviation[] } = {}) =>
  verifyDriver(
    { command: [process.execPath, naive, '--fault', faults.join()], timeoutSeconds: 120, startSeconds: 120, shrinkSeconds: 2 },
    { steps: 600, walks: false, deviationsMax: 100, ...options },
  );

const noFile = (name: string): string => {
  throw new Error(`no file is named here: ${name}`);
};

/** It takes a minute. */
const isLong = process.env.WSPSEND_LONG === '1';

describe.runIf(isLong)('a ledger drafted from a run', () => {
  let listed: readonly ListedDeviation[];
  beforeAll(async () => {
    const draft = JSON.stringify(draftLedger(await drive(['count-when-pending'])));
    // A draft that nobody has reviewed is red, whatever it lists.
    listed = readLedger(draft.replaceAll('"reason":"to be written"', '"reason":"the stack writes its count too early"'), noFile)('page');
  });

  test('makes the same stack green under another seed', async () => {
    expect(listed.map(({ isReviewed }) => isReviewed)).not.toContain(false);
    expect(listed.length).toBeGreaterThan(0);
    const report = await drive(['count-when-pending'], { seed: 2, listed });
    expect(report.counterexamples.map(({ message }) => message)).toEqual([]);
    expect(report.verdict).toBe('conforms');
  });

  test('does not hide another fault next to the listed one', async () => {
    const report = await drive(['count-when-pending', 'first-buffer-only'], { seed: 2, listed });
    expect(report.verdict).toBe('deviates');
    expect(report.counterexamples.length).toBeGreaterThan(0);
  });

  test('is red when what it lists no longer shows', async () => {
    const report = await drive([], { listed });
    expect(report.counterexamples).toEqual([]);
    expect(report.listed?.some(({ shows }) => !shows)).toBe(true);
    expect(report.verdict).toBe('deviates');
  });
});

describe.each(['winsock/wine-8.deviations', 'winsock/wine-10.deviations', 'posix/deviations'])('the ledger impl/foreign/%s', (name) => {
  const file = fileURLToPath(new URL(`../../impl/foreign/${name}.json`, import.meta.url));
  const { deviations } = JSON.parse(readFileSync(file, 'utf8')) as Ledger;
  const forms = deviations.flatMap((entry) =>
    [entry, ...(entry.also ?? [])].map((form) => ({ ...form, profiles: [form.profile ?? entry.profile].flat() })),
  );
  test.each(forms.flatMap((form) => form.profiles.map((profile) => [profile, form.observation, form] as const)))(
    'shows a trace that the oracle refuses for it under %s: %s',
    (profile, _, entry) => {
      const { header, steps, malformed } = readTrace((entry.trace as string[]).join('\n'));
      expect(malformed).toBeUndefined();
      const oracle = new Oracle(profile, header!);
      const rejections = steps.map(({ step }) => oracle.step(step));
      expect(rejections.slice(0, -1).filter((rejection) => rejection !== undefined)).toEqual([]);
      if (entry.kind === 'died') {
        // No line of a trace can say that: its requests bring it about.
        expect(rejections.at(-1)).toBeUndefined();
        expect(entry.requests?.length).toBeGreaterThanOrEqual(steps.length);
        return;
      }
      const clauses: readonly string[] = rejections.at(-1)!.clauses;
      expect(clauses.every((id) => entry.clauses.includes(id as never))).toBe(true);
    },
  );
});

test('the findings between two releases of Wine are traces that some profile refuses at their last line, for clauses that are named', () => {
  const text = readFileSync(new URL('../../impl/foreign/winsock/wine-8-to-10.md', import.meta.url), 'utf8');
  const traces = [...text.matchAll(/^```ndjson\n([\s\S]*?)^```$/gm)].map(([, trace]) => readTrace(trace!));
  expect(traces.length).toBe(5);
  for (const { header, steps, malformed } of traces) {
    expect(malformed).toBeUndefined();
    const refused = profiles.flatMap((profile) => {
      const oracle = new Oracle(profile, header!);
      const rejections = steps.map(({ step }) => oracle.step(step));
      expect(rejections.slice(0, -1).filter((rejection) => rejection !== undefined)).toEqual([]);
      return rejections.at(-1)?.clauses ?? [];
    });
    expect(refused).not.toEqual([]);
    for (const id of refused) expect(text).toContain(id);
  }
});

const entry = {
  profile: 'page',
  clauses: ['Order:2'],
  step: 's',
  expectation: 'e',
  observation: 'o',
  reason: 'r',
  trace: ['{"wspsend":"trace/1"}', '{"env":"settle"}'],
};
const ledgerOf = (...deviations: object[]): string => JSON.stringify({ wspsend: 'deviations/1', stack: 's', version: '1', deviations });

describe('a ledger', () => {
  test.each<[what: string, json: string, says: RegExp]>([
    ['is no JSON', '{', /must be JSON/],
    ['has no version', '{"wspsend":"deviations/1","stack":"s","deviations":[]}', /version/],
    [
      'names a clause that there is not',
      ledgerOf({ ...entry, clauses: ['None:1'] }),
      /deviations\.0\.clauses\.0: must be the id of a clause/,
    ],
    ['has a trace that is none', ledgerOf({ ...entry, trace: ['{"wspsend":"trace/1"}', '{"env":1}'] }), /deviations\.0\.trace: line 2/],
    [
      'has a trace that is none among other forms',
      ledgerOf({ ...entry, also: [{ ...form(), trace: ['{', '{'] }] }),
      /deviations\.0\.also\.0\.trace/,
    ],
    ['has a request that is none', ledgerOf({ ...entry, requests: ['{"inject":'] }), /deviations\.0\.requests: /],
    ['has an injection that is none', ledgerOf({ ...entry, requests: ['{"inject":1}'] }), /deviations\.0\.requests: /],
    ['has a request with a NUL', ledgerOf({ ...entry, requests: ['\0'] }), /deviations\.0\.requests: /],
    ['has a key twice', ledgerOf(entry).replace('"step":"s"', '"step":"s","step":"t"'), /the ledger must mean one thing: .*step/],
    ['has an injection with a key twice', ledgerOf({ ...entry, requests: ['{"inject":"a","inject":"b"}'] }), /deviations\.0\.requests: /],
    ['has an entry twice', ledgerOf(entry, entry), /deviations\.1: must not list again what deviations\.0 lists under profile page/],
    [
      'has an entry among the ways of another',
      ledgerOf({ ...entry, circumstances: ['hEvent', 'pended'], also: [{ ...form(), circumstances: ['pended', 'hEvent'] }] }),
      /deviations\.0\.also\.0: must not list again what deviations\.0 lists/,
    ],
    ['names a clause twice', ledgerOf({ ...entry, clauses: ['Order:2', 'Order:2'] }), /deviations\.0\.clauses: must name each once/],
    ['names a profile twice', ledgerOf({ ...entry, profile: ['page', 'page'] }), /deviations\.0\.profile: must name each once/],
    ['names a circumstance twice', ledgerOf({ ...entry, circumstances: ['pended', 'pended'] }), /circumstances: must name each once/],
    [
      'has a circumstance that no step has',
      ledgerOf({ ...entry, circumstances: ['not conected'] }),
      /deviations\.0\.circumstances\.0: must be a circumstance: "not conected"; did you mean "not connected"\?/,
    ],
    ['has another circumstance that no step has', ledgerOf({ ...entry, circumstances: ['Tuesday'] }), /"Tuesday"; such as "no socket"/],
    ...['../../../etc/passwd', '/etc/passwd', 'a/../../b', '..', '.', 'a//b', 'C:\\x', '..\\x', 'x\0y'].map(
      (trace): [string, string, RegExp] => [
        `names a trace elsewhere, ${JSON.stringify(trace)}`,
        ledgerOf({ ...entry, trace }),
        /deviations\.0\.trace: must be lines of a trace, or the name of a file in the folder of the ledger/,
      ],
    ),
  ])('that %s is refused, with the place, before any file is read', (_, json, says) => {
    expect(() => readLedger(json, noFile)).toThrow(says);
  });

  test('takes a trace from a file in its folder', () => {
    const named: string[] = [];
    const listed = readLedger(ledgerOf({ ...entry, trace: 'traces/one.ndjson' }), (name) => {
      named.push(name);
      return entry.trace.join('\n');
    })('page');
    expect(named).toEqual(['traces/one.ndjson']);
    expect(listed).toMatchObject([{ entry: 1, form: 1, requests: [{ env: 'settle' }] }]);
  });

  test.each(['to be written', 'To be written.', ' TBD', 'todo', '…', '?'])('is not reviewed where its reason is %j', (reason) => {
    expect(readLedger(ledgerOf({ ...entry, reason }), noFile)('page')).toMatchObject([{ isReviewed: false }]);
    expect(readLedger(ledgerOf(entry), noFile)('page')).toMatchObject([{ isReviewed: true }]);
  });

  test('numbers its entries and the ways in which one shows alike under every profile, and a way may have profiles of its own', () => {
    const ways = [
      { ...form(), step: 't' },
      { ...form(), profile: ['docs', 'msafd'], step: 't' },
      { ...form(), step: 'u' },
    ];
    const listed = readLedger(ledgerOf({ ...entry, profile: 'docs' }, { ...entry, also: ways }, { ...entry, step: 'v' }), noFile);
    const numbers = (profile: Profile) => listed(profile).map(({ entry, form }) => `${entry}.${form}`);
    expect(numbers('page')).toEqual(['2.1', '2.2', '2.4', '3.1']);
    expect(numbers('docs')).toEqual(['1.1', '2.3']);
    expect(numbers('msafd')).toEqual(['2.3']);
  });
});

/** What an entry has in addition to its profile and its reason. */
function form(): object {
  const { profile: _, reason: __, ...rest } = entry;
  return rest;
}

describe('a draft', () => {
  const example = (change: Partial<Counterexample>, signature: Partial<Counterexample['signature']>): Counterexample => ({
    header: { wspsend: 'trace/1' },
    steps: [{ env: 'settle' }],
    message: 'm',
    clauses: ['Nonoverlapped:5'],
    permitted: [],
    cases: 1,
    shown: { times: 1, of: 1 },
    replay: '',
    ...change,
    signature: {
      kind: 'rejected',
      clauses: ['Nonoverlapped:5'],
      step: 'WSPSend nonoverlapped',
      outcome: 'a part',
      circumstances: [],
      ...signature,
    },
  });
  const entriesOf = (...counterexamples: Counterexample[]) =>
    draftLedger({ subject: 's', profile: 'page', counterexamples } as unknown as Report);

  test('has one entry for what breaks a clause with one outcome, whatever it takes and in whatever step', () => {
    const { deviations } = entriesOf(
      example({}, { circumstances: ['peer.reset'] }),
      example({ clauses: ['Immediate:4'] }, { clauses: ['Immediate:4'], outcome: 'WSA_IO_PENDING' }),
      example({}, { circumstances: ['WSPShutdown SD_SEND'] }),
      example({}, { step: 'WSPSend overlapped' }),
    );
    expect(deviations.map(({ clauses, also = [] }) => [clauses, also.length])).toEqual([
      [['Nonoverlapped:5'], 2],
      [['Immediate:4'], 0],
    ]);
  });

  test('joins by the clause that required a failure', () => {
    const owed = (...clauses: Counterexample['clauses']): Counterexample =>
      example({ clauses }, { clauses: [clauses[0]!], outcome: 'WSAEINVAL' });
    expect(entriesOf(owed('WSAEINVAL:1', 'WSAEFAULT:1'), owed('WSAENOTSOCK:1', 'WSAEFAULT:1')).deviations).toHaveLength(1);
  });

  test('joins two that a third has to do with both', () => {
    const one = (...clauses: Counterexample['clauses']): Counterexample => example({ clauses }, { clauses, outcome: '' });
    expect(entriesOf(one('Order:2'), one('Capture:2'), one('Order:2', 'Capture:2')).deviations).toHaveLength(1);
  });

  test('is read back, and has no reason yet', () => {
    const listed = readLedger(JSON.stringify(entriesOf(example({}, {}), example({}, { circumstances: ['hEvent'] }))), noFile)('page');
    expect(listed).toMatchObject([
      { entry: 1, form: 1, isReviewed: false },
      { entry: 1, form: 2, isReviewed: false },
    ]);
  });
});
