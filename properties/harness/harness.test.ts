import { describe, expect, test } from 'vitest';
import { readTrace } from '../../model/winsock/reader.ts';
import type { Cell, ProviderModule, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { type CallRequest, lineOf, type Request, type WSPSendRequest } from '../../model/winsock/trace.ts';
import { ProviderCrash } from './crash.ts';
import { Harness } from './harness.ts';
import { type Faults, SmallProvider } from './smallProvider.ts';

// ---- Conversations -------------------------------------------------------------------------------------------------------------

/** Makes the requests one after the other; the lines of each answer as they are written. Together they must be a well-formed trace. */
const converse = async (provider: ProviderModule, ...requests: Request[]): Promise<unknown[][]> => {
  const harness = new Harness(provider);
  const answers: string[][] = [];
  for (const request of requests) answers.push((await harness.request(request)).map((line) => JSON.stringify(line)));
  const { malformed } = readTrace([lineOf(harness.header('a test')), ...answers.flat(), ''].join('\n'));
  expect(malformed).toBeUndefined();
  return answers.map((lines) => lines.map((line) => JSON.parse(line)));
};

const socketA: Request = { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true };
const datagramA: Request = { call: 'WSPSocket', socket: 'A', type: 'SOCK_DGRAM', overlapped: true };
const send = (buffers: number[], rest: Partial<WSPSendRequest> = {}): WSPSendRequest => ({
  call: 'WSPSend',
  socket: 'A',
  buffers,
  ...rest,
});
const recv: Request = { peer: 'recv', socket: 'A' };
const sleep = (thread?: string): CallRequest & { call: 'SleepEx' } => ({ call: 'SleepEx', ...(thread !== undefined && { thread }) });
const result = (overlapped: string): Request => ({ call: 'WSPGetOverlappedResult', socket: 'A', overlapped });
const pollEvent = (overlapped: string): Request => ({ poll: 'event', overlapped });
const pollCount = (overlapped: string): Request => ({ poll: 'count', overlapped });
const unsupported = (request: Request, why: string) => [{ ...request, returns: { unsupported: why } }];
const pending = { rc: -1, errno: 'WSA_IO_PENDING' };

describe('a call that returns at once', () => {
  test('is one line with what it returned, and its answer is no promise', () => {
    const harness = new Harness(new SmallProvider());
    expect(harness.request(socketA)).toEqual([{ ...socketA, returns: { rc: 0 } }]);
    expect(harness.request(send([3, 4], { fill: 250 }))).toEqual([{ ...send([3, 4], { fill: 250 }), returns: { rc: 0, bytes: 7 } }]);
    expect(harness.request(recv)).toEqual([{ peer: 'recv', socket: 'A', runs: [[250, 7]] }]);
    expect(harness.request(recv)).toEqual([{ peer: 'idle', socket: 'A' }]);
    const option: Request = { call: 'WSPGetSockOpt', socket: 'A', name: 'SO_MAX_MSG_SIZE' };
    expect(harness.request(option)).toEqual([{ ...option, returns: { rc: 0, value: 65507 } }]);
  });

  test('gets a null pointer for every fault, and a null count when there is none', async () => {
    const answers = await converse(
      new SmallProvider(),
      socketA,
      send([5], { fault: 'lpBuffers' }),
      send([5, 2 ** 32 - 1], { fault: ['buffer'] }),
      send([5], { count: false, overlapped: 'o' }),
      send([5], { fault: 'lpNumberOfBytesSent' }),
    );
    expect(answers[1]).toMatchObject([{ returns: { rc: -1, errno: 'WSAEFAULT' } }]);
    expect(answers[2]).toMatchObject([{ returns: { rc: -1, errno: 'WSAEFAULT' } }]);
    expect(answers[3]!.at(-1)).toEqual({ end: 1, returns: { rc: 0 } });
    expect(answers[4]).toMatchObject([{ returns: { unsupported: expect.stringContaining('out-parameter') } }]);
  });

  test('on a name that is no socket, or no longer one, reaches no socket', async () => {
    const close: Request = { call: 'WSPCloseSocket', socket: 'A' };
    const answers = await converse(new SmallProvider(), send([1]), socketA, close, send([1]));
    expect(answers[0]).toMatchObject([{ returns: { rc: -1, errno: 'WSAENOTSOCK' } }]);
    expect(answers[3]).toMatchObject([{ returns: { rc: -1, errno: 'WSAENOTSOCK' } }]);
  });
});

describe('an overlapped send', () => {
  test('pends, completes after the line of the read that made room, and shows its event, its result and its count', async () => {
    const answers = await converse(
      new SmallProvider(),
      socketA,
      send([100, 50], { overlapped: 'o', event: true }),
      pollEvent('o'),
      result('o'),
      recv,
      pollCount('o'),
      pollEvent('o'),
      result('o'),
    );
    expect(answers.slice(1)).toEqual([
      [{ ...send([100, 50], { overlapped: 'o', event: true }), returns: pending }],
      [{ poll: 'event', overlapped: 'o', signalled: false }],
      [{ ...result('o'), returns: { rc: -1, errno: 'WSA_IO_INCOMPLETE' } }],
      [
        { peer: 'recv', socket: 'A', runs: [[0, 100]] },
        { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', error: '0', bytes: 150 },
      ],
      [{ poll: 'count', overlapped: 'o', written: false }],
      [{ poll: 'event', overlapped: 'o', signalled: true }],
      [{ ...result('o'), returns: { rc: 0, bytes: 150 } }],
    ]);
  });

  test('that completes inside its call is a begin, the upcall and an end', async () => {
    const [, answer] = await converse(new SmallProvider(), socketA, send([5], { overlapped: 'o' }));
    expect(answer).toEqual([
      { begin: 1, ...send([5], { overlapped: 'o' }) },
      { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', error: '0', bytes: 5 },
      { end: 1, returns: { rc: 0, bytes: 5 } },
    ]);
  });

  test('keeps its name until the event was seen set, and the memory of one completed is not that of one pending', async () => {
    const post = (overlapped: string) => send([120], { overlapped, event: true });
    const answers = await converse(
      new SmallProvider(),
      socketA,
      post('o'),
      post('o'),
      recv,
      post('o'),
      pollEvent('o'),
      post('o'),
      recv,
      recv,
    );
    expect(answers[2]).toEqual(unsupported(post('o'), 'the OVERLAPPED o is in use'));
    expect(answers[4]).toEqual(unsupported(post('o'), 'the OVERLAPPED o is in use'));
    expect(answers[6]).toEqual([{ ...post('o'), returns: pending }]);
    expect([answers[3]![0], answers[7]![0], answers[8]![0]]).toMatchObject([
      { runs: [[0, 100]] },
      {
        runs: [
          [100, 20],
          [0, 80],
        ],
      },
      { runs: [[80, 40]] },
    ]);
  });

  test('whose count is written at completion is caught by a poll', async () => {
    const answers = await converse(
      new SmallProvider({ writesCountLate: true }),
      socketA,
      send([120], { overlapped: 'o' }),
      pollCount('o'),
      recv,
      pollCount('o'),
    );
    expect([answers[2], answers[4]]).toMatchObject([[{ written: false }], [{ written: true }]]);
  });

  test('that kept the WSABUF array instead of its contents sends nothing after the call', async () => {
    const answers = await converse(new SmallProvider({ keepsBufferArray: true }), socketA, send([120], { overlapped: 'o' }), recv, recv);
    expect(answers[3]).toEqual([{ peer: 'idle', socket: 'A' }]);
  });
});

describe('a completion routine', () => {
  const post = (overlapped: string, rest: Partial<WSPSendRequest> = {}) => send([60], { overlapped, routine: true, ...rest });
  const enter = (overlapped: string, thread = 'main') => ({ routine: 'enter', thread, overlapped, error: '0', bytes: 60, flags: 0 });
  const leave = (overlapped: string, thread = 'main') => ({ routine: 'leave', thread, overlapped });
  const queued = (overlapped: string, thread = 'main') => ({ upcall: 'WPUQueueApc', thread, overlapped, returns: { rc: 0 } });

  test('is queued with the operation it belongs to and runs in the alertable wait of its thread only', async () => {
    const answers = await converse(new SmallProvider(), socketA, post('o', { thread: 't' }), sleep(), sleep('t'));
    expect(answers.slice(1)).toEqual([
      [{ begin: 1, ...post('o', { thread: 't' }) }, queued('o', 't'), { end: 1, returns: { rc: 0, bytes: 60 } }],
      [{ ...sleep(), returns: { rc: 0 } }],
      [{ begin: 2, ...sleep('t') }, enter('o', 't'), leave('o', 't'), { end: 2, returns: { rc: 0, value: 'WAIT_IO_COMPLETION' } }],
    ]);
  });

  test('makes its calls between enter and leave, on its own thread, and frees the name it was posted with', async () => {
    const inner = send([10], { overlapped: 'o', event: true });
    const answers = await converse(new SmallProvider(), socketA, post('o', { thread: 't', routine: [inner, sleep()] }), sleep('t'));
    expect(answers[2]).toEqual([
      { begin: 2, ...sleep('t') },
      enter('o', 't'),
      { begin: 3, ...inner, thread: 't' },
      { upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', error: '0', bytes: 10 },
      { end: 3, returns: { rc: 0, bytes: 10 } },
      { ...sleep('t'), returns: { rc: 0 } },
      leave('o', 't'),
      { end: 2, returns: { rc: 0, value: 'WAIT_IO_COMPLETION' } },
    ]);
  });

  test('that the provider holds back during another one runs after it', async () => {
    const answers = await converse(
      new SmallProvider(),
      socketA,
      send([60], { overlapped: 'o', routine: [sleep()] }),
      recv,
      post('p'),
      sleep(),
    );
    expect(answers[4]!.filter((line) => 'routine' in (line as object))).toEqual([enter('o'), leave('o'), enter('p'), leave('p')]);
  });

  test('called inside the send makes the send a begin and an end around it', async () => {
    const [, answer] = await converse(new SmallProvider({ inlineRoutine: true }), socketA, post('o'));
    expect(answer).toEqual([{ begin: 1, ...post('o') }, enter('o'), leave('o'), { end: 1, returns: { rc: 0, bytes: 60 } }]);
  });

  test('called from the transport runs on a thread that no caller has', async () => {
    const answers = await converse(new SmallProvider({ routineFromTransport: true }), socketA, send([80]), post('o'), recv);
    expect(answers[3]).toEqual([
      {
        peer: 'recv',
        socket: 'A',
        runs: [
          [0, 80],
          [0, 20],
        ],
      },
      enter('o', '(provider)'),
      leave('o', '(provider)'),
    ]);
  });

  test('is queued to no thread when the WSATHREADID was kept instead of what it said', async () => {
    const answers = await converse(new SmallProvider({ keepsThreadId: true }), socketA, send([80]), post('o'), recv, sleep());
    const upcall = { upcall: 'WPUQueueApc', thread: '(unknown)', overlapped: 'o', returns: { rc: -1, errno: 'WSAEFAULT' } };
    expect(answers[3]!.at(-1)).toEqual(upcall);
    expect(answers[4]).toEqual([{ ...sleep(), returns: { rc: 0 } }]);
  });

  test('is found by the order of the sends when the provider returns the handle alone', async () => {
    const answers = await converse(new SmallProvider({ dropsReserved: true }), socketA, send([80]), post('q'), post('p'), recv);
    expect(answers[4]!.slice(1)).toEqual([queued('q'), queued('p')]);
  });

  test('that blocks is left when its call has returned, and the wait around it ends after that', async () => {
    const inner = send([100]);
    const answers = await converse(
      new SmallProvider(),
      socketA,
      post('o', { routine: [inner, sleep()] }),
      post('p'),
      recv,
      sleep(),
      sleep(),
      recv,
    );
    expect(answers[4]).toEqual([{ begin: 2, ...sleep() }, enter('o'), { begin: 3, ...inner }]);
    expect(answers[5]).toEqual(unsupported(sleep(), 'the thread main is blocked'));
    // The second wait ran an APC, and the routine behind it waits for the first one to be left.
    expect(answers[6]!.slice(1)).toEqual([
      { end: 3, returns: { rc: 0, bytes: 100 } },
      { ...sleep(), returns: { rc: 0, value: 'WAIT_IO_COMPLETION' } },
      leave('o'),
      enter('p'),
      leave('p'),
      { end: 2, returns: { rc: 0, value: 'WAIT_IO_COMPLETION' } },
    ]);
  });
});

describe('a call that blocks', () => {
  const blocking = send([150], { thread: 't' });

  test('is a begin, occupies its thread, and ends after the request that released it', async () => {
    const answers = await converse(new SmallProvider(), socketA, blocking, sleep('t'), sleep(), recv, sleep('t'));
    expect(answers.slice(1)).toEqual([
      [{ begin: 1, ...blocking }],
      unsupported(sleep('t'), 'the thread t is blocked'),
      [{ ...sleep(), returns: { rc: 0 } }],
      [
        { peer: 'recv', socket: 'A', runs: [[0, 100]] },
        { end: 1, returns: { rc: 0, bytes: 150 } },
      ],
      [{ ...sleep('t'), returns: { rc: 0 } }],
    ]);
  });

  test('is cancelled by a call that names its thread', async () => {
    const cancel: Request = { call: 'WSPCancelBlockingCall', thread: 't' };
    const answers = await converse(new SmallProvider(), socketA, blocking, cancel);
    expect(answers[2]).toMatchObject([{ ...cancel, returns: { rc: 0 } }, { end: 1 }]);
  });

  test('whose promise resolves before anything else is seen is one line', async () => {
    const WSPSend = async (_s: number, _b: unknown, _n: number, count: Cell | null) => {
      await null;
      count!.value = 5;
      return 0;
    };
    const answers = await converse(new SmallProvider({ overrides: { WSPSend } }), socketA, send([5]), send([5]));
    expect(answers[2]).toEqual([{ ...send([5]), returns: { rc: 0, bytes: 5 } }]);
  });

  test('SleepEx without a limit ends when a routine was queued for its thread', async () => {
    const post = send([60], { overlapped: 'o', routine: true, thread: 't' });
    const wait: Request = { ...sleep('t'), timeout: 0xffffffff };
    const answers = await converse(new SmallProvider(), socketA, send([80]), post, wait, recv);
    expect(answers[3]).toEqual([{ begin: 1, ...wait }]);
    expect(answers[4]!.map((line) => Object.keys(line as object)[0])).toEqual(['peer', 'upcall', 'routine', 'routine', 'end']);
  });
});

describe('the exit of a thread', () => {
  const exit: Request = { call: 'ExitThread', thread: 't' };

  test('stands before what it cancels; nothing is queued to the thread and nothing asked of it any more', async () => {
    const answers = await converse(
      new SmallProvider(),
      socketA,
      send([150], { overlapped: 'o', routine: true, thread: 't' }),
      exit,
      sleep('t'),
    );
    expect(answers[2]).toEqual([
      { ...exit, returns: { rc: 0 } },
      { upcall: 'WPUQueueApc', thread: 't', overlapped: 'o', returns: { rc: -1, errno: 'WSAEFAULT' } },
    ]);
    expect(answers[3]).toEqual(unsupported(sleep('t'), 'the thread t has exited'));
  });

  test('inside a routine leaves the routine and the wait around it without an end', async () => {
    const post = send([5], { overlapped: 'o', routine: [{ call: 'ExitThread' }, sleep()], thread: 't' });
    const answers = await converse(new SmallProvider(), socketA, post, sleep('t'));
    expect(answers[2]!.map((line) => Object.keys(line as object)[0])).toEqual(['begin', 'routine', 'call']);
  });
});

describe('the far end', () => {
  test('reads whole datagrams while fewer bytes than asked for were read, the empty one too', async () => {
    const answers = await converse(
      new SmallProvider(),
      datagramA,
      send([5]),
      send([]),
      send([7], { fill: 9 }),
      send([1]),
      { ...recv, bytes: 6 },
      recv,
      recv,
    );
    const datagram = (...runs: number[][]) => ({ peer: 'recv', socket: 'A', runs });
    expect(answers.slice(5)).toEqual([
      [datagram([0, 5]), datagram(), datagram([9, 7])],
      [datagram([0, 1])],
      [{ peer: 'idle', socket: 'A' }],
    ]);
  });

  test('sees the end once', async () => {
    const answers = await converse(new SmallProvider(), socketA, send([5]), { call: 'WSPCloseSocket', socket: 'A' }, recv, recv, recv);
    expect(answers.slice(3)).toEqual([[{ peer: 'recv', socket: 'A', runs: [[0, 5]] }], [{ peer: 'eof', socket: 'A' }], []]);
  });
});

describe('what the table of a provider has no entry for', () => {
  test.each<[Request, string]>([
    [{ call: 'WSPRecv', socket: 'A' }, 'the table has no receive of its own'],
    [{ call: 'WSACleanup' }, 'a provider here is never shut down'],
    [{ call: 'WSPCancelIo', socket: 'A', scope: 'thread' }, 'the table cancels for every thread at once'],
    [{ poll: 'writable', socket: 'A' }, 'the provider has no readiness'],
  ])('%j is unsupported', async (request, why) => {
    const answers = await converse(new SmallProvider(), socketA, request);
    expect(answers[1]).toEqual(unsupported(request, why));
  });
});

describe('the world', () => {
  test('changes after its line; what the provider cannot bring about is unsupported', async () => {
    const answers = await converse(
      new SmallProvider(),
      socketA,
      { env: 'settle' },
      { env: 'network.down' },
      { env: 'peer.reset', socket: 'B' },
    );
    expect(answers.slice(1)).toEqual([
      [{ env: 'settle' }],
      unsupported({ env: 'network.down' }, 'this network stays up'),
      unsupported({ env: 'peer.reset', socket: 'B' }, 'no socket has the name B'),
    ]);
  });

  test('can be changed in a way that has no line, while what follows has its lines', async () => {
    const harness = new Harness(new SmallProvider());
    harness.request(socketA);
    harness.request(send([150], { overlapped: 'o' }));
    expect(await harness.inject('room', 'A', 50)).toMatchObject([{ upcall: 'WPUCompleteOverlappedRequest', overlapped: 'o', bytes: 150 }]);
  });
});

describe('a provider that fails its caller', () => {
  const throwing = () => {
    throw new Error('out of luck');
  };

  test.each<[string, Faults['overrides'], Request]>([
    ['throws', { WSPSend: throwing }, send([5])],
    ['returns nothing', { WSPSend: () => undefined as unknown as number }, send([5])],
    ['rejects', { WSPSend: () => Promise.reject(new Error('out of luck')) }, send([5])],
    ['throws in its world', { recv: throwing }, recv],
    ['returns what is neither 0 nor SOCKET_ERROR', { WSPSend: () => 5 }, send([5])],
    ['gives a name for a code', { WSPSend: (...args) => ((args.at(-1) as Cell).value = 'WSAEBAD' as never) && -1 }, send([5])],
  ])('by one that %s has crashed, and is asked nothing more', async (_, overrides, request) => {
    const harness = new Harness(new SmallProvider({ overrides: overrides! }));
    harness.request(socketA);
    await harness.request(request);
    expect(harness.crash).toBeInstanceOf(ProviderCrash);
    expect(harness.crash!.doing).toEqual(request);
    expect(await harness.request(socketA)).toEqual(unsupported(socketA, 'the provider has crashed'));
  });

  test('at its start-up makes the construction throw', () => {
    expect(() => new Harness({ WSPStartup: throwing, world: throwing })).toThrow(ProviderCrash);
    const promised = (async () => ({})) as never;
    expect(() => new Harness({ WSPStartup: promised, world: promised })).toThrow(
      'WSPStartup() must return an object at once: a promise. Await at the top of the module instead',
    );
    const empty = (() => ({})) as never;
    expect(() => new Harness({ WSPStartup: empty, world: () => null as never })).toThrow('world() must return an object: null');
    expect(() => new Harness({ WSPStartup: empty, world: () => ({ settle() {} }) as never })).toThrow(
      'world() must return an object that has recv() as a function: it has settle',
    );
  });

  test('by refusing a step is identified by its own words', async () => {
    const answers = await converse(new SmallProvider({ refuses: 'not today' }), socketA);
    expect(answers[0]).toEqual(unsupported(socketA, 'not today'));
  });

  test('by a function that it does not have is identified by the name of that function', async () => {
    const { WSPSocket } = new SmallProvider({}).WSPStartup({} as WSPUPCALLTABLE);
    const small: ProviderModule = { WSPStartup: () => ({ WSPSocket: WSPSocket! }), world: () => ({ recv: () => ({ kind: 'idle' }) }) };
    const bind: Request = { call: 'WSPBind', socket: 'A' };
    const reset: Request = { env: 'peer.reset', socket: 'A' };
    const answers = await converse(small, socketA, bind, reset, { env: 'settle' });
    expect(answers[1]).toEqual(unsupported(bind, 'the provider has no WSPBind'));
    expect(answers[2]).toEqual(unsupported(reset, 'the world of the provider has no env'));
    expect(answers[3]).toEqual([{ env: 'settle' }]);
  });
});
