/** What one WSPStartup made: the sockets, the operations under way, and how this provider is put together. */

import type { SOCKET, WSAOVERLAPPED, WSPUPCALLTABLE } from '../../model/winsock/spi.ts';
import { Completions } from './completion.ts';
import type { Operation } from './operation.ts';
import { Armed, type Socket, SocketTable } from './sockets.ts';
import type { Switches } from './switches.ts';
import type { Waiting } from './waiting.ts';

/** How a socket gets its way to the peer. */
export interface Transport {
  connect(socket: Socket): void;
  /** Nothing will be sent any more: after what the buffer holds comes the end of the stream. */
  finish(socket: Socket): void;
  /**
   * A send waits for room. True when there is some by now; else the transport sees to it that the socket is pumped again. Null where
   * what makes room pumps anyway.
   */
  readonly awaitRoom: ((socket: Socket) => boolean) | null;
}

export class Provider {
  readonly upcalls: WSPUPCALLTABLE;
  readonly transport: Transport;
  /** The transport has to be asked for room. */
  readonly asksForRoom: boolean;
  readonly waiting: Waiting;
  /** How every new socket has its switches, where that is not how this provider has them. */
  readonly choices: Partial<Switches>;
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

  constructor(upcalls: WSPUPCALLTABLE, transport: Transport, waiting: Waiting, choices: Partial<Switches> = {}) {
    this.upcalls = upcalls;
    this.transport = transport;
    this.asksForRoom = transport.awaitRoom !== null;
    this.waiting = waiting;
    this.choices = choices;
    this.completions = new Completions(upcalls);
  }

  /** The operation of an OVERLAPPED that has not been indicated, or the blocked call that fills it; undefined when there is none. */
  outstanding(lpOverlapped: WSAOVERLAPPED): Operation | undefined {
    const isOf = (operation: Operation): boolean => operation.lpOverlapped === lpOverlapped || operation.filled === lpOverlapped;
    for (const { pending } of this.sockets) {
      for (let age = 0; age < pending.length; age++) {
        if (isOf(pending.at(age))) return pending.at(age);
      }
    }
    return this.completions.outstanding.find(isOf);
  }
}
