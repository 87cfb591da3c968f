/**
 * The datagrams of one socket on their way to its default peer. A datagram arrives whole or not at all, at most once, and in the
 * order of posting; the network may lose any of them.
 */

import type { Run } from '../winsock/trace.ts';
import { effort, visited } from './effort.ts';
import { eachReading } from './reading.ts';
import { newSegment, type Posting, type Segment, twinOf } from './segments.ts';

/** The most datagrams that are kept of which no receipt was reported; half of them are forgotten at a time. */
export const waitingMax = 4096;

export class DatagramQueue {
  readonly #period: number;
  #waiting: Segment[] = [];
  #sequence = 0;
  /** Those before this one are forgotten, and whether one of them may still arrive. */
  #forgottenBefore = 0;
  #mayArrive = false;
  /** Where each datagram that is not known to be taken ends among the bytes of all, in their order. */
  #ends = new Map<Segment, number>();
  /** Bytes of all that were posted and not taken back, and of those that the transport took where it says so. */
  #posted = 0;
  #took: number | undefined;
  /** Datagrams that had their place by this step are no longer with the sender. */
  #consumedBefore = -1;

  constructor(period: number) {
    this.#period = period;
  }

  clone(segmentOf: Map<Segment, Segment>): DatagramQueue {
    const copy = new DatagramQueue(this.#period);
    copy.#sequence = this.#sequence;
    copy.#forgottenBefore = this.#forgottenBefore;
    copy.#mayArrive = this.#mayArrive;
    copy.#consumedBefore = this.#consumedBefore;
    copy.#posted = this.#posted;
    copy.#took = this.#took;
    for (const [segment, end] of this.#ends) copy.#ends.set(twinOf(segment, segmentOf), end);
    copy.#waiting = this.#waiting.map((segment) => twinOf(segment, segmentOf));
    return copy;
  }

  /** No byte of a datagram is urgent. */
  post(posting: Posting): Segment {
    const { length } = posting;
    const segment = newSegment(this.#sequence++, { ...posting, urgent: false }, true);
    this.#waiting.push(segment);
    this.#posted += length;
    this.#ends.set(segment, this.#posted);
    if (this.#waiting.length > waitingMax) {
      this.#forgottenBefore = this.#waiting[waitingMax / 2]!.sequence;
      const underWay = this.#waiting.slice(0, waitingMax / 2).filter((other) => other.ended === Infinity);
      this.#waiting = [...underWay, ...this.#waiting.slice(waitingMax / 2)];
      this.#mayArrive = true;
    }
    // Where no line reports what the transport took, the ends are not needed; where it took none of so many, the oldest may be taken.
    if (this.#ends.size > waitingMax) this.#ends.delete(this.#ends.keys().next().value!);
    return segment;
  }

  /** What arrives and was not kept may be one that was forgotten: nothing that was posted later has arrived since. */
  get mayBeForgotten(): boolean {
    return this.#mayArrive;
  }

  /** What begins from here on comes behind it. */
  fix(segment: Segment, at: number): void {
    segment.ended = Math.min(segment.ended, at);
  }

  /** The send behind it failed: it never left. False when it has been received, and no other one can have been in its place. */
  remove(segment: Segment): boolean {
    const twin = this.#twinOf(segment);
    const index = this.#waiting.indexOf(twin ?? segment);
    if (index < 0) return segment.arrived === 0 || segment.sequence < this.#forgottenBefore;
    if (twin !== undefined) [twin.arrived, segment.arrived] = [segment.arrived, 0];
    this.#waiting.splice(index, 1);
    this.#posted -= segment.length;
    for (const [other, end] of this.#ends) if (other.sequence > segment.sequence) this.#ends.set(other, end - segment.length);
    this.#ends.delete(segment);
    return true;
  }

  /** The network had failed when this one ended: none of those that were posted behind it leaves. */
  cutBehind(segment: Segment): void {
    this.#waiting = this.#waiting.filter((other) => other === segment || other.began < segment.ended || other.consumed);
  }

  /** The transport took these bytes. False when fewer were sent. */
  transportTook(bytes: number): boolean {
    const took = (this.#took ?? 0) + bytes;
    if (took > this.#posted) return false;
    this.#took = took;
    for (const [segment, end] of this.#ends) {
      if (end > took) break;
      this.consume(segment);
      this.#ends.delete(segment);
    }
    return true;
  }

  /** Nothing is in the way of the next one. */
  isDrained(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether the transport may have taken it by now. */
  canComplete(segment: Segment): boolean {
    return this.#took === undefined || segment.consumed || segment.mayBeUnreported || (this.#ends.get(segment) ?? 0) <= this.#took;
  }

  /** It left, and with it what had its place before. */
  consume(segment: Segment): void {
    segment.consumed = true;
    this.#consumedBefore = Math.max(this.#consumedBefore, segment.began);
  }

  /** False where it was not consumed for certain, nor any that was posted behind it. */
  mayHaveTaken(segment: Segment): boolean {
    return segment.arrived > 0 || segment.began <= this.#consumedBefore;
  }

  surelyConsumed(segment: Segment): boolean {
    return this.surelyArrived(segment) || this.surelyOver(segment);
  }

  surelyArrived(segment: Segment): boolean {
    return segment.arrived > 0 && this.#twinOf(segment) === undefined;
  }

  /** One that is under way with it and like it, so that nothing shows which of the two was received. */
  #twinOf({ arrived, began, ended, fill, length, unknown }: Segment): Segment | undefined {
    for (const other of visited(arrived > 0 ? this.#waiting : [])) {
      if (other.began >= ended || other.sequence >= arrived) return undefined;
      if (other.ended > began && other.length === length && (other.fill === fill || unknown || other.unknown)) return other;
    }
    return undefined;
  }

  /** Its own arrival does not show that its operation is complete by now. */
  surelyOver(segment: Segment): boolean {
    return segment.consumed || segment.ended <= this.#consumedBefore;
  }

  /** The peer received one datagram. Those that had their place before it are lost. */
  receive(runs: readonly Run[]): boolean {
    const index = this.#waiting.findIndex((other) => this.#fits(other, runs) && this.canComplete(other));
    if (index < 0) return false;
    const segment = this.#waiting[index]!;
    segment.arrived = this.#sequence;
    this.#consumedBefore = Math.max(this.#consumedBefore, segment.began - 1);
    const overlapping = this.#waiting.slice(0, index).filter((other) => other.ended > segment.began);
    this.#waiting.splice(0, index + 1, ...overlapping);
    this.#mayArrive = false;
    return true;
  }

  /** True when a datagram that was posted before the received one is thereby lost. Nothing changes. */
  skips(runs: readonly Run[]): boolean {
    return this.#waiting.findIndex((segment) => this.#fits(segment, runs)) > 0;
  }

  /** Those that may still arrive, in the order of posting. */
  get waiting(): readonly Segment[] {
    return this.#waiting;
  }

  /** The datagrams that may arrive next; no run: one of no bytes. */
  expected(): Run[][] {
    return eachReading(this.#waiting.map(({ fill, length }) => (length === 0 ? [] : [[fill, length]])));
  }

  #fits(segment: Segment, runs: readonly Run[]): boolean {
    effort.visits++;
    let at = 0;
    for (const [start, length] of runs) {
      if (!segment.unknown && length > 0 && (segment.fill + at - start) % this.#period !== 0) return false;
      at += length;
    }
    return at === segment.length;
  }
}
