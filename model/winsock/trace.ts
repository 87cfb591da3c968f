/**
 * trace/1: what one line of a trace, or one request to an implementation, may be.
 *
 * The zod schemas below are the one source of the types, of the published JSON Schema and of the messages about a malformed line.
 * What no single line can show (numbers of begin and end) and what parsing hides (duplicate keys) is in reader.ts.
 */

import { z } from 'zod';
import {
  type CallRequest,
  type CallStep,
  callRequestSchema,
  callSchema,
  codeName,
  type EndStep,
  endSchema,
  plainReturns,
  start,
  thread,
} from './calls.ts';
import { dword, type FieldRule, fields, flag, says, text } from './fields.ts';

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
  endSchema,
  endSchemas,
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

const routineEnter = fields({ routine: z.literal('enter'), thread, overlapped: text, error: codeName, bytes: dword, flags: dword });
const routineLeave = fields({ routine: z.literal('leave'), thread, overlapped: text });
export const routineSchema = z.discriminatedUnion('routine', [routineEnter, routineLeave], says('"enter" or "leave"'));
export type RoutineEnterStep = z.infer<typeof routineEnter>;
export type RoutineLeaveStep = z.infer<typeof routineLeave>;
export type RoutineStep = RoutineEnterStep | RoutineLeaveStep;

const pollEvent = fields({ poll: z.literal('event'), overlapped: text, signalled: flag });
const pollCount = fields({ poll: z.literal('count'), overlapped: text, written: flag });
/** select, WSAPoll or FD_WRITE said that a send would find room, or that it would not. */
const pollWritable = fields({ poll: z.literal('writable'), socket: text, ready: flag });
const everyPoll = says('"event", "count" or "writable"');
export const pollSchema = z.discriminatedUnion('poll', [pollEvent, pollCount, pollWritable], everyPoll);
export type PollEventStep = z.infer<typeof pollEvent>;
export type PollCountStep = z.infer<typeof pollCount>;
export type PollWritableStep = z.infer<typeof pollWritable>;
export type PollStep = PollEventStep | PollCountStep | PollWritableStep;

/** A packet was dequeued from a completion port: the status of an operation, as a routine gets it. */
export const portSchema = fields({
  port: z.literal('packet', says('"packet"')),
  socket: text,
  overlapped: text,
  error: codeName,
  bytes: dword,
});
export type PortStep = z.infer<typeof portSchema>;

const queueApc = fields({ upcall: z.literal('WPUQueueApc'), thread, overlapped: text, returns: plainReturns });
const completeOverlapped = fields({
  upcall: z.literal('WPUCompleteOverlappedRequest'),
  overlapped: text,
  error: codeName,
  bytes: dword,
  returns: plainReturns.optional(),
});
export const upcallSchema = z.discriminatedUnion('upcall', [queueApc, completeOverlapped], says('a known upcall'));
export type QueueApcStep = z.infer<typeof queueApc>;
export type CompleteOverlappedStep = z.infer<typeof completeOverlapped>;
export type UpcallStep = QueueApcStep | CompleteOverlappedStep;

export const callerSchema = fields({
  caller: z.enum(['writes', 'frees'], says('"writes" or "frees"')),
  what: z.enum(['buffer', 'overlapped'], says('"buffer" or "overlapped"')),
  overlapped: text,
});
export type CallerStep = z.infer<typeof callerSchema>;

// ---- The far end and the world -------------------------------------------------------------------------------------------------

/** `[start, length]`: that many bytes, each one more than the last, modulo `patternPeriod`. */
const run = z.tuple([start, dword], says('[start, length]'));
export type Run = z.infer<typeof run>;

const peerRecv = fields({ peer: z.literal('recv'), socket: text, runs: z.array(run, says('a list of runs')), oob: flag.optional() });
const peerIdle = fields({ peer: z.literal('idle'), socket: text });
const peerEof = fields({ peer: z.literal('eof'), socket: text });
const peerError = fields({ peer: z.literal('error'), socket: text, errno: codeName });
export const peerSchema = z.discriminatedUnion('peer', [peerRecv, peerIdle, peerEof, peerError], says('"recv", "idle", "eof" or "error"'));
export type PeerRecvStep = z.infer<typeof peerRecv>;
export type PeerIdleStep = z.infer<typeof peerIdle>;
export type PeerEofStep = z.infer<typeof peerEof>;
export type PeerErrorStep = z.infer<typeof peerError>;
export type PeerStep = PeerRecvStep | PeerIdleStep | PeerEofStep | PeerErrorStep;

