/**
 * The compiled product: the steps of steps.ts as functions over a few 32-bit words. Nothing is allocated by a step.
 */

import type { Profile } from '../clauses/profiles.ts';
import type { CompiledRule } from '../compiled/compile.ts';
import { type Tables, tablesOf } from '../compiled/tables.ts';
import { allValues, holds, mayHold, type Variable } from '../product/condition.ts';
import type { Description } from '../product/description.ts';
import type { Bounds, Label } from '../product/labels.ts';
import { Layout } from '../product/layout.ts';
import { flagNames, markNames } from '../product/menus.ts';
import { initialStateOf, type Slice } from '../product/slices.ts';
import { descriptionsOf } from '../product/steps.ts';
import { Guarded, type Step } from './guarded.ts';
import { compiled, type Program } from './javascript.ts';

export { operationsMax, unitsMax } from '../product/layout.ts';

export class Kernel {
  readonly profile: Profile;
  readonly slice: Slice;
  readonly layout: Layout;
  readonly descriptions: readonly Description[];
  readonly steps: readonly Step[];
  readonly labels: readonly Label[];
  /** Words of a state. */
  readonly width: number;
  /** The state that the last step led to. */
  readonly next: Int32Array;
  private readonly tables: Tables;
  private readonly program: Program;
  /** Per first word and number of entries, the steps that these alone do not exclude. */
  private readonly candidates: (Uint16Array | undefined)[][] = [];

  constructor(slice: Slice, bounds: Bounds, profile: Profile) {
    this.profile = profile;
    this.slice = slice;
    this.tables = tablesOf(profile);
    this.layout = new Layout(slice, bounds, this.tables);
    this.descriptions = descriptionsOf(slice, bounds, profile, this.layout);
    const guarded = new Guarded(this.tables);
    this.steps = this.descriptions.map((description) => guarded.stepOf(description));
    this.labels = this.steps.map(({ label }) => label);
    this.width = this.layout.width;
    this.next = new Int32Array(this.width);
    this.program = compiled(this.steps, this.layout, this.next);
  }

  /** Writes the initial state to `words[at…]`. */
  initial(words: Int32Array, at: number): void {
    words.fill(0, at, at + this.width);
    this.layout.set(words, at, this.layout.socket, this.tables.socket.stateIndex[initialStateOf(this.slice)]);
    this.layout.set(words, at, this.layout.circuit, this.tables.circuit.initial);
  }

  /** Takes the state at `words[from…]` as the one to step from, and gives the steps that are worth a try. */
  load(words: Int32Array, from: number): Uint16Array {
    this.program.load(words, from);
    const first = words[from]!;
    const entries = this.entriesIn(words, from);
    const known = (this.candidates[entries] ??= []);
    return (known[first] ??= this.candidatesOf(words, from, entries));
  }

  /** Tries a step from the state that was loaded; when the specification permits it, the next state is in `next`. */
  fire(index: number): boolean {
    return this.program.steps[index]!();
  }

  /** Tries a step from `words[from…]`; when the specification permits it, the next state is at `next[at…]`. */
  step(words: Int32Array, from: number, index: number, next: Int32Array, at: number): boolean {
    this.program.load(words, from);
    if (!this.program.steps[index]!()) return false;
    next.set(this.next, at);
    return true;
  }

  /** Can the step be tried from `words[from…]` at all? Only then is a refusal the specification's. */
  possible(words: Int32Array, from: number, index: number): boolean {
    return holds(this.steps[index]!.possible, (variable) => this.layout.valueOf(words, from, variable));
  }

  /** The rule that permits a step which can be taken from `words[from…]`, when one decides it. */
  ruleOf(words: Int32Array, from: number, index: number): CompiledRule | undefined {
    const valueIn = (variable: Variable): number => this.layout.valueOf(words, from, variable);
    return this.steps[index]!.rules.find(({ when }) => holds(when, valueIn))?.rule;
  }

  /** The state in words, for people and for the comparison with XState. */
  describe(words: Int32Array, from: number) {
    const { layout } = this;
    const valueIn = (variable: Variable): number => layout.valueOf(words, from, variable);
    const { socket, circuit, operation, call } = this.tables;
    return {
      socket: socket.states[valueIn(layout.socket)]!,
      circuit: circuit.states[valueIn(layout.circuit)]!,
      nonblocking: valueIn(layout.nonblocking) === 1,
      reset: valueIn(layout.reset) === 1,
      peerClosed: valueIn(layout.peerClosed) === 1,
      queued: valueIn(layout.queued),
      sleeping: valueIn(layout.sleeping) === 1,
      entries: layout.entries.slice(0, this.entriesIn(words, from)).map((entry) => ({
        kind: (['none', 'event', 'routine', 'neither', 'blocking'] as const)[valueIn(entry.kind)]!,
        state: [...operation.states, ...call.states][valueIn(entry.state)]!,
        rest: valueIn(entry.rest),
        cancelled: valueIn(entry.cancelled) === 1,
        owed: valueIn(entry.owed) === 1,
        known: ['nothing', ...this.slice.statuses][valueIn(entry.known)]!,
        marks: markNames.filter((name) => valueIn(entry[name]) === 1),
      })),
      flags: flagNames.filter((name) => valueIn(layout.flags[name]) === 1),
    };
  }

  private entriesIn(words: Int32Array, from: number): number {
    let word = this.width - 1;
    while (word > 0 && words[from + word] === 0) word--;
    if (this.layout.entryBits === 32) return word;
    return word === 0 ? 0 : word * 2 - (words[from + word]! >>> 16 === 0 ? 1 : 0);
  }

  private candidatesOf(words: Int32Array, from: number, entries: number): Uint16Array {
    const { layout } = this;
    const known = new Map<Variable, number>();
    for (const variable of layout.globals) known.set(variable, 1 << layout.valueOf(words, from, variable));
    for (const [i, { kind }] of layout.entries.entries()) known.set(kind, i < entries ? allValues(kind) & ~1 : 1);
    const valuesOf = (variable: Variable): number => known.get(variable) ?? allValues(variable);
    return Uint16Array.from(this.steps.flatMap(({ when }, index) => (mayHold(when, valuesOf) ? [index] : [])));
  }
}
