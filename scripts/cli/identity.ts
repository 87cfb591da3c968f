/** How this program and a provider's module differ from others of the same name. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { VerifyOptions } from '../../properties/verify.ts';
import { version } from './version.ts';

/** For a provider that is a package or cannot be read, its name must be enough. */
export const identityOf = (provider: string | undefined): NonNullable<VerifyOptions['identity']> => ({
  version: version(),
  provider: provider === undefined ? '' : digestOfFile(provider),
});

const digestOfFile = (file: string): string => {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  } catch {
    return '';
  }
};
