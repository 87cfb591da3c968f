import { type Profile, profiles, reads } from '../../model/clauses/profiles.ts';
import { causes, type Socket } from '../../model/oracle/world.ts';
import { errorCodes } from '../../model/winsock/codes.ts';
import type { WSPSendRequest } from '../../model/winsock/trace.ts';
import { isReadingOf } from '../choices/choice.ts';
import { choices as points } from '../choices/choices.ts';
import type { CampaignRequest, Injection } from '../conversation/requests.ts';
import { aThread, canCall, liveOf, type Moment } from './moment.ts';
import { looks, newSocket } from './plans.ts';
import type { Mode } from './sends.ts';

/**
 * Provocations: an implementation that lets itself be brought to other outcomes than its own is, as far as the profile permits them.
 * Some are permitted in some situations alone; those come together with what makes the situation.
 */

/** What only the walks inject, which know what to expect next: a transport that stalls keeps from falling due what has to. */
const steeredOnly: ReadonlySet<string> = new Set(['transport.stalls']);

/**
 * The kinds that an implementation offers and by which no outcome comes that the profile forbids. What the caller breaks comes
 * twice as often as the rest: nothing else tries its clauses.
 */
export const provocationsOf = (injections: readonly string[], profile: Profile): readonly string[] =>
  injections
    .filter((kind) => !steeredOnly.has(kind) && !forbiddenUnder.get(profile)!.has(kind))
    .flatMap((kind) => (kind.startsWith('caller.') ? [kind, kind] : [kind]));

/** Kinds of injections of which no outcome is permitted; a tour asks for them at each of its paths. */
const forbiddenUnder: ReadonlyMap<Profile, ReadonlySet<string>> = new Map(
  profiles.map((profile) => {
    const outcomes = points.flatMap(({ others }) => others);
    const open = new Set(outcomes.filter((shown) => isReadingOf(shown, profile)).flatMap(({ by }) => by));
    return [profile, new Set(outcomes.flatMap(({ by }) => by).filter((kind) => !open.has(kind)))];
  }),
);

const values: Readonly<Record<string, readonly [number, ...number[]]>> = {
  room: [0, 1, 3, 20, 200],
  'transport.takes': [1, 5, 100, 70_000],
  'message.max': [100, 1000],
  'aborted.bytes': [0, 1, 5, 2 ** 31],
  'refuse.inroutine': [1],
  'datagram.lost': [1],
};
const switched: readonly [number, ...number[]] = [1, 1, 0];

/** These concern the whole implementation. */
const general: ReadonlySet<string> = new Set(['exit.keeps', 'completion.reversed']);

/** On a socket; of a kind that concerns the whole implementation, or without a socket, on all. */
const injection = (inject: string, socket: string | undefined, value: number): Injection => ({
  inject,
  ...(socket !== undefined && !general.has(inject) && { socket }),
  value,
});

const injected = (moment: Moment, inject: string, socket: string): Injection =>
  injection(inject, socket, moment.draws.pick(values[inject] ?? switched));

const refusing: ReadonlySet<string> = new Set([
  'fail.nobufs',
  'refuse.inprogress',
  'refuse.wouldblock',
  'refusal.code',
  'refuse.overlapped',
  'circuit.code',
  'break.datagrams',
  'oob.apart',
]);

/** Provokes something on a socket that is connected; nothing where the situation does not permit it. */
export const provoke = (moment: Moment, socket: Socket): readonly CampaignRequest[] => {
  // A deviation of one call shows in that call alone, so these have to come more often than what lasts.
  const refusals = moment.injections.filter((kind) => refusing.has(kind));
  const inject = moment.draws.pick(refusals.length > 0 && moment.draws.chance(50) ? refusals : moment.injections)!;
  return (situated[inject] ?? ((): readonly CampaignRequest[] => [injected(moment, inject, socket.name)]))(moment, socket);
};

