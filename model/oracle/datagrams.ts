/**
 * The datagrams of one socket on their way to its default peer. A datagram arrives whole or not at all, at most once, and in the
 * order of posting; the network may lose any of them.
 */

import type { Run } from '../winsock/trace.ts';
import type { Posting, Segment } from './segments.ts';

export class DatagramQueue {
  readonly #period: number;
  #waiting: Segment[] = [];
  #sequence = 0;
  /** Datagrams that had their place by this step are no longer with the sender. */
  #consumedBefore = -1;

  constructor(period: number) {
    this.#period = period;
  }

  clone(segmentOf: Map<Segment, Segment>): DatagramQueue {
    const copy = new DatagramQueue(this.#period);
    copy.#sequence = this.#sequence;
    copy.#consumedBefore = this.#consumedBefore;
    copy.#waiting = this.#waiting.map((segment) => {
      const twin = segmentOf.get(segment) ?? { ...segment };
      segmentOf.set(segment, twin);
      return twin;
    });
    return copy;
  }

  post({ fill, length, began, ended, watched }: Posting): Segment {
    const segment: Segment = {
      sequence: this.#sequence++,
      fill,
      unit: length,
      asked: length,
      size: length,
      length,
      min: length,
      taken: length,
      began,
      ended,
      watched,
      unknown: false,
      consumed: false,
      urgent: false,
      pieces: false,
      apart: 0,
      alone: ended === began,
    };
    this.#waiting.push(segment);
    return segment;
  }

  /** What begins from here on comes behind it. */
  fix(segment: Segment, at: number): void {
    segment.ended = Math.min(segment.ended, at);
  }

  /** The send behind it failed: it never left. False when it has been received. */
  remove(segment: Segment): boolean {
    const index = this.#waiting.indexOf(segment);
    if (index < 0) return false;
    this.#waiting.splice(index, 1);
    return true;
  }

  /** It left, and with it what had its place before. */
  consume(segment: Segment): void {
    segment.consumed = true;
    this.#consumedBefore = Math.max(this.#consumedBefore, segment.began);
  }

  surelyConsumed(segment: Segment): boolean {
    return segment.consumed || segment.ended <= this.#consumedBefore;
  }

  /** The peer received one datagram. Those that had their place before it are lost. */
  receive(runs: readonly Run[]): boolean {
    const segment = this.#waiting.find((other) => this.#fits(other, runs));
    if (segment === undefined) return false;
    this.consume(segment);
    this.#waiting = this.#waiting.filter((other) => other !== segment && other.ended > segment.began);
    return true;
  }

  /** True when a datagram that was posted before the received one is thereby lost. Nothing changes. */
  skips(runs: readonly Run[]): boolean {
    return this.#waiting.findIndex((segment) => this.#fits(segment, runs)) > 0;
  }

  expected(): string[] {
    return this.#waiting.map((segment) => (segment.length === 0 ? '[]' : `[[${segment.fill},${segment.length}]]`));
  }

  #fits(segment: Segment, runs: readonly Run[]): boolean {
    let at = 0;
    for (const [start, length] of runs) {
      if (!segment.unknown && length > 0 && (segment.fill + at - start) % this.#period !== 0) return false;
      at += length;
    }
    return at === segment.length;
  }
}
