/**
 * The bytes of one socket on their way to its peer, over intervals.
 *
 * Every accepted send is a segment: a start in the byte pattern and a length, never its bytes. What the peer reports is matched
 * against the segments in order. A segment that may have been cut short (its operation was cancelled, its call failed) can end at any
 * offset, and because the pattern repeats every 251 bytes a report may fit several ends. All the places where the peer can be are
 * kept, as families of offsets 251 apart, so their number does not grow with the lengths.
 */

import { patternPeriod, type Run } from '../winsock/trace.ts';

export interface Segment {
  /** Position in the order of posting; grows for ever. */
  readonly sequence: number;
  readonly fill: number;
  /** Bytes that were accepted. */
  length: number;
  /** May end early: fewer than `length` bytes may leave. */
  cut: boolean;
  /** Bytes that are known to have left. */
  min: number;
  /** The caller broke its side: the contents are not judged. */
  unknown: boolean;
  /** The transport has surely taken all of it. */
  consumed: boolean;
  /** Its last byte is urgent and may be missing from the stream. */
  readonly oob: boolean;
}

/** How many bytes of a segment that was cut have left: `lo`, `lo + 251`, …, `hi`. */
interface Cut {
  readonly sequence: number;
  readonly lo: number;
  readonly hi: number;
}

/** Where the peer may be: inside the segment `sequence`, at one of the offsets `lo`, `lo + 251`, …, `hi`. */
interface Place {
  readonly sequence: number;
  readonly lo: number;
  readonly hi: number;
  readonly cuts: readonly Cut[];
}

/** How many ends of cut segments a place remembers; they serve only to check byte counts that are reported later. */
const cutsMax = 64;

export class ByteStream {
  private segments: Segment[] = [];
  private base = 0;
  private places: Place[] = [{ sequence: 0, lo: 0, hi: 0, cuts: [] }];
  private accepted = 0;
  private received = 0;
  /** False once a segment was cut: positions of later segments are then unknown. */
  private positioned = true;
  private readonly ends = new Map<number, number>();
  /** Bytes that the transport said it took; undefined when it never said. */
  took: number | undefined;

  clone(segmentOf: Map<Segment, Segment>): ByteStream {
    const copy = new ByteStream();
    copy.segments = this.segments.map((segment) => {
      const twin = { ...segment };
      segmentOf.set(segment, twin);
      return twin;
    });
    copy.base = this.base;
    copy.places = this.places;
    copy.accepted = this.accepted;
    copy.received = this.received;
    copy.positioned = this.positioned;
    for (const [sequence, end] of this.ends) copy.ends.set(sequence, end);
    copy.took = this.took;
    return copy;
  }

  append(fill: number, length: number, oob = false): Segment {
    const segment: Segment = {
      sequence: this.base + this.segments.length,
      fill: fill % patternPeriod,
      length,
      cut: oob && length > 0,
      min: oob && length > 0 ? length - 1 : 0,
      unknown: false,
      consumed: false,
      oob,
    };
    this.segments.push(segment);
    this.accepted += length;
    if (this.took !== undefined) this.ends.set(segment.sequence, this.positioned ? this.accepted : Number.NaN);
    return segment;
  }

  /** The send behind the segment turned out to have taken only this much, or nothing. False when the peer already read more. */
  shorten(segment: Segment, length: number): boolean {
    const places = this.places.filter((place) => this.leftBounds(place, segment).lo <= length);
    if (places.length === 0) return false;
    this.places = places;
    this.accepted -= segment.length - length;
    if (segment.length !== length) this.positioned = false;
    segment.length = length;
    return true;
  }

  /** From here on the segment may end early. */
  loosen(segment: Segment): void {
    // Of an urgent send that is whole, only the last byte may be missing; of one that was broken off, any.
    if (segment.oob && segment.min === segment.length - 1) segment.min = 0;
    segment.cut = true;
    this.positioned = false;
    // Where the segments behind it end is no longer known.
    for (const sequence of this.ends.keys()) if (sequence > segment.sequence) this.ends.delete(sequence);
  }

  /** The segment has left in full; so has everything before it that was not cut. False when the peer's reports exclude that. */
  complete(segment: Segment): boolean {
    const places = this.places.filter((place) => this.leftBounds(place, segment).hi >= segment.length);
    if (places.length === 0) return false;
    this.places = places;
    segment.cut = segment.oob && segment.length > 0;
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
    if (this.took !== undefined) {
      const end = this.ends.get(segment.sequence);
      if (end !== undefined && end > this.took) return false;
    }
    return this.places.some((place) => this.leftBounds(place, segment).hi >= segment.length);
  }

  /** The most bytes of the segment that can have left. */
  leftMax(segment: Segment): number {
    const left = Math.max(...this.places.map((place) => this.leftBounds(place, segment).hi));
    const end = this.ends.get(segment.sequence);
    if (this.took === undefined || end === undefined || Number.isNaN(end)) return left;
    return Math.max(0, Math.min(left, this.took - (end - segment.length)));
  }

  /** The operation reported this many bytes, so at least as many have left. */
  atLeast(segment: Segment, count: number): void {
    this.places = this.places.filter((place) => this.leftBounds(place, segment).hi >= count);
    segment.min = Math.max(segment.min, count);
  }

  /** True when the transport has taken all of the segment for certain. */
  surelyConsumed(segment: Segment): boolean {
    if (segment.consumed) return true;
    const end = this.ends.get(segment.sequence);
    if (this.took !== undefined && end !== undefined && end <= this.took) return true;
    return this.places.every(
      (place) => place.sequence > segment.sequence || (place.sequence === segment.sequence && place.lo >= segment.length),
    );
  }

