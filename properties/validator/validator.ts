/**
 * A second judge: slow, small, and with nothing in common with the oracle but the vocabulary.
 *
 * It keeps every world that the lines so far allow. A line takes each world to the worlds in which it can be true, by trying the hidden
 * steps that it needs: the transport takes bytes, an operation ends by a cause that has happened, a begun call takes effect. The trace
 * is rejected at the line that no world survives. Where there are too many worlds, or the caller broke an obligation, nothing is decided.
 */

import { type EnvStep, isKind, kindOf, type PeerStep, patternPeriod, type TraceHeader, type TraceStep } from '../../model/winsock/trace.ts';
import { isOversize, look } from './calls.ts';
import { end } from './completion.ts';
import { callOf, explore, type Now, overlappedOf, TooLarge, type Trace, tooLarge } from './search.ts';
import { callBegins, callEnds, callReturns, poll, routine, upcall } from './steps.ts';
import { readDatagram, readEnd, readStream, readUrgent, takeBytes } from './wire.ts';
import {
  add,
  type CallFrame,
  type Cause,
  emptyWorld,
  hasEvent,
  hasRoutine,
  isSynchronous,
  isUnder,
  type Profile,
  precedes,
  type Send,
  type Socket,
  sendOf,
  sendsOn,
  socketOf,
  type World,
} from './world.ts';

export type { Profile } from './world.ts';
export type Verdict = { verdict: 'accepted' } | { verdict: 'rejected'; line: number } | { verdict: 'too large'; line: number; why: string };

/** Beyond these nothing is decided. */
export const bounds = { worlds: 2000, choicesPerLine: 100_000, line: 100 } as const;

