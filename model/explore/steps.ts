/**
 * The product's steps as guarded commands: the same steps as wspsend.machine.ts, over the variables of a layout and the compiled tables.
 *
 * Read it from the top: what is possible before any rule is asked, which facts hold, and what each label changes. The rules themselves
 * are not here: decision.ts reads them off the tables. equal.ts compares every step in every state with the XState machine.
 */

import { type Profile, reads } from '../clauses/profiles.ts';
import { type Tables, tablesOf } from '../compiled/tables.ts';
import { type CallFact, callFacts } from '../machines/call.machine.ts';
import { circuitFacts } from '../machines/circuit.machine.ts';
import { type OperationFact, operationFacts } from '../machines/operation.machine.ts';
import { type SocketFact, socketFacts } from '../machines/socket.machine.ts';
import { failureOf, isRequest, operationEventOf, productEventOf } from '../machines/wspsend.machine.ts';
import type { Arm, Command, Step } from './command.ts';
import { all, always, any, atLeast, atMost, type Condition, constant, given, is, isNot, never, no, type Variable } from './condition.ts';
import { type Decision, decide, type Facts } from './decision.ts';
import { type Bounds, type Label, labelsOf, type Slice } from './labels.ts';
import { type EntryVariables, kinds, known, type Layout } from './layout.ts';

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

/** Rules that decide a step, and what it changes once they permit it. */
interface Outcome {
  readonly when?: Condition;
  readonly then: readonly Command[];
  readonly rules?: Decision['rules'];
}

class Steps {
  private readonly slice: Slice;
  private readonly bounds: Bounds;
  private readonly tables: Tables;
  private readonly layout: Layout;
  private readonly closeCancels: boolean;

  constructor(slice: Slice, bounds: Bounds, profile: Profile, layout: Layout) {
    this.slice = slice;
    this.bounds = bounds;
    this.tables = tablesOf(profile);
    this.layout = layout;
    this.closeCancels = reads(profile, 'CloseCancels:binding');
  }

  of(label: Label): Step {
    const { when: permits = always, then, rules = [] } = this.outcome(label);
    // A call that has been released must have returned before the next request.
    const held = isRequest(label) ? this.callsHold('request') : always;
    const when = all(this.possible(label), permits, held);
    return { label, when, then: shortened(then, when), rules };
  }

  // ---- Predicates ----------------------------------------------------------------------------------------------------------------

  private entry(at: number): EntryVariables {
    return this.layout.entries[at]!;
  }

  private anyEntry(predicate: (entry: EntryVariables, at: number) => Condition): Condition {
    return any(...this.layout.entries.map(predicate));
  }

  private isOperation(entry: EntryVariables): Condition {
    return is(entry.kind, kinds.event, kinds.routine, kinds.neither);
  }

  private inOperation(entry: EntryVariables, state: keyof Tables['operation']['stateIndex']): Condition {
    return is(entry.state, this.tables.operation.stateIndex[state]);
  }

  private inSocket(...states: (keyof Tables['socket']['stateIndex'])[]): Condition {
    return is(this.layout.socket, ...states.map((state) => this.tables.socket.stateIndex[state]));
  }

  private get running(): Condition {
    return this.anyEntry((entry) => this.inOperation(entry, 'running'));
  }

  private get broken(): Condition {
    const { broken, resetReported } = this.tables.circuit.stateIndex;
    return is(this.layout.circuit, broken, resetReported);
  }

  private get waiting(): Condition {
    return this.anyEntry(({ rest }) => isNot(rest, 0));
  }

  private get mayBeReset(): Condition {
    return any(is(this.layout.reset, 1), is(this.layout.peerClosed, 1));
  }

  private get resetReported(): Condition {
    return is(this.layout.circuit, this.tables.circuit.stateIndex.resetReported);
  }

  // ---- What is possible, whatever the rules say ----------------------------------------------------------------------------------

