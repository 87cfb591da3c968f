import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { SharedByteRing } from '../ring/sharedByteRing.ts';
import { Client, overlapped, pattern } from './client.ts';
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
      expect(client.send(s, i % 3 === 0 ? buffers : all)).toEqual({ result: '0', bytes: size });
      expect(unread()).toBeLessThanOrEqual(capacity);
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
});
