/** The calls other than WSPSend: what they change for the sends. What their own pages say of their results is not judged here. */

import { reads } from '../clauses/profiles.ts';
import type { SocketEvent } from '../machines/socket.machine.ts';
import { standingOf } from '../winsock/callCodes.ts';
import { type CodeName, socketOptions } from '../winsock/codes.ts';
import { mayChangeSends } from '../winsock/foreign.ts';
import type { CallStep, Returns, SleepExCall, WSPConnectCall, WSPSetSockOptCall, WSPSocketCall } from '../winsock/trace.ts';
import { threadOf } from '../winsock/trace.ts';
import { cancel, cancelAll, cancelNamed, cleanUp, interrupt, isAfterCleanUp, mayBeClosed, missNamed } from './cancelling.ts';
import { connectsUnderWay } from './circuitFacts.ts';
import { visited } from './effort.ts';
import { happensTo } from './environment.ts';
import { loosen } from './moments.ts';
import { openSocket } from './opening.ts';
import { closeEndsAll, operationFactsOf } from './operationFacts.ts';
import { postBegun, unjudge } from './posting.ts';
import { ask, codeText, isRefusal, type Refusal, refusal } from './refusal.ts';
import { reportCircuit, socketStateAfter } from './sends.ts';
import { causes, type Socket, type World } from './world.ts';

type Sibling = Exclude<CallStep, { call: 'WSPSend' | 'WSPGetOverlappedResult' }>;

export const truthy = (value: unknown): boolean => value === true || (typeof value === 'number' && value !== 0);

export function answerSibling(world: World, call: Sibling, returns: Returns, beganAt = world.time): Refusal | undefined {
  const succeeded = returns.rc === 0;
  if (returns.rc !== 0 && isAfterCleanUp(world, returns.errno)) return undefined;
  const refused = succeeded ? undefined : judgeCode(world, call, returns.errno);
  if (refused !== undefined) return refused;
  switch (call.call) {
    case 'WSPSocket':
      if (succeeded) openSocket(world, call);
      return undefined;
    case 'SleepEx':
      return endSleep(world, call, beganAt);
    case 'ExitThread':
      if (succeeded) exitThread(world, threadOf(call));
      return undefined;
    case 'WSPCancelBlockingCall':
      if (succeeded) for (const record of world.begun.values()) if (record.thread === threadOf(call)) interrupt(record);
      return undefined;
    case 'WSACleanup':
      if (succeeded) cleanUp(world);
      return undefined;
    default: {
      const socket = world.sockets.get(call.socket);
      return socket === undefined || socket.closed ? undefined : answerOnSocket(world, socket, call, returns);
    }
  }
}

type OnSocket = Extract<Sibling, { readonly socket: string }>;

function answerOnSocket(world: World, socket: Socket, call: Exclude<OnSocket, WSPSocketCall>, returns: Returns): Refusal | undefined {
  const succeeded = returns.rc === 0;
  switch (call.call) {
    case 'WSPBind':
      if (succeeded) move(world, socket, 'WSPBind');
      return undefined;
    case 'WSPConnect':
      return connect(world, socket, call, returns);
    case 'WSPIoctl':
      if (call.code === 'SIO_FLUSH') return flush(world, socket, returns);
      if (!succeeded) return undefined;
      if (call.code === 'FIONBIO') socket.nonblocking = truthy(call.value);
      else if (mayChangeSends(call.code)) unjudgeSocket(world, socket, `what ${call.code} does to sends is not known here`);
      return undefined;
    case 'WSPSetSockOpt':
      if (succeeded) setOption(world, socket, call);
      return undefined;
    case 'WSPGetSockOpt':
      if (succeeded && call.name === 'SO_MAX_MSG_SIZE' && 'value' in returns && typeof returns.value === 'number') {
        socket.maxMessage = returns.value;
      }
      return undefined;
    case 'WSPCancelIo':
      if (returns.errno === 'WSAENOTSOCK' && socket.closing > 0) return undefined;
      if (!succeeded && returns.errno !== '1168') return refusal(`WSPCancelIo gives ${returns.errno} on an open socket`);
      if (succeeded) cancelNamed(world, socket, call, true);
      else missNamed(world, socket, call);
      return undefined;
    case 'WSPShutdown':
      if (succeeded) shutDown(world, socket, call.how);
      return undefined;
    case 'WSPCloseSocket':
      if (succeeded) close(world, socket, (call.unread ?? 0) > 0);
      else if (call.begin !== undefined) staysOpen(world, socket);
      return undefined;
    case 'CreateIoCompletionPort':
      if (succeeded) bindPort(world, socket);
      return undefined;
    case 'SetFileCompletionNotificationModes':
      if (succeeded) socket.skipsPort = call.modes.includes('FILE_SKIP_COMPLETION_PORT_ON_SUCCESS');
      return undefined;
    case 'WSPRecv':
      received(world, socket, returns);
      return undefined;
    default:
      return call satisfies never;
  }
}

