/**
 * trace/1: what one line of a trace, or one request to an implementation, may be.
 *
 * The zod schemas below are the one source of the types, of the published JSON Schema and of the messages about a malformed line.
 * What no single line can show (numbers of begin and end) and what parsing hides (duplicate keys) is in reader.ts.
 */

import { z } from 'zod';
import { nameSets } from './codes.ts';
import { dword, type FieldRule, fields, flag, named, says, text } from './fields.ts';

export const traceVersion = 'trace/1';
/** Byte values repeat with this period: a `fill` or the start of a run counts only modulo it. A header may say a longer one. */
export const patternPeriod = 251;
export const patternPeriodMax = 2 ** 48;
/** The thread of a step that names none. */
export const mainThread = 'main';

// ---- Values --------------------------------------------------------------------------------------------------------------------

/** Where the pattern starts; any size, since only its remainder counts. */
const start = z.int(says('an integer from 0')).min(0, says('an integer from 0'));
const codeName = named(nameSets.code, 'a Winsock name or a decimal number in a string');
const callNumber = z.int(says('an integer'));
const number = z.number(says('a number'));

const linger = fields({ l_onoff: number, l_linger: number });
const optionValue = z.union([number, flag, linger], says('a number, true or false, or {"l_onoff","l_linger"}'));
const switchValue = z.union([number, flag], says('a number, or true or false'));

const absent = z.never({ error: 'must be absent when rc is 0' }).optional();

const returnsOf = <S extends z.core.$ZodLooseShape>(out: S) =>
  z.discriminatedUnion(
    'rc',
    [
      fields({ rc: z.literal(0), errno: absent, ...out }),
      fields({
        rc: z.literal(-1),
        errno: named(nameSets.code, 'a Winsock name or a decimal number in a string', 'is required when rc is -1'),
        ...out,
      }),
    ],
    {
      error: (issue) =>
        issue.code === 'invalid_union' ? 'must be 0 or -1' : issue.input === undefined ? 'is required' : 'must be an object',
    },
  );

const plainReturns = returnsOf({});
/** `bytes` is there when the out-parameter that counts bytes was written. */
const countReturns = returnsOf({ bytes: dword.optional() });
const optionReturns = returnsOf({ value: optionValue.optional() });
const waitReturns = returnsOf({ value: text.optional() });

// ---- Calls ---------------------------------------------------------------------------------------------------------------------

const thread = text.optional();

const returnsOrBegins: FieldRule = {
  holds: (call) => call.begin !== undefined || call.returns !== undefined,
  path: 'returns',
  message: 'is required of a call without begin',
  schema: { anyOf: [{ required: ['begin'] }, { required: ['returns'] }] },
};
const begunHasNotReturned: FieldRule = {
  holds: (call) => call.begin === undefined || call.returns === undefined,
  path: 'returns',
  message: 'must be absent beside begin',
  schema: { not: { required: ['begin', 'returns'] } },
};
const nonblockingNeedsValue: FieldRule = {
  holds: (call) => call.code !== 'FIONBIO' || call.value !== undefined,
  path: 'value',
  message: 'is required when code is FIONBIO',
  schema: { if: { properties: { code: { const: 'FIONBIO' } } }, then: { required: ['value'] } },
};
const lingerNeedsLinger: FieldRule = {
  holds: (call) => call.name !== 'SO_LINGER' || typeof call.value === 'object',
  path: 'value',
  message: 'must be {"l_onoff","l_linger"} when name is SO_LINGER',
  schema: { if: { properties: { name: { const: 'SO_LINGER' } } }, then: { properties: { value: { type: 'object' } } } },
};

/** One call in its two shapes: as a line of a trace, and as a request or inside the list of a routine, where nothing has returned. */
const callOf = <N extends string, S extends z.core.$ZodLooseShape, R extends z.ZodType>(
  name: N,
  argumentsOf: S,
  returns: R,
  ...rules: FieldRule[]
) => {
  const shape = { call: z.literal(name), thread, ...argumentsOf };
  return {
    end: fields({ end: callNumber, thread, returns }),
    request: fields(shape, ...rules),
    step: fields({ begin: callNumber.optional(), ...shape, returns: returns.optional() }, returnsOrBegins, begunHasNotReturned, ...rules),
  };
};

