/** How costs grow: rows like those of the benchmark, but with one contender along an axis, and a sentence on what dominates. */

import { count } from '../../../model/explore/explore.ts';
import { grownExplorations, grownTraces } from './modelCases.ts';
import { inNode } from './process.ts';
import type { Row } from './row.ts';
import type { RowResult } from './runner.ts';

/** Costs along an axis. `y` is in the unit of the curve. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Curve {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** One row a series. The cases of a row are places along the axis. */
  readonly rows: readonly Row[];
  readonly series: (row: RowResult) => Series;
  /** What dominates, by the figures of this very run. */
  readonly says: (series: readonly Series[]) => string;
}

const rowOf = (name: string, cases: readonly string[], contender: Row['contenders'][number], what: string): Row => ({
  name,
  what,
  unit: 'ns',
  cases,
  contenders: [contender],
  goals: [],
});

const seriesOf =
  (xs: readonly number[], yOf: (ns: number, x: number) => number) =>
  ({ row, contenders }: RowResult): Series => ({
    name: row,
    points: xs.map((x, place) => ({ x, y: yOf(contenders[0]!.costs[place]!.median, x) })),
  });

const figure = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 2 });
const first = ({ points }: Series) => points[0]!;
const last = ({ points }: Series) => points.at(-1)!;
/** The power of x by which a total grows whose share per x is y. */
const exponentOf = (series: Series): number => 1 + Math.log(last(series).y / first(series).y) / Math.log(last(series).x / first(series).x);

// ---- The ring ------------------------------------------------------------------------------------------------------------------

const messageSizes = [16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144] as const;
const capacities = [4096, 65_536, 2 ** 20, 2 ** 24] as const;
const capacityText = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`);
const sizesIn = (capacity: number): number[] => messageSizes.filter((size) => size <= capacity);

const written = 'a message is written and drained in place';

const ringCurve: Curve = {
  name: 'ring',
  title: `The byte ring: ${written}`,
  x: 'bytes a message',
  y: 'ns a byte',
  rows: capacities.map((capacity) => {
    const sizes = sizesIn(capacity);
    const contender = inNode('ring', 'byteRing.js', `inPlace ${capacity}`, (place) => sizes[place]!);
    return rowOf(`${capacityText(capacity)} of capacity`, sizes.map(String), contender, written);
  }),
  series: (result) =>
    seriesOf(
      result.cases.map((size) => Number(size)),
      (ns, size) => ns / size,
    )(result),
  says(series) {
    const widest = series.at(-1)!;
    const call = first(widest).y * first(widest).x;
    const byte = Math.min(...widest.points.map(({ y }) => y));
    const far = widest.points.at(-1)!.y / series[1]!.points.at(-1)!.y;
    return (
      `A call costs ${figure(call)} ns whatever its size, and a byte ${figure(byte)} ns: up to ${figure(call / byte)} bytes the call dominates, above it the copy. ` +
      `With ${capacityText(capacities.at(-1)!)} of capacity a byte of the longest message costs ${figure(far)} times what it costs with ${capacityText(capacities[1])}: the caches.`
    );
  },
};

// ---- Operations ----------------------------------------------------------------------------------------------------------------

const depths = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536] as const;
const depthAt = (place: number): number => depths[place]!;
const posted = 'one operation is posted, the oldest completes and calls back';
const operationRow = (name: string, contest: string): Row =>
  rowOf(name, depths.map(String), inNode(name, 'operations.js', contest, depthAt), posted);

const operationCurve: Curve = {
  name: 'operations',
  title: `Overlapped operations: ${posted}`,
  x: 'operations outstanding',
  y: 'ns an operation',
  rows: [
    operationRow('operation ring', 'objects'),
    operationRow('numbers only', 'numbers only'),
    operationRow('overlapped WSPSend', 'event'),
  ],
  series: seriesOf(depths, (ns) => ns),
  says: (series) =>
    `From one to ${depths.at(-1)!.toLocaleString('en')} outstanding the cost of an operation grows by ${series
      .map(({ name, points }) => `${figure(points.at(-1)!.y / points[0]!.y)} times (${name})`)
      .join(', ')}. No step looks at more than one of them, so what grows is the memory that each touches: the caches.`,
};

// ---- Exploring and judging -----------------------------------------------------------------------------------------------------

const stateCounts = grownExplorations.map((options) => count(options).states);

const exploreCurve: Curve = {
  name: 'explore',
  title: 'Exploring the slice overlapped within growing bounds',
  x: 'states',
  y: 'ns a state',
  rows: [
    rowOf(
      'wspsend explore',
      stateCounts.map(String),
      inNode('wspsend explore', 'model.js', 'grown', (place) => place + 1),
      'every state of a slice is found',
    ),
  ],
  series: seriesOf(stateCounts, (ns, states) => ns / states),
  says([series]) {
    const total = ({ x, y }: Series['points'][number]): number => x * y;
    const start = total(first(series!));
    const state = (total(last(series!)) - start) / (last(series!).x - first(series!).x);
    return (
      `To write the kernel and compile it takes ${figure(start / 1e6)} ms, and a state ${figure(state)} ns: up to ${figure(start / state)} states the start dominates, ` +
      `above it the steps that each state tries and the table of what was seen. ` +
      `From the third point to the last, time grows with the power ${exponentOf({ ...series!, points: series!.points.slice(2) }).toFixed(2)} of the states.`
    );
  },
};

const oracleCurve: Curve = {
  name: 'oracle',
  title: 'The oracle: a trace is judged whose steps were read already',
  x: 'steps of the trace',
  y: 'ns a step',
  rows: [
    rowOf(
      'wspsend oracle',
      grownTraces.map(String),
      inNode('wspsend oracle', 'model.js', 'oracleGrown', (place) => place + 1),
      'a trace is judged',
    ),
  ],
  series: seriesOf(grownTraces, (ns, steps) => ns / steps),
  says: ([series]) =>
    `Time grows with the power ${exponentOf(series!).toFixed(2)} of the length: what is over is forgotten, so a step costs what the operations that are outstanding cost, ${figure(last(series!).y)} ns here.`,
};

export const curves: readonly Curve[] = [ringCurve, operationCurve, exploreCurve, oracleCurve];
