/** The completion port of the naive stack: one for all its sockets, as the system has it. */

import { has } from './options.ts';
import type { Operation } from './stack.ts';

interface Packet {
  readonly operation: Operation;
  readonly line: object;
}

const packets: Packet[] = [];
let given = 0;
let latest: string | undefined;

/** An operation is over: its packet goes into the port, which is skipped for what succeeds at once where its socket says so. */
export const givePacket = (operation: Operation, isAtOnce: boolean): void => {
  const { name, socket, status, bytes } = operation;
  if (!socket.isBound || !operation.mayGivePacket) return;
  if (isAtOnce && socket.skipsPort && !has('port-not-skipped')) return;
  if (has('packet-lost') && ++given % 3 === 0) return;
  const overlapped = has('packet-of-the-last') ? (latest ?? name) : name;
  latest = name;
  const error = has('packet-says-success') ? '0' : status;
  const count = has('packet-counts-nothing') ? 0 : bytes;
  const packet: Packet = { operation, line: { port: 'packet', socket: socket.name, overlapped, error, bytes: count } };
  packets.push(packet);
  if (has('packet-twice')) packets.push(packet);
};

/** The oldest packet, whichever socket it is of. */
export const takePacket = (): Packet | undefined => packets.shift();
