/**
 * One state of the compiled product, taken apart: the record that the kernel decodes a state into, moves, and encodes again; and what
 * is possible in it before any rule is asked.
 */

import type { Tables } from '../compiled/tables.ts';
import type { Bounds, Label } from './labels.ts';

export const kinds = { event: 1, routine: 2, neither: 3, blocking: 4 } as const;
export const NOTHING = 0;
export const SUCCESS = 1;
export const FAILURE = 2;

/** Bits of the first word, from the lowest. */
const GLOBAL = { socket: 0, circuit: 3, nonblocking: 5, reset: 6, peerClosed: 7, sleeping: 8, queued: 9 } as const;
/** Bits of an entry in its half of a word: kind, state, rest, cancelled, owed, known. */
const ENTRY = { kind: 0, state: 3, rest: 6, cancelled: 10, owed: 11, known: 12 } as const;
const entryBits = 16;

export const unitsMax = 15;
export const operationsMax = 8;

/** A label with everything that a step needs looked up beforehand. */
export interface Prepared {
  readonly label: Label;
  readonly type: Label['type'];
  readonly event: number;
  readonly request: boolean;
  readonly at: number;
  readonly kind: number;
  readonly length: number;
  readonly bytes: number;
  readonly fixedFacts: number;
  readonly success: boolean;
  /** 0: reports nothing of the circuit; 1: a reset; 2: another failure; 3: a reset only after a reset. */
  readonly reports: 0 | 1 | 2 | 3;
}

/** Bytes, in units, that a step accepts, hands to the peer and drops: what goes in must be somewhere. */
export interface Balance {
  accepted: number;
  received: number;
  dropped: number;
}

export class Scratch {
  readonly bounds: Bounds;
  readonly tables: Tables;
  /** Words of a state. */
  readonly width: number;
  readonly balance: Balance = { accepted: 0, received: 0, dropped: 0 };

  // The scratch record.
  protected socket = 0;
  protected circuit = 0;
  protected nonblocking = 0;
  protected reset = 0;
  protected peerClosed = 0;
  protected sleeping = 0;
  protected queued = 0;
  protected count = 0;
  protected readonly kind = new Int32Array(operationsMax);
  protected readonly state = new Int32Array(operationsMax);
  protected readonly rest = new Int32Array(operationsMax);
  protected readonly cancelled = new Int32Array(operationsMax);
  protected readonly owed = new Int32Array(operationsMax);
  protected readonly known = new Int32Array(operationsMax);

  constructor(bounds: Bounds, tables: Tables) {
    if (!(bounds.operations >= 1 && bounds.operations <= operationsMax)) {
      throw new RangeError(`operations must be from 1 to ${operationsMax}: operations=${bounds.operations}`);
    }
    for (const name of ['units', 'length'] as const) {
      if (!(bounds[name] >= 1 && bounds[name] <= unitsMax))
        throw new RangeError(`${name} must be from 1 to ${unitsMax}: ${name}=${bounds[name]}`);
    }
    this.bounds = bounds;
    this.tables = tables;
    this.width = 1 + Math.ceil(bounds.operations / 2);
  }

  // ---- Words ---------------------------------------------------------------------------------------------------------------------

  protected decode(words: Int32Array, at: number): void {
    const word = words[at]!;
    this.socket = (word >>> GLOBAL.socket) & 7;
    this.circuit = (word >>> GLOBAL.circuit) & 3;
    this.nonblocking = (word >>> GLOBAL.nonblocking) & 1;
    this.reset = (word >>> GLOBAL.reset) & 1;
    this.peerClosed = (word >>> GLOBAL.peerClosed) & 1;
    this.sleeping = (word >>> GLOBAL.sleeping) & 1;
    this.queued = (word >>> GLOBAL.queued) & 15;
    let count = 0;
    for (let i = 0; i < this.bounds.operations; i++) {
      const half = words[at + 1 + (i >>> 1)]! >>> ((i & 1) * entryBits);
      const kind = half & 7;
      if (kind === 0) break;
      this.kind[i] = kind;
      this.state[i] = (half >>> ENTRY.state) & 7;
      this.rest[i] = (half >>> ENTRY.rest) & 15;
      this.cancelled[i] = (half >>> ENTRY.cancelled) & 1;
      this.owed[i] = (half >>> ENTRY.owed) & 1;
      this.known[i] = (half >>> ENTRY.known) & 3;
      count++;
    }
    this.count = count;
  }