  private possible(label: Label): Condition {
    const { nonblocking, reset, peerClosed, queued, sleeping, entries } = this.layout;
    const open = no(this.inSocket('notASocket'));
    const unconnected = this.inSocket('unbound', 'bound');
    // In an alertable wait the main thread makes no calls, except inside a routine.
    const free = any(is(sleeping, 0), this.running);
    const slot = is(entries[entries.length - 1]!.kind, kinds.none);
    const peerReads = all(no(unconnected), is(reset, 0), is(peerClosed, 0));
    switch (label.type) {
      case 'lifecycle':
        if (label.event === 'WSPBind') return all(free, this.inSocket('unbound'));
        if (label.event === 'WSPConnect') return all(free, unconnected);
        return all(free, label.event === 'WSPCloseSocket' ? open : this.inSocket('unbound', 'bound', 'connected'));
      case 'FIONBIO':
        return all(free, open, is(nonblocking, label.on ? 0 : 1));
      case 'send.completes': {
        const room = atMost(queued, this.bounds.units - label.bytes);
        // What is taken at once may not overtake what waits.
        return all(free, room, label.bytes > 0 ? no(this.waiting) : always, label.mode === 'sync' ? always : slot);
      }
      case 'send.pends':
        return all(free, label.mode === 'sync' ? always : slot);
      case 'send.fails':
        return free;
      case 'send.begins':
        return all(slot, this.inSocket('connected'), is(nonblocking, 0), no(this.broken), no(this.anyEntry(isCall)));
      case 'call.completes':
        return all(isCall(this.entry(label.at)), is(this.entry(label.at).rest, 0));
      case 'call.fails':
        return isCall(this.entry(label.at));
      case 'transport.takes':
        return all(atMost(queued, this.bounds.units - 1), no(this.broken), this.waiting);
      case 'peer.recv':
        return all(peerReads, atLeast(queued, label.units));
      case 'peer.reset':
      case 'peer.close':
        return peerReads;
      case 'settle':
        return always;
      case 'cancel': {
        const entry = this.entry(label.at);
        return all(free, open, this.isOperation(entry), this.inOperation(entry, 'pending'), is(entry.cancelled, 0));
      }
      case 'sleep.begins':
        return is(sleeping, 0);
      case 'sleep.ends':
        return all(is(sleeping, 1), no(this.running));
      case 'event':
      case 'result.incomplete':
      case 'result':
        return all(free, this.isOperation(this.entry(label.at)));
      case 'routine.enter':
        return this.isOperation(this.entry(label.at));
      case 'routine.leave':
        return this.inOperation(this.entry(label.at), 'running');
    }
  }

  // ---- Facts ---------------------------------------------------------------------------------------------------------------------

  private sendFacts(label: Label): Facts<SocketFact> {
    const { nonblocking, reset, peerClosed, queued, entries } = this.layout;
    const mode = 'mode' in label ? label.mode : 'sync';
    const length = 'length' in label ? label.length : 1;
    const bytes = 'bytes' in label ? label.bytes : length;
    const at = 'at' in label ? label.at : -1;
    return {
      stream: always,
      overlappedIo: constant(mode !== 'sync' && this.slice.overlappedSocket),
      ignoresOverlapped: constant(mode !== 'sync' && !this.slice.overlappedSocket),
      nonblocking: is(nonblocking, 1),
      takesAll: constant(bytes === length),
      takesPart: constant(bytes > 0 && bytes < length),
      fits: always, // what does not fit is not tried
      mayBeReset: this.mayBeReset,
      resetReported: this.resetReported,
      surelyBroken: this.broken,
      orderlyClosed: all(this.inSocket('sendShutDown'), is(peerClosed, 1), is(reset, 0)),
      mayBeInProgress: any(...entries.filter((_, i) => i !== at).map(isCall)),
      insideRoutine: at < 0 ? this.running : never,
      mayHaveUnconsumed: any(isNot(queued, 0), this.waiting),
      othersOutstanding: this.anyEntry((entry) => this.isOperation(entry)),
      closedMeanwhile: at < 0 ? never : this.inSocket('notASocket'),
    };
  }

