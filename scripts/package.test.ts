/** What the package gives to those who install it. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as model from '../model/model.ts';
import { packageFile } from './cli/packageFiles.ts';
import * as entry from './index.ts';

interface Package {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}
const { name, bin, exports } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as Package;
const isBuilt = existsSync(packageFile('.build/scripts/cli.js'));

/** All built modules that this one loads, and the names of what they import that is not built here. */
const reachedFrom = (file: string): { readonly files: ReadonlySet<string>; readonly others: ReadonlySet<string> } => {
  const files = new Set<string>([file]);
  const others = new Set<string>();
  for (const path of files) {
    const text = readFileSync(packageFile(path), 'utf8');
    for (const [, from, bare, dynamic] of text.matchAll(
      /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    )) {
      const imported = (from ?? bare ?? dynamic)!;
      if (imported.startsWith('.')) files.add(posix.join(posix.dirname(path), imported));
      else others.add(imported);
    }
  }
  return { files, others };
};

describe.skipIf(!isBuilt)('the built package', () => {
  const built = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : [target.types, target.default]));

  test('has the files that package.json promises', () => {
    expect([...built, ...Object.values(bin)].filter((path) => !existsSync(packageFile(path)))).toEqual([]);
  });

  test(`lets a browser load ${name}/model: nothing of Node's, no generator of tests`, () => {
    const { others, files } = reachedFrom('.build/model/model.js');
    expect([...others]).toEqual([]);
    expect([...files].filter((path) => !path.startsWith('.build/model/'))).toEqual([]);
  });

  test('needs at run time what package.json lists as dependencies, and nothing else', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
      readonly dependencies: object;
      readonly optionalDependencies: object;
    };
    const listed = new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
    const entries = ['scripts/cli', 'scripts/index', 'properties/verify', 'impl/provider/provider', 'impl/rings'];
    const needed = new Set(entries.flatMap((path) => [...reachedFrom(`.build/${path}.js`).others]));
    const unlisted = [...needed].filter((imported) => !imported.startsWith('node:') && !listed.has(imported));
    expect(unlisted, 'Move it from devDependencies, or load it in tests alone').toEqual([]);
  });
});

test(`the entry has everything of ${name}/model`, () => {
  expect(Object.keys(entry)).toEqual(expect.arrayContaining(Object.keys(model)));
});

/** Takes the registry, and most of a minute. */
describe.skipIf(process.env.WSPSEND_LONG === undefined)('the packed package, installed in an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wspsend-package-'));
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  test('runs, and holds nothing that only its tests need', () => {
    try {
      const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
        cwd: dirname(packageFile('package.json')),
        encoding: 'utf8',
      }).trim();
      writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
      run('npm', 'install', '--no-audit', '--no-fund', join(folder, tarball.split('\n').at(-1)!));
      const packed = run('tar', 'tzf', tarball.split('\n').at(-1)!).split('\n');
      expect(packed.filter((path) => /\.(?:test|fixture)\.|\/(?:cases|mutants|naive|races|bench|regressions)\//.test(path))).toEqual([]);
      for (const entry of Object.keys(exports).filter((path) => !path.endsWith('.json'))) {
        const imported = `${name}${entry.slice(1)}`;
        expect(
          run('node', '-e', 'import(process.argv[1]).then((all) => process.exit(Object.keys(all).length > 0 ? 0 : 1))', imported),
        ).toBe('');
      }
      writeFileSync(
        join(folder, 'trace.ndjson'),
        '{"wspsend":"trace/1"}\n{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}\n',
      );
      expect(run('npx', name, 'check', 'trace.ndjson')).toMatch(/^accepted/);
      expect(run('npx', name, 'clauses', 'Return:1')).toMatch(/mutants/);
      expect(run('npx', name, 'verify', '--steps', '500', '--no-walks')).toMatch(/conforms/);
      expect(run('npx', name, 'generate', '--vectors', 'vectors.ndjson', '--slice', 'smallest')).toMatch(/^4000 vectors/);
      expect(() => run('npx', name, 'generate', '--check')).toThrow(/must run in a clone/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);
});
