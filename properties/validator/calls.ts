/** Calls: what a line that the caller wrote makes of a world. */

import type { CallStep, EndStep, Returns, WSPSendCall } from '../../model/winsock/trace.ts';
import { threadOf } from '../../model/winsock/trace.ts';
import { isCleanedUp, leavesRoutine, result } from './indications.ts';
import { circuitCodes, end, look, modesOf, passCounted, received, reportCircuit } from './rules.ts';
import type { Counted, Frame, Now, Send, Socket } from './world.ts';
import {
  hasEvent,
  hasRoutine,
  isConnecting,
  isInitiated,
  isOversize,
  isSynchronous,
  isUnder,
  lastSend,
  mayBeBlocking,
  nothing,
  openSocket,
  outOfBounds,
  topOf,
  unsent,
} from './world.ts';

// ---- Sends ----

const knownFlags: readonly string[] = ['MSG_OOB', 'MSG_DONTROUTE', 'MSG_PARTIAL'];

/** What is complete gives a packet where its socket is bound to a port, unless it has a routine or its caller keeps it away. */
const packetOf = (call: WSPSendCall, socket: Socket): Send['packet'] => {
  if (call.routine !== undefined && call.routine !== false) return 'none';
  return call.port !== false && socket.port ? 'certain' : call.port === true ? 'perhaps' : 'none';
};

const post = (now: Now, id: number, call: WSPSendCall): Send => {
  if (call.flags?.some((flag) => !knownFlags.includes(flag)) === true) outOfBounds('an unknown flag');
  const socket = openSocket(now, call.socket) ?? nothing;
  const last = call.overlapped === undefined ? undefined : lastSend(now, call.overlapped);
  if (last !== undefined && (!last.free || !last.returned || (hasRoutine(last) && isInitiated(last) && !last.ran)))
    outOfBounds('an OVERLAPPED is used while it is outstanding');
  const isSet = last !== undefined && (last.set !== 'no' || (hasEvent(last) && isInitiated(last)));
  const length = call.buffers.reduce((sum, each) => sum + each, 0);
  const mode = now.pick(modesOf(now, socket, call));
  const late = socket.ended && socket.stream && length > 0;
  if (mode === 'overlapped' && call.overlapped === undefined && call.begin !== undefined) outOfBounds('a routine without an OVERLAPPED');
  if (mode === 'filled' && call.routine !== undefined) outOfBounds('a routine of a send that is not overlapped');
  const mayBeInPieces = call.begin !== undefined || call.returns?.errno === 'WSA_IO_PENDING';
  if (mayBeInPieces && length > 1 && call.flags?.includes('MSG_OOB') === true) outOfBounds('an urgent send in pieces');
  const overlapping = now.sends.filter((each) => each.socket === socket && !each.returned && !each.waits);
  const send: Send = {
    ...{ id, call, socket, thread: threadOf(call), mode, length, overlapping: overlapping.map((each) => each.id) },
    ...structuredClone(unsent),
    packet: packetOf(call, socket),
    ...{
      limit: late ? 0 : length,
      maximum: socket.maximum,
      late,
      early: socket.shut === 'no',
      set: isSet ? 'maybe' : 'no',
      cut: isUnder(now, 'close', socket),
    },
  };
  // A close that has ended what was pending ends what is sent from then on as its own calls find it.
  for (const other of now.sends) if (other.socket === socket && other.killed && other.reported && !socket.dead) other.spares ||= id;
  now.sends.push(send);
  look(now, send);
  Object.assign(socket, { writable: false, quiet: false });
  return send;
};

