/**
 * The oracle: is a trace permitted by the page, under a profile?
 *
 * It keeps what the trace shows so far, with what it leaves open. A step that is not permitted is the verdict: its line, the clauses it
 * breaks, and what would have been permitted instead.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { CompiledRule } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import {
  type BegunCall,
  type CallStep,
  type EndStep,
  kindOf,
  patternPeriod,
  type TraceHeader,
  type TraceStep,
  threadOf,
} from '../winsock/trace.ts';
import { copyOf } from './copy.ts';
import { circuitEvent, peerStep, peerUnseen, pollWritable, requested, routeLost, settle, transportTook } from './environment.ts';
import {
  answerResult,
  completeOverlapped,
  dequeuePacket,
  enterRoutine,
  leaveRoutine,
  pollCount,
  pollEvent,
  queueApc,
} from './operations.ts';
import { type Permitted, permittedInstead } from './permitted.ts';
import { beginSend, unjudge } from './posting.ts';
import { hearing, type Refusal, refusal } from './refusal.ts';
import { sendMayBlock } from './sendFacts.ts';
import { answerSend } from './sends.ts';
import { answerSibling, beginSibling, unjudgeSocket } from './siblings.ts';
import { type BegunRecord, isResult, isSend, type Socket, type Unjudged, World } from './world.ts';

export interface Rejection {
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /**
   * Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not
   * returned.
   */
  readonly about?: string | number;
  /** A stated bound was met, so that the step may be permitted after all. */
  readonly undecided?: boolean;
}

/** What a step would lead to, and the rules that permit it. */
export interface Foreseen {
  readonly world: World;
  readonly clauses: readonly ClauseId[];
}

export class Oracle {
  readonly profile: Profile;
  #world: World;
  #permittedBy: readonly CompiledRule[] = [];

  constructor(profile: Profile, header?: TraceHeader) {
    this.profile = profile;
    this.#world = new World(tablesOf(profile), header?.period ?? patternPeriod, header?.side === 'spi');
  }

