/** What is done with reports and ledgers of `verify`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { commandLine, ledger, objects } from '../commandLine.fixture.ts';
import { renderJson } from '../report/json.ts';
import { counterexample, withFindings } from '../report/reports.fixture.ts';

const { folder, inProcess } = commandLine();

describe('verify --watch', () => {
  test.each(['--out x', '--reporter json', '--record x', '--write-deviations x', '--shard 1/2'])(
    'is not for programs: %s',
    async (words) => {
      const { code, err } = await inProcess(['verify', '--watch', ...words.split(' ')]);
      expect(err).toMatch(/--watch prints reports for a person: --\S+ may not be given with it/);
      expect(code).toBe(2);
    },
  );
});

describe('a ledger', () => {
  test('lists its entries where none is named, and gives the one that is', async () => {
    const { code, out } = await inProcess(['replay', 'ledger.json']);
    expect(code).toBe(0);
    expect(out).toMatch(/^1 +WSPSend nonoverlapped: all bytes \(SOCK_STREAM\) {2}WSAENOTSOCK:1$/m);
    expect(out).toContain('its reason is still to be written');
  });

  test.each([
    ['../../etc/passwd', /must be lines of a trace, or the name of a file in the folder of the ledger/],
    ['link.ndjson', /a trace must lie in the folder of the ledger: link\.ndjson is a link to another/],
    ['nowhere.ndjson', /must name a ledger: .*a trace must be a file that can be read: nowhere\.ndjson: ENOENT/],
  ])('that names a trace at %s reads nothing elsewhere', async (trace, says) => {
    writeFileSync(join(folder, 'elsewhere.json'), JSON.stringify({ ...ledger, deviations: [{ ...ledger.deviations[0], trace }] }));
    for (const words of [
      ['replay', 'elsewhere.json'],
      ['verify', '--deviations', 'elsewhere.json'],
    ]) {
      const { code, err, out } = await inProcess(words);
      expect(err).toMatch(says);
      expect(err + out).not.toContain('a secret');
      expect(code).toBe(2);
    }
  });
});

describe('on GitHub', () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  const words = ['merge', 'report.json'];
  const before = { ...process.env };
  writeFileSync(join(folder, 'report.json'), renderJson(withFindings([counterexample])));
  afterEach(() => {
    process.env = { ...before };
  });

  test('a report is annotated, summed up, and its text holds no command', async () => {
    Object.assign(process.env, env);
    const { code, out } = await inProcess(words);
    expect(code).toBe(1);
    expect(out).toMatch(/^::stop-commands::([\w-]+)\n[\s\S]*\n::\1::\n::error title=[^:]*::/);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toMatch(/^## ❌ /);
  });

  test('a report for programs keeps its stream to itself, and a summary that cannot be written is a warning', async () => {
    Object.assign(process.env, { ...env, GITHUB_STEP_SUMMARY: join(folder, 'no', 'such', 'folder') });
    const { code, out, err } = await inProcess([...words, '--reporter', 'json']);
    expect(code).toBe(1);
    expect(objects(out)).toHaveLength(1);
    expect(err).toMatch(/^::error title=[\s\S]*::warning::GITHUB_STEP_SUMMARY cannot be written: ENOENT/);
  });

  test('elsewhere there is none of it', async () => {
    process.env.GITHUB_ACTIONS = '';
    expect((await inProcess(words)).out).not.toContain('::');
  });
});
