/**
 * Like calls that are under way: until one of them ends, nothing shows which of them was read, so they may change places.
 */

import { effort } from './effort.ts';
import { exactly } from './lattice.ts';
import { areTwins, reaching } from './mixing.ts';
import { isNothing } from './past.ts';
import type { Place, Strand } from './places.ts';
import type { Segment, Segments } from './segments.ts';

/**
 * The same place, where two calls that are under way and send the same have changed places: until one of them ends, nothing shows which
 * of them was read.
 */
export function exchanged(segments: Segments, place: Place, ending: Segment, underWay: ReadonlySet<Segment>, received: number): Place[] {
  effort.visits += 1 + place.strands.length + place.exact.length;
  const open = opened(segments, place, received);
  const own = strandIn(open, ending.sequence);
  if (own === undefined || segments.at(ending.sequence) === undefined) return [];
  const found: Place[] = [];
  const reads = new Set([own.read]);
  for (const other of [...open.strands, ...open.exact, ...unreadTwin(segments, open, ending, underWay)]) {
    const twin = segments.at(other.sequence);
    if (twin === undefined || twin === ending || reads.has(other.read) || !areTwins(twin, ending) || !haveMet(own, other)) continue;
    reads.add(other.read);
    found.push(put(segments, put(segments, open, { ...own, sequence: other.sequence }), { ...other, sequence: ending.sequence }));
  }
  return found;
}

/**
 * The peer could read either at some moment, and as much of both was read by then. What it read before a call began, or before it had
 * read what that call comes behind, is none of its bytes.
 */
const haveMet = (one: Strand, other: Strand): boolean => Math.max(one.twins, other.twins) >= Math.max(one.sequence, other.sequence);

/** The same place, with how much was read of the segment at which it is said as where sends overlap. */
function opened(segments: Segments, place: Place, received: number): Place {
  if (place.strands.length > 0) return place;
  const { lo, hi } = place.start;
  const segment = segments.at(place.at);
  const isBegun = segment !== undefined && lo === hi && received > lo;
  if (!isBegun) return { ...place, front: place.at };
  // It was alone when its first byte was read, or it would have been said so before.
  const strand = { sequence: place.at, read: received - lo, twins: -1 };
  const before = isNothing(place.past) ? 0 : place.before + strand.read;
  return { ...place, start: exactly(received), before, strands: [strand], front: place.at + 1 };
}

/** The first send behind the front that is a twin: nothing of it was read. Both lists are in order, and either may be the shorter. */
function unreadTwin(segments: Segments, { front }: Place, ending: Segment, underWay: ReadonlySet<Segment>): readonly Strand[] {
  for (const segment of segments.end - front < underWay.size ? segments.from(front) : underWay) {
    effort.visits++;
    const { sequence } = segment;
    if (sequence >= front && segment !== ending && areTwins(segment, ending)) return [{ sequence, read: 0, twins: -1 }];
  }
  return [];
}

/** How much of a call that is under way was read, where that is known. */
function strandIn({ exact, strands, front }: Place, sequence: number): Strand | undefined {
  const known = exact.find((strand) => strand.sequence === sequence) ?? strands.find((strand) => strand.sequence === sequence);
  return known ?? (sequence >= front ? { sequence, read: 0, twins: -1 } : undefined);
}

function put(segments: Segments, place: Place, strand: Strand): Place {
  const { sequence, read } = strand;
  const { strands, front } = reaching(segments, place, sequence);
  const isOver = read >= segments.at(sequence)!.length;
  const exact = place.exact.filter((other) => other.sequence !== sequence);
  const others = strands.filter((other) => other.sequence !== sequence);
  const all = isOver ? others : [...others, strand].sort((a, b) => a.sequence - b.sequence);
  return { ...place, exact: isOver ? [...exact, strand] : exact, strands: all, front, at: all[0]?.sequence ?? front };
}
