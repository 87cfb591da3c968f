/**
 * How the sends that the peer has passed can have ended, where they may have ended early.
 *
 * Each way is a chain: a send begins where the one before it ended, has some of its bytes, and ends. What a send reads depends on where it
 * begins and ends alone, and never on how the peer came there. So ways that lead to the same point share what is behind it, and go on as
 * one: the number of ways grows without bound, what is kept of them does not.
 */

import { effort } from './effort.ts';
import { common, isCongruent, joinedLattice, type Lattice, narrow, shifted } from './lattice.ts';

/** The end of a send that may have ended early. Where it begins and ends are positions; what lies between them is how much of it left. */
export interface Ending {
  readonly sequence: number;
  /** Of the sends behind it, nothing left of those before this one. */
  readonly until: number;
  /** Where it begins: behind so many bytes of whole sends that follow its past. */
  readonly start: Lattice;
  readonly before: number;
  /** How many of its bytes are in the stream. */
  readonly least: number;
  readonly most: number;
  readonly end: Lattice;
  readonly past: Past;
}

/** All ways to come to a send. Without endings nothing of them is of interest. */
export interface Past {
  readonly until: number;
  readonly endings: readonly Ending[];
  /** Which of those that grew from one another it is. */
  readonly lineage: Lineage;
  readonly order: number;
}

/** Pasts that grew one from another: each has all the ways of those before it. */
interface Lineage {
  last: number;
  readonly base: Moment | undefined;
  readonly depth: number;
}

type Moment = Pick<Past, 'lineage' | 'order'>;

/** How many bytes of a send can be in the stream. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

const lineageFrom = (base?: Moment): Lineage =>
  base === undefined || base.lineage.depth === depthMax
    ? { last: 0, base: undefined, depth: 0 }
    : { last: 0, base: { lineage: base.lineage, order: base.order }, depth: base.lineage.depth + 1 };

/** So far it is looked back whether one past grew from another. Where it is not seen, both are joined ending by ending. */
const depthMax = 8;

/** Nothing of what the peer has passed is of interest. */
export const noPast: Past = { until: -1, endings: [], lineage: lineageFrom(), order: 0 };

export const isNothing = ({ endings }: Past): boolean => endings.length === 0;

export function pastOf(endings: readonly Ending[]): Past {
  if (endings.length === 0) return noPast;
  return { until: endings[0]!.until, endings, lineage: lineageFrom(), order: 0 };
}

/** Where the last of them ended. */
export function endsOf({ endings }: Past): readonly Lattice[] {
  const ends: Lattice[] = [];
  for (const { end } of endings) add(ends, end);
  return ends;
}

/** Adds the numbers of one more lattice. */
function add(lattices: Lattice[], lattice: Lattice): void {
  let joined = lattice;
  for (let i = lattices.length - 1; i >= 0; i--) {
    const union = joinedLattice(lattices[i]!, joined);
    if (union === undefined) continue;
    if (union === lattices[i]) return;
    joined = union;
    lattices.splice(i, 1);
  }
  lattices.push(joined);
}

// ---- Joining -------------------------------------------------------------------------------------------------------------------

/** What was joined, so that what several share is joined once. */
type Joined = Map<Past, Map<Past, Past | undefined>>;

/** The past with the ways of all; undefined where they do not lead to the same send. */
export function joinedPast(pasts: readonly Past[], known: Joined = new Map()): Past | undefined {
  let base = pasts[0]!;
  for (const past of pasts) if (past.endings.length > base.endings.length || hasGrownFrom(past, base)) base = past;
  const others = pasts.filter((past) => !hasGrownFrom(base, past));
  if (others.length === 0) return base;
  return others.every(({ until }) => until === base.until) ? grown(base, others, known) : undefined;
}

function joinedTwo(a: Past, b: Past, known: Joined): Past | undefined {
  if (hasGrownFrom(a, b)) return a;
  if (hasGrownFrom(b, a)) return b;
  const ofA = known.get(a) ?? new Map<Past, Past | undefined>();
  known.set(a, ofA);
  if (!ofA.has(b)) ofA.set(b, joinedPast([a, b], known));
  return ofA.get(b);
}

function grown(from: Past, others: readonly Past[], known: Joined): Past {
  const endings = [...from.endings];
  // Both are in the order of their sends, mostly.
  let next = 0;
  for (const other of others) {
    for (const ending of other.endings) {
      let joined: Ending | undefined;
      for (let tried = 0; tried < endings.length && joined === undefined; tried++) {
        if (next >= endings.length) next = 0;
        joined = joinedEnding(endings[next]!, ending, known);
        if (joined !== undefined) endings[next] = joined;
        next++;
      }
      if (joined === undefined) endings.push(ending);
    }
  }
  const isLast = from.lineage.last === from.order;
  const lineage = isLast ? from.lineage : lineageFrom(from);
  if (isLast) lineage.last++;
  return { until: from.until, endings, lineage, order: lineage.last };
}

