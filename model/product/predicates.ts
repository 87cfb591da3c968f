/**
 * What is possible in a state of the product before any rule is asked, and the bounded model's column of the facts: as conditions over
 * the variables of a layout. The oracle has the other column (oracle/sendFacts.ts, operationFacts.ts and circuitFacts.ts).
 */

import { type Profile, reads } from '../clauses/profiles.ts';
import { type Tables, tablesOf } from '../compiled/tables.ts';
import type { CallFact } from '../machines/call.machine.ts';
import type { CircuitFact } from '../machines/circuit.machine.ts';
import type { OperationFact } from '../machines/operationWords.ts';
import { notDerived } from '../machines/rules.ts';
import type { SocketFact } from '../machines/socket.machine.ts';
import { all, always, any, atLeast, atMost, type Condition, constant, is, isNot, never, no } from './condition.ts';
import type { Column, Question } from './description.ts';
import { operationEventOf, productEventOf } from './events.ts';
import type { Bounds, Label } from './labels.ts';
import { type EntryVariables, kinds, known, type Layout } from './layout.ts';
import { type Flag, menuFacts, menuOf, worldEventOf } from './menus.ts';
import type { Slice } from './slices.ts';

export class Predicates {
  protected readonly slice: Slice;
  protected readonly bounds: Bounds;
  protected readonly tables: Tables;
  protected readonly layout: Layout;
  protected readonly profile: Profile;
  protected readonly closeCancels: boolean;

  constructor(slice: Slice, bounds: Bounds, profile: Profile, layout: Layout) {
    this.slice = slice;
    this.bounds = bounds;
    this.tables = tablesOf(profile);
    this.layout = layout;
    this.profile = profile;
    this.closeCancels = reads(profile, 'CloseCancels:binding');
  }

  protected entry(at: number): EntryVariables {
    return this.layout.entries[at]!;
  }

  protected anyEntry(predicate: (entry: EntryVariables, at: number) => Condition): Condition {
    return any(...this.layout.entries.map(predicate));
  }

  protected isOperation(entry: EntryVariables): Condition {
    return is(entry.kind, kinds.event, kinds.routine, kinds.neither);
  }

  protected inOperation(entry: EntryVariables, state: keyof Tables['operation']['stateIndex']): Condition {
    return is(entry.state, this.tables.operation.stateIndex[state]);
  }

  protected inSocket(...states: (keyof Tables['socket']['stateIndex'])[]): Condition {
    return is(this.layout.socket, ...states.map((state) => this.tables.socket.stateIndex[state]));
  }

  protected get running(): Condition {
    return this.anyEntry((entry) => this.inOperation(entry, 'running'));
  }

  protected flag(name: Flag): Condition {
    return is(this.layout.flags[name], 1);
  }

  /** A routine of this socket, or of the other, runs. */
  protected runs(other: boolean): Condition {
    return this.anyEntry((entry) => all(this.inOperation(entry, 'running'), is(entry.other, other ? 1 : 0)));
  }

  /** The main thread makes calls: it is in no alertable wait, or inside a routine that is not in one itself. */
  protected get free(): Condition {
    return all(any(is(this.layout.sleeping, 0), this.running), no(this.flag('napping')));
  }

  protected get alertable(): Condition {
    const napping = this.flag('napping');
    return any(all(napping, no(this.runs(true))), all(no(napping), is(this.layout.sleeping, 1), no(this.running)));
  }

  protected surelyTooLarge(label: Label): Condition {
    return this.slice.datagram && 'menu' in label && label.menu === 'tooLarge' ? this.flag('maxKnown') : never;
  }

  protected mayBeTooLarge(label: Label): Condition {
    if (!this.slice.datagram) return never;
    const some = constant(label.type.startsWith('call.') || ('length' in label && label.length > 0));
    return any(this.surelyTooLarge(label), all(no(this.flag('maxKnown')), some));
  }

  protected get broken(): Condition {
    const { broken, resetReported } = this.tables.circuit.stateIndex;
    return is(this.layout.circuit, broken, resetReported);
  }

  protected get broadcastForbidden(): Condition {
    return all(this.flag('toBroadcast'), no(this.flag('broadcastAllowed')));
  }

  /** A send on the connection can only fail. */
  protected get surelyFails(): Condition {
    return any(this.broken, this.flag('networkReported'), reads(this.profile, 'M5:never-raised') ? never : this.broadcastForbidden);
  }

  protected get waiting(): Condition {
    return this.anyEntry(({ rest }) => isNot(rest, 0));
  }

  protected get mayBeReset(): Condition {
    return any(is(this.layout.reset, 1), is(this.layout.peerClosed, 1));
  }

  protected get resetReported(): Condition {
    return is(this.layout.circuit, this.tables.circuit.stateIndex.resetReported);
  }

