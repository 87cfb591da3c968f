/** The whole WSPSend, with the parameters checked, the state asked and the count written, beside the write to the ring that is in it. */

import { Arena, ByteRing, RegisteredByteRing } from '../../../../impl/rings.ts';
import { ioctlCodes } from '../../../../model/winsock/codes.ts';
import type { Cell, WSABUF } from '../../../../model/winsock/spi.ts';
import { connectOn } from '../../ringSocket.ts';
import { type Contest, seeAll, serve, verifyMessages } from '../serve.ts';

const capacity = 2 ** 18;
let looks = 0;

/** What a transport does: it looks at what there is, and gives the room back. */
const drain = (ring: ByteRing | RegisteredByteRing): void => {
  const { bytes, index, first, second } = ring.regions();
  looks += bytes[index]! + second;
  ring.skip(first + second);
};

const nothingToCallUp = () => {
  throw new Error('A send without an OVERLAPPED is indicated by its return alone');
};

/** A connected nonblocking stream socket whose transport is `drain`, and the way to send one message on it. */
const sending = (buffersOf: (message: Uint8Array) => WSABUF[], ring: ByteRing | RegisteredByteRing = new ByteRing(capacity)): Contest => {
  const upcalls = { WPUQueueApc: nothingToCallUp, WPUCompleteOverlappedRequest: nothingToCallUp, WPUResetEvent: nothingToCallUp };
  const { spi, s, lpErrno } = connectOn(ring, upcalls, 0);
  spi.WSPIoctl(s, ioctlCodes.FIONBIO, 1, lpErrno);
  const sent: Cell = { value: undefined };
  return {
    run(source, times) {
      const buffers = buffersOf(source);
      const { length } = buffers;
      for (let i = 0; i < times; i++) {
        spi.WSPSend(s, buffers, length, sent, 0, null, null, null, lpErrno);
        if (ring.used > capacity / 2) drain(ring);
      }
      if (sent.value !== source.length) throw new Error(`every send must be taken whole: ${sent.value} of ${source.length}`);
    },
    verify(size) {
      drain(ring);
      verifyMessages(size, (message, see) => {
        const buffers = buffersOf(message);
        const result = spi.WSPSend(s, buffers, buffers.length, sent, 0, null, null, null, lpErrno);
        if (result !== 0 || sent.value !== size) throw new Error(`WSPSend must send ${size} bytes: ${sent.value}, errno ${lpErrno.value}`);
        seeAll(ring, see);
      });
    },
  };
};

await serve({
  WSPSend: () => sending((message) => [{ len: message.length, buf: message }]),

  gathered: () =>
    sending((message) => {
      const half = message.length >> 1;
      return [message.subarray(0, half), message.subarray(half)].map((buf) => ({ len: buf.length, buf }));
    }),

  registered() {
    const arena = new Arena(2 ** 21);
    const ring = new RegisteredByteRing(arena, capacity);
    const registered = arena.allocate(2 ** 20);
    // At the same offset into a page as the message that is given.
    const toRegistered = (message: Uint8Array): Uint8Array => {
      const offset = (message.byteOffset - registered.byteOffset) & 4095;
      registered.set(message, offset);
      return registered.subarray(offset, offset + message.length);
    };
    return sending((message) => [{ len: message.length, buf: toRegistered(message) }], ring);
  },

  bare() {
    const ring = new ByteRing(capacity);
    return {
      run(source, times) {
        const { length } = source;
        for (let i = 0; i < times; i++) {
          ring.offer(source, length);
          if (ring.used > capacity / 2) drain(ring);
        }
      },
      verify(size) {
        drain(ring);
        verifyMessages(size, (message, see) => {
          ring.offer(message, size);
          seeAll(ring, see);
        });
      },
    };
  },
});

// Whatever is never used might not be computed.
if (looks < 0) process.exitCode = 1;
