/**
 * trace/1: what one line of a trace, or one request to an implementation, may be.
 *
 * The shapes below are the one source of the types, of the published JSON Schema and of the messages about a malformed line.
 * What no single line can show (numbers of begin and end) and what parsing hides (duplicate keys) is in reader.ts.
 */

import {
  type CallRequest,
  type CallStep,
  callRequestShape,
  callShape,
  codeName,
  type EndStep,
  endShape,
  plainReturns,
  start,
  thread,
} from './calls.ts';
import { choice, type Described, dword, type FieldRule, fields, flag, listOf, oneOf, optional, text, tuple, whole } from './shape.ts';

// A call is a line like any other: it is found here with the rest.
export {
  type BegunCall,
  type CallName,
  type CallRequest,
  type CallStep,
  type CountReturns,
  type CreateIoCompletionPortCall,
  callNames,
  type EndLine,
  type EndStep,
  type ExitThreadCall,
  endShape,
  endShapes,
  type OptionReturns,
  type OptionValue,
  type PlainReturns,
  type Returns,
  type RoutineCalls,
  type SetFileCompletionNotificationModesCall,
  type SleepExCall,
  type WaitReturns,
  type WSACleanupCall,
  type WSPBindCall,
  type WSPCancelBlockingCallCall,
  type WSPCancelIoCall,
  type WSPCloseSocketCall,
  type WSPConnectCall,
  type WSPGetOverlappedResultCall,
  type WSPGetSockOptCall,
  type WSPIoctlCall,
  type WSPRecvCall,
  type WSPSendCall,
  type WSPSendRequest,
  type WSPSetSockOptCall,
  type WSPShutdownCall,
  type WSPSocketCall,
} from './calls.ts';

export const traceVersion = 'trace/1';
/** Byte values repeat with this period: a `fill` or the start of a run counts only modulo it. A header may say a longer one. */
export const patternPeriod = 251;
export const patternPeriodMax = 2 ** 48;
/** The thread of a step that names none. */
export const mainThread = 'main';

// ---- Indications ---------------------------------------------------------------------------------------------------------------

const routineEnter = fields({ routine: oneOf('enter'), thread, overlapped: text, error: codeName, bytes: dword, flags: dword });
const routineLeave = fields({ routine: oneOf('leave'), thread, overlapped: text });
export const routineShape = choice('routine', [routineEnter, routineLeave], '"enter" or "leave"');
export type RoutineEnterStep = Described<typeof routineEnter>;
export type RoutineLeaveStep = Described<typeof routineLeave>;
export type RoutineStep = RoutineEnterStep | RoutineLeaveStep;

const pollEvent = fields({ poll: oneOf('event'), overlapped: text, signalled: flag });
const pollCount = fields({ poll: oneOf('count'), overlapped: text, written: flag });
/** select, WSAPoll or FD_WRITE said that a send would find room, or that it would not. */
const pollWritable = fields({ poll: oneOf('writable'), socket: text, ready: flag });
const everyPoll = '"event", "count" or "writable"';
export const pollShape = choice('poll', [pollEvent, pollCount, pollWritable], everyPoll);
export type PollEventStep = Described<typeof pollEvent>;
export type PollCountStep = Described<typeof pollCount>;
export type PollWritableStep = Described<typeof pollWritable>;
export type PollStep = PollEventStep | PollCountStep | PollWritableStep;

/** A packet was dequeued from a completion port: the status of an operation, as a routine gets it. */
export const portShape = fields({
  port: oneOf('packet'),
  socket: text,
  overlapped: text,
  error: codeName,
  bytes: dword,
});
export type PortStep = Described<typeof portShape>;

const queueApc = fields({ upcall: oneOf('WPUQueueApc'), thread, overlapped: text, returns: plainReturns });
const completeOverlapped = fields({
  upcall: oneOf('WPUCompleteOverlappedRequest'),
  overlapped: text,
  error: codeName,
  bytes: dword,
  returns: optional(plainReturns),
});
export const upcallShape = choice('upcall', [queueApc, completeOverlapped], 'a known upcall');
export type QueueApcStep = Described<typeof queueApc>;
export type CompleteOverlappedStep = Described<typeof completeOverlapped>;
export type UpcallStep = QueueApcStep | CompleteOverlappedStep;

export const callerShape = fields({
  caller: oneOf('writes', 'frees'),
  what: oneOf('buffer', 'overlapped'),
  overlapped: text,
});
export type CallerStep = Described<typeof callerShape>;

// ---- The far end and the world -------------------------------------------------------------------------------------------------

/** `[start, length]`: that many bytes, each one more than the last, modulo `patternPeriod`. */
const run = tuple([start, dword], '[start, length]');
export type Run = Described<typeof run>;

const peerRecv = fields({ peer: oneOf('recv'), socket: text, runs: listOf(run, 'a list of runs'), oob: optional(flag) });
const peerIdle = fields({ peer: oneOf('idle'), socket: text });
const peerEof = fields({ peer: oneOf('eof'), socket: text });
const peerError = fields({ peer: oneOf('error'), socket: text, errno: codeName });
export const peerShape = choice('peer', [peerRecv, peerIdle, peerEof, peerError], '"recv", "idle", "eof" or "error"');
export type PeerRecvStep = Described<typeof peerRecv>;
export type PeerIdleStep = Described<typeof peerIdle>;
export type PeerEofStep = Described<typeof peerEof>;
export type PeerErrorStep = Described<typeof peerError>;
export type PeerStep = PeerRecvStep | PeerIdleStep | PeerEofStep | PeerErrorStep;

