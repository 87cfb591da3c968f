/**
 * Reading sends that overlap in time.
 *
 * Calls of two threads that are under way at once may have their bytes in either order, or mixed: a provider may split a large send.
 * What is sure is that each send keeps its own order, and that one which had ended before another began comes first. Nothing is placed
 * before the bytes need it.
 */

import type { Place, Strand } from './places.ts';
import type { Segment, Segments } from './segments.ts';

export interface ReadRun {
  /** The value of its first byte. */
  readonly start: number;
  readonly period: number;
  /** Positions of its first byte and of the one behind its last. */
  readonly from: number;
  readonly to: number;
  /** The step that reports it. */
  readonly now: number;
}

export interface Mixed {
  /** Places behind the whole run. */
  readonly found: Place[];
  /** Places inside it, from where the peer reads one send after the other. */
  readonly left: Place[];
  /** Ways were left out. */
  readonly incomplete: boolean;
}

/** Ways through one run that are tried at most, and that are kept at most. */
const triedMax = 20_000;
const keptMax = 256;

interface State {
  readonly at: number;
  readonly position: number;
  readonly strands: readonly Strand[];
  readonly exact: readonly Strand[];
  readonly free: boolean;
  /** The segment that was read last: most sends come in one piece. */
  readonly last: number;
}

/** The sends of which the next byte can be: none of them has to wait for another that has not been passed. */
export function windowOf(segments: Segments, at: number, strands: readonly Strand[]): Segment[] {
  const found: Segment[] = [];
  let firstEnd = Infinity;
  for (let sequence = at; ; sequence++) {
    const segment = segments.at(sequence);
    if (segment === undefined || segment.began >= firstEnd) return found;
    if (segment.length === 0 || isPassed(strands, sequence)) continue;
    found.push(segment);
    firstEnd = Math.min(firstEnd, segment.ended);
  }
}

/** Whether another send overlaps with the one at which the peer is. */
export function isShared(segments: Segments, place: Place): boolean {
  if (place.strands.length > 0) return true;
  const current = segments.at(place.at);
  if (current === undefined) return false;
  for (let sequence = place.at + 1; ; sequence++) {
    const next = segments.at(sequence);
    if (next === undefined || next.began >= current.ended) return false;
    if (next.length > 0) return true;
  }
}

const isPassed = (strands: readonly Strand[], sequence: number): boolean =>
  strands.some((strand) => strand.passed && strand.sequence === sequence);
const readOf = (strands: readonly Strand[], sequence: number): number => strands.find((strand) => strand.sequence === sequence)?.read ?? 0;
export const remainder = (value: number, period: number): number => ((value % period) + period) % period;

/** Every way in which the run can be read from a place, which begins at `start` or has begun its strands. */
export function mixed(segments: Segments, place: Place, start: number, run: ReadRun): Mixed {
  const position = place.strands.length > 0 ? run.from : Math.max(start, run.from);
  const begun: readonly Strand[] =
    place.strands.length === 0 && position > start
      ? [{ sequence: place.at, read: position - start, passed: false, since: -1 }]
      : place.strands;
  const found: Place[] = [];
  const left: Place[] = [];
  const seen = new Set<string>();
  let incomplete = false;
  const open: State[] = [{ at: place.at, position, strands: begun, exact: place.exact, free: place.free, last: -1 }];
  while (open.length > 0) {
    const state = normal(segments, open.pop()!);
    const key = keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > triedMax) {
      incomplete = true;
      break;
    }
    if (state.position === run.to) found.push(placeOf(place, state));
    else if (state.strands.every(({ sequence }) => sequence === state.at) && !isShared(segments, { ...place, at: state.at, strands: [] })) {
      left.push(placeOf(place, state));
    } else open.push(...next(segments, state, run));
  }
  if (found.length > keptMax) {
    incomplete = true;
    found.sort((a, b) => Number(b.free) - Number(a.free) || a.strands.length - b.strands.length);
    found.length = keptMax;
  }
  return { found, left, incomplete };
}

const keyOf = ({ at, position, strands, exact, free }: State): string =>
  `${at}|${position}|${free}|${strands.map(({ sequence, read, passed }) => `${sequence}:${read}${passed ? 'p' : ''}`).join()}|${exact
    .map(({ sequence, read }) => `${sequence}:${read}`)
    .join()}`;

/** What was read in full is passed, and what was passed in order is left behind. */
function normal(segments: Segments, state: State): State {
  let { at, strands, exact } = state;
  const isOver = ({ sequence, read, passed }: Strand): boolean => !passed && read >= segments.at(sequence)!.length;
  if (strands.some(isOver)) {
    exact = [...exact, ...strands.filter(isOver).filter(({ sequence }) => isTold(segments.at(sequence)!))];
    strands = strands.map((strand) => (isOver(strand) ? { ...strand, passed: true } : strand));
  }
  for (;;) {
    const segment = segments.at(at);
    if (segment === undefined || !(segment.length === 0 || isPassed(strands, at))) break;
    const passed = at;
    strands = strands.filter(({ sequence }) => sequence !== passed);
    at++;
  }
  return strands === state.strands && at === state.at ? state : { ...state, at, strands, exact };
}

