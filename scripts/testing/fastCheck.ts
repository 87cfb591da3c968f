/**
 * Arbitraries for fast-check: `wspsend/fast-check`. All of them shrink: to fewer steps, and to simpler ones.
 *
 *   steps()             single steps of trace/1, well-formed and in no order
 *   traces(options)     traces that a profile accepts, each step chosen among those that are permitted where it stands
 *   requests(options)   what to ask of a provider: `replay` asks it, and judges what comes back
 */

import * as fc from 'fast-check';
import type { Profile } from '../../model/clauses/profiles.ts';
import { Oracle } from '../../model/oracle/oracle.ts';
import type { World } from '../../model/oracle/world.ts';
import { permittedReturns } from '../../model/permits/permits.ts';
import { errorCodes, sendFlags } from '../../model/winsock/codes.ts';
import type { Request, TraceStep } from '../../model/winsock/trace.ts';
import { requestsOfTrace } from '../../properties/conversation/requestsOfTrace.ts';

// ---- Single steps --------------------------------------------------------------------------------------------------------------

const names = fc.constantFrom('A', 'B');
const overlappeds = fc.constantFrom('o1', 'o2', 'o3');
const codes = fc.constantFrom(...Object.keys(errorCodes));
const ok = { rc: 0 } as const;

/** A length of a buffer in bytes, from 0 to 4096. */
const lengths = fc.integer({ min: 0, max: 4096 });
const returned = fc.oneof(fc.record({ rc: fc.constant(0), bytes: lengths }), fc.record({ rc: fc.constant(-1), errno: codes }));

/** Steps of trace/1 of every kind but calls that begin and end on lines of their own: well-formed, and permitted or not. */
export const steps = (): fc.Arbitrary<TraceStep> =>
  fc.oneof(
    fc.record({
      call: fc.constant('WSPSocket'),
      socket: names,
      type: fc.constantFrom('SOCK_STREAM', 'SOCK_DGRAM'),
      overlapped: fc.boolean(),
      returns: fc.constant(ok),
    }),
    fc.record({ call: fc.constantFrom('WSPBind', 'WSPConnect', 'WSPCloseSocket'), socket: names, returns: fc.constant(ok) }),
    fc.record({
      call: fc.constant('WSPShutdown'),
      socket: names,
      how: fc.constantFrom('SD_SEND', 'SD_RECEIVE', 'SD_BOTH'),
      returns: fc.constant(ok),
    }),
    fc.record(
      {
        call: fc.constant('WSPSend'),
        socket: names,
        buffers: fc.array(lengths, { maxLength: 3 }),
        fill: fc.integer({ min: 0, max: 250 }),
        flags: fc.subarray(Object.keys(sendFlags)),
        overlapped: overlappeds,
        event: fc.boolean(),
        returns: returned,
      },
      { requiredKeys: ['call', 'socket', 'buffers', 'returns'] },
    ),
    fc.record({ call: fc.constant('WSPGetOverlappedResult'), socket: names, overlapped: overlappeds, returns: returned }),
    fc.record({ poll: fc.constant('event'), overlapped: overlappeds, signalled: fc.boolean() }),
    fc.record({
      peer: fc.constant('recv'),
      socket: names,
      runs: fc.array(fc.tuple(fc.integer({ min: 0, max: 250 }), lengths), { maxLength: 2 }),
    }),
    fc.record({ env: fc.constantFrom('peer.reset', 'peer.close', 'circuit.timeout'), socket: names }),
    fc.constant({ env: 'settle' }),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<TraceStep>;

// ---- Traces --------------------------------------------------------------------------------------------------------------------

export interface TraceOptions {
  /** The profile that accepts the traces. Default `page`. */
  readonly profile?: Profile;
  /** The most steps of a trace behind those that connect a stream. Default 30. */
  readonly maxLength?: number;
  /** Overlapped sockets and sends as well. Default true. */
  readonly overlapped?: boolean;
}

/** Two decisions: which step, and which of its permitted outcomes. */
type Decision = readonly [what: number, outcome: number];
const decisions = (maxLength: number): fc.Arbitrary<readonly Decision[]> =>
  fc.array(fc.tuple(fc.nat(2 ** 16), fc.nat(2 ** 16)), { maxLength });

/** Traces that the profile accepts: one socket or two, sends of every kind, results, polls, closes, failures, and what the peer reads. */
export const traces = ({ profile = 'page', maxLength = 30, overlapped = true }: TraceOptions = {}): fc.Arbitrary<readonly TraceStep[]> =>
  decisions(maxLength).map((chosen) => permittedTrace(chosen, profile, overlapped));

/** What may be asked of a provider: the requests of traces that the profile permits, so that they make sense in their order. */
export const requests = (options: TraceOptions = {}): fc.Arbitrary<readonly Request[]> => traces(options).map(requestsOfTrace);

function permittedTrace(chosen: readonly Decision[], profile: Profile, isOverlapped: boolean): readonly TraceStep[] {
  const oracle = new Oracle(profile);
  const trace: TraceStep[] = [];
  const take = (step: TraceStep): void => {
    // What is chosen among the permitted outcomes is permitted; a step without outcomes may not be.
    if (oracle.step(step) === undefined) trace.push(step);
  };
  for (const step of connectedStream(isOverlapped)) take(step);
  for (const [what, outcome] of chosen) {
    const possible = stepsIn(oracle.world, trace.length, isOverlapped);
    const step = possible[what % possible.length];
    if (step === undefined) break;
    if (!hasOutcomes(step)) {
      take('peer' in step ? expectedBy(oracle, step) : step);
      continue;
    }
    const returns = permittedReturns(step, oracle).filter((one) => typeof one === 'object' && one.errno !== 'any other code');
    // Half of the time the first, which mostly is a success: failures in a row lead nowhere.
    const one = (returns[outcome % (2 * returns.length)] ?? returns[0]) as Readonly<Record<string, unknown>> | undefined;
    if (one !== undefined) take(withOutcome(step, one, outcome));
  }
  return trace;
}

/** How every trace begins, so that most of its sends can succeed. */
const connectedStream = (overlapped: boolean): readonly TraceStep[] =>
  [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped, returns: ok },
    { call: 'WSPConnect', socket: 'A', returns: ok },
  ] as TraceStep[];