/** What a new socket is made to do differently, and keeps doing. */
export const dispositionOf = (moment: Moment, socket: string): readonly CampaignRequest[] => {
  const lasting = moment.injections.filter((kind) => values[kind] === undefined && situated[kind] === undefined);
  const chosen = Array.from({ length: moment.draws.between(1, 4) }, () => moment.draws.pick(lasting)!);
  return lasting.length === 0 ? [] : chosen.map((inject) => injection(inject, socket, 1));
};

type Provocation = (moment: Moment, socket: Socket) => readonly CampaignRequest[];

const situated: Readonly<Record<string, Provocation>> = {
  // What was sent before may be longer than what is the maximum from now on.
  'message.max': (moment, { name: socket }) =>
    canCall(moment) && moment.view.sending.length === 0 && !moment.view.live.some((operation) => operation.socket?.name === socket)
      ? [injected(moment, 'message.max', socket), { call: 'WSPGetSockOpt', ...aThread(moment), socket, name: 'SO_MAX_MSG_SIZE' }]
      : [],

  // Where too many have to be outstanding, others are. The injection is taken back if the send fails by something else.
  'refuse.wouldblock': (moment, socket) => {
    const { name } = socket;
    const { world } = moment.view;
    const isOpen = reads(world.tables.profile, 'D1:anywhere') || (socket.nonblocking && reads(world.tables.profile, 'D1:no-room'));
    const isMany = liveOf(moment).some(({ socket: of, hasRoutine, upcalled }) => of!.name === name && !upcalled && !hasRoutine);
    if (!canCall(moment) || !(isOpen || (isMany && socket.overlapped))) return [];
    const mode = socket.overlapped && (isMany || reads(world.tables.profile, 'D1:anywhere')) ? 'event' : 'sync';
    const send = moment.sends.make(moment.view, socket, name, { mode, length: 5 });
    return mode === 'sync' && !socket.nonblocking ? [] : around('refuse.wouldblock', name, send);
  },

  'fail.nobufs': (moment, socket) => (canCall(moment) ? around('fail.nobufs', undefined, aSendAnywhere(moment, socket)) : []),

  // A call is refused with WSAEINPROGRESS only while another call blocks.
  'refuse.inprogress': (moment, socket) => {
    if (!canCall(moment)) return [];
    const refused = around('refuse.inprogress', undefined, aSendAnywhere(moment, socket));
    if (moment.view.world.begun.size > 0) return refused;
    const { view } = moment;
    const blocking = view.open.find((other) => other !== socket && other.isStream && !other.nonblocking && view.isConnected(other));
    const thread = view.idle.at(-1);
    if (blocking === undefined || thread === undefined || view.idle.length < 2) return [];
    const length = moment.sends.longerThanRoom(blocking.name);
    return [moment.sends.make(view, blocking, blocking.name, { mode: 'sync', length, thread }), ...refused];
  },

  'refuse.overlapped': (moment, socket) =>
    socket.overlapped || !canCall(moment)
      ? []
      : around('refuse.overlapped', socket.name, moment.sends.make(moment.view, socket, socket.name, { mode: 'event' })),

  // Once SO_MAX_MSG_SIZE was asked for, the caller knows what is too long.
  'pend.oversize': (moment, socket) => {
    const isOpen = socket.maxMessage === undefined || reads(moment.view.world.tables.profile, 'M2:oversize-pends');
    if (socket.isStream || !socket.overlapped || !isOpen || !canCall(moment)) return [];
    return around(
      'pend.oversize',
      socket.name,
      moment.sends.make(moment.view, socket, socket.name, { mode: moment.draws.pick(['event', 'routine']), length: oversize }),
    );
  },

  'refuse.oob': (moment, socket) => withFlag(moment, socket, 'refuse.oob', 'MSG_OOB'),
  // Whether it went apart from the stream shows once the peer reads.
  'oob.apart': (moment, socket) => {
    if (!canCall(moment) || !socket.isStream) return [];
    const recv: CampaignRequest = { peer: 'recv', socket: socket.name };
    const send = moment.sends.make(moment.view, socket, socket.name, { mode: 'sync', length: 5 });
    return [recv, ...around('oob.apart', socket.name, { ...send, flags: ['MSG_OOB'] }), recv];
  },
  'refuse.partial': (moment, socket) => withFlag(moment, socket, 'refuse.partial', 'MSG_PARTIAL'),
  'pend.unsupported': (moment, socket) => [
    { inject: 'pend.unsupported', socket: socket.name, value: 1 },
    ...withFlag(moment, socket, 'refuse.oob', 'MSG_OOB'),
  ],

  // Several codes apply where little is right.
  'refusal.code': (moment, socket) => {
    const { draws, view } = moment;
    if (!reads(view.world.tables.profile, 'M4:either') || !canCall(moment)) return [];
    const unconnected = draws.pick(view.open.filter((other) => !view.isConnected(other)));
    const target = unconnected ?? (draws.chance(50) ? socket : undefined);
    const send = moment.sends.make(view, target, target?.name ?? 'never', { mode: moment.sends.mode(target), length: 5 });
    const wrong = draws.below(4);
    const faulty = wrong < 2 ? { fault: 'lpBuffers' } : wrong === 2 ? { flags: ['MSG_OOB', 'MSG_PARTIAL'] } : {};
    return around('refusal.code', undefined, { ...send, ...faulty } as CampaignRequest, errorCodes[draws.pick(applicableCodes)]);
  },

  // Bytes that are lost by a failure that was not reported yet look like bytes that were just lost. So the failure is reported at once.
  'complete.nobufs': (_moment, { name: socket }) => [
    { inject: 'completion.delay', socket, value: 0 },
    { inject: 'complete.nobufs', socket, value: 1 },
  ],

  'circuit.code': (moment, socket) => circuitCode(moment, socket),

  'caller.writes.buffer': (moment) => callerBreaks(moment, ({ overlapped }) => [{ inject: 'caller.writes.buffer', overlapped }]),
  'caller.writes.overlapped': (moment) => callerBreaks(moment, ({ overlapped }) => [{ inject: 'caller.writes.overlapped', overlapped }]),
  'caller.reuses': (moment) =>
    callerBreaks(moment, (send) => [{ inject: 'caller.reuses', overlapped: send.overlapped }, send, { inject: 'caller.reuses' }]),

  'break.datagrams': (moment, socket) => {
    if (socket.isStream || !canCall(moment)) return [];
    const env = moment.draws.pick(['peer.reset', 'keepalive.failed', 'circuit.timeout', 'network.down'] as const);
    return [{ inject: 'break.datagrams', socket: socket.name, value: 1 }, { env, socket: socket.name }, aSend(moment, socket)];
  },
};

