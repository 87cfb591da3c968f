import type { Operation } from '../../model/oracle/world.ts';
import { mainThread } from '../../model/winsock/trace.ts';
import type { Draws } from './draws.ts';
import type { Sends } from './sends.ts';
import type { View } from './view.ts';

/** Everything that a kind of request may look at. */
export interface Moment {
  readonly view: View;
  readonly draws: Draws;
  readonly sends: Sends;
  readonly injections: readonly string[];
}

/** A thread that can call now. */
export const aThread = ({ view, draws }: Moment): { thread?: string } => {
  const thread = draws.chance(85) ? view.idle[0]! : draws.pick(view.idle)!;
  return thread === mainThread ? {} : { thread };
};

export const canCall = ({ view }: Moment): boolean => view.idle.length > 0;

/** Operations that may be outstanding on sockets that are open. */
export const liveOf = ({ view }: Moment): Operation[] => view.live.filter(({ socket }) => socket?.closed === false);
