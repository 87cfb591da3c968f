/** The situations that the bounded model can reach, as traces that lead there, and what a call may be asked in each. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import { isBroken } from '../../model/oracle/traced.ts';
import type { World } from '../../model/oracle/world.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { type TraceStep, traceVersion } from '../../model/winsock/trace.ts';
import { type VectorPlan, vectorsOf } from '../vectors/generate.ts';

export interface Reached {
  /** The steps that lead there, as lines. */
  readonly steps: readonly object[];
  readonly oracle: Oracle;
}

/** A trace, as a vector has it. */
export interface Way {
  readonly steps: readonly object[];
  readonly side?: 'spi' | undefined;
}

/** The ways of a plan to every situation that it reaches, the shortest first. */
export function* waysOf(plan: VectorPlan): Generator<Way> {
  for (const { steps, side } of vectorsOf(plan)) yield { steps, side };
}

/** Every situation on these ways that a profile permits, each once. */
export function* situationsOn(ways: Iterable<Way>, profile: Profile): Generator<Reached> {
  const seen = new Set<string>();
  for (const { steps, side } of ways) {
    for (let length = 1; length <= steps.length; length++) {
      const part = steps.slice(0, length);
      const key = JSON.stringify(part);
      if (seen.has(key)) continue;
      seen.add(key);
      const situation = situationAfter(part, profile, side);
      if (situation === undefined) break;
      yield situation;
    }
  }
}

/** Undefined where the profile permits no such trace. */
function situationAfter(steps: readonly object[], profile: Profile, side: 'spi' | undefined): Reached | undefined {
  const lines = [{ wspsend: traceVersion, ...(side && { side }) }, ...steps];
  const { header, steps: read } = readTrace(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const oracle = new Oracle(profile, header);
  return read.every(({ step }) => oracle.step(step) === undefined) ? { steps, oracle } : undefined;
}

/** What makes two situations one kind: the rules ask the same of them. Counts of bytes and names do not matter. */
export function kindOfSituation({ oracle: { world } }: Reached): string {
  const sockets = [...world.sockets.values()].map((socket) => [
    socket.state,
    socket.circuit,
    socket.causes,
    isBroken(world, socket.circuit),
    socket.isStream,
    socket.overlapped,
    socket.nonblocking,
    socket.closed,
    socket.sendClosed,
    socket.shutDownBoth,
    socket.maxMessage !== undefined,
    socket.toBroadcast && !socket.broadcastAllowed,
    socket.unjudged !== undefined,
  ]);
  return JSON.stringify([
    world.networkDown,
    sockets,
    operationsIn(world),
    [...world.begun.values()].map(({ state, call }) => [state, call.call]),
  ]);
}

const operationsIn = (world: World): readonly unknown[] =>
  [...world.operations.values()].map((operation) => [
    operation.state,
    operation.hasEvent,
    operation.hasRoutine,
    operation.ignored,
    operation.status ?? 'none',
    operation.cancelled || operation.closed || operation.flushed || operation.threadGone,
    operation.owed,
    operation.over !== undefined,
    operation.length === 0,
  ]);

/** The calls that can be asked about: sends in every way, each operation's result and polls, the end of each call under way. */
export function callsIn({ oracle: { world } }: Reached): readonly TraceStep[] {
  const ok = { rc: 0 } as const;
  const send = { call: 'WSPSend', socket: 'A', buffers: [1, 2], returns: ok } as const;
  const sends: readonly object[] = [
    send,
    { ...send, overlapped: 'new', event: true },
    { ...send, overlapped: 'new', routine: true },
    { ...send, overlapped: 'new', event: true, flags: ['MSG_OOB', 'MSG_PARTIAL'] },
    { ...send, flags: ['MSG_PARTIAL'] },
    { ...send, routine: true },
    { ...send, buffers: [], overlapped: 'new' },
    { ...send, buffers: [], fault: 'lpBuffers' },
  ];
  const named = [...world.operations.keys()].slice(-2);
  const ofOperations = named.flatMap((overlapped): object[] => [
    { call: 'WSPGetOverlappedResult', socket: 'A', overlapped, returns: ok },
    { call: 'WSPGetOverlappedResult', socket: 'A', overlapped, wait: true, returns: ok },
    { poll: 'event', overlapped, signalled: false },
    { poll: 'count', overlapped, written: false },
    { ...send, overlapped },
  ]);
  const ends = [...world.begun].flatMap(([number, { call }]) =>
    call.call === 'SleepEx' ? [] : [{ end: number, begun: call, returns: ok }],
  );
  const others = [
    { call: 'WSPCancelIo', socket: 'A', returns: ok },
    { call: 'WSPIoctl', socket: 'A', code: 'SIO_FLUSH', returns: ok },
  ];
  return [...sends, ...ofOperations, ...ends, ...others] as unknown as readonly TraceStep[];
}
