/**
 * Short traces that lead to single rules: an operation is posted in some way, something happens to it, something may have been seen of it,
 * and then something is seen. Most of them show what must not be; that is what a refusing rule is there for.
 */

import { statusCodes } from '../../model/machines/operationWords.ts';
import { sendCodes } from '../../model/winsock/callCodes.ts';

export type SceneLine = Readonly<Record<string, unknown>>;

export interface Scene {
  readonly side?: 'spi';
  readonly steps: readonly SceneLine[];
}

/** An integer from 0 to `count` - 1. */
export type Below = (count: number) => number;

export const good = { rc: 0 };
export const failsBy = (errno: string): SceneLine => ({ rc: -1, errno });
/** Bytes of the send that a scene is about. */
export const length = 5;

const codes: readonly string[] = [...statusCodes, ...statusCodes, 'WSAEINVAL', 'WSAEINTR'];

/** What was made before the send: the socket, and what it is bound to. */
const sockets: readonly (readonly SceneLine[])[] = [
  [{ call: 'WSPConnect', returns: good }],
  [
    { call: 'WSPConnect', returns: good },
    { call: 'CreateIoCompletionPort', returns: good },
  ],
  [
    { call: 'WSPConnect', returns: good },
    { call: 'CreateIoCompletionPort', returns: good },
    { call: 'SetFileCompletionNotificationModes', modes: ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'], returns: good },
  ],
  [{ call: 'WSPBind', returns: good }],
  [],
  [{ call: 'WSPConnect', returns: failsBy('WSAEWOULDBLOCK') }],
  [
    { call: 'WSPConnect', returns: good },
    { call: 'WSPShutdown', how: 'SD_SEND', returns: good },
  ],
  [{ call: 'WSPShutdown', how: 'SD_BOTH', returns: good }],
  [
    { call: 'WSPBind', returns: good },
    { call: 'WSPShutdown', how: 'SD_SEND', returns: good },
  ],
  [
    { call: 'WSPConnect', returns: good },
    { call: 'WSPCloseSocket', returns: good },
  ],
  [{ call: 'WSPConnect', to: 'broadcast', returns: good }],
];

/** What may happen to a socket and to what waits on it. */
const causes: readonly SceneLine[] = [
  { call: 'WSPCloseSocket', socket: 'A', returns: good },
  { call: 'WSPCancelIo', socket: 'A', returns: good },
  { call: 'WSPCancelIo', socket: 'A', overlapped: 'o', returns: failsBy('1168') },
  { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH', returns: good },
  { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH', returns: failsBy('WSAEOPNOTSUPP') },
  { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: good },
  { call: 'ExitThread', thread: 't', returns: good },
  { call: 'WSPShutdown', socket: 'A', how: 'SD_SEND', returns: good },
  { call: 'WSPShutdown', socket: 'A', how: 'SD_BOTH', returns: good },
  { call: 'WSPShutdown', socket: 'A', how: 'SD_RECEIVE', returns: good },
  { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_LINGER', value: { l_onoff: 1, l_linger: 0 }, returns: good },
  { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_SNDTIMEO', value: 100, returns: good },
  { call: 'WSPCancelBlockingCall', thread: 't', returns: good },
  { call: 'WSPConnect', socket: 'A', returns: good },
  { call: 'WSPBind', socket: 'A', returns: good },
  { env: 'peer.reset', socket: 'A' },
  { env: 'peer.close', socket: 'A' },
  { env: 'keepalive.failed', socket: 'A' },
  { env: 'circuit.timeout', socket: 'A' },
  { env: 'network.down', socket: 'A' },
  { env: 'route.lost' },
  { env: 'settle' },
  { env: 'settle' },
  { env: 'transport.took', socket: 'A', bytes: length },
  { peer: 'recv', socket: 'A', runs: [[0, length]] },
  { peer: 'recv', socket: 'A', runs: [[0, 2]] },
  { peer: 'recv', socket: 'A', runs: [[90, 3]] },
  { peer: 'recv', socket: 'A', runs: [[200, 1]] },
  { peer: 'recv', socket: 'A', runs: [[4, 1]], oob: true },
  { peer: 'eof', socket: 'A' },
  { peer: 'error', socket: 'A', errno: 'WSAECONNRESET' },
  { begin: 8, call: 'WSPGetOverlappedResult', socket: 'A', thread: 'u', overlapped: 'o', wait: true },
  { begin: 8, call: 'WSPGetOverlappedResult', socket: 'A', thread: 'u', overlapped: 'o' },
  { begin: 9, call: 'WSPShutdown', socket: 'A', thread: 'v', how: 'SD_SEND' },
  { call: 'WSPSocket', socket: 'B', type: 'SOCK_STREAM', returns: good },
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: good },
  { caller: 'writes', what: 'buffer', overlapped: 'o' },
  { caller: 'frees', what: 'overlapped', overlapped: 'o' },
  { poll: 'event', overlapped: 'o', signalled: true },
  { poll: 'event', overlapped: 'o', signalled: false },
  { poll: 'writable', socket: 'A', ready: true },
  { poll: 'writable', socket: 'A', ready: false },
  { upcall: 'WPUQueueApc', thread: 't', overlapped: 'o', returns: good },
  { call: 'WSPSend', socket: 'A', thread: 'u', buffers: [3], fill: 90, returns: failsBy('WSAECONNRESET') },
  { call: 'WSPSend', socket: 'A', thread: 't', buffers: [3], fill: 90, overlapped: 'p', routine: true, returns: failsBy('WSA_IO_PENDING') },
  { call: 'WSPSend', socket: 'A', thread: 't', buffers: [3], fill: 90, overlapped: 'p', routine: true, returns: { rc: 0, bytes: 3 } },
  { routine: 'enter', thread: 't', overlapped: 'p', error: '0', bytes: 3, flags: 0 },
  { begin: 7, call: 'WSPSend', socket: 'A', thread: 'u', buffers: [3], fill: 90 },
];

/** A scene that the draws decide. Half of them look at an operation, half at the answer of a send. */
export const sceneOf = (below: Below): Scene => {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const chance = (percent: number): boolean => below(100) < percent;
  const isSpi = chance(30);
  const isStream = chance(80);
  const steps: SceneLine[] = [
    {
      call: 'WSPSocket',
      socket: 'A',
      type: isStream ? 'SOCK_STREAM' : 'SOCK_DGRAM',
      ...(chance(85) && { overlapped: true }),
      ...(chance(4) && { receiveOnly: true }),
      returns: good,
    },
  ];
  const isPlain = chance(60);
  for (const made of isPlain ? sockets[below(3)]! : pick(sockets)) steps.push({ ...made, socket: 'A' });
  if (!isStream && chance(60))
    steps.push({ call: 'WSPGetSockOpt', socket: 'A', name: 'SO_MAX_MSG_SIZE', returns: { rc: 0, value: pick([3, 9]) } });
  for (let before = isPlain ? 0 : below(2); before > 0; before--) steps.push(pick(causes));
  const post = postOf(pick, chance);
  if (chance(94)) steps.push(...post);
  for (let count = pick([0, 0, 1, 1, 1, 2, 3]); count > 0; count--) steps.push(pick(causes));
  if (chance(35)) steps.push(...seenOf(pick, chance));
  if (chance(15)) steps.push(pick(causes));
  steps.push(...(chance(30) ? [pick(causes)] : seenOf(pick, chance)));
  return { ...(isSpi && { side: 'spi' }), steps };
};

/** The scene with a step more, a step fewer, or another step. */
export const variedScene = ({ side, steps }: Scene, below: Below): Scene => {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const chance = (percent: number): boolean => below(100) < percent;
  const made = chance(50) ? [pick(causes)] : chance(70) ? seenOf(pick, chance) : postOf(pick, chance);
  const at = 1 + below(steps.length);
  const removed = below(3) === 0 ? 1 : 0;
  const varied = chance(10) ? steps.toSpliced(at, 1) : steps.toSpliced(at, removed, ...made);
  return { ...(chance(95) === (side !== undefined) && { side: 'spi' }), steps: varied };
};

/** The scene with every other code in its last step: rules for one code have their likes for the others. */
export function* withOtherCodes({ side, steps }: Scene): Generator<Scene> {
  const last = steps.at(-1)!;
  const before = steps.slice(0, -1);
  const sided = side && { side };
  for (const code of new Set([...codes, 'WSA_IO_INCOMPLETE', 'WSAENOTSOCK'])) {
    const bytes = code === '0' ? [length, 0] : [0, 2];
    for (const count of bytes) {
      if ('error' in last) yield { ...sided, steps: [...before, { ...last, error: code, bytes: count }] };
      else if ('returns' in last) {
        const returns = code === '0' ? { rc: 0, bytes: count } : { ...failsBy(code), ...(count > 0 && { bytes: count }) };
        yield { ...sided, steps: [...before, { ...last, returns }] };
      }
    }
  }
}

type Pick = <T>(from: readonly T[]) => T;
type Chance = (percent: number) => boolean;

/** A send, by its call and its answer, or by its begin alone. */
const postOf = (pick: Pick, chance: Chance): SceneLine[] => {
  const isOverlapped = chance(85);
  const call = {
    call: 'WSPSend',
    socket: 'A',
    thread: 't',
    buffers: chance(90) ? [length] : pick([[], [0], [2, 3]]),
    fill: 0,
    ...(chance(8) && { flags: [pick(['MSG_OOB', 'MSG_PARTIAL', 'MSG_DONTROUTE'])] }),
    ...(chance(6) && { fault: pick(['lpBuffers', 'buffer', 'lpNumberOfBytesSent', 'lpOverlapped']) }),
    ...(isOverlapped && { overlapped: 'o' }),
    ...(isOverlapped && chance(45) && { event: true }),
    ...(isOverlapped && chance(45) && { routine: true }),
    ...(chance(5) && { count: false }),
  };
  const answers: readonly SceneLine[] = [
    failsBy('WSA_IO_PENDING'),
    failsBy('WSA_IO_PENDING'),
    failsBy('WSA_IO_PENDING'),
    { rc: 0, bytes: length },
    { rc: 0, bytes: pick([2, 6]) },
    good,
    failsBy(pick(sendCodes)),
  ];
  const returns = pick(answers);
  if (chance(80)) return [{ ...call, returns }];
  const begun: SceneLine[] = [{ begin: 1, ...call }];
  for (let count = pick([0, 0, 1, 2]); count > 0; count--) begun.push(pick(causes));
  return chance(50) ? begun : [...begun, { end: 1, returns }];
};

/** Something is seen of the operation. */
const seenOf = (pick: Pick, chance: Chance): SceneLine[] => {
  const error = pick(codes);
  const bytes = error === '0' ? pick([length, length, length, 0, 2, 6]) : pick([0, 0, 0, 2, 6]);
  const returns = error === '0' ? { rc: 0, bytes } : { rc: -1, errno: error, ...(chance(40) && { bytes }) };
  const thread = chance(85) ? 't' : 'u';
  const result = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o', ...(chance(15) && { wait: true }) };
  switch (pick([0, 1, 2, 3, 4, 5, 6, 7, 8])) {
    case 0:
      return [{ ...result, returns }];
    case 1:
      return [{ ...result, returns: failsBy(pick(['WSA_IO_INCOMPLETE', 'WSA_IO_INCOMPLETE', 'WSAENOTSOCK'])) }];
    case 2:
    case 3: {
      const enter = { routine: 'enter', thread, overlapped: 'o', error, bytes, flags: chance(95) ? 0 : 1 };
      const leave = { routine: 'leave', thread, overlapped: 'o' };
      const sleep = { begin: 3, call: 'SleepEx', thread };
      return pick<SceneLine[]>([
        [sleep, enter],
        [sleep, enter],
        [sleep, enter, leave],
        [sleep, enter, leave, { end: 3, returns: good }],
        [enter],
        [{ call: 'SleepEx', thread, returns: good }],
      ]);
    }
    case 4:
      return [{ upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', error, bytes }];
    case 5:
      return [{ upcall: 'WPUQueueApc', thread, overlapped: 'o', returns: chance(80) ? good : failsBy('WSAEFAULT') }];
    case 6:
      return [{ port: 'packet', socket: 'A', overlapped: 'o', error, bytes }];
    case 7:
      return [{ poll: pick(['event', 'event', 'count']), overlapped: 'o' }].map((poll) =>
        poll.poll === 'event' ? { ...poll, signalled: chance(50) } : { ...poll, written: chance(50) },
      );
    default:
      return postOf(pick, chance);
  }
};
