/** The C files as a compiler takes them: what they print of a stack that does what the trace shows, and that they build for Windows. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Profile, profiles } from '../../model/clauses/profiles.ts';
import { judgeText } from '../../model/judge/judge.ts';
import { sendFlags } from '../../model/winsock/codes.ts';
import { readTrace } from '../../model/winsock/reader.ts';
import { traceVersion } from '../../model/winsock/trace.ts';
import { type CTrace, cTestOf, notInC, programParts } from './cTest.ts';
import { threadedTraces } from './cThreads.ts';

const part = (name: string): string => readFileSync(new URL(`./c/${name}.c`, import.meta.url), 'utf8');
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'wspsend-c-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the tables need of Winsock, so that any compiler takes them. */
const winsock2 = `#include <stdlib.h>
typedef int WSADATA;
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, WSA_FLAG_OVERLAPPED = 1, SO_SNDBUF = 0x1001, SO_RCVBUF, SO_BROADCAST = 0x20, SO_MAX_MSG_SIZE = 0x2003 };
enum { ${Object.entries(sendFlags)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ')} };
#define MAKEWORD(low, high) 0
static int WSAStartup(int version, WSADATA *data) { *data = version; return 0; }
static void WSACleanup(void) {}
`;

/** A stack that does in every step what the trace shows. */
const mimic = `static void begin_tests(void) {}
static void end_tests(void) {}
static void begin_scene(int threads) { (void)threads; }
static void end_scene(void) {}
static Outcome take(const Step *step) { return step->seen; }
`;

function* keptTraces(): Generator<CTrace & { readonly text: string }> {
  const cases = fileURLToPath(new URL('../cases', import.meta.url));
  for (const file of readdirSync(cases, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ndjson')) continue;
    const text = readFileSync(join(cases, file), 'utf8');
    const { header, steps, malformed } = readTrace(text);
    if (malformed === undefined && steps.length < 2000) yield { name: file, header, steps, text };
  }
}

describe.skipIf(!has('cc'))('a file on a stack that does what the trace shows', () => {
  test.each(profiles)('has the verdict of check for each kept trace that C can take, profile %s', (profile: Profile) => {
    const traces = [...keptTraces()].filter((trace) => notInC(trace) === undefined);
    const threaded = traces.filter(({ text }) => /"begin":/.test(text));
    expect([traces.length > 1000, threaded.length > 150]).toEqual([true, true]);
    const runtime = { types: part('types'), program: part('verdicts') + mimic + part('loop') };
    writeFileSync(join(folder, 'winsock2.h'), winsock2);
    writeFileSync(join(folder, 'all.c'), cTestOf(traces, { profile, runtime, title: 'All.' }));
    execFileSync('cc', ['-Wall', '-Wextra', '-Werror', '-I', folder, join(folder, 'all.c'), '-o', join(folder, 'all')]);
    const lines = spawnSync(join(folder, 'all'), { encoding: 'utf8' }).stdout.split('\n');
    const verdicts = lines.flatMap((line) => (/^(not )?ok \d+ - (\S+)( line \d+)?/.exec(line) ?? []).slice(1, 4).join(' ') || []);
    const expected = traces.flatMap(({ name, text }) => {
      const judgement = judgeText(text, profile);
      if (judgement.verdict === 'rejected') return [`not  ${name}  line ${judgement.line}`];
      return [` ${name} `];
    });
    expect(verdicts).toEqual(expected);
  });
});

const traceOf = (name: string, ...lines: readonly object[]): CTrace => {
  const { header, steps, malformed } = readTrace([{ wspsend: traceVersion }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect(malformed).toBeUndefined();
  return { name, header, steps };
};

/** What ordinary programs seldom do, each with the outcome that the page has for it. */
const seldom = (): readonly CTrace[] => {
  const returns = { rc: 0 };
  const made = { call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM', overlapped: true, returns };
  const connect = { call: 'WSPConnect', socket: 'A', returns };
  const option = { name: 'SO_BROADCAST', socket: 'A' };
  const sent = { call: 'WSPSend', socket: 'A', buffers: [3], fill: 3, returns: { rc: 0, bytes: 3 } };
  return [
    traceOf('bad-count', made, connect, { ...sent, fault: 'lpNumberOfBytesSent', returns: { rc: -1, errno: 'WSAEFAULT' } }),
    traceOf(
      'broadcast',
      { ...made, type: 'SOCK_DGRAM' },
      { call: 'WSPSetSockOpt', ...option, value: 1, returns },
      { call: 'WSPGetSockOpt', ...option, returns: { rc: 0, value: 1 } },
      { ...connect, to: 'broadcast' },
      sent,
      { peer: 'recv', socket: 'A', runs: [[3, 3]] },
    ),
    traceOf(
      'urgent',
      made,
      connect,
      { ...sent, flags: ['MSG_OOB'] },
      { peer: 'recv', socket: 'A', runs: [[3, 2]] },
      { peer: 'recv', socket: 'A', runs: [[5, 1]], oob: true },
    ),
  ];
};

describe.skipIf(!has('x86_64-w64-mingw32-gcc'))('a generated file', () => {
  const generated = fileURLToPath(new URL('../../generated', import.meta.url));
  const files = readdirSync(generated).filter((name) => name.endsWith('.c'));

  test.each(files)('%s builds for Windows without a warning', (name) => {
    const args = ['-O1', '-Wall', '-Wextra', '-Werror', join(generated, name), '-lws2_32', '-o', join(folder, `${name}.exe`)];
    expect(() => execFileSync('x86_64-w64-mingw32-gcc', args)).not.toThrow();
  });

  test.skipIf(!has('wine'))('threads.c takes every step of its traces under Wine', () => {
    const { stdout } = spawnSync('wine', [join(folder, 'threads.c.exe')], { encoding: 'utf8', env: { ...process.env, WINEDEBUG: '-all' } });
    const names = threadedTraces().map(({ name }, at) => `ok ${at + 1} - ${name}`);
    expect(stdout.trim().split(/\r?\n/)).toEqual([`1..${names.length}`, ...names]);
  });

  // Wine 8 writes to a bad lpNumberOfBytesSent, which would end the process.
  test.skipIf(!has('wine'))('goes on behind a stack that lets a fault out, broadcasts and reads urgent data', () => {
    const runtime = { types: part('types'), program: programParts.map(part).join('\n') };
    const [source, program] = [join(folder, 'seldom.c'), join(folder, 'seldom.exe')];
    writeFileSync(source, cTestOf(seldom(), { profile: 'page', runtime, title: 'Seldom.' }));
    execFileSync('x86_64-w64-mingw32-gcc', ['-Wall', '-Wextra', '-Werror', source, '-lws2_32', '-o', program]);
    const { stdout } = spawnSync('wine', [program], { encoding: 'utf8', env: { ...process.env, WINEDEBUG: '-all' } });
    const [plan, badCount, ...others] = stdout.trim().split(/\r?\n/);
    expect([plan, ...others]).toEqual(['1..3', 'ok 2 - broadcast', 'ok 3 - urgent']);
    expect(badCount).toMatch(/^(?:ok 1 - bad-count$|not ok 1 - bad-count line 4: WSPSend on A gives an access violation; permitted: )/);
  });
});
