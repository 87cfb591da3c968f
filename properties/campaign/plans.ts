import type { Socket } from '../../model/oracle/world.ts';
import { type CallRequest, mainThread, type WSPSendRequest } from '../../model/winsock/trace.ts';
import type { Moment } from './moment.ts';
import type { CampaignRequest } from './requests.ts';
import type { Mode } from './sends.ts';

/** Requests in a row that matter together, and that single choices would rarely line up. */
type Plan = (moment: Moment, socket: Socket) => readonly CampaignRequest[];

const sleep = (thread: string | undefined): CallRequest => ({ call: 'SleepEx', ...(thread !== undefined && { thread }) });

/** Sends until some pend, then the peer drains, everything settles and the indications are looked at. */
const fillAndDrain: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'routine', 'neither', 'both', 'event', 'routine']);
  const { choices } = moment;
  const drains: CampaignRequest[] = choices.chance(50)
    ? [{ peer: 'recv', socket: socket.name }]
    : [{ peer: 'recv', socket: socket.name, bytes: choices.between(1, 300) }, { env: 'settle' }, { peer: 'recv', socket: socket.name }];
  return [...sending, ...drains, { env: 'settle' }, ...sending.flatMap(looks)];
};

/** Sends that pend and are then taken back, all or one of them. */
const fillAndCancel: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'event', 'routine', 'neither']);
  const one = moment.choices.pick(sending)!;
  const cancels: CampaignRequest = moment.choices.chance(70)
    ? { call: 'WSPCancelIo', socket: socket.name, overlapped: one.overlapped! }
    : { call: 'WSPCancelIo', socket: socket.name };
  return [...sending, cancels, { env: 'settle' }, ...sending.flatMap(looks), { peer: 'recv', socket: socket.name }];
};

/** Sends that pend when their socket is closed. */
const fillAndClose: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'routine', 'both']);
  return [...sending, { call: 'WSPCloseSocket', socket: socket.name }, { env: 'settle' }, ...sending.flatMap(looks)];
};

/** Sends that pend when something befalls the circuit. */
const fillAndBreak: Plan = (moment, socket) => {
  const sending = severalSends(moment, socket, ['event', 'routine', 'neither']);
  const env = moment.choices.pick(['peer.reset', 'keepalive.failed', 'circuit.timeout', 'network.down', 'peer.close'] as const);
  return [...sending, { env, socket: socket.name }, { env: 'settle' }, ...sending.flatMap(looks)];
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

export const plans: readonly [Plan, ...Plan[]] = [
  fillAndDrain,
  fillAndDrain,
  fillAndDrain,
  fillAndCancel,
  fillAndClose,
  fillAndBreak,
  nest,
];

const severalSends = (moment: Moment, socket: Socket, modes: readonly [Mode, ...Mode[]]): WSPSendRequest[] => {
  const { choices, sends, view } = moment;
  const taken: string[] = [];
  const same = choices.chance(40) ? sends.longerThanRoom(socket) : undefined;
  return Array.from({ length: choices.between(2, 4) }, () => {
    const length = same ?? (choices.chance(60) ? sends.longerThanRoom(socket) : choices.between(1, 40));
    return distinct(moment, taken, sends.make(view, socket, socket.name, { mode: choices.pick(modes), length }));
  });
};

/** The sends of a plan are made before any of them is judged, so their names are kept apart here. */
const distinct = (moment: Moment, taken: string[], send: WSPSendRequest): WSPSendRequest => {
  const overlapped = moment.sends.freeOverlapped(moment.view, taken);
  taken.push(overlapped);
  return { ...send, overlapped };
};

const looks = (send: WSPSendRequest): CampaignRequest[] => [
  { poll: 'count', overlapped: send.overlapped! },
  ...(send.event === true ? [{ poll: 'event' as const, overlapped: send.overlapped! }] : []),
  ...(send.routine === undefined
    ? [{ call: 'WSPGetOverlappedResult' as const, socket: send.socket, overlapped: send.overlapped! }]
    : [sleep(send.thread)]),
];
