/** Following the bytes that a peer reports from each place where it can be. */

import { effort } from './effort.ts';
import { exactly, type Lattice, shifted } from './lattice.ts';
import { isShared, type Mixed, mixed, type ReadRun } from './mixing.ts';
import { isNothing, speaksOf } from './past.ts';
import { distinct, type Ended, ended, moved, type Place, startWithin } from './places.ts';
import { isAnything, leastPassed, remainder, type Segment, type Segments, valueAt } from './segments.ts';

/** Places that are kept at most. Where there are more, a step that none of the kept ones permits is undecided. */
const placesMax = 128;
/** Of those, places at which an order was chosen that leaves less open than another: it is rare that anything separates orders. */
const ordersMax = 16;
/** Exact starts that are tried one by one. */
const startsMax = 256;

type Enter = (place: Place | undefined) => void;
/** A send that can come next, and where the peer is then. */
type Next = readonly [at: number, next: Segment];

/** Sends behind `from` and before `wall` of which nothing need have left. */
interface Field {
  readonly from: number;
  readonly wall: number;
  readonly byFill: ReadonlyMap<number, readonly Segment[]>;
  /** The values of which not all have one length. */
  readonly uneven: ReadonlySet<number>;
  /** Those of them of which something may report, or might have, how much was taken. */
  readonly asked: readonly Segment[];
}

export class Follower {
  readonly #segments: Segments;
  readonly #isWatched: (sequence: number) => boolean;
  /** What can come next behind a send. */
  readonly #next = new Map<number, readonly Next[]>();
  #field: Field | undefined;
  /** Ways were left out. */
  incomplete = false;
  /** The place that can read whatever any other can was stopped by the bytes alone, whatever was left out. */
  isRefused = false;

  constructor(segments: Segments, isWatched: (sequence: number) => boolean) {
    this.#segments = segments;
    this.#isWatched = isWatched;
  }

  /** Where the peer can be after a run. A way leads to a later segment only, so when a segment's turn comes all ways into it are known. */
  follow(places: readonly Place[], run: ReadRun): readonly Place[] {
    const only = places.length === 1 ? this.#onlyWay(places[0]!, run) : undefined;
    if (only !== undefined) return [only];
    const ways = new Map<number, Place[]>();
    const found: Place[] = [];
    const enter = (place: Place | undefined): void => {
      if (place === undefined) return;
      const others = ways.get(place.at);
      if (others === undefined) ways.set(place.at, [place]);
      else others.push(place);
    };
    for (const place of places) enter(place);
    for (let sequence = this.#segments.first; ways.size > 0 && sequence <= this.#segments.end; sequence++) {
      for (let batch = ways.get(sequence); batch !== undefined; batch = ways.get(sequence)) {
        ways.delete(sequence);
        const entering = distinct(batch);
        if (entering.length > placesMax) this.incomplete = true;
        for (const place of entering.length > placesMax ? entering.slice(0, placesMax) : entering) this.#read(place, run, found, enter);
      }
    }
    const all = distinct(found);
    if (all.length <= placesMax) return all;
    // Between the runs of one report no more are kept than between reports.
    this.incomplete = true;
    return likeliest(undominated(all, this.#segments));
  }

  /** Most runs go on in the segment where the last one ended, or begin the next one, and nothing there was broken off or overlaps. */
  #onlyWay(place: Place, { start, period, from, to }: ReadRun): Place | undefined {
    const { past, strands, start: begun } = place;
    if (!isNothing(past) || strands.length > 0 || begun.lo !== begun.hi) return undefined;
    let { at } = place;
    let begins = begun.lo;
    for (;;) {
      effort.visits++;
      const segment = this.#segments.at(at);
      if (segment === undefined || segment.min !== segment.length || segment.unknown) return undefined;
      const next = this.#segments.at(at + 1);
      if (next !== undefined && next.began < segment.ended) return undefined;
      if (from < begins + segment.length) {
        const inUnit = (from - begins) % segment.unit;
        if (valueAt(segment, from - begins, period) !== start || inUnit + to - from > segment.unit || to > begins + segment.length)
          return undefined;
        return at === place.at ? place : moved(place, at, exactly(begins), 0, past);
      }
      begins += segment.length;
      at++;
    }
  }

  #read(place: Place, run: ReadRun, found: Place[], enter: Enter): void {
    effort.visits++;
    const segment = this.#segments.at(place.at);
    if (segment === undefined) return;
    const shared = place.strands.length > 0 || isShared(this.#segments, place.at);
    if (segment.length === 0 && !shared) {
      enter(moved(place, place.at + 1, place.start, place.before, place.past));
      return;
    }
    if (!shared && segment.length <= segment.unit) {
      this.#readSegment(place, segment, run, found, enter);
      return;
    }
    if (place.strands.length > 0) {
      this.#take(mixed(this.#segments, place, 0, run), found, enter);
      return;
    }
    const { lo, hi, step } = place.start;
    for (let start = lo, tried = 0; start <= hi; start += step, tried++) {
      if (tried === startsMax) {
        this.incomplete = true;
        return;
      }
      const here = startWithin(place, start, start);
      if (here === undefined) continue;
      if (shared) this.#take(mixed(this.#segments, here, start, run), found, enter);
      else this.#readRepeated(here, segment, start, run, found, enter);
    }
  }

  #take({ found: through, left, incomplete, isRefused }: Mixed, found: Place[], enter: Enter): void {
    found.push(...through);
    for (const place of left) enter(place);
    this.incomplete ||= incomplete;
    this.isRefused ||= isRefused;
  }