const oversize = 70_000;

/** Turned for this send alone; without a socket, for all of them and for what is none. */
const around = (inject: string, socket: string | undefined, send: CampaignRequest, value = 1): readonly CampaignRequest[] => [
  injection(inject, socket, value),
  send,
  injection(inject, socket, 0),
];

const applicableCodes = [
  'WSAEINVAL',
  'WSAEINVAL',
  'WSAENOTCONN',
  'WSAENOTSOCK',
  'WSAEFAULT',
  'WSAEOPNOTSUPP',
  'WSAENETDOWN',
  'WSAESHUTDOWN',
] as const satisfies readonly Code[];

/** Mostly on this socket, and sometimes on a descriptor that is none. */
const aSendAnywhere = (moment: Moment, socket: Socket): CampaignRequest =>
  moment.draws.chance(85)
    ? moment.sends.make(moment.view, socket, socket.name, { mode: moment.sends.mode(socket), length: 5 })
    : moment.sends.make(moment.view, undefined, 'never', { mode: 'sync', length: 5 });

const withFlag = (moment: Moment, socket: Socket, inject: string, flag: 'MSG_OOB' | 'MSG_PARTIAL'): readonly CampaignRequest[] => {
  if (!canCall(moment)) return [];
  const mode = socket.overlapped ? moment.draws.pick<Mode>(['event', 'routine', 'sync']) : 'sync';
  const send = moment.sends.make(moment.view, socket, socket.name, { mode, length: 5 });
  return around(inject, socket.name, { ...send, flags: [flag] });
};

