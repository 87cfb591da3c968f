/**
 * One world: everything that the lines of a trace leave hidden, decided.
 *
 * A world is plain data. It is copied before each hidden step and two worlds that print alike are one, so no method may keep anything else.
 */

import { patternPeriod, type WSPSendCall } from '../../model/winsock/trace.ts';

export type Profile = 'page' | 'docs' | 'msafd';

/** What happened to a circuit, by the lines so far. */
export type Cause = 'peer.reset' | 'peer.close' | 'keepalive.failed' | 'circuit.timeout' | 'network.down';

export interface Socket {
  stream: boolean;
  overlapped: boolean;
  receiveOnly: boolean;
  bound: 'no' | 'maybe' | 'yes';
  peer: 'none' | 'peer' | 'broadcast';
  nonblocking: boolean;
  broadcast: boolean;
  linger: 'off' | 'zero' | 'time';
  shut: 'no' | 'send' | 'both';
  /** SO_MAX_MSG_SIZE once it was reported. */
  maximum: number | null;
  sendTimeout: boolean;
  closed: boolean;
  causes: Cause[];
  /** The circuit has failed for certain: a failure was reported, or settled. */
  dead: boolean;
  resetReported: boolean;
  /** The peer's close met data, so that it is no orderly end. */
  metData: boolean;
  /** The transport says what it takes. */
  took: boolean;
  /** The peer has read the end of the stream. */
  ended: boolean;
}

export interface Send {
  /** The line on which it was posted. */
  id: number;
  socket: number;
  thread: string;
  mode: 'blocking' | 'nonblocking' | 'overlapped' | 'filled';
  length: number;
  /** begun: nothing of it has happened yet; posted: in the queue; over: it has its status; failed: nothing was initiated. */
  phase: 'begun' | 'posted' | 'over' | 'failed';
  /** There was a moment at which nothing stood against its success. */
  ok: boolean;
  /** The errors that the call may give, from some moment since it began. */
  may: string[];
  returned: boolean;
  /** How many bytes the peer has read in line; bytes that it read as urgent are passed over. */
  read: number;
  urgent: number[];
  /** How many bytes went out: at least, at most, and as the transport says. */
  least: number;
  limit: number;
  took: number;
  arrived: boolean;
  /** It was still waiting at a settle, so it stands in the queue. */
  waits: boolean;
  /** Sends that were under way when this one was posted, and may be mixed with it. */
  beside: number[];
  causes: ('cancel' | 'flush' | 'exit' | 'interrupt')[];
  status: string;
  /** What ended it ended all that stood behind it. */
  killed: boolean;
  /** Its status was reported. */
  told: boolean;
  /** Its completion was seen. */
  seen: boolean;
  /** Its indication has surely been made. */
  delivered: boolean;
  ran: boolean;
  queued: boolean;
  completed: boolean;
}

export interface Overlapped {
  send: number;
  ignored: boolean;
  free: boolean;
  set: 'no' | 'maybe' | 'yes';
}

export type Frame =
  | { kind: 'routine'; send: number }
  | { kind: 'send' | 'wait' | 'sleep' | 'connect' | 'other'; line: number; begin: number; due: boolean };

export interface World {
  sockets: Socket[];
  names: Record<string, number>;
  sends: Send[];
  overlappeds: Record<string, Overlapped>;
  frames: Record<string, Frame[]>;
  exited: string[];
  networkDown: boolean;
}

/** Why nothing is decided: the trace is outside the bounds, or its caller broke an obligation. */
export class TooLarge extends Error {}

export const emptyWorld = (): World => ({ sockets: [], names: {}, sends: [], overlappeds: {}, frames: {}, exited: [], networkDown: false });
/** How many copies one line may still make: no search goes on for ever. */
export const budget = { left: 0 };
export const copy = (world: World): World => {
  if (budget.left-- <= 0) throw new TooLarge('too many hidden steps');
  return structuredClone(world);
};
export const keyOf = (world: World): string => JSON.stringify(world);

export const sendOf = (world: World, id: number): Send => world.sends.find((send) => send.id === id) as Send;
export const socketOf = (world: World, send: Send): Socket => world.sockets[send.socket] as Socket;
export const sendsOn = (world: World, socket: number): Send[] => world.sends.filter((send) => send.socket === socket);
export const framesOf = (world: World, thread: string): Frame[] => {
  world.frames[thread] ??= [];
  return world.frames[thread];
};
export const add = <T>(set: T[], member: T): void => {
  if (!set.includes(member)) set.push(member);
  set.sort();
};

export const byteOf = (call: WSPSendCall, index: number): number => ((call.fill ?? 0) + index) % patternPeriod;
export const lengthOf = (call: WSPSendCall): number => call.buffers.reduce((sum, length) => sum + length, 0);
export const hasUrgent = (call: WSPSendCall): boolean => call.flags?.includes('MSG_OOB') === true;
export const isOverlapped = ({ mode }: Send): boolean => mode === 'overlapped';

/** Whether all bytes of `first` leave before any of `second`. */
export const precedes = (first: Send, second: Send): boolean =>
  first.socket === second.socket && first.id < second.id && first.phase !== 'failed' && !second.beside.includes(first.id);
