import type { Socket } from '../../model/oracle/world.ts';
import { type CallRequest, mainThread, type WSPSendRequest } from '../../model/winsock/trace.ts';
import type { CampaignRequest } from '../conversation/requests.ts';
import type { Moment } from './moment.ts';
import type { Mode } from './sends.ts';
import { beyond31Bits } from './sizes.ts';
import { socketName } from './view.ts';

/** Requests in a row that matter together, and that single draws would rarely line up. */
type Plan = (moment: Moment, socket: Socket) => readonly CampaignRequest[];

const sleep = (thread: string | undefined): CallRequest => ({ call: 'SleepEx', ...(thread !== undefined && { thread }) });

/** Sends until some pend, then the peer drains, everything settles and the indications are looked at. */
const fillAndDrain: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'routine', 'neither', 'both', 'event', 'routine']);
  const { draws } = moment;
  const drains: CampaignRequest[] = draws.chance(50)
    ? [{ peer: 'recv', socket: socket.name }]
    : [
        { peer: 'recv', socket: socket.name, bytes: draws.between(1, 300) },
        { env: 'settle' },
        ...sending.flatMap(polls),
        { peer: 'recv', socket: socket.name },
      ];
  return [...sending, ...drains, { env: 'settle' }, ...sending.flatMap(looks)];
};

/** Sends that pend and are then taken back, all or one of them; those of another socket are not. */
const fillAndCancel: Plan = (moment, socket) => {
  const { before, sending } = withBystander(moment, socket, ['event', 'event', 'routine', 'neither']);
  const one = moment.draws.pick(sending.filter((send) => send.socket === socket.name))!;
  const { name } = socket;
  const cancels: CampaignRequest = moment.draws.chance(65)
    ? { call: 'WSPCancelIo', socket: name, overlapped: one.overlapped! }
    : moment.draws.chance(60)
      ? { call: 'WSPCancelIo', socket: name }
      : { call: 'WSPIoctl', socket: name, code: 'SIO_FLUSH' };
  return [...before, ...sending, cancels, { env: 'settle' }, ...sending.flatMap(looks), { peer: 'recv', socket: name }];
};

/** Sends that pend when their socket is closed. */
const fillAndClose: Plan = (moment, socket) => {
  const { before, sending } = withBystander(moment, socket, ['event', 'routine', 'both', 'neither']);
  const { name } = socket;
  const close: CampaignRequest = { call: 'WSPCloseSocket', socket: name };
  const recv: CampaignRequest = { peer: 'recv', socket: name };
  return [...before, ...sending, close, { env: 'settle' }, ...sending.flatMap(looks), recv, recv];
};

/** Sends that pend when the circuit breaks; what is sent afterwards fails. */
const fillAndBreak: Plan = (moment, socket) => {
  const { before, sending } = withBystander(moment, socket, ['event', 'routine', 'both', 'neither']);
  const { draws, sends, view } = moment;
  const { name } = socket;
  const env = draws.pick(['peer.reset', 'circuit.timeout', 'circuit.timeout', 'keepalive.failed', 'peer.close', 'network.down'] as const);
  const taken = sending.map(({ overlapped }) => overlapped!);
  const after = draws.pick(['sync', 'event', 'routine'] as const);
  const later = [1, 2].map((length) => {
    const send = sends.make(view, socket, name, { mode: after, length, routine: true });
    return after === 'sync' ? send : distinct(moment, taken, send);
  });
  return [
    ...before,
    ...sending,
    { env, socket: name },
    { env: 'settle' },
    ...sending.flatMap(looks),
    ...later,
    { peer: 'recv', socket: name },
  ];
};

