/** A trace in the fragment of an address, as one page links to another. */

import type { Profile } from '../../../model/clauses/profiles.ts';

/** What a link puts behind the `#`: the trace as it is, percent-encoded, and the profile that it is read under. */
export const traceFragment = (trace: string, profile: Profile): string => `trace=${encodeURIComponent(trace.trim())}&profile=${profile}`;

/** The fields of a fragment, as they stand there. */
export const fragmentFields = (fragment: string): ReadonlyMap<string, string> =>
  new Map(
    fragment
      .replace(/^#/, '')
      .split('&')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
