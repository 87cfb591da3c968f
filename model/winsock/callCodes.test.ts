import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codesOf, standingOf } from './callCodes.ts';
import type { CodeName } from './codes.ts';
import { readTrace } from './reader.ts';
import { type CallName, callNames } from './trace.ts';

test('no call lists a code twice, or what is no code', () => {
  for (const call of callNames) {
    expect(new Set(codesOf[call]).size).toBe(codesOf[call].length);
    for (const code of codesOf[call]) expect([code, standingOf(call, code as CodeName)]).toEqual([code, 'documented']);
  }
});

describe('a code is documented for a call, known to Winsock, or none', () => {
  test.each([
    ['WSPShutdown', 'WSAENOTCONN', 'documented'],
    ['WSPShutdown', 'WSAEMSGSIZE', 'undocumented'],
    ['WSPCancelIo', '1168', 'documented'],
    ['WSPBind', '1168', 'undocumented'],
    ['WSPBind', '4294967295', 'undocumented'],
    ['WSPBind', '4294967296', 'no code'],
    ['WSPSend', '0', 'no code'],
    ['WSPBind', 'NONSENSE' as CodeName, 'no code'],
    ['SleepEx', 'WSAEINTR', 'undocumented'],
  ] as const)('%s and %s: %s', (call, code, standing) => {
    expect(standingOf(call, code)).toBe(standing);
  });
});

test('what Wine returns are codes', () => {
  const folder = new URL('../../properties/regressions/', import.meta.url);
  const traces = readdirSync(folder).map((file) => readTrace(readFileSync(new URL(file, folder), 'utf8')));
  const failed = traces.flatMap(({ steps }) =>
    steps.flatMap(({ step }): [CallName, CodeName][] => {
      const call = 'end' in step ? step.begun.call : 'call' in step ? step.call : undefined;
      const returns = 'call' in step || 'end' in step ? step.returns : undefined;
      return call !== undefined && returns?.rc === -1 ? [[call, returns.errno]] : [];
    }),
  );
  expect(failed.length).toBeGreaterThan(100);
  expect(failed.filter(([call, code]) => standingOf(call, code) === 'no code')).toEqual([]);
});
