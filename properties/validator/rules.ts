/** The rows of the page's table: what a send may give at one moment of one world, how it may end, and what its end shows of others. */

import type { Returns, WSPSendCall } from '../../model/winsock/trace.ts';
import type { Cause, Mode, Now, Profile, Send, Socket, World } from './world.ts';
import {
  hasEvent,
  hasRoutine,
  hasUrgent,
  isOversize,
  isSynchronous,
  isUnder,
  mayBeBlocking,
  mayBeNonblocking,
  mayHaveCircuit,
  precedes,
  waitsForReader,
} from './world.ts';

const when = (condition: boolean, ...codes: string[]): string[] => (condition ? codes : []);

/** On the page alone a routine without an OVERLAPPED may be ignored, or make the send an overlapped one. */
export const modesOf = (now: World & { readonly profile: Profile }, socket: Socket, call: WSPSendCall): Mode[] => {
  const { profile } = now;
  const given = call.overlapped !== undefined;
  const hasRoutineAlone = profile === 'page' && call.routine !== undefined && call.routine !== false;
  if (socket.overlapped && given) return ['overlapped'];
  if (given && profile === 'msafd') return ['filled'];
  return [
    ...(socket.overlapped && hasRoutineAlone ? (['overlapped'] as const) : []),
    ...(mayBeNonblocking(now, socket) ? (['nonblocking'] as const) : []),
    ...(mayBeBlocking(now, socket) ? (['blocking'] as const) : []),
  ];
};

/** The codes that report the failure of this circuit, from whatever has happened to it. */
export const circuitCodes = (profile: Profile, { peer, causes: known, mayHave, receiveOnly }: Socket): string[] => {
  const causes = [...known, ...mayHave];
  const isDown = causes.includes('network.down');
  if (peer === 'none' || receiveOnly) return when(isDown, 'WSAENETDOWN');
  const isReset = causes.includes('peer.reset') || causes.includes('peer.close');
  const isDead = causes.includes('keepalive.failed');
  return [
    ...when(isDown, 'WSAENETDOWN'),
    ...when(causes.length > 0, 'WSAECONNABORTED'),
    ...when(isReset || (isDead && profile === 'msafd'), 'WSAECONNRESET'),
    ...when((isReset && profile === 'page') || (isDead && profile !== 'msafd'), 'WSAENETRESET'),
    ...when(isDead && profile === 'page', 'WSAENOBUFS'),
  ];
};

