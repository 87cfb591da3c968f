/**
 * Numbers in the order in which they came: the lengths of datagrams, for instance. Positions grow for ever and wrap as 32-bit integers, and
 * the array doubles when it is full, so that in steady state nothing is allocated or moved.
 */
export class LengthRing {
  private slots = new Float64Array(8);
  private head = 0;
  private tail = 0;

  get length(): number {
    return (this.tail - this.head) | 0;
  }

  push(value: number): void {
    const { length } = this;
    if (length === this.slots.length) {
      const slots = new Float64Array(length * 2);
      for (let age = 0; age < length; age++) slots[age] = this.slots[(this.head + age) & (length - 1)]!;
      this.slots = slots;
      this.head = 0;
      this.tail = length;
    }
    this.slots[this.tail & (this.slots.length - 1)] = value;
    this.tail = (this.tail + 1) | 0;
  }

  /** Removes the oldest number and returns it; -1 where there is none. */
  shift(): number {
    if (this.head === this.tail) return -1;
    const value = this.slots[this.head & (this.slots.length - 1)]!;
    this.head = (this.head + 1) | 0;
    return value;
  }

  clear(): void {
    this.head = this.tail;
  }
}