const circuitEnv = fields({
  env: z.enum(['peer.reset', 'peer.close', 'peer.shutdown', 'keepalive.failed', 'circuit.timeout']),
  socket: text,
});
/** Without a socket the whole network is down, with one its circuit's. */
const networkEnv = fields({ env: z.literal('network.down'), socket: text.optional() });
const tookEnv = fields({ env: z.literal('transport.took'), socket: text, bytes: dword });
/** Nothing is known of the far end from here on. */
const unseenEnv = fields({ env: z.literal('peer.unseen'), socket: text });
/** There is no way to the far end any more: without a socket for all of them. */
const routeEnv = fields({ env: z.literal('route.lost'), socket: text.optional() });
const settleEnv = fields({ env: z.literal('settle') });
export const envSchema = z.discriminatedUnion(
  'env',
  [circuitEnv, networkEnv, routeEnv, unseenEnv, tookEnv, settleEnv],
  says('a known kind of env'),
);
export type CircuitEnvStep = z.infer<typeof circuitEnv>;
export type NetworkDownStep = z.infer<typeof networkEnv>;
export type TransportTookStep = z.infer<typeof tookEnv>;
export type PeerUnseenStep = z.infer<typeof unseenEnv>;
export type RouteLostStep = z.infer<typeof routeEnv>;
export type SettleStep = z.infer<typeof settleEnv>;
export type EnvStep = CircuitEnvStep | NetworkDownStep | RouteLostStep | PeerUnseenStep | TransportTookStep | SettleStep;

/** A call outside the vocabulary touched the socket: what the call was, in any words. */
export const foreignSchema = fields({ foreign: text, thread, socket: text });
export type ForeignStep = z.infer<typeof foreignSchema>;

// ---- Lines ---------------------------------------------------------------------------------------------------------------------

/** The key that decides what a line is, in the order of precedence: a line with `call` or `end` is a call line whatever else it has. */
export const stepSchemas = {
  call: callSchema,
  end: endSchema,
  routine: routineSchema,
  poll: pollSchema,
  upcall: upcallSchema,
  caller: callerSchema,
  peer: peerSchema,
  env: envSchema,
  port: portSchema,
  foreign: foreignSchema,
};
export type StepKind = keyof typeof stepSchemas;
export const stepKinds = Object.keys(stepSchemas) as StepKind[];

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
export const headerSchema = fields({
  wspsend: z.literal(traceVersion, says(`"${traceVersion}"`)),
  source: text.optional(),
  title: text.optional(),
  /** "spi" says that every upcall is in the trace. */
  side: text.optional(),
  /** In place of `patternPeriod`. */
  period: z.int(says(periods)).min(patternPeriod, says(periods)).max(patternPeriodMax, says(periods)).optional(),
});
export type TraceHeader = z.infer<typeof headerSchema>;

export const doneSchema = fields({ done: z.literal(true, says('true')) });
export type DoneLine = z.infer<typeof doneSchema>;

const hasNote: FieldRule = {
  holds: (note) => Object.keys(note).length > 0,
  path: '',
  message: 'must have a field',
  schema: { minProperties: 1 },
};
/** A line all of whose names are free: it says nothing of what happened. */
export const noteSchema = fields({}, hasNote);

// ---- Requests ------------------------------------------------------------------------------------------------------------------

const pollRequest = z.discriminatedUnion(
  'poll',
  [
    fields({ poll: z.literal('event'), overlapped: text }),
    fields({ poll: z.literal('count'), overlapped: text }),
    fields({ poll: z.literal('writable'), socket: text }),
  ],
  everyPoll,
);
const peerRequest = fields({ peer: z.literal('recv', says('"recv"')), socket: text, bytes: dword.optional() });
const envRequest = z.discriminatedUnion(
  'env',
  [circuitEnv, networkEnv, routeEnv, settleEnv],
  says('a kind of env that can be brought about'),
);
export const requestSchemas = { call: callRequestSchema, poll: pollRequest, peer: peerRequest, env: envRequest };
export type RequestKind = keyof typeof requestSchemas;

export type PollRequest = z.infer<typeof pollRequest>;
export type PeerRequest = z.infer<typeof peerRequest>;
export type EnvRequest = z.infer<typeof envRequest>;
/** What an implementation is asked to do: a step without what only its outcome can say. */
export type Request = CallRequest | PollRequest | PeerRequest | EnvRequest;
