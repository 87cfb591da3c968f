/**
 * What an observer can know: the set of states of the bounded model that agree with everything seen so far, for each profile. The
 * transport's own steps are seen by nobody, so the set is closed under them.
 */

import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { Kernel } from '../../model/explore/kernel.ts';
import { type Bounds, isHidden, type Label } from '../../model/product/labels.ts';
import type { Slice } from '../../model/product/slices.ts';

/** States as their words, each once and in a fixed order; undefined once a step was refused. */
export type States = readonly Int32Array[] | undefined;
export type Known = { readonly [profile in Profile]: States };

export type Verdict = 'permitted' | 'refused';

export class Knowledge {
  readonly labels: readonly Label[];
  readonly kernels: { readonly [profile in Profile]: Kernel };
  private readonly hidden: readonly number[];

  constructor(slice: Slice, bounds: Bounds) {
    this.kernels = Object.fromEntries(profiles.map((profile) => [profile, new Kernel(slice, bounds, profile)])) as typeof this.kernels;
    this.labels = this.kernels.page.labels;
    this.hidden = this.labels.flatMap((label, index) => (isHidden(label) ? [index] : []));
  }

  get initial(): Known {
    return Object.fromEntries(
      profiles.map((profile) => {
        const words = new Int32Array(this.kernels[profile].width);
        this.kernels[profile].initial(words, 0);
        return [profile, this.closed(profile, [words])];
      }),
    ) as unknown as Known;
  }

  /** What is known after a step, or undefined where no profile that is still open can try it in every way that it may stand. */
  after(known: Known, index: number): { readonly known: Known; readonly clauses: readonly ClauseId[] } | undefined {
    const next: Partial<Record<Profile, States>> = {};
    const clauses = new Set<ClauseId>();
    for (const profile of profiles) {
      const states = known[profile];
      if (states === undefined) {
        next[profile] = undefined;
        continue;
      }
      const kernel = this.kernels[profile];
      if (!states.some((words) => kernel.possible(words, 0, index))) return undefined;
      const found: Int32Array[] = [];
      for (const words of states) {
        const to = new Int32Array(kernel.width);
        if (!kernel.step(words, 0, index, to, 0)) continue;
        found.push(to);
        for (const id of kernel.ruleOf(words, 0, index)?.clauses ?? []) clauses.add(id);
      }
      next[profile] = found.length === 0 ? undefined : this.closed(profile, found);
    }
    return { known: next as Known, clauses: [...clauses].sort() };
  }

  private closed(profile: Profile, states: readonly Int32Array[]): Int32Array[] {
    const kernel = this.kernels[profile];
    const seen = new Map<string, Int32Array>();
    const queue: Int32Array[] = [];
    const add = (words: Int32Array): void => {
      const key = words.join();
      if (seen.has(key)) return;
      seen.set(key, words);
      queue.push(words);
    };
    states.forEach(add);
    for (const words of queue) {
      for (const index of this.hidden) {
        const to = new Int32Array(kernel.width);
        if (kernel.step(words, 0, index, to, 0)) add(to);
      }
    }
    return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, words]) => words);
  }
}

/** The same text for the same knowledge. */
export const keyOf = (known: Known): string =>
  profiles.map((profile) => known[profile]?.map((words) => words.join()).join(';') ?? '-').join('|');
