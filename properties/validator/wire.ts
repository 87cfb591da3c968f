/** The far end: which bytes can be read next, what the transport says it took, and when the stream may end. */

import { patternPeriod, type Run } from '../../model/winsock/trace.ts';
import { isOversize } from './calls.ts';
import { endings, passed } from './completion.ts';
import {
  byteOf,
  callOf,
  changed,
  copy,
  hasUrgent,
  precedes,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
  socketOf,
  type Trace,
  type World,
} from './world.ts';

const isUnderWay = ({ phase, ok }: Send): boolean => (phase === 'begun' ? ok : phase !== 'failed');

/** The worlds in which the next byte in line, or the next datagram, comes from this send. */
const nextFrom = (trace: Trace, world: World, send: Send): World[] => {
  const socket = socketOf(world, send);
  if (!isUnderWay(send) || socket.ended || isOversize(socket, send)) return [];
  if (socket.stream ? send.read >= send.limit : send.arrived || send.limit < send.length) return [];
  if (socket.took && (socket.stream ? send.read >= send.took : send.took < send.length)) return [];
  const before = world.sends.filter((other) => precedes(other, send));
  const worlds = before.reduce((each, { id }) => each.flatMap((one) => closed(trace, one, id, true)), [world]);
  return worlds.map((each) => changed(each, send.id, send.phase === 'begun' ? { phase: 'posted' } : {}));
};

/** The worlds in which a send is over and nothing more of it is read in line. */
const closed = (trace: Trace, world: World, id: number, isPassed: boolean): World[] =>
  endings(trace, world, id, { passed: isPassed }).flatMap((over) => {
    const send = sendOf(over, id);
    if (!socketOf(over, send).stream) return [send.arrived ? over : changed(over, id, { limit: -1 })];
    if (lacksNothing(trace, send)) return [over];
    return mayLackRest(trace, send) && send.least <= send.read ? [changed(over, id, { limit: send.read })] : [];
  });

/** Nothing of it is left to be read in line; its urgent byte may bypass the reader. */
const lacksNothing = (trace: Trace, send: Send): boolean =>
  send.read >= send.limit || (hasUrgent(callOf(trace, send)) && send.read === send.limit - 1);

/** Whether the rest of a send that is over never went out, as far as anything could show. */
const mayLackRest = ({ profile }: Trace, { mode, returned, read, phase, status, told }: Send): boolean =>
  mode === 'nonblocking' && !returned
    ? profile !== 'msafd' && read > 0
    : phase === 'over' && status !== '0' && (status !== 'WSAENOBUFS' || told);

const passUrgent = (send: Send): void => {
  while (send.urgent.includes(send.read)) send.read++;
  send.least = Math.max(send.least, send.read);
};

/** The peer reads runs of a stream, byte by byte, or several at once where they can come from one send only. */
export const readStream = (trace: Trace, world: World, socket: number, runs: readonly Run[]): World[] => {
  let worlds = [world];
  for (const [start, length] of runs) {
    let places = new Map(worlds.map((each, index) => [`${index}`, { world: each, at: 0 }]));
    const done: World[] = [];
    while (places.size > 0) {
      const following: typeof places = new Map();
      for (const { world: from, at } of places.values()) {
        if (at === length) done.push(from);
        const wanted =
          at === length
            ? []
            : sendsOn(from, socket).filter((send) => byteOf(callOf(trace, send), send.read) === (start + at) % patternPeriod);
        for (const next of wanted.flatMap((send) => nextFrom(trace, from, send).map((each) => ({ each, id: send.id })))) {
          const read = at + take(trace, next.each, next.id, length - at);
          following.set(`${read} ${JSON.stringify(next.each)}`, { world: next.each, at: read });
        }
      }
      places = following;
    }
    worlds = done;
  }
  return worlds;
};

const take = (trace: Trace, world: World, id: number, most: number): number => {
  const send = sendOf(world, id);
  const others = sendsOn(world, send.socket).filter((other) => other.id !== id && other.phase !== 'failed' && other.read < other.limit);
  const isAlone = (send.status === '0' && send.returned && send.mode !== 'overlapped') || others.length === 0;
  const bound = socketOf(world, send).took ? send.took : send.limit;
  const count = isAlone && !hasUrgent(callOf(trace, send)) ? Math.min(most, bound - send.read) : 1;
  send.read += count;
  passUrgent(send);
  return count;
};

