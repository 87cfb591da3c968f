/** The model: explored, asked about a trace, walked. The size of a message is the place of the case, from 1 on. */

import * as fc from 'fast-check';
import type { Profile } from '../../../../model/clauses/profiles.ts';
import { count, type ExploreOptions, explore } from '../../../../model/explore/explore.ts';
import { productByLibrary } from '../../../../model/explore/graphLibrary.ts';
import { Kernel } from '../../../../model/explore/kernel.ts';
import { judgeText } from '../../../../model/judge/judge.ts';
import { Oracle } from '../../../../model/oracle/oracle.ts';
import { type Bounds, isHidden, type Label, smallestBounds } from '../../../../model/product/labels.ts';
import { type Slice, slices } from '../../../../model/product/slices.ts';
import { holdsIn } from '../../../../model/product/values.ts';
import { productStep, type Snapshot, snapshotAt } from '../../../../model/product/wspsend.machine.ts';
import { FamiliarLines } from '../../../../model/winsock/familiarLines.ts';
import { linesOf, TraceReader } from '../../../../model/winsock/reader.ts';
import type { TraceStep } from '../../../../model/winsock/trace.ts';
import { unitBytes } from '../../../../properties/paths/asked.ts';
import { followLabel, newNames } from '../../../../properties/tours/names.ts';
import { labelsOfStep } from '../../../../properties/tours/observed.ts';
import { growingTraces } from '../growingTraces.ts';
import { explorations, grownExplorations, grownKind, grownTraces, judgedLength, readLength } from '../modelCases.ts';
import { serve } from '../serve.ts';

const equal = (what: string, wanted: unknown, found: unknown): void => {
  if (JSON.stringify(wanted) !== JSON.stringify(found))
    throw new Error(`${what} must be ${JSON.stringify(wanted)}: ${JSON.stringify(found)}`);
};

// ---- Exploring -----------------------------------------------------------------------------------------------------------------

const smallest = { slice: slices.smallest, bounds: smallestBounds, profile: 'page' as const };

const keyOf = ({ context }: Snapshot): string => String(context.values);

/** What most people would write for such a machine: every state a snapshot, its key the values as text. */
function exploredByXState(): { states: number; transitions: number } {
  const { start, kernel } = machineOf(smallest.slice, smallestBounds);
  const seen = new Map([[keyOf(start), start]]);
  let transitions = 0;
  for (const [, snapshot] of seen) {
    for (const step of kernel.descriptions) {
      if (!holdsIn(step.possible, snapshot.context.values)) continue;
      const next = productStep(snapshot, step);
      if (next === undefined) continue;
      transitions++;
      const key = keyOf(next);
      if (!seen.has(key)) seen.set(key, next);
    }
  }
  return { states: seen.size, transitions };
}

function machineOf(slice: Slice, bounds: Bounds) {
  const kernel = new Kernel(slice, bounds, 'page');
  const words = new Int32Array(kernel.width);
  kernel.initial(words, 0);
  return { start: snapshotAt('page', kernel.layout, kernel.layout.valuesIn(words, 0)), kernel };
}

/** What the contenders found, added up and reported at the end, so that nothing is optimised away. */
let looks = 0;
process.on('exit', () => process.stderr.write(looks < 0 ? `${looks}\n` : ''));

const explores = (once: (place: number) => { states: number; transitions: number }, wanted: (place: number) => object) => () => ({
  run(source: Uint8Array, times: number) {
    for (let i = 0; i < times; i++) looks += once(source.length - 1).states;
  },
  verify(size: number) {
    const { states, transitions } = once(size - 1);
    equal('the size of the graph', wanted(size - 1), { states, transitions });
  },
});

const exploresEach = (cases: readonly ExploreOptions[]) =>
  explores(
    (place) => count(cases[place]!),
    (place) => {
      const { states, transitions } = explore(cases[place]!);
      return { states, transitions };
    },
  );

