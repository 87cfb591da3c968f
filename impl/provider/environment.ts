/**
 * What happens around the sockets, by the name that a tester gives it. Every outcome that this provider can have is reached by these.
 *
 * | kind | value | what it does |
 * |---|---|---|
 * | `peer.reset` | | the peer resets the circuit: WSAECONNRESET |
 * | `peer.close` | | the peer closes its socket; data sent from then on, or unread by then, are answered with a reset at the next settle |
 * | `peer.shutdown` | | the peer ends its own sending, which changes nothing for a send |
 * | `keepalive.failed` | | WSAENETRESET |
 * | `circuit.timeout` | | WSAECONNABORTED |
 * | `network.down` | | WSAENETDOWN; without a socket for all of them, for good |
 * | `room` | bytes | that much more fits into the send buffer until the peer reads; 0 is possible until the peer looks |
 * | `transport.takes` | bytes (all) | the transport takes bytes ahead of the peer, which makes room |
 * | `transport.stalls` | 1 or 0 | sends that wait get no room, whatever there is, until it stalls no more |
 * | `completion.delay` | 1 or 0 | what falls due is indicated, and blocked calls end, only at the next settle, or when the delay ends |
 * | `arrival.delay` | 1 or 0 | a break of the circuit reaches the socket at the next settle or as the delay ends, not with a call |
 * | `completion.reversed` | 1 or 0 | of what is held back, the youngest is indicated first; concerns the whole provider |
 * | `fail.nobufs` | sends (1) | these sends are refused with WSAENOBUFS |
 * | `complete.nobufs` | | the oldest overlapped send that waits ends with WSAENOBUFS |
 * | `refuse.wouldblock` | sends (1) | these sends that cannot block are refused: too many are outstanding, or for any other reason |
 * | `refuse.inprogress` | sends (1) | these sends are refused with WSAEINPROGRESS, if a blocking call is outstanding and no routine runs |
 * | `refuse.inroutine` | sends (1) | these sends are refused with WSAEINPROGRESS, while a routine runs |
 * | `refusal.code` | code (0) | this code is given where it is among those that apply at once; concerns the whole provider |
 * | `datagram.lost` | | the oldest datagram that the peer has not read is lost |
 * | `message.max` | bytes | SO_MAX_MSG_SIZE |
 * | `exit.keeps` | 1 or 0 | the end of a thread leaves its operations alone; concerns the whole provider |
 *
 * Every kind of `switchKinds` (switches.ts) also turns a switch, by 1 or a number, and 0 turns it back.
 *
 * Without a socket a kind concerns every open socket, and a refusal also the sends that name no socket. A circuit that does not exist
 * cannot break: sockets that are not connected, and datagram sockets but for `network.down`, are left out.
 */

import { errorCodes } from '../../model/winsock/codes.ts';
import type { SOCKET, WSATHREADID } from '../../model/winsock/spi.ts';
import type { EnvRequest } from '../../model/winsock/trace.ts';
import type { Operation } from './operation.ts';
import { messageDefault, type Socket } from './sockets.ts';
import type { Provider } from './state.ts';
import { type SwitchKind, switchKinds } from './switches.ts';
import { abort, answerWithReset, fail, pump, retire, takeAhead } from './transport.ts';

type Happening = (provider: Provider, socket: Socket, value: number | undefined) => void;

const breaks =
  (codeOn: (socket: Socket) => number): Happening =>
  (_provider, socket) => {
    if (socket.isConnected && (!socket.isDatagram || socket.switches.breaksDatagrams)) breakCircuit(socket, codeOn(socket));
  };

/** The peer is out of reach from now on; the sender notices when the break arrives. */
const breakCircuit = (socket: Socket, code: number, isLate = socket.delaysArrivals): void => {
  if (socket.failure !== 0) return;
  socket.arriving = code;
  socket.arrivesLate = isLate;
  if (socket.peerSees === 'data') socket.peerSees = 'nothing';
  socket.refresh();
};

const armedBy = {
  'fail.nobufs': 'nobufs',
  'refuse.wouldblock': 'wouldBlock',
  'refuse.inprogress': 'inProgress',
  'refuse.inroutine': 'inRoutine',
} as const;

const isArming = (kind: string): kind is keyof typeof armedBy => Object.hasOwn(armedBy, kind);

const arms =
  (what: (typeof armedBy)[keyof typeof armedBy]): Happening =>
  (_provider, socket, value = 1) => {
    socket.armed[what] = value;
    socket.refresh();
  };

const turns =
  (kind: SwitchKind): Happening =>
  (_provider, socket, value = 1) => {
    socket.choose({ [switchKinds[kind]]: value });
  };

/** What a trace can ask for; undefined where this provider has nothing like it. */
const inTraces: { readonly [kind in Exclude<EnvRequest['env'], 'settle'>]: Happening | undefined } = {
  'peer.reset': breaks(() => errorCodes.WSAECONNRESET),
  'keepalive.failed': breaks(({ switches }) => switches.keepAliveCode),
  'circuit.timeout': breaks(() => errorCodes.WSAECONNABORTED),
  'network.down': (provider, socket) => {
    // Once it is down for all sockets every send reports it.
    if (socket.isConnected) breakCircuit(socket, errorCodes.WSAENETDOWN, !provider.isNetworkDown && socket.delaysArrivals);
  },
  'peer.close': (_provider, socket) => {
    if (!socket.isConnected || socket.isDatagram || socket.peerSees !== 'data') return;
    const isUnread = socket.pending.length > 0 || (socket.link !== null && socket.link.unread > 0);
    socket.isPeerClosed = true;
    socket.peerSees = 'nothing';
    if (isUnread) answerWithReset(socket);
    socket.refresh();
  },
  'peer.shutdown': () => {},
  'route.lost': undefined,
};

