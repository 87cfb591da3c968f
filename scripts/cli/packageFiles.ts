/** Where the package's own files are, from the sources and from the build alike. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = ((): URL => {
  for (let folder = new URL('./', import.meta.url); ; folder = new URL('../', folder)) {
    if (existsSync(new URL('package.json', folder))) return folder;
    if (folder.pathname === '/') throw new Error(`package.json must stand in a folder above this file: ${import.meta.url}`);
  }
})();

export const packageFile = (path: string): string => fileURLToPath(new URL(path, root));
