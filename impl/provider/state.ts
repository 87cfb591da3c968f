/** What one WSPStartup made: the sockets, the operations under way, and how this provider is put together. */

import { errorCodes } from '../../model/winsock/codes.ts';
import type { Cell, SOCKET, WSAOVERLAPPED, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { Completions } from './completion.ts';
import type { Operation } from './operation.ts';
import { Armed, type Socket, SocketTable } from './sockets.ts';
import { drop, fail, pump, type Transport } from './transport.ts';
import type { Waiting } from './waiting.ts';

export class Provider {
  readonly upcalls: WSPUPCALLTABLE;
  readonly transport: Transport;
  readonly waiting: Waiting;
  readonly sockets = new SocketTable();
  readonly completions: Completions;
  /** Closed sockets whose peer has yet to read the rest and the end. */
  readonly lingering = new Map<SOCKET, Socket>();
  /** Blocking sends that have not returned. */
  blockedCalls = 0;
  isNetworkDown = false;
  /** Whether the operations of a thread end with it; the tester's to change. */
  exitCancels = true;
  /** The code that is given where it is among those that apply to a call at once; otherwise the first of them is. */
  refusalCode = 0;
  /** What sends are refused with that name no socket. */
  readonly armed = new Armed();

  constructor(upcalls: WSPUPCALLTABLE, transport: Transport, waiting: Waiting) {
    this.upcalls = upcalls;
    this.transport = transport;
    this.waiting = waiting;
    this.completions = new Completions(upcalls);
  }

  /** The socket that a call names, brought up to what its circuit did in the meantime; else null and WSAENOTSOCK. */
  look(s: SOCKET, lpErrno: Cell): Socket | null {
    const socket = this.sockets.find(s);
    if (socket === null) lpErrno.value = errorCodes.WSAENOTSOCK;
    else if (socket.arriving !== 0 && !socket.arrivesLate) fail(this, socket, socket.arriving);
    else pump(this, socket);
    return socket;
  }

  /** A closed socket lives on as what its peer has yet to read, if that is anything. */
  retire(socket: Socket): void {
    const { link } = socket;
    if (socket.pending.length > 0) {
      this.lingering.set(socket.handle, socket);
      return;
    }
    const isRead = socket.peerSees === 'nothing' || (socket.isDatagram && (link === null || link.datagrams.length === 0));
    if (isRead || !socket.isConnected) this.lingering.delete(socket.handle);
    else this.lingering.set(socket.handle, socket);
    if (isRead || link === null || socket.peerSees === 'reset') drop(socket);
    else link.compact(socket);
  }

  /** The operation of an OVERLAPPED that has not been indicated; undefined when there is none. */
  outstanding(lpOverlapped: WSAOVERLAPPED): Operation | undefined {
    for (const { pending } of this.sockets) {
      for (let age = 0; age < pending.length; age++) {
        if (pending.at(age).lpOverlapped === lpOverlapped) return pending.at(age);
      }
    }
    return this.completions.outstanding.find((operation) => operation.lpOverlapped === lpOverlapped);
  }
}
