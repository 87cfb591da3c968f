/** Calls and indications: what a line that the caller or the provider wrote makes of one world. The world given may be changed. */

import type { CallStep, PollCountStep, PollEventStep, Returns, RoutineStep, UpcallStep, WSPSendCall } from '../../model/winsock/trace.ts';
import { threadOf } from '../../model/winsock/trace.ts';
import { isOversize, look, modeOf } from './calls.ts';
import { endings, reportCircuit, reported } from './completion.ts';
import {
  add,
  callOf,
  changed,
  framesOf,
  hasEvent,
  hasRoutine,
  isSynchronous,
  type Overlapped,
  overlappedOf,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
  socketOf,
  type Trace,
  tooLarge,
  type World,
} from './world.ts';

type Counted = Returns & { bytes?: number | undefined };

const isBlocked = (world: World, thread: string): boolean => framesOf(world, thread).some(({ kind }) => kind === 'send' || kind === 'wait');

export const begin = (trace: Trace, world: World, line: number, call: CallStep): World[] => {
  const number = call.begin as number;
  trace.begun.set(number, { line, call });
  const waits = call.call === 'WSPGetOverlappedResult' && call.wait === true;
  const kinds = { WSPSend: 'send', SleepEx: 'sleep', WSPConnect: 'connect' } as const;
  const kind = waits ? 'wait' : call.call in kinds ? kinds[call.call as keyof typeof kinds] : 'other';
  const frames = framesOf(world, threadOf(call));
  if (frames.length > 0 && frames.at(-1)?.kind !== 'routine') tooLarge('two calls of one thread at once');
  if (kind !== 'sleep' && isBlocked(world, threadOf(call))) tooLarge('a call that may block, inside a routine that interrupted one');
  if (call.call === 'WSPSend') post(trace, world, line, call);
  frames.push({ kind, line, begin: number, due: false });
  return [world];
};

export const end = (trace: Trace, world: World, number: number, returns: Returns): World[] => {
  const { line, call } = trace.begun.get(number) ?? tooLarge('nothing has begun');
  const top = framesOf(world, threadOf(call)).pop();
  if (top === undefined || top.kind === 'routine' || top.begin !== number) return [];
  return returned(trace, world, line, call, returns);
};

/** A call that returns on its own line. */
export const single = (trace: Trace, world: World, line: number, call: CallStep): World[] => {
  if (call.call === 'WSPSend') post(trace, world, line, call);
  return returned(trace, world, line, call, call.returns as Returns);
};

const knownFlags = ['MSG_OOB', 'MSG_DONTROUTE', 'MSG_PARTIAL'];

const post = (trace: Trace, world: World, line: number, call: WSPSendCall): void => {
  if (call.flags?.some((flag) => !knownFlags.includes(flag)) === true) tooLarge('an unknown flag');
  const socket = world.names[call.socket] ?? -1;
  const mode = modeOf(trace.profile, world.sockets[socket], call);
  const length = call.buffers.reduce((sum, each) => sum + each, 0);
  const under = sendsOn(world, socket).filter((each) => !each.returned && !each.waits);
  const posted = { id: line, socket, thread: threadOf(call), mode, length, beside: under.map(({ id }) => id) };
  const made = { phase: 'begun' as const, ok: false, may: [], returned: false, waits: false };
  const bytes = { read: 0, urgent: [], arrived: false, least: 0, limit: length, took: 0 };
  const ending = { causes: [], status: '', killed: false, told: false, seen: false };
  const send: Send = { ...posted, ...made, ...bytes, ...ending, delivered: false, queued: false, ran: false, completed: false };
  trace.calls.set(line, call);
  world.sends.push(send);
  look(trace, world, send);
  const name = call.overlapped;
  if (name === undefined) return;
  const last = world.overlappeds[name];
  if (last !== undefined) {
    const old = sendOf(world, last.send);
    const isQueued = hasRoutine(callOf(trace, old)) && old.phase !== 'failed' && !last.ignored && !old.ran;
    if (!last.free || isQueued) tooLarge('an OVERLAPPED is used while it is outstanding');
  }
  const set = (last?.set ?? 'no') === 'no' ? 'no' : 'maybe';
  world.overlappeds[name] = { send: line, ignored: mode === 'blocking' || mode === 'nonblocking', free: false, set };
};

