/**
 * Where the peer of a stream can be: which segments it has passed, how much of each left, and how far it has read those that are next.
 *
 * Positions count the bytes that the peer received. What is not known is kept as a lattice (`lo`, `lo + step`, …, `hi`), never as a list.
 */

import { effort } from './effort.ts';
import { common, exactly, isCongruent, joinedLattice, type Lattice, narrow, residueOf, shifted } from './lattice.ts';
import {
  type Became,
  chainsOf,
  type Ending,
  type Extent,
  endsOf,
  extentsOf,
  isNothing,
  joinedPast,
  noPast,
  type Past,
  pastOf,
  pastRemembered,
  pastWithin,
  tightened,
} from './past.ts';

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
  /** Where that begins: so many bytes of whole segments behind its past. */
  readonly start: Lattice;
  readonly before: number;
  /** How those can have ended that the peer has passed, where something may still be reported of them. */
  readonly past: Past;
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

export const firstPlace: Place = { at: 0, start: exactly(0), before: 0, past: noPast, exact: [], strands: [], front: 0, free: true };

/** The same place at another segment. Named field by field, since most of what a report costs is the making of places. */
export const moved = ({ exact, strands, front, free }: Place, at: number, start: Lattice, before: number, past: Past): Place => ({
  at,
  start,
  before,
  past,
  exact,
  strands,
  front,
  free,
});

/** The place with the start of segment `at` between two positions. */
export function startWithin(place: Place, least: number, most: number): Place | undefined {
  const start = narrow(place.start, least, most);
  return start === undefined || start === place.start ? start && place : moved(place, place.at, start, place.before, place.past);
}

/** How much of segment `at` left, and where it ended; nothing of those behind it, before `until`. */
export type Ended = Pick<Ending, 'least' | 'most' | 'end' | 'until'>;

/** The place behind the end of segment `at`. `isRemembered` says that something may still be reported of what it passes. */
export function ended(place: Place, { least, most, end, until }: Ended, isRemembered: boolean): Place | undefined {
  const { at, start, before, past } = place;
  const ends = narrow(end, start.lo + least, start.hi + most);
  const starts = ends && narrow(start, ends.lo - most, ends.hi - least);
  if (starts === undefined) return undefined;
  const isNew = isRemembered || !isNothing(past);
  const own = isNew ? pastOf([{ sequence: at, until, start: starts, before, least, most, end: ends!, past }]) : past;
  return moved(place, until, ends!, 0, own);
}

const topsOf = (places: readonly Place[]) => places.map(({ past, start, before }) => [past, shifted(start, -before)] as const);

/** The places in which between two numbers of bytes of a segment left, all of which say how much did. */
export function withSpan(places: readonly Place[], sequence: number, span: Extent): Place[] {
  const became = pastWithin(topsOf(places), sequence, span);
  return places.flatMap((place) => {
    const past = became(place.past);
    if (past === undefined || past === place.past) return past === undefined ? [] : [place];
    return endsOf(past).flatMap((end) => {
      const start = common(place.start, shifted(end, place.before));
      return start === undefined ? [] : [{ ...place, start, past }];
    });
  });
}

/**
 * What can no longer be asked about is left out, so that places that differ in nothing else become one; of what the places share only
 * where it is worth its cost.
 */
export function forgetful(places: readonly Place[], isWatched: (sequence: number) => boolean, isWorthIt: boolean): Place[] {
  const became: Became = isWorthIt ? pastRemembered(topsOf(places), isWatched) : (past) => past;
  return places.map((place) => {
    const past = became(place.past)!;
    const exact = place.exact.some(({ sequence }) => !isWatched(sequence))
      ? place.exact.filter(({ sequence }) => isWatched(sequence))
      : place.exact;
    return past === place.past && exact === place.exact ? place : { ...place, past, before: isNothing(past) ? 0 : place.before, exact };
  });
}

const spans = new WeakMap<readonly Place[], ReadonlyMap<number, Extent>>();

/** How much of each segment that the peer has passed can have left, at all the places that say it. */
export function extentsAt(places: readonly Place[]): ReadonlyMap<number, Extent> {
  let found = spans.get(places);
  if (found === undefined) spans.set(places, (found = extentsOf(topsOf(places))));
  return found;
}

