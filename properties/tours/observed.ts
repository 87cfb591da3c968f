/** What an implementation answers as labels of the model again. */

import { type StatusCode, statusCodes } from '../../model/machines/operationWords.ts';
import { askedFor } from '../../model/oracle/callKinds.ts';
import type { Label, SendMode } from '../../model/product/labels.ts';
import { type MenuName, worldEventOf } from '../../model/product/menus.ts';
import { isSendFlag, type SendFault, type SendFlag, sendFaults } from '../../model/winsock/codes.ts';
import {
  type CallStep,
  type EnvStep,
  kindOf,
  type PollCountStep,
  type PollEventStep,
  type PollStep,
  type TraceStep,
  threadOf,
  type WSPSendCall,
} from '../../model/winsock/trace.ts';
import { blockingThread, otherSocket, secondThread, theSocket, unitBytes } from '../paths/asked.ts';
import type { Names } from './names.ts';

const units = (bytes: number): number | undefined => (bytes % unitBytes === 0 ? bytes / unitBytes : undefined);
const statusOf = (code: string | undefined): StatusCode | undefined => statusCodes.find((status) => status === code);

/** The labels that an observed step stands for, in order; undefined for what the bounded model does not know. */
export function labelsOfStep(step: TraceStep, names: Names): Label[] | undefined {
  const { slice, outstanding } = names;
  const has = (extra: string): boolean => (slice.extras as readonly string[] | undefined)?.includes(extra) === true;
  switch (kindOf(step)) {
    case 'call':
    case 'end': {
      const call = 'end' in step ? step.begun : (step as CallStep);
      return labelsOfCall(call, step as { returns?: CallStep['returns'] }, names, 'end' in step);
    }
    case 'poll': {
      const look = step as PollStep;
      if (look.poll === 'writable') return [];
      const { poll, overlapped, ...seen } = look as (PollEventStep | PollCountStep) & { signalled?: boolean; written?: boolean };
      const at = outstanding.indexOf(overlapped);
      if (poll === 'count') return [{ type: 'count', at, written: seen.written === true }];
      if (at < 0 && overlapped === names.failed) return [{ type: 'failed', seen: seen.signalled ? 'set' : 'unset' }];
      return [{ type: 'event', at, signalled: seen.signalled === true }];
    }
    case 'routine': {
      const routine = step as Extract<TraceStep, { routine: 'enter' | 'leave' }>;
      const at = outstanding.indexOf(routine.overlapped);
      if (routine.routine === 'leave') return [{ type: 'routine.leave', at }];
      const status = statusOf((routine as { error: string }).error);
      return status === undefined ? undefined : [{ type: 'routine.enter', at, status }];
    }
    case 'upcall': {
      if (!slice.spi) return [];
      const upcall = step as Extract<TraceStep, { upcall: string }>;
      const at = outstanding.indexOf(upcall.overlapped);
      const label = upcallLabel(upcall, Math.max(at, 0));
      // The send that posts it has not returned: its own label comes first.
      if (at >= 0 || label === undefined) return label && [label];
      names.early.set(upcall.overlapped, label);
      return [];
    }
    case 'peer': {
      const peer = step as Extract<TraceStep, { peer: string }>;
      if (peer.peer === 'eof' && has('delivery')) return [{ type: 'peer.eof' }];
      if (peer.peer !== 'recv') return [];
      if (peer.oob === true) return [{ type: 'peer.urgent' }];
      const count = units(peer.runs.reduce((sum, [, length]) => sum + length, 0));
      if (count === 0) return [];
      return count === undefined ? undefined : [{ type: 'peer.recv', units: count }];
    }
    case 'env':
      return labelsOfEnv((step as EnvStep).env);
    // No slice has labels for them.
    case 'caller':
    case 'port':
    case 'foreign':
      return [];
  }
}

function labelsOfEnv(env: EnvStep['env']): Label[] | undefined {
  switch (env) {
    case 'settle':
    case 'peer.reset':
    case 'peer.close':
      return [{ type: env }];
    case 'keepalive.failed':
    case 'circuit.timeout':
    case 'network.down':
      return [{ type: 'world', event: env }];
    case 'peer.shutdown':
    case 'peer.unseen':
    case 'route.lost':
    case 'transport.took':
      return undefined;
    default:
      return env satisfies never;
  }
}

