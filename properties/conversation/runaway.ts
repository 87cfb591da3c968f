import type { ProviderModule } from '../../model/winsock/spi.ts';
import type { ReplyLine } from './replyLine.ts';

/**
 * A provider that never stops is stopped where it can be: by the number of upcalls that it makes between two requests, and by the
 * number of lines that one request brings. A loop that calls nobody cannot be interrupted from the same thread.
 */

const upcallsMax = 20_000;
export const linesMax = 50_000;

/** Whether a line counts. Received bytes do not: they cannot exceed what was sent, and may come in pieces of any size. */
export const countsAsLine = (line: ReplyLine): boolean => !('runs' in line) || line.runs.every(([, length]) => length === 0);

/** The same provider, whose upcalls fail once they are beyond counting. */
export const guarded = (module: ProviderModule): ProviderModule => {
  let upcallsMade = 0;
  const counted = <A extends unknown[], R>(upcall: (...args: A) => R) => {
    return (...args: A): R => {
      if (++upcallsMade > upcallsMax) throw new RangeError(`a case takes at most ${upcallsMax} upcalls`);
      return upcall(...args);
    };
  };
  return {
    WSPStartup: ({ WPUQueueApc, WPUCompleteOverlappedRequest, WPUResetEvent }) =>
      module.WSPStartup({
        WPUQueueApc: counted(WPUQueueApc),
        WPUCompleteOverlappedRequest: counted(WPUCompleteOverlappedRequest),
        WPUResetEvent: counted(WPUResetEvent),
      }),
    world: () => module.world(),
  };
};
