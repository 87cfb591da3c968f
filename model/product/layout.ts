/**
 * The variables of a state, and where each lies in the few 32-bit words that a state is kept in: the first word holds what the socket,
 * its circuit and the transport are, each other one an entry, or two where they fit. What a slice has no use for has one value and takes
 * no room. An entry whose kind is 0 is none; entries stand in the order of
 * posting, without gaps.
 */

import type { Tables } from '../compiled/tables.ts';
import type { Variable } from './condition.ts';
import type { Bounds } from './labels.ts';
import { type Flag, flagNames, type Mark, markNames } from './menus.ts';
import { flagsOf, marksOf, type Slice } from './slices.ts';

export const kinds = { none: 0, event: 1, routine: 2, neither: 3, blocking: 4 } as const;
/** What is known of a status: nothing, or the status, by its place in the slice and one; success is the first. */
export const known = { nothing: 0, success: 1 } as const;

export const unitsMax = 15;
export const operationsMax = 8;

/** What an entry has, from the lowest bit of its word or half of a word. */
export const entryNames = ['kind', 'state', 'rest', 'cancelled', 'owed', 'known', ...markNames] as const;
export type EntryVariables = { readonly [name in (typeof entryNames)[number]]: Variable };

/** Throws a RangeError when the bounds ask for more than a state has room for. */
export class Layout {
  /** Every variable, each at its place. */
  readonly variables: Variable[] = [];
  readonly socket: Variable;
  readonly circuit: Variable;
  readonly nonblocking = this.flag('nonblocking');
  readonly reset = this.flag('reset');
  readonly peerClosed = this.flag('peerClosed');
  readonly sleeping = this.flag('sleeping');
  readonly queued: Variable;
  readonly entries: readonly EntryVariables[];
  /** In the state of an entry, those of a call come after those of an operation. */
  readonly callStates: number;
  readonly flags: { readonly [name in Flag]: Variable };
  /** Words of a state. */
  readonly width: number;
  /** Bits of an entry: a word, or half of one. */
  readonly entryBits: 16 | 32;
  private readonly shifts = new Map<Variable, number>();

  constructor(slice: Slice, bounds: Bounds, { socket, circuit, operation, call }: Tables) {
    requireWithin('operations', bounds.operations, operationsMax);
    requireWithin('units', bounds.units, unitsMax);
    requireWithin('length', bounds.length, unitsMax);
    this.socket = this.named('socket', socket.states);
    this.circuit = this.named('circuit', circuit.states);
    this.queued = this.variable('queued', bounds.units + (bounds.spare ?? 0) + 1);
    requireWithin('units and spare ones', this.queued.values - 1, unitsMax);
    const flags = flagsOf(slice);
    const marks = marksOf(slice);
    this.flags = Object.fromEntries(flagNames.map((name) => [name, this.flag(name, -1, flags.has(name))])) as typeof this.flags;
    this.callStates = operation.states.length;
    const states = [...operation.states.map((name) => `operation_${name}`), ...call.states.map((name) => `call_${name}`)];
    this.entries = Array.from({ length: bounds.operations }, (_, at) => ({
      kind: this.named('kind', Object.keys(kinds), at),
      state: this.named('state', states, at),
      rest: this.variable('rest', bounds.length + 1, at),
      cancelled: this.flag('cancelled', at),
      owed: this.flag('owed', at),
      known: this.named('known', ['nothing', ...slice.statuses.map((status) => `status_${status}`)], at),
      ...(Object.fromEntries(markNames.map((name) => [name, this.flag(name, at, marks.has(name))])) as { [name in Mark]: Variable }),
    }));
    const bits = variablesOf(this.entries[0]!).reduce((sum, variable) => sum + bitsOf(variable), 0);
    this.entryBits = bits <= 16 ? 16 : 32;
    this.width = 1 + Math.ceil((bounds.operations * this.entryBits) / 32);
    this.place(this.globals, 32);
    for (const entry of this.entries) this.place(variablesOf(entry), this.entryBits);
  }

  get globals(): readonly Variable[] {
    const flags = Object.values(this.flags).filter(({ values }) => values > 1);
    return [this.socket, this.circuit, this.nonblocking, this.reset, this.peerClosed, this.sleeping, this.queued, ...flags];
  }

  /** How many bits of its word lie below a variable. */
  shiftOf(variable: Variable): number {
    const shift = this.shifts.get(variable)!;
    return variable.at < 0 || this.entryBits === 32 ? shift : shift + (variable.at & 1) * 16;
  }

  /** Which word of a state holds the variable. */
  wordOf({ at }: Variable): number {
    return at < 0 ? 0 : 1 + (this.entryBits === 32 ? at : at >>> 1);
  }

  valueOf(words: Int32Array, from: number, variable: Variable): number {
    return (words[from + this.wordOf(variable)]! >>> this.shiftOf(variable)) & valueMask(variable);
  }

  set(words: Int32Array, from: number, variable: Variable, value: number): void {
    const word = from + this.wordOf(variable);
    const shift = this.shiftOf(variable);
    words[word] = (words[word]! & ~(valueMask(variable) << shift)) | (value << shift);
  }

  /** The value of every variable, each at its place. */
  valuesIn(words: Int32Array, from: number): Uint8Array {
    return Uint8Array.from(this.variables, (variable) => (variable.values > 1 ? this.valueOf(words, from, variable) : 0));
  }

  /** Writes the state that has these values to the first words. */
  write(values: Uint8Array, words: Int32Array): void {
    words.fill(0, 0, this.width);
    for (const variable of this.variables) if (variable.values > 1) this.set(words, 0, variable, values[variable.place]!);
  }

  private variable(name: string, values: number, at = -1, called?: readonly string[]): Variable {
    const variable = { name, at, place: this.variables.length, values, ...(called !== undefined && { called }) };
    this.variables.push(variable);
    return variable;
  }

  private flag(name: string, at = -1, used = true): Variable {
    return this.variable(name, used ? 2 : 1, at);
  }

  private named(name: string, called: readonly string[], at = -1): Variable {
    return this.variable(name, called.length, at, called);
  }

  private place(variables: readonly Variable[], bits: number): void {
    let shift = 0;
    for (const variable of variables) {
      this.shifts.set(variable, shift);
      shift += bitsOf(variable);
    }
    if (shift > bits) throw new RangeError(`${variables.map(({ name }) => name).join(', ')} must fit in ${bits} bits: bits=${shift}`);
  }
}

/** The variables of an entry that can have more than one value. */
export const variablesOf = (entry: EntryVariables): readonly Variable[] =>
  entryNames.map((name) => entry[name]).filter(({ values }) => values > 1);

const bitsOf = (variable: Variable): number => 32 - Math.clz32(variable.values - 1);
export const valueMask = (variable: Variable): number => (1 << bitsOf(variable)) - 1;

function requireWithin(name: string, value: number, most: number): void {
  if (!(value >= 1 && value <= most)) throw new RangeError(`${name} must be from 1 to ${most}: ${name}=${value}`);
}
