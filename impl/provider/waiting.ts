/**
 * The one place where a call waits. What waits is an operation: a blocking send for its own, WSPGetOverlappedResult for the one it names.
 *
 * `park` gives what `conclude` makes of the operation once it was indicated: as a value where the thread itself can be stopped
 * (threads.ts), as a promise where a scheduler owns the threads. `conclude` runs before the operation goes back to its pool.
 */

import type { Waits } from '../../model/winsock/spi.ts';
import type { Operation } from './operation.ts';

export interface Waiting {
  park<T>(operation: Operation, conclude: (operation: Operation) => T): Waits<T>;
}

/** The threads belong to a scheduler, which goes on with others until the promise resolves. */
export const scheduled: Waiting = {
  park(operation, conclude) {
    return new Promise((resolve) => listen(operation, () => resolve(conclude(operation))));
  },
};

/** `waiter` is called when the operation is indicated. */
export const listen = (operation: Operation, waiter: () => void): void => {
  operation.complicate();
  operation.waiters ??= [];
  operation.waiters.push(waiter);
};

export const wake = (operation: Operation): void => {
  const { waiters } = operation;
  if (waiters === null) return;
  // A waiter may give the operation back, and it may be another one then.
  operation.waiters = null;
  for (const waiter of waiters) waiter();
};
