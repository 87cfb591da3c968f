/** A connected socket of our provider whose send buffer is a given ring; the holder of the ring is its transport. */

import { type SendBuffer, startOnRings } from '../../impl/rings.ts';
import { AF_INET, socketTypes } from '../../model/winsock/codes.ts';
import type { Cell, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';

/** `dwFlags` are those of WSPSocket. `pump` gives room that was made to the sends that wait. */
export const connectOn = (ring: SendBuffer, upcalls: WSPUPCALLTABLE, dwFlags: number, isDatagram = false) => {
  const { spi, pump, takeDatagram } = startOnRings(upcalls, () => ring);
  const lpErrno: Cell = { value: 0 };
  const s = spi.WSPSocket(AF_INET, isDatagram ? socketTypes.SOCK_DGRAM : socketTypes.SOCK_STREAM, 0, null, 0, dwFlags, lpErrno);
  spi.WSPConnect(s, 'peer', 4, null, null, null, null, lpErrno);
  return { spi, s, lpErrno, pump: () => pump(s), takeDatagram: () => takeDatagram(s) };
};
