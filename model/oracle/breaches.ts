/** Obligations of the caller that the trace shows broken. They are the program's fault and never the provider's. */

import type { BegunCall, CallerStep, WSPGetOverlappedResultCall } from '../winsock/trace.ts';
import { isSend } from './callKinds.ts';
import { visited } from './effort.ts';
import { blocks } from './operationFacts.ts';
import type { BegunRecord, Operation, World } from './world.ts';

/** It still uses its OVERLAPPED and its buffers: until its routine has run, or else until it is known to be over. */
const isOutstanding = ({ nameFree, over, hasRoutine }: Operation): boolean => !nameFree && (over === undefined || hasRoutine);

/** An OVERLAPPED is given to a send while an operation still uses it. */
export function noteReuse(world: World, operation: Operation): void {
  const { name, socket } = operation;
  world.note(socket?.name, `${name} was given again while an operation was using it`);
  if (!isOutstanding(operation)) return;
  world.breach(
    ['OverlappedLifetime:2', 'OverlappedLifetime:1'],
    `${name} is given to a send while the operation that has it is outstanding`,
  );
}

/** Its buffers are the system's until it is over, whether or not its routine has run by then; those of a call until it returns. */
function usesBuffers(world: World, operation: Operation): boolean {
  const { nameFree, over, status, ignored } = operation;
  return ignored ? callNaming(world, operation) !== undefined : !nameFree && over === undefined && status === undefined;
}

/** The call that names the OVERLAPPED and has not returned. */
export const callNaming = (world: World, operation: Operation): BegunRecord | undefined =>
  [...visited(world.begun.values())].find((record) => record.operation === operation && isSend(record.call));

/**
 * The caller touches what belongs to an operation. False where that is over, so that nothing comes of it: only a result that is asked for
 * from then on is what the caller has left in the OVERLAPPED.
 */
export function noteTouch(world: World, operation: Operation, { caller, what }: CallerStep): boolean {
  if (!(what === 'buffer' ? usesBuffers(world, operation) : isOutstanding(operation))) {
    operation.isOverwritten ||= what === 'overlapped';
    return false;
  }
  const part = what === 'buffer' ? 'a buffer' : 'the OVERLAPPED';
  world.note(operation.socket?.name, `the caller ${caller} ${part} of ${operation.name}`);
  const clause = what === 'buffer' ? 'lpBuffers:3' : 'OverlappedLifetime:1';
  world.breach([clause], `the caller ${caller} ${part} of ${operation.name}, which is outstanding`);
  return true;
}

/** A result is asked for in a way that the caller may not. */
export function noteResultAsked(world: World, { overlapped, socket, wait }: WSPGetOverlappedResultCall): void {
  const operation = world.operations.get(overlapped);
  if (operation === undefined) return;
  if (operation.isOverwritten) {
    world.note(socket, `the result of ${overlapped} is what its caller has left in the OVERLAPPED`);
    world.move(operation, world.tables.operation.stateIndex.unjudged);
  }
  if (wait === true && operation.hasRoutine) {
    world.note(socket, `a wait for ${overlapped}, which has a routine, may give anything`);
    world.breach(['Routine:3'], `the caller waits for the result of ${overlapped}, which has a routine`);
  }
  if (operation.socket === undefined || operation.socket.name === socket) return;
  world.note(socket, `the result of ${overlapped} is asked of another socket than the one that it was posted on`);
  world.breach(
    ['OverlappedLifetime:1'],
    `the result of ${overlapped} is asked of ${socket}, and the operation was posted on ${operation.socket.name}`,
  );
}

/** A call that blocks begins inside a routine that interrupted another such call. Returns the calls that were interrupted. */
export function noteBlockingInside(world: World, call: BegunCall, mayBlock: boolean): readonly BegunRecord[] {
  if (!mayBlock) return [];
  const { stack } = world.thread(call.thread);
  const inside = stack.findLastIndex(({ kind }) => kind === 'routine');
  const interrupted = stack.slice(0, Math.max(inside, 0)).flatMap((frame): BegunRecord[] => {
    const record = frame.kind === 'call' ? world.begun.get(frame.number) : undefined;
    return record !== undefined && blocks(record) ? [record] : [];
  });
  if (interrupted.length > 0)
    world.breach(['WSAEINPROGRESS:1'], `${call.call} may block inside a routine that interrupted a blocking call of its thread`);
  return interrupted;
}