const sendReturns = (now: Now, send: Send, returns: Counted): void => {
  const { call, socket, length } = send;
  const isUnderWay = isConnecting(now, socket) || (isUnder(now, 'shutdown', socket) && returns.errno === 'WSAESHUTDOWN');
  if (isUnderWay) outOfBounds('what a call under way may have done to the socket by now');
  // While it was under way, it may have reset an event that was set before.
  if (send.set === 'yes' && !send.seen) send.set = 'maybe';
  if (returns.rc === 0) succeeds(now, send, returns.bytes);
  else if (returns.errno !== 'WSA_IO_PENDING') fails(now, send, returns.errno as string, returns.bytes ?? 0);
  else {
    now.need(send.mode === 'overlapped' && returns.bytes === undefined && (send.phase !== 'begun' || send.mayPend));
    if (send.phase === 'begun') send.phase = 'posted';
    if (call.event === true && now.profile !== 'page' && !send.seen && send.set === 'maybe') send.set = 'no';
  }
  send.returned = true;
  Object.assign(socket, { full: socket.full || returns.errno === 'WSAEWOULDBLOCK', writable: false, quiet: false });
  if (send.phase !== 'failed') socket.connecting = false;
  send.free ||= !isInitiated(send);
  const isInitiating = returns.rc === 0 || returns.errno === 'WSA_IO_PENDING';
  socket.metData ||= socket.causes.includes('peer.close') && isInitiating && length > 0;
};

const succeeds = (now: Now, send: Send, bytes: number | undefined): void => {
  const { length, mode, call, socket } = send;
  now.need((bytes === undefined) === (call.count === false) || [call.fault ?? []].flat().includes('lpNumberOfBytesSent'));
  now.need(!now.everyUpcall || !hasRoutine(send) || mode !== 'overlapped' || send.queued);
  const mayBePart = mode === 'nonblocking' && now.profile !== 'msafd' && socket.stream && length > 0;
  // Where the port is skipped on success, one that has given a packet has not succeeded at once.
  const skips = socket.skips && now.profile !== 'page' && isInitiated(send);
  now.need(!skips || send.packet !== 'seen');
  if (skips) send.packet = 'none';
  const count = bytes ?? length;
  now.need(mayBePart ? count >= 1 && count <= length : count === length);
  end(now, send, { status: '0' });
  now.need(send.status === '0');
  if (mode === 'nonblocking') {
    now.need(count >= send.least && count <= send.limit);
    Object.assign(send, { limit: count, least: count });
  }
  Object.assign(send, { reported: true, zero: true });
  // On the page alone the event may follow the return, unless it was seen before.
  if (now.profile === 'page' && send.set === 'yes' && !send.delivered) send.set = 'maybe';
  if (!isInitiated(send) || (now.profile === 'page' && !hasRoutine(send))) return;
  Object.assign(send, { delivered: true, seen: true });
  if (hasEvent(send)) send.set = 'yes';
};

/** It initiated nothing; or it is a blocking call that was broken in the middle, so that some of it may have gone out. */
const fails = (now: Now, send: Send, code: string, bytes: number) => {
  const { phase } = send;
  if (isCleanedUp(now, code)) return Object.assign(send, { phase: 'failed' });
  now.need(code !== '0');
  now.need(!send.completed && !send.queued);
  // Its OVERLAPPED may have shown the failure before the call returned.
  const wasShownEarlier = phase === 'over' && send.reported && !send.completed && send.status === code && bytes === 0;
  if (wasShownEarlier) {
    now.need(isSynchronous(send) || send.least === 0);
    return Object.assign(send, { phase: 'failed', set: send.set === 'no' ? 'no' : 'maybe' });
  }
  if (phase === 'over' && (send.length === 0 || !isSynchronous(send) || send.causes.length > 0 || send.socket.closed))
    outOfBounds('a call that fails although something behind it went out');
  const pendsOversize = now.profile === 'msafd' && send.mode === 'overlapped' && isOversize(send) && code === 'WSAEMSGSIZE';
  const isRefused = phase === 'begun' || isSynchronous(send) ? send.may.includes(code) && !pendsOversize : code === 'WSAENOBUFS';
  const hasWaited = phase === 'posted' || (phase === 'over' && send.status !== '0' && send.read === 0 && !send.seen);
  const isUntouched = bytes === 0 && !send.arrived && (phase === 'begun' || (hasWaited && isSynchronous(send) && send.least === 0));
  // A call may look at what it was given only once there is room.
  const ways = [...(isRefused && isUntouched ? ['refused'] : []), ...(isSynchronous(send) ? ['broken'] : [])];
  if (now.pick(ways) === 'refused') {
    send.phase = 'failed';
    return reportCircuit(now, send.socket, code);
  }
  if (send.read >= send.length && send.length > 0 && send.socket.stream) outOfBounds('a call that fails although all of it was read');
  // A datagram leaves whole or not at all, and a shortage of buffers breaks nothing off.
  now.need(bytes === 0 || send.socket.stream);
  now.need(code !== 'WSAENOBUFS' || circuitCodes(now.profile, send.socket).includes(code));
  end(now, send, { status: code });
  send.socket.dead ||= bytes > 0 && code === 'WSAENOBUFS';
  reportCircuit(now, send.socket, code);
  now.need(!send.arrived && send.status === code && bytes <= send.limit && !(send.mode === 'filled' && send.seen));
  if (bytes > 0) passCounted(now, send, bytes);
  Object.assign(send, { reported: true, seen: true });
  // A datagram whose call fails has not left.
  if (!send.socket.stream) send.limit = -1;
};

