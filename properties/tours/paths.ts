/**
 * A path of the model as requests to an implementation, and what the implementation answers as labels of the model again.
 *
 * A unit of the model becomes `unitBytes` bytes. Steps that nobody observes ask for nothing; steps that come by themselves (a routine
 * runs, a blocked call returns) are awaited, not asked for.
 */

import type { Label } from '../../model/explore/labels.ts';
import { statusCodes } from '../../model/machines/operation.machine.ts';
import { type CallRequest, type CallStep, kindOf, mainThread, type Request, type TraceStep, threadOf } from '../../model/winsock/trace.ts';

export const unitBytes = 1000;
const socket = 'A';
const blockingThread = 't2';

/** The names of the operations that are outstanding, in the order of posting; null stands for a blocking call. */
export interface Names {
  readonly outstanding: (string | null)[];
  posted: number;
}

/** Each send starts elsewhere in the byte pattern, so that bytes out of order show. */
const fillOf = (names: Names): number => (names.posted * 37) % 251;

/** Two buffers for each send that has room for two, so that the array is gathered. */
const buffersOf = (units: number): number[] => {
  const bytes = units * unitBytes;
  return bytes === 0 ? [0] : [Math.floor(bytes / 3), bytes - Math.floor(bytes / 3)];
};

export const opening = (overlapped: boolean): Request => ({ call: 'WSPSocket', socket, type: 'SOCK_STREAM', overlapped });
export const connecting: Request = { call: 'WSPConnect', socket };

/** What to ask for so that this label may come; undefined when nothing can be asked for. */
export function requestOf(label: Label, names: Names): Request | undefined {
  const at = 'at' in label ? names.outstanding[label.at] : undefined;
  switch (label.type) {
    case 'lifecycle':
      if (label.event === 'WSPShutdown.send') return { call: 'WSPShutdown', socket, how: 'SD_SEND' };
      if (label.event === 'WSPShutdown.both') return { call: 'WSPShutdown', socket, how: 'SD_BOTH' };
      if (label.event === 'WSPConnect.broadcast') return { call: 'WSPConnect', socket, to: 'broadcast' };
      return { call: label.event, socket };
    case 'FIONBIO':
      return { call: 'WSPIoctl', socket, code: 'FIONBIO', value: label.on ? 1 : 0 };
    case 'send.completes':
    case 'send.pends':
    case 'send.fails': {
      const send = { call: 'WSPSend' as const, socket, buffers: buffersOf(label.length), fill: fillOf(names) };
      if (label.mode === 'sync') return send;
      return { ...send, overlapped: `o${names.posted + 1}`, ...(label.mode === 'neither' ? {} : { [label.mode]: true }) };
    }
    case 'send.begins':
      return { call: 'WSPSend', thread: blockingThread, socket, buffers: buffersOf(label.length), fill: fillOf(names) };
    case 'peer.recv':
      return { peer: 'recv', socket, bytes: label.units * unitBytes };
    case 'peer.reset':
    case 'peer.close':
      return { env: label.type, socket };
    case 'settle':
      return { env: 'settle' };
    case 'sleep.begins':
      return { call: 'SleepEx' };
    case 'cancel':
      return at == null ? undefined : { call: 'WSPCancelIo', socket, overlapped: at };
    case 'event':
      return at == null ? undefined : { poll: 'event', overlapped: at };
    case 'result.incomplete':
    case 'result':
      return at == null ? undefined : { call: 'WSPGetOverlappedResult', socket, overlapped: at };
    default:
      return undefined;
  }
}

/** Steps that come of their own accord, or that nobody sees. */
export const isAwaited = (label: Label): boolean =>
  label.type === 'routine.enter' ||
  label.type === 'routine.leave' ||
  label.type === 'sleep.ends' ||
  label.type === 'call.completes' ||
  label.type === 'call.fails';

/** Keeps the names in step with the entries of the model. */
export function follow(names: Names, label: Label, overlapped: boolean): void {
  switch (label.type) {
    case 'send.completes':
    case 'send.pends':
      names.posted++;
      if (label.mode !== 'sync' && overlapped) names.outstanding.push(`o${names.posted}`);
      return;
    case 'send.fails':
      names.posted++;
      return;
    case 'send.begins':
      names.posted++;
      names.outstanding.push(null);
      return;
    case 'call.completes':
    case 'call.fails':
    case 'routine.leave':
      names.outstanding.splice(label.at, 1);
      return;
    default:
  }
}

/**
 * The calls that a path makes inside completion routines, by the index of the send whose routine it is: they have to be given with the
 * send. A step inside a routine that is no call of its thread cannot be brought about, and ends the path where it stands.
 */
