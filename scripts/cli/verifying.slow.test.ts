/** `verify` as a shell starts it: twice by the same seed, at each change of a provider, with a faulty one, and in shares. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../properties/campaign/report.ts';
import { judgedClauses } from '../../properties/campaign/tally.ts';
import { commandLine, ours } from '../commandLine.fixture.ts';

const { folder, start, wspsend, inProcess } = commandLine();

test('verify prints the same report for the same seed, time apart', async () => {
  const words = ['verify', '--no-walks', '--reporter', 'json', '--seed', '3', '--steps', '300'];
  const run = async (): Promise<unknown> => ({ ...JSON.parse((await wspsend(words)).out), seconds: 0 });
  expect(await run()).toEqual(await run());
});

test('verify --watch shows the first failure of a provider that was changed, and that it is mended, and ends when it is interrupted', async () => {
  const watched = join(folder, 'watched');
  mkdirSync(watched);
  const save = (returns: string): void =>
    writeFileSync(
      join(watched, 'mine.mjs'),
      `import * as ours from ${ours};
      export const { world } = ours;
      export const WSPStartup = (upcalls) => { const table = ours.WSPStartup(upcalls); return { ...table, WSPSend: (...given) => ${returns} }; };`,
    );
  save('table.WSPSend(...given)');
  const words = ['verify', '--watch', '--provider', 'watched/mine.mjs', '--steps', '60', '--out-traces', 'watched/kept'];
  const child = start(words);
  let out = '';
  let heard = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  /** All that was printed up to the next time that it waits. */
  const untilItWaits = async (): Promise<string> => {
    for (let at = -1; at < 0; ) {
      at = out.indexOf('waiting for a change in');
      if (at < 0) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
        continue;
      }
      const said = out.slice(0, at);
      out = out.slice(out.indexOf('\n', at) + 1);
      return said;
    }
    return '';
  };
  expect(await untilItWaits()).toMatch(/^watched\/mine\.mjs conforms/);
  save('((given[8].value = 10038), -1)');
  const failed = await untilItWaits();
  expect(failed).toMatch(/changed:\nnot permitted: WSPSend gives WSAENOTSOCK {2}\([\s\S]*looking for a shorter trace[\s\S]*deviates/);
  save('half a file');
  expect(await untilItWaits()).toMatch(/changed:\nnot verified: --provider must name an ES module that can be loaded/);
  save('table.WSPSend(...given)');
  expect(await untilItWaits()).toMatch(/changed:\nwatched\/mine\.mjs conforms/);
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
});

test('replay gives the entry of a ledger that is named', async () => {
  const asked = await wspsend(['replay', 'ledger.json', '--entry', '1']);
  expect(asked.out).toMatch(/permitted: 1 step of 1 request,/);
});

describe('verify', () => {
  test.each<[code: number, words: string, says: RegExp]>([
    [
      1,
      'verify --no-walks --steps 200 --provider ./no-socket.mjs',
      /deviates.*not permitted.*breaks.*replay +npx wspsend replay \.wspsend\/WSAENOTSOCK-1\.\w+\.ndjson --provider \.\/no-socket\.mjs --profile page/s,
    ],
    [2, 'verify --no-walks --steps 200 --provider ./supports-nothing.mjs', /nothing could be tried/],
    [2, 'verify --provider nowhere.mjs', /--provider must name an ES module that can be loaded: nowhere\.mjs/],
    [2, 'verify --provider no-provider.mjs', /exports WSPStartup\(\) as a function: no-provider\.mjs exports WSPShutdown/],
    [2, 'verify --provider no-world.mjs', /exports world\(\) as a function: no-world\.mjs exports WSPStartup$/m],
    [1, 'verify --provider late.mjs', /deviates.*WSPStartup\(\) must return an object at once: a promise.*no case is shorter/s],
  ])('ends with %i for wspsend %s', async (code, words, says) => {
    const ran = await inProcess(words.split(' '));
    expect(ran.out + ran.err).toMatch(says);
    expect(ran.code).toBe(code);
  });

  test('counts the modelled clauses alone, also where a contradicted one is broken together with them', async () => {
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

  test('writes JUnit into a file, nothing to standard output, and the verdict to standard error', async () => {
    const { code, out, err } = await wspsend(['verify', '--no-walks', '--steps', '200', '--reporter', 'junit', '--out', 'report.xml']);
    expect(out).toBe('');
    expect(err).toMatch(/report\.xml: the ring provider of this package conforms .*\n$/);
    expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toMatch(/^<\?xml version="1\.0"[\s\S]*failures="0"/);
    expect(code).toBe(0);
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