function hasGrownFrom(past: Past, earlier: Past): boolean {
  for (let at: Moment | undefined = past; at !== undefined; at = at.lineage.base) {
    if (at.lineage === earlier.lineage) return at.order >= earlier.order;
  }
  return false;
}

/** One ending for two, where there is one that stands for no others. */
function joinedEnding(a: Ending, b: Ending, known: Joined): Ending | undefined {
  effort.visits++;
  if (a.sequence !== b.sequence || a.least !== b.least || a.most !== b.most || a.until !== b.until || a.before !== b.before)
    return undefined;
  if (!isCongruent(a.start, b.start) || !isCongruent(a.end, b.end)) return undefined;
  const start = joinedLattice(a.start, b.start);
  const end = joinedLattice(a.end, b.end);
  if (start === undefined || end === undefined || !addsNone(a, b) || !addsNone(b, a)) return undefined;
  const past = joinedTwo(a.past, b.past, known);
  const { sequence, until, before, least, most } = a;
  return past && { sequence, until, start, before, least, most, end, past };
}

/** Where one begins and the other does not, it has none of the ends of the other that are not its own. */
function addsNone({ start, end, least, most }: Ending, other: Ending): boolean {
  if (other.end.lo >= end.lo && other.end.hi <= end.hi) return true;
  const earlier = start.lo >= other.start.lo ? -Infinity : Math.min(start.hi, other.start.lo - start.step);
  const later = start.hi <= other.start.hi ? Infinity : Math.max(start.lo, other.start.hi + start.step);
  return other.end.lo - earlier > most && other.end.hi - later < least;
}

// ---- Asking --------------------------------------------------------------------------------------------------------------------

/** Whether it is said of a send how much of it left. */
export function knows(past: Past, sequence: number): boolean {
  let at = past;
  for (;;) {
    const [ending] = at.endings;
    if (ending === undefined || ending.until <= sequence) return false;
    if (ending.sequence <= sequence) return true;
    at = ending.past;
  }
}

/** A past and where its ways are of interest. */
export type Top = readonly [past: Past, positions: Lattice];

/** What of an ending is of interest: where it begins and ends there. */
type Meet = (ending: Ending, start: Lattice, end: Lattice) => void;

/** The pasts behind some points, down to a send, the latest first. Of those that grew from one another the last has all ways. */
function pastsOf(tops: readonly Top[], down: number, meet?: Meet): Past[] {
  const found: Past[] = [];
  const open = new Map<number, Map<Lineage, { past: Past; readonly needed: Lattice[] }>>();
  const enter = (past: Past, position: Lattice): void => {
    if (isNothing(past) || past.until <= down) return;
    let alike = open.get(past.until);
    if (alike === undefined) open.set(past.until, (alike = new Map()));
    const known = alike.get(past.lineage);
    if (known === undefined) alike.set(past.lineage, { past, needed: [position] });
    else {
      if (past.order > known.past.order) known.past = past;
      add(known.needed, position);
    }
  };
  for (const [past, position] of tops) enter(past, position);
  while (open.size > 0) {
    const until = Math.max(...open.keys());
    const alike = open.get(until)!;
    open.delete(until);
    for (const { past, needed } of alike.values()) {
      found.push(past);
      for (const ending of past.endings) {
        for (const position of needed) {
          effort.visits++;
          const end = common(ending.end, position);
          const start = end && narrow(ending.start, end.lo - ending.most, end.hi - ending.least);
          if (start === undefined) continue;
          meet?.(ending, start, end!);
          enter(ending.past, shifted(start, -ending.before));
        }
      }
    }
  }
  return found;
}

/** The ending, of which only what ends at these positions counts. */
function endingAt(ending: Ending, positions: Lattice): Ending | undefined {
  effort.visits++;
  const end = common(ending.end, positions);
  return end && narrowed(ending, ending.start, end);
}

/** The ending between these starts and these ends. */
function narrowed(ending: Ending, starts: Lattice, ends: Lattice): Ending | undefined {
  const end = narrow(ends, starts.lo + ending.least, starts.hi + ending.most);
  const start = end && narrow(starts, end.lo - ending.most, end.hi - ending.least);
  if (start === undefined) return undefined;
  const least = Math.max(ending.least, end!.lo - start.hi);
  const most = Math.min(ending.most, end!.hi - start.lo);
  return least > most ? undefined : { ...ending, start, end: end!, least, most };
}

