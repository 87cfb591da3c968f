/** How much of one segment the peer has read, at one place. Positions count the bytes that it received. */

import type { Run } from '../winsock/trace.ts';
import { effort, visited } from './effort.ts';
import { exactly } from './lattice.ts';
import { isPassed, windowOf } from './mixing.ts';
import { type Extent, isNothing, knows } from './past.ts';
import { ended, extentsAt, type Place, startWithin, withSpan } from './places.ts';
import { type Segment, type Segments, valueAt } from './segments.ts';

/** What is known of how far the peer has read: the sends that are still of interest, the places, and how much it has received. */
export interface PeerReading {
  readonly segments: Segments;
  readonly places: readonly Place[];
  readonly received: number;
  /** It found the end of the stream behind these. */
  readonly hasEnded: boolean;
}

/** The peer has read all of it, at this place. */
export function isRead(place: Place, segment: Segment, received: number): boolean {
  if (segment.length === 0 || (segment.size === 1 && isReadApart(segment))) return true;
  if (place.strands.length > 0) return isPassed(place, segment.sequence);
  return place.at > segment.sequence || (place.at === segment.sequence && received - place.start.hi >= segment.length);
}

/** The peer has read its last byte apart from the stream, so that all of it has left. */
export const isReadApart = ({ apart, size }: Segment): boolean => apart > 0 && apart === size;

/** The peer has read all of it at this place, or it was taken otherwise. */
export function isTaken(
  { segments, received }: PeerReading,
  place: Place,
  segment: Segment,
  isConsumed: (earlier: Segment) => boolean,
): boolean {
  const isOver = (earlier: Segment): boolean => isConsumed(earlier) || isRead(place, earlier, received);
  if (segment.length > 0) return isOver(segment);
  // A send of no bytes waits for what was posted before it, and for nothing else.
  for (let sequence = place.at; sequence < segment.sequence; sequence++) {
    effort.visits++;
    if (!isOver(segments.at(sequence)!)) return false;
  }
  return true;
}

/** The peer reads behind it, at this place. */
export const hasPassed = (place: Place, { sequence }: Segment): boolean =>
  place.strands.length > 0 ? isPassed(place, sequence) : place.at > sequence;

/** The peer has read, at every place, all but what is excepted. */
export const isDrained = ({ places, segments, received }: PeerReading, except: Segment | undefined): boolean =>
  places.every((place) => {
    for (let sequence = place.at; sequence < segments.end; sequence++) {
      effort.visits++;
      const segment = segments.at(sequence)!;
      if (sequence !== except?.sequence && segment.size > 0 && !isRead(place, segment, received)) return false;
    }
    return true;
  });

/** The peer has read of a send that was posted behind it, at this place, or the end of the stream. */
export function isOutread({ segments, received, hasEnded }: PeerReading, place: Place, segment: Segment): boolean {
  const { sequence, ended } = segment;
  if (!hasPassed(place, segment)) return false;
  if (hasEnded) return true;
  if (place.strands.length > 0) return place.strands.some(({ sequence, read }) => read > 0 && segments.at(sequence)!.began >= ended);
  for (let behind = place.at; behind > sequence; behind--) {
    effort.visits++;
    const other = segments.at(behind);
    const isRead = behind < place.at ? (other?.length ?? 0) > 0 : place.start.hi < received;
    if (other !== undefined && other.began >= ended && isRead) return true;
  }
  return false;
}

/** The place with what it knows by the fewest bytes that the segment can have, where it has passed that. */
export function knowingLength(place: Place, segment: Segment): Place {
  const { sequence, length, min } = segment;
  const isKnown = (known: { readonly sequence: number }): boolean => known.sequence === sequence;
  if (min < length || !hasPassed(place, segment) || place.exact.some(isKnown) || knows(place.past, sequence)) return place;
  return { ...place, exact: [...place.exact, { sequence, read: length, twins: -1 }] };
}

/** The most bytes of the segment that can have left, as far as the peer reports. */
export function mostReadOf({ places }: PeerReading, segment: Segment): number {
  let left = 0;
  for (const place of visited(places)) left = Math.max(left, mostRead(places, place, segment));
  return left;
}

/** The same of one place. */
function mostRead(places: readonly Place[], place: Place, segment: Segment): number {
  const most = spanKnown(places, place, segment)?.most;
  if (segment.pieces || (most === undefined && !hasPassed(place, segment))) return segment.size;
  // The byte that an urgent send is short of has left apart from the stream.
  return Math.min((most ?? segment.length) + (segment.urgent ? 1 : 0), segment.size);
}

/** How much of a segment that the place has passed is in the stream, as far as the place says so, or all that say it together. */
function spanKnown(places: readonly Place[], { exact, past }: Place, { sequence }: Segment): Extent | undefined {
  const known = exact.find((strand) => strand.sequence === sequence);
  if (known !== undefined) return { least: known.read, most: known.read };
  return knows(past, sequence) ? extentsAt(places).get(sequence) : undefined;
}