  /** `told`: the observation reports success, failure, or nothing of the status. */
  private entryFacts(entry: EntryVariables, told: 'success' | 'failure' | 'nothing', owed = is(entry.owed, 1)): Facts<OperationFact> {
    const closed = this.inSocket('notASocket');
    return {
      hasEvent: is(entry.kind, kinds.event),
      hasRoutine: is(entry.kind, kinds.routine),
      bytesAll: always,
      bytesWithin: always,
      contradictsKnown: told === 'nothing' ? never : is(entry.known, told === 'success' ? known.failure : known.success),
      flagsZero: always,
      mayBeConsumed: is(entry.rest, 0),
      closed,
      closedCircuit: closed,
      cancelled: is(entry.cancelled, 1),
      shutDown: this.inSocket('sendShutDown'),
      mayBeReset: this.mayBeReset,
      resetReported: this.resetReported,
      completionOwed: owed,
      properThread: always,
      alertable: all(is(this.layout.sleeping, 1), no(this.running)),
      nested: this.running,
    };
  }

  // ---- What the tables say -------------------------------------------------------------------------------------------------------

  private answer(label: Label): Decision {
    return decide(this.tables.socket, productEventOf(label), this.layout.socket, 0, socketFacts, this.sendFacts(label));
  }

  private observe(label: Label, entry: EntryVariables): Decision {
    const told = 'status' in label ? (label.status === '0' ? 'success' : 'failure') : 'nothing';
    return decide(this.tables.operation, operationEventOf(label)!, entry.state, 0, operationFacts, this.entryFacts(entry, told));
  }

  /** What is owed by a settle becomes due; `gone` says that nothing more can come of the circuit. */
  private settles(entry: EntryVariables, owed: Condition): Decision {
    return decide(this.tables.operation, 'settle', entry.state, 0, operationFacts, this.entryFacts(entry, 'nothing', owed));
  }

  private call(entry: EntryVariables, event: 'request' | 'settle', broken = this.broken): Decision {
    // It began on a blocking socket; a later FIONBIO does not reach it.
    const facts: Facts<CallFact> = { isSend: always, mayBlock: always, surelyReleased: any(is(entry.rest, 0), broken) };
    return decide(this.tables.call, event, entry.state, this.layout.callStates, callFacts, facts);
  }

  private callsHold(event: 'request' | 'settle'): Condition {
    return all(...this.layout.entries.map((entry) => any(no(isCall(entry)), this.call(entry, event).permits)));
  }

  private circuit(event: 'env.breaks' | 'settle' | 'reports', reset: Condition = never): Decision {
    return decide(this.tables.circuit, event, this.layout.circuit, 0, circuitFacts, { reset });
  }

  /** A failure of the circuit that is reported shows the sender what it is. */
  private reported(label: Label): readonly Command[] {
    const code = failureOf(label);
    if (code !== 'WSAECONNRESET' && code !== 'WSAECONNABORTED' && code !== 'WSAENETRESET') return [];
    const reset = code === 'WSAECONNRESET' ? always : code === 'WSAECONNABORTED' ? never : is(this.layout.reset, 1);
    const open = no(this.inSocket('notASocket'));
    return choose(this.circuit('reports', reset).moves.map((arm) => ({ ...arm, when: all(open, arm.when) })));
  }

  // ---- What a label changes ------------------------------------------------------------------------------------------------------

  private outcome(label: Label): Outcome {
    const { nonblocking, reset, peerClosed, queued, sleeping, entries } = this.layout;
    switch (label.type) {
      case 'lifecycle':
        return this.answered(label, []);
      case 'FIONBIO':
        return { then: [set(nonblocking, label.on ? 1 : 0)] };
      case 'send.completes':
        return this.answered(label, [...add(queued, label.bytes), ...this.posted(label.mode, 'doneAtOnce', 0)]);
      case 'send.pends':
        return this.answered(label, this.posted(label.mode, 'pending', label.length));
      case 'send.fails':
        return this.answered(label, this.reported(label));
      case 'send.begins': {
        const state = this.layout.callStates + this.tables.call.stateIndex.begun;
        return { then: [{ kind: 'append', entry: { kind: kinds.blocking, state, rest: label.length, known: known.nothing } }] };
      }
      case 'call.completes':
      case 'call.fails':
        return this.answered(label, [{ kind: 'remove', at: label.at }, ...this.reported(label)]);
      case 'transport.takes':
        return { then: [...choose(entries.map(({ rest }) => ({ when: isNot(rest, 0), then: add(rest, -1) }))), ...add(queued, 1)] };
      case 'peer.recv':
        return { then: add(queued, -label.units) };
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
        return { when: all(...entries.map((entry) => this.mayWake(entry))), then: [set(sleeping, 0)] };
      default:
        return this.observed(label);
    }
  }

