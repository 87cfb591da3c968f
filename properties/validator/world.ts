/** One world: all that the lines of a trace leave hidden, decided. Worlds are plain data, and two that print alike are one. */

import type { Returns, WSPSendCall } from '../../model/winsock/trace.ts';

/** The profiles of which the validator has the rules. */
export const validated = ['page', 'docs', 'msafd'] as const;
export type Profile = (typeof validated)[number];
export type Cause = 'peer.reset' | 'peer.close' | 'keepalive.failed' | 'circuit.timeout' | 'network.down' | 'network.gone';

/** What names no socket behaves like one that was closed. */
export const nothing = {
  ...{ name: '', stream: true, overlapped: true, receiveOnly: false, connecting: false, closed: true },
  ...{ bound: 'no' as 'no' | 'maybe' | 'yes', peer: 'none' as 'none' | 'peer' | 'broadcast', shut: 'no' as 'no' | 'send' | 'both' },
  ...{ nonblocking: false, broadcast: false, sendTimeout: false, maximum: 0, linger: 'off' as 'off' | 'zero' | 'time' },
  /**
   * `mayHave`: what may have happened to it, which no settle makes sure. `dead`: its failure was reported or settled. `metData`: the peer's
   * close was no orderly one. `ended`: the peer has read the end.
   */
  ...{
    causes: [] as Cause[],
    mayHave: [] as Cause[],
    unseen: false,
    peerShut: false,
    dead: false,
    resetReported: false,
    metData: false,
    ended: false,
  },
  /**
   * Its operations give packets to a completion port, and those that return zero none. `writable`: it was seen so, and nothing was sent
   * since. `full`: a send found no room, and it was not seen writable since. `quiet`: a settle has passed since the last send.
   */
  ...{ port: false, skips: false, writable: false, full: false, quiet: false },
  /** WSACleanup was called since it was made. */
  cleaned: false,
};
export type Socket = typeof nothing;

/** filled: a blocking one whose OVERLAPPED is not ignored. */
export type Mode = 'blocking' | 'nonblocking' | 'overlapped' | 'filled';
export const unsent = {
  /** It gives a packet: perhaps, for certain, from a settle on that found it over, or has done so. */
  packet: 'none' as 'none' | 'perhaps' | 'certain' | 'due' | 'seen',
  /**
   * begun: without effect so far; failed: it initiated nothing. `ok`: nothing stood against it once; `mayPend`: nor against an operation
   * that moves no bytes; `may`: the errors of any moment.
   */
  ...{
    phase: 'begun' as 'begun' | 'posted' | 'over' | 'failed',
    ok: false,
    mayPend: false,
    may: [] as string[],
    returned: false,
    zero: false,
    waits: false,
  },
  /**
   * `apart`: its urgent byte was read ahead; `past`: what is behind it was read, so that only that byte may still come; by what was seen,
   * at least `least` and at most `limit` bytes went out.
   */
  ...{ read: 0, apart: false, past: false, arrived: false, least: 0 },
  /**
   * `cut`: its socket was closed before it was over. `killed`: what ended it ended all behind it, up to the one before `spares`, which was
   * posted once that had been reported of a close. `passed`: something behind it went out.
   * `reported`: its status was reported; `seen`: that it is over was.
   */
  ...{
    causes: [] as string[],
    cut: false,
    status: '',
    killed: false,
    spares: 0,
    passed: false,
    reported: false,
    seen: false,
    count: undefined as number | undefined,
  },
  /**
   * `delivered`: its indication is surely made. `heldBack`: it may have found a routine of its socket running. `free`: its OVERLAPPED may
   * be used again. `set`: its event.
   */
  ...{ delivered: false, queued: false, heldBack: false, ran: false, completed: false, free: false, set: 'no' as 'no' | 'maybe' | 'yes' },
};
/** `overlapping`: the sends under way when this one was posted, with which it may be mixed. */
type Posted = {
  id: number;
  call: WSPSendCall;
  socket: Socket;
  thread: string;
  mode: Mode;
  length: number;
  limit: number;
  /** The largest message, as far as it was known when it was posted; 0 where it was not. */
  maximum: number;
  /** It has bytes, and its peer had read the end of the stream when it was posted: none of them leave, though it may pend. */
  late: boolean;
  /** It began before the sending side was shut down. */
  early: boolean;
  overlapping: number[];
};
export type Send = Posted & typeof unsent;

/** What a call gives, with the count that it may give. */
export type Counted = Returns & { bytes?: number | undefined };

/** A routine that runs, or a call that has not returned; `due`: it has to return before the next request. */
type Kind =
  | 'routine'
  | 'send'
  | 'wait'
  | 'sleep'
  | 'receive'
  | 'connect'
  | 'connectAtOnce'
  | 'close'
  | 'shutdown'
  | 'unblock'
  | 'reblock'
  | 'look'
  | 'plain';
export type Frame = {
  thread: string;
  kind: Kind;
  begin: number;
  due: boolean;
  /** WSPCancelBlockingCall was called for it. */
  cancelled: boolean;
  send: Send | null;
  socket: Socket | null;
};
export type World = { sockets: Socket[]; sends: Send[]; frames: Frame[]; exited: string[]; network: Cause[] };

