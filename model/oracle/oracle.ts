/**
 * The oracle: is a trace permitted by the page, under a profile?
 *
 * It keeps the set of worlds that agree with every step so far. A step that no world permits is the verdict: its line, the clauses it
 * breaks, and what would have been permitted instead.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { ClauseId } from '../clauses/register.ts';
import type { CompiledRule } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import { type BegunCall, type CallStep, type EndStep, kindOf, type TraceHeader, type TraceStep, threadOf } from '../winsock/trace.ts';
import { circuitEvent, peerStep, requested, settle, transportTook, unplacedSends } from './environment.ts';
import { sendMayBlock } from './facts.ts';
import { answerResult, completeOverlapped, enterRoutine, leaveRoutine, pollCount, pollEvent, queueApc } from './operations.ts';
import { type Permitted, permittedInstead } from './permitted.ts';
import { hearing, type Refusal, refusal } from './refusal.ts';
import { answerSend, beginSend, placeSend, unjudge } from './sends.ts';
import { answerSibling, beginSibling } from './siblings.ts';
import { type BegunRecord, isResult, isSend, World } from './world.ts';

export interface Rejection {
  readonly message: string;
  readonly clauses: readonly ClauseId[];
  readonly permitted: readonly Permitted[];
  /** Where the step is about another thing, or none: the OVERLAPPED of the operation that is owed, or the number of the call that has not returned. */
  readonly about?: string | number;
}

/** The worlds in which a step would end, and the clauses of the rules that permit it there. */
export interface Foreseen {
  readonly worlds: readonly World[];
  readonly clauses: readonly ClauseId[];
}

/** Orders in which begun sends may take effect multiply; beyond this many at once they are taken in the order of the trace. */
const unorderedMax = 4;

export class Oracle {
  readonly profile: Profile;
  private worlds: World[];

  constructor(profile: Profile, header?: TraceHeader) {
    this.profile = profile;
    this.worlds = [new World(tablesOf(profile), header?.side === 'spi')];
  }

  /** Judges the next step. After a rejection the oracle stays where it was. */
  step(step: TraceStep): Rejection | undefined {
    if (this.worlds.length === 1 && this.worlds[0]!.begun.size === 0) {
      const refused = advance(this.worlds[0]!, step);
      return refused === undefined ? undefined : this.reject(step, [refused]);
    }
    const next: World[] = [];
    const refusals: Refusal[] = [];
    for (const world of this.worlds) next.push(...successors(world, step, refusals));
    if (next.length === 0) return this.reject(step, refusals);
    this.worlds = next;
    return undefined;
  }

  /** What this step would lead to, or undefined where no world permits it. Nothing changes. */
  foresee(step: TraceStep): Foreseen | undefined {
    const rules = new Set<CompiledRule>();
    const worlds = this.worlds.flatMap((world) => successors(world, step, [], rules));
    return worlds.length === 0 ? undefined : { worlds, clauses: [...new Set([...rules].flatMap((rule) => rule.clauses))] };
  }

  /** What these steps, one after the other, would lead to. Nothing changes. */
  foreseeAll(steps: readonly TraceStep[]): Foreseen | undefined {
    const copy = new Oracle(this.profile);
    copy.worlds = this.worlds.map((world) => world.clone());
    const clauses = new Set<ClauseId>();
    for (const step of steps) {
      const foreseen = copy.foresee(step);
      if (foreseen === undefined) return undefined;
      copy.worlds = [...foreseen.worlds];
      for (const id of foreseen.clauses) clauses.add(id);
    }
    return { worlds: copy.worlds, clauses: [...clauses] };
  }

  /** Somebody knows how much room the transport of a socket has: one of these numbers of bytes. */
  supposeRoom(socket: string, rooms: readonly number[]): void {
    this.worlds = this.worlds.flatMap((world) =>
      rooms.map((room) => {
        const copy = world.clone();
        const found = copy.sockets.get(socket);
        if (found !== undefined) found.room = room;
        return copy;
      }),
    );
  }

  get states(): readonly World[] {
    return this.worlds;
  }

  private reject(step: TraceStep, refusals: readonly Refusal[]): Rejection {
    const [first] = refusals;
    const { worlds, profile } = this;
    let permitted: readonly Permitted[] | undefined;
    return {
      message: first?.message ?? 'no state permits this step',
      clauses: first?.clauses ?? [],
      ...(first?.about !== undefined && { about: first.about }),
      // Every outcome is tried for it, which most who ask for a verdict have no use for.
      get permitted() {
        const then = new Oracle(profile);
        then.worlds = worlds;
        permitted ??= permittedInstead(step, worlds, (candidate) => then.foresee(candidate));
        return permitted;
      },
    };
  }
}

