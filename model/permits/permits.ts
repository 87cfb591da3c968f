/**
 * What may a call give, in a state, under a profile? Every outcome that the vocabulary has is tried on the oracle, and each that it
 * permits is told with the clauses of the rules that permit it and with what follows. No order among errors is invented: of those
 * that apply at once, each is permitted.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import { type Foreseen, Oracle } from '../oracle/oracle.ts';
import { permittedOutcomes } from '../oracle/permitted.ts';
import { askedFor } from '../oracle/world.ts';
import { faultIn } from '../winsock/fault.ts';
import { readRequest, readTrace } from '../winsock/reader.ts';
import { lengthMax } from '../winsock/shape.ts';
import { type CallName, callNames, lineOf, type TraceStep, traceVersion } from '../winsock/trace.ts';
import { type Answered, blocked, type Consequence, consequenceOfResult, consequenceOfSend } from './consequence.ts';
import { askedSocket, stepsTo } from './situation.ts';
import { type SocketSituation, stateShape } from './state.ts';

export interface Question {
  readonly state: unknown;
  /**
   * A call of trace/1 without `returns`, `{"end":N}` of a call that the trace began, or a poll. Absent arguments: a send of 1000 bytes on
   * A.
   */
  readonly call: unknown;
  readonly profile: Profile;
}

export interface PermittedResult {
  /** As in a trace; `bytes` may be a range, and `"blocks"` says that the call need not have returned yet. */
  readonly returns: Readonly<Record<string, unknown>> | 'blocks';
  readonly clauses: readonly ClauseId[];
  readonly then?: Consequence;
}

export interface Answer {
  readonly profile: Profile;
  readonly state: unknown;
  readonly call: unknown;
  readonly permitted: readonly PermittedResult[];
}

/** A question that cannot be answered: the message says what was required, what came, and where. */
export class UnanswerableQuestion extends RangeError {}

/** Fails by UnanswerableQuestion. */
export function permits({ state, call, profile }: Question): Answer {
  const oracle = oracleIn(state, profile);
  const step = stepOf(call, oracle);
  const supposed = supposeRoom(oracle, state, step);
  const outcomes = permittedOutcomes(step, supposed[0]!.world, (candidate) => foreseenIn(supposed, candidate));
  const permitted = outcomes.map(({ shown, clauses, world }): PermittedResult => {
    const then = consequenceOf(step, shown, world);
    return { returns: shown, clauses: then?.operation === 'not judged' ? then.clauses : clauses, ...(then !== undefined && { then }) };
  });
  const waiting = blocks(step, oracle, supposed);
  if (waiting !== undefined) permitted.push(waiting);
  return { profile, state, call: callOf(step), permitted };
}

// ---- The state -----------------------------------------------------------------------------------------------------------------

function oracleIn(state: unknown, profile: Profile): Oracle {
  const given = isObject(state) && 'trace' in state ? recorded(state) : described(state);
  const { header, steps, malformed } = readTrace(given.map((line) => `${line}\n`).join(''));
  if (malformed !== undefined)
    throw new UnanswerableQuestion(`state.trace must be well-formed: line ${malformed.line}: ${malformed.message}`);
  const oracle = new Oracle(profile, header);
  for (const { line, step } of steps) {
    const refused = oracle.step(step);
    if (refused === undefined) continue;
    throw new UnanswerableQuestion(
      `state must be one that the page permits under ${profile}: ${lineOf(step)} (step ${line - 1} on the way there): ${refused.message} breaks ${refused.clauses.join(', ') || 'the order of steps'}`,
    );
  }
  return oracle;
}

const header = JSON.stringify({ wspsend: traceVersion });

function recorded(state: Readonly<Record<string, unknown>>): string[] {
  const { trace, ...others } = state;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new UnanswerableQuestion(`state must be a trace alone or a state in words: ${other} stands beside trace`);
  if (!Array.isArray(trace)) throw new UnanswerableQuestion(`state.trace must be a list of steps: ${JSON.stringify(trace)}`);
  const lines = trace.map((line) => JSON.stringify(line));
  return isObject(trace[0]) && 'wspsend' in trace[0] ? lines : [header, ...lines];
}

function described(state: unknown): string[] {
  const fault = faultIn(stateShape, 'state', state);
  if (fault !== undefined) throw new UnanswerableQuestion(fault);
  try {
    return [header, ...stepsTo(state as SocketSituation).map(lineOf)];
  } catch (error) {
    throw error instanceof RangeError ? new UnanswerableQuestion(error.message) : error;
  }
}

/**
 * The oracle with each amount of room that the state speaks of. A part is any number of bytes between none and all, so its ends and its
 * middle are tried.
 */
function supposeRoom(oracle: Oracle, state: unknown, step: TraceStep): readonly Oracle[] {
  const { room = 'unknown' } = state as SocketSituation;
  if (room === 'unknown' || !('call' in step) || step.call !== 'WSPSend') return [oracle];
  const asked = askedFor(step);
  const part = [1, Math.floor(asked / 2), asked - 1].filter((bytes) => bytes > 0 && bytes < asked);
  if (room === 'part' && part.length === 0) throw new UnanswerableQuestion(`state.room "part" needs a send of at least 2 bytes: ${asked}`);
  const rooms = typeof room === 'number' ? [room] : { all: [lengthMax], part, none: [0] }[room];
  return rooms.map((bytes) => oracle.supposing(askedSocket, bytes));
}

