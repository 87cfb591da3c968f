/** Calls and indications: what a line that the caller or the provider wrote makes of a world. */

import type { PollStep } from '../../model/winsock/trace.ts';
import {
  type CallStep,
  type EndStep,
  type Returns,
  type RoutineStep,
  threadOf,
  type UpcallStep,
  type WSPSendCall,
} from '../../model/winsock/trace.ts';
import { isOversize, look, modeOf } from './calls.ts';
import { end, report, reportCircuit } from './completion.ts';
import { callOf, type Now, overlappedOf, tooLarge } from './search.ts';
import {
  add,
  type CallFrame,
  framesOf,
  hasEvent,
  hasRoutine,
  isSynchronous,
  isUnder,
  type Overlapped,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
} from './world.ts';

type Counted = Returns & { bytes?: number | undefined };

const kindOfCall = (call: CallStep): CallFrame['kind'] => {
  const kinds = { WSPSend: 'send', SleepEx: 'sleep', WSPConnect: 'connect', WSPCloseSocket: 'close' } as const;
  if (call.call === 'WSPGetOverlappedResult' && call.wait === true) return 'wait';
  return call.call in kinds ? kinds[call.call as keyof typeof kinds] : 'other';
};

export const callBegins = (now: Now, line: number, call: CallStep): void => {
  if (call.call === 'WSPRecv') tooLarge('a receive');
  const kind = kindOfCall(call);
  const frames = framesOf(now.world, threadOf(call));
  if (frames.length > 0 && frames.at(-1)?.kind !== 'routine') tooLarge('two calls of one thread at once');
  const isInside = frames.some((frame) => frame.kind === 'send' || frame.kind === 'wait');
  if (kind !== 'sleep' && isInside) tooLarge('a call that may block, inside a routine that interrupted one');
  if (call.call === 'WSPCloseSocket' && now.world.sockets[now.world.names[call.socket] ?? -1]?.linger === 'time')
    tooLarge('a close that waits');
  if (call.call === 'WSPSend') post(now, line, call);
  const overlapped = 'overlapped' in call && typeof call.overlapped === 'string' ? call.overlapped : undefined;
  const socket = 'socket' in call ? (now.world.names[call.socket] ?? -1) : -1;
  frames.push({ kind, line, begin: call.begin as number, due: false, overlapped, socket });
};

export const callEnds = (now: Now, { end: begin, returns, begun }: EndStep): void => {
  const top = framesOf(now.world, threadOf(begun)).pop();
  if (top === undefined || top.kind === 'routine' || top.begin !== begin) now.need(false);
  else callReturns(now, top.line, begun, returns);
};

const post = (now: Now, line: number, call: WSPSendCall): void => {
  const { world, profile } = now;
  const knownFlags = ['MSG_OOB', 'MSG_DONTROUTE', 'MSG_PARTIAL'];
  if (call.flags?.some((flag) => !knownFlags.includes(flag)) === true) tooLarge('an unknown flag');
  const socket = world.names[call.socket] ?? -1;
  const mode = modeOf(profile, world.sockets[socket], call);
  const length = call.buffers.reduce((sum, each) => sum + each, 0);
  const beside = sendsOn(world, socket).filter((each) => !each.returned && !each.waits);
  const posted = { id: line, socket, thread: threadOf(call), mode, length, beside: beside.map(({ id }) => id) };
  const made = { phase: 'begun', ok: false, may: [], returned: false, waits: false } as const;
  const bytes = { read: 0, urgent: [], arrived: false, least: 0, limit: length, took: 0 };
  const ending = { causes: [], status: '', killed: false, told: false, seen: false };
  const send: Send = { ...posted, ...made, may: [], ...bytes, ...ending, delivered: false, queued: false, ran: false, completed: false };
  now.calls.set(line, call);
  world.sends.push(send);
  look(now, world, send);
  if (call.overlapped === undefined) return;
  const { overlapped, send: last } = named(now, call.overlapped);
  const isQueued = last !== undefined && hasRoutine(callOf(now, last)) && last.phase !== 'failed' && !overlapped?.ignored && !last.ran;
  if (overlapped?.free === false || isQueued) tooLarge('an OVERLAPPED is used while it is outstanding');
  const set = (overlapped?.set ?? 'no') === 'no' ? 'no' : 'maybe';
  world.overlappeds[call.overlapped] = { send: line, ignored: mode === 'blocking' || mode === 'nonblocking', free: false, set };
};