const happenings: Record<string, Happening> = {
  ...(Object.fromEntries(Object.entries(inTraces).filter(([, happening]) => happening !== undefined)) as Record<string, Happening>),
  room: (provider, socket, value = 0) => {
    if (socket.link === null) socket.limitAsked = value;
    socket.restrict(socket.buffer.used + value);
    pump(provider, socket);
  },
  'transport.takes': (provider, socket, value = Number.POSITIVE_INFINITY) => takeAhead(provider, socket, value),
  'transport.stalls': (provider, socket, value = 1) => {
    socket.isStalled = value !== 0;
    socket.refresh();
    pump(provider, socket);
  },
  'completion.delay': (provider, socket, value = 1) => {
    socket.delaysCompletions = value !== 0;
    socket.refresh();
    provider.completions.releaseHeld(socket);
  },
  'arrival.delay': (_provider, socket, value = 1) => {
    socket.delaysArrivals = value !== 0;
    if (!socket.delaysArrivals) socket.arrivesLate = false;
    socket.refresh();
  },
  ...Object.fromEntries(Object.entries(armedBy).map(([kind, what]) => [kind, arms(what)])),
  ...Object.fromEntries(Object.keys(switchKinds).map((kind) => [kind, turns(kind as SwitchKind)])),
  'complete.nobufs': (provider, socket) => {
    let isFirst = true;
    const first = (operation: Operation) => operation.lpOverlapped !== null && isFirst && !(isFirst = false);
    abort(provider, socket, () => errorCodes.WSAENOBUFS, first);
    pump(provider, socket);
  },
  'message.max': (_provider, socket, value = messageDefault) => {
    socket.messageMax = Math.min(value, messageDefault);
  },
  'datagram.lost': (provider, socket) => {
    socket.link?.loseDatagram();
    pump(provider, socket);
  },
};

/** What concerns the whole provider. */
const general: Record<string, (provider: Provider, value: number | undefined) => void> = {
  'exit.keeps': (provider, value) => {
    provider.exitCancels = value === 0;
  },
  'refusal.code': (provider, value = 0) => {
    provider.refusalCode = value;
  },
  'completion.reversed': (provider, value = 1) => {
    provider.completions.isReversed = value !== 0;
  },
};

/** After these events the peer reads nothing more. */
const endings = new Set(['peer.reset', 'peer.close', 'keepalive.failed', 'circuit.timeout', 'network.down']);

/** What a closed socket still had to deliver is lost with its circuit. */
const loseRest = (provider: Provider, s: SOCKET): void => {
  const socket = provider.lingering.get(s);
  if (socket === undefined) return;
  socket.peerSees = 'nothing';
  abort(provider, socket, () => errorCodes.WSA_OPERATION_ABORTED);
  retire(provider, socket);
};

/** The kinds of the table above, and those that turn a switch. */
export const environmentKinds: readonly string[] = [...Object.keys(happenings), ...Object.keys(general)];

/** Throws a RangeError for a kind that is not in the table. A socket that does not exist is ignored. */
export const bringAbout = (provider: Provider, kind: string, s: SOCKET | undefined, value: number | undefined): void => {
  if (Object.hasOwn(general, kind)) {
    general[kind]!(provider, value);
    return;
  }
  const happening = happenings[kind];
  if (happening === undefined) {
    throw new RangeError(`an environment kind must be one of ${environmentKinds.join(', ')}: kind=${kind}`);
  }
  if (s !== undefined) {
    const socket = provider.sockets.find(s);
    if (socket !== null) happening(provider, socket, value);
    else if (endings.has(kind)) loseRest(provider, s);
    return;
  }
  if (kind === 'network.down') provider.isNetworkDown = true;
  if (isArming(kind)) provider.armed[armedBy[kind]] = value ?? 1;
  for (const socket of provider.sockets) happening(provider, socket, value);
};

/** Whatever was caused arrives: breaks at their sockets, what is due at its caller. */
export const settle = (provider: Provider): void => {
  for (const socket of provider.sockets) {
    if (socket.arriving !== 0) fail(provider, socket, socket.arriving);
    else pump(provider, socket);
  }
  provider.completions.settle();
};

/** The routines of the thread never run; its sends that wait are cancelled, but for those that complete to a port. */
export const exitThread = (provider: Provider, lpThreadId: WSATHREADID): void => {
  const isOf = (operation: Operation): boolean => operation.isOf(lpThreadId);
  provider.completions.abandonThread(isOf);
  for (const socket of provider.sockets) {
    const { pending } = socket;
    const concerned = new Set<Operation>();
    for (let age = 0; age < pending.length; age++) if (isOf(pending.at(age))) concerned.add(pending.at(age));
    for (const operation of concerned) operation.loseThread();
    if (!provider.exitCancels || socket.isPortBound) continue;
    abort(
      provider,
      socket,
      () => errorCodes.WSA_OPERATION_ABORTED,
      (operation) => concerned.has(operation),
    );
    pump(provider, socket);
  }
};
