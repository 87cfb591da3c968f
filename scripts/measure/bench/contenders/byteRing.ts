/** One message at a time through a buffer on one thread: ours, and what a user would take instead. */

import { PassThrough } from 'node:stream';
import { BufferList } from 'bl';
import { RingBuffer } from 'ringbuf.js';
import { Arena } from '../../../../impl/ring/arena.ts';
import { ByteRing } from '../../../../impl/ring/byteRing.ts';
import { copyWords } from '../../../../impl/ring/familiar.ts';
import { RegisteredByteRing } from '../../../../impl/ring/registeredByteRing.ts';
import { type Contest, seeAll, serve, verifyMessages } from '../serve.ts';

const capacity = 1 << 18;
/** What the consumer has looked at: it sees the first and the last byte of whatever it is shown. */
let looks = 0;

const inPlace = (capacity: number) => () => {
  const ring = new ByteRing(capacity);
  return {
    run(source: Uint8Array, times: number) {
      const { length } = source;
      for (let i = 0; i < times; i++) {
        ring.offer(source, length);
        const { bytes, index, first, second } = ring.regions();
        looks += bytes[index]! + bytes[(index + length - 1) & (capacity - 1)]!;
        ring.skip(first + second);
      }
    },
    verify(size: number) {
      verifyMessages(size, (message, see) => {
        ring.offer(message, size);
        seeAll(ring, see);
      });
    },
  };
};

type CopyTo = (target: Uint8Array, index: number, source: Uint8Array, length: number) => void;
const keptSet = Uint8Array.prototype.set;

/** Copies, each behind the one before and from the beginning again where there is no more room. */
const copying = (copyOf: (bytes: Uint8Array) => CopyTo, bytes: Uint8Array = new Uint8Array(capacity + 2 ** 20 + 8192)): Contest => {
  const copy = copyOf(bytes);
  let index = 0;
  return {
    run(source, times) {
      const { length } = source;
      for (let i = 0; i < times; i++) {
        if (index + length > capacity) index = 0;
        copy(bytes, index, source, length);
        looks += bytes[index]! + bytes[index + length - 1]!;
        index += length;
      }
    },
    verify(size) {
      verifyMessages(size, (message, see) => {
        copy(bytes, 0, message, size);
        see(bytes, 0, size);
      });
    },
  };
};

/**
 * The same copies with the least that a ring has to do as well: it keeps two positions, asks whether there is room, and goes on at the
 * beginning where a message reaches the end.
 */
const copyingInRing = (copyOf: (bytes: Uint8Array) => CopyTo): Contest => {
  const bytes = new Uint8Array(capacity);
  const copy = copyOf(bytes);
  const mask = capacity - 1;
  const positions = { head: 0, tail: 0 };
  const offer = (source: Uint8Array, length: number): void => {
    const { head, tail } = positions;
    if (length > ((capacity - (tail - head)) | 0)) throw new Error('there must be room');
    const index = tail & mask;
    const toEnd = capacity - index;
    if (length <= toEnd) copy(bytes, index, source, length);
    else {
      bytes.set(source.subarray(0, toEnd), index);
      bytes.set(source.subarray(toEnd), 0);
    }
    positions.tail = (tail + length) | 0;
  };
  return {
    run(source, times) {
      const { length } = source;
      for (let i = 0; i < times; i++) {
        offer(source, length);
        const { head, tail } = positions;
        looks += bytes[head & mask]! + bytes[(tail - 1) & mask]!;
        positions.head = tail;
      }
    },
    verify(size) {
      verifyMessages(size, (message, see) => {
        offer(message, size);
        const index = positions.head & mask;
        const first = Math.min(size, capacity - index);
        see(bytes, index, first);
        see(bytes, 0, size - first);
        positions.head = positions.tail;
      });
    },
  };
};

const byKeptSet = (): CopyTo => (target, index, source) => keptSet.call(target, source, index);

const byDataView = (bytes: Uint8Array): CopyTo => {
  const to = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let known: Uint8Array | undefined;
  let from = to;
  return (_target, index, source, length) => {
    if (source !== known) {
      known = source;
      from = new DataView(source.buffer, source.byteOffset, source.length);
    }
    copyWords(to, index, from, 0, length);
  };
};

