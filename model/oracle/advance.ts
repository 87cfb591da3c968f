/** One step of a trace, and what it changes of the world. */

import {
  type BegunCall,
  type CallStep,
  type EndStep,
  kindOf,
  type PortStep,
  type Returns,
  type TraceStep,
  threadOf,
} from '../winsock/trace.ts';
import { callNaming, noteBlockingInside, noteResultAsked, noteTouch } from './breaches.ts';
import { isResult, isSend, mayBeBlocking, mayBeNonblocking } from './callKinds.ts';
import { visited } from './effort.ts';
import { circuitEvent, peerStep, peerUnseen, pollWritable, requested, routeLost, settle, transportTook } from './environment.ts';
import {
  answerResult,
  completeOverlapped,
  endOf,
  enterRoutine,
  leaveRoutine,
  lookAtPort,
  pollCount,
  pollEvent,
  queueApc,
} from './operations.ts';
import { beginSend, unjudge } from './posting.ts';
import { type Refusal, refusal } from './refusal.ts';
import { othersOutstanding, sendMayBlock, surelyFaults } from './sendFacts.ts';
import { answerSend } from './sends.ts';
import { answerSibling, beginSibling, truthy, unjudgeNamed, unjudgeSocket } from './siblings.ts';
import { networkGone, wayOf } from './traced.ts';
import type { BegunRecord, Socket, World } from './world.ts';

/** Moves the world on by one step, or says why it cannot: then nothing has changed. */
export function advance(world: World, step: TraceStep): Refusal | undefined {
  if (world.notes.length > 0) world.notes = [];
  if (world.breaches.length > 0) world.breaches = [];
  const about = world.begun.size > 0 ? socketsOf(world, step) : none;
  const refused = judged(world, step);
  if (refused !== undefined) return refused;
  for (const socket of about) {
    for (const record of visited(socket?.resting ?? [])) world.astir.add(record);
    socket?.resting.clear();
  }
  world.time++;
  return undefined;
}

const none: readonly Socket[] = [];

/** The sockets for whose calls the step may change something: for all of them where it names nothing. */
function socketsOf(world: World, step: TraceStep): Iterable<Socket | undefined> {
  const named = ('end' in step ? step.begun : step) as { readonly [field: string]: string };
  const { socket, overlapped, call, env } = named;
  if (socket ?? overlapped) return [world.sockets.get(socket!), world.operations.get(overlapped!)?.socket];
  return call === 'SleepEx' || env === 'settle' ? [] : world.sockets.values();
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
      const touch = step as Extract<TraceStep, { caller: string }>;
      const operation = world.operations.get(touch.overlapped);
      if (operation === undefined) return undefined;
      if (!noteTouch(world, operation, touch)) return undefined;
      // A call that ignores its OVERLAPPED sends from its buffers all the same.
      operation.segment ??= callNaming(world, operation)?.segment;
      unjudge(world, operation);
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
      return lookAtPort(world, step as PortStep);
    case 'foreign': {
      const { foreign, socket } = step as Extract<TraceStep, { foreign: string }>;
      unjudgeNamed(world, socket, `what ${foreign} does to sends is not known here`);
      return undefined;
    }
  }
}

function call(world: World, step: CallStep): Refusal | undefined {
  const thread = world.thread(threadOf(step));
  if (world.begun.size > 0 && !thread.stack.some((frame) => frame.kind === 'routine')) {
    const refused = requested(world);
    if (refused !== undefined) return refused;
  }
  if (step.begin !== undefined) return begin(world, step as BegunCall);
  const isUndefined = noteMisuse(world, step, openSocketOf(world, step));
  const refused = answer(world, step, step.returns!);
  return isUndefined ? undefined : refused;
}

function answer(world: World, call: CallStep, returns: Returns, record?: BegunRecord): Refusal | undefined {
  if (isSend(call)) return answerSend(world, call, returns, record);
  if (isResult(call)) return answerResult(world, call, returns, record);
  return answerSibling(world, call as never, returns, record?.beganAt);
}

function openSocketOf(world: World, call: CallStep): Socket | undefined {
  const named = 'socket' in call ? world.sockets.get(call.socket) : undefined;
  return named?.closed ? undefined : named;
}

