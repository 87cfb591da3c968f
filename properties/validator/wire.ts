/** The far end: which bytes can be read next, what the transport says it took, and when the stream may end. */

import type { Run } from '../../model/winsock/trace.ts';
import { isOversize } from './calls.ts';
import { end, pass } from './completion.ts';
import { byteOf, callOf, type Now, type Trace } from './search.ts';
import { hasUrgent, precedes, type Send, type Socket, sendsOn, socketOf } from './world.ts';

const isUnderWay = ({ phase, ok }: Send): boolean => (phase === 'begun' ? ok : phase !== 'failed');
const post = (send: Send): void => {
  if (send.phase === 'begun') send.phase = 'posted';
};

/** The next byte in line, or the next datagram, comes from this send. */
const readFrom = (now: Now, send: Send): void => {
  const socket = socketOf(now.world, send);
  now.need(isUnderWay(send) && !socket.ended && !isOversize(socket, send));
  now.need(socket.stream ? send.read < send.limit : !send.arrived && send.limit === send.length);
  now.need(!socket.took || (socket.stream ? send.read < send.took : send.took === send.length));
  for (const other of now.world.sends) if (precedes(other, send)) close(now, other, true);
  post(send);
};

/** A send is over and nothing more of it is read in line. */
const close = (now: Now, send: Send, passed: boolean): void => {
  end(now, send, { passed });
  if (!socketOf(now.world, send).stream) send.limit = send.arrived ? send.limit : -1;
  else if (lacksNothing(now, send)) {
    // What has given all of its bytes to the transport is short of no buffers.
    now.need(!passed || send.told || send.status !== 'WSAENOBUFS' || send.read === 0);
  } else {
    now.need(mayLackRest(now, send) && send.least <= send.read);
    send.limit = send.read;
  }
};

/** Nothing of it is left to be read in line; its urgent byte may bypass the reader. */
const lacksNothing = (trace: Trace, send: Send): boolean =>
  send.phase === 'failed' || send.read >= send.limit || (hasUrgent(callOf(trace, send)) && send.read === send.limit - 1);

/** Whether the rest of a send that is over never went out, as far as anything could show. */
const mayLackRest = ({ profile }: Trace, { mode, returned, read, status, told, queued }: Send): boolean =>
  mode === 'nonblocking' && !returned ? profile !== 'msafd' && read > 0 : status !== '0' && (status !== 'WSAENOBUFS' || told || queued);

const moveOn = (send: Send, count: number): void => {
  send.read += count;
  while (send.urgent.includes(send.read)) send.read++;
  send.least = Math.max(send.least, send.read);
};

/** The peer reads runs of a stream, byte by byte, or several at once where they can come from one send only. */
export const readStream = (now: Now, socket: number, runs: readonly Run[]): void => {
  for (const [start, length] of runs) {
    for (let at = 0, count = 1; at < length; at += count) {
      const value = (start + at) % now.period;
      const unread = sendsOn(now.world, socket).filter((send) => send.phase !== 'failed' && send.read < send.limit);
      const send = now.pick(unread.filter((each) => byteOf(now, each, each.read) === value));
      readFrom(now, send);
      const isAlone = unread.length === 1 || (send.status === '0' && send.returned && send.mode !== 'overlapped');
      const bound = socketOf(now.world, send).took ? send.took : send.limit;
      count = isAlone && !hasUrgent(callOf(now, send)) ? Math.min(length - at, bound - send.read) : 1;
      moveOn(send, count);
    }
  }
};

/** The peer reads urgent data: the last byte of a send, or of a piece of one whose call has not returned. */
export const readUrgent = (now: Now, socket: number, runs: readonly Run[]): void => {
  for (const value of bytesOf(now, runs)) {
    const { send, index } = now.pick(sendsOn(now.world, socket).flatMap((each) => urgentOf(now, each, value)));
    pass(now, send);
    post(send);
    send.urgent.push(index);
    send.least = Math.max(send.least, index + 1);
    moveOn(send, 0);
  }
};

const urgentOf = (now: Now, send: Send, value: number): { send: Send; index: number }[] => {
  const call = callOf(now, send);
  if (!hasUrgent(call) || !isUnderWay(send)) return [];
  const indices = Array.from({ length: send.limit }, (_, index) => index).filter((index) => !send.returned || index === send.limit - 1);
  const unread = indices.filter((index) => index >= send.read && !send.urgent.includes(index));
  return unread.filter((index) => byteOf(now, send, index) === value).map((index) => ({ send, index }));
};

const bytesOf = (now: Trace, runs: readonly Run[]): number[] =>
  runs.flatMap(([start, length]) => Array.from({ length }, (_, index) => (start + index) % now.period));

/** The peer reads one datagram: whole, once, and after those that it has read. */
export const readDatagram = (now: Now, socket: number, runs: readonly Run[]): void => {
  const bytes = bytesOf(now, runs);
  const isAlike = (send: Send): boolean => send.length === bytes.length && bytes.every((byte, index) => byte === byteOf(now, send, index));
  const send = now.pick(sendsOn(now.world, socket).filter(isAlike));
  readFrom(now, send);
  Object.assign(send, { arrived: true, least: bytes.length, read: bytes.length });
};

/** The transport says that it took bytes, of the sends in their order. What was taken whole has succeeded. */
export const takeBytes = (now: Now, socket: number, bytes: number): void => {
  let left = bytes;
  for (const send of sendsOn(now.world, socket)) {
    if (!isUnderWay(send) || (send.phase === 'over' && send.status !== '0')) continue;
    const most = Math.min(left, send.limit - send.took);
    const count = now.pick(Array.from({ length: most + 1 }, (_, fewer) => most - fewer));
    if (count === 0) continue;
    pass(now, send);
    now.need(now.world.sends.every((other) => !precedes(other, send) || other.took >= other.limit || other.status !== '0'));
    post(send);
    send.took += count;
    send.least = Math.max(send.least, send.took);
    if (send.took === send.length && send.mode === 'overlapped' && send.phase === 'posted') end(now, send, { status: '0' });
    left -= count;
  }
  now.need(left === 0);
};

/** The peer reads the end of the stream. On the page alone a close may lose what was accepted, and a shutdown what is pending. */
export const readEnd = (now: Now, index: number): void => {
  const socket = now.world.sockets[index] as Socket;
  const sent = sendsOn(now.world, index).filter(({ phase }) => phase === 'posted' || phase === 'over');
  now.need(socket.shut !== 'no' || socket.closed);
  if (now.profile === 'page') {
    now.need(socket.closed || sent.every((send) => send.status !== '0' || !send.told || lacksNothing(now, send)));
  } else {
    now.need(!socket.closed || socket.linger !== 'zero');
    for (const send of sent) close(now, send, !socket.closed);
    for (const send of sendsOn(now.world, index)) send.ok &&= send.phase !== 'begun' || send.length === 0;
  }
  socket.ended = true;
};
