/**
 * How an implementation that lets itself be steered is brought to a transition: what is injected before the request, so that of all the
 * outcomes that the specification permits it shows this one. The transport stalls all the while and has room when it is given some.
 */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { Label } from '../../model/product/labels.ts';
import { menuOf } from '../../model/product/menus.ts';
import type { Slice } from '../../model/product/slices.ts';
import { errorCodes } from '../../model/winsock/codes.ts';
import { provocationsOf } from '../campaign/provocations.ts';
import type { Injection } from '../conversation/requests.ts';
import { unitBytes } from '../paths/asked.ts';

/** Without these nothing can be steered. */
export const steeringNeeds = ['room', 'transport.stalls', 'completion.delay', 'arrival.delay'] as const;

const inject = (kind: string, value: number): Injection => ({ inject: kind, value });

/** What has fallen due is indicated, and what falls due from then on is held back again. */
const indicateCompletions = [inject('completion.delay', 0), inject('completion.delay', 1)];

/** At the beginning of a case. */
export const steeringBegins: readonly Injection[] = [
  inject('transport.stalls', 1),
  inject('completion.delay', 1),
  inject('arrival.delay', 1),
];

/** What a steered implementation may do differently for a whole case: a pass through the graph for each. */
export const dispositionsOf = (slice: Slice, injections: readonly string[], profile: Profile): readonly (readonly Injection[])[] => {
  const permitted = provocationsOf(injections, profile);
  const hasFlags = slice.menus?.some((name) => menuOf(name)?.marks?.includes('unsupported')) === true;
  const kinds = [
    ...(hasFlags ? [['refuse.oob', 'refuse.partial', 'pend.unsupported']] : []),
    ['event.late', 'wait.fails', 'shutdown.cancels', 'close.keeps'],
    ['close.loses', 'linger.delivers', 'pend.routine'],
    ...(slice.world?.includes('ExitThread') ? [['exit.keeps']] : []),
  ];
  return kinds
    .map((some) => some.filter((kind) => permitted.includes(kind)).map((kind) => inject(kind, 1)))
    .filter((some) => some.length > 0);
};

export interface Situation {
  readonly slice: Slice;
  /** Bytes that the model's transport has room for. */
  readonly room: number;
  /** Bytes of the operation that the step speaks of wait for the transport. */
  readonly waits: boolean;
  /** No other operation or call is under way. */
  readonly isAlone: boolean;
  /** Some other operation is surely outstanding, whatever was reported of it. */
  readonly hasOthers: boolean;
  /** FIONBIO. */
  readonly nonblocking: boolean;
  /** SO_MAX_MSG_SIZE was asked for. */
  readonly maxKnown: boolean;
}

/** Codes by which the end of a circuit may show. */
const circuitCodes = ['WSAECONNRESET', 'WSAECONNABORTED', 'WSAENETRESET', 'WSAENETDOWN', 'WSAENOTCONN'] as const;
const isCircuitCode = (code: string): code is (typeof circuitCodes)[number] => (circuitCodes as readonly string[]).includes(code);

/** The break of the circuit arrives, and shows by this code. */
const breakArrives = (code: string, isAlone: boolean): readonly Injection[] => [
  inject('arrival.delay', 0),
  ...(isAlone && isCircuitCode(code) ? [inject('circuit.code', errorCodes[code])] : []),
];

/** Before the request for this step. */
export function before(label: Label, situation: Situation): readonly Injection[] {
  const { room, waits, isAlone } = situation;
  switch (label.type) {
    case 'send.completes':
      return label.mode === 'sync' && label.bytes < label.length ? [inject('room', label.bytes * unitBytes)] : [];
    case 'send.pends':
      return [...(label.length === 0 ? [] : [inject('room', 0)]), inject('pend.always', 1), ...pendsOversize(situation)];
    case 'send.begins':
      return label.length === 0 ? [] : [inject('room', 0)];
    case 'send.fails':
      return refused(label, situation);
    case 'flush':
      return [inject('refuse.flush', label.refused ? 1 : 0)];
    case 'transport.takes':
      return [inject('room', unitBytes), inject('transport.stalls', 0), inject('transport.stalls', 1), inject('room', room - unitBytes)];
    case 'sleep.begins':
    case 'call.completes':
    case 'upcall.apc':
      return indicateCompletions;
    case 'call.fails':
      return [...breakArrives(label.code, isAlone), ...indicateCompletions];
    case 'event':
      if (!label.signalled) return [];
      // What waits can only have ended by a failure that no trace announces.
      return waits ? [inject('complete.nobufs', 1), ...indicateCompletions] : indicateCompletions;
    case 'upcall.complete':
    case 'result':
      if (label.status === 'WSAENOBUFS') return [inject('complete.nobufs', 1), ...indicateCompletions];
      if (isCircuitCode(label.status)) return [inject('completion.delay', 0), ...breakArrives(label.status, isAlone)];
      return indicateCompletions;
    default:
      return [];
  }
}