/** The send side closes over sends that pend: they leave, and the end of the stream behind them. */
const fillAndShutDown: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'routine', 'neither']);
  const { draws, sends, view } = moment;
  const { name } = socket;
  const how = draws.pick(['SD_SEND', 'SD_SEND', 'SD_BOTH', 'SD_RECEIVE'] as const);
  const late = sends.make(view, socket, name, { mode: 'sync', length: draws.below(3) });
  return [
    ...sending,
    { call: 'WSPShutdown', socket: name, how },
    ...sending.flatMap(looks),
    { peer: 'recv', socket: name },
    ...(how === 'SD_RECEIVE' ? [] : [late]),
    { env: 'settle' },
    ...sending.flatMap(looks),
    { peer: 'recv', socket: name },
  ];
};

/** A hard close of one socket, and then an orderly one of another that was made behind it: what was set on the first is not set on it. */
const closeHard: Plan = (moment, socket) => {
  const { draws, sends, view } = moment;
  const thread = view.idle[0]!;
  const on = thread === mainThread ? {} : { thread };
  const { name, before } = newSocket(moment);
  const close = (closed: string): CampaignRequest => ({ call: 'WSPCloseSocket', ...on, socket: closed });
  const recv = (read: string): CampaignRequest => ({ peer: 'recv', socket: read });
  return [
    { call: 'WSPSetSockOpt', ...on, socket: socket.name, name: 'SO_LINGER', value: { l_onoff: 1, l_linger: 0 } },
    close(socket.name),
    ...before,
    sends.make(view, undefined, name, { mode: 'sync', length: draws.between(1, 40), thread }),
    close(name),
    recv(socket.name),
    recv(name),
    { env: 'settle' },
    recv(name),
  ];
};

/** An OVERLAPPED that is over, and whose event nobody reset, is posted again and pends. */
const reuse: Plan = (moment, socket) => {
  const { sends, view } = moment;
  const { name } = socket;
  const first = sends.make(view, socket, name, { mode: 'event', length: 1 });
  const again = sends.make(view, socket, name, { mode: 'event', length: sends.longerThanRoom(name) });
  const recv: CampaignRequest = { peer: 'recv', socket: name };
  const second = { ...again, overlapped: first.overlapped! };
  return [
    recv,
    { env: 'settle' },
    first,
    recv,
    { env: 'settle' },
    ...looks(first),
    second,
    ...polls(second),
    recv,
    { env: 'settle' },
    ...looks(second),
  ];
};

/** Nonblocking sends until there is no room, and one more once the peer has read. */
const fillWithoutBlocking: Plan = (moment, socket) => {
  const { draws, sends, view } = moment;
  const { name } = socket;
  const send = (length: number): CampaignRequest => sends.make(view, socket, name, { mode: 'sync', length });
  const full = [send(sends.longerThanRoom(name)), send(draws.between(1, 9))];
  const nonblocking: CampaignRequest = { call: 'WSPIoctl', socket: name, code: 'FIONBIO', value: 1 };
  return [
    nonblocking,
    ...full,
    { peer: 'recv', socket: name },
    { env: 'settle' },
    send(draws.between(1, 9)),
    { peer: 'recv', socket: name },
  ];
};

/** Several routines of one socket are queued, and the first to run waits alertably. */
const nest: Plan = (moment, socket) => {
  const thread = moment.view.idle[0]!;
  const on = thread === mainThread ? {} : { thread };
  const taken: string[] = [];
  const sending = [0, 1, 2].map(() => {
    const routine: CallRequest[] = [{ call: 'SleepEx', ...on }];
    return distinct(moment, taken, moment.sends.make(moment.view, socket, socket.name, { mode: 'routine', length: 3, routine, thread }));
  });
  return [...sending, { peer: 'recv', socket: socket.name }, { env: 'settle' }, sleep(on.thread)];
};

/** More than a signed word of 32 bits can count: it pends, whatever the room, and is taken back before much of it has left. */
export const beyondAWord: Plan = (moment, socket) => {
  const { draws, sends, view } = moment;
  const { name } = socket;
  const made = sends.make(view, socket, name, { mode: draws.pick(['event', 'routine', 'neither']), length: 0, routine: true });
  const send = { ...made, buffers: beyond31Bits(draws.between(0, 300)) };
  const cancel: CampaignRequest = { call: 'WSPCancelIo', socket: name, overlapped: send.overlapped! };
  // Where it goes on all the same, reading that much would take too long.
  const ends: CampaignRequest[] = [{ env: 'peer.reset', socket: name }, { env: 'settle' }];
  return [send, ...polls(send), cancel, { env: 'settle' }, ...looks(send), { peer: 'recv', socket: name, bytes: 4096 }, ...ends];
};

