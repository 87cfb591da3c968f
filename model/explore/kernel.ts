/**
 * The compiled product: the same steps as wspsend.machine.ts, over integers and the compiled tables.
 *
 * A state is a few 32-bit words: the first holds what the socket, its circuit and the transport are, each other one two entries.
 * A step decodes the words into one scratch record, moves that, and encodes it again; nothing is allocated.
 */

import type { Profile } from '../clauses/profiles.ts';
import { reads } from '../clauses/profiles.ts';
import { type CompiledRule, lookup } from '../compiled/compile.ts';
import { tablesOf } from '../compiled/tables.ts';
import { callFacts } from '../machines/call.machine.ts';
import { operationFacts } from '../machines/operation.machine.ts';
import { bitsOf } from '../machines/rules.ts';
import { socketFacts } from '../machines/socket.machine.ts';
import { failureOf, isRequest, operationEventOf, productEventOf } from '../machines/wspsend.machine.ts';
import { type Bounds, type Label, labelsOf, type Slice } from './labels.ts';
import { FAILURE, kinds, NOTHING, type Prepared, Scratch, SUCCESS } from './scratch.ts';

export { operationsMax, unitsMax } from './scratch.ts';

const S = bitsOf(socketFacts);
const O = bitsOf(operationFacts);
const C = bitsOf(callFacts);

export class Kernel extends Scratch {
  readonly profile: Profile;
  readonly slice: Slice;
  readonly labels: readonly Label[];
  /** The rule that decided the last step, permitted or refused, when one did. */
  decided: CompiledRule | undefined;

  private readonly prepared: readonly Prepared[];
  private readonly closeCancels: boolean;

  constructor(slice: Slice, bounds: Bounds, profile: Profile) {
    super(bounds, tablesOf(profile));
    this.profile = profile;
    this.slice = slice;
    this.labels = labelsOf(slice, bounds);
    this.closeCancels = reads(profile, 'CloseCancels:binding');
    this.prepared = this.labels.map((label) => this.prepare(label));
  }

  private prepare(label: Label): Prepared {
    const { socket, operation } = this.tables;
    const observed = operationEventOf(label);
    const name = productEventOf(label);
    const event =
      observed === undefined
        ? (socket.eventIndex as Record<string, number>)[name]
        : (operation.eventIndex as Record<string, number>)[observed];
    const mode = 'mode' in label ? label.mode : 'sync';
    const length = 'length' in label ? label.length : 1;
    const bytes = 'bytes' in label ? label.bytes : length;
    let fixedFacts: number = S.stream | S.fits;
    if (bytes === length) fixedFacts |= S.takesAll;
    else if (bytes > 0 && bytes < length) fixedFacts |= S.takesPart;
    if (mode !== 'sync') fixedFacts |= this.slice.overlappedSocket ? S.overlappedIo : S.ignoresOverlapped;
    const failure = failureOf(label);
    return {
      label,
      type: label.type,
      event: event ?? -1,
      request: isRequest(label),
      at: 'at' in label ? label.at : -1,
      kind: mode === 'sync' || !this.slice.overlappedSocket ? 0 : kinds[mode],
      length,
      bytes,
      fixedFacts,
      success: 'status' in label ? label.status === '0' : failure === undefined,
      reports: failure === 'WSAECONNRESET' ? 1 : failure === 'WSAECONNABORTED' ? 2 : failure === 'WSAENETRESET' ? 3 : 0,
    };
  }

  /** Writes the initial state to `words[at…]`. */
  initial(words: Int32Array, at: number): void {
    this.socket = this.tables.socket.stateIndex[this.slice.connected ? 'connected' : 'unbound'];
    this.circuit = this.tables.circuit.initial;
    this.nonblocking = this.reset = this.peerClosed = this.sleeping = this.queued = this.count = 0;
    this.encode(words, at);
  }

  /** Tries a label from `words[from…]`; when the specification permits it, the next state is at `next[at…]`. */
  step(words: Int32Array, from: number, index: number, next: Int32Array, at: number): boolean {
    this.decode(words, from);
    const label = this.prepared[index]!;
    this.decided = undefined;
    if (!this.enabled(label)) return false;
    this.balance.accepted = this.balance.received = this.balance.dropped = 0;
    if (label.request && this.callsHold('request') === false) return false;
    if (!this.move(label)) return false;
    this.encode(next, at);
    return true;
  }

  /** Is the label possible at all, whatever the rules say? Only then is a refusal the specification's. */
  possible(words: Int32Array, from: number, index: number): boolean {
    this.decode(words, from);
    return this.enabled(this.prepared[index]!);
  }

  /** Units held: by the transport, and by entries that wait for it. */
  held(words: Int32Array, from: number): number {
    this.decode(words, from);
    let sum = this.queued;
    for (let i = 0; i < this.count; i++) sum += this.rest[i]!;
    return sum;
  }

