/** What a WSPSend may give at one moment of one world: the rows of the page's table, as the profile reads them. */

import type { WSPSendCall } from '../../model/winsock/trace.ts';
import { callOf, type Trace } from './search.ts';
import { type Cause, hasUrgent, isSynchronous, isUnder, type Mode, type Profile, type Send, type Socket, type World } from './world.ts';

export const modeOf = (profile: Profile, socket: Socket | undefined, call: WSPSendCall): Mode => {
  const given = call.overlapped !== undefined;
  const routine = call.routine !== undefined && call.routine !== false;
  if (socket === undefined && given) return 'overlapped';
  if (socket?.overlapped === true && (given || (profile === 'page' && routine))) return 'overlapped';
  if (socket?.overlapped === false && given && profile === 'msafd') return 'filled';
  return socket?.nonblocking === true ? 'nonblocking' : 'blocking';
};

/** The codes of a broken circuit, beside WSAECONNABORTED, which goes with every cause. */
const codesOf: Record<Profile, Record<Cause, string[]>> = {
  page: {
    'peer.reset': ['WSAECONNRESET', 'WSAENETRESET'],
    'peer.close': ['WSAECONNRESET', 'WSAENETRESET'],
    'keepalive.failed': ['WSAENETRESET', 'WSAENOBUFS'],
    'circuit.timeout': [],
    'network.down': ['WSAENETDOWN'],
  },
  get docs() {
    return { ...this.page, 'peer.reset': ['WSAECONNRESET'], 'peer.close': ['WSAECONNRESET'], 'keepalive.failed': ['WSAENETRESET'] };
  },
  get msafd() {
    return { ...this.docs, 'keepalive.failed': ['WSAECONNRESET'] };
  },
};

/** The codes that report the failure of this circuit, from whatever has happened to it. A datagram socket has none but the network's. */
export const circuitCodes = (profile: Profile, { stream, peer, causes }: Socket): Set<string> =>
  stream && peer !== 'none'
    ? new Set(causes.flatMap((cause) => [...codesOf[profile][cause], 'WSAECONNABORTED']))
    : new Set(causes.includes('network.down') ? ['WSAENETDOWN'] : []);

export const isOversize = ({ stream, maximum }: Socket, { length }: Send): boolean => !stream && maximum !== null && length > maximum;

/** Adds what this moment permits to what a call that has not returned may give. */
export const look = (trace: Trace, world: World, send: Send): void => {
  const { profile } = trace;
  const call = callOf(trace, send);
  const may = new Set([...send.may, 'WSAENOBUFS']);
  let owed = false;
  const permit = (condition: boolean, code: string): unknown => condition && may.add(code);
  const owe = (condition: boolean, code: string): void => {
    permit(condition, code);
    owed ||= condition;
  };
  const faults = [call.fault ?? []].flat();
  permit(faults.length > 0 || (call.count === false && call.overlapped === undefined), 'WSAEFAULT');
  owed ||= may.has('WSAEFAULT') && (profile !== 'page' || faults.includes('lpBuffers') || faults.includes('buffer'));
  permit(isInProgress(trace, world, send), 'WSAEINPROGRESS');
  permit(world.networkDown, 'WSAENETDOWN');
  const socket = world.sockets[send.socket];
  owe(socket === undefined || socket.closed, 'WSAENOTSOCK');
  if (socket !== undefined && !socket.closed) {
    owe(socket.peer === 'none', 'WSAENOTCONN');
    permit(socket.connecting, 'WSAENOTCONN');
    // A close on another thread may take the socket away at any moment.
    if (isUnder(world, 'close', send.socket)) {
      for (const code of ['WSAENOTSOCK', 'WSA_OPERATION_ABORTED']) may.add(code);
      permit(socket.stream && socket.peer !== 'none', 'WSAECONNABORTED');
      permit(send.mode === 'blocking' && profile !== 'page', 'WSAEINTR');
    }
    const lacksFlag = !socket.overlapped && call.overlapped !== undefined;
    permit(profile !== 'msafd' && (socket.bound !== 'yes' || lacksFlag), 'WSAEINVAL');
    permit(profile === 'page' && call.buffers.length === 0, 'WSAEINVAL');
    owe(socket.shut !== 'no', 'WSAESHUTDOWN');
    owe(socket.peer === 'broadcast' && !socket.stream && !socket.broadcast && profile !== 'msafd', 'WSAEACCES');
    owe(socket.receiveOnly || (hasUrgent(call) && !socket.stream), 'WSAEOPNOTSUPP');
    permit(hasUrgent(call) || call.flags?.includes('MSG_PARTIAL') === true, 'WSAEOPNOTSUPP');
    for (const code of circuitFailures(profile, socket)) may.add(code);
    owed ||= socket.dead;
    const completesSo = profile === 'msafd' && send.mode === 'overlapped';
    owe(isOversize(socket, send) && !completesSo, 'WSAEMSGSIZE');
    permit(!socket.stream && socket.maximum === null && send.length > 0 && !completesSo, 'WSAEMSGSIZE');
    permit(!owed && send.mode === 'blocking' && send.causes.includes('interrupt') && profile !== 'page', 'WSAEINTR');
    permit(send.mode === 'blocking' && socket.sendTimeout && profile !== 'page', 'WSAETIMEDOUT');
    permit(!owed && mayWouldBlock(profile, world, socket, send), 'WSAEWOULDBLOCK');
  }
  send.may = [...may].sort();
  send.ok ||= !owed;
};

