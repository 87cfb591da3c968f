/**
 * A second judge: slow, small, and with nothing in common with the oracle but the vocabulary.
 *
 * It keeps every world that the lines so far allow. A line takes each world to the worlds in which it can be true, by trying the hidden
 * steps that it needs: the transport takes bytes, an operation ends by a cause that has happened, a begun call takes effect. The trace
 * is rejected at the line that no world survives. Where there are too many worlds, or the caller broke an obligation, nothing is decided.
 */

import { type EnvStep, isKind, kindOf, type PeerStep, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import { isOversize, look } from './calls.ts';
import { endings, passed } from './completion.ts';
import { begin, end, poll, routine, single, upcall } from './steps.ts';
import { readDatagram, readEnd, readStream, readUrgent, tookBytes } from './wire.ts';
import {
  add,
  budget,
  type CallFrame,
  type Cause,
  callOf,
  changed,
  copy,
  emptyWorld,
  hasEvent,
  hasRoutine,
  isSynchronous,
  overlappedOf,
  type Profile,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
  socketOf,
  TooLarge,
  type Trace,
  tooLarge,
  type World,
} from './world.ts';

export type { Profile } from './world.ts';
export type Verdict = { verdict: 'accepted' } | { verdict: 'rejected'; line: number } | { verdict: 'too large'; line: number; why: string };

/** Beyond these nothing is decided. */
export const bounds = { worlds: 2000, copiesPerLine: 30_000, line: 400 } as const;

/** Judges the steps of one trace, as numbered lines, under one profile. */
export const validate = (profile: Profile, header: TraceHeader, steps: readonly { line: number; step: TraceStep }[]): Verdict => {
  const trace: Trace = { profile, everyUpcall: header.side === 'spi', calls: new Map(), begun: new Map(), last: new Map() };
  let worlds = [emptyWorld()];
  for (const { line, step } of steps) {
    try {
      worlds = after(trace, worlds, line, step);
    } catch (error) {
      if (error instanceof TooLarge) return { verdict: 'too large', line, why: error.message };
      throw error;
    }
    if (worlds.length === 0) return { verdict: 'rejected', line };
  }
  return { verdict: 'accepted' };
};

const isOverdue = (world: World): boolean =>
  Object.values(world.frames).some((frames) => frames.some((frame) => frame.kind !== 'routine' && frame.due));

/** The worlds after a line. A blocked call that a settle found released has returned before the next request. */
const after = (trace: Trace, worlds: readonly World[], line: number, step: TraceStep): World[] => {
  budget.left = bounds.copiesPerLine;
  const isRequest = ['call', 'poll', 'peer', 'env'].includes(kindOf(step));
  const next = worlds.filter((world) => !isRequest || !isOverdue(world)).flatMap((world) => apply(trace, copy(world), line, step));
  for (const world of next) for (const send of world.sends) if (send.phase === 'begun') look(trace, world, send);
  const distinct = [...new Map(next.map((world) => [JSON.stringify(world), world])).values()];
  return distinct.length > bounds.worlds || line > bounds.line ? tooLarge('too many worlds, or too long a trace') : distinct;
};

const apply = (trace: Trace, world: World, line: number, step: TraceStep): World[] => {
  if (isKind(step, 'call')) return step.begin === undefined ? single(trace, world, line, step) : begin(trace, world, line, step);
  if (isKind(step, 'end')) return end(trace, world, step.end, step.returns);
  if (isKind(step, 'routine')) return routine(trace, world, step);
  if (isKind(step, 'poll')) return poll(trace, world, step);
  if (isKind(step, 'upcall')) return upcall(trace, world, step);
  if (isKind(step, 'peer')) return peer(trace, world, step);
  return isKind(step, 'env') ? env(trace, world, step) : tooLarge('the caller broke an obligation');
};

/** The peer of a socket goes on when its name stands for nothing any more. */
const peer = (trace: Trace, world: World, step: PeerStep): World[] => {
  const index = trace.last.get(step.socket) ?? -1;
  const socket = world.sockets[index];
  if (step.peer === 'idle') return [world];
  if (socket === undefined) return [];
  if (step.peer === 'eof') return readEnd(trace, world, index);
  if (step.peer === 'error') {
    const isCaused = socket.causes.length > 0 || (socket.closed && (socket.linger !== 'off' || trace.profile === 'page'));
    return isCaused && !socket.ended ? [world] : [];
  }
  if (!socket.stream) return readDatagram(trace, world, index, step.runs);
  return step.oob === true ? readUrgent(trace, world, index, step.runs) : readStream(trace, world, index, step.runs);
};

const env = (trace: Trace, world: World, step: EnvStep): World[] => {
  if (step.env === 'settle') return settle(trace, world);
  if (step.env === 'network.down') world.networkDown ||= step.socket === undefined;
  const index = trace.last.get(step.socket ?? '') ?? -1;
  const touched = step.socket === undefined ? world.sockets : world.sockets.filter((_, at) => at === index);
  if (step.env === 'transport.took') {
    for (const socket of touched) socket.took = true;
    return tookBytes(trace, world, index, step.bytes);
  }
  for (const socket of touched) {
    const isUnread = (send: Send): boolean => send.phase !== 'failed' && send.read < send.limit;
    if (step.env === 'peer.close') socket.metData ||= sendsOn(world, index).some(isUnread);
    const isCause = step.env === 'network.down' || (socket.stream && socket.peer !== 'none' && step.env !== 'peer.shutdown');
    if (isCause) add(socket.causes, step.env as Cause);
  }
  return [world];
};

// ---- Settling ----

/** The circuit has failed, whether or not that was reported. The peer's close alone is no failure. */
const hasFailed = ({ dead, causes, stream }: Socket): boolean =>
  dead || causes.some((cause) => cause !== 'peer.close' && (stream || cause === 'network.down'));

/** Everything caused has been delivered. */
const settle = (trace: Trace, world: World): World[] => {
  const worlds = world.sends.reduce<World[]>((all, { id }) => all.flatMap((each) => settled(trace, each, id)), [world]);
  return worlds.map(copy).filter((next) => {
    for (const send of next.sends.filter(({ phase }) => phase === 'over')) {
      const isQueued = send.queued || next.exited.includes(send.thread) || !hasRoutine(callOf(trace, send));
      if (trace.everyUpcall && send.mode === 'overlapped' && !isQueued) return false;
      const overlapped = overlappedOf(trace, next, send);
      send.delivered = true;
      if (overlapped !== undefined && !overlapped.ignored && hasEvent(callOf(trace, send))) overlapped.set = 'yes';
    }
    for (const socket of next.sockets) socket.dead = hasFailed(socket);
    const frames = Object.values(next.frames).flatMap((all) => all.filter((frame) => frame.kind !== 'routine'));
    for (const frame of frames) frame.due = isReleased(trace, next, frame);
    return !frames.some((frame) => neverBlocks(trace, next, frame));
  });
};

/** What a settle owes to one send. */
const settled = (trace: Trace, world: World, id: number): World[] => {
  const send = sendOf(world, id);
  const { phase, mode } = send;
  if (mode === 'nonblocking' || (phase === 'begun' && mode === 'overlapped')) return [world];
  // A call that has not returned by now stands in the queue, or is about to fail.
  if (phase === 'begun') return send.ok ? [world, ...settled(trace, changed(world, id, { phase: 'posted' }), id)] : [world];
  if (phase !== 'posted') return [world];
  send.waits = true;
  const socket = socketOf(world, send);
  const isTakenBack = trace.profile !== 'page' && (send.causes.includes('flush') || send.causes.includes('cancel'));
  const isClosed = socket.closed && (trace.profile !== 'page' || isSynchronous(send));
  const isFirst = (): boolean => passed(trace, world, send).some((each) => JSON.stringify(each) === JSON.stringify(world));
  const isConsumed = send.least === send.limit && (send.length > 0 || send.arrived || isFirst());
  return hasFailed(socket) || isTakenBack || isClosed || isConsumed || isOversize(socket, send) ? endings(trace, world, id) : [world];
};

const begunBy = (trace: Trace, { begin: number }: CallFrame) => trace.begun.get(number)?.call;

/** A call that waits for nothing has returned before a settle does. */
const neverBlocks = (trace: Trace, world: World, frame: CallFrame): boolean => {
  if (frame.kind === 'send') return !isSynchronous(sendOf(world, frame.line));
  return frame.kind === 'other' && trace.profile !== 'page' && begunBy(trace, frame)?.call !== 'WSPCloseSocket';
};

const isReleased = (trace: Trace, world: World, frame: CallFrame): boolean => {
  if (frame.kind === 'send') return sendOf(world, frame.line).phase !== 'posted';
  const call = begunBy(trace, frame);
  if (call?.call !== 'WSPGetOverlappedResult' || frame.kind !== 'wait' || trace.profile === 'page') return false;
  const send = world.sends.find(({ id }) => id === world.overlappeds[call.overlapped]?.send);
  return send === undefined || (send.phase === 'over' && !hasRoutine(callOf(trace, send)));
};