/** Something may still tell how much of it left. */
const isTold = (segment: Segment): boolean => segment.watched && (segment.min < segment.length || segment.ended === Infinity);

function placeOf(place: Place, { at, position, strands, exact, free }: State): Place {
  const chainEnd = place.endings.length === 0 ? place.from.lo : place.endings[place.endings.length - 1]!.end.lo;
  const own = strands.every(({ sequence }) => sequence === at);
  const since = position - (own ? readOf(strands, at) : 0) - chainEnd;
  return { ...place, at, since, strands: own ? [] : strands, exact, free };
}

function next(segments: Segments, state: State, run: ReadRun): State[] {
  const { strands, position } = state;
  const window = windowOf(segments, state.at, strands);
  const value = remainder(run.start + position - run.from, run.period);
  const headOf = (segment: Segment): number => remainder(segment.fill + readOf(strands, segment.sequence), run.period);
  const fitting = window.filter((segment) => segment.unknown || headOf(segment) === value);
  const choices = withoutTwins(fitting, strands);
  const longest = choices.reduce<Segment | undefined>(
    (best, segment) => (best === undefined || isLonger(segment, best, strands) ? segment : best),
    undefined,
  );
  const passing = passed(segments, state, window);
  const isDecided = passing.length === 0 && longest !== undefined && choices.every((segment) => isServed(longest, segment));
  const tried = isDecided ? [longest] : choices;
  // The stack is popped from its end, so what is likeliest stands last: the send that was being read, then the oldest.
  const ordered = [...tried].sort(
    (a, b) => Number(a.sequence === state.last) - Number(b.sequence === state.last) || b.sequence - a.sequence,
  );
  return [
    ...passing,
    ...ordered.map((segment): State => {
      const read = readOf(strands, segment.sequence);
      let count = Math.min(run.to - position, segment.length - read);
      for (const other of window) {
        if (other === segment) continue;
        count = Math.min(count, other.unknown ? 1 : remainder(headOf(other) - value, run.period) || run.period);
      }
      const since = strands.find(({ sequence }) => sequence === segment.sequence)?.since ?? run.now;
      const strand: Strand = { sequence: segment.sequence, read: read + count, passed: false, since };
      const others = strands.filter(({ sequence }) => sequence !== segment.sequence);
      const free = state.free && segment === longest;
      const all = [...others, strand].sort((a, b) => a.sequence - b.sequence);
      return { ...state, position: position + count, strands: all, free, last: segment.sequence };
    }),
  ];
}

/** Of sends that go on alike and have the same ahead of them, the oldest stands for all. */
function withoutTwins(fitting: readonly Segment[], strands: readonly Strand[]): readonly Segment[] {
  return fitting.filter((segment, index) => {
    const read = readOf(strands, segment.sequence);
    return !fitting.slice(0, index).some((older) => {
      const alike = older.fill === segment.fill && older.length === segment.length && older.min === segment.min;
      return (
        alike &&
        older.ended === segment.ended &&
        older.ended !== Infinity &&
        !older.watched &&
        !segment.watched &&
        readOf(strands, older.sequence) === read
      );
    });
  });
}

const isLonger = (a: Segment, b: Segment, strands: readonly Strand[]): boolean => {
  const [left, other] = [a.length - readOf(strands, a.sequence), b.length - readOf(strands, b.sequence)];
  return left > other || (left === other && a.ended < b.ended);
};

/**
 * Reading the longest first leaves open whatever reading another first does: where two go on alike, their rests can change places. It may not
 * keep what comes behind the shorter waiting, and nothing may tell later how much of either was read.
 */
const isServed = (longest: Segment, other: Segment): boolean =>
  longest === other ||
  (longest.ended !== Infinity &&
    longest.ended <= other.ended &&
    !longest.watched &&
    !other.watched &&
    !longest.unknown &&
    !other.unknown &&
    longest.min === longest.length &&
    other.min === other.length);

/** A send that may have ended early may be passed here; that matters only where another waits for it. */
function passed(segments: Segments, state: State, window: readonly Segment[]): State[] {
  const last = window[window.length - 1];
  if (last === undefined || segments.at(last.sequence + 1) === undefined) return [];
  return window.flatMap((segment): State[] => {
    const read = readOf(state.strands, segment.sequence);
    if (segment.ended === Infinity || read >= segment.length || read < segment.min) return [];
    const since = state.strands.find(({ sequence }) => sequence === segment.sequence)?.since ?? -1;
    const strand: Strand = { sequence: segment.sequence, read, passed: true, since };
    const strands = [...state.strands.filter(({ sequence }) => sequence !== segment.sequence), strand].sort(
      (a, b) => a.sequence - b.sequence,
    );
    return [{ ...state, strands, exact: segment.watched ? [...state.exact, strand] : state.exact }];
  });
}