  /** What of a run lies in one send: all of it, as much as the send has, or as much as has left where it may have ended early. */
  #readSegment(place: Place, segment: Segment, run: ReadRun, found: Place[], enter: Enter): void {
    const { period } = run;
    const { length } = segment;
    const min = leastPassed(segment);
    const { start } = place;
    const begun = start.hi <= run.from;
    const fits = segment.unknown ? start : among(start, run.from + segment.fill - run.start, period);
    const here = fits === undefined ? undefined : startWithin(place, fits.lo, fits.hi);
    // The bytes of a send that is taken in pieces come in their order, without those that were marked as urgent.
    const first = Math.max(run.from, start.hi);
    const mostHere = segment.pieces ? Math.max(0, segment.size - remainder(run.start + first - run.from - segment.fill, period)) : Infinity;
    const isAll = mostHere >= run.to - first;
    if (here !== undefined) {
      const within = isAll ? startWithin(here, run.to - length, Infinity) : undefined;
      if (within !== undefined) found.push(within);
      const whole = startWithin(here, run.from - length + 1, run.to - length - 1);
      if (whole !== undefined) enter(this.#passed(whole, segment, length));
    }
    // The peer had read it in full before.
    const over = begun ? startWithin(place, run.from - length, run.from - length) : undefined;
    if (over !== undefined) enter(this.#passed(over, segment, length));
    if (min === length) return;
    // Where any of it may go on, another of that kind behind it adds nothing.
    const isEnough = isAnything(segment) && isAll && start.lo >= run.to - length;
    const nexts = isEnough ? this.#after(place.at, true) : start.hi >= run.to ? this.#behind(place.at) : this.#within(run, place.at);
    for (const [at, next] of nexts) {
      if (here !== undefined) {
        const most = Math.min(run.to - 1, here.start.hi + length - 1, Math.max(run.from, here.start.hi) + mostHere);
        const least = Math.max(run.from, here.start.lo + min);
        const end = endsBetween(least, most, next.unknown ? undefined : run.from + next.fill - run.start, period);
        const isNone = end !== undefined && here.start.lo === end.hi;
        const until = isNone ? this.#behindLike(segment, next, at) : at;
        if (end !== undefined && until !== undefined) this.#endEarly(here, segment, { least: min, most: length - 1, end, until }, enter);
      }
      if (here === undefined || (start.step === 1 && start.lo < start.hi)) {
        if (begun && !next.unknown && (run.start - next.fill) % period !== 0) continue;
        // Nothing of it is in this run.
        const from = begun ? exactly(run.from) : start;
        const end = next.unknown ? from : among(from, run.from + next.fill - run.start, period);
        const most = begun ? length - 1 : 0;
        if (end !== undefined) this.#endEarly(place, segment, { least: begun ? min : 0, most, end, until: at }, enter);
      }
    }
  }

  #endEarly(place: Place, segment: Segment, way: Ended, enter: Enter): void {
    if (way.least < segment.min) return;
    enter(ended(place, way, speaksOf({ sequence: place.at, until: way.until }, this.#isWatched)));
  }

  /** All of a send was read. Where it might have ended early, that is worth remembering. */
  #passed(place: Place, segment: Segment, length: number): Place | undefined {
    const end = shifted(place.start, length);
    const until = place.at + 1;
    if (segment.watched && segment.min < segment.length) return ended(place, { least: length, most: length, end, until }, true);
    return moved(place, until, end, isNothing(place.past) ? 0 : place.before + length, place.past);
  }

  /** Those that can come next within the run. Of many only those are looked at whose first byte has a value that the run has. */
  #within({ start, period, from, to }: ReadRun, sequence: number): readonly Next[] {
    const { byFill, wall } = this.#fieldBehind(sequence);
    const found: Next[] = [];
    const count = to - from;
    const enter = (fill: number): void => {
      const next = byFill.has(fill) ? firstBehind(byFill.get(fill)!, sequence) : undefined;
      if (next !== undefined) found.push([next.sequence, next]);
    };
    if (count < byFill.size) for (let i = 0; i < count; i++) enter((start + i) % period);
    else for (const fill of byFill.keys()) if (remainder(fill - start, period) < count) enter(fill);
    for (const next of wall < this.#segments.end ? this.#behind(wall - 1) : []) {
      const { fill, unknown } = next[1];
      if (unknown || remainder(fill - start, period) < count) found.push(next);
    }
    return found;
  }

  /** The sends behind one of which nothing need have left, up to the first of another kind, by the values of their first bytes. */
  #fieldBehind(sequence: number): Field {
    if (this.#field !== undefined && sequence >= this.#field.from && sequence < this.#field.wall) return this.#field;
    const byFill = new Map<number, Segment[]>();
    const uneven = new Set<number>();
    const asked: Segment[] = [];
    let wall = sequence + 1;
    for (; ; wall++) {
      effort.visits++;
      const next = this.#segments.at(wall);
      if (next === undefined || next.unknown || leastPassed(next) > 0 || isShared(this.#segments, wall)) break;
      if (next.watched || !next.silent) asked.push(next);
      if (next.length === 0) continue;
      const alike = byFill.get(next.fill);
      if (alike === undefined) byFill.set(next.fill, [next]);
      else alike.push(next);
      if (alike !== undefined && alike[0]!.length !== next.length) uneven.add(next.fill);
    }
    this.#field = { from: sequence, wall, byFill, uneven, asked };
    return this.#field;
  }

  /**
   * Where nothing of a send left, a like one behind it adds nothing that it could not give itself, as long as nothing is asked of either,
   * nor of those between. So the next is one that is asked of, or behind such a one.
   */
  #behindLike(segment: Segment, next: Segment, at: number): number | undefined {
    if (!segment.silent || segment.watched || next.fill !== segment.fill || at !== next.sequence) return at;
    const { byFill, uneven, asked } = this.#fieldBehind(segment.sequence);
    const firstAsked = firstBehind(asked, segment.sequence)?.sequence ?? Infinity;
    const alike = byFill.get(next.fill);
    if (alike === undefined || next.sequence >= firstAsked || uneven.has(next.fill) || next.length !== segment.length) return at;
    return firstBehind(alike, firstAsked - 1)?.sequence;
  }

  /** All of them, found once a report. */
  #behind(sequence: number): readonly Next[] {
    let found = this.#next.get(sequence);
    if (found === undefined) {
      found = [...this.#after(sequence, false)];
      this.#next.set(sequence, found);
    }
    return found;
  }

  /** The sends that can come next where one ended early, and where the peer is then: those between may have left nothing. */
  *#after(sequence: number, skipsAnything: boolean): Generator<Next> {
    let at: number | undefined;
    const values = new Set<number>();
    for (let i = sequence + 1; ; i++) {
      const next = this.#segments.at(i);
      effort.visits++;
      if (next === undefined) return;
      if (skipsAnything && isAnything(next)) {
        i = this.#segments.behindAnything(i) - 1;
        continue;
      }
      // One that begins like an earlier one is reached through that, of which nothing may have left.
      if (next.length === 0 || (at === undefined && values.has(next.fill) && leastPassed(next) === 0)) continue;
      values.add(next.fill);
      // Where sends overlap, any of them may be first; the peer is at the first of them.
      if (at === undefined && isShared(this.#segments, i)) at = i;
      yield [at ?? i, next];
      if (at === undefined && (leastPassed(next) > 0 || next.unknown)) return;
      // What need not have left anything keeps nothing behind it waiting.
      if (
        at !== undefined &&
        leastPassed(next) > 0 &&
        next.ended !== Infinity &&
        (this.#segments.at(i + 1)?.began ?? Infinity) >= next.ended
      )
        return;
    }
  }

  /** Like sends that were joined: a run may go from one into the next. */
  #readRepeated(place: Place, segment: Segment, start: number, run: ReadRun, found: Place[], enter: Enter): void {
    const { unit, length } = segment;
    const { period } = run;
    const mayEndEarly = leastPassed(segment) < length;
    let at = Math.max(start, run.from);
    for (;;) {
      effort.visits++;
      if (mayEndEarly) this.#endRepeated(place, segment, start, at, run, enter);
      if (at === run.to) {
        found.push(place);
        return;
      }
      const read = at - start;
      if (read >= length) {
        enter(this.#passed(place, segment, length));
        return;
      }
      if ((valueAt(segment, read, period) - run.start - (at - run.from)) % period !== 0) return;
      at = Math.min(run.to, at + unit - (read % unit));
    }
  }

  /** Within one send of those that were joined, it may have ended anywhere. */
  #endRepeated(place: Place, segment: Segment, start: number, at: number, run: ReadRun, enter: Enter): void {
    const most = Math.min(run.to - 1, start + segment.length - 1, at + segment.unit - ((at - start) % segment.unit) - 1);
    for (const [next, { fill, unknown }] of this.#within(run, place.at)) {
      const end = endsBetween(Math.max(at, start + segment.min), most, unknown ? undefined : run.from + fill - run.start, run.period);
      if (end !== undefined) this.#endEarly(place, segment, { least: segment.min, most: segment.length - 1, end, until: next }, enter);
    }
  }
}

/** The first of sends in their order that comes behind a sequence. */
function firstBehind(segments: readonly Segment[], sequence: number): Segment | undefined {
  let from = 0;
  for (let to = segments.length; from < to; ) {
    const middle = (from + to) >> 1;
    if (segments[middle]!.sequence > sequence) to = middle;
    else from = middle + 1;
  }
  return segments[from];
}

/** Those of the numbers that are congruent to `residue`. */
function among({ lo, hi, step }: Lattice, residue: number, period: number): Lattice | undefined {
  const from = lo + ((((residue - lo) % period) + period) % period);
  if (step === period) return from === lo ? { lo, hi, step } : undefined;
  return from > hi ? undefined : { lo: from, hi: from + Math.floor((hi - from) / period) * period, step: period };
}

/** The positions between two bounds at which the next send can begin: those congruent to `residue`, or any. */
function endsBetween(least: number, most: number, residue: number | undefined, period: number): Lattice | undefined {
  if (least > most) return undefined;
  return residue === undefined ? { lo: least, hi: most, step: 1 } : among({ lo: least, hi: most, step: 1 }, residue, period);
}

/** As many places as are kept. Those that can read whatever the others can come first. */
export function likeliest(places: readonly Place[]): readonly Place[] {
  const free = places.filter((place) => place.free);
  const others = places.filter((place) => !place.free).sort((a, b) => a.strands.length - b.strands.length);
  return [...free, ...others.slice(0, free.length > 0 ? ordersMax : placesMax)].slice(0, placesMax);
}

/**
 * Of sends whose contents are not judged and that may have ended anywhere, an earlier one can be followed by all that can follow a later
 * one: a place in it stands for those behind.
 */
export function undominated(places: readonly Place[], segments: Segments): readonly Place[] {
  if (places.length < 2) return places;
  const isPlain = ({ past, exact, strands }: Place): boolean => isNothing(past) && exact.length + strands.length === 0;
  const first = places.reduce((least, { at }) => Math.min(least, at), Infinity);
  if (!places.some((place) => place.at === first && isPlain(place))) return places;
  const reach = segments.behindAnything(first);
  return reach === first ? places : places.filter((place) => place.at === first || place.at >= reach || !isPlain(place));
}
