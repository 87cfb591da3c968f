/**
 * Reading sends that overlap in time.
 *
 * Calls of two threads that are under way at once may have their bytes in either order, or mixed: a provider may split a large send.
 * What is sure is that each send keeps its own order, and that one which had ended before another began comes first. Nothing is placed
 * before the bytes need it.
 */

import { effort } from './effort.ts';
import { exactly } from './lattice.ts';
import { isNothing } from './past.ts';
import { areAllAlike, hashOfStrands, isStrandAlike, type Place, type Strand } from './places.ts';
import { leastPassed, remainder, type Segment, type Segments } from './segments.ts';

export interface ReadRun {
  /** The value of its first byte. */
  readonly start: number;
  readonly period: number;
  /** Positions of its first byte and of the one behind its last. */
  readonly from: number;
  readonly to: number;
  /** Ways through it that are still tried. */
  budget: number;
}

export interface Mixed {
  /** Places behind the whole run. */
  readonly found: Place[];
  /** Places inside it, from where the peer reads one send after the other. */
  readonly left: Place[];
  /** Ways were left out. */
  readonly incomplete: boolean;
  /** The place that can read whatever any other can was stopped by the bytes, and by no order: no other way leads on. */
  readonly isRefused: boolean;
}

/** Ways through one run that are tried at most, all places taken together. */
export const waysMax = 2048;
/** Sends that go on alike and are tried at most, the oldest first. */
const choicesMax = 4;
/** Choices within one run at which all that go on alike are tried; behind them the likeliest and the longest. */
const turnsMax = 6;

interface State {
  readonly position: number;
  readonly strands: readonly Strand[];
  readonly front: number;
  readonly exact: readonly Strand[];
  readonly free: boolean;
  /** The segment that was read last: most sends come in one piece. */
  readonly last: number;
  /** Choices so far within the run. */
  readonly turns: number;
}

/** Whether the peer has passed a segment, at a place where sends overlap. */
export const isPassed = ({ at, strands, front }: Pick<Place, 'at' | 'strands' | 'front'>, sequence: number): boolean =>
  sequence < at || (sequence < front && !strands.some((strand) => strand.sequence === sequence));

/** A send of which the next byte can be, and how much of it was read. */
export interface Candidate {
  readonly segment: Segment;
  readonly read: number;
}

/** It stands for those that go on alike, up to this one; -1 where there is none that is under way. */
interface Choice extends Candidate {
  twins: number;
}

/** The sends of which the next byte can be: none of them has to wait for another that has not been passed. */
export function windowOf(segments: Segments, strands: readonly Strand[], front: number): Candidate[] {
  const found: Candidate[] = [];
  let firstEnd = Infinity;
  const admit = (segment: Segment | undefined, read = 0): boolean => {
    effort.visits++;
    if (segment === undefined || segment.began >= firstEnd) return false;
    if (segment.length === 0) return true;
    found.push({ segment, read });
    firstEnd = Math.min(firstEnd, segment.ended);
    return true;
  };
  for (const { sequence, read } of strands) if (!admit(segments.at(sequence), read)) return found;
  for (let sequence = front; admit(segments.at(sequence)); sequence++);
  return found;
}

/** The sends of which the next byte can be once those that may have ended early have. */
function behindWindow(segments: Segments, window: readonly Candidate[], front: number): Candidate[] {
  const found: Candidate[] = [];
  let firstEnd = Infinity;
  for (let sequence = Math.max(front, window[window.length - 1]!.segment.sequence + 1); ; sequence++) {
    const segment = segments.at(sequence);
    effort.visits++;
    if (segment === undefined || segment.began >= firstEnd) return found;
    if (segment.length === 0) continue;
    found.push({ segment, read: 0 });
    if (leastPassed(segment) > 0 || segment.unknown) firstEnd = Math.min(firstEnd, segment.ended);
  }
}

