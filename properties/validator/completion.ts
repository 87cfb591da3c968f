/** Hidden steps: sends end, with a status that what has happened so far allows. What happens after a completion is no cause for it. */

import { circuitCodes, type Failure, failuresOf, isOversize } from './calls.ts';
import { callOf, type Now, overlappedOf } from './search.ts';
import { hasEvent, hasUrgent, precedes, type Send, type Socket, socketOf } from './world.ts';

/**
 * With `passed`, something behind it went out, so it was not ended by what ends everything. With `spontaneous`, a shortage of buffers
 * may have ended it, which no line shows. With `late`, the transport may still say what it took. `status` is how it ended, if known.
 */
type How = { passed?: boolean; spontaneous?: boolean; late?: boolean; status?: string };

/** A send is over by now. */
export const end = (now: Now, send: Send, how: How = {}): void => {
  if (send.phase === 'over') now.need(how.passed !== true || !send.killed);
  if (send.phase === 'over' || send.phase === 'failed') return;
  now.need(send.phase !== 'begun' || send.ok);
  const ways: (Failure | 'success')[] = send.mode === 'nonblocking' ? [] : failuresOf(now.profile, now.world, send);
  const isTaken = socketOf(now.world, send).took && send.took === send.length;
  if (how.spontaneous === true && send.mode === 'overlapped' && !isTaken) ways.push({ code: 'WSAENOBUFS', kills: false });
  const isKnown = (code: string): boolean => how.status === undefined || how.status === code;
  const failures = ways.filter((way) => way === 'success' || (isKnown(way.code) && !(how.passed === true && way.kills)));
  const way = now.pick(isKnown('0') ? ['success' as const, ...failures] : failures);
  if (way === 'success') succeed(now, send, how.late === true);
  else fail(now, send, way);
};

const succeed = (now: Now, send: Send, late: boolean): void => {
  const socket = socketOf(now.world, send);
  now.need(late || !socket.took || send.mode !== 'overlapped' || send.took === send.limit);
  now.need(!isOversize(socket, send) && !(socket.stream && send.mode !== 'nonblocking' && send.limit < send.length));
  // What the reader of the end did not get was not taken; on the page alone a close may have lost it.
  const mayBeLost = !socket.ended || !socket.stream || (socket.closed && now.profile === 'page');
  now.need(mayBeLost || send.mode === 'nonblocking' || send.read >= send.limit - (hasUrgent(callOf(now, send)) ? 1 : 0));
  pass(now, send, late);
  Object.assign(send, { phase: 'over', status: '0', least: send.mode === 'nonblocking' ? send.least : send.limit });
};

const fail = (now: Now, send: Send, { code, kills }: Failure): void => {
  Object.assign(send, { phase: 'over', status: code, killed: kills });
  if (send.mode === 'overlapped' && socketOf(now.world, send).took) send.limit = send.took;
  if (kills) reportCircuit(now, now.world.sockets[send.socket], code);
};

/** All that stands before a send is over. A send without bytes passes nothing. */
export const pass = (now: Now, send: Send, late = false): void => {
  if (send.length === 0 && socketOf(now.world, send).stream) return;
  for (const other of now.world.sends) if (precedes(other, send)) end(now, other, { passed: true, late });
};

/** Once a code of the circuit was reported nothing more goes out. A shortage of buffers is no such code, whatever else it may mean. */
export const reportCircuit = ({ profile }: Now, socket: Socket | undefined, code: string): void => {
  if (socket === undefined || code === 'WSAENOBUFS' || !circuitCodes(profile, socket).has(code)) return;
  socket.dead = true;
  const wasReset = socket.causes.includes('peer.reset') || socket.causes.includes('peer.close');
  socket.resetReported ||= code === 'WSAECONNRESET' || (wasReset && code !== 'WSAENETDOWN');
};

/** A status was reported for a send. */
export const report = (now: Now, send: Send, code: string, bytes: number | undefined): void => {
  // A shortage of buffers shows nowhere before it is reported, so what looks like a success may have been one until then.
  const looksDone = send.phase === 'over' && send.status === '0' && !send.told && send.mode === 'overlapped';
  const isPassed = now.world.sends.some((other) => precedes(send, other) && other.read > 0);
  const isTaken = send.took >= Math.max(1, send.length) || (isPassed && send.read > 0 && send.read >= send.length);
  if (looksDone && code === 'WSAENOBUFS' && !isTaken) fail(now, send, { code, kills: false });
  end(now, send, { spontaneous: true, status: code });
  now.need(send.status === code);
  now.need(code === '0' ? bytes === send.length : (bytes ?? 0) <= (code === 'WSAEMSGSIZE' ? 0 : send.limit));
  if (code !== '0') send.least = Math.max(send.least, bytes ?? 0);
  // On the page alone the event may follow a zero return until the next settle.
  const mayFollow = now.profile === 'page' && send.told && send.returned && !send.delivered;
  Object.assign(send, { told: true, seen: true });
  const overlapped = overlappedOf(now, send);
  if (overlapped !== undefined && hasEvent(callOf(now, send)) && !mayFollow) overlapped.set = 'yes';
};
