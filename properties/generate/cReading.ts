/** Whether a peer may read other bytes than those of a trace. A table of C can hold the trace's alone. */

import type { Oracle } from '../../model/oracle/oracle.ts';
import { expectedIn } from '../../model/oracle/reading.ts';
import type { Socket } from '../../model/oracle/world.ts';
import { type PeerRecvStep, patternPeriod, type Run } from '../../model/winsock/trace.ts';

/** So many pieces of a reading are looked at, each up to where the next send may begin. */
const piecesMax = 256;

/** The step is permitted, and no reading of other bytes is. */
export function isOnlyReading(step: PeerRecvStep, oracle: Oracle): boolean {
  const socket = oracle.world.sockets.get(step.socket);
  // The values of a longer period are more than a byte shows.
  if (socket === undefined || oracle.world.period !== patternPeriod) return false;
  if (!socket.isStream) return isOnlyDatagram(step, oracle, socket);
  if (step.oob === true) return isOnlyStart(step, oracle, everyValue, step.runs[0]?.[0] ?? 0);
  return isOnlyStretch(step, oracle);
}

const everyValue: readonly number[] = Array.from({ length: patternPeriod }, (_, value) => value);
const isPermitted = (step: PeerRecvStep, runs: readonly Run[], oracle: Oracle): boolean =>
  oracle.foresee({ ...step, runs: [...runs] }) !== undefined;
const lengthOf = (runs: readonly Run[]): number => runs.reduce((sum, [, length]) => sum + length, 0);

/** Any of those that are on their way may come next. */
function isOnlyDatagram(step: PeerRecvStep, oracle: Oracle, { datagrams }: Socket): boolean {
  if (datagrams.mayBeForgotten) return false;
  const length = lengthOf(step.runs);
  const first = step.runs[0]?.[0] ?? 0;
  return datagrams.waiting.every((other) => {
    if (other.unknown) return false;
    const isSame = other.length === length && (length === 0 || (other.fill - first) % patternPeriod === 0);
    return isSame || !isPermitted(step, other.length === 0 ? [] : [[other.fill, other.length]], oracle);
  });
}

/** Piece by piece: where a send may begin, another one may. */
function isOnlyStretch(step: PeerRecvStep, oracle: Oracle): boolean {
  const copy = oracle.copy();
  let pieces = 0;
  for (const [start, length] of step.runs) {
    for (let done = 0; done < length; ) {
      const { stream } = copy.world.sockets.get(step.socket)!;
      const expected = expectedIn(stream.reading, patternPeriod).flat();
      const value = (start + done) % patternPeriod;
      if (pieces++ === piecesMax || !isOnlyStart(step, copy, valuesThatMayCome(copy.world.sockets.get(step.socket)!, expected), value))
        return false;
      const piece = Math.min(length - done, ...expected.map(([, count]) => count));
      if (copy.step({ ...step, runs: [[value, piece]] }) !== undefined) return false;
      done += piece;
    }
  }
  return true;
}

const isOnlyStart = (step: PeerRecvStep, oracle: Oracle, values: readonly number[], start: number): boolean =>
  values.every((value) => (value - start) % patternPeriod === 0 || !isPermitted(step, [[value, 1]], oracle));

/** Where it is known how far the peer has read: the next byte of what it reads, or the first of a send behind it. Else any. */
function valuesThatMayCome({ stream }: Socket, expected: readonly Run[]): readonly number[] {
  const { places, segments } = stream.reading;
  const [place] = places;
  if (place === undefined || places.length > 1 || place.strands.length > 0) return everyValue;
  const { lo, hi } = place.start;
  if (lo !== hi) return everyValue;
  const values = new Set(expected.map(([value]) => value % patternPeriod));
  for (let sequence = place.at; sequence < segments.end; sequence++) {
    const segment = segments.at(sequence);
    if (segment === undefined || segment.unknown) return everyValue;
    values.add(segment.fill % patternPeriod);
  }
  return [...values];
}