/** A blocking call is one that is not overlapped, on a blocking socket, or a wait; on the page alone a routine counts as well. */
const isInProgress = ({ profile }: Trace, world: World, send: Send): boolean => {
  const others = Object.values(world.frames).flat();
  const blocks = others.some((frame) => {
    if (frame.kind !== 'send') return frame.kind === 'wait' || frame.kind === 'connect';
    return world.sends.some((other) => other.id === frame.line && other.id !== send.id && isSynchronous(other));
  });
  const isInside = world.frames[send.thread]?.some(({ kind }) => kind === 'routine') === true;
  return profile === 'page' ? blocks || others.some(({ kind }) => kind === 'routine') : blocks && !isInside;
};

/** After an orderly close of both sides nothing has failed, except as the page alone can be read. */
const circuitFailures = (profile: Profile, socket: Socket): Set<string> => {
  const orderly = socket.shut !== 'no' && !socket.metData && !socket.dead && profile !== 'page';
  const codes = circuitCodes(profile, { ...socket, causes: socket.causes.filter((cause) => !orderly || cause !== 'peer.close') });
  if (orderly && profile === 'msafd' && socket.shut === 'both' && socket.causes.includes('peer.close')) codes.add('WSAECONNABORTED');
  return socket.resetReported ? codes.add('WSAENOTCONN') : codes;
};

const mayWouldBlock = (profile: Profile, world: World, { stream }: Socket, send: Send): boolean => {
  if (isSynchronous(send)) return false;
  if (profile === 'page' || (send.mode === 'nonblocking' && (profile === 'docs' || !stream))) return true;
  const others = world.sends.filter(({ id, phase }) => id !== send.id && phase !== 'failed');
  if (send.mode === 'nonblocking') return others.some((other) => other.socket === send.socket && other.read < other.limit);
  return others.some(({ mode, phase, seen, delivered }) => mode === 'overlapped' && (phase !== 'over' || (!seen && !delivered)));
};

/** A status that a send may have ended with by what has happened; `kills` if its cause ended all that stood behind it too. */
export type Failure = { code: string; kills: boolean };

export const failuresOf = (profile: Profile, world: World, send: Send): Failure[] => {
  const socket = world.sockets[send.socket] as Socket;
  const found = [...circuitCodes(profile, socket)].map((code): Failure => ({ code, kills: true }));
  const may = (condition: boolean, code: string, kills: boolean): unknown => condition && found.push({ code, kills });
  const closed = socket.closed || isUnder(world, 'close', send.socket);
  if (send.mode === 'overlapped') {
    may(send.causes.length > 0, 'WSA_OPERATION_ABORTED', false);
    may(closed, profile === 'msafd' && socket.stream ? 'WSAECONNABORTED' : 'WSA_OPERATION_ABORTED', profile !== 'page');
    const tooLarge = socket.maximum === null ? send.length > 0 : isOversize(socket, send);
    may(!socket.stream && !send.arrived && tooLarge, 'WSAEMSGSIZE', false);
  } else {
    may(profile !== 'page' && send.causes.includes('interrupt'), 'WSAEINTR', false);
    may(profile !== 'page' && socket.sendTimeout, 'WSAETIMEDOUT', false);
    may(profile !== 'page' && closed, 'WSAEINTR', true);
    for (const code of ['WSAENOTSOCK', 'WSAECONNABORTED', 'WSA_OPERATION_ABORTED']) may(closed, code, true);
  }
  return found;
};
