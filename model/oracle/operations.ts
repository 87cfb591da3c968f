/** What is observed of operations: polls, results, routines and upcalls. */

import { reads } from '../clauses/profiles.ts';
import { statusCodes } from '../machines/operationWords.ts';
import { winsockCodesOf } from '../winsock/codes.ts';
import type {
  CompleteOverlappedStep,
  PollCountStep,
  PollEventStep,
  PortEmptyStep,
  PortPacketStep,
  PortStep,
  QueueApcStep,
  RoutineEnterStep,
  RoutineLeaveStep,
  WSPGetOverlappedResultCall,
} from '../winsock/trace.ts';
import { threadOf } from '../winsock/trace.ts';
import { isAfterCleanUp } from './cancelling.ts';
import { visited } from './effort.ts';
import { concludeBytes, loosen, noteConsumed, noteOver, conclude as settleName } from './moments.ts';
import { type Observation, operationFactsOf } from './operationFacts.ts';
import { isPartRead } from './reading.ts';
import { ask, codeText, isRefusal, type Refusal, refusal } from './refusal.ts';
import type { Answer } from './sendFacts.ts';
import { becomeQueued, reportCircuit } from './sends.ts';
import type { BegunRecord, Frame, Operation, World } from './world.ts';

function observe(
  world: World,
  operation: Operation,
  event: Parameters<typeof ask<string, string>>[2],
  observed: Observation,
  message: () => string,
): Refusal | { readonly target: number } {
  return ask(world.tables.operation as never, operation.state, event, operationFactsOf(world, operation, observed), message);
}

/** The event of each status: a name put together anew would have to be looked for among all strings at each step. */
const statusEvents = (kind: 'result' | 'routine' | 'upcall' | 'packet') => {
  const events = new Map(statusCodes.map((status): [string, string] => [status, `${kind}.${status}`]));
  const other = `${kind}.other`;
  return (status: string): string => events.get(status) ?? other;
};
const statusEvent = {
  result: statusEvents('result'),
  routine: statusEvents('routine'),
  upcall: statusEvents('upcall'),
  packet: statusEvents('packet'),
};

export function pollEvent(world: World, step: PollEventStep): Refusal | undefined {
  const operation = world.operations.get(step.overlapped);
  if (operation === undefined) {
    if (world.mayBeForgotten(step.overlapped) || !step.signalled) return undefined;
    return refusal(`the event of ${step.overlapped} is set, and no send ever used it`, 'Return:7', 'Event:1');
  }
  // One that is over is no longer among those that a settle moves on.
  const { doneAtOnce, due } = world.tables.operation.stateIndex;
  const { state } = operation;
  if (state === doneAtOnce && (operation.queuedBy ?? world.time) < world.settledAt) operation.state = due;
  const rule = observe(world, operation, step.signalled ? 'event.signalled' : 'event.unsignalled', {}, () =>
    step.signalled ? `the event of ${step.overlapped} is set` : `the event of ${step.overlapped} is not set`,
  );
  if (isRefusal(rule)) {
    operation.state = state;
    return rule;
  }
  world.move(operation, rule.target);
  if (step.signalled) {
    // A call that is under way may still reset what an earlier operation has set.
    operation.seenSet = !operation.eventStale || ![...visited(world.begun.values())].some((record) => record.operation === operation);
    if (!operation.eventStale) {
      operation.nameFree = true;
      noteSeen(world, operation);
    }
    settleName(world, operation);
  } else operation.eventStale = false;
  return undefined;
}

export function pollCount(world: World, step: PollCountStep): Refusal | undefined {
  const operation = world.operations.get(step.overlapped);
  if (operation === undefined) {
    world.mayBeForgotten(step.overlapped);
    return undefined;
  }
  const rule = observe(
    world,
    operation,
    step.written ? 'count.written' : 'count.unwritten',
    {},
    () => `lpNumberOfBytesSent of ${step.overlapped} was written after the call had returned`,
  );
  return isRefusal(rule) ? rule : undefined;
}

