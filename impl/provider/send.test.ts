import { beforeEach, describe, expect, test } from 'vitest';
import { ioctlCodes, sendFlags, shutdownHow, socketOptions } from '../../model/winsock/codes.ts';
import { type SOCKET, STATUS_PENDING, type World } from '../../model/winsock/spi.ts';
import { Client, overlapped, pattern } from './client.fixture.ts';
import { WSPStartup, world } from './provider.ts';

let client: Client;
let far: World;
beforeEach(() => {
  client = new Client(WSPStartup);
  far = world();
});

const received = (s: SOCKET, max?: number): number[] | string => {
  const got = far.recv(s, max);
  return got.kind === 'bytes' ? [...got.bytes] : got.kind;
};

/** A stream socket whose send buffer has so many bytes of room. */
const withRoom = (room: number, kind: Parameters<Client['socket']>[0] = {}): SOCKET => {
  const s = client.socket(kind);
  far.env('room', s, room);
  return s;
};

describe('a refused send initiates nothing', () => {
  const o = () => ({ overlapped: overlapped() });
  // The outcome is the last word of each row; rows stand in the order in which the provider asks.
  test.each<[string, () => [SOCKET, Parameters<Client['send']>[1], Parameters<Client['send']>[2]?], string]>([
    ['a number that is no socket', () => [12345, pattern(0, 3)], 'WSAENOTSOCK'],
    ['the number of a closed socket', () => [closed(), pattern(0, 3)], 'WSAENOTSOCK'],
    ['a null array', () => [client.socket(), null], 'WSAEFAULT'],
    ['a null buffer', () => [client.socket(), [{ len: 3, buf: null }]], 'WSAEFAULT'],
    ['a null buffer behind a good one', () => [client.socket(), [...wsabufs(1), { len: 1, buf: null }]], 'WSAEFAULT'],
    ['a length beyond the buffer', () => [client.socket(), [{ len: 4, buf: pattern(0, 3) }]], 'WSAEFAULT'],
    ['a null count without an OVERLAPPED', () => [client.socket(), pattern(0, 3), { count: false }], 'WSAEFAULT'],
    [
      'a routine without a thread',
      () => [client.socket({ overlapped: true }), pattern(0, 3), { ...o(), routine() {}, thread: null }],
      'WSAEFAULT',
    ],
    [
      'MSG_OOB on a datagram socket',
      () => [client.socket({ datagram: true }), pattern(0, 3), { flags: sendFlags.MSG_OOB }],
      'WSAEOPNOTSUPP',
    ],
    [
      'MSG_PARTIAL on a datagram socket',
      () => [client.socket({ datagram: true }), pattern(0, 3), { flags: sendFlags.MSG_PARTIAL }],
      'WSAEOPNOTSUPP',
    ],
    ['a flag that is none', () => [client.socket(), pattern(0, 3), { flags: 0x40 }], 'WSAEOPNOTSUPP'],
    ['an unconnected stream', () => [client.socket({ connected: false }), pattern(0, 3)], 'WSAENOTCONN'],
    ['an unconnected datagram socket', () => [client.socket({ connected: false, datagram: true }), pattern(0, 3)], 'WSAENOTCONN'],
    ['after SD_SEND', () => [shutDown(shutdownHow.SD_SEND), pattern(0, 3)], 'WSAESHUTDOWN'],
    ['after SD_BOTH', () => [shutDown(shutdownHow.SD_BOTH), pattern(0, 3)], 'WSAESHUTDOWN'],
    ['a broadcast without the option', () => [client.socket({ datagram: true, to: 'broadcast' }), pattern(0, 3)], 'WSAEACCES'],
    ['a datagram above SO_MAX_MSG_SIZE', () => [client.socket({ datagram: true }), new Uint8Array(65508)], 'WSAEMSGSIZE'],
    ['no room and nonblocking', () => [withRoom(0, { nonblocking: true }), pattern(0, 3)], 'WSAEWOULDBLOCK'],
  ])('%s', (_title, send, result) => {
    const [s, data, sending = {}] = send();
    expect(client.send(s, data, sending)).toEqual({ result, bytes: undefined });
    expect(client.upcalled).toEqual([]);
    expect(sending.overlapped ?? overlapped()).toEqual(overlapped());
    expect(client.sleepEx()).toBe(0);
    expect(received(s)).not.toBeInstanceOf(Array);
  });

  const closed = (): SOCKET => {
    const s = client.socket();
    client.call('WSPCloseSocket', s);
    return s;
  };
  const shutDown = (how: number): SOCKET => {
    const s = client.socket();
    expect(client.call('WSPShutdown', s, how)).toBe('0');
    return s;
  };
  const wsabufs = (...lengths: number[]) => lengths.map((len) => ({ len, buf: pattern(0, len) }));
});