/** Whether another send overlaps with the one at which the peer is. */
export function isShared(segments: Segments, at: number): boolean {
  const current = segments.at(at);
  if (current === undefined) return false;
  for (let sequence = at + 1; ; sequence++) {
    const next = segments.at(sequence);
    effort.visits++;
    if (next === undefined || next.began >= current.ended) return false;
    if (next.length > 0) return true;
  }
}

const readOf = (strands: readonly Strand[], sequence: number): number => strands.find((strand) => strand.sequence === sequence)?.read ?? 0;

/** Every way in which the run can be read from a place, which begins at `start` or has begun its strands. */
export function mixed(segments: Segments, place: Place, start: number, run: ReadRun): Mixed {
  const position = place.strands.length > 0 ? run.from : Math.max(start, run.from);
  const begun = position > start ? [{ sequence: place.at, read: position - start, twins: -1 }] : [];
  const found: Place[] = [];
  const left: Place[] = [];
  const seen = new SeenStates();
  let incomplete = false;
  let isRefused = false;
  let isOneWay = true;
  const first = place.strands.length > 0 ? place : { strands: begun, front: place.at + begun.length };
  const open: State[] = [
    { position, strands: first.strands, front: first.front, exact: place.exact, free: place.free, last: -1, turns: 0 },
  ];
  while (open.length > 0) {
    effort.visits++;
    const state = normal(segments, open.pop()!);
    // As long as there is one way only, none comes back to where it was.
    isOneWay &&= open.length === 0;
    if (!isOneWay && !seen.add(state)) continue;
    if (run.budget-- <= 0) {
      incomplete = true;
      break;
    }
    if (state.position === run.to) found.push(placeOf(segments, place, state));
    else if (isAlone(segments, state) && !isShared(segments, firstOf(state))) left.push(placeOf(segments, place, state));
    else {
      const ways = next(segments, state, run);
      open.push(...ways.states);
      incomplete ||= ways.isCut;
      isRefused ||= ways.isRefused;
    }
  }
  return { found, left, incomplete, isRefused };
}

/** States in which the run can be read on alike. */
class SeenStates {
  readonly #byHash = new Map<number, State[]>();

  /** False where one like it is among them. */
  add(state: State): boolean {
    const { position, strands, front, exact } = state;
    const hash = hashOfStrands(hashOfStrands((position * 31 + front) | 0, strands), exact);
    const others = this.#byHash.get(hash);
    if (others === undefined) this.#byHash.set(hash, [state]);
    else if (others.some((other) => isAlike(other, state))) return false;
    else others.push(state);
    return true;
  }
}

const isAlike = (a: State, b: State): boolean =>
  a.position === b.position &&
  a.front === b.front &&
  a.free === b.free &&
  areAllAlike(a.strands, b.strands, isStrandAlike) &&
  areAllAlike(a.exact, b.exact, isStrandAlike);

/** What was read in full is passed. */
function normal(segments: Segments, state: State): State {
  const isOver = ({ sequence, read }: Strand): boolean => read >= segments.at(sequence)!.length;
  let isChanged = false;
  for (const strand of state.strands) isChanged ||= strand.read > 0 && isOver(strand);
  if (!isChanged) return state;
  const reported = state.strands.filter((strand) => isOver(strand) && mayBeReported(segments.at(strand.sequence)!));
  return {
    ...state,
    strands: state.strands.filter((strand) => !isOver(strand)),
    exact: reported.length === 0 ? state.exact : [...state.exact, ...reported],
  };
}

/** Something may still report how much of it left. */
const mayBeReported = (segment: Segment): boolean => segment.watched && (segment.min < segment.length || segment.ended === Infinity);

const firstOf = ({ strands, front }: Front): number => strands[0]?.sequence ?? front;

