import type { Received, SOCKET, World } from '../../../model/winsock/spi.ts';
import type { CallStep, EnvStep, TraceStep } from '../../../model/winsock/trace.ts';
import { EAGAIN, winsockCode } from './errno.ts';
import * as libc from './libc.ts';
import type { PosixSocket } from './sockets.ts';

/** The far ends of the kernel's sockets, and what can be asked of this adapter. */

const readMax = 1 << 17;
/**
 * What is on its way is waited for until the kernel says that nothing is, since how long that takes says how busy the machine is. The
 * longest wait is there for a kernel that never says so.
 */
const waitMsMax = 30_000;
/** How long the wait for one more look. */
const lookMs = 5;
/** How long a datagram may be on its way, of which the kernel says nothing. A network may lose it. */
const datagramMs = 500;

export const worldOf = (sockets: ReadonlyMap<SOCKET, PosixSocket>): World => {
  const buffer = new Uint8Array(readMax);
  const abilities = new Abilities();
  const pumpAll = (): void => {
    for (const socket of sockets.values()) socket.pump();
  };

  const read = (socket: PosixSocket, max: number): Received => {
    const { peer } = socket;
    if (peer === undefined || socket.ended || max === 0) return { kind: 'idle' };
    if (socket.sentUrgent && !socket.isDatagram) {
      const urgent = libc.receive(peer, buffer.subarray(0, 1), libc.MSG_OOB);
      if (urgent.value === 1) {
        socket.received++;
        return { kind: 'bytes', bytes: buffer.slice(0, 1), oob: true };
      }
    }
    const pieces: Uint8Array[] = [];
    for (let left = max; left > 0; ) {
      const result = libc.receive(peer, buffer.subarray(0, socket.isDatagram ? readMax : Math.min(left, readMax)));
      if (result.errno === undefined && (result.value > 0 || socket.isDatagram)) {
        socket.received += socket.isDatagram ? 1 : result.value;
        pieces.push(buffer.slice(0, result.value));
        if (socket.isDatagram) break;
        left -= result.value;
        socket.pump();
        continue;
      }
      if (result.errno === EAGAIN && isExpected(socket, peer)) continue;
      // Bytes first; the end or the error comes with the next look.
      if (pieces.length > 0) break;
      if (result.errno === EAGAIN) return { kind: 'idle' };
      socket.ended = true;
      return result.errno === undefined ? { kind: 'eof' } : { kind: 'error', errno: winsockCode(result.errno) };
    }
    return { kind: 'bytes', bytes: Buffer.concat(pieces) };
  };

  return {
    recv(handle, max) {
      const socket = sockets.get(handle);
      const received: Received = socket === undefined ? { kind: 'idle' } : read(socket, max ?? Number.POSITIVE_INFINITY);
      pumpAll();
      return received;
    },
    env(kind, handle) {
      const socket = sockets.get(handle!);
      if (socket?.peer === undefined) return;
      if (kind === 'peer.shutdown') libc.shutdown(socket.peer, libc.SHUT_WR);
      else socket.closePeer(kind === 'peer.reset');
      // The end or the reset has come once this side could read it.
      if (socket.isOpen && !socket.isDatagram) libc.waitReadable(socket.fd, waitMsMax);
      pumpAll();
    },
    settle() {
      pumpAll();
      for (const socket of sockets.values()) {
        if (socket.isDatagram || socket.ended) continue;
        if (socket.peer !== undefined) arrives(socket, socket.peer);
        else if (socket.isBroken) answersClosed(socket);
      }
      pumpAll();
    },
    supports: (step) => abilities.supports(step),
  };
};

/** Waits for what is surely on its way, so that it is not reported as missing. */
const isExpected = (socket: PosixSocket, peer: number): boolean => {
  if (socket.isBroken) return false;
  socket.pump();
  const isMissing = socket.accepted > socket.received;
  const ends = socket.isShutDown && !socket.isDatagram;
  if (!isMissing && !ends && socket.blocked.length === 0) return false;
  if (socket.isDatagram ? libc.waitReadable(peer, datagramMs) : arrives(socket, peer)) return true;
  // An urgent byte that another overtook never comes.
  socket.received = Math.max(socket.received, socket.accepted);
  return false;
};

