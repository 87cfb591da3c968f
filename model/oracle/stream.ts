/**
 * The bytes of one socket on their way to its peer, over intervals.
 *
 * Every accepted send is a segment: a start in the byte pattern and a length, never its bytes. What the peer reports is matched
 * against the segments in order. A segment that may have been cut short (its operation was cancelled, its call failed) can end at any
 * offset, and because the pattern repeats every 251 bytes a report may fit several ends. All the places where the peer can be are
 * kept, as families of offsets 251 apart, so their number does not grow with the lengths.
 */

import { patternPeriod, type Run } from '../winsock/trace.ts';
import { type Cut, cutOf, lastOf, merge, mergeCuts, newSegment, type Place, type Segment } from './places.ts';

/** How many ends of cut segments a place remembers; they serve only to check byte counts that are reported later. */
const cutsMax = 16;

/** How many urgent bytes that nobody read are kept. */
const urgentMax = 1024;

export class ByteStream {
  private segments: Segment[] = [];
  private base = 0;
  private places: Place[] = [{ sequence: 0, lo: 0, hi: 0, cuts: [] }];
  private received = 0;
  /** The fewest and the most bytes that the transport can have taken of the segments that are forgotten. */
  private forgottenMin = 0;
  private forgottenMax = 0;
  /** Urgent sends whose urgent byte was not read beside the stream. */
  private urgent: Segment[] = [];
  private urgentForgotten = false;
  /** Bytes that the transport said it took; undefined when it never said. */
  private took: number | undefined;

  clone(segmentOf: Map<Segment, Segment>): ByteStream {
    const copy = new ByteStream();
    copy.segments = this.segments.map((segment) => {
      const twin = { ...segment };
      segmentOf.set(segment, twin);
      return twin;
    });
    copy.base = this.base;
    copy.places = this.places;
    copy.received = this.received;
    copy.forgottenMin = this.forgottenMin;
    copy.forgottenMax = this.forgottenMax;
    copy.urgent = this.urgent.map((segment) => segmentOf.get(segment) ?? { ...segment });
    copy.urgentForgotten = this.urgentForgotten;
    copy.took = this.took;
    return copy;
  }

  append(fill: number, length: number, oob = false): Segment {
    const segment = newSegment(this.base + this.segments.length, fill, length, oob);
    this.segments.push(segment);
    if (segment.cut) {
      this.urgent.push(segment);
      if (this.urgent.length > urgentMax) {
        this.urgent.shift();
        this.urgentForgotten = true;
      }
    }
    return segment;
  }

  /** The send behind the segment turned out to have taken only this much, or nothing. False when more of it has left. */
  shorten(segment: Segment, length: number): boolean {
    const places = this.places.filter((place) => this.leftLo(place, segment) <= length);
    if (places.length === 0) return false;
    if (this.took !== undefined && this.took > this.takenBefore(undefined).max - (segment.length - length)) return false;
    this.places = places;
    segment.length = length;
    segment.min = Math.min(segment.min, length);
    return true;
  }

  /** From here on the segment may end early. */
  loosen(segment: Segment): void {
    // Of an urgent send that is whole, only the last byte may be missing; of one that was broken off, any.
    if (segment.oob && !segment.loose) segment.min = 0;
    segment.cut = true;
    segment.loose = true;
  }

  /**
   * The transport takes the segment in pieces, and may mark the last byte of each as urgent. Any of them may then be missing from the stream, and
   * its contents are not judged.
   */
  inPieces(segment: Segment): void {
    if (!segment.oob || segment.length === 0) return;
    segment.unknown = true;
    segment.cut = true;
    segment.min = 0;
  }

  /** What was broken off has ended: no more of it leaves than has left by now, as far as the transport told. */
  close(segment: Segment): void {
    if (segment.loose && this.took !== undefined) segment.length = Math.max(segment.min, this.leftMax(segment));
  }

  /** The transport has taken all of the segment, whatever it did with those before it. */
  consume(segment: Segment): void {
    if (!segment.loose) segment.consumed = true;
  }

