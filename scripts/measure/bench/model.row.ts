/** The model: how fast it is explored, judges, tours and is walked. */

import { count, explore, type Size } from '../../../model/explore/explore.ts';
import { Kernel } from '../../../model/explore/kernel.ts';
import { promelaOf } from '../../../model/explore/promela.ts';
import { transitionTour } from '../../../model/explore/tours.ts';
import { labelText } from '../../../model/product/labelText.ts';
import type { SliceName } from '../../../model/product/slices.ts';
import { exploreOnWorker } from '../../cli/jobs/explore.ts';
import { installation, missingPrograms, SpinVerifier, spinOptions } from '../../outside/spin.ts';
import { explorations, judgedLength, nameOf, readLength, together, tourCases } from './modelCases.ts';
import { inNode } from './process.ts';
import type { Contender, Row } from './row.ts';

const placeOf = (place: number): number => place + 1;
const contestant = (name: string, contest: string): Contender => inNode(name, 'model.js', contest, placeOf);

const compiled = contestant('wspsend explore', 'explore');

/** Spin's verifiers, one a case. What they cost is the time of the whole process, as a user waits for it. */
const spinBy = (options: readonly string[]): Contender => ({
  name: `Spin, ${options.join(' ')} -DSAFETY -DNOREDUCE`,
  async start() {
    if (missingPrograms().length > 0) return { notRun: `it needs ${missingPrograms().join(' and ')} (Debian: ${installation.join(' ')})` };
    const cases = explorations.map(({ slice, bounds, profile }) => {
      const kernel = new Kernel(slice, bounds, profile);
      const size = count({ slice, bounds, profile });
      return {
        size,
        verifier: new SpinVerifier(
          promelaOf(kernel, (index) => labelText(kernel.labels[index]!)),
          options,
        ),
      };
    });
    return {
      isWarm: true,
      // What it found is compared at each sample, behind the time, so that it need not run once more for that.
      async sample(place) {
        const { size, verifier } = cases[place]!;
        const { states, transitions, seconds } = verifier.count(size.states + 10);
        if (states === size.states && transitions === size.transitions) return seconds * 1e9;
        throw new Error(`it must find ${size.states} states and ${size.transitions} transitions: ${states} and ${transitions}`);
      },
      verify: async () => undefined,
      stop: () => {
        for (const { verifier } of cases) verifier.stop();
      },
    };
  },
});
const spin = spinBy(spinOptions.plain);
const tunedSpin = spinBy(spinOptions.tuned);

/** As the first of them counted; Spin's counts are held by `compare:spin`. */
const sizesFound: Size[] = [];

/** Seconds of one exploration by so many threads. */
async function exploredIn(place: number, threads: number): Promise<number> {
  const { slice, bounds, profile } = together[place]!;
  const exploration = { slice: slice.name as SliceName, bounds, profile, statesMax: undefined, compare: false, threads };
  const { states, transitions, seconds } = await exploreOnWorker(exploration, () => undefined);
  const size = (sizesFound[place] ??= { states, transitions });
  if (states === size.states && transitions === size.transitions) return seconds;
  throw new Error(`it must find ${size.states} states and ${size.transitions} transitions: ${states} and ${transitions}`);
}

const exploring = (name: string, secondsOf: (place: number) => Promise<number>): Contender => ({
  name,
  start: async () => ({
    isWarm: true,
    sample: async (place) => 1e9 * (await secondsOf(place)),
    verify: async () => undefined,
    stop: () => undefined,
  }),
});
const alone = exploring('on one thread', (place) => exploredIn(place, 1));
/** Until the last thread has ended. */
const inTwo = exploring('on 2 threads', (place) => exploredIn(place, 2));
/** What the machine gives to two threads at most: the caches, the memory and the host are shared by any two. */
const apart = exploring('two that share nothing, half of the time of both', async (place) => {
  return Math.max(...(await Promise.all([exploredIn(place, 1), exploredIn(place, 1)]))) / 2;
});

