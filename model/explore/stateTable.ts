/**
 * States by number and numbers by state: fixed-width words in one growing array, and one of two ways back.
 *
 * A state of the product is a choice of one value for each component, and most choices are reached: from a half to nine tenths of them
 * in the slices at hand. So each component's values are numbered as they come, and a state's place in a table of all choices is found
 * by arithmetic: no key is compared, and the table is small enough to stay in the caches, where a hash of the same states misses them
 * at each step. Where few of the choices are reached the table would be mostly holes, and a hash takes over.
 */
export class StateTable {
  readonly width: number;
  words: Int32Array;
  size = 0;
  private readonly product: Product;
  private hash: Hash | undefined;

  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(width * 1024);
    this.product = new Product(width);
  }

  /** The number of the state in `state[0 … width - 1]`, new or known. */
  add(state: Int32Array): number {
    const found = this.hash === undefined ? this.product.add(state, this.size) : this.hash.add(this, state);
    if (found >= 0) return found;
    if (found === unplaced) {
      this.remake();
      return this.add(state);
    }
    const number = this.size++;
    const at = number * this.width;
    if (at >= this.words.length) this.words = widened(this.words, this.words.length * 2);
    for (let i = 0; i < this.width; i++) this.words[at + i] = state[i]!;
    return number;
  }

  private remake(): void {
    if (this.product.grow(this.size)) {
      const state = new Int32Array(this.width);
      for (let number = 0; number < this.size; number++) {
        for (let i = 0; i < this.width; i++) state[i] = this.words[number * this.width + i]!;
        this.product.add(state, number);
      }
    } else this.hash = new Hash(this);
  }
}

/** What an index answers instead of a number: the state was not there and is now, or there is no place for it. */
const added = -1;
const unplaced = -2;

function widened(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

// ---- A place for each choice ---------------------------------------------------------------------------------------------------

/**
 * Places of 4 bytes that may be for each state, and those that any search is granted: most values have been seen while few states have.
 * A page of the table that no state lies on takes no memory.
 */
const placesPerState = 16;
const placesFree = 2 ** 24;

/** A component is half a word: what stands in a half that is not in use is one value, and costs no room. */
const halfValues = 2 ** 16;

class Product {
  private readonly width: number;
  /** For each half of each word, the numbers that its values were given, from 1 on; 0: none yet. */
  private readonly numbers: readonly Uint16Array[];
  private readonly seen: Int32Array;
  private readonly room: Int32Array;
  private places = new Int32Array(1);

  constructor(width: number) {
    this.width = width;
    this.numbers = Array.from({ length: 2 * width }, () => new Uint16Array(halfValues));
    this.seen = new Int32Array(2 * width);
    this.room = new Int32Array(2 * width).fill(1);
  }

  add(state: Int32Array, number: number): number {
    const { numbers, room } = this;
    let place = 0;
    let isPlaced = true;
    for (let word = 0; word < this.width; word++) {
      const low = state[word]! & 0xffff;
      const high = state[word]! >>> 16;
      const lowNumber = numbers[2 * word]![low]! || this.newValue(2 * word, low);
      const highNumber = numbers[2 * word + 1]![high]! || this.newValue(2 * word + 1, high);
      if (lowNumber > room[2 * word]! || highNumber > room[2 * word + 1]!) isPlaced = false;
      place = (place * room[2 * word]! + lowNumber - 1) * room[2 * word + 1]! + highNumber - 1;
    }
    if (!isPlaced) return unplaced;
    const kept = this.places[place]!;
    if (kept > 0) return kept - 1;
    this.places[place] = number + 1;
    return added;
  }

  private newValue(half: number, value: number): number {
    return (this.numbers[half]![value] = ++this.seen[half]!);
  }

  /** Makes room for the values seen, empties all places, and says whether the table may be as large as that. */
  grow(states: number): boolean {
    for (const [half, seen] of this.seen.entries()) {
      if (seen > this.room[half]!) this.room[half] = Math.ceil(seen * 1.2);
    }
    const places = this.room.reduce((product, room) => product * room, 1);
    const isAllowed = places <= Math.max(placesFree, placesPerState * states);
    this.places = new Int32Array(isAllowed ? places : 0);
    return isAllowed;
  }
}

// ---- Open addressing -----------------------------------------------------------------------------------------------------------

class Hash {
  private slots = new Int32Array(4096);
  private mask = 4095;

  constructor(table: StateTable) {
    this.rehash(table, 2 ** (33 - Math.clz32(table.size + 2048)));
  }

  add(table: StateTable, state: Int32Array): number {
    if (table.size * 2 > this.slots.length) this.rehash(table, this.slots.length * 2);
    let slot = hashOf(state, 0, table.width) & this.mask;
    for (let kept = this.slots[slot]!; kept > 0; kept = this.slots[slot]!) {
      if (isAt(table, kept - 1, state)) return kept - 1;
      slot = (slot + 1) & this.mask;
    }
    this.slots[slot] = table.size + 1;
    return added;
  }

  private rehash(table: StateTable, length: number): void {
    this.slots = new Int32Array(length);
    this.mask = length - 1;
    for (let number = 0; number < table.size; number++) {
      let slot = hashOf(table.words, number * table.width, table.width) & this.mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = number + 1;
    }
  }
}

function isAt({ words, width }: StateTable, number: number, state: Int32Array): boolean {
  const at = number * width;
  for (let i = 0; i < width; i++) if (words[at + i] !== state[i]) return false;
  return true;
}

function hashOf(words: Int32Array, at: number, width: number): number {
  let hash = 0x9e3779b9;
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash ^ words[at + i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
