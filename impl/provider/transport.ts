/**
 * The transport: it empties the send buffer in place towards the peer, and the room this makes goes to the sends that wait,
 * the oldest first. The peer is simulated: what it has not read lies in the sender's buffer, or in `arrived` once the
 * transport took it of its own accord.
 */

import { errorCodes } from '../../model/winsock/codes.ts';
import type { Cell, Received, SOCKET } from '../../model/winsock/spi.ts';
import { freshRing, Link, recycle } from './link.ts';
import type { Operation } from './operation.ts';
import { noBuffer, type Socket } from './sockets.ts';
import type { Provider, Transport } from './state.ts';

export const simulated: Transport = {
  connect(socket) {
    const ring = freshRing();
    socket.link = new Link(ring);
    socket.datagrams = socket.link.datagrams;
    socket.buffer = ring;
  },
  finish() {},
  awaitRoom: null,
};

/** The circuit is gone, with all that it held. */
export const drop = (socket: Socket): void => {
  if (socket.link !== null) recycle(socket.link.ring);
  socket.buffer = noBuffer;
  socket.link = null;
};

/**
 * True when a whole datagram can be taken; an empty buffer takes any, as long as it takes anything, and an empty datagram needs no room.
 */
export const fitsDatagram = (socket: Socket, length: number): boolean => {
  const { buffer } = socket;
  return length === 0 || (buffer.limit > 0 && (length <= buffer.room || buffer.used === 0));
};

/** Makes way for a datagram that fits: one that is longer than the limit of an empty buffer goes in whole all the same. Gives the limit. */
export const beginDatagram = (socket: Socket, length: number): number => {
  const { buffer } = socket;
  const { limit } = buffer;
  if (!buffer.fits(length)) buffer.limit = buffer.used + length;
  return limit;
};

/** The datagram was written; the limit that was is the limit again. */
export const endDatagram = (socket: Socket, length: number, limit: number): void => {
  socket.buffer.limit = limit;
  socket.datagrams?.push(length);
};

/** True when the datagram that has waited longest could be taken. */
const advanceDatagram = (socket: Socket, operation: Operation): boolean => {
  const length = operation.left;
  if (!fitsDatagram(socket, length)) return false;
  const limit = beginDatagram(socket, length);
  if (length > 0) operation.moveInto(socket.buffer);
  endDatagram(socket, length, limit);
  return true;
};

/** Gives the room there is to the sends that wait; those whose bytes are all taken by that fall due. */
export const pump = (provider: Provider, socket: Socket): void => {
  if (provider.completions.movePlain(socket) || (provider.asksForRoom === true && socket.pending.length > 0)) pumpRest(provider, socket);
};

/** The same for any kind of oldest operation, and for any reason that holds it up. */
const pumpRest = (provider: Provider, socket: Socket): void => {
  const { pending } = socket;
  while (pending.length > 0) {
    const operation = pending.oldest();
    // What has no bytes needs no room, so nothing holds it up.
    if (operation.left > 0) {
      if (socket.isStalled) return;
      const { buffer } = socket;
      if (buffer.room === 0 || !(socket.isDatagram ? advanceDatagram(socket, operation) : operation.moveInto(buffer))) {
        const { awaitRoom } = provider.transport;
        if (awaitRoom === null || !awaitRoom(socket)) return;
        continue;
      }
    } else if (socket.isDatagram && !advanceDatagram(socket, operation)) return;
    pending.drop();
    provider.completions.due(operation, 0);
    if (pending.length === 0 && (socket.isSendShutDown || !socket.isOpen)) provider.transport.finish(socket);
  }
};

/** Takes operations out of the queue and ends them with what was taken so far. The rest of their bytes is never sent. */
export const abort = (
  provider: Provider,
  socket: Socket,
  statusOf: (operation: Operation) => number,
  concerns: (operation: Operation) => boolean = () => true,
): number => {
  const { pending } = socket;
  const ended: Operation[] = [];
  for (let left = pending.length; left > 0; left--) {
    if (concerns(pending.oldest())) ended.push(pending.shift());
    else pending.rotate();
  }
  for (const operation of ended) provider.completions.due(operation, statusOf(operation));
  return ended.length;
};

/** The break of the circuit reaches the sender. */
export const fail = (provider: Provider, socket: Socket, code: number): void => {
  socket.failure = code;
  socket.arriving = 0;
  socket.arrivesLate = false;
  if (socket.peerSees === 'data') socket.peerSees = 'nothing';
  drop(socket);
  socket.refresh();
  abort(provider, socket, () => socket.switches.circuitCode || code);
};