  protected encode(words: Int32Array, at: number): void {
    words[at] =
      (this.socket << GLOBAL.socket) |
      (this.circuit << GLOBAL.circuit) |
      (this.nonblocking << GLOBAL.nonblocking) |
      (this.reset << GLOBAL.reset) |
      (this.peerClosed << GLOBAL.peerClosed) |
      (this.sleeping << GLOBAL.sleeping) |
      (this.queued << GLOBAL.queued);
    for (let word = 1; word < this.width; word++) words[at + word] = 0;
    for (let i = 0; i < this.count; i++) {
      const half =
        this.kind[i]! |
        (this.state[i]! << ENTRY.state) |
        (this.rest[i]! << ENTRY.rest) |
        (this.cancelled[i]! << ENTRY.cancelled) |
        (this.owed[i]! << ENTRY.owed) |
        (this.known[i]! << ENTRY.known);
      words[at + 1 + (i >>> 1)]! |= half << ((i & 1) * entryBits);
    }
  }

  protected post(kind: number, state: number, rest: number, known: number): void {
    const i = this.count++;
    this.kind[i] = kind;
    this.state[i] = state;
    this.rest[i] = rest;
    this.cancelled[i] = 0;
    this.owed[i] = 0;
    this.known[i] = known;
  }

  protected remove(at: number): void {
    this.balance.dropped += this.rest[at]!;
    this.count--;
    for (const field of [this.kind, this.state, this.rest, this.cancelled, this.owed, this.known])
      field.copyWithin(at, at + 1, this.count + 1);
  }

  // ---- What is possible ----------------------------------------------------------------------------------------------------------

  protected get running(): boolean {
    const { running } = this.tables.operation.stateIndex;
    for (let i = 0; i < this.count; i++) if (this.kind[i] !== kinds.blocking && this.state[i] === running) return true;
    return false;
  }

  protected get broken(): boolean {
    const { broken, resetReported } = this.tables.circuit.stateIndex;
    return this.circuit === broken || this.circuit === resetReported;
  }

  protected get waiting(): number {
    for (let i = 0; i < this.count; i++) if (this.rest[i]! > 0) return i;
    return -1;
  }

  protected get calling(): boolean {
    for (let i = 0; i < this.count; i++) if (this.kind[i] === kinds.blocking) return true;
    return false;
  }

  protected enabled(label: Prepared): boolean {
    const states = this.tables.socket.stateIndex;
    const open = this.socket !== states.notASocket;
    const unconnected = this.socket === states.unbound || this.socket === states.bound;
    const free = this.sleeping === 0 || this.running;
    const slot = this.count < this.bounds.operations;
    const { at } = label;
    const observable = at < this.count && this.kind[at] !== kinds.blocking;
    switch (label.type) {
      case 'lifecycle': {
        const { event } = label.label as { event: string };
        if (!free || !open) return false;
        if (event === 'WSPBind') return this.socket === states.unbound;
        if (event === 'WSPConnect') return unconnected;
        return event === 'WSPCloseSocket' || unconnected || this.socket === states.connected;
      }
      case 'FIONBIO':
        return free && open && (this.nonblocking === 1) !== (label.label as { on: boolean }).on;
      case 'send.completes':
        if (!free || this.queued + label.bytes > this.bounds.units) return false;
        if (label.bytes > 0 && this.waiting >= 0) return false;
        return slot || (label.label as { mode: string }).mode === 'sync';
      case 'send.pends':
        return free && (slot || (label.label as { mode: string }).mode === 'sync');
      case 'send.fails':
        return free;
      case 'send.begins':
        return slot && this.socket === states.connected && this.nonblocking === 0 && !this.broken && !this.calling;
      case 'call.completes':
        return at < this.count && this.kind[at] === kinds.blocking && this.rest[at] === 0;
      case 'call.fails':
        return at < this.count && this.kind[at] === kinds.blocking;
      case 'transport.takes':
        return this.queued < this.bounds.units && !this.broken && this.waiting >= 0;
      case 'peer.recv':
        return !unconnected && this.reset === 0 && this.peerClosed === 0 && this.queued >= (label.label as { units: number }).units;
      case 'peer.reset':
      case 'peer.close':
        return !unconnected && this.reset === 0 && this.peerClosed === 0;
      case 'settle':
        return true;
      case 'cancel':
        return free && open && observable && this.state[at] === this.tables.operation.stateIndex.pending && this.cancelled[at] === 0;
      case 'sleep.begins':
        return this.sleeping === 0;
      case 'sleep.ends':
        return this.sleeping === 1 && !this.running;
      case 'event':
      case 'result.incomplete':
      case 'result':
        return free && observable;
      case 'routine.enter':
        return observable;
      case 'routine.leave':
        return observable && this.state[at] === this.tables.operation.stateIndex.running;
    }
  }
}
