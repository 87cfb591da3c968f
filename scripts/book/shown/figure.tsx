/** A diagram with its caption. */

import type { Draw } from '../diagrams/diagram.ts';
import type { AnyRegion, PlacedRule } from './regions.ts';

interface FigureProps {
  /** Absent where the pages are made without pictures, as a test may do. */
  readonly draw: Draw | undefined;
  readonly region: AnyRegion;
  readonly lit?: PlacedRule;
  readonly caption: string;
}

export function DiagramFigure({ draw, region, lit, caption }: FigureProps) {
  if (draw === undefined) return null;
  const svg = draw(region, lit);
  return (
    <figure class="diagram">
      <div class="scroll" role="img" aria-label={caption} tabIndex={0} dangerouslySetInnerHTML={{ __html: svg }} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
