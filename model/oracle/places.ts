/**
 * Where the peer of a stream can be: which segments it has passed, how much of each left, and how far it has read those that are next.
 *
 * Positions count the bytes that the peer received. What is not known is kept as a lattice (`lo`, `lo + step`, …, `hi`), never as a list:
 * the pattern of the bytes repeats, so a report may fit ends of a segment that lie one period apart.
 */

import { effort } from './effort.ts';
import { remainder } from './segments.ts';

/** The numbers `lo`, `lo + step`, …, `hi`. */
export interface Lattice {
  readonly lo: number;
  readonly hi: number;
  readonly step: number;
}

export const exactly = (value: number): Lattice => ({ lo: value, hi: value, step: 1 });
const shifted = ({ lo, hi, step }: Lattice, by: number): Lattice => ({ lo: lo + by, hi: hi + by, step });

/** Those of the numbers that lie between two bounds, both included; undefined when there are none. */
export function narrow(lattice: Lattice, least: number, most: number): Lattice | undefined {
  const { lo, hi, step } = lattice;
  if (least <= lo && most >= hi) return lattice;
  const from = least <= lo ? lo : lo + Math.ceil((least - lo) / step) * step;
  const to = most >= hi ? hi : hi - Math.ceil((hi - most) / step) * step;
  return from > to ? undefined : { lo: from, hi: to, step };
}

/** The end of a segment that may have ended early. Its end is a position; what lies between two ends is how much of a segment left. */
export interface Ending {
  readonly sequence: number;
  /** Bytes of whole segments between the end before this one and the start of this segment. */
  readonly before: number;
  /** How many of its bytes are in the stream. */
  readonly least: number;
  readonly most: number;
  readonly end: Lattice;
}

/** How much of a segment was read that overlaps in time with others. */
export interface Strand {
  readonly sequence: number;
  readonly read: number;
  /** The last of the like calls under way in whose place it was read, or might have been; -1 where there is none. */
  readonly twins: number;
}

export interface Place {
  /** The first segment that the peer has not passed. */
  readonly at: number;
  /** Where the chain of endings begins. */
  readonly from: Lattice;
  /** The segments that may have ended early and of which something may still be reported, in order. */
  readonly endings: readonly Ending[];
  /** Bytes of whole segments between the last of the endings, or `from`, and the start of segment `at`. */
  readonly since: number;
  /** Of segments that overlapped with others and were passed: how much of each is in the stream. */
  readonly exact: readonly Strand[];
  /** Where sends overlap, those before `front` that the peer has not passed. Empty where it reads one after the other. */
  readonly strands: readonly Strand[];
  readonly front: number;
  /**
   * At each choice between segments that go on alike, the longest was taken: this place can read whatever any other can, as long as no
   * order separates them.
   */
  readonly free: boolean;
}

export const firstPlace: Place = { at: 0, from: exactly(0), endings: [], since: 0, exact: [], strands: [], front: 0, free: true };

/** Where segment `at` can begin. */
export function startOf({ from, endings, since }: Place): Lattice {
  const last = endings.length === 0 ? from : endings[endings.length - 1]!.end;
  return since === 0 ? last : shifted(last, since);
}

/** The place with the start of segment `at` between two positions. */
export function startWithin(place: Place, least: number, most: number): Place | undefined {
  const { from, endings, since } = place;
  if (endings.length === 0) {
    const narrowed = narrow(from, least - since, most - since);
    return narrowed === undefined ? undefined : narrowed === from ? place : { ...place, from: narrowed };
  }
  const last = endings[endings.length - 1]!;
  const end = narrow(last.end, least - since, most - since);
  if (end === undefined) return undefined;
  return end === last.end ? place : fromTheLast({ ...place, endings: [...endings.slice(0, -1), { ...last, end }] });
}

/** The place with the number of bytes of one of its endings between two bounds. */
export function endingWithin(place: Place, sequence: number, least: number, most: number): Place | undefined {
  const index = place.endings.findIndex((ending) => ending.sequence === sequence);
  if (index < 0) return place;
  const ending = place.endings[index]!;
  if (least <= ending.least && most >= ending.most) return place;
  const endings = [...place.endings];
  endings[index] = { ...ending, least: Math.max(least, ending.least), most: Math.min(most, ending.most) };
  return endings[index].least > endings[index].most ? undefined : tightened({ ...place, endings });
}

/** The place with one more ending behind the others: of segment `at`, which begins where `startOf` says. */
export function ended(place: Place, least: number, most: number, end: Lattice): Place | undefined {
  const start = startOf(place);
  const narrowed = narrow(end, start.lo + least, start.hi + most);
  if (narrowed === undefined) return undefined;
  const ending: Ending = { sequence: place.at, before: place.since, least, most, end: narrowed };
  return fromTheLast({ ...place, at: place.at + 1, endings: [...place.endings, ending], since: 0 });
}

