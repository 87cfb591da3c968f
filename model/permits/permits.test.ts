import { describe, expect, test } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import { Oracle } from '../oracle/oracle.ts';
import type { TraceStep } from '../winsock/trace.ts';
import { UnanswerableQuestion } from './asking.ts';
import { everyOutcome } from './everyOutcome.ts';
import { permits } from './permits.ts';

/** The permitted results in few words: a count of bytes, a code, or `blocks`. */
const answersTo = (state: object, call: object = {}, profile: Profile = 'docs'): string[] =>
  permits({ state, call, profile })
    .permitted.map(({ returns }) => {
      if (returns === 'blocks') return returns;
      const { errno, bytes } = returns as { errno?: string; bytes?: number | { least: number; most: number } };
      const count = typeof bytes === 'object' ? `${bytes.least}..${bytes.most}` : bytes;
      return [errno, count].filter((part) => part !== undefined).join(' ');
    })
    .filter((answer) => answer !== 'WSAENOBUFS');

const pending = { connected: true, overlapped: true, outstanding: [{ overlapped: 'o1', event: true }] };

describe('what a send may give', () => {
  test.each([
    ['a socket that is not bound', {}, {}, ['WSAENOTCONN', 'WSAEINVAL']],
    ['a bad array on it as well', {}, { fault: 'lpBuffers' }, ['WSAEFAULT', 'WSAENOTCONN', 'WSAEINVAL']],
    ['a bound one', { bound: true }, {}, ['WSAENOTCONN']],
    ['no socket', { socket: 'none' }, {}, ['WSAENOTSOCK']],
    ['a blocking stream', { connected: true }, {}, ['1000', 'blocks']],
    ['a blocking stream with room', { connected: true, room: 'all' }, {}, ['1000']],
    ['a blocking stream with room for just as much', { connected: true, room: 1000 }, {}, ['1000']],
    ['a bad array behind what is unread', { connected: true, unread: 10 }, { fault: 'lpBuffers' }, ['WSAEFAULT']],
    ['a nonblocking stream', { connected: true, nonblocking: true }, {}, ['1..999', '1000', 'WSAEWOULDBLOCK']],
    ['with room for a part', { connected: true, nonblocking: true, room: 'part' }, {}, ['1..999']],
    ['with room for 300 bytes', { connected: true, nonblocking: true, room: 300 }, {}, ['300']],
    ['with no room', { connected: true, nonblocking: true, room: 'none' }, {}, ['WSAEWOULDBLOCK']],
    ['with room for all', { connected: true, nonblocking: true, room: 'all' }, {}, ['1000']],
    ['an overlapped send', { connected: true, overlapped: true }, { overlapped: 'o1' }, ['1000', 'WSA_IO_PENDING']],
    ['while another pends', pending, { overlapped: 'o2' }, ['1000', 'WSA_IO_PENDING', 'WSAEWOULDBLOCK']],
    ['after a shutdown', { connected: true, shutdown: ['SD_SEND'] }, {}, ['WSAESHUTDOWN']],
    ['a circuit that was reset', { connected: true, circuit: 'reset' }, {}, ['WSAECONNABORTED', 'WSAECONNRESET']],
    [
      'one that may be',
      { connected: true, circuit: 'reset', arrived: false },
      {},
      ['1000', 'WSAECONNABORTED', 'WSAECONNABORTED 1..1000', 'WSAECONNRESET', 'WSAECONNRESET 1..1000'],
    ],
    [
      'one that was reported',
      { connected: true, circuit: 'reset', reported: 'WSAECONNRESET' },
      {},
      ['WSAENOTCONN', 'WSAECONNABORTED', 'WSAECONNRESET'],
    ],
    ['a failed network', { connected: true, network: 'down' }, {}, ['WSAENETDOWN', 'WSAECONNABORTED']],
    ['out-of-band data on datagrams', { type: 'SOCK_DGRAM', connected: true, maxMessage: 2000 }, { flags: ['MSG_OOB'] }, ['WSAEOPNOTSUPP']],
    ['a message that is too large', { type: 'SOCK_DGRAM', connected: true, maxMessage: 999 }, {}, ['WSAEMSGSIZE']],
    ['inside a routine', { connected: true, insideRoutine: true, room: 'all' }, {}, ['1000']],
    ['during a blocking call', { connected: true, blockingCall: true, room: 'all' }, {}, ['1000', 'WSAEINPROGRESS']],
  ])('%s', (_, state, call, answers) => {
    expect(answersTo(state, call)).toEqual(answers);
  });

  test('depends on the profile', () => {
    const state = { connected: true, nonblocking: true };
    expect(answersTo(state, {}, 'msafd')).toEqual(['1000']);
    expect(answersTo({ ...state, unread: 10 }, {}, 'msafd')).toEqual(['1000', 'WSAEWOULDBLOCK']);
  });

  test('comes with the clauses of the rules that permit it and with what follows', () => {
    const { permitted } = permits({
      state: { connected: true, overlapped: true },
      call: { overlapped: 'o1', routine: true },
      profile: 'page',
    });
    expect(permitted.find(({ returns }) => (returns as { errno?: string }).errno === 'WSA_IO_PENDING')).toMatchObject({
      clauses: ['Return:4', 'Overlapped:1'],
      then: { operation: 'pending', indication: 'routine' },
    });
  });

  test('names the ruling that permits it, with its question', () => {
    const rulingsOf = (state: object, call: object, errno: string, profile: Profile): readonly string[] | undefined =>
      permits({ state, call, profile })
        .permitted.find(({ returns }) => (returns as { errno?: string }).errno === errno)
        ?.rulings.map(({ id }) => id);
    const connected = { connected: true };
    expect(rulingsOf({ ...connected, overlapped: true }, { overlapped: 'o1' }, 'WSAEWOULDBLOCK', 'page')).toEqual(['D1']);
    expect(rulingsOf(connected, { flags: ['MSG_PARTIAL'] }, 'WSAEOPNOTSUPP', 'docs')).toEqual(['PartialOnStream']);
    expect(rulingsOf(connected, {}, 'WSAENOBUFS', 'docs')).toEqual(['NoBufs']);
    expect(rulingsOf({ ...connected, insideRoutine: true }, {}, 'WSAEINPROGRESS', 'page')).toEqual(['D6']);
    expect(rulingsOf({}, {}, 'WSAENOTCONN', 'docs')).toEqual([]);
  });

  test('is set apart where the state is not known to bring it, with what has to be so', () => {
    const supposed = (state: object, call: object = {}): Readonly<Record<string, string | undefined>> =>
      Object.fromEntries(
        permits({ state, call, profile: 'docs' }).permitted.map(({ returns, supposes }) => [
          (returns as { errno?: string }).errno ?? 'success',
          supposes,
        ]),
      );
    const broken = { connected: true, circuit: 'keepAliveFailed' };
    expect(supposed(broken)).toMatchObject({ WSAENETRESET: undefined, WSAECONNABORTED: undefined });
    expect(supposed({ ...broken, arrived: false })).toMatchObject({
      success: 'what happened has not reached the sender',
      WSAENETRESET: 'what happened has reached the sender',
    });
    const trace = [
      { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } },
      { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
      { env: 'peer.unseen', socket: 'A' },
    ];
    expect(supposed({ trace })).toMatchObject({
      success: 'no failure has happened unseen',
      WSAENETRESET: 'such a failure has happened unseen',
    });
    expect(supposed({ type: 'SOCK_DGRAM', connected: true, maxMessage: 999 })).toMatchObject({ WSAEMSGSIZE: undefined });
    expect(supposed({ type: 'SOCK_DGRAM', connected: true })).toMatchObject({
      WSAEMSGSIZE: 'the message is larger than the maximum, which nobody asked for',
    });
  });

  test('supposes nothing that the state says', () => {
    const supposed = (state: object, call: object, shown: object): string | undefined =>
      permits({ state, call, profile: 'page' }).permitted.find(({ returns }) => JSON.stringify(returns) === JSON.stringify(shown))
        ?.supposes;
    const wouldBlock = { rc: -1, errno: 'WSAEWOULDBLOCK' };
    const nonblocking = { connected: true, nonblocking: true };
    expect(supposed({ ...nonblocking, room: 'none' }, {}, wouldBlock)).toBeUndefined();
    expect(supposed(nonblocking, {}, wouldBlock)).toBe('there is no room for a single byte');
    expect(supposed({ connecting: true, nonblocking: true, room: 'all' }, {}, { rc: 0, bytes: 1000 })).toBe(
      'the connection is there already',
    );
    const posted = (returns: object): object => ({ call: 'WSPSend', socket: 'A', buffers: [5], overlapped: 'o1', event: true, returns });
    const opened = [
      { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
      { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    ];
    const pends = posted({ rc: -1, errno: 'WSA_IO_PENDING' });
    const read = { peer: 'recv', socket: 'A', runs: [[0, 5]] };
    const result = { call: 'WSPGetOverlappedResult', socket: 'A', overlapped: 'o1' };
    expect(supposed({ trace: [...opened, pends, read] }, result, { rc: 0, bytes: 5 })).toMatch(/has taken all of its bytes/);
    expect(supposed({ trace: [...opened, pends, read, { env: 'settle' }] }, result, { rc: 0, bytes: 5 })).toBeUndefined();
    const again = [...opened, posted({ rc: 0, bytes: 5 }), { poll: 'event', overlapped: 'o1', signalled: true }, pends];
    expect(supposed({ trace: again }, { poll: 'event', overlapped: 'o1' }, { signalled: true })).toBe('it is still set from before');
  });

  test('is followed by the routine where there is an event as well', () => {
    const call = { overlapped: 'o1', event: true, routine: true };
    const { permitted } = permits({ state: { connected: true, overlapped: true }, call, profile: 'docs' });
    expect(new Set(permitted.flatMap(({ then }) => (then?.operation === 'pending' ? [then.indication] : [])))).toEqual(
      new Set(['routine']),
    );
  });

  test('cites after one way of shutting down no clause on the other', () => {
    const clausesAfter = (how: string) =>
      permits({ state: { connected: true, shutdown: [how] }, call: {}, profile: 'page' }).permitted[0]!.clauses;
    expect(clausesAfter('SD_SEND')).toEqual(['WSAESHUTDOWN:1']);
    expect(clausesAfter('SD_BOTH')).toEqual(['WSAESHUTDOWN:2']);
  });

  test('says where neither a clause nor a ruling speaks of it', () => {
    const [answer] = permits({ state: { connected: true }, call: { call: 'WSPCancelIo' }, profile: 'page' }).permitted;
    expect(answer).toMatchObject({ returns: { rc: 0 }, clauses: [], rulings: [], silent: true });
  });

  test('is not judged once the caller gives an OVERLAPPED that is in use', () => {
    const { permitted } = permits({ state: pending, call: { overlapped: 'o1' }, profile: 'page' });
    expect(permitted).toMatchObject([{ returns: 'anything', then: { operation: 'not judged' } }]);
    expect(permitted[0]!.clauses).toContain('OverlappedLifetime:2');
  });
});

test('a pending operation is incomplete, or over with one of the codes that a completion may have', () => {
  const answers = answersTo(pending, { call: 'WSPGetOverlappedResult', overlapped: 'o1' });
  expect(answers).toEqual(['1000', 'WSA_IO_INCOMPLETE', 'WSAENOBUFS 0..1000']);
});

describe('a state may be a trace', () => {
  const trace = [
    { call: 'WSPSocket', socket: 'S', type: 'SOCK_STREAM', returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'S', returns: { rc: 0 } },
    { begin: 3, call: 'WSPSend', thread: 't', socket: 'S', buffers: [5] },
  ];
  test('and a call the end of one that it began', () => {
    const cancelled = [...trace, { call: 'WSPCancelBlockingCall', thread: 't', returns: { rc: 0 } }];
    expect(answersTo({ trace }, { end: 3 })).toEqual(['5']);
    expect(answersTo({ trace: cancelled }, { end: 3 })).toEqual(['5', 'WSAEINTR', 'WSAEINTR 1..5']);
  });
  test('that must be well-formed and permitted', () => {
    const refused = [...trace.slice(0, 2), { call: 'WSPSend', socket: 'S', buffers: [1], returns: { rc: -1, errno: 'WSAESHUTDOWN' } }];
    expect(() => answersTo({ trace: refused })).toThrow(/state must be one that the page permits under docs: .*WSAESHUTDOWN/);
    expect(() => answersTo({ trace: [{ call: 'WSPClose' }] })).toThrow(
      /state\.trace must be well-formed: line 2: call must be a known call/,
    );
  });
});

test.each([
  [{ colour: 'red' }, {}, 'state.colour is not a field here: "red"'],
  [{ type: 'SOCK_RAW' }, {}, 'state.type must be "SOCK_STREAM" or "SOCK_DGRAM": "SOCK_RAW"'],
  [{ outstanding: [{ overlapped: 'o1' }] }, {}, /state\.outstanding needs overlapped and connected to be true/],
  [{}, { call: 'WSPBind' }, /call must be one that this page speaks of/],
  [{}, { end: 7 }, 'call.end must be the number of a call that state.trace began: 7'],
  [{}, { buffers: -1 }, /call must be one of trace\/1 without what comes of it: WSPSend\.buffers must be a list of lengths/],
])('a question that cannot be answered says why: %j %j', (state, call, message) => {
  expect(() => permits({ state, call, profile: 'page' })).toThrow(UnanswerableQuestion);
  expect(() => permits({ state, call, profile: 'page' })).toThrow(message);
});

test('counts that are forbidden by different clauses are kept apart', () => {
  const oracle = new Oracle('docs');
  const steps: readonly TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
    { call: 'WSPIoctl', socket: 'A', code: 'FIONBIO', value: 1, returns: { rc: 0 } },
  ];
  for (const step of steps) expect(oracle.step(step)).toBeUndefined();
  const send: TraceStep = { call: 'WSPSend', socket: 'A', buffers: [5], returns: { rc: 0, bytes: 5 } };
  const successes = everyOutcome(send, oracle).filter(({ isPermitted, shown }) => !isPermitted && shown.rc === 0);
  expect(successes.map(({ clauses, ...one }) => [clauses[0], 'counts' in one && one.counts.every((count) => count > 5)])).toEqual(
    expect.arrayContaining([
      ['Nonoverlapped:4', false],
      ['lpNumberOfBytesSent:1', true],
    ]),
  );
});
