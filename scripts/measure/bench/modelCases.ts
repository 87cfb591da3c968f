/** What the rows about the model explore and tour. */

import type { ExploreOptions } from '../../../model/explore/explore.ts';
import { type Bounds, smallestBounds } from '../../../model/product/labels.ts';
import { type SliceName, slices } from '../../../model/product/slices.ts';

const optionsOf = (slice: SliceName, bounds: Bounds): ExploreOptions => ({ slice: slices[slice], bounds, profile: 'page' });

export const nameOf = ({ slice, bounds }: ExploreOptions): string => `${slice.name} ${bounds.operations}/${bounds.units}/${bounds.length}`;

const one: Bounds = { operations: 1, units: 1, length: 1 };
const grownOverlapped: readonly ExploreOptions[] = [
  optionsOf('overlapped', { operations: 3, units: 1, length: 1 }),
  optionsOf('overlapped', { operations: 3, units: 2, length: 2 }),
];

/** Slices that verify uses, within bounds that give each of them from 400 000 to 1 600 000 states. */
export const explorations: readonly ExploreOptions[] = [
  ...grownOverlapped,
  optionsOf('stream', { operations: 2, units: 1, length: 2 }),
  optionsOf('all', one),
];

/** What several threads explore: some seconds of work for one of them, so that the start of another is a small part. */
export const together: readonly ExploreOptions[] = [
  optionsOf('overlapped', { operations: 3, units: 4, length: 4 }),
  optionsOf('stream', { operations: 2, units: 4, length: 4 }),
];

export const tourCases: readonly ExploreOptions[] = [
  optionsOf('smallest', smallestBounds),
  optionsOf('overlapped', one),
  optionsOf('sync', one),
  optionsOf('overlapped', { operations: 2, units: 1, length: 2 }),
];

/** Slices of verify within bounds that grow. */
export const grownExplorations: readonly ExploreOptions[] = [
  optionsOf('overlapped', one),
  optionsOf('overlapped', { operations: 1, units: 2, length: 2 }),
  optionsOf('overlapped', { operations: 2, units: 1, length: 1 }),
  optionsOf('overlapped', { operations: 2, units: 2, length: 2 }),
  ...grownOverlapped,
];

/** Steps of the traces that are judged. */
export const judgedLength = 202;
/** Lines of a text that is read. */
export const readLength = 20_003;
export const grownTraces: readonly number[] = [judgedLength, 2002, 20_002, 200_002];

/** Of a case of the traces that grow: which of them, and how many times as long. */
export const grownKind = (place: number): { readonly kind: number; readonly times: number } => ({
  kind: place >> 1,
  times: 1 + (place & 1),
});
export const placeOfGrown = (kind: number, times: 1 | 2): number => 2 * kind + times - 1;
