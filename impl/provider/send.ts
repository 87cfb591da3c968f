/**
 * WSPSend. The first look settles an overlapped send of one buffer on a stream that is in order, and nothing else, so that V8 takes it into
 * its caller. `sendSoon` settles the other common cases on such a stream: a send without an OVERLAPPED for which there is room and before
 * which nobody waits, and an overlapped one of several buffers. `sendSlowly` asks everything that speaks against a send (refusal.ts), and
 * `carryOut` does what is left to do.
 */

import { errorCodes, sendFlags } from '../../model/winsock/codes.ts';
import {
  type Cell,
  type SOCKET,
  SOCKET_ERROR,
  type SpiTable,
  storeStatus,
  type Waits,
  type WSABUF,
  type WSAOVERLAPPED,
  type WSATHREADID,
} from '../../model/winsock/spi.ts';
import { block, fill } from './blocking.ts';
import type { Routine } from './operation.ts';
import { allows, isOversize, refusalOf, refusalOfStranger } from './refusal.ts';
import type { Socket } from './sockets.ts';
import type { Provider } from './state.ts';
import { answerWithReset, beginDatagram, endDatagram, fitsDatagram, look, pump } from './transport.ts';

export const sendOf = (provider: Provider): SpiTable['WSPSend'] =>
  sendWith(provider, provider.sockets, provider.completions, provider.asksForRoom, errorCodes.WSA_IO_PENDING, SOCKET_ERROR);

