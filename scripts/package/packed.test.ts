/** The package as a user gets it: packed, and installed in an empty folder. It takes the registry and minutes: `npm run test:package`. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../cli/packageFiles.ts';
import { packageEntries } from './bundle.ts';

const { devDependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** The examples of this project, as a user would write them: everything is imported by the name of the package. */
function writeExamples(to: string): void {
  mkdirSync(to, { recursive: true });
  const texts = { 'own.ts': 'ownProvider.fixture.ts', 'examples.test.ts': 'examples.test.ts' };
  for (const [name, source] of Object.entries(texts)) {
    const text = readFileSync(packageFile(`scripts/testing/${source}`), 'utf8')
      .replaceAll("'./ownProvider.fixture.ts'", "'./own.js'")
      .replaceAll("'../index.ts'", "'wspsend'")
      .replaceAll("'./fastCheck.ts'", "'wspsend/fast-check'")
      .replaceAll("'./vitest.ts'", "'wspsend/vitest'")
      .replaceAll("'../../properties/verify.ts'", "'wspsend/verify'");
    expect(text).not.toMatch(/from '\.\./);
    writeFileSync(join(to, name), text);
  }
}

describe.skipIf(process.env.WSPSEND_LONG === undefined)('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wspsend-packed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const names = Object.keys(packageEntries).map((entry) => (entry === 'index' ? 'wspsend' : `wspsend/${entry}`));
  let tarball = '';
  /** What the examples need: what the package names as its peers, and the types of Node. */
  const tools = ['vitest', 'fast-check', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);

  beforeAll(() => {
    const out = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: packageFile('.'), encoding: 'utf8' });
    tarball = join(folder, out.trim().split('\n').at(-1)!);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    run('npm', 'install', '--no-audit', '--no-fund', tarball, ...tools);
  });

  test('holds what users need and nothing else', () => {
    const packed = run('tar', 'tzf', tarball).trim().split('\n');
    expect(packed.filter((path) => /\.(?:test|fixture)\.|\/(?:cases|mutants|naive|races|bench|regressions|posix)\//.test(path))).toEqual(
      [],
    );
    expect(packed.length).toBeLessThan(150);
  });

  test('has nothing that publint or attw finds', () => {
    run('npx', '--yes', 'publint@0.3.25', '--strict', tarball);
    run('npx', '--yes', '@arethetypeswrong/cli@0.18.5', tarball, '--profile', 'esm-only');
  });

  /** The Node of this version, from the package `node`. */
  const nodeOf = (version: string): string => {
    run('npm', 'install', '--no-save', '--no-audit', '--no-fund', `node@${version}`, ...tools);
    const node = join(folder, 'node_modules/node/bin/node');
    expect(run(node, '--version')).toMatch(new RegExp(`^v${version}\\.`));
    return node;
  };

  describe.each(['20', '22', '24', '26'])('under Node %s', (version) => {
    let node = '';
    beforeAll(() => {
      node = nodeOf(version);
    });

    test('every entry can be imported', () => {
      for (const name of names) {
        const program = `const all = await ${'import'}('${name}'); if (Object.keys(all).length === 0) process.exit(1)`;
        // The matchers are vitest's, and have no use outside a test.
        if (name !== 'wspsend/vitest') expect(run(node, '--input-type=module', '-e', program)).toBe('');
      }
    });

    test('the command line runs', () => {
      const cli = join(folder, 'node_modules/wspsend/.build/package/cli.js');
      writeFileSync(
        join(folder, 'trace.ndjson'),
        '{"wspsend":"trace/1"}\n{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}\n',
      );
      expect(run(node, cli, 'check', 'trace.ndjson')).toMatch(/^accepted/);
      expect(run(node, cli, 'clauses', 'Return:1')).toMatch(/mutants/);
      expect(run(node, cli, 'ask', 'WSAEMSGSIZE')).toMatch(/^WSAEMSGSIZE \(10040\)/);
      expect(run(node, cli, 'verify', '--steps', '500', '--no-walks')).toMatch(/conforms/);
    });

    test('the examples pass: a provider of one’s own, a log, a property over the model', () => {
      writeExamples(join(folder, 'examples'));
      const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
      expect(run(node, vitest, 'run', 'examples')).toMatch(/Test Files +1 passed/);
    });
  });

  test.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'bundler'],
  ])('has its types for modules %s, resolved as %s does', (module, moduleResolution) => {
    const project = join(folder, moduleResolution);
    writeExamples(project);
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'ES2022',
      strict: true,
      noEmit: true,
      types: ['node'],
      skipLibCheck: false,
    };
    const files = ['use.ts', 'own.ts', 'examples.test.ts'];
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const imports = names.map((name, at) => `${'import'} * as m${at} from '${name}';\nconsole.log(m${at});\n`).join('');
    const provider = `${'import'} type { ProviderModule, SpiTable, World, WSPUPCALLTABLE } from 'wspsend';
${'import'} * as ours from 'wspsend/provider';
const start = (upcalls: WSPUPCALLTABLE): SpiTable => ours.WSPStartup(upcalls);
const world = (): World => ours.world();
export const mine: ProviderModule = { WSPStartup: start, world };
`;
    writeFileSync(join(project, 'use.ts'), `${imports}${provider}`);
    expect(run(packageFile('node_modules/.bin/tsc'), '-p', project)).toBe('');
  });

  test('keeps a trace as a test of a provider of the user, which is green once the fault is mended', () => {
    const wrong = `${'import'} * as ours from 'wspsend/provider';
export const world = ours.world;
export const WSPStartup = (upcalls) => {
  const table = ours.WSPStartup(upcalls);
  const WSPSend = (s, buffers, n, count, ...rest) => {
    const rc = table.WSPSend(s, buffers, n, count, ...rest);
    if (rc === 0 && count && !rest[1]) count.value--;
    return rc;
  };
  return { ...table, WSPSend };
};
`;
    writeFileSync(join(folder, 'mine.mjs'), wrong);
    const sent = ['{"wspsend":"trace/1"}', '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","returns":{"rc":0}}'];
    sent.push(
      '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
      '{"call":"WSPSend","socket":"A","buffers":[9],"returns":{"rc":0,"bytes":8}}',
    );
    writeFileSync(join(folder, 'short.ndjson'), sent.join('\n'));
    run('npx', 'wspsend', 'generate', '--from', 'short.ndjson', '--to', 'kept', '--provider', './mine.mjs');
    expect(() => run('npx', 'vitest', 'run', 'kept')).toThrow();
    writeFileSync(join(folder, 'mine.mjs'), `${'export'} { world, WSPStartup } from 'wspsend/provider';\n`);
    expect(run('npx', 'vitest', 'run', 'kept')).toMatch(/1 passed/);
  });
});
