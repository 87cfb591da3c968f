/**
 * Lines like those that were read before, from their bytes.
 *
 * A recorder writes the same few lines with other names and other numbers. Once a line was read in the ordinary way, all that a line of its
 * kind may have in the place of its names and numbers is known, so that the next one is compared byte by byte and needs neither JSON.parse
 * nor a look at its fields. What does not fit is read in the ordinary way: nothing is refused here, and nothing is accepted that the shape
 * of the line does not accept.
 */

import { choosing } from './guard.ts';
import { type Scalar, type Shape, text, whole } from './shape.ts';

type Values = readonly (string | number)[];

/** What makes the value of a line of one kind; of an `end`, the calls that it may end. */
export interface KnownLine {
  readonly make: (values: Values) => unknown;
  readonly ends: Set<string>;
}

/** A value that may be another in the next line: a whole number from 0 to `most`, or any plain text where there is no `most`. */
interface Hole {
  readonly most: number | undefined;
}

/** What is equal in all lines that pass here: a hole, some bytes, and then one of several ways to go on, by the next byte, or the end. */
interface Node {
  readonly hole: Hole | undefined;
  bytes: Uint8Array;
  next: (Node | undefined)[];
  end: KnownLine | undefined;
}

/** Bounds of what is kept: kinds of lines, the length of a line, of a name and of a number. */
const kindsMax = 512;
const lineMax = 1024;
const nameMax = 64;
const digitsMax = 15;
/** How many lines may be learned without being found again: each line that is found permits another one. */
const attemptsMax = 4096;
/** Names that are kept as texts, by the lowest bits of their hash. */
const namesKept = 1024;

const quote = 0x22;
const backslash = 0x5c;
const zero = 0x30;
const nine = 0x39;
/** The first bytes of a number. */
const digits: readonly number[] = Array.from({ length: 10 }, (_, digit) => zero + digit);
const plainText = /^[ -[\]-~]*$/;

const newNode = (hole: Hole | undefined): Node => ({ hole, bytes: new Uint8Array(), next: [], end: undefined });

/**
 * Reads lines of which it has met the like faster than JSON.parse does. One for each trace; what it does not know it leaves to the reader.
 */
export class FamiliarLines {
  readonly #root = newNode(undefined);
  #kinds = 0;
  #attemptsLeft = attemptsMax;
  readonly #values: (string | number)[] = [];
  readonly #names = Array<string>(namesKept).fill('');
  #end = 0;

  /** The place behind the line that was found last. */
  get end(): number {
    return this.#end;
  }

  /** The value of the line that was found last, as often as it is asked for a new one. */
  make({ make }: KnownLine): unknown {
    return make(this.#values);
  }

  /** Goes through a text; `take` takes its lines from a place on, up to the first that is not familiar, and gives the place of that one. */
  reading(take: (bytes: Uint8Array, from: number) => number): FamiliarReading {
    return new FamiliarReading(take);
  }

  /** The kind of the line that begins at `from` and ends in these bytes with its line feed, or undefined where none is known. */
  find(bytes: Uint8Array, from: number): KnownLine | undefined {
    let at = from;
    let count = 0;
    let node: Node | undefined = this.#root;
    while (node !== undefined) {
      const { hole, bytes: same } = node;
      if (hole !== undefined) {
        at = hole.most === undefined ? this.#name(bytes, at, count) : this.#number(bytes, at, count, hole.most);
        if (at < 0) return undefined;
        count++;
      }
      if (at + same.length > bytes.length) return undefined;
      for (let i = 0; i < same.length; i++, at++) if (bytes[at] !== same[i]) return undefined;
      if (node.end !== undefined) {
        this.#end = at;
        if (this.#attemptsLeft < attemptsMax) this.#attemptsLeft++;
        return node.end;
      }
      node = at < bytes.length ? node.next[bytes[at]!] : undefined;
    }
    return undefined;
  }

  /** Reads a number, and gives the place behind it, or -1. */
  #number(bytes: Uint8Array, from: number, place: number, most: number): number {
    let value = 0;
    let at = from;
    while (at < bytes.length) {
      const unit = bytes[at]!;
      if (unit < zero || unit > nine) break;
      value = 10 * value + unit - zero;
      at++;
    }
    const length = at - from;
    if (length > digitsMax || value > most || (length > 1 && bytes[from] === zero)) return -1;
    this.#values[place] = value;
    return at;
  }

  /** The same of a text in quotes. */
  #name(bytes: Uint8Array, from: number, place: number): number {
    const first = from + 1;
    const most = Math.min(bytes.length, first + nameMax + 1);
    let hash = 0;
    let at = first;
    for (; at < most; at++) {
      const unit = bytes[at]!;
      if (unit === quote) break;
      if (unit < 0x20 || unit > 0x7e || unit === backslash) return -1;
      hash = (Math.imul(hash, 31) + unit) | 0;
    }
    if (at === most) return -1;
    const kept = this.#names[hash & (namesKept - 1)]!;
    let isKept = kept.length === at - first;
    for (let i = first; isKept && i < at; i++) isKept = kept.charCodeAt(i - first) === bytes[i];
    this.#values[place] = isKept ? kept : this.#keep(hash, String.fromCharCode(...bytes.subarray(first, at)));
    return at + 1;
  }