/** A call of this kind on the socket has begun and has not returned. WSACleanup closes at some moment, or never. */
export const isUnder = ({ frames }: World, kind: Kind, socket: Socket): boolean =>
  (kind === 'close' && socket.cleaned) || frames.some((frame) => frame.kind === kind && frame.socket === socket);

/** FIONBIO may have been called by now. */
export const isConnecting = (world: World, socket: Socket): boolean =>
  isUnder(world, 'connect', socket) || isUnder(world, 'connectAtOnce', socket);
export const mayBeNonblocking = (world: World, socket: Socket): boolean => socket.nonblocking || isUnder(world, 'unblock', socket);
export const mayBeBlocking = (world: World, socket: Socket): boolean => !socket.nonblocking || isUnder(world, 'reblock', socket);

export const hasUrgent = ({ call }: Send): boolean => call.flags?.includes('MSG_OOB') === true;
export const hasRoutine = ({ call }: Send): boolean =>
  call.overlapped !== undefined && call.routine !== undefined && call.routine !== false;
export const hasEvent = (send: Send): boolean => send.call.event === true && !hasRoutine(send);
export const isSynchronous = ({ mode }: Send): boolean => mode === 'blocking' || mode === 'filled';
/** It initiates something that its OVERLAPPED, if it has one, may report. */
export const isInitiated = ({ mode, phase, returned, status }: Send): boolean =>
  phase !== 'failed' && (mode === 'overlapped' || (mode === 'filled' && (!returned || status === '0')));
export const isOversize = ({ socket, length, maximum }: Send): boolean => !socket.stream && maximum > 0 && length > maximum;
export const mayHaveCircuit = (world: World, socket: Socket): boolean => socket.peer !== 'none' || isConnecting(world, socket);

/** Its bytes may leave, or have left: one that could only fail as long as it was looked at has none that do. */
export const isUnderWay = ({ phase, ok }: Send): boolean => (phase === 'begun' ? ok : phase !== 'failed');
/** An urgent byte that its peer has read past is in nobody's way, and neither is a message that is too large. */
export const waitsForReader = (send: Send): boolean =>
  isUnderWay(send) &&
  !send.past &&
  !isOversize(send) &&
  (send.socket.stream ? send.read < send.limit : !send.arrived && send.limit === send.length);
/** Whether all bytes of `first` leave before any of `second`. */
export const precedes = (first: Send, second: Send): boolean =>
  first.socket === second.socket && first.id < second.id && first.phase !== 'failed' && !second.overlapping.includes(first.id);

/** Nothing of it is left to be read in line; its urgent byte may bypass the reader. */
export const lacksNothing = (send: Send): boolean =>
  send.phase === 'failed' || send.read >= send.limit || (hasUrgent(send) && send.read === send.limit - 1);

// ---- What a line names ----

/** The last of that name, which its peer knows after it was closed as well. */
export const lastSocket = ({ sockets }: World, name: string): Socket | undefined => sockets.findLast((socket) => socket.name === name);
export const openSocket = (world: World, name: string): Socket | undefined => {
  const socket = lastSocket(world, name);
  return socket?.closed === false ? socket : undefined;
};
export const lastSend = ({ sends }: World, name: string): Send | undefined => sends.findLast(({ call }) => call.overlapped === name);
export const topOf = ({ frames }: World, thread: string): Frame | undefined => frames.findLast((frame) => frame.thread === thread);

// ---- The search ----

/**
 * One way through a line: the world that it has made so far. A hidden step is written as if one knew how it went: `pick` says which of
 * several ways was gone, and `need` what must hold on it.
 */
export type Given = { profile: Profile; everyUpcall: boolean; period: number; budget: { left: number } };
export type Now = World & Given & { pick<T>(ways: readonly T[]): T; need(condition: boolean): void };

/** Nothing is decided: the trace is outside the bounds, or its caller broke an obligation. */
export class OutOfBounds extends Error {}
export const outOfBounds = (why: string): never => {
  throw new OutOfBounds(why);
};
const impossible = new Error('no world is like this');

class Branch extends Error {
  ways = 0;
}

/** The worlds that a line can make of this one: it is played with the choices so far, and where they end with each of the next. */
export const explore = (given: Given, from: World, line: (now: Now) => void, choices: readonly number[] = []): World[] => {
  let at = 0;
  const need = (condition: boolean): void => {
    if (!condition) throw impossible;
  };
  const pick = <T>(ways: readonly T[]): T => {
    if (given.budget.left-- <= 0) outOfBounds('too many hidden steps');
    need(ways.length > 0);
    if (ways.length === 1) return ways[0] as T;
    if (at === choices.length) throw Object.assign(new Branch(), { ways: ways.length });
    return ways[choices[at++] as number] as T;
  };
  const now: Now = { ...given, ...structuredClone(from), pick, need };
  try {
    line(now);
    const { sockets, sends, frames, exited, network } = now;
    return [{ sockets, sends, frames, exited, network }];
  } catch (error) {
    if (error === impossible) return [];
    if (!(error instanceof Branch)) throw error;
    return Array.from({ length: error.ways }, (_, way) => explore(given, from, line, [...choices, way])).flat();
  }
};
