/**
 * Where the peer of a stream can be: inside which segment, at which offset, and how much of the segments before it has left.
 *
 * The pattern repeats every 251 bytes, so offsets come as families `lo`, `lo + 251`, …, `hi`.
 */

import { patternPeriod } from '../winsock/trace.ts';

export interface Segment {
  /** Position in the order of posting; grows for ever. */
  readonly sequence: number;
  readonly fill: number;
  /** Bytes that were accepted. */
  length: number;
  /** Fewer than `length` bytes may reach the stream. */
  cut: boolean;
  /** Fewer than `length` bytes may have been taken by the transport: the send was broken off. */
  loose: boolean;
  /** Bytes that are known to have left. */
  min: number;
  /** The caller broke its side: the contents are not judged. */
  unknown: boolean;
  /** The transport has surely taken all of it. */
  consumed: boolean;
  /** Its last byte is urgent and may be missing from the stream. */
  readonly oob: boolean;
}

/** What was just posted: nothing of it is known, save that of an urgent send all but the last byte reach the stream. */
export const newSegment = (sequence: number, fill: number, length: number, oob = false): Segment => ({
  sequence,
  fill: fill % patternPeriod,
  length,
  cut: oob && length > 0,
  loose: false,
  min: oob && length > 0 ? length - 1 : 0,
  unknown: false,
  consumed: false,
  oob,
});

/** How many bytes of a segment that was cut have left: between `lo` and `hi`. A segment without one may have left to any extent. */
export interface Cut {
  readonly sequence: number;
  readonly lo: number;
  readonly hi: number;
}

/** Where the peer may be: inside the segment `sequence`, at one of the offsets `lo`, `lo + 251`, …, `hi`. */
export interface Place {
  readonly sequence: number;
  readonly lo: number;
  readonly hi: number;
  readonly cuts: readonly Cut[];
}

export const cutOf = ({ cuts }: Place, { sequence }: Segment): Cut | undefined =>
  cuts.length === 0 ? undefined : cuts.find((cut) => cut.sequence === sequence);

/** The last of `lo`, `lo + 251`, … that is not above `most`; below `lo` when there is none. */
export const lastOf = (lo: number, most: number): number => lo + Math.floor((most - lo) / patternPeriod) * patternPeriod;

/** Joins places that differ only in offsets 251 apart. */
export function merge(places: Place[]): Place[] {
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

/** What is known of both ways: of a segment that one of them went through to its end, nothing. Both are in the order of the segments. */
export function mergeCuts(a: readonly Cut[], b: readonly Cut[]): readonly Cut[] {
  if (a === b) return a;
  // Most ways that meet know the same, so a copy is made only where they differ.
  let merged: Cut[] | undefined;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    const cut = a[i]!;
    while (at < b.length && b[at]!.sequence < cut.sequence) at++;
    const twin = b[at];
    if (twin === undefined || twin.sequence !== cut.sequence) {
      merged ??= a.slice(0, i);
      continue;
    }
    if (twin.lo >= cut.lo && twin.hi <= cut.hi) merged?.push(cut);
    else {
      merged ??= a.slice(0, i);
      merged.push({ sequence: cut.sequence, lo: Math.min(cut.lo, twin.lo), hi: Math.max(cut.hi, twin.hi) });
    }
  }
  return merged ?? a;
}
