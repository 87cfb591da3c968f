/** Urgent sends of one stream whose urgent byte was not read apart from it. */

import type { Run } from '../winsock/trace.ts';
import { visited } from './effort.ts';
import { remainder, type Segment } from './segments.ts';

/** Urgent sends that nobody read are kept at most. */
export const urgentMax = 1024;
/** Of so many, the last ones, it is kept whether the urgent byte is in the stream: each of them doubles the ways to read equal bytes. */
const inLineMax = 32;
/** No send offers more bytes than this as urgent data: one line is one piece. */
const pieceMax = 65_536;

/** A send that offers urgent bytes, and behind which of its bytes they end. */
interface Offer {
  readonly segment: Segment;
  readonly end: number;
}

export class UrgentSends {
  readonly #period: number;
  #waiting = new Set<Segment>();
  /** Those of which it is kept whether the urgent byte was read in line. */
  #recent = new Set<Segment>();
  /** Some were left out, so that bytes that no send offers may be theirs. */
  #isForgetful = false;

  constructor(period: number) {
    this.#period = period;
  }

  clone(twinOf: (segment: Segment) => Segment): UrgentSends {
    const copy = new UrgentSends(this.#period);
    for (const segment of this.#waiting) copy.#waiting.add(twinOf(segment));
    for (const segment of this.#recent) copy.#recent.add(twinOf(segment));
    copy.#isForgetful = this.#isForgetful;
    return copy;
  }

  /**
   * Returns the one of which it is no longer kept whether its urgent byte was read in line. Of a call that is under way its end decides
   * that.
   */
  add(segment: Segment): Segment | undefined {
    this.#waiting.add(segment);
    this.#recent.add(segment);
    if (this.#waiting.size > urgentMax) {
      this.#isForgetful = true;
      this.#waiting.delete(oldest(this.#waiting)!);
    }
    if (this.#recent.size <= inLineMax) return undefined;
    const older = oldest(this.#recent)!;
    this.#recent.delete(older);
    return older.ended === Infinity ? undefined : older;
  }

  /** Its urgent bytes were read, or never left. */
  remove(segment: Segment): void {
    this.#waiting.delete(segment);
    this.#recent.delete(segment);
  }

  /** Its urgent byte may still be read apart from the stream, and it is kept whether it was read in line. */
  isRecent(segment: Segment): boolean {
    return this.#recent.has(segment);
  }

  get mayBeForgotten(): boolean {
    return this.#isForgetful;
  }

  /** The sends that offer these bytes, the oldest first. */
  *offering(runs: readonly Run[]): Generator<Offer> {
    const length = runs.reduce((sum, [, count]) => sum + count, 0);
    if (length > pieceMax) return;
    const values = runs.flatMap(([start, count]) => Array.from({ length: count }, (_, i) => (start + i) % this.#period));
    if (!values.every((value, i) => i === 0 || value === (values[i - 1]! + 1) % this.#period)) return;
    for (const segment of visited(this.#waiting)) {
      const end = this.#endIn(segment, values[0]!, length);
      if (end !== undefined) yield { segment, end };
    }
  }

  /** Behind which of its bytes these urgent ones of a send end, or undefined where they are none of its. */
  #endIn({ fill, size, pieces, apart }: Segment, value: number, count: number): number | undefined {
    // Any byte of a send that is taken in pieces may be urgent, each once.
    const first = pieces ? apart + remainder(value - fill - apart, this.#period) : size - count;
    if (first < 0 || first + count > size) return undefined;
    return (fill + first) % this.#period === value ? first + count : undefined;
  }
}

function oldest(segments: Set<Segment>): Segment | undefined {
  const [first] = segments;
  return first;
}
