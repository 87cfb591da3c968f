import { describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { mutants, mutate } from '../mutants/mutants.ts';
import { verifyProvider } from '../verify.ts';
import { draftLedger, readLedger } from './ledger.ts';

const faulty = mutate(provider, mutants.find(({ name }) => name === 'routine-flags-not-zero')!);
const options = { profile: 'page', steps: 60, walks: false } as const;
const noFile = (name: string): string => {
  throw new Error(`no file is beside: ${name}`);
};

describe('a ledger', () => {
  test('made from a run lists what shows again, and is red once it does not', async () => {
    const found = await verifyProvider(faulty, options);
    const listed = readLedger(JSON.stringify(draftLedger(found)), noFile)('page');
    expect(listed.map(({ signature }) => signature)).toEqual([found.counterexamples[0]!.signature]);
    const again = await verifyProvider(faulty, { ...options, listed });
    expect(again.listed).toMatchObject([{ shows: true }]);
    const mended = await verifyProvider(provider, { ...options, listed });
    expect(mended.counterexamples).toEqual([]);
    expect(mended.listed).toMatchObject([{ shows: false }]);
    expect(mended.verdict).toBe('deviates');
  });

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
