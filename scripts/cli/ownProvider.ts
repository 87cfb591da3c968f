import { fileURLToPath } from 'node:url';
import type { Profile } from '../../model/clauses/profiles.ts';

/** The module of our own provider, which is loaded as any other. What Windows chooses is not permitted everywhere, nor the reverse. */
export const ownProvider = (profile: Profile = 'page'): string =>
  fileURLToPath(
    profile === 'msafd'
      ? new URL('../../impl/provider/windows.js', import.meta.url)
      : new URL('../../impl/provider/provider.js', import.meta.url),
  );
