/** What a state leaves open to be asked: the calls that have not returned, the operations that are outstanding, a send on each socket. */

import type { Profile } from '../clauses/profiles.ts';
import { oracleIn } from './asking.ts';

/** More than a person reads at once; the calls that have not returned come first. */
const openMax = 12;

/** Calls as `permits` takes them. Fails by UnanswerableQuestion. */
export function openCalls(state: unknown, profile: Profile): readonly object[] {
  const { world } = oracleIn(state, profile);
  const ends = [...world.begun].map(([number]) => ({ end: number }));
  const looks = [...world.live].flatMap(({ name: overlapped, socket, hasEvent, hasRoutine }) => [
    { call: 'WSPGetOverlappedResult', socket: socket?.name ?? 'A', overlapped },
    ...(hasEvent && !hasRoutine ? [{ poll: 'event', overlapped }] : []),
  ]);
  const sends = [...world.sockets.values()].filter(({ closed }) => !closed).map(({ name: socket }) => ({ call: 'WSPSend', socket }));
  return [...ends, ...looks, ...sends].slice(0, openMax);
}
