import { type Profile, reads } from '../../model/clauses/profiles.ts';
import type { Operation, Socket, World } from '../../model/oracle/world.ts';
import { type CallRequest, mainThread } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import type { Draws } from './draws.ts';
import { aThread, canCall, liveOf, type Moment } from './moment.ts';
import { beyondAWord, looks, plans } from './plans.ts';
import { preludeOf } from './preludes.ts';
import { dispositionOf, provocationsOf, provoke } from './provocations.ts';
import { type Mode, Sends } from './sends.ts';
import type { Unsupported } from './unsupported.ts';
import { socketName, View } from './view.ts';

/**
 * The next request: one of those that make sense in the state in which the judge sees the implementation, so that no request is
 * wasted. A weight is how often a kind comes where it is possible at all.
 */

const socketsOpenMax = 3;
const socketsMax = 10;

interface Kind {
  readonly weight: (moment: Moment) => number;
  readonly make: (moment: Moment) => readonly CampaignRequest[];
}

export class Chooser {
  readonly #draws: Draws;
  readonly #sends: Sends;
  readonly #injections: readonly string[];
  readonly #unsupported: Unsupported;

  /** `injections` are the kinds of environment that the implementation offers in addition to those of trace/1. */
  constructor(draws: Draws, injections: readonly string[], unsupported: Unsupported, profile: Profile) {
    this.#draws = draws;
    this.#sends = new Sends(draws);
    this.#injections = provocationsOf(injections, profile);
    this.#unsupported = unsupported;
  }

