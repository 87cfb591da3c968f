/**
 * When an operation is over.
 *
 * A completion is a moment. Once it is known to have come, its status is fixed by what had happened by then: a later close, cancel, exit or
 * break of the circuit is no cause for it, and its bytes do not vanish.
 */

import { visited } from './effort.ts';
import { closeEndsAll, isOutrun, mayBeConsumed, mayBeOver, noCauses, surelyOver } from './operationFacts.ts';
import type { Segment } from './segments.ts';
import type { ByteStream } from './stream.ts';
import type { BegunRecord, Circumstances, Operation, Socket, World } from './world.ts';

/** It is known to be complete. */
export function noteOver(world: World, operation: Operation): void {
  if (operation.over === undefined) {
    const isConsumed = mayBeConsumed(operation);
    operation.over = circumstancesOf(world, operation.socket, isConsumed);
    if (!isConsumed) noteFailed(operation);
  }
  noteComplete(world, operation);
  world.touch(operation);
}

/** It ended before all of its bytes were taken, so that no more of them leave. */
export function noteFailed({ socket, segment }: Operation): void {
  if (socket === undefined || segment === undefined) return;
  if (!socket.isStream) socket.datagrams.remove(segment);
  else {
    socket.stream.loosen(segment, false);
    socket.stream.close(segment);
  }
}

/** From here on the port may have to give its packet. */
export function noteComplete(world: World, operation: Operation): void {
  if (operation.owesPacket && !operation.packetSeen && !operation.skipsPort) world.completePackets.add(operation);
}

const circumstancesOf = (world: World, socket: Socket | undefined, isConsumed: boolean): Circumstances => ({
  causes: socket?.causes ?? 0,
  circuit: socket?.circuit ?? world.tables.circuit.initial,
  networkDown: world.networkDown,
  routeLost: socket?.routeLost === true,
  at: world.time,
  mayBeConsumed: isConsumed,
});

/** All of the bytes of a send that has not returned are taken, unless something had broken it off before. */
function noteTakenInCall(world: World, record: BegunRecord): void {
  const { socket, segment } = record;
  if (record.over !== undefined || record.interrupted || record.mayBeClosed || segment === undefined || segment.length === 0) return;
  if (segment.min < segment.length - Number(segment.urgent) || !surelyOver(socket, segment)) return;
  // What ends all that is posted has not ended a call behind which something left.
  const isPassed = socket !== undefined && isOutrun(world, { socket, segment, status: record.operation?.status });
  record.over = { ...circumstancesOf(world, socket, true), ...(isPassed && noCauses(world)) };
}

/** Something left of a socket: bytes leave in order, so the operations whose bytes came before are over. */
export function noteConsumed(world: World, socket: Socket): void {
  world.changes.addSocket(socket);
  for (const record of visited(socket.sends)) {
    if (record.segment !== undefined && !mayBeOver(socket, record.segment)) break;
    noteTakenInCall(world, record);
  }
  let taken: Operation[] | undefined;
  for (const operation of visited(socket.waiting)) {
    if (operation.over !== undefined) continue;
    if (!surelyOver(socket, operation.segment)) break;
    // A send that did not pend may have left before the transport says so, and all of this one with it.
    if (operation.segment !== undefined) operation.segment.mayBeUnreported = true;
    noteOver(world, operation);
    notePassed(world, operation);
    taken ??= [];
    taken.push(operation);
  }
  for (const operation of taken ?? []) socket.waiting.delete(operation);
}

/** What ends all that is posted has not ended an operation behind which something left. */
function notePassed(world: World, operation: Operation): void {
  if (!isOutrun(world, operation)) return;
  operation.over = { ...operation.over!, ...noCauses(world) };
  operation.closed &&= !closeEndsAll(world);
}

/** From here on the operation may end before all of its bytes have left, unless it is known to be over. */
export function loosen(operation: Operation, isBroken = true, endsAll = false): void {
  const { socket, segment } = operation;
  if (socket === undefined || segment === undefined || operation.status === '0' || operation.over !== undefined) return;
  if (socket.isStream) socket.stream.loosen(segment, isBroken, endsAll);
  else Object.assign(segment, { min: 0, isLoose: segment.isLoose || isBroken });
}

/** Codes of a circuit that failed: nothing of what is posted on it leaves from then on. */
const circuitCodes: ReadonlySet<string> = new Set(['WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET', 'WSAENETDOWN']);

/** Whether what ended a send with this status ended all behind it too. */
const endsAll = ({ mayEnd }: Segment, status: string): boolean =>
  circuitCodes.has(status) || (status === 'WSA_OPERATION_ABORTED' && mayEnd === 'with all');

/** A send ended with this status before all of its bytes had left. */
export function breakOff(stream: ByteStream, segment: Segment, status: string): void {
  const isCut = endsAll(segment, status);
  stream.loosen(segment, true, isCut);
  if (isCut) stream.took.cut(segment);
}

/** What the status of an operation says of its bytes. */
export function concludeBytes(socket: Socket, segment: Segment, status: string, bytes: number | undefined): void {
  if (!socket.isStream) {
    // A datagram leaves whole or not at all.
    if (status === '0' || (bytes ?? 0) > 0) socket.datagrams.consume(segment);
    else if (status === 'WSAEMSGSIZE') socket.datagrams.remove(segment);
    else segment.min = 0;
    if (status === 'WSAENETDOWN') socket.datagrams.cutBehind(segment);
    return;
  }
  if (status === '0' && socket.lossy) socket.stream.consume(segment);
  else if (status === '0') socket.stream.complete(segment);
  else {
    breakOff(socket.stream, segment, status);
    if (bytes !== undefined && bytes > 0) socket.stream.atLeast(segment, bytes);
    socket.stream.close(segment);
  }
  socket.stream.unwatch(segment);
}

/**
 * How many operations that are over stay known by name, and how many are forgotten at a time. More would outlive the young generation of
 * the heap, and be garbage of the old one that a long trace piles up.
 */
const finishedMax = 1280;
const forgottenAtATime = 256;

/** An operation that is over and indicated is kept only for later questions, and the oldest of them are forgotten. */
export function conclude(world: World, operation: Operation): void {
  const { indicated, due, doneAtOnce } = world.tables.operation.stateIndex;
  const over =
    operation.status !== undefined &&
    (operation.hasRoutine ? operation.state === indicated : operation.state === due || operation.state === doneAtOnce);
  if (!over || !world.live.has(operation)) return;
  world.dismiss(operation);
  world.finished.push(operation);
  if (world.finished.length < finishedMax) return;
  for (const old of world.finished.splice(0, forgottenAtATime)) {
    if (old.skipsPort) world.expectNoPacket(old);
    if (world.operations.get(old.name) === old) {
      world.operations.delete(old.name);
      world.forgotten = true;
    }
  }
}
