/**
 * The product's steps, each described once: what is possible and which facts hold is in predicates.ts; here is what each label asks the
 * machines and what it changes. The rules themselves are in neither.
 */

import { type Profile, reads } from '../clauses/profiles.ts';
import type { DeliveryFact } from '../machines/delivery.machine.ts';
import { type OperationFact, operationFacts } from '../machines/operationWords.ts';
import { notDerived } from '../machines/rules.ts';
import type { Arm, Command, NewEntry } from './command.ts';
import { all, always, any, type Condition, constant, is, isNot, never, no, type Variable } from './condition.ts';
import type { Ask, Change, Column, Description, Follow, Question } from './description.ts';
import { failureOf, isOfRoutine, isRequest } from './events.ts';
import type { Bounds, Label } from './labels.ts';
import { type EntryVariables, kinds, known, type Layout } from './layout.ts';
import { type Flag, type Mark, type MenuName, menuOf, worldEventOf } from './menus.ts';
import { isCall, Predicates } from './predicates.ts';
import { labelsOf } from './sliceLabels.ts';
import type { Slice } from './slices.ts';

/** Every label of the slice with the step that it is, in the order of the labels. */
export const descriptionsOf = (slice: Slice, bounds: Bounds, profile: Profile, layout: Layout): readonly Description[] => {
  const steps = new Steps(slice, bounds, profile, layout);
  return labelsOf(slice, bounds).map((label) => steps.of(label));
};

const set = (variable: Variable, value: number): Command => ({ kind: 'set', variable, value });
const add = (variable: Variable, by: number): readonly Command[] => (by === 0 ? [] : [{ kind: 'add', variable, by }]);
/** Arms that are never taken are left out, and what is always done is not a choice. */
export const choose = <More = never>(arms: readonly Arm<More>[]): readonly Command<More>[] => {
  const possible = arms.filter(({ when }) => when !== never);
  if (possible.length === 0) return [];
  return possible[0]!.when === always ? possible[0]!.then : [{ kind: 'choose', arms: possible }];
};
const follow = (question: Question): Follow => ({ kind: 'follow', question });

/** For an OVERLAPPED without an entry nothing holds but what is said of it. */
const factsOfNone = Object.fromEntries(Object.keys(operationFacts).map((fact) => [fact, never])) as unknown as Column<OperationFact>;

/** What a label asks and changes; the machine that it asks first decides it where nothing else is said. */
interface Outcome {
  readonly asks?: readonly Ask[];
  readonly then: readonly Change[];
  readonly deciding?: Description['deciding'];
}

const asks = (question: Question, more: Partial<Ask> = {}): Ask => ({ question, where: always, follows: false, ...more });
const decides = (question: Question, where: Condition = always) => ({ where, question });

class Steps extends Predicates {
  of(label: Label): Description {
    const { asks: asked = [], then, deciding = [] } = this.outcome(label);
    return { label, possible: this.possible(label), asks: [...asked, ...this.released(label)], then, deciding };
  }

  /** A call that has been released must have returned before the next request. Inside a routine calls come by themselves. */
  private released(label: Label): readonly Ask[] {
    if (!isRequest(label)) return [];
    const inRoutine = isOfRoutine(label) ? this.running : never;
    return this.layout.entries.map((entry) => asks(this.ofCall('request', entry), { where: all(isCall(entry), no(inRoutine)) }));
  }

  /** A failure of the circuit that is reported shows the sender what it is. */
  private reported(label: Label): readonly Change[] {
    const code = failureOf(label);
    if (code === 'WSAENETDOWN') return this.flagSet('networkReported');
    if (code !== 'WSAECONNRESET' && code !== 'WSAECONNABORTED' && code !== 'WSAENETRESET') return [];
    const reset = code === 'WSAECONNRESET' ? always : this.mayBeReset;
    return [follow(this.ofCircuit('reports', reset))];
  }

  // ---- What a label changes ------------------------------------------------------------------------------------------------------

