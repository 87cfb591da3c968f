/** A step of a trace as what a C program does with ws2_32, on a thread for each of the trace. */

import { completionModes, isSendFlag } from '../../model/winsock/codes.ts';
import { foreignFlags } from '../../model/winsock/foreign.ts';
import { type CallStep, mainThread, type PollStep, type TraceStep, threadOf } from '../../model/winsock/trace.ts';

/** A step that a program with two ends of a loopback connection cannot take: the message says why. */
export class NotInC extends Error {}

export interface CStep {
  readonly kind: string;
  readonly thread: number;
  readonly socket: number;
  readonly operation: number;
  readonly value: string | number;
  readonly flags: string;
  readonly fill: number;
  readonly buffers: readonly number[];
  readonly marks: string;
  readonly text: string;
}

/** Sockets, OVERLAPPEDs and threads by their places. */
export interface CNames {
  readonly sockets: readonly string[];
  readonly operations: readonly string[];
  readonly threads: readonly string[];
  /** Sockets whose completions go to a port. */
  readonly ported: readonly string[];
}

const namesMax = 64;
const buffersMax = 64;
const bytesMax = 2 ** 24;

export function cNamesIn(steps: readonly TraceStep[]): CNames {
  const sockets = new Set<string>();
  const operations = new Set<string>();
  const threads = new Set<string>();
  const ported = new Set<string>();
  for (const step of steps) {
    const { socket, overlapped } = step as { readonly socket?: unknown; readonly overlapped?: unknown };
    if (typeof socket === 'string') sockets.add(socket);
    if (typeof overlapped === 'string') operations.add(overlapped);
    threads.add(threadTaking(step));
    if ('call' in step && (step.call === 'CreateIoCompletionPort' || (step.call === 'WSPSend' && step.port === true)))
      ported.add(step.socket);
  }
  return { sockets: [...sockets], operations: [...operations], threads: [...threads], ported: [...ported] };
}

/** The thread that takes the step; of one that no thread takes, the first. */
export const threadTaking = (step: TraceStep): string => threadOf(('end' in step ? step.begun : step) as { readonly thread?: string });

/** Fails by NotInC. */
export function cStepOf(step: TraceStep, names: CNames): CStep {
  if (Object.values(names).some((list: readonly string[]) => list.length > namesMax))
    throw new NotInC(`it has more than ${namesMax} names`);
  const fields = ('end' in step ? step.begun : step) as { readonly socket?: string; readonly overlapped?: unknown };
  const base = {
    thread: names.threads.indexOf(threadTaking(step)),
    socket: fields.socket === undefined ? -1 : names.sockets.indexOf(fields.socket),
    operation: typeof fields.overlapped === 'string' ? names.operations.indexOf(fields.overlapped) : -1,
    value: 0,
    flags: '0',
    fill: 0,
    buffers: [],
    marks: '0',
  } as const;
  if ('end' in step) return { ...base, kind: 'END', text: `the end of ${textOf(step.begun)}` };
  if ('call' in step) return { ...base, text: textOf(step), ...begunOf(step, callOf(step, names)) };
  if ('routine' in step)
    return { ...base, kind: step.routine === 'enter' ? 'ROUTINE' : 'LEAVE', text: `the routine of ${step.overlapped}` };
  if ('poll' in step) return { ...base, ...pollOf(step) };
  if ('port' in step)
    return { ...base, kind: 'PACKET', text: step.port === 'packet' ? `a packet of ${step.overlapped}` : `the port of ${step.socket}` };
  if ('peer' in step) {
    const isUrgent = step.peer === 'recv' && step.oob === true;
    if (isUrgent && step.runs.reduce((sum, [, length]) => sum + length, 0) !== 1)
      throw new NotInC('its peer reads several urgent bytes at once');
    const buffers = step.peer === 'recv' ? step.runs.flatMap(([start, length]) => [start % 251, length]) : [];
    return {
      ...base,
      kind: 'PEER',
      buffers: bounded(buffers, step.peer === 'recv' ? step.runs.map(([, length]) => length) : []),
      marks: isUrgent ? 'URGENT' : '0',
      text: `the peer of ${step.socket}`,
    };
  }
  if ('env' in step) {
    const kind = { 'peer.reset': 'PEER_RESET', 'peer.close': 'PEER_CLOSE', 'peer.shutdown': 'PEER_SHUTDOWN', settle: 'SETTLE' }[
      step.env as string
    ];
    if (kind !== undefined) return { ...base, kind, text: step.env };
    throw new NotInC(`a host does not bring about ${step.env} when asked`);
  }
  throw new NotInC('it has a step that ws2_32 does not show, or that no program can request');
}

