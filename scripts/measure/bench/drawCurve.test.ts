import { expect, test } from 'vitest';
import type { Curve } from './curves.ts';
import { drawCurve } from './drawCurve.ts';

const curve: Curve = { name: 'c', title: 'a < b', x: 'x', y: 'y', rows: [], series: () => ({ name: '', points: [] }), says: () => 'b & c' };

test('a curve is drawn with a point for each figure, on logarithmic axes', () => {
  const series = [{ name: 'one', points: [1, 10, 100].map((x) => ({ x, y: 1000 / x })) }];
  const svg = drawCurve(curve, series, 'a machine');
  const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, cx, cy]) => [Number(cx), Number(cy)]);
  expect(circles).toHaveLength(3);
  const [[x1, y1], [x2, y2], [x3, y3]] = circles as [number, number][] as [[number, number], [number, number], [number, number]];
  expect(x2 - x1).toBeCloseTo(x3 - x2, 0);
  expect(y2 - y1).toBeCloseTo(y3 - y2, 0);
  expect(svg).toContain('a &lt; b');
  expect(svg).toContain('b &amp; c');
  expect(svg).not.toContain('NaN');
});
