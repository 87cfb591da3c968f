/** States by number and numbers by state: fixed-width words in one growing array, found again through open addressing. */

export class StateTable {
  readonly width: number;
  words: Int32Array;
  size = 0;
  private slots: Int32Array;
  private mask: number;

  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(width * 1024);
    this.slots = new Int32Array(4096).fill(-1);
    this.mask = this.slots.length - 1;
  }

  /** The number of the state in `state[0 … width - 1]`, new or known. */
  add(state: Int32Array): number {
    let slot = this.hash(state, 0) & this.mask;
    for (let found = this.slots[slot]!; found >= 0; found = this.slots[slot]!) {
      if (this.equal(found, state)) return found;
      slot = (slot + 1) & this.mask;
    }
    const number = this.size++;
    if (number * this.width >= this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.words.set(state, number * this.width);
    this.slots[slot] = number;
    if (this.size * 2 > this.slots.length) this.rehash();
    return number;
  }

  private equal(number: number, state: Int32Array): boolean {
    const at = number * this.width;
    for (let i = 0; i < this.width; i++) if (this.words[at + i] !== state[i]) return false;
    return true;
  }

  private hash(words: Int32Array, at: number): number {
    let hash = 0x9e3779b9;
    for (let i = 0; i < this.width; i++) {
      hash = Math.imul(hash ^ words[at + i]!, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    this.mask = this.slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.hash(this.words, number * this.width) & this.mask;
      while (this.slots[slot]! >= 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = number;
    }
  }
}
