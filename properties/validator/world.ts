/** One world: all that the lines of a trace leave hidden, decided. Worlds are plain data, and two that print alike are one. */

import type { WSPSendCall } from '../../model/winsock/trace.ts';

export type Profile = 'page' | 'docs' | 'msafd';
export type Cause = 'peer.reset' | 'peer.close' | 'keepalive.failed' | 'circuit.timeout' | 'network.down';

type Opened = {
  stream: boolean;
  overlapped: boolean;
  receiveOnly: boolean;
  bound: 'no' | 'maybe' | 'yes';
  peer: 'none' | 'peer' | 'broadcast';
};
type Linger = { linger: 'off' | 'zero' | 'time' };
type Options = Linger & { nonblocking: boolean; broadcast: boolean; maximum: number | null; sendTimeout: boolean; connecting: boolean };
/** `dead`: its failure was reported or settled. `metData`: the peer's close was no orderly one. `took`: every byte taken has a line. */
type Circuit = { causes: Cause[]; dead: boolean; resetReported: boolean; metData: boolean; took: boolean };
/** `ended`: the peer has read the end. */
export type Socket = Opened & Options & Circuit & { shut: 'no' | 'send' | 'both'; closed: boolean; ended: boolean };

export type Mode = 'blocking' | 'nonblocking' | 'overlapped' | 'filled';
/** A send is named by the line on which it was posted. `beside`: the sends under way at that moment, with which it may be mixed. */
type Posted = { id: number; socket: number; thread: string; mode: Mode; length: number; beside: number[] };
/** begun: without effect so far; failed: it initiated nothing. `ok`: nothing stood against it once; `may`: the errors of any moment. */
type Call = { phase: 'begun' | 'posted' | 'over' | 'failed'; ok: boolean; may: string[]; returned: boolean; waits: boolean };
/** `read` in line, or ahead as `urgent`; how many went out: `least` and `limit` by what was seen, `took` by the transport. */
type Bytes = { read: number; urgent: number[]; arrived: boolean; least: number; limit: number; took: number };
/** `killed`: what ended it ended all behind it. `told`: its status was reported. `delivered`: its indication is surely made. */
type Ending = { causes: ('cancel' | 'flush' | 'exit' | 'interrupt')[]; status: string; killed: boolean; told: boolean; seen: boolean };
type Indicated = { delivered: boolean; queued: boolean; ran: boolean; completed: boolean };
export type Send = Posted & Call & Bytes & Ending & Indicated;

export type Overlapped = { send: number; ignored: boolean; free: boolean; set: 'no' | 'maybe' | 'yes' };
type FrameKind = 'send' | 'wait' | 'sleep' | 'connect' | 'close' | 'other';
export type CallFrame = { kind: FrameKind; line: number; begin: number; due: boolean; overlapped: string | undefined; socket: number };
export type Frame = { kind: 'routine'; send: number } | CallFrame;
type Threads = { frames: Record<string, Frame[]>; exited: string[]; networkDown: boolean };
export type World = { sockets: Socket[]; names: Record<string, number>; sends: Send[]; overlappeds: Record<string, Overlapped> } & Threads;
export const emptyWorld: World = { sockets: [], names: {}, sends: [], overlappeds: {}, frames: {}, exited: [], networkDown: false };

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

/** A call of this kind on the socket has begun and has not returned. */
export const isUnder = (world: World, kind: FrameKind, socket: number): boolean =>
  Object.values(world.frames).some((frames) => frames.some((frame) => frame.kind === kind && frame.socket === socket));

export const hasUrgent = (call: WSPSendCall): boolean => call.flags?.includes('MSG_OOB') === true;
export const hasRoutine = ({ overlapped, routine }: WSPSendCall): boolean =>
  overlapped !== undefined && routine !== undefined && routine !== false;
export const hasEvent = (call: WSPSendCall): boolean => call.event === true && !hasRoutine(call);
export const isSynchronous = ({ mode }: Send): boolean => mode === 'blocking' || mode === 'filled';

/** Whether all bytes of `first` leave before any of `second`. */
export const precedes = (first: Send, second: Send): boolean =>
  first.socket === second.socket && first.id < second.id && first.phase !== 'failed' && !second.beside.includes(first.id);
