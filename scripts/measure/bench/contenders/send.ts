/** The whole WSPSend (parameters checked, state looked up, count written) and the write to the ring that is in it. */

import { Arena, ByteRing, RegisteredByteRing } from '../../../../impl/rings.ts';
import { ioctlCodes, WSA_FLAG_OVERLAPPED } from '../../../../model/winsock/codes.ts';
import { type Cell, storeCompletion, type WSABUF, type WSPUPCALLTABLE } from '../../../../model/winsock/spi.ts';
import { connectOn } from '../../ringSocket.ts';
import { type Contest, seeAll, serve, verifyMessages } from '../serve.ts';

const capacity = 1 << 18;
let looks = 0;

/** What a transport does: it looks at what there is, and gives the room back. */
const drain = (ring: ByteRing | RegisteredByteRing): void => {
  const { bytes, index, first, second } = ring.regions();
  looks += bytes[index]! + second;
  ring.skip(first + second);
};

const nothingToCallUp = () => {
  throw new Error('A send that is taken at once needs neither an APC nor its event reset');
};

/** How a message is sent, and how a socket is. */
interface Way {
  readonly ring?: ByteRing | RegisteredByteRing;
  readonly isDatagram?: boolean;
  readonly isOverlapped?: boolean;
  /** How many bytes a message has, by the size of the case. */
  readonly lengthOf?: (size: number) => number;
  /** The WSABUFs of one send or of several. */
  buffersOf(message: Uint8Array): readonly WSABUF[][];
}

const whole = (message: Uint8Array): WSABUF[][] => [[{ len: message.length, buf: message }]];

/** A connected nonblocking socket whose transport is `drain`, and the way to send one message on it. */
const sending = ({
  ring = new ByteRing(capacity),
  isDatagram = false,
  isOverlapped = false,
  lengthOf = (size) => size,
  buffersOf,
}: Way): Contest => {
  const upcalls: WSPUPCALLTABLE = {
    WPUQueueApc: nothingToCallUp,
    WPUCompleteOverlappedRequest(_s, lpOverlapped, dwError, cbTransferred) {
      storeCompletion(lpOverlapped, dwError, cbTransferred);
      return 0;
    },
    WPUResetEvent: nothingToCallUp,
  };
  const { spi, s, lpErrno, takeDatagram } = connectOn(ring, upcalls, isOverlapped ? WSA_FLAG_OVERLAPPED : 0, isDatagram);
  spi.WSPIoctl(s, ioctlCodes.FIONBIO, 1, lpErrno);
  const sent: Cell = { value: undefined };
  const hEvent = { signalled: false };
  const lpOverlapped = isOverlapped ? { Internal: 0, InternalHigh: 0, hEvent } : null;
  const take = (): void => {
    if (!isDatagram) drain(ring);
    else for (let length = takeDatagram(); length >= 0; length = takeDatagram()) ring.skip(length);
  };
  const messageFor = (source: Uint8Array): Uint8Array => {
    const length = lengthOf(source.length);
    return length === source.length ? source : new Uint8Array(source.buffer, source.byteOffset, length);
  };
  return {
    run(source, times) {
      const message = messageFor(source);
      const parts = buffersOf(message);
      const count = parts.length;
      const buffers = parts[0]!;
      const { length } = buffers;
      for (let i = 0; i < times; i++) {
        for (let part = 1; part < count; part++) spi.WSPSend(s, parts[part]!, length, sent, 0, lpOverlapped, null, null, lpErrno);
        spi.WSPSend(s, buffers, length, sent, 0, lpOverlapped, null, null, lpErrno);
        if (ring.used > capacity / 2) take();
      }
      if (sent.value !== message.length / count)
        throw new Error(`every send must be taken whole: ${sent.value} of ${message.length / count}`);
    },
    verify(size) {
      take();
      verifyMessages(lengthOf(size), (message, see) => {
        for (const buffers of buffersOf(message)) {
          hEvent.signalled = false;
          const result = spi.WSPSend(s, buffers, buffers.length, sent, 0, lpOverlapped, null, null, lpErrno);
          const length = buffers.reduce((sum, { len }) => sum + len, 0);
          if (result !== 0 || sent.value !== length)
            throw new Error(`WSPSend must send ${length} bytes: ${sent.value}, errno ${lpErrno.value}`);
          if (hEvent.signalled !== isOverlapped) throw new Error('an overlapped send that returns zero must have set its event');
          if (isDatagram && takeDatagram() !== length) throw new Error(`a datagram of ${length} bytes must have arrived`);
        }
        seeAll(ring, see);
      });
    },
  };
};

/** So many bytes has each buffer of a gather, whose number is the size of the case. */
const partLength = 16;
const partsLength = (size: number): number => size * partLength;
const partsOf = (message: Uint8Array): WSABUF[] =>
  Array.from({ length: message.length / partLength }, (_, i) => ({
    len: partLength,
    buf: message.subarray(i * partLength, (i + 1) * partLength),
  }));

await serve({
  WSPSend: () => sending({ buffersOf: whole }),
  overlapped: () => sending({ isOverlapped: true, buffersOf: whole }),
  datagram: () => sending({ isDatagram: true, buffersOf: whole }),
  overlappedDatagram: () => sending({ isDatagram: true, isOverlapped: true, buffersOf: whole }),

  gathered: () => sending({ lengthOf: partsLength, buffersOf: (message) => [partsOf(message)] }),
  apart: () => sending({ lengthOf: partsLength, buffersOf: (message) => partsOf(message).map((buffer) => [buffer]) }),
  writes() {
    const ring = new ByteRing(capacity);
    return {
      run(source, times) {
        const parts = partsOf(new Uint8Array(source.buffer, source.byteOffset, partsLength(source.length)));
        for (let i = 0; i < times; i++) {
          for (let part = 0; part < parts.length; part++) ring.offer(parts[part]!.buf!, partLength);
          if (ring.used > capacity / 2) drain(ring);
        }
      },
      verify(size) {
        drain(ring);
        verifyMessages(partsLength(size), (message, see) => {
          for (const { buf, len } of partsOf(message)) ring.offer(buf!, len);
          seeAll(ring, see);
        });
      },
    };
  },

  registered() {
    const arena = new Arena(2 ** 21);
    const registered = arena.allocate(2 ** 20);
    // At the same offset into a page as the message that is given.
    const toRegistered = (message: Uint8Array): Uint8Array => {
      const offset = (message.byteOffset - registered.byteOffset) & 4095;
      registered.set(message, offset);
      return registered.subarray(offset, offset + message.length);
    };
    return sending({ ring: new RegisteredByteRing(arena, capacity), buffersOf: (message) => whole(toRegistered(message)) });
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
