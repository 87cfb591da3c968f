import { beforeEach, describe, expect, test } from 'vitest';
import { ioctlCodes, shutdownHow, socketOptions } from '../../model/winsock/codes.ts';
import { type SOCKET, STATUS_PENDING, type World } from '../../model/winsock/spi.ts';
import { Client, overlapped, pattern } from './client.fixture.ts';
import { WSPStartup, world } from './provider.ts';

let client: Client;
let far: World;
let s: SOCKET;
beforeEach(() => {
  client = new Client(WSPStartup);
  far = world();
  s = client.socket({ overlapped: true });
});

const received = (max?: number): number[] | string => {
  const got = far.recv(s, max);
  return got.kind === 'bytes' ? [...got.bytes] : got.kind;
};

/** A send that pends, with `taken` of its bytes in the transport's buffer. */
const pending = (length: number, taken = 0, position = 0) => {
  far.env('room', s, taken);
  const lpOverlapped = overlapped();
  expect(client.send(s, pattern(position, length), { overlapped: lpOverlapped })).toEqual({ result: 'WSA_IO_PENDING', bytes: undefined });
  return lpOverlapped;
};

describe('an overlapped send that fits', () => {
  test('has set its event when it returns zero', () => {
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 3), { overlapped: lpOverlapped })).toEqual({ result: '0', bytes: 3 });
    expect(lpOverlapped.hEvent).toEqual({ signalled: true });
    expect(client.upcalled).toEqual(['WPUCompleteOverlappedRequest 0 3']);
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 3 });
  });

  test('has queued its routine when it returns zero; the routine runs in an alertable wait of its thread, once', () => {
    const lpOverlapped = overlapped();
    const calls: unknown[][] = [];
    const sent = client.send(s, pattern(0, 3), { overlapped: lpOverlapped, routine: (...args) => calls.push(args), thread: 4 });
    expect(sent).toEqual({ result: '0', bytes: 3 });
    expect(client.upcalled).toEqual(['WPUQueueApc 4']);
    expect(calls).toEqual([]);
    expect([client.sleepEx(1), client.sleepEx(4), client.sleepEx(4)]).toEqual([0, 1, 0]);
    expect(calls).toEqual([[0, 3, lpOverlapped, 0]]);
    expect(lpOverlapped.hEvent).toEqual({ signalled: false });
  });

  test('needs no count', () => {
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 3), { overlapped: lpOverlapped, count: false }).result).toBe('0');
    expect(lpOverlapped.InternalHigh).toBe(3);
  });

  test('is WSAEFAULT and sends nothing when there is no such thread', () => {
    client.gone.add(9);
    const lpOverlapped = overlapped();
    const sent = client.send(s, pattern(0, 3), { overlapped: lpOverlapped, routine: () => {}, thread: 9 });
    expect(sent).toEqual({ result: 'WSAEFAULT', bytes: undefined });
    expect(lpOverlapped).toEqual(overlapped());
    expect(received()).toBe('idle');
  });

  test('of no bytes completes at once, also behind sends that wait', () => {
    pending(3);
    expect(client.send(s, new Uint8Array(0), { overlapped: overlapped() })).toEqual({ result: '0', bytes: 0 });
  });
});