  private outcome(label: Label): Outcome {
    const { nonblocking, queued, sleeping, entries } = this.layout;
    switch (label.type) {
      case 'lifecycle':
        return this.answered(
          label,
          this.remembers(
            { WSPConnect: 'wasConnected', 'WSPShutdown.both': 'shutDownBoth', 'WSPConnect.broadcast': 'toBroadcast' },
            label.event,
          ),
        );
      case 'FIONBIO':
        return { then: [set(nonblocking, label.on ? 1 : 0)] };
      case 'send.completes':
        return this.answered(
          label,
          [...add(queued, label.bytes), ...this.posted(label, 'doneAtOnce', 0), ...this.offers(label)],
          this.queuesBefore(label),
        );
      case 'send.pends':
        return this.answered(label, [...this.posted(label, 'pending', label.length), ...this.offers(label)]);
      case 'send.fails':
        return this.answered(label, [...(label.mode === 'sync' ? [] : this.flagSet('failed')), ...this.reported(label)]);
      case 'failed':
        return this.seenOfFailed(label.seen);
      case 'send.hangs':
        return { asks: [asks(this.callThatWaitsForNothing())], then: [] };
      case 'send.begins': {
        const state = this.layout.callStates + this.tables.call.stateIndex.begun;
        return { then: [{ kind: 'append', entry: { kind: kinds.blocking, state, rest: label.length } }] };
      }
      case 'call.completes':
      case 'call.fails':
        return this.answered(label, [{ kind: 'remove', at: label.at }, ...this.reported(label)], [], this.atBegin(label));
      case 'transport.takes':
        return { then: [...choose(entries.map(({ rest }) => ({ when: isNot(rest, 0), then: add(rest, -1) }))), ...add(queued, 1)] };
      case 'flush': {
        const then = entries.flatMap((entry) => choose([{ when: this.isOperation(entry), then: [set(entry.flushed, 1)] }]));
        return this.answered(label, label.refused ? [] : then);
      }
      case 'interrupt':
        return { then: [set(this.entry(label.at).cancelled, 1)] };
      case 'caller': {
        const entry = this.entry(label.at);
        return { then: [set(entry.state, this.tables.operation.stateIndex.unjudged), set(entry.rest, 0)] };
      }
      case 'other.completes': {
        const state = this.tables.operation.stateIndex.doneAtOnce;
        return { then: this.appends({ kind: kinds.routine, state, known: known.success, other: 1 }) };
      }
      case 'nap.begins':
        return { then: this.flagSet('napping') };
      case 'nap.ends':
        return { asks: entries.map((entry) => this.mayWake(entry, false)), then: [set(this.layout.flags.napping, 0)] };
      case 'settle':
        return this.settled();
      case 'cancel':
        return { then: [set(this.entry(label.at).cancelled, 1)] };
      case 'sleep.begins':
        return { then: [set(sleeping, 1)] };
      case 'sleep.ends':
        return { asks: entries.map((entry) => this.mayWake(entry, true)), then: [set(sleeping, 0), ...this.cleared('late')] };
      case 'peer.recv':
      case 'peer.garbled':
      case 'peer.eof':
      case 'peer.urgent':
      case 'peer.reset':
      case 'peer.close':
        return this.ofPeer(label);
      case 'world':
        return this.ofWorld(label);
      default:
        return this.observed(label);
    }
  }

  private ofPeer(label: Extract<Label, { type: `peer.${string}` }>): Outcome {
    const { queued, reset, peerClosed, flags } = this.layout;
    switch (label.type) {
      case 'peer.recv':
        return { ...this.delivered(label), then: add(queued, -label.units) };
      case 'peer.garbled':
        return { ...this.delivered(label), then: [] };
      case 'peer.eof':
        return { ...this.delivered(label), then: [] };
      case 'peer.urgent':
        return { ...this.delivered(label), then: [set(flags.urgent, 0)] };
      case 'peer.reset':
        return { ...this.breaks(), then: [set(reset, 1)] };
      case 'peer.close':
        return { then: [set(peerClosed, 1)] };
    }
  }

