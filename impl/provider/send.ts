/**
 * WSPSend. The first look settles the common case, a stream that is in order, has room and has nobody waiting, and asks nothing
 * else; `sendSlowly` asks everything, in the order of `refusalOf`.
 */

import { errorCodes, sendFlags } from '../../model/winsock/codes.ts';
import {
  type Cell,
  type SOCKET,
  SOCKET_ERROR,
  type SpiTable,
  type Waits,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSAOVERLAPPED_COMPLETION_ROUTINE,
  type WSATHREADID,
} from '../../model/winsock/spi.ts';
import type { Operation } from './operation.ts';
import type { Socket } from './sockets.ts';
import type { Provider } from './state.ts';
import { answerWithReset, beginDatagram, endDatagram, fitsDatagram, pump } from './transport.ts';

const knownFlags = sendFlags.MSG_OOB | sendFlags.MSG_DONTROUTE | sendFlags.MSG_PARTIAL;

type Routine = WSAOVERLAPPED_COMPLETION_ROUTINE | null;

export const sendOf = (provider: Provider): SpiTable['WSPSend'] => {
  const { sockets } = provider;

  return (s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno) => {
    const socket = sockets.places[s & sockets.mask]!;
    if (isInOrder(socket, s) && dwFlags === 0 && lpBuffers !== null && lpNumberOfBytesSent !== null) {
      if (lpOverlapped === null || !socket.isOverlapped) {
        const sent = dwBufferCount === 1 ? offerOne(socket, lpBuffers) : offerAll(socket, lpBuffers, dwBufferCount);
        if (sent >= 0) {
          lpNumberOfBytesSent.value = sent;
          return 0;
        }
      }
    }
    // biome-ignore format: one call, its arguments in the order of WSPSend's.
    return sendSlowly(provider, s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
  };
};

/** True for a stream that is open, connected and in order, with nobody waiting to send. */
const isInOrder = (socket: Socket, s: SOCKET): boolean => socket.handle === s && socket.ready && socket.pending.length === 0;

/** Sends the only buffer if it fits; gives its length, or -1 where there is more to ask. */
const offerOne = (socket: Socket, lpBuffers: readonly WSABUF[]): number => {
  if (lpBuffers.length === 0) return -1;
  const { len, buf } = lpBuffers[0]!;
  return buf !== null && len <= buf.length && socket.buffer.offer(buf, len) ? len : -1;
};

/** The same for any number of buffers. */
const offerAll = (socket: Socket, lpBuffers: readonly WSABUF[], dwBufferCount: number): number => {
  const total = totalOf(lpBuffers, dwBufferCount);
  return total >= 0 && socket.buffer.fits(total) ? socket.buffer.gather(lpBuffers, dwBufferCount, total) : -1;
};

const sendSlowly = (
  provider: Provider,
  s: SOCKET,
  lpBuffers: WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesSent: Cell | null,
  dwFlags: number,
  lpOverlapped: WSAOVERLAPPED | null,
  lpCompletionRoutine: Routine,
  lpThreadId: WSATHREADID | null,
  lpErrno: Cell,
): Waits<number> => {
  const socket = provider.look(s, lpErrno);
  if (socket === null) return SOCKET_ERROR;

  // On a socket without the overlapped flag, or without an OVERLAPPED, this is a synchronous send and the routine is not looked at.
  const overlapped = socket.isOverlapped ? lpOverlapped : null;
  const routine = overlapped === null ? null : lpCompletionRoutine;
  const total = lpBuffers === null ? -1 : totalOf(lpBuffers, dwBufferCount);
  const isFault = total < 0 || (lpNumberOfBytesSent === null && lpOverlapped === null) || (routine !== null && lpThreadId === null);
  const refusal = isFault ? faultOf(provider) : refusalOf(provider, socket, total, dwFlags, overlapped !== null);
  if (refusal !== 0) return failed(lpErrno, refusal);

  const buffers = lpBuffers!;
  if (socket.isPeerClosed && total > 0) answerWithReset(socket);
  if (fits(socket, total)) {
    if (overlapped !== null) {
      // biome-ignore format: as above.
      return completeAtOnce(provider, socket, buffers, dwBufferCount, total, lpNumberOfBytesSent, overlapped, routine, lpThreadId, lpErrno);
    }
    put(socket, buffers, dwBufferCount, total);
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = total;
    return 0;
  }
  if (overlapped === null && socket.isNonblocking) return sendPart(socket, buffers, dwBufferCount, total, lpNumberOfBytesSent, lpErrno);

  const operation = provider.completions.pool.take();
  describe(operation, socket, overlapped, routine, lpThreadId);
  operation.capture(buffers, dwBufferCount, total);
  provider.completions.begin(operation);
  socket.pending.push(operation);
  pump(provider, socket);
  return overlapped === null ? block(provider, operation, lpNumberOfBytesSent, lpErrno) : failed(lpErrno, errorCodes.WSA_IO_PENDING);
};

const failed = (lpErrno: Cell, code: number): number => {
  lpErrno.value = code;
  return SOCKET_ERROR;
};

/** Bytes of all the buffers, or -1 where the array or one of the buffers is not wholly the caller's memory. */
const totalOf = (lpBuffers: readonly WSABUF[], dwBufferCount: number): number => {
  if (dwBufferCount > lpBuffers.length) return -1;
  let total = 0;
  for (let i = 0; i < dwBufferCount; i++) {
    const { len, buf } = lpBuffers[i]!;
    if (buf === null || len > buf.length) return -1;
    total += len;
  }
  return total;
};

const faultOf = (provider: Provider): number => (provider.isNetworkDown ? errorCodes.WSAENETDOWN : errorCodes.WSAEFAULT);

/** Why a send without a fault initiates nothing, or 0. Where several codes apply, the first in this order is given. */
const refusalOf = (provider: Provider, socket: Socket, total: number, dwFlags: number, isOverlapped: boolean): number => {
  if (provider.isNetworkDown) return errorCodes.WSAENETDOWN;
  if (socket.isReceiveOnly || !allows(socket, dwFlags)) return errorCodes.WSAEOPNOTSUPP;
  if (!socket.isConnected) return errorCodes.WSAENOTCONN;
  if (socket.isSendShutDown) return errorCodes.WSAESHUTDOWN;
  if (socket.failure !== 0) return socket.failure;
  if (socket.isToBroadcast && !socket.allowsBroadcast) return errorCodes.WSAEACCES;
  if (socket.isDatagram && total > socket.messageMax) return errorCodes.WSAEMSGSIZE;
  return armedRefusal(provider, socket, isOverlapped);
};

const allows = (socket: Socket, dwFlags: number): boolean => {
  if ((dwFlags & ~knownFlags) !== 0) return false;
  if (socket.isDatagram) return (dwFlags & (sendFlags.MSG_OOB | sendFlags.MSG_PARTIAL)) === 0;
  return (dwFlags & sendFlags.MSG_PARTIAL) === 0 || !socket.refusesPartial;
};

/** What the tester armed the socket with, where the condition that the code names holds. */
const armedRefusal = (provider: Provider, socket: Socket, isOverlapped: boolean): number => {
  const { armed } = socket;
  let code = 0;
  if (armed.nobufs > 0) {
    armed.nobufs--;
    code = errorCodes.WSAENOBUFS;
  } else if (armed.wouldBlock > 0 && isOverlapped) {
    armed.wouldBlock--;
    code = errorCodes.WSAEWOULDBLOCK;
  } else if (armed.inProgress > 0 && provider.blockedCalls > 0 && !provider.completions.isInRoutine) {
    armed.inProgress--;
    code = errorCodes.WSAEINPROGRESS;
  }
  if (code !== 0) socket.refresh();
  return code;
};

/** True when the whole send can be taken now. A datagram keeps its place behind others even when it is empty; no bytes of a stream need none. */
const fits = (socket: Socket, total: number): boolean => {
  if (socket.isDatagram) return socket.pending.length === 0 && fitsDatagram(socket, total);
  return total === 0 || (socket.pending.length === 0 && socket.buffer.fits(total));
};

const put = (socket: Socket, lpBuffers: WSABUF[], dwBufferCount: number, total: number): void => {
  if (socket.isDatagram) {
    const limit = beginDatagram(socket, total);
    socket.buffer.gather(lpBuffers, dwBufferCount, total);
    endDatagram(socket, total, limit);
  } else if (dwBufferCount === 1) socket.buffer.offer(lpBuffers[0]!.buf!, total);
  else socket.buffer.gather(lpBuffers, dwBufferCount, total);
};

/** Takes what there is room for. A peer on another thread may have made room for all of it by now. */
const sendPart = (
  socket: Socket,
  lpBuffers: WSABUF[],
  dwBufferCount: number,
  total: number,
  lpNumberOfBytesSent: Cell | null,
  lpErrno: Cell,
): number => {
  const isBarred = socket.isDatagram || socket.pending.length > 0;
  const part = isBarred ? 0 : socket.buffer.gather(lpBuffers, dwBufferCount, total);
  if (part === 0) return failed(lpErrno, errorCodes.WSAEWOULDBLOCK);
  if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = part;
  return 0;
};

/** The indication is made before the return: a zero tells the caller that it has happened. */
const completeAtOnce = (
  provider: Provider,
  socket: Socket,
  lpBuffers: WSABUF[],
  dwBufferCount: number,
  total: number,
  lpNumberOfBytesSent: Cell | null,
  lpOverlapped: WSAOVERLAPPED,
  lpCompletionRoutine: Routine,
  lpThreadId: WSATHREADID | null,
  lpErrno: Cell,
): number => {
  const { completions } = provider;
  if (lpCompletionRoutine === null) {
    put(socket, lpBuffers, dwBufferCount, total);
    completions.signalAtOnce(socket.handle, lpOverlapped, total);
  } else {
    const operation = completions.pool.take();
    describe(operation, socket, lpOverlapped, lpCompletionRoutine, lpThreadId);
    operation.taken = total;
    // The thread may be none: that shows here, while nothing has been initiated yet.
    if (!completions.queueAtOnce(operation)) {
      completions.release(operation);
      return failed(lpErrno, errorCodes.WSAEFAULT);
    }
    put(socket, lpBuffers, dwBufferCount, total);
    lpOverlapped.InternalHigh = total;
    lpOverlapped.Internal = 0;
  }
  if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = total;
  return 0;
};

const describe = (
  operation: Operation,
  socket: Socket,
  lpOverlapped: WSAOVERLAPPED | null,
  routine: Routine,
  lpThreadId: WSATHREADID | null,
): void => {
  operation.socket = socket;
  operation.lpOverlapped = lpOverlapped;
  operation.routine = routine;
  operation.captureThread(lpThreadId);
};

const block = (provider: Provider, operation: Operation, lpNumberOfBytesSent: Cell | null, lpErrno: Cell): Waits<number> => {
  provider.blockedCalls++;
  return provider.waiting.park(operation, ({ status, taken }) => {
    provider.blockedCalls--;
    provider.completions.release(operation);
    if (status !== 0) return failed(lpErrno, status);
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = taken;
    return 0;
  });
};
