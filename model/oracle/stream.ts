/**
 * The bytes of one socket on their way to its peer.
 *
 * What the peer reports is matched against the sends in their order. All the places where the peer can be are kept: a send that was
 * broken off may have ended anywhere, and sends of two threads that overlap in time may come in either order, or mixed. So an order is
 * never guessed: it is what the bytes leave open.
 */

import type { Run } from '../winsock/trace.ts';
import { effort, visited } from './effort.ts';
import { Follower, likeliest, undominated } from './following.ts';
import { exchanged, waysMax } from './mixing.ts';
import { distinct, firstPlace, forgetful, type Place } from './places.ts';
import { expectedAt, finished, isRead, mostRead, withRead } from './reading.ts';
import { type Posting, type Segment, Segments } from './segments.ts';
import { Sums } from './sums.ts';
import { UrgentSends } from './urgent.ts';

export class ByteStream {
  readonly period: number;
  #segments = new Segments();
  #places: readonly Place[] = [firstPlace];
  #received = 0;
  /** Segments of which something may still tell how much of them left. */
  #watched = new Map<number, Segment>();
  /** Of the segments that are forgotten. */
  #forgotten = { least: 0, most: 0 };
  /** Calls that have begun and not ended. */
  #open = 0;
  /** Segments that began by this step and had their place before it are consumed. */
  #consumedBefore = -1;
  #urgent: UrgentSends;
  /** Bytes that the transport said it took; undefined when it never said. */
  #took: number | undefined;
  #sums: Sums | undefined;
  /** Places were left out, so that a refusal may be wrong. */
  #incomplete = false;
  /** The last refusal holds whatever was left out. */
  #isRefused = false;

  constructor(period: number) {
    this.period = period;
    this.#urgent = new UrgentSends(period);
  }

