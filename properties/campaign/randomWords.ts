/**
 * xorshift128+ (Vigna 2017, shifts 23, 18, 5): 32-bit words that a seed decides, the same on every machine.
 *
 * The state is two words of 64 bits, each as a high and a low half. A seed fills 32 of the 128 bits and leaves the rest alike for all
 * seeds, so that the first words would be alike too; the generator's own jump, 2^64 words ahead, mixes them.
 */
export class RandomWords {
  #high0 = -1;
  #low0: number;
  #high1: number;
  #low1 = 0;

  constructor(seed: number) {
    this.#low0 = ~seed;
    this.#high1 = seed | 0;
    this.#jump();
  }

  /** The next word, as a signed integer. */
  next(): number {
    const word = (this.#low0 + this.#low1) | 0;
    this.#advance();
    return word;
  }

  #advance(): void {
    const low = this.#low0 ^ (this.#low0 << 23);
    const high = this.#high0 ^ ((this.#high0 << 23) | (this.#low0 >>> 9));
    const [high1, low1] = [this.#high1, this.#low1];
    this.#high0 = high1;
    this.#low0 = low1;
    this.#high1 = high ^ high1 ^ (high >>> 18) ^ (high1 >>> 5);
    this.#low1 = low ^ low1 ^ ((low >>> 18) | (high << 14)) ^ ((low1 >>> 5) | (high1 << 27));
  }

  #jump(): void {
    const sum = [0, 0, 0, 0];
    for (const polynomial of jumpPolynomial) {
      for (let bit = 0; bit < 32; bit++) {
        if ((polynomial >>> bit) & 1) {
          sum[0]! ^= this.#high0;
          sum[1]! ^= this.#low0;
          sum[2]! ^= this.#high1;
          sum[3]! ^= this.#low1;
        }
        this.#advance();
      }
    }
    [this.#high0, this.#low0, this.#high1, this.#low1] = sum as [number, number, number, number];
  }
}

/** Its coefficients, 32 to a word, the lowest first. */
const jumpPolynomial = [0x635d2dff, 0x8a5cd789, 0x5c472f96, 0x121fd215] as const;
