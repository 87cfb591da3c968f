/** Which kept trace kills which mutant of the judge. */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { tablesOf } from '../../model/compiled/tables.ts';
import { advance } from '../../model/oracle/advance.ts';
import type { JudgeMutant } from './judgeMutants.ts';
import { differsAt, saidBy } from './judging.ts';
import type { Kept } from './kept.ts';
import { watched, worldOf } from './patching.ts';

/** A kept trace that a mutant judges otherwise than is stated, under this profile, and the steps that it takes to see it. */
export interface KilledByTrace {
  readonly trace: string;
  readonly profile: Profile;
  readonly steps: number;
}

/** The steps after which the mutant says of a kept trace something else than is stated; undefined where it does not. */
export function killedBy(mutant: JudgeMutant, kept: Kept, profile: Profile): number | undefined {
  const stated = kept.stated[profile];
  if (stated === undefined) return undefined;
  const line = differsAt(saidBy(mutant.judges, profile, kept), stated, kept.steps);
  return line === undefined ? undefined : kept.steps.findLastIndex((step) => step.line <= line) + 1;
}

/** The kept traces by the rules whose word counts in them, each list the shortest first. */
export class Killers {
  readonly #all: readonly { readonly kept: Kept; readonly profile: Profile }[];
  readonly #byRule = new Map<string, { readonly kept: Kept; readonly profile: Profile }[]>();

  /** @param kept The shortest first. */
  constructor(kept: readonly Kept[]) {
    this.#all = kept.flatMap((trace) => profiles.filter((profile) => trace.stated[profile]).map((profile) => ({ kept: trace, profile })));
    const used = new Set<string>();
    const tables = Object.fromEntries(profiles.map((profile) => [profile, watched(tablesOf(profile), (id) => used.add(id))]));
    for (const entry of this.#all) {
      used.clear();
      const world = worldOf(tables[entry.profile]!, entry.kept.header);
      for (const { step } of entry.kept.steps) if (advance(world, step) !== undefined) break;
      for (const id of used) {
        const known = this.#byRule.get(id);
        if (known === undefined) this.#byRule.set(id, [entry]);
        else known.push(entry);
      }
    }
  }

  /** The kill that takes the fewest steps. */
  killOf(mutant: JudgeMutant): KilledByTrace | undefined {
    let best: KilledByTrace | undefined;
    const candidates = mutant.rule === undefined ? this.#all : (this.#byRule.get(mutant.rule) ?? []);
    let left = triesMax;
    for (const { kept, profile } of candidates) {
      if (!mutant.profiles.includes(profile)) continue;
      // A longer trace may still be cut short, but hardly by much: those that are twice as long are not tried.
      if (best !== undefined && (kept.steps.length > 2 * best.steps || left-- <= 0)) break;
      const steps = killedBy(mutant, kept, profile);
      if (steps !== undefined && (best === undefined || steps < best.steps)) best = { trace: kept.name, profile, steps };
    }
    return best;
  }
}

/** How many more traces are tried for a shorter kill once there is one. */
const triesMax = 40;