/** The socket that a call names, brought up to what its circuit did in the meantime; else null and WSAENOTSOCK. */
export const look = (provider: Provider, s: SOCKET, lpErrno: Cell): Socket | null => {
  const socket = provider.sockets.find(s);
  if (socket === null) lpErrno.value = errorCodes.WSAENOTSOCK;
  else if (socket.arriving !== 0 && !socket.arrivesLate) fail(provider, socket, socket.arriving);
  else pump(provider, socket);
  return socket;
};

/** A closed socket lives on as what its peer has yet to read, if that is anything. */
export const retire = (provider: Provider, socket: Socket): void => {
  const { link } = socket;
  if (socket.pending.length > 0) {
    provider.lingering.set(socket.handle, socket);
    return;
  }
  socket.pending.close();
  const isRead = socket.peerSees === 'nothing' || (socket.isDatagram && (link === null || link.datagrams.length === 0));
  if (isRead || !socket.isConnected) provider.lingering.delete(socket.handle);
  else provider.lingering.set(socket.handle, socket);
  if (isRead || link === null || socket.peerSees === 'reset') drop(socket);
  else {
    // What is unread moves to where it fits closely, and the buffer is free for another socket.
    link.compact();
    socket.buffer = noBuffer;
  }
};

/** The peer closed its socket and data come to it all the same: its stack answers, and the answer takes until the world settles. */
export const answerWithReset = (socket: Socket): void => {
  socket.arriving = errorCodes.WSAECONNRESET;
  socket.arrivesLate = true;
};

const idle: Received = { kind: 'idle' };

/** The peer looks at its end of the socket and reads what there is, at most `max` bytes; of datagrams one. */
export const receive = (provider: Provider, socket: Socket, max: number): Received => {
  if (socket.peerSees === 'reset') {
    socket.peerSees = 'nothing';
    retire(provider, socket);
    return { kind: 'error', errno: errorCodes.WSAECONNRESET };
  }
  if (socket.peerSees === 'nothing' || socket.link === null) return idle;
  if (socket.isOpen || socket.pending.length > 0) {
    // A peer that reads opens its window, whatever room the tester has left.
    if (socket.buffer.limit < 1) socket.buffer.limit = 1;
    pump(provider, socket);
  }
  return socket.isDatagram ? receiveDatagram(provider, socket, socket.link) : receiveBytes(provider, socket, socket.link, max);
};

const receiveBytes = (provider: Provider, socket: Socket, link: Link, max: number): Received => {
  if (link.urgent.length > 0 && max > 0) return { kind: 'bytes', bytes: Uint8Array.of(link.urgent.shift()!), oob: true };
  const { pending } = socket;
  let owed = link.unread;
  for (let age = 0; age < pending.length; age++) owed += pending.at(age).left;
  const bytes = new Uint8Array(Math.min(max, owed));
  let got = 0;
  while (got < bytes.length) {
    const read = link.read(bytes, got, bytes.length - got);
    if (read === 0) break;
    got += read;
    pump(provider, socket);
  }
  if (got > 0) return { kind: 'bytes', bytes: got === bytes.length ? bytes : bytes.slice(0, got) };
  if (owed > 0 || !(socket.isSendShutDown || !socket.isOpen)) return idle;
  socket.peerSees = 'nothing';
  if (!socket.isOpen) retire(provider, socket);
  return { kind: 'eof' };
};

const receiveDatagram = (provider: Provider, socket: Socket, link: Link): Received => {
  const length = link.datagrams.shift();
  if (length < 0) return idle;
  const bytes = new Uint8Array(length);
  link.read(bytes, 0, length);
  if (socket.isOpen || socket.pending.length > 0) pump(provider, socket);
  else retire(provider, socket);
  return { kind: 'bytes', bytes };
};

/** The transport takes bytes of its own accord, at most `max`; it takes no part of a datagram ahead of the peer. */
export const takeAhead = (provider: Provider, socket: Socket, max: number): void => {
  const { link } = socket;
  if (link === null || socket.isDatagram || socket.peerSees !== 'data') return;
  let left = max;
  while (left > 0) {
    const length = Math.min(left, link.ring.used);
    if (length === 0) break;
    link.take(length);
    left -= length;
    pump(provider, socket);
  }
};