/** Codes of WSPConnect that say that there never was a connection. */
const neverConnected: ReadonlySet<string> = new Set([
  'WSAECONNREFUSED',
  'WSAETIMEDOUT',
  'WSAENETUNREACH',
  'WSAEHOSTUNREACH',
  'WSAEADDRNOTAVAIL',
]);

function connect(world: World, socket: Socket, call: WSPConnectCall, returns: Returns): Refusal | undefined {
  const begins = returns.rc !== 0 && returns.errno === 'WSAEWOULDBLOCK' && socket.isStream;
  if (returns.rc !== 0 && !begins) {
    // No connect has returned with success, so that a send was what showed a connection.
    const isShown = socket.wasConnected && socket.connectedAt < 0 && connectsUnderWay(world, socket) === 1;
    if (!isShown || !neverConnected.has(returns.errno)) return undefined;
    return refusal(`WSPConnect gives ${returns.errno}, and a send on ${socket.name} had been initiated`, 'WSAENOTCONN:1');
  }
  move(world, socket, begins ? 'WSPConnect.begins' : 'WSPConnect');
  socket.wasConnected = true;
  socket.connectedAt = world.time;
  socket.toBroadcast = call.to === 'broadcast';
  if (world.networkDown !== 'no') reachNetwork(world, socket);
  for (const record of socket.sends) postBegun(world, record);
  return undefined;
}

/** The caller's own receive reports on the circuit: an error as a send would report it, no bytes for the orderly end of the peer. */
function received(world: World, socket: Socket, returns: Returns): void {
  if (returns.rc === 0) {
    if ('bytes' in returns && returns.bytes === 0 && socket.isStream && !socket.peerShutDown) happensTo(world, socket, causes.peerClosed);
    return;
  }
  const cause = causeOfReceived[returns.errno];
  if (cause === undefined || (!socket.isStream && cause !== causes.networkDown)) return;
  if (returns.errno === 'WSAETIMEDOUT' && socket.receiveTimesOut) {
    socket.causes |= cause;
    return;
  }
  if (cause === causes.networkDown && world.networkDown === 'no') world.networkDown = 'elsewhere';
  happensTo(world, socket, cause);
  reportCircuit(world, socket, returns.errno);
}

const causeOfReceived: { readonly [code: string]: number } = {
  WSAECONNRESET: causes.reset,
  WSAECONNABORTED: causes.timedOut,
  WSAETIMEDOUT: causes.timedOut,
  WSAENETRESET: causes.keepAlive,
  WSAENETDOWN: causes.networkDown,
};

function setOption(world: World, socket: Socket, { name, value }: WSPSetSockOptCall): void {
  if (!Object.hasOwn(socketOptions, name) && mayChangeSends(name)) {
    unjudgeSocket(world, socket, `what ${name} does to sends is not known here`);
  }
  if (name === 'SO_SNDTIMEO') socket.timesOut = truthy(value);
  if (name === 'SO_RCVTIMEO') socket.receiveTimesOut = truthy(value);
  if (name === 'SO_BROADCAST') {
    socket.broadcastAllowed = truthy(value);
    for (const record of socket.sends) postBegun(world, record);
  }
  if (name === 'SO_LINGER' && typeof value === 'object') {
    socket.lingers = value.l_onoff !== 0;
    socket.lingerZero = socket.lingers && value.l_linger === 0;
  }
}

