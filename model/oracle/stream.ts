/**
 * The bytes of one socket on their way to its peer.
 *
 * What the peer reports is matched against the sends in their order. All the places where the peer can be are kept: a send that was
 * broken off may have ended anywhere, and sends of two threads that overlap in time may come in either order, or mixed. So an order is
 * never guessed: it is what the bytes leave open.
 */

import type { Run } from '../winsock/trace.ts';
import { effort } from './effort.ts';
import { exchanged } from './exchanging.ts';
import { Follower, likeliest, undominated } from './following.ts';
import { waysMax } from './mixing.ts';
import { isNothing } from './past.ts';
import { distinct, firstPlace, forgetful, type Place, type Strand, withoutSure } from './places.ts';
import {
  finished,
  hasPassed,
  isDrained,
  isOutread,
  isReadApart,
  isTaken,
  knowingLength,
  mostReadOf,
  type PeerReading,
  withRead,
} from './reading.ts';
import { type Posting, type Segment, Segments, twinOf } from './segments.ts';
import { Took } from './took.ts';
import { UrgentSends } from './urgent.ts';

export class ByteStream {
  readonly period: number;
  #segments: Segments;
  #places: readonly Place[] = [firstPlace];
  #received = 0;
  /** Segments of which something may still report how much of them left. */
  #watched = new Map<number, Segment>();
  /** Those of which nothing does any more, and of which the places may still speak. */
  #unwatched = 0;
  /** Calls that have begun and not ended. */
  #underWay = new Set<Segment>();
  #urgent: UrgentSends;
  took: Took;
  /** Places were left out, so that a refusal may be wrong. */
  #incomplete = false;
  /** The last segment that may have ended early. */
  #looseUpTo = -1;
  /** The last refusal holds whatever was left out. */
  #isRefused = false;

