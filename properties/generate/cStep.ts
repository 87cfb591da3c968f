/** A step of a trace as what a C program does with ws2_32 on one thread. */

import { completionModes } from '../../model/winsock/codes.ts';
import { type CallStep, mainThread, type TraceStep } from '../../model/winsock/trace.ts';

/** A step that a program with one thread and two ends of a loopback connection cannot take: the message says why. */
export class NotInC extends Error {}

export interface CStep {
  readonly kind: string;
  readonly socket: number;
  readonly operation: number;
  readonly value: string | number;
  readonly flags: string;
  readonly fill: number;
  readonly buffers: readonly number[];
  readonly marks: string;
  readonly text: string;
}

/** Sockets and OVERLAPPEDs by their places. */
export interface CNames {
  readonly sockets: readonly string[];
  readonly operations: readonly string[];
}

const namesMax = 16;
const buffersMax = 64;
const bytesMax = 2 ** 24;

export function operationsIn(steps: readonly TraceStep[]): CNames {
  const sockets = new Set<string>();
  const operations = new Set<string>();
  for (const { socket, overlapped } of steps as readonly { socket?: unknown; overlapped?: unknown }[]) {
    if (typeof socket === 'string') sockets.add(socket);
    if (typeof overlapped === 'string') operations.add(overlapped);
  }
  return { sockets: [...sockets], operations: [...operations] };
}

/** Undefined for what needs nothing done: the end of a call, and a routine that is left. */
export function cStepOf(step: TraceStep, names: CNames): CStep | undefined {
  if (names.sockets.length > namesMax || names.operations.length > namesMax) throw new NotInC(`it has more than ${namesMax} names`);
  const fields = step as { readonly socket?: string; readonly overlapped?: unknown };
  const base = {
    socket: fields.socket === undefined ? -1 : names.sockets.indexOf(fields.socket),
    operation: typeof fields.overlapped === 'string' ? names.operations.indexOf(fields.overlapped) : -1,
    value: 0,
    flags: '0',
    fill: 0,
    buffers: [],
    marks: '0',
  } as const;
  if ('end' in step) return undefined;
  if ('call' in step) return { ...base, text: textOf(step), ...callOf(step) };
  if ('routine' in step) {
    if ((step.thread ?? mainThread) !== mainThread) throw new NotInC('a routine runs on a second thread');
    return step.routine === 'enter' ? { ...base, kind: 'ROUTINE', text: `the routine of ${step.overlapped}` } : undefined;
  }
  if ('poll' in step && step.poll === 'event') return { ...base, kind: 'EVENT', text: `the event of ${step.overlapped}` };
  if ('port' in step)
    return { ...base, kind: 'PACKET', text: step.port === 'packet' ? `a packet of ${step.overlapped}` : `the port of ${step.socket}` };
  if ('peer' in step) {
    if (step.peer === 'recv' && step.oob === true) throw new NotInC('its peer reads urgent data');
    const buffers = step.peer === 'recv' ? step.runs.flatMap(([start, length]) => [start % 251, length]) : [];
    return {
      ...base,
      kind: 'PEER',
      buffers: bounded(buffers, step.peer === 'recv' ? step.runs.map(([, length]) => length) : []),
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

type CallPart = Partial<CStep> & Pick<CStep, 'kind'>;

function callOf(step: CallStep): CallPart {
  if ((step.thread ?? mainThread) !== mainThread) throw new NotInC('it calls on a second thread');
  if (step.begin !== undefined && step.call !== 'SleepEx') throw new NotInC(`${step.call} blocks, and there is one thread`);
  switch (step.call) {
    case 'WSPSocket':
      if (step.receiveOnly === true || (step.type !== 'SOCK_STREAM' && step.type !== 'SOCK_DGRAM'))
        throw new NotInC('a socket of this kind is not made');
      return { kind: 'SOCKET', value: step.type, flags: step.overlapped === true ? 'WSA_FLAG_OVERLAPPED' : '0' };
    case 'WSPBind':
      return { kind: 'BIND' };
    case 'WSPConnect':
      if (step.to === 'broadcast') throw new NotInC('it connects to the broadcast address');
      return { kind: 'CONNECT' };
    case 'WSPIoctl':
      if (step.code === 'SIO_FLUSH') return { kind: 'FLUSH' };
      if (step.code === 'FIONBIO') return { kind: 'NONBLOCKING', value: Number(step.value) };
      throw new NotInC(`the ioctl ${step.code} is not made`);
    case 'WSPSetSockOpt':
      if ((step.name !== 'SO_SNDBUF' && step.name !== 'SO_BROADCAST') || typeof step.value === 'object')
        throw new NotInC(`the option ${step.name} is not set`);
      return { kind: 'OPTION', flags: step.name, value: Number(step.value) };
    case 'WSPSend':
      return sendOf(step);
    case 'WSPGetOverlappedResult':
      if (step.wait === true) throw new NotInC('it waits for a result, and there is one thread');
      return { kind: 'RESULT' };
    case 'WSPCancelIo':
      if (step.scope !== undefined) throw new NotInC('it cancels by thread');
      return { kind: 'CANCEL' };
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
    default:
      throw new NotInC(`${step.call} is not made`);
  }
}

function sendOf(step: Extract<CallStep, { call: 'WSPSend' }>): CallPart {
  const { buffers, fill = 0, flags = [], event, routine, fault, count, port, overlapped } = step;
  if (Array.isArray(routine) && routine.length > 0) throw new NotInC('a routine makes calls');
  if (port === false && event !== true) throw new NotInC('a send without an event has no low bit of hEvent');
  if (overlapped === undefined && (routine === true || event === true))
    throw new NotInC('a routine or an event stands without an OVERLAPPED');
  const faults: readonly string[] = fault === undefined ? [] : [fault].flat();
  if (faults.includes('lpNumberOfBytesSent'))
    throw new NotInC('a bad lpNumberOfBytesSent may end the process, and the tests behind it too');
  const marks = [
    ...(event === true ? ['HAS_EVENT'] : []),
    ...(routine !== undefined && routine !== false ? ['HAS_ROUTINE'] : []),
    ...(faults.includes('lpBuffers') ? ['FAULT_ARRAY'] : []),
    ...(faults.includes('buffer') ? ['FAULT_BUFFER'] : []),
    ...(count === false ? ['NO_COUNT'] : []),
    ...(port === true ? ['ON_PORT'] : port === false ? ['LOW_BIT'] : []),
  ];
  return {
    kind: 'SEND',
    buffers: bounded(buffers, buffers),
    fill: fill % 251,
    flags: flags.join(' | ') || '0',
    marks: marks.join(' | ') || '0',
  };
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

const textOf = (step: CallStep): string => `${step.call}${'socket' in step ? ` on ${step.socket}` : ''}`;
