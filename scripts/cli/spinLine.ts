/** The one line by which Spin takes over where exploration has no more room. */

import type { Explored } from './explored.ts';

/** Bits of Spin's table, as a power of two: 512 MiB. */
const hashBits = 32;
const depth = 2_000_000;

/**
 * For a shell, in the folder of the package. Bitstate search keeps three bits for each state and no state itself: it may take two states
 * for one, and says how likely that is. Swarms of it, with other seeds (`-h1`, `-h2`, …), find what one of them missed.
 */
export const spinLine = ({ slice, bounds: { operations, units, length }, profile }: Explored): string => {
  const exported = `npx wspsend export --format promela -s ${slice} --operations ${operations} --units ${units} --length ${length} --profile ${profile}`;
  return (
    `d=$(mktemp -d) && ${exported} > "$d/model.pml" && cd "$d" && spin -o2 -a model.pml && ` +
    `gcc -O2 -DSAFETY -DNOREDUCE -DBITSTATE -o pan pan.c && ./pan -E -n -w${hashBits} -k3 -m${depth}`
  );
};
