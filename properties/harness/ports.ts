import { codeName } from '../../model/winsock/codes.ts';
import type { PortStep } from '../../model/winsock/trace.ts';
import type { OverlappedName, PostedSend, SocketName } from './names.ts';

/**
 * Completion ports. They are the system's, as the APCs are: a provider reports a completion, and ws2_32 makes a packet of it. One port
 * serves every socket of a case.
 */

const skipsOnSuccess = 'FILE_SKIP_COMPLETION_PORT_ON_SUCCESS';

interface Packet {
  readonly posted: PostedSend;
  readonly line: PortStep;
}

export class Ports {
  readonly #bound = new Set<SocketName>();
  /** Sockets whose port is skipped where a send returns zero. */
  readonly #skipped = new Set<SocketName>();
  #packets: Packet[] = [];

  isBound(socket: SocketName | undefined): boolean {
    return socket !== undefined && this.#bound.has(socket);
  }

  bind(socket: SocketName): void {
    this.#bound.add(socket);
  }

  setModes(socket: SocketName, modes: readonly string[]): void {
    if (modes.includes(skipsOnSuccess)) this.#skipped.add(socket);
    else this.#skipped.delete(socket);
  }

  /** The provider reported how an operation ended. */
  complete(slot: OverlappedName, error: number, bytes: number): void {
    const posted = slot.last;
    if (posted === undefined || !posted.mayGivePacket || posted.skipsPort || !this.isBound(posted.socket)) return;
    const line: PortStep = { port: 'packet', socket: posted.socketName, overlapped: slot.name, error: codeName(error), bytes };
    this.#packets.push({ posted, line });
  }

  /** The send returned zero: where its port is skipped on success, what it reports gives no packet. */
  returnedZero(posted: PostedSend): void {
    if (posted.socket === undefined || !this.#skipped.has(posted.socket)) return;
    posted.skipsPort = true;
    this.#packets = this.#packets.filter((packet) => packet.posted !== posted);
  }

  /** The oldest packet, taken out of the queue. */
  dequeue(): PortStep | undefined {
    return this.#packets.shift()?.line;
  }
}
