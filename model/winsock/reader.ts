/**
 * Lines in, steps out.
 *
 * A reader takes the lines of one trace in order, one at a time, and never throws: what cannot be read comes back as `malformed`, with
 * what was required and then what came. It holds the calls that have begun and not ended, and nothing else that grows with a
 * trace whose numbers count up.
 */

import type { FamiliarLines } from './familiarLines.ts';
import { faultText, firstFault, type Path, pathText, shown } from './fault.ts';
import { compileGuard, type Guard } from './guard.ts';
import { nameNumbers } from './numbers.ts';
import type { Shape } from './shape.ts';
import { excerpt, nestingDepth, strictJsonFault, utf8Length } from './strictJson.ts';
import {
  type BegunCall,
  type CallName,
  type CallStep,
  callNames,
  doneShape,
  endShape,
  endShapes,
  headerShape,
  noteShape,
  type Request,
  type RequestKind,
  requestShapes,
  type StepKind,
  stepKinds,
  stepShapes,
  type TraceHeader,
  type TraceStep,
} from './trace.ts';

/** The longest line, in bytes of UTF-8 and without its end. */
export const lineBytesMax = 16 * 2 ** 20;
/** How many lists of a routine may stand inside one another: the calls of a routine are walked by recursion. */
export const routineDepthMax = 64;

/** A line that is none of trace/1: `message` says what it must be, and what came. */
export interface Malformed {
  kind: 'malformed';
  line: number;
  message: string;
}
/** The first line of a trace, or why it is none. Lines count from 1. */
export type HeaderLine =
  | { kind: 'header'; line: number; header: TraceHeader }
  /** The header is still to come. */
  | { kind: 'ignored'; line: number; what: 'blank' }
  | Malformed;
/** A line behind the header: a step, nothing to judge, or why it is malformed. */
export type Line =
  | { kind: 'step'; line: number; step: TraceStep }
  /** A `done`, a note, a blank line, or the answer of an implementation that cannot do what it was asked. */
  | { kind: 'ignored'; line: number; what: 'done' | 'unsupported' | 'note' | 'blank' }
  | Malformed;
/** A line that asks for something, or why it is malformed. */
export type RequestLine = { kind: 'request'; line: number; request: Request } | Malformed;

/** Reads a trace line by line. It keeps the calls that have begun, since what an `end` line may hold depends on them. */
export class TraceReader {
  #line = 0;
  #hasHeader = false;
  readonly #begun = new Map<number, BegunCall>();
  readonly #numbers = new NumbersGiven();
  readonly #familiar: FamiliarLines | undefined;

  /** With `familiar`, what is read in the ordinary way is learned, and `readFamiliar` reads what is like it. */
  constructor(familiar?: FamiliarLines) {
    this.#familiar = familiar;
  }

  /** The number of the line that was read last, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The header was read, well-formed or not. */
  get hasHeader(): boolean {
    return this.#hasHeader;
  }

  /** The calls that have begun and not ended, by their number. */
  get outstanding(): ReadonlyMap<number, BegunCall> {
    return this.#begun;
  }

