import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSame, expectSameNumbers } from '../../model/winsock/same.fixture.ts';
import { SharedByteRing } from './sharedByteRing.ts';

const stepArb = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), length: fc.nat(20), offset: fc.nat(3) }),
  fc.record({ kind: fc.constant('gather' as const), lengths: fc.array(fc.nat(6), { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('read' as const), length: fc.nat(20) }),
  fc.record({ kind: fc.constant('publish' as const) }),
  fc.record({ kind: fc.constant('release' as const) }),
);

// Both ends on one thread: every interleaving of whole calls. What two real threads add is tried in provider/threads.test.ts.
test('a SharedByteRing gives the reader the published bytes in order, and the writer only room that was released', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 4, 16),
      fc.constantFrom(0, 3, 100),
      fc.array(stepArb, { maxLength: 60 }),
      (capacity, publishEvery, steps) => {
        const memory = SharedByteRing.allocate(capacity);
        const writer = new SharedByteRing(memory, publishEvery);
        const reader = new SharedByteRing(memory);
        let counter = 0;
        const next = (length: number) => Uint8Array.from({ length }, () => counter++ % 251);
        const written: number[] = [];
        let read = 0;
        for (const step of steps) {
          if (step.kind === 'write') {
            const bytes = next(step.length + step.offset);
            const wrote = writer.write(bytes, step.offset, step.length);
            written.push(...bytes.subarray(step.offset, step.offset + wrote));
          } else if (step.kind === 'gather') {
            const buffers = step.lengths.map((len) => ({ len, buf: next(len) }));
            const all = buffers.flatMap(({ buf }) => [...buf]);
            written.push(...all.slice(0, writer.gather(buffers, buffers.length, all.length)));
          } else if (step.kind === 'read') {
            const target = new Uint8Array(step.length);
            const got = reader.read(target, 0, step.length);
            expectSameNumbers(target.subarray(0, got), written.slice(read, read + got));
            read += got;
          } else if (step.kind === 'publish') writer.publish();
          else reader.release();
          expectSame(written.length - read <= capacity, true);
        }
        writer.end();
        const rest = new Uint8Array(capacity);
        for (let got: number; (got = reader.read(rest, 0, capacity)) > 0; read += got) {
          expectSameNumbers(rest.subarray(0, got), written.slice(read, read + got));
        }
        expect(read).toBe(written.length);
        reader.release();
        expect(writer.room).toBe(capacity);
      },
    ),
    { numRuns: 1000 },
  );
});

test.each(['write', 'gather'] as const)('%s takes no more than it was asked for when room comes between its looks', (way) => {
  const memory = SharedByteRing.allocate(16);
  const writer = new SharedByteRing(memory);
  const reader = new SharedByteRing(memory);
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
  writer.write(bytes, 0, 14);
  const { load } = Atomics;
  let looks = 0;
  // The reader empties the ring after the writer has looked once and found room for 2.
  Atomics.load = ((words: Int32Array, index: number) => {
    const value = load(words, index);
    if (++looks === 1) {
      Atomics.load = load;
      reader.skip(reader.available);
    }
    return value;
  }) as typeof Atomics.load;
  try {
    const wrote = way === 'write' ? writer.write(bytes, 0, 5) : writer.gather([{ len: 5, buf: bytes }], 1, 5);
    expect(wrote).toBe(5);
  } finally {
    Atomics.load = load;
  }
  expect(looks).toBe(1);
  expect(reader.available).toBe(5);
});

test('unpublished bytes are not seen, and unreleased room is not used', () => {
  const memory = SharedByteRing.allocate(64);
  const writer = new SharedByteRing(memory, 32);
  const reader = new SharedByteRing(memory);
  writer.write(new Uint8Array(20), 0, 20);
  expect(reader.available).toBe(0);
  writer.write(new Uint8Array(20), 0, 20);
  expect(reader.available).toBe(40);
  reader.skip(10);
  expect(writer.room).toBe(24);
  reader.skip(10);
  expect(writer.room).toBe(44);
});

test('a parked end wakes empty-handed when the other has gone or the time is up', () => {
  const memory = SharedByteRing.allocate(16);
  const writer = new SharedByteRing(memory);
  const reader = new SharedByteRing(memory);
  expect(reader.awaitBytes(5)).toBe(false);
  writer.write(new Uint8Array(16), 0, 16);
  expect(reader.awaitBytes()).toBe(true);
  expect(writer.awaitRoom(5)).toBe(false);
  reader.leave();
  expect(writer.awaitRoom()).toBe(false);
  reader.skip(16);
  writer.end();
  expect(reader.awaitBytes()).toBe(false);
});

test.each([32, 33, 192, 193, 300])('copies of %i bytes arrive whole wherever they wrap', (length) => {
  for (let at = 0; at < 512; at += 13) {
    const memory = SharedByteRing.allocate(1024);
    const writer = new SharedByteRing(memory);
    const reader = new SharedByteRing(memory);
    writer.write(new Uint8Array(at + 400), 0, at + 400);
    reader.skip(reader.available);
    reader.release();
    const source = Uint8Array.from({ length: length + 5 }, (_, i) => (at + i) % 251);
    writer.write(source, 3, length);
    writer.write(source.slice(0, length), 0, length);
    const target = new Uint8Array(2 * length + 1);
    expect(reader.read(target, 1, 2 * length)).toBe(2 * length);
    expect([...target.subarray(1)]).toEqual([...source.subarray(3, 3 + length), ...source.subarray(0, length)]);
  }
});

test('the errors name what is required and the value', () => {
  expect(() => SharedByteRing.allocate(3)).toThrow('SharedByteRing capacity must be a power of two up to 2^30: capacity=3');
  expect(() => new SharedByteRing(new SharedArrayBuffer(7))).toThrow(
    'SharedByteRing memory must come from SharedByteRing.allocate: byteLength=7',
  );
});
