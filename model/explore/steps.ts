/**
 * The product's steps as guarded commands: the same steps as wspsend.machine.ts, over the variables of a layout and the compiled tables.
 *
 * What is possible before any rule is asked and which facts hold is in predicates.ts; here is what each label changes. The rules
 * themselves are in neither: decision.ts reads them off the tables. equal.ts compares every step in every state with the XState machine.
 */

import { type Profile, reads } from '../clauses/profiles.ts';
import type { DeliveryFact } from '../machines/delivery.machine.ts';
import { type OperationFact, operationFacts } from '../machines/operation.machine.ts';
import { failureOf, isOfRoutine, isRequest, productEventOf } from '../machines/productEvents.ts';
import { untold } from '../machines/rules.ts';
import type { Arm, Command, NewEntry, Step } from './command.ts';
import { all, always, any, assume, type Condition, constant, given, is, isNot, never, no, type Variable } from './condition.ts';
import { type Column, type Decision, decide } from './decision.ts';
import { type Bounds, type Label, labelsOf } from './labels.ts';
import { type EntryVariables, kinds, known, type Layout } from './layout.ts';
import { type Flag, type Mark, type MenuName, menuOf, worldEventOf } from './menus.ts';
import { isCall, Predicates } from './predicates.ts';
import type { Slice } from './slices.ts';

/** Every label of the slice with the step that it is, in the order of the labels. */
export const stepsOf = (slice: Slice, bounds: Bounds, profile: Profile, layout: Layout): readonly Step[] => {
  const steps = new Steps(slice, bounds, profile, layout);
  return labelsOf(slice, bounds).map((label) => steps.of(label));
};

const set = (variable: Variable, value: number): Command => ({ kind: 'set', variable, value });
const add = (variable: Variable, by: number): readonly Command[] => (by === 0 ? [] : [{ kind: 'add', variable, by }]);
const choose = (arms: readonly Arm[]): readonly Command[] => {
  const possible = arms.filter(({ when }) => when !== never);
  if (possible.length === 0) return [];
  return possible[0]!.when === always ? possible[0]!.then : [{ kind: 'choose', arms: possible }];
};

/** Of an OVERLAPPED that no entry stands for, nothing holds but what is said of it. */
const factsOfNone = Object.fromEntries(Object.keys(operationFacts).map((fact) => [fact, never])) as unknown as Column<OperationFact>;

/** Rules that decide a step, and what it changes once they permit it. */
interface Outcome {
  readonly when?: Condition;
  readonly then: readonly Command[];
  readonly rules?: Decision['rules'];
}

class Steps extends Predicates {
  of(label: Label): Step {
    const { when: permits = always, then, rules = [] } = this.outcome(label);
    // A call that has been released must have returned before the next request.
    const holds = isRequest(label) ? this.callsHold('request') : always;
    const held = isOfRoutine(label) ? any(this.running, holds) : holds;
    const possible = this.possible(label);
    const when = all(possible, permits, held);
    return { label, possible, when, then: shortened(then, when), rules };
  }

  /** A failure of the circuit that is reported shows the sender what it is. */
  private reported(label: Label, unless: Condition = never): readonly Command[] {
    const code = failureOf(label);
    if (code !== 'WSAECONNRESET' && code !== 'WSAECONNABORTED' && code !== 'WSAENETRESET') return [];
    const reset = code === 'WSAECONNRESET' ? always : code === 'WSAECONNABORTED' ? never : is(this.layout.reset, 1);
    const open = no(this.inSocket('notASocket'));
    return choose(this.circuit('reports', reset).moves.map((arm) => ({ ...arm, when: all(open, no(unless), arm.when) })));
  }

  // ---- What a label changes ------------------------------------------------------------------------------------------------------