  #keep(hash: number, name: string): string {
    return (this.#names[hash & (namesKept - 1)] = name);
  }

  /** Lines like this one are familiar from here on. It was read as this value, a step of this shape; `ended` is the call that it ends. */
  learn(line: string, shape: Shape, value: unknown, ended: string | undefined): void {
    if (this.#kinds === kindsMax || this.#attemptsLeft === 0 || line.length > lineMax) return;
    this.#attemptsLeft--;
    const json = line.endsWith('\r') ? line.slice(0, -1) : line;
    // JSON of such a text is an expression of JavaScript as well, and of the same value.
    if (!plainText.test(json) || json.includes('__proto__')) return;
    const parts = separators.map((style) => partsOf(shape, value, style)).find((found) => found.map(textOf).join('') === json);
    const kind = parts && this.#add(parts, json === line ? '\n' : '\r\n');
    if (ended !== undefined) kind?.ends.add(ended);
  }

  /** Enters a line into the tree, unless it would be taken for another one there. */
  #add(parts: readonly Part[], lineEnd: string): KnownLine | undefined {
    let node: Node | undefined = this.#root;
    for (const [i, part] of parts.entries()) {
      if (typeof part !== 'string') node = through(node, part);
      else node = along(node, i === parts.length - 1 ? part + lineEnd : part);
      if (node === undefined) return undefined;
    }
    if (node.end === undefined) {
      const make = makerOf(parts);
      if (make === undefined) return undefined;
      node.end = { make, ends: new Set() };
      this.#kinds++;
    }
    return node.end;
  }
}

// ---- Lines among others ---------------------------------------------------------------------------------------------------------

declare const TextEncoder: new () => { encodeInto(text: string, target: Uint8Array): { readonly written: number } };

const lineFeed = 0x0a;
/** The most units of a text that are looked at together. */
const blockUnits = 2 ** 16;

/** A text of which some lines are taken as they come, and the others given. */
export class FamiliarReading {
  readonly #encoder = new TextEncoder();
  #room = new Uint8Array();
  /** Takes the lines that begin at `from`, one after the other, up to the first that is not familiar, and gives the place of that one. */
  readonly take: (bytes: Uint8Array, from: number) => number;

  constructor(take: (bytes: Uint8Array, from: number) => number) {
    this.take = take;
  }

  /** The lines that are not taken of a text that ends with a line feed. Its bytes begin at `from`; what is taken is as long in both. */
  *others(text: string, bytes: Uint8Array, from: number): Generator<string> {
    let unit = 0;
    for (let at = from; at < bytes.length; ) {
      const to = text.indexOf('\n', unit);
      yield text.slice(unit, to);
      const next = bytes.indexOf(lineFeed, at) + 1;
      at = this.take(bytes, next);
      unit = to + 1 + at - next;
    }
  }