const sizeOfSmallest = () => count(smallest);

// ---- Judging -------------------------------------------------------------------------------------------------------------------

/** Sends that pend, are settled, read and asked for. */
function traceOf(length: number): TraceStep[] {
  const steps: TraceStep[] = [
    { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns: { rc: 0 } },
    { call: 'WSPConnect', socket: 'A', returns: { rc: 0 } },
  ];
  for (let i = 1; steps.length < length; i++) {
    const fill = (i * 37) % 251;
    const overlapped = `o${i}`;
    steps.push(
      { call: 'WSPSend', socket: 'A', buffers: [333, 667], fill, overlapped, event: true, returns: { rc: -1, errno: 'WSA_IO_PENDING' } },
      { poll: 'event', overlapped, signalled: false },
      { env: 'settle' },
      { peer: 'recv', socket: 'A', runs: [[fill, unitBytes]] },
      { call: 'WSPGetOverlappedResult', socket: 'A', overlapped, returns: { rc: 0, bytes: unitBytes } },
    );
  }
  return steps;
}

const judgeBounds = { operations: 4, units: 4, length: 1 };
const connected = machineOf(slices.overlapped, judgeBounds);

/** An oracle on the machine alone: the set of snapshots that agree with the trace, each step tried from each by `transition()`. */
function judgedByTransition(steps: readonly TraceStep[]): void {
  const { start, kernel } = connected;
  const stepOf = (label: Label) => kernel.descriptions.find((step) => JSON.stringify(step.label) === JSON.stringify(label))!;
  const hidden = kernel.labels.filter(isHidden);
  let states = new Map([['', start]]);
  const names = newNames(slices.overlapped);
  const moved = (labels: readonly Label[]): typeof states => {
    const next: typeof states = new Map();
    for (const step of labels.map(stepOf)) {
      for (const snapshot of states.values()) {
        if (!holdsIn(step.possible, snapshot.context.values)) continue;
        const to = productStep(snapshot, step);
        if (to !== undefined) next.set(keyOf(to), to);
      }
    }
    return next;
  };
  // The first two steps are how the slice begins.
  for (const step of steps.slice(2)) {
    for (let found = moved(hidden), before = -1; before !== states.size && found.size > 0; found = moved(hidden)) {
      before = states.size;
      for (const [key, snapshot] of found) states.set(key, snapshot);
    }
    for (const label of labelsOfStep(step, names) ?? []) {
      states = moved([label]);
      if (states.size === 0) throw new Error(`a step must be permitted: ${JSON.stringify(step)}`);
      if (label.type === 'result') names.outstanding.splice(label.at, 1);
      else followLabel(names, label);
    }
  }
}

function judgedByOracle(steps: readonly TraceStep[], profile: Profile = 'page'): void {
  const oracle = new Oracle(profile);
  for (const step of steps) {
    const rejection = oracle.step(step);
    if (rejection !== undefined) throw new Error(`a step must be permitted: ${JSON.stringify(step)}: ${rejection.message}`);
  }
}

/** Traces of these lengths, by the place of the case. */
const judges =
  (judge: (steps: readonly TraceStep[]) => void, lengths: readonly number[] = [judgedLength]) =>
  () => {
    const traces = lengths.map(traceOf);
    const traceAt = (size: number): TraceStep[] => traces[size - 1]!;
    return {
      run(source: Uint8Array, times: number) {
        const steps = traceAt(source.length);
        for (let i = 0; i < times; i++) judge(steps);
      },
      verify(size: number) {
        const steps = traceAt(size);
        judge(steps);
        const wrong = steps.with(6, {
          call: 'WSPGetOverlappedResult',
          socket: 'A',
          overlapped: 'o1',
          returns: { rc: -1, errno: 'WSAECONNRESET' },
        });
        let isRefused = false;
        try {
          judge(wrong);
        } catch {
          isRefused = true;
        }
        equal('a reset that never was', 'refused', isRefused ? 'refused' : 'permitted');
      },
    };
  };

