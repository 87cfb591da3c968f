/** The provider that somebody names on a command line, in a process of its own. */

import type { Profile } from '../../model/clauses/profiles.ts';
import { type Implementation, isolatedProvider, UnusableProvider } from '../../properties/verify.ts';
import { printableLines } from '../report/printable.ts';
import { UnusableInput } from './exit.ts';
import { ownProvider } from './ownProvider.ts';

/** More than this of what a provider prints helps nobody. */
const saidMax = 2 ** 16;

export interface NamedProvider {
  /** A path or the name of a package; ours when absent. */
  readonly provider?: string | undefined;
  /** Which of ours. */
  readonly profile?: Profile | undefined;
  readonly timeout?: number | undefined;
  readonly budget?: number | undefined;
}

/** Fails by UnusableInput when the module cannot be loaded or is no provider. */
export async function namedProvider({ provider, profile, timeout, budget }: NamedProvider): Promise<Implementation> {
  let said = 0;
  try {
    return await isolatedProvider(provider ?? ownProvider(profile), {
      ...(timeout !== undefined && { timeoutSeconds: timeout }),
      ...(budget !== undefined && { deadline: Date.now() + budget * 1000 }),
      // Our standard output is for what was asked of us.
      onSaid: (text) => {
        if (said < saidMax) process.stderr.write(printableLines(text));
        said += text.length;
      },
    });
  } catch (error) {
    throw error instanceof UnusableProvider ? new UnusableInput(`--provider must name ${error.message}`) : error;
  }
}
