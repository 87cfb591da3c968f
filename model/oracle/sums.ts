/** How many bytes the transport can have taken of all segments before one, at least and at most: two Fenwick trees over the sequence. */
export class Sums {
  #least: number[];
  #most: number[];

  /** For segments from 0 to `size - 1`; more come by `change`. */
  constructor(size = 0) {
    this.#least = new Array(size + 1).fill(0);
    this.#most = new Array(size + 1).fill(0);
  }

  clone(): Sums {
    const copy = new Sums();
    copy.#least = [...this.#least];
    copy.#most = [...this.#most];
    return copy;
  }

  /** Adds to what the segment can have had taken. */
  change(sequence: number, least: number, most: number): void {
    while (this.#least.length <= sequence + 1) this.#grow();
    for (let i = sequence + 1; i < this.#least.length; i += i & -i) {
      this.#least[i]! += least;
      this.#most[i]! += most;
    }
  }

  /** Of all segments before this one. */
  before(sequence: number): { readonly least: number; readonly most: number } {
    let least = 0;
    let most = 0;
    for (let i = Math.min(sequence, this.#least.length - 1); i > 0; i -= i & -i) {
      least += this.#least[i]!;
      most += this.#most[i]!;
    }
    return { least, most };
  }

  /** A node that is added covers the nodes below it, as if it had always been there. */
  #grow(): void {
    const at = this.#least.length;
    let least = 0;
    let most = 0;
    for (let below = 1; below < (at & -at); below <<= 1) {
      least += this.#least[at - below]!;
      most += this.#most[at - below]!;
    }
    this.#least.push(least);
    this.#most.push(most);
  }
}
