import { type AnyReading, type Profile, permitsReading } from '../../model/clauses/profiles.ts';
import type { ClauseId } from '../../model/clauses/register.ts';
import type { RulingId } from '../../model/clauses/rulings.ts';
import type { CampaignRequest } from '../conversation/requests.ts';

/** Where the page leaves a choice: what our provider does, what else it does when an injection makes it, and requests that show each. */
export interface Point {
  /** The ruling that leaves it, or the clause, where no two profiles read it differently. */
  readonly about: RulingId | ClauseId;
  readonly own: Shown | OwnWord;
  readonly others: readonly Provoked[];
}

export interface Shown {
  readonly does: string;
  /** Any of these readings permits it; without any, every profile leaves it open. */
  readonly readings: readonly AnyReading[] | 'every profile';
  /** On a provider that has just been started. */
  readonly requests: readonly CampaignRequest[];
  /** Fields of steps of the trace, in this order; they are there only if the provider does so. A call and its end count as one step. */
  readonly steps: readonly object[];
}

export interface Provoked extends Shown {
  /** The kinds of environment that bring it about; they are among the requests. */
  readonly by: readonly [string, ...string[]];
}

/** No trace shows whether the provider does so. */
export interface OwnWord {
  readonly does: string;
  readonly because: string;
}

export const isShown = (own: Shown | OwnWord): own is Shown => 'requests' in own;

export const isReadingOf = ({ readings }: Shown, profile: Profile): boolean =>
  readings === 'every profile' || readings.some((reading) => permitsReading(profile, reading));
