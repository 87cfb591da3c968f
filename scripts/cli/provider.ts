/** The provider that somebody names on a command line, in a process of its own. */

import { fileURLToPath } from 'node:url';
import type { Profile } from '../../model/clauses/profiles.ts';
import { type Implementation, isolatedProvider, UnusableProvider } from '../../properties/verify.ts';
import { printableLines } from '../report/printable.ts';
import { UnusableInput } from './exit.ts';

/** The module of our own provider, which is loaded as any other. What Windows chooses is not permitted everywhere, nor the reverse. */
export const ownProvider = (profile: Profile): string =>
  fileURLToPath(
    profile === 'msafd'
      ? new URL('../../impl/provider/windows.js', import.meta.url)
      : new URL('../../impl/provider/provider.js', import.meta.url),
  );

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
export async function namedProvider({ provider, profile = 'page', timeout, budget }: NamedProvider): Promise<Implementation> {
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
