/**
 * The sends whose bytes are on their way through one stream, in the order in which they began.
 *
 * A send is a segment: the value of its first byte and a length, never its bytes. Sends that nothing can distinguish any more are joined,
 * so that a peer that reads late costs no memory for each send.
 */

import { effort } from './effort.ts';

export interface Segment {
  /** Position in the order in which the sends began; grows for ever. */
  sequence: number;
  /** The value of the first byte. */
  readonly fill: number;
  /** The length of one send, of those that were joined. */
  readonly unit: number;
  /** By how much the first value of each send lies above that of the one before it. */
  stride: number;
  /** Bytes that the call asked for, or was reported to have taken. */
  readonly asked: number;
  /** The most bytes that can have been taken. */
  size: number;
  /** The most bytes that can be in the stream: all but the urgent one where that was read apart. */
  length: number;
  /** The fewest bytes that are in the stream once the peer has passed it. */
  min: number;
  /** The fewest bytes that were taken. */
  taken: number;
  /** The step at which its call began, and the one by which it had its place: what began later comes behind it. */
  readonly began: number;
  ended: number;
  /** Something may still report how many of its bytes were taken. */
  watched: boolean;
  /** Nothing ever reports how many of its bytes were taken. */
  readonly silent: boolean;
  /** The caller broke its side: the contents are not judged. */
  unknown: boolean;
  /** Something may have broken it off. */
  isLoose: boolean;
  /** It may have ended early: by something that ended all behind it too, or alone, so that what is behind it may leave. */
  mayEnd: 'no' | 'with all' | 'alone';
  /** Not all of it had left when its socket was closed, so that the close did not lose the rest. */
  wasShort: boolean;
  /** The transport has surely taken all of it. */
  consumed: boolean;
  /** It is a datagram that was received, when those before this sequence had been posted; 0 where it was not. */
  arrived: number;
  /** A send behind it did not pend, so that it may have left before the transport says so. */
  mayBeUnreported: boolean;
  /** Its last byte is urgent, and may be missing from the stream. */
  readonly urgent: boolean;
  /** It is taken in pieces, and the last byte of each may be the urgent one. */
  pieces: boolean;
  /** Behind which of its bytes those end that were read apart from the stream. */
  apart: number;
  /** No other call was under way when it was posted, so that nothing overlaps with it. */
  readonly alone: boolean;
}

export interface Posting {
  readonly fill: number;
  readonly length: number;
  readonly urgent?: boolean;
  readonly began: number;
  /** Infinity while the call has not returned. */
  readonly ended: number;
  readonly watched: boolean;
  /** While the call is under way: it may turn out to have taken a part. */
  readonly mayTakePart?: boolean;
}

/** One send as it was posted. `alone` says that no other call is under way. */
export function newSegment(sequence: number, { fill, length, urgent = false, began, ended, watched }: Posting, alone: boolean): Segment {
  return {
    sequence,
    fill,
    unit: length,
    stride: 0,
    asked: length,
    size: length,
    length,
    min: urgent && length > 0 ? length - 1 : length,
    taken: length,
    began,
    ended,
    watched: watched || urgent,
    silent: !watched,
    unknown: false,
    isLoose: false,
    mayEnd: 'no',
    wasShort: false,
    consumed: false,
    arrived: 0,
    mayBeUnreported: false,
    urgent: urgent && length > 0,
    pieces: false,
    apart: 0,
    alone: alone && ended === began,
  };
}

/** So many sends are kept apart, so that a close may lose any part of them. */
const apartMax = 8;

export class Segments {
  readonly #period: number;
  #list: Segment[] = [];
  #base = 0;
  /** From the first of these up to the second, all are known to be anything. */
  #anything = { from: 0, to: 0 };

  constructor(period: number) {
    this.#period = period;
  }