/** The calls to make inside a routine, in order. */
// An interface, because a WSPSend in the list may hold a list again and only interfaces may name themselves.
export interface RoutineCalls extends Array<CallRequest> {}
const routine: z.ZodType<boolean | RoutineCalls> = z.lazy(() =>
  z.union([flag, z.array(callRequestSchema)], says('true or false, or a list of calls')),
);

const option = named(nameSets.option, 'a socket option');
const fault = named(nameSets.fault, 'a pointer of WSPSend');

const calls = {
  WSPSocket: callOf(
    'WSPSocket',
    { socket: text, type: named(nameSets.type, 'a type of socket'), overlapped: flag.optional(), receiveOnly: flag.optional() },
    plainReturns,
  ),
  WSPBind: callOf('WSPBind', { socket: text }, plainReturns),
  WSPConnect: callOf(
    'WSPConnect',
    { socket: text, to: z.enum(['peer', 'broadcast'], says('"peer" or "broadcast"')).optional() },
    plainReturns,
  ),
  WSPIoctl: callOf(
    'WSPIoctl',
    { socket: text, code: named(nameSets.ioctl, 'an ioctl'), value: switchValue.optional() },
    countReturns,
    nonblockingNeedsValue,
  ),
  WSPSetSockOpt: callOf('WSPSetSockOpt', { socket: text, name: option, value: optionValue }, plainReturns, lingerNeedsLinger),
  WSPGetSockOpt: callOf('WSPGetSockOpt', { socket: text, name: option }, optionReturns),
  WSPSend: callOf(
    'WSPSend',
    {
      socket: text,
      buffers: z.array(dword, says('a list of lengths')),
      fill: start.optional(),
      flags: z.array(named(nameSets.flag, 'a flag'), says('a list of strings')).optional(),
      overlapped: text.optional(),
      event: flag.optional(),
      routine: routine.optional(),
      fault: z.union([fault, z.array(fault)], says('a string or a list of strings')).optional(),
      count: flag.optional(),
      port: flag.optional(),
    },
    countReturns,
  ),
  WSPGetOverlappedResult: callOf('WSPGetOverlappedResult', { socket: text, overlapped: text, wait: flag.optional() }, countReturns),
  WSPRecv: callOf('WSPRecv', { socket: text }, countReturns),
  WSPCancelIo: callOf(
    'WSPCancelIo',
    { socket: text, overlapped: text.optional(), scope: z.literal('thread', says('"thread"')).optional() },
    plainReturns,
  ),
  WSPCancelBlockingCall: callOf('WSPCancelBlockingCall', {}, plainReturns),
  WSPShutdown: callOf('WSPShutdown', { socket: text, how: named(nameSets.how, 'a manner of shutdown') }, plainReturns),
  WSPCloseSocket: {
    ...callOf('WSPCloseSocket', { socket: text }, plainReturns),
    // How many bytes had arrived and were not read can be seen, and not asked for.
    step: callOf('WSPCloseSocket', { socket: text, unread: dword.optional() }, plainReturns).step,
  },
  WSACleanup: callOf('WSACleanup', {}, plainReturns),
  CreateIoCompletionPort: callOf('CreateIoCompletionPort', { socket: text }, plainReturns),
  SetFileCompletionNotificationModes: callOf(
    'SetFileCompletionNotificationModes',
    { socket: text, modes: z.array(named(nameSets.mode, 'a completion mode'), says('a list of strings')) },
    plainReturns,
  ),
  SleepEx: callOf('SleepEx', { timeout: dword.optional() }, waitReturns),
  ExitThread: callOf('ExitThread', {}, plainReturns),
};

export type CallName = keyof typeof calls;
export const callNames = Object.keys(calls) as CallName[];

const everyCall = <K extends 'step' | 'request'>(shape: K) =>
  z.discriminatedUnion('call', callNames.map((name) => calls[name][shape]) as unknown as CallSchemas<K>, says('a known call'));
type CallSchemas<K extends 'step' | 'request'> = [(typeof calls)['WSPSocket'][K], ...(typeof calls)[CallName][K][]];

