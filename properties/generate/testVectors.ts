/** Kept vectors as tests of the oracle: each is read from its JSON and judged anew, under every profile. */

import { expect, test } from 'vitest';
import { againstOracle } from '../vectors/generate.ts';
import { notes } from '../vectors/notes.ts';
import { vectorFileSchema, vectorId } from '../vectors/vector.ts';

export function testVectors(file: unknown): void {
  const { vectors, notes: given } = vectorFileSchema.parse(file);
  test('the vectors come with their notes, and every flag is one of them', () => {
    expect(given).toEqual(notes);
    expect(vectors.flatMap(({ flags }) => flags).filter((flag) => !(flag in given))).toEqual([]);
  });
  test.each(vectors)('$id ($result): $comment', (vector) => {
    expect(vectorId(vector.steps)).toBe(vector.id);
    const { text, broken } = againstOracle(vector);
    expect(text).toBeUndefined();
    expect(broken).toEqual(vector.breaks);
  });
}
