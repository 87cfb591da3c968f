import { describe, expect, test } from 'vitest';
import * as ring from '../../impl/provider/provider.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import { providerImplementation } from '../harness/implementation.ts';
import { drawsOf } from './draws.ts';
import { runCase } from './runCase.ts';

const stepsOf = (...lines: string[]) => {
  const { steps, malformed } = readTrace(['{"wspsend":"trace/1"}', ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  return steps.map(({ step }) => step);
};

describe('the requests behind a trace', () => {
  test('are its calls without what they returned, and none that a routine made', () => {
    const routine = '{"call":"WSPSend","socket":"A","buffers":[2]}';
    const steps = stepsOf(
      `{"call":"WSPSend","socket":"A","buffers":[1],"overlapped":"o1","routine":[${routine}],"returns":{"rc":0,"bytes":1}}`,
      '{"begin":1,"call":"SleepEx"}',
      '{"routine":"enter","thread":"main","overlapped":"o1","error":"0","bytes":1,"flags":0}',
      '{"call":"WSPSend","socket":"A","buffers":[2],"returns":{"rc":0,"bytes":2}}',
      '{"routine":"leave","thread":"main","overlapped":"o1"}',
      '{"end":1,"returns":{"rc":0}}',
      '{"call":"WSPCloseSocket","socket":"A","returns":{"rc":0}}',
    );
    expect(requestsOfTrace(steps)).toEqual([
      { call: 'WSPSend', socket: 'A', buffers: [1], overlapped: 'o1', routine: [JSON.parse(routine)] },
      { call: 'SleepEx' },
      { call: 'WSPCloseSocket', socket: 'A' },
    ]);
  });

  test('read as many bytes as were read, and look again where there was nothing', () => {
    const steps = stepsOf(
      '{"peer":"recv","socket":"A","runs":[[0,3],[7,4]]}',
      '{"peer":"idle","socket":"A"}',
      '{"env":"transport.took","socket":"A","bytes":1}',
      '{"env":"settle"}',
      '{"poll":"event","overlapped":"o1","signalled":true}',
    );
    expect(requestsOfTrace(steps)).toEqual([
      { peer: 'recv', socket: 'A', bytes: 7 },
      { peer: 'recv', socket: 'A' },
      { env: 'settle' },
      { poll: 'event', overlapped: 'o1' },
    ]);
  });

  test.each([1, 2, 3])('bring about what is permitted again, case %i', async (index) => {
    const implementation = providerImplementation(ring);
    const first = await runCase(implementation, { profile: 'docs', draws: drawsOf(5, index) });
    const again = await runCase(implementation, { profile: 'docs', requests: requestsOfTrace(first.trace) });
    expect(again.deviation).toBeUndefined();
    expect(again.trace.length).toBeGreaterThan(20);
  });
});