export const callSchema = everyCall('step');
export const callRequestSchema = everyCall('request');
export type WSPSocketCall = z.infer<typeof calls.WSPSocket.step>;
export type WSPBindCall = z.infer<typeof calls.WSPBind.step>;
export type WSPConnectCall = z.infer<typeof calls.WSPConnect.step>;
export type WSPIoctlCall = z.infer<typeof calls.WSPIoctl.step>;
export type WSPSetSockOptCall = z.infer<typeof calls.WSPSetSockOpt.step>;
export type WSPGetSockOptCall = z.infer<typeof calls.WSPGetSockOpt.step>;
export type WSPSendCall = z.infer<typeof calls.WSPSend.step>;
export type WSPGetOverlappedResultCall = z.infer<typeof calls.WSPGetOverlappedResult.step>;
export type WSPRecvCall = z.infer<typeof calls.WSPRecv.step>;
export type WSPCancelIoCall = z.infer<typeof calls.WSPCancelIo.step>;
export type WSPCancelBlockingCallCall = z.infer<typeof calls.WSPCancelBlockingCall.step>;
export type WSPShutdownCall = z.infer<typeof calls.WSPShutdown.step>;
export type WSPCloseSocketCall = z.infer<typeof calls.WSPCloseSocket.step>;
export type WSACleanupCall = z.infer<typeof calls.WSACleanup.step>;
export type CreateIoCompletionPortCall = z.infer<typeof calls.CreateIoCompletionPort.step>;
export type SetFileCompletionNotificationModesCall = z.infer<typeof calls.SetFileCompletionNotificationModes.step>;
export type SleepExCall = z.infer<typeof calls.SleepEx.step>;
export type ExitThreadCall = z.infer<typeof calls.ExitThread.step>;

/** A call that returned on its own line has `returns`; one that had not yet returned has `begin`. Never both. */
export type CallStep =
  | WSPSocketCall
  | WSPBindCall
  | WSPConnectCall
  | WSPIoctlCall
  | WSPSetSockOptCall
  | WSPGetSockOptCall
  | WSPSendCall
  | WSPGetOverlappedResultCall
  | WSPRecvCall
  | WSPCancelIoCall
  | WSPCancelBlockingCallCall
  | WSPShutdownCall
  | WSPCloseSocketCall
  | WSACleanupCall
  | CreateIoCompletionPortCall
  | SetFileCompletionNotificationModesCall
  | SleepExCall
  | ExitThreadCall;
export type BegunCall = CallStep & { begin: number };

type WithoutResult<T> = T extends unknown ? Omit<T, 'begin' | 'returns' | 'unread'> : never;
export type WSPSendRequest = WithoutResult<WSPSendCall>;
/** A call that is still to be made: a request, or an entry in the list of a routine. */
export type CallRequest = WithoutResult<CallStep>;

export type PlainReturns = z.infer<typeof plainReturns>;
export type CountReturns = z.infer<typeof countReturns>;
export type OptionReturns = z.infer<typeof optionReturns>;
export type WaitReturns = z.infer<typeof waitReturns>;
export type Returns = PlainReturns | CountReturns | OptionReturns | WaitReturns;
export type OptionValue = z.infer<typeof optionValue>;

/** What an `end` line may hold in `returns` depends on the call that it ends. */
export const endSchemas: Record<CallName, z.ZodType<EndLine>> = Object.fromEntries(
  callNames.map((name) => [name, calls[name].end]),
) as unknown as Record<CallName, z.ZodType<EndLine>>;
/** All that an `end` line says of itself, when nobody knows which call it ends. */
export const endSchema = fields({
  end: callNumber,
  thread,
  returns: z.union([countReturns, optionReturns, waitReturns], says('an object with rc')),
});
export type EndLine = z.infer<typeof endSchema>;
/** `begun` is the call that this line ends. It is no part of the line: `lineOf` leaves it out. */
export type EndStep = EndLine & { readonly begun: BegunCall };

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

/** What a step is; `'peer' in step` and the like narrow its type as well. Looking fields up by a variable would take several times as long. */
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