/** Whether the peer reads one send after the other here. */
function isAlone(segments: Segments, { strands, front, exact }: State): boolean {
  if (strands.length !== 1) return strands.length === 0;
  const at = strands[0]!.sequence;
  // One that was passed and is still under way may change places with it.
  return front === at + 1 && !isShared(segments, at) && !exact.some(({ sequence }) => segments.at(sequence)?.ended === Infinity);
}

function placeOf(segments: Segments, place: Place, state: State): Place {
  const { position, strands, front, exact, free } = state;
  const at = firstOf(state);
  const alone = isAlone(segments, state);
  const start = position - (alone ? readOf(strands, at) : 0);
  const before = isNothing(place.past) ? 0 : place.before + start - place.start.lo;
  return { at, start: exactly(start), before, past: place.past, strands: alone ? [] : strands, front, exact, free };
}

interface Ways {
  readonly states: State[];
  readonly isCut: boolean;
  readonly isRefused: boolean;
}

function next(segments: Segments, state: State, run: ReadRun): Ways {
  const { strands, position, front } = state;
  const window = windowOf(segments, strands, front);
  const value = remainder(run.start + position - run.from, run.period);
  const headOf = ({ segment, read }: Candidate): number => remainder(segment.fill + read, run.period);
  const choices = withoutTwins(
    window.filter((candidate) => {
      const { segment } = candidate;
      return segment.pieces ? isAhead(segment, value, run.period) : segment.unknown || headOf(candidate) === value;
    }),
  );
  const passing = passed(segments, state, window);
  if (choices.length === 0) {
    const lastOpen = front < segments.end ? segments.end - 1 : strands[strands.length - 1]?.sequence;
    const isAll = lastOpen === undefined || window[window.length - 1]?.segment.sequence === lastOpen;
    return {
      states: passing,
      isCut: false,
      isRefused: state.free && isAll && passing.length === 0 && window.every(({ segment }) => isWhole(segment)),
    };
  }
  const longest = choices.reduce((best, candidate) => (isLonger(candidate, best) ? candidate : best));
  const isDecided = passing.length === 0 && choices.every(({ segment }) => isServed(longest.segment, segment));
  const likely = choices.find(({ segment }) => segment.sequence === state.last) ?? choices[0]!;
  // One of unknown values may go on at any byte, also where a longer one does.
  const free = state.free && window.every(({ segment }) => !segment.unknown);
  const isKept = (choice: Choice, i: number): boolean =>
    state.turns < turnsMax ? choice === longest || choice === likely || i < choicesMax : choice === (free ? longest : likely);
  const kept = isDecided ? [longest] : choices.filter(isKept);
  const turns = state.turns + (choices.length > 1 ? 1 : 0);
  const states = kept.flatMap((choice): State[] => {
    const { segment, read } = choice;
    const reaching = (count: number): State => {
      const { strands, front, exact } = withRead(segments, state, choice, read + count);
      return { position: position + count, strands, front, exact, free: free && choice === longest, last: segment.sequence, turns };
    };
    let count = Math.min(run.to - position, segment.length - read);
    let isAnyUnknown = false;
    // Where it may have ended early, what comes behind it may go on as it would have.
    const mayEnd = segment.ended !== Infinity && leastPassed(segment) < segment.length;
    for (const other of mayEnd ? [...window, ...behindWindow(segments, window, front)] : window) {
      if (other.segment === segment) continue;
      if (other.segment.unknown) isAnyUnknown = true;
      else count = Math.min(count, remainder(headOf(other) - value, run.period) || run.period);
    }
    // A send of unknown values may go on at any byte. That it does not is likelier, so it stands behind.
    return count > 1 && isAnyUnknown ? [reaching(1), reaching(count)] : [reaching(count)];
  });
  // The stack is popped from its end, so what is likeliest stands last.
  states.sort((a, b) => Number(a.last === state.last) - Number(b.last === state.last) || b.last - a.last);
  return { states: [...passing, ...states], isCut: !isDecided && kept.length < choices.length, isRefused: false };
}

