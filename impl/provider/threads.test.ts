import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../model/winsock/codes.ts';
import { expectSame } from '../../model/winsock/same.fixture.ts';
import { SharedApcQueue } from '../ring/sharedApcQueue.ts';
import { SharedByteRing } from '../ring/sharedByteRing.ts';
import { Client, overlapped, pattern } from './client.fixture.ts';
import type { PeerOptions, PeerReport } from './peerThread.ts';
import { startOnThreads } from './threads.ts';

// A worker cannot load TypeScript.
const built = fileURLToPath(new URL('../../.build/impl/provider/peerThread.js', import.meta.url));

const capacity = 65536;

/** A provider on this thread and the peer of its sockets on another. */
const beforePeer = (options: Omit<PeerOptions, 'memory' | 'period'> = {}) => {
  const memory = SharedByteRing.allocate(capacity);
  const client = new Client((upcalls) => startOnThreads(upcalls, () => memory));
  const worker = new Worker(built, { workerData: { memory, period: 251, ...options } satisfies PeerOptions });
  const report = new Promise<PeerReport>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  // A ring that is wrapped now knows what has been published until now.
  return { client, report, unread: () => new SharedByteRing(memory).used };
};

/** The same, with a queue of APCs between the two; the peer begins when the socket connects, since it names the socket in them. */
const withApcs = (options: Omit<PeerOptions, 'memory' | 'period' | 'apcs'> = {}) => {
  const apcs = SharedApcQueue.allocate(4);
  const queue = new SharedApcQueue(apcs);
  let report: Promise<PeerReport> | undefined;
  const memoryOf = (context: number): SharedArrayBuffer => {
    const memory = SharedByteRing.allocate(capacity);
    const workerData: PeerOptions = { memory, period: 251, apcs: { memory: apcs, context }, ...options };
    const worker = new Worker(built, { workerData });
    report = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    return memory;
  };
  const client = new Client((upcalls) => startOnThreads(upcalls, memoryOf, queue));
  const s = client.socket({ overlapped: true });
  return {
    client,
    s,
    report: report!,
    /** The provider's own APCs run in it, and then the routines that these had queued. False when the time is up. */
    sleepEx: () => queue.sleep(10_000) + client.sleepEx() > 0,
  };
};

// Built by `npm run build`, which every script does first.
describe.skipIf(!existsSync(built))('a provider before a peer on another thread', () => {
  test('blocks a send until the peer has read all but what the buffer holds', async () => {
    const started = performance.now();
    const { client, report, unread } = beforePeer({ delayMs: 200 });
    const s = client.socket();
    expect(client.send(s, pattern(0, capacity))).toEqual({ result: '0', bytes: capacity });
    expect(client.send(s, pattern(capacity, 2 * capacity))).toEqual({ result: '0', bytes: 2 * capacity });
    // The peer read nothing before its time; without it, two thirds of these bytes had nowhere to go.
    expect(performance.now() - started).toBeGreaterThan(195);
    expect(unread()).toBeLessThanOrEqual(capacity);
    client.call('WSPCloseSocket', s);
    expect(await report).toEqual({ received: 3 * capacity, wrongAt: -1 });
  });

  test('keeps order and count over 50 MB in mixed sizes, gathered and not', async () => {
    const { client, report, unread } = beforePeer();
    const s = client.socket();
    const source = pattern(0, 251 + 300_000);
    const sizes = [1, 16, 48, 49, 64, 512, 1460, 4096, 65_535, 65_536, 300_000, 7, 33, 193];
    let position = 0;
    for (let i = 0; position < 50e6; i++) {
      const size = sizes[(i * 7) % sizes.length]!;
      const start = position % 251;
      const cut = Math.floor(size / 3);
      const all = source.subarray(start, start + size);
      const buffers = [all.subarray(0, cut), all.subarray(cut)].map((buf) => ({ len: buf.length, buf }));
      const { result, bytes } = client.send(s, i % 3 === 0 ? buffers : all);
      expectSame(result, '0');
      expectSame(bytes, size);
      expectSame(unread() <= capacity, true);
      position += size;
    }
    client.call('WSPCloseSocket', s);
    expect(await report).toEqual({ received: position, wrongAt: -1 });
  });

  test('sends overlapped and blocking sends in the order of their calls', async () => {
    const { client, report } = beforePeer({ delayMs: 50, chunk: 1000 });
    const s = client.socket({ overlapped: true });
    const lpOverlapped = overlapped();
    expect(client.send(s, pattern(0, 100_000), { overlapped: lpOverlapped }).result).toBe('WSA_IO_PENDING');
    expect(client.send(s, pattern(100_000, 100_000))).toEqual({ result: '0', bytes: 100_000 });
    expect(client.result(s, lpOverlapped)).toEqual({ result: '0', bytes: 100_000 });
    const last = overlapped();
    expect(client.send(s, pattern(200_000, 100_000), { overlapped: last }).result).toBe('WSA_IO_PENDING');
    expect(client.wait(s, last)).toEqual({ result: '0', bytes: 100_000 });
    client.call('WSPCloseSocket', s);
    expect(await report).toEqual({ received: 300_000, wrongAt: -1 });
  });

  test('ends a blocked send with WSAECONNRESET when the peer leaves', async () => {
    const { client, report } = beforePeer({ leaveAfter: 1000 });
    const s = client.socket();
    expect(client.send(s, pattern(0, 5 * capacity))).toEqual({ result: 'WSAECONNRESET', bytes: undefined });
    expect((await report).wrongAt).toBe(-1);
    expect(client.send(s, pattern(0, 1)).result).toBe('WSAECONNRESET');
  });

  test('queues the APC of a send that pends from the thread of the peer, and runs routines in an alertable wait only', async () => {
    const { client, s, report, sleepEx } = withApcs({ delayMs: 50, chunk: 1000 });
    const length = 40_000;
    const ran: [number, number, number][] = [];
    const sends = 50;
    for (let i = 0; i < sends; i++) {
      const routine = (error: number, bytes: number) => void ran.push([i, error, bytes]);
      const { result } = client.send(s, pattern(i * length, length), { overlapped: overlapped(false), routine });
      expect(['0', 'WSA_IO_PENDING']).toContain(result);
    }
    // Time for the peer to read what the buffer held, and to say so.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    expect(ran).toEqual([]);
    // No call is made from here on: only APCs move the sends along.
    while (ran.length < sends) expect(sleepEx(), `${ran.length} routines ran`).toBe(true);
    expect(ran).toEqual(Array.from({ length: sends }, (_, i) => [i, 0, length]));
    client.call('WSPCloseSocket', s);
    expect(await report).toEqual({ received: sends * length, wrongAt: -1 });
  });

  test('ends a send that pends, by an APC, once the peer has left', async () => {
    const { client, s, report, sleepEx } = withApcs({ leaveAfter: 1000 });
    const ran: [number, number][] = [];
    const routine = (error: number, bytes: number) => void ran.push([error, bytes]);
    expect(client.send(s, pattern(0, 5 * capacity), { overlapped: overlapped(false), routine }).result).toBe('WSA_IO_PENDING');
    while (ran.length === 0) expect(sleepEx()).toBe(true);
    expect(ran).toEqual([[errorCodes.WSAECONNRESET, expect.any(Number)]]);
    expect(ran[0]![1]).toBeLessThanOrEqual(2 * capacity);
    expect((await report).wrongAt).toBe(-1);
  });
});