  private ofWorld(label: Extract<Label, { type: 'world' }>): Outcome {
    const { sets, clears, breaks } = worldEventOf(label.event);
    const then = [...(sets === undefined ? [] : this.flagSet(sets)), ...(clears === undefined ? [] : [set(this.layout.flags[clears], 0)])];
    return breaks ? { ...this.breaks(), then } : { then };
  }

  private breaks(): Pick<Outcome, 'asks' | 'deciding'> {
    const question = this.ofCircuit('env.breaks');
    return { asks: [asks(question, { follows: true })], deciding: [decides(question)] };
  }

  /** A call may have taken effect when it began: on a connected socket, whose circuit stood. */
  private atBegin(label: Label): Question {
    const { event, facts } = this.answer(label);
    return { machine: 'socket', event, state: 'connected', facts: { ...facts, surelyBroken: never, resetReported: never } };
  }

  private answered(label: Label, then: readonly Change[], more: readonly Ask[] = [], orElse?: Question): Outcome {
    const question = this.answer(label);
    return {
      asks: [asks(question, { follows: true, ...(orElse !== undefined && { orElse }) }), ...more],
      then,
      deciding: [decides(question)],
    };
  }

  private flagSet(name: Flag): readonly Command[] {
    return this.layout.flags[name].values > 1 ? [set(this.layout.flags[name], 1)] : [];
  }

  private remembers(flags: Readonly<Record<string, Flag>>, event: string): readonly Command[] {
    return flags[event] === undefined ? [] : this.flagSet(flags[event]);
  }

  private cleared(mark: Mark): readonly Command[] {
    return this.layout.entries.filter((entry) => entry[mark].values > 1).map((entry) => set(entry[mark], 0));
  }

  /** An answer makes an operation only where the OVERLAPPED is not ignored. */
  private posted(
    label: Extract<Label, { type: 'send.completes' | 'send.pends' }>,
    state: 'doneAtOnce' | 'pending',
    rest: number,
  ): readonly Command[] {
    const { mode, menu } = label;
    if (mode === 'sync' || !this.slice.overlappedSocket) return [];
    const marks = (menuOf(menu)?.marks ?? []).filter((mark) => mark !== 'tooLarge');
    const entry: NewEntry = {
      kind: kinds[mode],
      state: this.tables.operation.stateIndex[state],
      rest,
      known: state === 'doneAtOnce' ? known.success : known.nothing,
      ...Object.fromEntries(marks.map((mark) => [mark, 1])),
    };
    const surely = this.surelyTooLarge(label);
    if (surely === never) return this.appends(entry, this.mayBeTooLarge(label));
    // Of a message that is too large nothing goes out.
    const tooLarge: NewEntry = { ...entry, rest: state === 'doneAtOnce' ? rest : 0, tooLarge: 1, mayBeTooLarge: 1 };
    return choose([
      { when: surely, then: this.appends(tooLarge) },
      { when: always, then: this.appends(entry, this.mayBeTooLarge(label)) },
    ]);
  }

  /** A send that was accepted may offer urgent data. */
  private offers({ menu }: { readonly menu?: MenuName }): readonly Command[] {
    return menuOf(menu)?.urgent ? this.flagSet('urgent') : [];
  }

  private get lateness(): Condition {
    return this.layout.entries[0]!.late.values > 1 ? is(this.layout.sleeping, 1) : never;
  }

  private appends(entry: NewEntry, mayBeTooLarge: Condition = never): readonly Command[] {
    const append = (made: NewEntry): readonly Command[] => [{ kind: 'append', entry: made }];
    return choose([
      { when: mayBeTooLarge, then: append({ ...entry, mayBeTooLarge: 1 }) },
      { when: always, then: append(entry) },
    ]);
  }

