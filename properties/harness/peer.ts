import { codeName } from '../../model/winsock/codes.ts';
import type { Received } from '../../model/winsock/spi.ts';
import type { EnvRequest, PeerRequest, PeerStep } from '../../model/winsock/trace.ts';
import { runsOf } from './memory.ts';
import type { SocketName } from './names.ts';
import type { Session } from './session.ts';

/** The far end reads, and the world changes. What these cause comes after their own lines. */

/** Why there is nothing to look at or to change, or undefined. */
export const whyNotLook = (session: Session, request: PeerRequest | EnvRequest): string | undefined => {
  const name = 'socket' in request ? request.socket : undefined;
  return name === undefined || session.sockets.find(name) !== undefined ? undefined : `no socket has the name ${name}`;
};

export const peerRecv = (session: Session, request: PeerRequest): void => {
  const socket = session.sockets.find(request.socket)!;
  if (socket.isDatagram) readDatagrams(session, request, socket);
  else readStream(session, request, socket);
};

/** Looks that one request takes, bytes and runs that one look gives; beyond them what is received has no end. */
const looksMax = 50_000;
const bytesMax = 2 ** 30;
const runsMax = 2 ** 16;

/** One look at the stream, and another after urgent data, which comes apart from the rest. */
const readStream = (session: Session, request: PeerRequest, socket: SocketName): void => {
  for (let read = 0, looks = 0; ; looks++) {
    const max = request.bytes === undefined ? undefined : request.bytes - read;
    const received = look(session, request, socket, max, looks);
    if (received.kind !== 'bytes' || received.oob !== true) return;
    read += received.bytes.length;
    if (request.bytes !== undefined && read >= request.bytes) return;
  }
};

/** Whole datagrams, while fewer than the bytes asked for were read. */
const readDatagrams = (session: Session, request: PeerRequest, socket: SocketName): void => {
  let read = 0;
  let looks = 0;
  while (request.bytes === undefined || read < request.bytes) {
    const received = look(session, request, socket, undefined, looks++);
    if (received.kind !== 'bytes') return;
    read += received.bytes.length;
  }
};

const look = (session: Session, request: PeerRequest, socket: SocketName, max: number | undefined, looks: number): Received => {
  if (looks > looksMax) throw session.crashed(request, new RangeError(`one request takes at most ${looksMax} looks at what was received`));
  const hasRead = looks > 0;
  const place = session.lines.reserve();
  return session.enter(request, undefined, () => {
    const received = max === undefined ? session.world.recv(socket.handle) : session.world.recv(socket.handle, max);
    const step = stepOf(request.socket, socket, received, hasRead);
    if (step !== undefined) session.lines.fill(place, step);
    return received;
  });
};

const stepOf = (name: string, socket: SocketName, received: Received, hasRead: boolean): PeerStep | undefined => {
  switch (received.kind) {
    case 'bytes': {
      const { bytes } = received;
      if (!(bytes instanceof Uint8Array)) throw new TypeError(`recv must give its bytes in a Uint8Array: ${typeof bytes}`);
      // A stream has no empty piece; only a datagram can be empty.
      if (bytes.length === 0 && !socket.isDatagram) return stepOf(name, socket, { kind: 'idle' }, hasRead);
      if (bytes.length > bytesMax) throw new RangeError(`one look gives at most ${bytesMax} bytes: ${bytes.length}`);
      const step: PeerStep = { peer: 'recv', socket: name, runs: runsOf(bytes, runsMax) };
      return received.oob === true ? { ...step, oob: true } : step;
    }
    case 'idle':
      return hasRead || socket.ended ? undefined : { peer: 'idle', socket: name };
    case 'eof':
      if (socket.ended) return undefined;
      socket.ended = true;
      return { peer: 'eof', socket: name };
    case 'error':
      return { peer: 'error', socket: name, errno: codeName(received.errno) };
    default:
      throw new TypeError(`recv must give bytes, idle, eof or error: ${String((received as { kind: unknown }).kind)}`);
  }
};

export const changeWorld = (session: Session, request: EnvRequest): void => {
  const { lines, world, sockets } = session;
  lines.push(request);
  session.enter(request, undefined, () => {
    if (request.env === 'settle') world.settle?.();
    else world.env?.(request.env, request.socket === undefined ? undefined : sockets.find(request.socket)?.handle);
  });
};
