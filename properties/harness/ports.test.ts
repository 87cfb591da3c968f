import { expect, test } from 'vitest';
import * as provider from '../../impl/provider/provider.ts';
import type { Request } from '../../model/winsock/trace.ts';
import { Harness } from './harness.ts';

/** Completion ports, as the harness plays them to our own provider. */

const opened: readonly Request[] = [
  { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true },
  { call: 'WSPConnect', socket: 'A' },
];
const bound: Request = { call: 'CreateIoCompletionPort', socket: 'A' };
const skipped: Request = {
  call: 'SetFileCompletionNotificationModes',
  socket: 'A',
  modes: ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'],
};
const ask: Request = { port: 'packet', socket: 'A' };
const send = (overlapped: string, more: object = {}): Request => ({ call: 'WSPSend', socket: 'A', buffers: [10], overlapped, ...more });
const packet = (overlapped: string, error = '0', bytes = 10) => ({ port: 'packet', socket: 'A', overlapped, error, bytes });
const empty = { port: 'empty', socket: 'A' };

/** The lines about ports that came of these requests. */
const linesOf = async (...requests: readonly Request[]): Promise<unknown[]> => {
  const harness = new Harness(provider);
  const found: unknown[] = [];
  for (const request of [...opened, ...requests])
    found.push(...(await harness.request(request)).filter((line) => 'port' in line && !('call' in line)));
  return found;
};

test.each<[what: string, requests: readonly Request[], lines: readonly unknown[]]>([
  ['each operation gives one', [bound, send('o1'), send('o2'), ask, ask, ask], [packet('o1'), packet('o2'), empty]],
  ['a send that returned zero gives none where the port is skipped', [bound, skipped, send('o1'), ask], [empty]],
  ['skipping later takes none away', [bound, send('o1'), skipped, ask], [packet('o1')]],
  ['a routine takes its place', [bound, send('o1', { routine: true }), { call: 'SleepEx' }, ask], [empty]],
  ['the low bit of hEvent keeps it away', [bound, send('o1', { event: true, port: false }), ask], [empty]],
  ['an event stands with it', [bound, send('o1', { event: true }), ask], [packet('o1')]],
  ['a send before the port was bound gives none', [send('o1'), bound, ask], [empty]],
  [
    'a send that was pending when the port was bound gives one, whatever ends it',
    [
      { call: 'WSPSetSockOpt', socket: 'A', name: 'SO_SNDBUF', value: 1 },
      send('o1'),
      bound,
      { call: 'WSPCloseSocket', socket: 'A' },
      { env: 'settle' },
      ask,
    ],
    [packet('o1', 'WSA_OPERATION_ABORTED', 1)],
  ],
])('%s', async (_, requests, lines) => {
  expect(await linesOf(...requests)).toEqual(lines);
});

test.each<[Request, string]>([
  [ask, 'A is bound to no completion port'],
  [{ call: 'CreateIoCompletionPort', socket: 'B' }, 'no open socket has the name B'],
  [send('o1', { port: true }), 'A is bound to no completion port'],
])('%j of a socket that was never bound is unsupported', async (request, why) => {
  const harness = new Harness(provider);
  for (const before of opened) await harness.request(before);
  expect(await harness.request(request)).toEqual([{ ...request, returns: { unsupported: why } }]);
});
