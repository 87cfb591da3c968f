/** What the oracle keeps of a trace that goes on and on. */

import { expect, test } from 'vitest';
import { expectSame } from '../winsock/same.fixture.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { Oracle } from './oracle.ts';

const lifeOf = (socket: string): TraceStep[] => [
  { call: 'WSPSocket', socket, type: 'SOCK_STREAM', returns: { rc: 0 } },
  { call: 'WSPConnect', socket, returns: { rc: 0 } },
  { call: 'WSPSend', socket, buffers: [10], returns: { rc: 0, bytes: 10 } },
  { call: 'WSPCloseSocket', socket, returns: { rc: 0 } },
];

const judged = (oracle: Oracle, steps: readonly TraceStep[]) => steps.map((step) => oracle.step(step)?.clauses);

test('of sockets that were closed the oracle keeps no more than some thousands, and judges what the peers of those see', () => {
  const oracle = new Oracle('page');
  for (let i = 0; i < 10_000; i++) {
    const found = judged(oracle, lifeOf(`s${i}`)).flat();
    expectSame(found.length, 4);
    for (const clauses of found) expectSame(clauses, undefined);
  }
  expect(oracle.world.sockets.size).toBeLessThan(4096);
  expect(oracle.step({ peer: 'recv', socket: 's9999', runs: [[7, 10]] })?.clauses).toContain('Order:2');
  expect(oracle.step({ peer: 'recv', socket: 's9999', runs: [[0, 10]] })).toBeUndefined();
  expect(oracle.step({ call: 'WSPSend', socket: 's1', buffers: [1], returns: { rc: 0, bytes: 1 } } as TraceStep)?.clauses).toEqual([
    'WSAENOTSOCK:1',
  ]);
});

test('a closed socket that an operation still uses is not forgotten', () => {
  const oracle = new Oracle('page');
  const posted: TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { call: 'WSPSend', socket: 'A', buffers: [10], overlapped: 'o', event: true, returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
    { call: 'WSPCloseSocket', socket: 'A', returns: { rc: 0 } },
  ];
  for (const step of posted) expectSame(oracle.step(step), undefined);
  for (let i = 0; i < 5000; i++) judged(oracle, lifeOf(`s${i}`));
  expect(oracle.step({ peer: 'recv', socket: 'A', runs: [[3, 10]] })?.clauses).toContain('Order:2');
});

test('a network that failed for one socket has surely failed for it after the next settle, whatever broke before', () => {
  const oracle = new Oracle('docs');
  const empty = { call: 'WSPSend', socket: 'A', buffers: [0], returns: { rc: 0, bytes: 0 } } as TraceStep;
  const steps: TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_DGRAM', returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { env: 'keepalive.failed', socket: 'A' },
    { env: 'settle' },
    { env: 'network.down', socket: 'A' },
    empty,
    { env: 'settle' },
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
  expect(oracle.step(empty)?.clauses).toContain('WSAENETDOWN:1');
});

test('a socket that connects after the network failed is not held to the failure, until it fails again', () => {
  const oracle = new Oracle('docs');
  const empty = { call: 'WSPSend', socket: 'A', buffers: [0], returns: { rc: 0, bytes: 0 } } as TraceStep;
  const steps: TraceStep[] = [
    { env: 'network.down' },
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { env: 'settle' },
    empty,
    { env: 'network.down' },
    empty,
    { env: 'settle' },
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
  expect(oracle.step(empty)?.clauses).toContain('WSAENETDOWN:1');
});

test('sends that a shutdown may have cut short may all have come in full', () => {
  const oracle = new Oracle('page');
  const sends = [
    [1006, 178],
    [1145, 163],
    [25, 222],
    [27, 30],
  ] as const;
  const steps: TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    ...sends.map(
      ([length, fill], i): TraceStep => ({
        call: 'WSPSend',
        socket: 'A',
        buffers: [length],
        fill,
        overlapped: `o${i}`,
        returns: { rc: -1, errno: 'WSA_IO_PENDING' },
      }),
    ),
    { call: 'WSPShutdown', socket: 'A', how: 'SD_SEND', returns: { rc: 0 } },
    { peer: 'recv', socket: 'A', runs: sends.map(([length, fill]) => [fill, length] as const) },
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
});

test('an urgent send that is under way may go on where a report has what came before it too', () => {
  const oracle = new Oracle('page');
  const steps = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { call: 'WSPSend', socket: 'A', buffers: [300], fill: 35, returns: { rc: 0, bytes: 300 } },
    { begin: 1, call: 'WSPSend', socket: 'A', buffers: [100], fill: 84, flags: ['MSG_OOB'] },
    { peer: 'recv', socket: 'A', runs: [[35, 400]] },
  ] as const satisfies readonly TraceStep[];
  for (const step of steps) expectSame(oracle.step(step), undefined);
});