  /** The same of any text. What follows the last line feed is a line only if there is something. */
  *othersOf(text: string): Generator<string> {
    let from = 0;
    for (let to = blockEnd(text, from); to > from; to = blockEnd(text, from)) {
      const block = text.slice(from, to);
      if (this.#room.length < block.length * 3) this.#room = new Uint8Array(Math.max(blockUnits, block.length) * 3);
      const bytes = this.#room.subarray(0, this.#encoder.encodeInto(block, this.#room).written);
      const start = this.take(bytes, 0);
      yield* this.others(block.slice(start), bytes, start);
      from = to;
    }
    if (from < text.length) yield text.slice(from);
  }
}

/** The place behind the last line feed of the next block; `from` where none is left. */
function blockEnd(text: string, from: number): number {
  const last = text.lastIndexOf('\n', from + blockUnits);
  return 1 + (last >= from ? last : Math.max(from - 1, text.indexOf('\n', from)));
}

// ---- The tree ------------------------------------------------------------------------------------------------------------------

/** The node behind this text, which begins where the node's bytes do; made where there is none. */
function along(start: Node, line: string): Node | undefined {
  let node = start;
  for (let at = 0; ; ) {
    const { bytes, next, end } = node;
    let same = 0;
    while (same < bytes.length && bytes[same] === line.charCodeAt(at)) {
      same++;
      at++;
    }
    if (same < bytes.length) split(node, same);
    else if (next.length === 0 && end === undefined) {
      node.bytes = Uint8Array.of(...bytes, ...Array.from(line.slice(at), (unit) => unit.charCodeAt(0)));
      return node;
    }
    if (at === line.length) return node;
    node = node.next[line.charCodeAt(at)] ??= newNode(undefined);
    if (node.hole !== undefined) return undefined;
  }
}

/** The node that begins with this hole, behind another one. */
function through(node: Node, { most }: Hole): Node | undefined {
  const firsts = most === undefined ? [quote] : digits;
  const found = firsts.map((first) => node.next[first]);
  if (found.every((other) => other === undefined)) {
    const made = newNode({ most });
    for (const first of firsts) node.next[first] = made;
    return made;
  }
  const [first] = found;
  return first?.hole !== undefined && first.hole.most === most ? first : undefined;
}

/** The first bytes stay in the node. */
function split(node: Node, at: number): void {
  const rest: Node = { hole: undefined, bytes: node.bytes.slice(at), next: node.next, end: node.end };
  node.bytes = node.bytes.slice(0, at);
  node.next = [];
  node.next[rest.bytes[0]!] = rest;
  node.end = undefined;
}

// ---- One line ------------------------------------------------------------------------------------------------------------------

/** A part of the text of a line: what is equal in each of its kind, or a hole and what stood there. */
type Part = string | (Hole & { readonly value: Scalar });

interface Separators {
  readonly comma: string;
  readonly colon: string;
}

/** As JSON.stringify writes it, and as Python does. */
const separators: readonly Separators[] = [
  { comma: ',', colon: ':' },
  { comma: ', ', colon: ': ' },
];

const textOf = (part: Part): string => (typeof part === 'string' ? part : JSON.stringify(part.value));

/**
 * The text of a value that its shape has accepted, with a hole wherever any other value of the hole's kind would be accepted as well. This
 * relies on the rules of an object: they ask which fields are there, and for names, and never for a number or a free text.
 */
function partsOf(shape: Shape, value: unknown, { comma, colon }: Separators): readonly Part[] {
  const parts: Part[] = [''];
  const say = (part: Part): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  };
  const write = (as: Shape | undefined, given: unknown): void => {
    if (as?.kind === 'choice') {
      const chosen = (given as Record<string, Scalar>)[as.by]!;
      const option = as.of.find((fields) => choosing(fields, as.by).includes(chosen));
      write(option, given);
    } else if (Array.isArray(given)) {
      say('[');
      for (const [place, item] of given.entries()) {
        if (place > 0) say(comma);
        write(as?.kind === 'list' ? as.of : as?.kind === 'tuple' ? as.of[place] : undefined, item);
      }
      say(']');
    } else if (typeof given === 'object' && given !== null) {
      say('{');
      for (const [place, [name, field]] of Object.entries(given).entries()) {
        say(`${place > 0 ? comma : ''}${JSON.stringify(name)}${colon}`);
        write(as?.kind === 'fields' ? fieldShape(as.fields[name], field) : undefined, field);
      }
      say('}');
    } else {
      const hole = holeFor(as, given);
      say(hole === undefined ? JSON.stringify(given) : { ...hole, value: given as Scalar });
    }
  };
  write(shape, value);
  return parts;
}

/** A field that is not of the shape's is anyone's own, and its value any. */
const fieldShape = (field: Extract<Shape, { kind: 'fields' }>['fields'][string] | undefined, value: unknown): Shape =>
  field === undefined ? (typeof value === 'string' ? text : anyCount) : field.kind === 'optional' ? field.of : field;
const anyCount = whole('an integer');

function holeFor(shape: Shape | undefined, value: unknown): Hole | undefined {
  if (shape?.kind === 'text') return shape.names === undefined && (value as string).length <= nameMax ? { most: undefined } : undefined;
  const isCount = shape?.kind === 'number' && shape.whole && shape.least <= 0 && typeof value === 'number';
  return isCount && value >= 0 && value < 10 ** digitsMax ? { most: shape.most } : undefined;
}

/** Undefined where code may not be made of text, as the Content-Security-Policy of a page can have it: then no line is familiar. */
function makerOf(parts: readonly Part[]): KnownLine['make'] | undefined {
  let holes = 0;
  const expression = parts.map((part) => (typeof part === 'string' ? part : `values[${holes++}]`)).join('');
  try {
    return new Function('values', `return ${expression}`) as KnownLine['make'];
  } catch {
    return undefined;
  }
}
