/** Whether a label can be tried in a state at all: what the bounds and the world allow, before any rule is asked. */

import { type Counted, isBroken, isRunning } from '../machines/wspsend.machine.ts';
import type { Bounds, Label } from './labels.ts';

export function isEnabled(counted: Counted, label: Label, bounds: Bounds): boolean {
  const open = counted.socket !== 'notASocket';
  const unconnected = counted.socket === 'unbound' || counted.socket === 'bound';
  const running = isRunning(counted);
  // In an alertable wait the main thread makes no calls, except inside a routine.
  const free = !counted.sleeping || running;
  const slot = counted.entries.length < bounds.operations;
  const entry = 'at' in label ? counted.entries[label.at] : undefined;
  const peerReads = !unconnected && !counted.reset && !counted.peerClosed;
  switch (label.type) {
    case 'lifecycle':
      if (!free || !open) return false;
      if (label.event === 'WSPBind') return counted.socket === 'unbound';
      if (label.event === 'WSPConnect') return unconnected;
      return label.event === 'WSPCloseSocket' || counted.socket === 'connected' || unconnected;
    case 'FIONBIO':
      return free && open && counted.nonblocking !== label.on;
    case 'send.completes': {
      if (!free || counted.queued + label.bytes > bounds.units) return false;
      if (label.bytes > 0 && counted.entries.some((older) => older.rest > 0)) return false;
      return label.mode === 'sync' || slot;
    }
    case 'send.pends':
      return free && (label.mode === 'sync' || slot);
    case 'send.fails':
      return free;
    case 'send.begins':
      return slot && open && !counted.nonblocking && counted.socket === 'connected' && !isBroken(counted.circuit) && !hasCall(counted);
    case 'call.completes':
      return entry?.kind === 'blocking' && entry.rest === 0;
    case 'call.fails':
      return entry?.kind === 'blocking';
    case 'transport.takes':
      return counted.queued < bounds.units && !isBroken(counted.circuit) && counted.entries.some((older) => older.rest > 0);
    case 'peer.recv':
      return peerReads && counted.queued >= label.units;
    case 'peer.reset':
    case 'peer.close':
      return peerReads;
    case 'settle':
      return true;
    case 'cancel':
      return free && open && entry !== undefined && entry.kind !== 'blocking' && entry.state === 'pending' && !entry.cancelled;
    case 'sleep.begins':
      return !counted.sleeping;
    case 'sleep.ends':
      return counted.sleeping && !running;
    case 'event':
    case 'result.incomplete':
    case 'result':
      return free && entry !== undefined && entry.kind !== 'blocking';
    case 'routine.enter':
      return entry !== undefined && entry.kind !== 'blocking';
    case 'routine.leave':
      return entry?.state === 'running';
  }
}

const hasCall = (counted: Counted): boolean => counted.entries.some((entry) => entry.kind === 'blocking');
