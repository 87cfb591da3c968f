/** What of the model is explored. */

import type { Profile } from '../../model/clauses/profiles.ts';
import type { Bounds } from '../../model/product/labels.ts';
import type { SliceName } from '../../model/product/slices.ts';

export interface Explored {
  readonly slice: SliceName;
  readonly bounds: Bounds;
  readonly profile: Profile;
  /** Gives up when there are more states than this. */
  readonly statesMax?: number | undefined;
}