  /** Where every upcall is seen, that of a routine comes before the send returns zero. */
  private queuesBefore(label: Extract<Label, { type: 'send.completes' }>): readonly Ask[] {
    if (label.mode !== 'routine' || label.menu === 'queued' || !this.slice.spi) return [];
    const facts = { ...factsOfNone, hasRoutine: always, upcallMissing: always };
    return [asks({ machine: 'operation', event: 'WSPSend.completes', state: 'begun', facts })];
  }

  /** An overlapped send that has not returned by a settle waits, and has nothing to wait for. */
  private callThatWaitsForNothing(): Question {
    const facts = { ...this.callFacts(this.entry(0)), mayBlock: never, surelyReleased: never };
    return { machine: 'call', event: 'settle', state: 'begun', facts };
  }

  /** What is seen of an OVERLAPPED whose send failed: the rules of one that stands for nothing. */
  private seenOfFailed(seen: 'set' | 'unset' | 'nothing sent' | 'bytes sent'): Outcome {
    const facts = { ...factsOfNone, hasEvent: always, bytesReported: constant(seen === 'bytes sent') };
    const event = { set: 'event.signalled', unset: 'event.unsignalled', 'nothing sent': 'result.0', 'bytes sent': 'result.0' }[seen];
    const question: Question = { machine: 'operation', event, state: 'free', facts };
    return { asks: [asks(question)], then: [], deciding: [decides(question)] };
  }

  /** It may end before all of its bytes have left. */
  private mayBeBrokenOff(entry: EntryVariables): Condition {
    return any(
      this.inSocket('notASocket'),
      is(entry.cancelled, 1),
      is(entry.flushed, 1),
      all(is(entry.foreign, 1), this.flag('exited')),
      // A call may not have taken effect yet, and fails then.
      all(this.inSocket('sendShutDown'), reads(this.profile, 'D10:open') ? always : isCall(entry)),
    );
  }

  /** What the peer sees, by the rules of delivery; its state is a flag. */
  private delivered(label: Label): Pick<Outcome, 'asks' | 'deciding'> {
    const { ended } = this.layout.flags;
    // A stream that never began does not end.
    const begun = this.slice.connected ? always : this.flag('wasConnected');
    const closed = this.inSocket('notASocket');
    const open = reads(this.profile, 'CloseDelivers:open');
    const hard = this.flag('lingerZero');
    const event =
      label.type === 'peer.urgent' ? 'recv.urgent' : label.type === 'peer.eof' ? 'eof' : this.slice.datagram ? 'recv.datagram' : 'recv';
    const facts: Column<DeliveryFact> = {
      continues: constant(label.type === 'peer.recv'),
      isNext: constant(label.type === 'peer.recv'),
      isOffered: this.flag('urgent'),
      mayEnd: all(begun, any(all(closed, open ? always : no(hard)), this.inSocket('sendShutDown'))),
      complete: all(is(this.layout.queued, 0), ...this.layout.entries.map((entry) => any(is(entry.rest, 0), this.mayBeBrokenOff(entry)))),
      mayBeLost: all(closed, open ? always : hard),
      caused: notDerived('no peer of the bounded model sees an error'),
      wasSent: notDerived('no count of the transport is reported'),
    };
    const question: Question = { machine: 'delivery', event, state: { variable: ended, offset: 0 }, facts };
    return { asks: [asks(question, { follows: true })], deciding: [decides(question)] };
  }

  private observed(label: Extract<Label, { at: number }>): Outcome {
    const entry = this.entry(label.at);
    const question = this.observe(label, entry);
    return { asks: [asks(question)], then: this.changed(label, entry, question), deciding: [decides(question)] };
  }

