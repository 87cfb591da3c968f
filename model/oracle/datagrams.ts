/**
 * The datagrams of one socket on their way to its default peer. A datagram arrives whole or not at all, at most once, and in the
 * order of posting; the network may lose any of them.
 */

import { patternPeriod, type Run } from '../winsock/trace.ts';
import { newSegment, type Segment } from './places.ts';

export class DatagramQueue {
  private waiting: Segment[] = [];
  private sequence = 0;

  clone(segmentOf: Map<Segment, Segment>): DatagramQueue {
    const copy = new DatagramQueue();
    copy.sequence = this.sequence;
    copy.waiting = this.waiting.map((segment) => {
      const twin = segmentOf.get(segment) ?? { ...segment };
      segmentOf.set(segment, twin);
      return twin;
    });
    return copy;
  }

  append(fill: number, length: number): Segment {
    const segment = newSegment(this.sequence++, fill, length);
    this.waiting.push(segment);
    return segment;
  }

  /** The send behind it failed: it never left. False when it has been received. */
  remove(segment: Segment): boolean {
    const index = this.waiting.indexOf(segment);
    if (index < 0) return false;
    this.waiting.splice(index, 1);
    return true;
  }

  /** The peer received one datagram. Those posted before it are lost. */
  receive(runs: readonly Run[]): boolean {
    const index = this.waiting.findIndex((segment) => fits(segment, runs));
    if (index < 0) return false;
    this.waiting[index]!.consumed = true;
    this.waiting = this.waiting.slice(index + 1);
    return true;
  }

  /** True when a datagram that was posted before the received one is thereby lost. Nothing changes. */
  skips(runs: readonly Run[]): boolean {
    return this.waiting.findIndex((segment) => fits(segment, runs)) > 0;
  }

  expected(): string[] {
    return this.waiting.map((segment) => (segment.length === 0 ? '[]' : `[[${segment.fill},${segment.length}]]`));
  }
}

function fits(segment: Segment, runs: readonly Run[]): boolean {
  let at = 0;
  for (const [start, length] of runs) {
    if (!segment.unknown && length > 0 && (segment.fill + at) % patternPeriod !== start % patternPeriod) return false;
    at += length;
  }
  return at === segment.length;
}