/** What a name of an OVERLAPPED stands for. */
const named = ({ world }: Now, name: string): { overlapped?: Overlapped; send?: Send } => {
  const overlapped = world.overlappeds[name];
  return overlapped === undefined ? {} : { overlapped, send: sendOf(world, overlapped.send) };
};

const sendReturns = (now: Now, send: Send, call: WSPSendCall, returns: Counted): void => {
  const socket = now.world.sockets[send.socket];
  if (returns.rc === 0) sendSucceeds(now, send, call, returns.bytes);
  else if (returns.errno === 'WSA_IO_PENDING') {
    now.need(send.mode === 'overlapped' && returns.bytes === undefined && (send.phase !== 'begun' || send.ok));
    if (send.phase === 'begun') send.phase = 'posted';
    const overlapped = overlappedOf(now, send);
    const isReset = call.event === true && now.profile !== 'page' && !send.seen;
    if (isReset && overlapped?.set === 'maybe') overlapped.set = 'no';
  } else sendFails(now, send, returns.errno as string, returns.bytes ?? 0);
  send.returned = true;
  const overlapped = overlappedOf(now, send);
  if (overlapped !== undefined) overlapped.free ||= send.phase === 'failed' || overlapped.ignored;
  if (socket?.causes.includes('peer.close')) socket.metData ||= send.phase !== 'failed' && send.length > 0;
};

const sendSucceeds = (now: Now, send: Send, call: WSPSendCall, bytes: number | undefined): void => {
  const { length, mode } = send;
  now.need(bytes !== undefined || call.count === false || [call.fault ?? []].flat().includes('lpNumberOfBytesSent'));
  now.need(!now.everyUpcall || !hasRoutine(call) || mode !== 'overlapped' || send.queued);
  const isStream = now.world.sockets[send.socket]?.stream === true;
  const mayBePart = mode === 'nonblocking' && now.profile !== 'msafd' && isStream && length > 0;
  const count = bytes ?? length;
  now.need(mayBePart ? count >= 1 && count <= length : count === length);
  end(now, send, { late: true, status: '0' });
  now.need(send.status === '0');
  if (mode === 'nonblocking') now.need(count >= send.least && count <= send.limit);
  if (mode === 'nonblocking') Object.assign(send, { limit: count, least: count });
  send.told = true;
  // On the page alone the event may follow the return.
  if ((mode !== 'overlapped' && mode !== 'filled') || (now.profile === 'page' && !hasRoutine(call))) return;
  Object.assign(send, { delivered: true, seen: true });
  const overlapped = overlappedOf(now, send);
  if (overlapped !== undefined && hasEvent(call)) overlapped.set = 'yes';
};

/** It initiated nothing; or it is a blocking call that was broken in the middle, so that some of it may have gone out. */
const sendFails = (now: Now, send: Send, code: string, bytes: number): void => {
  const { phase } = send;
  const socket = now.world.sockets[send.socket];
  const completesSo = now.profile === 'msafd' && send.mode === 'overlapped' && socket !== undefined && isOversize(socket, send);
  const isRefused = phase === 'begun' ? send.may.includes(code) && !(completesSo && code === 'WSAEMSGSIZE') : code === 'WSAENOBUFS';
  const mayBeRefused = isRefused && bytes === 0 && (phase === 'begun' || (phase === 'posted' && isSynchronous(send) && send.least === 0));
  const ways = [mayBeRefused ? ['refused'] : [], isSynchronous(send) ? ['broken'] : []].flat();
  if (now.pick(ways) === 'refused') {
    send.phase = 'failed';
    reportCircuit(now, socket, code);
  } else {
    end(now, send, { status: code });
    now.need(send.status === code && bytes <= send.limit);
    Object.assign(send, { told: true, seen: true });
  }
};