describe('a synchronous send', () => {
  test('gathers its buffers in order and counts them all', () => {
    const s = client.socket();
    const all = pattern(0, 300);
    const buffers = [all.slice(0, 1), all.slice(1, 1), all.slice(1, 100), all.slice(100)].map((buf) => ({ len: buf.length, buf }));
    expect(client.send(s, buffers)).toEqual({ result: '0', bytes: 300 });
    expect(received(s)).toEqual([...all]);
    expect(received(s)).toBe('idle');
  });

  test('takes only the first len bytes of each buffer', () => {
    const s = client.socket();
    const buffers = [
      { len: 2, buf: pattern(0, 9) },
      { len: 1, buf: pattern(2, 9) },
    ];
    expect(client.send(s, buffers)).toEqual({ result: '0', bytes: 3 });
    expect(received(s)).toEqual([0, 1, 2]);
  });

  test('of no bytes and of no buffers succeeds at once, whatever the room', () => {
    const s = withRoom(0, { nonblocking: true });
    expect(client.send(s, new Uint8Array(0))).toEqual({ result: '0', bytes: 0 });
    expect(client.send(s, [])).toEqual({ result: '0', bytes: 0 });
  });

  test('of a nonblocking stream takes a part, then WSAEWOULDBLOCK until the peer reads', () => {
    const s = withRoom(5, { nonblocking: true });
    expect(client.send(s, pattern(0, 8))).toEqual({ result: '0', bytes: 5 });
    expect(client.send(s, pattern(5, 3))).toEqual({ result: 'WSAEWOULDBLOCK', bytes: undefined });
    expect(received(s, 2)).toEqual([0, 1]);
    expect(client.send(s, pattern(5, 3))).toEqual({ result: '0', bytes: 2 });
    expect(received(s)).toEqual([2, 3, 4, 5, 6]);
  });

  test('of a nonblocking stream does not overtake a send that waits', () => {
    const s = withRoom(2, { overlapped: true, nonblocking: true });
    expect(client.send(s, pattern(0, 5), { overlapped: overlapped() }).result).toBe('WSA_IO_PENDING');
    expect(client.send(s, pattern(5, 1))).toEqual({ result: 'WSAEWOULDBLOCK', bytes: undefined });
  });

  test('of a blocking stream returns once all its bytes are consumed', async () => {
    const s = withRoom(2);
    let done = false;
    const sent = Promise.resolve(client.begin(s, pattern(0, 5))).finally(() => (done = true));
    await Promise.resolve();
    expect(received(s, 1)).toEqual([0]);
    expect(received(s, 1)).toEqual([1]);
    far.settle();
    await Promise.resolve();
    expect(done).toBe(false);
    expect(received(s, 1)).toEqual([2]);
    expect(await sent).toEqual({ result: '0', bytes: 5 });
    expect(received(s)).toEqual([3, 4]);
  });

  test('and overlapped sends leave in the order of their calls', async () => {
    const s = withRoom(1, { overlapped: true });
    const first = overlapped();
    const last = overlapped();
    expect(client.send(s, pattern(0, 3), { overlapped: first }).result).toBe('WSA_IO_PENDING');
    const blocked = client.begin(s, pattern(3, 3), { thread: 2 });
    expect(client.send(s, pattern(6, 3), { overlapped: last }).result).toBe('WSA_IO_PENDING');
    expect(received(s)).toEqual([...pattern(0, 9)]);
    expect(await blocked).toEqual({ result: '0', bytes: 3 });
    expect(client.upcalled).toEqual(['WPUCompleteOverlappedRequest 0 3', 'WPUCompleteOverlappedRequest 0 3']);
  });

  test('ends with WSAEINTR when its thread is cancelled; what was consumed stays sent', async () => {
    const s = withRoom(2);
    const blocked = client.begin(s, pattern(0, 5), { thread: 7 });
    expect(client.call('WSPCancelBlockingCall', { ThreadHandle: 6, Reserved: 0 })).toBe('WSAEINVAL');
    expect(client.call('WSPCancelBlockingCall', { ThreadHandle: 7, Reserved: 0 })).toBe('0');
    expect(await blocked).toEqual({ result: 'WSAEINTR', bytes: undefined });
    expect(received(s)).toEqual([0, 1]);
    expect(received(s)).toBe('idle');
  });

  test('ends with WSAENOTSOCK when its socket is closed', async () => {
    const s = withRoom(2);
    const blocked = client.begin(s, pattern(0, 5));
    expect(client.call('WSPCloseSocket', s)).toBe('0');
    expect(await blocked).toEqual({ result: 'WSAENOTSOCK', bytes: undefined });
    expect(received(s)).toEqual([0, 1]);
    expect(received(s)).toBe('eof');
  });

  test('is what a non-overlapped socket does with an OVERLAPPED, a routine and a thread', () => {
    const s = client.socket();
    const lpOverlapped = overlapped();
    const sent = client.send(s, pattern(0, 3), { overlapped: lpOverlapped, routine: () => expect.unreachable(), count: false });
    expect(sent.result).toBe('0');
    expect(lpOverlapped).toEqual(overlapped());
    expect(client.upcalled).toEqual([]);
  });

  test('is what an overlapped socket does with a routine alone', () => {
    const s = client.socket({ overlapped: true });
    expect(client.send(s, pattern(0, 3), { routine: () => expect.unreachable() })).toEqual({ result: '0', bytes: 3 });
    expect(client.sleepEx()).toBe(0);
  });
});

