import { describe, expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import { type Judgement, type JudgeOptions, judgeStream, judgeText } from './judge.ts';

type Line = Readonly<Record<string, unknown>>;

const ok = { returns: { rc: 0 } };
const header: Line = { wspsend: 'trace/1' };
const connected = (socket: string): Line[] => [
  { call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped: true, ...ok },
  { call: 'WSPConnect', socket, ...ok },
];
const pending = (overlapped: string, more: Line = {}): Line => ({
  call: 'WSPSend',
  socket: 'A',
  buffers: [3],
  overlapped,
  event: true,
  ...more,
  returns: { rc: -1, errno: 'WSA_IO_PENDING' },
});

const judged = (lines: readonly Line[], profile: Profile = 'page', options: JudgeOptions = {}): Judgement =>
  judgeText([header, ...lines].map((line) => JSON.stringify(line)).join('\n'), profile, options);

const findingsOf = (judgement: Judgement): readonly (readonly [number, string])[] =>
  judgement.verdict === 'rejected' ? judgement.findings.map(({ line, message }) => [line, message]) : [];

describe('what cannot be judged', () => {
  test('is listed once, at its first line, and accuses nobody', () => {
    const send = { call: 'WSPSend', socket: 'A', buffers: [3], returns: { rc: -1, errno: 'WSAEFAULT' } };
    expect(judged([...connected('A'), { foreign: 'TransmitFile', socket: 'A' }, send, send])).toEqual({
      verdict: 'accepted',
      steps: 5,
      unjudged: [{ line: 4, socket: 'A', why: 'what TransmitFile does to sends is not known here' }],
      breaches: [],
    });
  });

  test('is listed with a rejection too', () => {
    const trace = [
      ...connected('A'),
      ...connected('B'),
      { foreign: 'TransmitFile', socket: 'A' },
      { peer: 'recv', socket: 'B', runs: [[0, 1]] },
    ];
    expect(judged(trace)).toMatchObject({ verdict: 'rejected', line: 7, unjudged: [{ line: 6, socket: 'A' }] });
  });
});

describe('what the caller broke', () => {
  const routine = pending('o1', { event: undefined, routine: true });
  test.each<[what: string, lines: Line[], clauses: string[], line: number]>([
    ['an OVERLAPPED given again', [pending('o1'), pending('o1')], ['OverlappedLifetime:2', 'OverlappedLifetime:1'], 5],
    [
      'an OVERLAPPED given again by a call that has not returned',
      [pending('o1'), { begin: 1, call: 'WSPSend', socket: 'A', buffers: [1], overlapped: 'o1' }],
      ['OverlappedLifetime:2', 'OverlappedLifetime:1'],
      5,
    ],
    [
      'an OVERLAPPED given again before its routine has run',
      [routine, { peer: 'recv', socket: 'A', runs: [[0, 3]] }, { env: 'settle' }, { ...routine, fill: 3 }],
      ['OverlappedLifetime:2', 'OverlappedLifetime:1'],
      7,
    ],
    ['a buffer written', [pending('o1'), { caller: 'writes', what: 'buffer', overlapped: 'o1' }], ['lpBuffers:3'], 5],
    ['an OVERLAPPED freed', [pending('o1'), { caller: 'frees', what: 'overlapped', overlapped: 'o1' }], ['OverlappedLifetime:1'], 5],
    [
      'a wait for an operation with a routine',
      [routine, { begin: 1, call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', wait: true }],
      ['Routine:3'],
      5,
    ],
    [
      'a result asked of another socket',
      [pending('o1'), { call: 'WSPGetOverlappedResult', socket: 'B', overlapped: 'o1', returns: { rc: -1, errno: 'WSAEINVAL' } }],
      ['OverlappedLifetime:1'],
      5,
    ],
  ])('%s is a breach, and no rejection', (_, lines, clauses, line) => {
    const judgement = judged([...connected('A'), ...lines]);
    expect(judgement).toMatchObject({ verdict: 'accepted', breaches: [{ line, clauses }] });
  });

  test('a look at the result of an operation with a routine is none', () => {
    const looks = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: -1, errno: 'WSA_IO_INCOMPLETE' } };
    expect(judged([...connected('A'), routine, looks], 'docs')).toMatchObject({ verdict: 'accepted', breaches: [] });
  });

  test('a blocking call inside a routine that interrupted one is a breach', () => {
    const judgement = judged([
      ...connected('A'),
      ...connected('B'),
      pending('o1', { event: undefined, routine: true, thread: 't1' }),
      { begin: 1, call: 'WSPSend', socket: 'B', buffers: [9], thread: 't1' },
      { peer: 'recv', socket: 'A', runs: [[0, 3]] },
      { routine: 'enter', overlapped: 'o1', error: '0', bytes: 3, flags: 0, thread: 't1' },
      { call: 'WSPSend', socket: 'A', buffers: [1], fill: 3, thread: 't1', returns: { rc: 0, bytes: 1 } },
    ]);
    expect(judgement).toMatchObject({ verdict: 'accepted', breaches: [{ line: 10, clauses: ['WSAEINPROGRESS:1'] }] });
  });

  test.each([
    ['its event was seen', { poll: 'event', overlapped: 'o1', signalled: true }],
    ['all of it was received and a settle came', { env: 'settle' }],
  ])('an OVERLAPPED is free again once %s', (_, shown) => {
    const lines = [pending('o1'), { peer: 'recv', socket: 'A', runs: [[0, 3]] }, shown, pending('o1', { fill: 3 })];
    expect(judged([...connected('A'), ...lines])).toMatchObject({ verdict: 'accepted', breaches: [] });
  });
});

describe('where a stated bound was met', () => {
  const many = Array.from({ length: 8 }, (_, i) => i);
  const undecided = [
    ...connected('A'),
    { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, ...ok },
    ...many.map((i) => ({ begin: i, call: 'WSPSend', socket: 'A', buffers: [10 + i], fill: i % 3, thread: `t${i}` })),
    ...many.map((i) => ({ peer: 'recv', socket: 'A', runs: [[i % 3, 3]] })),
    { peer: 'recv', socket: 'A', runs: [[200, 1]] },
  ];

  test('the first of several decides', () => {
    const onB = undecided.map((line: Line) => ({
      ...line,
      ...(line.socket !== undefined && { socket: 'B' }),
      ...(line.thread !== undefined && { thread: `of B ${line.thread}` }),
      ...(line.begin !== undefined && { begin: Number(line.begin) + many.length }),
    }));
    expect(judged([...undecided, ...onB], 'page', { keepGoing: true })).toMatchObject({ verdict: 'undecided', line: 21 });
  });

  test('the trace is neither accepted nor rejected', () => {
    expect(judged(undecided)).toMatchObject({ verdict: 'undecided', line: 21, message: expect.stringMatching(/^undecided: /) });
  });

  test('what was not touched is still rejected by a judge that goes on', () => {
    const more = [...undecided, ...connected('B'), { peer: 'recv', socket: 'B', runs: [[0, 1]] }];
    expect(judged(more)).toMatchObject({ verdict: 'undecided' });
    expect(judged(more, 'page', { keepGoing: true })).toMatchObject({ verdict: 'rejected', line: 24, findings: [{ line: 24 }] });
  });
});

describe('a judge that goes on', () => {
  const stray = (socket: string) => ({ peer: 'recv', socket, runs: [[9, 1]] });

  test('reports each thing once and judges what was not touched', () => {
    const trace = [...connected('A'), ...connected('B'), stray('A'), stray('A'), stray('B'), stray('nobody'), stray('nobody')];
    const judgement = judged(trace, 'page', { keepGoing: true });
    expect(findingsOf(judgement).map(([line]) => line)).toEqual([6, 8, 9]);
    expect(judgement).toMatchObject({
      line: 6,
      unjudged: [
        { line: 6, socket: 'A' },
        { line: 8, socket: 'B' },
        { line: 9, socket: 'nobody' },
      ],
    });
    expect(findingsOf(judged(trace)).map(([line]) => line)).toEqual([6]);
  });

  test('reports all that is wrong at a step: each call that should have returned, and the step itself', () => {
    const send = (begin: number, socket: string) => ({
      begin,
      call: 'WSPSend',
      socket,
      buffers: [1],
      overlapped: `o${begin}`,
      thread: `t${begin}`,
    });
    const trace = [...connected('A'), ...connected('B'), send(1, 'A'), send(2, 'B'), { env: 'settle' }, { env: 'settle' }];
    expect(findingsOf(judged(trace, 'page', { keepGoing: true }))).toEqual([
      [8, 'WSPSend of thread t1 has not returned'],
      [8, 'WSPSend of thread t2 has not returned'],
    ]);
  });

  test('reports a call that should have returned once, whatever is requested afterwards', () => {
    const blocked = { begin: 1, call: 'WSPSend', socket: 'A', buffers: [1], thread: 't1' };
    const looks = [{ peer: 'idle', socket: 'A' }, { env: 'settle' }, { peer: 'idle', socket: 'A' }];
    const trace = [...connected('A'), blocked, { peer: 'recv', socket: 'A', runs: [[0, 1]] }, { env: 'settle' }, ...looks];
    expect(findingsOf(judged(trace, 'page', { keepGoing: true })).map(([line]) => line)).toEqual([7]);
  });

  test('takes what was permitted from the moment of the rejection', () => {
    const judgement = judged([...connected('A'), pending('o1'), stray('A'), { peer: 'recv', socket: 'A', runs: [[0, 3]] }], 'page', {
      keepGoing: true,
    });
    expect(judgement).toMatchObject({ findings: [{ line: 5, permitted: [{ runs: [[0, 3]] }] }] });
  });

  test('lets a routine be over that returned too early', () => {
    const sleep = (begin: number) => ({ begin, call: 'SleepEx' });
    const trace = [
      ...connected('A'),
      pending('o1', { event: undefined, routine: true }),
      sleep(1),
      { routine: 'enter', overlapped: 'o1', error: '0', bytes: 3, flags: 0 },
      sleep(2),
      { routine: 'leave', overlapped: 'o1' },
      { end: 2, ...ok },
      { end: 1, ...ok },
    ];
    expect(findingsOf(judged(trace, 'page', { keepGoing: true })).map(([line]) => line)).toEqual([8]);
  });

  test('expects no packet any more of what had the name of a wrong one', () => {
    const sent = (bytes: number) => ({ call: 'WSPSend', socket: 'A', buffers: [bytes], overlapped: 'o1', returns: { rc: 0, bytes } });
    const trace = [
      ...connected('A'),
      { call: 'CreateIoCompletionPort', socket: 'A', ...ok },
      sent(5),
      sent(7),
      { env: 'settle' },
      { port: 'packet', socket: 'A', overlapped: 'o1', error: '0', bytes: 9 },
      { port: 'empty', socket: 'A' },
    ];
    expect(findingsOf(judged(trace, 'docs', { keepGoing: true })).map(([line]) => line)).toEqual([8]);
  });

  test('finds a malformed line behind a finding', () => {
    expect(judged([...connected('A'), stray('A'), { env: 'settle', colour: 'red' }], 'page', { keepGoing: true })).toMatchObject({
      verdict: 'malformed',
      line: 5,
    });
  });
});

describe('the rulings that decide', () => {
  const datagram = { call: 'WSPSocket', socket: 'A', type: 'SOCK_DGRAM', overlapped: true, ...ok };
  const flush = { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH', ...ok };
  const part = [
    { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, ...ok },
    { call: 'WSPSend', socket: 'A', buffers: [100_000], returns: { rc: 0, bytes: 4096 } },
  ];
  const plain = (returns: Line): Line[] => [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', ...ok },
    { call: 'WSPConnect', socket: 'A', ...ok },
    { call: 'WSPSend', socket: 'A', buffers: [3], overlapped: 'o1', returns },
  ];
  test.each<[ruling: string, profile: Profile, lines: Line[]]>([
    ['M1', 'msafd', [...connected('A'), ...part]],
    ['M8', 'msafd', [...connected('A'), flush]],
    ['M4', 'msafd', [datagram, { call: 'WSPSend', socket: 'A', buffers: [1], returns: { rc: -1, errno: 'WSAEINVAL' } }]],
    ['D5', 'msafd', plain({ rc: -1, errno: 'WSAEINVAL' })],
  ])('%s decides under %s', (ruling, profile, lines) => {
    expect(judged(lines)).toMatchObject({ verdict: 'accepted' });
    expect(judged(lines, profile)).toMatchObject({ verdict: 'rejected', rulings: expect.arrayContaining([ruling]) });
  });

  const event = (signalled: boolean): Line => ({ poll: 'event', overlapped: 'o1', signalled });
  const settle = { env: 'settle' };
  const closed = [...connected('A'), { ...pending('o1'), event: true }, { call: 'WSPCloseSocket', socket: 'A', ...ok }, settle];
  const shut = { call: 'WSPShutdown', socket: 'A', how: 'SD_SEND', ...ok };
  const cancelled = [
    ...plain(ok).slice(0, 2),
    { begin: 1, call: 'WSPSend', socket: 'A', buffers: [9], thread: 't1' },
    { call: 'WSPCancelBlockingCall', thread: 't1', ...ok },
    settle,
    { call: 'SleepEx', ...ok },
  ];
  test.each<[ruling: string, profile: Profile, other: Profile, lines: Line[]]>([
    ['CloseCancels', 'docs', 'page', [...closed, event(false)]],
    ['D10', 'docs', 'page', [...connected('A'), pending('o1'), shut, { peer: 'eof', socket: 'A' }]],
    ['InterruptedCode', 'docs', 'page', cancelled],
    [
      'M7',
      'docs',
      'msafd',
      [...plain({ rc: 0, bytes: 3 }), { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: 0, bytes: 3 } }],
    ],
  ])('%s decides under %s by what came before', (ruling, profile, other, lines) => {
    expect(judged(lines, other)).toMatchObject({ verdict: 'accepted' });
    expect(judged(lines, profile)).toMatchObject({ verdict: 'rejected', rulings: [ruling] });
    expect(
      judged([...connected('B'), { peer: 'recv', socket: 'B', runs: [[0, 1]] }, ...lines], profile, { keepGoing: true }),
    ).toMatchObject({
      findings: [{ rulings: [] }, { rulings: [ruling] }],
    });
  });

  test.each([
    ['BeyondTheTable', 'WSAETIMEDOUT'],
    ['InterruptedCode', 'WSAEINTR'],
  ])('%s decides where the cause of %s has not happened', (ruling, errno) => {
    const lines = [...connected('A'), { call: 'WSPSend', socket: 'A', buffers: [1], returns: { rc: -1, errno } }];
    expect(judged(lines, 'docs')).toMatchObject({ verdict: 'rejected', clauses: ['Return:3'], rulings: [ruling] });
  });

  test('by what came before, up to a length', () => {
    const looks = Array.from({ length: 300 }, () => event(false));
    const long = [...closed.slice(0, -1), ...looks, settle, event(false)];
    expect(judged(long, 'docs')).toMatchObject({ verdict: 'rejected', rulings: [] });
  });

  test.each<Profile>(['page', 'docs', 'msafd'])('none decides under %s what no profile permits', (profile) => {
    expect(judged([...connected('A'), { peer: 'recv', socket: 'A', runs: [[0, 1]] }], profile)).toMatchObject({ rulings: [] });
  });
});

describe('what was permitted', () => {
  const wait = { begin: 1, call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', wait: true, thread: 't1' };
  const queued = [
    { call: 'WSPSend', socket: 'A', buffers: [3], overlapped: 'o1', routine: true, thread: 't1', returns: { rc: 0, bytes: 3 } },
    { env: 'settle' },
    { begin: 2, call: 'SleepEx', thread: 't1' },
    { end: 2, ...ok },
  ];
  test.each<[what: string, lines: Line[], permitted: Line]>([
    ['the routine that had to run', queued, { routine: 'enter', overlapped: 'o1' }],
    [
      'the call that had to return',
      [pending('o1'), wait, { peer: 'recv', socket: 'A', runs: [[0, 3]] }, { env: 'settle' }, { env: 'settle' }],
      { end: 1 },
    ],
    ['what is left to be received', [pending('o1'), { peer: 'recv', socket: 'A', runs: [[9, 1]] }], { runs: [[0, 3]] }],
    ['how much may be taken', [pending('o1'), { env: 'transport.took', socket: 'A', bytes: 9 }], { bytes: { least: 1, most: 3 } }],
    ['that nothing is', [{ routine: 'enter', overlapped: 'o9', error: '0', bytes: 0, flags: 0 }], { nothing: expect.any(String) }],
  ])('says %s', (_, lines, permitted) => {
    const judgement = judged([...connected('A'), ...lines], 'docs');
    expect(judgement).toMatchObject({ verdict: 'rejected', permitted: [expect.objectContaining(permitted)] });
  });

  test('a failure without a code reads as what it is', () => {
    const send = { call: 'WSPSend', socket: 'A', buffers: [3], returns: { rc: -1, errno: '0' } };
    expect(judged([...connected('A'), send])).toMatchObject({ message: expect.stringContaining('SOCKET_ERROR with the code 0') });
  });
});

describe('the steps before a rejection', () => {
  const receives = (fill: number): Line => ({ peer: 'recv', socket: 'A', runs: [[fill, 1]] });
  const sends = (fill: number): Line => ({ call: 'WSPSend', socket: 'A', buffers: [1], fill, returns: { rc: 0, bytes: 1 } });
  const linesBefore = (judgement: Judgement): readonly number[] => ('before' in judgement ? judgement.before.map(({ line }) => line) : []);

  test('are the last four of its socket, and the call that it ends among them', () => {
    const begun: Line = { begin: 1, call: 'WSPSend', socket: 'A', buffers: [9], fill: 100, thread: 't1' };
    const trace = [...connected('A'), begun, ...[0, 1, 2, 3, 4].map(sends), { end: 1, returns: { rc: 0, bytes: 10 } }];
    expect(linesBefore(judged(trace))).toEqual([4, 7, 8, 9]);
  });

  test.each<[what: string, own: Line, others: Line]>([
    ['what is lost for every socket', { env: 'network.down' }, { env: 'network.down', socket: 'B' }],
    ['the end of the thread that posted', { call: 'ExitThread', thread: 't1', ...ok }, { call: 'ExitThread', thread: 't2', ...ok }],
    ['a cancelled call', { call: 'WSPCancelBlockingCall', thread: 't1', ...ok }, { call: 'WSPCancelBlockingCall', thread: 't2', ...ok }],
  ])('have %s among them', (_, own, others) => {
    const posted = { ...(pending('o1') as object), thread: 't1' } as Line;
    const result: Line = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: -1, errno: 'WSAEINTR' } };
    expect(linesBefore(judged([...connected('A'), posted, own, others, result]))).toEqual([2, 3, 4, 5]);
  });

  test('are of the last 256 steps, whatever lines are between them', () => {
    const many = Array.from({ length: 300 }, (_, at): Line[] => [sends(at % 251), receives(at % 251)]).flat();
    expect(linesBefore(judged([...connected('A'), ...many, receives(7)]))).toEqual([600, 601, 602, 603]);
  });
});