// ---- Calls other than WSPSend ----

export const callReturns = (now: Now, line: number, call: CallStep, returns: Returns): void => {
  const { world, profile } = now;
  const thread = threadOf(call);
  if (call.call === 'WSPSend') {
    if (call.begin === undefined) post(now, line, call);
    sendReturns(now, sendOf(world, line), call, returns);
  } else if (call.call === 'SleepEx') now.need(!leavesRoutine(now, thread));
  else if (call.call === 'WSPGetOverlappedResult') result(now, call, returns);
  else if (call.call === 'WSPCancelBlockingCall') {
    const top = framesOf(world, thread).at(-1);
    const send = returns.rc === 0 && top?.kind === 'send' ? sendOf(world, top.line) : undefined;
    if (send !== undefined && isSynchronous(send)) add(send.causes, 'interrupt');
  } else if (call.call === 'ExitThread') {
    add(world.exited, thread);
    const own = world.sends.filter((send) => send.thread === thread && send.mode === 'overlapped' && send.phase === 'posted');
    for (const send of own) if (profile !== 'msafd' || callOf(now, send).port !== true) add(send.causes, 'exit');
  } else if (call.call === 'WSPSocket') {
    if (returns.rc === 0) open(now, call);
  } else if (call.call === 'WSACleanup' || call.call === 'WSPRecv') tooLarge('a call that ends everything, or a receive');
  else {
    const index = world.names[call.socket] ?? -1;
    const socket = world.sockets[index];
    if (socket !== undefined) socketCallReturns(now, index, socket, call, returns);
  }
};

const open = (now: Now, { socket, type, overlapped, receiveOnly }: CallStep & { call: 'WSPSocket' }): void => {
  const { names, sockets } = now.world;
  if (names[socket] !== undefined) tooLarge('one name for two sockets');
  names[socket] = sockets.length;
  now.last.set(socket, sockets.length);
  const opened = { stream: type === 'SOCK_STREAM', overlapped: overlapped === true, receiveOnly: receiveOnly === true };
  const options = { nonblocking: false, broadcast: false, linger: 'off', maximum: null, sendTimeout: false, connecting: false } as const;
  const circuit = { causes: [], dead: false, resetReported: false, metData: false, took: false };
  sockets.push({ ...opened, bound: 'no', peer: 'none', ...options, ...circuit, shut: 'no', closed: false, ended: false });
};

type SocketCall = Exclude<CallStep, { call: 'WSPSend' | 'SleepEx' | 'WSPCancelBlockingCall' | 'ExitThread' | 'WSPSocket' | 'WSACleanup' }>;

const socketCallReturns = (now: Now, index: number, socket: Socket, call: SocketCall, returns: Returns): void => {
  const pending = sendsOn(now.world, index).filter(({ mode, phase }) => mode === 'overlapped' && (phase === 'posted' || phase === 'begun'));
  const posted = pending.filter(({ phase }) => phase === 'posted');
  if (call.call === 'WSPCancelIo') {
    const isNamed = (send: Send): boolean =>
      (call.overlapped ?? callOf(now, send).overlapped) === callOf(now, send).overlapped &&
      (call.scope === undefined || send.thread === threadOf(call));
    now.need(returns.rc === 0 || returns.errno === '1168');
    if (returns.rc === 0) for (const send of pending.filter(isNamed)) add(send.causes, 'cancel');
    // Nothing was found to cancel, so all of it is over.
    else for (const send of posted.filter(isNamed)) end(now, send, { spontaneous: true });
  } else if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') {
    now.need(now.profile !== 'msafd' || returns.errno === 'WSAEOPNOTSUPP');
    if (returns.rc === 0) for (const send of posted) add(send.causes, 'flush');
  } else if (returns.rc === 0) change(now, socket, call, returns);
  else if (call.call === 'WSPConnect') {
    if (returns.errno === 'WSAEWOULDBLOCK') Object.assign(socket, { bound: 'yes', peer: call.to ?? 'peer', connecting: true });
    else if (socket.bound === 'no') socket.bound = 'maybe';
  }
};

