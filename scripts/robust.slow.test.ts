/** What a shell, a system and a stranger may do to the command line. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';

const isLong = process.env.WSPSEND_LONG !== undefined;
const isLinux = process.platform === 'linux';
const folder = mkdtempSync(join(tmpdir(), 'wspsend-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cli = packageFile('.build/scripts/cli.js');
const ours = JSON.stringify(pathToFileURL(packageFile('.build/impl/provider/provider.js')).href);

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A line of a shell in which `wspsend` is the program as it is built; `meanwhile` may do something to it. */
const shell = (line: string, meanwhile: (pid: number) => void = () => {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const script = `wspsend() { ${JSON.stringify(process.execPath)} ${JSON.stringify(cli)} "$@"; }\n${line}`;
    const child = spawn('/bin/sh', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, out, err }));
    meanwhile(child.pid!);
  });

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.runIf(isLinux)('a signal', () => {
  test.each<[signal: 'INT' | 'TERM' | 'HUP', words: string, code: number]>([
    ['INT', 'check fifo', 130],
    ['TERM', 'replay fifo', 143],
    ...(isLong
      ? ([
          ['HUP', 'merge fifo', 129],
          ['INT', 'clauses --page fifo', 130],
          ['TERM', 'verify --deviations fifo', 143],
          ['INT', 'generate --from fifo', 130],
        ] satisfies [signal: 'INT' | 'TERM' | 'HUP', words: string, code: number][])
      : []),
  ])('%s ends `%s`, which waits for a pipe without a writer, once and with its status', async (signal, words, code) => {
    // It is interrupted as soon as it has opened the pipe.
    const opened = `while ! ls -l /proc/$!/fd 2>/dev/null | grep -q fifo; do sleep 0.05; done`;
    const line = `[ -p fifo ] || mkfifo fifo; ${JSON.stringify(process.execPath)} ${JSON.stringify(cli)} ${words} & ${opened}; kill -${signal} $!; wait $!`;
    expect((await shell(line)).code).toBe(code);
  });

  test('that ends us at once ends whatever we started, in a session of its own and deaf to requests too', async () => {
    const deaf = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync('deaf', String(process.pid)); setInterval(() => {}, 1e6);`;
    const driver = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { detached: true, stdio: 'ignore' }); setInterval(() => {}, 1e6);`;
    writeFileSync(join(folder, 'driver.cjs'), driver);
    const child = spawn(process.execPath, [cli, 'verify', '--driver', `${process.execPath} driver.cjs`], { cwd: folder, stdio: 'ignore' });
    const file = join(folder, 'deaf');
    await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
    const deafPid = Number(readFileSync(file, 'utf8'));
    expect(runs(deafPid)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !runs(deafPid));
  });
});

