/** What the package gives to those who install it. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';
import { packageEntries } from './package/bundle.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
const { name, version, bin, exports, dependencies, peerDependencies } = JSON.parse(
  readFileSync(packageFile('package.json'), 'utf8'),
) as Package;

const folder = packageFile('.build/package');
const builder = packageFile('.build/scripts/package/build.js');
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** The compiler may have run since the package was built. */
const isStale = (): boolean => {
  if (!existsSync(join(folder, 'cli.js'))) return true;
  const made = statSync(join(folder, 'cli.js')).mtimeMs;
  const written = (room: string): number[] =>
    readdirSync(packageFile(`.build/${room}`), { recursive: true, encoding: 'utf8' }).map(
      (path) => statSync(packageFile(`.build/${room}/${path}`)).mtimeMs,
    );
  return ['model', 'impl', 'properties', 'scripts'].some((room) => written(room).some((time) => time > made));
};

/** All files of the package that this one loads, at once or later, and the names of what they import that is not ours. */
const reachedFrom = (file: string): { readonly files: ReadonlySet<string>; readonly others: ReadonlySet<string> } => {
  const files = new Set<string>([file]);
  const others = new Set<string>();
  for (const path of files) {
    for (const [, from, bare, dynamic] of textOf(path).matchAll(
      /^(?:import|export)\b[^'"`;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
    )) {
      const imported = (from ?? bare ?? dynamic)!;
      if (imported.startsWith('.')) files.add(posix.normalize(imported));
      else others.add(imported);
    }
  }
  return { files, others };
};

describe.skipIf(!existsSync(builder))('the built package', () => {
  beforeAll(() => {
    if (isStale()) execFileSync(process.execPath, [builder], { stdio: 'ignore' });
  });

  test('exports what it is built of, with the types next to the code', () => {
    const { '.': main, './package.json': itself, ...others } = exports;
    expect(itself).toBe('./package.json');
    const built = Object.keys(packageEntries).map((entry) => ({
      types: `./.build/package/${entry}.d.ts`,
      default: `./.build/package/${entry}.js`,
    }));
    expect([main, ...Object.values(others)]).toEqual(built);
    expect(Object.keys(others)).toEqual(Object.keys(packageEntries).flatMap((entry) => (entry === 'index' ? [] : `./${entry}`)));
    const promised = [...built.flatMap(({ types, default: code }) => [types, code]), ...Object.values(bin)];
    expect(promised.filter((path) => !existsSync(packageFile(path)))).toEqual([]);
  });

  test.each(Object.entries(packageEntries))('has in %s the names of its module, and no other', async (entry, module) => {
    const [built, source] = await Promise.all(
      [join(folder, `${entry}.js`), packageFile(`.build/${module}.js`)].map((path) => import(pathToFileURL(path).href) as Promise<object>),
    );
    expect(Object.keys(built!)).toEqual(Object.keys(source!));
  });

  test(`has everything of ${name}/model in its main entry`, async () => {
    const [main, model] = (await Promise.all([import(join(folder, 'index.js')), import(join(folder, 'model.js'))])) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    expect(Object.entries(model).filter(([key, value]) => main[key] !== value)).toEqual([]);
  });

  test(`lets a browser load ${name}/model: nothing of Node's, no generator of tests, at most 78 kB when packed`, async () => {
    const { others } = reachedFrom('model.js');
    expect([...others]).toEqual([]);
    const bundled = await rolldown({ input: join(folder, 'model.js'), platform: 'browser' });
    const { output } = await bundled.generate({ minify: true });
    expect(output).toHaveLength(1);
    expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThan(78_000);
  });

  test('needs at run time what package.json lists as dependencies, and nothing else', () => {
    const needed = [...Object.keys(packageEntries), 'cli'].flatMap((entry) => [...reachedFrom(`${entry}.js`).others]);
    const unlisted = needed.filter((imported) => {
      const [, scoped, plain] = /^(?:(@[^/]+\/[^/]+)|([^/]+))/.exec(imported)!;
      const listed = { ...dependencies, ...peerDependencies };
      return !imported.startsWith('node:') && !Object.hasOwn(listed, (scoped ?? plain)!);
    });
    expect(unlisted, 'Move it from devDependencies, or load it in tests alone').toEqual([]);
  });

  test('gives each job of the command line a file of its own, since it is found by the address of that file', () => {
    const jobs = readdirSync(folder).filter((file) => file.endsWith('.js') && /^serveJob\(/m.test(textOf(file)));
    expect(jobs.every((file) => textOf(file).match(/^serveJob\(/gm)!.length === 1)).toBe(true);
    const written = readdirSync(packageFile('scripts/cli/jobs')).map((file) => `job-${basename(file, '.ts')}.js`);
    expect(jobs.sort()).toEqual(written.sort());
  });
});

// ---- What a short command loads ------------------------------------------------------------------------------------------------

/** What Node loaded to run these words, and what they printed. */
const loadedBy = (...words: readonly string[]): { readonly text: string; readonly files: readonly string[] } => {
  const coverage = mkdtempSync(join(tmpdir(), 'wspsend-loaded-'));
  try {
    const text = execFileSync(process.execPath, [join(folder, 'cli.js'), ...words], {
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
      encoding: 'utf8',
    });
    const [report] = readdirSync(coverage);
    const { result } = JSON.parse(readFileSync(join(coverage, report!), 'utf8')) as {
      readonly result: readonly { readonly url: string }[];
    };
    return { text, files: result.map(({ url }) => url).filter((url) => url.startsWith('file:')) };
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
};

describe.skipIf(!existsSync(builder))('a short command loads little', () => {
  const traces = mkdtempSync(join(tmpdir(), 'wspsend-short-'));
  afterAll(() => rmSync(traces, { recursive: true }));

  test('for the version, nothing of a command', () => {
    const { text, files } = loadedBy('--version');
    expect(text).toBe(`${version}\n`);
    expect(files.map((url) => posix.basename(url)).sort()).toEqual(['cli.js', 'start.js']);
  });

  test('to check a trace, seven files of ours, commander and picocolors', () => {
    const trace = join(traces, 'short.ndjson');
    writeFileSync(trace, '{"wspsend":"trace/1"}\n{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}\n');
    const { text, files } = loadedBy('check', trace);
    expect(text).toMatch(/^accepted/);
    const ours = files.filter((url) => !url.includes('/node_modules/')).map((url) => posix.basename(url));
    expect(ours.sort()).toEqual(['check.js', 'checking.js', 'cli.js', 'job-check.js', 'judge.js', 'program.js', 'start.js']);
    const packages = files.flatMap((url) => /\/node_modules\/([^/]+)\//.exec(url)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual(['commander', 'picocolors']);
  });
});
