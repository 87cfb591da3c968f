/** The test files with all that they import, as few files of JavaScript: a thread that loads them is up in no time. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { switched } from './switches.ts';

/** A test file, and what is loaded in its place. */
export interface Bundled {
  readonly file: string;
  readonly loaded: string;
}

export async function bundled(files: readonly string[], root: string): Promise<Bundled[]> {
  const dir = join(root, '.bundled');
  const bundle = await rolldown({
    input: Object.fromEntries(files.map((file, at) => [`test${at}`, file])),
    platform: 'node',
    external: /^(?!\.|\/)/,
    // What a module reads lies next to it, and not next to the bundle.
    plugins: [
      {
        name: 'place',
        transform: (code, id) => ({ code: switched(code).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) }),
      },
    ],
    treeshake: false,
    logLevel: 'warn',
  });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
  await bundle.close();
  return files.map((file, at) => ({ file, loaded: join(dir, `test${at}.mjs`) }));
}