  /** True when the peer has read everything that was accepted, whatever may have been cut. */
  get drained(): boolean {
    return this.places.every((place) => {
      const current = this.at(place.sequence);
      return (current === undefined || place.lo >= current.length) && this.next(place.sequence) === undefined;
    });
  }

  transportTook(bytes: number): boolean {
    if (this.took === undefined) {
      this.took = 0;
      let end = this.accepted - this.segments.reduce((sum, segment) => sum + segment.length, 0);
      for (const segment of this.segments) {
        end += segment.length;
        this.ends.set(segment.sequence, this.positioned ? end : Number.NaN);
      }
    }
    this.took += bytes;
    return !this.positioned || this.took <= this.accepted;
  }

  /** The peer received these bytes next. False when no place fits; nothing has changed then. */
  receive(runs: readonly Run[]): boolean {
    let places = this.places;
    const received = this.received + runs.reduce((sum, [, length]) => sum + length, 0);
    if (this.took !== undefined && received > this.took) return false;
    for (const [start, length] of runs) {
      const next: Place[] = [];
      const begun = new Set<number>();
      for (const place of places) this.match(place, start % patternPeriod, length, next, begun);
      places = merge(next);
      if (places.length === 0) return false;
    }
    this.places = places;
    this.received = received;
    this.forget();
    return true;
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

  /** How many bytes of the segment have left, as far as one place tells. */
  private leftBounds(place: Place, segment: Segment): { lo: number; hi: number } {
    const cut = place.cuts.find((entry) => entry.sequence === segment.sequence);
    if (cut !== undefined) return cut;
    if (place.sequence > segment.sequence) return { lo: segment.min, hi: segment.length };
    if (place.sequence === segment.sequence) return { lo: place.lo, hi: segment.length };
    return { lo: 0, hi: segment.length };
  }

  /** `begun` holds where in the run a segment was begun already: which way led there matters no more. */
  private match(place: Place, start: number, length: number, found: Place[], begun: Set<number>): void {
    if (length === 0) {
      found.push(place);
      return;
    }
    if (place.hi === 0) {
      const way = (place.sequence - this.base) * 2 ** 32 + length;
      if (begun.has(way)) return;
      begun.add(way);
    }
    const segment = this.at(place.sequence);
    if (segment === undefined) return;
    const here = segment.unknown || (segment.fill + place.lo) % patternPeriod === start;

    // The bytes lie in this segment.
    if (here && place.lo + length <= segment.length) {
      const room = segment.length - length;
      const hi = place.hi <= room ? place.hi : place.lo + Math.floor((room - place.lo) / patternPeriod) * patternPeriod;
      found.push({ ...place, lo: place.lo + length, hi: hi + length });
    }

    // Some lie in it, up to its full length, the rest behind it.
    for (let offset = place.hi; offset >= place.lo; offset -= patternPeriod) {
      const rest = segment.length - offset;
      if (rest >= length) break;
      if (rest > 0 && !here) break;
      const next = { sequence: place.sequence + 1, lo: 0, hi: 0, cuts: place.cuts };
      this.match(next, (start + rest) % patternPeriod, length - rest, found, begun);
    }

    // The segment ends early, after `taken` of these bytes: there the pattern must go on as the next segment begins.
    if (!segment.cut) return;
    const last = Math.min(length - 1, here ? segment.length - 1 - place.lo : 0);
    for (const first of this.startsAfter(place.sequence, start)) {
      for (let taken = first; taken <= last; taken += patternPeriod) {
        const short = (((place.lo + taken - segment.min) % patternPeriod) + patternPeriod) % patternPeriod;
        const lo = Math.max(place.lo + taken, segment.min + short);
        const hi = Math.min(place.hi + taken, segment.length - 1);
        if (lo > hi) continue;
        const cuts = [...place.cuts.slice(1 - cutsMax), { sequence: segment.sequence, lo, hi }];
        this.match({ sequence: segment.sequence + 1, lo: 0, hi: 0, cuts }, (start + taken) % patternPeriod, length - taken, found, begun);
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
      this.ends.delete(this.segments[drop]!.sequence);
      drop++;
    }
    // Dropping is batched, because a shift of a long array for each receive would cost its length.
    if (drop > 32 && drop * 2 > this.segments.length) {
      this.segments = this.segments.slice(drop);
      this.base += drop;
    }
  }
}

/** Joins places that differ only in offsets 251 apart. */
function merge(places: Place[]): Place[] {
  if (places.length < 2) return places;
  places.sort((a, b) => a.sequence - b.sequence || (a.lo % patternPeriod) - (b.lo % patternPeriod) || a.lo - b.lo);
  const merged: Place[] = [places[0]!];
  for (const place of places.slice(1)) {
    const last = merged[merged.length - 1]!;
    const adjacent = place.sequence === last.sequence && (place.lo - last.lo) % patternPeriod === 0 && place.lo <= last.hi + patternPeriod;
    if (adjacent) {
      merged[merged.length - 1] = { ...last, hi: Math.max(last.hi, place.hi), cuts: mergeCuts(last.cuts, place.cuts) };
    } else merged.push(place);
  }
  return merged;
}

function mergeCuts(a: readonly Cut[], b: readonly Cut[]): readonly Cut[] {
  if (a === b) return a;
  const bySequence = new Map<number, Cut>();
  for (const cut of [...a, ...b]) {
    const other = bySequence.get(cut.sequence);
    bySequence.set(
      cut.sequence,
      other === undefined ? cut : { sequence: cut.sequence, lo: Math.min(cut.lo, other.lo), hi: Math.max(cut.hi, other.hi) },
    );
  }
  return [...bySequence.values()].sort((x, y) => x.sequence - y.sequence);
}