/** The peer reads urgent data: the last byte of a send, or of a piece of one that is sent in pieces. */
export const readUrgent = (trace: Trace, world: World, socket: number, [run, ...rest]: readonly Run[]): World[] => {
  if (run === undefined) return [world];
  const [start, length] = run;
  if (length === 0) return readUrgent(trace, world, socket, rest);
  const worlds = sendsOn(world, socket).flatMap((send) => urgentFrom(trace, world, send, start % patternPeriod));
  return worlds.flatMap((each) => readUrgent(trace, each, socket, [[start + 1, length - 1], ...rest]));
};

const urgentFrom = (trace: Trace, world: World, send: Send, value: number): World[] => {
  const call = callOf(trace, send);
  if (!hasUrgent(call) || !isUnderWay(send)) return [];
  const inPieces = !send.returned || (send.mode === 'overlapped' && call.returns?.rc !== 0);
  const ends = Array.from({ length: send.limit }, (_, index) => index).filter((index) => inPieces || index === send.limit - 1);
  const unread = ends.filter((index) => index >= send.read && !send.urgent.includes(index) && byteOf(call, index) === value);
  return passed(trace, world, send).flatMap((before) =>
    unread.map((index) => {
      const next = changed(before, send.id, send.phase === 'begun' ? { phase: 'posted' } : {});
      const read = sendOf(next, send.id);
      read.urgent.push(index);
      read.least = Math.max(read.least, index + 1);
      passUrgent(read);
      return next;
    }),
  );
};

/** The peer reads one datagram: whole, once, and after those that it has read. */
export const readDatagram = (trace: Trace, world: World, socket: number, runs: readonly Run[]): World[] => {
  const bytes = runs.flatMap(([start, length]) => Array.from({ length }, (_, index) => (start + index) % patternPeriod));
  const alike = sendsOn(world, socket).filter(
    (send) => send.length === bytes.length && bytes.every((byte, index) => byte === byteOf(callOf(trace, send), index)),
  );
  return alike.flatMap((send) =>
    nextFrom(trace, world, send).map((next) => changed(next, send.id, { arrived: true, least: bytes.length, read: bytes.length })),
  );
};

/** The transport says that it took bytes, of the sends in their order. What was taken whole has succeeded. */
export const tookBytes = (trace: Trace, world: World, socket: number, bytes: number): World[] => {
  let worlds = [world];
  for (let left = bytes; left > 0; left--) {
    const next = worlds.flatMap((each) => sendsOn(each, socket).flatMap((send) => tookByte(trace, each, send)));
    worlds = [...new Map(next.map((each) => [JSON.stringify(each), each])).values()];
  }
  const isTaken = ({ took, length, mode, phase }: Send): boolean =>
    mode === 'overlapped' && phase === 'posted' && length > 0 && took === length;
  return worlds.flatMap((each) =>
    sendsOn(each, socket)
      .filter(isTaken)
      .reduce((all, { id }) => all.flatMap((one) => endings(trace, one, id).filter((over) => sendOf(over, id).status === '0')), [each]),
  );
};

const tookByte = (trace: Trace, world: World, send: Send): World[] => {
  if (!isUnderWay(send) || send.took >= send.limit || (send.phase === 'over' && send.status !== '0')) return [];
  const isFirst = (each: World): boolean =>
    each.sends.every((other) => !precedes(other, send) || other.took >= other.limit || other.status !== '0');
  const fields = {
    took: send.took + 1,
    least: Math.max(send.least, send.took + 1),
    ...(send.phase === 'begun' ? { phase: 'posted' as const } : {}),
  };
  return passed(trace, world, send)
    .filter(isFirst)
    .map((each) => changed(each, send.id, fields));
};

/** The peer reads the end of the stream. On the page alone a close may lose what was accepted, and a shutdown what is pending. */
export const readEnd = (trace: Trace, world: World, socket: number): World[] => {
  const at = world.sockets[socket] as Socket;
  if (at.shut === 'no' && !at.closed) return [];
  let worlds = [copy(world)];
  if (trace.profile === 'page') {
    const accepted = sendsOn(world, socket).filter(({ phase, status, told }) => phase === 'over' && status === '0' && told);
    if (!at.closed && accepted.some((send) => !lacksNothing(trace, send))) return [];
  } else if (at.closed && at.linger !== 'off') {
    if (at.linger === 'zero') return [];
  } else {
    const sent = sendsOn(world, socket).filter(({ phase }) => phase === 'posted' || phase === 'over');
    worlds = sent.reduce((each, { id }) => each.flatMap((one) => closed(trace, one, id, !at.closed)), worlds);
  }
  for (const each of worlds) (each.sockets[socket] as Socket).ended = true;
  return worlds;
};