  /** The state in words, for people and for the comparison with XState. */
  describe(words: Int32Array, from: number) {
    this.decode(words, from);
    const { socket, circuit, operation, call } = this.tables;
    const kindNames = ['', 'event', 'routine', 'neither', 'blocking'] as const;
    return {
      socket: socket.states[this.socket]!,
      circuit: circuit.states[this.circuit]!,
      nonblocking: this.nonblocking === 1,
      reset: this.reset === 1,
      peerClosed: this.peerClosed === 1,
      queued: this.queued,
      sleeping: this.sleeping === 1,
      entries: Array.from({ length: this.count }, (_, i) => ({
        kind: kindNames[this.kind[i]!]!,
        state: this.kind[i] === kinds.blocking ? call.states[this.state[i]!]! : operation.states[this.state[i]!]!,
        rest: this.rest[i]!,
        cancelled: this.cancelled[i] === 1,
        owed: this.owed[i] === 1,
        known: (['nothing', 'success', 'failure'] as const)[this.known[i]!]!,
      })),
    };
  }

  // ---- Facts ---------------------------------------------------------------------------------------------------------------------

  private sendFacts(label: Prepared): number {
    const { circuit, socket } = this.tables;
    let facts = label.fixedFacts;
    if (this.nonblocking === 1) facts |= S.nonblocking;
    if (this.broken) facts |= S.surelyBroken;
    if (this.circuit === circuit.stateIndex.resetReported) facts |= S.resetReported;
    if ((this.reset | this.peerClosed) === 1) facts |= S.mayBeReset;
    if (this.socket === socket.stateIndex.sendShutDown && this.peerClosed === 1 && this.reset === 0) facts |= S.orderlyClosed;
    if (label.at < 0 && this.running) facts |= S.insideRoutine;
    if (label.at >= 0 && this.socket === socket.stateIndex.notASocket) facts |= S.closedMeanwhile;
    if (this.queued > 0) facts |= S.mayHaveUnconsumed;
    for (let i = 0; i < this.count; i++) {
      if (this.kind[i] !== kinds.blocking) facts |= S.othersOutstanding;
      else if (i !== label.at) facts |= S.mayBeInProgress;
      if (this.rest[i]! > 0) facts |= S.mayHaveUnconsumed;
    }
    return facts;
  }

  private entryFacts(at: number, label: Prepared | undefined): number {
    const { socket, circuit } = this.tables;
    const kind = this.kind[at];
    let facts = O.bytesAll | O.bytesWithin | O.flagsZero | O.properThread;
    if (kind === kinds.event) facts |= O.hasEvent;
    if (kind === kinds.routine) facts |= O.hasRoutine;
    if (this.rest[at] === 0) facts |= O.mayBeConsumed;
    if (this.cancelled[at] === 1) facts |= O.cancelled;
    if (this.owed[at] === 1) facts |= O.completionOwed;
    if (this.socket === socket.stateIndex.notASocket) facts |= O.closed | O.closedCircuit;
    if (this.socket === socket.stateIndex.sendShutDown) facts |= O.shutDown;
    if ((this.reset | this.peerClosed) === 1) facts |= O.mayBeReset;
    if (this.circuit === circuit.stateIndex.resetReported) facts |= O.resetReported;
    if (this.running) facts |= O.nested;
    else if (this.sleeping === 1) facts |= O.alertable;
    const told = label !== undefined && (label.type === 'result' || label.type === 'routine.enter');
    if (told && this.known[at] !== NOTHING && label.success !== (this.known[at] === SUCCESS)) facts |= O.contradictsKnown;
    return facts;
  }

  private callFacts(at: number): number {
    let facts: number = C.isSend | C.mayBlock;
    if (this.rest[at] === 0 || this.broken) facts |= C.surelyReleased;
    return facts;
  }

  private callsHold(event: 'request' | 'settle'): boolean {
    const { call } = this.tables;
    for (let i = 0; i < this.count; i++) {
      if (this.kind[i] !== kinds.blocking) continue;
      const rule = lookup(call, this.state[i]!, call.eventIndex[event], this.callFacts(i));
      if (rule?.permitted !== true) {
        this.decided = rule;
        return false;
      }
    }
    return true;
  }

  // ---- Steps ---------------------------------------------------------------------------------------------------------------------

