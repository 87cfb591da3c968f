/** The operation that a send makes of its OVERLAPPED. */

import { reads } from '../clauses/profiles.ts';
import type { WSPSendCall } from '../winsock/trace.ts';
import { hasRoutine, oversize, usesOverlappedIo } from './facts.ts';
import { askedFor, type Operation, type Socket, type World } from './world.ts';

/** The outstanding operation that still uses the OVERLAPPED of this call: giving it again is the caller's fault. */
export const stillUsing = (world: World, name: string | undefined): Operation | undefined => {
  const operation = name === undefined ? undefined : world.operations.get(name);
  return operation !== undefined && !operation.nameFree ? operation : undefined;
};

/** An OVERLAPPED that the call ignores, under the readings in which it does, makes no operation. */
export function fillsOverlapped(world: World, socket: Socket | undefined, call: WSPSendCall): boolean {
  if (call.overlapped === undefined || socket === undefined) return false;
  return socket.overlapped || reads(world.tables.profile, 'M7:blocks');
}

/** It stands under its name from here on. */
export function newOperation(world: World, socket: Socket | undefined, call: WSPSendCall, state: number): Operation {
  const name = call.overlapped!;
  const before = world.operations.get(name);
  const asked = askedFor(call);
  const wasSet = before !== undefined && (before.eventStale || (before.hasEvent && !before.hasRoutine && mayHaveBeenSet(world, before)));
  const routine = hasRoutine(call);
  const tooLarge = oversize(socket, asked);
  const operation: Operation = {
    id: world.newId(),
    name,
    socket,
    thread: world.thread(call.thread).name,
    length: asked,
    hasEvent: call.event === true,
    hasRoutine: routine,
    portBound: call.port === true || (call.port === undefined && !routine && socket?.portBound === true),
    packetSeen: false,
    mayBeUnsupported: call.flags?.some((flag) => flag !== 'MSG_DONTROUTE') ?? false,
    mayBeOversize: tooLarge.may,
    surelyOversize: tooLarge.surely,
    ignored: socket !== undefined && !fillsOverlapped(world, socket, call),
    routineOpen: routine && !usesOverlappedIo(call, socket),
    returnedZero: false,
    state,
    eventStale: wasSet,
    segment: undefined,
    status: undefined,
    bytes: undefined,
    closed: false,
    cancelled: false,
    flushed: false,
    threadGone: false,
    shutDown: false,
    notFound: false,
    owed: false,
    over: undefined,
    shown: undefined,
    queuedBy: undefined,
    upcalled: false,
    nameFree: false,
  };
  world.admit(operation);
  return operation;
}

const mayHaveBeenSet = (world: World, operation: Operation): boolean => operation.state !== world.tables.operation.stateIndex.free;