/** A look at whether a call that has begun is still under way. */
export const lookAt = (begun: CallStep, names: CNames): CStep => ({
  kind: 'LOOK',
  thread: names.threads.indexOf(threadOf(begun)),
  socket: -1,
  operation: -1,
  value: 0,
  flags: '0',
  fill: 0,
  buffers: [],
  marks: '0',
  text: `${textOf(begun)}, which has begun,`,
});

function pollOf(step: PollStep): Pick<CStep, 'kind' | 'text'> {
  switch (step.poll) {
    case 'event':
      return { kind: 'EVENT', text: `the event of ${step.overlapped}` };
    case 'count':
      return { kind: 'COUNT', text: `the lpNumberOfBytesSent of ${step.overlapped}` };
    case 'writable':
      return { kind: 'WRITABLE', text: `whether ${step.socket} is writable` };
  }
}

type CallPart = Partial<CStep> & Pick<CStep, 'kind'>;

const begunOf = (step: CallStep, part: CallPart): CallPart =>
  step.begin === undefined
    ? part
    : { ...part, marks: part.marks === undefined || part.marks === '0' ? 'BEGINS' : `${part.marks} | BEGINS` };

function callOf(step: CallStep, { ported }: CNames): CallPart {
  switch (step.call) {
    case 'WSPSocket':
      if (step.receiveOnly === true) throw new NotInC('no protocol over IP makes sockets that only receive');
      if (step.type !== 'SOCK_STREAM' && step.type !== 'SOCK_DGRAM') throw new NotInC('a socket of this kind is not made');
      return { kind: 'SOCKET', value: step.type, flags: step.overlapped === true ? 'WSA_FLAG_OVERLAPPED' : '0' };
    case 'WSPBind':
      return { kind: 'BIND' };
    case 'WSPConnect':
      return { kind: 'CONNECT', value: step.to === 'broadcast' ? 1 : 0 };
    case 'WSPIoctl':
      if (step.code === 'SIO_FLUSH') return { kind: 'FLUSH' };
      if (step.code === 'FIONBIO') return { kind: 'NONBLOCKING', value: wholeOf(step.value) };
      throw new NotInC(`the ioctl ${step.code} is not made`);
    case 'WSPSetSockOpt':
      if (step.name === 'SO_LINGER' && typeof step.value === 'object')
        return { kind: 'LINGER', value: wholeOf(step.value.l_onoff), fill: wholeOf(step.value.l_linger) };
      if ((step.name !== 'SO_SNDBUF' && step.name !== 'SO_BROADCAST') || typeof step.value === 'object')
        throw new NotInC(`the option ${step.name} is not set`);
      return { kind: 'OPTION', flags: step.name, value: wholeOf(step.value) };
    case 'WSPGetSockOpt':
      if (!readOptions.has(step.name)) throw new NotInC(`the option ${step.name} is not read`);
      return { kind: 'GET_OPTION', flags: step.name };
    case 'WSPSend':
      if (ported.includes(step.socket) && step.routine !== undefined && step.routine !== false)
        throw new NotInC('a socket that is bound to a completion port runs no routines');
      return sendOf(step);
    case 'WSPGetOverlappedResult':
      return { kind: 'RESULT', value: step.wait === true ? 1 : 0 };
    case 'WSPCancelIo':
      return { kind: step.scope === undefined ? 'CANCEL' : 'CANCEL_THREAD' };
    case 'WSPShutdown':
      return { kind: 'SHUTDOWN', value: { SD_RECEIVE: 0, SD_SEND: 1, SD_BOTH: 2 }[step.how as string] ?? 99 };
    case 'WSPCloseSocket':
      return { kind: 'CLOSE' };
    case 'CreateIoCompletionPort':
      return { kind: 'PORT' };
    case 'SetFileCompletionNotificationModes':
      return { kind: 'MODES', value: modesOf(step.modes) };
    case 'SleepEx':
      return { kind: 'SLEEP', value: Math.min(step.timeout ?? 0, 1000) };
    case 'ExitThread':
      return { kind: 'EXIT' };
    default:
      throw new NotInC(`${step.call} is not made`);
  }
}

