/**
 * A set of what has ids that count up, the oldest first.
 *
 * It is no `Set`, because V8 keeps each outgrown table of one linked to its successor: once such a table reaches the old generation of the
 * heap, all that was ever in the set outlives it, and a long trace piles that up until the old generation is collected.
 */
export class ByAge<T extends { readonly id: number }> {
  readonly #items: T[];

  /** `items` must be in order. */
  constructor(items: T[] = []) {
    this.#items = items;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#items[this.#placeOf(item)] === item;
  }

  add(item: T): void {
    const place = this.#placeOf(item);
    if (place === this.#items.length) this.#items.push(item);
    else if (this.#items[place] !== item) this.#items.splice(place, 0, item);
  }

  /** It must not be called while the set is iterated. */
  delete(item: T): void {
    const place = this.#placeOf(item);
    if (this.#items[place] !== item) return;
    if (place === 0) this.#items.shift();
    else this.#items.splice(place, 1);
  }

  /** Those younger than an id, the oldest first. */
  *after(id: number): Generator<T> {
    for (let place = this.#placeOf({ id: id + 1 }); place < this.#items.length; place++) yield this.#items[place]!;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  /** The place of the first item that is not older. */
  #placeOf({ id }: { readonly id: number }): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#items[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
