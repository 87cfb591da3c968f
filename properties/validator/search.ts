/**
 * The search: a line is played again and again from one world, each time with other choices, until all have been tried.
 *
 * So a hidden step is written as if one knew how it went: `pick` says which of several ways was gone, and `need` what must hold on it.
 */

import type { WSPSendCall } from '../../model/winsock/trace.ts';
import type { Overlapped, Profile, Send, World } from './world.ts';

/** What is the same in every world: the profile, and the sends as they were posted. `last` is what a socket's name stood for last. */
export interface Trace {
  profile: Profile;
  everyUpcall: boolean;
  period: number;
  calls: Map<number, WSPSendCall>;
  last: Map<string, number>;
}

/** One way through a line: the world that it has made so far. */
export interface Now extends Trace {
  world: World;
  pick<T>(ways: readonly T[]): T;
  need(condition: boolean): void;
}

/** Nothing is decided: the trace is outside the bounds, or its caller broke an obligation. */
export class TooLarge extends Error {}
export const tooLarge = (why: string): never => {
  throw new TooLarge(why);
};

const impossible = new Error('no world is like this');

/** The worlds that a line can make of this one. `budget` is how many choices all worlds together have left. */
export const explore = (trace: Trace, from: World, budget: { left: number }, line: (now: Now) => void): World[] => {
  const found: World[] = [];
  const taken: { way: number; ways: number }[] = [];
  const need = (condition: boolean): void => {
    if (!condition) throw impossible;
  };
  do {
    let at = 0;
    const pick = <T>(ways: readonly T[]): T => {
      if (budget.left-- <= 0) tooLarge('too many hidden steps');
      need(ways.length > 0);
      if (at === taken.length) taken.push({ way: 0, ways: ways.length });
      return ways[taken[at++]?.way ?? 0] as T;
    };
    const now: Now = { ...trace, world: structuredClone(from), pick, need };
    try {
      line(now);
      found.push(now.world);
    } catch (error) {
      if (error !== impossible) throw error;
    }
    while (taken.at(-1)?.way === (taken.at(-1)?.ways ?? 0) - 1) taken.pop();
    const last = taken.at(-1);
    if (last !== undefined) last.way++;
  } while (taken.length > 0);
  return found;
};

export const callOf = ({ calls }: Trace, { id }: Send): WSPSendCall => calls.get(id) as WSPSendCall;
/** The OVERLAPPED of a send, as long as no later send has its name. */
export const overlappedOf = ({ calls, world }: Now, { id }: Send): Overlapped | undefined => {
  const found = world.overlappeds[calls.get(id)?.overlapped ?? ''];
  return found?.send === id ? found : undefined;
};
export const byteOf = (trace: Trace, send: Send, index: number): number => ((callOf(trace, send).fill ?? 0) + index) % trace.period;
