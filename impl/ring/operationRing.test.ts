import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperationPool, OperationRing } from './operationRing.ts';

test('operations leave an OperationRing in the order in which they were posted, also while it doubles', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.constantFrom(1, 2, 4), (pushes, capacity) => {
      const ring = new OperationRing(-1, capacity);
      const held: number[] = [];
      pushes.forEach((isPush, i) => {
        if (isPush) {
          ring.push(i);
          held.push(i);
        } else if (held.length > 0) {
          expect(ring.oldest()).toBe(held[0]);
          expect(ring.shift()).toBe(held.shift());
        }
        expect(ring.length).toBe(held.length);
        expect(held.map((_, age) => ring.at(age))).toEqual(held);
      });
    }),
  );
});

test('an OperationPool lends each object once, and finds it by its context', () => {
  const pool = new OperationPool((context) => ({ context }));
  const lent = Array.from({ length: 100 }, () => pool.take());
  expect(new Set(lent).size).toBe(100);
  for (const operation of lent) expect(pool.at(operation.context)).toBe(operation);
  expect(pool.lent).toBe(100);
  for (const operation of lent) pool.give(operation);
  expect(pool.lent).toBe(0);
});

test('a pool that was used to a depth makes no object to reach it again', () => {
  let made = 0;
  const pool = new OperationPool((context) => ({ context, made: made++ }));
  const depth = () => Array.from({ length: 1000 }, () => pool.take());
  for (const operation of depth()) pool.give(operation);
  const before = made;
  for (let i = 0; i < 10; i++) for (const operation of depth()) pool.give(operation);
  expect(made).toBe(before);
});

test('the error of a capacity that is none names what is required and the value', () => {
  expect(() => new OperationRing(0, 3)).toThrow('OperationRing capacity must be a power of two up to 2^30: capacity=3');
});