  clone(segmentOf: Map<Segment, Segment>): ByteStream {
    const copy = new ByteStream(this.period);
    copy.#segments = this.#segments.clone(segmentOf);
    copy.#places = this.#places;
    copy.#received = this.#received;
    copy.#open = this.#open;
    copy.#forgotten = { ...this.#forgotten };
    for (const [sequence, segment] of this.#watched) copy.#watched.set(sequence, segmentOf.get(segment) ?? twinOf(segment, segmentOf));
    copy.#consumedBefore = this.#consumedBefore;
    copy.#urgent = this.#urgent.clone((segment) => segmentOf.get(segment) ?? twinOf(segment, segmentOf));
    copy.#took = this.#took;
    copy.#sums = this.#sums?.clone();
    copy.#incomplete = this.#incomplete;
    return copy;
  }

  // ---- Sends ---------------------------------------------------------------------------------------------------------------------

  post(posting: Posting): Segment {
    const segment = this.#segments.add(posting, this.#open === 0);
    const isUnderWay = posting.ended === Infinity;
    if (isUnderWay) {
      this.#open++;
      segment.taken = 0;
      if (posting.mayTakePart) segment.min = 0;
    }
    if (segment.watched) this.#watched.set(segment.sequence, segment);
    const forgotten = segment.urgent ? this.#urgent.add(segment) : undefined;
    if (forgotten !== undefined) this.unwatch(forgotten);
    this.#sums?.change(segment.sequence, isUnderWay ? 0 : posting.length, posting.length);
    return segment;
  }

  /**
   * The call behind the segment has returned, and what begins from here on comes behind it. It took this much, or at most this much where
   * it was broken off. False when the peer's reports exclude that.
   */
  end(segment: Segment, taken: number, at: number, isBrokenOff = false): boolean {
    const least = isBrokenOff || segment.pieces ? 0 : Math.max(0, segment.urgent ? taken - 1 : taken);
    const places = (segment.ended === Infinity ? this.#exchanged(segment) : this.#places).flatMap((place) =>
      withRead(place, segment, this.#received, least, taken),
    );
    if (places.length === 0) return false;
    this.fix(segment, at);
    this.#resize(segment, taken);
    if (!isBrokenOff) {
      this.#segments.raise(segment, Math.min(least, segment.length));
      this.#sums?.change(segment.sequence, taken - segment.taken, 0);
      segment.taken = taken;
    }
    this.#keep(places);
    return true;
  }

  /** The places, with those in which a like call that is under way was read in place of this one. */
  #exchanged(segment: Segment): readonly Place[] {
    return this.#open < 2 ? this.#places : this.#places.flatMap((place) => [place, ...exchanged(this.#segments, place, segment)]);
  }

  /** Its place is fixed from here on, although its call goes on. */
  fix(segment: Segment, at: number): void {
    if (segment.ended !== Infinity) return;
    this.#open--;
    segment.ended = at;
  }

  /** From here on the segment may turn out to have ended early. */
  loosen(segment: Segment, isBroken = true): void {
    segment.isLoose ||= isBroken;
    const taken = this.#surelyTaken(segment);
    segment.min = Math.min(segment.min, segment.urgent ? Math.max(0, taken - 1) : taken);
    this.#sums?.change(segment.sequence, Math.min(0, taken - segment.taken), 0);
    segment.taken = Math.min(segment.taken, taken);
  }

  /** The fewest bytes of the segment that the transport can have taken by now, as far as it reported. */
  #surelyTaken({ sequence, size }: Segment): number {
    if (this.#sums === undefined || sequence < this.#segments.first) return 0;
    return Math.max(0, Math.min(size, this.#took! - this.#sums.before(sequence).most));
  }

  /**
   * The transport takes the segment in pieces, and may mark the last byte of each as urgent: any of them may be missing from the stream.
   */
  inPieces(segment: Segment): void {
    if (!segment.urgent) return;
    segment.pieces = true;
    segment.unknown = true;
    segment.min = 0;
    // How much of it the stream carries says nothing about how much was taken.
    this.unwatch(segment);
  }

  /** Nothing will tell any more how much of it left. */
  unwatch(segment: Segment): void {
    if (!segment.watched) return;
    segment.watched = false;
    this.#watched.delete(segment.sequence);
    this.#keep(this.#places);
  }

  /** What was broken off has ended: no more of it leaves than has left by now, as far as the transport reported. */
  close(segment: Segment): void {
    if (this.#took !== undefined && segment.taken < segment.size) this.#resize(segment, Math.max(segment.taken, this.leftMax(segment)));
  }

  /** The segment has left in full, and with it what had its place before it. False when the peer's reports exclude that. */
  complete(segment: Segment): boolean {
    const most = segment.urgent ? segment.length - 1 : segment.length;
    const places = this.#places.flatMap((place) => withRead(place, segment, this.#received, segment.pieces ? 0 : most, segment.length));
    if (places.length === 0) return false;
    this.#sums?.change(segment.sequence, segment.size - segment.taken, 0);
    segment.taken = segment.size;
    if (!segment.pieces) this.#segments.raise(segment, most);
    this.#keep(places);
    this.consume(segment);
    return true;
  }

  /**
   * The transport has taken all of the segment. What takes no room has waited for nothing, so that it tells nothing of what came before it.
   */
  consume(segment: Segment): void {
    segment.consumed = true;
    if (segment.length > 0) this.tookSome(segment);
  }

  /** The transport has taken some of the segment, and so all that had its place before it. */
  tookSome(segment: Segment): void {
    this.#consumedBefore = Math.max(this.#consumedBefore, segment.alone ? segment.ended : segment.began);
  }

  canComplete(segment: Segment): boolean {
    return this.leftMax(segment) >= segment.asked;
  }

  /** The most bytes of the segment that can have left. */
  leftMax(segment: Segment): number {
    let left = 0;
    for (const place of visited(this.#places)) left = Math.max(left, mostRead(place, segment));
    if (this.#sums === undefined || segment.sequence < this.#segments.first) return left;
    return Math.max(0, Math.min(left, this.#took! - this.#sums.before(segment.sequence).least));
  }

  /** The operation reported this many bytes, so at least as many have left. */
  atLeast(segment: Segment, count: number): void {
    const places = this.#places.flatMap((place) =>
      withRead(place, segment, this.#received, segment.urgent ? Math.max(0, count - 1) : count, segment.length),
    );
    if (places.length > 0) this.#places = distinct(places);
    if (!segment.urgent) this.#segments.raise(segment, Math.max(segment.min, Math.min(count, segment.length)));
    this.#sums?.change(segment.sequence, Math.max(0, count - segment.taken), 0);
    segment.taken = Math.max(segment.taken, count);
  }

  /**
   * True when it is seen that nothing more of the segment leaves: the transport said that it took all of it, or something left that comes
   * behind it. That the peer has read it all does not show that its operation is complete by now.
   */
  surelyOver(segment: Segment): boolean {
    if (segment.consumed || segment.ended <= this.#consumedBefore || this.#isTakenBySums(segment)) return true;
    return this.#places.every(({ at, strands }) => strands.length === 0 && at > segment.sequence && segment.length > 0);
  }

  #isTakenBySums({ sequence, size }: Segment): boolean {
    if (this.#sums === undefined || sequence < this.#segments.first) return false;
    return this.#sums.before(sequence).most + size <= this.#took!;
  }

  /** True when the transport has taken all of the segment for certain. */
  surelyConsumed(segment: Segment): boolean {
    if (segment.consumed || segment.ended <= this.#consumedBefore || this.#isTakenBySums(segment)) return true;
    return this.#places.every((place) => this.#isTaken(place, segment));
  }

  #isTaken(place: Place, segment: Segment): boolean {
    const isOver = (earlier: Segment): boolean =>
      earlier.consumed || earlier.ended <= this.#consumedBefore || isRead(place, earlier, this.#received);
    if (segment.length > 0) return isOver(segment);
    // A send of no bytes waits for what was posted before it, and for nothing else.
    for (let sequence = place.at; sequence < segment.sequence; sequence++) {
      effort.visits++;
      if (!isOver(this.#segments.at(sequence)!)) return false;
    }
    return true;
  }

  // ---- What the far end reports --------------------------------------------------------------------------------------------------

  /** True when the peer has read everything that was accepted but for one send, whatever may have been broken off. */
  isDrained(except: Segment | undefined): boolean {
    return this.#places.every((place) => {
      for (let sequence = place.at; sequence < this.#segments.end; sequence++) {
        effort.visits++;
        if (sequence !== except?.sequence && !isRead(place, this.#segments.at(sequence)!, this.#received)) return false;
      }
      return true;
    });
  }

  /** The transport took these bytes. False when fewer were sent. */
  transportTook(bytes: number): boolean {
    const sums = this.#sums ?? this.#summed();
    const took = (this.#took ?? 0) + bytes;
    if (took > sums.before(this.#segments.end).most) return false;
    this.#took = took;
    this.#sums = sums;
    return true;
  }

  #summed(): Sums {
    const sums = new Sums();
    for (const { sequence, taken, size } of this.#segments) sums.change(sequence, taken, size);
    if (this.#segments.first > 0) sums.change(0, this.#forgotten.least, this.#forgotten.most);
    return sums;
  }

  /** The peer received these bytes next. False when no place fits; nothing has changed then. */
  receive(runs: readonly Run[], now: number): boolean {
    let places = this.#places;
    let received = this.#received;
    const follower = new Follower(this.#segments, (sequence) => this.#watched.has(sequence));
    for (const [start, length] of runs) {
      if (length === 0) continue;
      places = follower.follow(places, {
        start: start % this.period,
        period: this.period,
        from: received,
        to: received + length,
        now,
        budget: waysMax,
      });
      if (places.length === 0) break;
      received += length;
    }
    this.#incomplete ||= follower.incomplete;
    this.#isRefused = follower.isRefused;
    if (places.length === 0) return false;
    if (this.#took !== undefined && received > this.#took) return false;
    this.#received = received;
    this.#keep(places);
    this.#forget();
    return true;
  }

  /**
   * The peer read these bytes apart from the stream: the last ones of an urgent send, or any of one that is taken in pieces. False when no
   * urgent send that is kept offers them. Nothing of them is in the stream then.
   */
  receiveUrgent(runs: readonly Run[]): boolean {
    const length = runs.reduce((sum, [, count]) => sum + count, 0);
    if (length === 0) return true;
    for (const { segment, end } of this.#urgent.offering(runs)) {
      const places = segment.pieces
        ? this.#places
        : this.#places.flatMap((place) => withRead(place, segment, this.#received, 0, segment.length - length));
      if (places.length === 0) continue;
      segment.apart = end;
      if (end === segment.size) {
        this.#urgent.remove(segment);
        this.consume(segment);
      } else this.tookSome(segment);
      if (!segment.pieces) {
        segment.length -= length;
        segment.min = Math.min(segment.min, segment.length);
      }
      this.#keep(places);
      return true;
    }
    return false;
  }

  /** Urgent bytes that no send offers may be those of one that was forgotten. */
  get urgentMayBeForgotten(): boolean {
    return this.#urgent.mayBeForgotten;
  }

  /** The peer found the end of the stream here. False when something that must arrive is missing. */
  finish(): boolean {
    const places = this.#places.flatMap((place) => finished(place, this.#segments, this.#received));
    if (places.length === 0) return false;
    this.#keep(places);
    return true;
  }

  /** Ways in which the bytes may have come were left out, so that what was refused last may be permitted after all. */
  get isUndecided(): boolean {
    return this.#incomplete && !this.#isRefused;
  }

  /** What the peer may receive next, for a person: the bytes expected at each place, as runs. */
  expected(): string[] {
    return [...new Set(this.#places.flatMap((place) => expectedAt(place, this.#segments, this.#received, this.period)))];
  }

  get outstanding(): Iterable<Segment> {
    return this.#segments;
  }

  /** A send that the peer has not read in full may have ended early. */
  get mayBeBrokenOff(): boolean {
    for (const { isLoose } of visited(this.#segments)) if (isLoose) return true;
    return false;
  }

  // ---- How much of one segment was read ------------------------------------------------------------------------------------------

  #resize(segment: Segment, size: number): void {
    this.#sums?.change(segment.sequence, Math.min(segment.taken, size) - segment.taken, size - segment.size);
    const isWhole = size === segment.size;
    segment.size = size;
    segment.length = Math.min(segment.length, size);
    segment.min = Math.min(segment.min, segment.length);
    segment.taken = Math.min(segment.taken, size);
    if (!isWhole && size === 0) this.#urgent.remove(segment);
  }

  // ---- Following the bytes -------------------------------------------------------------------------------------------------------

  #keep(places: readonly Place[]): void {
    if (places.length === 1 && places[0]!.endings.length === 0 && places[0]!.exact.length === 0) {
      this.#places = places;
      return;
    }
    const before = new Set(this.#places);
    effort.visits += places.length;
    let kept = places.map((place) => forgetful(place, (sequence) => this.#watched.has(sequence)));
    if (!kept.every((place) => before.has(place))) kept = this.#limited(undominated(distinct(kept), this.#segments));
    this.#places = kept.length === 1 ? [this.#noted(kept[0]!)] : kept;
  }

  #limited(places: Place[]): Place[] {
    const kept = likeliest(places);
    if (kept.length < places.length) this.#incomplete = true;
    return kept;
  }

  /** What all places agree on is a fact about the segment, so that no place has to carry it. */
  #noted(place: Place): Place {
    for (const { sequence, read } of place.exact) this.#note(sequence, read);
    let { from, endings } = place;
    while (endings.length > 0 && from.lo === from.hi && endings[0]!.least === endings[0]!.most) {
      const { sequence, end, least } = endings[0]!;
      this.#note(sequence, least);
      [from, endings] = [end, endings.slice(1)];
    }
    return { ...place, from, endings, exact: [] };
  }

  #note(sequence: number, read: number): void {
    const segment = this.#watched.get(sequence);
    if (segment === undefined || segment.pieces) return;
    segment.length = read;
    this.#segments.raise(segment, read);
  }

  /** Segments that every place has passed are no longer needed. */
  #forget(): void {
    let first = Infinity;
    for (const { at } of this.#places) first = Math.min(first, at);
    for (const segment of this.#segments.forgetBefore(Math.min(first, this.#segments.end - 1))) {
      this.#forgotten.least += segment.taken;
      this.#forgotten.most += segment.size;
    }
  }
}

const twinOf = (segment: Segment, segmentOf: Map<Segment, Segment>): Segment => {
  const twin = { ...segment };
  segmentOf.set(segment, twin);
  return twin;
};
