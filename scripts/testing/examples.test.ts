/**
 * What a project does with the package: a provider of its own, a log, a property over the model. The same two files are run in a project
 * that has installed the package (scripts/package/packed.test.ts).
 */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { providerImplementation, replay } from '../../properties/verify.ts';
import { explain, judgeText, Oracle, type ProviderModule, type TraceStep, verifyProvider } from '../index.ts';
import { requests, steps, traces } from './fastCheck.ts';
import * as ownProvider from './ownProvider.fixture.ts';
import { describeConformance } from './vitest.ts';

// ---- A provider of one's own ---------------------------------------------------------------------------------------------------

describeConformance(ownProvider, { name: 'a provider of our own', steps: 200, walks: false });

/** The same, but for the first byte of each buffer, which it loses. */
const lossy: ProviderModule = {
  WSPStartup: () => {
    const table = ownProvider.WSPStartup();
    return {
      ...table,
      WSPSend: (s, buffers, count, sent, ...rest) => {
        const result = table.WSPSend(
          s,
          buffers?.map(({ len, buf }) => ({ len: Math.max(0, len - 1), buf: buf?.subarray(1) ?? null })) ?? null,
          count,
          sent,
          ...rest,
        );
        if (result === 0 && sent !== null) sent.value = buffers?.slice(0, count).reduce((sum, { len }) => sum + len, 0) ?? 0;
        return result;
      },
    };
  },
  world: ownProvider.world,
};

test('a provider that loses bytes does not conform, and the failure shows the shortest trace', async () => {
  const report = await verifyProvider(lossy, { steps: 200, walks: false });
  expect(() => expect(report).toConform()).toThrow(/deviates.*WSPSend\(/s);
  expect(explain(report)).toMatch(/breaks|received/);
});

test('what is asked of a provider can be drawn by fast-check, and shrinks to what matters', async () => {
  const holds = (module: ProviderModule) =>
    fc.check(
      fc.asyncProperty(requests({ maxLength: 12, overlapped: false }), async (asked) => {
        const { deviation } = await replay(providerImplementation(module), { profile: 'page', requests: asked });
        return deviation === undefined;
      }),
      { numRuns: 60, seed: 3 },
    );
  expect(await holds(ownProvider)).toMatchObject({ failed: false });
  const { failed, counterexample } = await holds(lossy);
  expect(failed).toBe(true);
  expect(counterexample![0].length).toBeLessThanOrEqual(4);
});

// ---- A log ---------------------------------------------------------------------------------------------------------------------

const log = `{"wspsend":"trace/1","title":"a nonblocking send takes a part"}
{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}
{"call":"WSPConnect","socket":"A","returns":{"rc":0}}
{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":1,"returns":{"rc":0}}
{"call":"WSPSend","socket":"A","buffers":[100000],"returns":{"rc":0,"bytes":4096}}
`;

describe('a recorded log', () => {
  test('is permitted by the page', () => {
    expect(log).toBePermitted();
  });

  test('is not on Windows, and the failure names the clause and shows what would be', () => {
    expect(() => expect(log).toBePermitted('msafd')).toThrow(/rejected.*Nonoverlapped:4.*permitted/s);
    expect(explain(judgeText(log, 'msafd'), { profile: 'msafd' })).toMatch(/the trace:5 WSPSend gives success with 4096 bytes/);
  });
});

test('a rejection by the oracle explains itself', () => {
  const oracle = new Oracle('page');
  const rejection = oracle.step({ call: 'WSPSend', socket: 'A', buffers: [1], returns: { rc: 0, bytes: 1 } } as TraceStep);
  expect(explain(rejection!)).toMatch(/^WSPSend gives success with 1 bytes\n {2}breaks {5}WSAENOTSOCK:1 /);
});

// ---- A property over the model -------------------------------------------------------------------------------------------------

test.each(['page', 'docs', 'msafd'] as const)('every trace that is drawn under %s is accepted by it', (profile) => {
  fc.assert(
    fc.property(traces({ profile, maxLength: 15 }), (trace) => {
      expect(trace).toBePermitted(profile);
    }),
    { numRuns: 30 },
  );
});

test('a connected stream never gives WSAEMSGSIZE to a plain send', () => {
  const gives = (step: TraceStep): boolean =>
    'call' in step &&
    step.call === 'WSPSend' &&
    step.socket === 'A' &&
    step.overlapped === undefined &&
    step.returns?.errno === 'WSAEMSGSIZE';
  fc.assert(
    fc.property(traces({ profile: 'docs' }), (trace) => !trace.some(gives)),
    { numRuns: 40 },
  );
});

test('single steps are well-formed, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(steps(), { maxLength: 5 }), (drawn) => {
      const text = [{ wspsend: 'trace/1' }, ...drawn].map((line) => `${JSON.stringify(line)}\n`).join('');
      expect(judgeText(text, 'page').verdict).not.toBe('malformed');
    }),
    { numRuns: 60 },
  );
});
