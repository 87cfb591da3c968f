/** What takes operations back: a cancel, a close, a flush, the exit of a thread, and WSACleanup. */

import { reads } from '../clauses/profiles.ts';
import type { WSPCancelIoCall } from '../winsock/trace.ts';
import { threadOf } from '../winsock/trace.ts';
import { visited } from './effort.ts';
import { loosen, noteOver } from './moments.ts';
import { blocks, closeEndsAll } from './operationFacts.ts';
import { maySpan } from './posting.ts';
import { type BegunRecord, causes, type Operation, type Socket, type World } from './world.ts';

/**
 * What happens to an operation that is known to be over is no cause of its status. Once the call that takes it back has returned, a settle
 * owes its end: before, the call may still be waiting.
 */
export function cancel(
  world: World,
  operation: Operation,
  cause: 'cancelled' | 'flushed' | 'threadGone' | 'closed',
  returned: boolean,
): void {
  if (operation.over !== undefined) return;
  operation[cause] = true;
  // Where it gives a packet, the exit of its thread leaves it alone.
  if (cause === 'threadGone' && operation.portBound && reads(world.tables.profile, 'M6:port-survives')) return;
  operation.takenBack ||= returned && cause !== 'threadGone';
  world.touch(operation);
  loosen(operation, true, cause === 'closed' && closeEndsAll(world));
}

export function cancelAll(world: World, socket: Socket, cause: 'flushed' | 'closed', returned: boolean): void {
  for (const operation of visited(socket.operations)) cancel(world, operation, cause, returned);
}

/** The operations that WSPCancelIo names: one, all of a socket younger than an id, or those of them that its own thread started. */
function namedBy(world: World, socket: Socket, call: WSPCancelIoCall, upTo: number): readonly Operation[] {
  const { overlapped, scope } = call;
  // Of several that had the same OVERLAPPED, all but the latest are over, or nothing of them is judged.
  const latest = overlapped === undefined ? undefined : world.operations.get(overlapped);
  const named = overlapped === undefined ? socket.operations.after(upTo) : latest === undefined ? [] : [latest];
  const isOwn = (operation: Operation): boolean => scope !== 'thread' || operation.thread === threadOf(call);
  return [...visited(named)].filter((operation) => isOwn(operation) && socket.operations.has(operation));
}

export function cancelNamed(world: World, socket: Socket, call: WSPCancelIoCall, returned: boolean): void {
  const named = namedBy(world, socket, call, socket.cancelledUpTo);
  for (const operation of named) cancel(world, operation, 'cancelled', returned);
  if (returned && isOfAll(call)) socket.cancelledUpTo = metUpTo(world, named, socket.cancelledUpTo);
}

export function missNamed(world: World, socket: Socket, call: WSPCancelIoCall): void {
  const named = namedBy(world, socket, call, socket.missedUpTo);
  for (const operation of named) {
    if (operation.state !== world.tables.operation.stateIndex.pending) continue;
    // There was nothing to cancel: it was complete by then.
    noteOver(world, operation);
  }
  if (isOfAll(call)) socket.missedUpTo = metUpTo(world, named, socket.missedUpTo);
}

const isOfAll = ({ overlapped, scope }: WSPCancelIoCall): boolean => overlapped === undefined && scope === undefined;

/** The last operation up to which another WSPCancelIo of all changes nothing. One whose send has not returned is still to change. */
function metUpTo(world: World, met: readonly Operation[], before: number): number {
  const { begun, free } = world.tables.operation.stateIndex;
  const open = met.findIndex(({ state }) => state === begun || state === free);
  return (open < 0 ? met : met.slice(0, open)).at(-1)?.id ?? before;
}

/** From here on the call may end before all of its bytes have left. */
export function interrupt(record: BegunRecord): void {
  if (!blocks(record) || record.over !== undefined) return;
  record.interrupted = true;
  if (record.segment !== undefined && record.socket?.isStream) record.socket.stream.loosen(record.segment);
}

/** What a close that has begun may do to the sends of its socket, or what one has done that has returned. */
export function mayBeClosed(world: World, socket: Socket, hasReturned = false): void {
  for (const record of visited(socket.sends)) {
    if (record.over !== undefined) continue;
    record.mayBeClosed = true;
    record.closedMeanwhile ||= hasReturned;
    if (record.segment !== undefined && socket.isStream && maySpan(record)) socket.stream.loosen(record.segment, true, closeEndsAll(world));
  }
  cancelAll(world, socket, 'closed', hasReturned);
}

/**
 * WSACleanup cancels every blocking call. The last of as many as there were calls of WSAStartup closes every socket as well, resets its
 * connection, and cancels what pends without an indication; how many there were, a trace does not say. So each socket may be closed from
 * here on, and nothing is owed.
 */
export function cleanUp(world: World): void {
  world.cleanedUp = true;
  for (const record of world.begun.values()) interrupt(record);
  for (const socket of visited(world.sockets.values())) {
    if (socket.closed) continue;
    socket.closing++;
    socket.lossy = true;
    if (socket.isStream) socket.causes |= causes.reset;
    for (const segment of socket.stream.reading.segments) socket.stream.loosen(segment, true, closeEndsAll(world));
    mayBeClosed(world, socket);
    for (const operation of visited(socket.operations)) cancel(world, operation, 'cancelled', false);
  }
}

/** Once WSACleanup was called, any call may find that nothing is started up. The page knows of no such code. */
export const isAfterCleanUp = (world: World, code: string | undefined): boolean =>
  code === 'WSANOTINITIALISED' && world.cleanedUp && reads(world.tables.profile, 'BeyondTheTable:with-cause');
