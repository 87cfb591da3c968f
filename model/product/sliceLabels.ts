/** The steps that a slice tries, within bounds. */

import type { SendCode } from '../winsock/callCodes.ts';
import type { Bounds, Label, SendMode } from './labels.ts';
import { type MenuName, menuOf } from './menus.ts';
import type { Extra, Slice } from './slices.ts';

/** Codes that the way of a call has to do with; the others are tried on plain sends. */
const codesOfMenus: ReadonlySet<SendCode> = new Set([
  'WSAEACCES',
  'WSAEFAULT',
  'WSAENOBUFS',
  'WSAENOTCONN',
  'WSAEOPNOTSUPP',
  'WSAEWOULDBLOCK',
  'WSAEMSGSIZE',
  'WSAEINVAL',
]);

/** A send called in a way of its own, with each outcome. It asks for as much as the bounds let it. */
function calledBy(menu: MenuName, mode: SendMode, slice: Slice, bounds: Bounds): Label[] {
  const { only, marks = [], facts } = menuOf(menu)!;
  if (facts.includes('onlyRoutine') && (mode !== 'sync' || !slice.overlappedSocket)) return [];
  if ((marks.includes('foreign') || marks.includes('port')) && mode === 'sync') return [];
  if ((marks.includes('hEvent') || marks.includes('upcalled')) && mode !== 'routine') return [];
  const length = facts.includes('zeroBuffers') ? 0 : bounds.length;
  const labels: Label[] = [];
  if (only !== 'pends') labels.push({ type: 'send.completes', mode, length, bytes: length, menu });
  if (only !== 'completes') labels.push({ type: 'send.pends', mode, length, menu });
  if (only === undefined)
    for (const code of slice.codes.filter((known) => codesOfMenus.has(known)))
      labels.push({ type: 'send.fails', mode, length, code, menu });
  return labels;
}

/** Every label of a slice, in an order that never changes. */
export function labelsOf(slice: Slice, bounds: Bounds): readonly Label[] {
  const labels: Label[] = [];
  for (const event of slice.lifecycle) labels.push({ type: 'lifecycle', event });
  if (slice.nonblocking) labels.push({ type: 'FIONBIO', on: true }, { type: 'FIONBIO', on: false });
  for (const mode of slice.modes) {
    for (let length = 0; length <= bounds.length; length++) {
      for (let bytes = length; bytes >= 0; bytes--) labels.push({ type: 'send.completes', mode, length, bytes });
      labels.push({ type: 'send.pends', mode, length });
    }
    for (const code of slice.codes) labels.push({ type: 'send.fails', mode, length: bounds.length, code });
    for (const menu of slice.menus ?? []) labels.push(...calledBy(menu, mode, slice, bounds));
  }
  const places = Array.from({ length: bounds.operations }, (_, at) => at);
  if (slice.blockingCalls) {
    for (let length = 1; length <= bounds.length; length++) labels.push({ type: 'send.begins', length });
    for (const at of places) {
      labels.push({ type: 'call.completes', at });
      for (const code of slice.codes) labels.push({ type: 'call.fails', at, code });
    }
  }
  const extras: ReadonlySet<Extra> = new Set(slice.extras);
  labels.push({ type: 'transport.takes' });
  for (let units = 1; units <= bounds.units; units++) labels.push({ type: 'peer.recv', units });
  if (slice.circuit) labels.push({ type: 'peer.reset' }, { type: 'peer.close' });
  for (const event of slice.world ?? []) labels.push({ type: 'world', event });
  if (extras.has('delivery')) {
    labels.push({ type: 'peer.garbled' });
    if (!slice.datagram) labels.push({ type: 'peer.eof' });
  }
  if (extras.has('urgent')) labels.push({ type: 'peer.urgent' });
  if (extras.has('failed'))
    for (const seen of ['set', 'unset', 'nothing sent', 'bytes sent'] as const) labels.push({ type: 'failed', seen });
  if (extras.has('hangs')) for (const mode of slice.modes) if (mode !== 'sync') labels.push({ type: 'send.hangs', mode });
  if (extras.has('flush')) labels.push({ type: 'flush', refused: false }, { type: 'flush', refused: true });
  if (extras.has('nesting')) labels.push({ type: 'other.completes' }, { type: 'nap.begins' }, { type: 'nap.ends' });
  labels.push({ type: 'settle' });
  const routines = slice.modes.includes('routine');
  if (routines) labels.push({ type: 'sleep.begins' }, { type: 'sleep.ends' });
  for (const at of places) {
    if (slice.cancel) labels.push({ type: 'cancel', at });
    labels.push({ type: 'event', at, signalled: true }, { type: 'event', at, signalled: false });
    labels.push({ type: 'result.incomplete', at });
    for (const status of slice.statuses) labels.push({ type: 'result', at, status });
    if (extras.has('interrupt') && slice.blockingCalls) labels.push({ type: 'interrupt', at });
    if (extras.has('count')) labels.push({ type: 'count', at, written: true }, { type: 'count', at, written: false });
    if (extras.has('caller')) labels.push({ type: 'caller', at });
    if (extras.has('wait')) {
      labels.push({ type: 'result.incomplete', at, waits: true }, { type: 'result.other', at });
      for (const status of slice.statuses) labels.push({ type: 'result', at, status, waits: true });
    }
    if (slice.spi) {
      labels.push({ type: 'upcall.apc', at }, { type: 'upcall.apc', at, elsewhere: true });
      for (const status of slice.statuses) labels.push({ type: 'upcall.complete', at, status });
    }
    if (!routines) continue;
    for (const status of slice.statuses) labels.push({ type: 'routine.enter', at, status });
    labels.push({ type: 'routine.enter', at, status: '0', flagged: true });
    labels.push({ type: 'routine.leave', at });
  }
  return labels;
}