  private outcome(label: Label): Outcome {
    const { nonblocking, reset, peerClosed, queued, sleeping, entries } = this.layout;
    switch (label.type) {
      case 'lifecycle':
        return this.answered(
          label,
          this.remembers({ 'WSPShutdown.both': 'shutDownBoth', 'WSPConnect.broadcast': 'toBroadcast' }, label.event),
        );
      case 'FIONBIO':
        return { then: [set(nonblocking, label.on ? 1 : 0)] };
      case 'send.completes':
        if (this.queuesTooLate(label)) return { when: never, then: [] };
        return this.answered(label, [...add(queued, label.bytes), ...this.posted(label, 'doneAtOnce', 0), ...this.offers(label)]);
      case 'send.pends':
        return this.answered(label, [...this.posted(label, 'pending', label.length), ...this.offers(label)]);
      case 'send.fails':
        return this.answered(label, [...(label.mode === 'sync' ? [] : this.flagSet('failed')), ...this.reported(label)]);
      case 'failed':
        return this.seenOfFailed(label.seen);
      case 'send.hangs':
        return { when: never, then: [] };
      case 'send.begins': {
        const state = this.layout.callStates + this.tables.call.stateIndex.begun;
        return { then: [{ kind: 'append', entry: { kind: kinds.blocking, state, rest: label.length } }] };
      }
      case 'call.completes':
      case 'call.fails':
        return this.answered(label, [{ kind: 'remove', at: label.at }, ...this.reported(label)], this.permittedAtBegin(label));
      case 'transport.takes':
        return { then: [...choose(entries.map(({ rest }) => ({ when: isNot(rest, 0), then: add(rest, -1) }))), ...add(queued, 1)] };
      case 'peer.recv':
        return { ...this.delivered(label), then: add(queued, -label.units) };
      case 'peer.garbled':
        return { ...this.delivered(label), then: [] };
      case 'peer.eof':
        return { ...this.delivered(label), then: this.flagSet('ended') };
      case 'peer.urgent':
        return { ...this.delivered(label), then: [set(this.layout.flags.urgent, 0)] };
      case 'world': {
        const { sets, clears, breaks } = worldEventOf(label.event);
        const then = [
          ...(sets === undefined ? [] : this.flagSet(sets)),
          ...(clears === undefined ? [] : [set(this.layout.flags[clears], 0)]),
        ];
        if (!breaks) return { then };
        const { moves, rules } = this.circuit('env.breaks');
        return { then: [...then, ...choose(moves)], rules };
      }
      case 'flush': {
        const { permits, rules } = this.answer(label);
        const then = entries.flatMap((entry) => choose([{ when: this.isOperation(entry), then: [set(entry.flushed, 1)] }]));
        return { when: permits, then: label.refused ? [] : then, rules };
      }
      case 'interrupt':
        return { then: [set(this.entry(label.at).cancelled, 1)] };
      case 'caller': {
        const entry = this.entry(label.at);
        return { then: [set(entry.state, this.tables.operation.stateIndex.unjudged), set(entry.rest, 0)] };
      }
      case 'other.completes': {
        const state = this.tables.operation.stateIndex.doneAtOnce;
        return { then: this.appends({ kind: kinds.routine, state, known: known.success, other: 1 }, this.lateness) };
      }
      case 'nap.begins':
        return { then: this.flagSet('napping') };
      case 'nap.ends':
        return { when: all(...entries.map((entry) => this.mayWake(entry, false))), then: [set(this.layout.flags.napping, 0)] };
      case 'peer.reset': {
        const { moves, rules } = this.circuit('env.breaks');
        return { then: [set(reset, 1), ...choose(moves)], rules };
      }
      case 'peer.close':
        return { then: [set(peerClosed, 1)] };
      case 'settle':
        return this.settled();
      case 'cancel':
        return { then: [set(this.entry(label.at).cancelled, 1)] };
      case 'sleep.begins':
        return { then: [set(sleeping, 1)] };
      case 'sleep.ends':
        return { when: all(...entries.map((entry) => this.mayWake(entry, true))), then: [set(sleeping, 0), ...this.cleared('late')] };
      default:
        return this.observed(label);
    }
  }

  /** A call may have taken effect when it began: on a connected socket, whose circuit stood. */
  private permittedAtBegin(label: Label): Condition {
    const facts = { ...this.sendFacts(label), surelyBroken: never, resetReported: never };
    const { permits } = decide(this.tables.socket, productEventOf(label), this.layout.socket, 0, facts);
    return assume(permits, this.layout.socket, 1 << this.tables.socket.stateIndex.connected);
  }

  private answered(label: Label, then: readonly Command[], orElse: Condition = never): Outcome {
    const { permits, moves, rules } = this.answer(label);
    return { when: any(permits, orElse), then: [...choose(moves), ...then], rules };
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
    const late = state === 'doneAtOnce' && mode === 'routine' ? this.lateness : never;
    const surely = this.surelyTooLarge(label);
    if (surely === never) return this.appends(entry, late, this.mayBeTooLarge(label));
    // Of a message that is too large nothing goes out.
    const tooLarge: NewEntry = { ...entry, rest: state === 'doneAtOnce' ? rest : 0, tooLarge: 1, mayBeTooLarge: 1 };
    return choose([
      { when: surely, then: this.appends(tooLarge, late) },
      { when: always, then: this.appends(entry, late, this.mayBeTooLarge(label)) },
    ]);
  }

