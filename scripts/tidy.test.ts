/** Style is a test: what a reader relies on without looking. Each message says the mend. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';

const root = packageFile('.');

// ---- Files and what they import ------------------------------------------------------------------------------------------------

interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** `winsock` is a room of its own: all that both the model and an implementation may know. */
const roomOf = (path: string): string => (path.startsWith('model/winsock/') ? 'winsock' : path.slice(0, path.indexOf('/')));
/** Tests, and what generated tests are made of. */
const isTest = (path: string): boolean => /\.(?:test|fixture)\.ts$/.test(path) || /^properties\/generate\/test\w+\.ts$/.test(path);
const isBench = (path: string): boolean => path.startsWith('scripts/measure/bench/');
/** The package is made in one folder, and looked at in a test. */
const isPackage = (path: string): boolean => /^scripts\/package[./]/.test(path);
/** Mutants of our own code are made by Stryker, and the tests that meet them are collected as vitest does. */
const isCodeMutants = (path: string): boolean => path.startsWith('scripts/measure/codeMutants/');
const isBook = (path: string): boolean => path.startsWith('scripts/book/');
const isLocal = (name: string): boolean => name.startsWith('.');

// A statement stands at the start of a line, unlike the same words inside a comment or a string.
const importPattern = /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

const files: readonly string[] = ['model', 'impl', 'properties', 'generated', 'scripts'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((path) => posix.join(room, path.replaceAll('\\', '/'))),
);

const sources: readonly SourceFile[] = files
  .filter((path) => /\.m?tsx?$/.test(path) && !path.includes('node_modules/'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: [...text.matchAll(importPattern)].map(([, from, bare, dynamic]) => (from ?? bare ?? dynamic)!) };
  });

/** What a bundler is asked for stands behind a question mark. */
const importedPath = (file: SourceFile, name: string): string => posix.join(posix.dirname(file.path), name.split('?')[0]!);

/** One line for each thing found, so that a failure is a list of places. */
const found = (say: (file: SourceFile) => readonly string[]): string[] =>
  sources.flatMap((file) => say(file).map((what) => `${file.path}: ${what}`));

/** `room/folder`: what lies deeper belongs to it, what lies in the room itself is a place of its own. */
const folderOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');

const importsOfFolders = (): ReadonlyMap<string, ReadonlySet<string>> => {
  const edges = new Map<string, Set<string>>();
  for (const file of sources.filter(({ path }) => !isTest(path))) {
    const from = folderOf(file.path);
    const to = file.imports.filter(isLocal).map((name) => folderOf(importedPath(file, name)));
    edges.set(from, new Set([...(edges.get(from) ?? []), ...to]));
  }
  return edges;
};

/** All that can be reached from here, itself only by a circle. */
const reachedFrom = (start: string, edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> => {
  const found = new Set<string>();
  const open = [...(edges.get(start) ?? [])].filter((next) => next !== start);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(edges.get(next) ?? []));
  }
  return found;
};

/** Each circle once, by its members in the order of their names. */
const circles = (edges: ReadonlyMap<string, ReadonlySet<string>>): string[] => {
  const reached = new Map([...edges.keys()].map((start) => [start, reachedFrom(start, edges)]));
  const inCircles = [...reached].filter(([start, found]) => found.has(start));
  const members = inCircles.map(([start, found]) => [...found].filter((other) => reached.get(other)?.has(start)).sort());
  return [...new Set(members.map((names) => names.join(' ')))].sort();
};

// ---- Rules ---------------------------------------------------------------------------------------------------------------------

/** Which rooms a room may import from, itself apart. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  winsock: [],
  model: ['winsock'],
  impl: ['winsock'],
  properties: ['zod', 'winsock', 'model', 'impl'],
  generated: ['winsock', 'model', 'impl', 'properties'],
  scripts: ['winsock', 'model', 'impl', 'properties', 'generated'],
};

/** Which packages a room may import; `node:` stands for all of Node's own. Tests may also use the tools of tests. */
const packages: Readonly<Record<string, readonly string[]>> = {
  winsock: [],
  model: ['xstate'],
  impl: ['node:', 'koffi'],
  properties: ['node:', 'xstate', 'zod'],
  generated: ['node:', 'fast-check', 'vitest'],
  scripts: ['node:', '@clack/prompts', 'commander', 'fast-check', 'minisearch', 'picocolors', 'stemmer', 'vitest'],
};
const packagesOfTests = ['node:', 'vitest', 'fast-check'];
/** What the benchmark compares with ours: a user of the package does not need it. */
const packagesOfBench = ['d3-scale', 'd3-shape', 'bl', 'fast-check', 'ringbuf.js'];
/** What the package is made with. */
const packagesOfPackage = ['rolldown', 'rolldown-plugin-dts'];
const packagesOfCodeMutants = ['@stryker-mutator/api', '@vitest/runner', 'rolldown'];
/** What the book is made with, and looked at with: its pages are built here, and are no part of the package. */
const packagesOfBook = [
  '@stryker-mutator/api',
  '@tanstack/virtual-core',
  'mutation-testing-elements',
  'preact',
  'preact-render-to-string',
  'vite',
  '@viz-js/viz',
  'playwright-core',
  'axe-core',
];

