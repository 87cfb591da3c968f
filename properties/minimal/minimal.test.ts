import { expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import { ioctlCodes } from '../../model/winsock/codes.ts';
import { type Failing, isFailing } from '../campaign/caseResult.ts';
import { runCase } from '../campaign/runCase.ts';
import { shrink } from '../campaign/shrink.ts';
import type { Implementation } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { type Mutant, mutate } from '../mutants/mutant.ts';
import { aroundSend, remembering } from '../mutants/wrapping.ts';
import { searchShorter } from './minimal.ts';
import { keeping } from './sequences.ts';

/** Reports a byte too many: of the third send, and of any on a nonblocking socket. */
const thirdOrNonblocking: Mutant = {
  name: 'third-or-nonblocking',
  breaks: ['lpNumberOfBytesSent:1'],
  ...remembering(
    () => ({ sends: 0, isNonblocking: false }),
    (state) => ({
      table: (table, upcalls) => ({
        WSPIoctl: (s, code, value, lpErrno) => {
          if (code === ioctlCodes.FIONBIO) state.isNonblocking = value !== 0;
          return table.WSPIoctl(s, code, value, lpErrno);
        },
        ...aroundSend((send, args) => {
          const rc = send(...args);
          state.sends++;
          if (rc === 0 && args[3]?.value !== undefined && (state.isNonblocking || state.sends === 3)) args[3].value++;
          return rc;
        })(table, upcalls),
      }),
    }),
  ),
};

const options = { profile: 'docs', deadline: Number.POSITIVE_INFINITY, now: () => 0 } as const;
const connected: readonly CampaignRequest[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM' },
  { call: 'WSPConnect', socket: 'A' },
];
const send: CampaignRequest = { call: 'WSPSend', socket: 'A', buffers: [1] };

const failingBy = async (implementation: Implementation, requests: readonly CampaignRequest[]): Promise<Failing> => {
  const result = await runCase(implementation, { profile: 'docs', requests, finishes: false });
  if (!isFailing(result)) throw new Error('It must fail');
  return result;
};

test('what no change makes shorter may be longer than what the graph of the model has', async () => {
  const implementation = providerImplementation(mutate(provider, thirdOrNonblocking));
  const { failing } = await shrink(implementation, await failingBy(implementation, [...connected, send, send, send]), options);
  expect(failing.requests).toHaveLength(5);
  const { shorter, tried } = await searchShorter(implementation, failing, options);
  expect(shorter?.requests).toHaveLength(4);
  expect(shorter?.requests[2]).toMatchObject({ code: 'FIONBIO', value: 1 });
  expect(shorter?.deviation.clauses[0]).toBe(failing.deviation.clauses[0]);
  expect(tried).toMatchObject({ requests: 3, isAll: true });
});

test('what nothing is shorter than is minimal, and the cases are counted', async () => {
  const implementation = providerImplementation(mutate(provider, thirdOrNonblocking));
  const nonblocking: CampaignRequest = { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1 };
  const { shorter, tried } = await searchShorter(
    implementation,
    await failingBy(implementation, [...connected, nonblocking, send]),
    options,
  );
  expect(shorter).toBeUndefined();
  expect(tried).toMatchObject({ requests: 3, isAll: true });
  expect(tried.cases).toBeGreaterThan(20);
});

test('a search that is at its deadline claims nothing that it did not try', async () => {
  const implementation = providerImplementation(mutate(provider, thirdOrNonblocking));
  const failing = await failingBy(implementation, [...connected, send, send, send]);
  let ticks = 0;
  const { shorter, tried } = await searchShorter(implementation, failing, { ...options, deadline: 12, now: () => ticks++ });
  expect(shorter).toBeUndefined();
  expect(tried).toMatchObject({ isAll: false });
  expect(tried.cases).toBeLessThan(12);
});

test('the parts of a list come once each, in its order', () => {
  expect([...keeping(['a', 'b', 'c'], 2)]).toEqual([
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ]);
  expect([...keeping(['a'], 2)]).toEqual([]);
});
