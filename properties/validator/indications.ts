/** Indications: what a line that shows how an operation ended makes of a world. */

import { winsockCodesOf } from '../../model/winsock/codes.ts';
import type {
  PollStep,
  PollWritableStep,
  PortStep,
  RoutineStep,
  UpcallStep,
  WSPGetOverlappedResultCall,
} from '../../model/winsock/trace.ts';
import { threadOf } from '../../model/winsock/trace.ts';
import { end, report, waitsToFail } from './rules.ts';
import type { Counted, Now, Send } from './world.ts';
import {
  hasEvent,
  hasRoutine,
  isInitiated,
  isSynchronous,
  isUnder,
  lastSend,
  openSocket,
  outOfBounds,
  topOf,
  waitsForReader,
} from './world.ts';

/** Once WSACleanup was called, any call may find that nothing is started up. The page knows of no such code. */
export const isCleanedUp = ({ profile, sockets }: Now, code: string): boolean =>
  code === 'WSANOTINITIALISED' && profile !== 'page' && sockets.some(({ cleaned }) => cleaned);

export const result = (now: Now, call: WSPGetOverlappedResultCall, returns: Counted) => {
  const send = lastSend(now, call.overlapped);
  const socket = openSocket(now, call.socket);
  const code = returns.rc === 0 ? '0' : (returns.errno as string);
  const bytes = returns.bytes ?? 0;
  if (code === 'WSAENOTSOCK' && (socket === undefined || isUnder(now, 'close', socket))) return;
  if (isCleanedUp(now, code)) return;
  if (send === undefined) return now.need(bytes === 0);
  if (socket !== undefined && send.socket !== socket) outOfBounds('a result is asked with another socket');
  if (send.mode === 'filled' && !send.returned && (send.socket.closed || now.exited.includes(send.thread)))
    outOfBounds('what is taken from a call that fills its OVERLAPPED');
  if (!isInitiated(send)) return now.need(bytes === 0);
  // As long as its call has initiated nothing, its OVERLAPPED stays as zeroed as it was.
  if (send.phase === 'begun' && (!send.ok || (code === '0' && bytes === 0))) return now.need(bytes === 0);
  if (call.wait === true && (now.profile === 'page' || hasRoutine(send))) return outOfBounds('what a wait gives is open');
  if (code !== 'WSA_IO_INCOMPLETE') {
    send.free = true;
    return report(now, send, code, returns.bytes);
  }
  // What has no event cannot be waited for.
  now.need(!(call.wait === true && hasEvent(send)) && (returns.bytes === undefined || now.profile === 'page'));
  now.need(!send.zero && !send.seen && !send.delivered);
};

export const poll = (now: Now, step: PollStep) => {
  if (step.poll === 'writable') return pollWritable(now, step);
  const send = lastSend(now, step.overlapped);
  if (send === undefined) return now.need(step.poll === 'count' || !step.signalled);
  if (step.poll === 'count') {
    if (!step.written || !send.returned || !isInitiated(send)) return;
    // Of a send that had returned zero the page says nothing.
    return send.zero ? outOfBounds('a count is written again') : now.need(false);
  }
  const completes = hasEvent(send) && isInitiated(send);
  if (!step.signalled) {
    now.need(send.set !== 'yes' && !(completes && send.phase === 'over' && send.delivered));
    send.set = 'no';
    return;
  }
  // It may still be set by an earlier use: only an operation that pends resets it, and on the page not even that.
  const isStale = send.set === 'maybe' && (now.profile === 'page' || send.phase === 'begun' || !completes);
  const ways = send.set === 'yes' ? ['set'] : [isStale ? ['stale'] : [], completes ? ['completes'] : []].flat();
  const way = now.pick(ways);
  // A call that is under way may still reset what an earlier one has set.
  send.set = way === 'stale' && send.phase === 'begun' ? 'maybe' : 'yes';
  // The sibling pages have it set by an upcall.
  const isShown = way === 'completes' ? send.completed : way === 'stale' || !completes || send.completed || send.reported || send.zero;
  now.need(isShown || !now.everyUpcall || now.profile === 'page' || !send.returned);
  if (way === 'completes') {
    end(now, send);
    Object.assign(send, { seen: true, delivered: true });
  }
  send.free ||= send.phase === 'over';
};

/** After a send that found no room, a socket whose peer has read everything is seen writable. */
const pollWritable = (now: Now, { socket: name, ready }: PollWritableStep): void => {
  const socket = openSocket(now, name);
  if (socket === undefined) return;
  const { full, quiet, stream, peer, connecting, shut, receiveOnly } = socket;
  const isConnected = stream && peer !== 'none' && !connecting && shut === 'no' && !receiveOnly;
  const isStanding = socket.causes.length + socket.mayHave.length === 0;
  const isIdle = now.sends.every((send) => send.socket !== socket || !(waitsForReader(send) || (isInitiated(send) && !send.reported)));
  now.need(ready || now.profile === 'page' || !(full && quiet && isConnected && isStanding && isIdle));
  Object.assign(socket, { writable: ready, full: full && !ready });
};

