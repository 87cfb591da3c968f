/** The calls of a trace: their fields, what they return, and the calls that are still to be made. */

import { nameSets } from './codes.ts';
import {
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

const linger = fields({ l_onoff: number, l_linger: number });
const optionValue = anyOf([number, flag, linger], 'a number, true or false, or {"l_onoff","l_linger"}');
const switchValue = anyOf([number, flag], 'a number, or true or false');

const absent = optional(nothing('absent when rc is 0'));
const errno = named(nameSets.code, 'a Winsock name or a decimal number in a string', 'is required when rc is -1');

const returnsOf = <const F extends Fields>(out: F) =>
  choice('rc', [fields({ rc: oneOf(0), errno: absent, ...out }), fields({ rc: oneOf(-1), errno, ...out })], 'an object', 'must be 0 or -1');

export const plainReturns = returnsOf({});
/** `bytes` is there when the out-parameter that counts bytes was written. */
const countReturns = returnsOf({ bytes: optional(dword) });
const optionReturns = returnsOf({ value: optional(optionValue) });
const waitReturns = returnsOf({ value: optional(text) });

// ---- Calls ---------------------------------------------------------------------------------------------------------------------

export const thread = optional(text);

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
const callOf = <N extends string, F extends Fields, T>(name: N, argumentsOf: F, returns: Shape<T>, ...rules: FieldRule[]) => {
  const shape = { call: oneOf(name), thread, ...argumentsOf };
  return {
    end: fields({ end: callNumber, thread, returns }),
    request: fields(shape, ...rules),
    step: fields({ begin: optional(callNumber), ...shape, returns: optional(returns) }, returnsOrBegins, begunHasNotReturned, ...rules),
  };
};

/** The calls to make inside a routine, in order. */
// An interface, because a WSPSend in the list may hold a list again and only interfaces may name themselves.
export interface RoutineCalls extends Array<CallRequest> {}
// Its type is written down, since what `optional` gave back could only be inferred from the calls that are made of it.
const routine: Optional<Shape<boolean | RoutineCalls>> = optional(
  recursive('routine', () => anyOf([flag, listOf(callRequestShape, 'a list of calls')], 'true or false, or a list of calls')),
);

const option = named(nameSets.option, 'a socket option');
const fault = named(nameSets.fault, 'a pointer of WSPSend');

const calls = {
  WSPSocket: callOf(
    'WSPSocket',
    { socket: text, type: named(nameSets.type, 'a type of socket'), overlapped: optional(flag), receiveOnly: optional(flag) },
    plainReturns,
  ),
  WSPBind: callOf('WSPBind', { socket: text }, plainReturns),
  WSPConnect: callOf('WSPConnect', { socket: text, to: optional(oneOf('peer', 'broadcast')) }, plainReturns),
  WSPIoctl: callOf(
    'WSPIoctl',
    { socket: text, code: named(nameSets.ioctl, 'an ioctl'), value: optional(switchValue) },
    countReturns,
    nonblockingNeedsValue,
  ),
  WSPSetSockOpt: callOf('WSPSetSockOpt', { socket: text, name: option, value: optionValue }, plainReturns, lingerNeedsLinger),
  WSPGetSockOpt: callOf('WSPGetSockOpt', { socket: text, name: option }, optionReturns),
  WSPSend: callOf(
    'WSPSend',
    {
      socket: text,
      buffers: listOf(dword, 'a list of lengths'),
      fill: optional(start),
      flags: optional(listOf(named(nameSets.flag, 'a flag'), 'a list of strings')),
      overlapped: optional(text),
      event: optional(flag),
      routine,
      fault: optional(anyOf([fault, listOf(fault, 'a list of strings')], 'a string or a list of strings')),
      count: optional(flag),
      port: optional(flag),
    },
    countReturns,
  ),
  WSPGetOverlappedResult: callOf('WSPGetOverlappedResult', { socket: text, overlapped: text, wait: optional(flag) }, countReturns),
  WSPRecv: callOf('WSPRecv', { socket: text }, countReturns),
  WSPCancelIo: callOf('WSPCancelIo', { socket: text, overlapped: optional(text), scope: optional(oneOf('thread')) }, plainReturns),
  WSPCancelBlockingCall: callOf('WSPCancelBlockingCall', {}, plainReturns),
  WSPShutdown: callOf('WSPShutdown', { socket: text, how: named(nameSets.how, 'a manner of shutdown') }, plainReturns),
  WSPCloseSocket: {
    ...callOf('WSPCloseSocket', { socket: text }, plainReturns),
    // How many bytes had arrived and were not read can be seen, and not asked for.
    step: callOf('WSPCloseSocket', { socket: text, unread: optional(dword) }, plainReturns).step,
  },
  WSACleanup: callOf('WSACleanup', {}, plainReturns),
  CreateIoCompletionPort: callOf('CreateIoCompletionPort', { socket: text }, plainReturns),
  SetFileCompletionNotificationModes: callOf(
    'SetFileCompletionNotificationModes',
    { socket: text, modes: listOf(named(nameSets.mode, 'a completion mode'), 'a list of strings') },
    plainReturns,
  ),
  SleepEx: callOf('SleepEx', { timeout: optional(dword) }, waitReturns),
  ExitThread: callOf('ExitThread', {}, plainReturns),
};

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
export const endShape = fields({
  end: callNumber,
  thread,
  returns: anyOf([countReturns, optionReturns, waitReturns], 'an object with rc'),
});
export type EndLine = Described<typeof endShape>;
/** `begun` is the call that this line ends. It is no part of the line: `lineOf` leaves it out. */
export type EndStep = EndLine & { readonly begun: BegunCall };