const sendReturned = (trace: Trace, world: World, id: number, returns: Counted): World[] => {
  const send = sendOf(world, id);
  const call = callOf(trace, send);
  const worlds = returns.rc === 0 ? succeeded(trace, world, send, call, returns.bytes) : notSucceeded(trace, world, send, call, returns);
  return worlds.map((each) => {
    const next = changed(each, id, { returned: true });
    const after = sendOf(next, id);
    const overlapped = overlappedOf(trace, next, after);
    if (overlapped !== undefined) overlapped.free ||= after.phase === 'failed' || overlapped.ignored;
    const socket = next.sockets[after.socket];
    if (socket !== undefined) socket.metData ||= after.phase !== 'failed' && after.length > 0 && socket.causes.includes('peer.close');
    return next;
  });
};

const succeeded = (trace: Trace, world: World, send: Send, call: WSPSendCall, bytes: number | undefined): World[] => {
  const { id, length, mode } = send;
  const isUncounted = call.count === false || [call.fault ?? []].flat().includes('lpNumberOfBytesSent');
  if (bytes === undefined && !isUncounted) return [];
  const routine = hasRoutine(call);
  if (trace.everyUpcall && routine && mode === 'overlapped' && !send.queued) return [];
  const inParts = mode === 'nonblocking' && trace.profile !== 'msafd' && world.sockets[send.socket]?.stream === true && length > 0;
  const count = bytes ?? length;
  if (inParts ? count < 1 || count > length : count !== length) return [];
  return endings(trace, world, id, { late: true }).flatMap((each) => {
    const over = sendOf(each, id);
    if (over.status !== '0' || (mode === 'nonblocking' && (count < over.least || count > over.limit))) return [];
    const next = changed(each, id, mode === 'nonblocking' ? { told: true, limit: count, least: count } : { told: true });
    if (mode !== 'overlapped' && mode !== 'filled') return [next];
    // On the page alone the event may follow the return.
    const isLate = trace.profile === 'page' && !routine;
    const overlapped = overlappedOf(trace, next, over);
    if (!isLate) Object.assign(sendOf(next, id), { delivered: true, seen: true });
    if (!isLate && overlapped !== undefined && hasEvent(call)) overlapped.set = 'yes';
    return [next];
  });
};

const notSucceeded = (trace: Trace, world: World, send: Send, call: WSPSendCall, { errno, bytes }: Counted): World[] => {
  const { id, mode, phase } = send;
  const code = errno as string;
  if (code === 'WSA_IO_PENDING') {
    if (mode !== 'overlapped' || bytes !== undefined || (phase === 'begun' && !send.ok)) return [];
    const next = changed(world, id, phase === 'begun' ? { phase: 'posted' } : {});
    const overlapped = overlappedOf(trace, next, send);
    const isReset = overlapped !== undefined && call.event === true && trace.profile !== 'page' && !send.seen;
    if (isReset && overlapped.set === 'maybe') overlapped.set = 'no';
    return [next];
  }
  const found: World[] = [];
  const completesSo =
    trace.profile === 'msafd' && mode === 'overlapped' && code === 'WSAEMSGSIZE' && isOversize(socketOf(world, send), send);
  const isRefused = phase === 'begun' ? send.may.includes(code) && !completesSo : phase === 'posted' && code === 'WSAENOBUFS';
  if (isRefused && (phase === 'begun' || (isSynchronous(send) && send.least === 0)) && (bytes ?? 0) === 0) {
    const next = changed(world, id, { phase: 'failed' });
    reportCircuit(trace, next.sockets[send.socket], code);
    found.push(next);
  }
  if (!isSynchronous(send)) return found;
  // A blocking call that was broken in the middle: some of it may have gone out.
  const broken = endings(trace, world, id).filter((each) => sendOf(each, id).status === code && (bytes ?? 0) <= sendOf(each, id).limit);
  return [...found, ...broken.map((each) => changed(each, id, { told: true, seen: true }))];
};

