/**
 * Which states have been seen: one bit for each, in memory that threads may share.
 *
 * A state of the product is a choice of one value for each component, and most choices are reached: from a quarter to nine tenths of them.
 * So each half of a word has its values numbered as they come, and the bit of a state is found by arithmetic: no key is compared, nothing
 * is hashed, and a million states take the memory of a picture, which stays in the caches.
 *
 *   NUMBER  the thread with the lock stores a value's number | `place` loads it; 0: it has none yet, or is to be asked for under the lock
 *   SEEN    `add` sets the bit by Atomics.or                | of the threads that set it, the one that found it unset has the state
 * Rooms change only while nobody looks at a place: see sharedSearch.ts.
 */

/** Values that a half of a word may have. */
const halfValues = 2 ** 16;
const placesDefault = 2 ** 31;

export const seenBefore = 0;
export const added = 1;
/** There is no bit for the state: the table has to grow first. */
export const unplaced = 2;

export interface PlaceMemory {
  /** For each half of each word, the numbers that its values were given, from 1 on. */
  readonly numbers: SharedArrayBuffer;
  /** For each half, how many values were seen, and for how many there is room. */
  readonly rooms: SharedArrayBuffer;
  readonly bits: SharedArrayBuffer;
}

/** Memory for states of `width` words. Pages that nothing was written to take none. */
export const allocatePlaces = (width: number, places = placesDefault): PlaceMemory => {
  const rooms = new SharedArrayBuffer(4 * 4 * width);
  new Int32Array(rooms).fill(1, 2 * width);
  return { numbers: new SharedArrayBuffer(2 * 2 * width * halfValues), rooms, bits: new SharedArrayBuffer(Math.ceil(places / 32) * 4) };
};

export class PlaceTable {
  private readonly width: number;
  private readonly numbers: readonly Uint16Array[];
  private readonly seen: Int32Array;
  private readonly shared: Int32Array;
  private readonly bits: Int32Array;
  /** This thread's copy, read anew by `refresh`. */
  private readonly room: Int32Array;
  private readonly lock: (work: () => void) => void;

  /** `lock` runs its work while no other thread runs any. */
  constructor({ numbers, rooms, bits }: PlaceMemory, lock: (work: () => void) => void) {
    const halves = rooms.byteLength / 8;
    this.width = halves / 2;
    this.numbers = Array.from({ length: halves }, (_, half) => new Uint16Array(numbers, 2 * half * halfValues, halfValues));
    this.seen = new Int32Array(rooms, 0, halves);
    this.shared = new Int32Array(rooms, 4 * halves, halves);
    this.bits = new Int32Array(bits);
    this.room = this.shared.slice();
    this.lock = lock;
  }

  /** Notes the state in `state[0 … width - 1]`. */
  add(state: Int32Array): typeof seenBefore | typeof added | typeof unplaced {
    const { numbers, room } = this;
    let place = 0;
    for (let word = 0, half = 0; word < this.width; word++, half += 2) {
      const bits = state[word]!;
      const low = numbers[half]![bits & 0xffff]! || this.newValue(half, bits & 0xffff);
      const high = numbers[half + 1]![bits >>> 16]! || this.newValue(half + 1, bits >>> 16);
      const rooms = room[half]!;
      const roomsAbove = room[half + 1]!;
      if (low > rooms || high > roomsAbove) return unplaced;
      // Below 2^31, as the number of all places is.
      place = (Math.imul((Math.imul(place, rooms) + low - 1) | 0, roomsAbove) + high - 1) | 0;
    }
    const at = place >>> 5;
    const bit = 1 << place;
    if ((this.bits[at]! & bit) !== 0) return seenBefore;
    // SEEN: of two threads that come here with one state, one gets it.
    return (Atomics.or(this.bits, at, bit) & bit) === 0 ? added : seenBefore;
  }

  private newValue(half: number, value: number): number {
    const numbers = this.numbers[half]!;
    // NUMBER: pairs with the look at it in `add`, which comes here for a 0.
    this.lock(() => {
      if (Atomics.load(numbers, value) === 0 && ++this.seen[half]! < halfValues) Atomics.store(numbers, value, this.seen[half]!);
    });
    // A value too many has no number, and no room that it fits in.
    return numbers[value]! || halfValues;
  }

  /** Takes over the rooms as they are now. */
  refresh(): void {
    this.room.set(this.shared);
  }

  /** Makes room for the values seen and moves every bit to its new place. False when there are more places than bits. Nobody else looks. */
  grow(): boolean {
    const before = this.shared.slice();
    const after = before.map((room, half) => (this.seen[half]! > room ? Math.ceil(this.seen[half]! * 1.25) : room));
    if (productOf(after) > this.bits.length * 32 || after.some((room) => room >= halfValues)) return false;
    const old = this.bits.slice(0, Math.ceil(productOf(before) / 32));
    this.bits.fill(0, 0, old.length);
    for (const [at, word] of old.entries()) {
      for (let left = word; left !== 0; left &= left - 1) {
        const place = moved(at * 32 + (31 - Math.clz32(left & -left)), before, after);
        this.bits[place >>> 5]! |= 1 << place;
      }
    }
    this.shared.set(after);
    this.refresh();
    return true;
  }
}

const productOf = (rooms: Int32Array): number => rooms.reduce((product, room) => product * room, 1);

/** The place of the same choice where other rooms are. */
const moved = (place: number, before: Int32Array, after: Int32Array): number => {
  let rest = place;
  let target = 0;
  let stride = 1;
  for (let half = before.length - 1; half >= 0; half--) {
    const room = before[half]!;
    target += (rest % room) * stride;
    rest = Math.trunc(rest / room);
    stride *= after[half]!;
  }
  return target;
};