const knownOptions = /^SO_(SNDBUF|RCVBUF|BROADCAST|LINGER|KEEPALIVE|DONTROUTE|MAX_MSG_SIZE|SNDTIMEO)$/;

const change = ({ world }: Now, socket: Socket, call: SocketCall, returns: Returns): void => {
  const isKnown = !/^(WSPRecv|CreateIoCompletionPort|SetFileCompletionNotificationModes)$/.test(call.call);
  if (!isKnown || (call.call === 'WSPCloseSocket' && (call.unread ?? 0) > 0)) tooLarge('ports and receives of real programs');
  if (call.call === 'WSPBind' || call.call === 'WSPConnect') socket.bound = 'yes';
  if (call.call === 'WSPConnect') Object.assign(socket, { peer: call.to ?? 'peer', connecting: false });
  if (call.call === 'WSPIoctl') socket.nonblocking = call.code === 'FIONBIO' ? Boolean(call.value) : tooLarge('an unknown ioctl');
  if (call.call === 'WSPSetSockOpt') {
    if (!knownOptions.test(call.name)) tooLarge('an unknown option');
    if (call.name === 'SO_BROADCAST') socket.broadcast = Boolean(call.value);
    if (call.name === 'SO_SNDTIMEO') socket.sendTimeout = Boolean(call.value);
    if (typeof call.value === 'object') socket.linger = call.value.l_onoff === 0 ? 'off' : call.value.l_linger === 0 ? 'zero' : 'time';
  }
  if (call.call === 'WSPGetSockOpt' && call.name === 'SO_MAX_MSG_SIZE' && 'value' in returns) socket.maximum = Number(returns.value);
  if (call.call === 'WSPShutdown' && call.how === 'SD_SEND') socket.shut = socket.shut === 'both' ? 'both' : 'send';
  if (call.call === 'WSPShutdown' && call.how === 'SD_BOTH') socket.shut = 'both';
  if (call.call === 'WSPCloseSocket') {
    socket.closed = true;
    delete world.names[call.socket];
  }
};

// ---- Indications ----

const result = (now: Now, call: CallStep & { call: 'WSPGetOverlappedResult' }, returns: Counted) => {
  const { overlapped, send } = named(now, call.overlapped);
  const index = now.world.names[call.socket];
  const code = returns.rc === 0 ? '0' : (returns.errno as string);
  const bytes = returns.bytes ?? 0;
  if (code === 'WSAENOTSOCK' && (index === undefined || isUnder(now.world, 'close', index))) return;
  if (index !== undefined && send !== undefined && send.socket !== index) tooLarge('a result is asked with another socket');
  if (overlapped !== undefined) overlapped.free ||= code !== 'WSA_IO_INCOMPLETE';
  if (send === undefined || overlapped?.ignored === true || send.phase === 'failed') return now.need(bytes === 0);
  const isOpen = call.wait === true && (now.profile === 'page' || hasRoutine(callOf(now, send)));
  if (code === 'WSA_IO_INCOMPLETE') {
    const isWrong = call.wait === true || (returns.bytes !== undefined && now.profile !== 'page') || send.seen || send.delivered;
    return now.need(isOpen || !isWrong);
  }
  const saysNothing = isOpen && now.profile === 'page' && code === '0' && bytes <= send.length;
  if (now.pick(saysNothing ? [true, false] : [true])) report(now, send, code, returns.bytes);
};