// ---- Calls ----

const kinds: Readonly<Record<string, Frame['kind']>> = {
  ...{ SleepEx: 'sleep', WSPCloseSocket: 'close', WSPGetOverlappedResult: 'look' },
};

const kindOfCall = (now: Now, call: CallStep, socket: Socket | null): Frame['kind'] => {
  if (call.call === 'WSPShutdown') return call.how === 'SD_RECEIVE' ? 'plain' : 'shutdown';
  if (call.call === 'WSPConnect') return socket !== null && mayBeBlocking(now, socket) ? 'connect' : 'connectAtOnce';
  if (call.call === 'WSPRecv' && socket !== null && mayBeBlocking(now, socket)) return 'receive';
  if (call.call === 'WSPIoctl' && call.code === 'FIONBIO') return call.value ? 'unblock' : 'reblock';
  return kinds[call.call] ?? 'plain';
};

/** A routine of the thread runs inside a call that blocks. */
const interrupts = ({ frames }: Now, thread: string): boolean =>
  frames.some((frame) => frame.thread === thread && /^(send|wait|receive|connect)$/.test(frame.kind));

export const callBegins = (now: Now, line: number, call: CallStep): void => {
  const thread = threadOf(call);
  const top = topOf(now, thread);
  if (top !== undefined && top.kind !== 'routine') outOfBounds('two calls of one thread at once');
  if (interrupts(now, thread) && call.call !== 'SleepEx') outOfBounds('a call that may block, inside a routine that interrupted one');
  if (call.call === 'WSPCloseSocket' && openSocket(now, call.socket)?.linger === 'time') outOfBounds('a close that waits');
  if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') outOfBounds('a flush that is under way');
  cancels(now, call);
  if (call.call === 'WSPCloseSocket') cuts(now, openSocket(now, call.socket));
  const socket = 'socket' in call ? (openSocket(now, call.socket) ?? null) : null;
  const frame = { thread, begin: call.begin as number, due: false, cancelled: false, socket };
  if (call.call === 'WSPSend') now.frames.push({ ...frame, kind: 'send', send: post(now, line, call) });
  else if (call.call === 'WSPGetOverlappedResult' && call.wait === true)
    now.frames.push({ ...frame, kind: 'wait', send: lastSend(now, call.overlapped) ?? null });
  else now.frames.push({ ...frame, kind: kindOfCall(now, call, socket), send: null });
};

export const callEnds = (now: Now, { end: begin, returns, begun }: EndStep): void => {
  const top = topOf(now, threadOf(begun));
  now.need(top !== undefined && top.kind !== 'routine' && top.begin === begin);
  now.frames = now.frames.filter((frame) => frame !== top);
  if (top?.kind === 'send') sendReturns(now, top.send as Send, returns);
  // A wait that was cancelled says nothing of the operation.
  else if (!top?.cancelled || returns.errno !== 'WSAEINTR' || now.profile === 'page') callReturns(now, 0, begun, returns);
};