/**
 * The worlds that a step leads to. Sends that have begun may have taken effect before it, in any order: what is posted next may stand
 * before or behind them, and at a settle all of them have taken effect. For what the peer received or the transport took, an effect is
 * assumed only where the bytes need it, because a send that is placed later fits everything that one placed now does; save for urgent sends, whose
 * contents fit any bytes, those of another send among them. Each try is made on a copy.
 */
function successors(world: World, step: TraceStep, refusals: Refusal[], permitting?: Set<CompiledRule>): World[] {
  const found: World[] = [];
  const attempt = (order: readonly BegunRecord[]): void => {
    const copy = world.clone();
    for (const record of order) placeSend(copy.begun.get(record.number)!);
    const { result: refused, rules } =
      permitting === undefined ? { result: advance(copy, step), rules: [] } : hearing(() => advance(copy, step));
    if (refused === undefined) {
      found.push(copy);
      for (const rule of rules) permitting?.add(rule);
    } else refusals.push(refused);
  };
  const kind = kindOf(step);
  if (kind === 'env' && 'env' in step && step.env === 'settle') {
    const open = unplacedSends(world);
    for (const order of orders(open)) if (order.length === open.length) attempt(order);
  } else if ((kind === 'peer' && 'peer' in step) || (kind === 'env' && 'env' in step && step.env === 'transport.took')) {
    const open = unplacedSends(world, world.sockets.get(step.socket));
    const sequences = orders(open);
    const isAnyFit = open.some(({ call }) => isSend(call) && call.flags?.includes('MSG_OOB') === true);
    for (let length = 0; (found.length === 0 || isAnyFit) && length <= sequences[sequences.length - 1]!.length; length++) {
      for (const order of sequences) if (order.length === length) attempt(order);
    }
  } else {
    const posting = postedBy(step, kind);
    const open = posting === undefined ? [] : unplacedSends(world, world.sockets.get(posting.socket));
    for (const order of orders(open.filter((record) => record.number !== posting?.number))) attempt(order);
  }
  return found;
}

/** The socket on which a step gives bytes their place, and the number of the begun call whose bytes they are. */
function postedBy(step: TraceStep, kind: string): { socket: string; number: number | undefined } | undefined {
  if (kind === 'end') {
    const { begun, end: number } = step as EndStep;
    return begun.call === 'WSPSend' ? { socket: begun.socket, number } : undefined;
  }
  const call = step as CallStep;
  return kind === 'call' && call.call === 'WSPSend' && call.begin === undefined ? { socket: call.socket, number: undefined } : undefined;
}

/** Every sequence of some of the records. */
function orders(records: readonly BegunRecord[]): BegunRecord[][] {
  if (records.length > unorderedMax) return [[], [...records]];
  const found: BegunRecord[][] = [[]];
  for (const first of records) {
    for (const rest of orders(records.filter((record) => record !== first))) found.push([first, ...rest]);
  }
  return found;
}

/** Moves a world on by one step, or says why it cannot. A refused step may leave the world half-moved only when a call has begun. */
function advance(world: World, step: TraceStep): Refusal | undefined {
  world.time++;
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
      if (refused !== undefined || poll.poll === 'writable') return refused;
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
      if (env.env === 'peer.unseen' || env.env === 'route.lost') return requested(world);
      return requested(world) ?? (env.env === 'settle' ? settle(world) : circuitEvent(world, env));
    }
    case 'port':
    case 'foreign':
      return undefined;
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
    mayBlock: isSend(step) && sendMayBlock(world, socket, step),
    operation: isResult(step) ? world.operations.get(step.overlapped) : undefined,
    segment: undefined,
    unplaced: false,
    interrupted: false,
    closedMeanwhile: false,
  };
  world.begun.set(step.begin, record);
  world.thread(record.thread).stack.push({ kind: 'call', number: step.begin });
  if (isSend(step)) beginSend(world, record, step);
  else if (!isResult(step)) beginSibling(world, step);
  return undefined;
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
  const { stack } = world.thread(record.thread);
  const at = stack.findLastIndex((frame) => frame.kind === 'call' && frame.number === step.end);
  if (at >= 0) stack.splice(at, 1);
  return undefined;
}
