/** The words that a circumstance is one of: what a ledger or a report says beyond them can be true of no step. */

import { z } from 'zod';
import { type SendFault, sendFaults, sendFlags, shutdownHow, socketTypes } from '../../model/winsock/codes.ts';
import { foreignFlags, foreignTypes } from '../../model/winsock/foreign.ts';
import { nameSet, nearestName } from '../../model/winsock/spelling.ts';
import type { EnvStep } from '../../model/winsock/trace.ts';

const plain = [
  'no socket',
  'connected',
  'not connected',
  'nonblocking',
  'reported writable',
  'hEvent',
  'routine',
  'no count',
  'no buffers',
  'no bytes',
  'pended',
  'its send failed',
  'no WSA_FLAG_OVERLAPPED',
  'inside a routine',
  'another socket was closed under its sends',
  'the OVERLAPPED was used again before its routine ran',
  'the OVERLAPPED was used before without WSA_FLAG_OVERLAPPED',
  'a send with the OVERLAPPED failed before',
  'WSPCancelIo',
  'WSPCancelIo failed',
  'WSPCloseSocket',
  'WSPRecv',
  'CreateIoCompletionPort',
  'SetFileCompletionNotificationModes',
  'SO_LINGER',
  'ExitThread',
] as const;

/** Those of an event of the circuit are its name. */
const events = {
  'peer.reset': true,
  'peer.close': true,
  'peer.shutdown': true,
  'peer.unseen': true,
  'keepalive.failed': true,
  'circuit.timeout': true,
  'network.down': true,
  'route.lost': true,
  'transport.took': true,
  settle: true,
} as const satisfies Record<EnvStep['env'], true>;

type Before<T extends string> = T | `${T} before`;
/** A trace may have flags, kinds of sockets and manners of shutdown without a name: nothing but a family is known of these. */
export type Circumstance =
  | (typeof plain)[number]
  | EnvStep['env']
  | Before<`fault ${SendFault}` | `MSG_${string}`>
  | `SOCK_${string}`
  | `WSPShutdown ${string}`;

const flags = Object.keys({ ...sendFlags, ...foreignFlags });
const types = Object.keys({ ...socketTypes, ...foreignTypes });
const faults = sendFaults.map((fault) => `fault ${fault}`);
const ways = Object.keys(shutdownHow).map((how) => `WSPShutdown ${how}`);
const words: readonly string[] = [
  ...plain,
  ...Object.keys(events),
  ...types,
  ...[...flags, ...faults].flatMap((word) => [word, `${word} before`]),
  ...ways.flatMap((word) => [word, `${word} failed`]),
];

const wordFault = (came: unknown): string => {
  const nearest = typeof came === 'string' ? nearestName(nameSet(/(?:)/, words), came) : undefined;
  const instead = nearest === undefined ? `such as "${plain.slice(0, 3).join('", "')}"` : `did you mean "${nearest}"?`;
  return `must be a circumstance: ${JSON.stringify(came)}; ${instead}`;
};

export const circumstanceSchema = z.enum(words as [string, ...string[]], { error: ({ input }) => wordFault(input) });