const linesMax = 400;
/** Rows and nothing else: the register, the rulings, the machines; and tests that are tables of cases. */
const tables = /^model\/(?:clauses|machines)\/|\.test\.ts$/;

const packageOf = (name: string): string => {
  if (name.startsWith('node:')) return 'node:';
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
};

describe('imports', () => {
  test('of our own files follow the arrows between the rooms', () => {
    const wrong = found((file) =>
      file.imports
        .filter(isLocal)
        .map((name) => importedPath(file, name))
        .filter((path) => roomOf(path) !== roomOf(file.path) && !arrows[roomOf(file.path)]?.includes(roomOf(path))),
    );
    expect(wrong, 'Move what both need into model/winsock, or let the two meet in properties/').toEqual([]);
  });

  test('of packages are those that a room may know', () => {
    const wrong = found((file) => {
      const allowed = [
        ...packages[roomOf(file.path)]!,
        ...(isTest(file.path) ? packagesOfTests : []),
        ...(isBench(file.path) ? packagesOfBench : []),
        ...(isBook(file.path) ? packagesOfBook : []),
        ...(isPackage(file.path) ? packagesOfPackage : []),
        ...(isCodeMutants(file.path) ? packagesOfCodeMutants : []),
      ];
      return file.imports.filter((name) => !isLocal(name) && !allowed.includes(packageOf(name)));
    });
    expect(wrong, 'Hand in what the package gives from a room that may import it (model/ runs in a browser, impl/ stands alone)').toEqual(
      [],
    );
  });

  test('name files that exist, as they are called on disk', () => {
    const wrong = found((file) =>
      file.imports.filter(
        (name) =>
          isLocal(name) &&
          !(/\.(?:m?tsx?|css|json|c)(?:\?worker&inline|\?raw)?$/.test(name) && existsSync(join(root, importedPath(file, name)))),
      ),
    );
    expect(wrong, 'Write the path with its .ts; no path may lead out of the package').toEqual([]);
  });

  test('make no circle of folders', () => {
    expect(circles(importsOfFolders()), 'Move what both need into a folder below them; between files biome forbids it').toEqual([]);
  });

  test('of the graph library stand in one file', () => {
    const users = sources.filter(({ imports }) => imports.includes('xstate/graph')).map(({ path }) => path);
    expect(users.slice(1), `Call ${users[0]} instead`).toEqual([]);
  });
});