describe('an overlapped send that pends', () => {
  test('leaves the count untouched, resets the event and is indicated once', () => {
    const lpOverlapped = overlapped();
    lpOverlapped.hEvent!.signalled = true;
    far.env('room', s, 2);
    expect(client.send(s, pattern(0, 5), { overlapped: lpOverlapped })).toEqual({ result: 'WSA_IO_PENDING', bytes: undefined });
    expect(lpOverlapped).toMatchObject({ Internal: STATUS_PENDING, hEvent: { signalled: false } });
    expect(client.result(s, lpOverlapped)).toEqual({ result: 'WSA_IO_INCOMPLETE', bytes: undefined });
    expect(received()).toEqual([0, 1, 2, 3, 4]);
    far.settle();
    expect(client.upcalled).toEqual(['WPUCompleteOverlappedRequest 0 5']);
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 5 });
  });

  test('does not touch hEvent when it has a routine', () => {
    const lpOverlapped = overlapped();
    lpOverlapped.hEvent!.signalled = true;
    far.env('room', s, 0);
    client.send(s, pattern(0, 5), { overlapped: lpOverlapped, routine: () => {} });
    expect(lpOverlapped.hEvent!.signalled).toBe(true);
    received();
    expect(client.sleepEx()).toBe(1);
  });

  test('reads the data later but captured the array, and the thread', () => {
    far.env('room', s, 0);
    const data = pattern(0, 4);
    const calls: number[] = [];
    const buffers = [
      { len: 1, buf: data.subarray(0, 1) },
      { len: 3, buf: data.subarray(1) },
    ];
    // The client clobbers array and thread after the call.
    client.send(s, buffers, { overlapped: overlapped(), routine: (_error, bytes) => calls.push(bytes), thread: 3 });
    expect(received()).toEqual([0, 1, 2, 3]);
    client.sleepEx(3);
    expect(calls).toEqual([4]);
  });

  test('follows those before it, and completes before those after it', () => {
    far.env('room', s, 4);
    const all = [3, 4, 5].map((length, i) => {
      const lpOverlapped = overlapped();
      client.send(s, pattern([0, 3, 7][i]!, length), { overlapped: lpOverlapped });
      return lpOverlapped;
    });
    const done = () => all.map(({ Internal }) => Internal === 0);
    expect(done()).toEqual([true, false, false]);
    expect(received(2)).toEqual([0, 1]);
    expect(done()).toEqual([true, false, false]);
    expect(received(1)).toEqual([2]);
    expect(done()).toEqual([true, true, false]);
    expect(received()).toEqual([...pattern(3, 9)]);
    expect(done()).toEqual([true, true, true]);
  });

  test('may be waited for with fWait, but not when it has a routine', async () => {
    const lpOverlapped = pending(3);
    const waiting = client.wait(s, lpOverlapped);
    expect(received()).toEqual([0, 1, 2]);
    expect(await waiting).toEqual({ result: '0', bytes: 3 });
    far.env('room', s, 0);
    const routed = overlapped();
    client.send(s, pattern(3, 1), { overlapped: routed, routine: () => {} });
    expect(await client.wait(s, routed)).toEqual({ result: 'WSAEINVAL', bytes: undefined });
  });

  test('hands its OVERLAPPED over to a send that fails: its late indication is not taken for that of the other', () => {
    far.env('event.late', s);
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 3), { overlapped: lpOverlapped }).result).toBe('0');
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 3 });
    far.env('circuit.timeout', s);
    expect(client.send(s, pattern(3, 3), { overlapped: lpOverlapped }).result).toBe('WSAECONNABORTED');
    far.settle();
    expect(client.upcalled).toEqual([]);
  });

  test('is indicated only when the world settles, if completions are delayed', async () => {
    far.env('completion.delay', s);
    const lpOverlapped = pending(3);
    const blocked = client.begin(s, pattern(3, 1), { thread: 2 });
    received();
    expect(client.result(s, lpOverlapped).result).toBe('WSA_IO_INCOMPLETE');
    expect(client.call('WSPCancelIo', s, lpOverlapped)).toBe('0');
    far.settle();
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 3 });
    expect(await blocked).toEqual({ result: '0', bytes: 1 });
  });

  test('ends with WSAENOBUFS where the tester says so', () => {
    const lpOverlapped = pending(3, 1);
    far.env('complete.nobufs', s);
    expect(client.result(s, lpOverlapped)).toEqual({ result: 'WSAENOBUFS', bytes: 1 });
  });
});

