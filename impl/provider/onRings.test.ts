import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AF_INET, errorCodes, socketTypes, WSA_FLAG_OVERLAPPED } from '../../model/winsock/codes.ts';
import type { Cell, WSAOVERLAPPED, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { Arena, ByteRing, RegisteredByteRing, startOnRings } from '../rings.ts';

const capacity = 64;
const arena = new Arena(2 ** 20);
const registered = arena.allocate(4096);

const rings = {
  ByteRing: () => new ByteRing(capacity),
  RegisteredByteRing: (() => {
    const ring = new RegisteredByteRing(arena, capacity);
    return () => ring;
  })(),
};

const stepArb = fc.oneof(
  fc.record({ do: fc.constant('send' as const), lengths: fc.array(fc.nat(40), { maxLength: 4 }), isRegistered: fc.boolean() }),
  fc.record({ do: fc.constant('drain' as const), length: fc.nat(capacity) }),
);

// ByteOrder, ByteConservation
// What:  what overlapped sends carry comes out of the ring in the order of posting, and each indication counts all the bytes of its send.
// How:   one array of what was posted; buffers from the Arena of the ring and from elsewhere.
// Kills: a pump that lets a later send pass, a registered buffer whose offset is forgotten, an indication before the last byte.
test.each(Object.entries(rings))('sends on a %s that their caller drains leave in order', (_, ringOf) => {
  fc.assert(
    fc.property(fc.array(stepArb, { maxLength: 40 }), (steps) => {
      const ring = ringOf();
      ring.skip(ring.used);
      const indicated: [WSAOVERLAPPED, number, number][] = [];
      const upcalls: WSPUPCALLTABLE = {
        WPUQueueApc: () => 0,
        WPUResetEvent: () => true,
        WPUCompleteOverlappedRequest(_s, lpOverlapped, dwError, cbTransferred) {
          indicated.push([lpOverlapped, dwError, cbTransferred]);
          return 0;
        },
      };
      const lpErrno: Cell = { value: undefined };
      const sent: Cell = { value: undefined };
      const { spi, pump } = startOnRings(upcalls, () => ring);
      const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED, lpErrno);
      spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
      const posted: number[] = [];
      const left: number[] = [];
      const operations: [WSAOVERLAPPED, number][] = [];
      let place = 0;
      const bufferOf = (length: number, isRegistered: boolean): Uint8Array => {
        const buf = isRegistered ? registered.subarray(place, place + length) : new Uint8Array(length);
        place = (place + length) % 2048;
        for (let i = 0; i < length; i++) buf[i] = (posted.length + i) % 251;
        posted.push(...buf);
        return buf;
      };
      const drain = (most: number): void => {
        const { bytes, index, first, second } = ring.regions();
        const held = [...bytes.subarray(index, index + first), ...bytes.subarray(0, second)].slice(0, most);
        left.push(...held);
        ring.skip(held.length);
        pump(s);
      };
      for (const step of steps) {
        if (step.do === 'drain') drain(step.length);
        // Few wait at a time, so that the registered buffers of those are not overwritten.
        else if (operations.length - indicated.length < 8) {
          const buffers = step.lengths.map((len) => ({ len, buf: bufferOf(len, step.isRegistered) }));
          const asked = step.lengths.reduce((sum, length) => sum + length, 0);
          const lpOverlapped: WSAOVERLAPPED = { Internal: 0, InternalHigh: 0, hEvent: { signalled: false } };
          const rc = spi.WSPSend(s, buffers, buffers.length, sent, 0, lpOverlapped, null, null, lpErrno);
          if (rc === 0) expect(sent.value).toBe(asked);
          else expect(lpErrno.value).toBe(errorCodes.WSA_IO_PENDING);
          operations.push([lpOverlapped, asked]);
        }
      }
      while (left.length < posted.length) drain(capacity);
      expect(left).toEqual(posted);
      // A send of no bytes waits for nothing, so that indications need not come in the order of posting.
      expect(indicated.length).toBe(operations.length);
      const countOf = new Map(indicated.map(([lpOverlapped, dwError, cbTransferred]) => [lpOverlapped, [dwError, cbTransferred]]));
      for (const [lpOverlapped, asked] of operations) expect(countOf.get(lpOverlapped)).toEqual([0, asked]);
    }),
    { numRuns: 300 },
  );
});