test('a packet is of the operation on its own socket, whichever of that name is older', () => {
  const opened = (socket: string): TraceStep[] => [
    { call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket, returns: { rc: 0 } },
    { call: 'CreateIoCompletionPort', socket, returns: { rc: 0 } },
  ];
  const used = (socket: string, bytes: number): TraceStep[] => [
    { call: 'WSPSend', socket, buffers: [bytes], overlapped: 'o1', returns: { rc: 0, bytes } },
    { call: 'WSPGetOverlappedResult', socket, overlapped: 'o1', returns: { rc: 0, bytes } },
  ];
  const packet = (socket: string, bytes: number): TraceStep => ({ port: 'packet', socket, overlapped: 'o1', error: '0', bytes });
  const judged = (...packets: readonly TraceStep[]) => {
    const oracle = new Oracle('docs');
    for (const step of [...opened('A'), ...opened('B'), ...used('A', 151), ...used('B', 8)]) expectSame(oracle.step(step), undefined);
    return packets.map((step) => oracle.step(step)?.clauses);
  };
  expect(judged(packet('B', 8), packet('A', 151))).toEqual([undefined, undefined]);
  expect(judged(packet('B', 151))).toEqual([['Immediate:6']]);
});

test('nothing more is looked for of an operation whose packet was dequeued or whose routine ran', () => {
  const socket = { socket: 'A' };
  const packet = { port: 'packet', ...socket, overlapped: 'o1', error: '0', bytes: 10 };
  const settle = { env: 'settle' };
  const lines: readonly object[] = [
    { call: 'WSPSocket', ...socket, type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', ...socket, returns: { rc: 0 } },
    { call: 'CreateIoCompletionPort', ...socket, returns: { rc: 0 } },
    { call: 'WSPSend', ...socket, buffers: [10], overlapped: 'o1', returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
    { peer: 'recv', ...socket, runs: [[0, 10]] },
    ...[settle, packet, settle],
    { call: 'WSPGetOverlappedResult', ...socket, overlapped: 'o1', returns: { rc: 0, bytes: 10 } },
    { call: 'WSPSend', ...socket, buffers: [3], overlapped: 'o2', routine: true, returns: { rc: 0, bytes: 3 } },
    { begin: 1, call: 'SleepEx' },
    { routine: 'enter', overlapped: 'o2', error: '0', bytes: 3, flags: 0 },
  ];
  const oracle = new Oracle('docs');
  expect(judged(oracle, lines as TraceStep[]).filter((clauses) => clauses !== undefined)).toEqual([]);
  expect([...oracle.world.completePackets]).toEqual([]);
  expect([...oracle.world.thread('main').routines]).toEqual([]);
});

test('what is said of a name that may be forgotten is not judged, and says so', () => {
  const oracle = new Oracle('docs');
  const run = (steps: readonly TraceStep[]): void => {
    for (const step of steps) expectSame(oracle.step(step), undefined);
  };
  run([
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  ]);
  const unknown: TraceStep = { port: 'packet', overlapped: 'never', error: '0', bytes: 10 } as unknown as TraceStep;
  for (let i = 0; i < 3000; i++) {
    const overlapped = `o${i}`;
    run([
      { call: 'WSPSend', socket: 'A', buffers: [1], fill: i % 251, overlapped, event: true, returns: { rc: 0, bytes: 1 } },
      { poll: 'event', overlapped, signalled: true },
      { call: 'WSPGetOverlappedResult', socket: 'A', overlapped, returns: { rc: 0, bytes: 1 } },
      { peer: 'recv', socket: 'A', runs: [[i % 251, 1]] },
      { env: 'settle' },
    ]);
  }
  expect(oracle.world.operations.size).toBeLessThan(2000);
  expect(oracle.step({ poll: 'event', overlapped: 'o1', signalled: true })).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(1);
  expect(oracle.step(unknown)).toBeUndefined();
  expect(oracle.unjudged).toHaveLength(1);
});

test('a peer that never reads costs no memory, where the sends are alike or their values go on', () => {
  for (const stride of [0, 1, 10]) {
    const oracle = new Oracle('docs');
    oracle.step({ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } });
    oracle.step({ call: 'WSPConnect', socket: 'A', returns: { rc: 0 } });
    const send = (i: number): TraceStep =>
      ({ call: 'WSPSend', socket: 'A', buffers: [10], fill: (stride * i) % 251, returns: { rc: 0, bytes: 10 } }) as TraceStep;
    for (let i = 0; i < 1000; i++) expectSame(oracle.step(send(i)), undefined);
    expect([...oracle.world.sockets.get('A')!.stream.reading.segments]).toHaveLength(8);
    const runs = Array.from({ length: 1000 }, (_, i): [number, number] => [(stride * i) % 251, 10]);
    expect(oracle.step({ peer: 'recv', socket: 'A', runs: [...runs.slice(0, 999), [(stride * 999 + 1) % 251, 10]] })?.clauses).toContain(
      'Order:2',
    );
    expect(oracle.step({ peer: 'recv', socket: 'A', runs })).toBeUndefined();
  }
});

test('a long send is read in one piece while an urgent send of unknown values is under way', () => {
  const oracle = new Oracle('page');
  const [long, urgent] = [78_066, 105_933];
  const steps = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { begin: 1, call: 'WSPSend', socket: 'A', buffers: [long], fill: 35 },
    {
      call: 'WSPSend',
      thread: 't1',
      socket: 'A',
      buffers: [urgent],
      fill: 91,
      overlapped: 'o1',
      flags: ['MSG_OOB'],
      returns: { rc: -1, errno: 'WSA_IO_PENDING' },
    },
    {
      peer: 'recv',
      socket: 'A',
      runs: [
        [35, long],
        [91, urgent],
      ],
    },
  ] as const satisfies readonly TraceStep[];
  for (const step of steps) expectSame(oracle.step(step), undefined);
});