describe('files', () => {
  test(`have at most ${linesMax} lines, tables apart`, () => {
    const long = found(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > linesMax && !tables.test(path) && roomOf(path) !== 'generated' ? [`${lines} lines`] : [];
    });
    expect(long, 'Find the second concept in the file and give it a file of its own').toEqual([]);
  });

  test('are called after the concept that they hold', () => {
    const vague = found(({ path }) =>
      /(?:^|\/)(?:utils?|helpers?|common|misc|shared|index)(?:\.test)?\.tsx?$/.test(path) && path !== 'scripts/index.ts'
        ? ['says nothing']
        : [],
    );
    expect(vague, 'Name the one concept; scripts/index.ts alone is an entry').toEqual([]);
  });

  const banned: readonly [what: string, pattern: RegExp, mend: string][] = [
    ['no barrels', /^export \* from/m, 'Name what is exported'],
    ['no notes to come back to', /\b(?:TO[D]O|FIX[M]E|XX[X])\b/, 'Do it, or open an issue'],
    ['no test that shuts out or skips the others', /\b(?:test|describe|it)\.only\(/, 'Take .only away'],
    ['no leftovers of debugging', /\bconsole\.(?:log|debug|dir)\(|\bdebugger;/, 'Take it out; the CLI writes by printLine'],
    ['no silenced compiler', /@ts-(?:ignore|nocheck)/, 'Mend the type; where a test needs a wrong one, @ts-expect-error with its reason'],
  ];
  test.each(banned)('have %s', (_, pattern, mend) => {
    expect(
      found(({ text }) => text.match(pattern)?.slice(0, 1) ?? []),
      mend,
    ).toEqual([]);
  });
});

// ---- Nothing dead --------------------------------------------------------------------------------------------------------------

describe('nothing is dead', () => {
  const packageText = readFileSync(join(root, 'package.json'), 'utf8');
  /** What a word in a comment says is no use of it. */
  const code = new Map(sources.map(({ path, text }) => [path, text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')]));

  test('among what files export', () => {
    const uses = new Map<string, number>();
    for (const text of code.values()) for (const [word] of text.matchAll(/[\w$]+/g)) uses.set(word, (uses.get(word) ?? 0) + 1);
    const unused = found(({ path }) =>
      [...code.get(path)!.matchAll(/^export (?:default )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm)]
        .map(([, name]) => name!)
        .filter((name) => uses.get(name) === 1),
    );
    expect(unused, 'Delete it').toEqual([]);
  });

  test('among the files', () => {
    const paths = new Set(sources.map(({ path }) => path));
    /** Imports, and what is started as a program or a worker: a path in a string, in the build, from this file, or of a folder below it. */
    const named = (text: string, from: string): string[] =>
      [...text.matchAll(/[\w./-]+\.(?:js|tsx?|mts)\b/g)].flatMap(([name]) => {
        const source = name.replace(/^(?:\.{1,2}\/)*\.build\//, '').replace(/\.js$/, '.ts');
        const folder = posix.dirname(from);
        const below = [...paths].filter((path) => path.startsWith(`${folder}/`) && path.endsWith(`/${source}`));
        return [source, posix.join(folder, source), ...below];
      });
    const reached = new Set<string>();
    const open = [
      ...named(packageText, 'package.json'),
      ...sources.map(({ path }) => path).filter((path) => isTest(path) || /\.config\.ts$/.test(path)),
    ];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (reached.has(path) || !paths.has(path)) continue;
      reached.add(path);
      open.push(...named(code.get(path)!, path));
    }
    expect(
      [...paths].filter((path) => !reached.has(path)),
      'Delete the file, or use it',
    ).toEqual([]);
  });
});

// ---- Comments ------------------------------------------------------------------------------------------------------------------

test('comments stay within the line', () => {
  const columnsMax = 140;
  const isLong = (line: string): boolean => line.length > columnsMax && /^\s*(?:\/\/|\/?\*)|\s\/\/ /.test(line);
  const long = sources.filter(({ path, text }) => roomOf(path) !== 'generated' && text.split('\n').some(isLong)).map(({ path }) => path);
  expect(long, `Break the comment before column ${columnsMax}`).toEqual([]);
});

// ---- What is run elsewhere -----------------------------------------------------------------------------------------------------

describe('the workflows', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
  const runs = [...workflows, '.ci/run'].map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);

  test.each([...runs, ['package.json', Object.values(scripts).join('\n')] as const])(
    'and scripts: %s names npm scripts that exist',
    (_, text) => {
      const unknown = [...text.matchAll(/\bnpm (?:run (?:--?[\w-]+ )*([\w:-]+)|(test)\b)/g)]
        .map(([, script, isTheTest]) => (isTheTest === undefined ? script! : 'test'))
        .filter((script) => scripts[script] === undefined);
      expect(unknown, 'Mend the name, or add the script').toEqual([]);
    },
  );

  test.each([...runs, ['package.json', Object.values(scripts).join('\n')] as const])(
    'and scripts: %s names files that are there',
    (_, text) => {
      const missing = [...text.matchAll(/(?<![\w/])(?:\.build\/)?((?:impl|model|properties|scripts|generated)\/[\w./-]+)/g)]
        .map(([, path]) => path!.replace(/\.js$/, '.ts'))
        .filter((path) => !existsSync(join(root, path)) && !/\.(?:exe)$/.test(path));
      expect(missing, 'Mend the path').toEqual([]);
    },
  );
});

// ---- What the READMEs promise -----------------------------------------------------------------------------------------------------

describe.each(['README.md', ...files.filter((path) => /\/README\.md$/.test(path) && !path.includes('node_modules/'))])('%s', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;
  // Commands stand in code, between backticks or in a block; what a shell does with them is cut off.
  const code = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].flatMap(([, block, inline]) =>
    (block ?? inline ?? '').split('\n'),
  );
  const words = code.flatMap((line) => line.split(/&&|\||;|#/)).map((command) => command.trim().split(/\s+/));

  test('shows npm scripts that package.json has', () => {
    const unknown = words
      .filter(([npm, verb]) => npm === 'npm' && (verb === 'run' || verb === 'test'))
      .map(([, verb, name]) => (verb === 'run' ? name! : 'test'))
      .filter((name) => scripts[name] === undefined);
    expect(unknown, 'Mend the README, or add the script').toEqual([]);
  });

  test('shows commands and options that the command line knows', async () => {
    const built = pathToFileURL(packageFile('.build/scripts/cli/program.js')).href;
    const { commands } = await ((await import(built)) as typeof import('./cli/program.ts')).newProgram();
    const unknown = words
      .filter(([npx, name, command]) => npx === 'npx' && name === 'wspsend' && command !== undefined && command !== 'help')
      .flatMap(([, , name, ...rest]) => {
        const command = commands.find((known) => known.name() === name);
        if (command === undefined) return [name!];
        const options = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
        return options.filter((option) => !command.options.some(({ long }) => long === option)).map((option) => `${name} ${option}`);
      });
    expect(unknown, 'Mend the README, or add the command').toEqual([]);
  });

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
    expect(
      links.filter((link) => !existsSync(join(root, dirname(path), link))),
      'Mend the link',
    ).toEqual([]);
  });
});
