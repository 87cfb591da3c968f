/** Hidden steps: sends end, with the status that what has happened so far allows, and the transport's queue moves behind them. */

import type { WSPSendCall } from '../../model/winsock/trace.ts';
import { circuitCodes, failuresOf, isOversize } from './calls.ts';
import { copy, type Profile, precedes, type Send, sendOf, socketOf, type World } from './world.ts';

export interface Rules {
  profile: Profile;
  calls: ReadonlyMap<number, WSPSendCall>;
}

/**
 * How a send may have ended. With `passed`, something behind it went out, so it was not ended by what ends everything. With
 * `spontaneous`, a shortage of buffers may have ended it, which no line shows. With `late`, the transport may still say what it took.
 */
export interface How {
  passed?: boolean;
  spontaneous?: boolean;
  late?: boolean;
}

/** The worlds in which a send is over by now. */
export const endings = (rules: Rules, world: World, id: number, how: How = {}): World[] => {
  const send = sendOf(world, id);
  if (send.phase === 'failed') return [world];
  if (send.phase === 'over') return how.passed === true && send.killed ? [] : [world];
  if (send.phase === 'begun' && !send.ok) return [];
  const found = successes(rules, world, id, how.late === true);
  if (send.mode === 'nonblocking') return found;
  const failures = failuresOf(rules.profile, world, send);
  if (how.spontaneous === true && send.mode === 'overlapped' && !(isSaid(world, send) && send.took === send.length)) {
    failures.push({ code: 'WSAENOBUFS', kills: false });
  }
  for (const { code, kills } of failures) {
    if (how.passed !== true || !kills) found.push(failed(rules, world, id, code, kills));
  }
  return found;
};

/** Whether the transport says how much it took of this send. */
const isSaid = (world: World, send: Send): boolean => send.mode === 'overlapped' && socketOf(world, send).took;

const failed = (rules: Rules, world: World, id: number, code: string, kills: boolean): World => {
  const next = copy(world);
  const send = sendOf(next, id);
  Object.assign(send, { phase: 'over', status: code, killed: kills });
  if (isSaid(next, send)) send.limit = send.took;
  if (kills) reportCircuit(rules, next, send, code);
  return next;
};

/** A code of the circuit was reported: nothing goes out from here on. */
export const reportCircuit = ({ profile }: Rules, world: World, { socket }: Send, code: string): void => {
  const at = world.sockets[socket];
  // A shortage of buffers is the socket's own, whatever else the code may mean.
  if (at === undefined || code === 'WSAENOBUFS' || !circuitCodes(profile, at).has(code)) return;
  at.dead = true;
  const wasReset = at.causes.includes('peer.reset') || at.causes.includes('peer.close');
  at.resetReported ||= code === 'WSAECONNRESET' || (code === 'WSAECONNABORTED' && wasReset) || (code === 'WSAENETRESET' && wasReset);
};

const successes = (rules: Rules, world: World, id: number, late: boolean): World[] => {
  const send = sendOf(world, id);
  const socket = socketOf(world, send);
  if (isOversize(socket, send)) return [];
  if (!late && isSaid(world, send) && send.took < send.limit) return [];
  if (socket.stream && send.mode !== 'nonblocking' && send.limit < send.length) return [];
  return passed(rules, world, send, late).map((before) => {
    const next = copy(before);
    const over = sendOf(next, id);
    Object.assign(over, { phase: 'over', status: '0' });
    if (over.mode !== 'nonblocking') over.least = over.limit;
    return next;
  });
};

/** The worlds in which all that stands before a send is over. A send without bytes passes nothing. */
export const passed = (rules: Rules, world: World, send: Send, late = false): World[] => {
  const before = send.length === 0 && socketOf(world, send).stream ? [] : world.sends.filter((other) => precedes(other, send));
  return before.reduce<World[]>((worlds, { id }) => worlds.flatMap((each) => endings(rules, each, id, { passed: true, late })), [world]);
};

/** A status was reported for a send: the worlds in which it is so. */
export const reported = (rules: Rules, world: World, id: number, code: string, bytes: number | undefined): World[] => {
  const now = sendOf(world, id);
  // A shortage of buffers shows nowhere before it is reported, so a completion that was not reported may have been one.
  const isFree = now.phase === 'over' && now.status === '0' && !now.told && now.mode === 'overlapped' && now.took < Math.max(1, now.length);
  const worlds =
    isFree && code === 'WSAENOBUFS'
      ? [failed(rules, world, id, code, false)]
      : endings(rules, world, id, { spontaneous: true }).filter((each) => sendOf(each, id).status === code);
  return worlds.flatMap((each) => {
    const next = copy(each);
    const send = sendOf(next, id);
    if (code === '0' ? bytes !== send.length : bytes !== undefined && bytes > (code === 'WSAEMSGSIZE' ? 0 : send.limit)) return [];
    if (code !== '0' && bytes !== undefined) send.least = Math.max(send.least, bytes);
    send.told = true;
    send.seen = true;
    return [next];
  });
};

/** Whether the rest of a send that is over never went out, as far as anything could tell. */
export const mayLackRest = (profile: Profile, send: Send): boolean => {
  if (send.mode === 'nonblocking' && !send.returned) return profile !== 'msafd' && send.read > 0;
  return send.phase === 'over' && send.status !== '0' && (send.status !== 'WSAENOBUFS' || send.told);
};
