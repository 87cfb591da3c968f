/** Scenes that random draws hardly ever produce. */

import { failsBy, good, length, type Scene, type SceneLine } from './scenes.ts';

const connected: readonly SceneLine[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: good },
  { call: 'WSPConnect', socket: 'A', returns: good },
];
const posted = { call: 'WSPSend', socket: 'A', thread: 't', buffers: [length], fill: 0 };
const behind = { ...posted, buffers: [3], fill: 90, overlapped: 'p', routine: true, returns: { rc: 0, bytes: 3 } };
const packet = { port: 'packet', socket: 'A', overlapped: 'o', error: '0', bytes: length };

/** What shows that a send has ended with an error: the result, a packet, an upcall, the routine. */
const reportsOf = (error: string): readonly (readonly SceneLine[])[] => [
  [{ call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o', returns: failsBy(error) }],
  [{ ...packet, error, bytes: 0 }],
  [{ upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', error, bytes: 0 }],
  [
    { begin: 3, call: 'SleepEx', thread: 't' },
    { routine: 'enter', thread: 't', overlapped: 'o', error, bytes: 0, flags: 0 },
  ],
];

/** A send pends, something happens, and it is seen to have ended. */
const ends = (flags: readonly string[], between: readonly SceneLine[], report: readonly SceneLine[]): Scene => ({
  steps: [
    ...connected,
    { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
    {
      ...posted,
      ...(flags.length > 0 && { flags }),
      overlapped: 'o',
      ...(report.length > 1 && { routine: true }),
      returns: failsBy('WSA_IO_PENDING'),
    },
    ...between,
    ...report,
  ],
});

/** What the flags of a send may end it with, in every form of its report, before a settle and after one. */
const unsupported: readonly Scene[] = [['MSG_OOB'], ['MSG_PARTIAL'], ['MSG_OOB', 'MSG_PARTIAL']].flatMap((flags) =>
  reportsOf('WSAEOPNOTSUPP').flatMap((report) =>
    [[], [{ peer: 'recv', socket: 'A', runs: [[0, length]] }, { env: 'settle' }]].map((between: readonly SceneLine[]) =>
      ends(flags, between, report),
    ),
  ),
);

/** The route is lost, in every form of its report: as the first, and behind a result. */
const unreachable: readonly Scene[] = ['WSAENETUNREACH', 'WSAEHOSTUNREACH', 'WSAEADDRNOTAVAIL'].flatMap((error) =>
  reportsOf(error).flatMap((report) => [[], reportsOf(error)[0]!].map((first) => ends([], [{ env: 'route.lost' }, ...first], report))),
);

export const knownScenes: readonly Scene[] = [
  ...unsupported,
  ...unreachable,
  // A connect is refused once a send has succeeded.
  {
    steps: [
      { ...connected[0], overlapped: false },
      { begin: 1, call: 'WSPConnect', socket: 'A', thread: 'u' },
      { ...posted, returns: { rc: 0, bytes: length } },
      { end: 1, returns: failsBy('WSAECONNREFUSED') },
    ],
  },
  ...['SD_SEND', 'SD_BOTH'].map(
    (how): Scene => ({
      steps: [...connected, { call: 'WSPShutdown', socket: 'A', how, returns: good }, { ...posted, returns: failsBy('WSAESHUTDOWN') }],
    }),
  ),
  // The socket is closed under a call that waits.
  {
    steps: [
      ...connected,
      { begin: 1, ...posted },
      { call: 'WSPCloseSocket', socket: 'A', returns: good },
      { end: 1, returns: failsBy('WSAECONNABORTED') },
    ],
  },
  // It is being closed by another thread, or was closed, while a call is under way.
  ...[connected, connected.slice(0, 1)].flatMap((opened: readonly SceneLine[]) =>
    ['WSA_OPERATION_ABORTED', 'WSAENOTSOCK'].flatMap((code): Scene[] => [
      {
        steps: [...opened, { begin: 2, call: 'WSPCloseSocket', socket: 'A', thread: 'u' }, { ...posted, returns: failsBy(code) }],
      },
      {
        steps: [
          ...opened,
          { begin: 1, ...posted },
          { call: 'WSPCloseSocket', socket: 'A', returns: good },
          { end: 1, returns: failsBy(code) },
        ],
      },
      {
        steps: [
          ...opened,
          { begin: 2, call: 'WSPCloseSocket', socket: 'A', thread: 'u' },
          { begin: 1, ...posted },
          { end: 2, returns: good },
          { end: 1, returns: failsBy(code) },
        ],
      },
    ]),
  ),
  // Of two threads that close it one has returned.
  {
    steps: [
      ...connected,
      { begin: 2, call: 'WSPCloseSocket', socket: 'A', thread: 'u' },
      { begin: 3, call: 'WSPCloseSocket', socket: 'A', thread: 'v' },
      { end: 2, returns: good },
      { ...posted, returns: failsBy('WSA_OPERATION_ABORTED') },
    ],
  },
  // A function that was held back while another routine of the socket ran is queued again.
  {
    side: 'spi',
    steps: [
      ...connected,
      { ...behind, returns: failsBy('WSA_IO_PENDING') },
      { ...posted, overlapped: 'o', routine: true, returns: failsBy('WSA_IO_PENDING') },
      { upcall: 'WPUQueueApc', thread: 't', overlapped: 'p', returns: good },
      { upcall: 'WPUQueueApc', thread: 't', overlapped: 'o', returns: good },
      { begin: 3, call: 'SleepEx', thread: 't' },
      { routine: 'enter', thread: 't', overlapped: 'p', error: '0', bytes: 3, flags: 0 },
      { upcall: 'WPUQueueApc', thread: 't', overlapped: 'o', returns: good },
    ],
  },
  // A routine begins inside another of its socket.
  {
    steps: [
      ...connected,
      behind,
      { ...posted, overlapped: 'o', routine: true, returns: { rc: 0, bytes: length } },
      { begin: 3, call: 'SleepEx', thread: 't' },
      { routine: 'enter', thread: 't', overlapped: 'p', error: '0', bytes: 3, flags: 0 },
      { routine: 'enter', thread: 't', overlapped: 'o', error: '0', bytes: length, flags: 0 },
    ],
  },
  // A packet comes before its call has returned, and again.
  {
    steps: [
      ...connected,
      { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
      { begin: 1, ...posted, overlapped: 'o' },
      packet,
      { end: 1, returns: failsBy('WSA_IO_PENDING') },
      packet,
    ],
  },
  ...[{ routine: true, event: true }, {}].map(
    (reports): Scene => ({
      steps: [
        ...connected,
        { ...posted, ...reports, overlapped: 'o', returns: failsBy('WSA_IO_PENDING') },
        { poll: 'event', overlapped: 'o', signalled: false },
      ],
    }),
  ),
  ...[[], [{ call: 'WSPBind', socket: 'A', returns: good }]].flatMap((bound: readonly SceneLine[]) =>
    ['SD_SEND', 'SD_BOTH'].map(
      (how): Scene => ({
        steps: [
          connected[0]!,
          ...bound,
          { call: 'WSPShutdown', socket: 'A', how, returns: good },
          { ...posted, returns: failsBy('WSAESHUTDOWN') },
        ],
      }),
    ),
  ),
  // The port is empty while the caller has broken its own side.
  {
    steps: [
      ...connected,
      { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
      { ...posted, overlapped: 'o', returns: failsBy('WSA_IO_PENDING') },
      { caller: 'writes', what: 'buffer', overlapped: 'o' },
      { port: 'empty', socket: 'A' },
    ],
  },
  // It ends by a reset inside its call, and is said to have succeeded afterwards.
  ...[packet, { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o', returns: { rc: 0, bytes: length } }].map(
    (last): Scene => ({
      steps: [
        ...connected,
        { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
        { begin: 1, ...posted, overlapped: 'o' },
        { env: 'peer.reset', socket: 'A' },
        { ...packet, error: 'WSAECONNRESET', bytes: 0 },
        { end: 1, returns: failsBy('WSA_IO_PENDING') },
        last,
      ],
    }),
  ),
  {
    steps: [
      ...connected,
      { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
      { begin: 1, ...posted, overlapped: 'o', event: true },
      { env: 'peer.reset', socket: 'A' },
      { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o', wait: true, returns: failsBy('WSAECONNRESET') },
      { end: 1, returns: failsBy('WSA_IO_PENDING') },
      packet,
    ],
  },
  // What the answer alone shows.
  { steps: [...connected, { ...posted, overlapped: 'o', returns: { rc: 0, bytes: length } }] },
  { steps: [...connected, { ...posted, routine: true, returns: failsBy('WSA_IO_PENDING') }] },
  {
    steps: [
      connected[0]!,
      { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: good },
      { call: 'WSPConnect', socket: 'A', returns: failsBy('WSAEWOULDBLOCK') },
      { ...posted, returns: failsBy('WSAENOTCONN') },
    ],
  },
  // The transport took all of it, and a packet says otherwise.
  {
    steps: [
      ...connected,
      { call: 'CreateIoCompletionPort', socket: 'A', returns: good },
      { ...posted, overlapped: 'o', returns: failsBy('WSA_IO_PENDING') },
      { env: 'transport.took', socket: 'A', bytes: length },
      { env: 'settle' },
      { ...packet, error: 'WSAENOBUFS', bytes: 0 },
    ],
  },
  // Both flags at once, and what a socket without a connection, or without the overlapped flag, says.
  ...['SOCK_STREAM', 'SOCK_DGRAM'].map(
    (type): Scene => ({
      steps: [
        { ...connected[0], type },
        connected[1]!,
        { ...posted, flags: ['MSG_OOB', 'MSG_PARTIAL'], returns: failsBy('WSAEOPNOTSUPP') },
      ],
    }),
  ),
  { steps: [{ ...connected[0], type: 'SOCK_DGRAM' }, connected[1]!, { ...posted, flags: ['MSG_OOB'], returns: failsBy('WSAEOPNOTSUPP') }] },
  {
    steps: [
      connected[0]!,
      { call: 'WSPConnect', socket: 'A', returns: failsBy('WSAEWOULDBLOCK') },
      { ...posted, returns: failsBy('WSAENOTCONN') },
    ],
  },
  ...[[], [{ call: 'WSPShutdown', socket: 'A', how: 'SD_SEND', returns: good }]].map(
    (shut): Scene => ({
      steps: [
        { ...connected[0], overlapped: false },
        { call: 'WSPBind', socket: 'A', returns: good },
        ...shut,
        { ...posted, overlapped: 'o', returns: failsBy('WSAEINVAL') },
      ],
    }),
  ),
  {
    steps: [
      ...connected,
      { env: 'circuit.timeout', socket: 'A' },
      { env: 'settle' },
      { ...posted, overlapped: 'o', returns: failsBy('WSA_IO_PENDING') },
    ],
  },
  // The result is asked for of a send that failsBy, and of one whose OVERLAPPED was ignored.
  ...[true, false].map((overlapped): Scene => {
    const [socket, connect] = connected;
    const returns = overlapped ? failsBy('WSAENOBUFS') : { rc: 0, bytes: length };
    const result = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o', returns: { ...failsBy('WSAENOTSOCK'), bytes: length } };
    return { steps: [{ ...socket, overlapped }, connect!, { ...posted, overlapped: 'o', returns }, result] };
  }),
];
