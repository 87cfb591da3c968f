/**
 * The array that a ring meets again and again, with a DataView of it.
 *
 * `TypedArray.prototype.set` costs some 14 ns before the first byte, and as much again where its source has to be cut out of a
 * larger array. Four bytes at a time through two DataViews beat that up to some length, but making a view costs more than it
 * saves once. Whoever sends small messages mostly sends them from the same array, and whoever reads reads into the same:
 * so the view is made when an array has come several times in a row, and kept until another one has.
 */

/** Meetings in a row after which a view is made. An array that takes turns with another one never gets there, and costs nothing. */
const meetingsMin = 8;

const nobody = new Uint8Array(0);

export class Familiar {
  /** Public for the one comparison that decides each short copy: `array === known`. */
  known: Uint8Array = nobody;
  view: DataView = new DataView(nobody.buffer);
  private last: Uint8Array = nobody;
  private meetings = 0;

  /** True when `view` shows this array now. */
  meet(array: Uint8Array): boolean {
    if (array === this.known) return true;
    if (array !== this.last) {
      this.last = array;
      this.meetings = 0;
    }
    if (++this.meetings !== meetingsMin || !staysAsItIs(array.buffer)) return false;
    this.known = array;
    this.view = new DataView(array.buffer, array.byteOffset, array.length);
    return true;
  }

  /** Keeps no array alive. */
  forget(): void {
    this.known = this.last = nobody;
    this.view = new DataView(nobody.buffer);
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
