/** Hidden steps: sends end, with a status that what has happened so far allows. */

import { circuitCodes, failuresOf, isOversize } from './calls.ts';
import {
  callOf,
  changed,
  hasEvent,
  overlappedOf,
  precedes,
  type Send,
  type Socket,
  sendOf,
  socketOf,
  type Trace,
  type World,
} from './world.ts';

/**
 * With `passed`, something behind it went out, so it was not ended by what ends everything. With `spontaneous`, a shortage of buffers
 * may have ended it, which no line shows. With `late`, the transport may still say what it took.
 */
type How = { passed?: boolean; spontaneous?: boolean; late?: boolean };

/** The worlds in which a send is over by now. A completion is a moment: what happens later is no cause for it. */
export const endings = (trace: Trace, world: World, id: number, how: How = {}): World[] => {
  const send = sendOf(world, id);
  if (send.phase === 'failed') return [world];
  if (send.phase === 'over') return how.passed === true && send.killed ? [] : [world];
  if (send.phase === 'begun' && !send.ok) return [];
  const found = successes(trace, world, send, how.late === true);
  if (send.mode === 'nonblocking') return found;
  const failures = failuresOf(trace.profile, world, send).filter(({ kills }) => how.passed !== true || !kills);
  const isTaken = socketOf(world, send).took && send.took === send.length;
  if (how.spontaneous === true && send.mode === 'overlapped' && !isTaken) failures.push({ code: 'WSAENOBUFS', kills: false });
  return [...found, ...failures.map(({ code, kills }) => failed(trace, world, send, code, kills))];
};

const failed = (trace: Trace, world: World, send: Send, code: string, killed: boolean): World => {
  const isSaid = send.mode === 'overlapped' && socketOf(world, send).took;
  const next = changed(world, send.id, { phase: 'over', status: code, killed, ...(isSaid ? { limit: send.took } : {}) });
  if (killed) reportCircuit(trace, next.sockets[send.socket], code);
  return next;
};

/** Once a code of the circuit was reported nothing more goes out. A shortage of buffers is no such code, whatever else it may mean. */
export const reportCircuit = ({ profile }: Trace, socket: Socket | undefined, code: string): void => {
  if (socket === undefined || code === 'WSAENOBUFS' || !circuitCodes(profile, socket).has(code)) return;
  socket.dead = true;
  const wasReset = socket.causes.includes('peer.reset') || socket.causes.includes('peer.close');
  socket.resetReported ||= code === 'WSAECONNRESET' || (wasReset && code !== 'WSAENETDOWN');
};

const successes = (trace: Trace, world: World, send: Send, late: boolean): World[] => {
  const { stream, took } = socketOf(world, send);
  const isUntaken = !late && took && send.mode === 'overlapped' && send.took < send.limit;
  const isCut = stream && send.mode !== 'nonblocking' && send.limit < send.length;
  if (isUntaken || isCut || isOversize(socketOf(world, send), send)) return [];
  const least = send.mode === 'nonblocking' ? send.least : send.limit;
  return passed(trace, world, send, late).map((next) => changed(next, send.id, { phase: 'over', status: '0', least }));
};

/** The worlds in which all that stands before a send is over. A send without bytes passes nothing. */
export const passed = (trace: Trace, world: World, send: Send, late = false): World[] => {
  const before = send.length === 0 && socketOf(world, send).stream ? [] : world.sends.filter((other) => precedes(other, send));
  return before.reduce<World[]>((worlds, { id }) => worlds.flatMap((each) => endings(trace, each, id, { passed: true, late })), [world]);
};

/** A status was reported for a send: the worlds in which it is so. */
export const reported = (trace: Trace, world: World, send: Send, code: string, bytes: number | undefined): World[] => {
  const { id, phase, status, told, mode, took, length } = send;
  // A shortage of buffers shows nowhere before it is reported, so what looks like a success may have been one until then.
  const mayLackBuffers = phase === 'over' && status === '0' && !told && mode === 'overlapped' && took < Math.max(1, length);
  const worlds =
    mayLackBuffers && code === 'WSAENOBUFS' ? [failed(trace, world, send, code, false)] : endings(trace, world, id, { spontaneous: true });
  return worlds.flatMap((each) => {
    const over = sendOf(each, id);
    const most = code === 'WSAEMSGSIZE' ? 0 : over.limit;
    if (over.status !== code || (code === '0' ? bytes !== length : (bytes ?? 0) > most)) return [];
    const next = changed(each, id, { told: true, seen: true, least: Math.max(over.least, code === '0' ? 0 : (bytes ?? 0)) });
    const overlapped = overlappedOf(trace, next, over);
    if (overlapped !== undefined && hasEvent(callOf(trace, over))) overlapped.set = 'yes';
    return [next];
  });
};
