/**
 * A second judge: slow, small, and with nothing in common with the oracle but the vocabulary.
 *
 * It keeps every world that the lines so far allow. A line takes each world to the worlds in which it can be true, by trying the hidden
 * steps that it needs: the transport takes bytes, an operation ends by a cause that has happened, a begun call takes effect. The trace
 * is rejected at the line that no world survives. Where there are too many worlds, or the caller broke an obligation, nothing is decided.
 */

import {
  type EnvStep,
  isKind,
  kindOf,
  type PeerStep,
  patternPeriod,
  type TraceHeader,
  type TraceStep,
  threadOf,
} from '../../model/winsock/trace.ts';
import { callBegins, callEnds, callReturns } from './calls.ts';
import { poll, port, routine, upcall } from './indications.ts';
import { end, happens, isTakenAway, look, waitsToFail } from './rules.ts';
import { readDatagram, readEnd, readStream, readUrgent } from './wire.ts';
import type { Frame, Given, Now, Profile, Send, Socket, World } from './world.ts';
import {
  explore,
  hasEvent,
  hasRoutine,
  isConnecting,
  isInitiated,
  isSynchronous,
  isUnder,
  lastSocket,
  mayHaveCircuit,
  OutOfBounds,
  outOfBounds,
} from './world.ts';

export { type Profile, validated } from './world.ts';
export type Verdict = { verdict: 'accepted' } | { verdict: 'rejected'; line: number } | { verdict: 'undecided'; line: number; why: string };

/** Beyond these nothing is decided. */
const bounds = { worlds: 2000, choicesPerLine: 20_000, line: 100 } as const;

/** Judges the steps of one trace, as numbered lines, under one profile. */
export const validate = (profile: Profile, header: TraceHeader, steps: readonly { line: number; step: TraceStep }[]): Verdict => {
  const validator = new Validator(profile, header);
  for (const { line, step } of steps) {
    const verdict = validator.step(line, step);
    if (verdict.verdict !== 'accepted') return verdict;
  }
  return { verdict: 'accepted' };
};

/** A trace that goes on line by line. */
export class Validator {
  readonly #given: Omit<Given, 'budget'>;
  #worlds: World[] = [{ sockets: [], sends: [], frames: [], exited: [], network: [] }];

  constructor(profile: Profile, { side, period = patternPeriod }: TraceHeader) {
    this.#given = { profile, everyUpcall: side === 'spi', period };
  }