  /** The segment has left in full; so has everything before it that was not cut. False when the peer's reports exclude that. */
  complete(segment: Segment): boolean {
    const places = this.places.filter((place) => this.leftHi(place, segment) >= segment.length);
    if (places.length === 0) return false;
    this.places = places;
    segment.cut = segment.oob && segment.length > 0;
    segment.loose = false;
    segment.consumed = true;
    // What takes no room has waited for nothing, so it tells nothing of what was posted before it.
    if (segment.length === 0) return true;
    for (const earlier of this.segments) {
      if (earlier.sequence > segment.sequence) break;
      earlier.consumed = true;
    }
    return true;
  }

  canComplete(segment: Segment): boolean {
    return this.leftMax(segment) >= segment.length;
  }

  /** The most bytes of the segment that can have left. */
  leftMax(segment: Segment): number {
    let left = 0;
    for (const place of this.places) left = Math.max(left, this.leftHi(place, segment));
    if (this.took === undefined || segment.sequence < this.base) return left;
    return Math.max(0, Math.min(left, this.took - this.takenBefore(segment).min));
  }

  /** The operation reported this many bytes, so at least as many have left. */
  atLeast(segment: Segment, count: number): void {
    this.places = this.places.filter((place) => this.leftHi(place, segment) >= count);
    segment.min = Math.max(segment.min, count);
  }

  /** True when the transport has taken all of the segment for certain. */
  surelyConsumed(segment: Segment): boolean {
    if (segment.consumed) return true;
    if (this.took !== undefined && segment.sequence >= this.base && this.takenBefore(segment).max + segment.length <= this.took)
      return true;
    return this.places.every(({ sequence, lo }) => {
      // A send of no bytes waits for what was posted before it and for nothing else.
      let [at, read] = [sequence, lo];
      while (at < segment.sequence && (this.at(at)?.consumed || read >= (this.at(at)?.length ?? 0))) [at, read] = [at + 1, 0];
      return at > segment.sequence || (at === segment.sequence && read >= segment.length);
    });
  }

  /** True when the peer has read everything that was accepted, whatever may have been cut. */
  get drained(): boolean {
    return this.places.every((place) => {
      const current = this.at(place.sequence);
      return (current === undefined || place.lo >= current.length) && this.next(place.sequence) === undefined;
    });
  }

  /** The transport took these bytes. False when fewer were sent. */
  transportTook(bytes: number): boolean {
    const took = (this.took ?? 0) + bytes;
    if (took > this.takenBefore(undefined).max) return false;
    this.took = took;
    return true;
  }

  /** How many bytes the transport can have taken of everything before the segment, when it has come as far; of everything by default. */
  private takenBefore(segment: Segment | undefined): { readonly min: number; readonly max: number } {
    let min = this.forgottenMin;
    let max = this.forgottenMax;
    for (const earlier of this.segments) {
      if (earlier === segment) break;
      min += earlier.loose ? earlier.min : earlier.length;
      max += earlier.length;
    }
    return { min, max };
  }

  /** The peer received these bytes next. False when no place fits; nothing has changed then. */
  receive(runs: readonly Run[]): boolean {
    let places = this.places;
    const received = this.received + runs.reduce((sum, [, length]) => sum + length, 0);
    if (this.took !== undefined && received > this.took) return false;
    for (const [start, length] of runs) {
      if (length > 0) places = merge(this.follow(places, start % patternPeriod, length));
      if (places.length === 0) return false;
    }
    this.places = places;
    this.received = received;
    this.forget();
    return true;
  }

  /** The peer read this urgent byte beside the stream. False when no urgent send offers it. */
  receiveUrgent(value: number): boolean {
    // Of a send that still goes in pieces the same value may come from any of them, so that it says nothing about the last one.
    const index = this.urgent.findIndex(
      ({ length, unknown, consumed, fill }) => length > 0 && (unknown ? consumed : (fill + length - 1) % patternPeriod === value),
    );
    if (index >= 0) this.urgent.splice(index, 1);
    return index >= 0 || this.urgentForgotten || this.receiveUrgentPiece(value);
  }

