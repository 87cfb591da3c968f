/** What is asked: a state and a call, as an oracle that stands in the state and the step that the call would be. */

import type { Profile } from '../clauses/profiles.ts';
import { askedFor } from '../oracle/callKinds.ts';
import { type Foreseen, Oracle } from '../oracle/oracle.ts';
import type { World } from '../oracle/world.ts';
import { faultIn } from '../winsock/fault.ts';
import { readRequest, readTrace } from '../winsock/reader.ts';
import { lengthMax } from '../winsock/shape.ts';
import { type CallName, callNames, lineOf, type TraceStep, traceVersion } from '../winsock/trace.ts';
import { askedSocket, stepsTo } from './situation.ts';
import { type SocketSituation, stateShape } from './state.ts';

/** A question that cannot be answered: the message says what was required, what came, and where. */
export class UnanswerableQuestion extends RangeError {}

// ---- The state -----------------------------------------------------------------------------------------------------------------

/** Fails by UnanswerableQuestion. */
export function oracleIn(state: unknown, profile: Profile): Oracle {
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
  if (other !== undefined) throw new UnanswerableQuestion(`state must be a trace alone or a state in words: ${other} comes with trace`);
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
export function supposeRoom(oracle: Oracle, state: unknown, step: TraceStep): readonly Oracle[] {
  const { room = 'unknown' } = state as SocketSituation;
  if (room === 'unknown' || !('call' in step) || step.call !== 'WSPSend') return [oracle];
  const asked = askedFor(step);
  const part = [1, Math.floor(asked / 2), asked - 1].filter((bytes) => bytes > 0 && bytes < asked);
  if (room === 'part' && part.length === 0) throw new UnanswerableQuestion(`state.room "part" needs a send of at least 2 bytes: ${asked}`);
  const rooms = typeof room === 'number' ? [room] : { all: [lengthMax], part, none: [0] }[room];
  return rooms.map((bytes) => oracle.supposing(askedSocket, bytes));
}

/** What a step would lead to, and the world with the room in which it was tried. */
export interface ForeseenFrom extends Foreseen {
  readonly from: World;
}

/** Permitted is what is so with some of these amounts of room. */
export function foreseenIn(supposed: readonly Oracle[], step: TraceStep): ForeseenFrom | undefined {
  const found = supposed.flatMap((oracle): ForeseenFrom[] => {
    const foreseen = oracle.foresee(step);
    return foreseen === undefined ? [] : [{ ...foreseen, from: oracle.world }];
  });
  const [first] = found;
  return first === undefined ? undefined : { ...first, clauses: [...new Set(found.flatMap(({ clauses }) => clauses))] };
}

// ---- The call ------------------------------------------------------------------------------------------------------------------

const unanswered = { rc: 0 } as const;
const unseen = { event: { signalled: false }, count: { written: false }, writable: { ready: false } } as const;

/** Fails by UnanswerableQuestion. */
export function stepOf(call: unknown, oracle: Oracle): TraceStep {
  if (!isObject(call)) throw new UnanswerableQuestion(`call must be an object: ${JSON.stringify(call)}`);
  if ('end' in call) return endOf(call, oracle);
  const { call: name = 'WSPSend' } = call;
  const isPoll = 'poll' in call;
  const defaults = { call: name, socket: askedSocket, ...(name === 'WSPSend' && { buffers: [1000] }) };
  const request: Readonly<Record<string, unknown>> = isPoll ? call : { ...defaults, ...call };
  const read = readRequest(JSON.stringify(request), 1);
  if (read.kind === 'malformed') throw new UnanswerableQuestion(`call must be one of trace/1 without what comes of it: ${read.message}`);
  if (isPoll) return { ...request, ...unseen[request.poll as keyof typeof unseen] } as unknown as TraceStep;
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

/** The call in the words in which it is asked. */
export function callInWords(step: TraceStep): unknown {
  const { returns: _, begun: __, signalled: ___, written: ____, ...call } = step as unknown as Record<string, unknown>;
  return call;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