describe('a file', () => {
  test('that a run was to write is as it was when the run ends early', async () => {
    writeFileSync(join(folder, 'ledger.json'), 'reviewed');
    writeFileSync(join(folder, 'report'), 'of yesterday');
    writeFileSync(
      join(folder, 'slow.mjs'),
      `export * from ${ours}; await import('node:fs').then((fs) => fs.writeFileSync('loading', '')); for (;;);`,
    );
    const words = ['verify', '--provider', './slow.mjs', '--out', 'report', '--write-deviations', 'ledger.json'];
    const child = spawn(process.execPath, [cli, ...words], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await until(() => existsSync(join(folder, 'loading')));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(readFileSync(join(folder, 'ledger.json'), 'utf8')).toBe('reviewed');
    expect(readFileSync(join(folder, 'report'), 'utf8')).toBe('of yesterday');
    expect(readdirSync(folder).filter((name) => name.startsWith('.wspsend-'))).toEqual([]);
  });

  test.runIf(isLinux).each<[line: string, says: RegExp]>([
    ['wspsend trace >/dev/full', /^error: Standard output must be something that can be written: ENOSPC: [^\n]*\n$/],
    [
      'wspsend verify --no-walks --steps 5 --out /dev/full',
      /error: --out must name a file that can be written: \/dev\/full: ENOSPC: [^\n]*\n$/,
    ],
    ['wspsend bogus 2>/dev/full', /^$/],
    [
      `echo '{"wspsend":"trace/1"}' >own; ln -f own also; wspsend check --html also own; s=$?; cat own; exit $s`,
      /^\{"wspsend":"trace\/1"\}\nerror: --html must name a file that can be written: also: it is read by this command\n$/,
    ],
    [`wspsend ask "$(head -c 100000 /dev/zero | tr '\\0' a)"`, /^error: ask must be given words that [^\n]{1,4100}…\n$/],
    [`wspsend verify --no-walks --steps 5 --out ''`, /^error: --out must name a file that can be written: : it has no name\n$/],
    ['mkfifo unread; wspsend verify --no-walks --steps 5 --out unread', /^error: --out must name .*: unread: nobody reads this pipe/],
    ['wspsend ask --after /dev/zero', /^error: --after must name a trace of at most \d+ bytes/],
    ['wspsend check /dev/zero', /^malformed +\/dev\/zero:1 a line must have at most/],
    [
      `{ echo '{"wspsend":"trace/1"}'; cat /dev/zero; } | wspsend check -`,
      /^malformed +standard input:2 a line must have at most 16777216 bytes/,
    ],
    ...(isLong
      ? ([
          ['ulimit -n 30; wspsend check -', /^error: The system must let this program open, read and write what it needs: EMFILE[^\n]*\n$/],
          [`wspsend verify --out ${'n'.repeat(300)}`, /^error: --out must name a file that can be written: n+: ENAMETOOLONG[^\n]*\n$/],
          [`wspsend check ${'n'.repeat(300)}`, /a trace must be a file that can be read: ENAMETOOLONG/],
          ['wspsend replay /dev/zero', /^error: replay must be given a trace of at most \d+ bytes: \/dev\/zero has more\n$/],
          ['wspsend verify --deviations /dev/zero', /^error: --deviations must name a ledger of at most/],
          ['wspsend clauses --page /dev/zero', /^error: --page must name a text of at most/],
          ['wspsend merge /dev/zero', /^error: merge must be given reports of at most/],
          ['wspsend generate --from /dev/zero', /^error: --from must name a trace of at most/],
          ['wspsend drive </dev/zero', /A request must be one of trace\/1: line 1: a line must have at most/],
          ['wspsend verify --driver /dev/null/driver --steps 5', /a command that can be started: \/dev\/null\/driver/],
          ['ln -s loop loop; wspsend verify --driver ./loop --steps 5', /ELOOP/],
          [`wspsend verify --driver ${'x'.repeat(5000)} --steps 5`, /a command that can be started/],
        ] satisfies [line: string, says: RegExp][])
      : []),
  ])('that the system refuses ends `%s` with 2 and one clear line', async (line, says) => {
    const { code, out, err } = await shell(line);
    expect(out + err).toMatch(says);
    expect(code).toBe(2);
  });
});

describe('a line that replays', () => {
  /** Never says that an operation is complete. */
  const stalling = `
    import * as ours from ${ours};
    export const { world } = ours;
    export const WSPStartup = (upcalls) => ours.WSPStartup({ ...upcalls, WPUCompleteOverlappedRequest: () => 0 });`;
  /** Sends well for as long as the process is young. */
  const ageing = `
    import * as ours from ${ours};
    export const { world } = ours;
    let sends = 0;
    export const WSPStartup = (upcalls) => {
      const table = ours.WSPStartup(upcalls);
      return { ...table, WSPSend: (...given) => (++sends > 30 ? ((given[8].value = 10038), -1) : table.WSPSend(...given)) };
    };`;
  const replays = async (provider: string, words: string): Promise<{ lines: string[]; codes: (number | null)[] }> => {
    writeFileSync(join(folder, 'mine.mjs'), provider);
    const { out } = await shell(`wspsend verify --no-walks --provider ./mine.mjs --reporter json ${words}`);
    const { counterexamples } = JSON.parse(out) as { counterexamples: { replay: string }[] };
    const lines = counterexamples.map(({ replay }) => replay);
    const codes: (number | null)[] = [];
    for (const line of lines) codes.push((await shell(line.replace(/^npx /, ''))).code);
    return { lines, codes };
  };

  test('replays a stall, by its trace', async () => {
    const { lines, codes } = await replays(stalling, '--steps 300');
    expect(lines).toEqual([expect.stringMatching(/^npx wspsend replay \.wspsend\/\S+\.ndjson --provider \.\/mine\.mjs --profile page$/)]);
    expect(codes).toEqual([1]);
  });

  test('says that the cases before it are needed, and replays all of them', async () => {
    const { lines, codes } = await replays(ageing, '--steps 400');
    expect(lines).toEqual([expect.stringMatching(/^npx wspsend verify --provider \.\/mine\.mjs .* # by itself it did not show again/)]);
    expect(codes).toEqual([1]);
  });

  test.runIf(isLong)('replays each of several findings', async () => {
    const { lines, codes } = await replays(stalling.replace('() => 0', '() => (0).fail()'), '--steps 600 --keep-going');
    expect(lines.length).toBeGreaterThan(1);
    expect(codes).toEqual(lines.map(() => 1));
  });
});
