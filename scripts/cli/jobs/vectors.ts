/** Makes vectors, and hands them over in portions: there are tens of thousands. */

import type { Profile } from '../../../model/clauses/profiles.ts';
import type { SliceName } from '../../../model/product/slices.ts';
import { vectorPlans, vectorsOf } from '../../../properties/vectors/generate.ts';
import { handMade } from '../../../properties/vectors/handMade.ts';
import type { Vector } from '../../../properties/vectors/vector.ts';
import { UnusableInput } from '../exit.ts';
import { type OnProgress, onWorker, serveJob } from '../onWorker.ts';

export interface VectorJob {
  readonly slice?: SliceName;
  /** Only those whose last step this profile can reach: a vector that it refuses before its last step shows it nothing. */
  readonly profile?: Profile;
}

/** The vectors as lines. Fails by UnusableInput for a slice that has none. */
export const vectorsOnWorker = (job: VectorJob, onProgress: OnProgress): Promise<readonly string[]> =>
  onWorker(import.meta.url, job, onProgress);

serveJob(import.meta.url, ({ slice, profile }: VectorJob, onProgress): readonly string[] => {
  const plans = vectorPlans.filter((plan) => slice === undefined || plan.slice === slice);
  if (plans.length === 0) {
    throw new UnusableInput(`--slice must be one that vectors are made of, ${vectorPlans.map((plan) => plan.slice).join(', ')}: ${slice}`);
  }
  const total = plans.reduce((sum, { most }) => sum + most, 0);
  const lines: string[] = [];
  const seen = new Set<string>();
  let made = 0;
  const take = (vectors: Iterable<Vector>): void => {
    for (const vector of vectors) {
      if ((++made & 0x3ff) === 0) onProgress(made, total, 'vectors');
      const line = profile === undefined ? undefined : vector.profiles[profile].line;
      if (line !== undefined && line < vector.steps.length + 1) continue;
      // Slices overlap: two of them may lead to the same steps.
      if (seen.has(vector.id)) continue;
      seen.add(vector.id);
      lines.push(JSON.stringify(vector));
    }
  };
  for (const plan of plans) take(vectorsOf(plan));
  if (slice === undefined) take(handMade());
  return lines;
});