describe('a completion routine', () => {
  test('may send, and its own completion follows', () => {
    const log: string[] = [];
    client.send(s, pattern(0, 1), {
      overlapped: overlapped(),
      routine: () => {
        log.push('first');
        expect(client.send(s, pattern(1, 1), { overlapped: overlapped(), routine: () => log.push('second') }).result).toBe('0');
        log.push('left');
      },
    });
    client.sleepEx();
    expect(log).toEqual(['first', 'left', 'second']);
  });

  test('that waits alertably holds back the routines of its own socket, not of others', () => {
    const other = client.socket({ overlapped: true });
    const log: string[] = [];
    client.send(s, pattern(0, 1), {
      overlapped: overlapped(),
      routine: () => {
        log.push('enter');
        client.sleepEx();
        log.push('leave');
      },
    });
    client.send(s, pattern(1, 1), { overlapped: overlapped(), routine: () => log.push('same') });
    client.send(other, pattern(0, 1), { overlapped: overlapped(), routine: () => log.push('other') });
    client.sleepEx();
    expect(log).toEqual(['enter', 'other', 'leave', 'same']);
  });

  test('that stays inside while other threads go on is left when its promise resolves', async () => {
    const log: string[] = [];
    let leave = () => {};
    const routine = () => new Promise<void>((resolve) => (leave = resolve));
    client.send(s, pattern(0, 1), { overlapped: overlapped(), routine });
    client.send(s, pattern(1, 1), { overlapped: overlapped(), routine: () => log.push('same') });
    client.sleepEx();
    expect(log).toEqual([]);
    leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['same']);
  });

  test('never runs once its thread has exited, and what the thread had pending is cancelled', () => {
    far.env('room', s, 1);
    const mine = overlapped();
    const theirs = overlapped();
    client.send(s, pattern(0, 3), { overlapped: mine, routine: () => expect.unreachable(), thread: 5 });
    client.send(s, pattern(3, 1), { overlapped: theirs, thread: 6 });
    const queued = overlapped();
    client.send(s, new Uint8Array(0), { overlapped: queued, routine: () => expect.unreachable(), thread: 5 });
    far.exitThread?.({ ThreadHandle: 5, Reserved: 0 });
    far.settle();
    // The APC that this ws2_32 runs nonetheless finds nothing to do.
    expect(client.sleepEx(5)).toBe(1);
    expect(client.result(s, mine)).toEqual({ result: 'WSA_OPERATION_ABORTED', bytes: 1 });
    expect(received()).toEqual([0, 3]);
    expect(client.result(s, theirs)).toEqual({ result: '0', bytes: 1 });
  });

  test('of a send that ended is its own, and runs once, however many sends have ended since, and one of a thread that has exited never', () => {
    const log: string[] = [];
    const send = (name: string, thread: number) => {
      const lpOverlapped = overlapped();
      client.send(s, pattern(0, 1), { overlapped: lpOverlapped, routine: () => log.push(name), thread });
      return lpOverlapped;
    };
    const wholly = () => {
      far.env('room', s, 0);
      const all = [send('exited', 5), send('waits', 6), ...Array.from({ length: 20 }, (_, i) => send(`${i}`, 1))];
      far.env('room', s, 22);
      expect(all.map((one) => client.result(s, one))).toEqual(all.map(() => ({ result: '0', bytes: 1 })));
    };
    wholly();
    far.exitThread?.({ ThreadHandle: 5, Reserved: 0 });
    client.sleepEx();
    // More than the slots of the queue, so that each of them comes around again.
    for (let lap = 0; lap < 3; lap++) {
      log.length = 0;
      received();
      wholly();
      client.sleepEx();
      expect(log).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    }
    log.length = 0;
    expect(client.sleepEx(6)).toBe(4);
    expect(log).toEqual(Array(4).fill('waits'));
    log.length = 0;
    received();
    wholly();
    far.exitThread?.({ ThreadHandle: 5, Reserved: 0 });
    expect(client.sleepEx(5)).toBe(5);
    expect(log).toEqual([]);
  });

  test('never runs once its thread has exited, even where the operation goes on', () => {
    far.env('exit.keeps');
    far.env('room', s, 1);
    const mine = overlapped();
    client.send(s, pattern(0, 3), { overlapped: mine, routine: () => expect.unreachable(), thread: 5 });
    far.exitThread?.({ ThreadHandle: 5, Reserved: 0 });
    expect(received()).toEqual([0, 1, 2]);
    expect(client.sleepEx(5)).toBe(0);
    expect(client.result(s, mine)).toEqual({ result: '0', bytes: 3 });
  });
});