/** Waits until the peer has something to read, true, or until nothing is on its way to it. Sends that wait go on meanwhile. */
const arrives = (socket: PosixSocket, peer: number): boolean =>
  waitUntil(() => {
    socket.pump();
    if (libc.waitReadable(peer, 0)) return true;
    // A descriptor that is closed cannot be asked, and its end is sure to come.
    const isOver = socket.isOpen && libc.unacknowledged(socket.fd) === 0;
    return isOver ? libc.waitReadable(peer, 0) : undefined;
  }) ?? false;

/** Waits until what was sent to a peer that has closed was answered by a reset, or was taken before the close. */
const answersClosed = (socket: PosixSocket): void => {
  if (socket.isOpen) waitUntil(() => (libc.hasFailed(socket.fd) || libc.unacknowledged(socket.fd) === 0 ? true : undefined));
};

/** Looks again and again until there is an answer. */
const waitUntil = (look: () => boolean | undefined): boolean | undefined => {
  for (const start = performance.now(); performance.now() - start < waitMsMax; libc.sleep(lookMs)) {
    const answer = look();
    if (answer !== undefined) return answer;
  }
  return undefined;
};

const noOverlapped = 'POSIX has no overlapped sends';
/** IOV_MAX. To split what is above it would be this adapter's work, and not the kernel's. */
const buffersMax = 1024;

/**
 * What can be asked. The steps name sockets, and only here is a name heard, right before the call: what it stands for is kept.
 */
class Abilities {
  readonly #kinds = new Map<string, { readonly isDatagram: boolean; hasPeer: boolean }>();

  supports(step: TraceStep): true | string {
    if ('call' in step) return this.#supportsCall(step);
    if (!('env' in step) || step.env === 'settle') return true;
    return this.#supportsEnv(step);
  }

  #supportsEnv(step: Exclude<EnvStep, { env: 'settle' }>): true | string {
    switch (step.env) {
      case 'peer.reset':
      case 'peer.close':
      case 'peer.shutdown': {
        const kind = this.#kinds.get(step.socket);
        if (kind === undefined || kind.isDatagram || !kind.hasPeer) return 'there is no circuit, or its far end is closed';
        if (step.env !== 'peer.shutdown') kind.hasPeer = false;
        return true;
      }
      case 'keepalive.failed':
      case 'circuit.timeout':
      case 'network.down':
      case 'route.lost':
      case 'peer.unseen':
      case 'transport.took':
        return "the kernel's transport does not do this when asked";
      default:
        return step satisfies never;
    }
  }

  #supportsCall(call: CallStep): true | string {
    switch (call.call) {
      case 'WSPSocket':
        this.#kinds.set(call.socket, { isDatagram: call.type === 'SOCK_DGRAM', hasPeer: false });
        return true;
      case 'WSPConnect': {
        const kind = this.#kinds.get(call.socket);
        if (kind !== undefined) kind.hasPeer = true;
        return true;
      }
      case 'WSPSend':
        // A socket without the flag ignores the structure, but there it would be this adapter that does, and not the kernel.
        if (call.overlapped !== undefined) return noOverlapped;
        return call.buffers.length <= buffersMax || `the kernel takes at most ${buffersMax} buffers in a call`;
      case 'WSPGetOverlappedResult':
      case 'WSPCancelIo':
      case 'CreateIoCompletionPort':
      case 'SetFileCompletionNotificationModes':
        return noOverlapped;
      case 'WSPCancelBlockingCall':
        return 'a signal would interrupt a send that blocks, and this one waits outside the kernel';
      case 'WSPIoctl':
        return call.code === 'FIONBIO' ? true : 'POSIX has no command that discards what waits to be sent';
      case 'WSPBind':
      case 'WSPSetSockOpt':
      case 'WSPGetSockOpt':
      case 'WSPRecv':
      case 'WSPShutdown':
      case 'WSPCloseSocket':
      case 'WSACleanup':
      case 'SleepEx':
      case 'ExitThread':
        return true;
      default:
        return call satisfies never;
    }
  }
}