export function answerResult(world: World, call: WSPGetOverlappedResultCall, answer: Answer, record?: BegunRecord): Refusal | undefined {
  // A wait that was cancelled says nothing of the operation, which goes on.
  if (answer.errno === 'WSAEINTR' && record?.interrupted && reads(world.tables.profile, 'InterruptedCode:interrupted')) return undefined;
  const operation = world.operations.get(call.overlapped);
  // An OVERLAPPED that no call introduced reads like one whose post failed.
  if (operation === undefined) {
    const bytes = answer.bytes ?? 0;
    if (world.mayBeForgotten(call.overlapped) || bytes === 0) return undefined;
    return refusal(`WSPGetOverlappedResult reports ${bytes} bytes for ${call.overlapped}, which no send used`, 'Return:6');
  }
  const socket = world.sockets.get(call.socket);
  const isOpen = socket?.closed === false && socket.closing === 0 && operation.socket?.closed !== true;
  if ((answer.errno === 'WSAENOTSOCK' && !isOpen) || isAfterCleanUp(world, answer.errno)) return undefined;
  // The caller asks another socket than the one that it was posted on: no answer is wrong.
  if (operation.socket !== undefined && operation.socket.name !== call.socket) return undefined;
  const status = answer.errno ?? '0';
  const observed = { status, bytes: answer.bytes, waits: call.wait === true };
  const event =
    status === 'WSA_IO_INCOMPLETE' ? 'result.incomplete' : status === 'WSAENOTSOCK' ? 'result.WSAENOTSOCK' : statusEvent.result(status);
  const rule = observe(world, operation, event, observed, () =>
    answer.rc === 0
      ? `WSPGetOverlappedResult reports success with ${answer.bytes ?? 'no'} bytes of ${operation.length}`
      : `WSPGetOverlappedResult gives ${codeText(status)}${answer.bytes === undefined ? '' : ` with ${answer.bytes} bytes`}`,
  );
  if (isRefusal(rule)) return rule;
  if (event === 'result.incomplete' || event === 'result.WSAENOTSOCK' || event === 'result.other') return undefined;
  if (isStillZeroed(world, operation, observed)) {
    if (!hasItsPlace(operation) && !hasBeenRead(operation)) return undefined;
    if (operation.length > 0)
      return refusal(
        `WSPGetOverlappedResult reports 0 bytes of ${call.overlapped}, whose send has taken effect`,
        'Overlapped:7',
        'Immediate:6',
      );
  }
  if (call.wait && operation.hasRoutine) return undefined;
  return conclude(world, operation, rule.target, status, answer.bytes);
}

/** As long as its call has initiated nothing, the OVERLAPPED reads as it was handed over: also that of a send of no bytes. */
const isStillZeroed = (world: World, { state, over }: Operation, { status, bytes }: Observation): boolean =>
  state === world.tables.operation.stateIndex.begun && over === undefined && status === '0' && !bytes;

/** Its call has taken effect by now, whether or not it has returned. */
const hasItsPlace = ({ segment }: Operation): boolean => segment !== undefined && segment.ended !== Infinity;

/** Its peer has received some of its bytes. */
const hasBeenRead = ({ socket, segment }: Operation): boolean =>
  socket !== undefined &&
  segment !== undefined &&
  (socket.isStream ? isPartRead(socket.stream.reading, segment) : socket.datagrams.surelyArrived(segment));

/** An indication was seen: the operation is over, and so is what came before it on its stream. */
function noteSeen(world: World, operation: Operation): void {
  operation.shown = 'indication';
  const { socket, segment } = operation;
  const { begun, pending, due } = world.tables.operation.stateIndex;
  if (operation.state === begun || operation.state === pending || operation.state === due) noteOver(world, operation);
  if (socket === undefined || segment === undefined || socket.overlapped) return;
  // A call that fills its OVERLAPPED has its place, although it has not returned, and nothing breaks it off any more.
  if (socket.isStream) socket.stream.fix(segment, world.time);
  for (const record of visited(socket.sends)) if (record.operation === operation) record.over ??= operation.over;
}

/** A status was observed: what it says of the bytes holds from here on. */
function conclude(world: World, operation: Operation, target: number, status: string, bytes: number | undefined): Refusal | undefined {
  const { free, unjudged, begun } = world.tables.operation.stateIndex;
  const { socket, segment } = operation;
  if (status === 'WSAEMSGSIZE' && socket?.isStream === false && segment !== undefined && socket.datagrams.surelyArrived(segment)) {
    return refusal('a message that was too large has been received', 'MessageSize:4', 'WSAEMSGSIZE:1');
  }
  const hasPended = operation.state !== begun;
  world.move(operation, target);
  operation.nameFree = true;
  if (target === free || target === unjudged) return undefined;
  const first = operation.status === undefined;
  operation.status ??= status;
  if (operation.orStatus === status) operation.status = status;
  operation.orStatus = undefined;
  operation.bytes ??= bytes;
  operation.shown ??= 'result';
  noteOver(world, operation);
  if (first && segment !== undefined) {
    const on = socket!;
    if (status === '0' && hasPended) on.stream.took.noteSuccess(segment);
    concludeBytes(on, segment, status, bytes);
    reportCircuit(world, on, status);
    noteConsumed(world, on);
  }
  settleName(world, operation);
  return undefined;
}

