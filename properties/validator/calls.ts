/** What a WSPSend may give at one moment of one world: the rows of the page's table, as the profile reads them. */

import type { WSPSendCall } from '../../model/winsock/trace.ts';
import { type Cause, hasUrgent, type Profile, type Send, type Socket, type World } from './world.ts';

export const modeOf = (profile: Profile, socket: Socket | undefined, call: WSPSendCall): Send['mode'] => {
  const given = call.overlapped !== undefined;
  const routine = call.routine !== undefined && call.routine !== false;
  if (socket?.overlapped === true && (given || (profile === 'page' && routine))) return 'overlapped';
  if (socket?.overlapped === false && given && profile === 'msafd') return 'filled';
  return socket?.nonblocking === true ? 'nonblocking' : 'blocking';
};

const codesOf: Record<Profile, Record<Cause, string[]>> = {
  page: {
    'peer.reset': ['WSAECONNRESET', 'WSAENETRESET', 'WSAECONNABORTED'],
    'peer.close': ['WSAECONNRESET', 'WSAENETRESET', 'WSAECONNABORTED'],
    'keepalive.failed': ['WSAENETRESET', 'WSAENOBUFS', 'WSAECONNABORTED'],
    'circuit.timeout': ['WSAECONNABORTED'],
    'network.down': ['WSAENETDOWN', 'WSAECONNABORTED'],
  },
  docs: {
    'peer.reset': ['WSAECONNRESET', 'WSAECONNABORTED'],
    'peer.close': ['WSAECONNRESET', 'WSAECONNABORTED'],
    'keepalive.failed': ['WSAENETRESET', 'WSAECONNABORTED'],
    'circuit.timeout': ['WSAECONNABORTED'],
    'network.down': ['WSAENETDOWN', 'WSAECONNABORTED'],
  },
  msafd: {
    'peer.reset': ['WSAECONNRESET', 'WSAECONNABORTED'],
    'peer.close': ['WSAECONNRESET', 'WSAECONNABORTED'],
    'keepalive.failed': ['WSAECONNRESET', 'WSAECONNABORTED'],
    'circuit.timeout': ['WSAECONNABORTED'],
    'network.down': ['WSAENETDOWN', 'WSAECONNABORTED'],
  },
};

/** The codes that report the failure of this circuit, from whatever has happened to it. */
export const circuitCodes = (profile: Profile, { stream, peer, causes }: Socket): Set<string> =>
  new Set(
    causes.flatMap((cause) => (stream && peer !== 'none' ? codesOf[profile][cause] : cause === 'network.down' ? ['WSAENETDOWN'] : [])),
  );

/** Whether some thread is inside a blocking Winsock call other than this one. */
const blockedElsewhere = (world: World, calls: ReadonlyMap<number, WSPSendCall>, send: Send): boolean =>
  Object.values(world.frames).some((frames) =>
    frames.some(
      (frame) =>
        frame.kind === 'wait' ||
        frame.kind === 'connect' ||
        (frame.kind === 'send' &&
          frame.line !== send.id &&
          world.sends.some(({ id, mode }) => id === frame.line && (mode === 'blocking' || mode === 'filled') && calls.has(id))),
    ),
  );

const inRoutine = (world: World, thread?: string): boolean =>
  Object.entries(world.frames).some(([name, frames]) => (thread ?? name) === name && frames.some(({ kind }) => kind === 'routine'));

export const isOversize = (socket: Socket, send: Send): boolean =>
  !socket.stream && socket.maximum !== null && send.length > socket.maximum;