/** A packet of a port: of an operation of that name that has given none. */
export const port = (now: Now, step: PortStep) => {
  if (step.port === 'empty') {
    const isDue = ({ packet, socket }: Send): boolean => packet === 'due' && socket.name === step.socket;
    return now.need(now.profile === 'page' || !now.sends.some(isDue));
  }
  const isOf = (send: Send): boolean => send.socket.name === step.socket && send.call.overlapped === step.overlapped;
  const named = now.sends.filter((send) => isOf(send) && isInitiated(send) && send.packet !== 'seen');
  // On the page alone it may come where no port is known, but not of an earlier use of the OVERLAPPED.
  const last = now.profile === 'page' ? lastSend(now, step.overlapped) : undefined;
  const send = now.pick(named.filter((each) => each.packet !== 'none' || each === last));
  report(now, send, now.pick(winsockCodesOf(step.error)), step.bytes);
  send.packet = 'seen';
  send.free ||= send.returned;
};

const isHeldBack = ({ frames }: Now, { thread, socket }: Send): boolean =>
  frames.some((frame) => frame.kind === 'routine' && frame.thread === thread && frame.send?.socket === socket);

/** Whether a routine that is surely queued for a thread has not run, and nothing holds it back. */
export const leavesRoutine = (now: Now, thread: string): boolean =>
  now.sends.some((send) => {
    const isQueued = send.phase === 'over' && send.delivered;
    const isIts = send.mode === 'overlapped' && send.thread === thread && hasRoutine(send);
    return isIts && isQueued && !send.ran && !now.exited.includes(thread) && !isHeldBack(now, send);
  });

export const routine = (now: Now, step: RoutineStep) => {
  const thread = threadOf(step);
  const top = topOf(now, thread);
  if (step.routine === 'leave') {
    now.frames = now.frames.filter((frame) => frame !== top);
    return now.need(top?.kind === 'routine' && top.send?.call.overlapped === step.overlapped);
  }
  const send = lastSend(now, step.overlapped);
  if (send === undefined) return now.need(false);
  now.need(isInitiated(send) && hasRoutine(send) && !send.ran);
  now.need(send.thread === thread && !now.exited.includes(thread) && step.flags === 0);
  const blocked = top?.kind === 'send' ? top.send : null;
  const mayWait = blocked !== null && isSynchronous(blocked) && (blocked.phase !== 'begun' || blocked.ok || waitsToFail(now, blocked));
  now.need(blocked === null ? /^(sleep|wait|connect|receive)$/.test(top?.kind ?? '') : mayWait);
  now.need(!isHeldBack(now, send) && (!now.everyUpcall || send.queued));
  report(now, send, step.error, step.bytes);
  Object.assign(send, { ran: true, delivered: true, free: true });
  for (const other of now.sends) if (other.socket === send.socket) other.heldBack = true;
  if (blocked?.phase === 'begun' && blocked.ok) blocked.phase = 'posted';
  now.frames.push({ kind: 'routine', thread, begin: 0, due: false, cancelled: false, send, socket: send.socket });
};

export const upcall = (now: Now, step: UpcallStep) => {
  const send = lastSend(now, step.overlapped);
  if (send === undefined) return now.need(false);
  now.need(isInitiated(send) && !send.ran);
  if (step.upcall === 'WPUCompleteOverlappedRequest') {
    now.need(!send.completed && !hasRoutine(send));
    report(now, send, step.error, step.bytes);
    Object.assign(send, { completed: true, delivered: send.delivered || !(now.profile === 'page' && send.zero) });
    // What the port gets, it gets by this call.
    if (send.packet === 'none' && send.socket.port && send.call.port !== false) send.packet = 'perhaps';
  } else {
    now.need(hasRoutine(send) && threadOf(step) === send.thread && (!send.queued || send.heldBack));
    send.heldBack = now.frames.some(({ kind, socket }) => kind === 'routine' && socket === send.socket);
    end(now, send);
    // A wait that is under way may end without it.
    const isLate = now.frames.some(({ kind, thread }) => kind === 'sleep' && thread === send.thread);
    if (step.returns.rc === 0) Object.assign(send, { queued: true, seen: true, delivered: send.delivered || !isLate });
    else now.need(step.returns.errno === 'WSAEFAULT' && now.exited.includes(send.thread));
  }
};