  private answered(label: Label, then: readonly Command[]): Outcome {
    const { permits, moves, rules } = this.answer(label);
    return { when: permits, then: [...choose(moves), ...then], rules };
  }

  /** An answer makes an operation only where the OVERLAPPED is not ignored. */
  private posted(mode: keyof typeof kinds | 'sync', state: 'doneAtOnce' | 'pending', rest: number): readonly Command[] {
    if (mode === 'sync' || !this.slice.overlappedSocket) return [];
    const status = state === 'doneAtOnce' ? known.success : known.nothing;
    return [{ kind: 'append', entry: { kind: kinds[mode], state: this.tables.operation.stateIndex[state], rest, known: status } }];
  }

  private observed(label: Extract<Label, { at: number }>): Outcome {
    const entry = this.entry(label.at);
    const { permits, moves, rules } = this.observe(label, entry);
    const remove: readonly Command[] = [{ kind: 'remove', at: label.at }];
    if (label.type === 'event') return { when: permits, then: choose(moves), rules };
    if (label.type === 'routine.leave') return { when: permits, then: remove, rules };
    if (label.type !== 'result' && label.type !== 'routine.enter') return { when: permits, then: [], rules };
    // What an operation that failed had not handed over never leaves.
    const told = [...choose(moves), set(entry.rest, 0), set(entry.known, label.status === '0' ? known.success : known.failure)];
    const ends = label.type === 'result' ? isNot(entry.kind, kinds.routine) : never;
    const then = choose([
      { when: ends, then: remove },
      { when: always, then: told },
    ]);
    return { when: permits, then: [...then, ...this.reported(label)], rules };
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
    const gone = any(broken, this.closeCancels ? this.inSocket('notASocket') : never);
    const rules: Decision['rules'][number][] = [];
    const then: Command[] = [];
    for (const entry of this.layout.entries) {
      const isPending = this.inOperation(entry, 'pending');
      const complete = any(
        this.inOperation(entry, 'doneAtOnce'),
        this.inOperation(entry, 'due'),
        all(isPending, any(is(entry.rest, 0), gone)),
      );
      const operation = this.settles(entry, any(is(entry.owed, 1), complete));
      const call = this.call(entry, 'settle', broken);
      const isOperation = this.isOperation(entry);
      then.push(
        ...choose([{ when: all(isOperation, is(entry.owed, 0), complete), then: [set(entry.owed, 1)] }]),
        ...choose([...operation.moves, ...call.moves]),
      );
      rules.unshift(...operation.rules.map(({ when, rule }) => ({ when: all(isOperation, when), rule })));
    }
    return { when: this.callsHold('settle'), then: [...then, ...choose(breaks.moves)], rules: [...rules, ...breaks.rules] };
  }

  /** An alertable wait may not end while a routine is surely queued. */
  private mayWake(entry: EntryVariables): Condition {
    const decision = decide(this.tables.operation, 'sleep.ends', entry.state, 0, operationFacts, this.entryFacts(entry, 'nothing'));
    return any(no(this.isOperation(entry)), decision.permits);
  }
}

const isCall = (entry: EntryVariables): Condition => is(entry.kind, kinds.blocking);

/** The commands without what cannot happen where the step is permitted. Only the first command sees the state that `when` speaks of. */
function shortened(commands: readonly Command[], when: Condition): readonly Command[] {
  const [first, ...rest] = commands;
  if (first?.kind !== 'choose') return commands;
  const arms = first.arms.map((arm) => ({ ...arm, when: given(arm.when, when) }));
  return [...choose(arms), ...rest];
}
