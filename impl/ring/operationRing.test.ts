import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperationPool, OperationRing, type Reusable } from './operationRing.ts';

class Numbered implements Reusable {
  readonly context: number;
  state: number;
  isInSlot = false;
  number = -1;

  constructor(context: number, state = 0) {
    this.context = context;
    this.state = state;
  }

  forget(): void {
    this.state = 0;
  }
}

const poolOfNumbered = () => new OperationPool((context) => new Numbered(context));
const nothing = new Numbered(-1, -1);

test('operations leave an OperationRing in the order in which they were posted, also while it doubles and while some go to its end', () => {
  const moves = fc.array(fc.constantFrom('post', 'post', 'drop', 'use', 'end', 'shift', 'rotate'), { maxLength: 80 });
  fc.assert(
    fc.property(moves, fc.constantFrom(1, 2, 4), (moves, capacity) => {
      const pool = poolOfNumbered();
      const ring = new OperationRing(pool, nothing, capacity);
      const held: number[] = [];
      /** Left the ring, and are still in use. */
      const used: { readonly operation: Numbered; readonly number: number }[] = [];
      const endFirst = (): void => {
        const [first] = used.splice(0, 1);
        if (first === undefined) return;
        expect(first.operation.number).toBe(first.number);
        pool.give(first.operation);
      };
      moves.forEach((move, i) => {
        if (move === 'post') {
          const operation = ring.claim();
          operation.number = i;
          operation.state = 1;
          ring.post();
          held.push(i);
        } else if (move === 'end') endFirst();
        else if (held.length > 0) {
          const oldest = held.shift()!;
          expect(ring.oldest().number).toBe(oldest);
          if (move === 'drop') {
            const operation = ring.oldest();
            ring.drop();
            pool.give(operation);
          } else if (move === 'use') {
            used.push({ operation: ring.oldest(), number: oldest });
            ring.drop();
          } else if (move === 'shift') pool.give(ring.shift());
          else {
            ring.rotate();
            held.push(oldest);
          }
        }
        expect(ring.length).toBe(held.length);
        expect(held.map((_, age) => ring.at(age).number)).toEqual(held);
        expect(new Set([...held.map((_, age) => ring.at(age)), ...used.map(({ operation }) => operation)]).size).toBe(
          held.length + used.length,
        );
      });
      while (ring.length > 0) pool.give(ring.shift());
      ring.close();
      while (used.length > 0) endFirst();
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
