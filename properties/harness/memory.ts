import { patternPeriod, type Run } from '../../model/winsock/trace.ts';

/**
 * The caller's memory: what its buffers hold, and who may touch them when.
 *
 * A buffer belongs to the operation until the operation is over as far as the trace shows; nothing writes to it meanwhile. Then it
 * is retired, and at the end of the request overwritten and lent again: a provider that still reads it sends bytes of another pattern.
 */

/** A whole number of periods, so that a copy may start anywhere and wrap. */
const table = Uint8Array.from({ length: patternPeriod * 1024 }, (_, index) => index % patternPeriod);

/** Below this many bytes a loop is cheaper than a copy from the table. */
const copyMin = 64;

/** Byte j of the first `count` bytes becomes (fill + j) mod 251. */
export const writePattern = (bytes: Uint8Array, fill: number, count = bytes.length): void => {
  let from = fill % patternPeriod;
  if (count < copyMin) {
    for (let at = 0; at < count; at++) bytes[at] = table[from + at]!;
    return;
  }
  for (let at = 0; at < count; ) {
    const piece = Math.min(count - at, table.length - from);
    bytes.set(table.subarray(from, from + piece), at);
    at += piece;
    from = 0;
  }
};

/** Where a byte loop gives way to comparing whole blocks: a comparison costs about as much as this many bytes of the loop. */
const blockMin = 64;
const blockMax = 8192;

const runEnd = (bytes: Uint8Array, start: number): number => {
  const first = bytes[start]!;
  if (first >= patternPeriod) return start + 1;
  let at = start + 1;
  let next = (first + 1) % patternPeriod;
  for (let block = blockMin; ; block = Math.min(2 * block, blockMax)) {
    const until = Math.min(bytes.length, at + blockMin);
    for (; at < until; at++) {
      if (bytes[at] !== next) return at;
      if (++next === patternPeriod) next = 0;
    }
    for (; at < bytes.length; block = Math.min(2 * block, blockMax)) {
      const count = Math.min(block, bytes.length - at, table.length - next);
      if (Buffer.compare(bytes.subarray(at, at + count), table.subarray(next, next + count)) !== 0) break;
      at += count;
      next = (next + count) % patternPeriod;
    }
    if (at === bytes.length) return at;
  }
};

/** The fewest runs that say what `bytes` hold. Throws when there are more than `runsMax`. */
export const runsOf = (bytes: Uint8Array, runsMax = Number.POSITIVE_INFINITY): Run[] => {
  const runs: Run[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (runs.length === runsMax) throw new RangeError(`bytes must follow the pattern in at most ${runsMax} runs`);
    const end = runEnd(bytes, start);
    runs.push([bytes[start]!, end - start]);
    start = end;
  }
  return runs;
};

/** Memory that one send reads. */
export interface Loan {
  readonly block: Uint8Array;
  /** Bytes of the block that hold the pattern. */
  readonly count: number;
  readonly fill: number;
  retired: boolean;
}

/** More than this is not lent. */
export const lendMax = 2 ** 28;
const blockBytesMin = 256;
const sparesMax = 8;
/** A larger block is not kept. */
const spareBytesMax = 2 ** 20;
/** How far the overwritten pattern is from the one that was sent; any number but a multiple of the period. */
const scribbleOffset = 97;

/** Overwrites what was lent: a later read of it finds another pattern. */
export const scribble = ({ block, count, fill }: Loan): void => writePattern(block, fill + scribbleOffset, count);

export class Buffers {
  readonly #spares = new Map<number, Uint8Array[]>();
  #retired: Loan[] = [];

  lend(count: number, fill: number): Loan {
    const capacity = count <= blockBytesMin ? blockBytesMin : 2 ** Math.ceil(Math.log2(count));
    const block = this.#spares.get(capacity)?.pop() ?? new Uint8Array(capacity);
    writePattern(block, fill, count);
    return { block, count, fill, retired: false };
  }

  /** The caller has its memory back. It is overwritten by `sweep` only, since the provider may be handing these very bytes to the peer. */
  retire(loan: Loan): void {
    if (loan.retired) return;
    loan.retired = true;
    this.#retired.push(loan);
  }

  /** Between requests, when nobody is inside the provider. */
  sweep(): void {
    if (this.#retired.length === 0) return;
    for (const loan of this.#retired) {
      const { block } = loan;
      scribble(loan);
      const spares = this.#spares.get(block.length) ?? [];
      if (spares.length < sparesMax && block.length <= spareBytesMax) spares.push(block);
      this.#spares.set(block.length, spares);
    }
    this.#retired = [];
  }
}