/** A datagram that is too long, which the caller cannot know. */
const pendsOversize = ({ slice, maxKnown }: Situation): readonly Injection[] =>
  slice.datagram && !maxKnown ? [inject('pend.oversize', 1)] : [];

type FailingSend = Extract<Label, { type: 'send.fails' }>;

function refused(label: FailingSend, { slice, isAlone, hasOthers, nonblocking, maxKnown }: Situation): readonly Injection[] {
  const { mode, code, menu } = label;
  const isOverlapped = mode !== 'sync' && slice.overlappedSocket;
  switch (code) {
    case 'WSAENOBUFS':
      return [inject('fail.nobufs', 1)];
    case 'WSAEINPROGRESS':
      return [inject('refuse.inprogress', 1)];
    case 'WSAEWOULDBLOCK':
      // What the upcalls reported is over, whether or not the model has seen it.
      if (isOverlapped) return hasOthers ? [inject('refuse.wouldblock', 1)] : [];
      return [inject('room', 0), ...(nonblocking ? [inject('refuse.wouldblock', 1)] : [])];
    case 'WSAECONNRESET':
    case 'WSAECONNABORTED':
    case 'WSAENETRESET':
    case 'WSAENOTCONN':
      return [...breakArrives(code, isAlone), inject('refusal.code', errorCodes[code])];
    case 'WSAEMSGSIZE':
      return [...(slice.datagram && !maxKnown ? [inject('message.max', unitBytes - 1)] : []), inject('refusal.code', errorCodes[code])];
    case 'WSAEINVAL':
      return [
        ...(mode !== 'sync' && !slice.overlappedSocket ? [inject('refuse.overlapped', 1)] : []),
        ...(menu === 'noBuffers' ? [inject('refuse.nobuffers', 1)] : []),
        inject('refusal.code', errorCodes[code]),
      ];
    case 'WSAEOPNOTSUPP':
      return [inject('refuse.oob', 1), inject('refuse.partial', 1), inject('refusal.code', errorCodes[code])];
    case 'WSAENETDOWN':
    case 'WSAEACCES':
    case 'WSAEINTR':
    case 'WSAEFAULT':
    case 'WSAENOTSOCK':
    case 'WSAESHUTDOWN':
    case 'WSA_OPERATION_ABORTED':
    case 'WSAETIMEDOUT':
    case 'WSAENETUNREACH':
    case 'WSAEHOSTUNREACH':
    case 'WSAEADDRNOTAVAIL':
      return [inject('refusal.code', errorCodes[code])];
    default:
      return code satisfies never;
  }
}

/** What each kind is when nothing is steered by it. */
const rests: Readonly<Record<string, number>> = { 'arrival.delay': 1, 'completion.delay': 1, 'message.max': unitBytes };
const lasting: ReadonlySet<string> = new Set(['room', 'transport.stalls', 'completion.delay', 'complete.nobufs']);

/** After the answer: what was armed or turned is taken back, and the transport has as much room again as the model's. */
export function after(label: Label, situation: Situation): readonly Injection[] {
  if (label.type === 'transport.takes') return [];
  const { room } = situation;
  const turned = before(label, situation)
    .map(({ inject: kind }) => kind)
    .filter((kind) => !lasting.has(kind));
  const held = label.type === 'result' && isCircuitCode(label.status) ? [inject('completion.delay', 1)] : [];
  return [...[...new Set(turned)].map((kind) => inject(kind, rests[kind] ?? 0)), ...held, inject('room', room)];
}
