/** What a line costs the oracle in a trace of each kind, and in one that is twice as long. */

import { growingTraces } from './growingTraces.ts';
import { placeOfGrown } from './modelCases.ts';
import { inNode } from './process.ts';
import type { Contender, NotRun, Row, Running } from './row.ts';

/** One process, or whatever else starts, for all who start it, until the last of them stops it. */
function shared(start: () => Promise<Running | NotRun>): () => Promise<Running | NotRun> {
  let started: Promise<Running | NotRun> | undefined;
  let users = 0;
  return async () => {
    users++;
    started ??= start();
    const running = await started;
    if ('notRun' in running) return running;
    const stop = (): void => {
      users--;
      if (users > 0) return;
      started = undefined;
      running.stop();
    };
    return { ...running, stop };
  };
}

const judged = shared(inNode('judged', 'model.js', 'growing', (place) => place + 1).start);

/** The time of a whole trace, divided among its lines. */
const perLine = (name: string, kind: number, times: 1 | 2): Contender => ({
  name,
  async start() {
    const running = await judged();
    if ('notRun' in running) return running;
    const { steps, size } = growingTraces[kind]!;
    const lines = steps(times * size).length;
    const place = placeOfGrown(kind, times);
    return {
      ...running,
      sample: async (_, sampling) => (await running.sample(place, sampling)) / lines,
      verify: () => running.verify(place),
    };
  },
});

export const growthRows: readonly Row[] = growingTraces.map(({ name }, kind) => {
  const once = perLine('a trace', kind, 1);
  const twice = perLine('one twice as long', kind, 2);
  return {
    name: `oracle growth, ${name}`,
    what: 'a line of a trace that was already read is judged; the time of a core, both in one process',
    unit: 'ns',
    cases: ['a line'],
    contenders: [twice, once],
    // Twice the lines at most 2.3 times the time.
    goals: [{ contender: twice.name, over: [once.name], atMost: 2.3 / 2 }],
  };
});