/** Adds what this moment permits to what a call that has not returned may give. */
export const look = (now: Now, send: Send): void => {
  const { profile } = now;
  const { socket, mode, call, length } = send;
  const faults = [call.fault ?? []].flat();
  const isFaulty = faults.length > 0 || (call.count === false && call.overlapped === undefined);
  const pendsOversize = profile === 'msafd' && mode === 'overlapped';
  const isTooLong = !socket.stream && socket.maximum > 0 && length > socket.maximum;
  const surely = [
    ...when(socket.closed, 'WSAENOTSOCK'),
    ...when(!socket.closed && (socket.peer === 'none' || socket.receiveOnly), 'WSAENOTCONN'),
    ...when(socket.shut !== 'no' || socket.receiveOnly, 'WSAESHUTDOWN'),
    ...when(socket.peer === 'broadcast' && !socket.broadcast && profile !== 'msafd', 'WSAEACCES'),
    ...when(socket.receiveOnly || (hasUrgent(send) && !socket.stream), 'WSAEOPNOTSUPP'),
    ...when(isTooLong && !pendsOversize, 'WSAEMSGSIZE'),
  ];
  const isFaulted = isFatal(profile, call);
  const isRefused = isFaulted || socket.dead || surely.length > 0;
  const isOwed = isRefused || send.late;
  // What can only fail waits for nothing that could be broken off.
  const mayWait = !isOwed || send.ok;
  const perhaps = [
    'WSAENOBUFS',
    ...when(isFaulty || (profile === 'page' && call.buffers.length === 0), 'WSAEFAULT'),
    ...when(isInProgress(now, send), 'WSAEINPROGRESS'),
    ...when(now.network.length > 0 || socket.unseen, 'WSAENETDOWN'),
  ];
  const isUnbound = socket.bound !== 'yes' || socket.receiveOnly || (!socket.overlapped && call.overlapped !== undefined);
  // No room may hold together with an address that is forbidden.
  const full = when(mayWouldBlock(now, send, isFaulted || socket.dead || surely.some((code) => code !== 'WSAEACCES')), 'WSAEWOULDBLOCK');
  // A close on another thread may take the socket away at any moment.
  const isClosing = isUnder(now, 'close', socket);
  const ifOpen = [
    ...when(isClosing, 'WSAENOTSOCK', 'WSA_OPERATION_ABORTED'),
    ...when(isClosing && socket.peer !== 'none' && !socket.receiveOnly, 'WSAECONNABORTED'),
    ...when(isClosing && mode === 'blocking' && profile !== 'page' && (mayWait || call.begin === undefined), 'WSAEINTR'),
    ...circuitFailures(profile, socket),
    ...when(socket.connecting, 'WSAENOTCONN'),
    ...when((profile !== 'msafd' && isUnbound) || (profile === 'page' && call.buffers.length === 0), 'WSAEINVAL'),
    ...when(hasUrgent(send) || call.flags?.includes('MSG_PARTIAL') === true, 'WSAEOPNOTSUPP'),
    ...when(!socket.stream && socket.maximum === 0 && length > 0 && !pendsOversize, 'WSAEMSGSIZE'),
    ...when(mayWait && mode === 'blocking' && send.causes.includes('interrupt') && profile !== 'page', 'WSAEINTR'),
    ...when(socket.sendTimeout && profile !== 'page', 'WSAETIMEDOUT'),
    ...full,
  ];
  send.ok ||= !isOwed;
  send.mayPend ||= !isRefused;
  const closed = [
    'WSAENOTSOCK',
    ...when(socket.name !== '', 'WSAECONNABORTED', 'WSA_OPERATION_ABORTED', ...circuitFailures(profile, socket), ...full),
  ];
  send.may = [...new Set([...send.may, ...perhaps, ...(socket.closed ? closed : [...surely, ...ifOpen])])].sort();
};

/** A pointer is not valid that the call has to use. */
const isFatal = (profile: Profile, { fault, count, overlapped, buffers }: WSPSendCall): boolean => {
  const faults = [fault ?? []].flat();
  const isRead = (faults.includes('lpBuffers') && buffers.length > 0) || (faults.includes('buffer') && (buffers.at(-1) ?? 0) > 0);
  return isRead || (profile !== 'page' && (faults.includes('lpNumberOfBytesSent') || (count === false && overlapped === undefined)));
};

/** A bad pointer may be looked at only once there is room for what it points to. */
export const waitsToFail = ({ profile, sends }: Now, { call, socket }: Send): boolean =>
  isFatal(profile, call) &&
  !socket.closed &&
  !socket.dead &&
  sends.some((other) => other.socket === socket && other.call !== call && waitsForReader(other));

/** A blocking call is one that is not overlapped, on a blocking socket, or a wait; on the page alone a routine counts as well. */
const isInProgress = ({ profile, frames }: Now, send: Send): boolean => {
  const blocks = frames.some(({ kind, send: other }) =>
    kind === 'send'
      ? other !== null && other !== send && (isSynchronous(other) || other.socket.name === '')
      : /^(wait|receive|connect)$/.test(kind),
  );
  const routines = frames.filter(({ kind }) => kind === 'routine');
  return profile === 'page' ? blocks || routines.length > 0 : blocks && !routines.some(({ thread }) => thread === send.thread);
};

