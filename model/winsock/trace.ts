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
  overlappedField,
  plainReturns,
  socketField,
  start,
  thread,
} from './calls.ts';
import {
  about,
  choice,
  type Described,
  dword,
  type FieldRule,
  fields,
  flag,
  listOf,
  oneOf,
  optional,
  text,
  tuple,
  whole,
} from './shape.ts';

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

/** The version of the format. */
export const traceVersion = 'trace/1';
/** Byte values repeat with this period: a `fill` or the start of a run counts only modulo it. A header may say a longer one. */
export const patternPeriod = 251;
export const patternPeriodMax = 2 ** 48;
/** The thread of a step that names none. */
export const mainThread = 'main';

// ---- Indications ---------------------------------------------------------------------------------------------------------------

const status = about('The status of the operation: "0", a Winsock name, or a decimal number.', codeName);
const transferred = about('How many bytes it transferred.', dword);

const routineEnter = about(
  'The completion routine of a send is entered.',
  fields({
    routine: about('It is entered.', oneOf('enter')),
    thread,
    overlapped: overlappedField,
    error: status,
    bytes: transferred,
    flags: about('dwFlags.', dword),
  }),
);
const routineLeave = about(
  'The completion routine of a send returns.',
  fields({ routine: about('It returns.', oneOf('leave')), thread, overlapped: overlappedField }),
);
export const routineShape = choice('routine', [routineEnter, routineLeave], '"enter" or "leave"');
export type RoutineEnterStep = Described<typeof routineEnter>;
export type RoutineLeaveStep = Described<typeof routineLeave>;
/** A completion routine is entered, or returns. */
export type RoutineStep = RoutineEnterStep | RoutineLeaveStep;

const pollEvent = about(
  'The event of an OVERLAPPED was looked at, without waiting.',
  fields({ poll: about('The hEvent.', oneOf('event')), overlapped: overlappedField, signalled: about('It is signalled.', flag) }),
);
const pollCount = about(
  'The out-parameter of a send that pended was looked at.',
  fields({
    poll: about('The lpNumberOfBytesSent.', oneOf('count')),
    overlapped: overlappedField,
    written: about('It was written since the call.', flag),
  }),
);
const pollWritable = about(
  'select, WSAPoll or FD_WRITE said whether a send would find room.',
  fields({
    poll: about('Whether the socket is writable.', oneOf('writable')),
    socket: socketField,
    ready: about('It is.', flag),
  }),
);
const everyPoll = '"event", "count" or "writable"';
export const pollShape = choice('poll', [pollEvent, pollCount, pollWritable], everyPoll);
export type PollEventStep = Described<typeof pollEvent>;
export type PollCountStep = Described<typeof pollCount>;
export type PollWritableStep = Described<typeof pollWritable>;
/** Something was looked at, without waiting. */
export type PollStep = PollEventStep | PollCountStep | PollWritableStep;

const portPacket = about(
  'A packet was dequeued from a completion port: the status of an operation, as a routine gets it.',
  fields({
    port: about('A packet.', oneOf('packet')),
    socket: socketField,
    overlapped: overlappedField,
    error: status,
    bytes: transferred,
  }),
);
const portEmpty = about(
  'The completion port to which a socket is bound was asked for a packet, and had none.',
  fields({ port: about('No packet.', oneOf('empty')), socket: socketField }),
);
export const portShape = choice('port', [portPacket, portEmpty], '"packet" or "empty"');
export type PortPacketStep = Described<typeof portPacket>;
export type PortEmptyStep = Described<typeof portEmpty>;
/** A completion port had a packet, or none. */
export type PortStep = PortPacketStep | PortEmptyStep;

const queueApc = about(
  'The provider asks for a function to be run on a thread.',
  fields({ upcall: about('The upcall.', oneOf('WPUQueueApc')), thread, overlapped: overlappedField, returns: plainReturns }),
);
const completeOverlapped = about(
  'The provider reports that an operation with an event is over.',
  fields({
    upcall: about('The upcall.', oneOf('WPUCompleteOverlappedRequest')),
    overlapped: overlappedField,
    error: status,
    bytes: transferred,
    returns: optional(plainReturns),
  }),
);
export const upcallShape = choice('upcall', [queueApc, completeOverlapped], 'a known upcall');
export type QueueApcStep = Described<typeof queueApc>;
export type CompleteOverlappedStep = Described<typeof completeOverlapped>;
/** The provider called up into ws2_32. */
export type UpcallStep = QueueApcStep | CompleteOverlappedStep;

export const callerShape = about(
  'The caller does what it may not do while a send is outstanding.',
  fields({
    caller: about('It writes into the thing, or frees it.', oneOf('writes', 'frees')),
    what: about('The data of a buffer, or the OVERLAPPED.', oneOf('buffer', 'overlapped')),
    overlapped: overlappedField,
  }),
);
export type CallerStep = Described<typeof callerShape>;

// ---- The far end and the world -------------------------------------------------------------------------------------------------

const run = about(
  '[s,n]: n bytes, the first of them s, each next one more, modulo the period of the trace.',
  tuple([start, dword], '[start, length]'),
);
export type Run = Described<typeof run>;