function foreseenIn(supposed: readonly Oracle[], step: TraceStep): Foreseen | undefined {
  const found = supposed.map((oracle) => oracle.foresee(step)).filter((foreseen) => foreseen !== undefined);
  const [first] = found;
  return first === undefined ? undefined : { world: first.world, clauses: [...new Set(found.flatMap(({ clauses }) => clauses))] };
}

// ---- The call ------------------------------------------------------------------------------------------------------------------

const unanswered = { rc: 0 } as const;

function stepOf(call: unknown, oracle: Oracle): TraceStep {
  if (!isObject(call)) throw new UnanswerableQuestion(`call must be an object: ${JSON.stringify(call)}`);
  if ('end' in call) return endOf(call, oracle);
  const { call: name = 'WSPSend' } = call;
  const isPoll = 'poll' in call;
  const defaults = { call: name, socket: askedSocket, ...(name === 'WSPSend' && { buffers: [1000] }) };
  const request: Readonly<Record<string, unknown>> = isPoll ? call : { ...defaults, ...call };
  const read = readRequest(JSON.stringify(request), 1);
  if (read.kind === 'malformed') throw new UnanswerableQuestion(`call must be one of trace/1 without what comes of it: ${read.message}`);
  if (isPoll) return { ...request, ...(request.poll === 'event' ? { signalled: false } : { written: false }) } as unknown as TraceStep;
  const named = name as CallName;
  if (!answerable[named] && !(named === 'WSPIoctl' && request.code === 'SIO_FLUSH')) {
    const calls = callNames.filter((call) => answerable[call]).join(', ');
    throw new UnanswerableQuestion(`call must be one that this page speaks of, ${calls} or WSPIoctl with SIO_FLUSH: ${name}`);
  }
  return { ...request, returns: unanswered } as unknown as TraceStep;
}

/** Whether the page speaks of what a call returns. */
const answerable: { readonly [call in CallName]: boolean } = {
  WSPSocket: false,
  WSPBind: false,
  WSPConnect: false,
  WSPIoctl: false,
  WSPSetSockOpt: false,
  WSPGetSockOpt: false,
  WSPSend: true,
  WSPGetOverlappedResult: true,
  WSPRecv: false,
  WSPCancelIo: true,
  WSPCancelBlockingCall: false,
  WSPShutdown: false,
  WSPCloseSocket: false,
  WSACleanup: false,
  CreateIoCompletionPort: false,
  SetFileCompletionNotificationModes: false,
  SleepEx: false,
  ExitThread: false,
};

function endOf(call: Readonly<Record<string, unknown>>, oracle: Oracle): TraceStep {
  const begun = oracle.world.begun.get(call.end as number)?.call;
  if (begun === undefined)
    throw new UnanswerableQuestion(`call.end must be the number of a call that state.trace began: ${JSON.stringify(call.end)}`);
  return { end: call.end as number, returns: unanswered, begun };
}

function callOf(step: TraceStep): unknown {
  const { returns: _, begun: __, signalled: ___, written: ____, ...call } = step as unknown as Record<string, unknown>;
  return call;
}

// ---- What follows --------------------------------------------------------------------------------------------------------------

function consequenceOf(step: TraceStep, shown: Readonly<Record<string, unknown>>, world: Foreseen['world']): Consequence | undefined {
  const call = 'end' in step ? step.begun : 'call' in step ? step : undefined;
  const answer = shown as unknown as Answered;
  if (call?.call === 'WSPSend') return consequenceOfSend(call.overlapped, askedFor(call), answer, world);
  return call?.call === 'WSPGetOverlappedResult' ? consequenceOfResult(answer) : undefined;
}

/** A number that no trace has: it stands for the call that is asked about. */
const askedNumber = -1;

/** A send that may wait: it has not returned by a settle, and success is still open to it. */
function blocks(step: TraceStep, oracle: Oracle, supposed: readonly Oracle[]): PermittedResult | undefined {
  if (!('call' in step) || step.call !== 'WSPSend') return undefined;
  const { returns: _, ...call } = step;
  const begun = { ...call, begin: askedNumber } as TraceStep;
  const waiting = oracle.foreseeAll([begun, { env: 'settle' }]);
  const asked = askedFor(step);
  const record = waiting?.world.begun.get(askedNumber);
  if (record === undefined || record.state !== waiting!.world.tables.call.stateIndex.blocked) return undefined;
  if (supposed.every(({ world }) => (world.sockets.get(step.socket)?.room ?? -1) >= asked)) return undefined;
  const later = { end: askedNumber, begun: begun as never, returns: { rc: 0, bytes: asked } } as TraceStep;
  if (oracle.foreseeAll([begun, { env: 'settle' }, later]) === undefined) return undefined;
  return { returns: 'blocks', clauses: ['Nonoverlapped:5'], then: blocked(asked) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