/** How much of each send can have left, of those of which it is said. */
export function extentsOf(tops: readonly Top[]): ReadonlyMap<number, Extent> {
  const spans = new Map<number, Extent>();
  const note = (sequence: number, { least, most }: Extent): void => {
    const known = spans.get(sequence);
    spans.set(sequence, known === undefined ? { least, most } : { least: Math.min(known.least, least), most: Math.max(known.most, most) });
  };
  /** The farthest send that one ending leaves out, by the first that it leaves out. */
  const skips = new Map<number, number>();
  pastsOf(tops, -Infinity, ({ sequence, until, least, most }, start, end) => {
    note(sequence, { least: Math.max(least, end.lo - start.hi), most: Math.min(most, end.hi - start.lo) });
    skips.set(sequence + 1, Math.max(until, skips.get(sequence + 1) ?? 0));
  });
  let to = -Infinity;
  let next = -Infinity;
  for (const [first, until] of [...skips].sort(([a], [b]) => a - b)) {
    to = Math.max(to, until);
    for (next = Math.max(next, first); next < to; next++) note(next, { least: 0, most: 0 });
  }
  return spans;
}

/** Ways one by one, the endings of each in their order. */
export function* chainsOf(past: Past, positions: Lattice): Generator<readonly Ending[]> {
  if (isNothing(past)) {
    yield [];
    return;
  }
  for (const ending of past.endings) {
    const part = endingAt(ending, positions);
    if (part === undefined) continue;
    for (const chain of chainsOf(part.past, shifted(part.start, -part.before))) yield [...chain, part];
  }
}

/** Makes every bound of a chain as narrow as the others allow: each is bound by its neighbours alone, so a pass each way suffices. */
export function tightened(chain: readonly Ending[], positions: Lattice): { readonly endings: Ending[]; readonly end: Lattice } | undefined {
  const endings: Ending[] = [];
  let before: Lattice | undefined;
  for (const ending of chain) {
    const start = before === undefined ? ending.start : common(ending.start, shifted(before, ending.before));
    const part = start && narrowed(ending, start, ending.end);
    if (part === undefined) return undefined;
    endings.push(part);
    before = part.end;
  }
  let end = before === undefined ? positions : common(before, positions);
  const last = end;
  for (let i = endings.length - 1; i >= 0; i--) {
    const part = end && narrowed(endings[i]!, endings[i]!.start, common(endings[i]!.end, end) ?? end);
    if (part === undefined) return undefined;
    endings[i] = part;
    end = shifted(part.start, -part.before);
  }
  return last && { endings, end: last };
}

// ---- Changing ------------------------------------------------------------------------------------------------------------------

/** What pasts become; undefined for those that no way is left of. */
export type Became = (past: Past) => Past | undefined;

/** Changes pasts down to a send, the earliest first, all that share what is behind them together. */
function changed(tops: readonly Top[], down: number, change: (past: Past, became: Became) => Past | undefined): Became {
  const made = new Map<Lineage, Past | undefined>();
  const became: Became = (past) => (isNothing(past) || past.until <= down ? past : made.get(past.lineage));
  for (const past of pastsOf(tops, down).reverse()) made.set(past.lineage, change(past, became));
  return became;
}

/** The ways in which between `least` and `most` bytes of a send left. */
export const pastWithin = (tops: readonly Top[], sequence: number, { least, most }: Extent): Became =>
  changed(tops, sequence, ({ endings }, became) => {
    const left = endings.flatMap((ending): readonly Ending[] => {
      if (ending.sequence < sequence) return least > 0 ? [] : [ending];
      if (ending.sequence > sequence) return behind(ending, became(ending.past));
      const bound = { ...ending, least: Math.max(least, ending.least), most: Math.min(most, ending.most) };
      return at(bound, bound.start);
    });
    return left.length === 0 ? undefined : pastOf(left);
  });

/** The ending behind what its past became. */
function behind(ending: Ending, past: Past | undefined): readonly Ending[] {
  if (past === undefined) return [];
  if (past === ending.past) return [ending];
  return endsOf(past).flatMap((end) => at({ ...ending, past }, common(ending.start, shifted(end, ending.before))));
}

/** The ending of what begins at these positions. */
function at(ending: Ending, starts: Lattice | undefined): readonly Ending[] {
  const part = starts && narrowed(ending, starts, ending.end);
  return part === undefined ? [] : [{ ...ending, start: part.start, end: part.end }];
}

/** The ways without the first sends of each of which nothing is remembered. */
export const pastRemembered = (tops: readonly Top[], isRemembered: (sequence: number) => boolean): Became =>
  changed(tops, -Infinity, (past, became) => {
    const endings = past.endings.flatMap((ending): readonly Ending[] => {
      const own = became(ending.past);
      if (own === undefined) return [];
      return own === ending.past ? [ending] : [{ ...ending, past: own, before: isNothing(own) ? 0 : ending.before }];
    });
    if (!endings.some((ending) => !isNothing(ending.past) || speaksOf(ending, isRemembered))) return noPast;
    return endings.length === past.endings.length && endings.every((ending, i) => ending === past.endings[i]) ? past : pastOf(endings);
  });

/** Whether it says how much is left of a send that is remembered. */
export function speaksOf({ sequence, until }: Pick<Ending, 'sequence' | 'until'>, isRemembered: (sequence: number) => boolean): boolean {
  for (let at = sequence; at < until; at++) if (isRemembered(at)) return true;
  return false;
}
