import type { WSPSendRequest } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import type { Draws } from './draws.ts';

/**
 * What comes before a case, mostly nothing: much of the same. What an implementation keeps of each socket, operation or byte, and has room
 * for so many of, shows in whatever comes after them. None of it waits for another's answer.
 */
export const preludeOf = (draws: Draws): readonly CampaignRequest[] => {
  const drawn = draws.below(preludesOneIn);
  return preludes.get((draws.turn ?? drawn) % preludesOneIn)?.(draws) ?? [];
};

/** On a socket that is there for nothing else. */
const name = 'Z';
const opened = (isOverlapped: boolean): readonly CampaignRequest[] => [
  { call: 'WSPSocket', socket: name, type: 'SOCK_STREAM', ...(isOverlapped && { overlapped: true }) },
  { call: 'WSPConnect', socket: name },
];
const close: CampaignRequest = { call: 'WSPCloseSocket', socket: name };
const recv: CampaignRequest = { peer: 'recv', socket: name };
const settle: CampaignRequest = { env: 'settle' };
const setRoom = (value: number): CampaignRequest => ({ call: 'WSPSetSockOpt', socket: name, name: 'SO_SNDBUF', value });

/** Sockets that come and go, on each of which something is sent that may still wait when it is closed. */
const comeAndGo = (draws: Draws): readonly CampaignRequest[] => {
  const isOverlapped = draws.chance(50);
  // More than 128 of them: a limit below that is found by fewer.
  return Array.from({ length: draws.between(130, 150) }, (_, at): readonly CampaignRequest[] => [
    ...opened(isOverlapped),
    { call: 'WSPSend', socket: name, buffers: [1 + (at % 7)], ...(isOverlapped && { overlapped: `z${at}` }) },
    close,
  ]).flat();
};

/** Operations that are outstanding at once, as many as some table of them may have room for, and a few more. */
const manyOutstanding = (draws: Draws, limit: number, modes: readonly ('event' | 'routine' | 'neither')[]): readonly CampaignRequest[] => {
  // Where SO_SNDBUF has no effect, a first send that is longer than the room fills it.
  const isSmall = draws.chance(50);
  const lengths = [isSmall ? 100 : 70_000, ...Array.from({ length: limit + draws.between(-1, 2) }, (_, at) => 1 + ((at * 5) % 9))];
  const sends = lengths.map((length, at): WSPSendRequest => {
    const mode = modes[at % modes.length];
    const how = mode === 'event' ? { event: true as const } : mode === 'routine' ? { routine: true as const } : {};
    return { call: 'WSPSend', socket: name, buffers: [length], fill: (at * 59) % 251, overlapped: `z${at}`, ...how };
  });
  const which = draws.pick(sends)!.overlapped!;
  const cancels: readonly CampaignRequest[] = draws.chance(30) ? [{ call: 'WSPCancelIo', socket: name, overlapped: which }] : [];
  return [...opened(true), ...(isSmall ? [setRoom(64)] : []), ...sends, ...cancels, setRoom(65_536), recv, recv, settle, recv, settle];
};

/** Some four million bytes through one stream: whatever counts them comes past what 16 bits, and 22, can hold. */
const longStream = (draws: Draws): readonly CampaignRequest[] => [
  ...opened(true),
  ...Array.from({ length: draws.between(65, 70) }, (_, at): readonly CampaignRequest[] => [
    { call: 'WSPSend', socket: name, buffers: [65_536 - (at % 3)], fill: (at * 59) % 251, overlapped: `z${at}` },
    recv,
    settle,
  ]).flat(),
  close,
];

/** Each comes once in so many cases: a campaign of the default length has more of them. */
const preludesOneIn = 96;
type Prelude = (draws: Draws) => readonly CampaignRequest[];
const preludes: ReadonlyMap<number, Prelude> = new Map<number, Prelude>([
  [0, comeAndGo],
  // What is more than many shows what is more than few: of these alone are there so many, and those below cost less.
  [24, (draws) => manyOutstanding(draws, 256, draws.pick([['event'], ['neither'], ['event', 'neither']]))],
  [48, longStream],
  [72, (draws) => manyOutstanding(draws, draws.pick([16, 32, 64, 128, 256]), draws.pick([['routine'], ['routine', 'event', 'neither']]))],
]);
