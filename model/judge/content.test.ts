import { describe, expect, test } from 'vitest';
import { type Judgement, judgeText } from './judge.ts';

type Line = Readonly<Record<string, unknown>>;
const socket = (type: string): Line => ({ call: 'WSPSocket', socket: 'A', type, overlapped: true, returns: { rc: 0 } });
const send = (buffers: number[], fill: number, returns: Line = { rc: 0, bytes: buffers.reduce((a, b) => a + b, 0) }): Line => ({
  call: 'WSPSend',
  socket: 'A',
  buffers,
  fill,
  returns,
});
const failed = (errno: string): Line => ({ rc: -1, errno });
const received = (...runs: [number, number][]): Line => ({ peer: 'recv', socket: 'A', runs });

function verdictOn(type: 'SOCK_STREAM' | 'SOCK_DGRAM', ...steps: Line[]): Judgement {
  const connect = { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } };
  const lines = [{ wspsend: 'trace/1' }, socket(type), connect, ...steps];
  return judgeText(lines.map((line) => JSON.stringify(line)).join('\n'), 'docs');
}

describe('a peer that received what it may not have is said to have received', () => {
  test.each<[says: string, clause: string, type: 'SOCK_STREAM' | 'SOCK_DGRAM', ...steps: Line[]]>([
    [
      ': those are bytes of line 4, which failed with WSAENOBUFS',
      'Return:6',
      'SOCK_STREAM',
      send([10], 50, failed('WSAENOBUFS')),
      received([50, 10]),
    ],
    [
      ': from [50,4] on those are bytes of line 5, which failed with WSAENOBUFS',
      'Return:6',
      'SOCK_STREAM',
      send([5], 20),
      send([10], 50, failed('WSAENOBUFS')),
      received([20, 5], [50, 4]),
    ],
    [
      ': from [120,10] on those are bytes of line 5, of which none may leave',
      'Return:6',
      'SOCK_STREAM',
      send([5], 20),
      { begin: 1, call: 'WSPSend', socket: 'A', buffers: [10], fill: 120, fault: 'lpBuffers' },
      received([20, 5], [120, 10]),
    ],
    [
      ': those are bytes of line 5, and bytes of line 4 come first',
      'Order:2',
      'SOCK_STREAM',
      send([5], 20),
      send([5], 120),
      received([120, 5], [20, 5]),
    ],
    [
      ': from [20,5] on those are bytes of line 4, which were received before',
      'Purpose:2',
      'SOCK_STREAM',
      send([5], 20),
      send([5], 120),
      received([20, 5], [20, 5]),
    ],
    [
      ': from [32,9] on as if buffer 2 of line 4 were left out',
      'dwBufferCount:1',
      'SOCK_STREAM',
      send([5, 7, 9], 20),
      received([20, 5], [32, 9]),
    ],
    [
      ': from [20,7] on those are bytes of line 6, which failed with WSAENOBUFS',
      'Return:6',
      'SOCK_STREAM',
      send([3], 120),
      send([4], 20, failed('WSAENOBUFS')),
      send([9], 20, failed('WSAENOBUFS')),
      received([120, 3], [20, 7]),
    ],
    [
      ': from [20,5] on those are bytes of line 4, which were received before',
      'Purpose:2',
      'SOCK_STREAM',
      send([5], 20),
      received([20, 5], [20, 5]),
    ],
    [': as if another buffer of line 4 came before buffer 1', 'Purpose:3', 'SOCK_STREAM', send([3, 4], 0), received([3, 4], [0, 3])],
    [': from [26,4] on as if 1 byte of line 4 were left out', 'lpBuffers:2', 'SOCK_STREAM', send([10], 20), received([20, 5], [26, 4])],
    [': from [22,8] on as if 3 bytes of line 4 came again', 'Purpose:2', 'SOCK_STREAM', send([15], 20), received([20, 5], [22, 8])],
    [': those are 1472 bytes, and line 4 sends 2000', 'lpBuffers:2', 'SOCK_DGRAM', send([2000], 9), received([9, 1472])],
    [': those are 6 bytes, and line 4 sends 3', 'lpBuffers:2', 'SOCK_DGRAM', send([3], 9), send([3], 12), received([9, 6])],
    [
      ': those are bytes of line 4, which failed with WSAEMSGSIZE',
      'MessageSize:4',
      'SOCK_DGRAM',
      send([70_000], 9, failed('WSAEMSGSIZE')),
      received([9, 100]),
    ],
    [
      ': that is the datagram of line 4, which was received before',
      'Purpose:2',
      'SOCK_DGRAM',
      send([3], 9),
      received([9, 3]),
      received([9, 3]),
    ],
    [
      ': that is the datagram of line 4, and that of line 5 was received before',
      'Order:2',
      'SOCK_DGRAM',
      send([3], 9),
      send([3], 90),
      received([90, 3]),
      received([9, 3]),
    ],
  ])('%s (%s)', (says, clause, type, ...steps) => {
    const judgement = verdictOn(type, ...steps);
    expect(judgement).toMatchObject({ verdict: 'rejected', line: steps.length + 3, message: expect.stringContaining(says) });
    if (judgement.verdict !== 'rejected') return;
    expect(judgement.clauses[0]).toBe(clause);
    // The send that is named is among the steps that are shown.
    const named = Number(/line (\d+)/.exec(says)![1]);
    expect(judgement.before.map(({ line }) => line)).toContain(named);
  });

  test('bytes of a send on the socket that has the name now, and not on the one that had it', () => {
    const close: Line = { call: 'WSPCloseSocket', socket: 'A', returns: { rc: 0 } };
    const again = [close, socket('SOCK_STREAM'), { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } }];
    const steps = [send([5], 20), received([20, 5]), ...again, send([5], 120), send([5], 20), received([20, 5])];
    expect(verdictOn('SOCK_STREAM', ...steps)).toMatchObject({
      verdict: 'rejected',
      message: expect.stringContaining('those are bytes of line 10, and bytes of line 9 come first'),
    });
  });

  test('nothing of any send where no send has such bytes', () => {
    for (const type of ['SOCK_STREAM', 'SOCK_DGRAM'] as const) {
      expect(verdictOn(type, send([3], 9), received([77, 3]))).toMatchObject({
        verdict: 'rejected',
        message: expect.not.stringContaining('line'),
      });
    }
  });
});
