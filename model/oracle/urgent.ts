/** Urgent sends of one stream whose urgent byte was not read apart from it. */

import type { Run } from '../winsock/trace.ts';
import { visited } from './effort.ts';
import { remainder, type Segment } from './segments.ts';

/** Urgent sends that nobody read are kept at most. */
export const urgentMax = 1024;
/** No send offers more bytes than this as urgent data: one line is one piece. */
const pieceMax = 65_536;

/** A send that offers urgent bytes, and behind which of its bytes they end. */
interface Offer {
  readonly segment: Segment;
  readonly end: number;
}

export class UrgentSends {
  readonly #period: number;
  #waiting: Segment[] = [];
  /** Some were left out, so that bytes that no send offers may be theirs. */
  #isForgetful = false;

  constructor(period: number) {
    this.#period = period;
  }

  clone(twinOf: (segment: Segment) => Segment): UrgentSends {
    const copy = new UrgentSends(this.#period);
    copy.#waiting = this.#waiting.map(twinOf);
    copy.#isForgetful = this.#isForgetful;
    return copy;
  }

  /** Returns the one that is forgotten for it. */
  add(segment: Segment): Segment | undefined {
    this.#waiting.push(segment);
    if (this.#waiting.length <= urgentMax) return undefined;
    this.#isForgetful = true;
    return this.#waiting.shift();
  }

  /** Its urgent bytes were read, or never left. */
  remove(segment: Segment): void {
    this.#waiting = this.#waiting.filter((other) => other !== segment);
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
  #endIn({ fill, size, length, pieces, apart }: Segment, value: number, count: number): number | undefined {
    // Any byte of a send that is taken in pieces may be urgent, each once.
    const first = pieces ? apart + remainder(value - fill - apart, this.#period) : size - count;
    if (first < 0 || first + count > size || (!pieces && length < size)) return undefined;
    return (fill + first) % this.#period === value ? first + count : undefined;
  }
}
