import { errorCodes } from '../../../model/winsock/codes.ts';
import type { Cell } from '../../../model/winsock/spi.ts';
import { EAGAIN, EFAULT, winsockCode } from './errno.ts';
import * as libc from './libc.ts';

/** One socket of the kernel's, its far end, and the sends that wait on it. */

/** Of the listener, so that a send is soon too long for what the peer has room for. */
const receiveRoom = 8192;
/** Of a datagram peer, so that nothing is dropped because there is no room. */
const datagramRoom = 4 * 2 ** 20;

/** What is left of a send. */
interface UnfinishedSend {
  /** Null is an array that is nowhere. */
  pieces: readonly libc.Piece[] | null;
  readonly flags: number;
  taken: number;
  readonly lpNumberOfBytesSent: Cell;
  readonly lpErrno: Cell;
}

interface BlockedSend {
  readonly send: UnfinishedSend;
  readonly resolve: (result: number) => void;
}

export class PosixSocket {
  readonly fd: number;
  readonly isDatagram: boolean;
  isNonblocking = false;
  isShutDown = false;
  isOpen = true;
  /** The descriptor of the far end. */
  peer: number | undefined;
  /** The peer saw the end of the stream, or an error. */
  ended = false;
  /** The tester broke the circuit. */
  isBroken = false;
  sentUrgent = false;
  /** Bytes, or datagrams, that the kernel took, and those that the peer read or gave up. */
  accepted = 0;
  received = 0;
  readonly blocked: BlockedSend[] = [];
  /** An error that ended a blocking send of which a part had been taken: the kernel reports it with the next call. */
  #kept = 0;

  constructor(fd: number, isDatagram: boolean) {
    this.fd = fd;
    this.isDatagram = isDatagram;
  }

  /** Sends now what can be sent now. A blocking send that is not over is a promise. */
  send(pieces: readonly libc.Piece[] | null, flags: number, lpNumberOfBytesSent: Cell, lpErrno: Cell): number | Promise<number> {
    this.pump();
    if ((flags & libc.MSG_OOB) !== 0) this.sentUrgent = true;
    const send: UnfinishedSend = { pieces, flags, taken: 0, lpNumberOfBytesSent, lpErrno };
    // The kernel lets a send try at once while others wait, so that one with a bad array does not wait.
    return this.#goOn(send, this.isNonblocking) ?? new Promise((resolve) => this.blocked.push({ send, resolve }));
  }

  /** Its result, or undefined while there is no room for the rest of it. */
  #goOn(send: UnfinishedSend, isNonblocking: boolean): number | undefined {
    for (;;) {
      const result = this.#kept === 0 ? libc.send(this.fd, send.pieces, send.flags) : { errno: this.#kept };
      this.#kept = 0;
      if (result.errno === undefined) {
        this.accepted += this.isDatagram ? 1 : result.value;
        send.taken += result.value;
        send.pieces = rest(send.pieces, result.value);
        if (send.pieces.length > 0 && !this.isDatagram && !isNonblocking) continue;
      } else if (result.errno === EAGAIN && !isNonblocking) return undefined;
      else if (send.taken === 0) return this.fails(result.errno, send.lpErrno);
      // The kernel reports what was taken before an error, and the error of a circuit with the next call.
      else if (result.errno !== EFAULT) this.#kept = result.errno;
      send.lpNumberOfBytesSent.value = send.taken;
      return 0;
    }
  }

  fails(errno: number, lpErrno: Cell): -1 {
    lpErrno.value = winsockCode(errno, this.isShutDown);
    return -1;
  }

  /** Goes on with the sends that wait, as far as there is room. */
  pump(): void {
    for (let first = this.blocked[0]; first !== undefined; first = this.blocked[0]) {
      const result = this.#goOn(first.send, false);
      if (result === undefined) return;
      this.blocked.shift();
      first.resolve(result);
    }
  }

  // ---- The far end -----------------------------------------------------------------------------------------------------------------

  connect(isBroadcast: boolean, listener: number, lpErrno: Cell): number {
    if (this.isDatagram && this.peer === undefined) {
      this.peer = made(libc.socket(2));
      libc.setsockopt(this.peer, libc.SO_RCVBUF, datagramRoom);
      made(libc.bind(this.peer, libc.anyHost));
    }
    const port = libc.portOf(this.isDatagram ? this.peer! : listener);
    const result = libc.connect(this.fd, isBroadcast ? libc.loopbackBroadcast : libc.loopback, port);
    if (result.errno !== undefined) return this.fails(result.errno, lpErrno);
    // The kernel has finished the handshake, so the connection stands in the listener's queue.
    if (!this.isDatagram) this.peer = made(libc.accept(listener));
    return 0;
  }

  closePeer(isReset: boolean): void {
    if (isReset) libc.setsockopt(this.peer!, libc.SO_LINGER, 1, 0);
    libc.close(this.peer!);
    this.peer = undefined;
    this.isBroken = true;
  }
}

/** What is left of the buffers once `taken` bytes are gone. */
const rest = (pieces: readonly libc.Piece[] | null, taken: number): libc.Piece[] => {
  const left: libc.Piece[] = [];
  let skip = taken;
  for (const { data, length } of pieces ?? []) {
    if (skip >= length) {
      skip -= length;
      continue;
    }
    left.push({ data: data?.subarray(skip, length) ?? null, length: length - skip });
    skip = 0;
  }
  return left;
};

/** A call that serves the tester and not the trace has to succeed. */
export const made = (result: libc.Result): number => {
  if (result.errno !== undefined) throw new Error(`the far end must be able to make sockets of its own: errno ${result.errno}`);
  return result.value;
};

export const newListener = (): number => {
  const listener = made(libc.socket(1));
  libc.setsockopt(listener, libc.SO_RCVBUF, receiveRoom);
  made(libc.bind(listener, libc.loopback));
  made(libc.listen(listener));
  return listener;
};

export const notSocket = (lpErrno: Cell): -1 => {
  lpErrno.value = errorCodes.WSAENOTSOCK;
  return -1;
};
