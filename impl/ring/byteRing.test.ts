import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectSame, expectSameNumbers } from '../../model/winsock/same.fixture.ts';
import { Arena } from './arena.ts';
import { ByteRing } from './byteRing.ts';
import { RegisteredByteRing } from './registeredByteRing.ts';

/** Operations against a ring whose capacity is so small that nearly every run wraps and fills. */
const stepArb = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), length: fc.nat(20), offset: fc.nat(3), spare: fc.nat(3) }),
  fc.record({ kind: fc.constant('gather' as const), lengths: fc.array(fc.nat(6), { maxLength: 5 }), length: fc.nat(24) }),
  fc.record({ kind: fc.constant('read' as const), length: fc.nat(20) }),
  fc.record({ kind: fc.constant('skip' as const), length: fc.nat(20) }),
  fc.record({ kind: fc.constant('limit' as const), limit: fc.nat(16) }),
);

const counting = () => {
  let next = 0;
  return (length: number) => Uint8Array.from({ length }, () => next++ % 251);
};

/** A ring, and a way to an array that it takes with these bytes in it. */
interface Kind {
  readonly ring: ByteRing | RegisteredByteRing;
  readonly taken: (bytes: Uint8Array) => Uint8Array;
}

const arena = new Arena(2 ** 23);
const registered = arena.allocate(2 ** 22);
let used = 0;
const kinds: Readonly<Record<string, (capacity: number) => Kind>> = {
  ByteRing: (capacity) => ({ ring: new ByteRing(capacity), taken: (bytes) => bytes }),
  'RegisteredByteRing, of others': (capacity) => ({ ring: new RegisteredByteRing(arena, capacity), taken: (bytes) => bytes }),
  RegisteredByteRing: (capacity) => ({
    ring: new RegisteredByteRing(arena, capacity),
    taken(bytes) {
      // Few arrays are alive at a time, so an earlier one may be overwritten in the end.
      if (used + bytes.length > registered.length) used = 0;
      const copy = registered.subarray(used, used + bytes.length);
      used += bytes.length;
      copy.set(bytes);
      return copy;
    },
  }),
};

// ByteOrder, ByteConservation
// What:  bytes leave in the order they came, none lost, none twice; never more are held than the limit allows.
// How:   the model is one growing array.
// Kills: a copy that forgets the wrap, a gather that takes the first buffer only, a tail that moves before the bytes.
test.each(Object.entries(kinds))('a %s gives back the bytes in the order in which they were written', (_, kind) => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4, 8, 16), fc.array(stepArb, { maxLength: 60 }), (capacity, steps) => {
      const { ring, taken } = kind(capacity);
      const count = counting();
      const next = (length: number) => taken(count(length));
      let held: number[] = [];
      let limit: number = capacity;
      for (const step of steps) {
        const room = Math.max(limit - held.length, 0);
        expectSame(ring.room, room);
        expectSame(ring.used, held.length);
        if (step.kind === 'write') {
          const bytes = next(step.offset + step.length + step.spare);
          const wrote = ring.write(bytes, step.offset, step.length);
          expectSame(wrote, Math.min(step.length, room));
          held.push(...bytes.subarray(step.offset, step.offset + wrote));
        } else if (step.kind === 'gather') {
          const buffers = step.lengths.map((len) => ({ len, buf: next(len + 1) }));
          const all = buffers.flatMap(({ len, buf }) => [...buf.subarray(0, len)]);
          const wrote = ring.gather(buffers, buffers.length, Math.min(step.length, all.length));
          expectSame(wrote, Math.min(step.length, all.length, room));
          held.push(...all.slice(0, wrote));
        } else if (step.kind === 'read') {
          const target = taken(new Uint8Array(step.length + 2));
          const read = ring.read(target, 1, step.length);
          expectSameNumbers(target.subarray(1, 1 + read), held.splice(0, step.length));
        } else if (step.kind === 'skip') {
          const { bytes, index, first, second } = ring.regions();
          expectSameNumbers([...bytes.subarray(index, index + first), ...bytes.subarray(0, second)], held);
          const length = Math.min(step.length, held.length);
          ring.skip(length);
          held = held.slice(length);
        } else {
          limit = Math.min(step.limit, capacity);
          ring.limit = limit;
        }
      }
    }),
    { numRuns: 1500 },
  );
});

test.each(Object.entries(kinds))('a %s goes on when its positions pass 2^31 and 2^32', (_, kind) => {
  const { ring, taken } = kind(2 ** 20);
  const block = taken(new Uint8Array(2 ** 20 - 7));
  for (let i = 0; i < 4100; i++) {
    expect(ring.write(block, 0, block.length)).toBe(block.length);
    ring.skip(block.length);
  }
  expect(ring.write(taken(Uint8Array.of(1, 2, 3)), 0, 3)).toBe(3);
  const read = taken(new Uint8Array(3));
  expect(ring.read(read, 0, 3)).toBe(3);
  expect([...read]).toEqual([1, 2, 3]);
});

// The copy has four ways, chosen by length: each meets a wrap.
test.each([1, 16, 17, 48, 64, 65, 500])('a write of %i bytes arrives whole wherever it wraps', (length) => {
  for (let at = 0; at < 1024; at += 7) {
    const ring = new ByteRing(1024);
    ring.write(new Uint8Array(at), 0, at);
    ring.skip(at);
    const source = Uint8Array.from({ length: length + 5 }, (_, i) => (at + i) % 251);
    ring.write(source, 3, length);
    ring.write(source.slice(0, length), 0, length);
    const target = new Uint8Array(2 * length);
    expect(ring.read(target, 0, 2 * length)).toBe(2 * length);
    expect([...target]).toEqual([...source.subarray(3, 3 + length), ...source.subarray(0, length)]);
  }
});

describe('the error of a capacity that is none', () => {
  test.each([0, 3, -4, 1.5, 2 ** 31, Number.NaN])('names what is required and the value: %s', (capacity) => {
    expect(() => new ByteRing(capacity)).toThrow(`ByteRing capacity must be a power of two up to 2^30: capacity=${capacity}`);
  });
});

test('a RegisteredByteRing takes parts of registered buffers, and of others', () => {
  const own = new Arena(1000);
  const ring = new RegisteredByteRing(own, 16);
  const source = own.allocate(20);
  source.set(Uint8Array.from({ length: 20 }, (_, i) => i));
  expect(ring.write(source, 3, 10)).toBe(10);
  expect(ring.offer(source.subarray(1), 6)).toBe(true);
  const { bytes, index, first } = ring.regions();
  expect([...bytes.subarray(index, index + first)]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
  ring.skip(16);
  ring.write(source, 0, 12);
  ring.skip(12);
  expect(ring.offer(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 8)).toBe(true);
  const target = new Uint8Array(10);
  expect(ring.read(target, 2, 8)).toBe(8);
  expect([...target]).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('an Arena gives each buffer its own bytes, and says what is left when that is too little', () => {
  const own = new Arena(65_536);
  const first = own.allocate(100);
  const second = own.allocate(100);
  first.fill(1);
  expect(second.every((byte) => byte === 0)).toBe(true);
  expect(() => own.allocate(65_536)).toThrow('an Arena must have room for what is allocated: length=65536, 65280 bytes are left');
  expect(() => new Arena(0)).toThrow('an Arena must have 1 to 2^30 bytes: bytes=0');
});
