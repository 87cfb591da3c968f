import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeWhole } from './wholeFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'wspsend-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe('a file that is written whole', () => {
  test('takes its name only once its contents are there: who has the old one open reads the old one', () => {
    writeFileSync(at('report'), 'old');
    const before = statSync(at('report')).ino;
    writeWhole(at('report'), 'new');
    expect(readFileSync(at('report'), 'utf8')).toBe('new');
    expect(statSync(at('report')).ino).not.toBe(before);
  });

  test('keeps the permissions of what it replaces', () => {
    writeFileSync(at('secret'), 'old');
    chmodSync(at('secret'), 0o640);
    writeWhole(at('secret'), 'new');
    expect(statSync(at('secret')).mode & 0o777).toBe(0o640);
  });

  test.each(['target', 'not-yet'])('is written where a link leads, and the link stays: %s', (name) => {
    mkdirSync(at(`in-${name}`));
    if (name === 'target') writeFileSync(at(`in-${name}/${name}`), 'old');
    symlinkSync(`in-${name}/${name}`, at(`link-${name}`));
    writeWhole(at(`link-${name}`), 'new');
    expect(lstatSync(at(`link-${name}`)).isSymbolicLink()).toBe(true);
    expect(readFileSync(at(`in-${name}/${name}`), 'utf8')).toBe('new');
  });

  test('that cannot take its name leaves nothing behind', () => {
    const name = 'n'.repeat(300);
    expect(() => writeWhole(at(name), 'new')).toThrow(/ENAMETOOLONG/);
    expect(readdirSync(folder).filter((other) => other.startsWith('.wspsend-'))).toEqual([]);
  });
});