const hasOutcomes = (step: TraceStep): boolean => 'poll' in step || ('call' in step && !setUp.has(step.call));
const setUp: ReadonlySet<string> = new Set(['WSPSocket', 'WSPConnect', 'WSPBind', 'WSPShutdown', 'WSPCloseSocket', 'WSPSetSockOpt']);

/** One count of a range, by the same decision. */
function withOutcome(step: TraceStep, one: Readonly<Record<string, unknown>>, outcome: number): TraceStep {
  const { bytes } = one as { bytes?: number | { least: number; most: number } };
  const returns = typeof bytes === 'object' ? { ...one, bytes: bytes.least + (outcome % (bytes.most - bytes.least + 1)) } : one;
  return ('poll' in step ? { ...step, ...returns } : { ...step, returns }) as TraceStep;
}

/** What the peer reads next, where the accepted bytes leave no choice. */
function expectedBy(oracle: Oracle, step: TraceStep): TraceStep {
  const [next] = oracle.copy().step(step)?.permitted ?? [];
  return next?.runs === undefined ? step : ({ ...step, runs: next.runs } as TraceStep);
}

/** The steps that make sense in a state, the simplest first, so that a trace shrinks towards them. */
function stepsIn(world: World, length: number, isOverlapped: boolean): readonly TraceStep[] {
  const sockets = [...world.sockets.values()].filter(({ closed }) => !closed);
  const found: object[] = [];
  if (world.sockets.size === 0)
    return [{ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: isOverlapped, returns: ok }] as TraceStep[];
  for (const socket of sockets) {
    const on = { socket: socket.name };
    if (!socket.wasConnected) found.push({ call: 'WSPConnect', ...on, returns: ok });
    const send = { call: 'WSPSend', ...on, buffers: [1 + (length % 7) * 50], fill: length * 37, returns: ok };
    const overlapped = `o${length}`;
    found.push(send, { ...send, buffers: [2, 3], flags: ['MSG_PARTIAL'] });
    if (isOverlapped) found.push({ ...send, overlapped, event: true }, { ...send, overlapped });
    found.push({ peer: 'recv', ...on, runs: [[0, 1_000_000]] }, { env: 'settle' });
    found.push({ call: 'WSPShutdown', ...on, how: 'SD_SEND', returns: ok }, { env: 'peer.reset', ...on }, { env: 'peer.close', ...on });
    found.push({ call: 'WSPCloseSocket', ...on, returns: ok });
  }
  for (const { name: overlapped, socket } of world.live) {
    found.push(
      { call: 'WSPGetOverlappedResult', socket: socket?.name ?? 'A', overlapped, returns: ok },
      { poll: 'event', overlapped, signalled: false },
    );
    if (socket !== undefined && !socket.closed) found.push({ call: 'WSPCancelIo', socket: socket.name, overlapped, returns: ok });
  }
  if (!world.sockets.has('B')) found.push({ call: 'WSPSocket', socket: 'B', type: 'SOCK_DGRAM', overlapped: false, returns: ok });
  return found as TraceStep[];
}
