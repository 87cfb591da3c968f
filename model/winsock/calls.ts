/** The calls of a trace: their fields, what they return, and the calls that are still to be made. */

import { z } from 'zod';
import { nameSets } from './codes.ts';
import { dword, type FieldRule, fields, flag, named, says, text } from './fields.ts';

// ---- Values --------------------------------------------------------------------------------------------------------------------

/** Where the pattern starts; any size, since only its remainder counts. */
export const start = z.int(says('an integer from 0')).min(0, says('an integer from 0'));
export const codeName = named(nameSets.code, 'a Winsock name or a decimal number in a string');
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

export const plainReturns = returnsOf({});
/** `bytes` is there when the out-parameter that counts bytes was written. */
const countReturns = returnsOf({ bytes: dword.optional() });
const optionReturns = returnsOf({ value: optionValue.optional() });
const waitReturns = returnsOf({ value: text.optional() });

// ---- Calls ---------------------------------------------------------------------------------------------------------------------

export const thread = text.optional();

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