const failing = { begin: 1, call: 'WSPSend', socket: 'A', buffers: [1], fill: 221, overlapped: 'o1' } satisfies TraceStep;

const completions: readonly (readonly [what: string, steps: readonly TraceStep[]])[] = [
  [
    'one that was announced and whose status nobody has seen may have ended early',
    [
      {
        call: 'WSPSend',
        socket: 'A',
        buffers: [2],
        fill: 221,
        overlapped: 'o1',
        routine: true,
        returns: { rc: -1, errno: 'WSA_IO_PENDING' },
      },
      { upcall: 'WPUQueueApc', thread: 'main', overlapped: 'o1', returns: { rc: 0 } },
      { begin: 1, call: 'WSPSend', socket: 'A', buffers: [1], fill: 31 },
      {
        peer: 'recv',
        socket: 'A',
        runs: [
          [221, 1],
          [31, 1],
        ],
      },
    ],
  ],
  [
    'one that failed inside its call owes no byte when the call returns',
    [
      failing,
      { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o1', error: 'WSAENOBUFS', bytes: 0, returns: { rc: 0 } },
      { end: 1, returns: { rc: -1, errno: 'WSA_IO_PENDING' }, begun: failing },
      { call: 'WSPShutdown', socket: 'A', how: 'SD_SEND', returns: { rc: 0 } },
      { peer: 'eof', socket: 'A' },
    ],
  ],
];

test.each(completions)('a completion: %s', (_, steps) => {
  const oracle = new Oracle('page', { wspsend: 'trace/1', side: 'spi' });
  const before: readonly TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  ];
  for (const step of [...before, ...steps]) expectSame(oracle.step(step), undefined);
});

test('an APC that was held back by a routine is queued once more, and not twice', () => {
  const oracle = new Oracle('page', { wspsend: 'trace/1', side: 'spi' });
  const pends = (overlapped: string, fill: number): TraceStep => {
    const returns = { rc: -1, errno: 'WSA_IO_PENDING' } as const;
    return { call: 'WSPSend', socket: 'A', buffers: [3], fill, overlapped, routine: true, returns };
  };
  const queued = (overlapped: string): TraceStep => ({ upcall: 'WPUQueueApc', thread: 'main', overlapped, returns: { rc: 0 } });
  const steps: readonly TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    pends('o1', 0),
    pends('o2', 3),
    queued('o1'),
    queued('o2'),
    { call: 'SleepEx', begin: 1 },
    { routine: 'enter', overlapped: 'o1', error: '0', bytes: 3, flags: 0 },
    { routine: 'leave', overlapped: 'o1' },
    queued('o2'),
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
  expect(oracle.step(queued('o2'))?.clauses).toEqual(['Overlapped:4']);
});

