import { describe, expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import { Oracle } from '../oracle/oracle.ts';
import { readTrace } from '../winsock/reader.ts';
import { everyOutcome } from './everyOutcome.ts';
import { type PermittedResult, permits } from './permits.ts';

const good = { rc: 0 };
const opened = (more: object = {}) => ({ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', ...more, returns: good });
const connected = { call: 'WSPConnect', socket: 'A', returns: good };
const pends = { call: 'WSPSend', socket: 'A', buffers: [5], overlapped: 'o1', returns: { rc: -1, errno: 'WSA_IO_PENDING' } };
const result = { call: 'WSPGetOverlappedResult', overlapped: 'o1' };
const pending = { connected: true, overlapped: true, outstanding: [{ overlapped: 'o1' }] };

/** Of each permitted result, by its code or the number of its bytes. */
function answersTo<T>(state: object, call: object, profile: Profile, of: (one: PermittedResult) => T): Record<string, T> {
  return Object.fromEntries(
    permits({ state, call, profile }).permitted.map((one) => {
      const { errno, bytes } = one.returns as { errno?: string; bytes?: number | { least: number; most: number } };
      const count = typeof bytes === 'object' ? `${bytes.least}..${bytes.most}` : bytes;
      return [one.returns === 'blocks' ? 'blocks' : (errno ?? String(count)), of(one)];
    }),
  );
}

describe('what has to be so', () => {
  test.each<[about: string, state: object, call: object, profile: Profile, supposed: object]>([
    ['the room', { connected: true, nonblocking: true }, {}, 'docs', { '1..999': /room for a part/, 1000: /room for all/ }],
    ['a flag', { connected: true }, { flags: ['MSG_PARTIAL'] }, 'docs', { 1000: /supports the flag/, WSAEOPNOTSUPP: /does not support/ }],
    ['of a protocol that only receives, nothing', { trace: [opened({ receiveOnly: true })] }, {}, 'page', { WSAEOPNOTSUPP: undefined }],
    [
      'of a close in order, nothing',
      { connected: true, peer: 'closed', shutdown: ['SD_BOTH'] },
      {},
      'msafd',
      { WSAESHUTDOWN: undefined, WSAECONNABORTED: undefined },
    ],
    [
      'a connect that is under way, also where calls wait',
      { connecting: true },
      {},
      'docs',
      { blocks: /connection is there already/, WSAENOTCONN: /not there yet/ },
    ],
    [
      'of an event that a routine leaves alone, nothing',
      { ...pending, outstanding: [{ overlapped: 'o1', event: true, routine: true }] },
      { poll: 'event', overlapped: 'o1' },
      'page',
      { undefined: undefined },
    ],
  ])('%s', (_, state, call, profile, supposed) => {
    const answers = answersTo(state, call, profile, ({ supposes }) => supposes);
    for (const [answer, expected] of Object.entries(supposed)) {
      expect(Object.keys(answers)).toContain(answer);
      if (expected === undefined) expect(answers[answer]).toBeUndefined();
      else expect(answers[answer]).toMatch(expected as RegExp);
    }
  });
});

describe('what follows', () => {
  test('from a circuit that is lost, and from an address that does not fit', () => {
    const says = (state: object) => answersTo(state, {}, 'docs', ({ then }) => then?.says);
    expect(says({ connected: true, circuit: 'keepAliveFailed' }).WSAENETRESET).toMatch(/later sends fail too/);
    const unreachable = says({ trace: [opened(), connected, { env: 'route.lost' }] });
    expect(unreachable.WSAENETUNREACH).toMatch(/may succeed later/);
    expect(unreachable.WSAEADDRNOTAVAIL).not.toMatch(/later/);
  });

  test('from a descriptor that is no socket any more: nothing about the operation', () => {
    const answers = answersTo({ ...pending, socket: 'closed' }, result, 'docs', ({ then }) => then?.operation);
    expect(answers).toMatchObject({ WSAENOTSOCK: 'none', WSA_OPERATION_ABORTED: 'complete' });
  });
});

test('a socket that was closed is no socket', () => {
  const answers = answersTo({ socket: 'closed', connected: true }, {}, 'docs', ({ clauses }) => clauses);
  expect(answers).toMatchObject({ WSAENOTSOCK: ['WSAENOTSOCK:1'] });
  expect(Object.keys(answers)).not.toContain('1000');
});

test('the status after a shutdown names the way of it', () => {
  const clausesAfter = (how: string) =>
    answersTo({ ...pending, shutdown: [how] }, result, 'page', ({ clauses }) => clauses[0]).WSAESHUTDOWN;
  expect([clausesAfter('SD_SEND'), clausesAfter('SD_BOTH')]).toEqual(['WSAESHUTDOWN:1', 'WSAESHUTDOWN:2']);
});

test('codes without a name are one answer, also of a call that has begun', () => {
  const trace = [opened({ overlapped: true }), connected, pends, { begin: 1, socket: 'A', wait: true, ...result }];
  expect(Object.keys(answersTo({ trace }, { end: 1 }, 'page', () => true))).toEqual(expect.arrayContaining(['any other code', '5']));
});

test('what is pending must have been posted on a socket with the flag', () => {
  expect(() => permits({ state: { ...pending, overlapped: false }, call: {}, profile: 'page' })).toThrow(/outstanding needs overlapped/);
});

test('that an operation that is over is incomplete is among what is forbidden', () => {
  const oracle = new Oracle('docs');
  const lines = [{ wspsend: 'trace/1' }, opened({ overlapped: true }), connected, { ...pends, returns: { rc: 0, bytes: 5 } }];
  const { steps } = readTrace(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const { step } of steps) expect(oracle.step(step)).toBeUndefined();
  const asked = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1', returns: { rc: 0, bytes: 5 } } as const;
  const forbidden = everyOutcome(asked, oracle).filter(({ isPermitted }) => !isPermitted);
  expect(forbidden.map(({ shown, clauses }) => [shown.errno, clauses])).toContainEqual(['WSA_IO_INCOMPLETE', ['Return:1', 'Overlapped:7']]);
});
