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

  /** `width` words a state: the first by itself, and each half of the others, of which `halves` are in use. */
  constructor(width: number, halves: number) {
    this.width = width;
    this.words = new Int32Array(width * 1024);
    this.product = new Product(width, halves);
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

/** Places of 4 bytes that may stand open for each state, and those that any search is granted. */
const placesPerState = 32;
const placesFree = 2 ** 20;
const firstsMax = 2 ** 20;

class Product {
  private readonly width: number;
  private readonly halves: number;
  /** The values of the first word, and of the halves of all others, by the numbers they were given; 0: none yet. */
  private readonly firsts = new Uint16Array(firstsMax);
  private readonly values = new Uint16Array(2 ** 16);
  private firstsSeen = 0;
  private valuesSeen = 0;
  private firstsRoom = 32;
  private valuesRoom = 16;
  private places: Int32Array;

  constructor(width: number, halves: number) {
    this.width = width;
    this.halves = halves;
    this.places = new Int32Array(this.placesNeeded <= placesFree ? this.placesNeeded : 0);
  }

  private get placesNeeded(): number {
    return this.firstsRoom * this.valuesRoom ** this.halves;
  }

  add(state: Int32Array, number: number): number {
    const first = state[0]!;
    if (first < 0 || first >= firstsMax) return unplaced;
    let place = this.firsts[first]! - 1;
    if (place < 0) place = (this.firsts[first] = ++this.firstsSeen) - 1;
    let stride = this.firstsRoom;
    for (let word = 1; word < this.width; word++) {
      const two = state[word]!;
      const low = this.values[two & 0xffff]!;
      place += stride * ((low === 0 ? this.newValue(two & 0xffff) : low) - 1);
      stride *= this.valuesRoom;
      if (word * 2 > this.halves) break;
      const high = this.values[two >>> 16]!;
      place += stride * ((high === 0 ? this.newValue(two >>> 16) : high) - 1);
      stride *= this.valuesRoom;
    }
    if (this.firstsSeen > this.firstsRoom || this.valuesSeen > this.valuesRoom || this.places.length === 0) return unplaced;
    const kept = this.places[place]!;
    if (kept > 0) return kept - 1;
    this.places[place] = number + 1;
    return added;
  }

  private newValue(value: number): number {
    return (this.values[value] = ++this.valuesSeen);
  }

  /** Makes room for the values seen, empties all places, and says whether the table may be as large as that. */
  grow(states: number): boolean {
    while (this.firstsRoom < this.firstsSeen) this.firstsRoom = Math.ceil(this.firstsRoom * 1.5);
    while (this.valuesRoom < this.valuesSeen) this.valuesRoom = Math.ceil(this.valuesRoom * 1.2);
    const isAllowed = this.firstsSeen > 0 && this.placesNeeded <= Math.max(placesFree, placesPerState * states);
    this.places = new Int32Array(isAllowed ? this.placesNeeded : 0);
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