/** The stream may lack some bytes of a send that is taken in pieces, but has none of other values. */
const isAhead = ({ fill, size }: Segment, value: number, period: number): boolean => remainder(value - fill, period) < size;

const isWhole = (segment: Segment): boolean => !segment.unknown && segment.min === segment.length;

type Front = Pick<State, 'strands' | 'front'>;

/** The same strands with the front behind a segment: those between that were not begun wait as they are. */
export function reaching(segments: Segments, { strands, front }: Front, sequence: number): Front {
  if (sequence < front) return { strands, front };
  const skipped: Strand[] = [];
  for (let other = front; other <= sequence; other++) {
    if (segments.at(other)!.length > 0) skipped.push({ sequence: other, read: 0, twins: -1 });
  }
  return { strands: [...strands, ...skipped], front: sequence + 1 };
}

/** The same where so much of a segment is read: it is passed when that is all of it. */
function withRead(segments: Segments, state: State, { segment, twins }: Choice, read: number): Front & Pick<State, 'exact'> {
  const { sequence } = segment;
  const { strands, front } = reaching(segments, state, sequence);
  const at = strands.findIndex((strand) => strand.sequence === sequence);
  const own: Strand = { sequence, read, twins: Math.max(strands[at]!.twins, twins) };
  const isOver = read >= segment.length;
  const exact = isOver && mayBeReported(segment) ? [...state.exact, own] : state.exact;
  return { strands: isOver ? strands.toSpliced(at, 1) : strands.with(at, own), front, exact };
}

/**
 * Of sends that go on alike and have the same ahead of them, the oldest stands for all. Those under way can change places when one of them
 * ends.
 */
function withoutTwins(fitting: readonly Candidate[]): readonly Choice[] {
  const alone: Choice[] = [];
  for (const candidate of fitting) {
    const { segment, read } = candidate;
    const stands = ({ segment: older, read: readOfOlder }: Candidate): boolean => {
      const isEnded = older.ended !== Infinity && !older.watched && !segment.watched;
      return readOfOlder === read && areTwins(older, segment) && (isEnded || older.ended === Infinity);
    };
    const twin = alone.find(stands);
    if (twin === undefined) alone.push({ segment, read, twins: -1 });
    else if (segment.ended === Infinity) twin.twins = segment.sequence;
  }
  return alone;
}

export const areTwins = (a: Segment, b: Segment): boolean =>
  a.fill === b.fill && a.length === b.length && a.min === b.min && a.ended === b.ended && !a.unknown && !b.unknown;

const isLonger = (a: Candidate, b: Candidate): boolean => {
  const [left, other] = [a.segment.length - a.read, b.segment.length - b.read];
  return left > other || (left === other && a.segment.ended < b.segment.ended);
};

/**
 * Reading the longest first leaves open whatever reading another first does: where two go on alike, their rests can change places. It may
 * not keep what comes behind the shorter waiting, and nothing may report later how much of either was read.
 */
const isServed = (longest: Segment, other: Segment): boolean =>
  longest === other ||
  (longest.ended !== Infinity && longest.ended <= other.ended && !longest.watched && !other.watched && isWhole(longest) && isWhole(other));

/** A send that may have ended early may be passed here; that matters only where another waits for it. */
function passed(segments: Segments, state: State, window: readonly Candidate[]): State[] {
  const last = window[window.length - 1]?.segment;
  if (last === undefined || segments.at(Math.max(last.sequence, state.front - 1) + 1) === undefined) return [];
  const found: State[] = [];
  for (const { segment, read } of window) {
    if (segment.ended === Infinity || read >= segment.length || read < leastPassed(segment)) continue;
    const { strands, front } = reaching(segments, state, segment.sequence);
    const own = strands.find(({ sequence }) => sequence === segment.sequence)!;
    const others = strands.filter((strand) => strand !== own);
    found.push({ ...state, strands: others, front, exact: segment.watched ? [...state.exact, own] : state.exact });
  }
  return found;
}
