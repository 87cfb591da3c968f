/** Traces of several threads, and of sends that block on any stack: no buffer of the kept vectors is large enough for that. */

import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import type { CTrace } from './cTest.ts';

/** More than the buffers between two ends of a loopback connection hold. */
const length = 2 ** 24;
const ok = { rc: 0 } as const;
const socket = { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: ok };
const connect = { call: 'WSPConnect', socket: 'A', returns: ok };
const blocks = { begin: 1, call: 'WSPSend', socket: 'A', thread: 't2', buffers: [length] };
const settle = { env: 'settle' };
const reads = { peer: 'recv', socket: 'A', runs: [[0, length]] };
const posts = { call: 'WSPSend', socket: 'A', thread: 't2', buffers: [10], overlapped: 'o1', routine: true, returns: { rc: 0, bytes: 10 } };
const enters = { routine: 'enter', thread: 't2', overlapped: 'o1', error: '0', bytes: 10, flags: 0 };

const steps: Readonly<Record<string, readonly object[]>> = {
  'a send blocks until its peer has read, and reports all of its bytes': [
    socket,
    connect,
    blocks,
    settle,
    reads,
    { end: 1, returns: { rc: 0, bytes: length } },
  ],
  'a send that blocks fails when its peer resets the connection': [
    socket,
    connect,
    blocks,
    settle,
    { env: 'peer.reset', socket: 'A' },
    { end: 1, returns: { rc: -1, errno: 'WSAECONNRESET' } },
  ],
  'a second socket sends while the first one blocks': [
    socket,
    connect,
    blocks,
    settle,
    { ...socket, socket: 'B' },
    { ...connect, socket: 'B' },
    { call: 'WSPSend', socket: 'B', buffers: [10], overlapped: 'o1', event: true, returns: { rc: 0, bytes: 10 } },
    { poll: 'event', overlapped: 'o1', signalled: true },
    reads,
    { end: 1, returns: { rc: 0, bytes: length } },
  ],
  'a routine runs on the thread that sent, when that waits alertably, and sends again': [
    socket,
    connect,
    posts,
    { call: 'SleepEx', returns: ok },
    { begin: 1, call: 'SleepEx', thread: 't2' },
    enters,
    { ...posts, overlapped: 'o2' },
    { routine: 'leave', thread: 't2', overlapped: 'o1' },
    { ...enters, overlapped: 'o2' },
    { routine: 'leave', thread: 't2', overlapped: 'o2' },
    { end: 1, returns: ok },
  ],
  'a thread waits for the result of a send whose peer has not read': [
    socket,
    connect,
    { call: 'WSPSend', socket: 'A', buffers: [length], overlapped: 'o1', event: true, returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
    { begin: 1, call: 'WSPGetOverlappedResult', thread: 't2', socket: 'A', overlapped: 'o1', wait: true },
    settle,
    reads,
    { end: 1, returns: { rc: 0, bytes: length } },
    { poll: 'event', overlapped: 'o1', signalled: true },
  ],
};

export const threadedTraces = (): readonly CTrace[] =>
  Object.entries(steps).map(([name, lines]) => {
    const { header, steps: read } = readTrace([{ wspsend: traceVersion }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return { name, header, steps: read };
  });