/**
 * The caller breaks its own side over a send that pends, on a socket that is there for nothing else: its outcome is open, and must not
 * leave open the outcome of others.
 */
const callerBreaks = (
  moment: Moment,
  how: (send: WSPSendRequest & { readonly overlapped: string }) => readonly CampaignRequest[],
): readonly CampaignRequest[] => {
  const { draws, sends, view } = moment;
  const [thread] = view.idle;
  if (thread === undefined || view.world.sockets.size >= socketsBrokenMax) return [];
  const { name, before } = newSocket(moment);
  const mode = draws.pick(['event', 'routine', 'neither'] as const);
  const made = sends.make(view, undefined, name, { mode, length: sends.longerThanRoom(name), routine: true, thread });
  const send = { ...made, overlapped: made.overlapped! };
  const close: CampaignRequest = { call: 'WSPCloseSocket', ...(send.thread !== undefined && { thread: send.thread }), socket: name };
  return [...before, send, ...how(send), { peer: 'recv', socket: name }, { env: 'settle' }, ...looks(send), close, { env: 'settle' }];
};
/** Sockets of a case, beyond which none is made for this. */
const socketsBrokenMax = 12;

// ---- The end of a circuit by another code ------------------------------------------------------------------------------------------

type Cause = 'keepalive.failed' | 'network.down' | 'peer.reset';
type Code = keyof typeof errorCodes;

function circuitCode(moment: Moment, socket: Socket): readonly CampaignRequest[] {
  const { draws, view } = moment;
  const { tables, networkDown } = view.world;
  const { name } = socket;
  const shows = (code: Code): Injection => ({ inject: 'circuit.code', socket: name, value: errorCodes[code] });
  if (socket.isStream && socket.circuit === tables.circuit.stateIndex.resetReported) {
    return canCall(moment) ? [shows(draws.pick(['WSAENOTCONN', 'WSAECONNABORTED'])), aSend(moment, socket)] : [];
  }
  const isBusy = view.live.some((operation) => operation.socket === socket) || view.sending.length > 0;
  if (socket.causes === causes.peerClosed && socket.sendClosed && !isBusy && canCall(moment)) {
    const code = orderlyCode(tables.profile, socket);
    return code === undefined ? [] : [shows(code), aSend(moment, socket)];
  }
  if (socket.causes !== 0 || networkDown !== 'no') return [];
  const [cause, code] = draws.pick(causedCodes(tables.profile));
  // It says that the call did nothing, and some bytes of what waits may have left.
  if (code === 'WSAENOBUFS' && isBusy) return [];
  const breaks: CampaignRequest = { env: cause, socket: name };
  return [shows(code), breaks, ...(draws.chance(50) && canCall(moment) ? [aSend(moment, socket)] : [])];
}

const aSend = (moment: Moment, socket: Socket): CampaignRequest => moment.sends.make(moment.view, socket, socket.name, { length: 5 });

const causedCodes = (profile: Profile): readonly [readonly [Cause, Code], ...(readonly [Cause, Code])[]] => [
  ['keepalive.failed', 'WSAECONNABORTED'],
  ['keepalive.failed', 'WSAENOBUFS'],
  ['network.down', 'WSAECONNABORTED'],
  ...(reads(profile, 'D2:literal') ? ([['peer.reset', 'WSAENETRESET']] as const) : []),
  ...(reads(profile, 'M9:reset-or-aborted') ? ([['keepalive.failed', 'WSAECONNRESET']] as const) : []),
];

/** What a send may give after both sides have closed in order, in addition to WSAESHUTDOWN. */
const orderlyCode = (profile: Profile, { shutDownBoth }: Socket): Code | undefined => {
  if (shutDownBoth && reads(profile, 'M10:aborted-too')) return 'WSAECONNABORTED';
  return reads(profile, 'OrderlyClose:open') ? 'WSAECONNRESET' : undefined;
};