export const poll = (now: Now, step: PollStep) => {
  if (step.poll === 'writable') return tooLarge('readiness');
  const { overlapped, send } = named(now, step.overlapped);
  if (overlapped === undefined || send === undefined) return now.need(step.poll === 'count' || !step.signalled);
  const call = callOf(now, send);
  if (step.poll === 'count') {
    const pended = send.returned && send.mode === 'overlapped' && send.phase !== 'failed' && call.returns?.rc !== 0;
    return now.need(!step.written || !pended);
  }
  const completes = hasEvent(call) && !overlapped.ignored && send.phase !== 'failed';
  if (!step.signalled) {
    now.need(overlapped.set !== 'yes' && !(completes && send.phase === 'over' && send.delivered));
    overlapped.set = 'no';
    return;
  }
  overlapped.free = true;
  // It may still be set by an earlier use: only an operation that pends resets it, and on the page not even that.
  const isStale = overlapped.set === 'maybe' && (now.profile === 'page' || send.phase === 'begun' || !completes);
  const ways = overlapped.set === 'yes' ? ['set'] : [isStale ? ['stale'] : [], completes ? ['completes'] : []].flat();
  overlapped.set = 'yes';
  if (now.pick(ways) !== 'completes') return;
  end(now, send, { spontaneous: true });
  Object.assign(send, { seen: true, delivered: true });
};

const isHeldBack = ({ world }: Now, { thread, socket }: Send): boolean =>
  framesOf(world, thread).some((frame) => frame.kind === 'routine' && sendOf(world, frame.send).socket === socket);

/** Another routine of its socket has run, and may have been found running. */
const wasHeldBack = ({ world }: Now, { id, socket }: Send): boolean => sendsOn(world, socket).some((other) => other.id !== id && other.ran);

/** Whether a routine that is surely queued for a thread has not run, and nothing holds it back. */
const leavesRoutine = (now: Now, thread: string): boolean =>
  now.world.sends.some((send) => {
    const isQueued = now.everyUpcall ? send.queued : send.phase === 'over' && send.delivered;
    const isIts = send.mode === 'overlapped' && send.thread === thread && hasRoutine(callOf(now, send));
    return isIts && isQueued && !send.ran && !now.world.exited.includes(thread) && !isHeldBack(now, send);
  });

export const routine = (now: Now, step: RoutineStep) => {
  const thread = threadOf(step);
  const frames = framesOf(now.world, thread);
  const top = frames.at(-1);
  if (step.routine === 'leave') {
    frames.pop();
    return now.need(top?.kind === 'routine' && now.calls.get(top.send)?.overlapped === step.overlapped);
  }
  const { overlapped, send } = named(now, step.overlapped);
  if (overlapped === undefined || send === undefined) return now.need(false);
  now.need(!overlapped.ignored && hasRoutine(callOf(now, send)) && send.phase !== 'failed' && !send.ran);
  now.need(send.thread === thread && !now.world.exited.includes(thread) && step.flags === 0);
  const blocked = top?.kind === 'send' ? sendOf(now.world, top.line) : undefined;
  now.need(blocked === undefined ? ['sleep', 'wait', 'connect'].includes(top?.kind ?? '') : isSynchronous(blocked));
  now.need(!isHeldBack(now, send) && (!now.everyUpcall || send.queued));
  report(now, send, step.error, step.bytes);
  Object.assign(send, { ran: true, delivered: true });
  overlapped.free = true;
  if (blocked?.phase === 'begun' && blocked.ok) blocked.phase = 'posted';
  frames.push({ kind: 'routine', send: send.id });
};

export const upcall = (now: Now, step: UpcallStep) => {
  const { overlapped, send } = named(now, step.overlapped);
  if (overlapped === undefined || send === undefined) return now.need(false);
  const isRoutine = hasRoutine(callOf(now, send));
  now.need(send.phase !== 'failed' && !overlapped.ignored && !send.ran);
  if (step.upcall === 'WPUCompleteOverlappedRequest') {
    now.need(!send.completed);
    report(now, send, step.error, step.bytes);
    Object.assign(send, { completed: true, delivered: send.delivered || !isRoutine });
  } else {
    now.need(isRoutine && threadOf(step) === send.thread && (!send.queued || isHeldBack(now, send) || wasHeldBack(now, send)));
    end(now, send, { spontaneous: true });
    if (step.returns.rc === 0) Object.assign(send, { queued: true, delivered: true });
    else now.need(step.returns.errno === 'WSAEFAULT' && now.world.exited.includes(send.thread));
  }
};