/**
 * The operation whose routine this is: the oldest of that name that still waits for its routine, else the latest. One of which it is open
 * whether its routine runs at all comes behind those whose routine must run.
 */
function routineOf(world: World, name: string): Operation[] {
  const { unjudged } = world.tables.operation.stateIndex;
  const named = world.routines.get(name) ?? [];
  const waiting = [...named.filter(({ state }) => state !== unjudged), ...named.filter(({ state }) => state === unjudged)];
  const latest = world.operations.get(name);
  if (latest !== undefined && !waiting.includes(latest)) waiting.push(latest);
  return waiting;
}

export function enterRoutine(world: World, step: RoutineEnterStep): Refusal | undefined {
  const candidates = routineOf(world, step.overlapped);
  if (candidates.length === 0) {
    if (world.mayBeForgotten(step.overlapped)) return undefined;
    return refusal(`a completion routine runs for ${step.overlapped}, and no send used it`, 'Return:7');
  }
  const thread = threadOf(step);
  const observed = { status: step.error, bytes: step.bytes, flags: step.flags, thread };
  let refused: Refusal | undefined;
  for (const operation of visited(candidates)) {
    const rule = observe(
      world,
      operation,
      statusEvent.routine(step.error),
      observed,
      () => `the routine of ${step.overlapped} runs with ${step.error}, ${step.bytes} bytes on ${thread}`,
    );
    if (isRefusal(rule)) {
      refused ??= rule;
      continue;
    }
    const wrong = conclude(world, operation, rule.target, step.error, step.bytes);
    if (wrong !== undefined) return wrong;
    operation.shown = 'indication';
    world.thread(operation.thread).routines.delete(operation);
    world.thread(thread).stack.push({ kind: 'routine', operation });
    if (operation.socket !== undefined) operation.socket.routineAt = Infinity;
    return undefined;
  }
  return refused;
}

/** A completion port was asked for a packet. */
export function lookAtPort(world: World, step: PortStep): Refusal | undefined {
  return step.port === 'packet' ? dequeuePacket(world, step) : findPortEmpty(world, step);
}

/**
 * A packet was dequeued: that of an operation of that name, on that socket, of which none has come. Packets come in any order, and the
 * oldest is the likeliest.
 */
function dequeuePacket(world: World, step: PortPacketStep): Refusal | undefined {
  const isHere = ({ socket }: Operation): boolean => socket === undefined || socket.name === step.socket;
  const candidates = (world.packets.get(step.overlapped) ?? []).filter(isHere);
  // On the page alone, one may give a packet of which nothing says so.
  const latest = world.operations.get(step.overlapped);
  if (latest !== undefined && isHere(latest) && !candidates.includes(latest)) candidates.push(latest);
  if (candidates.length === 0) {
    if (world.mayBeForgotten(step.overlapped)) return undefined;
    return refusal(`a packet of ${step.overlapped} on ${step.socket} is dequeued, and none is due to a send on ${step.socket}`, 'Return:7');
  }
  let refused: Refusal | undefined;
  for (const operation of visited(candidates)) {
    const wrong = packetOf(world, operation, step);
    if (wrong === undefined) return undefined;
    refused ??= wrong;
  }
  return refused;
}

/** The packet is of this operation. */
function packetOf(world: World, operation: Operation, step: PortPacketStep): Refusal | undefined {
  const looks = winsockCodesOf(step.error).map((status) => ({
    status,
    rule: observe(world, operation, statusEvent.packet(status), { status, bytes: step.bytes }, () => {
      return `a packet of ${step.overlapped} is dequeued with ${status} and ${step.bytes} bytes`;
    }),
  }));
  const permitted = looks.filter(({ rule }) => !isRefusal(rule));
  const [{ status, rule } = looks[0]!, other] = permitted;
  if (isRefusal(rule)) return rule;
  const { begun, unjudged, pending, due } = world.tables.operation.stateIndex;
  const isFirst = operation.status === undefined;
  const free = operation.nameFree;
  const wrong = conclude(world, operation, operation.state === pending ? due : operation.state, status, step.bytes);
  if (wrong !== undefined) return wrong;
  if (isFirst) operation.orStatus = other?.status;
  operation.packetSeen = true;
  operation.shown = 'indication';
  if (operation.state === begun || operation.state === unjudged) operation.nameFree = free;
  world.expectNoPacket(operation);
  return undefined;
}

/** The port was asked and had no packet, so that none had to be there. */
function findPortEmpty(world: World, step: PortEmptyStep): Refusal | undefined {
  for (const operation of visited(world.completePackets)) {
    if (operation.socket!.name !== step.socket) continue;
    const rule = observe(world, operation, 'packet.none', {}, () => `the port of ${step.socket} has no packet of ${operation.name}`);
    if (isRefusal(rule)) return { ...rule, about: operation.name };
  }
  return undefined;
}