  /** Reads the first line, or another one after blank lines. */
  header(text: string): HeaderLine {
    this.#line++;
    const unmarked = this.#line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
    const value = parseLine(unmarked);
    if (typeof value === 'string' && isBlank(unmarked)) return { kind: 'ignored', line: this.#line, what: 'blank' };
    this.#hasHeader = true;
    if (typeof value === 'string') return this.#malformed(value);
    if (value.wspsend === undefined) return this.#malformed('the first line must be a header, {"wspsend":"trace/1"}');
    const fault = faultOf(header, 'header', value);
    return fault === undefined ? { kind: 'header', line: this.#line, header: value as TraceHeader } : this.#malformed(fault);
  }

  /** Reads any other line, with or without a carriage return at its end. */
  read(text: string): Line {
    this.#line++;
    const value = parseLine(text);
    if (typeof value === 'string') return isBlank(text) && this.#hasHeader ? this.#ignored('blank') : this.#malformed(value);
    if (!this.#hasHeader) return this.#malformed('the first line must be read as a header');
    if (isUnsupported(value.returns)) return this.#ignored('unsupported');
    const kind = kindOfLine(value);
    if (kind === undefined) return this.#readOther(value);
    if (kind === 'end') return this.#readEnd(text, value);
    const fault = faultOf(steps[kind], kind, value);
    if (fault !== undefined) return this.#malformed(fault);
    nameNumbers(value);
    if (kind === 'call' && value.begin !== undefined) {
      const call = value as unknown as BegunCall;
      if (!this.#begins(call)) return this.#malformed(`${call.call}.begin must be a number that no call began with before: ${call.begin}`);
    }
    this.#familiar?.learn(text, steps[kind].shape, value, undefined);
    return { kind: 'step', line: this.#line, step: value as unknown as TraceStep };
  }

  /**
   * Reads the line that begins at `from` in these bytes, if a line like it was read before and its line feed is among them. Undefined where
   * `read` must be asked; nothing has changed then.
   */
  readFamiliar(bytes: Uint8Array, from: number): TraceStep | undefined {
    const familiar = this.#familiar;
    const kind = familiar?.find(bytes, from);
    if (familiar === undefined || kind === undefined || !this.#hasHeader) return undefined;
    const step = familiar.make(kind) as TraceStep;
    if ('begin' in step) {
      if (!this.#begins(step as BegunCall)) return undefined;
    } else if ('end' in step) {
      const begun = this.#begun.get(step.end);
      if (begun === undefined || !kind.ends.has(begun.call)) return undefined;
      this.#ends(step as unknown as Fields, begun);
    }
    this.#line++;
    return step;
  }

  /** False when the number was given before. */
  #begins(call: BegunCall): boolean {
    const isNew = this.#numbers.give(call.begin);
    if (isNew) this.#begun.set(call.begin, call);
    return isNew;
  }

  #ends(value: Fields, begun: BegunCall): void {
    this.#begun.delete(begun.begin);
    // Hidden from enumeration, so that the step is still written as it was read.
    Object.defineProperty(value, 'begun', { value: begun });
  }

  #readOther(value: Fields): Line {
    if (note.accepts(value)) return this.#ignored('note');
    if (value.done === undefined)
      return this.#malformed(`a step must have one of ${stepKinds.join(', ')}: its fields are ${namesOf(value)}`);
    const fault = faultOf(done, 'done', value);
    return fault === undefined ? this.#ignored('done') : this.#malformed(fault);
  }

  #readEnd(text: string, value: Fields): Line {
    const number = value.end as number;
    const begun = this.#begun.get(number);
    if (begun === undefined) {
      return this.#malformed(faultOf(end, 'end', value) ?? `end must be the number of a call that has begun and not ended: ${number}`);
    }
    const fault = faultOf(ends[begun.call], 'end', value, begun);
    if (fault !== undefined) return this.#malformed(fault);
    nameNumbers(value);
    this.#familiar?.learn(text, ends[begun.call].shape, value, begun.call);
    this.#ends(value, begun);
    return { kind: 'step', line: this.#line, step: value as unknown as TraceStep };
  }

  #ignored(what: Extract<Line, { kind: 'ignored' }>['what']): Line {
    return { kind: 'ignored', line: this.#line, what };
  }

  #malformed(message: string): Malformed {
    return { kind: 'malformed', line: this.#line, message };
  }
}

/** The lines of a text. What follows the last line feed is a line only if there is something. */
export function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
    yield text.slice(from, to);
    from = to + 1;
  }
  if (from < text.length) yield text.slice(from);
}

/** A whole trace: its header and steps, and the first line that is malformed, where reading stops. */
export interface ReadTrace {
  header?: TraceHeader;
  steps: { line: number; step: TraceStep }[];
  malformed?: Malformed;
}

/** Reads the whole text of a trace, up to its first malformed line. It never throws. */
export const readTrace = (text: string): ReadTrace => {
  const reader = new TraceReader();
  const trace: ReadTrace = { steps: [] };
  for (const line of linesOf(text)) {
    const read = reader.hasHeader ? reader.read(line) : reader.header(line);
    if (read.kind === 'malformed') return { ...trace, malformed: read };
    if (read.kind === 'header') trace.header = read.header;
    else if (read.kind === 'step') trace.steps.push({ line: read.line, step: read.step });
  }
  if (trace.header === undefined)
    trace.malformed = { kind: 'malformed', line: 1, message: 'the first line must be a header, {"wspsend":"trace/1"}: there is no line' };
  return trace;
};

/** Reads what an implementation is asked to do. `line` is the number to report. */
export const readRequest = (text: string, line: number): RequestLine => {
  const value = parseLine(text);
  if (typeof value === 'string') return { kind: 'malformed', line, message: value };
  const kind = requestKinds.find((known) => value[known] !== undefined);
  if (kind === undefined) {
    return { kind: 'malformed', line, message: `a request must have one of ${requestKinds.join(', ')}: its fields are ${namesOf(value)}` };
  }
  const fault = faultOf(requests[kind], kind, value);
  if (fault !== undefined) return { kind: 'malformed', line, message: fault };
  nameNumbers(value);
  return { kind: 'request', line, request: value as unknown as Request };
};

// ---- One line ------------------------------------------------------------------------------------------------------------------

type Fields = Record<string, unknown>;

const isBlank = (text: string): boolean => text.trim() === '';

/** The line as an object, or in words why it is not one. */
const parseLine = (line: string): Fields | string => {
  // What a line ends with is none of its bytes.
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  // A UTF-16 unit is one to three bytes, so that most lines need no counting.
  if (text.length > lineBytesMax || (text.length * 3 > lineBytesMax && utf8Length(text) > lineBytesMax)) {
    return `a line must have at most ${lineBytesMax} bytes`;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `a line must be one JSON object: ${excerpt(text)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `a line must be one JSON object: ${shown(value)}`;
  return strictJsonFault(text, value) ?? routineDepthFault(text, value as Fields) ?? (value as Fields);
};

// A list in a routine is at least three brackets deep (the call, its list, the call inside), so a shallow line needs no look.
const routineDepthFault = (text: string, value: Fields): string | undefined => {
  if (text.length < routineDepthMax * '{"routine":['.length || nestingDepth(text) <= routineDepthMax) return undefined;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > routineDepthMax) return `lists of a routine must stand in one another at most ${routineDepthMax} deep`;
    level = level.flatMap((call) => (isFields(call) && Array.isArray(call.routine) ? call.routine : []));
  }
  return undefined;
};

const kindOfLine = (value: Fields): StepKind | undefined => {
  for (const kind of stepKinds) if (value[kind] !== undefined) return kind;
  return undefined;
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isUnsupported = (returns: unknown): boolean => isFields(returns) && returns.unsupported !== undefined;

const namesOf = (value: Fields): string => {
  const names = Object.keys(value);
  return names.length === 0 ? 'none' : names.slice(0, 8).map(excerpt).join(', ');
};

/** Numbers that were given, as a run from the first one upward and whatever lies outside it. */
class NumbersGiven {
  #from = 0;
  #to = 0;
  readonly #others = new Set<number>();

  /** False when the number was given before. */
  give(number: number): boolean {
    if (this.#from === this.#to) this.#from = this.#to = number;
    if ((number >= this.#from && number < this.#to) || this.#others.has(number)) return false;
    if (number === this.#to) {
      this.#to++;
      while (this.#others.delete(this.#to)) this.#to++;
    } else this.#others.add(number);
    return true;
  }
}

// ---- What is wrong with it -----------------------------------------------------------------------------------------------------

interface Checked {
  accepts: Guard;
  shape: Shape;
}

const checked = (shape: Shape): Checked => ({ accepts: compileGuard(shape), shape });
const checkedEach = <K extends string>(shapes: Record<K, Shape>): Record<K, Checked> =>
  Object.fromEntries(Object.entries<Shape>(shapes).map(([key, shape]) => [key, checked(shape)])) as Record<K, Checked>;

const header = checked(headerShape);
const done = checked(doneShape);
const note = checked(noteShape);
const end = checked(endShape);
const ends = checkedEach<CallName>(endShapes);
const steps = checkedEach<StepKind>(stepShapes);
const requests = checkedEach<RequestKind>(requestShapes);
const requestKinds = Object.keys(requestShapes) as RequestKind[];

const faultOf = ({ accepts, shape }: Checked, kind: string, value: Fields, begun?: CallStep): string | undefined => {
  if (accepts(value)) return undefined;
  const fault = firstFault(shape, value);
  const subject = (path: Path): string =>
    begun === undefined ? subjectOf(kind, value, path) : `${begun.call} ended: ${pathText('', path)}`;
  return fault && faultText(fault, value, subject);
};

const subjectOf = (kind: string, value: Fields, path: Path): string => {
  const named = value[kind];
  const isNamed = (kind === 'call' && callNames.includes(named as CallName)) || (kind === 'upcall' && path[0] !== 'upcall');
  return path.length === 1 && path[0] === kind ? kind : pathText(isNamed ? String(named) : kind, path);
};