function upcallLabel(upcall: Extract<TraceStep, { upcall: string }>, at: number): Label | undefined {
  if (upcall.upcall === 'WPUQueueApc') return { type: 'upcall.apc', at };
  const status = statusOf(upcall.error);
  return status === undefined ? undefined : { type: 'upcall.complete', at, status };
}

function labelsOfCall(call: CallStep, { returns }: { returns?: CallStep['returns'] }, names: Names, ended: boolean): Label[] | undefined {
  const succeeded = returns?.rc === 0;
  if ('socket' in call && call.socket === otherSocket && call.call !== 'WSPGetOverlappedResult') {
    if (call.call === 'WSPConnect') names.hasOther = true;
    if (call.call !== 'WSPSend' || returns === undefined) return [];
    names.sent = call.overlapped;
    return succeeded ? [{ type: 'other.completes' }] : undefined;
  }
  switch (call.call) {
    case 'WSPSend':
      return labelsOfSend(call, returns, names, ended);
    case 'WSPGetOverlappedResult':
      return returns === undefined ? [] : labelsOfResult(call, returns, names);
    case 'SleepEx':
      return labelsOfSleep(returns !== undefined, names, ended);
    case 'ExitThread':
      return [{ type: 'world', event: 'ExitThread' }];
    case 'WSPCancelBlockingCall':
      return succeeded ? [{ type: 'interrupt', at: names.outstanding.indexOf(null) }] : undefined;
    default:
      return returns === undefined ? [] : labelsOfOther(call, returns, names);
  }
}

type OtherCall = Exclude<CallStep, { call: 'WSPSend' | 'WSPGetOverlappedResult' | 'SleepEx' | 'ExitThread' | 'WSPCancelBlockingCall' }>;

function labelsOfOther(call: OtherCall, returns: NonNullable<CallStep['returns']>, names: Names): Label[] | undefined {
  if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') return [{ type: 'flush', refused: returns.rc !== 0 }];
  if (returns.rc !== 0) return undefined;
  switch (call.call) {
    case 'WSPSocket':
      return [];
    case 'WSPBind':
    case 'WSPCloseSocket':
      return [{ type: 'lifecycle', event: call.call }];
    case 'WSPConnect':
      return [{ type: 'lifecycle', event: call.to === 'broadcast' ? 'WSPConnect.broadcast' : 'WSPConnect' }];
    case 'WSPShutdown':
      return [{ type: 'lifecycle', event: call.how === 'SD_BOTH' ? 'WSPShutdown.both' : 'WSPShutdown.send' }];
    case 'WSPIoctl':
      return [{ type: 'FIONBIO', on: call.value === 1 }];
    case 'WSPSetSockOpt':
      if (call.name === 'SO_LINGER') return [{ type: 'world', event: 'SO_LINGER' }];
      return call.name === 'SO_BROADCAST'
        ? [{ type: 'world', event: call.value === 1 ? 'SO_BROADCAST on' : 'SO_BROADCAST off' }]
        : undefined;
    case 'WSPGetSockOpt': {
      const { value } = returns as { value?: unknown };
      const { returns: modelled } = worldEventOf('SO_MAX_MSG_SIZE').line as { returns: { value: number } };
      return value === modelled.value ? [{ type: 'world', event: 'SO_MAX_MSG_SIZE' }] : undefined;
    }
    case 'WSPCancelIo':
      return [{ type: 'cancel', at: names.outstanding.indexOf(call.overlapped ?? '') }];
    // No slice has a label for them.
    case 'WSPRecv':
    case 'WSACleanup':
    case 'CreateIoCompletionPort':
    case 'SetFileCompletionNotificationModes':
      return undefined;
    default:
      return call satisfies never;
  }
}

const modeOf = (call: WSPSendCall): SendMode => {
  if (call.overlapped === undefined) return 'sync';
  if (call.routine !== undefined && call.routine !== false) return 'routine';
  return call.event ? 'event' : 'neither';
};

const faultMenus: { readonly [fault in SendFault]: MenuName } = {
  lpBuffers: 'badArray',
  buffer: 'badData',
  lpNumberOfBytesSent: 'badCount',
};
const flagMenus: { readonly [flag in SendFlag]: MenuName } = { MSG_OOB: 'outOfBand', MSG_PARTIAL: 'partial', MSG_DONTROUTE: 'dontRoute' };