/** What a call gives for a failure: a code that its own page lists is an answer; another code of Winsock's cannot be judged here. */
function judgeCode(world: World, call: Sibling, errno: CodeName): Refusal | undefined {
  const standing = standingOf(call.call, errno);
  if (standing === 'no code')
    return refusal(`${call.call} gives ${codeText(errno)}${errno === '0' ? '' : ', which is no code that a call can return'}`);
  if (standing === 'undocumented')
    world.note('socket' in call ? call.socket : undefined, `${call.call} gives ${errno}, which its page does not list`);
  return undefined;
}

/** From here on nothing says what the sends of the socket do. */
export function unjudgeSocket(world: World, socket: Socket, why: string): void {
  world.note(socket.name, why);
  if (socket.unjudged !== undefined) return;
  socket.unjudged = why;
  socket.lossy = true;
  unjudge(world, ...socket.operations);
}

/**
 * The same of a name. Something that nothing here knows may have made a socket of a name that was none: AcceptEx does, and a descriptor of
 * a closed socket is given again, which leaves that socket as it was.
 */
export function unjudgeNamed(world: World, name: string, why: string): void {
  const known = world.sockets.get(name);
  if (known?.closed === false) {
    unjudgeSocket(world, known, why);
    return;
  }
  openSocket(world, { call: 'WSPSocket', socket: name, type: 'SOCK_STREAM', overlapped: true });
  unjudgeSocket(world, world.sockets.get(name)!, why);
}

/** A call that cancels may do so, and be seen to, before it returns. */
export function beginSibling(world: World, call: Sibling): void {
  const socket = 'socket' in call ? world.sockets.get(call.socket) : undefined;
  if (call.call === 'ExitThread')
    for (const operation of world.thread(threadOf(call)).operations) cancel(world, operation, 'threadGone', false);
  if (socket === undefined) return;
  if (call.call === 'WSPCancelIo') cancelNamed(world, socket, call, false);
  else if (call.call === 'WSPCloseSocket') {
    mayBeClosed(world, socket);
    loseBytes(world, socket);
  } else if (call.call === 'WSPIoctl' && call.code === 'SIO_FLUSH') cancelAll(world, socket, 'flushed', false);
  else if (call.call === 'WSPShutdown' && call.how !== 'SD_RECEIVE') shutDownUnder(world, socket);
}

function move(world: World, socket: Socket, event: SocketEvent): void {
  socket.state = socketStateAfter(world, socket, event);
}

function flush(world: World, socket: Socket, returns: Returns): Refusal | undefined {
  const refused = reads(world.tables.profile, 'M8:not-supported');
  if (returns.rc !== 0) {
    if (refused && returns.errno !== 'WSAEOPNOTSUPP') {
      return { ...refusal(`SIO_FLUSH gives ${returns.errno}`, 'WSA_OPERATION_ABORTED:2'), readings: ['M8:not-supported'] };
    }
    return undefined;
  }
  if (refused) return { ...refusal('SIO_FLUSH succeeds', 'WSA_OPERATION_ABORTED:2'), readings: ['M8:not-supported'] };
  cancelAll(world, socket, 'flushed', true);
  // The send queue is discarded: of what the transport had accepted, anything may be gone.
  for (const segment of socket.stream.reading.segments) socket.stream.loosen(segment);
  return undefined;
}

function shutDown(world: World, socket: Socket, how: string): void {
  if (how === 'SD_RECEIVE') {
    move(world, socket, 'WSPShutdown.SD_RECEIVE');
    return;
  }
  move(world, socket, 'WSPShutdown.send');
  socket.sendClosed = true;
  if (how === 'SD_BOTH') socket.shutDownBoth = true;
  shutDownUnder(world, socket);
}