/** Those whose value is a number, in every compiler's headers. */
const readOptions: ReadonlySet<string> = new Set(['SO_SNDBUF', 'SO_RCVBUF', 'SO_BROADCAST', 'SO_MAX_MSG_SIZE']);

/** As both ends of a field of C can hold it. */
function wholeOf(value: number | boolean | undefined): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535 * 1024) throw new NotInC(`the value ${value} is not set`);
  return number;
}

function sendOf(step: Extract<CallStep, { call: 'WSPSend' }>): CallPart {
  const { buffers, fill = 0, flags = [], event, routine, fault, count, port, overlapped } = step;
  if (port === false && event !== true) throw new NotInC('a send without an event has no low bit of hEvent');
  if (overlapped === undefined && (routine === true || event === true))
    throw new NotInC('a routine or an event stands without an OVERLAPPED');
  const faults: readonly string[] = fault === undefined ? [] : [fault].flat();
  const marks = [
    ...(event === true ? ['HAS_EVENT'] : []),
    ...(routine !== undefined && routine !== false ? ['HAS_ROUTINE'] : []),
    ...(faults.includes('lpBuffers') ? ['FAULT_ARRAY'] : []),
    ...(faults.includes('buffer') ? ['FAULT_BUFFER'] : []),
    ...(faults.includes('lpNumberOfBytesSent') ? ['FAULT_COUNT'] : []),
    ...(count === false ? ['NO_COUNT'] : []),
    ...(port === true ? ['ON_PORT'] : port === false ? ['LOW_BIT'] : []),
  ];
  return {
    kind: 'SEND',
    buffers: bounded(buffers, buffers),
    fill: fill % 251,
    flags: flags.map(flagOf).join(' | ') || '0',
    marks: marks.join(' | ') || '0',
  };
}

/** Not every compiler's headers have the names of the others. */
function flagOf(name: string): string {
  if (isSendFlag(name)) return name;
  const number = (foreignFlags as Readonly<Record<string, number>>)[name];
  if (number === undefined) throw new NotInC(`the flag ${name} is not given`);
  return `0x${number.toString(16)}`;
}

const modesOf = (modes: readonly string[]): number =>
  modes.reduce((sum, mode) => {
    const value = (completionModes as Readonly<Record<string, number>>)[mode];
    if (value === undefined) throw new NotInC(`the mode ${mode} is not set`);
    return sum | value;
  }, 0);

function bounded<T extends readonly number[]>(numbers: T, lengths: readonly number[]): T {
  if (numbers.length > buffersMax) throw new NotInC(`a step has more than ${buffersMax} buffers`);
  if (lengths.reduce((sum, length) => sum + length, 0) > bytesMax) throw new NotInC(`a step has more than ${bytesMax} bytes`);
  return numbers;
}

const textOf = (step: CallStep): string =>
  `${step.call}${'socket' in step ? ` on ${step.socket}` : ''}${threadOf(step) === mainThread ? '' : ` by thread ${threadOf(step)}`}`;