  /** Judges the next line. One that is not accepted changes nothing. */
  step(line: number, step: TraceStep): Verdict {
    try {
      const worlds = after({ ...this.#given, budget: { left: bounds.choicesPerLine } }, this.#worlds, line, step);
      if (worlds.length === 0) return { verdict: 'rejected', line };
      this.#worlds = worlds;
      return { verdict: 'accepted' };
    } catch (error) {
      if (error instanceof OutOfBounds) return { verdict: 'undecided', line, why: error.message };
      throw error;
    }
  }
}

/** The worlds after a line. A blocked call that a settle found released has returned before the next request. */
const after = (given: Given, worlds: readonly World[], line: number, step: TraceStep): World[] => {
  const isRequest = ['call', 'poll', 'peer', 'env'].includes(kindOf(step));
  // A routine makes its calls by itself.
  const isOfRoutine = ({ kind, thread }: Frame): boolean => kind === 'routine' && isKind(step, 'call') && thread === threadOf(step);
  // A call waits for a routine that runs inside it.
  const isOverdue = (frames: readonly Frame[]): boolean =>
    frames.some(
      ({ due, thread }, at) => due && !frames.some((inner, place) => place > at && inner.kind === 'routine' && inner.thread === thread),
    );
  const ready = worlds.filter(({ frames }) => !isRequest || !isOverdue(frames) || frames.some(isOfRoutine));
  // That some call has to return is sure, and which one is not.
  const isDueInAll = ({ thread }: Frame): boolean =>
    worlds.every(({ frames }) => frames.some((frame) => frame.due && frame.thread === thread));
  if (ready.length === 0 && !worlds[0]?.frames.some(isDueInAll)) outOfBounds('which of several calls has to return');
  const next = ready.flatMap((world) =>
    explore(given, world, (now) => {
      play(now, line, step);
      for (const send of now.sends) if (send.phase === 'begun') look(now, send);
    }),
  );
  const distinct = [...new Map(next.map((world) => [JSON.stringify(world), world])).values()];
  return distinct.length > bounds.worlds || line > bounds.line ? outOfBounds('too many worlds, or too long a trace') : distinct;
};

const play = (now: Now, line: number, step: TraceStep) => {
  if (isKind(step, 'call')) return step.returns === undefined ? callBegins(now, line, step) : callReturns(now, line, step, step.returns);
  if (isKind(step, 'end')) return callEnds(now, step);
  if (isKind(step, 'routine')) return routine(now, step);
  if (isKind(step, 'poll')) return poll(now, step);
  if (isKind(step, 'upcall')) return upcall(now, step);
  if (isKind(step, 'port')) return port(now, step);
  if (isKind(step, 'peer')) return peer(now, step);
  return isKind(step, 'env') ? env(now, step) : outOfBounds('a breach of the caller, or a foreign call');
};

const peer = (now: Now, step: PeerStep) => {
  const socket = lastSocket(now, step.socket);
  if (step.peer === 'idle') return;
  if (socket === undefined) return now.need(false);
  if (socket.unseen) return;
  if (step.peer === 'eof') return readEnd(now, socket);
  if (step.peer === 'error') {
    const isCaused =
      socket.causes.length > 0 ||
      socket.cleaned ||
      ((socket.closed || isUnder(now, 'close', socket)) && (socket.linger !== 'off' || now.profile === 'page'));
    const mayBreak = (send: Send): boolean =>
      send.mode !== 'nonblocking' && send.phase !== 'failed' && (isTakenAway(send) || socket.closed || !/^0?$/.test(send.status));
    if (!isCaused && now.sends.some((send) => send.socket === socket && mayBreak(send))) outOfBounds('a send may break its circuit');
    return now.need(isCaused);
  }
  if (socket.peer === 'none' && isConnecting(now, socket)) outOfBounds('what a call under way may have done to the socket by now');
  if (!socket.stream) return readDatagram(now, socket, step.runs);
  return step.oob === true ? readUrgent(now, socket, step.runs) : readStream(now, socket, step.runs);
};

const env = (now: Now, step: EnvStep) => {
  if (step.env === 'settle') return settle(now);
  if (step.env === 'peer.unseen') return unseen(lastSocket(now, step.socket));
  if (step.env === 'route.lost' || step.env === 'transport.took') return outOfBounds(step.env);
  const named = step.socket === undefined ? 'each' : lastSocket(now, step.socket);
  if (named === undefined) return step.env === 'network.down' ? happens(now, step.env, 'each') : undefined;
  if (step.env !== 'peer.shutdown') return happens(now, step.env, named);
  for (const socket of now.sockets) socket.peerShut ||= (named === 'each' || socket === named) && mayHaveCircuit(now, socket);
};

/** Nothing is known of the far end: everything may have happened to the circuit. */
const unseen = (socket: Socket | undefined): void => {
  if (socket === undefined) return;
  socket.unseen = true;
  socket.mayHave = ['circuit.timeout', 'keepalive.failed', 'network.down', 'peer.close', 'peer.reset'];
};

// ---- Settling ----

/** The circuit has failed, whether or not that was reported. The peer's close alone is no failure. */
const hasFailed = ({ dead, causes, stream }: Socket): boolean =>
  dead || causes.some((cause) => cause === 'network.gone' || (stream && cause !== 'peer.close' && cause !== 'network.down'));

/** Everything caused has been delivered. */
const settle = (now: Now): void => {
  for (const send of now.sends) settleSend(now, send);
  for (const send of now.sends.filter(({ phase }) => phase === 'over')) {
    send.delivered = true;
    if (isInitiated(send) && send.packet === 'certain') send.packet = 'due';
    if (isInitiated(send) && hasEvent(send)) send.set = 'yes';
  }
  for (const socket of now.sockets) Object.assign(socket, { dead: hasFailed(socket), quiet: true });
  for (const frame of now.frames) {
    now.need(!neverBlocks(now, frame));
    frame.due = isReleased(now, frame);
  }
};

/** What a settle requires of one send. */
const settleSend = (now: Now, send: Send): void => {
  if (send.mode === 'nonblocking' || (send.phase === 'begun' && send.mode === 'overlapped')) return;
  // A call that has not returned by now stands in the queue, or is about to fail.
  const mayStand = send.ok && send.limit === send.length;
  if (send.phase === 'begun' && now.pick(mayStand ? [true, false] : [false])) send.phase = 'posted';
  if (send.phase !== 'posted') return;
  send.waits = true;
  const { socket, causes, arrived, length } = send;
  const isTakenBack = now.profile !== 'page' && causes.includes('cancel returned');
  const isClosed = socket.closed && (now.profile !== 'page' || isSynchronous(send));
  const isFirst = now.sends.every(
    (each) => each.socket !== socket || each.id >= send.id || each.read >= each.limit || /over|failed/.test(each.phase),
  );
  const isConsumed = send.least === length && (length > 0 || arrived || (socket.stream && isFirst));
  const whole = isConsumed && (length > 0 || arrived) && !isTakenAway(send);
  if (hasFailed(socket) || isTakenBack || isClosed || isConsumed) end(now, send, { whole });
};

/** A call that waits for nothing has returned before a settle does. */
const neverBlocks = ({ profile }: Now, { kind, send }: Frame): boolean =>
  kind === 'send' ? send !== null && !isSynchronous(send) : /look|shutdown/.test(kind) && profile !== 'page';

const isReleased = (now: Now, { kind, send }: Frame): boolean => {
  const isInterrupted = send?.causes.includes('interrupt') === true && now.profile !== 'page';
  if (kind === 'send') return send !== null && (isInterrupted || (send.phase !== 'posted' && !waitsToFail(now, send)));
  if (kind !== 'wait' || now.profile === 'page') return false;
  return send !== null && isInitiated(send) && send.phase === 'over' && !hasRoutine(send);
};