describe('flags', () => {
  test('MSG_DONTROUTE changes nothing, MSG_OOB goes in line, MSG_PARTIAL means nothing to a stream', () => {
    const s = client.socket();
    for (const flags of [sendFlags.MSG_DONTROUTE, sendFlags.MSG_OOB, sendFlags.MSG_PARTIAL]) {
      expect(client.send(s, pattern(0, 2), { flags })).toEqual({ result: '0', bytes: 2 });
    }
    expect(received(s)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test('MSG_PARTIAL is refused where the tester says so', () => {
    const s = client.socket();
    far.env('refuse.partial', s);
    expect(client.send(s, pattern(0, 2), { flags: sendFlags.MSG_PARTIAL }).result).toBe('WSAEOPNOTSUPP');
  });
});

describe('a datagram send', () => {
  test('is one datagram, an empty one too, and each look of the peer gives one', () => {
    const s = client.socket({ datagram: true });
    for (const length of [3, 0, 2]) expect(client.send(s, pattern(0, length))).toEqual({ result: '0', bytes: length });
    expect([received(s), received(s), received(s), received(s)]).toEqual([[0, 1, 2], [], [0, 1], 'idle']);
  });

  test('is never taken in part', () => {
    const s = client.socket({ datagram: true, nonblocking: true });
    client.send(s, pattern(0, 3));
    far.env('room', s, 2);
    expect(client.send(s, pattern(0, 3))).toEqual({ result: 'WSAEWOULDBLOCK', bytes: undefined });
    expect(client.send(s, pattern(0, 2))).toEqual({ result: '0', bytes: 2 });
  });

  test('pends whole, in order, and an empty one keeps its place', () => {
    const s = client.socket({ datagram: true, overlapped: true });
    far.env('room', s, 0);
    for (const length of [4, 0, 5]) {
      expect(client.send(s, pattern(length, length), { overlapped: overlapped() }).result).toBe('WSA_IO_PENDING');
    }
    expect([received(s), received(s), received(s), received(s)]).toEqual([[4, 5, 6, 7], [], [5, 6, 7, 8, 9], 'idle']);
    expect(client.upcalled.map((upcall) => upcall.split(' ').pop())).toEqual(['4', '0', '5']);
  });

  test('that was taken is delivered after the socket was closed, and no end follows', () => {
    const s = client.socket({ datagram: true });
    for (const length of [3, 0, 2]) client.send(s, pattern(0, length));
    client.call('WSPCloseSocket', s);
    expect([received(s), received(s), received(s), received(s)]).toEqual([[0, 1, 2], [], [0, 1], 'idle']);
  });

  test('may be longer than the send buffer, up to SO_MAX_MSG_SIZE', () => {
    const s = client.socket({ datagram: true });
    expect(client.set(s, socketOptions.SO_SNDBUF, 100)).toBe('0');
    expect(client.send(s, pattern(0, 65507))).toEqual({ result: '0', bytes: 65507 });
    expect(received(s)).toHaveLength(65507);
    far.env('message.max', s, 10);
    expect(client.send(s, pattern(0, 11)).result).toBe('WSAEMSGSIZE');
  });

  test('to a broadcast address needs SO_BROADCAST', () => {
    const s = client.socket({ datagram: true, to: 'broadcast' });
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAEACCES');
    expect(client.set(s, socketOptions.SO_BROADCAST, 1)).toBe('0');
    expect(client.send(s, pattern(0, 1))).toEqual({ result: '0', bytes: 1 });
  });
});

describe('the send buffer', () => {
  test('holds what SO_SNDBUF says, beyond its first size too', () => {
    const s = client.socket({ nonblocking: true });
    client.send(s, pattern(0, 1000));
    expect(client.set(s, socketOptions.SO_SNDBUF, 200_000)).toBe('0');
    expect(client.send(s, pattern(1000, 300_000))).toEqual({ result: '0', bytes: 199_000 });
    expect(received(s)).toEqual([...pattern(0, 200_000)]);
  });

  test('gets room from a transport that takes bytes ahead of the peer', () => {
    const s = withRoom(4, { overlapped: true });
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 9), { overlapped: lpOverlapped }).result).toBe('WSA_IO_PENDING');
    far.env('transport.takes', s, 5);
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 9 });
    expect(received(s)).toEqual([...pattern(0, 9)]);
  });

  test('without any room opens when the peer looks', () => {
    const s = withRoom(0, { overlapped: true });
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 3), { overlapped: lpOverlapped }).result).toBe('WSA_IO_PENDING');
    expect(lpOverlapped.Internal).toBe(STATUS_PENDING);
    expect(received(s)).toEqual([0, 1, 2]);
  });
});

