/** Why a send initiates nothing. */

import { errorCodes, type SendFlag, sendFlags } from '../../model/winsock/codes.ts';
import type { Armed, Socket } from './sockets.ts';
import type { Provider } from './state.ts';

/** Which flags a stream takes, and which a datagram socket. */
const streamTakes: { readonly [flag in SendFlag]: (switches: Socket['switches']) => boolean } = {
  MSG_OOB: (switches) => !switches.refusesOutOfBand,
  MSG_DONTROUTE: () => true,
  MSG_PARTIAL: (switches) => !switches.refusesPartial,
};
const datagramsTake: { readonly [flag in SendFlag]: boolean } = { MSG_OOB: false, MSG_DONTROUTE: true, MSG_PARTIAL: false };
const flagNames = Object.keys(sendFlags) as SendFlag[];
const knownFlags = flagNames.reduce((sum, flag) => sum | sendFlags[flag], 0);

/** What a refusal looks at of a call. */
export interface Asked {
  /** Bytes of the buffers; -1 where the array or a buffer is not wholly the caller's memory. */
  readonly total: number;
  readonly isFault: boolean;
  readonly dwBufferCount: number;
  readonly dwFlags: number;
  /** An OVERLAPPED was given. */
  readonly hasOverlapped: boolean;
  /** And the socket is one that makes an operation of it. */
  readonly isOverlapped: boolean;
}

/** The code of a send on a descriptor that is no socket. */
export const refusalOfStranger = (provider: Provider, isFault: boolean): number => {
  const codes: number[] = [errorCodes.WSAENOTSOCK];
  if (isFault) codes.push(errorCodes.WSAEFAULT);
  if (provider.isNetworkDown) codes.push(errorCodes.WSAENETDOWN);
  return armedRefusal(provider, provider.armed) || chosen(provider, codes);
};

/**
 * Why the send initiates nothing, or 0. Of several codes that apply, the first of this order is given, or the one that the tester wants.
 */
export const refusalOf = (provider: Provider, socket: Socket, asked: Asked): number =>
  armedRefusal(provider, socket.armed, socket) ||
  chosen(provider, [...codesOf(provider, socket, asked)]) ||
  (asked.isOverlapped || socket.isNonblocking ? wouldBlock(socket) : 0);

const chosen = ({ refusalCode }: Provider, codes: readonly number[]): number =>
  codes.includes(refusalCode) ? refusalCode : (codes[0] ?? 0);

/** Every code whose condition holds. */
function* codesOf(provider: Provider, socket: Socket, asked: Asked): Generator<number> {
  const { switches } = socket;
  if (provider.isNetworkDown) yield errorCodes.WSAENETDOWN;
  if (asked.isFault) yield errorCodes.WSAEFAULT;
  if (socket.isReceiveOnly || (!allows(socket, asked.dwFlags) && !pendsUnsupported(socket, asked))) yield errorCodes.WSAEOPNOTSUPP;
  if (!socket.isConnected) yield errorCodes.WSAENOTCONN;
  if (!socket.isBound) yield errorCodes.WSAEINVAL;
  if (switches.refusesOverlapped && asked.hasOverlapped && !socket.isOverlapped) yield errorCodes.WSAEINVAL;
  if (switches.refusesNoBuffers && asked.dwBufferCount === 0) yield errorCodes.WSAEINVAL;
  yield* circuitCodes(provider, socket);
  if (socket.isToBroadcast && !socket.allowsBroadcast && !switches.allowsBroadcast) yield errorCodes.WSAEACCES;
  if (isOversize(socket, asked.total) && !(switches.pendsOversize && asked.isOverlapped)) yield errorCodes.WSAEMSGSIZE;
}

function* circuitCodes(provider: Provider, socket: Socket): Generator<number> {
  const { isSendShutDown, isPeerClosed, failure, switches } = socket;
  // Once both sides have closed in order nothing has failed, whatever answered data that came in between.
  const isOrderly = isSendShutDown && isPeerClosed;
  if (isOrderly && switches.circuitCode !== 0) yield switches.circuitCode;
  if (isSendShutDown) yield errorCodes.WSAESHUTDOWN;
  if (failure !== 0 && !isOrderly) yield switches.circuitCode || failure;
  // A circuit goes down with the network.
  else if (provider.isNetworkDown && socket.isConnected && switches.circuitCode !== 0) yield switches.circuitCode;
}

export const isOversize = (socket: Socket, total: number): boolean => socket.isDatagram && total > socket.messageMax;

export const allows = (socket: Socket, dwFlags: number): boolean => {
  if (dwFlags === 0) return true;
  if ((dwFlags & ~knownFlags) !== 0) return false;
  const { isDatagram, switches } = socket;
  return flagNames.every((flag) => (dwFlags & sendFlags[flag]) === 0 || (isDatagram ? datagramsTake[flag] : streamTakes[flag](switches)));
};

/** A datagram cannot be out of band at all, so that there is nothing to begin. */
const pendsUnsupported = (socket: Socket, { dwFlags, isOverlapped }: Asked): boolean =>
  isOverlapped && socket.switches.pendsUnsupported !== 0 && !(socket.isDatagram && (dwFlags & sendFlags.MSG_OOB) !== 0);

/** What the tester has the next sends refused with, where the condition that the code names holds, whatever else is wrong with them. */
const armedRefusal = (provider: Provider, armed: Armed, socket?: Socket): number => {
  if (armed.isEmpty) return 0;
  const { isInRoutine } = provider.completions;
  const isInProgress = armed.inProgress > 0 && provider.blockedCalls > 0 && !isInRoutine;
  const what = armed.nobufs > 0 ? 'nobufs' : isInProgress ? 'inProgress' : armed.inRoutine > 0 && isInRoutine ? 'inRoutine' : undefined;
  if (what === undefined) return 0;
  armed[what]--;
  socket?.refresh();
  return what === 'nobufs' ? errorCodes.WSAENOBUFS : errorCodes.WSAEINPROGRESS;
};

/** The same for a send that cannot block and that nothing else speaks against. */
const wouldBlock = (socket: Socket): number => {
  if (socket.armed.wouldBlock === 0) return 0;
  socket.armed.wouldBlock--;
  socket.refresh();
  return errorCodes.WSAEWOULDBLOCK;
};