export const callReturns = (now: Now, line: number, call: CallStep, returns: Returns) => {
  const thread = threadOf(call);
  if (call.call === 'WSPSend') {
    const send = post(now, line, call);
    if (interrupts(now, thread) && (isSynchronous(send) || call.overlapped === undefined))
      outOfBounds('a call that may block, inside a routine that interrupted one');
    return sendReturns(now, send, returns);
  }
  if (call.call === 'SleepEx') return now.need(!leavesRoutine(now, thread));
  if (call.call === 'WSPGetOverlappedResult') return result(now, call, returns);
  if (call.call === 'WSACleanup') return returns.rc === 0 ? cleansUp(now) : undefined;
  if (call.call === 'WSPCancelBlockingCall') {
    const top = topOf(now, thread);
    if (returns.rc === 0 && top !== undefined) interrupt(top);
  } else if (call.call === 'ExitThread') {
    if (topOf(now, thread) !== undefined) outOfBounds('a thread exits inside a call');
    now.exited = [...now.exited, thread];
    cancels(now, call);
  } else if (call.call === 'WSPSocket') {
    if (openSocket(now, call.socket) !== undefined) outOfBounds('one name for two sockets');
    const { socket: name, type, overlapped, receiveOnly } = call;
    const made = { name, stream: type === 'SOCK_STREAM', overlapped: overlapped === true, receiveOnly: receiveOnly === true };
    if (returns.rc === 0) now.sockets.push({ ...structuredClone(nothing), ...made, closed: false, causes: [...now.network] });
  } else {
    const socket = openSocket(now, call.socket);
    if (socket !== undefined) socketCallReturns(now, socket, call, returns);
  }
};

/** It cancels every blocking call, and may close every socket, which resets its connection and cancels what pends. */
const cleansUp = (now: Now): void => {
  for (const frame of now.frames) interrupt(frame);
  for (const socket of now.sockets.filter(({ closed }) => !closed)) {
    const mayHave = socket.stream && !socket.mayHave.includes('peer.reset') ? [...socket.mayHave, 'peer.reset' as const] : socket.mayHave;
    Object.assign(socket, { cleaned: true, mayHave });
    cuts(now, socket);
  }
  for (const { mode, phase, socket, causes } of now.sends)
    if (mode === 'overlapped' && !socket.closed && /begun|posted/.test(phase)) causes.push('cancel');
};

const interrupt = (frame: Frame): void => {
  if (frame.kind === 'wait') frame.cancelled = true;
  if (frame.kind === 'send' && frame.send !== null && isSynchronous(frame.send)) frame.send.causes.push('interrupt');
};

type CancelCall = Extract<CallStep, { call: 'WSPCancelIo' }>;
const isNamedBy = (call: CancelCall, send: Send): boolean =>
  !send.socket.closed &&
  send.socket.name === call.socket &&
  (call.overlapped ?? send.call.overlapped) === send.call.overlapped &&
  (call.scope === undefined || send.thread === threadOf(call));

/** What a call may cancel that cancels, from its beginning on. */
const cancels = (now: Now, call: CallStep, hasReturned = false): void => {
  const isFilled = (send: Send): boolean => send.mode === 'filled' && !send.returned;
  if (call.call === 'WSPCancelIo' && now.sends.some((send) => isFilled(send) && isNamedBy(call, send)))
    outOfBounds('what a call that fills its OVERLAPPED is cancelled by');
  for (const send of now.sends.filter(({ mode }) => mode === 'overlapped')) {
    const isOwn = call.call === 'ExitThread' && send.thread === threadOf(call) && send.phase === 'posted';
    if (isOwn && (now.profile !== 'msafd' || (send.packet === 'none' && send.call.port !== true))) send.causes.push('exit');
    if (call.call === 'WSPCancelIo' && isNamedBy(call, send) && /begun|posted/.test(send.phase))
      send.causes.push('cancel', ...(hasReturned ? (['cancel returned'] as const) : []));
  }
};

const cuts = ({ sends }: Now, socket: Socket | undefined): void => {
  for (const send of sends) if (send.socket === socket && /begun|posted/.test(send.phase)) send.cut = true;
};

type SocketCall = Extract<CallStep, { socket: string }>;

