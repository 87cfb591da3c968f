/** The whole of WSPSend, and the write to the ring that it comes down to. After each the transport empties the ring in place. */

import { Provider } from '../../../impl/provider/state.ts';
import { tableOf } from '../../../impl/provider/table.ts';
import { simulated } from '../../../impl/provider/transport.ts';
import { scheduled } from '../../../impl/provider/waiting.ts';
import { ByteRing } from '../../../impl/ring/byteRing.ts';
import { AF_INET, ioctlCodes, socketTypes } from '../../../model/winsock/codes.ts';
import type { Cell, WSABUF, WSPUPCALLTABLE } from '../../../model/winsock/spi.ts';
import { serve, verifyMessages } from '../serve.ts';

const capacity = 65_536;

/** A nonblocking send calls nothing up. */
const unused = (): never => {
  throw new Error('A nonblocking send must not call up');
};
const upcalls: WSPUPCALLTABLE = { WPUQueueApc: unused, WPUCompleteOverlappedRequest: unused, WPUResetEvent: unused };

await serve({
  WSPSend() {
    const provider = new Provider(upcalls, simulated, scheduled);
    const spi = tableOf(provider);
    const lpErrno: Cell = { value: undefined };
    const sent: Cell = { value: undefined };
    const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, 0, lpErrno);
    spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
    spi.WSPIoctl(s, ioctlCodes.FIONBIO, 1, lpErrno);
    const { ring } = provider.sockets.find(s)!.link!;
    return {
      run(source, times) {
        const lpBuffers: WSABUF[] = [{ len: source.length, buf: source }];
        for (let i = 0; i < times; i++) {
          if (spi.WSPSend(s, lpBuffers, 1, sent, 0, null, null, null, lpErrno) !== 0) throw new Error('The send must succeed');
          const { first, second } = ring.regions();
          ring.skip(first + second);
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          spi.WSPSend(s, [{ len: size, buf: message }], 1, sent, 0, null, null, null, lpErrno);
          if (sent.value !== size) throw new Error(`${size} bytes must be sent: ${sent.value}`);
          const { bytes, index, first, second } = ring.regions();
          see(bytes, index, first);
          see(bytes, 0, second);
          ring.skip(first + second);
        });
      },
    };
  },

  ring() {
    const ring = new ByteRing(capacity);
    return {
      run(source, times) {
        const { length } = source;
        for (let i = 0; i < times; i++) {
          if (!ring.offer(source, length)) throw new Error('The message must fit');
          const { first, second } = ring.regions();
          ring.skip(first + second);
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          ring.offer(message, size);
          const { bytes, index, first, second } = ring.regions();
          see(bytes, index, first);
          see(bytes, 0, second);
          ring.skip(first + second);
        });
      },
    };
  },
});
