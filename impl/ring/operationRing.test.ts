import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperationPool, OperationRing } from './operationRing.ts';

interface Numbered {
  readonly context: number;
  number: number;
}

const poolOfNumbered = () => new OperationPool<Numbered>((context) => ({ context, number: -1 }));
const nothing: Numbered = { context: -1, number: -1 };

test('operations leave an OperationRing in the order in which they were posted, also while it doubles and while some go to its end', () => {
  const moves = fc.array(fc.constantFrom('post', 'post', 'drop', 'shift', 'rotate'), { maxLength: 80 });
  fc.assert(
    fc.property(moves, fc.constantFrom(1, 2, 4), (moves, capacity) => {
      const pool = poolOfNumbered();
      const ring = new OperationRing(pool, nothing, capacity);
      const held: number[] = [];
      moves.forEach((move, i) => {
        if (move === 'post') {
          ring.claim().number = i;
          ring.post();
          held.push(i);
        } else if (held.length > 0) {
          const oldest = held.shift()!;
          expect(ring.oldest().number).toBe(oldest);
          if (move === 'drop') ring.drop();
          else if (move === 'shift') pool.give(ring.shift());
          else {
            ring.rotate();
            held.push(oldest);
          }
        }
        expect(ring.length).toBe(held.length);
        expect(held.map((_, age) => ring.at(age).number)).toEqual(held);
        expect(new Set(held.map((_, age) => ring.at(age))).size).toBe(held.length);
      });
      while (ring.length > 0) ring.drop();
      ring.close();
      expect(pool.lent).toBe(0);
    }),
  );
});

test('an OperationPool lends each object once, and finds it by its context', () => {
  const pool = poolOfNumbered();
  const lent = Array.from({ length: 100 }, () => pool.take());
  expect(new Set(lent).size).toBe(100);
  for (const operation of lent) expect(pool.at(operation.context)).toBe(operation);
  expect(pool.lent).toBe(100);
  for (const operation of lent) pool.give(operation);
  expect(pool.lent).toBe(0);
});

test('a ring and a pool that were used to a depth make no object to reach it again', () => {
  const pool = poolOfNumbered();
  const ring = new OperationRing(pool, nothing);
  const depth = (end: () => void) => {
    for (let i = 0; i < 1000; i++) {
      ring.claim();
      ring.post();
    }
    while (ring.length > 0) end();
  };
  depth(() => ring.drop());
  const made = pool.size;
  for (let i = 0; i < 10; i++) depth(i % 2 === 0 ? () => ring.drop() : () => pool.give(ring.shift()));
  expect(pool.size).toBe(made);
});

test('the error of a capacity that is none names what is required and the value', () => {
  expect(() => new OperationRing(poolOfNumbered(), nothing, 3)).toThrow(
    'OperationRing capacity must be a power of two up to 2^30: capacity=3',
  );
});