/** The page does not say what happens to a send that pends at the shutdown (ruling D10). */
function shutDownUnder(world: World, socket: Socket): void {
  for (const operation of visited(socket.operations)) {
    if (operation.over !== undefined) continue;
    operation.shutDown = true;
    if (reads(world.tables.profile, 'D10:open')) loosen(operation, false);
  }
  // A call that waits for room may be broken off.
  for (const { mayBlock, segment, over } of socket.isStream ? socket.sends : [])
    if (mayBlock && segment !== undefined && over === undefined) socket.stream.loosen(segment, false);
}

/** What is pending by now may end before the port is bound or after it. */
function bindPort(world: World, socket: Socket): void {
  socket.portBound = true;
  const { begun, pending } = world.tables.operation.stateIndex;
  for (const operation of visited(socket.operations)) {
    const isOpen = (operation.state === begun || operation.state === pending) && operation.over === undefined;
    if (isOpen && operation.portAllowed && !operation.portBound) world.expectPacket(operation);
  }
}

function close(world: World, socket: Socket, isUnread: boolean): void {
  // What had arrived and was not read may make the close a reset, as seen from either side.
  if (isUnread && socket.isStream) socket.causes |= causes.reset;
  move(world, socket, 'WSPCloseSocket');
  socket.closed = true;
  world.retire(socket);
  mayBeClosed(world, socket, true);
  loseBytes(world, socket);
}

/** A close has failed that was under way: what is sent from here on is not lost. */
function staysOpen(world: World, socket: Socket): void {
  if (socket.closing === 1 && socket.unjudged === undefined && !world.cleanedUp) socket.lossy = false;
}

/** What a close may lose of what was accepted: nothing where it delivers. */
function loseBytes(world: World, socket: Socket): void {
  if (socket.lossy || !(reads(world.tables.profile, 'CloseDelivers:open') || socket.lingerZero)) return;
  socket.lossy = true;
  for (const segment of socket.stream.reading.segments) {
    segment.wasShort = segment.watched && !socket.stream.canComplete(segment);
    socket.stream.loosen(segment, !socket.stream.surelyOver(segment), closeEndsAll(world));
  }
}

function exitThread(world: World, name: string): void {
  const thread = world.thread(name);
  thread.exited = true;
  for (const operation of thread.operations) cancel(world, operation, 'threadGone', true);
}

/**
 * An alertable wait may not end while a routine is left that was surely queued for its thread: when the wait began, by a settle since, or
 * by a send that one of its routines made and that returned zero. What others queue during the wait may come too late for it otherwise.
 */
function endSleep(world: World, call: SleepExCall, beganAt: number): Refusal | undefined {
  const thread = threadOf(call);
  const table = world.tables.operation;
  for (const operation of visited(world.thread(thread).routines)) {
    const { queuedBy, returnedZero } = operation;
    if (queuedBy === undefined || !(returnedZero || queuedBy < beganAt || queuedBy <= world.settledAt)) continue;
    const rule = ask(table, operation.state, 'sleep.ends', operationFactsOf(world, operation, { thread }), () => {
      return `the alertable wait ends although the routine of ${operation.name} is queued`;
    });
    if (isRefusal(rule)) return { ...rule, about: operation.name };
  }
  return undefined;
}

/** Where it connects although the network had failed, that failure is not its own. */
function reachNetwork(world: World, socket: Socket): void {
  socket.reachesNetwork = true;
  for (const record of visited(socket.sends)) record.networkWasGone = false;
  socket.networkReportedAt = undefined;
  socket.causes &= ~(causes.networkDown | causes.networkGone);
  const { resetReported } = world.tables.circuit.stateIndex;
  if ((socket.causes & ~causes.peerClosed) !== 0 || socket.circuit === resetReported) return;
  world.unsettled.delete(socket);
  world.moveCircuit(socket, world.tables.circuit.initial);
}