const peerRecv = about(
  'The far end received bytes, or a datagram.',
  fields({
    peer: about('It received.', oneOf('recv')),
    socket: socketField,
    runs: about('What it received; an empty list is an empty datagram.', listOf(run, 'a list of runs')),
    oob: optional(about('It is urgent data.', flag)),
  }),
);
const peerIdle = about(
  'The far end looked, and nothing was there.',
  fields({ peer: about('Nothing.', oneOf('idle')), socket: socketField }),
);
const peerEof = about('The far end saw the end of the stream.', fields({ peer: about('The end.', oneOf('eof')), socket: socketField }));
const peerError = about(
  'The far end could not receive.',
  fields({ peer: about('A failure.', oneOf('error')), socket: socketField, errno: about('The error.', codeName) }),
);
export const peerShape = choice('peer', [peerRecv, peerIdle, peerEof, peerError], '"recv", "idle", "eof" or "error"');
export type PeerRecvStep = Described<typeof peerRecv>;
export type PeerIdleStep = Described<typeof peerIdle>;
export type PeerEofStep = Described<typeof peerEof>;
export type PeerErrorStep = Described<typeof peerError>;
/** What the far end received. */
export type PeerStep = PeerRecvStep | PeerIdleStep | PeerEofStep | PeerErrorStep;

const circuitEnv = about(
  'Something happened to the circuit of a socket, at the far end or between.',
  fields({
    env: about(
      'The far end reset it, closed its socket or shut down its sending side; keep-alive found it dead; it timed out.',
      oneOf('peer.reset', 'peer.close', 'peer.shutdown', 'keepalive.failed', 'circuit.timeout'),
    ),
    socket: socketField,
  }),
);
const networkEnv = about(
  'The network subsystem failed.',
  fields({ env: about('The failure.', oneOf('network.down')), socket: optional(about('For this socket; absent, for all.', text)) }),
);
const tookEnv = about(
  'The transport was seen to take bytes of a socket.',
  fields({ env: about('It took them.', oneOf('transport.took')), socket: socketField, bytes: about('How many.', dword) }),
);
const unseenEnv = about(
  'From here on nobody sees the far end of this socket.',
  fields({ env: about('Nothing is known of it.', oneOf('peer.unseen')), socket: socketField }),
);
const routeEnv = about(
  'There is no way to the far end any more.',
  fields({ env: about('The loss.', oneOf('route.lost')), socket: optional(about('For this socket; absent, for all.', text)) }),
);
const settleEnv = about(
  'The recorder waited long enough for everything that was caused to arrive.',
  fields({ env: about('It is settled.', oneOf('settle')) }),
);
export const envShape = choice('env', [circuitEnv, networkEnv, routeEnv, unseenEnv, tookEnv, settleEnv], 'a known kind of env');
export type CircuitEnvStep = Described<typeof circuitEnv>;
export type NetworkDownStep = Described<typeof networkEnv>;
export type TransportTookStep = Described<typeof tookEnv>;
export type PeerUnseenStep = Described<typeof unseenEnv>;
export type RouteLostStep = Described<typeof routeEnv>;
export type SettleStep = Described<typeof settleEnv>;
/** What happened to a circuit, to the network or to the transport. */
export type EnvStep = CircuitEnvStep | NetworkDownStep | RouteLostStep | PeerUnseenStep | TransportTookStep | SettleStep;

export const foreignShape = about(
  'A call outside the vocabulary touched the socket, which is not judged from here on.',
  fields({ foreign: about('What was called, in any words.', text), thread, socket: socketField }),
);
/** A call outside the vocabulary. */
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
/** The field by which a line is of its kind. */
export type StepKind = keyof typeof stepShapes;
export const stepKinds = Object.keys(stepShapes) as StepKind[];

/** One observed step: a line of trace/1 behind the header. */
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
export const headerShape = about(
  'The first line.',
  fields({
    wspsend: about('The version of the format.', oneOf(traceVersion)),
    source: optional(about('What was recorded, such as a stack and its version.', text)),
    title: optional(about('What the trace shows.', text)),
    side: optional(about('"spi": every upcall of the provider is in the trace.', text)),
    period: optional(
      about(
        `After how many bytes the pattern of the data repeats; absent, ${patternPeriod}.`,
        whole(periods, patternPeriod, patternPeriodMax),
      ),
    ),
  }),
);
/** The first line of a trace. */
export type TraceHeader = Described<typeof headerShape>;

export const doneShape = about('A driver has no more lines for this request.', fields({ done: about('Always true.', oneOf(true)) }));
export type DoneLine = Described<typeof doneShape>;

const hasNote: FieldRule = {
  holds: (note) => Object.keys(note).length > 0,
  path: '',
  message: 'must have a field',
  schema: { minProperties: 1 },
};
export const noteShape = about('A note: every name begins with x-, and it says nothing of what happened.', fields({}, hasNote));

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
const portRequest = fields({ port: oneOf('packet'), socket: text });
const envRequest = choice('env', [circuitEnv, networkEnv, routeEnv, settleEnv], 'a kind of env that can be brought about');
export const requestShapes = { call: callRequestShape, poll: pollRequest, peer: peerRequest, env: envRequest, port: portRequest };
export type RequestKind = keyof typeof requestShapes;

export type PollRequest = Described<typeof pollRequest>;
export type PeerRequest = Described<typeof peerRequest>;
export type EnvRequest = Described<typeof envRequest>;
export type PortRequest = Described<typeof portRequest>;
/** What an implementation is asked to do: a step without what only its outcome can say. */
export type Request = CallRequest | PollRequest | PeerRequest | EnvRequest | PortRequest;
