/** The far end: which bytes can be read next, what the transport says it took, and when the stream may end. */

import { patternPeriod, type Run, type WSPSendCall } from '../../model/winsock/trace.ts';
import { isOversize } from './calls.ts';
import { endings, mayLackRest, passed, type Rules } from './completion.ts';
import { byteOf, copy, hasUrgent, precedes, type Send, type Socket, sendOf, sendsOn, socketOf, type World } from './world.ts';

/** The worlds in which the next byte in line, or the next datagram, comes from this send. */
const nextFrom = (rules: Rules, world: World, id: number): World[] => {
  const now = sendOf(world, id);
  const socket = socketOf(world, now);
  const isOpen = now.phase === 'begun' ? now.ok : now.phase !== 'failed';
  if (!isOpen || socket.ended || isOversize(socket, now) || (socket.stream ? now.read >= now.limit : now.arrived || now.limit < now.length))
    return [];
  if (socket.took && (socket.stream ? now.read >= now.took : now.took < now.length)) return [];
  const before = world.sends.filter((other) => precedes(other, now));
  const worlds = before.reduce((each, other) => each.flatMap((one) => endedWith(rules, one, other.id, { passed: true })), [world]);
  return worlds.map((each) => {
    const next = copy(each);
    const send = sendOf(next, id);
    if (send.phase === 'begun') send.phase = 'posted';
    return next;
  });
};

/** The worlds in which a send is over and nothing more of it is read in line. */
const endedWith = (rules: Rules, world: World, id: number, how: { passed?: boolean } = {}): World[] =>
  endings(rules, world, id, how).flatMap((over) => {
    const next = copy(over);
    return closeBehind(rules, socketOf(next, sendOf(next, id)), sendOf(next, id)) ? [next] : [];
  });

/** What stood before the byte that is read next will not be read any more; false if it has to be. */
const closeBehind = (rules: Rules, { stream }: Socket, send: Send): boolean => {
  if (!stream) {
    send.limit = send.arrived ? send.limit : -1;
    return true;
  }
  if (lacksNothing(rules, send)) return true;
  if (!mayLackRest(rules.profile, send) || send.least > send.read) return false;
  send.limit = send.read;
  return true;
};

/** Nothing of it is left to be read in line; its urgent byte may bypass the reader. */
const lacksNothing = ({ calls }: Rules, send: Send): boolean => {
  const call = calls.get(send.id);
  const mayBypass = call !== undefined && hasUrgent(call) && send.read === send.limit - 1;
  return send.read >= send.limit || mayBypass;
};

const passUrgent = (send: Send): void => {
  while (send.urgent.includes(send.read)) send.read++;
  send.least = Math.max(send.least, send.read);
};

/** The peer reads runs of a stream. */
export const readStream = (rules: Rules, world: World, socket: number, runs: readonly Run[]): World[] => {
  let states = new Map<string, { world: World; run: number; at: number }>([['', { world, run: 0, at: 0 }]]);
  const done: World[] = [];
  while (states.size > 0) {
    const following: typeof states = new Map();
    for (const { world: from, run, at } of states.values()) {
      const [start, length] = runs[run] ?? [0, 0];
      if (run === runs.length) done.push(from);
      else if (at === length) following.set(`${run} ${JSON.stringify(from)}`, { world: from, run: run + 1, at: 0 });
      else {
        for (const { id, read } of sendsOn(from, socket)) {
          if (byteOf(rules.calls.get(id) as WSPSendCall, read) !== (start + at) % patternPeriod) continue;
          for (const next of nextFrom(rules, from, id)) {
            const taken = take(rules, next, id, length - at);
            following.set(`${run} ${at + taken} ${JSON.stringify(next)}`, { world: next, run, at: at + taken });
          }
        }
      }
    }
    states = following;
  }
  return done;
};

/** Reads bytes from one send: one, or all that can come from nowhere else. */
const take = ({ calls }: Rules, world: World, id: number, most: number): number => {
  const send = sendOf(world, id);
  const call = calls.get(id) as WSPSendCall;
  const isAlone = send.phase === 'over' && send.status === '0' && send.returned && !hasUrgent(call) && send.mode !== 'overlapped';
  const isLast = sendsOn(world, send.socket).every((other) => other.id === id || other.phase === 'failed' || other.read >= other.limit);
  const bound = socketOf(world, send).took ? send.took : send.limit;
  const count = isAlone || (isLast && !hasUrgent(call)) ? Math.min(most, bound - send.read) : 1;
  send.read += count;
  passUrgent(send);
  return count;
};

/** The peer reads urgent data: the last byte of a send, or of a piece of one that is sent in pieces. */
export const readUrgent = (rules: Rules, world: World, socket: number, runs: readonly Run[]): World[] => {
  const values = runs.flatMap(([start, length]) =>
    Array.from({ length: Math.min(length, 1000) }, (_, index) => (start + index) % patternPeriod),
  );
  return values.reduce<World[]>((worlds, value) => worlds.flatMap((each) => readUrgentByte(rules, each, socket, value)), [world]);
};