  protected knownOf(status: string): number {
    return 1 + this.slice.statuses.indexOf(status as never);
  }

  // ---- What is possible, whatever the rules say ----------------------------------------------------------------------------------

  protected possible(label: Label): Condition {
    const { nonblocking, reset, peerClosed, queued, sleeping, entries } = this.layout;
    const open = no(this.inSocket('notASocket'));
    const unconnected = this.inSocket('unbound', 'bound');
    const { free } = this;
    const napping = this.flag('napping');
    const isForeign = 'menu' in label && menuOf(label.menu)?.marks?.includes('foreign') === true;
    const sends = isForeign ? all(free, no(this.flag('exited'))) : free;
    const slot = is(entries[entries.length - 1]!.kind, kinds.none);
    const peerReads = all(no(unconnected), is(reset, 0), is(peerClosed, 0));
    switch (label.type) {
      case 'lifecycle':
        if (label.event === 'WSPBind') return all(free, this.inSocket('unbound'));
        // The network that failed is not repaired, so that nobody connects over it.
        if (label.event.startsWith('WSPConnect')) return all(free, unconnected, no(this.flag('networkFailing')));
        return all(free, label.event === 'WSPCloseSocket' ? open : this.inSocket('unbound', 'bound', 'connected'));
      case 'FIONBIO':
        return all(free, open, is(nonblocking, label.on ? 0 : 1));
      case 'send.completes': {
        const room = atMost(queued, this.bounds.units - label.bytes);
        // What is taken at once may not overtake what waits.
        return all(sends, room, label.bytes > 0 ? no(this.waiting) : always, label.mode === 'sync' ? always : slot);
      }
      case 'send.pends':
        return all(sends, label.mode === 'sync' ? always : slot);
      case 'send.fails':
        return sends;
      case 'send.begins':
        return all(slot, this.inSocket('connected'), is(nonblocking, 0), no(this.anyEntry(isCall)), no(this.surelyFails));
      case 'transport.takes':
        return all(atMost(queued, this.bounds.units + (this.bounds.spare ?? 0) - 1), no(this.broken), this.waiting);
      case 'peer.recv':
        return all(peerReads, atLeast(queued, label.units));
      case 'peer.reset':
      case 'peer.close':
        return peerReads;
      case 'settle':
        return no(napping);
      case 'world': {
        const { sets, clears, where, request } = worldEventOf(label.event);
        return all(
          sets === undefined ? always : no(this.flag(sets)),
          clears === undefined ? always : this.flag(clears),
          request ? free : always,
          { anywhere: always, open, peer: peerReads }[where],
        );
      }
      case 'failed':
        return all(free, this.flag('failed'));
      case 'send.hangs':
        return all(free, slot, this.inSocket('connected'), no(this.broken));
      case 'peer.garbled':
      case 'peer.eof':
      case 'peer.urgent':
        return peerReads;
      case 'flush':
        return all(free, open, no(unconnected));
      case 'other.completes':
        return all(free, slot, no(this.runs(true)));
      case 'nap.begins':
        return all(this.running, no(this.runs(true)), no(napping));
      case 'nap.ends':
        return all(napping, no(this.runs(true)));
      case 'sleep.begins':
        return all(is(sleeping, 0), no(this.running));
      case 'sleep.ends':
        return all(is(sleeping, 1), no(this.running));
      default:
        return this.possibleOf(label, this.entry(label.at));
    }
  }

  private possibleOf(label: Extract<Label, { at: number }>, entry: EntryVariables): Condition {
    switch (label.type) {
      case 'call.completes':
        return all(isCall(entry), is(entry.rest, 0));
      case 'call.fails':
        // What has given all of its bytes to the transport is short of no buffers any more, and a message that was taken does not fail.
        return all(isCall(entry), label.code === 'WSAENOBUFS' || this.slice.datagram ? isNot(entry.rest, 0) : always);
      case 'upcall.apc':
      case 'upcall.complete':
        return all(this.isOperation(entry), any(this.inOperation(entry, 'pending'), this.inOperation(entry, 'doneAtOnce')));
      case 'interrupt':
        return all(isCall(entry), is(entry.cancelled, 0));
      case 'caller':
        return all(this.isOperation(entry), this.inOperation(entry, 'pending'));
      case 'cancel':
        return all(
          this.free,
          no(this.inSocket('notASocket')),
          this.isOperation(entry),
          this.inOperation(entry, 'pending'),
          is(entry.cancelled, 0),
        );
      case 'event':
      case 'count':
      case 'result.other':
      case 'result.incomplete':
      case 'result':
        return all(this.free, this.isOperation(entry));
      case 'routine.enter':
        return this.isOperation(entry);
      case 'routine.leave':
        // The routine that waits in a nap is not the one on top.
        return all(this.inOperation(entry, 'running'), any(no(this.flag('napping')), is(entry.other, 1)));
    }
  }

