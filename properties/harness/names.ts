import { type Cell, INVALID_SOCKET, type SOCKET, type WSAEVENT, type WSAOVERLAPPED } from '../../model/winsock/spi.ts';
import type { Loan } from './memory.ts';

/**
 * A trace says names; the provider sees descriptors and structures. The tables between the two.
 */

/** Stands for a thing that the provider mentioned and that nobody gave it. */
export const unknownName = '(unknown)';

export interface SocketName {
  readonly handle: SOCKET;
  readonly isDatagram: boolean;
  open: boolean;
  /** The peer saw the orderly end, which is reported once. */
  ended: boolean;
}

export class Sockets {
  readonly #names = new Map<string, SocketName>();

  /** The last socket that had this name, closed or not. */
  find(name: string): SocketName | undefined {
    return this.#names.get(name);
  }

  add(name: string, handle: SOCKET, isDatagram: boolean): void {
    this.#names.set(name, { handle, isDatagram, open: true, ended: false });
  }

  /**
   * What a call on this name hands to the provider. A closed socket keeps its stale descriptor, as a caller would, unless the provider
   * gave the same number to another socket since: the name must not reach that one.
   */
  handleOf(name: string): SOCKET {
    const socket = this.#names.get(name);
    if (socket === undefined) return INVALID_SOCKET;
    return socket.open || !this.#isOpenHandle(socket.handle) ? socket.handle : INVALID_SOCKET;
  }

  #isOpenHandle(handle: SOCKET): boolean {
    for (const socket of this.#names.values()) if (socket.open && socket.handle === handle) return true;
    return false;
  }
}

/** What the last send with this OVERLAPPED left behind. */
export interface PostedSend {
  /** The lpNumberOfBytesSent that may be written late; null when none was given. */
  readonly count: Cell | null;
  readonly loan: Loan;
  readonly threadHandle: number;
  readonly hasRoutine: boolean;
  readonly socketName: string;
  readonly socket: SocketName | undefined;
  /** It has no routine, and the low bit of its hEvent is not set. */
  readonly mayGivePacket: boolean;
  skipsPort: boolean;
  /** Grows from send to send. */
  readonly order: number;
  apcQueued: boolean;
}

/** One OVERLAPPED: the same structure and the same event whenever its name is used. */
export interface OverlappedName {
  readonly name: string;
  /** Travels in the WSATHREADID, so that a queued APC is identified by the one structure that comes back with it. */
  readonly id: number;
  readonly structure: WSAOVERLAPPED;
  readonly event: WSAEVENT;
  inUse: boolean;
  last: PostedSend | undefined;
}

export class OverlappedNames {
  readonly #names = new Map<string, OverlappedName>();
  readonly #byId: OverlappedName[] = [];
  readonly #byStructure = new Map<WSAOVERLAPPED, OverlappedName>();

  of(name: string): OverlappedName {
    let slot = this.#names.get(name);
    if (slot === undefined) {
      const structure: WSAOVERLAPPED = { Internal: 0, InternalHigh: 0, hEvent: null };
      slot = { name, id: this.#byId.length + 1, structure, event: { signalled: false }, inUse: false, last: undefined };
      this.#names.set(name, slot);
      this.#byId.push(slot);
      this.#byStructure.set(structure, slot);
    }
    return slot;
  }

  byId(id: number): OverlappedName | undefined {
    return this.#byId[id - 1];
  }

  byStructure(structure: WSAOVERLAPPED | null): OverlappedName | undefined {
    return structure === null ? undefined : this.#byStructure.get(structure);
  }

  /** Every name, the oldest first. */
  all(): readonly OverlappedName[] {
    return this.#byId;
  }
}
