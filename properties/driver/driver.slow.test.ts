/** Drivers of every kind: those that serve, those with a fault, and those that break the protocol. What is started is the build. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../impl/foreign/naive/faults.ts';
import type { VerifyOptions } from '../verification/options.ts';
import { verifyDriver } from '../verify.ts';
import type { DriverOptions } from './implementation.ts';

/** The long checks try more: `npm run test:long`. */
const isLong = process.env.WSPSEND_LONG === '1';

const naive = fileURLToPath(new URL('../../.build/impl/foreign/naive/naive.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wspsend-driver-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A machine may be so busy that an answer takes its time: only a driver that never answers runs into the time limit. */
const patient = { timeoutSeconds: 120, startSeconds: 120 };
const briefly = { timeoutSeconds: 1, startSeconds: 120 };

const drive = (words: readonly string[], options: VerifyOptions = {}, driver: Partial<DriverOptions> = {}) =>
  verifyDriver(
    { command: [process.execPath, ...words], ...patient, shrinkSeconds: 1, ...driver },
    { steps: 1500, walks: false, ...options },
  );

// ---- Drivers that serve --------------------------------------------------------------------------------------------------------

describe('a driver of a naive stack', () => {
  test.each(isLong ? (['page', 'docs'] as const) : (['page'] as const))('is not accused under the profile %s', async (profile) => {
    const report = await verifyDriver({ command: [process.execPath, naive] }, { profile, steps: isLong ? 20_000 : 1500, walks: false });
    expect(report.counterexamples.map(({ message }) => message)).toEqual([]);
    expect(report.verdict).toBe('conforms');
  });

  test('that can do little is judged by what it can, and the report lists what was not tried', async () => {
    const report = await drive([naive, '--without', 'ExitThread,network.down,WSPIoctl,peer.reset']);
    expect(report.verdict).toBe('conforms');
    expect(report.unsupported?.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['WSPIoctl']));
    expect(report.clauses.find(({ id }) => id === 'WSAENETDOWN:1')).toMatchObject({ grade: 'notTried' });
  });

  const faults: readonly Fault[] = ['first-buffer-only', 'routine-twice', 'aborted-count-absurd', 'blocking-takes-part'];
  test.each(isLong ? faults : faults.slice(0, 1))(
    'with the fault %s deviates, and deviates again when it is asked for the same',
    async (fault) => {
      const report = await drive([naive, '--fault', fault], { steps: 20_000 });
      expect(report.verdict).toBe('deviates');
      expect(report.counterexamples[0]).toMatchObject({ shown: { times: 1 } });
    },
  );
});

// ---- Drivers that break the protocol
// ------------------------------------------------------------------------------------------------------

/** Stands before the naive driver and spoils what it says from its nth answer on. */
const spoiler = join(folder, 'spoiler.mjs');
writeFileSync(
  spoiler,
  `
  import { spawn } from 'node:child_process';
  import { createInterface } from 'node:readline';
  const [kind, from, driver] = process.argv.slice(2);
  const child = spawn(process.execPath, [driver], { stdio: ['pipe', 'pipe', 'inherit'] });
  const say = (text) => process.stdout.write(text);
  const flood = (text) => { while (say(text)); process.stdout.once('drain', () => flood(text)); };
  let answers = 0;
  let isSpoilt = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const isDone = line === '{"done":true}';
    if (isDone) answers++;
    if (answers < Number(from)) return void say(line + '\\n');
    if (isSpoilt) return;
    switch (kind) {
      case 'exits': process.exit(3);
      case 'is ended': process.kill(process.pid, 'SIGSEGV'); return;
      case 'hangs': return;
      case 'never says done': if (!isDone) say(line + '\\n'); return;
      case 'says done twice': say(line + '\\n'); if (isDone) say(line + '\\n'); return;
      case 'answers twice': say(line + '\\n'); if (line.startsWith('{"call"')) say(line + '\\n'); return;
      case 'stops inside a line': isSpoilt = true; say(line.slice(0, 5)); return;
      case 'closes its output': isSpoilt = true; process.stdout.end(); setInterval(() => {}, 1e6); return;
      case 'writes garbage': isSpoilt = true; say('{"call":\\n'); return;
      case 'writes notes': say('\\n' + line + '\\r\\n{"x-note":1}\\n'); return;
      case 'floods with steps': isSpoilt = true; flood('{"env":"settle"}\\n'); return;
      case 'floods with done': isSpoilt = true; flood('{"done":true}\\n'); return;
    }
  });
  process.stdin.pipe(child.stdin);
  child.on('exit', () => process.exit(0));
  `,
);

type Ill = [what: string, kind: 'died' | 'hung' | 'runaway', says: RegExp];

describe('a driver that', () => {
  test.each<Ill>([
    ['exits', 'died', /^it exited with code 3: \{"/],
    ['is ended', 'died', /^it was ended by SIGSEGV: \{"/],
    ...(isLong
      ? [
          ['hangs', 'hung', /^it did not answer within 1 seconds: \{"/] satisfies Ill,
          ['never says done', 'hung', /^it did not answer within/] satisfies Ill,
          ['stops inside a line', 'hung', /^it did not answer within/] satisfies Ill,
        ]
      : []),
    ['closes its output', 'died', /^it closed its output/],
    ['floods with steps', 'runaway', /(lines|steps) follow one request/],
  ])('%s in the middle of a case deviates', async (what, kind, says) => {
    const report = await drive(
      [spoiler, what, '25', naive],
      { steps: 100 },
      { shrinkSeconds: 0, ...(kind === 'hung' ? briefly : patient) },
    );
    expect(report.verdict).toBe('deviates');
    expect(report.counterexamples.map(({ signature }) => signature.kind)).toContain(kind);
    expect(report.counterexamples[0]!.message).toMatch(says);
  });

  test('writes notes and blank lines among its answers is judged as without them', async () => {
    const report = await drive([spoiler, 'writes notes', '1', naive], { steps: 100 });
    expect(report).toMatchObject({ verdict: 'conforms', counterexamples: [] });
  });

  test.each<[what: string, says: RegExp]>([
    ['writes garbage', /a line must be one JSON object/],
    ['says done twice', /done/],
    ['answers twice', /a call must be asked for, and answered once/],
    ['floods with done', /done/],
  ])('%s is not judged', async (what, says) => {
    const report = await drive([spoiler, what, '25', naive], { steps: 100 }, { shrinkSeconds: 0 });
    expect(report.verdict).toBe('untried');
    expect(report.cut).toMatch(says);
  });

  test('writes no header is not judged', async () => {
    const report = await drive(['-e', 'setInterval(() => {}, 1e6)'], {}, { startSeconds: 1 });
    expect(report.verdict).toBe('untried');
    expect(report.cut).toMatch(/must write its header at once: nothing came within 1 seconds/);
  });

  test.each<[what: string, words: readonly string[], says: RegExp]>([
    ['ends before its header', ['-e', 'process.exit(4)'], /must write its header at once: it exited with code 4/],
    ['writes garbage at once', ['-e', 'process.stdout.write("hello\\n"); setInterval(() => {}, 1e6)'], /must be one JSON object: "hello"/],
    [
      'gives back what it is given',
      ['-e', 'process.stdout.write(`{"wspsend":"trace/1"}\\n`); process.stdin.pipe(process.stdout)'],
      /returns is required/,
    ],
  ])('%s is not judged', async (_, words, says) => {
    const report = await drive(words);
    expect(report.verdict).toBe('untried');
    expect(report.cut).toMatch(says);
  });

  test('is no command is not judged, and says so', async () => {
    const report = await verifyDriver({ command: ['/nowhere/driver'] }, { walks: false });
    expect(report).toMatchObject({
      verdict: 'untried',
      cut: expect.stringMatching(/a command that can be started: \/nowhere\/driver: .*ENOENT/),
    });
  });

  test('ignores its input hangs in its first request', async () => {
    const ignores = 'process.stdout.write(`{"wspsend":"trace/1"}\\n`); setInterval(() => {}, 1e6)';
    const report = await drive(['-e', ignores], {}, { ...briefly, shrinkSeconds: 0 });
    expect(report.verdict).toBe('deviates');
    expect(report.counterexamples[0]!.message).toMatch(/did not answer within 1 seconds/);
  });

  test('needs longer than the whole run may take is cut, and not accused', async () => {
    const report = await verifyDriver(
      { command: [process.execPath, '-e', 'process.stdout.write(`{"wspsend":"trace/1"}\\n`); setInterval(() => {}, 1e6)'] },
      { walks: false, budgetSeconds: 1 },
    );
    expect(report).toMatchObject({ verdict: 'untried', counterexamples: [] });
  });
});