/** Judges the steps of one trace, as numbered lines, under one profile. */
export const validate = (profile: Profile, header: TraceHeader, steps: readonly { line: number; step: TraceStep }[]): Verdict => {
  const trace: Trace = {
    profile,
    everyUpcall: header.side === 'spi',
    period: header.period ?? patternPeriod,
    calls: new Map(),
    last: new Map(),
  };
  let worlds = [emptyWorld];
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

const framesIn = (world: World): CallFrame[] =>
  Object.values(world.frames).flatMap((all) => all.filter((frame) => frame.kind !== 'routine'));

/** The worlds after a line. A blocked call that a settle found released has returned before the next request. */
const after = (trace: Trace, worlds: readonly World[], line: number, step: TraceStep): World[] => {
  const budget = { left: bounds.choicesPerLine };
  const isRequest = ['call', 'poll', 'peer', 'env'].includes(kindOf(step));
  const ready = worlds.filter((world) => !isRequest || !framesIn(world).some(({ due }) => due));
  const next = ready.flatMap((world) => explore(trace, world, budget, (now) => play(now, line, step)));
  for (const world of next) for (const send of world.sends) if (send.phase === 'begun') look(trace, world, send);
  const distinct = [...new Map(next.map((world) => [JSON.stringify(world), world])).values()];
  return distinct.length > bounds.worlds || line > bounds.line ? tooLarge('too many worlds, or too long a trace') : distinct;
};

const play = (now: Now, line: number, step: TraceStep) => {
  if (isKind(step, 'call')) return step.returns === undefined ? callBegins(now, line, step) : callReturns(now, line, step, step.returns);
  if (isKind(step, 'end')) return callEnds(now, step);
  if (isKind(step, 'routine')) return routine(now, step);
  if (isKind(step, 'poll')) return poll(now, step);
  if (isKind(step, 'upcall')) return upcall(now, step);
  if (isKind(step, 'peer')) return peer(now, step);
  return isKind(step, 'env') ? env(now, step) : tooLarge('a breach of the caller, a packet or a foreign call');
};

/** The peer of a socket goes on when its name stands for nothing any more. */
const peer = (now: Now, step: PeerStep) => {
  const index = now.last.get(step.socket) ?? -1;
  const socket = now.world.sockets[index];
  if (socket === undefined) return now.need(false);
  if (step.peer === 'idle') return;
  if (step.peer === 'eof') return readEnd(now, index);
  if (step.peer === 'error') {
    const isCaused = socket.causes.length > 0 || (socket.closed && (socket.linger !== 'off' || now.profile === 'page'));
    return now.need(isCaused && !socket.ended);
  }
  if (!socket.stream) return readDatagram(now, index, step.runs);
  return step.oob === true ? readUrgent(now, index, step.runs) : readStream(now, index, step.runs);
};

const env = (now: Now, step: EnvStep) => {
  if (step.env === 'settle') return settle(now);
  if (step.env === 'peer.unseen' || step.env === 'route.lost') return tooLarge(step.env);
  if (step.env === 'network.down') now.world.networkDown ||= step.socket === undefined;
  const index = now.last.get(step.socket ?? '') ?? -1;
  const touched = now.world.sockets.filter((_, at) => step.socket === undefined || at === index);
  if (step.env === 'transport.took') {
    for (const socket of touched) {
      // It says of all that it takes: what pended and succeeded before it said anything was never taken.
      const isSilent = ({ mode, status, length, id }: Send): boolean =>
        mode === 'overlapped' && status === '0' && length > 0 && now.calls.get(id)?.returns?.rc !== 0;
      now.need(socket.took || !sendsOn(now.world, index).some(isSilent));
      socket.took = true;
    }
    return takeBytes(now, index, step.bytes);
  }
  for (const socket of touched) {
    const isUnread = (send: Send): boolean => send.phase !== 'failed' && send.read < send.limit;
    if (step.env === 'peer.close') socket.metData ||= sendsOn(now.world, index).some(isUnread);
    const hasCircuit = socket.stream && (socket.peer !== 'none' || isUnder(now.world, 'connect', now.world.sockets.indexOf(socket)));
    const isCause = step.env === 'network.down' || (hasCircuit && step.env !== 'peer.shutdown');
    if (isCause) add(socket.causes, step.env as Cause);
  }
};

// ---- Settling ----

/** The circuit has failed, whether or not that was reported. The peer's close alone is no failure. */
const hasFailed = ({ dead, causes, stream }: Socket): boolean =>
  dead || causes.some((cause) => cause !== 'peer.close' && (stream || cause === 'network.down'));

/** Everything caused has been delivered. */
const settle = (now: Now): void => {
  const { world } = now;
  for (const send of world.sends) settleSend(now, send);
  for (const send of world.sends.filter(({ phase }) => phase === 'over')) {
    const call = callOf(now, send);
    const isQueued = send.queued || world.exited.includes(send.thread) || !hasRoutine(call);
    now.need(!now.everyUpcall || send.mode !== 'overlapped' || isQueued);
    send.delivered = true;
    const overlapped = overlappedOf(now, send);
    if (overlapped?.ignored === false && hasEvent(call)) overlapped.set = 'yes';
  }
  for (const socket of world.sockets) socket.dead = hasFailed(socket);
  for (const frame of framesIn(world)) {
    now.need(!neverBlocks(now, frame));
    frame.due = isReleased(now, frame);
  }
};

/** What a settle owes to one send. */
const settleSend = (now: Now, send: Send): void => {
  if (send.mode === 'nonblocking' || (send.phase === 'begun' && send.mode === 'overlapped')) return;
  // A call that has not returned by now stands in the queue, or is about to fail.
  if (send.phase === 'begun' && now.pick(send.ok ? [true, false] : [false])) send.phase = 'posted';
  if (send.phase !== 'posted') return;
  send.waits = true;
  const socket = socketOf(now.world, send);
  const isTakenBack = now.profile !== 'page' && (send.causes.includes('flush') || send.causes.includes('cancel'));
  const isClosed = socket.closed && (now.profile !== 'page' || isSynchronous(send));
  const isFirst = now.world.sends.every((other) => !precedes(other, send) || other.phase === 'over');
  const isConsumed = send.least === send.limit && (send.length > 0 || send.arrived || isFirst);
  if (hasFailed(socket) || isTakenBack || isClosed || isConsumed || isOversize(socket, send)) end(now, send);
};

/** A call that waits for nothing has returned before a settle does. */
const neverBlocks = (now: Now, { kind, line }: CallFrame): boolean =>
  kind === 'send' ? !isSynchronous(sendOf(now.world, line)) : kind === 'other' && now.profile !== 'page';

/** A bad pointer may be looked at only once there is room for what it points to. */
const waitsToFail = (now: Now, send: Send): boolean => {
  const socket = now.world.sockets[send.socket];
  const isFaulty = socket !== undefined && callOf(now, send).fault !== undefined && !socket.closed && !socket.dead;
  return (
    isFaulty &&
    sendsOn(now.world, send.socket).some((other) => other.id !== send.id && other.phase !== 'failed' && other.read < other.limit)
  );
};

const isReleased = (now: Now, { kind, line, overlapped }: CallFrame): boolean => {
  if (kind === 'send') return sendOf(now.world, line).phase !== 'posted' && !waitsToFail(now, sendOf(now.world, line));
  if (kind !== 'wait' || now.profile === 'page') return false;
  const send = now.world.sends.find(({ id }) => id === now.world.overlappeds[overlapped ?? '']?.send);
  return send === undefined || (send.phase === 'over' && !hasRoutine(callOf(now, send)));
};
