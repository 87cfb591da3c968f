import type { Operation } from '../../model/oracle/world.ts';
import { mainThread } from '../../model/winsock/trace.ts';
import type { Choices } from './choices.ts';
import type { Sends } from './sends.ts';
import type { View } from './view.ts';

/** Everything that a kind of request may look at. */
export interface Moment {
  readonly view: View;
  readonly choices: Choices;
  readonly sends: Sends;
  readonly injections: readonly string[];
}

/** A thread that can call now. */
export const aThread = ({ view, choices }: Moment): { thread?: string } => {
  const thread = choices.chance(85) ? view.idle[0]! : choices.pick(view.idle)!;
  return thread === mainThread ? {} : { thread };
};

export const canCall = ({ view }: Moment): boolean => view.idle.length > 0;

/** Operations that may be outstanding on sockets that are open. */
export const liveOf = ({ view }: Moment): Operation[] => view.live.filter(({ socket }) => socket?.closed === false);
