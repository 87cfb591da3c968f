/** A curve as an SVG, both axes logarithmic. Scales and lines are d3's; nothing of it needs a browser to be drawn. */

import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Curve, Series } from './curves.ts';

const width = 760;
const height = 460;
const margin = { top: 48, right: 200, bottom: 116, left: 76 };
const colours = ['#0b63a5', '#b3541e', '#3a7d44', '#7b3f98'];
const textWidth = 102;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lines of at most so many characters, cut at spaces. */
const wrapped = (text: string, most: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Whole powers of ten, and where the axis is short what lies between them too. */
const ticksOf = (scale: { ticks(count: number): number[]; domain(): number[] }): number[] => {
  const all = scale.ticks(8);
  const powers = all.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e9) / 1e9));
  return powers.length >= 3 ? powers : all.filter((tick) => /^[125]/.test(tick.toExponential()));
};

const number = (value: number): string => (value >= 1e-3 && value < 1e7 ? value.toLocaleString('en') : value.toExponential());

/** The text of an SVG file. `machine` says where it was measured. */
export const drawCurve = ({ title, x, y, says }: Curve, series: readonly Series[], machine: string): string => {
  const points = series.flatMap((one) => one.points);
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const extent = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const xScale = scaleLog(extent(points.map((point) => point.x)), [margin.left, right]);
  const yScale = scaleLog(extent(points.map((point) => point.y)), [bottom, margin.top]).nice();
  const path = line<Series['points'][number]>(
    (point) => xScale(point.x),
    (point) => yScale(point.y),
  );
  const xTicks = ticksOf(xScale).map((tick) => {
    const at = xScale(tick).toFixed(1);
    return `<line x1="${at}" x2="${at}" y1="${margin.top}" y2="${bottom}" class="grid"/><text x="${at}" y="${bottom + 18}" text-anchor="middle">${number(tick)}</text>`;
  });
  const yTicks = ticksOf(yScale).map((tick) => {
    const at = yScale(tick).toFixed(1);
    return `<line x1="${margin.left}" x2="${right}" y1="${at}" y2="${at}" class="grid"/><text x="${margin.left - 8}" y="${at}" dy="0.32em" text-anchor="end">${number(tick)}</text>`;
  });
  const drawn = series.map((one, i) => {
    const colour = colours[i % colours.length]!;
    const dots = one.points.map(
      (point) => `<circle cx="${xScale(point.x).toFixed(1)}" cy="${yScale(point.y).toFixed(1)}" r="2.5" fill="${colour}"/>`,
    );
    const at = margin.top + 8 + 20 * i;
    const name = `<line x1="${right + 16}" x2="${right + 36}" y1="${at}" y2="${at}" stroke="${colour}" stroke-width="2"/><text x="${right + 42}" y="${at}" dy="0.32em">${escaped(one.name)}</text>`;
    return `<path d="${path([...one.points])}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${name}`;
  });
  const saying = wrapped(says(series), textWidth).map(
    (text, i) => `<text x="${margin.left}" y="${bottom + 58 + 16 * i}">${escaped(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(says(series))}</desc>
<style>text { font: 12px sans-serif; fill: #222 } .grid { stroke: #ddd } .title { font-size: 15px; font-weight: bold } .small { fill: #555; font-size: 11px }</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin.left}" y="20" class="title">${escaped(title)}</text>
<text x="${margin.left}" y="37" class="small">${escaped(y)}, medians; ${escaped(machine)}</text>
${xTicks.join('\n')}
${yTicks.join('\n')}
<text x="${(margin.left + right) / 2}" y="${bottom + 37}" text-anchor="middle">${escaped(x)}</text>
${drawn.join('\n')}
${saying.join('\n')}
</svg>
`;
};