/** After an orderly close of both sides nothing has failed, except as the page alone can be read. */
const circuitFailures = (profile: Profile, socket: Socket): string[] => {
  const isStanding = !socket.dead && socket.mayHave.length === 0 && socket.causes.every((cause) => cause === 'peer.close');
  const isOrderly = isStanding && socket.shut !== 'no' && !socket.metData && profile !== 'page';
  const causes = socket.causes.filter((cause) => !isOrderly || cause !== 'peer.close');
  const isEnded = isOrderly && profile === 'msafd' && socket.shut === 'both' && socket.causes.includes('peer.close');
  const lost = when(socket.resetReported, 'WSAENOTCONN');
  return [...circuitCodes(profile, { ...socket, causes }), ...when(isEnded, 'WSAECONNABORTED'), ...lost];
};

/** A lack of room may hold with whatever else is wrong with the call, since errors have no order. */
const mayWouldBlock = ({ profile, sends, frames }: Now, send: Send, isOwed: boolean): boolean => {
  const { socket, mode } = send;
  // A call that began before the shutdown may find that too many are outstanding at any moment of it.
  if (isSynchronous(send) || socket.receiveOnly || socket.peer === 'none' || (socket.shut !== 'no' && !send.early)) return false;
  if (socket.dead && socket.stream) return false;
  const others = sends.filter((other) => other !== send && other.phase !== 'failed');
  const waits = (other: Send): boolean => other.socket === socket && waitsForReader(other);
  if (mode === 'nonblocking') {
    const isSeenWritable = socket.writable && profile !== 'page' && send.length > 0 && send.call.begin === undefined;
    return !isSeenWritable && (profile !== 'msafd' || !socket.stream || others.some(waits));
  }
  const runs = (other: Send): boolean => frames.some((frame) => frame.kind === 'routine' && frame.send === other);
  const isKnown = (other: Send): boolean => (hasRoutine(other) ? other.ran && !runs(other) : other.reported);
  // One that was posted while this call is under way was outstanding at some moment of it.
  const isOutstanding = (other: Send): boolean => /overlapped|filled/.test(other.mode) && (other.id > send.id || !isKnown(other));
  return others.some(isOutstanding) || (profile === 'page' && !isOwed);
};

/** The codes with which a send may have ended by what has happened: those that ended all behind it too, and those of its own. */
const failuresOf = (now: Now, { socket, mode, causes, arrived, length, call, maximum }: Send): { all: string[]; own: string[] } => {
  const { profile } = now;
  const closed = socket.closed || isUnder(now, 'close', socket);
  const isShut = socket.shut !== 'no' || isUnder(now, 'shutdown', socket);
  const circuit = circuitCodes(profile, socket);
  if (mode === 'nonblocking') return { all: [], own: [] };
  if (mode === 'overlapped') {
    const byClose = when(closed, profile === 'msafd' && socket.stream ? 'WSAECONNABORTED' : 'WSA_OPERATION_ABORTED');
    const own = [
      ...when(causes.length > 0, 'WSA_OPERATION_ABORTED'),
      ...when(!socket.stream && !arrived && length > maximum, 'WSAEMSGSIZE'),
      ...when(call.flags?.some((flag) => flag !== 'MSG_DONTROUTE') === true, 'WSAEOPNOTSUPP'),
      ...when(profile === 'page' && isShut, 'WSAESHUTDOWN'),
    ];
    return profile === 'page' ? { all: circuit, own: [...own, ...byClose] } : { all: [...circuit, ...byClose], own };
  }
  const byClose = when(closed, 'WSAENOTSOCK', 'WSAECONNABORTED', 'WSA_OPERATION_ABORTED');
  const byShutdown = when(isShut, 'WSAESHUTDOWN');
  if (profile === 'page') return { all: circuit, own: [...byClose, ...byShutdown] };
  const own = [...byShutdown, ...when(causes.includes('interrupt'), 'WSAEINTR'), ...when(socket.sendTimeout, 'WSAETIMEDOUT')];
  return { all: [...circuit, ...byClose, ...when(closed, 'WSAEINTR')], own };
};

