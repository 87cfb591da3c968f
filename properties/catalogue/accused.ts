/** Which case of the campaign accuses an implementation that has a fault, in the shortest form that is found. */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import { isFailing } from '../campaign/caseResult.ts';
import { drawsOf } from '../campaign/draws.ts';
import { runCase } from '../campaign/runCase.ts';
import { shrink } from '../campaign/shrink.ts';
import type { Implementation } from '../conversation/implementation.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/** Accused when these are asked of it, under a profile. */
export interface KilledByRequests {
  readonly requests: readonly CampaignRequest[];
  readonly profile: Profile;
  /** It is seen at the end of the case, in which everything is drained. */
  readonly finishes?: true;
  /** Steps of the trace up to the one that is not permitted. */
  readonly steps: number;
  /** Where the campaign met it: the seed, and the number of the case, from 0. */
  readonly seed: number;
  readonly case: number;
}

/** An implementation with a fault, and the clauses that it may be accused by. */
export interface Suspect {
  readonly implementation: Implementation;
  readonly breaks: readonly ClauseId[];
}

/** Cases of a campaign of the default length, or fewer. */
const casesMax = 350;
const shrinkMs = 20_000;

/** Looks through the cases of these seeds, each a campaign of its own. */
export async function accusation(suspect: Suspect, profile: Profile, seeds: readonly number[]): Promise<KilledByRequests | undefined> {
  const { implementation, breaks } = suspect;
  for (const seed of seeds) {
    for (let index = 0; index < casesMax; index++) {
      const found = await runCase(implementation, { profile, draws: drawsOf(seed, index) });
      if (!isFailing(found) || !breaks.some((id) => id === found.deviation.clauses[0])) continue;
      const { failing, shown } = await shrink(implementation, found, { profile, deadline: Date.now() + shrinkMs, now: Date.now });
      // What does not show again by its requests alone is looked for on.
      if (shown.times === 0) continue;
      const finishes = failing.deviation.kind === 'stalled';
      const killed = { requests: failing.requests, profile, ...(finishes && { finishes: true as const }) };
      if (await isAccused(suspect, killed)) return { ...killed, steps: failing.deviation.at + 1, seed, case: index };
    }
  }
  return undefined;
}

/** Whether it is accused, by a clause that it breaks, when these are asked of it. */
export async function isAccused(
  { implementation, breaks }: Suspect,
  { requests, profile, finishes }: Pick<KilledByRequests, 'requests' | 'profile' | 'finishes'>,
): Promise<boolean> {
  const result = await runCase(implementation, { profile, requests, finishes: finishes === true, beginning: { isFresh: true } });
  return isFailing(result) && breaks.some((id) => id === result.deviation.clauses[0]);
}
