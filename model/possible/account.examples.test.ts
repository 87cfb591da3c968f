import { expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import { readTrace } from '../winsock/reader.ts';
import { Account, type StepAccount } from './account.ts';
import type { SubjectKind } from './possibility.ts';

/** The account of the last step, after the others. */
function last(steps: readonly object[], profile: Profile = 'docs'): StepAccount {
  const socket = { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } };
  const connect = { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } };
  const lines = [{ wspsend: 'trace/1' }, socket, connect, ...steps].map((line) => `${JSON.stringify(line)}\n`);
  const account = new Account(profile);
  return readTrace(lines.join(''))
    .steps.map(({ step }) => account.step(step))
    .at(-1)!;
}

const pending = (overlapped: string, fill = 0) => ({
  call: 'WSPSend',
  socket: 'A',
  buffers: [10],
  fill,
  overlapped,
  event: true,
  returns: { rc: -1, errno: 'WSA_IO_PENDING' },
});
const recv = (...runs: [number, number][]) => ({ peer: 'recv', socket: 'A', runs });
const subject = ({ subjects }: StepAccount, kind: SubjectKind) => subjects.find((one) => one.kind === kind)!;
const possible = (account: StepAccount, kind: SubjectKind): string[] => subject(account, kind).after.map(({ id }) => id);
const deaths = (account: StepAccount, kind: SubjectKind) =>
  subject(account, kind).before.flatMap(({ id, died }) => (died === undefined ? [] : [[id, ...died.clauses]]));

const reset = { env: 'peer.reset', socket: 'A' };
const sent = { call: 'WSPSend', socket: 'A', buffers: [1], returns: { rc: 0, bytes: 1 } };

test('a reset of the peer may or may not have arrived; a send that succeeds shows that it had not, and it may have by now', () => {
  expect(possible(last([reset]), 'circuit')).toEqual(['stands', 'broken by reset']);
  const account = last([reset, sent]);
  expect(deaths(account, 'circuit')).toEqual([['broken by reset', 'WSAECONNRESET:1', 'WSAECONNABORTED:1']]);
  expect(possible(account, 'circuit')).toEqual(['stands', 'broken by reset']);
});

test('a settle ends the doubt, and then a success is refused in the only way that is left', () => {
  const settled = last([reset, { env: 'settle' }]);
  expect(possible(settled, 'circuit')).toEqual(['broken by reset']);
  expect(deaths(settled, 'circuit')).toEqual([['stands']]);
  expect(last([reset, { env: 'settle' }, sent]).rejection?.clauses).toEqual(['WSAECONNRESET:1', 'WSAECONNABORTED:1']);
});

test('an operation that pends is under way or complete, and what shows its end kills what it was not', () => {
  expect(possible(last([pending('o1')]), 'operation')).toEqual(['under way', 'complete 0', 'complete WSAENOBUFS']);
  const looked = last([pending('o1'), { poll: 'event', overlapped: 'o1', signalled: true }]);
  expect(deaths(looked, 'operation')).toEqual([['under way', 'Return:5', 'Overlapped:7']]);
  const asked = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: 0, bytes: 10 } };
  expect(deaths(last([pending('o1'), asked]), 'operation').map(([id]) => id)).toEqual(['under way', 'complete WSAENOBUFS']);
});

const cancelled = [pending('o1'), pending('o2', 4), { call: 'WSPCancelIo', socket: 'A', overlapped: 'o1', returns: { rc: 0 } }];

test('bytes that fit two sends leave two ways, and a rejection says of each what it would have needed', () => {
  expect(subject(last([...cancelled, recv([0, 10])]), 'bytes').after.map(({ says }) => says)).toEqual([
    'all of o1 is read',
    '4 bytes of o1 left; 6 of 10 bytes of o2 are read',
  ]);
  const next = last([...cancelled, recv([0, 10]), recv([4, 1])]);
  expect(deaths(next, 'bytes')).toHaveLength(1);
  const wrong = last([...cancelled, recv([0, 10]), recv([10, 5])]);
  expect(wrong.rejection).toBeDefined();
  expect(subject(wrong, 'bytes').before.map(({ instead }) => instead)).toEqual([[{ runs: [[4, 10]] }], [{ runs: [[10, 4]] }]]);
});

test('a rejection says what would have had to hold', () => {
  const { rejection } = last([{ call: 'WSPSend', socket: 'A', buffers: [1], returns: { rc: -1, errno: 'WSAECONNRESET' } }]);
  expect(rejection?.wanted).toEqual([
    {
      clauses: ['WSAECONNRESET:1'],
      needs: ['the peer reset the connection, or closed its socket, or a reset was already reported on this socket'],
    },
  ]);
});

test('one connect that is under way has been made or not', () => {
  const nonblocking = { call: 'WSPIoctl', socket: 'B', code: 'FIONBIO', value: 1, returns: { rc: 0 } };
  const made = { call: 'WSPSocket', socket: 'B', type: 'SOCK_STREAM', returns: { rc: 0 } };
  const connecting = { call: 'WSPConnect', socket: 'B', returns: { rc: -1, errno: 'WSAEWOULDBLOCK' } };
  const refused = { call: 'WSPSend', socket: 'B', buffers: [1], returns: { rc: -1, errno: 'WSAENOTCONN' } };
  expect(possible(last([made, nonblocking, connecting]), 'socket')).toEqual(['not yet', 'connected']);
  expect(deaths(last([made, nonblocking, connecting, refused]), 'socket')).toEqual([['connected', 'WSAENOTCONN:1']]);
});

test('a datagram that is overtaken is lost', () => {
  const made = { call: 'WSPSocket', socket: 'D', type: 'SOCK_DGRAM', returns: { rc: 0 } };
  const connect = { call: 'WSPConnect', socket: 'D', returns: { rc: 0 } };
  const send = (fill: number) => ({ call: 'WSPSend', socket: 'D', buffers: [3], fill, returns: { rc: 0, bytes: 3 } });
  const account = last([made, connect, send(0), send(50), { peer: 'recv', socket: 'D', runs: [[50, 3]] }]);
  expect(subject(account, 'bytes').before.map(({ died }) => died?.clauses)).toEqual([['Order:2', 'Purpose:4'], []]);
});
