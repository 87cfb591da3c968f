/** A connected stream socket of our provider whose send buffer is a given ring; its transport is whoever holds the ring. */

import type { Socket } from '../impl/provider/sockets.ts';
import { Provider } from '../impl/provider/state.ts';
import { tableOf } from '../impl/provider/table.ts';
import { scheduled } from '../impl/provider/waiting.ts';
import type { ByteRing } from '../impl/ring/byteRing.ts';
import { AF_INET, socketTypes } from '../model/winsock/codes.ts';
import type { Cell, WSPUPCALLTABLE } from '../model/winsock/spi.ts';

/** `dwFlags` are those of WSPSocket. `socket` is what the provider itself knows the socket by, for its `pump`. */
export const connectOn = (ring: ByteRing, upcalls: WSPUPCALLTABLE, dwFlags: number) => {
  let socket: Socket | undefined;
  const transport = {
    connect(connected: Socket) {
      socket = connected;
      connected.buffer = ring;
    },
    finish() {},
    awaitRoom: () => false,
  };
  const provider = new Provider(upcalls, transport, scheduled);
  const spi = tableOf(provider);
  const lpErrno: Cell = { value: 0 };
  const s = spi.WSPSocket(AF_INET, socketTypes.SOCK_STREAM, 0, null, 0, dwFlags, lpErrno);
  spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
  return { provider, spi, s, lpErrno, socket: socket! };
};
