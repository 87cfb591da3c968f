/** The calls of a trace: their fields, what they return, and the calls that are still to be made. */

import { nameSets } from './codes.ts';
import {
  about,
  anyOf,
  choice,
  type Described,
  dword,
  type FieldRule,
  type Fields,
  fields,
  flag,
  listOf,
  named,
  nothing,
  number,
  type Optional,
  oneOf,
  optional,
  recursive,
  type Shape,
  text,
  whole,
} from './shape.ts';

// ---- Values --------------------------------------------------------------------------------------------------------------------

/** Where the pattern starts; any size, since only its remainder counts. */
export const start = whole(`an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, 0);
export const codeName = named(nameSets.code, 'a Winsock name or a decimal number in a string');
const callNumber = whole('an integer');
/** A socket, in the fields of a line. */
export const socketField = about('The socket, by any name that is its own.', text);
/** An OVERLAPPED, in the fields of a line. */
export const overlappedField = about('The OVERLAPPED of a send, by any name; used again, the name means the next operation.', text);

const linger = fields({
  l_onoff: about('Whether to linger at all.', number),
  l_linger: about('For how many seconds.', number),
});
const optionValue = anyOf([number, flag, linger], 'a number, true or false, or {"l_onoff","l_linger"}');
const switchValue = anyOf([number, flag], 'a number, or true or false');

const rcAbout = '0: the call succeeded; -1: it failed.';
const absent = optional(about('Only for a failure.', nothing('absent when rc is 0')));
const errno = about(
  'The error: its Winsock name, or its decimal number in a string.',
  named(nameSets.code, 'a Winsock name or a decimal number in a string', 'is required when rc is -1'),
);

const returnsOf = <const F extends Fields>(out: F) =>
  about(
    'What the call returned.',
    choice(
      'rc',
      [fields({ rc: about(rcAbout, oneOf(0)), errno: absent, ...out }), fields({ rc: about(rcAbout, oneOf(-1)), errno, ...out })],
      'an object',
      'must be 0 or -1',
    ),
  );

export const plainReturns = returnsOf({});
/** `bytes` is there when the out-parameter that counts bytes was written. */
const countReturns = returnsOf({
  bytes: optional(about('The count of bytes, where the call wrote it; absent, it was left untouched.', dword)),
});
const optionReturns = returnsOf({ value: optional(about('The value of the option.', optionValue)) });
const waitReturns = returnsOf({ value: optional(about('What the wait gave, such as WAIT_IO_COMPLETION.', text)) });

// ---- Calls ---------------------------------------------------------------------------------------------------------------------

export const thread = optional(about('The thread on which it happened; absent, "main".', text));

const returnsOrBegins: FieldRule = {
  holds: (call) => call.begin !== undefined || call.returns !== undefined,
  path: 'returns',
  message: 'is required of a call without begin',
  schema: { anyOf: [{ required: ['begin'] }, { required: ['returns'] }] },
};
const begunHasNotReturned: FieldRule = {
  holds: (call) => call.begin === undefined || call.returns === undefined,
  path: 'returns',
  message: 'must be absent where there is a begin',
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

const ended = about('The number that the call was begun with.', callNumber);

/** One call in its two shapes: as a line of a trace, and as a request or inside the list of a routine, where nothing has returned. */
const callOf = <N extends string, F extends Fields, T>(name: N, does: string, argumentsOf: F, returns: Shape<T>, ...rules: FieldRule[]) => {
  const shape = { call: about('The function that was called.', oneOf(name)), thread, ...argumentsOf };
  const begin = about('The call has begun, and something else was observed before it returned: a number for its end.', callNumber);
  return {
    end: fields({ end: ended, thread, returns }),
    request: fields(shape, ...rules),
    step: about(
      does,
      fields({ begin: optional(begin), ...shape, returns: optional(returns) }, returnsOrBegins, begunHasNotReturned, ...rules),
    ),
  };
};

/** The calls to make inside a routine, in order. */
// An interface, because a WSPSend in the list may hold a list again and only interfaces may name themselves.
export interface RoutineCalls extends Array<CallRequest> {}
// Its type is written down, since what `optional` gave back could only be inferred from the calls that are made of it.
const routine: Optional<Shape<boolean | RoutineCalls>> = optional(
  about(
    'A completion routine was given: true, or the calls that it makes, in order.',
    recursive('routine', () => anyOf([flag, listOf(callRequestShape, 'a list of calls')], 'true or false, or a list of calls')),
  ),
);

const option = about('The socket option.', named(nameSets.option, 'a socket option'));
const fault = about('A pointer of WSPSend that is not valid.', named(nameSets.fault, 'a pointer of WSPSend'));

const calls = {
  WSPSocket: callOf(
    'WSPSocket',
    'A socket is made.',
    {
      socket: socketField,
      type: about('The type of the socket.', named(nameSets.type, 'a type of socket')),
      overlapped: optional(about('WSA_FLAG_OVERLAPPED was given.', flag)),
      receiveOnly: optional(about('The protocol of the socket can only receive.', flag)),
    },
    plainReturns,
  ),
  WSPBind: callOf('WSPBind', 'A socket is bound to a local address.', { socket: socketField }, plainReturns),
  WSPConnect: callOf(
    'WSPConnect',
    'A socket is connected, or a datagram socket is given its default peer.',
    { socket: socketField, to: optional(about('Whose address it is; absent, that of the peer.', oneOf('peer', 'broadcast'))) },
    plainReturns,
  ),
  WSPIoctl: callOf(
    'WSPIoctl',
    'A mode of the socket is set, or its pending sends are flushed.',
    {
      socket: socketField,
      code: about('The ioctl.', named(nameSets.ioctl, 'an ioctl')),
      value: optional(about('The value: with FIONBIO, 0 for blocking and anything else for nonblocking.', switchValue)),
    },
    countReturns,
    nonblockingNeedsValue,
  ),
  WSPSetSockOpt: callOf(
    'WSPSetSockOpt',
    'A socket option is set.',
    { socket: socketField, name: option, value: about('The value that it is set to.', optionValue) },
    plainReturns,
    lingerNeedsLinger,
  ),
  WSPGetSockOpt: callOf('WSPGetSockOpt', 'A socket option is read.', { socket: socketField, name: option }, optionReturns),
  WSPSend: callOf(
    'WSPSend',
    'Bytes are sent.',
    {
      socket: socketField,
      buffers: about('The len of each WSABUF, in the order of the array.', listOf(dword, 'a list of lengths')),
      fill: optional(about('The value of the first byte; each next one is one more, modulo the period of the trace. Absent, 0.', start)),
      flags: optional(about('The flags that were given, by name.', listOf(named(nameSets.flag, 'a flag'), 'a list of strings'))),
      overlapped: optional(overlappedField),
      event: optional(about('The OVERLAPPED has a valid hEvent.', flag)),
      routine,
      fault: optional(
        about(
          'Which pointers of the call are not valid; absent, none.',
          anyOf([fault, listOf(fault, 'a list of strings')], 'a string or a list of strings'),
        ),
      ),
      count: optional(about('false: lpNumberOfBytesSent is null.', flag)),
      port: optional(about('The completion goes to a port; absent, that is not known.', flag)),
    },
    countReturns,
  ),
  WSPGetOverlappedResult: callOf(
    'WSPGetOverlappedResult',
    'The result of an operation is asked for.',
    { socket: socketField, overlapped: overlappedField, wait: optional(about('fWait was TRUE.', flag)) },
    countReturns,
  ),
  WSPRecv: callOf('WSPRecv', 'The socket received, which may report that its circuit is broken.', { socket: socketField }, countReturns),
  WSPCancelIo: callOf(
    'WSPCancelIo',
    'Operations are cancelled.',
    {
      socket: socketField,
      overlapped: optional(about('The one operation that is to be cancelled; absent, all of the socket.', text)),
      scope: optional(about('Only what the calling thread started.', oneOf('thread'))),
    },
    plainReturns,
  ),
  WSPCancelBlockingCall: callOf('WSPCancelBlockingCall', 'The call that blocks the thread is cancelled.', {}, plainReturns),
  WSPShutdown: callOf(
    'WSPShutdown',
    'A side of the connection is shut down.',
    { socket: socketField, how: about('Which side is closed.', named(nameSets.how, 'a manner of shutdown')) },
    plainReturns,
  ),
  WSPCloseSocket: {
    ...callOf('WSPCloseSocket', 'A socket is closed.', { socket: socketField }, plainReturns),
    // How many bytes had arrived and were not read can be seen, and not asked for.
    step: callOf(
      'WSPCloseSocket',
      'A socket is closed.',
      { socket: socketField, unread: optional(about('How many bytes had arrived and were not read.', dword)) },
      plainReturns,
    ).step,
  },
  WSACleanup: callOf(
    'WSACleanup',
    'Blocking calls are cancelled; where it is the last, every socket of the process is closed.',
    {},
    plainReturns,
  ),
  CreateIoCompletionPort: callOf(
    'CreateIoCompletionPort',
    'The socket is bound to a completion port.',
    { socket: socketField },
    plainReturns,
  ),
  SetFileCompletionNotificationModes: callOf(
    'SetFileCompletionNotificationModes',
    'The modes of a socket are set: which completions go to the port.',
    {
      socket: socketField,
      modes: about('The modes that are set.', listOf(named(nameSets.mode, 'a completion mode'), 'a list of strings')),
    },
    plainReturns,
  ),
  SleepEx: callOf(
    'SleepEx',
    'The thread waits alertably, so that its routines may run.',
    { timeout: optional(about('Milliseconds; absent, 0.', dword)) },
    waitReturns,
  ),
  ExitThread: callOf('ExitThread', 'The thread ends.', {}, plainReturns),
};

/** A call of the vocabulary. */
export type CallName = keyof typeof calls;
export const callNames = Object.keys(calls) as CallName[];

const everyCall = <T>(which: 'step' | 'request'): Shape<T> =>
  choice(
    'call',
    callNames.map((name) => calls[name][which]),
    'a known call',
  ) as unknown as Shape<T>;

export const callShape: Shape<CallStep> = everyCall('step');
export const callRequestShape: Shape<CallRequest> = everyCall('request');
export type WSPSocketCall = Described<typeof calls.WSPSocket.step>;
export type WSPBindCall = Described<typeof calls.WSPBind.step>;
export type WSPConnectCall = Described<typeof calls.WSPConnect.step>;
export type WSPIoctlCall = Described<typeof calls.WSPIoctl.step>;
export type WSPSetSockOptCall = Described<typeof calls.WSPSetSockOpt.step>;
export type WSPGetSockOptCall = Described<typeof calls.WSPGetSockOpt.step>;
export type WSPSendCall = Described<typeof calls.WSPSend.step>;
export type WSPGetOverlappedResultCall = Described<typeof calls.WSPGetOverlappedResult.step>;
export type WSPRecvCall = Described<typeof calls.WSPRecv.step>;
export type WSPCancelIoCall = Described<typeof calls.WSPCancelIo.step>;
export type WSPCancelBlockingCallCall = Described<typeof calls.WSPCancelBlockingCall.step>;
export type WSPShutdownCall = Described<typeof calls.WSPShutdown.step>;
export type WSPCloseSocketCall = Described<typeof calls.WSPCloseSocket.step>;
export type WSACleanupCall = Described<typeof calls.WSACleanup.step>;
export type CreateIoCompletionPortCall = Described<typeof calls.CreateIoCompletionPort.step>;
export type SetFileCompletionNotificationModesCall = Described<typeof calls.SetFileCompletionNotificationModes.step>;
export type SleepExCall = Described<typeof calls.SleepEx.step>;
export type ExitThreadCall = Described<typeof calls.ExitThread.step>;

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
/** A call that had not returned on its own line. */
export type BegunCall = CallStep & { begin: number };

type WithoutResult<T> = T extends unknown ? Omit<T, 'begin' | 'returns' | 'unread'> : never;
export type WSPSendRequest = WithoutResult<WSPSendCall>;
/** A call that is still to be made: a request, or an entry in the list of a routine. */
export type CallRequest = WithoutResult<CallStep>;

export type PlainReturns = Described<typeof plainReturns>;
export type CountReturns = Described<typeof countReturns>;
export type OptionReturns = Described<typeof optionReturns>;
export type WaitReturns = Described<typeof waitReturns>;
export type Returns = PlainReturns | CountReturns | OptionReturns | WaitReturns;
export type OptionValue = Described<typeof optionValue>;

/** What an `end` line may hold in `returns` depends on the call that it ends. */
export const endShapes = Object.fromEntries(callNames.map((name) => [name, calls[name].end])) as unknown as Record<
  CallName,
  Shape<EndLine>
>;
/** All that an `end` line says of itself, when nobody knows which call it ends. */
export const endShape = about(
  'A call that was begun returns.',
  fields({
    end: ended,
    thread,
    returns: about('What the call returned.', anyOf([countReturns, optionReturns, waitReturns], 'an object with rc')),
  }),
);
export type EndLine = Described<typeof endShape>;
/** `begun` is the call that this line ends. It is no part of the line: `lineOf` leaves it out. */
export type EndStep = EndLine & { readonly begun: BegunCall };
