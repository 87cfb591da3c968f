import { describe, expect, test } from 'vitest';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import type { WSPSendCall } from '../../model/winsock/trace.ts';
import { requestsOfTrace } from '../conversation/requestsOfTrace.ts';
import type { Failing } from './caseResult.ts';
import { covers, signatureOf } from './signature.ts';

const head = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];
const stepsOf = (...lines: string[]) => {
  const { steps, malformed } = readTrace([...head, ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  return steps.map(({ step }) => step);
};
const died = (lines: string[], last: object): Failing => {
  const trace = stepsOf(...lines);
  return {
    header: { wspsend: 'trace/1' },
    trace,
    steps: trace.length,
    requests: [...requestsOfTrace(trace), last as WSPSendCall],
    deviation: { kind: 'died', at: trace.length - 1, message: 'it exited', clauses: [], permitted: [] },
  };
};

describe('the death of a process', () => {
  const send = { call: 'WSPSend', socket: 'A', buffers: [10] };
  const fault = 'fault lpNumberOfBytesSent';

  test('is identified by what its send was given', () => {
    const plain = signatureOf(died([], send));
    const faulty = signatureOf(died([], { ...send, fault: 'lpNumberOfBytesSent' }));
    expect(plain.circumstances).toEqual([]);
    expect(faulty).toMatchObject({ step: 'WSPSend nonoverlapped', circumstances: [fault] });
    expect(covers(faulty, plain)).toBe(false);
  });

  test('goes to the faulty send that has not returned, whatever was asked last', () => {
    const waits = '{"call":"WSPSend","thread":"t1","socket":"A","buffers":[300000],"fault":"lpNumberOfBytesSent","begin":1}';
    const read = { peer: 'recv', socket: 'A' };
    expect(signatureOf(died([waits], read))).toMatchObject({ step: 'WSPSend nonoverlapped', circumstances: [fault] });
    const returned = [waits, '{"end":1,"returns":{"rc":0,"bytes":300000}}'];
    expect(signatureOf(died(returned, read))).toMatchObject({ step: 'recv', circumstances: [] });
  });
});

test('a wait that ends too early is identified by the send whose routine has to run', () => {
  const trace = stepsOf(
    '{"call":"WSPSend","socket":"A","buffers":[3],"overlapped":"o1","routine":true,"flags":["MSG_DONTROUTE"],"returns":{"rc":0,"bytes":3}}',
    '{"call":"SleepEx","returns":{"rc":0}}',
  );
  const oracle = new Oracle('page');
  const [rejection] = trace.flatMap((step) => oracle.step(step) ?? []);
  expect(rejection?.about).toBe('o1');
  const { message, clauses, permitted, about } = rejection!;
  const deviation = { kind: 'rejected' as const, at: trace.length - 1, message, clauses, permitted, about };
  const signature = signatureOf({
    header: { wspsend: 'trace/1' },
    trace,
    steps: trace.length,
    requests: requestsOfTrace(trace),
    deviation,
  });
  expect(signature.circumstances).toEqual(expect.arrayContaining(['MSG_DONTROUTE', 'routine', 'SOCK_STREAM']));
});

test('a call that has not returned is identified by itself, whatever is asked next', () => {
  const begun = [
    '{"call":"WSPSend","thread":"t1","socket":"A","buffers":[300000],"fill":1,"begin":1}',
    '{"env":"peer.reset","socket":"A"}',
    '{"env":"settle"}',
  ];
  for (const next of ['{"peer":"idle","socket":"A"}', '{"poll":"event","overlapped":"o7","signalled":false}']) {
    const trace = stepsOf(...begun, next);
    const oracle = new Oracle('page');
    const [rejection] = trace.flatMap((step) => oracle.step(step) ?? []);
    const { message, clauses, permitted, about } = rejection!;
    const deviation = { kind: 'rejected' as const, at: trace.length - 1, message, clauses, permitted, about };
    const signature = signatureOf({
      header: { wspsend: 'trace/1' },
      trace,
      steps: trace.length,
      requests: requestsOfTrace(trace),
      deviation,
    });
    expect(signature).toMatchObject({ step: 'WSPSend nonoverlapped', outcome: 'has not returned' });
    expect(signature.circumstances).toContain('peer.reset');
  }
});
