/** `verify` as a shell starts it: twice by the same seed, and again at each change of a provider. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, ours } from '../commandLine.fixture.ts';

const { folder, start, wspsend } = commandLine();

test('verify prints the same report for the same seed, time apart', async () => {
  const words = ['verify', '--no-walks', '--reporter', 'json', '--seed', '3', '--steps', '300'];
  const run = async (): Promise<unknown> => ({ ...JSON.parse((await wspsend(words)).out), seconds: 0 });
  expect(await run()).toEqual(await run());
});

test('verify --watch shows the first failure of a provider that was changed, and that it is mended, and ends when it is told to', async () => {
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
