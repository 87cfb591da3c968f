/** What the transport of a stream says that it took, and what that shows of each send. */

import type { Segment, Segments } from './segments.ts';
import { Sums } from './sums.ts';

/** An urgent byte may leave ahead of what waits. */
const mayBypass = ({ urgent, asked }: Segment): boolean => urgent && asked === 1;

export class Took {
  readonly #segments: Segments;
  /** Undefined as long as the transport has said nothing: then the sums are not kept. */
  #reported: { bytes: number; readonly sums: Sums } | undefined;
  /** A send that pended has succeeded, and nothing had been said of its bytes. */
  #wasSilent = false;
  /** Of the segments that are forgotten. */
  #forgotten = { least: 0, most: 0 };
  /** Segments that began by this step and had their place before it are consumed. */
  #consumedBefore = -1;
  /** Segments that began after this step were ended by what ended one before them, and those that began after that one by the end. */
  #cutBehind = Infinity;
  #endedAt = Infinity;
  /** The peer has read the end of the stream. */
  hasEnded = false;

  constructor(segments: Segments) {
    this.#segments = segments;
  }

  clone(segments: Segments): Took {
    const copy = new Took(segments);
    copy.#wasSilent = this.#wasSilent;
    copy.#forgotten = { ...this.#forgotten };
    copy.#consumedBefore = this.#consumedBefore;
    copy.#cutBehind = this.#cutBehind;
    copy.#endedAt = this.#endedAt;
    copy.hasEnded = this.hasEnded;
    copy.#reported = this.#reported && { bytes: this.#reported.bytes, sums: this.#reported.sums.clone() };
    return copy;
  }

  get isReported(): boolean {
    return this.#reported !== undefined;
  }

  /** It has taken all of the segment. What takes no room has waited for nothing, so that it says nothing about what came before it. */
  all(segment: Segment): void {
    segment.consumed = true;
    if (segment.length > 0 && !mayBypass(segment))
      this.#consumedBefore = Math.max(this.#consumedBefore, segment.alone ? segment.ended : segment.began);
  }

  /** It has taken some of the segment, and so all that had its place before it. */
  some(segment: Segment): void {
    if (!mayBypass(segment)) this.#consumedBefore = Math.max(this.#consumedBefore, segment.began - 1);
  }

  /** It has all of the segment, since that completed or something that left had its place behind it. */
  isConsumed({ consumed, ended }: Segment): boolean {
    return consumed || ended <= this.#consumedBefore;
  }

  /** What ended the segment ended all behind it. */
  cut({ ended }: Segment): void {
    this.#cutBehind = Math.min(this.#cutBehind, ended);
  }

  /** The peer has read the end of the stream by this step: nothing leaves that is posted behind it. */
  noteEnd(now: number): void {
    this.hasEnded = true;
    this.#endedAt = now;
  }

  /** The transport never takes all of the segment. */
  isCut(segment: Segment): boolean {
    const isBehind = segment.began > this.#endedAt || (segment.began > this.#cutBehind && !mayBypass(segment));
    return isBehind && segment.asked > 0 && !this.isConsumed(segment);
  }

  /** False where it has not all of the segment for certain, nor of any that was posted behind it. */
  mayHaveAll(segment: Segment): boolean {
    return segment.began <= this.#consumedBefore || this.hasAllOf(segment);
  }

  /** A send that pended has succeeded: all of its bytes were taken by now. */
  noteSuccess({ length }: Segment): void {
    this.#wasSilent ||= length > 0 && !this.isReported;
  }

  /** Adds to what the segment can have had taken, at least and at most. */
  change({ sequence }: Segment, least: number, most: number): void {
    this.#reported?.sums.change(sequence, least, most);
  }

  forget({ taken, size }: Segment): void {
    this.#forgotten.least += taken;
    this.#forgotten.most += size;
  }

  /** It took these bytes more. False when fewer were sent; nothing has changed then. */
  add(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.#reported = { bytes: (this.#reported?.bytes ?? 0) + bytes, sums: this.#reported?.sums ?? this.#summed() };
    return true;
  }

  /**
   * The most bytes that it can still take: none where it was silent before, since a recorder that reports what is taken reports all of it.
   */
  get left(): number {
    if (this.#wasSilent) return -1;
    return (this.#reported?.sums ?? this.#summed()).before(this.#segments.end).most - (this.#reported?.bytes ?? 0);
  }

  #summed(): Sums {
    const sums = new Sums();
    for (const { sequence, taken, size } of this.#segments) sums.change(sequence, taken, size);
    if (this.#segments.first > 0) sums.change(0, this.#forgotten.least, this.#forgotten.most);
    return sums;
  }

  /** The most bytes that can have left. */
  get most(): number {
    return this.#reported?.bytes ?? Infinity;
  }

  /** The fewest bytes of the segment that it can have taken by now. */
  leastOf(segment: Segment): number {
    const sums = this.#sumsOf(segment);
    return sums === undefined ? 0 : Math.max(0, Math.min(segment.size, this.#reported!.bytes - sums.before(segment.sequence).most));
  }

  /** The most bytes of the segment that it can have taken by now. */
  mostOf(segment: Segment): number {
    const sums = this.#sumsOf(segment);
    return sums === undefined || segment.mayBeUnreported
      ? Infinity
      : Math.max(0, this.#reported!.bytes - sums.before(segment.sequence).least);
  }

  /** It has surely taken all of the segment. */
  hasAllOf(segment: Segment): boolean {
    const sums = this.#sumsOf(segment);
    return sums !== undefined && sums.before(segment.sequence).most + segment.size <= this.#reported!.bytes;
  }

  #sumsOf({ sequence }: Segment): Sums | undefined {
    return sequence < this.#segments.first ? undefined : this.#reported?.sums;
  }
}
