import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** model/README.md says which files an addition leads to. Here it is made, in a copy, and the compiler is asked. */

const root = fileURLToPath(new URL('..', import.meta.url));

interface Row {
  readonly file: string;
  readonly leads: string;
}

const sections: ReadonlyMap<string, readonly Row[]> = new Map(
  readFileSync(join(root, 'model/README.md'), 'utf8')
    .split(/^## /mu)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.split('\n');
      const rows = lines.flatMap((line) => {
        const [, file, , leads] = line.split('|').map((cell) => cell.trim());
        return file?.startsWith('`') ? [{ file: file.replaceAll('`', ''), leads: leads ?? '' }] : [];
      });
      return [title.replace(/^To add (a|an) /u, ''), rows];
    }),
);

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The addition as far as its first files go: what makes the compiler look for the rest. */
const additions: { readonly [name: string]: readonly Edit[] } = {
  flag: [{ file: 'model/winsock/codes.ts', from: 'MSG_DONTROUTE: 0x4,', to: 'MSG_DONTROUTE: 0x4, MSG_TEST: 0x10,' }],
  'error row': [
    { file: 'model/winsock/codes.ts', from: '  WSAENOTCONN: 10057,', to: '  WSAENOTCONN: 10057,\n  WSAETEST: 10099,' },
    { file: 'model/winsock/callCodes.ts', from: "  'WSAENOTCONN',\n", to: "  'WSAENOTCONN',\n  'WSAETEST',\n" },
    { file: 'model/machines/operationWords.ts', from: "  'WSAEMSGSIZE',\n", to: "  'WSAEMSGSIZE',\n  'WSAETEST',\n" },
  ],
  call: [
    {
      file: 'model/winsock/calls.ts',
      from: '  WSACleanup: callOf(',
      to: "  WSPTest: callOf('WSPTest', 'A test.', { socket: socketField }, plainReturns),\n  WSACleanup: callOf(",
    },
    { file: 'model/winsock/calls.ts', from: '  | WSACleanupCall\n', to: '  | WSACleanupCall\n  | Described<typeof calls.WSPTest.step>\n' },
  ],
  ruling: [
    {
      file: 'model/clauses/rulings.ts',
      from: 'const openPoints = [',
      to: "const openPoints = [\n  ruling({ id: 'Test', clauses: ['Return:1'], question: '', readings: { a: '' }, page: ['a'], readBy: 'code' }),",
    },
  ],
  profile: [
    {
      file: 'model/clauses/profiles.ts',
      from: 'const choices = { page, docs, msafd }',
      to: 'const test = like(docs, {});\nconst choices = { page, docs, msafd, test }',
    },
  ],
};

describe('the page of additions', () => {
  test('has a section for each', () => {
    expect([...sections.keys()]).toEqual([...Object.keys(additions), 'fact']);
  });

  test.each(Object.keys(additions))('%s: every file that it names is there, and every test that leads to one', (name) => {
    const rows = sections.get(name)!;
    expect(rows.length).toBeGreaterThan(3);
    const named = rows.flatMap(({ file, leads }) => [file, ...[...leads.matchAll(/`([\w./]+\.test\.ts)`/gu)].map(([, path]) => path!)]);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

// AdditionLeads
// What:  the compiler names the files that the page says it names, and no others.
// How:   each addition in a copy of the sources, compiled as one program.
// Kills: open-switch, record-not-total, page-out-of-date.
describe.runIf(process.env.WSPSEND_LONG === '1')('an addition leads by compiler errors to the files that the page names', () => {
  let copy = '';
  const folders = ['model', 'impl', 'properties', 'scripts'];

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'wspsend-additions-'));
    const isSource = (path: string): boolean => !/\.[a-z]+$/u.test(path) || /\.tsx?$|tsconfig\.base\.json$/u.test(path);
    for (const folder of folders) cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: isSource });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
    // The options of scripts/ serve all folders: they add what the pages of the book need.
    const scripts = JSON.parse(readFileSync(join(root, 'scripts/tsconfig.json'), 'utf8')) as { readonly compilerOptions: object };
    const one = { rootDir: '.', outDir: './out', tsBuildInfoFile: './out/info', noEmit: true, composite: false, declaration: false };
    const compilerOptions = { ...scripts.compilerOptions, ...one };
    const include = folders.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/**/*.tsx`]);
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ extends: './scripts/tsconfig.base.json', compilerOptions, include }));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const filesWithErrors = (): string[] => {
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', copy, '--pretty', 'false'], {
        cwd: copy,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return [];
    } catch (error) {
      const { stdout } = error as { stdout: string };
      return [...new Set([...stdout.matchAll(/^([\w./]+\.tsx?)\(\d+,\d+\): error/gmu)].map(([, file]) => file!))].sort();
    }
  };

  test('the copy itself compiles', () => {
    expect(filesWithErrors()).toEqual([]);
  });

  test.each(Object.entries(additions))('%s', (name, edits) => {
    const before = new Map(edits.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
    for (const { file, from, to } of edits) {
      const text = readFileSync(join(copy, file), 'utf8');
      expect(text, file).toContain(from);
      writeFileSync(join(copy, file), text.replace(from, to));
    }
    const found = filesWithErrors();
    for (const [file, text] of before) writeFileSync(join(copy, file), text);
    const said = sections.get(name)!.filter(({ leads }) => leads === 'compiler');
    expect(found).toEqual(said.map(({ file }) => file).sort());
  });
});