  clone(segmentOf: Map<Segment, Segment>): Segments {
    const copy = new Segments(this.#period);
    copy.#base = this.#base;
    copy.#anything = { ...this.#anything };
    copy.#list = this.#list.map((segment) => twinOf(segment, segmentOf));
    return copy;
  }

  /** `alone` says that no other call is under way; `joins` that where it begins is as sure as where the one before it does. */
  add(posting: Posting, alone: boolean, joins: boolean): Segment {
    const { fill, length, urgent, ended, watched } = posting;
    const last = this.#list[this.#list.length - 1];
    const isLong = this.#list.length >= apartMax;
    const stride = isLong && joins && alone && !watched && !urgent && length > 0 ? this.#strideTo(last, fill, length) : undefined;
    if (last !== undefined && stride !== undefined) {
      last.stride = stride;
      last.size = last.length = last.min = last.taken = last.length + length;
      last.ended = ended;
      last.consumed = false;
      return last;
    }
    const segment = newSegment(this.#base + this.#list.length, posting, alone);
    this.#list.push(segment);
    return segment;
  }

  /** By how much the values of a send lie above those of the last, where it can be joined to them. */
  #strideTo(last: Segment | undefined, fill: number, length: number): number | undefined {
    if (last === undefined || !isPlain(last) || last.unit !== length) return undefined;
    const stride = remainder(fill - last.fill - last.stride * (last.length / last.unit - 1), this.#period);
    return last.length === last.unit || stride === last.stride ? stride : undefined;
  }

  at(sequence: number): Segment | undefined {
    return this.#list[sequence - this.#base];
  }

  /** Those from a sequence on. */
  *from(sequence: number): Generator<Segment> {
    for (let at = sequence - this.#base; at < this.#list.length; at++) yield this.#list[at]!;
  }

  get first(): number {
    return this.#base;
  }

  /** One behind the last. */
  get end(): number {
    return this.#base + this.#list.length;
  }

  /** The first from a sequence on of which the contents are judged, or of which something has left. */
  behindAnything(sequence: number): number {
    const { from, to } = this.#anything;
    const isKnown = sequence >= from && sequence <= to;
    let end = isKnown ? to : sequence;
    while (isAnything(this.at(end))) {
      effort.visits++;
      end++;
    }
    this.#anything = { from: isKnown ? from : sequence, to: end };
    return end;
  }

  /** No fewer bytes of the segment are in the stream. */
  raise(segment: Segment, min: number): void {
    segment.min = min;
    const { from, to } = this.#anything;
    if (min > 0 && segment.sequence >= from && segment.sequence < to) this.#anything = { from, to: segment.sequence };
  }

  [Symbol.iterator](): IterableIterator<Segment> {
    return this.#list.values();
  }

  /** Those before a sequence are no longer needed. */
  forgetBefore(sequence: number): readonly Segment[] {
    const drop = Math.min(sequence - this.#base, this.#list.length);
    // Dropping is batched, because a shift of a long array for each read would cost its length.
    if (drop <= 32 || drop * 2 <= this.#list.length) return [];
    const dropped = this.#list.slice(0, drop);
    this.#list = this.#list.slice(drop);
    this.#base += drop;
    return dropped;
  }
}

/** Whole, over, and of no interest but for its bytes. */
const isPlain = ({ alone, watched, min, length, unknown, urgent }: Segment): boolean =>
  alone && !watched && min === length && !unknown && !urgent;

export const remainder = (value: number, period: number): number => ((value % period) + period) % period;

/** The value of one byte of a segment, by how many are before it. */
export const valueAt = ({ fill, unit, stride }: Segment, read: number, period: number): number =>
  (fill + stride * Math.floor(read / unit) + (read % unit)) % period;

/** Its contents are not judged, and nothing of it need have left. */
export const isAnything = (segment: Segment | undefined): boolean => segment?.unknown === true && segment.min === 0;

/** The copy of a segment, of which there is one. */
export function twinOf(segment: Segment, segmentOf: Map<Segment, Segment>): Segment {
  const twin = segmentOf.get(segment) ?? { ...segment };
  segmentOf.set(segment, twin);
  return twin;
}

/**
 * The fewest of its bytes in the stream with which more may come behind it. Where what ended it ended all behind it too, only its urgent
 * byte may be missing.
 */
export const leastPassed = ({ mayEnd, urgent, min, length, size }: Segment): number =>
  mayEnd !== 'with all' ? min : urgent ? Math.max(min, Math.min(length, size - 1)) : length;
