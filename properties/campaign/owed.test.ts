import { expect, test } from 'vitest';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { owedBy } from './owed.ts';
import { Tally } from './tally.ts';

const socket = '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}';
const connect = '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}';
const nonblocking = '{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":1,"returns":{"rc":0}}';
const fails = (errno: string, more = ''): string =>
  `{"call":"WSPSend","socket":"A","buffers":[10]${more},"returns":{"rc":-1,"errno":"${errno}"}}`;

/** What is counted until a step is refused, and the failure that the step had to give. */
const judged = (...lines: string[]) => {
  const { header, steps, malformed } = readTrace(['{"wspsend":"trace/1"}', ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  const oracle = new Oracle('page', header!);
  const tally = new Tally();
  for (const { step } of steps) {
    const found = tally.look(oracle.world, step);
    const rejection = oracle.step(step);
    if (rejection !== undefined) return { tally, rejection, owed: owedBy(step, rejection, tally.outcomes.refusingSuccess) };
    tally.keep(found, oracle.permittedBy);
  }
  return { tally, rejection: undefined, owed: [] };
};

test.each<[what: string, owed: readonly string[], lines: readonly string[]]>([
  ['a bad buffer that WSAEINVAL answers', ['WSAEFAULT:1'], [socket, connect, fails('WSAEINVAL', ',"fault":"buffer"')]],
  ['a bad array that WSAENOTCONN answers', ['WSAEFAULT:1'], [socket, connect, fails('WSAENOTCONN', ',"fault":"lpBuffers"')]],
  [
    'a bad buffer of an overlapped send',
    ['WSAEFAULT:1'],
    [socket, connect, fails('WSAEINVAL', ',"fault":"buffer","overlapped":"o1","event":true')],
  ],
  ['a bad buffer of no socket, where both rows want another code', ['WSAEFAULT:1'], [fails('WSAEINVAL', ',"fault":"buffer"')]],
  ['a descriptor that is no socket', ['WSAENOTSOCK:1'], [fails('WSAESHUTDOWN')]],
  [
    'a send after a shutdown',
    ['WSAESHUTDOWN:1'],
    [socket, connect, '{"call":"WSPShutdown","socket":"A","how":"SD_SEND","returns":{"rc":0}}', fails('WSAEACCES')],
  ],
  ['a send that could have succeeded', [], [socket, connect, fails('WSAEINVAL')]],
  ['a nonblocking send for which there may be no room', [], [socket, connect, nonblocking, fails('WSAEINVAL')]],
  [
    'an operation that may have succeeded before its close, ended by another code',
    [],
    [
      socket,
      connect,
      '{"call":"WSPSend","socket":"A","buffers":[100000],"overlapped":"o1","routine":true,"returns":{"rc":-1,"errno":"WSA_IO_PENDING"}}',
      '{"call":"WSPCloseSocket","socket":"A","returns":{"rc":0}}',
      '{"begin":1,"call":"SleepEx"}',
      '{"routine":"enter","overlapped":"o1","error":"WSAEACCES","bytes":0,"flags":0}',
    ],
  ],
])('%s is owed by %j', (_, owed, lines) => {
  const found = judged(...lines);
  expect(found.rejection).toBeDefined();
  for (const id of owed) expect([...found.owed, ...found.rejection!.clauses]).toContain(id);
  if (owed.length === 0) expect(found.owed).toEqual([]);
});

test('the clause that required another failure is not among the clauses that the step breaks by its own code', () => {
  const { owed, rejection } = judged(socket, connect, fails('WSAEINVAL', ',"fault":"buffer"'));
  expect(rejection!.clauses).toEqual(expect.arrayContaining(['WSAEINVAL:1']));
  expect(owed).toEqual(['WSAEFAULT:1']);
});

test('a count is tried when a send reports one, and urgent data when a send of them is accepted', () => {
  const sent = (more = ''): string => `{"call":"WSPSend","socket":"A","buffers":[10]${more},"returns":{"rc":0,"bytes":10}}`;
  const triedBy = (...lines: string[]): readonly string[] => [...judged(socket, connect, ...lines).tally.clauses.keys()];
  expect(triedBy(sent())).toContain('lpNumberOfBytesSent:1');
  expect(triedBy(sent())).not.toContain('MSG_OOB:1');
  expect(triedBy(sent(',"flags":["MSG_OOB"]'))).toContain('MSG_OOB:1');
  expect(triedBy(fails('WSAEOPNOTSUPP', ',"flags":["MSG_OOB"]'))).not.toContain('MSG_OOB:1');
  expect(triedBy(fails('WSA_IO_PENDING', ',"flags":["MSG_OOB"],"overlapped":"o1","event":true'))).toContain('MSG_OOB:1');
  const begun = '{"begin":1,"call":"WSPSend","socket":"A","buffers":[10],"thread":"t1"}';
  expect(triedBy(begun)).not.toContain('lpNumberOfBytesSent:1');
  expect(triedBy(begun, '{"end":1,"returns":{"rc":0,"bytes":10}}')).toContain('lpNumberOfBytesSent:1');
});
