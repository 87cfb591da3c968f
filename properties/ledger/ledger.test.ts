/**
 * A ledger holds over seeds, hides nothing else, and says so when what it lists is gone. The stack is the naive one; what is started is the
 * build.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../impl/foreign/naive/faults.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import type { ListedDeviation } from '../campaign/findings.ts';
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
    listed = readLedger(JSON.stringify(draftLedger(await drive(['count-when-pending']))), noFile)('page');
  });

  test('makes the same stack green under another seed', async () => {
    expect(listed.length).toBeGreaterThan(0);
    const report = await drive(['count-when-pending'], { seed: 2, listed });
    expect(report.counterexamples.map(({ message }) => message)).toEqual([]);
    expect(report.verdict).toBe('conforms');
  });

  test('does not hide another fault beside the listed one', async () => {
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

describe.each(['winsock', 'posix'])('the ledger of impl/foreign/%s', (adapter) => {
  const file = fileURLToPath(new URL(`../../impl/foreign/${adapter}/deviations.json`, import.meta.url));
  const { deviations } = JSON.parse(readFileSync(file, 'utf8')) as Ledger;
  test.each(deviations.flatMap((entry) => [entry.profile].flat().map((profile) => [profile, entry.observation, entry] as const)))(
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

describe('a ledger', () => {
  test.each<[what: string, json: string, says: RegExp]>([
    ['is no JSON', '{', /must be JSON/],
    ['has no version', '{"wspsend":"deviations/1","stack":"s","deviations":[]}', /version/],
    [
      'names a clause that there is not',
      JSON.stringify({
        wspsend: 'deviations/1',
        stack: 's',
        version: '1',
        deviations: [
          {
            profile: 'page',
            clauses: ['None:1'],
            step: 's',
            expectation: 'e',
            observation: 'o',
            reason: 'r',
            trace: ['{"wspsend":"trace/1"}', '{"env":"settle"}'],
          },
        ],
      }),
      /deviations\.0\.clauses\.0: must be the id of a clause/,
    ],
    [
      'has a trace that is none',
      JSON.stringify({
        wspsend: 'deviations/1',
        stack: 's',
        version: '1',
        deviations: [
          {
            profile: 'page',
            clauses: ['Order:2'],
            step: 's',
            expectation: 'e',
            observation: 'o',
            reason: 'r',
            trace: ['{"wspsend":"trace/1"}', '{"env":1}'],
          },
        ],
      }),
      /deviations\.0\.trace: line 2/,
    ],
  ])('that %s is refused, and told where', (_, json, says) => {
    expect(() => readLedger(json, noFile)).toThrow(says);
  });
});