/** Parameters, because what is imported, or a constant of an outer function, is looked at whenever it is used. */
const sendWith = (
  provider: Provider,
  sockets: Provider['sockets'],
  completions: Provider['completions'],
  asksForRoom: boolean,
  pendingCode: number,
  socketError: typeof SOCKET_ERROR,
): SpiTable['WSPSend'] => {
  return (s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno) => {
    const socket = sockets.places[s & sockets.mask]!;
    if (lpOverlapped !== null && socket.handle === s && socket.ready === 1 && socket.isOverlapped === true && lpBuffers !== null) {
      const total = dwFlags === 0 && dwBufferCount === 1 ? lengthOf(lpBuffers) : -1;
      if (
        total > 0 &&
        (lpCompletionRoutine === null || lpThreadId !== null) &&
        provider.isNetworkDown === false &&
        completions.isLate === false
      ) {
        const { pending, buffer } = socket;
        // Whether it waits behind others or is the first that does, nothing of it can move.
        if (!buffer.fits(1) && asksForRoom === false) {
          completions.begin(lpOverlapped, lpCompletionRoutine !== null);
          pending.claim().takePlain(socket, lpBuffers[0]!.buf!, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
          pending.post();
          lpErrno.value = pendingCode;
          return socketError;
        }
        if (pending.length === 0 && buffer.fits(total)) {
          // biome-ignore format: one call, its arguments in the order of WSPSend's.
          return completeAtOnce(provider, socket, lpBuffers, dwBufferCount, total, lpNumberOfBytesSent, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
        }
      }
    }
    // biome-ignore format: as above.
    return sendSoon(provider, socket, s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
  };
};

/** `socket` is the one at the place that `s` names, whether it is that of `s` or not. */
const sendSoon = (
  provider: Provider,
  socket: Socket,
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
  const { completions } = provider;
  if (socket.handle === s && socket.ready === 1 && dwFlags === 0 && lpBuffers !== null) {
    if (lpOverlapped !== null && socket.isOverlapped === true) {
      const total = dwBufferCount === 1 ? lengthOf(lpBuffers) : totalOf(lpBuffers, dwBufferCount);
      if (total > 0 && provider.isNetworkDown === false && (lpCompletionRoutine === null || lpThreadId !== null)) {
        const { pending, buffer } = socket;
        if (completions.isLate === true) completions.forgetSignal(lpOverlapped);
        // Behind others it cannot move before they do; in front of them it may, where there is some room.
        if (pending.length > 0 ? !buffer.fits(1) : !buffer.fits(total)) {
          completions.begin(lpOverlapped, lpCompletionRoutine !== null);
          const operation = pending.claim();
          if (dwBufferCount === 1) operation.takePlain(socket, lpBuffers[0]!.buf!, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
          else operation.take(socket, lpBuffers, dwBufferCount, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
          pending.post();
          if (pending.length === 1 && (buffer.fits(1) || provider.asksForRoom === true)) pump(provider, socket);
          return failed(lpErrno, errorCodes.WSA_IO_PENDING);
        }
        if (pending.length === 0) {
          // biome-ignore format: one call, its arguments in the order of WSPSend's.
          return completeAtOnce(provider, socket, lpBuffers, dwBufferCount, total, lpNumberOfBytesSent, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
        }
      }
    } else if (socket.pending.length === 0 && lpNumberOfBytesSent !== null) {
      const sent = dwBufferCount === 1 ? offerOne(socket, lpBuffers) : offerAll(socket, lpBuffers, dwBufferCount);
      if (sent >= 0) {
        lpNumberOfBytesSent.value = sent;
        return 0;
      }
    }
  }
  // biome-ignore format: as above.
  return sendSlowly(provider, s, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
};

/** Sends the only buffer if it fits; gives its length, or -1 where there is more to ask. */
const offerOne = (socket: Socket, lpBuffers: readonly WSABUF[]): number => {
  const length = lengthOf(lpBuffers);
  return length >= 0 && socket.buffer.offer(lpBuffers[0]!.buf!, length) ? length : -1;
};

/** Bytes of the only buffer, or -1 where it is not wholly the caller's memory. */
const lengthOf = (lpBuffers: readonly WSABUF[]): number => {
  if (lpBuffers.length === 0) return -1;
  const { len, buf } = lpBuffers[0]!;
  return buf !== null && len <= buf.length ? len : -1;
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
  // Also by a send that fails in the end: a later indication of the OVERLAPPED would be taken for that of this send.
  if (lpOverlapped !== null && provider.completions.isLate) provider.completions.forgetSignal(lpOverlapped);
  const socket = look(provider, s, lpErrno);
  const total = lpBuffers === null ? -1 : totalOf(lpBuffers, dwBufferCount);
  const isCountless = lpNumberOfBytesSent === null && lpOverlapped === null;
  if (socket === null) return failed(lpErrno, refusalOfStranger(provider, total < 0 || isCountless));

  const { switches } = socket;
  const overlapped = usedOf(socket, lpOverlapped);
  const routine = overlapped === null ? null : lpCompletionRoutine;
  const isFault = total < 0 || (isCountless && !switches.allowsNoCount) || (routine !== null && lpThreadId === null);
  const hasOverlapped = lpOverlapped !== null;
  // In steady state nothing is asked, and nothing allocated for it.
  const isClear = socket.isClear && dwFlags === 0 && !isFault && !provider.isNetworkDown && !isOversize(socket, total);
  const refusal = isClear
    ? 0
    : refusalOf(provider, socket, { total, isFault, dwBufferCount, dwFlags, hasOverlapped, isOverlapped: overlapped !== null });
  if (refusal !== 0) {
    if (overlapped !== null && switches.failedResult) overlapped.Internal = refusal;
    return failed(lpErrno, refusal);
  }
  // biome-ignore format: as above.
  return carryOut(provider, socket, lpBuffers!, dwBufferCount, total, lpNumberOfBytesSent, dwFlags, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
};

/**
 * The OVERLAPPED that the send uses. On a socket without the overlapped flag, or without an OVERLAPPED, it is synchronous, and no routine
 * is looked at.
 */
const usedOf = (socket: Socket, lpOverlapped: WSAOVERLAPPED | null): WSAOVERLAPPED | null => (socket.isOverlapped ? lpOverlapped : null);

/** A send against which nothing speaks: whole, in part, begun, or waited for. */
const carryOut = (
  provider: Provider,
  socket: Socket,
  lpBuffers: WSABUF[],
  dwBufferCount: number,
  total: number,
  lpNumberOfBytesSent: Cell | null,
  dwFlags: number,
  lpOverlapped: WSAOVERLAPPED | null,
  lpCompletionRoutine: Routine,
  lpThreadId: WSATHREADID | null,
  lpErrno: Cell,
): Waits<number> => {
  const { switches } = socket;
  const overlapped = usedOf(socket, lpOverlapped);
  if (socket.isPeerClosed && total > 0) answerWithReset(socket);
  if (overlapped !== null) {
    const foreseen = statusForeseen(socket, total, dwFlags);
    // biome-ignore format: as above.
    return initiate(provider, socket, foreseen, lpBuffers, dwBufferCount, total, lpNumberOfBytesSent, overlapped, lpCompletionRoutine, lpThreadId, lpErrno);
  }
  const filled = switches.fillsOverlapped ? lpOverlapped : null;
  const pendsUnindicated = switches.pendsOnRoutine !== 0 && lpCompletionRoutine !== null && socket.isOverlapped;
  if (fits(socket, total) && !pendsUnindicated) {
    if (switches.sendsUrgentApart !== 0 && (dwFlags & sendFlags.MSG_OOB) !== 0 && total > 0)
      putUrgentApart(socket, lpBuffers, dwBufferCount, total);
    else put(socket, lpBuffers, dwBufferCount, total);
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = total;
    if (filled !== null) fill(provider, socket, filled, lpCompletionRoutine, total);
    return 0;
  }
  if (socket.isNonblocking && filled === null && !pendsUnindicated) {
    return sendPart(socket, lpBuffers, dwBufferCount, total, lpNumberOfBytesSent, lpErrno);
  }
  const operation = socket.pending.claim();
  operation.take(socket, lpBuffers, dwBufferCount, total, null, null, pendsUnindicated ? null : lpThreadId);
  post(provider, socket);
  if (filled !== null) provider.completions.begin(filled, true);
  if (!pendsUnindicated) return block(provider, operation, lpNumberOfBytesSent, lpErrno, filled, lpCompletionRoutine);
  // Without an OVERLAPPED its end cannot be indicated, so nobody waits for it.
  provider.completions.leaveUnindicated(operation);
  return failed(lpErrno, errorCodes.WSA_IO_PENDING);
};

/**
 * An overlapped send against which nothing speaks: completed at once, or begun. In steady state it allocates nothing. `foreseen` is the
 * code with which it is known to end, or 0.
 */
const initiate = (
  provider: Provider,
  socket: Socket,
  foreseen: number,
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
  if (foreseen === 0 && fits(socket, total) && socket.switches.pendsAlways === 0) {
    // biome-ignore format: as above.
    return completeAtOnce(provider, socket, lpBuffers, dwBufferCount, total, lpNumberOfBytesSent, lpOverlapped, lpCompletionRoutine, lpThreadId, lpErrno);
  }
  completions.begin(lpOverlapped, lpCompletionRoutine !== null || socket.switches.eventStays !== 0);
  if (foreseen === 0) {
    const operation = socket.pending.claim();
    operation.take(socket, lpBuffers, dwBufferCount, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
    post(provider, socket);
  } else {
    const operation = completions.pool.take();
    operation.take(socket, lpBuffers, dwBufferCount, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
    completions.due(operation, foreseen);
  }
  lpErrno.value = errorCodes.WSA_IO_PENDING;
  return SOCKET_ERROR;
};

/** What was claimed of the socket's queue waits for its turn. Behind another it cannot move before that one does. */
const post = (provider: Provider, socket: Socket): void => {
  const { pending } = socket;
  pending.post();
  if (pending.length === 1) pump(provider, socket);
};

const failed = (lpErrno: Cell, code: number): number => {
  lpErrno.value = code;
  return SOCKET_ERROR;
};

/** The code with which an overlapped send is known to end while it is begun, or 0. */
const statusForeseen = (socket: Socket, total: number, dwFlags: number): number => {
  if (isOversize(socket, total)) return errorCodes.WSAEMSGSIZE;
  return allows(socket, dwFlags) ? 0 : errorCodes.WSAEOPNOTSUPP;
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

/**
 * True when the whole send can be taken now. A datagram keeps its place behind others even when it is empty; no bytes of a stream need
 * none.
 */
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

/** The last byte is urgent and goes apart from the stream to a simulated peer; a peer on another thread has only the stream. */
const putUrgentApart = (socket: Socket, lpBuffers: WSABUF[], dwBufferCount: number, total: number): void => {
  if (socket.link === null) {
    put(socket, lpBuffers, dwBufferCount, total);
    return;
  }
  socket.buffer.gather(lpBuffers, dwBufferCount, total - 1);
  const { len, buf } = lpBuffers.slice(0, dwBufferCount).findLast(({ len }) => len > 0)!;
  socket.link.urgent.push(buf![len - 1]!);
};

/** Whatever its length, where it does not have to wait for room for its first byte. */
const takesWhole = ({ switches, isDatagram, pending, buffer }: Socket): boolean =>
  switches.takesWhole !== 0 && !isDatagram && pending.length === 0 && (buffer.used === 0 || buffer.room > 0);

/** Takes what there is room for. A peer on another thread may have made room for all of it by now. */
const sendPart = (
  socket: Socket,
  lpBuffers: WSABUF[],
  dwBufferCount: number,
  total: number,
  lpNumberOfBytesSent: Cell | null,
  lpErrno: Cell,
): number => {
  if (takesWhole(socket)) {
    putBeyondLimit(socket, lpBuffers, dwBufferCount, total);
    if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = total;
    return 0;
  }
  const isBarred = socket.isDatagram || socket.pending.length > 0 || socket.switches.takesWhole !== 0;
  const part = isBarred ? 0 : socket.buffer.gather(lpBuffers, dwBufferCount, total);
  if (part === 0) return failed(lpErrno, errorCodes.WSAEWOULDBLOCK);
  if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = part;
  return 0;
};

const putBeyondLimit = (socket: Socket, lpBuffers: WSABUF[], dwBufferCount: number, total: number): void => {
  const { limit, used } = socket.buffer;
  socket.restrict(used + total);
  put(socket, lpBuffers, dwBufferCount, total);
  socket.restrict(limit);
};

/** The indication is made before the return: a zero means that it has happened. */
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
    completions.signalAtOnce(socket, lpOverlapped, total);
  } else {
    const operation = completions.pool.take();
    operation.take(socket, lpBuffers, dwBufferCount, total, lpOverlapped, lpCompletionRoutine, lpThreadId);
    operation.taken = total;
    // The thread may be none: that shows here, while nothing has been initiated yet.
    if (!completions.queueAtOnce(operation)) {
      completions.release(operation);
      return failed(lpErrno, errorCodes.WSAEFAULT);
    }
    put(socket, lpBuffers, dwBufferCount, total);
    storeStatus(lpOverlapped, 0, total);
  }
  if (lpNumberOfBytesSent !== null) lpNumberOfBytesSent.value = total;
  return 0;
};