  // ---- Facts ---------------------------------------------------------------------------------------------------------------------

  protected sendFacts(label: Label): Column<SocketFact> {
    const { nonblocking, reset, peerClosed, queued, entries } = this.layout;
    const mode = 'mode' in label ? label.mode : 'sync';
    const length = 'length' in label ? label.length : 1;
    const bytes = 'bytes' in label ? label.bytes : length;
    const at = 'at' in label ? label.at : -1;
    const menu = menuFacts('menu' in label ? label.menu : undefined, this.profile);
    const called = (fact: SocketFact): Condition => constant(menu.includes(fact));
    const network = this.flag('networkFailing');
    const otherCauses = any(is(reset, 1), this.flag('keepAlive'), this.flag('timedOut'), network);
    return {
      stream: constant(!this.slice.datagram),
      overlappedIo: constant(mode !== 'sync' && this.slice.overlappedSocket),
      overlappedSocket: constant(this.slice.overlappedSocket),
      ignoresOverlapped: constant(mode !== 'sync' && !this.slice.overlappedSocket),
      onlyRoutine: called('onlyRoutine'),
      // A call began on a blocking socket; a later FIONBIO does not reach it.
      nonblocking: at >= 0 ? never : is(nonblocking, 1),
      zeroBuffers: called('zeroBuffers'),

      takesAll: constant(bytes === length),
      takesPart: constant(bytes > 0 && bytes < length),
      takesTooMuch: notDerived('no more bytes are reported than were asked for'),
      fits: notDerived('what does not fit is not tried', true),
      countUnwritten: called('countUnwritten'),

      surelyBroken: this.broken,
      mayBeReset: this.mayBeReset,
      mayBeTimedOut: this.flag('timedOut'),
      mayBeKeepAliveFailed: this.flag('keepAlive'),
      resetReported: this.resetReported,
      // A call that had begun before the shutdown was not closed in order.
      orderlyClosed: at >= 0 ? never : all(this.inSocket('sendShutDown'), is(peerClosed, 1), no(otherCauses), no(this.broken)),
      shutDownBoth: this.flag('shutDownBoth'),
      networkMayBeDown: network,
      // A call that had begun before a send reported it may have taken effect before.
      networkSurelyDown: at >= 0 ? this.flag('networkDown') : any(this.flag('networkDown'), this.flag('networkReported')),

      mayFault: called('mayFault'),
      surelyFaults: called('surelyFaults'),
      outOfBand: called('outOfBand'),
      flagUnlisted: notDerived('it calls with the flags of the page alone'),
      partialMessage: called('partialMessage'),
      mayBeOversize: this.mayBeTooLarge(label),
      surelyOversize: this.surelyTooLarge(label),
      broadcastForbidden: this.broadcastForbidden,

      mayBeInProgress: any(...entries.filter((_, i) => i !== at).map(isCall)),
      insideRoutine: at < 0 ? this.running : never,
      interrupted: at < 0 ? never : any(is(this.entry(at).cancelled, 1), this.inSocket('notASocket')),
      mayHaveUnconsumed: any(isNot(queued, 0), this.waiting),
      // One without a routine is over once its status was reported.
      othersOutstanding: this.anyEntry((entry) =>
        all(this.isOperation(entry), any(is(entry.kind, kinds.routine), is(entry.known, known.nothing))),
      ),
      closedMeanwhile: at < 0 ? never : this.inSocket('notASocket'),
      mayTimeOut: notDerived('no option of the bounded model sets a time'),
      routeMayBeLost: notDerived('the bounded model has no routes'),
      seenWritable: notDerived('nobody looks whether there is room'),
      surelyHasRoom: notDerived('nobody looks whether there is room'),
    };
  }

