/** Traces that grow, one kind for each habit of a program that an oracle could pay for more than once a line. */

import type { TraceStep } from '../../../model/winsock/trace.ts';

export interface GrowingTrace {
  /** What the program does. */
  readonly name: string;
  /** A size of which the trace has some thousands of lines at most. */
  readonly size: number;
  steps(size: number): TraceStep[];
}

type Begun = ReturnType<typeof sendOf> & { readonly begin: number };

const step = (fields: Record<string, unknown>): TraceStep => fields as unknown as TraceStep;
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const connected = (socket: string, overlapped = true): TraceStep[] => [
  step({ call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped, returns: { rc: 0 } }),
  step({ call: 'WSPConnect', socket, returns: { rc: 0 } }),
];

const sendOf = (socket: string, length: number, fill: number, more: Record<string, unknown> = {}) => ({
  call: 'WSPSend',
  socket,
  buffers: [length],
  fill: fill % 251,
  ...more,
});

const sent = (socket: string, length: number, fill: number, more: Record<string, unknown> = {}): TraceStep =>
  step({ ...sendOf(socket, length, fill, more), returns: { rc: 0, bytes: length } });

const pends = (socket: string, length: number, fill: number, overlapped: string, more: Record<string, unknown> = {}): TraceStep =>
  step({ ...sendOf(socket, length, fill, { overlapped, ...more }), returns: { rc: -1, errno: 'WSA_IO_PENDING' } });

const begun = (begin: number, socket: string, length: number, fill: number, thread: string, more: Record<string, unknown> = {}): Begun => ({
  begin,
  ...sendOf(socket, length, fill, { thread, ...more }),
});

const ended = (call: Begun, length: number): TraceStep => step({ end: call.begin, begun: call, returns: { rc: 0, bytes: length } });
const read = (socket: string, ...runs: (readonly [number, number])[]): TraceStep => step({ peer: 'recv', socket, runs });
const settle = step({ env: 'settle' });
const cancel = (more: Record<string, unknown> = {}): TraceStep => step({ call: 'WSPCancelIo', socket: 'A', ...more, returns: { rc: 0 } });

/** Rounds of calls on one socket that all begin before the first returns, and what the peer then reads. */
function rounds(count: number, lengths: readonly number[], fillOf: (i: number) => number, readOrder: readonly number[]): TraceStep[] {
  return times(count, (round) => {
    const calls = lengths.map((length, i) => begun(round * lengths.length + i, 'A', length, fillOf(i), `t${i}`));
    const runs = readOrder.map((i) => [fillOf(i) % 251, lengths[i]!] as const);
    return [...calls.map(step), ...calls.map((call, i) => ended(call, lengths[i]!)), read('A', ...runs)];
  }).flat();
}

