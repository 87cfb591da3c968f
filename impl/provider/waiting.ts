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
    return new Promise((resolve) => operation.waiters.push(() => resolve(conclude(operation))));
  },
};

export const wake = (operation: Operation): void => {
  if (operation.waiters.length === 0) return;
  // A waiter may give the operation back, which empties the list.
  for (const waiter of operation.waiters.splice(0)) waiter();
};
