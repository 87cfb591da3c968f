/** Labels in the words of generated files. The text of a label is its name: reading it back gives the label of the slice again. */

import type { Label } from './labels.ts';

export function labelText(label: Label): string {
  switch (label.type) {
    case 'lifecycle':
      return label.event;
    case 'FIONBIO':
      return `FIONBIO ${label.on ? 1 : 0}`;
    case 'send.completes':
      return `send ${label.mode} ${label.length} completes ${label.bytes}${called(label)}`;
    case 'send.pends':
      return `send ${label.mode} ${label.length} pends${called(label)}`;
    case 'send.fails':
      return `send ${label.mode} ${label.length} fails ${label.code}${called(label)}`;
    case 'send.begins':
      return `send sync ${label.length} begins`;
    case 'call.completes':
      return `call#${label.at} completes`;
    case 'call.fails':
      return `call#${label.at} fails ${label.code}`;
    case 'peer.recv':
      return `recv ${label.units}`;
    case 'cancel':
      return `cancel#${label.at}`;
    case 'event':
      return `event#${label.at} ${label.signalled ? 'set' : 'unset'}`;
    case 'result.incomplete':
      return `result#${label.at} incomplete${waiting(label)}`;
    case 'result.other':
      return `result#${label.at} other`;
    case 'result':
      return `result#${label.at} ${label.status}${waiting(label)}`;
    case 'count':
      return `count#${label.at} ${label.written ? 'written' : 'unwritten'}`;
    case 'caller':
    case 'interrupt':
      return `${label.type}#${label.at}`;
    case 'world':
      return label.event;
    case 'flush':
      return label.refused ? 'flush refused' : 'flush';
    case 'routine.enter':
      return `routine#${label.at} enter ${label.status}${label.flagged ? ' flagged' : ''}`;
    case 'failed':
      return `of the failed send: ${label.seen}`;
    case 'upcall.apc':
      return `apc#${label.at}${label.elsewhere ? ' elsewhere' : ''}`;
    case 'upcall.complete':
      return `complete#${label.at} ${label.status}`;
    case 'send.hangs':
      return `send ${label.mode} hangs`;
    case 'routine.leave':
      return `routine#${label.at} leave`;
    default:
      return label.type;
  }
}

const called = ({ menu }: { readonly menu?: string }): string => (menu === undefined ? '' : ` ${menu}`);
const waiting = ({ waits }: { readonly waits?: true }): string => (waits ? ' waiting' : '');