// ---- Calls other than WSPSend ----

const returned = (trace: Trace, world: World, line: number, call: CallStep, returns: Returns): World[] => {
  const thread = threadOf(call);
  const top = framesOf(world, thread).at(-1);
  switch (call.call) {
    case 'WSPSend':
      return sendReturned(trace, world, line, returns);
    case 'SleepEx':
      return leavesRoutine(trace, world, thread) ? [] : [world];
    case 'WSPGetOverlappedResult':
      return result(trace, world, call, returns);
    case 'WSPCancelBlockingCall': {
      const send = returns.rc === 0 && top?.kind === 'send' ? sendOf(world, top.line) : undefined;
      if (send !== undefined && isSynchronous(send)) add(send.causes, 'interrupt');
      return [world];
    }
    case 'ExitThread':
      add(world.exited, thread);
      for (const send of world.sends.filter((each) => each.thread === thread && each.mode === 'overlapped' && each.phase === 'posted')) {
        if (trace.profile !== 'msafd' || callOf(trace, send).port !== true) add(send.causes, 'exit');
      }
      return [world];
    case 'WSPSocket':
      return returns.rc === 0 ? opened(trace, world, call) : [world];
    default: {
      const index = world.names[call.socket] ?? -1;
      const socket = world.sockets[index];
      return socket === undefined ? [world] : onSocket(trace, world, index, socket, call, returns);
    }
  }
};

const opened = (trace: Trace, world: World, { socket, type, overlapped, receiveOnly }: CallStep & { call: 'WSPSocket' }): World[] => {
  if (world.names[socket] !== undefined) tooLarge('one name for two sockets');
  world.names[socket] = world.sockets.length;
  trace.last.set(socket, world.sockets.length);
  const made = { stream: type === 'SOCK_STREAM', overlapped: overlapped === true, receiveOnly: receiveOnly === true } as const;
  const options = { nonblocking: false, broadcast: false, linger: 'off', maximum: null, sendTimeout: false } as const;
  const circuit = { causes: [], dead: false, resetReported: false, metData: false, took: false };
  world.sockets.push({ ...made, bound: 'no', peer: 'none', ...options, ...circuit, shut: 'no', closed: false, ended: false });
  return [world];
};

const knownOptions = [
  'SO_SNDBUF',
  'SO_RCVBUF',
  'SO_BROADCAST',
  'SO_LINGER',
  'SO_KEEPALIVE',
  'SO_DONTROUTE',
  'SO_MAX_MSG_SIZE',
  'SO_SNDTIMEO',
];
type OnSocket = Exclude<CallStep, { call: 'WSPSend' | 'SleepEx' | 'WSPCancelBlockingCall' | 'ExitThread' | 'WSPSocket' }>;

const onSocket = (trace: Trace, world: World, index: number, socket: Socket, call: OnSocket, returns: Returns): World[] => {
  const pending = sendsOn(world, index).filter(({ mode, phase }) => mode === 'overlapped' && (phase === 'posted' || phase === 'begun'));
  if (call.call === 'WSPCancelIo') {
    const named = pending.filter((send) => call.overlapped === undefined || callOf(trace, send).overlapped === call.overlapped);
    if (returns.rc === 0) for (const send of named) add(send.causes, 'cancel');
    if (returns.rc === 0) return [world];
    if (returns.errno !== '1168') return [];
    // Nothing was found to cancel, so all of it is over.
    const posted = named.filter(({ phase }) => phase === 'posted');
    return posted.reduce<World[]>((all, { id }) => all.flatMap((each) => endings(trace, each, id, { spontaneous: true })), [world]);
  }
  if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') {
    if (returns.rc === 0) for (const send of pending) if (send.phase === 'posted') add(send.causes, 'flush');
    return trace.profile !== 'msafd' || returns.errno === 'WSAEOPNOTSUPP' ? [world] : [];
  }
  if (returns.rc === 0) change(world, socket, call, returns);
  else if (call.call === 'WSPConnect' && socket.bound === 'no') socket.bound = 'maybe';
  return [world];
};