export function routinesOf(path: readonly Label[], overlapped: boolean): ReadonlyMap<number, readonly CallRequest[]> {
  const found = new Map<number, CallRequest[]>();
  const names: Names = { outstanding: [], posted: 0 };
  const posts = new Map<string, { readonly index: number; readonly isRoutine: boolean }>();
  const running: number[] = [];
  for (const [index, label] of path.entries()) {
    const outer = running.at(-1);
    const request = outer === undefined ? undefined : requestOf(label, names);
    if (request !== undefined && 'call' in request && request.call !== 'ExitThread' && (request.thread ?? mainThread) === mainThread) {
      found.set(outer!, [...(found.get(outer!) ?? []), request]);
    }
    const post = 'at' in label ? posts.get(names.outstanding[label.at] ?? '') : undefined;
    if (label.type === 'routine.enter' && post !== undefined) running.push(post.index);
    if (label.type === 'routine.leave') running.pop();
    if (label.type !== 'result') follow(names, label, overlapped);
    else if (endsOperation(label, post?.isRoutine === true)) names.outstanding.splice(label.at, 1);
    if (label.type === 'send.completes' || label.type === 'send.pends') {
      posts.set(`o${names.posted}`, { index, isRoutine: label.mode === 'routine' });
    }
  }
  return found;
}

/** A result ends an operation unless its routine is still to run. */
export const endsOperation = (label: Label, hasRoutine: boolean): boolean => label.type === 'result' && !hasRoutine;

const units = (bytes: number): number | undefined => (bytes % unitBytes === 0 ? bytes / unitBytes : undefined);
const asked = (call: { buffers: readonly number[] }): number => call.buffers.reduce((sum, length) => sum + length, 0);

/** The labels that an observed step stands for, in order; undefined for what the bounded model does not know. */
export function labelsOfStep(step: TraceStep, names: Names): Label[] | undefined {
  switch (kindOf(step)) {
    case 'call':
    case 'end': {
      const call = 'end' in step ? step.begun : (step as CallStep);
      const returns = 'end' in step ? step.returns : (step as CallStep).returns;
      return labelsOfCall(call, returns, names, 'end' in step);
    }
    case 'poll': {
      const poll = step as Extract<TraceStep, { poll: string }>;
      return poll.poll === 'event'
        ? [{ type: 'event', at: names.outstanding.indexOf(poll.overlapped), signalled: poll.signalled }]
        : undefined;
    }
    case 'routine': {
      const routine = step as Extract<TraceStep, { routine: 'enter' | 'leave' }>;
      const at = names.outstanding.indexOf(routine.overlapped);
      if (routine.routine === 'leave') return [{ type: 'routine.leave', at }];
      const status = statusCodes.find((code) => code === (routine as { error: string }).error);
      return status === undefined ? undefined : [{ type: 'routine.enter', at, status }];
    }
    case 'peer': {
      const peer = step as Extract<TraceStep, { peer: string }>;
      if (peer.peer !== 'recv') return [];
      const count = units(peer.runs.reduce((sum, [, length]) => sum + length, 0));
      return count === undefined ? undefined : [{ type: 'peer.recv', units: count }];
    }
    case 'env': {
      const { env } = step as Extract<TraceStep, { env: string }>;
      return env === 'settle' || env === 'peer.reset' || env === 'peer.close' ? [{ type: env }] : undefined;
    }
    default:
      return [];
  }
}

function labelsOfCall(call: CallStep, returns: CallStep['returns'], names: Names, ended: boolean): Label[] | undefined {
  switch (call.call) {
    case 'WSPSend': {
      const length = units(asked(call));
      if (length === undefined) return undefined;
      const blocking = threadOf(call) === blockingThread;
      if (returns === undefined) return blocking ? [{ type: 'send.begins', length }] : [];
      const mode = call.overlapped === undefined ? 'sync' : call.event ? 'event' : call.routine ? 'routine' : 'neither';
      if (blocking && ended) {
        const at = names.outstanding.indexOf(null);
        return [returns.rc === 0 ? { type: 'call.completes', at } : { type: 'call.fails', at, code: returns.errno as never }];
      }
      if (returns.rc === 0) {
        const bytes = units((returns as { bytes?: number }).bytes ?? -1);
        return bytes === undefined ? undefined : [{ type: 'send.completes', mode, length, bytes }];
      }
      if (returns.errno === 'WSA_IO_PENDING') return [{ type: 'send.pends', mode, length }];
      return [{ type: 'send.fails', mode, length, code: returns.errno as never }];
    }
    case 'WSPGetOverlappedResult': {
      const at = names.outstanding.indexOf(call.overlapped);
      if (returns?.rc === -1 && returns.errno === 'WSA_IO_INCOMPLETE') return [{ type: 'result.incomplete', at }];
      const status = statusCodes.find((code) => code === (returns?.rc === 0 ? '0' : returns?.errno));
      return status === undefined ? undefined : [{ type: 'result', at, status }];
    }
    case 'SleepEx':
      if (returns === undefined) return [{ type: 'sleep.begins' }];
      return ended ? [{ type: 'sleep.ends' }] : [{ type: 'sleep.begins' }, { type: 'sleep.ends' }];
    case 'WSPBind':
    case 'WSPConnect':
    case 'WSPCloseSocket':
      return returns?.rc === 0 ? [{ type: 'lifecycle', event: call.call }] : undefined;
    case 'WSPShutdown':
      return returns?.rc === 0 ? [{ type: 'lifecycle', event: 'WSPShutdown.send' }] : undefined;
    case 'WSPIoctl':
      return returns?.rc === 0 ? [{ type: 'FIONBIO', on: call.value === 1 }] : undefined;
    case 'WSPCancelIo':
      return returns?.rc === 0 ? [{ type: 'cancel', at: names.outstanding.indexOf(call.overlapped ?? '') }] : undefined;
    default:
      return undefined;
  }
}
