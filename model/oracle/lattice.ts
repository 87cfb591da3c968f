/** Numbers at equal distances: the pattern of the bytes repeats, so what a report leaves open lies one period apart. */

import { remainder } from './segments.ts';

/** The numbers `lo`, `lo + step`, …, `hi`. */
export interface Lattice {
  readonly lo: number;
  readonly hi: number;
  readonly step: number;
}

export const exactly = (value: number): Lattice => ({ lo: value, hi: value, step: 1 });

export const shifted = (lattice: Lattice, by: number): Lattice =>
  by === 0 ? lattice : { lo: lattice.lo + by, hi: lattice.hi + by, step: lattice.step };

/** Those of the numbers that lie between two bounds, both included; undefined when there are none. */
export function narrow(lattice: Lattice, least: number, most: number): Lattice | undefined {
  const { lo, hi, step } = lattice;
  if (least <= lo && most >= hi) return lattice;
  const from = least <= lo ? lo : lo + Math.ceil((least - lo) / step) * step;
  const to = most >= hi ? hi : hi - Math.ceil((hi - most) / step) * step;
  return from > to ? undefined : { lo: from, hi: to, step };
}

/** The numbers that two lattices have in common. Their steps are the same, or one of them is 1. */
export function common(a: Lattice, b: Lattice): Lattice | undefined {
  if (a.step < b.step) return narrow(b, a.lo, a.hi);
  return b.step > 1 && !isCongruent(a, b) ? undefined : narrow(a, b.lo, b.hi);
}

export const isCongruent = (a: Lattice, b: Lattice): boolean => a.step === b.step && (a.lo === b.lo || (a.lo - b.lo) % a.step === 0);

export const residueOf = ({ lo, step }: Lattice): number => (step === 1 ? 0 : remainder(lo, step));

/** The numbers of both, where they are those of one lattice. */
export function joinedLattice(a: Lattice, b: Lattice): Lattice | undefined {
  const step = a.lo === a.hi ? b.step : b.lo === b.hi ? a.step : a.step === b.step ? a.step : undefined;
  if (step === undefined || b.lo > a.hi + step || a.lo > b.hi + step || (a.lo !== b.lo && (a.lo - b.lo) % step !== 0)) return undefined;
  if (step === a.step && b.lo >= a.lo && b.hi <= a.hi) return a;
  return step === b.step && a.lo >= b.lo && a.hi <= b.hi ? b : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi), step };
}