const change = (world: World, socket: Socket, call: OnSocket, returns: Returns): void => {
  if (call.call === 'WSPBind' || call.call === 'WSPConnect') socket.bound = 'yes';
  if (call.call === 'WSPConnect') socket.peer = call.to ?? 'peer';
  if (call.call === 'WSPIoctl') socket.nonblocking = call.code === 'FIONBIO' ? Boolean(call.value) : tooLarge('an unknown ioctl');
  if (call.call === 'WSPSetSockOpt') {
    if (!knownOptions.includes(call.name)) tooLarge('an unknown option');
    if (call.name === 'SO_BROADCAST') socket.broadcast = Boolean(call.value);
    if (call.name === 'SO_SNDTIMEO') socket.sendTimeout = Boolean(call.value);
    if (typeof call.value === 'object') socket.linger = call.value.l_onoff === 0 ? 'off' : call.value.l_linger === 0 ? 'zero' : 'time';
  }
  if (call.call === 'WSPGetSockOpt' && call.name === 'SO_MAX_MSG_SIZE' && 'value' in returns) socket.maximum = Number(returns.value);
  if (call.call === 'WSPShutdown' && call.how === 'SD_SEND') socket.shut = socket.shut === 'both' ? 'both' : 'send';
  if (call.call === 'WSPShutdown' && call.how === 'SD_BOTH') socket.shut = 'both';
  if (call.call !== 'WSPCloseSocket') return;
  socket.closed = true;
  delete world.names[call.socket];
};

// ---- Indications ----

const result = (trace: Trace, world: World, call: CallStep & { call: 'WSPGetOverlappedResult' }, returns: Counted): World[] => {
  const overlapped = world.overlappeds[call.overlapped];
  const index = world.names[call.socket];
  const code = returns.rc === 0 ? '0' : (returns.errno as string);
  const { bytes } = returns;
  if (index === undefined && code === 'WSAENOTSOCK') return [world];
  const send = overlapped === undefined ? undefined : sendOf(world, overlapped.send);
  if (index !== undefined && send !== undefined && send.socket !== index) tooLarge('a result is asked with another socket');
  if (overlapped !== undefined) overlapped.free ||= code !== 'WSA_IO_INCOMPLETE';
  if (send === undefined || overlapped?.ignored === true || send.phase === 'failed') return (bytes ?? 0) === 0 ? [world] : [];
  const isOpen = call.wait === true && (trace.profile === 'page' || hasRoutine(callOf(trace, send)));
  if (code === 'WSA_IO_INCOMPLETE') {
    const isWrong = call.wait === true || (bytes !== undefined && trace.profile !== 'page') || send.seen || send.delivered;
    return isOpen || !isWrong ? [world] : [];
  }
  const found = reported(trace, world, send, code, bytes);
  return isOpen && trace.profile === 'page' && code === '0' && (bytes ?? 0) <= send.length ? [...found, world] : found;
};

const entryOf = (world: World, name: string): { overlapped?: Overlapped; send?: Send } => {
  const overlapped = world.overlappeds[name];
  return overlapped === undefined ? {} : { overlapped, send: sendOf(world, overlapped.send) };
};