  /** Judges the next step. After a rejection the oracle stays where it was. */
  step(step: TraceStep): Rejection | undefined {
    const { result: refused, rules } = hearing(() => advance(this.#world, step));
    this.#permittedBy = rules;
    return refused === undefined ? undefined : this.#reject(step, refused);
  }

  /** What the last step touched that cannot be judged. */
  get unjudged(): readonly Unjudged[] {
    return this.#world.notes;
  }

  /** The rules that permitted the last step, in the order in which they were asked. */
  get permittedBy(): readonly CompiledRule[] {
    return this.#permittedBy;
  }

  /** What this step would lead to, or undefined where it is not permitted. Nothing changes. */
  foresee(step: TraceStep): Foreseen | undefined {
    return this.foreseeAll([step]);
  }

  /** What these steps, one after the other, would lead to. Nothing changes. */
  foreseeAll(steps: readonly TraceStep[]): Foreseen | undefined {
    const world = copyOf(this.#world);
    const { result: isPermitted, rules } = hearing(() => steps.every((step) => advance(world, step) === undefined));
    return isPermitted ? { world, clauses: [...new Set(rules.flatMap((rule) => rule.clauses))] } : undefined;
  }

  /** The same state, where the transport of a socket has room for this many bytes. */
  supposing(socket: string, room: number): Oracle {
    const copy = new Oracle(this.profile);
    copy.#world = copyOf(this.#world);
    const found = copy.#world.sockets.get(socket);
    if (found !== undefined) found.room = room;
    return copy;
  }

  /** What is known after the last step. It is the oracle's own: nobody else changes it. */
  get world(): World {
    return this.#world;
  }

  #reject(step: TraceStep, { message, clauses, about }: Refusal): Rejection {
    const undecided = isUndecided(this.#world, step);
    const attempt = (candidate: TraceStep): Foreseen | undefined => this.foresee(candidate);
    const world = this.#world;
    let permitted: readonly Permitted[] | undefined;
    return {
      message: undecided ? `undecided: more orders of the bytes were open than are kept: ${message}` : message,
      clauses,
      ...(about !== undefined && { about }),
      ...(undecided && { undecided }),
      // Every outcome is tried for it, which most who ask for a verdict have no use for.
      get permitted() {
        permitted ??= permittedInstead(step, world, attempt);
        return permitted;
      },
    };
  }
}

/** Some ways in which the bytes of its socket may have come were left out, so that one of them might permit the step. */
function isUndecided(world: World, step: TraceStep): boolean {
  const call = 'end' in step ? step.begun : step;
  const { socket: name, overlapped } = call as { socket?: string; overlapped?: string };
  const operation = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const socket = name === undefined ? operation?.socket : world.sockets.get(name);
  return socket?.stream.isUndecided ?? [...world.sockets.values()].some(({ stream }) => stream.isUndecided);
}

/** Moves the world on by one step, or says why it cannot: then nothing has changed. */
function advance(world: World, step: TraceStep): Refusal | undefined {
  world.notes = [];
  const refused = judged(world, step);
  if (refused === undefined) world.time++;
  return refused;
}

function judged(world: World, step: TraceStep): Refusal | undefined {
  switch (kindOf(step)) {
    case 'call':
      return call(world, step as CallStep);
    case 'end':
      return end(world, step as EndStep);
    case 'routine': {
      const routine = step as Extract<TraceStep, { routine: 'enter' | 'leave' }>;
      return routine.routine === 'enter' ? enterRoutine(world, routine as never) : leaveRoutine(world, routine as never);
    }
    case 'poll': {
      const poll = step as Extract<TraceStep, { poll: string }>;
      const refused = requested(world);
      if (refused !== undefined) return refused;
      if (poll.poll === 'writable') return pollWritable(world, poll);
      return poll.poll === 'event' ? pollEvent(world, poll) : pollCount(world, poll);
    }
    case 'upcall': {
      const upcall = step as Extract<TraceStep, { upcall: string }>;
      return upcall.upcall === 'WPUQueueApc' ? queueApc(world, upcall) : completeOverlapped(world, upcall);
    }
    case 'caller': {
      const { overlapped } = step as Extract<TraceStep, { caller: string }>;
      const operation = world.operations.get(overlapped);
      if (operation !== undefined) unjudge(world, operation);
      return undefined;
    }
    case 'peer':
      return requested(world) ?? peerStep(world, step as Extract<TraceStep, { peer: string }>);
    case 'env': {
      const env = step as Extract<TraceStep, { env: string }>;
      if (env.env === 'transport.took') return transportTook(world, env);
      if (env.env === 'peer.unseen') return requested(world) ?? peerUnseen(world, env);
      if (env.env === 'route.lost') return requested(world) ?? routeLost(world, env);
      return requested(world) ?? (env.env === 'settle' ? settle(world) : circuitEvent(world, env));
    }
    case 'port':
      return dequeuePacket(world, step as Extract<TraceStep, { port: string }>);
    case 'foreign': {
      const { foreign, socket } = step as Extract<TraceStep, { foreign: string }>;
      const found = world.sockets.get(socket);
      if (found !== undefined) unjudgeSocket(world, found, `what ${foreign} does to sends is not known here`);
      return undefined;
    }
  }
}

function call(world: World, step: CallStep): Refusal | undefined {
  const thread = world.thread(threadOf(step));
  const inside = thread.stack.some((frame) => frame.kind === 'routine');
  if (!inside && world.begun.size > 0) {
    const refused = requested(world);
    if (refused !== undefined) return refused;
  }
  if (step.begin !== undefined) return begin(world, step as BegunCall);
  if (step.call === 'WSPSend') return answerSend(world, step, step.returns!, undefined);
  if (step.call === 'WSPGetOverlappedResult') return answerResult(world, step, step.returns!);
  return answerSibling(world, step, step.returns!);
}

function begin(world: World, step: BegunCall): Refusal | undefined {
  const named = 'socket' in step ? world.sockets.get(step.socket) : undefined;
  const socket = named?.closed ? undefined : named;
  const { call: calls } = world.tables;
  const record: BegunRecord = {
    number: step.begin,
    call: step,
    beganAt: world.time,
    thread: threadOf(step),
    state: calls.stateIndex.begun,
    socket,
    stateAtBegin: socket?.state ?? world.tables.socket.initial,
    circuitAtBegin: socket?.circuit ?? world.tables.circuit.initial,
    mayBlock: mayBlock(world, socket, step),
    operation: isResult(step) ? world.operations.get(step.overlapped) : undefined,
    segment: undefined,
    interrupted: false,
    closedMeanwhile: false,
    mayHaveWaited: socket !== undefined && !(socket.isStream && socket.stream.isDrained(undefined)),
    over: undefined,
  };
  world.begun.set(step.begin, record);
  world.thread(record.thread).stack.push({ kind: 'call', number: step.begin });
  if (isSend(step)) {
    beginSend(world, record, step);
    socket?.sends.add(record);
  } else if (!isResult(step)) beginSibling(world, step);
  return undefined;
}

/** A nonoverlapped send on a blocking socket, a connect there, or a wait for a result. */
function mayBlock(world: World, socket: Socket | undefined, call: BegunCall): boolean {
  if (isSend(call)) return sendMayBlock(world, socket, call);
  if (isResult(call)) return call.wait === true;
  return call.call === 'WSPConnect' && socket?.nonblocking === false;
}

function end(world: World, step: EndStep): Refusal | undefined {
  const record = world.begun.get(step.end);
  if (record === undefined) return undefined;
  const { call: begun } = record;
  const running = world.thread(record.thread).stack.at(-1);
  if (begun.call === 'SleepEx' && running?.kind === 'routine') {
    return refusal(`the alertable wait ends while the routine of ${running.operation.name} runs`, 'Overlapped:4');
  }
  const refused = isSend(begun)
    ? answerSend(world, begun, step.returns, record)
    : isResult(begun)
      ? answerResult(world, begun, step.returns)
      : answerSibling(world, begun as never, step.returns, record.beganAt);
  if (refused !== undefined) return refused;
  world.begun.delete(step.end);
  world.released.delete(record);
  record.socket?.sends.delete(record);
  const { stack } = world.thread(record.thread);
  const at = stack.findLastIndex((frame) => frame.kind === 'call' && frame.number === step.end);
  if (at >= 0) stack.splice(at, 1);
  return undefined;
}
