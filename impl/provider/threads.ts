/**
 * The same provider before a peer on another thread. A send buffer is shared memory, the peer's thread empties it, and a call
 * that waits stops its own thread until there is room: nothing is simulated, so nothing here has a World.
 *
 * Only the provider's thread touches operations, because the caller's buffers are its own. An overlapped send that pends moves on with the
 * next call that names its socket, or in an alertable wait: the peer's thread, having made room, queues an APC of the provider's.
 */

import { errorCodes } from '../../model/winsock/codes.ts';
import type { SOCKET, SpiTable, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import type { SharedApcQueue } from '../ring/sharedApcQueue.ts';
import { SharedByteRing } from '../ring/sharedByteRing.ts';
import type { Socket } from './sockets.ts';
import { Provider, type Transport } from './state.ts';
import { tableOf } from './table.ts';
import { fail, pump } from './transport.ts';
import type { Waiting } from './waiting.ts';

/** Gives a socket that connects the memory it shares with its peer: SharedByteRing.allocate made it, and the peer's thread has it too. */
export type MemoryOf = (socket: SOCKET) => SharedArrayBuffer;

/**
 * A provider whose waits stop the thread. A peer that leaves breaks the circuit: WSAECONNRESET.
 *
 * `apcs` are the APCs of this thread. It must hold one for each socket, and the peer of a socket must set its ring's `whenRoomIsAsked` to
 * queue the socket's number there. Without it, sends that pend wait for a call.
 */
export const startOnThreads = (upcalls: WSPUPCALLTABLE, memoryOf: MemoryOf, apcs?: SharedApcQueue): SpiTable => {
  const rings = new Map<Socket, SharedByteRing>();

  const transport: Transport = {
    connect(socket) {
      const ring = new SharedByteRing(memoryOf(socket.handle));
      if (apcs !== undefined) ring.whenRoomIsAsked = () => apcs.push(socket.handle);
      rings.set(socket, ring);
      socket.buffer = ring;
    },
    finish(socket) {
      rings.get(socket)?.end();
      if (!socket.isOpen) rings.delete(socket);
    },
    awaitRoom: apcs === undefined ? null : (socket) => rings.get(socket)?.askForRoom() ?? false,
  };

  const parked: Waiting = {
    park(operation, conclude) {
      const socket = operation.socket!;
      const ring = rings.get(socket)!;
      while (operation.isPending) {
        if (ring.awaitRoom()) pump(provider, socket);
        else fail(provider, socket, errorCodes.WSAECONNRESET);
      }
      return conclude(operation);
    },
  };

  const provider = new Provider(upcalls, transport, parked);
  if (apcs !== undefined) {
    apcs.apc = (handle) => {
      const socket = provider.sockets.find(handle);
      const ring = socket === null ? undefined : rings.get(socket);
      if (socket === null || ring === undefined) return;
      ring.hearOfRoom();
      if (ring.room === 0 && ring.isReaderGone) fail(provider, socket, errorCodes.WSAECONNRESET);
      else pump(provider, socket);
    };
  }
  return tableOf(provider);
};
