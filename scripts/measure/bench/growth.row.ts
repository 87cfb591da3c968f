/** What a line costs the oracle in a trace of each kind, and in one that is twice as long. */

import { growingTraces } from './growingTraces.ts';
import { inNode } from './process.ts';
import type { Contender, Row } from './row.ts';

/** The time of a whole trace, divided among its lines. */
const perLine = (name: string, contest: string, kind: number, times: number): Contender => ({
  name,
  async start() {
    const running = await inNode(name, 'model.js', contest, () => kind + 1).start();
    if ('notRun' in running) return running;
    const { steps, size } = growingTraces[kind]!;
    const lines = steps(times * size).length;
    return { ...running, sample: async (place, sampling) => (await running.sample(place, sampling)) / lines };
  },
});

export const growthRows: readonly Row[] = growingTraces.map(({ name }, kind) => {
  const once = perLine('a trace', 'growing', kind, 1);
  const twice = perLine('one twice as long', 'growingTwice', kind, 2);
  return {
    name: `oracle growth, ${name}`,
    what: 'a line of a trace that was already read is judged',
    unit: 'ns',
    cases: ['a line'],
    contenders: [twice, once],
    // Twice the lines at most 2.3 times the time.
    goals: [{ contender: twice.name, over: [once.name], atMost: 2.3 / 2 }],
  };
});