  /** Of a send that is taken in pieces, any byte may come so as long as some of it still waits. */
  private receiveUrgentPiece(value: number): boolean {
    return this.urgent.some(
      ({ unknown, consumed, fill, length }) => unknown && !consumed && (value - fill + patternPeriod) % patternPeriod < length,
    );
  }

  /** The peer found the end of the stream here. False when something that must arrive is missing. */
  end(): boolean {
    const places = this.places.filter((place) => this.restMayBeMissing(place));
    if (places.length === 0) return false;
    this.places = places;
    return true;
  }

  /** What the peer may receive next, for a person: the first bytes expected at each place. */
  expected(): string[] {
    return this.places.map((place) => {
      const segment = this.at(place.sequence);
      if (segment === undefined) return 'nothing: every accepted byte has been received';
      if (place.lo >= segment.length) {
        const next = this.at(place.sequence + 1);
        return next === undefined ? 'nothing: every accepted byte has been received' : `[[${next.fill},${next.length}]]`;
      }
      return `[[${(segment.fill + place.lo) % patternPeriod},${segment.length - place.lo}]]`;
    });
  }

  get outstanding(): readonly Segment[] {
    return this.segments;
  }

  private at(sequence: number): Segment | undefined {
    return this.segments[sequence - this.base];
  }

  private restMayBeMissing(place: Place): boolean {
    const current = this.at(place.sequence);
    if (current !== undefined && place.hi < current.length && !(current.cut && place.hi >= current.min)) return false;
    for (let next = this.next(place.sequence); next !== undefined; next = this.next(next.sequence)) {
      if (!next.cut || next.min > 0) return false;
    }
    return true;
  }

  /** The fewest bytes of the segment that have left, as far as one place tells. */
  private leftLo(place: Place, segment: Segment): number {
    const cut = cutOf(place, segment);
    if (cut !== undefined) return cut.lo;
    if (place.sequence > segment.sequence) return segment.min;
    return place.sequence === segment.sequence ? place.lo : 0;
  }

  /** The most of them. */
  private leftHi(place: Place, segment: Segment): number {
    const cut = cutOf(place, segment);
    if (cut === undefined || (segment.oob && segment.unknown)) return segment.length;
    // The byte that an urgent send is short of has left beside the stream.
    return segment.oob ? Math.min(cut.hi + 1, segment.length) : cut.hi;
  }

  /**
   * Where the peer can be after a run. Ways through the run meet at the beginnings of segments; those that meet with as much of the
   * run before them go on as one, so that no way is lost and their number stays small.
   */
  private follow(places: readonly Place[], start: number, length: number): Place[] {
    const only = places.length === 1 ? this.onlyWay(places[0]!, start, length) : undefined;
    if (only !== undefined) return [only];
    const found: Place[] = [];
    const entries = new Map<number, Map<number, readonly Cut[]>>();
    const enter = (sequence: number, rest: number, cuts: readonly Cut[]): void => {
      let ways = entries.get(sequence);
      if (ways === undefined) {
        ways = new Map();
        entries.set(sequence, ways);
      }
      const other = ways.get(rest);
      ways.set(rest, other === undefined ? cuts : mergeCuts(other, cuts));
    };
    for (const place of places) {
      if (place.hi === 0) enter(place.sequence, length, place.cuts);
      else this.matchSegment(place, start, length, found, enter);
    }
    // A way leads to the next segment only, so that when a segment's turn comes all ways into it are known.
    for (let sequence = this.base; entries.size > 0; sequence++) {
      const ways = entries.get(sequence);
      if (ways === undefined) continue;
      entries.delete(sequence);
      for (const [rest, cuts] of ways) {
        const place = { sequence, lo: 0, hi: 0, cuts };
        if (rest === 0) found.push(place);
        else this.matchSegment(place, (start + length - rest) % patternPeriod, rest, found, enter);
      }
    }
    return found;
  }

