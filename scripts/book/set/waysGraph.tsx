/**
 * The ways of one thing over the last steps that could touch it, as a graph: a column for each step, a dot for each way that was open
 * before it, lines to the ways that it led to. A dot that nothing leads on from died there.
 */

import type { WaysOfThing } from './replay.ts';

const stepWidth = 92;
const dotGap = 26;
const margin = 16;

export function WaysGraph({ kind, name, layers, last }: WaysOfThing) {
  const most = Math.max(...layers.map(({ ways }) => ways.length), last.length);
  const width = margin * 2 + layers.length * stepWidth;
  const height = margin * 2 + (most - 1) * dotGap + 14;
  const columns = [...layers.map(({ ways }) => ways.map(({ id }) => id)), last];
  const place = (column: number, id: string): { x: number; y: number } => ({
    x: margin + column * stepWidth,
    y: margin + Math.max(0, columns[column]!.indexOf(id)) * dotGap,
  });
  const died = layers.reduce((sum, { ways }) => sum + ways.filter((way) => way.isDead).length, 0);
  return (
    <figure class="card graph">
      <figcaption class="small">
        {kind === 'bytes' ? 'Ways in which the bytes of ' : 'Ways in which the circuit of '}
        <code>{name}</code> may be, step by step: each dot is one way, a line leads to the next step, and † marks a way that the step ruled
        out.
      </figcaption>
      <div class="scroll" tabIndex={0}>
        <svg
          role="img"
          aria-label={`${layers.length} steps, at most ${most} ways at once, ${died} died`}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
        >
          {layers.map(({ line, ways }, column) => (
            <g key={line}>
              {ways.flatMap(({ id, leadsTo }) =>
                leadsTo
                  .filter((next) => columns[column + 1]!.includes(next))
                  .map((next) => {
                    const [from, to] = [place(column, id), place(column + 1, next)];
                    return (
                      <path
                        key={`${id} ${next}`}
                        class="edge"
                        d={`M${from.x} ${from.y}C${from.x + 40} ${from.y} ${to.x - 40} ${to.y} ${to.x} ${to.y}`}
                      />
                    );
                  }),
              )}
              <text class="at" x={margin + column * stepWidth + stepWidth / 2} y={height - 4} text-anchor="middle">
                line {line}
              </text>
            </g>
          ))}
          {layers.map(({ line, ways }, column) =>
            ways.map(({ id, says, isDead }) => <Dot key={`${line} ${id}`} {...place(column, id)} says={says} isDead={isDead} />),
          )}
          {last.map((id) => (
            <Dot key={`last ${id}`} {...place(layers.length, id)} says="still possible" isDead={false} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function Dot({ x, y, says, isDead }: { readonly x: number; readonly y: number; readonly says: string; readonly isDead: boolean }) {
  return (
    <g class={isDead ? 'dot dead' : 'dot'}>
      <title>{isDead ? `died: ${says}` : says}</title>
      <circle cx={x} cy={y} r={5} />
      {isDead && (
        <text x={x + 9} y={y + 5}>
          †
        </text>
      )}
    </g>
  );
}
