import { describe, expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { Report } from '../../properties/campaign/report.ts';
import { verifyProvider } from '../../properties/verify.ts';
import { mergeReports, sharesAmiss } from './merge.ts';

const share = (index: number, of: number): Promise<Report> =>
  verifyProvider(provider, { subject: 'ours', seed: 3, steps: 900, walks: false, shard: { index, of } });

describe('the shares of a campaign', () => {
  test('are one report, whose steps and clauses are the sums', async () => {
    const shares = [await share(1, 2), await share(2, 2)];
    expect(sharesAmiss(shares)).toBeUndefined();
    const [whole, ...none] = mergeReports(shares);
    expect(none).toEqual([]);
    expect(whole).toMatchObject({ subject: 'ours', verdict: 'conforms', steps: { asked: 900 } });
    expect(whole).not.toHaveProperty('shard');
    const tried = (report: Report, id: string): number => report.clauses.find((clause) => clause.id === id)?.tried ?? 0;
    for (const { id } of whole!.clauses) expect(tried(whole!, id)).toBe(tried(shares[0]!, id) + tried(shares[1]!, id));
    expect(whole!.cases).toBe(shares[0]!.cases! + shares[1]!.cases!);
  });

  test('must all be there, and each once', async () => {
    const [first, second] = [await share(1, 3), await share(2, 3)];
    expect(sharesAmiss([first, second])).toMatch(/every share must be given: .*: 3 missing/);
    expect(sharesAmiss([first, first, second])).toMatch(/1 came twice/);
  });

  test('of several implementations stay apart, and the worst share decides', async () => {
    const first = await share(1, 2);
    const second = await share(2, 2);
    const merged = mergeReports([first, { ...first, subject: 'theirs' }, { ...second, verdict: 'untried' }]);
    expect(merged.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['ours', 'untried'],
      ['theirs', 'conforms'],
    ]);
  });
});