await serve({
  inPlace: inPlace(capacity),
  'inPlace 4096': inPlace(4096),
  'inPlace 65536': inPlace(65_536),
  'inPlace 1048576': inPlace(2 ** 20),
  'inPlace 16777216': inPlace(2 ** 24),

  copied() {
    const ring = new ByteRing(capacity);
    const target = new Uint8Array(2 ** 20);
    return {
      run(source, times) {
        const { length } = source;
        for (let i = 0; i < times; i++) {
          ring.offer(source, length);
          ring.read(target, 0, length);
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          ring.offer(message, size);
          see(target, 0, ring.read(target, 0, size));
        });
      },
    };
  },

  registered() {
    const arena = new Arena(2 ** 21);
    const ring = new RegisteredByteRing(arena, capacity);
    const buffer = arena.allocate(2 ** 20);
    const sources = new Map<number, Uint8Array>();
    /** A registered buffer at the same offset into a page as the one that is given. */
    const sourceOf = ({ byteOffset, length }: Uint8Array): Uint8Array => {
      const offset = (byteOffset - buffer.byteOffset) & 4095;
      const key = offset * 2 ** 20 + length;
      const source = sources.get(key) ?? buffer.subarray(offset, offset + length);
      sources.set(key, source);
      return source;
    };
    return {
      run(given, times) {
        const source = sourceOf(given);
        const { length } = source;
        for (let i = 0; i < times; i++) {
          ring.offer(source, length);
          const { bytes, index, first, second } = ring.regions();
          looks += bytes[index]! + bytes[(index + length - 1) & (capacity - 1)]!;
          ring.skip(first + second);
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          const source = buffer.subarray(0, size);
          source.set(message);
          ring.offer(source, size);
          seeAll(ring, see);
        });
      },
    };
  },

  // What any ring costs at least: the copy, and no ring.
  set: () => copying(() => (target, index, source) => target.set(source, index)),
  'set, kept': () => copying(byKeptSet),
  copyWithin: () =>
    copying((bytes) => {
      // The source lies behind the target, in the same array, at the same offset into a page.
      let known: Uint8Array | undefined;
      let from = 0;
      return (target, index, source, length) => {
        if (source !== known) {
          known = source;
          from = capacity + ((source.byteOffset - bytes.byteOffset) & 4095);
          target.set(source, from);
        }
        target.copyWithin(index, from, from + length);
      };
    }),
  DataView: () => copying(byDataView),
  bytes: () =>
    copying(() => (target, index, source, length) => {
      for (let i = 0; i < length; i++) target[index + i] = source[i]!;
    }),
  wasm() {
    const arena = new Arena(2 ** 22);
    const bytes = arena.allocate(capacity + 2 ** 20 + 8192);
    let known: Uint8Array | undefined;
    let from = 0;
    return copying(
      () => (_target, index, source, length) => {
        if (source !== known) {
          known = source;
          from = capacity + ((source.byteOffset - bytes.byteOffset) & 4095);
          bytes.set(source, from);
        }
        arena.copy(bytes.byteOffset + index, bytes.byteOffset + from, length);
      },
      bytes,
    );
  },

  'least ring, set': () => copyingInRing(byKeptSet),
  'least ring, DataView': () => copyingInRing(byDataView),

  'ringbuf.js'() {
    const ring = new RingBuffer(RingBuffer.getStorageForCapacity(capacity, Uint8Array), Uint8Array);
    const targets = new Map<number, Uint8Array>();
    const targetOf = (size: number): Uint8Array => {
      const target = targets.get(size) ?? new Uint8Array(size);
      targets.set(size, target);
      return target;
    };
    return {
      run(source, times) {
        const target = targetOf(source.length);
        for (let i = 0; i < times; i++) {
          ring.push(source);
          ring.pop(target);
        }
      },
      verify(size) {
        const target = targetOf(size);
        verifyMessages(size, (message, see) => {
          ring.push(message);
          see(target, 0, ring.pop(target));
        });
      },
    };
  },

  bl() {
    const list = new BufferList();
    return {
      run(source, times) {
        const { length } = source;
        for (let i = 0; i < times; i++) {
          // A list keeps what it is given; the sender's array is its own again, so the bytes are copied, as in every other contender.
          list.append(Buffer.from(source));
          const read = list.slice(0, length);
          looks += read[0]! + read[length - 1]!;
          list.consume(length);
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          list.append(Buffer.from(message));
          see(list.slice(0, size), 0, size);
          list.consume(size);
        });
      },
    };
  },

  PassThrough() {
    const stream = new PassThrough({ highWaterMark: capacity });
    const exchange = (message: Uint8Array): Buffer => {
      stream.write(Buffer.from(message));
      return stream.read() as Buffer;
    };
    return {
      run(source, times) {
        for (let i = 0; i < times; i++) {
          const read = exchange(source);
          looks += read[0]! + read[read.length - 1]!;
        }
      },
      verify(size) {
        verifyMessages(size, (message, see) => {
          const read = exchange(message);
          see(read, 0, read.length);
        });
      },
    };
  },
});

// Whatever is never used might not be computed.
if (looks < 0) process.exitCode = 1;
