/**
 * The package: the modules that the compiler wrote, in a few files.
 *
 * To find, read and link a file takes longer than to run most of what is in it, so that what is always loaded together is one file. What
 * several entries use stands once, in a file that all of them import: a class is the same class however it is reached.
 */

import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { packageFile } from '../cli/packageFiles.ts';

/** Paths by name, relative to the folder of the package's code, and their contents. */
export type PackageFiles = ReadonlyMap<string, string>;

const built = (module: string, extension = '.js'): string => packageFile(`.build/${module}${extension}`);

/** What `exports` in package.json names: the name of the file, and the module that it is made of. */
export const packageEntries = {
  index: 'scripts/index',
  model: 'model/model',
  possible: 'model/possible',
  verify: 'properties/verify',
  provider: 'impl/provider/provider',
  rings: 'impl/rings',
  vitest: 'scripts/testing/vitest',
  'fast-check': 'scripts/testing/fastCheck',
} as const;
const program = 'scripts/cli';

const inputs = (modules: Readonly<Record<string, string>>, extension = '.js'): Record<string, string> =>
  Object.fromEntries(Object.entries(modules).map(([name, module]) => [name, built(module, extension)]));

/** Other packages are installed with ours; Node has the rest. */
const isOutside = (name: string): boolean => /^[a-z@]/.test(name);

/** How long the plugins take is no warning: theirs is most of the work. */
const checks = { pluginTimings: false };

export async function packageCode(): Promise<PackageFiles> {
  return new Map([...(await code()), ...(await types())]);
}

// ---- Code ----------------------------------------------------------------------------------------------------------------------

const jobs = /\/scripts\/cli\/jobs\/[^/]+\.js$/;

async function code(): Promise<PackageFiles> {
  const bundled = await rolldown({
    input: inputs({ ...packageEntries, cli: program }),
    platform: 'node',
    external: isOutside,
    checks,
    // A shared file may be an entry too, and then exports what the others take of it. package.test.ts sees that no entry of ours is one.
    preserveEntrySignatures: 'allow-extension',
    treeshake: { moduleSideEffects: (id) => jobs.test(id) || /\/scripts\/(?:cli(?:\/signals)?|testing\/vitest)\.js$/.test(id) },
    plugins: [found()],
  });
  const start = reachedFrom(program, 'scripts/cli/program');
  const check = reachedFrom('scripts/cli/commands/check');
  const model = reachedFrom(packageEntries.model);
  const { output } = await bundled.generate({
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        // A job is a file of its own, since it is found by the address of the file that it stands in.
        { name: (path) => `job-${basename(path, '.js')}`, debugName: 'jobs', test: jobs },
        // What every command needs, what judges (a browser loads it too), and what else it takes to check a trace.
        { name: 'start', test: (path) => start.has(path) },
        { name: 'judge', test: (path) => check.has(path) && model.has(path) },
        { name: 'checking', test: (path) => check.has(path) },
      ],
    },
  });
  await bundled.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])));
}

/** The built modules that these load before they run, themselves left out: each begins a file, since it is loaded when it is its turn. */
function reachedFrom(...modules: readonly string[]): ReadonlySet<string> {
  const files = modules.map((module) => built(module));
  const reached = new Set(files);
  for (const file of reached) {
    for (const [, from, bare] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^'"`;]*?\bfrom '(\.[^']+)'|^import '(\.[^']+)'/gm,
    )) {
      reached.add(resolve(dirname(file), (from ?? bare)!));
    }
  }
  for (const file of files) reached.delete(file);
  return reached;
}

/** A module that is started by its address stands next to the file that starts it, under its own name. */
const found = (): Plugin => ({
  name: 'found-by-address',
  transform(text, id) {
    return text.replace(/new URL\('(\.[^']+\.js)', import\.meta\.url\)/g, (_, path: string) => {
      const module = resolve(dirname(id), path);
      const fileName = basename(module);
      if (!Object.values(packageEntries).some((entry) => built(entry) === module)) this.emitFile({ type: 'chunk', id: module, fileName });
      return `new URL('./${fileName}', import.meta.url)`;
    });
  },
});

// ---- Types ---------------------------------------------------------------------------------------------------------------------

/** The compiler has written those of each module; here they are only brought together. */
async function types(): Promise<PackageFiles> {
  const bundled = await rolldown({
    input: inputs(packageEntries, '.d.ts'),
    external: isOutside,
    checks,
    plugins: [dts({ dtsInput: true, oxc: true, tsconfig: false })],
  });
  const { output } = await bundled.generate({ entryFileNames: '[name].ts', chunkFileNames: '[name].ts' });
  await bundled.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])));
}