  /** Most runs go on in the segment where the last one ended, or begin the next one, and nothing there was cut: there is one way then. */
  private onlyWay(place: Place, start: number, length: number): Place | undefined {
    let { sequence, lo } = place;
    if (place.hi !== lo) return undefined;
    let segment = this.at(sequence);
    while (segment !== undefined && !segment.cut && lo === segment.length) {
      lo = 0;
      segment = this.at(++sequence);
    }
    if (segment === undefined || segment.cut || segment.unknown) return undefined;
    if ((segment.fill + lo) % patternPeriod !== start || lo + length > segment.length) return undefined;
    return { sequence, lo: lo + length, hi: lo + length, cuts: place.cuts };
  }

  /** What of a run, `length` bytes from `start`, lies in the segment of a place: all of it, or as much as the segment has. */
  private matchSegment(
    place: Place,
    start: number,
    length: number,
    found: Place[],
    enter: (sequence: number, rest: number, cuts: readonly Cut[]) => void,
  ): void {
    const segment = this.at(place.sequence);
    if (segment === undefined) return;
    const here = segment.unknown || (segment.fill + place.lo) % patternPeriod === start;

    // The bytes lie in this segment.
    if (here && place.lo + length <= segment.length) {
      const hi = lastOf(place.lo, Math.min(place.hi, segment.length - length));
      found.push({ ...place, lo: place.lo + length, hi: hi + length });
    }

    // Some lie in it, up to its full length, the rest behind it.
    for (let offset = place.hi; offset >= place.lo; offset -= patternPeriod) {
      const rest = segment.length - offset;
      if (rest >= length) break;
      if (rest > 0 && !here) break;
      if (rest >= 0) enter(place.sequence + 1, length - rest, place.cuts);
    }

    // The segment ends early, after `taken` of these bytes: there the pattern must go on as the next segment begins.
    if (!segment.cut) return;
    const last = Math.min(length - 1, here ? segment.length - 1 - place.lo : 0);
    for (const first of this.startsAfter(place.sequence, start)) {
      for (let taken = first; taken <= last; taken += patternPeriod) {
        const short = (((place.lo + taken - segment.min) % patternPeriod) + patternPeriod) % patternPeriod;
        const lo = Math.max(place.lo + taken, segment.min + short);
        const hi = lastOf(lo, Math.min(place.hi + taken, segment.length - 1));
        if (lo > hi) continue;
        enter(segment.sequence + 1, length - taken, [...place.cuts.slice(1 - cutsMax), { sequence: segment.sequence, lo, hi }]);
      }
    }
  }

  /** After how many bytes of a run that begins with `start` a segment behind `sequence` can begin; each modulo 251. */
  private startsAfter(sequence: number, start: number): Iterable<number> {
    const starts = new Set<number>();
    for (let next = this.next(sequence); next !== undefined; next = this.next(next.sequence)) {
      // Contents that are not judged can begin anywhere; the bytes before them fit the segment that they follow just as well.
      if (next.unknown) starts.add(0);
      else starts.add((next.fill - start + patternPeriod) % patternPeriod);
      if (!next.cut || next.min > 0) break;
    }
    return starts;
  }

  private next(sequence: number): Segment | undefined {
    for (let i = sequence + 1; ; i++) {
      const segment = this.at(i);
      if (segment === undefined || segment.length > 0) return segment;
    }
  }

  /** Segments that every place has passed are no longer needed. */
  private forget(): void {
    const first = Math.min(...this.places.map((place) => place.sequence));
    let drop = 0;
    while (drop < this.segments.length - 1 && this.segments[drop]!.sequence < first) {
      this.segments[drop]!.consumed = true;
      drop++;
    }
    // Dropping is batched, because a shift of a long array for each receive would cost its length.
    if (drop <= 32 || drop * 2 <= this.segments.length) return;
    for (const segment of this.segments.slice(0, drop)) {
      this.forgottenMin += segment.loose ? segment.min : segment.length;
      this.forgottenMax += segment.length;
    }
    this.segments = this.segments.slice(drop);
    this.base += drop;
  }
}
