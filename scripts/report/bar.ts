/** A bar of several parts. Each part that is there at all has a cell; what is left goes by shares. */

/** How many cells each part has: together `width`, or none where there is nothing. */
export function cellsOf(counts: readonly number[], width: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count / total) * width);
  const cells = exact.map((share, at) => (counts[at]! > 0 ? Math.max(1, Math.floor(share)) : 0));
  const used = (): number => cells.reduce((sum, count) => sum + count, 0);
  const off = (at: number): number => exact[at]! - cells[at]!;
  const places = [...counts.keys()];
  while (used() < width) cells[places.reduce((a, b) => (off(b) > off(a) ? b : a))]!++;
  while (used() > width) {
    const wide = places.filter((at) => cells[at]! > 1);
    if (wide.length === 0) break;
    cells[wide.reduce((a, b) => (off(b) < off(a) ? b : a))]!--;
  }
  return cells;
}

/** Never 100 where something is missing, and never 0 where something is there. */
export const percentText = (count: number, total: number): string => {
  const rounded = total === 0 ? 0 : Math.round((count / total) * 100);
  if (count > 0 && rounded === 0) return '<1%';
  return count < total && rounded === 100 ? '>99%' : `${rounded}%`;
};