test('a routine of another socket that runs does not hold an APC back', () => {
  const oracle = new Oracle('page', { wspsend: 'trace/1', side: 'spi' });
  const opened = (socket: string): readonly TraceStep[] => [
    { call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket, returns: { rc: 0 } },
  ];
  const pends = (socket: string, overlapped: string, fill: number): TraceStep => {
    const returns = { rc: -1, errno: 'WSA_IO_PENDING' } as const;
    return { call: 'WSPSend', socket, buffers: [3], fill, overlapped, routine: true, returns };
  };
  const queued = (overlapped: string): TraceStep => ({ upcall: 'WPUQueueApc', thread: 'main', overlapped, returns: { rc: 0 } });
  const enters = (overlapped: string): TraceStep => ({ routine: 'enter', overlapped, error: '0', bytes: 3, flags: 0 });
  const steps: readonly TraceStep[] = [
    ...opened('A'),
    ...opened('B'),
    pends('A', 'o1', 0),
    pends('B', 'o2', 0),
    pends('B', 'o3', 3),
    queued('o1'),
    queued('o2'),
    { call: 'SleepEx', begin: 1 },
    enters('o1'),
    { call: 'SleepEx', begin: 2 },
    enters('o2'),
    { routine: 'leave', overlapped: 'o2' },
    queued('o3'),
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
  expect(oracle.step(queued('o3'))?.clauses).toEqual(['Overlapped:4']);
});

test('what a routine began, and the routine itself, have to end first', () => {
  const oracle = new Oracle('page');
  const sleep = (begin: number): TraceStep => ({ call: 'SleepEx', begin });
  const wakes = (end: number): TraceStep => ({ end, returns: { rc: 0 }, begun: { call: 'SleepEx', begin: end } });
  const leaves: TraceStep = { routine: 'leave', overlapped: 'o1' };
  const steps: readonly TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { call: 'WSPSend', socket: 'A', buffers: [3], overlapped: 'o1', routine: true, returns: { rc: 0, bytes: 3 } },
    sleep(1),
    { routine: 'enter', overlapped: 'o1', error: '0', bytes: 3, flags: 0 },
  ];
  for (const step of steps) expectSame(oracle.step(step), undefined);
  expect(oracle.step(wakes(1))).toMatchObject({ clauses: ['Overlapped:4'], permitted: [leaves] });
  expect(oracle.step(sleep(2))).toBeUndefined();
  expect(oracle.step(leaves)).toMatchObject({ clauses: ['Overlapped:4', 'Nesting:2'], permitted: [{ end: 2 }] });
});

test('of an OVERLAPPED that may be one of the forgotten nothing is judged', () => {
  const oracle = new Oracle('docs', { wspsend: 'trace/1', side: 'spi' });
  const before: readonly TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  ];
  for (const step of before) oracle.step(step);
  const unknown: readonly TraceStep[] = [
    { poll: 'event', overlapped: 'none', signalled: true },
    { poll: 'count', overlapped: 'none', written: true },
    { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'none', returns: { rc: 0, bytes: 7 } },
    { port: 'packet', socket: 'A', overlapped: 'none', error: '0', bytes: 7 },
    { routine: 'leave', overlapped: 'none' },
    { routine: 'enter', overlapped: 'none', error: '0', bytes: 7, flags: 0 },
    { upcall: 'WPUQueueApc', thread: 'main', overlapped: 'none', returns: { rc: 0 } },
    { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'none', error: '0', bytes: 7, returns: { rc: 0 } },
  ];
  expect(unknown.map((step) => oracle.step(step)?.clauses[0])).toEqual([
    'Return:7',
    undefined,
    'Return:6',
    'Return:7',
    'Overlapped:4',
    'Return:7',
    'Return:7',
    'Return:7',
  ]);
  for (let i = 0; !oracle.world.forgotten; i++) {
    const fill = (3 * i) % 251;
    oracle.step({ call: 'WSPSend', socket: 'A', buffers: [3], fill, overlapped: `o${i}`, event: true, returns: { rc: 0, bytes: 3 } });
    if (i > 5000) throw new Error('The oldest operation must be forgotten after some thousands: none was');
  }
  for (const step of unknown) {
    expect(oracle.step(step)).toBeUndefined();
    expect(oracle.unjudged.map(({ why }) => why)).toEqual([expect.stringContaining('none is not known any more')]);
  }
});
