/**
 * The command line in a folder of its own, with traces, providers and a ledger in it: words in, an exit code and two streams out. What is
 * refused or needs no thread runs in this process; the rest as the shell sees it, from the build.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, vi } from 'vitest';
import { packageFile } from './cli/packageFiles.ts';

// ---- What lies in the folder -----------------------------------------------------------------------------------------------------

export const connected = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];
const sent = '{"call":"WSPSend","socket":"A","buffers":[10],"returns":{"rc":0,"bytes":10}}';
export const sentOnNoSocket = '{"call":"WSPSend","socket":"nobody","buffers":[10],"returns":{"rc":0,"bytes":10}}';
const unknownField = '{"env":"settle","colour":"red"}';

export const traces: Readonly<Record<string, string | Uint8Array>> = {
  'good.ndjson': [...connected, sent, ''].join('\n'),
  'no-end.ndjson': [...connected, sent].join('\n'),
  'crlf.ndjson': [...connected, sent, ''].join('\r\n'),
  'blank-lines.ndjson': [...connected, '', sent, ' \r', '{"x-note":"the end"}', ''].join('\n'),
  'blank-first.ndjson': ['', ' \t', ...connected, sent, ''].join('\r\n'),
  'twice-rejected.ndjson': [...connected, sentOnNoSocket, sentOnNoSocket, '{"peer":"recv","socket":"A","runs":[[9,1]]}', sent].join('\n'),
  'undecided.ndjson': [
    ...connected,
    '{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":1,"returns":{"rc":0}}',
    ...Array.from(
      { length: 8 },
      (_, i) => `{"begin":${i},"call":"WSPSend","socket":"A","buffers":[${10 + i}],"fill":${i % 3},"thread":"t${i}"}`,
    ),
    ...Array.from({ length: 8 }, (_, i) => `{"peer":"recv","socket":"A","runs":[[${i % 3},3]]}`),
    '{"peer":"recv","socket":"A","runs":[[200,1]]}',
  ].join('\n'),
  'caller.ndjson': [
    ...connected,
    '{"call":"WSPSend","socket":"A","buffers":[3],"overlapped":"o1","returns":{"rc":-1,"errno":"WSA_IO_PENDING"}}',
    '{"caller":"writes","what":"buffer","overlapped":"o1"}',
    '{"foreign":"TransmitFile","socket":"A"}',
  ].join('\n'),
  'no-error.ndjson': [...connected, '{"call":"WSPSend","socket":"A","buffers":[3],"returns":{"rc":-1,"errno":"0"}}'].join('\n'),
  'not-returned.ndjson': [
    ...connected,
    '{"begin":1,"call":"WSPSend","socket":"A","buffers":[1],"overlapped":"o1","thread":"t1"}',
    '{"env":"settle"}',
  ].join('\n'),
  'header-only.ndjson': '{"wspsend":"trace/1"}\n',
  'rejected.ndjson': [...connected, sent, sentOnNoSocket, sent].join('\n'),
  'malformed.ndjson': [...connected, unknownField].join('\n'),
  'rejected-then-malformed.ndjson': [...connected, sentOnNoSocket, sent, unknownField].join('\n'),
  'partial.ndjson': [
    ...connected,
    '{"call":"WSPIoctl","socket":"A","code":"FIONBIO","value":1,"returns":{"rc":0}}',
    '{"call":"WSPSend","socket":"A","buffers":[100000],"returns":{"rc":0,"bytes":4096}}',
  ].join('\n'),
  'empty.ndjson': '',
  'not-utf8.ndjson': Buffer.concat([Buffer.from(`${connected.join('\n')}\n{"call":"`), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')]),
  'page.txt': 'WSPSend Function\nOne.\nTwo.\nThree.\nA line that no clause was read from.\n',
  'latin1.txt': Buffer.from([0x52, 0xfc, 0x63, 0x6b]),
};
/** The address of our own provider, as a string of JavaScript. */
export const ours = JSON.stringify(pathToFileURL(packageFile('.build/impl/provider/provider.js')).href);
const providers: Readonly<Record<string, string>> = {
  // Calls every socket none.
  'no-socket.mjs': `
    import * as ours from ${ours};
    export const { world } = ours;
    export const WSPStartup = (upcalls) => ({ ...ours.WSPStartup(upcalls), WSPSend: (...given) => ((given[8].value = 10038), -1) });`,
  'never-returns.mjs': `
    import * as ours from ${ours};
    export const { world } = ours;
    export const WSPStartup = (upcalls) => { process.stdout.write('started'); for (;;); };`,
  'supports-nothing.mjs': `
    import * as ours from ${ours};
    export const { WSPStartup } = ours;
    export const world = () => ({ ...Object.fromEntries(['recv', 'env', 'settle'].map((name) => [name, (...given) => ours.world()[name](...given)])), supports: () => 'not today' });`,
  'no-provider.mjs': 'export const WSPShutdown = 1;',
  'no-world.mjs': 'export const WSPStartup = () => ({ WSPSocket: () => 1 });',
  'late.mjs': 'export const WSPStartup = async () => ({ WSPSocket: () => 1 }); export const world = () => ({});',
};
export const ledger = {
  wspsend: 'deviations/1',
  stack: 's',
  version: '1',
  deviations: [
    {
      profile: 'page',
      clauses: ['WSAENOTSOCK:1'],
      step: 'WSPSend nonoverlapped',
      outcome: 'all bytes',
      circumstances: ['SOCK_STREAM'],
      expectation: 'WSAENOTSOCK',
      observation: 'success',
      reason: 'to be written',
      trace: ['{"wspsend":"trace/1"}', '{"env":"settle"}'],
    },
  ],
};