  /** What comes before a case, mostly nothing. It does not count among the requests of the case. */
  before(): readonly CampaignRequest[] {
    const prelude = preludeOf(this.#draws);
    return prelude.every((request) => this.#unsupported.isWorthAsking(request)) ? prelude : [];
  }

  /** One request, or several that belong together and none of which waits for another's answer. None once the draws are used up. */
  next(world: World): readonly CampaignRequest[] {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (this.#draws.isOver) return [];
      const [first, ...rest] = this.#choose(world);
      // What follows makes no sense without the first: a connection without its socket.
      if (first !== undefined && this.#unsupported.isWorthAsking(first))
        return [first, ...rest.filter((request) => this.#unsupported.isWorthAsking(request))];
    }
    return [{ env: 'settle' }];
  }

  #choose(world: World): readonly CampaignRequest[] {
    const moment: Moment = { view: new View(world), draws: this.#draws, sends: this.#sends, injections: this.#injections };
    const weights = kinds.map(({ weight }) => weight(moment));
    let point = this.#draws.below(weights.reduce((sum, weight) => sum + weight, 0));
    const chosen = kinds[weights.findIndex((weight) => (point -= weight) < 0)]!;
    const requests = chosen.make(moment);
    return requests.length > 0 ? requests : [{ env: 'settle' }];
  }
}

/** Draws in a row of what an implementation cannot do, one after the other. */
const attemptsMax = 8;

// ---- Who and what --------------------------------------------------------------------------------------------------------------

const boundOf = ({ world }: View): Socket[] => [...world.sockets.values()].filter(({ portBound }) => portBound);
const anOpen = ({ view, draws }: Moment): Socket => draws.pick(view.open)!;
const connectedOf = ({ view }: Moment): Socket[] => view.open.filter((socket) => view.isConnected(socket));
const unconnectedOf = ({ view }: Moment): Socket[] => view.open.filter((socket) => !view.isConnected(socket));
const plannable = (moment: Moment): Socket[] => connectedOf(moment).filter(({ isStream, overlapped }) => isStream && overlapped);
const streamsOf = (moment: Moment): Socket[] => connectedOf(moment).filter(({ isStream }) => isStream);
const unboundOf = (moment: Moment): Socket[] => plannable(moment).filter(({ portBound }) => !portBound);
const nonblockingOf = (moment: Moment): Socket[] => connectedOf(moment).filter(({ nonblocking }) => nonblocking);

/** Mostly what is outstanding, and sometimes what is long over. */
const anOperation = ({ view, draws }: Moment): Operation => {
  const { live, operations } = view;
  return (draws.chance(70) ? draws.pick(live) : undefined) ?? draws.pick(operations)!;
};

const resultOf = (operation: Operation): CallRequest => ({
  call: 'WSPGetOverlappedResult',
  socket: operation.socket?.name ?? 'none',
  overlapped: operation.name,
});

/** A socket to send on: mostly a connected one, now and then one on which a send must fail. */
const aTarget = (moment: Moment): { name: string; socket: Socket | undefined } => {
  const { view, draws } = moment;
  const odd = draws.below(32);
  const socket = odd === 0 ? draws.pick(view.closed) : odd === 1 ? draws.pick(unconnectedOf(moment)) : draws.pick(connectedOf(moment));
  if (odd === 2) return { name: 'never', socket: undefined };
  const found = socket ?? anOpen(moment);
  return { name: found.name, socket: found.closed ? undefined : found };
};

const packetsMax = 8;
const roomValues = [0, 1, 2, 7, 16, 64, 64, 100, 300, 1000, 4096, 20_000, 65_536] as const;

// ---- Kinds of request ----------------------------------------------------------------------------------------------------------

const when = (isPossible: boolean, weight: number): number => (isPossible ? weight : 0);

/** Binds a socket to the completion port; now and then its port is skipped where a send returns zero. */
const bindPort = ({ draws }: Moment, socket: string): CampaignRequest[] => {
  const bind: CampaignRequest = { call: 'CreateIoCompletionPort', socket };
  if (!draws.chance(40)) return [bind];
  return [bind, { call: 'SetFileCompletionNotificationModes', socket, modes: ['FILE_SKIP_COMPLETION_PORT_ON_SUCCESS'] }];
};

/** Takes packets until there is none, or just one. */
const takePackets = ({ view, draws }: Moment): CampaignRequest[] => {
  const { name } = draws.pick(boundOf(view))!;
  const ask: CampaignRequest = { port: 'packet', socket: name };
  if (draws.chance(50)) return [ask];
  return [{ env: 'settle' }, ...new Array<CampaignRequest>(Math.min(view.world.packets.size, packetsMax) + 1).fill(ask)];
};

/** Sends of which some are complete at once and some pend, until the peer has read them all: each gives its packet, and gives one. */
const givePackets = (moment: Moment, socket: Socket): CampaignRequest[] => {
  const { view, draws, sends } = moment;
  const { name } = socket;
  const taken: string[] = [];
  const recv: CampaignRequest = { peer: 'recv', socket: name };
  // The first finds all the room that there is.
  const sending = Array.from({ length: draws.between(2, 4) }, (_, at) => {
    const length = at > 0 && draws.chance(60) ? sends.longerThanRoom(name) : draws.between(0, 9);
    const overlapped = sends.freeOverlapped(view, taken);
    taken.push(overlapped);
    return { ...sends.make(view, socket, name, { mode: draws.pick(['event', 'neither']), length }), overlapped };
  });
  const first = draws.pick(taken)!;
  const cancels: CampaignRequest[] = draws.chance(30) ? [{ call: 'WSPCancelIo', socket: name, overlapped: first }] : [];
  const asks = new Array<CampaignRequest>(Math.min(view.world.packets.size + sending.length, packetsMax) + 1).fill({
    port: 'packet',
    socket: name,
  });
  const bound = socket.portBound ? [] : bindPort(moment, name);
  return [...bound, recv, { env: 'settle' }, ...sending, ...cancels, recv, { env: 'settle' }, ...asks];
};

/** Urgent data, where nothing else is on its way, so that it shows which byte is urgent and what becomes of the others. */
const sendUrgent = ({ view, draws, sends }: Moment, socket: Socket): CampaignRequest[] => {
  const recv: CampaignRequest = { peer: 'recv', socket: socket.name };
  const mode = socket.overlapped ? draws.pick<Mode>(['sync', 'event', 'routine', 'neither']) : 'sync';
  const send = sends.make(view, socket, socket.name, { mode, length: draws.between(1, 40) });
  const behind = sends.make(view, socket, socket.name, { mode: 'sync', length: draws.between(1, 9) });
  return [recv, { ...send, flags: ['MSG_OOB'] }, ...(draws.chance(50) ? [behind] : []), recv, { env: 'settle' }, recv];
};

/** A socket that is seen writable takes something of the send that comes next. So does one that had no room, once its peer has read. */
const sendWhereWritable = ({ view, draws, sends }: Moment, socket: Socket): CampaignRequest[] => {
  const { name } = socket;
  const thread = draws.pick(view.idle)!;
  const look: CampaignRequest = { poll: 'writable', socket: name };
  const send = (length: number) => sends.make(view, socket, name, { mode: 'sync', length, thread });
  const looked = [look, send(draws.between(1, 300))];
  if (draws.chance(60)) return looked;
  const filled = [send(sends.longerThanRoom(name)), send(sends.longerThanRoom(name))];
  return [look, ...filled, { peer: 'recv', socket: name }, { env: 'settle' }, ...looked];
};

const openSocket = (moment: Moment): CampaignRequest[] => {
  const { draws, sends } = moment;
  const socket = socketName(moment.view);
  const isDatagram = draws.chance(16);
  const isOverlapped = draws.chance(70);
  const requests: CampaignRequest[] = [
    { call: 'WSPSocket', socket, type: isDatagram ? 'SOCK_DGRAM' : 'SOCK_STREAM', ...(isOverlapped && { overlapped: true }) },
  ];
  if (draws.chance(88)) {
    const toBroadcast = isDatagram && draws.chance(30);
    requests.push({ call: 'WSPConnect', socket, ...(toBroadcast && { to: 'broadcast' as const }) });
    if (toBroadcast && draws.chance(50)) requests.push({ call: 'WSPSetSockOpt', socket, name: 'SO_BROADCAST', value: 1 });
    if (isDatagram && draws.chance(60)) requests.push({ call: 'WSPGetSockOpt', socket, name: 'SO_MAX_MSG_SIZE' });
    if (draws.chance(75)) {
      const value = draws.pick(roomValues);
      sends.setRoom(socket, value);
      requests.push({ call: 'WSPSetSockOpt', socket, name: 'SO_SNDBUF', value });
    }
    if (draws.chance(30)) requests.push(...dispositionOf(moment, socket));
    if (draws.chance(isOverlapped ? 25 : 50)) requests.push({ call: 'WSPIoctl', socket, code: 'FIONBIO', value: 1 });
    if (isOverlapped && draws.chance(20)) requests.push(...bindPort(moment, socket));
  }
  return requests;
};

const kinds: readonly Kind[] = [
  {
    weight: (moment) => {
      const { open, world } = moment.view;
      if (!canCall(moment)) return 0;
      if (open.length === 0) return 400;
      return when(open.length < socketsOpenMax && world.sockets.size < socketsMax, open.length === 1 ? 8 : 3);
    },
    make: openSocket,
  },
  {
    weight: (moment) => when(canCall(moment) && unconnectedOf(moment).length > 0, 4),
    make: (moment) => {
      const socket = moment.draws.pick(unconnectedOf(moment))!;
      if (moment.view.stateOf(socket) === 'unbound' && moment.draws.chance(40))
        return [{ call: 'WSPBind', ...aThread(moment), socket: socket.name }];
      return [{ call: 'WSPConnect', ...aThread(moment), socket: socket.name }];
    },
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.open.length > 0, 3),
    make: (moment) => [
      { call: 'WSPIoctl', ...aThread(moment), socket: anOpen(moment).name, code: 'FIONBIO', value: moment.draws.below(2) },
    ],
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.open.length > 0, 5),
    make: (moment) => {
      const { name } = anOpen(moment);
      // What waits may be long, and would leave byte by byte.
      const waits = liveOf(moment).length > 0 || moment.view.sending.length > 0;
      const value = moment.draws.pick(waits ? roomValues.slice(-4) : roomValues)!;
      moment.sends.setRoom(name, value);
      return [{ call: 'WSPSetSockOpt', ...aThread(moment), socket: name, name: 'SO_SNDBUF', value }];
    },
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.open.length > 0, 3),
    make: (moment) => [
      {
        call: 'WSPShutdown',
        ...aThread(moment),
        socket: anOpen(moment).name,
        how: moment.draws.pick(['SD_SEND', 'SD_BOTH', 'SD_RECEIVE']),
      },
    ],
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.open.length > 0, 3),
    make: (moment) => {
      const socket = anOpen(moment).name;
      const close: CampaignRequest = { call: 'WSPCloseSocket', ...aThread(moment), socket };
      const recv: CampaignRequest = { peer: 'recv', socket };
      // How its stream ends is seen by a peer that looks.
      if (!moment.draws.chance(35)) return moment.draws.chance(40) ? [close, recv, { env: 'settle' }, recv] : [close];
      // With a time the close of a real stack waits as long as that, and a driver cannot answer.
      const isTimed = moment.view.world.spiSide && moment.draws.chance(50);
      const value = { l_onoff: 1, l_linger: isTimed ? moment.draws.between(1, 9) : 0 };
      return [{ call: 'WSPSetSockOpt', ...aThread(moment), socket, name: 'SO_LINGER', value }, close];
    },
  },
  {
    weight: (moment) => when(canCall(moment) && liveOf(moment).length > 0, 4),
    make: (moment) => {
      const operation = moment.draws.pick(liveOf(moment))!;
      const which = moment.draws.chance(65) ? { overlapped: operation.name } : {};
      return [{ call: 'WSPCancelIo', ...aThread(moment), socket: operation.socket!.name, ...which }];
    },
  },
  {
    weight: (moment) => when(canCall(moment) && liveOf(moment).length > 0, 1),
    make: (moment) => [
      { call: 'WSPIoctl', ...aThread(moment), socket: moment.draws.pick(liveOf(moment))!.socket!.name, code: 'SIO_FLUSH' },
    ],
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.open.length > 0, 60),
    make: (moment) => {
      const { name, socket } = aTarget(moment);
      return [moment.sends.make(moment.view, socket, name)];
    },
  },
  {
    weight: (moment) => when(canCall(moment) && plannable(moment).length > 0, 20),
    make: (moment) => moment.draws.pick(plans)(moment, moment.draws.pick(plannable(moment))!),
  },
  {
    weight: (moment) => when(canCall(moment) && plannable(moment).length > 0, 1),
    make: (moment) => (moment.draws.chance(25) ? beyondAWord(moment, moment.draws.pick(plannable(moment))!) : []),
  },
  {
    weight: (moment) => when(moment.view.operations.length > 0, 14),
    make: (moment) => [{ poll: moment.draws.chance(60) ? 'event' : 'count', overlapped: anOperation(moment).name }],
  },
  {
    weight: (moment) => when(canCall(moment) && moment.view.operations.length > 0, 10),
    make: (moment) => [{ ...resultOf(anOperation(moment)), ...aThread(moment) } as CallRequest],
  },
  {
    // A wait is legal for an operation with an event and no routine; the main thread is kept for the other calls.
    weight: (moment) => when(moment.view.idle.length > 1 && liveOf(moment).some(({ hasEvent, hasRoutine }) => hasEvent && !hasRoutine), 2),
    make: (moment) => {
      const operation = moment.draws.pick(liveOf(moment).filter(({ hasEvent, hasRoutine }) => hasEvent && !hasRoutine))!;
      return [{ ...resultOf(operation), thread: moment.view.idle.at(-1)!, wait: true } as CallRequest];
    },
  },
  {
    weight: (moment) => when(canCall(moment), moment.view.idle.some((name) => moment.view.hasRoutines(name)) ? 16 : 3),
    make: (moment) => {
      const { view, draws } = moment;
      const waiting = view.idle.filter((name) => view.hasRoutines(name));
      const thread = (draws.chance(85) ? draws.pick(waiting) : undefined) ?? draws.pick(view.idle)!;
      return [{ call: 'SleepEx', ...(thread !== mainThread && { thread }) }];
    },
  },
  {
    weight: ({ view }) => when(view.world.sockets.size > 0, view.idle.length < 3 ? 30 : 22),
    make: ({ view, draws }) => {
      const { name } = (draws.chance(90) ? draws.pick(view.open) : undefined) ?? draws.pick([...view.world.sockets.values()])!;
      const size = draws.below(4);
      return [{ peer: 'recv', socket: name, ...(size > 0 && { bytes: draws.pick([1, 3, 10, 64, 500, 4096, 70_000]) }) }];
    },
  },
  { weight: () => 9, make: () => [{ env: 'settle' }] },
  {
    weight: ({ view }) => when(boundOf(view).length > 0, view.world.packets.size > 0 ? 12 : 1),
    make: takePackets,
  },
  {
    // What is pending by then gives its packet too.
    weight: (moment) => when(canCall(moment) && unboundOf(moment).length > 0, 1),
    make: (moment) => bindPort(moment, moment.draws.pick(unboundOf(moment))!.name),
  },
  {
    weight: (moment) => when(canCall(moment) && plannable(moment).length > 0, plannable(moment).some(({ portBound }) => portBound) ? 8 : 2),
    make: (moment) => {
      const bound = plannable(moment).filter(({ portBound }) => portBound);
      return givePackets(moment, moment.draws.pick(bound) ?? moment.draws.pick(plannable(moment))!);
    },
  },
  {
    weight: (moment) => when(canCall(moment) && streamsOf(moment).length > 0, 2),
    make: (moment) => sendUrgent(moment, moment.draws.pick(streamsOf(moment))!),
  },
  {
    weight: (moment) => when(canCall(moment) && nonblockingOf(moment).length > 0, 4),
    make: (moment) => sendWhereWritable(moment, moment.draws.pick(nonblockingOf(moment))!),
  },
  {
    weight: (moment) => when(connectedOf(moment).length > 0, 2),
    make: (moment) => {
      const { name } = moment.draws.pick(connectedOf(moment))!;
      const kind = moment.draws.below(16);
      if (kind < 5) return [{ env: 'peer.reset', socket: name }];
      if (kind < 9) return [{ env: 'peer.close', socket: name }];
      if (kind < 12) return [{ env: 'peer.shutdown', socket: name }];
      if (kind < 13) return [{ env: 'keepalive.failed', socket: name }];
      if (kind < 14) return [{ env: 'circuit.timeout', socket: name }];
      return [moment.draws.chance(35) ? { env: 'network.down' } : { env: 'network.down', socket: name }];
    },
  },
  {
    // A profile without the code of a cancelled call does not say what such a call returns.
    weight: ({ view }) => when(view.sending.length > 0 && reads(view.world.tables.profile, 'D2:corrected-only'), 4),
    make: ({ view, draws }) => [{ call: 'WSPCancelBlockingCall', thread: draws.pick(view.sending)! }],
  },
  {
    weight: ({ view }) => when(view.idle.length > 1, 2),
    make: (moment) => {
      const thread = moment.view.idle.at(-1)!;
      const exit: CampaignRequest = { call: 'ExitThread', thread };
      const socket = moment.draws.pick(plannable(moment));
      if (socket === undefined || moment.draws.chance(40)) return [exit];
      const { draws, sends, view } = moment;
      const recv: CampaignRequest = { peer: 'recv', socket: socket.name };
      const made = (mode: Mode, length: number) => sends.make(view, socket, socket.name, { mode, length, routine: true, thread });
      if (draws.chance(50)) {
        // What the exit cancels, or leaves alone, shows in the results.
        const send = made(draws.pick(['event', 'neither']), sends.longerThanRoom(socket.name));
        return [send, exit, { env: 'settle' }, ...looks(send), recv, { env: 'settle' }, ...looks(send)];
      }
      // A routine that is queued for a thread is lost with it, whichever thread waits alertably afterwards.
      const length = draws.chance(70) ? 2 : sends.longerThanRoom(socket.name);
      return [made('routine', length), exit, recv, { env: 'settle' }, { call: 'SleepEx' }];
    },
  },
  {
    weight: (moment) => when(moment.injections.length > 0 && connectedOf(moment).length > 0, 28),
    make: (moment) => provoke(moment, moment.draws.pick(connectedOf(moment))!),
  },
];