  /** A send that was accepted may offer urgent data. */
  private offers({ length, menu }: { readonly length: number; readonly menu?: MenuName }): readonly Command[] {
    return length > 0 && menuOf(menu)?.urgent ? this.flagSet('urgent') : [];
  }

  private get lateness(): Condition {
    return this.layout.entries[0]!.late.values > 1 ? is(this.layout.sleeping, 1) : never;
  }

  private appends(entry: NewEntry, late: Condition, mayBeTooLarge: Condition = never): readonly Command[] {
    const arms = (
      more: NewEntry,
      condition: Condition,
      next: (entry: NewEntry) => readonly Command[],
      from: NewEntry,
    ): readonly Command[] =>
      choose([
        { when: condition, then: next({ ...from, ...more }) },
        { when: always, then: next(from) },
      ]);
    const append = (made: NewEntry): readonly Command[] => [{ kind: 'append', entry: made }];
    return arms({ late: 1 }, late, (made) => arms({ mayBeTooLarge: 1 }, mayBeTooLarge, append, made), entry);
  }

  /** Where every upcall is seen, that of a routine comes before the send returns zero. */
  private queuesTooLate(label: Extract<Label, { type: 'send.completes' }>): boolean {
    if (label.mode !== 'routine' || label.menu === 'queued' || !this.slice.spi) return false;
    const { operation } = this.tables;
    const { state } = this.layout.entries[0]!;
    const facts = { ...factsOfNone, hasRoutine: always, upcallMissing: always };
    const { permits } = decide(operation, 'WSPSend.completes', state, 0, facts);
    return assume(permits, state, 1 << operation.stateIndex.begun) === never;
  }

  /** What is seen of an OVERLAPPED whose send failed: the rules of one that stands for nothing. */
  private seenOfFailed(seen: 'set' | 'unset' | 'nothing sent' | 'bytes sent'): Outcome {
    const { operation } = this.tables;
    const { state } = this.layout.entries[0]!;
    const facts = { ...factsOfNone, hasEvent: always, bytesReported: constant(seen === 'bytes sent') };
    const event = { set: 'event.signalled', unset: 'event.unsignalled', 'nothing sent': 'result.0', 'bytes sent': 'result.0' }[seen];
    const { permits, rules } = decide(operation, event, state, 0, facts);
    const free = (condition: Condition): Condition => assume(condition, state, 1 << operation.stateIndex.free);
    const decided = rules.map(({ when, rule }) => ({ when: free(when), rule })).filter(({ when }) => when !== never);
    return { when: free(permits), then: [], rules: decided };
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
  private delivered(label: Label): Omit<Outcome, 'then'> {
    const { ended } = this.layout.flags;
    const { stateIndex } = this.tables.delivery;
    const closed = this.inSocket('notASocket');
    const open = reads(this.profile, 'CloseDelivers:open');
    const hard = this.flag('lingerZero');
    const event =
      label.type === 'peer.urgent' ? 'recv.urgent' : label.type === 'peer.eof' ? 'eof' : this.slice.datagram ? 'recv.datagram' : 'recv';
    const facts: Column<DeliveryFact> = {
      continues: constant(label.type === 'peer.recv'),
      isNext: constant(label.type === 'peer.recv'),
      isOffered: this.flag('urgent'),
      mayEnd: any(all(closed, open ? always : no(hard)), this.inSocket('sendShutDown')),
      complete: all(is(this.layout.queued, 0), ...this.layout.entries.map((entry) => any(is(entry.rest, 0), this.mayBeBrokenOff(entry)))),
      mayBeLost: all(closed, open ? always : hard),
      caused: untold('no peer of the bounded model sees an error'),
      wasSent: untold('no count of the transport is reported'),
    };
    if (stateIndex.open !== 0 || stateIndex.ended !== 1) throw new Error('the states of delivery must be open and ended, in this order');
    const { permits, rules } = decide(this.tables.delivery, event, ended, 0, facts);
    return { when: permits, rules };
  }

  private observed(label: Extract<Label, { at: number }>): Outcome {
    const entry = this.entry(label.at);
    const { permits, moves, rules } = this.observe(label, entry);
    const remove: readonly Command[] = [{ kind: 'remove', at: label.at }];
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
      return { when: permits, then: [...queued, set(entry.upcalled, 1)], rules };
    }
    if (label.type === 'event') return { when: permits, then: choose(moves), rules };
    if (label.type === 'routine.leave') return { when: permits, then: remove, rules };
    if (label.type !== 'result' && label.type !== 'routine.enter') return { when: permits, then: [], rules };
    // What an operation that failed had not handed over never leaves.
    const told = [...choose(moves), set(entry.rest, 0), set(entry.known, this.knownOf(label.status))];
    const unjudged = this.inOperation(entry, 'unjudged');
    const waits = label.type === 'result' && label.waits === true ? is(entry.kind, kinds.routine) : never;
    const ends = label.type === 'result' ? isNot(entry.kind, kinds.routine) : never;
    const then = choose([
      { when: any(unjudged, waits), then: [] },
      { when: ends, then: remove },
      { when: always, then: told },
    ]);
    return { when: permits, then: [...then, ...this.reported(label, any(unjudged, waits))], rules };
  }

