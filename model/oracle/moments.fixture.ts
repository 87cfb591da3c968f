import { expect } from 'vitest';
import type { Profile } from '../clauses/profiles.ts';
import type { Facts } from '../compiled/compile.ts';
import type { OperationFact } from '../machines/operationWords.ts';
import type { FactRecord } from '../machines/rules.ts';
import { type TraceStep, traceVersion } from '../winsock/trace.ts';
import type { Observation } from './operationFacts.ts';
import { Oracle } from './oracle.ts';
import type { World } from './world.ts';

/** The lines that lead to a moment, in few words: all of them are about the socket A. */

export const ok = { rc: 0 } as const;
export const pending = { rc: -1, errno: 'WSA_IO_PENDING' } as const;
export const step = (fields: object): TraceStep => ({ socket: 'A', ...fields }) as TraceStep;
export const settle: TraceStep = { env: 'settle' };
export const down: TraceStep = { env: 'network.down' };
export const stream = step({ call: 'WSPSocket', type: 'SOCK_STREAM', returns: ok });
export const overlapped = step({ call: 'WSPSocket', type: 'SOCK_STREAM', overlapped: true, returns: ok });
export const datagrams = step({ call: 'WSPSocket', type: 'SOCK_DGRAM', overlapped: true, returns: ok });
export const connect = step({ call: 'WSPConnect', returns: ok });
export const nonblocking = step({ call: 'WSPIoctl', code: 'FIONBIO', value: 1, returns: ok });
export const close = step({ call: 'WSPCloseSocket', returns: ok });
export const cancel = step({ call: 'WSPCancelIo', overlapped: 'o1', returns: ok });
export const env = (kind: string): TraceStep => step({ env: kind });
export const sent = (length: number, fields: object = {}): TraceStep =>
  step({ call: 'WSPSend', buffers: [length], returns: { rc: 0, bytes: length }, ...fields });
export const failed = (errno: string): TraceStep => step({ call: 'WSPSend', buffers: [3], returns: { rc: -1, errno } });
export const posted = (length: number, name: string, fields: object = {}): TraceStep =>
  step({ call: 'WSPSend', buffers: [length], overlapped: name, returns: pending, ...fields });
export const begun = (number: number, fields: object = {}): TraceStep =>
  step({ call: 'WSPSend', buffers: [5], begin: number, thread: `t${number}`, ...fields });
export const ended = (number: number): TraceStep => ({ end: number, begun: begun(number), returns: { rc: 0, bytes: 5 } }) as TraceStep;
export const read = (...runs: readonly [number, number][]): TraceStep => step({ peer: 'recv', runs });
export const option = (name: string, value: unknown): TraceStep => step({ call: 'WSPSetSockOpt', name, value, returns: ok });
export const shutDown = (how: string): TraceStep => step({ call: 'WSPShutdown', how, returns: ok });
export const result = (name: string, returns: object): TraceStep => step({ call: 'WSPGetOverlappedResult', overlapped: name, returns });

/** Where a moment comes. */
export interface After {
  readonly what: string;
  readonly profile?: Profile;
  readonly side?: 'spi';
  /** Bytes that there is room for on the socket, where somebody says so. */
  readonly room?: number;
  readonly steps: readonly TraceStep[];
}

export const worldAfter = ({ steps, profile = 'docs', side, room }: After): World => {
  const oracle = new Oracle(profile, { wspsend: traceVersion, ...(side && { side }) });
  for (const one of steps) expect(oracle.step(one), JSON.stringify(one)).toBeUndefined();
  return room === undefined ? oracle.world : oracle.supposing('A', room).world;
};

/** The names of the facts that hold. */
export const holding = <F extends string>(names: FactRecord<F>, facts: Facts<F>): F[] =>
  (Object.keys(names) as F[]).filter((_, place) => facts.holds(place));

export interface OperationMoment extends After {
  readonly observed?: Observation;
  readonly holds: readonly OperationFact[];
}
