/** For each rule the shortest trace that was found in which its word counts. */

import { createHash } from 'node:crypto';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import { advance } from '../../model/oracle/advance.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import { RandomWords } from '../campaign/randomWords.ts';
import { oracles, saidBy } from './judging.ts';
import type { RuleFile, RuleTrace, Stated } from './kept.ts';
import { knownScenes } from './knownScenes.ts';
import { rulesIn, watched, worldOf } from './patching.ts';
import { type Scene, sceneOf, variedScene, withOtherCodes } from './scenes.ts';

/** Longer ones are left out: what they meet, shorter ones meet. */
const stepsMax = 14;

type Steps = Scene['steps'];

/** The rules whose word counts at the last step that is judged, under each profile. */
class Watch {
  readonly #used = new Set<string>();
  readonly #tables = Object.fromEntries(profiles.map((profile) => [profile, watched(tablesOf(profile), (id) => this.#used.add(id))])) as {
    readonly [profile in Profile]: ReturnType<typeof tablesOf>;
  };

  readonly #permits = new Map(
    profiles.flatMap((profile) => [...rulesIn(tablesOf(profile))].map(([id, { permitted }]) => [id, permitted] as const)),
  );

  /** Undefined where the lines are no trace. */
  rulesOf({ side, steps }: Scene): ReadonlySet<string> | undefined {
    const { header, steps: read, malformed } = readTrace(textOf({ ...(side && { side }), steps }));
    if (header === undefined || malformed !== undefined) return undefined;
    const found = new Set<string>();
    for (const profile of profiles) {
      const world = worldOf(this.#tables[profile], header);
      for (const { line, step } of read) {
        this.#used.clear();
        const isPermitted = advance(world, step) === undefined;
        // Those of the rules that the last step asked count that say what was said.
        if (line === read.length + 1) for (const id of this.#used) if (this.#permits.get(id) === isPermitted) found.add(id);
        if (!isPermitted) break;
      }
    }
    return found;
  }
}

export interface RuleTraces {
  readonly file: RuleFile;
  /** Rules that no trace was found for. */
  readonly unmet: readonly string[];
}

/**
 * Tries scenes, and keeps for each rule the shortest in which its word counts at the last step. What was kept before stays for as long as
 * it does that and nothing shorter is found: the more often this runs, the more is met.
 */
export function ruleTraces(scenes: number, before: RuleFile): RuleTraces {
  const words = new RandomWords(scenes);
  const below = (count: number): number => (words.next() >>> 0) % count;
  const watch = new Watch();
  const best = new Map<string, Scene>();
  const met: Scene[] = [];
  const meet = (scene: Scene): void => {
    for (const id of watch.rulesOf(scene) ?? []) {
      const shorter = best.get(id);
      if (shorter !== undefined && scene.steps.length >= shorter.steps.length) continue;
      best.set(id, scene);
      if (shorter === undefined) met.push(scene);
    }
  };
  const kept = before.traces.map(({ side, steps }): Scene => ({ ...(side && { side }), steps: steps as Steps }));
  for (const scene of [...kept, ...knownScenes]) meet(scene);
  for (const scene of [...kept, ...knownScenes]) for (const other of withOtherCodes(scene)) meet(other);
  for (let made = 0; made < scenes; made++) {
    // What is met seldom is met more often by scenes that are like those that met something.
    const scene = made % 3 === 0 || met.length === 0 ? sceneOf(below) : variedScene(met[below(met.length)]!, below);
    if (scene.steps.length <= stepsMax) meet(scene);
  }
  const stated = new Map<string, RuleTrace>();
  const short = [...best].map(
    ([id, scene]): Scene => ({
      ...scene,
      steps: shortened(scene, (shorter) => watch.rulesOf(shorter)?.has(id) === true),
    }),
  );
  for (const scene of [...short, ...knownScenes]) {
    const trace = statedOf(scene);
    if (trace !== undefined) stated.set(trace.id, trace);
  }
  const all = new Set(profiles.flatMap((profile) => [...rulesIn(tablesOf(profile)).keys()]));
  return {
    file: { wspsend: 'rules/1', traces: [...stated.values()].sort((a, b) => a.steps.length - b.steps.length || (a.id < b.id ? -1 : 1)) },
    unmet: [...all].filter((id) => !best.has(id)),
  };
}

/** Without every step that is not needed. */
const shortened = (scene: Scene, isNeeded: (scene: Scene) => boolean): Steps => {
  let { steps } = scene;
  for (let at = steps.length - 2; at >= 0; at--) {
    const without = steps.toSpliced(at, 1);
    if (isNeeded({ ...scene, steps: without })) steps = without;
  }
  return steps;
};

const textOf = ({ side, steps }: Scene): string =>
  [{ wspsend: traceVersion, ...(side && { side }) }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');

const statedOf = (scene: Scene): RuleTrace | undefined => {
  const { header, steps } = readTrace(textOf(scene));
  const said = profiles.map((profile) => [profile, saidBy(oracles, profile, { header: header!, steps: [...steps] })] as const);
  if (said.some(([, stated]) => stated === undefined)) return undefined;
  const [[, stated]] = said as unknown as readonly [readonly [Profile, Stated]];
  const except = said.filter(([, other]) => JSON.stringify(other) !== JSON.stringify(stated));
  return {
    id: createHash('sha256').update(JSON.stringify(scene)).digest('hex').slice(0, 12),
    ...scene,
    stated,
    ...(except.length > 0 && { except: Object.fromEntries(except) }),
  };
};

export const ruleFileText = ({ wspsend, traces }: RuleFile): string =>
  `{"wspsend":"${wspsend}","traces":[\n${traces.map((trace) => JSON.stringify(trace)).join(',\n')}\n]}\n`;