/** In which of the ways that the model knows the send was called. */
function menuOfCall(call: WSPSendCall, mode: SendMode, names: Names): MenuName | undefined {
  const { fault, flags = [] } = call;
  const wrong = sendFaults.find((name) => [fault].flat().includes(name));
  if (wrong !== undefined) return faultMenus[wrong];
  if (call.buffers.length === 0) return 'noBuffers';
  if (flags.includes('MSG_OOB') && flags.includes('MSG_PARTIAL')) return 'outOfBandPartial';
  const flag = flags.find(isSendFlag);
  if (flag !== undefined) return flagMenus[flag];
  if (mode === 'sync') return call.routine ? 'onlyRoutine' : tooLarge(call, names);
  if (threadOf(call) === secondThread) return 'secondThread';
  return mode === 'routine' && call.event ? 'withEvent' : tooLarge(call, names);
}

const tooLarge = (call: WSPSendCall, { slice }: Names): MenuName | undefined =>
  slice.datagram && askedFor(call) > unitBytes ? 'tooLarge' : undefined;

function labelsOfSend(call: WSPSendCall, returns: CallStep['returns'] | undefined, names: Names, ended: boolean): Label[] | undefined {
  if (call.socket !== theSocket) return undefined;
  const asked = units(askedFor(call));
  if (asked === undefined) return undefined;
  if (threadOf(call) === blockingThread) {
    if (returns === undefined) return [{ type: 'send.begins', length: asked }];
    if (ended) {
      const at = names.outstanding.indexOf(null);
      return [returns.rc === 0 ? { type: 'call.completes', at } : { type: 'call.fails', at, code: returns.errno as never }];
    }
  }
  if (returns === undefined) return [];
  names.sent = call.overlapped;
  const mode = modeOf(call);
  const menu = menuOfCall(call, mode, names);
  const length = menu === 'tooLarge' ? asked / 2 : asked;
  const early = names.early.get(call.overlapped ?? '');
  names.early.delete(call.overlapped ?? '');
  const way = { mode, length, ...(menu !== undefined && { menu }) };
  if (returns.rc === 0) {
    const counted = (returns as { bytes?: number }).bytes;
    const bytes = counted === undefined && call.count !== false ? undefined : units(counted ?? asked * unitBytes);
    if (bytes === undefined) return undefined;
    const taken = menu === 'tooLarge' ? bytes / 2 : bytes;
    if (early?.type === 'upcall.apc') return [{ type: 'send.completes', ...way, menu: 'queued', bytes: taken }];
    return [{ type: 'send.completes', ...way, bytes: taken }, ...after(early, names)];
  }
  if (returns.errno === 'WSA_IO_PENDING') return [{ type: 'send.pends', ...way }, ...after(early, names)];
  return [{ type: 'send.fails', ...way, code: returns.errno as never }];
}

/** What was reported of an operation before the call that posts it had returned. */
const after = (early: Label | undefined, { outstanding }: Names): Label[] =>
  early === undefined ? [] : [{ ...early, at: outstanding.length } as Label];

function labelsOfResult(
  call: Extract<CallStep, { call: 'WSPGetOverlappedResult' }>,
  returns: NonNullable<CallStep['returns']>,
  names: Names,
): Label[] | undefined {
  const at = names.outstanding.indexOf(call.overlapped);
  const waits = call.wait === true ? { waits: true as const } : {};
  if (at < 0 && call.overlapped === names.failed) {
    if (returns.rc !== 0) return undefined;
    return [{ type: 'failed', seen: ((returns as { bytes?: number }).bytes ?? 0) > 0 ? 'bytes sent' : 'nothing sent' }];
  }
  if (returns.rc === -1 && returns.errno === 'WSA_IO_INCOMPLETE') return [{ type: 'result.incomplete', at, ...waits }];
  const status = statusOf(returns.rc === 0 ? '0' : returns.errno);
  if (status !== undefined) return [{ type: 'result', at, status, ...waits }];
  return call.wait === true ? [{ type: 'result.other', at }] : undefined;
}

/** An alertable wait inside another is a nap. */
function labelsOfSleep(returned: boolean, names: Names, ended: boolean): Label[] {
  if (!returned) return [names.sleeping++ === 0 ? { type: 'sleep.begins' } : { type: 'nap.begins' }];
  if (ended) return [--names.sleeping === 0 ? { type: 'sleep.ends' } : { type: 'nap.ends' }];
  return names.sleeping === 0 ? [{ type: 'sleep.begins' }, { type: 'sleep.ends' }] : [{ type: 'nap.begins' }, { type: 'nap.ends' }];
}