/** 0, 1, …, n - 1 in an order that looks random and is always the same. */
export function shuffled(n: number): number[] {
  const order = times(n, (i) => i);
  let state = 7;
  for (let i = n - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** As many sends as there are places in `order` begin, and the peer reads them in that order, each in a line of its own. */
export function readInOrder(order: readonly number[], length: number, fillOf: (i: number) => number): TraceStep[] {
  const calls = order.map((_, i) => begun(i, 'A', length, fillOf(i), `t${i}`));
  const reads = order.map((i) => read('A', [fillOf(i) % 251, length]));
  return [...connected('A'), ...calls.map(step), ...reads, ...calls.map((call) => ended(call, length))];
}

/** Rounds of forty sends that are under way at once. Their values overlap where one ends and another begins. */
const forty = (count: number, order: readonly number[], fillOf: (i: number) => number): TraceStep[] => [
  ...connected('A'),
  ...times(count, (round) => {
    const calls = times(40, (i) => begun(40 * round + i, 'A', 10, fillOf(i), `t${i}`));
    return [...calls.map(step), ...order.map((i) => read('A', [fillOf(i) % 251, 10])), ...calls.map((call) => ended(call, 10))];
  }).flat(),
];

/** Sends that have not returned, each on a socket of its own. */
const waiting = (count: number): TraceStep[] =>
  times(count, (s) => [...connected(`b${s}`, false), step(begun(s, `b${s}`, 10, 0, `t${s}`))]).flat();

const distinctly = (i: number): number => 6 * i;

/** As many sends, all cancelled, and what the peer reads then, in pieces that may be of any of them. */
export function cancelledAndRead(sends: number, fillOf: (i: number) => number, reads: number, piece: number): TraceStep[] {
  return [
    ...connected('A'),
    ...times(sends, (i) => pends('A', 5000, fillOf(i), `o${i}`)),
    cancel(),
    ...times(reads, (i) => read('A', [(i * piece) % 251, piece])),
  ];
}

const backwards = times(40, (i) => 39 - i);
const overlapping = (i: number): number => 20 + 20 * i;

export const growingTraces: readonly GrowingTrace[] = [
  {
    name: 'two equal sends in rounds',
    size: 100,
    steps: (n) => [...connected('A'), ...rounds(n, [10, 10], () => 7, [0, 1])],
  },
  {
    name: 'four sends in rounds, read in another order',
    size: 100,
    steps: (n) => [...connected('A'), ...rounds(n, [10, 10, 10, 10], (i) => 7 + 5 * i, [3, 2, 0, 1])],
  },
  {
    name: '40 connections of which 12 send at once',
    size: 40,
    steps: (n) => [
      ...times(40, (s) => connected(`s${s}`)).flat(),
      ...times(n, (i) => {
        const calls = times(12, (k) => {
          return begun(12 * i + k, `s${(7 * i + 3 * k) % 40}`, 1000, 13 * i, `t${k}`, { overlapped: `o${12 * i + k}`, port: true });
        });
        const reads = calls.map((call) => read(call.socket, [(13 * i) % 251, 1000]));
        return [...calls.map(step), ...calls.map((call) => ended(call, 1000)), ...reads];
      }).flat(),
    ],
  },
  {
    name: 'overlapped zero returns that are never indicated',
    size: 400,
    steps: (n) => [...connected('A'), ...times(n, (i) => sent('A', 10, i, { overlapped: `o${i}`, event: true }))],
  },
  {
    name: 'sockets with two sends under way each',
    size: 100,
    steps: (n) => [
      ...times(n, (s) => connected(`s${s}`, false)).flat(),
      ...times(n, (s) => [0, 1].map((k) => step(begun(2 * s + k, `s${s}`, 10, 0, `t${s}.${k}`)))).flat(),
      ...times(n, (s) => read(`s${s}`, [0, 10], [0, 10])),
    ],
  },
  {
    name: 'four threads, each of which sends again before the others return',
    size: 100,
    steps: (n) => {
      const last = new Map<number, Begun>();
      return [
        ...connected('A'),
        ...times(n, (i) => [
          ...times(4, (k) => {
            const before = last.get(k);
            const call = begun(4 * i + k, 'A', 10, 7, `t${k}`);
            last.set(k, call);
            return [...(before === undefined ? [] : [ended(before, 10)]), step(call)];
          }).flat(),
          ...(i % 4 === 3 ? [read('A', ...times(12, () => [7, 10] as const))] : []),
        ]).flat(),
      ];
    },
  },
  ...[10_000_000, 4_294_967_295].map(
    (length): GrowingTrace => ({
      name: `three cancelled sends of ${length} bytes, read in pieces`,
      size: 100,
      steps: (n) => [
        ...connected('A'),
        ...times(3, (i) => pends('A', length, 0, `o${i}`)),
        cancel(),
        ...times(n, (i) => read('A', [(i * 5000) % 251, 5000])),
      ],
    }),
  ),
  ...[
    // So many pieces that what is posted before them is a small part.
    { name: 'forty cancelled sends of equal values, read in pieces', fillOf: () => 0, piece: 7, size: 200 },
    { name: 'forty cancelled sends of distinct values, read in pieces', fillOf: distinctly, piece: 7, size: 200 },
    { name: 'forty cancelled sends of distinct values, read in long pieces', fillOf: distinctly, piece: 200, size: 50 },
  ].map(
    ({ name, fillOf, piece, size }): GrowingTrace => ({
      name,
      size,
      steps: (n) => cancelledAndRead(40, fillOf, n, piece),
    }),
  ),
  {
    name: 'forty cancelled sends of distinct values, read in pieces, and their results',
    size: 200,
    steps: (n) => [
      ...cancelledAndRead(40, distinctly, n, 7),
      ...times(40, (i) => {
        return step({
          call: 'WSPGetOverlappedResult',
          socket: 'A',
          overlapped: `o${i}`,
          returns: { rc: -1, errno: 'WSA_OPERATION_ABORTED' },
        });
      }),
    ],
  },
  {
    name: 'urgent sends that pend',
    size: 200,
    steps: (n) => [
      ...connected('A'),
      ...times(n, (i) => pends('A', 1000, 7, `o${i}`, { flags: ['MSG_OOB'] })),
      ...times(n, () => read('A', [7, 999])),
    ],
  },
  {
    name: 'equal urgent bytes, all read in one report',
    size: 100,
    steps: (n) => [
      ...connected('A'),
      ...times(n, () => sent('A', 1, 7, { flags: ['MSG_OOB'] })),
      read('A', ...times(n, () => [7, 1] as const)),
    ],
  },
  {
    name: 'lines while 600 sends wait',
    size: 1000,
    steps: (n) => [
      ...times(600, (s) => [...connected(`b${s}`, false), step(begun(s, `b${s}`, 10, 0, `t${s}`))]).flat(),
      settle,
      ...connected('A'),
      ...times(n, () => sent('A', 10, 0)),
    ],
  },
  {
    name: 'a peer that never reads',
    size: 2000,
    steps: (n) => [...connected('A'), ...times(n, (i) => sent('A', 10, 10 * i))],
  },
  {
    name: 'routines in a loop of alertable waits',
    size: 300,
    steps: (n) => [
      ...connected('A'),
      ...times(n, (i) => {
        const sleep = { begin: i, call: 'SleepEx' };
        return [
          sent('A', 10, 0, { overlapped: 'o', routine: true }),
          step(sleep),
          step({ routine: 'enter', overlapped: 'o', error: '0', bytes: 10, flags: 0 }),
          step({ routine: 'leave', overlapped: 'o' }),
          step({ end: i, begun: sleep, returns: { rc: 0 } }),
        ];
      }).flat(),
    ],
  },
  {
    name: 'what the transport took of bytes that nobody reads',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      ...times(n, (i) => [
        i % 2 === 0 ? sent('A', 10, i) : pends('A', 10, i, `o${i}`),
        step({ env: 'transport.took', socket: 'A', bytes: 10 }),
      ]).flat(),
    ],
  },
  {
    name: 'overlapped sends posted while a call is under way',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      step(begun(0, 'A', 500, 3, 'x')),
      ...times(n, (i) => pends('A', 10, i, `o${i}`)),
      ...times(n, (i) => read('A', [i % 251, 10])),
    ],
  },
  {
    name: 'one socket, in order, eight OVERLAPPEDs in turn',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      ...times(n, (i) => [
        pends('A', 1000, i, `o${i % 8}`, { event: true }),
        read('A', [i % 251, 1000]),
        settle,
        step({ call: 'WSPGetOverlappedResult', socket: 'A', overlapped: `o${i % 8}`, returns: { rc: 0, bytes: 1000 } }),
      ]).flat(),
    ],
  },
  {
    name: 'sends that pend, with a settle behind each',
    size: 500,
    steps: (n) => [...connected('A'), ...times(n, (i) => [pends('A', 10, i, `o${i}`), settle]).flat()],
  },
  {
    name: 'sends that pend, each read and settled in its turn',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      ...times(n, (i) => pends('A', 10, i, `o${i}`)),
      ...times(n, (i) => [read('A', [i % 251, 10]), settle]).flat(),
    ],
  },
  {
    name: 'sends that pend, with a look at an empty port behind each',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      step({ call: 'CreateIoCompletionPort', socket: 'A', returns: { rc: 0 } }),
      ...times(n, (i) => [pends('A', 10, i, `o${i}`), step({ port: 'empty', socket: 'A' })]).flat(),
    ],
  },
  {
    name: 'sends that pend, all cancelled behind each',
    size: 500,
    steps: (n) => [...connected('A'), ...times(n, (i) => [pends('A', 10, i, `o${i}`), cancel()]).flat()],
  },
  {
    name: 'sends that pend, each cancelled by its name',
    size: 500,
    steps: (n) => [...connected('A'), ...times(n, (i) => pends('A', 10, i, `o${i}`)), ...times(n, (i) => cancel({ overlapped: `o${i}` }))],
  },
  {
    name: 'sends that pend, read in turn while another has not returned',
    size: 500,
    steps: (n) => [
      ...connected('A'),
      step(begun(0, 'A', 10, 200, 'x', { overlapped: 'b' })),
      ...times(n, (i) => [pends('A', 10, i % 190, `o${i}`), read('A', [i % 190, 10])]).flat(),
    ],
  },
  {
    name: 'settles while as many sends wait',
    size: 250,
    steps: (n) => [...waiting(n), ...times(n, () => settle)],
  },
  {
    name: 'sends that wait, a little of each read and settled in its turn',
    size: 250,
    steps: (n) => [...waiting(n), ...times(n, (s) => [read(`b${s}`, [0, 1]), settle]).flat()],
  },
  {
    name: 'closes that have not returned, and the end of each stream',
    size: 250,
    steps: (n) => [
      ...times(n, (s) => [...connected(`b${s}`), step({ begin: s, call: 'WSPCloseSocket', socket: `b${s}`, thread: `t${s}` })]).flat(),
      ...times(n, (s) => step({ peer: 'eof', socket: `b${s}` })),
    ],
  },
  { name: 'forty equal sends at once, in rounds', size: 2, steps: (n) => forty(n, backwards, () => 7) },
  { name: 'forty sends at once, in rounds, the last read first', size: 2, steps: (n) => forty(n, backwards, overlapping) },
  { name: 'forty sends at once, in rounds, read in any order', size: 2, steps: (n) => forty(n, shuffled(40), overlapping) },
];