describe('WSPCancelIo', () => {
  test('of one operation ends that one, counts what left, and lets the others follow', () => {
    const first = pending(3, 1);
    const second = overlapped();
    client.send(s, pattern(3, 2), { overlapped: second });
    expect(client.call('WSPCancelIo', s, first)).toBe('0');
    expect(client.result(s, first)).toEqual({ result: 'WSA_OPERATION_ABORTED', bytes: 1 });
    expect(client.result(s, second).result).toBe('WSA_IO_INCOMPLETE');
    expect(received()).toEqual([0, 3, 4]);
    expect(client.result(s, second)).toEqual({ result: '0', bytes: 2 });
  });

  test('of a socket ends all its operations, and finds none the next time', () => {
    pending(3);
    client.send(s, pattern(3, 2), { overlapped: overlapped() });
    expect(client.call('WSPCancelIo', s, null)).toBe('0');
    expect(client.upcalled).toEqual(Array(2).fill('WPUCompleteOverlappedRequest WSA_OPERATION_ABORTED 0'));
    expect(client.call('WSPCancelIo', s, null)).toBe('1168');
    expect(received()).toBe('idle');
  });

  test('leaves a blocking call alone, and SIO_FLUSH does too', async () => {
    const first = pending(3);
    const blocked = client.begin(s, pattern(0, 2), { thread: 2 });
    expect(client.ioctl(s, ioctlCodes.SIO_FLUSH)).toBe('0');
    expect(client.result(s, first)).toEqual({ result: 'WSA_OPERATION_ABORTED', bytes: 0 });
    expect(client.call('WSPCancelIo', s, null)).toBe('1168');
    expect(received()).toEqual([0, 1]);
    expect(await blocked).toEqual({ result: '0', bytes: 2 });
  });
});

describe('WSPShutdown and WSPCloseSocket', () => {
  test('SD_SEND lets what pends be sent, then the stream ends', () => {
    const lpOverlapped = pending(3, 1);
    expect(client.call('WSPShutdown', s, shutdownHow.SD_SEND)).toBe('0');
    expect([received(), received(), received()]).toEqual([[0, 1, 2], 'eof', 'idle']);
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 3 });
  });

  test('SD_RECEIVE does not stop sending', () => {
    expect(client.call('WSPShutdown', s, shutdownHow.SD_RECEIVE)).toBe('0');
    expect(client.send(s, pattern(0, 1)).result).toBe('0');
  });

  test('a close ends what pends with WSA_OPERATION_ABORTED, indicates it, and delivers what was taken', () => {
    const calls: number[][] = [];
    far.env('room', s, 2);
    const evented = overlapped();
    client.send(s, pattern(0, 5), { overlapped: evented });
    client.send(s, pattern(5, 5), { overlapped: overlapped(), routine: (error, bytes) => calls.push([error, bytes]) });
    expect(client.call('WSPCloseSocket', s)).toBe('0');
    expect(evented.hEvent!.signalled).toBe(true);
    client.sleepEx();
    expect(calls).toEqual([[995, 0]]);
    expect(client.result(s, evented).result).toBe('WSAENOTSOCK');
    expect([evented.Internal, evented.InternalHigh]).toEqual([995, 2]);
    expect([received(), received(), received()]).toEqual([[0, 1], 'eof', 'idle']);
  });

  test('a close with SO_LINGER on and 0 loses what was taken and resets the peer', () => {
    client.send(s, pattern(0, 5));
    expect(client.set(s, socketOptions.SO_LINGER, { l_onoff: 1, l_linger: 0 })).toBe('0');
    client.call('WSPCloseSocket', s);
    expect(far.recv(s)).toEqual({ kind: 'error', errno: 10054 });
    expect(received()).toBe('idle');
  });
});