describe('sends that the tester has refused', () => {
  test('WSAENOBUFS for as many sends as were armed', () => {
    const s = client.socket();
    far.env('fail.nobufs', s, 2);
    const results = [0, 1, 2].map(() => client.send(s, pattern(0, 1)).result);
    expect(results).toEqual(['WSAENOBUFS', 'WSAENOBUFS', '0']);
  });

  test('WSAEWOULDBLOCK for overlapped sends only', () => {
    const s = client.socket({ overlapped: true });
    far.env('refuse.wouldblock', s);
    expect(client.send(s, pattern(0, 1)).result).toBe('0');
    expect(client.send(s, pattern(0, 1), { overlapped: overlapped() }).result).toBe('WSAEWOULDBLOCK');
    expect(client.send(s, pattern(0, 1), { overlapped: overlapped() }).result).toBe('0');
  });

  test('WSAEINPROGRESS only while a blocking call is outstanding', () => {
    const s = client.socket();
    far.env('refuse.inprogress', s);
    expect(client.send(s, pattern(0, 1)).result).toBe('0');
    client.begin(withRoom(0), pattern(0, 1));
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAEINPROGRESS');
    expect(client.send(s, pattern(0, 1)).result).toBe('0');
  });

  test('an unknown environment kind is named together with the known ones', () => {
    expect(() => far.env('weather')).toThrow(/an environment kind must be one of .*room.*: kind=weather/);
  });
});

test('SIO_FLUSH may be refused', () => {
  const s = client.socket();
  far.env('refuse.flush', s);
  expect(client.ioctl(s, ioctlCodes.SIO_FLUSH)).toBe('WSAEOPNOTSUPP');
});

test('the number of a closed socket is not given to the next one', () => {
  const numbers = new Set<SOCKET>();
  for (let i = 0; i < 1000; i++) {
    const s = client.socket();
    expect(numbers.has(s)).toBe(false);
    numbers.add(s);
    if (i % 3 > 0) client.call('WSPCloseSocket', s);
  }
});
