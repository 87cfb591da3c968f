/**
 * Going on after a rejection: what the step touched is not judged from there, and everything else is.
 *
 * The step has happened all the same. So a call that ended is no longer under way, a routine that was entered runs, and a name that was
 * used is known.
 */

import { kindOf, type TraceStep, threadOf, type WSPSendCall } from '../winsock/trace.ts';
import { advance, leaveCall } from './advance.ts';
import type { Unjudged } from './noted.ts';
import { newOperation, unjudge } from './posting.ts';
import type { Refusal } from './refusal.ts';
import { unjudgeNamed, unjudgeSocket } from './siblings.ts';
import type { BegunRecord, Operation, World } from './world.ts';

const why = 'a step of it was rejected';

interface Released {
  readonly notes: readonly Unjudged[];
  /** Something else failed to do what it had to, so the step is still to be judged. */
  readonly isStepOpen: boolean;
}

/** Takes what a refused step touched out of the judgement. */
export function release(world: World, step: TraceStep, { about }: Refusal): Released {
  world.notes = [];
  if (about !== undefined && releaseOther(world, about)) return { notes: world.notes, isStepOpen: true };
  const isSend = 'call' in step && step.call === 'WSPSend';
  releaseOwn(world, step, !isSend);
  const { notes } = world;
  if (advance(world, step) !== undefined) {
    // The name that a send gives to its operation is known from here on, and was in use by nothing before.
    if (isSend && step.overlapped !== undefined && !world.operations.has(step.overlapped)) strangerNamed(world, step.overlapped);
    force(world, step);
  }
  return { notes, isStepOpen: false };
}

/** The call or the operation that failed to do something; false where it was released before. */
function releaseOther(world: World, about: string | number): boolean {
  if (typeof about === 'number') {
    const record = world.begun.get(about);
    if (record === undefined || record.unjudged) return false;
    releaseCall(world, record);
    return true;
  }
  const operation = world.operations.get(about);
  const { unjudged } = world.tables.operation.stateIndex;
  const owing = [...(world.routines.get(about) ?? []), ...(operation === undefined ? [] : [operation])];
  const open = owing.filter(({ state }) => state !== unjudged);
  for (const other of open) releaseOperation(world, other);
  return open.length > 0;
}

function releaseCall(world: World, record: BegunRecord): void {
  record.unjudged = true;
  world.released.delete(record);
  if (record.operation !== undefined) releaseOperation(world, record.operation);
  if (record.socket !== undefined) unjudgeSocket(world, record.socket, why);
}

function releaseOperation(world: World, operation: Operation): void {
  world.note(operation.socket?.name, `${operation.name}: ${why}`);
  unjudge(world, operation);
}

/** The socket, the operation and the call of the step itself; where `isKnown`, what the step names was there before. */
function releaseOwn(world: World, step: TraceStep, isKnown: boolean): void {
  if ('end' in step) {
    const record = world.begun.get(step.end);
    if (record !== undefined) releaseCall(world, record);
  }
  const { socket: name, overlapped } = ('end' in step ? step.begun : step) as { readonly socket?: string; readonly overlapped?: string };
  const known = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const operation = known ?? (isKnown && overlapped !== undefined ? strangerNamed(world, overlapped) : undefined);
  for (const other of overlapped === undefined
    ? []
    : [...(world.routines.get(overlapped) ?? []), ...(world.packets.get(overlapped) ?? [])]) {
    releaseOperation(world, other);
  }
  if (operation !== undefined) releaseOperation(world, operation);
  const socket = name ?? operation?.socket?.name;
  if (socket !== undefined) releaseSocket(world, socket, !isKnown);
}

/** A name that nothing on the page brings about is known from here on, so that it is reported once. */
function releaseSocket(world: World, name: string, isSend: boolean): void {
  const known = world.sockets.get(name);
  if (known?.closed) unjudgeSocket(world, known, why);
  if (!known?.closed || isSend) unjudgeNamed(world, name, why);
}

/** An operation of which only the name is known: nothing says that it uses its OVERLAPPED. */
const strangerNamed = (world: World, overlapped: string): Operation => {
  const call: WSPSendCall = { call: 'WSPSend', socket: '', buffers: [], overlapped, routine: true };
  const stranger = newOperation(world, undefined, call, world.tables.operation.stateIndex.unjudged);
  stranger.nameFree = true;
  return stranger;
};

/** What the step changes of calls, threads and time, whatever it says. */
function force(world: World, step: TraceStep): void {
  world.time++;
  switch (kindOf(step)) {
    case 'end': {
      const record = 'end' in step ? world.begun.get(step.end) : undefined;
      if (record !== undefined) leaveCall(world, record);
      return;
    }
    case 'routine': {
      const { routine, overlapped, thread: name } = step as Extract<TraceStep, { routine: string }>;
      const { stack } = world.thread(threadOf({ thread: name }));
      if (routine === 'enter') stack.push({ kind: 'routine', operation: world.operations.get(overlapped)! });
      else {
        const at = stack.findLastIndex((frame) => frame.kind === 'routine' && frame.operation.name === overlapped);
        if (at >= 0) stack.splice(at, 1);
      }
      return;
    }
    default:
  }
}
