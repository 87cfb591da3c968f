/**
 * The same provider before a transport of the caller's own, in this thread: each socket that connects is given a ring, and the caller
 * drains it. ByteRing takes bytes from wherever they lie; RegisteredByteRing copies fastest from buffers of its Arena.
 */

import type { SOCKET, SpiTable, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { LengthRing } from '../ring/lengthRing.ts';
import type { SendBuffer } from './sockets.ts';
import { Provider } from './state.ts';
import { tableOf } from './table.ts';
import { pump } from './transport.ts';
import { scheduled } from './waiting.ts';

/** Our provider on rings that its caller drains. */
export interface OnRings {
  readonly spi: SpiTable;
  /** Gives the room that the caller has made to the sends of this socket that wait. A socket that is not open has none. */
  pump(s: SOCKET): void;
  /**
   * Takes the next datagram of this socket: the first bytes that its ring holds are those of the datagram, as many as is returned. -1 when
   * there is none, and of a stream.
   */
  takeDatagram(s: SOCKET): number;
}

/** `ringOf` is asked once for each socket, when it connects. What a ring still holds when its socket is closed is the caller's to drain. */
export const startOnRings = (upcalls: WSPUPCALLTABLE, ringOf: (s: SOCKET) => SendBuffer): OnRings => {
  const provider = new Provider(
    upcalls,
    {
      connect(socket) {
        socket.buffer = ringOf(socket.handle);
        if (socket.isDatagram) socket.datagrams = new LengthRing();
      },
      finish() {},
      awaitRoom: null,
    },
    scheduled,
  );
  return {
    spi: tableOf(provider),
    pump(s) {
      const socket = provider.sockets.find(s);
      if (socket !== null) pump(provider, socket);
    },
    takeDatagram: (s) => provider.sockets.find(s)?.datagrams?.shift() ?? -1,
  };
};