// ---- Running -------------------------------------------------------------------------------------------------------------------

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const cli = packageFile('.build/scripts/cli.js');
const { run } = (await import(pathToFileURL(packageFile('.build/scripts/cli/program.js')).href)) as typeof import('./cli/program.ts');

/** The folder is removed when the tests of the file that asked for it are over. */
export function commandLine() {
  const folder = mkdtempSync(join(tmpdir(), 'wspsend-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files = { ...traces, ...providers, 'ledger.json': JSON.stringify(ledger) };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const elsewhere = mkdtempSync(join(tmpdir(), 'wspsend-'));
  afterAll(() => rmSync(elsewhere, { recursive: true }));
  writeFileSync(join(elsewhere, 'secret.ndjson'), 'a secret');
  symlinkSync(join(elsewhere, 'secret.ndjson'), join(folder, 'link.ndjson'));

  const start = (words: readonly string[]) => spawn(process.execPath, [cli, ...words], { cwd: folder });
  return {
    folder,
    start,
    wspsend: (words: readonly string[], input: string | Uint8Array = '') => ended(start(words), input),
    inProcess: (words: readonly string[]) => inProcess(folder, words),
    interrupted: (words: readonly string[]) => interrupted(folder, words),
  };
}

const ended = (child: ChildProcessWithoutNullStreams, input: string | Uint8Array): Promise<Ran> =>
  new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
    // A program that has judged enough may close its end first.
    child.stdin.on('error', () => {}).end(input);
  });

/** The same in this process, which costs no start of another. */
const inProcess = async (folder: string, words: readonly string[]): Promise<Ran> => {
  const said = { out: '', err: '' };
  const from = process.cwd();
  const spies = (['out', 'err'] as const).map((name) =>
    vi.spyOn(name === 'out' ? process.stdout : process.stderr, 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    process.chdir(folder);
    const code = (await run(words)) ?? process.exitCode ?? 0;
    return { code: Number(code), ...said };
  } finally {
    process.chdir(from);
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
};

/** Started, and interrupted as soon as it has begun with its work on a thread of its own. */
const interrupted = async (folder: string, words: readonly string[]): Promise<number | null> => {
  const notifies = `
    import { syncBuiltinESMExports } from 'node:module';
    import threads from 'node:worker_threads';
    const { Worker } = threads;
    threads.Worker = class extends Worker {
      constructor(...given) { super(...given); this.once('online', () => process.stderr.write('works')); }
    };
    syncBuiltinESMExports();`;
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(notifies)}`, cli, ...words], {
    cwd: folder,
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stderr.once('data', () => child.kill('SIGINT'));
  return ended;
};

export const objects = (out: string): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