  private move(label: Prepared): boolean {
    switch (label.type) {
      case 'lifecycle':
        return this.answer(label);
      case 'FIONBIO':
        this.nonblocking = 1 - this.nonblocking;
        return true;
      case 'send.completes':
        if (!this.answer(label)) return false;
        this.queued += label.bytes;
        this.balance.accepted += label.bytes;
        if (label.kind !== 0) this.post(label.kind, this.tables.operation.stateIndex.doneAtOnce, 0, SUCCESS);
        return true;
      case 'send.pends':
        if (!this.answer(label)) return false;
        if ((label.label as { mode: string }).mode !== 'sync') {
          const kind = kinds[(label.label as { mode: 'event' | 'routine' | 'neither' }).mode];
          this.post(kind, this.tables.operation.stateIndex.pending, label.length, NOTHING);
          this.balance.accepted += label.length;
        }
        return true;
      case 'send.fails':
        return this.answer(label) && this.report(label);
      case 'send.begins':
        this.post(kinds.blocking, this.tables.call.stateIndex.begun, label.length, NOTHING);
        this.balance.accepted += label.length;
        return true;
      case 'call.completes':
      case 'call.fails':
        if (!this.answer(label)) return false;
        this.remove(label.at);
        return this.report(label);
      case 'transport.takes':
        this.rest[this.waiting]!--;
        this.queued++;
        return true;
      case 'peer.recv': {
        const { units } = label.label as { units: number };
        this.queued -= units;
        this.balance.received += units;
        return true;
      }
      case 'peer.reset':
        this.reset = 1;
        return this.circuitMoves('env.breaks', 0);
      case 'peer.close':
        this.peerClosed = 1;
        return true;
      case 'settle':
        return this.settle();
      case 'cancel':
        this.cancelled[label.at] = 1;
        return true;
      case 'sleep.begins':
        this.sleeping = 1;
        return true;
      case 'sleep.ends':
        return this.wake();
      default:
        return this.observe(label);
    }
  }

  private answer(label: Prepared): boolean {
    const { socket } = this.tables;
    const rule = label.event < 0 ? undefined : lookup(socket, this.socket, label.event, this.sendFacts(label));
    this.decided = rule;
    if (rule?.permitted !== true) return false;
    this.socket = rule.target;
    return true;
  }

  private circuitMoves(event: 'env.breaks' | 'reports' | 'settle', facts: number): boolean {
    const { circuit } = this.tables;
    const rule = lookup(circuit, this.circuit, circuit.eventIndex[event], facts);
    if (rule !== undefined) this.circuit = rule.target;
    this.decided ??= rule;
    return true;
  }

  private report(label: Prepared): boolean {
    if (label.reports === 0 || this.socket === this.tables.socket.stateIndex.notASocket) return true;
    const isReset = label.reports === 1 || (label.reports === 3 && this.reset === 1);
    return this.circuitMoves('reports', isReset ? 1 : 0);
  }

  private observe(label: Prepared): boolean {
    const { operation } = this.tables;
    const { at } = label;
    const rule = lookup(operation, this.state[at]!, label.event, this.entryFacts(at, label));
    this.decided = rule;
    if (rule?.permitted !== true) return false;
    switch (label.type) {
      case 'event':
        this.state[at] = rule.target;
        return true;
      case 'result':
        if (this.kind[at] !== kinds.routine) this.remove(at);
        else this.told(at, rule.target, label.success);
        return this.report(label);
      case 'routine.enter':
        this.told(at, rule.target, label.success);
        return this.report(label);
      case 'routine.leave':
        this.remove(at);
        return true;
      default:
        return true;
    }
  }

  private told(at: number, state: number, success: boolean): void {
    this.balance.dropped += this.rest[at]!;
    this.state[at] = state;
    this.rest[at] = 0;
    this.known[at] = success ? SUCCESS : FAILURE;
  }

  private settle(): boolean {
    if (!this.callsHold('settle')) return false;
    const { operation, call, socket } = this.tables;
    const { doneAtOnce, due, pending } = operation.stateIndex;
    this.circuitMoves('settle', 0);
    const gone = this.broken || (this.closeCancels && this.socket === socket.stateIndex.notASocket);
    for (let i = 0; i < this.count; i++) {
      const state = this.state[i]!;
      if (this.kind[i] === kinds.blocking) {
        this.state[i] = lookup(call, state, call.eventIndex.settle, this.callFacts(i))!.target;
        continue;
      }
      if (state === doneAtOnce || state === due || (state === pending && (this.rest[i] === 0 || gone))) this.owed[i] = 1;
      const rule = lookup(operation, state, operation.eventIndex.settle, this.entryFacts(i, undefined))!;
      this.decided = rule;
      this.state[i] = rule.target;
    }
    return true;
  }

  private wake(): boolean {
    const { operation } = this.tables;
    for (let i = 0; i < this.count; i++) {
      if (this.kind[i] === kinds.blocking) continue;
      const rule = lookup(operation, this.state[i]!, operation.eventIndex['sleep.ends'], this.entryFacts(i, undefined));
      if (rule?.permitted !== true) {
        this.decided = rule;
        return false;
      }
    }
    this.sleeping = 0;
    return true;
  }
}
