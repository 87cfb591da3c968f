/** What a label is to the machines: the events that it stands for, and who makes it. */

import type { Label } from './labels.ts';
import { worldEventOf } from './menus.ts';

/** What an observation is called in the lifecycle of an operation. */
export function operationEventOf(label: Label): string | undefined {
  switch (label.type) {
    case 'event':
      return label.signalled ? 'event.signalled' : 'event.unsignalled';
    case 'count':
      return label.written ? 'count.written' : 'count.unwritten';
    case 'upcall.apc':
      return 'upcall.WPUQueueApc';
    case 'upcall.complete':
      return `upcall.${label.status}`;
    case 'result.incomplete':
    case 'result.other':
    case 'routine.leave':
      return label.type;
    case 'result':
      return `result.${label.status}`;
    case 'routine.enter':
      return `routine.${label.status}`;
    default:
      return undefined;
  }
}

/** The code of a failure, if the step reports one. */
export const failureOf = (label: Label): string | undefined =>
  label.type === 'send.fails' || label.type === 'call.fails'
    ? label.code
    : (label.type === 'result' || label.type === 'routine.enter') && label.status !== '0'
      ? label.status
      : undefined;

/** The event of the product machine that a label stands for. */
export function productEventOf(label: Label): string {
  switch (label.type) {
    case 'lifecycle':
      if (label.event === 'WSPShutdown.both') return 'WSPShutdown.send';
      return label.event === 'WSPConnect.broadcast' ? 'WSPConnect' : label.event;
    case 'flush':
      return label.refused ? 'SIO_FLUSH.WSAEOPNOTSUPP' : 'SIO_FLUSH';
    case 'world':
      return worldEventOf(label.event).breaks ? 'env.breaks' : 'counts';
    case 'peer.recv':
    case 'peer.garbled':
    case 'peer.eof':
    case 'peer.urgent':
      return 'delivers';
    case 'nap.ends':
      return 'napEnds';
    case 'failed':
      return 'failed';
    case 'send.hangs':
      return 'hangs';
    case 'send.completes':
    case 'call.completes':
      return 'WSPSend.completes';
    case 'send.pends':
      return 'WSPSend.pends';
    case 'send.fails':
    case 'call.fails':
      return `WSPSend.${label.code}`;
    case 'peer.reset':
      return 'env.breaks';
    case 'settle':
      return 'settle';
    case 'sleep.ends':
      return 'sleepEnds';
    default:
      return operationEventOf(label) === undefined ? 'counts' : 'observes';
  }
}

/** A request of the tester: a call that has been released must have returned before it. */
export const isRequest = (label: Label): boolean =>
  ![
    'call.completes',
    'call.fails',
    'transport.takes',
    'routine.enter',
    'routine.leave',
    'sleep.ends',
    'nap.ends',
    'caller',
    'upcall.apc',
    'upcall.complete',
  ].includes(label.type);

/** A call of the main thread: inside a routine it comes by itself, so that it is no request. */
export const isOfRoutine = (label: Label): boolean =>
  ['lifecycle', 'FIONBIO', 'send.completes', 'send.pends', 'send.fails', 'cancel', 'flush', 'other.completes', 'nap.begins'].includes(
    label.type,
  ) ||
  label.type.startsWith('result') ||
  (label.type === 'world' && worldEventOf(label.event).request === true);
