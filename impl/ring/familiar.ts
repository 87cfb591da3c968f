/**
 * The two arrays that a ring meets again and again, with a DataView of each.
 *
 * `TypedArray.prototype.set` costs some 14 ns before the first byte, and as much again where its source has to be cut out of a
 * larger array. Four bytes at a time through two DataViews beat that up to some length, but making a view costs more than it
 * saves once. A sender of small messages mostly sends them from the same array, or from two that take turns while one of them is under
 * way, and a reader mostly reads into the same array. So a view is made when an array has come often, and kept until others have.
 */

/** Meetings after which the first view is made. Each view doubles them, so that many arrays in turn cost ever less. */
const meetingsMin = 8;
const meetingsMax = 1024;

const nobody = new Uint8Array(0);
const nothing = new DataView(nobody.buffer);

export class Familiar {
  private latest: Uint8Array = nobody;
  private view: DataView = nothing;
  private other: Uint8Array = nobody;
  private otherView: DataView = nothing;
  /** An array that may become familiar, how often it has come since, and how often others have that are not familiar either. */
  private candidate: Uint8Array = nobody;
  private meetings = 0;
  private misses = 0;
  private needed = meetingsMin;

  /** The view of the whole array, or null while it is not familiar. */
  viewOf(array: Uint8Array): DataView | null {
    if (array === this.latest) return this.view;
    return array === this.other ? this.otherView : this.meet(array);
  }

  /** Keeps no array alive. */
  forget(): void {
    this.latest = this.other = this.candidate = nobody;
    this.view = this.otherView = nothing;
    this.meetings = this.misses = 0;
    this.needed = meetingsMin;
  }

  private meet(array: Uint8Array): DataView | null {
    if (array !== this.candidate) {
      // The first that comes, and then one for which the other has not come as often as every third time.
      if (this.candidate !== nobody && ++this.misses < 2 * this.needed) return null;
      this.candidate = array;
      this.meetings = this.misses = 0;
      return null;
    }
    if (++this.meetings !== this.needed || !staysAsItIs(array.buffer)) return null;
    this.needed = Math.min(2 * this.needed, meetingsMax);
    this.candidate = nobody;
    this.other = this.latest;
    this.otherView = this.view;
    this.latest = array;
    this.view = new DataView(array.buffer, array.byteOffset, array.length);
    return this.view;
  }
}

/**
 * A view of a buffer that shrinks becomes unusable as a whole, and shared memory would be a second kind of view where now there is one.
 * A buffer that is detached leaves its arrays with a length of 0, and nothing is copied from those.
 */
const staysAsItIs = (buffer: ArrayBufferLike): boolean =>
  buffer instanceof ArrayBuffer && (buffer as ArrayBuffer & { readonly resizable?: boolean }).resizable !== true;

/** Copies four bytes at a time, sixteen in a turn of the loop. */
export const copyWords = (target: DataView, index: number, source: DataView, offset: number, length: number): void => {
  let i = 0;
  for (const last = length - 16; i <= last; i += 16) {
    const to = index + i;
    const from = offset + i;
    target.setInt32(to, source.getInt32(from, true), true);
    target.setInt32(to + 4, source.getInt32(from + 4, true), true);
    target.setInt32(to + 8, source.getInt32(from + 8, true), true);
    target.setInt32(to + 12, source.getInt32(from + 12, true), true);
  }
  for (const last = length - 4; i <= last; i += 4) target.setInt32(index + i, source.getInt32(offset + i, true), true);
  for (; i < length; i++) target.setUint8(index + i, source.getUint8(offset + i));
};