/** Adds what this moment permits to what a call that has not returned may give. */
export const look = (profile: Profile, calls: ReadonlyMap<number, WSPSendCall>, world: World, send: Send): void => {
  const call = calls.get(send.id) as WSPSendCall;
  const may = new Set(send.may);
  let owed = false;
  const owe = (...codes: string[]): void => {
    for (const code of codes) may.add(code);
    owed = true;
  };

  const faults = [call.fault ?? []].flat();
  if (faults.length > 0 || (call.count === false && call.overlapped === undefined)) {
    may.add('WSAEFAULT');
    owed ||= profile !== 'page' || faults.includes('lpBuffers') || faults.includes('buffer');
  }
  may.add('WSAENOBUFS');
  const busy = blockedElsewhere(world, calls, send);
  if (profile === 'page' ? busy || inRoutine(world) : busy && !inRoutine(world, send.thread)) may.add('WSAEINPROGRESS');

  if (world.networkDown) may.add('WSAENETDOWN');
  const socket = world.sockets[send.socket];
  if (socket === undefined || socket.closed) owe('WSAENOTSOCK');
  else {
    if (socket.peer === 'none') owe('WSAENOTCONN');
    if (socket.bound !== 'yes' && profile !== 'msafd') may.add('WSAEINVAL');
    if (call.buffers.length === 0 && profile === 'page') may.add('WSAEINVAL');
    if (!socket.overlapped && call.overlapped !== undefined && profile !== 'msafd') may.add('WSAEINVAL');
    if (socket.shut !== 'no') owe('WSAESHUTDOWN');
    if (socket.peer === 'broadcast' && !socket.stream && !socket.broadcast && profile !== 'msafd') owe('WSAEACCES');
    if (socket.receiveOnly || (hasUrgent(call) && !socket.stream)) owe('WSAEOPNOTSUPP');
    if (hasUrgent(call) || call.flags?.includes('MSG_PARTIAL') === true) may.add('WSAEOPNOTSUPP');
    for (const code of circuitFailures(profile, socket)) may.add(code);
    owed ||= socket.dead;
    const completesTooLarge = profile === 'msafd' && send.mode === 'overlapped';
    if (isOversize(socket, send) && !completesTooLarge) owe('WSAEMSGSIZE');
    if (!socket.stream && socket.maximum === null && send.length > 0 && !completesTooLarge) may.add('WSAEMSGSIZE');
    if (send.mode === 'blocking' && profile !== 'page') {
      if (send.causes.includes('interrupt')) may.add('WSAEINTR');
      if (socket.sendTimeout) may.add('WSAETIMEDOUT');
    }
    if (mayWouldBlock(profile, world, socket, send, owed)) may.add('WSAEWOULDBLOCK');
  }
  send.may = [...may].sort();
  send.ok ||= !owed;
};

const circuitFailures = (profile: Profile, socket: Socket): Set<string> => {
  const orderly = socket.shut !== 'no' && !socket.metData && !socket.dead && profile !== 'page';
  const causes = orderly ? socket.causes.filter((cause) => cause !== 'peer.close') : socket.causes;
  const codes = circuitCodes(profile, { ...socket, causes });
  if (orderly && profile === 'msafd' && socket.shut === 'both' && socket.causes.includes('peer.close')) codes.add('WSAECONNABORTED');
  if (socket.resetReported) codes.add('WSAENOTCONN');
  return codes;
};

const mayWouldBlock = (profile: Profile, world: World, socket: Socket, send: Send, owed: boolean): boolean => {
  if (owed) return false;
  const others = world.sends.filter(({ id }) => id !== send.id);
  switch (send.mode) {
    case 'blocking':
    case 'filled':
      return false;
    case 'nonblocking':
      if (profile !== 'msafd' || !socket.stream) return true;
      return others.some((other) => other.socket === send.socket && other.phase !== 'failed' && other.read < other.limit);
    case 'overlapped':
      if (profile === 'page') return true;
      return others.some(
        (other) =>
          other.mode === 'overlapped' &&
          (other.phase === 'posted' || other.phase === 'begun' || (other.phase === 'over' && !other.seen && !other.delivered)),
      );
  }
};

/** A status of a failed operation, and whether what caused it ended all that stood behind it too. */
export interface Failure {
  code: string;
  kills: boolean;
}

/** The failures that may have ended a send that had taken effect, by what has happened. */
export const failuresOf = (profile: Profile, world: World, send: Send): Failure[] => {
  const socket = world.sockets[send.socket] as Socket;
  const found: Failure[] = [...circuitCodes(profile, socket)].map((code) => ({ code, kills: true }));
  const interrupts = profile === 'page' ? [] : ['WSAEINTR'];
  if (send.mode === 'overlapped') {
    if (send.causes.length > 0) found.push({ code: 'WSA_OPERATION_ABORTED', kills: false });
    if (socket.closed) {
      const code = profile === 'msafd' && socket.stream ? 'WSAECONNABORTED' : 'WSA_OPERATION_ABORTED';
      found.push({ code, kills: profile !== 'page' });
    }
    const tooLarge = socket.maximum === null ? send.length > 0 : isOversize(socket, send);
    if (!socket.stream && !send.arrived && tooLarge) found.push({ code: 'WSAEMSGSIZE', kills: false });
  } else {
    if (send.causes.includes('interrupt')) found.push(...interrupts.map((code) => ({ code, kills: false })));
    if (socket.sendTimeout && profile !== 'page') found.push({ code: 'WSAETIMEDOUT', kills: false });
    if (socket.closed) {
      const codes = [...interrupts, 'WSAENOTSOCK', 'WSAECONNABORTED', 'WSA_OPERATION_ABORTED'];
      found.push(...codes.map((code) => ({ code, kills: true })));
    }
  }
  return found;
};