  /** Every condition is about the state before: what an entry becomes looks at the circuit, so the circuit moves last. */
  private settled(): Outcome {
    const breaks = this.circuit('settle');
    const { stateIndex } = this.tables.circuit;
    const isBreak = ({ then: [move] }: Arm): boolean =>
      move?.kind === 'set' && (move.value === stateIndex.broken || move.value === stateIndex.resetReported);
    const broken = any(
      ...breaks.moves.filter(isBreak).map(({ when }) => when),
      all(this.broken, no(any(...breaks.moves.filter((arm) => !isBreak(arm)).map(({ when }) => when)))),
    );
    const closed = this.closeCancels ? this.inSocket('notASocket') : never;
    const rules: Decision['rules'][number][] = [];
    const then: Command[] = [];
    for (const [at, entry] of this.layout.entries.entries()) {
      // A send of no bytes waits for what was posted before it and for nothing else.
      const taken = all(...this.layout.entries.slice(0, at + 1).map(({ rest }) => is(rest, 0)), is(entry.tooLarge, 0));
      const isPending = this.inOperation(entry, 'pending');
      const complete = any(
        this.inOperation(entry, 'doneAtOnce'),
        this.inOperation(entry, 'due'),
        all(isPending, any(taken, broken, closed, this.closeCancels ? any(is(entry.cancelled, 1), is(entry.flushed, 1)) : never)),
      );
      const becomesLate = all(no(this.inOperation(entry, 'doneAtOnce')), is(entry.kind, kinds.routine), this.lateness);
      const operation = this.settles(entry, any(is(entry.owed, 1), complete));
      const call = this.call(entry, 'settle', broken);
      const isOperation = this.isOperation(entry);
      then.push(
        ...choose([
          { when: all(isOperation, is(entry.owed, 0), complete, becomesLate), then: [set(entry.owed, 1), set(entry.late, 1)] },
          { when: all(isOperation, is(entry.owed, 0), complete), then: [set(entry.owed, 1)] },
        ]),
        ...choose([...operation.moves, ...call.moves]),
      );
      rules.unshift(...operation.rules.map(({ when, rule }) => ({ when: all(isOperation, when), rule })));
    }
    const network = choose([{ when: this.flag('networkFailing'), then: this.flagSet('networkDown') }]);
    return { when: this.callsHold('settle'), then: [...then, ...choose(breaks.moves), ...network], rules: [...rules, ...breaks.rules] };
  }

  /** An alertable wait may not end while a routine is surely queued. */
  private mayWake(entry: EntryVariables, outer: boolean): Condition {
    const decision = decide(this.tables.operation, 'sleep.ends', entry.state, 0, this.entryFacts(entry, undefined));
    const tooLate = outer ? all(is(entry.late, 1), no(this.inOperation(entry, 'doneAtOnce'))) : never;
    return any(no(this.isOperation(entry)), tooLate, decision.permits);
  }
}

/** The commands without what cannot happen where the step is permitted. Only the first command sees the state that `when` speaks of. */
function shortened(commands: readonly Command[], when: Condition): readonly Command[] {
  const [first, ...rest] = commands;
  if (first?.kind !== 'choose') return commands;
  const arms = first.arms.map((arm) => ({ ...arm, when: given(arm.when, when) }));
  return [...choose(arms), ...rest];
}