// ---- What happens ----

const with_ = (causes: readonly Cause[], ...more: readonly Cause[]): Cause[] => [...new Set([...causes, ...more])].sort();

/** Something happened to the circuit of a socket, or to that of each. */
export const happens = (now: Now, cause: Cause, named: Socket | 'each'): void => {
  for (const socket of now.sockets) {
    const isNamed = named === 'each' || socket === named;
    const isUnread = (send: Send): boolean => send.socket === socket && waitsForReader(send);
    if (isNamed && socket.stream && cause === 'peer.close') socket.metData ||= now.sends.some(isUnread);
    if (cause === 'network.down') socket.causes = with_(socket.causes, cause, ...(isNamed ? ['network.gone' as const] : []));
    else if (isNamed && (!socket.stream || mayHaveCircuit(now, socket))) socket.causes = with_(socket.causes, cause);
  }
  // What fails for one socket may have failed for others.
  if (cause === 'network.down') now.network = with_(now.network, cause, ...(named === 'each' ? ['network.gone' as const] : []));
};

const causesOfReceive: Readonly<Record<string, Cause>> = {
  ...{ WSAECONNRESET: 'peer.reset', WSAECONNABORTED: 'circuit.timeout', WSAETIMEDOUT: 'circuit.timeout' },
  ...{ WSAENETRESET: 'keepalive.failed', WSAENETDOWN: 'network.down' },
};

/** The caller's own receive reports on the circuit as a send would, and no bytes are the orderly end of the peer. */
export const received = (now: Now, socket: Socket, { rc, errno, bytes }: Returns & { bytes?: number | undefined }): void => {
  const cause = rc === 0 ? 'peer.close' : causesOfReceive[errno as string];
  if ((rc === 0 && (bytes !== 0 || socket.peerShut)) || cause === undefined || (!socket.stream && cause !== 'network.down')) return;
  happens(now, cause, socket);
  if (rc !== 0) reportCircuit(now, socket, errno as string);
};

// ---- Endings ----

/**
 * With `passed`, the send of that id went out behind it, so that it was not ended by what ends everything. With `whole`, it was seen to
 * give all of its bytes to the transport. `status` is how it ended, if known.
 */
type How = { passed?: number; byReader?: boolean; whole?: boolean; status?: string };

const isRead = (send: Send): boolean => (send.arrived || (send.length > 0 && send.read === send.length)) && !isTakenAway(send);

/** Where it was cancelled or closed before it was over, how it ends is open. */
export const isTakenAway = ({ causes, cut }: Send): boolean => causes.length > 0 || cut;

/** A send is over by now, by what has happened so far: what happens after a completion is no cause for it. */
export const end = (now: Now, send: Send, how: How = {}): void => {
  // What was read in full and has something behind it that went out was short of no buffers.
  const { passed } = how;
  send.passed ||= passed !== undefined;
  const isWhole = how.whole === true || (send.passed && isRead(send));
  // That what was read in full was ended by what ends all does not show what had left by then.
  const isReadOn = how.byReader === true && send.length > 0 && send.read === send.length;
  const isKilled = send.killed && !isReadOn && (send.socket.stream || !send.reported || send.status === 'WSAENETDOWN');
  const isSpared = passed === undefined || (send.spares > 0 && passed >= send.spares);
  if (send.phase === 'over') now.need(!(isKilled && !isSpared) && !(isWhole && !send.reported && send.status === 'WSAENOBUFS'));
  if (send.phase === 'over' || send.phase === 'failed') return;
  now.need(send.phase !== 'begun' || send.ok);
  const { all, own } = failuresOf(now, send);
  // A shortage of buffers may have ended it, which no line shows.
  const mayBeShort = (send.mode === 'overlapped' || send.mode === 'filled') && !isWhole;
  const ways = ['0', ...(passed !== undefined ? [] : all.map((code) => `all ${code}`)), ...own, ...when(mayBeShort, 'WSAENOBUFS')];
  const way = now.pick(ways.filter((each) => how.status === undefined || each.replace('all ', '') === how.status));
  if (way === '0') succeed(now, send);
  else fail(now, send, way.replace('all ', ''), way.startsWith('all '));
};