  private changed(label: Extract<Label, { at: number }>, entry: EntryVariables, question: Question): readonly Change[] {
    const remove: readonly Change[] = [{ kind: 'remove', at: label.at }];
    if (label.type === 'upcall.apc' || label.type === 'upcall.complete') {
      const pending = this.inOperation(entry, 'pending');
      const due = set(entry.state, this.tables.operation.stateIndex.due);
      const queued =
        label.type === 'upcall.apc'
          ? choose([
              { when: all(pending, this.lateness), then: [set(entry.owed, 1), set(entry.late, 1), due] },
              { when: pending, then: [set(entry.owed, 1), due] },
            ])
          : [set(entry.rest, 0), set(entry.known, this.knownOf(label.status)), ...choose([{ when: pending, then: [due] }])];
      return [...queued, set(entry.upcalled, 1)];
    }
    if (label.type === 'event') return [follow(question)];
    if (label.type === 'routine.leave') return remove;
    if (label.type !== 'result' && label.type !== 'routine.enter') return [];
    const unjudged = this.inOperation(entry, 'unjudged');
    const waits = label.type === 'result' && label.waits === true ? is(entry.kind, kinds.routine) : never;
    const ends = label.type === 'result' ? isNot(entry.kind, kinds.routine) : never;
    const reported = this.reported(label);
    return choose<Follow>([
      // The caller broke its own side, or waited for an operation with a routine: what it gets then says nothing.
      { when: any(unjudged, waits), then: [] },
      { when: ends, then: [...remove, ...reported] },
      // What an operation that failed had not handed over never leaves.
      { when: always, then: [follow(question), set(entry.rest, 0), set(entry.known, this.knownOf(label.status)), ...reported] },
    ]);
  }

  /** The circuit moves first: whether it is broken then decides what has to come. */
  private settled(): Outcome {
    const circuit = this.ofCircuit('settle');
    const closed = this.inSocket('notASocket');
    const then: Change[] = [];
    const deciding = [decides(circuit)];
    for (const [at, entry] of this.layout.entries.entries()) {
      // A send of no bytes waits for what was posted before it and for nothing else.
      const taken = all(...this.layout.entries.slice(0, at + 1).map(({ rest }) => is(rest, 0)), is(entry.tooLarge, 0));
      const cancelled = this.closeCancels ? any(closed, is(entry.cancelled, 1), is(entry.flushed, 1)) : never;
      const completeWhere = (broken: Condition): Condition =>
        any(
          this.inOperation(entry, 'doneAtOnce'),
          this.inOperation(entry, 'due'),
          all(this.inOperation(entry, 'pending'), any(taken, broken, cancelled)),
        );
      const complete = completeWhere(this.broken);
      const isOperation = this.isOperation(entry);
      const operation = this.ofOperation('settle', entry);
      then.push(
        ...choose([{ when: all(isOperation, is(entry.owed, 0), complete), then: [set(entry.owed, 1)] }]),
        ...choose<Follow>([
          { when: isOperation, then: [follow(operation)] },
          { when: isCall(entry), then: [follow(this.ofCall('settle', entry))] },
        ]),
      );
      // The question for the rule looks at the state before: what is broken by then was breaking, and what must come is not yet noted.
      const owed = any(
        is(entry.owed, 1),
        completeWhere(any(this.broken, is(this.layout.circuit, this.tables.circuit.stateIndex.breaking))),
      );
      deciding.unshift(decides({ ...operation, facts: { ...operation.facts, completionOwed: owed } }, isOperation));
    }
    const network = choose([{ when: this.flag('networkFailing'), then: this.flagSet('networkDown') }]);
    const calls = this.layout.entries.map((entry) => asks(this.ofCall('settle', entry), { where: isCall(entry) }));
    // Whatever was queued by now, was in time for an alertable wait that still lasts.
    return { asks: [asks(circuit, { follows: true }), ...calls], then: [...then, ...network, ...this.cleared('late')], deciding };
  }

  /** An alertable wait may not end while a routine is left that was surely queued: what others queue during the wait may come too late. */
  private mayWake(entry: EntryVariables, outer: boolean): Ask {
    const tooLate = outer ? is(entry.late, 1) : never;
    return asks(this.ofOperation('sleep.ends', entry), { where: all(this.isOperation(entry), no(tooLate)) });
  }
}
