/** Whether a label can be tried in a state at all: what the bounds and the world allow, before any rule is asked. */

import { type Counted, isBroken, isFree, isRunning } from '../machines/counted.ts';
import type { Bounds, Label } from './labels.ts';
import { menuOf, worldEventOf } from './menus.ts';

export function isEnabled(counted: Counted, label: Label, bounds: Bounds): boolean {
  const open = counted.socket !== 'notASocket';
  const unconnected = counted.socket === 'unbound' || counted.socket === 'bound';
  const running = isRunning(counted);
  const free = isFree(counted);
  const napping = counted.flags.includes('napping');
  const innerRuns = counted.entries.some(({ state, marks }) => state === 'running' && marks.includes('other'));
  const exited = counted.flags.includes('exited');
  const slot = counted.entries.length < bounds.operations;
  const entry = 'at' in label ? counted.entries[label.at] : undefined;
  const peerReads = !unconnected && !counted.reset && !counted.peerClosed;
  switch (label.type) {
    case 'lifecycle':
      if (!free || !open) return false;
      if (label.event === 'WSPBind') return counted.socket === 'unbound';
      if (label.event === 'WSPConnect' || label.event === 'WSPConnect.broadcast') return unconnected;
      return label.event === 'WSPCloseSocket' || counted.socket === 'connected' || unconnected;
    case 'FIONBIO':
      return free && open && counted.nonblocking !== label.on;
    case 'send.completes': {
      if (isForeign(label) && exited) return false;
      if (!free || counted.queued + label.bytes > bounds.units) return false;
      if (label.bytes > 0 && counted.entries.some((older) => older.rest > 0)) return false;
      return label.mode === 'sync' || slot;
    }
    case 'send.pends':
      return free && (label.mode === 'sync' || slot) && !(isForeign(label) && exited);
    case 'send.fails':
      return free && !(isForeign(label) && exited);
    case 'send.begins':
      return slot && open && !counted.nonblocking && counted.socket === 'connected' && !isBroken(counted.circuit) && !hasCall(counted);
    case 'call.completes':
      return entry?.kind === 'blocking' && entry.rest === 0;
    case 'call.fails':
      return entry?.kind === 'blocking';
    case 'transport.takes':
      return (
        counted.queued < bounds.units + (bounds.spare ?? 0) && !isBroken(counted.circuit) && counted.entries.some((older) => older.rest > 0)
      );
    case 'peer.recv':
      return peerReads && counted.queued >= label.units;
    case 'peer.reset':
    case 'peer.close':
      return peerReads;
    case 'settle':
      return !napping;
    case 'world': {
      const { sets, clears, where, request } = worldEventOf(label.event);
      if (sets !== undefined && counted.flags.includes(sets)) return false;
      if (clears !== undefined && !counted.flags.includes(clears)) return false;
      if (request && !free) return false;
      return where === 'anywhere' || (where === 'open' ? open : peerReads);
    }
    case 'upcall.apc':
    case 'upcall.complete':
      return entry !== undefined && (entry.state === 'pending' || entry.state === 'doneAtOnce');
    case 'failed':
      return free && counted.flags.includes('failed');
    case 'send.hangs':
      return free && slot && counted.socket === 'connected' && !isBroken(counted.circuit);
    case 'peer.garbled':
    case 'peer.eof':
    case 'peer.urgent':
      return peerReads;
    case 'flush':
      return free && open && !unconnected;
    case 'interrupt':
      return entry?.kind === 'blocking' && !entry.cancelled;
    case 'other.completes':
      return free && slot && !innerRuns;
    case 'nap.begins':
      return running && !innerRuns && !napping;
    case 'nap.ends':
      return napping && !innerRuns;
    case 'cancel':
      return free && open && entry !== undefined && entry.kind !== 'blocking' && entry.state === 'pending' && !entry.cancelled;
    case 'sleep.begins':
      return !counted.sleeping && !running;
    case 'sleep.ends':
      return counted.sleeping && !running;
    case 'caller':
      return entry !== undefined && entry.kind !== 'blocking' && entry.state === 'pending';
    case 'event':
    case 'count':
    case 'result.incomplete':
    case 'result.other':
    case 'result':
      return free && entry !== undefined && entry.kind !== 'blocking';
    case 'routine.enter':
      return entry !== undefined && entry.kind !== 'blocking';
    case 'routine.leave':
      // The routine that waits in a nap is not the one on top.
      return entry?.state === 'running' && (!napping || entry.marks.includes('other'));
  }
}

const isForeign = (label: Label): boolean => 'menu' in label && menuOf(label.menu)?.marks?.includes('foreign') === true;
const hasCall = (counted: Counted): boolean => counted.entries.some((entry) => entry.kind === 'blocking');