/**
 * The traces that grow, each kind at its size and at twice that, in one process: what differs between the two is then neither what V8 has
 * compiled by then nor what the heap holds. What a run takes is the time that this process had a core, which others on the machine do not
 * change.
 */
function judgesGrowing() {
  const traces = new Map<number, readonly TraceStep[]>();
  const traceAt = (size: number): readonly TraceStep[] => {
    const { kind, times } = grownKind(size - 1);
    const made = traces.get(size) ?? growingTraces[kind]!.steps(times * growingTraces[kind]!.size);
    traces.set(size, made);
    return made;
  };
  return {
    run(source: Uint8Array, runs: number) {
      const steps = traceAt(source.length);
      const before = process.cpuUsage();
      for (let i = 0; i < runs; i++) judgedByOracle(steps, 'docs');
      const { user, system } = process.cpuUsage(before);
      return (user + system) * 1000;
    },
    verify: (size: number) => judgedByOracle(traceAt(size), 'docs'),
  };
}

/** Goes through a text, and gives how many lines it has read. */
const reads = (go: (text: string) => number) => () => {
  const lines = ['{"wspsend":"trace/1"}', ...traceOf(readLength - 1).map((step) => JSON.stringify(step))];
  const text = lines.join('\n');
  return {
    run(_: Uint8Array, times: number) {
      for (let i = 0; i < times; i++) looks += go(text);
    },
    verify: () => equal('the lines that were read', lines.length, go(text)),
  };
};

// ---- Walking -------------------------------------------------------------------------------------------------------------------

const walkLength = 10_000;

/** Bytes choose among the steps that a state permits, so that no byte is wasted. */
function walk() {
  const { first, target } = explore({ slice: slices.overlapped, bounds: { operations: 2, units: 1, length: 2 }, profile: 'page' });
  let steps = 0;
  const bytes = fc.uint8Array({ minLength: walkLength, maxLength: walkLength });
  const property = fc.property(bytes, (choices) => {
    let state = 0;
    for (let i = 0; i < choices.length; i++) {
      const from = first[state]!;
      state = target[from + (choices[i]! % (first[state + 1]! - from))]!;
    }
    steps += choices.length;
    looks += state;
    return state >= 0;
  });
  return {
    run(_: Uint8Array, times: number) {
      fc.assert(property, { numRuns: times, seed: 1 });
    },
    verify() {
      steps = 0;
      fc.assert(property, { numRuns: 10, seed: 1 });
      equal('the steps walked', 10 * walkLength, steps);
    },
  };
}

await serve({
  explore: exploresEach(explorations),
  grown: exploresEach(grownExplorations),
  compiled: explores(() => count(smallest), sizeOfSmallest),
  xstate: explores(exploredByXState, sizeOfSmallest),
  library: explores(() => {
    const { start, kernel } = machineOf(smallest.slice, smallestBounds);
    return productByLibrary(kernel, start.context.values);
  }, sizeOfSmallest),
  oracle: judges(judgedByOracle),
  oracleGrown: judges(judgedByOracle, grownTraces),
  growing: judgesGrowing,
  transition: judges(judgedByTransition),
  judging: reads((text) => {
    const judgement = judgeText(text, 'page', { familiar: new FamiliarLines() });
    if (judgement.verdict !== 'accepted') throw new Error(`the trace must be accepted: ${JSON.stringify(judgement)}`);
    // And the header.
    return judgement.steps + 1;
  }),
  reading: reads((text) => {
    const reader = new TraceReader();
    let steps = 0;
    for (const line of linesOf(text)) if ((reader.hasHeader ? reader.read(line) : reader.header(line)).kind !== 'malformed') steps++;
    return steps;
  }),
  parsing: reads((text) => {
    let values = 0;
    for (const line of linesOf(text)) if (JSON.parse(line) !== null) values++;
    return values;
  }),
  walk,
});