const circuitEnv = fields({
  env: oneOf('peer.reset', 'peer.close', 'peer.shutdown', 'keepalive.failed', 'circuit.timeout'),
  socket: text,
});
/** Without a socket the whole network is down, with one its circuit's. */
const networkEnv = fields({ env: oneOf('network.down'), socket: optional(text) });
const tookEnv = fields({ env: oneOf('transport.took'), socket: text, bytes: dword });
/** Nothing is known of the far end from here on. */
const unseenEnv = fields({ env: oneOf('peer.unseen'), socket: text });
/** There is no way to the far end any more: without a socket for all of them. */
const routeEnv = fields({ env: oneOf('route.lost'), socket: optional(text) });
const settleEnv = fields({ env: oneOf('settle') });
export const envShape = choice('env', [circuitEnv, networkEnv, routeEnv, unseenEnv, tookEnv, settleEnv], 'a known kind of env');
export type CircuitEnvStep = Described<typeof circuitEnv>;
export type NetworkDownStep = Described<typeof networkEnv>;
export type TransportTookStep = Described<typeof tookEnv>;
export type PeerUnseenStep = Described<typeof unseenEnv>;
export type RouteLostStep = Described<typeof routeEnv>;
export type SettleStep = Described<typeof settleEnv>;
export type EnvStep = CircuitEnvStep | NetworkDownStep | RouteLostStep | PeerUnseenStep | TransportTookStep | SettleStep;

/** A call outside the vocabulary touched the socket: what the call was, in any words. */
export const foreignShape = fields({ foreign: text, thread, socket: text });
export type ForeignStep = Described<typeof foreignShape>;

// ---- Lines ---------------------------------------------------------------------------------------------------------------------

/** The key that decides what a line is, in the order of precedence: a line with `call` or `end` is a call line whatever else it has. */
export const stepShapes = {
  call: callShape,
  end: endShape,
  routine: routineShape,
  poll: pollShape,
  upcall: upcallShape,
  caller: callerShape,
  peer: peerShape,
  env: envShape,
  port: portShape,
  foreign: foreignShape,
};
export type StepKind = keyof typeof stepShapes;
export const stepKinds = Object.keys(stepShapes) as StepKind[];

export type TraceStep = StepOfKind[StepKind];

export interface StepOfKind {
  call: CallStep;
  end: EndStep;
  routine: RoutineStep;
  poll: PollStep;
  upcall: UpcallStep;
  caller: CallerStep;
  peer: PeerStep;
  env: EnvStep;
  port: PortStep;
  foreign: ForeignStep;
}

/**
 * What a step is; `'peer' in step` and the like narrow its type as well. Looking fields up by a variable would take several times as long.
 */
export const kindOf = ({ call, end, routine, poll, upcall, caller, peer, env, port }: Partial<Record<StepKind, unknown>>): StepKind => {
  if (call !== undefined) return 'call';
  if (end !== undefined) return 'end';
  if (routine !== undefined) return 'routine';
  if (poll !== undefined) return 'poll';
  if (upcall !== undefined) return 'upcall';
  if (caller !== undefined) return 'caller';
  if (peer !== undefined) return 'peer';
  return env !== undefined ? 'env' : port !== undefined ? 'port' : 'foreign';
};
export const isKind = <K extends StepKind>(step: TraceStep, kind: K): step is StepOfKind[K] & TraceStep => kindOf(step) === kind;

/** The thread on which a step of a thread happens. */
export const threadOf = (step: { thread?: string | undefined }): string => step.thread ?? mainThread;

/** The line that a step is written as. */
export const lineOf = (step: TraceStep | TraceHeader | DoneLine | Request): string =>
  JSON.stringify('begun' in step ? { ...step, begun: undefined } : step);

const periods = `an integer from ${patternPeriod} to 2^48`;
export const headerShape = fields({
  wspsend: oneOf(traceVersion),
  source: optional(text),
  title: optional(text),
  /** "spi" says that every upcall is in the trace. */
  side: optional(text),
  /** In place of `patternPeriod`. */
  period: optional(whole(periods, patternPeriod, patternPeriodMax)),
});
export type TraceHeader = Described<typeof headerShape>;

export const doneShape = fields({ done: oneOf(true) });
export type DoneLine = Described<typeof doneShape>;

const hasNote: FieldRule = {
  holds: (note) => Object.keys(note).length > 0,
  path: '',
  message: 'must have a field',
  schema: { minProperties: 1 },
};
/** A line all of whose names are free: it says nothing of what happened. */
export const noteShape = fields({}, hasNote);

// ---- Requests ------------------------------------------------------------------------------------------------------------------

const pollRequest = choice(
  'poll',
  [
    fields({ poll: oneOf('event'), overlapped: text }),
    fields({ poll: oneOf('count'), overlapped: text }),
    fields({ poll: oneOf('writable'), socket: text }),
  ],
  everyPoll,
);
const peerRequest = fields({ peer: oneOf('recv'), socket: text, bytes: optional(dword) });
const envRequest = choice('env', [circuitEnv, networkEnv, routeEnv, settleEnv], 'a kind of env that can be brought about');
export const requestShapes = { call: callRequestShape, poll: pollRequest, peer: peerRequest, env: envRequest };
export type RequestKind = keyof typeof requestShapes;

export type PollRequest = Described<typeof pollRequest>;
export type PeerRequest = Described<typeof peerRequest>;
export type EnvRequest = Described<typeof envRequest>;
/** What an implementation is asked to do: a step without what only its outcome can say. */
export type Request = CallRequest | PollRequest | PeerRequest | EnvRequest;