  constructor(period: number) {
    this.period = period;
    this.#segments = new Segments(period);
    this.took = new Took(this.#segments);
    this.#urgent = new UrgentSends(period);
  }

  clone(segmentOf: Map<Segment, Segment>): ByteStream {
    const copy = new ByteStream(this.period);
    copy.#segments = this.#segments.clone(segmentOf);
    copy.#places = this.#places;
    copy.#received = this.#received;
    for (const segment of this.#underWay) copy.#underWay.add(twinOf(segment, segmentOf));
    for (const [sequence, segment] of this.#watched) copy.#watched.set(sequence, twinOf(segment, segmentOf));
    copy.#urgent = this.#urgent.clone((segment) => twinOf(segment, segmentOf));
    copy.took = this.took.clone(copy.#segments);
    copy.#unwatched = this.#unwatched;
    copy.#incomplete = this.#incomplete;
    copy.#looseUpTo = this.#looseUpTo;
    return copy;
  }

  // ---- Sends ---------------------------------------------------------------------------------------------------------------------

  post(posting: Posting): Segment {
    const segment = this.#segments.add(posting, this.#underWay.size === 0, this.#isExact);
    const isUnderWay = posting.ended === Infinity;
    if (isUnderWay) {
      this.#underWay.add(segment);
      segment.taken = 0;
      if (posting.mayTakePart) {
        segment.min = 0;
        segment.mayEnd = 'alone';
      }
    }
    if (segment.watched) this.#watched.set(segment.sequence, segment);
    if (segment.urgent && !this.took.hasEnded) this.unwatch(this.#urgent.add(segment));
    this.took.change(segment, isUnderWay ? 0 : posting.length, posting.length);
    return segment;
  }

  /** Where each send begins is sure: none that may end early is ahead of the peer. */
  get #isExact(): boolean {
    return this.#watched.size === 0 && this.#places.length === 1 && this.#places[0]!.at > this.#looseUpTo;
  }

  /**
   * The call behind the segment has returned, and what begins from here on comes behind it. It took this much, or at most this much where
   * it was broken off. False when the peer's reports exclude that.
   */
  end(segment: Segment, taken: number, at: number, isBrokenOff = false): boolean {
    // What was read apart from the stream has left.
    if (taken < segment.apart) return false;
    const least = isBrokenOff || segment.pieces ? 0 : Math.max(0, segment.urgent ? taken - 1 : taken);
    const places = this.#holding(segment, least, taken);
    if (places.length === 0) return false;
    this.#fix(segment, at);
    this.#resize(segment, taken);
    if (!isBrokenOff) {
      this.#segments.raise(segment, Math.min(least, segment.length));
      this.took.change(segment, taken - segment.taken, 0);
      segment.taken = taken;
    }
    this.#keep(places);
    return true;
  }

  /** The places, with those in which a like call that is under way was read in place of this one, while that is under way. */
  #exchanged(segment: Segment): readonly Place[] {
    if (this.#underWay.size < 2 || segment.ended !== Infinity) return this.#places;
    return this.#places.flatMap((place) => [place, ...exchanged(this.#segments, place, segment, this.#underWay, this.#received)]);
  }

  /** The places where between two numbers of its bytes are in the stream, once it was passed. */
  #holding(segment: Segment, least: number, most: number): Place[] {
    return withRead(this.#exchanged(segment), segment, this.#received, least, most);
  }

  /** Its place is fixed from here on, although its call goes on. */
  fix(segment: Segment, at: number): void {
    this.#keep(this.#exchanged(segment));
    this.#fix(segment, at);
  }

  #fix(segment: Segment, at: number): void {
    if (segment.ended !== Infinity) return;
    this.#underWay.delete(segment);
    segment.ended = at;
  }

  /** From here on the segment may turn out to have ended early: alone, or by what has ended all behind it too. */
  loosen(segment: Segment, isBroken = true, endsAll = false): void {
    segment.isLoose ||= isBroken;
    if (!endsAll) segment.mayEnd = 'alone';
    else if (segment.mayEnd === 'no') segment.mayEnd = 'with all';
    this.#looseUpTo = Math.max(this.#looseUpTo, segment.sequence);
    const taken = this.took.leastOf(segment);
    // Where the peer has passed it, how much of it had left stays known.
    if (segment.watched) this.#places = distinct(this.#exchanged(segment).map((place) => knowingLength(place, segment)));
    if (!segment.watched || !this.#places.every((place) => hasPassed(place, segment)))
      segment.min = Math.min(segment.min, segment.urgent ? Math.max(0, taken - 1) : taken);
    this.took.change(segment, Math.min(0, taken - segment.taken), 0);
    segment.taken = Math.min(segment.taken, taken);
  }

  /**
   * The transport takes the segment in pieces, and may mark the last byte of each as urgent: any of them may be missing from the stream.
   */
  inPieces(segment: Segment): void {
    if (!segment.urgent || segment.asked < 2) return;
    segment.pieces = true;
    segment.unknown = true;
    segment.min = 0;
    segment.mayEnd = 'alone';
    this.#looseUpTo = segment.sequence;
    // How much of it the stream carries says nothing about how much was taken.
    this.unwatch(segment);
  }

  /** Nothing will report any more how much of it left, but for the urgent byte that may still be read apart from what is in the stream. */
  unwatch(segment: Segment | undefined): void {
    if (!segment?.watched || (!segment.pieces && this.#urgent.isRecent(segment))) return;
    segment.watched = false;
    this.#watched.delete(segment.sequence);
    // What is kept is no more than twice as much as is asked about, and each segment is left out once.
    const isWorthIt = 2 * ++this.#unwatched > this.#watched.size;
    if (isWorthIt) this.#unwatched = 0;
    this.#keep(forgetful(this.#places, (sequence) => this.#watched.has(sequence), isWorthIt));
  }

  /** What was broken off has ended: no more of it leaves than has left by now, as far as the transport reported. */
  close(segment: Segment): void {
    if (this.took.isReported && segment.taken < segment.size) this.#resize(segment, Math.max(segment.taken, this.leftMax(segment)));
  }

  /** The segment has left in full, and with it what had its place before it. False when the peer's reports exclude that. */
  complete(segment: Segment): boolean {
    const most = segment.urgent ? segment.length - 1 : segment.length;
    const places = this.#holding(segment, segment.pieces ? 0 : most, segment.length);
    if (places.length === 0) return false;
    this.took.change(segment, segment.size - segment.taken, 0);
    segment.taken = segment.size;
    if (!segment.pieces) this.#segments.raise(segment, most);
    this.#keep(places);
    this.consume(segment);
    return true;
  }

  /** The transport has taken all of the segment. */
  consume(segment: Segment): void {
    this.took.all(segment);
  }

  canComplete(segment: Segment): boolean {
    return this.leftMax(segment) >= segment.asked;
  }

  /** The most bytes of the segment that can have left. */
  leftMax(segment: Segment): number {
    if (this.took.isCut(segment)) return segment.apart;
    return Math.min(mostReadOf(this.reading, segment), this.took.mostOf(segment));
  }

  /** The operation reported so many bytes, some: they have left, and so has all that was before them. An urgent byte may go ahead of it. */
  atLeast(segment: Segment, count: number): void {
    const places = this.#holding(segment, segment.urgent ? Math.max(0, count - 1) : count, segment.length);
    if (places.length > 0) this.#places = distinct(places);
    if (!segment.urgent) this.#segments.raise(segment, Math.max(segment.min, Math.min(count, segment.length)));
    if (!segment.urgent || count > 1) this.took.some(segment);
    this.took.change(segment, Math.max(0, count - segment.taken), 0);
    segment.taken = Math.max(segment.taken, count);
  }

  /**
   * True when it is seen that nothing more of the segment leaves: the transport said that it took all of it, or something left that comes
   * behind it. That the peer has read it all does not show that its operation is complete by now.
   */
  surelyOver(segment: Segment): boolean {
    if (this.took.isConsumed(segment) || this.took.hasAllOf(segment)) return true;
    const { reading } = this;
    return segment.size > 0 && this.#everywhere(segment, (place) => isOutread(reading, place, segment));
  }

  /** False where it is not surely over, nor any that was posted behind it. */
  mayBeOver(segment: Segment): boolean {
    return (
      this.took.mayHaveAll(segment) ||
      this.#places.every(({ at, strands, front }) => (strands.length === 0 ? at : front) > segment.sequence)
    );
  }

  /** True when the transport has taken all of the segment for certain. */
  surelyConsumed(segment: Segment): boolean {
    if (this.took.isConsumed(segment) || this.took.hasAllOf(segment) || isReadApart(segment)) return true;
    return this.#everywhere(segment, (place) => isTaken(this.reading, place, segment, (earlier) => this.took.isConsumed(earlier)));
  }

  /** False where it is not surely consumed, nor any with bytes that was posted behind it. */
  mayHaveTaken(segment: Segment): boolean {
    const reach = ({ at, strands, front }: Place): number => (strands.length === 0 ? at : front - 1);
    return this.took.mayHaveAll(segment) || isReadApart(segment) || this.#places.every((place) => reach(place) >= segment.sequence);
  }

  /**
   * What holds at each place of a segment that was read in full there, and would not of one that was not: as of a like call that is under
   * way and may have been read in its place.
   */
  #everywhere(segment: Segment, holds: (place: Place) => boolean): boolean {
    return this.#places.every(holds) && this.#exchanged(segment).length === this.#places.length;
  }

  // ---- What the far end reports --------------------------------------------------------------------------------------------------

  /** True when the peer has read everything that was accepted but for one send, whatever may have been broken off. */
  isDrained(except?: Segment): boolean {
    return isDrained(this.reading, except);
  }

  /** The peer received these bytes next. False when no place fits; nothing has changed then. */
  receive(runs: readonly Run[]): boolean {
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
        budget: waysMax,
      });
      if (places.length === 0) break;
      received += length;
    }
    this.#incomplete ||= follower.incomplete;
    this.#isRefused = follower.isRefused;
    if (places.length === 0) return false;
    if (received > this.took.most) return false;
    this.#received = received;
    this.#keep(places);
    this.#forget();
    return true;
  }

  /**
   * The peer read these bytes apart from the stream. False when no urgent send offers them: then nothing has changed. Undefined where that
   * is not known any more: of the send that offers them, or because sends were forgotten.
   */
  receiveUrgent(runs: readonly Run[]): boolean | undefined {
    const length = runs.reduce((sum, [, count]) => sum + count, 0);
    if (length === 0) return true;
    for (const { segment, end } of this.#urgent.offering(runs)) {
      const places = segment.pieces ? this.#places : this.#holding(segment, 0, segment.size - length);
      if (places.length === 0) continue;
      // Its peer has read past it, and whether it read that byte in line was not kept.
      const isUnknown = !segment.watched && !segment.pieces && places.some((place) => hasPassed(place, segment));
      segment.apart = end;
      this.took.some(segment);
      if (end === segment.size) this.#urgent.remove(segment);
      if (!segment.pieces) {
        segment.length = Math.min(segment.length, segment.size - length);
        segment.min = Math.min(segment.min, segment.length);
      }
      this.#keep(places);
      if (segment.ended !== Infinity) this.unwatch(segment);
      return isUnknown ? undefined : true;
    }
    return this.#urgent.mayBeForgotten ? undefined : false;
  }

  /** The peer found the end of the stream here. False when something that must arrive is missing. */
  finish(): boolean {
    const places = this.#places.flatMap((place) => finished(place, this.#segments, this.#received));
    if (places.length === 0) return false;
    this.#keep(places);
    this.took.hasEnded = true;
    return true;
  }

  /** Ways in which the bytes may have come were left out, so that what was refused last may be permitted after all. */
  get isUndecided(): boolean {
    return this.#incomplete && !this.#isRefused;
  }

  /** The sends that are still of interest, the places where the peer can be among them, and how much it has received. */
  get reading(): PeerReading {
    return { segments: this.#segments, places: this.#places, received: this.#received, hasEnded: this.took.hasEnded };
  }

  /** From here on only this place counts. */
  suppose(place: Place): void {
    this.#places = [place];
  }

  #resize(segment: Segment, size: number): void {
    this.took.change(segment, Math.min(segment.taken, size) - segment.taken, size - segment.size);
    const isWhole = size === segment.size;
    segment.size = size;
    segment.length = Math.min(segment.length, size);
    segment.min = Math.min(segment.min, segment.length);
    segment.taken = Math.min(segment.taken, size);
    if (!isWhole && size === 0) this.#urgent.remove(segment);
  }

  #keep(places: readonly Place[]): void {
    let kept = places;
    if (places.length > 1) {
      effort.visits += places.length;
      const before = new Set(this.#places);
      const all = places.every((place) => before.has(place)) ? places : undominated(distinct(places), this.#segments);
      kept = all === places ? places : likeliest(all);
      this.#incomplete ||= kept.length < all.length;
    }
    const isPlain = kept.length > 1 || (isNothing(kept[0]!.past) && kept[0]!.exact.length === 0);
    this.#places = isPlain ? kept : [this.#noted(kept[0]!)];
  }

  /** What all ways agree on is a fact about the segment, so that no place has to carry it. */
  #noted(place: Place): Place {
    // A call that is under way may still change places with a like one.
    const isOpen = ({ sequence }: Strand): boolean => this.#underWay.size > 1 && this.#watched.get(sequence)?.ended === Infinity;
    const exact = place.exact.filter(isOpen);
    for (const strand of place.exact) if (!isOpen(strand)) this.#note(strand.sequence, strand.read);
    const { sure, rest } = withoutSure({ ...place, exact });
    for (const { sequence, until, least } of sure) {
      this.#note(sequence, least);
      for (let skipped = sequence + 1; skipped < until; skipped++) this.#note(skipped, 0);
    }
    return rest;
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
    for (const { at, exact } of this.#places) first = Math.min(first, at, ...exact.map(({ sequence }) => sequence));
    for (const segment of this.#segments.forgetBefore(Math.min(first, this.#segments.end - 1))) this.took.forget(segment);
  }
}