/** On the page alone a close may lose any part of what was accepted. */
export const mayLose = (now: Now, socket: Socket): boolean =>
  socket.cleaned || (now.profile === 'page' && (socket.closed || isUnder(now, 'close', socket)));

const succeed = (now: Now, send: Send): void => {
  const { socket, mode } = send;
  now.need(!isOversize(send) && !(socket.stream && mode !== 'nonblocking' && send.limit < send.length));
  // What the reader of the end did not get was not taken, or a close has lost it.
  const mayBeLost = !socket.ended || !socket.stream || mayLose(now, socket);
  now.need(mayBeLost || mode === 'nonblocking' || send.read >= send.limit - (hasUrgent(send) ? 1 : 0));
  // An urgent byte may bypass what waits.
  if (!hasUrgent(send) || send.length > 1) pass(now, send);
  Object.assign(send, { phase: 'over', status: '0', least: mode === 'nonblocking' ? send.least : send.limit });
};

const fail = (now: Now, send: Send, code: string, kills: boolean): void => {
  Object.assign(send, { phase: 'over', status: code, killed: kills });
  if (kills) reportCircuit(now, send.socket, code, false);
};

/** All that stands before a send is over. A send without bytes passes nothing. */
export const pass = (now: Now, send: Send): void => {
  if (send.length === 0 && send.socket.stream) return;
  for (const other of now.sends) if (precedes(other, send)) end(now, other, { passed: send.id });
};

/** As many bytes of a send that failed went out, and so did all that stands before them. An urgent byte may bypass what waits. */
export const passCounted = (now: Now, send: Send, bytes: number): void => {
  send.least = Math.max(send.least, bytes);
  if (bytes > (hasUrgent(send) ? 1 : 0)) pass(now, send);
};

/** Once a code of the circuit was reported nothing more goes out. A shortage of buffers is no such code, whatever else it may mean. */
export const reportCircuit = ({ profile }: Now, socket: Socket, code: string, isReported = true): void => {
  if (code === 'WSAENOBUFS' || !circuitCodes(profile, socket).includes(code) || (!socket.stream && code !== 'WSAENETDOWN')) return;
  socket.dead = true;
  const wasReset = [...socket.causes, ...socket.mayHave].some((cause) => /peer/.test(cause));
  socket.resetReported ||= isReported && (code === 'WSAECONNRESET' || (wasReset && code !== 'WSAENETDOWN'));
};

/** A status was reported for a send. */
export const report = (now: Now, send: Send, code: string, bytes: number | undefined): void => {
  // What fills its OVERLAPPED is reported like what is overlapped, whatever its call returns.
  now.need(!(send.mode === 'filled' && send.socket.stream && code === 'WSA_OPERATION_ABORTED'));
  end(now, send, { status: code });
  if (code !== '0') reportCircuit(now, send.socket, code);
  now.need(send.status === code);
  now.need(bytes === undefined || send.count === undefined || bytes === send.count);
  send.count ??= bytes;
  now.need(code === '0' ? bytes === send.length : (bytes ?? 0) <= (code === 'WSAEMSGSIZE' ? 0 : Math.max(0, send.limit)));
  if (code !== '0' && bytes !== undefined) passCounted(now, send, bytes);
  // On the page alone the event may follow a zero return until the next settle.
  const mayFollow = now.profile === 'page' && send.reported && send.returned && !send.delivered;
  Object.assign(send, { reported: true, seen: true });
  if (hasEvent(send) && !mayFollow) send.set = 'yes';
};