/** How much of a segment can be in the stream once it was passed. */
function spanRead(places: readonly Place[], place: Place, segment: Segment, received: number): Extent {
  const { sequence, min, length } = segment;
  const known = spanKnown(places, place, segment);
  if (known !== undefined) return known;
  const strand = place.strands.find((other) => other.sequence === sequence);
  if (strand !== undefined) return { least: strand.read, most: Infinity };
  if (hasPassed(place, segment)) return { least: min, most: length };
  const isHere = place.at === sequence && place.strands.length === 0;
  return { least: isHere ? Math.max(0, received - place.start.hi) : 0, most: Infinity };
}

/** The places where between `least` and `most` bytes of the segment are in the stream, once it was passed. */
export function withRead(places: readonly Place[], segment: Segment, received: number, least: number, most: number): Place[] {
  const { sequence } = segment;
  const found: Place[] = [];
  const open: Place[] = [];
  for (const place of places) {
    const span = spanRead(places, place, segment, received);
    if (span.least > most || span.most < least) continue;
    if (knows(place.past, sequence)) (span.least >= least && span.most <= most ? found : open).push(place);
    else if (place.at === sequence && place.strands.length === 0 && span.least > 0)
      found.push(startWithin(place, received - most, Infinity)!);
    else found.push(place);
  }
  return open.length === 0 ? found : [...found, ...withSpan(open, sequence, { least, most })];
}

/**
 * The peer was seen to read all of a segment. Of one that is taken in pieces, or has but an urgent byte, nobody knows this before the peer
 * goes on behind it.
 */
export function isAllRead({ places, received }: PeerReading, segment: Segment): boolean {
  const most = segment.asked - (segment.urgent ? 1 : 0);
  const isHidden = segment.pieces || most === 0;
  return places.every((place) => (isHidden ? hasPassed(place, segment) : spanRead(places, place, segment, received).least >= most));
}

/** The peer was seen to read some of it. */
export const isPartRead = ({ places, received }: PeerReading, segment: Segment): boolean =>
  segment.apart > 0 || places.every((place) => spanRead(places, place, segment, received).least > 0);

/** Whatever the peer has not read never comes: each send that may have ended early did. */
export function finished(place: Place, segments: Segments, received: number): Place[] {
  const first = place.strands.length > 0 ? undefined : segments.at(place.at);
  const exact = [...place.exact];
  for (let sequence = first === undefined ? place.at : place.at + 1; sequence < segments.end; sequence++) {
    if (place.strands.length > 0 && isPassed(place, sequence)) continue;
    const segment = segments.at(sequence)!;
    const strand = place.strands.find((other) => other.sequence === sequence) ?? { sequence, read: 0, twins: -1 };
    if (!waysToEnd(segment).some(([least, most]) => strand.read >= least && strand.read <= most)) return [];
    if (segment.watched) exact.push(strand);
  }
  return (first === undefined ? [place] : endsIn(place, first, received)).map((current) => {
    const start = isNothing(current.past) ? exactly(received) : current.start;
    return { ...current, at: segments.end, start, exact, strands: [], front: segments.end };
  });
}

/** How many of its bytes can be in a stream that has ended. A call that has not returned need not have taken effect. */
const waysToEnd = ({ ended, taken, min, length }: Segment): readonly (readonly [least: number, most: number])[] =>
  min > 0 && ended === Infinity && taken === 0
    ? [
        [0, 0],
        [min, length],
      ]
    : [[min, length]];

/** The place at which the stream ended in the send that was read last. */
const endsIn = (place: Place, segment: Segment, received: number): Place[] =>
  waysToEnd(segment).flatMap(([least, most]) => {
    const begun = startWithin(place, received - most, received - least);
    const way = { least, most, end: exactly(received), until: place.at + 1 };
    return (begun && ended(begun, way, segment.watched)) ?? [];
  });

/** What the peer may receive next, at each place: up to where another send may begin. No run: it has received every accepted byte. */
export const expectedIn = ({ places, segments, received }: PeerReading, period: number): Run[][] =>
  eachReading(places.flatMap((place) => expectedAt(place, segments, received, period)));

/** Each reading once; one has a run or none. */
export const eachReading = (readings: readonly Run[][]): Run[][] => [...new Map(readings.map((runs) => [String(runs), runs])).values()];

function expectedAt(place: Place, segments: Segments, received: number, period: number): Run[][] {
  const found: Run[][] = [];
  const start = place.start;
  let isOver = true;
  for (const candidate of windowOf(segments, place.strands, place.strands.length > 0 ? place.front : place.at)) {
    const { segment } = candidate;
    const begun = place.strands.length === 0 && segment.sequence === place.at;
    const read = begun ? Math.max(0, received - start.hi) : candidate.read;
    if (read >= segment.length) continue;
    isOver = false;
    const inUnit = read % segment.unit;
    found.push([[valueAt(segment, read, period), Math.min(segment.unit - inUnit, segment.length - read)]]);
  }
  const next = segments.at(place.at + 1);
  if (isOver && next !== undefined && next.length > 0) found.push([[next.fill, Math.min(next.unit, next.length)]]);
  else if (isOver) found.push([]);
  return found;
}