const socketCallReturns = (now: Now, socket: Socket, call: SocketCall, returns: Returns): void => {
  const pending = now.sends.filter((send) => send.socket === socket && send.mode === 'overlapped');
  const posted = pending.filter(({ phase }) => phase === 'posted');
  if (call.call === 'WSPCancelIo') {
    const isGone = returns.rc !== 0 && returns.errno === 'WSAENOTSOCK' && isUnder(now, 'close', socket);
    now.need(returns.rc === 0 || returns.errno === '1168' || isGone);
    const isMissed = returns.rc !== 0 && !isGone && posted.some((send) => isNamedBy(call, send));
    if (isMissed) outOfBounds('how something ended that could not be found to be cancelled');
    if (returns.rc === 0) cancels(now, call, true);
  } else if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') {
    now.need(now.profile !== 'msafd' || returns.errno === 'WSAEOPNOTSUPP');
    if (returns.rc === 0 && now.sends.some((send) => send.socket === socket)) outOfBounds('what a flush takes back');
  } else if (call.call === 'WSPRecv') received(now, socket, returns);
  else if (returns.rc === 0) {
    change(now, socket, call, returns);
    if (call.call === 'WSPCloseSocket') cuts(now, socket);
  } else if (call.call === 'WSPCloseSocket' && call.begin !== undefined && now.sends.some((send) => send.socket === socket))
    outOfBounds('what a close that fails has done');
  else if (call.call === 'WSPConnect') {
    if (returns.errno === 'WSAEWOULDBLOCK' && socket.stream)
      Object.assign(socket, { bound: 'yes', peer: call.to ?? 'peer', connecting: true });
    else if (socket.bound === 'no') socket.bound = 'maybe';
  }
};

const knownOptions = /^SO_(SNDBUF|RCVBUF|BROADCAST|LINGER|KEEPALIVE|DONTROUTE|MAX_MSG_SIZE|SNDTIMEO)$/;

const change = (now: Now, socket: Socket, call: SocketCall, returns: Returns): void => {
  if (call.call === 'WSPCloseSocket' && (call.unread ?? 0) > 0) outOfBounds('bytes that were not read');
  if (call.call === 'CreateIoCompletionPort') {
    socket.port = true;
    // What is pending by now may end before the port is bound or after it.
    const mayEnd = now.sends.filter((send) => send.socket === socket && send.packet === 'none' && /begun|posted/.test(send.phase));
    for (const send of mayEnd) if (packetOf(send.call, socket) === 'certain') send.packet = 'perhaps';
  }
  if (call.call === 'SetFileCompletionNotificationModes') socket.skips = call.modes.includes('FILE_SKIP_COMPLETION_PORT_ON_SUCCESS');
  if (call.call === 'WSPBind') socket.bound = 'yes';
  if (call.call === 'WSPConnect') {
    // Where it connects, the network that had failed is not its own.
    const causes = socket.causes.filter((cause) => cause !== 'network.gone');
    const hasFailed = socket.resetReported || causes.some((cause) => cause !== 'network.down' && cause !== 'peer.close');
    if (socket.dead && hasFailed && !socket.resetReported && socket.causes.includes('network.down'))
      outOfBounds('which of two failures was reported');
    Object.assign(socket, { bound: 'yes', peer: call.to ?? 'peer', connecting: false, causes, dead: socket.dead && hasFailed });
  }
  if (call.call === 'WSPIoctl') socket.nonblocking = call.code === 'FIONBIO' ? Boolean(call.value) : outOfBounds('an unknown ioctl');
  if (call.call === 'WSPSetSockOpt') {
    if (!knownOptions.test(call.name)) outOfBounds('an unknown option');
    if (call.name === 'SO_BROADCAST') socket.broadcast = Boolean(call.value);
    if (call.name === 'SO_SNDTIMEO') socket.sendTimeout = Boolean(call.value);
    if (typeof call.value === 'object') socket.linger = call.value.l_onoff === 0 ? 'off' : call.value.l_linger === 0 ? 'zero' : 'time';
  }
  if (call.call === 'WSPGetSockOpt' && call.name === 'SO_MAX_MSG_SIZE' && 'value' in returns) socket.maximum = Number(returns.value);
  if (call.call === 'WSPShutdown' && call.how === 'SD_SEND' && socket.shut === 'no') socket.shut = 'send';
  if (call.call === 'WSPShutdown' && call.how === 'SD_BOTH') socket.shut = 'both';
  if (call.call === 'WSPCloseSocket') socket.closed = true;
};