/** The place with the endings of segments of which nothing left, behind the others where the last ended; then it is at segment `at`. */
export function endedAtOnce(place: Place, sequences: readonly number[], at: number): Place {
  const { end } = place.endings[place.endings.length - 1]!;
  const nothing = sequences.map((sequence): Ending => ({ sequence, before: 0, least: 0, most: 0, end }));
  return { ...place, at, endings: [...place.endings, ...nothing] };
}

/**
 * Makes every bound as narrow as the others allow. The ends form a chain in which each is bound by its neighbours alone, so one pass
 * forwards and one backwards suffice.
 */
function tightened(place: Place): Place | undefined {
  const endings: Ending[] = [];
  let before = place.from;
  for (const ending of place.endings) {
    effort.visits++;
    const lo = before.lo + ending.before;
    const hi = before.hi + ending.before;
    const end = narrow(ending.end, lo + ending.least, hi + ending.most);
    if (end === undefined) return undefined;
    endings.push({ ...ending, end });
    before = end;
  }
  return backwards(place, endings, false);
}

/** The same where only the end of the last is narrower than its neighbours know: what does not change changes nothing before it. */
const fromTheLast = (place: Place): Place | undefined => backwards(place, [...place.endings], true);

/** The pass backwards over a chain whose ends were narrowed forwards. It changes `endings`. */
function backwards(place: Place, endings: Ending[], stopsEarly: boolean): Place | undefined {
  for (let i = endings.length - 1; i >= 0; i--) {
    effort.visits++;
    const ending = endings[i]!;
    const start = i === 0 ? place.from : endings[i - 1]!.end;
    const narrowed = narrow(start, ending.end.lo - ending.most - ending.before, ending.end.hi - ending.least - ending.before);
    if (narrowed === undefined) return undefined;
    const least = Math.max(ending.least, ending.end.lo - ending.before - narrowed.hi);
    const most = Math.min(ending.most, ending.end.hi - ending.before - narrowed.lo);
    if (least > most) return undefined;
    endings[i] = { ...ending, least, most };
    if (stopsEarly && narrowed === start) break;
    if (i === 0) place = { ...place, from: narrowed };
    else endings[i - 1] = { ...endings[i - 1]!, end: narrowed };
  }
  return { ...place, endings };
}

/** What can no longer be asked about is left out, so that places that differ in nothing else become one. */
export function forgetful(place: Place, isWatched: (sequence: number) => boolean): Place {
  let { from, endings, since, exact } = place;
  let drop = 0;
  while (drop < endings.length && !isWatched(endings[drop]!.sequence)) drop++;
  if (drop > 0) {
    from = endings[drop - 1]!.end;
    endings = endings.slice(drop);
  }
  if (endings.length === 0 && since !== 0) [from, since] = [shifted(from, since), 0];
  if (exact.some(({ sequence }) => !isWatched(sequence))) exact = exact.filter(({ sequence }) => isWatched(sequence));
  return from === place.from && endings === place.endings && since === place.since && exact === place.exact
    ? place
    : { ...place, from, endings, since, exact };
}

// ---- Sets of places ------------------------------------------------------------------------------------------------------------

/** Each place once. Places without endings whose lattices touch become one. */
export function distinct(places: readonly Place[]): Place[] {
  if (places.length < 2) return [...places];
  const found: Place[] = [];
  for (const alike of groupsOf(places, hashOf, isOfOneShape)) found.push(...joined(alike));
  return found;
}

/** What is alike, together: first by a number that is the same for all of these, since to compare them costs as much as they are long. */
export function groupsOf<T>(things: readonly T[], hashOf: (thing: T) => number, areAlike: (a: T, b: T) => boolean): readonly T[][] {
  const byHash = new Map<number, T[][]>();
  for (const thing of things) {
    const hash = hashOf(thing);
    const groups = byHash.get(hash);
    const group = groups?.find(([first]) => areAlike(first!, thing));
    if (group !== undefined) group.push(thing);
    else if (groups !== undefined) groups.push([thing]);
    else byHash.set(hash, [[thing]]);
  }
  return [...byHash.values()].flat();
}