/** A place of one way, and the endings of that in their order. */
export interface WayThere extends Place {
  readonly endings: readonly Ending[];
}

/** The places that this one stands for, each with one end for each segment. */
export function* unfolded(place: Place): Generator<WayThere> {
  const positions = shifted(place.start, -place.before);
  for (const chain of chainsOf(place.past, positions)) {
    const way = tightened(chain, positions);
    if (way === undefined) continue;
    yield { ...place, start: shifted(way.end, place.before), past: pastInOrder(way.endings), endings: way.endings };
  }
}

const pastInOrder = (endings: readonly Ending[]): Past => endings.reduce((past, ending) => pastOf([{ ...ending, past }]), noPast);

/** The first ends on which all ways of a place agree, and the place without them. */
export function withoutSure(place: Place): { readonly sure: readonly Ending[]; readonly rest: Place } {
  const [way, another] = unfolded(place);
  if (way === undefined || another !== undefined) return { sure: [], rest: place };
  const open = way.endings.findIndex(({ start, least, most }) => start.lo < start.hi || least < most);
  const sure = open < 0 ? way.endings : way.endings.slice(0, open);
  return { sure, rest: sure.length === 0 ? place : { ...place, start: way.start, past: pastInOrder(way.endings.slice(sure.length)) } };
}

// ---- Sets of places ------------------------------------------------------------------------------------------------------------

/** Each place once. Places whose starts touch become one. */
export function distinct(places: readonly Place[]): readonly Place[] {
  let areInOrder = true;
  let areApart = true;
  for (let i = 1; i < places.length; i++) {
    areInOrder &&= places[i]!.at >= places[i - 1]!.at;
    areApart &&= places[i]!.at > places[i - 1]!.at;
  }
  if (areApart) return places;
  if (!areInOrder) return distinctAtOne(places);
  const found: Place[] = [];
  for (let from = 0, to = 1; from < places.length; from = to++) {
    while (to < places.length && places[to]!.at === places[from]!.at) to++;
    if (to === from + 1) found.push(places[from]!);
    else found.push(...distinctAtOne(places.slice(from, to)));
  }
  return found;
}

/** The same of places that have mostly come to one segment, and differ in where they come from. */
const distinctAtOne = (places: readonly Place[]): readonly Place[] =>
  places.every((place) => isOfOneShape(places[0]!, place)) ? joined(places) : groupsOf(places, hashOf, isOfOneShape).flatMap(joined);

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
  if (a.at !== b.at || a.before !== b.before || !isCongruent(a.start, b.start) || isNothing(a.past) !== isNothing(b.past)) return false;
  if (a.strands.length > 0 && a.front !== b.front) return false;
  return areAllAlike(a.strands, b.strands, isStrandAlike) && areAllAlike(a.exact, b.exact, isStrandAlike);
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

/** The same for places of one shape. */
const hashOf = ({ at, start, before, exact, strands }: Place): number =>
  hashOfStrands(hashOfStrands((at * 31 + residueOf(start) + before * 7) | 0, exact), strands);

/** A number that goes on from another by how much is read of each. */
export function hashOfStrands(from: number, strands: readonly Strand[]): number {
  let hash = from;
  for (const { sequence, read } of strands) hash = (Math.imul(hash, 31) + sequence * 17 + read) | 0;
  return hash;
}

function joined(places: readonly Place[]): readonly Place[] {
  if (places.length === 1) return places;
  const whole = unionOf(places);
  if (whole !== undefined) return [whole];
  const found: Place[] = [];
  for (const place of places) join(found, place);
  return found;
}

function join(others: Place[], place: Place): void {
  let joined = place;
  for (let i = others.length - 1; i >= 0; i--) {
    const union = unionOf([others[i]!, joined]);
    if (union === undefined) continue;
    joined = union;
    others.splice(i, 1);
  }
  others.push(joined);
}

/** One place for several, where there is one that stands for no others. */
function unionOf(places: readonly Place[]): Place | undefined {
  const [first] = places;
  let start: Lattice | undefined = first!.start;
  for (const place of places) start = start && joinedLattice(start, place.start);
  const past = start && joinedPast(places.map((place) => place.past));
  return past && { ...first!, start: start!, past, free: places.some(({ free }) => free) };
}
