/** Scripts of pages. A browser loads neither a module nor a worker's module from a file, so each becomes one classic script. */

import { build } from 'vite';
import { assetPath } from './layout.tsx';

/** How long the plugins take is no warning: theirs is most of the work. */
const checks = { pluginTimings: false };

/**
 * @param source The entry, a path from the root. A worker is imported as `./name.ts?worker&inline`.
 * @param root The package's folder.
 * @param out The book's folder.
 */
export async function bundle(source: string, root: string, out: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'iife', rolldownOptions: { checks } },
    build: {
      rolldownOptions: { checks },
      outDir: out,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      lib: { entry: source, formats: ['iife'], name: 'wspsend', fileName: () => assetPath(source) },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
}
