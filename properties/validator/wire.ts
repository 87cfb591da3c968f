/** The far end: which bytes can be read next, and when the stream may end. */

import type { Run } from '../../model/winsock/trace.ts';
import { end, mayLose, pass } from './rules.ts';
import type { Now, Send, Socket } from './world.ts';
import { hasUrgent, isOversize, isUnder, isUnderWay, lacksNothing, mayHaveCircuit, outOfBounds, precedes } from './world.ts';

const post = (send: Send): void => {
  if (send.phase === 'begun') send.phase = 'posted';
};
const byteOf = ({ period }: Now, { call }: Send, index: number): number => ((call.fill ?? 0) + index) % period;
const bytesOf = ({ period }: Now, runs: readonly Run[]): number[] =>
  runs.flatMap(([start, length]) => Array.from({ length }, (_, index) => (start + index) % period));
const sendsOn = ({ sends }: Now, socket: Socket): Send[] => sends.filter((send) => send.socket === socket && send.phase !== 'failed');

/** The next byte in line, or the next datagram, comes from this send. */
const readFrom = (now: Now, send: Send): void => {
  const { socket } = send;
  now.need(isUnderWay(send) && !(socket.stream && socket.ended) && !send.past && !isOversize(send) && send.status !== 'WSAEMSGSIZE');
  now.need(socket.stream ? send.read < send.limit : !send.arrived && send.limit === send.length);
  // What is read behind a send without bytes shows nothing about it.
  for (const other of now.sends) if (precedes(other, send) && (other.length > 0 || !socket.stream)) close(now, other, send.id);
  post(send);
};

/** A send is over and nothing more of it is read in line. */
const close = (now: Now, send: Send, passed: number | undefined): void => {
  end(now, send, { ...(passed !== undefined && { passed }), byReader: true });
  const { read, limit, status } = send;
  send.past ||= passed !== undefined;
  if (!send.socket.stream) send.limit = send.arrived ? limit : -1;
  else if (!lacksNothing(send)) {
    // Elsewhere than on the page, what is lost is lost with all behind it.
    const isLost = mayLose(now, send.socket) && status === '0' && (now.profile === 'page' || passed === undefined);
    now.need(isLost || (mayLackRest(now, send) && send.least <= read));
    send.limit = read;
  }
};

/** Ends that nothing in the trace foretells: without being reported they excuse no byte that is missing. */
const unreported: readonly string[] = ['WSAENOBUFS', 'WSAEOPNOTSUPP'];

/** Whether the rest of a send that is over never went out, as far as anything could show. */
const mayLackRest = ({ profile }: Now, { mode, returned, read, status, reported, queued }: Send): boolean =>
  mode === 'nonblocking' && !returned
    ? profile !== 'msafd' && read > 0
    : status !== '0' && (!unreported.includes(status) || reported || queued);

const moveOn = (now: Now, send: Send, count: number): void => {
  send.read += count;
  if (send.apart && send.read === send.limit - 1) send.read++;
  send.least = Math.max(send.least, send.read);
  // Where it is over, its end has to go with what was read of it.
  if (send.phase === 'over') end(now, send);
};

/** The peer reads runs of a stream: bytes of one send, up to the next that another one may have as well. */
export const readStream = (now: Now, socket: Socket, runs: readonly Run[]): void => {
  for (const [start, length] of runs) {
    for (let at = 0, count = 1; at < length; at += count) {
      const unread = sendsOn(now, socket).filter(({ read, limit }) => read < limit);
      const ahead = (each: Send): number => (byteOf(now, each, each.read) - start - at + 2 * now.period * length) % now.period;
      const send = now.pick(unread.filter((each) => ahead(each) === 0));
      readFrom(now, send);
      const rivals = unread.filter((each) => each !== send).map((each) => ahead(each) || now.period);
      count = hasUrgent(send) ? 1 : Math.min(length - at, send.limit - send.read, ...rivals);
      moveOn(now, send, count);
    }
  }
};

/** The peer reads urgent data: the last byte of a send. One that may be taken in pieces, each with its own urgent byte, is not decided. */
export const readUrgent = (now: Now, socket: Socket, runs: readonly Run[]): void => {
  for (const value of bytesOf(now, runs)) {
    const offers = (send: Send): boolean => hasUrgent(send) && !send.apart && send.length > 0 && send.read < send.limit;
    const urgent = sendsOn(now, socket).filter((send) => offers(send) && byteOf(now, send, send.limit - 1) === value);
    const send = now.pick(urgent);
    now.need(isUnderWay(send));
    if (send.length > 1) pass(now, send);
    post(send);
    Object.assign(send, { apart: true, least: send.limit });
    moveOn(now, send, 0);
  }
};

/** The peer reads one datagram: whole, once, and after those that it has read. */
export const readDatagram = (now: Now, socket: Socket, runs: readonly Run[]): void => {
  const bytes = bytesOf(now, runs);
  const isAlike = (send: Send): boolean => send.length === bytes.length && bytes.every((byte, index) => byte === byteOf(now, send, index));
  const send = now.pick(sendsOn(now, socket).filter(isAlike));
  readFrom(now, send);
  send.arrived = true;
  moveOn(now, send, bytes.length);
};

/** The peer reads the end of the stream. On the page alone a close may lose what was accepted, and a shutdown what is pending. */
export const readEnd = (now: Now, socket: Socket): void => {
  if (socket.ended) return;
  const all = sendsOn(now, socket);
  if (socket.dead) outOfBounds('the end of a stream whose circuit is broken');
  if (all.some(({ mode, returned, length }) => mode === 'overlapped' && !returned && length > 0))
    outOfBounds('an end while a send is posted');
  now.need(mayHaveCircuit(now, socket));
  const isClosed = socket.closed || isUnder(now, 'close', socket);
  const isShut = socket.shut !== 'no' || isUnder(now, 'shutdown', socket);
  now.need(isShut || (isClosed && (now.profile === 'page' || socket.linger !== 'zero')));
  socket.ended = true;
  // An end reported of datagrams shows nothing about those that are missing.
  if (!socket.stream || mayLose(now, socket)) return;
  for (const send of all) {
    // What has not begun to leave does not leave any more; that an urgent byte has left, the end does not show.
    const mayBeAhead = send.ok && hasUrgent(send) && send.length === 1;
    if (send.phase === 'begun' && now.pick(mayBeAhead ? [true, false] : [true])) send.limit = 0;
    else if (now.profile !== 'page' || send.mode === 'nonblocking') close(now, send, isClosed ? undefined : Infinity);
    else {
      end(now, send);
      now.need(lacksNothing(send) || (mayLackRest(now, send) && send.least <= send.read));
    }
  }
};