/** Not a time: the steps of a tour, and the fewest that any can do with. */
const steps = (name: string, stepsOf: (tour: { readonly steps: number; readonly optimum: number }) => number): Contender => ({
  name,
  async start() {
    const tours = tourCases.map((options) => transitionTour(explore(options)));
    return {
      isWarm: true,
      sample: async (place) => stepsOf(tours[place]!),
      async verify(place) {
        const { transitions } = explore(tourCases[place]!);
        if (tours[place]!.covered !== transitions) throw new Error(`it must cross ${transitions} transitions: ${tours[place]!.covered}`);
      },
      stop: () => undefined,
    };
  },
});

const smallest = contestant('wspsend explore', 'compiled');
const byXState = contestant('XState, own search', 'xstate');
const byLibrary = contestant('xstate/graph getAdjacencyMap', 'library');
const oracle = contestant('wspsend oracle, cold', 'oracle');
const transition = contestant('an oracle on transition()', 'transition');
const judged = contestant('judged', 'judging');
const read = contestant('read by TraceReader', 'reading');
const parsed = contestant('JSON.parse of each line', 'parsing');
const tour = steps('wspsend tour', (taken) => taken.steps);
const postman = steps('the postman', ({ optimum }) => optimum);
const walk = contestant('walk', 'walk');

/** No other program walks a compiled graph, so the pace itself is the goal. */
const asked: Contender = {
  name: '2 million steps a second',
  start: async () => ({ isWarm: true, sample: async () => (1e9 / 2e6) * 10_000, verify: async () => undefined, stop: () => undefined }),
};

export const modelRows: readonly Row[] = [
  {
    name: 'explore',
    what: 'every state of a slice at operations/units/length is found',
    unit: 'ns',
    cases: explorations.map(nameOf),
    contenders: [compiled, spin, tunedSpin],
    goals: [
      { contender: compiled.name, over: [spin.name], atLeast: 2 },
      { contender: compiled.name, over: [tunedSpin.name] },
    ],
  },
  {
    name: 'explore on two cores',
    what: 'the same by threads over one table of states, as `wspsend explore` does it',
    unit: 'ns',
    cases: together.map(nameOf),
    cores: 2,
    contenders: [inTwo, alone, apart],
    goals: [
      { contender: inTwo.name, over: [alone.name], atLeast: 1.7 },
      { contender: inTwo.name, over: [apart.name], atMost: 1.15 },
    ],
  },
  {
    name: 'explore by XState',
    what: 'the same of the smallest slice, compared with the machine that it is compiled from',
    unit: 'ns',
    cases: [nameOf(tourCases[0]!)],
    contenders: [smallest, byXState, byLibrary],
    goals: [{ contender: smallest.name, over: [byXState.name, byLibrary.name] }],
  },
  {
    name: 'oracle',
    what: `a trace of ${judgedLength} steps that were already read is judged`,
    unit: 'ns',
    cases: [`${judgedLength} steps`],
    contenders: [oracle, transition],
    goals: [{ contender: oracle.name, over: [transition.name], atLeast: 500 }],
  },
  {
    name: 'reading',
    what: `a text of ${readLength} lines like that trace's, its lines cut, read or judged`,
    unit: 'ns',
    cases: [`${readLength} lines`],
    contenders: [judged, read, parsed],
    goals: [
      { contender: judged.name, over: [parsed.name], atMost: 2.5 },
      { contender: read.name, over: [parsed.name] },
    ],
  },
  {
    name: 'tour',
    what: 'every transition of a slice is crossed by paths from its initial state',
    unit: 'steps',
    cases: tourCases.map(nameOf),
    contenders: [tour, postman],
    goals: [{ contender: tour.name, over: [postman.name], atMost: 1.15 }],
  },
  {
    name: 'walk',
    what: '10 000 steps on the compiled graph, chosen by the bytes of fast-check',
    unit: 'ns',
    cases: ['10 000 steps'],
    contenders: [walk, asked],
    goals: [{ contender: walk.name, over: [asked.name], atLeast: 1 }],
  },
];
