import { expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import { cTestOf } from './cTest.ts';

const connected = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];

const written = (...lines: readonly string[]): string => {
  const { header, steps, malformed } = readTrace([...connected, ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  return cTestOf([{ name: 'a trace', header, steps }], { profile: 'page', runtime: '/* loop */', title: 'A test.' });
};

/** The outcomes that the file permits at a line of the trace. */
const permittedAt = (text: string, line: number): string[] =>
  new RegExp(`^static const Outcome t0_${line}\\[\\] = \\{(.*)\\};$`, 'm').exec(text)![1]!.match(/\{[^}]*\}/g) ?? [];

test('a blocking send takes everything, or finds no buffers', () => {
  const text = written('{"call":"WSPSend","socket":"A","buffers":[6,4],"returns":{"rc":0,"bytes":10}}');
  expect(permittedAt(text, 4)).toEqual(['{SHOWS_RETURN, 0, 10, 10}', '{SHOWS_RETURN, 10055, -1, -1}']);
});

test('a nonblocking one may take any part, which is one range', () => {
  const nonblocking = '{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":1,"returns":{"rc":0}}';
  const text = written(nonblocking, '{"call":"WSPSend","socket":"A","buffers":[6,4],"returns":{"rc":0,"bytes":10}}');
  expect(permittedAt(text, 5)).toContain('{SHOWS_RETURN, 0, 1, 9}');
  expect(permittedAt(text, 5)).toContain('{SHOWS_RETURN, 10035, -1, -1}');
});

test('an outcome that is not permitted is not among them, and ends the table', () => {
  const text = written(
    '{"call":"WSPSend","socket":"A","buffers":[1],"returns":{"rc":-1,"errno":"WSAESHUTDOWN"}}',
    '{"call":"WSPCloseSocket","socket":"A","returns":{"rc":0}}',
  );
  expect(permittedAt(text, 4).join()).not.toContain('10058');
  expect(text).toMatch(/STEP_SEND, 4, .*\{SHOWS_RETURN, 10058, -1, -1\}.*"WSAESHUTDOWN:1, /);
  expect(text).not.toContain('STEP_CLOSE, 5');
});

test('what the peer reads is fixed where the oracle fixes the bytes', () => {
  const sent = '{"call":"WSPSend","socket":"A","buffers":[6],"fill":3,"returns":{"rc":0,"bytes":6}}';
  const text = written(sent, '{"peer":"recv","socket":"A","runs":[[3,6]]}');
  expect(permittedAt(text, 5)).toContain('{SHOWS_BYTES, 0, 1, 6}');
  expect(text).toMatch(/STEP_PEER, 5, .*, 1, "the peer of A"/);
});

test('a trace is cut where one thread cannot go on, and says so', () => {
  const text = written('{"begin":1,"call":"WSPSend","socket":"A","buffers":[9],"thread":"t2"}', '{"env":"settle"}');
  expect(text).toContain('"it calls on a second thread"}');
  expect(text).not.toContain('STEP_SETTLE, 5');
});

test('a packet has the statuses that are permitted, an empty port where that is, and Win32 codes as what they stand for', () => {
  const bound = '{"call":"CreateIoCompletionPort","socket":"A","returns":{"rc":0}}';
  const sent = '{"call":"WSPSend","socket":"A","buffers":[6],"overlapped":"o1","returns":{"rc":0,"bytes":6}}';
  const text = written(bound, sent, '{"port":"packet","socket":"A","overlapped":"o1","error":"64","bytes":0}');
  expect(permittedAt(text, 6)).toContain('{SHOWS_RETURN, 0, 6, 6}');
  expect(text).toMatch(/STEP_PACKET, 6, .*\{SHOWS_RETURN, 10054, -1, -1\}/);
  expect(text).toContain('{64, 10054}');
  // Under the page a port need not have the packet.
  const empty = written(bound, sent, '{"port":"empty","socket":"A"}');
  expect(permittedAt(empty, 6)).toEqual(['{SHOWS_IDLE, 0, 0, 0}', '{SHOWS_OTHER, 0, 0, 0}']);
  const low = written(bound, sent.replace('"overlapped"', '"event":true,"port":false,"overlapped"'));
  expect(low).toContain('HAS_EVENT | LOW_BIT');
});

test('a title cannot end a comment or a string', () => {
  const { header, steps } = readTrace(connected.join('\n'));
  const text = cTestOf([{ name: 'a "\\ %d ??/ \n', header, steps }], { profile: 'page', runtime: '', title: 'ends */ here' });
  expect(text).toContain('"a \\"\\\\ percentd ?\\?/ ?"');
  expect(text).toContain('ends * / here');
});
