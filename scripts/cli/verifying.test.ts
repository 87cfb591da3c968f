/** What `verify` prints and keeps, and what is done with its reports and ledgers. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Report } from '../../properties/campaign/report.ts';
import { judgedClauses } from '../../properties/campaign/tally.ts';
import { commandLine, ledger, objects, ours } from '../commandLine.fixture.ts';
import { renderJson } from '../report/json.ts';
import { counterexample, withFindings } from '../report/reports.fixture.ts';

const { folder, wspsend, inProcess } = commandLine();

describe('verify', () => {
  test('counts the modelled clauses alone, also where a contradicted one is broken beside them', async () => {
    // WSAEINVAL of a connected socket is refused by two clauses, of which the page contradicts the second.
    const invalid = `
      import * as ours from ${ours};
      export const { world } = ours;
      export const WSPStartup = (upcalls) => ({ ...ours.WSPStartup(upcalls), WSPSend: (...given) => ((given[8].value = 10022), -1) });`;
    writeFileSync(join(folder, 'invalid.mjs'), invalid);
    const words = ['verify', '--no-walks', '--steps', '60', '--keep-going', '--provider', './invalid.mjs', '--reporter', 'json'];
    const { clauses, counterexamples } = JSON.parse((await inProcess(words)).out) as Report;
    expect(counterexamples.flatMap((example) => example.clauses)).toContain('WSAEINVAL:2');
    expect(clauses.map(({ id }) => id)).toEqual(judgedClauses);
  });

  test('writes JUnit into a file, and nothing to standard output', async () => {
    const { code, out } = await wspsend(['verify', '--no-walks', '--steps', '200', '--reporter', 'junit', '--out', 'report.xml']);
    expect(out).toBe('');
    expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toMatch(/^<\?xml version="1\.0"[\s\S]*failures="0"/);
    expect(code).toBe(0);
  });
});

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
    const asked = await wspsend(['replay', 'ledger.json', '--entry', '1']);
    expect(asked.out).toMatch(/permitted: 1 steps of 1 requests/);
  });

  test.each([
    ['../../etc/passwd', /must be lines of a trace, or the name of a file in the folder of the ledger/],
    ['link.ndjson', /a trace must lie in the folder of the ledger: link\.ndjson is a link to another/],
    ['nowhere.ndjson', /must name a ledger that can be read: .*ENOENT/],
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

describe('merge', () => {
  test('refuses what is no report, one that was changed and shares that lack others, in a line each', async () => {
    const words = ['verify', '--no-walks', '--steps', '120', '--reporter', 'json', '--shard', '1/2', '--out', 'share.json'];
    expect((await wspsend(words)).code).toBe(0);
    const share = JSON.parse(readFileSync(join(folder, 'share.json'), 'utf8')) as { steps: object };
    const files = {
      'empty.json': '[]',
      'steps.json': { ...share, steps: { ...share.steps, total: 9 } },
      'page.json': { ...share, profile: 'zzz' },
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
    for (const [name, says] of [
      ['share.json', /every share must be given: campaign \w+ .*: 2 of 2 missing/],
      ['steps.json', /steps\.json: steps\.total: must be/],
      ['page.json', /page\.json: profile: /],
      ['empty.json', /empty\.json: the report: /],
      ['nowhere.json', /nowhere\.json: ENOENT/],
    ] as const) {
      const { code, err } = await inProcess(['merge', name]);
      expect(err).toMatch(says);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
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