  protected entryFacts(entry: EntryVariables, label: Label | undefined): Column<OperationFact> {
    const closed = all(this.inSocket('notASocket'), is(entry.other, 0));
    const nested = any(all(this.runs(false), is(entry.other, 0)), all(this.runs(true), is(entry.other, 1)));
    const reported = label !== undefined && 'status' in label ? this.knownOf(label.status) : 0;
    return {
      hasEvent: any(is(entry.kind, kinds.event), is(entry.hEvent, 1)),
      hasRoutine: is(entry.kind, kinds.routine),
      eventStale: notDerived('an event is reset as an operation starts'),
      seenSet: notDerived('an event that is set is that of a complete operation'),
      ignored: notDerived('an OVERLAPPED that is ignored makes no entry'),
      returnedZero: notDerived('it decides which clause is named, and nothing else'),
      bytesAll: notDerived('success is reported with all bytes', true),
      bytesWithin: notDerived('no failure is reported with more than has left', true),
      bytesWritten: notDerived('no count is reported of what is incomplete'),
      bytesReported: notDerived('no failure is reported with a count'),
      contradictsKnown: reported === known.nothing ? never : all(isNot(entry.known, known.nothing), isNot(entry.known, reported)),
      flagsZero: constant(!(label?.type === 'routine.enter' && label.flagged)),
      waits: constant(label?.type === 'result.other' || (label !== undefined && 'waits' in label && label.waits === true)),
      mayBeConsumed: is(entry.rest, 0),
      closed,
      closedCircuit: this.slice.datagram ? never : closed,
      cancelled: is(entry.cancelled, 1),
      flushed: is(entry.flushed, 1),
      threadGone: all(is(entry.foreign, 1), this.flag('exited')),
      portBound: is(entry.port, 1),
      skipsPort: notDerived('the bounded model has no ports'),
      packetSeen: notDerived('the bounded model has no ports'),
      packetOwed: notDerived('the bounded model has no ports'),
      routeMayBeLost: notDerived('the bounded model has no routes'),
      mayBeTimedOut: this.flag('timedOut'),
      mayBeKeepAliveFailed: this.flag('keepAlive'),
      networkMayBeDown: this.flag('networkFailing'),
      mayBeOversize: is(entry.mayBeTooLarge, 1),
      surelyOversize: is(entry.tooLarge, 1),
      mayBeUnsupported: is(entry.unsupported, 1),
      outOfBand: notDerived('which of the flags it was decides which clause is named, and nothing else', true),
      partialMessage: notDerived('which of the flags it was decides which clause is named, and nothing else'),
      shutDown: this.inSocket('sendShutDown'),
      shutDownBoth: this.flag('shutDownBoth'),
      mayBeReset: this.mayBeReset,
      resetReported: this.resetReported,
      completionOwed: is(entry.owed, 1),
      seenOver: notDerived('nothing is seen of an operation whose call has not returned'),
      surelyTaken: notDerived('that the transport took the bytes is not seen'),
      routineOpen: notDerived('no OVERLAPPED of a nonoverlapped socket makes an entry'),
      properThread: label?.type === 'upcall.apc' && label.elsewhere ? never : is(entry.foreign, 0),
      upcalled: is(entry.upcalled, 1),
      // A zero return reports its completion without an upcall, except that of a routine.
      upcallMissing: this.slice.spi
        ? all(is(entry.upcalled, 0), any(is(entry.kind, kinds.routine), is(entry.known, known.nothing)))
        : never,
      alertable: this.alertable,
      nested,
      heldBack: nested,
    };
  }

  protected callFacts(entry: EntryVariables): Column<CallFact> {
    const onlySends = 'the one kind of call that is outstanding here is a send';
    // It began on a blocking socket; a later FIONBIO does not reach it.
    const interrupted = reads(this.profile, 'InterruptedCode:interrupted') ? is(entry.cancelled, 1) : never;
    return {
      isSend: always,
      overlappedIo: notDerived(onlySends),
      withoutSocket: notDerived('what is outstanding here was begun on a connection'),
      mayBlock: always,
      waits: notDerived(onlySends),
      surelyReleased: any(is(entry.rest, 0), interrupted, this.broken, this.inSocket('notASocket')),
      looks: notDerived(onlySends),
      shutsDown: notDerived(onlySends),
    };
  }

  // ---- What the machines are asked -----------------------------------------------------------------------------------------------

  protected answer(label: Label): Question {
    return {
      machine: 'socket',
      event: productEventOf(label),
      state: { variable: this.layout.socket, offset: 0 },
      facts: this.sendFacts(label),
    };
  }

  protected observe(label: Label, entry: EntryVariables): Question {
    return this.ofOperation(operationEventOf(label)!, entry, label);
  }

  protected ofOperation(event: string, entry: EntryVariables, label?: Label): Question {
    return { machine: 'operation', event, state: { variable: entry.state, offset: 0 }, facts: this.entryFacts(entry, label) };
  }

  protected ofCall(event: 'request' | 'settle', entry: EntryVariables): Question {
    return { machine: 'call', event, state: { variable: entry.state, offset: this.layout.callStates }, facts: this.callFacts(entry) };
  }

  protected ofCircuit(event: 'env.breaks' | 'settle' | 'reports', reset: Condition = never): Question {
    const facts: Column<CircuitFact> = { reset };
    return { machine: 'circuit', event, state: { variable: this.layout.circuit, offset: 0 }, facts };
  }
}

export const isCall = (entry: EntryVariables): Condition => is(entry.kind, kinds.blocking);