export const poll = (trace: Trace, world: World, step: PollEventStep | PollCountStep): World[] => {
  const { overlapped, send } = entryOf(world, step.overlapped);
  if (overlapped === undefined || send === undefined) return step.poll === 'event' && step.signalled ? [] : [world];
  const call = callOf(trace, send);
  if (step.poll === 'count') {
    const pended = send.returned && send.mode === 'overlapped' && send.phase !== 'failed' && call.returns?.rc !== 0;
    return step.written && pended ? [] : [world];
  }
  const completes = hasEvent(call) && !overlapped.ignored && send.phase !== 'failed';
  if (!step.signalled) {
    if (overlapped.set === 'yes' || (completes && send.phase === 'over' && send.delivered)) return [];
    overlapped.set = 'no';
    return [world];
  }
  overlapped.free = true;
  if (overlapped.set === 'yes') return [world];
  // It may still be set by an earlier use: nothing obliges the start to reset it before it pends, and on the page not even then.
  const isStale = overlapped.set === 'maybe' && (trace.profile === 'page' || send.phase === 'begun' || !completes);
  const found = completes ? endings(trace, world, send.id, { spontaneous: true }) : [];
  return [
    ...(isStale ? [changed(world, send.id, {})] : []),
    ...found.map((each) => changed(each, send.id, { seen: true, delivered: true })),
  ].map((each) => {
    Object.assign(each.overlappeds[step.overlapped] as Overlapped, { set: 'yes' });
    return each;
  });
};
const isHeldBack = (world: World, { thread, socket }: Send): boolean =>
  framesOf(world, thread).some((frame) => frame.kind === 'routine' && sendOf(world, frame.send).socket === socket);

/** Whether a routine that is surely queued for a thread has not run, and nothing holds it back. */
const leavesRoutine = (trace: Trace, world: World, thread: string): boolean =>
  world.sends.some((send) => {
    const isQueued = trace.everyUpcall ? send.queued : send.phase === 'over' && send.delivered;
    const isIts = send.mode === 'overlapped' && send.thread === thread && hasRoutine(callOf(trace, send));
    return isIts && isQueued && !send.ran && !world.exited.includes(thread) && !isHeldBack(world, send);
  });

export const routine = (trace: Trace, world: World, step: RoutineStep): World[] => {
  const thread = threadOf(step);
  const top = framesOf(world, thread).at(-1);
  if (step.routine === 'leave') {
    framesOf(world, thread).pop();
    return top?.kind === 'routine' && trace.calls.get(top.send)?.overlapped === step.overlapped ? [world] : [];
  }
  const { overlapped, send } = entryOf(world, step.overlapped);
  if (overlapped === undefined || send === undefined || overlapped.ignored || send.phase === 'failed' || send.ran) return [];
  if (!hasRoutine(callOf(trace, send)) || send.thread !== thread || world.exited.includes(thread) || step.flags !== 0) return [];
  const blocked = top?.kind === 'send' ? sendOf(world, top.line) : undefined;
  const waits = blocked === undefined ? ['sleep', 'wait', 'connect'].includes(top?.kind ?? '') : isSynchronous(blocked);
  if (!waits || isHeldBack(world, send) || (trace.everyUpcall && !send.queued)) return [];
  return reported(trace, world, send, step.error, step.bytes).map((each) => {
    Object.assign(sendOf(each, send.id), { ran: true, delivered: true });
    Object.assign(each.overlappeds[step.overlapped] as Overlapped, { free: true });
    const waiting = blocked === undefined ? undefined : sendOf(each, blocked.id);
    if (waiting?.phase === 'begun' && waiting.ok) waiting.phase = 'posted';
    framesOf(each, thread).push({ kind: 'routine', send: send.id });
    return each;
  });
};

export const upcall = (trace: Trace, world: World, step: UpcallStep): World[] => {
  const { overlapped, send } = entryOf(world, step.overlapped);
  if (overlapped === undefined || send === undefined || send.phase === 'failed' || overlapped.ignored) return [];
  const isRoutine = hasRoutine(callOf(trace, send));
  if (step.upcall === 'WPUCompleteOverlappedRequest') {
    const found = send.completed ? [] : reported(trace, world, send, step.error, step.bytes);
    return found.map((each) => changed(each, send.id, { completed: true, delivered: send.delivered || !isRoutine }));
  }
  if (!isRoutine || threadOf(step) !== send.thread || (send.queued && !isHeldBack(world, send))) return [];
  const found = endings(trace, world, send.id, { spontaneous: true });
  if (step.returns.rc === -1) return step.returns.errno === 'WSAEFAULT' && world.exited.includes(send.thread) ? found : [];
  return found.map((each) => changed(each, send.id, { queued: true, delivered: true }));
};
