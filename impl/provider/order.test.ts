import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SOCKET, WSAOVERLAPPED } from '../../model/winsock/spi.ts';
import { Client, type Outcome, overlapped } from './client.fixture.ts';
import { WSPStartup, world } from './provider.ts';

const lengthsArb = fc.array(fc.nat(5), { maxLength: 4 });
const indexArb = fc.nat(30);
const stepArb = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('sync', 'event', 'routine'), lengths: lengthsArb, thread: fc.constantFrom(1, 2) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('recv'), max: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('room', 'takes'), value: fc.nat(6) }) },
  fc.record({ do: fc.constantFrom('cancel', 'interrupt'), which: indexArb }),
  fc.record({ do: fc.constantFrom('flush', 'sleep', 'settle', 'delay', 'blocking', 'nonblocking', 'reset', 'exit') }),
);

/** A send that was made, and every indication that came of it. */
interface Sent {
  bytes: number[];
  lpOverlapped: WSAOVERLAPPED | null;
  outcome: Outcome | null;
  thread: number;
  routines: [number, number][];
}

class Run {
  readonly client = new Client(WSPStartup);
  readonly far = world();
  readonly s: SOCKET = this.client.socket({ overlapped: true });
  readonly sends: Sent[] = [];
  readonly received: number[] = [];
  private position = 0;

  send(kind: string, lengths: readonly number[], thread: number): void {
    const buffers = lengths.map((len) => ({ len, buf: Uint8Array.from({ length: len }, () => this.position++ % 251) }));
    const sent: Sent = { bytes: buffers.flatMap(({ buf }) => [...buf]), lpOverlapped: null, outcome: null, thread, routines: [] };
    if (kind !== 'sync') sent.lpOverlapped = overlapped();
    const routine = kind === 'routine' ? (error: number, bytes: number) => sent.routines.push([error, bytes]) : null;
    const outcome = this.client.begin(this.s, buffers, { overlapped: sent.lpOverlapped, routine, thread });
    this.sends.push(sent);
    if (outcome instanceof Promise) outcome.then((ended) => (sent.outcome = ended));
    else sent.outcome = outcome;
  }

  recv(max?: number): boolean {
    const got = this.far.recv(this.s, max);
    if (got.kind === 'bytes') this.received.push(...got.bytes);
    return got.kind === 'bytes';
  }

  step(step: { do: string; lengths?: number[]; thread?: number; max?: number; value?: number; which?: number }): void {
    const { client, far, s } = this;
    const chosen = this.sends[step.which ?? -1];
    if (step.lengths !== undefined) this.send(step.do, step.lengths, step.thread!);
    else if (step.do === 'recv') this.recv(step.max);
    else if (step.do === 'room') far.env('room', s, step.value);
    else if (step.do === 'takes') far.env('transport.takes', s, step.value);
    else if (step.do === 'cancel' && chosen?.lpOverlapped) client.call('WSPCancelIo', s, chosen.lpOverlapped);
    else if (step.do === 'interrupt' && chosen) client.call('WSPCancelBlockingCall', { ThreadHandle: chosen.thread, Reserved: 0 });
    else if (step.do === 'flush') client.ioctl(s, 0x28000004);
    else if (step.do === 'sleep') client.sleepEx(1);
    else if (step.do === 'settle') far.settle();
    else if (step.do === 'delay') far.env('completion.delay', s);
    else if (step.do === 'blocking' || step.do === 'nonblocking') client.ioctl(s, 0x8004667e, step.do === 'blocking' ? 0 : 1);
    else if (step.do === 'reset') far.env('peer.reset', s);
    else if (step.do === 'exit') far.exitThread?.({ ThreadHandle: 2, Reserved: 0 });
  }
}

// ByteOrder, ByteConservation, SingleIndication
// What:  the peer receives, of each send in the order of the calls, as many of its first bytes as its result says, and nothing else;
//        each operation is indicated once, with no more bytes than it was given.
// How:   one socket with a few bytes of room, so that most sends are cut, wait, or are cancelled half way.
// Kills: first-buffer-only, dispatched-twice, a cancelled send whose rest still leaves, a send that overtakes a waiting one.
test('of every send the peer gets what its result counts, in the order of the calls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArb, { maxLength: 40 }), async (steps) => {
      const run = new Run();
      run.far.env('room', run.s, 3);
      let isBroken = false;
      let exited = false;
      for (const step of steps) {
        run.step(step);
        isBroken ||= step.do === 'reset';
        exited ||= step.do === 'exit';
        if (steps.indexOf(step) % 3 === 0) await Promise.resolve();
      }
      run.far.settle();
      while (run.recv());
      run.far.settle();
      for (const thread of [1, 2]) run.client.sleepEx(thread);
      await new Promise((resolve) => setImmediate(resolve));
      let position = 0;
      const isKnown = (from: number, length: number, bytes: readonly number[]) =>
        bytes.slice(0, length).every((byte, i) => run.received[from + i] === byte || (isBroken && from + i >= run.received.length));
      for (const sent of run.sends) {
        expect(sent.outcome).not.toBeNull();
        const { result, bytes } = sent.outcome!;
        const ov = sent.lpOverlapped;
        let left = bytes ?? 0;
        if (result === 'WSAEINTR' || (ov === null && exited && result === 'WSA_OPERATION_ABORTED')) {
          // Only the peer knows how many left.
          while (left < sent.bytes.length && run.received[position + left] === sent.bytes[left]) left++;
        }
        if (result === 'WSA_IO_PENDING') {
          expect(ov!.Internal).not.toBe(0x103);
          left = ov!.InternalHigh;
        }
        expect(left).toBeLessThanOrEqual(sent.bytes.length);
        expect(isKnown(position, left, sent.bytes)).toBe(true);
        if (sent.routines.length > 0) expect(sent.routines).toEqual([[ov!.Internal, ov!.InternalHigh]]);
        position += left;
      }
      if (!isBroken) expect(run.received.length).toBe(position);
      const indications = run.client.upcalled.filter((upcall) => upcall.startsWith('WPUComplete')).length;
      const events = run.sends.filter(({ lpOverlapped }) => lpOverlapped?.hEvent?.signalled === true).length;
      expect(indications).toBe(events);
    }),
    { numRuns: 1000 },
  );
});
