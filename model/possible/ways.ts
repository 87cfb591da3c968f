/** The ways in which the bytes of a socket may have come to its peer. */

import { unfolded, type WayThere } from '../oracle/places.ts';
import type { Segment } from '../oracle/segments.ts';
import type { Socket, World } from '../oracle/world.ts';
import { mainThread, type TraceStep } from '../winsock/trace.ts';
import type { Possibility, Reason, Subject } from './possibility.ts';

export function* transferOf(world: World, socket: Socket, nameOf: NameOf): Generator<Subject> {
  if (socket.isStream) yield* streamOf(socket, nameOf);
  else if (socket.datagrams.waiting.length > 0) yield datagramsOf(world, socket, nameOf);
}

function* streamOf(socket: Socket, nameOf: NameOf): Generator<Subject> {
  const { name, stream } = socket;
  const { segments, places } = stream.reading;
  if (segments.end === 0) return;
  const possible: Possibility[] = [];
  for (const place of places) {
    for (const way of unfolded(place)) {
      if (possible.length === shownMax) return yield { kind: 'bytes', name, possible: distinctly(possible), isCut: true };
      possible.push(possibilityOf(way, socket, nameOf));
    }
  }
  yield { kind: 'bytes', name, possible: distinctly(possible), ...(stream.isUndecided && { isCut: true }) };
}

/** Ways that are listed at most. */
const shownMax = 128;

function possibilityOf(way: WayThere, socket: Socket, nameOf: NameOf): Possibility {
  const suppose = (copy: World): void => {
    const twin = copy.sockets.get(socket.name)!;
    twin.stream.suppose(way);
    copy.changes.addSocket(twin);
  };
  return { id: idOf(way), says: placeText(way, socket, nameOf), suppose };
}

const idOf = ({ at, start, endings, exact, strands, front }: WayThere): string => {
  const ends = endings.map(({ sequence, until, least, most, end }) => [sequence, until, least, most, end.lo, end.hi]);
  const known = exact.map(({ sequence, read }) => [sequence, read]);
  const reading = strands.map(({ sequence, read }) => [sequence, read]);
  return JSON.stringify([at, start.lo, start.hi, start.step, ends, known, reading, strands.length === 0 ? 0 : front]);
};

/** Ways that differ in what no person needs to see are one. */
function distinctly(possible: readonly Possibility[]): Possibility[] {
  const found = new Map<string, Possibility>();
  for (const one of possible) if (!found.has(one.id)) found.set(one.id, one);
  return [...found.values()];
}

export type NameOf = (segment: Segment) => string;

/** A send is called by its OVERLAPPED, by the number of its call, or by its length. */
export function namesIn(world: World): NameOf {
  let names: Map<Segment, string> | undefined;
  const made = (): Map<Segment, string> => {
    const found = new Map<Segment, string>();
    for (const { segment, name } of world.operations.values()) if (segment !== undefined) found.set(segment, name);
    for (const { segment, number, thread } of world.begun.values()) {
      if (segment !== undefined) found.set(segment, thread === mainThread ? `send #${number}` : `send #${number} of ${thread}`);
    }
    return found;
  };
  return (segment) => {
    names ??= made();
    const isJoined = segment.unit < segment.size;
    return names.get(segment) ?? (isJoined ? `sends of ${segment.unit} bytes each` : `a send of ${segment.asked} bytes`);
  };
}

const spanText = (lo: number, hi: number): string => (lo === hi ? String(lo) : `${lo} to ${hi}`);

function placeText(place: WayThere, { stream }: Socket, nameOf: NameOf): string {
  const { segments, received } = stream.reading;
  const text = (sequence: number): string => {
    const segment = segments.at(sequence);
    return segment === undefined ? 'an earlier send' : nameOf(segment);
  };
  const parts = [
    ...place.endings.flatMap(({ sequence, until, least, most }) => [
      `${spanText(least, most)} bytes of ${text(sequence)} left`,
      ...[...segments.from(sequence + 1)]
        .filter(({ sequence: at, watched }) => at < until && watched)
        .map((one) => `0 bytes of ${nameOf(one)} left`),
    ]),
    ...place.exact.map(({ sequence, read }) => `${read} bytes of ${text(sequence)} left`),
    ...(place.strands.length > 0
      ? place.strands.map(({ sequence, read }) => `${read} of ${segments.at(sequence)?.length ?? '?'} bytes of ${text(sequence)} are read`)
      : [hereText(place, received, segments.at(place.at), text)]),
  ];
  return parts.join('; ');
}

/** Where the peer reads one send after the other: how far it is in the one that it has not passed. */
function hereText(place: WayThere, received: number, segment: Segment | undefined, text: (sequence: number) => string): string {
  if (segment === undefined) return 'all that was accepted is read';
  const { lo, hi } = place.start;
  const least = Math.max(0, received - hi);
  const most = Math.min(segment.length, Math.max(0, received - lo));
  if (most === 0) return `${text(place.at)} is next, with ${segment.length} bytes`;
  if (least === segment.length) return `all of ${text(place.at)} is read`;
  return `${spanText(least, most)} of ${segment.length} bytes of ${text(place.at)} are read`;
}

/** A datagram that overtakes another shows that the other is lost. */
function datagramsOf(world: World, socket: Socket, nameOf: NameOf): Subject {
  const possible = socket.datagrams.waiting.map((segment): Possibility => {
    const says = `the datagram of ${nameOf(segment)} may still arrive`;
    return { id: `datagram ${segment.sequence}`, says, refusedIn: (_, step) => (carries(step, segment, world.period) ? arrived : lost) };
  });
  return { kind: 'bytes', name: socket.name, possible };
}

const arrived: Reason = { message: 'it has arrived', clauses: [] };
const lost: Reason = { message: 'one that was posted later has arrived', clauses: ['Order:2', 'Purpose:4'] };

/** The peer read this datagram by the step. */
function carries(step: TraceStep, { fill, length }: Segment, period: number): boolean {
  if (!('peer' in step) || step.peer !== 'recv') return false;
  const all = step.runs.reduce((sum, [, count]) => sum + count, 0);
  return all === length && (length === 0 || (step.runs[0]![0] - fill) % period === 0);
}