const readUrgentByte = (rules: Rules, world: World, socket: number, value: number): World[] =>
  sendsOn(world, socket).flatMap(({ id, phase, ok, limit, read, urgent, mode, returned }) => {
    const call = rules.calls.get(id);
    if (call === undefined || !hasUrgent(call) || phase === 'failed' || (phase === 'begun' && !ok)) return [];
    const inPieces = !returned || (mode === 'overlapped' && call.returns?.rc !== 0);
    return Array.from({ length: limit }, (_, index) => index).flatMap((index) => {
      if (index < read || urgent.includes(index) || byteOf(call, index) !== value || !(inPieces || index === limit - 1)) return [];
      return passed(rules, world, sendOf(world, id)).map((before) => {
        const next = copy(before);
        const send = sendOf(next, id);
        if (send.phase === 'begun') send.phase = 'posted';
        send.urgent.push(index);
        send.least = Math.max(send.least, index + 1);
        passUrgent(send);
        return next;
      });
    });
  });

/** The peer reads one datagram: whole, once, and after those that it has read. */
export const readDatagram = (rules: Rules, world: World, socket: number, runs: readonly Run[]): World[] => {
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  return sendsOn(world, socket).flatMap(({ id }) => {
    const call = rules.calls.get(id);
    const send = sendOf(world, id);
    if (call === undefined || send.length !== length) return [];
    let at = 0;
    const isSame = runs.every(([start, count]) => {
      const same = count === 0 || start % patternPeriod === byteOf(call, at);
      at += count;
      return same;
    });
    if (!isSame) return [];
    return nextFrom(rules, world, id).map((next) => {
      Object.assign(sendOf(next, id), { arrived: true, least: length, read: length });
      return next;
    });
  });
};

/** The transport says that it took bytes: of the sends in their order, whatever those that have ended left out. */
export const tookBytes = (rules: Rules, world: World, socket: number, bytes: number): World[] => {
  let states = new Map<string, World>([['', world]]);
  for (let left = bytes; left > 0; left--) {
    const following = new Map<string, World>();
    for (const from of states.values()) {
      for (const next of sendsOn(from, socket).flatMap(({ id }) => tookByte(rules, from, id))) following.set(JSON.stringify(next), next);
    }
    states = following;
  }
  return [...states.values()].flatMap((each) => complete(rules, each, socket));
};

const tookByte = (rules: Rules, world: World, id: number): World[] => {
  const now = sendOf(world, id);
  if (now.phase === 'failed' || (now.phase === 'begun' && !now.ok) || now.took >= now.limit) return [];
  if (now.phase === 'over' && now.status !== '0') return [];
  return passed(rules, world, now).flatMap((before) => {
    const next = copy(before);
    const send = sendOf(next, id);
    const isFirst = next.sends.every((other) => !precedes(other, send) || other.took >= other.limit || other.status !== '0');
    if (!isFirst) return [];
    if (send.phase === 'begun') send.phase = 'posted';
    send.took++;
    send.least = Math.max(send.least, send.took);
    return [next];
  });
};

/** What was taken whole is over, and succeeded. */
const complete = (rules: Rules, world: World, socket: number): World[] =>
  sendsOn(world, socket).reduce<World[]>(
    (worlds, { id, took, length, mode, phase }) =>
      took < length || length === 0 || mode !== 'overlapped' || phase !== 'posted'
        ? worlds
        : worlds.flatMap((each) => endings(rules, each, id)).filter((each) => sendOf(each, id).status === '0'),
    [world],
  );

/** The peer reads the end of the stream. On the page alone a close may lose what was accepted, and a shutdown what is pending. */
export const readEnd = (rules: Rules, world: World, socket: number): World[] => {
  const at = world.sockets[socket] as Socket;
  if (at.shut === 'no' && !at.closed) return [];
  let worlds = [world];
  if (rules.profile === 'page') {
    const accepted = sendsOn(world, socket).filter(({ phase, status, told }) => phase === 'over' && status === '0' && told);
    if (!at.closed && accepted.some((send) => !lacksNothing(rules, send))) return [];
  } else {
    if (at.closed && at.linger === 'zero') return [];
    const mayLose = at.closed && at.linger === 'time';
    const sent = sendsOn(world, socket).filter(({ phase }) => phase === 'posted' || phase === 'over');
    if (!mayLose) worlds = sent.reduce((each, { id }) => each.flatMap((one) => endedWith(rules, one, id, { passed: !at.closed })), worlds);
  }
  return worlds.map((each) => {
    const next = copy(each);
    (next.sockets[socket] as Socket).ended = true;
    return next;
  });
};