/** Everything but the numbers of two places: which segments they speak of, and where they stand in the pattern. */
function isOfOneShape(a: Place, b: Place): boolean {
  if (a.at !== b.at || a.endings.length !== b.endings.length || !isCongruent(a.from, b.from)) return false;
  if (a.endings.length > 0 && a.since !== b.since) return false;
  if (a.strands.length > 0 && a.front !== b.front) return false;
  return (
    areAllAlike(a.strands, b.strands, isStrandAlike) &&
    areAllAlike(a.exact, b.exact, isStrandAlike) &&
    areAllAlike(a.endings, b.endings, isEndingAlike)
  );
}

/** They are as many, and each is alike to the other in its place. */
export function areAllAlike<T>(a: readonly T[], b: readonly T[], areAlike: (one: T, other: T) => boolean): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i]!, b[i]!];
    if (one === other) continue;
    effort.visits++;
    if (!areAlike(one, other)) return false;
  }
  return true;
}

/** As much is read of it, in place of the same. */
export const isStrandAlike = (one: Strand, other: Strand): boolean =>
  one.sequence === other.sequence && one.read === other.read && one.twins === other.twins;

const isEndingAlike = (one: Ending, other: Ending): boolean =>
  one.sequence === other.sequence && one.before === other.before && isCongruent(one.end, other.end);

const isCongruent = (a: Lattice, b: Lattice): boolean => a.step === b.step && residueOf(a) === residueOf(b);

/** The same for places of one shape. */
function hashOf({ at, from, endings, exact, strands }: Place): number {
  let hash = hashOfStrands(hashOfStrands((at * 31 + residueOf(from)) | 0, exact), strands);
  for (const { sequence, before, end } of endings) hash = (Math.imul(hash, 31) + sequence * 17 + before * 7 + residueOf(end)) | 0;
  return hash;
}

const residueOf = ({ lo, step }: Lattice): number => (step === 1 ? 0 : remainder(lo, step));

/** A number that goes on from another by how much is read of each. */
export function hashOfStrands(from: number, strands: readonly Strand[]): number {
  let hash = from;
  for (const { sequence, read } of strands) hash = (Math.imul(hash, 31) + sequence * 17 + read) | 0;
  return hash;
}

function joined(places: readonly Place[]): readonly Place[] {
  if (places.length === 1) return places;
  const found: Place[] = [];
  for (const place of places) join(found, place);
  return found;
}

function join(others: Place[], place: Place): void {
  let joined = place;
  for (let i = others.length - 1; i >= 0; i--) {
    const union = unionOf(others[i]!, joined);
    if (union === undefined) continue;
    joined = union;
    others.splice(i, 1);
  }
  others.push(joined);
}

/** One place for two, where there is one that stands for no others. */
function unionOf(a: Place, b: Place): Place | undefined {
  const free = a.free || b.free;
  if (a.endings.length === 0) {
    const from = joinedLattice(startOf(a), startOf(b));
    return from === undefined ? undefined : { ...a, from, since: 0, free };
  }
  const [first, second] = startOf(a).lo <= startOf(b).lo ? [a, b] : [b, a];
  if (joinedLattice(startOf(first), startOf(second)) === undefined) return undefined;
  const hull: Place = {
    ...first,
    from: hullOf(first.from, second.from),
    endings: first.endings.map((ending, i) => {
      const other = second.endings[i]!;
      const least = Math.min(ending.least, other.least);
      return { ...ending, least, most: Math.max(ending.most, other.most), end: hullOf(ending.end, other.end) };
    }),
    free,
  };
  // The hull stands for no others when its part up to the last start of the first is that place, and its part behind it the other.
  const cut = startOf(first).hi;
  const low = startWithin(hull, -Infinity, cut);
  const high = startWithin(hull, Math.min(cut + 1, startOf(second).lo), Infinity);
  return low !== undefined && high !== undefined && isWithin(low, first) && isWithin(high, second) ? hull : undefined;
}

const hullOf = (a: Lattice, b: Lattice): Lattice => ({
  lo: Math.min(a.lo, b.lo),
  hi: Math.max(a.hi, b.hi),
  step: Math.max(a.step, b.step),
});

/** The numbers of both, where they are those of one lattice. */
function joinedLattice(a: Lattice, b: Lattice): Lattice | undefined {
  const step = a.lo === a.hi ? b.step : b.lo === b.hi ? a.step : a.step === b.step ? a.step : undefined;
  if (step === undefined || (a.lo - b.lo) % step !== 0 || b.lo > a.hi + step || a.lo > b.hi + step) return undefined;
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi), step };
}

const isWithin = (part: Place, whole: Place): boolean =>
  part.from.lo >= whole.from.lo &&
  part.from.hi <= whole.from.hi &&
  part.endings.every(({ least, most, end }, i) => {
    const other = whole.endings[i]!;
    return end.lo >= other.end.lo && end.hi <= other.end.hi && least >= other.least && most <= other.most;
  });