export const plans: readonly [Plan, ...Plan[]] = [
  fillAndDrain,
  fillAndDrain,
  fillAndDrain,
  fillAndCancel,
  fillAndCancel,
  fillAndClose,
  fillAndBreak,
  fillAndBreak,
  fillAndShutDown,
  closeHard,
  fillWithoutBlocking,
  reuse,
  nest,
];

/** The sends of a plan, and one that pends on another socket: what happens to the first must not happen to it. */
interface Sending {
  /** Makes the other socket, where there was none. */
  readonly before: readonly CampaignRequest[];
  readonly sending: readonly WSPSendRequest[];
}

const withBystander = (moment: Moment, socket: Socket, modes: readonly [Mode, ...Mode[]]): Sending => {
  const sending = severalSends(moment, socket, modes);
  const { draws, sends, view } = moment;
  if (draws.chance(40)) return { before: [], sending };
  const others = view.open.filter((other) => other !== socket && other.isStream && other.overlapped && view.isConnected(other));
  const other = draws.pick(others);
  const { name, before } = other === undefined ? newSocket(moment) : { name: other.name, before: [] };
  const taken = sending.map(({ overlapped }) => overlapped!);
  const bystander = sends.make(view, other, name, {
    mode: draws.pick(modes),
    length: sends.longerThanRoom(name),
    routine: true,
    thread: view.idle[0]!,
  });
  return { before, sending: [distinct(moment, taken, bystander), ...sending] };
};

export const newSocket = ({ view, sends }: Moment): { name: string; before: CampaignRequest[] } => {
  const name = socketName(view);
  const [thread] = view.idle;
  const on = thread === mainThread ? {} : { thread: thread! };
  const value = 64;
  sends.setRoom(name, value);
  const before: CampaignRequest[] = [
    { call: 'WSPSocket', ...on, socket: name, type: 'SOCK_STREAM', overlapped: true },
    { call: 'WSPConnect', ...on, socket: name },
    { call: 'WSPSetSockOpt', ...on, socket: name, name: 'SO_SNDBUF', value },
  ];
  return { name, before };
};

const severalSends = (moment: Moment, socket: Socket, modes: readonly [Mode, ...Mode[]]): WSPSendRequest[] => {
  const { draws, sends, view } = moment;
  const taken: string[] = [];
  const same = draws.chance(40) ? sends.longerThanRoom(socket.name) : undefined;
  return Array.from({ length: draws.between(2, 4) }, () => {
    const length = same ?? (draws.chance(60) ? sends.longerThanRoom(socket.name) : draws.between(1, 40));
    return distinct(moment, taken, sends.make(view, socket, socket.name, { mode: draws.pick(modes), length }));
  });
};

/** The sends of a plan are made before any of them is judged, so their names are kept apart here. */
const distinct = (moment: Moment, taken: string[], send: WSPSendRequest): WSPSendRequest => {
  const overlapped = moment.sends.freeOverlapped(moment.view, taken);
  taken.push(overlapped);
  return { ...send, overlapped };
};

const polls = (send: WSPSendRequest): CampaignRequest[] =>
  send.event === true ? [{ poll: 'event' as const, overlapped: send.overlapped! }] : [];

export const looks = (send: WSPSendRequest): CampaignRequest[] => [
  { poll: 'count', overlapped: send.overlapped! },
  ...polls(send),
  ...(send.routine === undefined
    ? [{ call: 'WSPGetOverlappedResult' as const, socket: send.socket, overlapped: send.overlapped! }]
    : [sleep(send.thread)]),
];