describe('a break of the circuit', () => {
  test.each([
    ['peer.reset', 'WSAECONNRESET'],
    ['keepalive.failed', 'WSAENETRESET'],
    ['circuit.timeout', 'WSAECONNABORTED'],
    ['network.down', 'WSAENETDOWN'],
  ])('%s ends what pends and every later send with %s', async (kind, code) => {
    const lpOverlapped = pending(3, 1);
    const blocked = client.begin(s, pattern(3, 2), { thread: 2 });
    far.env(kind, s);
    expect(client.result(s, lpOverlapped)).toEqual({ result: code, bytes: 1 });
    expect(await blocked).toEqual({ result: code, bytes: undefined });
    expect(client.send(s, pattern(0, 1))).toEqual({ result: code, bytes: undefined });
    expect(client.send(s, pattern(0, 1), { overlapped: overlapped() }).result).toBe(code);
    expect(received()).toBe('idle');
  });

  test('arrives at the next settle where the tester delays it', () => {
    far.env('arrival.delay', s);
    far.env('peer.reset', s);
    expect(client.send(s, pattern(0, 1)).result).toBe('0');
    far.settle();
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAECONNRESET');
  });

  test('by a peer that closed comes after the first send', () => {
    far.env('peer.close', s);
    far.settle();
    expect(client.send(s, pattern(0, 3))).toEqual({ result: '0', bytes: 3 });
    far.settle();
    expect(client.send(s, pattern(0, 3)).result).toBe('WSAECONNRESET');
  });

  test('by a peer that closed with bytes unread ends what pends at the next settle', () => {
    const lpOverlapped = pending(3, 1);
    far.env('peer.close', s);
    expect(client.result(s, lpOverlapped).result).toBe('WSA_IO_INCOMPLETE');
    far.settle();
    expect(client.result(s, lpOverlapped)).toEqual({ result: 'WSAECONNRESET', bytes: 1 });
  });

  test('after the close loses what the peer has not read', () => {
    client.send(s, pattern(0, 3));
    client.call('WSPCloseSocket', s);
    far.env('circuit.timeout', s);
    expect(received()).toBe('idle');
  });

  test('does not come of an orderly close of both sides', () => {
    client.call('WSPShutdown', s, shutdownHow.SD_BOTH);
    expect(received()).toBe('eof');
    far.env('peer.close', s);
    far.settle();
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAESHUTDOWN');
  });

  test('of the whole network concerns sockets that come later', () => {
    far.env('network.down');
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAENETDOWN');
    expect(client.send(client.socket(), pattern(0, 1)).result).toBe('WSAENETDOWN');
  });

  test('of the whole network is reported by every send, where breaks arrive late too', () => {
    far.env('arrival.delay', s);
    far.env('network.down');
    expect(client.send(s, pattern(0, 0), { overlapped: overlapped() }).result).toBe('WSAENETDOWN');
    expect(client.send(s, pattern(0, 0)).result).toBe('WSAENETDOWN');
  });
});

test('operations come from a pool and all go back to it', () => {
  for (let round = 0; round < 50; round++) {
    const t = client.socket({ overlapped: true });
    far.env('room', t, 1);
    for (let i = 0; i < 20; i++) {
      client.send(t, pattern(0, i), { overlapped: overlapped(), routine: i % 2 === 0 ? () => {} : null, thread: 1 + (i % 3) });
    }
    far.recv(t, 30);
    if (round % 3 === 0) far.env('peer.reset', t);
    far.settle();
    client.call('WSPCloseSocket', t);
    for (const thread of [1, 2, 3]) client.sleepEx(thread);
    far.recv(t);
  }
  client.upcalled.length = 0;
  for (let i = 0; i < 20; i++) client.send(s, pattern(0, 1), { overlapped: overlapped(), routine: () => {} });
  expect(client.sleepEx()).toBe(20);
});
