import type { Received, SOCKET, World } from '../../../model/winsock/spi.ts';
import type { CallStep, EnvStep, TraceStep } from '../../../model/winsock/trace.ts';
import { EAGAIN, winsockCode } from './errno.ts';
import * as libc from './libc.ts';
import type { PosixSocket } from './sockets.ts';

/** The far ends of the kernel's sockets, and what can be asked of this adapter. */

const readMax = 1 << 17;
/** How long bytes that the kernel took may be on their way. */
const expectedMs = 500;
const endMs = 100;
const arrivalMs = 5;

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
      pumpAll();
    },
    settle() {
      pumpAll();
      // The loopback device delivers within the call that sends, but for what its timers hold back.
      for (const socket of sockets.values())
        if (socket.peer !== undefined && socket.blocked.length > 0) libc.waitReadable(socket.peer, arrivalMs);
      pumpAll();
    },
    supports: (step) => abilities.supports(step),
  };
};

/** Waits for what is surely on its way, so that it is not told as missing. */
const isExpected = (socket: PosixSocket, peer: number): boolean => {
  if (socket.isBroken) return false;
  socket.pump();
  const missing = socket.accepted - socket.received;
  const ends = socket.isShutDown && !socket.isDatagram;
  if (missing <= 0 && !ends && socket.blocked.length === 0) return false;
  if (libc.waitReadable(peer, missing > 0 ? expectedMs : ends ? endMs : arrivalMs)) return true;
  // An urgent byte that another overtook never comes.
  socket.received = Math.max(socket.received, socket.accepted);
  return false;
};

const noOverlapped = 'POSIX has no overlapped sends';

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
        return call.overlapped === undefined ? true : noOverlapped;
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