/** What the caller may not do by this call. True where anything may come of the call. */
function noteMisuse(world: World, call: CallStep, socket: Socket | undefined): boolean {
  if (call.call === 'WSPGetOverlappedResult') noteResultAsked(world, call);
  const made = call as BegunCall;
  // What names no socket blocks nothing.
  if (world.begun.size === 0 || socket === undefined) return false;
  const interrupted = noteBlockingInside(world, made, mayBlock(world, socket, made));
  if (interrupted.length === 0) return false;
  const why = 'a call that may block was made inside a routine that had interrupted one';
  unjudgeSocket(world, socket, why);
  for (const record of interrupted) {
    record.unjudged = true;
    if (record.socket !== undefined) unjudgeSocket(world, record.socket, why);
  }
  return true;
}

function begin(world: World, step: BegunCall): Refusal | undefined {
  const socket = openSocketOf(world, step);
  const isUndefined = noteMisuse(world, step, socket);
  const { call: calls } = world.tables;
  const isBlocking = mayBlock(world, socket, step);
  const record: BegunRecord = {
    number: step.begin,
    call: step,
    beganAt: world.time,
    thread: threadOf(step),
    state: calls.stateIndex.begun,
    socket,
    stateAtBegin: socket?.state ?? world.tables.socket.initial,
    circuitAtBegin: socket?.circuit ?? world.tables.circuit.initial,
    asPosted: undefined,
    mayBlock: isBlocking,
    mayNotWait: !isBlocking || (socket !== undefined && mayBeNonblocking(socket)),
    isFaulty: isSend(step) && surelyFaults(world, step),
    operation: isResult(step) ? world.operations.get(step.overlapped) : undefined,
    segment: undefined,
    interrupted: false,
    mayBeClosed: socket !== undefined && socket.closing > 0,
    closedMeanwhile: false,
    hadOthers: isSend(step) && othersOutstanding(world),
    unjudged: isUndefined,
    mayHaveWaited: socket !== undefined && !wayOf(socket).isDrained(),
    networkWasGone: networkGone(world, socket, socket?.circuit ?? world.tables.circuit.initial),
    over: undefined,
  };
  world.begun.set(step.begin, record);
  world.astir.add(record);
  world.thread(record.thread).stack.push({ kind: 'call', number: step.begin });
  if (isSend(step)) {
    beginSend(world, record, step);
    socket?.sends.add(record);
  } else if (!isResult(step)) beginSibling(world, step);
  noteUnderWay(record, 1);
  return undefined;
}

/** One more call that ends the sending side of its socket is under way, or sets its mode, or one less. */
function noteUnderWay({ socket, call }: BegunRecord, more: number): void {
  if (socket === undefined) return;
  if (call.call === 'WSPCloseSocket') socket.closing += more;
  if (call.call === 'WSPShutdown' && call.how !== 'SD_RECEIVE') socket.shuttingDown += more;
  if (call.call === 'WSPIoctl' && call.code === 'FIONBIO') socket[truthy(call.value) ? 'unblocking' : 'reblocking'] += more;
}

/** A nonoverlapped send on a blocking socket, a connect or a receive there, a close that waits for what lingers, or a wait for a result. */
function mayBlock(world: World, socket: Socket | undefined, call: BegunCall): boolean {
  if (isSend(call)) return sendMayBlock(world, socket, call);
  if (isResult(call)) return call.wait === true;
  if (socket === undefined || !mayBeBlocking(socket)) return false;
  return call.call === 'WSPConnect' || call.call === 'WSPRecv' || (call.call === 'WSPCloseSocket' && socket.lingers && !socket.lingerZero);
}

function end(world: World, step: EndStep): Refusal | undefined {
  const record = world.begun.get(step.end);
  if (record === undefined) return undefined;
  const { call: begun } = record;
  const running = world.thread(record.thread).stack.at(-1);
  if (begun.call === 'SleepEx' && running?.kind === 'routine') {
    const message = `the alertable wait ends while the routine of ${running.operation.name} runs`;
    return { ...refusal(message, 'Overlapped:4'), first: endOf(running) };
  }
  const refused = answer(world, begun, step.returns, record);
  if (refused !== undefined) return refused;
  leaveCall(world, record);
  return undefined;
}

/** The call is no longer under way. */
export function leaveCall(world: World, record: BegunRecord): void {
  if (record.mayBlock) world.blockedAt = world.time;
  world.begun.delete(record.number);
  world.astir.delete(record);
  (record.operation ?? record).socket?.resting.delete(record);
  world.released.delete(record);
  record.socket?.sends.delete(record);
  noteUnderWay(record, -1);
  const { stack } = world.thread(record.thread);
  const at = stack.findLastIndex((frame) => frame.kind === 'call' && frame.number === record.number);
  if (at >= 0) stack.splice(at, 1);
}
