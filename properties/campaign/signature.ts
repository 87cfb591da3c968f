import type { CallStep, TraceStep, WSPSendCall } from '../../model/winsock/trace.ts';
import type { Failing } from './campaign.ts';

/**
 * What makes two deviations the same one: the clauses that broke, and the step with its outcome. Of the step counts what a clause could look at: how
 * the operation is to be told, flags and faults, and whether all, a part or none of the bytes were told of. Names and lengths do not.
 */
export interface Signature {
  readonly kind: Failing['deviation']['kind'];
  /** Sorted. */
  readonly clauses: readonly string[];
  readonly step: string;
}

export const signatureOf = ({ deviation, trace, requests }: Failing): Signature => {
  const { kind, clauses, at } = deviation;
  const step = kind === 'rejected' ? saidOf(trace[at]!, trace.slice(0, at)) : kind === 'stalled' ? 'the end' : askedOf(requests.at(-1));
  return { kind, clauses: [...clauses].sort(), step };
};

export const keyOf = ({ kind, clauses, step }: Signature): string => `${kind} ${clauses.join(',')} ${step}`;

const askedOf = (request: object | undefined): string => {
  if (request === undefined) return 'the start';
  const { call, poll, peer, env, inject } = request as Readonly<Record<string, string | undefined>>;
  return call === 'WSPSend' ? sendOf(request as WSPSendCall) : String(call ?? poll ?? peer ?? env ?? inject);
};

const saidOf = (step: TraceStep, before: readonly TraceStep[]): string => {
  if ('end' in step) return `${callOf(step.begun, step.returns, before)} at its end`;
  if ('call' in step) return step.returns === undefined ? `${step.call} begins` : callOf(step, step.returns, before);
  if ('routine' in step) {
    if (step.routine === 'leave') return 'routine leaves';
    return `routine enters: ${step.error}, ${bytesOf(step.bytes, lengthOf(step.overlapped, before))}${step.flags === 0 ? '' : ', flags'}`;
  }
  if ('poll' in step) {
    const post = postOf(step.overlapped, before);
    const what =
      step.poll === 'event'
        ? `event ${step.signalled ? 'signalled' : 'not signalled'}`
        : `count ${step.written ? 'written' : 'not written'}`;
    return `${what} of ${post === undefined ? 'nothing' : sendOf(post)}`;
  }
  if ('upcall' in step) {
    if (step.upcall === 'WPUQueueApc') return 'WPUQueueApc';
    return `${step.upcall}: ${step.error}, ${bytesOf(step.bytes, lengthOf(step.overlapped, before))}`;
  }
  if ('peer' in step) {
    const socket = before.findLast((earlier) => 'call' in earlier && earlier.call === 'WSPSocket' && earlier.socket === step.socket);
    const type = (socket as { type?: string } | undefined)?.type ?? 'nothing';
    return `peer of ${type}: ${step.peer === 'error' ? step.errno : step.peer}`;
  }
  if ('env' in step) return step.env;
  return step.caller;
};

const callOf = (call: CallStep, returns: CallStep['returns'], before: readonly TraceStep[]): string => {
  const { rc, errno, bytes } = returns as { rc: number; errno?: string; bytes?: number };
  const told = (asked: number | undefined): string =>
    errno === undefined ? bytesOf(bytes, asked) : `${errno}${bytes === undefined ? '' : ` with ${bytesOf(bytes, asked)}`}`;
  switch (call.call) {
    case 'WSPSend':
      return `${sendOf(call)} = ${told(totalOf(call))}`;
    case 'WSPGetOverlappedResult':
      return `${call.call}${call.wait === true ? ' waiting' : ''} = ${told(lengthOf(call.overlapped, before))}`;
    case 'WSPIoctl':
      return `${call.call} ${call.code} = ${errno ?? rc}`;
    case 'WSPSetSockOpt':
    case 'WSPGetSockOpt':
      return `${call.call} ${call.name} = ${errno ?? rc}`;
    default:
      return `${call.call} = ${errno ?? rc}`;
  }
};

const sendOf = (call: WSPSendCall): string => {
  const { overlapped, event, routine, flags = [], fault = [], count, buffers } = call;
  const aspects = [
    overlapped === undefined ? 'nonoverlapped' : 'overlapped',
    event === true && 'hEvent',
    routine !== undefined && routine !== false && 'routine',
    ...flags,
    ...[fault].flat().map((what) => `fault ${what}`),
    count === false && 'no count',
    buffers.length === 0 && 'no buffers',
  ];
  return `WSPSend ${aspects.filter(Boolean).join(', ')}`;
};

const totalOf = (call: WSPSendCall): number => call.buffers.reduce((sum, length) => sum + length, 0);

const postOf = (overlapped: string, before: readonly TraceStep[]): WSPSendCall | undefined =>
  before.findLast((step): step is WSPSendCall => 'call' in step && step.call === 'WSPSend' && step.overlapped === overlapped);

const lengthOf = (overlapped: string, before: readonly TraceStep[]): number | undefined => {
  const post = postOf(overlapped, before);
  return post === undefined ? undefined : totalOf(post);
};

const bytesOf = (bytes: number | undefined, asked: number | undefined): string => {
  if (bytes === undefined) return 'no count';
  if (asked === undefined) return bytes === 0 ? '0 bytes' : 'bytes of nothing';
  return bytes === asked ? 'all bytes' : bytes > asked ? 'more bytes than asked' : bytes === 0 ? '0 bytes' : 'a part';
};