test('what a step shows of the caller is reported once, although the step is judged anew', () => {
  const begun: Line = { begin: 1, call: 'WSPSend', socket: 'B', buffers: [3], thread: 't2' };
  const trace = [
    ...connected('A'),
    { call: 'WSPSocket', socket: 'B', type: 'SOCK_STREAM', ...ok },
    { call: 'WSPConnect', socket: 'B', ...ok },
    begun,
    { peer: 'recv', socket: 'B', runs: [[0, 3]] },
    pending('o1'),
    { env: 'settle' },
    // The blocked call has not returned, and the caller gives o1 again.
    pending('o1'),
  ];
  const judgement = judged(trace, 'page', { keepGoing: true });
  expect(findingsOf(judgement).map(([line]) => line)).toEqual([10]);
  expect(judgement).toMatchObject({ breaches: [{ line: 10, clauses: ['OverlappedLifetime:2', 'OverlappedLifetime:1'] }] });
});

test('a text of blank lines lacks its header', () => {
  expect(judgeText('\n\n', 'page')).toMatchObject({ verdict: 'malformed', line: 1 });
});

test('a stream is judged as its text, wherever it is cut, and to its last line', async () => {
  const lines = [header, ...connected('A'), { peer: 'recv', socket: 'A', runs: [[0, 1]] }];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  async function* inPieces(of: string, size: number): AsyncGenerator<Uint8Array> {
    const bytes = new TextEncoder().encode(of);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  for (const size of [1, 7, 1000]) {
    expect(await judgeStream(inPieces(text, size), 'docs')).toMatchObject({ verdict: 'rejected', line: 4 });
    expect(await judgeStream(inPieces(`${text}\n{`, size), 'docs')).toMatchObject({ verdict: 'malformed', line: 5 });
  }
});
