import { describe, expect, test } from 'vitest';
import { Oracle } from '../../model/oracle/oracle.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { cTestOf, notInC } from './cTest.ts';
import { threadedTraces } from './cThreads.ts';

const connected = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];

const runtime = { types: '', program: '/* loop */' };

const written = (...lines: readonly string[]): string => {
  const { header, steps, malformed } = readTrace([...connected, ...lines].join('\n'));
  expect(malformed).toBeUndefined();
  return cTestOf([{ name: 'a trace', header, steps }], { profile: 'page', runtime, title: 'A test.' });
};

/** The outcomes that the file permits in the row of a line of the trace. */
const permittedAt = (text: string, line: number, kind = ''): string[] => {
  const row = text.split('\n').find((one) => new RegExp(`^  \\{STEP_${kind}[A-Z_]*, ${line}, `).test(one))!;
  const name = /permitted\d+/.exec(row)?.[0];
  return name === undefined
    ? []
    : (new RegExp(`^static const Outcome ${name}\\[\\] = \\{(.*)\\};$`, 'm').exec(text)![1]!.match(/\{[^}]*\}/g) ?? []);
};

test('a blocking send takes everything, or finds no buffers', () => {
  const text = written('{"call":"WSPSend","socket":"A","buffers":[6,4],"returns":{"rc":0,"bytes":10}}');
  expect(permittedAt(text, 4)).toEqual(['{SHOWS_RETURN, 0, 10, 10}', '{SHOWS_RETURN, 10055, -1, -1}', '{SHOWS_OUT, 0, 0, 0}']);
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

describe('what the peer reads', () => {
  const datagrams = [
    '{"call":"WSPSocket","socket":"D","type":"SOCK_DGRAM","returns":{"rc":0}}',
    '{"call":"WSPConnect","socket":"D","returns":{"rc":0}}',
    '{"call":"WSPSend","socket":"D","buffers":[6],"fill":3,"returns":{"rc":0,"bytes":6}}',
  ];
  const isWhole = (text: string, line: number): boolean =>
    new RegExp(`STEP_PEER, ${line}, .*(\\d), "the peer of [AD]"`).exec(text)![1] === '1';

  test('of a datagram is all of it', () => {
    const text = written(...datagrams, '{"peer":"recv","socket":"D","runs":[[3,6]]}');
    expect(permittedAt(text, 7).filter((one) => one.includes('BYTES'))).toEqual(['{SHOWS_BYTES, 0, 6, 6}']);
    expect(isWhole(text, 7)).toBe(true);
    const empty = written(
      ...datagrams.slice(0, 2),
      datagrams[2]!.replace('[6]', '[0]').replace('"bytes":6', '"bytes":0'),
      '{"peer":"recv","socket":"D","runs":[]}',
    );
    expect(permittedAt(empty, 7).filter((one) => one.includes('BYTES'))).toEqual(['{SHOWS_BYTES, 0, 0, 0}']);
    expect(isWhole(empty, 7)).toBe(true);
  });

  test('may be another datagram, as long as one is on its way', () => {
    const second = datagrams[2]!.replace('"fill":3', '"fill":100');
    expect(isWhole(written(...datagrams, second, '{"peer":"recv","socket":"D","runs":[[3,6]]}'), 8)).toBe(false);
    expect(isWhole(written(...datagrams, second, '{"peer":"recv","socket":"D","runs":[[100,6]]}'), 8)).toBe(false);
    expect(isWhole(written(...datagrams, datagrams[2]!, '{"peer":"recv","socket":"D","runs":[[3,6]]}'), 8)).toBe(true);
  });

  test('may be the bytes of another send, where two are under way', () => {
    const begun = (number: number, fill: number): string =>
      `{"begin":${number},"call":"WSPSend","socket":"A","buffers":[6],"fill":${fill},"thread":"t${number}"}`;
    const read = '{"peer":"recv","socket":"A","runs":[[3,6],[100,6]]}';
    expect(isWhole(written(begun(1, 3), read.replace(',[100,6]', '')), 5)).toBe(true);
    expect(isWhole(written(begun(1, 3), begun(2, 100), read), 6)).toBe(false);
    const first = '{"call":"WSPSend","socket":"A","buffers":[6],"fill":3,"returns":{"rc":0,"bytes":6}}';
    // After the first send either of the two may come.
    expect(isWhole(written(first, begun(1, 100), begun(2, 50), read), 7)).toBe(false);
    expect(isWhole(written(first, begun(1, 100), begun(2, 50), read.replace(',[100,6]', '')), 7)).toBe(true);
  });

  test('of an urgent send may be its last byte, apart from the stream or not at all', () => {
    const urgent = '{"call":"WSPSend","socket":"A","buffers":[3],"fill":3,"flags":["MSG_OOB"],"returns":{"rc":0,"bytes":3}}';
    const text = written(urgent, '{"peer":"recv","socket":"A","runs":[[5,1]],"oob":true}');
    expect(text).toMatch(/STEP_PEER, 5, .*, URGENT, \{SHOWS_BYTES, 0, 1, 1\}/);
    expect(permittedAt(text, 5)).toEqual(['{SHOWS_BYTES, 0, 1, 1}', '{SHOWS_NOTHING, 0, 0, 0}']);
    expect(isWhole(text, 5)).toBe(true);
    const wrong = written(urgent, '{"peer":"recv","socket":"A","runs":[[4,1]],"oob":true}');
    expect(permittedAt(wrong, 5)).toEqual(['{SHOWS_NOTHING, 0, 0, 0}']);
  });
});

test('an option may have any value, and a code is another outcome', () => {
  const text = written('{"call":"WSPGetSockOpt","socket":"A","name":"SO_MAX_MSG_SIZE","returns":{"rc":0,"value":100}}');
  expect(text).toMatch(/STEP_GET_OPTION, 4, 0, 0, -1, 0, SO_MAX_MSG_SIZE, .*\{SHOWS_RETURN, 0, 100, 100\}/);
  expect(permittedAt(text, 4)).toContain('{SHOWS_RETURN, 0, -1, 4294967295}');
});

test('a bad lpNumberOfBytesSent is given', () => {
  const text = written(
    '{"call":"WSPSend","socket":"A","buffers":[6],"fault":"lpNumberOfBytesSent","returns":{"rc":-1,"errno":"WSAEFAULT"}}',
  );
  expect(text).toMatch(/STEP_SEND, 4, .*, FAULT_COUNT, \{SHOWS_RETURN, 10014, -1, -1\}/);
});

describe('a call that another thread makes', () => {
  const begun = '{"begin":1,"call":"WSPSend","socket":"A","buffers":[90000],"thread":"t2"}';
  const read = '{"peer":"recv","socket":"A","runs":[[0,90000]]}';
  const ended = '{"end":1,"returns":{"rc":0,"bytes":90000}}';

  test('begins on a thread of its own, and is waited for at its end', () => {
    const text = written(begun, read, ended);
    expect(text).toMatch(/STEP_SEND, 4, 1, .*, BEGINS, \{SHOWS_NOTHING/);
    expect(text).toMatch(/STEP_END, 6, 1, /);
    expect(permittedAt(text, 6)).toContain('{SHOWS_RETURN, 0, 90000, 90000}');
    // What its peer reads may have released it, whenever the program sees that.
    expect(text).not.toContain('STEP_LOOK');
  });

  test('is looked at before a settle, and before the next call', () => {
    const close = '{"call":"WSPCloseSocket","socket":"A","returns":{"rc":0}}';
    const text = written(begun, '{"env":"settle"}', close);
    expect(text.match(/STEP_LOOK, \d+/g)).toEqual(['STEP_LOOK, 5', 'STEP_LOOK, 6']);
    expect(permittedAt(text, 5, 'LOOK')).toEqual([
      '{SHOWS_OUT, 0, 0, 0}',
      '{SHOWS_RETURN, 0, 90000, 90000}',
      '{SHOWS_RETURN, 10055, -1, -1}',
    ]);
  });

  test('may not be under way after a settle where it may not block', () => {
    const overlapped = begun.replace('"thread"', '"overlapped":"o1","event":true,"thread"');
    const text = written(overlapped, '{"env":"settle"}');
    expect(permittedAt(text, 5, 'LOOK')).toContain('{SHOWS_RETURN, 997, -1, -1}');
    expect(permittedAt(text, 5, 'SETTLE')).toEqual([]);
    expect(text).toMatch(/STEP_SETTLE, 5, .*\{SHOWS_NOTHING, 0, 0, 0\}, NULL, 0, 1, "settle", "[A-Za-z]+:\d/);
  });

  test('that a thread makes while its call has not returned cuts the trace, and the file says so', () => {
    const text = written(begun, '{"call":"WSPShutdown","socket":"A","how":"SD_SEND","thread":"t2","returns":{"rc":0}}');
    expect(text).toContain('"thread t2 calls while its call has not returned"}');
    expect(text).not.toContain('STEP_SHUTDOWN, 5');
  });
});

test.each(threadedTraces())('$name: is accepted, to its end', (trace) => {
  const oracle = new Oracle('page', trace.header);
  for (const { step } of trace.steps) expect(oracle.step(step)).toBeUndefined();
  expect(notInC(trace)).toBeUndefined();
});

test('a routine may not have run where its wait may end without it, and must have run where it may not', () => {
  const sent =
    '{"call":"WSPSend","socket":"A","buffers":[6],"overlapped":"o1","routine":true,"returns":{"rc":-1,"errno":"WSA_IO_PENDING"}}';
  const wait = '{"begin":1,"call":"SleepEx"}';
  const enter = '{"routine":"enter","overlapped":"o1","error":"0","bytes":6,"flags":0}';
  const early = written(sent, wait, enter);
  expect(permittedAt(early, 6)).toContain('{SHOWS_NOTHING, 0, 0, 0}');
  const read = '{"peer":"recv","socket":"A","runs":[[0,6]]}';
  const late = written(sent, read, '{"env":"settle"}', wait, enter);
  expect(permittedAt(late, 8)).toContain('{SHOWS_RETURN, 0, 6, 6}');
  expect(permittedAt(late, 8)).not.toContain('{SHOWS_NOTHING, 0, 0, 0}');
});

test('a packet has the statuses that are permitted, an empty port where that is, and Win32 codes as what they stand for', () => {
  const bound = '{"call":"CreateIoCompletionPort","socket":"A","returns":{"rc":0}}';
  const sent = '{"call":"WSPSend","socket":"A","buffers":[6],"overlapped":"o1","returns":{"rc":0,"bytes":6}}';
  const text = written(bound, sent, '{"port":"packet","socket":"A","overlapped":"o1","error":"64","bytes":0}');
  expect(permittedAt(text, 6)).toContain('{SHOWS_RETURN, 0, 6, 6}');
  expect(text).toMatch(/STEP_PACKET, 6, .*\{SHOWS_RETURN, 10054, 0, 0\}/);
  expect(text).toContain('{64, 10054}');
  // Under the page a port need not have the packet.
  const empty = written(bound, sent, '{"port":"empty","socket":"A"}');
  expect(permittedAt(empty, 6)).toEqual(['{SHOWS_IDLE, 0, 0, 0}', '{SHOWS_OTHER, 0, 0, 0}']);
  const low = written(bound, sent.replace('"overlapped"', '"event":true,"port":false,"overlapped"'));
  expect(low).toContain('HAS_EVENT | LOW_BIT');
});

test('a title cannot end a comment or a string', () => {
  const { header, steps } = readTrace(connected.join('\n'));
  const text = cTestOf([{ name: 'a "\\ %d ??/ \n', header, steps }], { profile: 'page', runtime, title: 'ends */ here' });
  expect(text).toContain('"a \\"\\\\ %d ?\\?/ ?"');
  expect(text).toContain('ends * / here');
});

test('a flag that no header has reaches the file in no other way than as text', () => {
  const flagged = (flag: string): string =>
    written(JSON.stringify({ call: 'WSPSend', socket: 'A', buffers: [1], flags: [flag], returns: { rc: 0, bytes: 1 } }));
  const injected = flagged('0); system("true"); (0');
  expect(injected).toContain('"the flag 0); system(\\"true\\"); (0 is not given"');
  expect(injected).not.toContain('STEP_SEND');
  expect(flagged('MSG_PEEK')).toMatch(/STEP_SEND, 4, 0, 0, -1, 0, 0x2, /);
});
