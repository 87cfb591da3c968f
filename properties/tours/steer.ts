/**
 * How an implementation that lets itself be steered is brought to a transition: what is injected before the request, so that of all the
 * outcomes that the specification permits it shows this one. The transport stalls all the while and has room when it is given some.
 */

import type { Label } from '../../model/explore/labels.ts';
import type { Injection } from '../campaign/requests.ts';
import { unitBytes } from './paths.ts';

/** Without these nothing can be steered. */
export const steeringNeeds = ['room', 'transport.stalls', 'completion.delay', 'arrival.delay'] as const;

const inject = (kind: string, value: number): Injection => ({ inject: kind, value });

/** What has fallen due is told, and what falls due from then on is held back again. */
const tellCompletions = [inject('completion.delay', 0), inject('completion.delay', 1)];

/** At the beginning of a case. */
export const steeringBegins: readonly Injection[] = [
  inject('transport.stalls', 1),
  inject('completion.delay', 1),
  inject('arrival.delay', 1),
];

export interface Situation {
  /** Bytes that the model's transport has room for. */
  readonly room: number;
  /** Bytes of the operation that the step speaks of wait for the transport. */
  readonly waits: boolean;
}

/** Before the request for this step. */
export function before(label: Label, { room, waits }: Situation): readonly Injection[] {
  switch (label.type) {
    case 'send.completes':
      return label.mode === 'sync' && label.bytes < label.length ? [inject('room', label.bytes * unitBytes)] : [];
    case 'send.pends':
    case 'send.begins':
      return label.length === 0 ? [] : [inject('room', 0)];
    case 'send.fails':
      return refused(label.mode, label.code);
    case 'transport.takes':
      return [inject('room', unitBytes), inject('transport.stalls', 0), inject('transport.stalls', 1), inject('room', room - unitBytes)];
    case 'sleep.begins':
    case 'call.completes':
      return tellCompletions;
    case 'call.fails':
      return [inject('arrival.delay', 0), ...tellCompletions];
    case 'event':
      if (!label.signalled) return [];
      // What waits can only have ended by a failure that nobody sees coming.
      return waits ? [inject('complete.nobufs', 1), ...tellCompletions] : tellCompletions;
    case 'result':
      return label.status === 'WSAENOBUFS' ? [inject('complete.nobufs', 1), ...tellCompletions] : tellCompletions;
    default:
      return [];
  }
}

function refused(mode: string, code: string): readonly Injection[] {
  switch (code) {
    case 'WSAENOBUFS':
      return [inject('fail.nobufs', 1)];
    case 'WSAEINPROGRESS':
      return [inject('refuse.inprogress', 1)];
    case 'WSAEWOULDBLOCK':
      return mode === 'sync' ? [inject('room', 0)] : [inject('refuse.wouldblock', 1)];
    case 'WSAECONNRESET':
    case 'WSAECONNABORTED':
    case 'WSAENETRESET':
      return [inject('arrival.delay', 0)];
    default:
      return [];
  }
}

/** After the answer: what was armed and not used is taken back, and the transport has as much room again as the model's. */
export function after(label: Label, { room }: Situation): readonly Injection[] {
  if (label.type === 'transport.takes') return [];
  const restored = [inject('room', room)];
  if (label.type === 'call.fails') return [inject('arrival.delay', 1), ...restored];
  if (label.type !== 'send.fails') return restored;
  for (const { inject: kind } of refused(label.mode, label.code)) {
    if (kind === 'arrival.delay') restored.push(inject(kind, 1));
    else if (kind !== 'room') restored.push(inject(kind, 0));
  }
  return restored;
}