/** The line that ends what a thread is in. */
export const endOf = (frame: Frame): Readonly<Record<string, unknown>> =>
  frame.kind === 'call' ? { end: frame.number } : { routine: 'leave', overlapped: frame.operation.name };

export function leaveRoutine(world: World, step: RoutineLeaveStep): Refusal | undefined {
  const { stack } = world.thread(threadOf(step));
  const at = stack.findLastIndex((frame) => frame.kind === 'routine' && frame.operation.name === step.overlapped);
  if (at < 0) {
    if (world.mayBeForgotten(step.overlapped)) return undefined;
    return refusal(`a routine of ${step.overlapped} returns that was not running`, 'Overlapped:4');
  }
  if (at < stack.length - 1) {
    return {
      ...refusal(`the routine of ${step.overlapped} returns before what it began has`, 'Overlapped:4', 'Nesting:2'),
      first: endOf(stack.at(-1)!),
    };
  }
  const [frame] = stack.splice(at, 1);
  const { operation } = frame as Extract<Frame, { readonly kind: 'routine' }>;
  noteLeft(world, operation);
  const rule = observe(world, operation, 'routine.leave', {}, () => `the routine of ${step.overlapped} returns`);
  if (isRefusal(rule)) return rule;
  world.move(operation, rule.target);
  settleName(world, operation);
  return undefined;
}

/** A routine of its socket has returned. Others of it may run on other threads. */
function noteLeft(world: World, { socket }: Operation): void {
  if (socket === undefined) return;
  const runs = [...world.threads.values()].some(({ stack }) =>
    stack.some((frame) => frame.kind === 'routine' && frame.operation.socket === socket),
  );
  socket.routineAt = runs ? Infinity : world.time;
}

export function queueApc(world: World, step: QueueApcStep): Refusal | undefined {
  const operation = world.operations.get(step.overlapped);
  if (operation === undefined) {
    if (world.mayBeForgotten(step.overlapped)) return undefined;
    return refusal(`WPUQueueApc is called for ${step.overlapped}, and no send used it`, 'Return:7');
  }
  const failedForReason = step.returns.rc === -1;
  const thread = world.thread(step.thread);
  if (failedForReason && !(step.returns.errno === 'WSAEFAULT' && thread.exited)) {
    return refusal(`WPUQueueApc fails with ${step.returns.errno} for a thread that is there`, 'QueueApc:1');
  }
  const rule = observe(
    world,
    operation,
    'upcall.WPUQueueApc',
    { thread: threadOf(step) },
    () => `WPUQueueApc is called for ${step.overlapped}`,
  );
  if (isRefusal(rule)) return rule;
  world.move(operation, rule.target);
  operation.upcalled = true;
  operation.queuedAt = world.time;
  // It is complete, and nobody knows yet how: a shortage of buffers ends an operation without any other sign.
  loosen(operation, false);
  const { socket, segment, status, over } = operation;
  const isOpen = status === undefined && over !== undefined && !operation.owedWhole;
  if (isOpen && segment !== undefined && socket?.isStream) socket.stream.loosen(segment, false);
  noteSeen(world, operation);
  const { pending, due } = world.tables.operation.stateIndex;
  if ((operation.state === pending || operation.state === due) && !failedForReason) becomeQueued(world, operation);
  return undefined;
}

export function completeOverlapped(world: World, step: CompleteOverlappedStep): Refusal | undefined {
  const operation = world.operations.get(step.overlapped);
  if (operation === undefined) {
    if (world.mayBeForgotten(step.overlapped)) return undefined;
    return refusal(`a completion is reported for ${step.overlapped}, and no send used it`, 'Return:7');
  }
  const observed = { status: step.error, bytes: step.bytes };
  const rule = observe(
    world,
    operation,
    statusEvent.upcall(step.error),
    observed,
    () => `the provider completes ${step.overlapped} with ${step.error} and ${step.bytes} bytes`,
  );
  if (isRefusal(rule)) return rule;
  const { begun, unjudged, due, pending } = world.tables.operation.stateIndex;
  const free = operation.nameFree;
  const wrong = conclude(world, operation, operation.state === pending ? due : operation.state, step.error, step.bytes);
  if (wrong !== undefined) return wrong;
  operation.shown = 'indication';
  operation.upcalled = true;
  // What the port gets, it gets by this call, whenever the bytes were taken.
  if (operation.socket?.portBound === true && operation.portAllowed && !operation.portBound) world.expectPacket(operation);
  if (operation.state === begun || operation.state === unjudged || operation.state === due) operation.nameFree = free;
  return undefined;
}
