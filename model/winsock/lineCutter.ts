/**
 * Bytes in, lines out.
 *
 * Lines are cut at the byte 0x0a before anything is decoded, so that a broken sequence spoils its own line and no other. What is held is
 * one unfinished line at most; a line that grows beyond the limit is given up as soon as it does, and not at an end that may never come.
 */

import type { FamiliarReading } from './familiarLines.ts';
import { lineBytesMax, linesOf } from './reader.ts';

/** A line's text, or why it has none. */
export type CutLine = string | { readonly fault: string };

// The one that browsers and Node both have. The model takes the types of neither.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array, options?: { readonly stream: true }): string };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const tooLong: CutLine = { fault: `a line must have at most ${lineBytesMax} bytes: it has more` };
// The mark at the start of a text is the reader's to judge, so the decoder must leave it.
const newDecoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class LineCutter {
  readonly #decoder = newDecoder();
  #held = new Uint8Array(4096);
  #heldBytes = 0;
  #tooLong = false;

  /** The lines that end in this chunk, save those that lie in it as a whole and are taken by `familiar`. */
  *push(chunk: Uint8Array, familiar?: FamiliarReading): Generator<CutLine> {
    const first = chunk.indexOf(lineFeed);
    if (first < 0) return yield* this.#hold(chunk);
    const last = chunk.lastIndexOf(lineFeed);
    yield* this.#hold(chunk.subarray(0, first));
    yield* this.#release();
    if (last > first) yield* this.#whole(chunk.subarray(first + 1, last + 1), familiar);
    yield* this.#hold(chunk.subarray(last + 1));
  }

  /** What follows the last line feed is a line only if there is something. */
  *end(): Generator<CutLine> {
    if (this.#heldBytes > 0) yield* this.#release();
  }

  *#whole(block: Uint8Array, familiar: FamiliarReading | undefined): Generator<CutLine> {
    const from = familiar?.take(block, 0) ?? 0;
    if (from === block.length) return;
    // Decoding a block at once is several times as fast as line by line, and nearly every block is sound.
    let text: string;
    try {
      text = this.#decoder.decode(from === 0 ? block : block.subarray(from));
    } catch {
      yield* this.#eachOf(block, from, familiar);
      return;
    }
    yield* familiar === undefined ? linesOf(text) : familiar.others(text, block, from);
  }

  *#eachOf(block: Uint8Array, start: number, familiar: FamiliarReading | undefined): Generator<CutLine> {
    for (let from = start; from < block.length; from = familiar?.take(block, from) ?? from) {
      const to = block.indexOf(lineFeed, from);
      yield this.#decode(block.subarray(from, to));
      from = to + 1;
    }
  }

  #decode(line: Uint8Array): CutLine {
    try {
      return this.#decoder.decode(line);
    } catch {
      const at = firstFault(line);
      return {
        fault: `a line must be UTF-8: byte ${at + 1} of the line, 0x${(line[at] ?? 0).toString(16).padStart(2, '0')}, does not fit`,
      };
    }
  }

  *#hold(part: Uint8Array): Generator<CutLine> {
    if (this.#tooLong) return;
    const bytes = this.#heldBytes + part.length;
    // A carriage return at the end is none of the line.
    if (bytes > lineBytesMax + 1) {
      this.#tooLong = true;
      this.#heldBytes = 0;
      yield tooLong;
      return;
    }
    if (bytes > this.#held.length) {
      const grown = new Uint8Array(Math.min(lineBytesMax + 1, Math.max(bytes, this.#held.length * 2)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  /** The line that ends here, unless it was given up before. */
  *#release(): Generator<CutLine> {
    const line = this.#held.subarray(0, this.#heldBytes);
    if (line.length > lineBytesMax && line.at(-1) !== carriageReturn) yield tooLong;
    else if (!this.#tooLong) yield this.#decode(line);
    this.#heldBytes = 0;
    this.#tooLong = false;
  }
}

/** Index of the first byte that cannot stand where it does; the line's last byte when the line stops inside a character. */
const firstFault = (line: Uint8Array): number => {
  const isSound = (length: number): boolean => {
    try {
      newDecoder().decode(line.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let sound = 0;
  let broken = line.length + 1;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (isSound(middle)) sound = middle;
    else broken = middle;
  }
  return Math.min(broken, line.length) - 1;
};
