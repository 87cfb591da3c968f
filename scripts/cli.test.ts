/**
 * The command line: words in, an exit code and two streams out. What is refused or needs no thread runs here; the rest as the shell sees
 * it, from the build.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { Report } from '../properties/campaign/report.ts';
import { judgedClauses } from '../properties/campaign/tally.ts';
import { packageFile } from './cli/packageFiles.ts';
import { renderJson } from './report/json.ts';
import { counterexample, withFindings } from './report/reports.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'wspsend-'));
afterAll(() => rmSync(folder, { recursive: true }));

// ---- Traces --------------------------------------------------------------------------------------------------------------------

const connected = [
  '{"wspsend":"trace/1"}',
  '{"call":"WSPSocket","socket":"A","type":"SOCK_STREAM","overlapped":true,"returns":{"rc":0}}',
  '{"call":"WSPConnect","socket":"A","returns":{"rc":0}}',
];
const sent = '{"call":"WSPSend","socket":"A","buffers":[10],"returns":{"rc":0,"bytes":10}}';
const sentOnNoSocket = '{"call":"WSPSend","socket":"nobody","buffers":[10],"returns":{"rc":0,"bytes":10}}';
const unknownField = '{"env":"settle","colour":"red"}';

const traces: Readonly<Record<string, string | Uint8Array>> = {
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
const ours = JSON.stringify(pathToFileURL(packageFile('.build/impl/provider/provider.js')).href);
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
};
for (const [name, content] of Object.entries({ ...traces, ...providers })) writeFileSync(join(folder, name), content);
const ledger = {
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
writeFileSync(join(folder, 'ledger.json'), JSON.stringify(ledger));
const elsewhere = mkdtempSync(join(tmpdir(), 'wspsend-'));
afterAll(() => rmSync(elsewhere, { recursive: true }));
writeFileSync(join(elsewhere, 'secret.ndjson'), 'a secret');
symlinkSync(join(elsewhere, 'secret.ndjson'), join(folder, 'link.ndjson'));

// ---- Running -------------------------------------------------------------------------------------------------------------------

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const start = (words: readonly string[]) => spawn(process.execPath, [packageFile('.build/scripts/cli.js'), ...words], { cwd: folder });

const wspsend = (words: readonly string[], input: string | Uint8Array = ''): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = start(words);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
    // A program that has judged enough may close its end first.
    child.stdin.on('error', () => {}).end(input);
  });

const { run } = (await import(pathToFileURL(packageFile('.build/scripts/cli/program.js')).href)) as typeof import('./cli/program.ts');

/** The same in this process, which costs no start of another. */
const inProcess = async (words: readonly string[]): Promise<Ran> => {
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
const interrupted = async (words: readonly string[]): Promise<number | null> => {
  const tells = `
    import { syncBuiltinESMExports } from 'node:module';
    import threads from 'node:worker_threads';
    const { Worker } = threads;
    threads.Worker = class extends Worker {
      constructor(...given) { super(...given); this.once('online', () => process.stderr.write('works')); }
    };
    syncBuiltinESMExports();`;
  const cli = packageFile('.build/scripts/cli.js');
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(tells)}`, cli, ...words], { cwd: folder });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stderr.once('data', () => child.kill('SIGINT'));
  return ended;
};

const objects = (out: string): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

// ---- Exit codes ----------------------------------------------------------------------------------------------------------------

describe('the exit code', () => {
  test.each<[code: number, words: string, says: RegExp]>([
    [0, '--help', /Usage: wspsend/],
    [0, 'help check', /Usage: wspsend check/],
    [0, 'help trace', /poll writable: select.*\n {2}\{"poll":"writable","socket":"A","ready":true\}\n {2}poll +Whether/],
    [0, 'trace WSPBind', /^WSPBind: A socket is bound.*\n {2}\{"call":"WSPBind"[^\n]*\n {2}begin\? /],
    [2, 'trace WSPBend', /A kind of line must be one of header, WSPSocket, .*: WSPBend/],
    [0, 'check --help', /Exit status: 0 all accepted/],
    [0, '--version', /^\d+\.\d+\.\d+\n$/],
    [2, 'judge', /unknown command 'judge'/],
    [2, '--colour', /unknown option '--colour'/],
    [2, 'check', /missing required argument 'file'/],
    [2, 'check good.ndjson --profile windows', /'windows' is invalid. Allowed choices are page, docs, msafd/],
    [2, 'check good.ndjson --jsn', /unknown option '--jsn'/],
    [2, 'check - -', /- was given more than once/],
    [0, 'check good.ndjson', /^accepted +good\.ndjson/],
    [0, 'check no-end.ndjson crlf.ndjson blank-lines.ndjson blank-first.ndjson header-only.ndjson', /(accepted.*\n){5}/],
    [2, 'check undecided.ndjson', /^undecided +undecided\.ndjson:21 undecided from line 21: more orders of the bytes/],
    [1, 'check twice-rejected.ndjson --keep-going', /:4 WSPSend gives success.*:6 the peer of A received/s],
    [2, 'check good.ndjson --jobs 0', /must be a whole number from 1 to 256/],
    [1, 'check rejected.ndjson', /^rejected +rejected\.ndjson:5 /],
    [2, 'check malformed.ndjson', /^malformed +malformed\.ndjson:4 env\.colour is not a field here/],
    [0, 'check good.ndjson --explain', /circuit A +stands\n[\s\S]*^accepted/m],
    [1, 'check rejected.ndjson --explain', /^ +4 [\s\S]*^rejected/m],
    [2, 'check rejected-then-malformed.ndjson', /^malformed +rejected-then-malformed\.ndjson:6 /],
    [2, 'check not-utf8.ndjson', /:4 a line must be UTF-8: byte 11 of the line, 0x28/],
    [2, 'check empty.ndjson', /:1 the first line must be a header/],
    [2, 'check nowhere.ndjson', /nowhere\.ndjson:1 a trace must be a file that can be read: ENOENT/],
    [2, 'check .', /a trace must be a file that can be read: EISDIR/],
    [2, 'check nowhere.ndjson malformed.ndjson rejected.ndjson good.ndjson', /malformed.*malformed.*rejected.*accepted/s],
    [0, 'check partial.ndjson', /accepted/],
    [1, 'check partial.ndjson --profile msafd', /rejected.*Nonoverlapped:4/s],
    [2, 'clauses --page nowhere.txt', /--page must name a text that can be read: nowhere\.txt: ENOENT/],
    [2, 'clauses --page latin1.txt', /--page must name a text in UTF-8/],
    [1, 'clauses --page page.txt', /no clause +Purpose 5\.1 +A line that no clause was read from\./],
    [0, 'clauses Nonoverlapped:4', /sentence +Remarks \d+\.\d+ of the page.*ruling +D1 .*choice +M1 .*take\.whole.*rules +socket\./s],
    [2, 'explore --slice everything', /'everything' is invalid\. Allowed choices are stream/],
    [2, 'explore --operations 9', /It must be a whole number from 1 to 8/],
    [2, 'explore --units 1.5', /It must be a whole number from 1 to 15/],
    [2, 'verify --shard 3/2', /It must be I\/N with I from 1 to N/],
    [2, 'verify --steps 0', /It must be a whole number from 1/],
    [2, 'verify --out nowhere/report.xml', /--out must name a file that can be written: nowhere\/report\.xml: ENOENT/],
    [2, 'generate', /generate must run in a clone of the project.*; --vectors FILE writes where you stand/],
    [2, 'generate --from good.ndjson', /generate must run in a clone of the project.*--to FOLDER keeps good\.ndjson among your own files/],
    [2, 'generate --from good.ndjson --check', /--from and --check exclude each other/],
    [2, 'generate --from good.ndjson --provider ./mine.mjs', /--provider and --driver name what a test holds: give --to too/],
    [2, 'generate --from good.ndjson --to kept', /--to needs --provider MODULE or --driver COMMAND/],
    [2, 'generate --to kept --provider ./mine.mjs', /--to goes with --from TRACE/],
    [2, 'generate --from nowhere.ndjson --to kept --provider mine', /--from must name a trace that can be read: nowhere\.ndjson: ENOENT/],
    [2, 'generate --from malformed.ndjson --to kept --provider mine', /--from must name a well-formed trace: malformed\.ndjson line 4: /],
    [2, 'generate --from header-only.ndjson --to kept --provider mine', /a trace in which something is asked/],
    [
      0,
      'generate --from rejected.ndjson --to kept --driver ./driver',
      /^wrote kept\/rejected\.\w{8}\.test\.mjs\nwrote kept\/rejected\.\w{8}\.ndjson$/m,
    ],
    [2, `check \u001b[31m\u009b1m.ndjson`, /:1 a trace must be/],
    [2, `replay \u001b[31m\u009b1m`, /\\u001b\[31m\\u009b1m: ENOENT/],
    [2, `merge \u001b[31m\u009b1m`, /\\u001b\[31m\\u009b1m: ENOENT/],
    [2, `explore --slice \u001b[31m\u009b1m`, /'\\u001b\[31m\\u009b1m' is invalid/],
    [2, `\u001b[31m\u009b1m`, /unknown command '\\u001b\[31m\\u009b1m'/],
    [2, `verify --out nowhere/\u009b1m`, /nowhere\/\\u009b1m: ENOENT/],
    [2, 'ask --state {"type":"SOCK_DGRAM","type":"SOCK_STREAM"}', /--state must mean one thing: a key must stand once/],
    [2, 'ask --connected --flags MSG_BOGUS', /a flag must be one of MSG_OOB, .*: MSG_BOGUS/],
    [2, 'replay not-utf8.ndjson', /not-utf8\.ndjson:4 a line must be UTF-8: byte 11 of the line, 0x28/],
    [2, 'verify --timeout 2147484', /It must be a whole number from 1 to 86400/],
    [2, 'verify --out report --write-deviations ./report', /must name two files/],
    [2, 'clauses Return:99', /A clause id must be one of the register: Return:99/],
    [0, 'clauses MSG_PARTIAL', /^MSG_PARTIAL:1 .*^MSG_PARTIAL:2 /ms],
    [0, 'clauses D1', /^WSAEWOULDBLOCK:1 .*^Nonoverlapped:4 .*^Overlapped:3 /ms],
    [0, 'clauses thread that exits', /^ThreadExit:1 .*\(Remarks 20\.1 of the page\)/m],
    [2, 'clauses xyzzy', /A clause id must be one of the register: xyzzy/],
    [0, 'ask WSAEMSGSIZ', /^WSAEMSGSIZE:1|^WSAEMSGSIZE \(10040\)/m],
    [0, 'ask WSAEWOULDBLCOK', /^WSAEWOULDBLCOK is taken for WSAEWOULDBLOCK$/m],
    [2, 'ask', /ask must be given something to ask: words .*--after TRACE/],
    [0, 'ask --after good.ndjson', /^WSPSend\(A, \[1000\]\)/m],
    [2, 'ask --after nowhere.ndjson', /--after must name a trace that can be read: nowhere\.ndjson: ENOENT/],
    [2, 'ask --after malformed.ndjson', /--after must name a well-formed trace: malformed\.ndjson line 4/],
    [2, 'ask --after rejected.ndjson', /state must be one that the page permits under page: .*WSAENOTSOCK:1/],
    [2, 'ask --after good.ndjson --connected', /--after is a state of its own: connected stands beside it/],
    [2, 'ask xyzzy', /ask must be given words that the page, its rulings or its questions have: "xyzzy"/],
    [2, 'ask WSAEMSGSIZE --connected', /ask takes words or a state and a call, not both: --connected/],
    [2, 'clauses Return:1 --page page.txt', /no clause may be named beside it: Return:1/],
    [
      1,
      'verify --no-walks --steps 200 --provider ./no-socket.mjs',
      /deviates.*not permitted.*breaks.*replay +npx wspsend replay \.wspsend\/WSAENOTSOCK-1\.\w+\.ndjson --provider \.\/no-socket\.mjs --profile page/s,
    ],
    [2, 'verify --no-walks --steps 200 --provider ./supports-nothing.mjs', /nothing could be tried/],
    [2, 'verify --provider nowhere.mjs', /--provider must name an ES module that can be loaded: nowhere\.mjs/],
    [2, 'verify --provider no-provider.mjs', /exports WSPStartup\(\) as a function: no-provider\.mjs exports WSPShutdown/],
  ])('is %i for wspsend %s', async (code, words, says) => {
    const ran = await inProcess(words.split(' ').filter(Boolean));
    expect(ran.out + ran.err).toMatch(says);
    // Nothing that came from outside moves a cursor.
    expect(ran.out + ran.err).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(ran.code).toBe(code);
  });
});

describe.concurrent('the exit code that a shell gets', () => {
  test.each<[code: number, words: string, says: RegExp]>([
    [0, '', /Start here:/],
    [1, 'check good.ndjson rejected.ndjson good.ndjson', /accepted.*rejected.*accepted/s],
    [0, 'explore --slice smallest', /^\d+ states, \d+ transitions: slice smallest, profile page\nbounds: 2 operations, 1 units/],
    [0, 'verify --no-walks --steps 200', /^the ring provider of this package conforms/],
    [
      1,
      'verify --no-walks --steps 60 --min-clauses 75 --min-steps 9000',
      /far\s+enough[\s\S]*at least 75 clauses[\s\S]*at least 9,000 steps/,
    ],
    [0, 'schema report', /"title": "report\/2"/],
  ])('is %i for wspsend %s', async (code, words, says) => {
    const ran = await wspsend(words.split(' ').filter(Boolean));
    expect(ran.out + ran.err).toMatch(says);
    expect(ran.code).toBe(code);
  });

  test('is 130 after SIGINT', async () => {
    const child = start(['check', 'good.ndjson', '-']);
    // The first verdict shows that the program runs and now waits for its input.
    child.stdout.once('data', () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
  });

  test.each([
    ['an exploration', ['explore', '--slice', 'stream']],
    ['a verification', ['verify', '--steps', '100000000']],
  ])('is 130 after SIGINT in the middle of %s', async (_, words) => {
    expect(await interrupted(words)).toBe(130);
  });

  test('is 130 after SIGINT even when a provider never returns', async () => {
    expect(await interrupted(['verify', '--provider', './never-returns.mjs'])).toBe(130);
  });

  test('is that of the verdict even when nobody reads the output to its end', async () => {
    const child = start(['check', 'rejected.ndjson', 'rejected.ndjson', '-']);
    child.stdout.once('data', () => {
      child.stdout.destroy();
      child.stdin.end(traces['malformed.ndjson']);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(2);
  });
});

// ---- What is printed -----------------------------------------------------------------------------------------------------------

describe('check', () => {
  test('prints one object for each file, with the step as it was read', async () => {
    const { out, err } = await inProcess(['check', '--json', 'good.ndjson', 'rejected.ndjson', 'malformed.ndjson', 'nowhere.ndjson']);
    expect(objects(out)).toEqual([
      { file: 'good.ndjson', profile: 'page', verdict: 'accepted' },
      {
        file: 'rejected.ndjson',
        profile: 'page',
        verdict: 'rejected',
        line: 5,
        message: expect.any(String),
        step: JSON.parse(sentOnNoSocket),
        clauses: ['WSAENOTSOCK:1'],
        permitted: expect.arrayContaining([{ rc: -1, errno: 'WSAENOTSOCK', clauses: ['WSAENOTSOCK:1'] }]),
        rulings: [],
      },
      {
        file: 'malformed.ndjson',
        profile: 'page',
        verdict: 'malformed',
        line: 4,
        message: expect.stringMatching(/^env\.colour is not a field here/),
      },
      { file: 'nowhere.ndjson', profile: 'page', verdict: 'malformed', line: 1, message: expect.stringContaining('ENOENT') },
    ]);
    expect(err).toBe('');
  });

  test('goes on after a rejection where it is asked to, and gives every finding as a rejection is given', async () => {
    const { code, out } = await inProcess(['check', '--json', '--keep-going', 'twice-rejected.ndjson', 'good.ndjson']);
    expect(code).toBe(1);
    const finding = { message: expect.any(String), step: expect.any(Object), permitted: expect.any(Array), rulings: [] };
    expect(objects(out)).toEqual([
      {
        file: 'twice-rejected.ndjson',
        profile: 'page',
        verdict: 'rejected',
        line: 4,
        clauses: ['WSAENOTSOCK:1'],
        ...finding,
        unjudged: [
          { line: 4, socket: 'nobody', why: 'a step of it was rejected' },
          { line: 6, socket: 'A', why: 'a step of it was rejected' },
        ],
        findings: [
          { line: 4, clauses: ['WSAENOTSOCK:1'], ...finding },
          { line: 6, clauses: expect.arrayContaining(['Order:2']), ...finding },
        ],
      },
      { file: 'good.ndjson', profile: 'page', verdict: 'accepted', findings: [] },
    ]);
  });

  test('says from which line a trace is undecided', async () => {
    const { out } = await inProcess(['check', '--json', 'undecided.ndjson']);
    expect(objects(out)).toEqual([
      {
        file: 'undecided.ndjson',
        profile: 'page',
        verdict: 'undecided',
        line: 21,
        message: expect.stringMatching(/^undecided: /),
        step: { peer: 'recv', socket: 'A', runs: [[200, 1]] },
      },
    ]);
  });

  test('tells what is not judged and what the caller broke, and accuses nobody', async () => {
    const { code, out } = await inProcess(['check', '--json', 'caller.ndjson']);
    expect(code).toBe(0);
    expect(objects(out)).toEqual([
      {
        file: 'caller.ndjson',
        profile: 'page',
        verdict: 'accepted',
        unjudged: [
          { line: 5, socket: 'A', why: 'the caller writes a buffer of o1' },
          { line: 6, socket: 'A', why: 'what TransmitFile does to sends is not known here' },
        ],
        breaches: [{ line: 5, clauses: ['lpBuffers:3'], message: 'the caller writes a buffer of o1, which is outstanding' }],
      },
    ]);
    const text = (await inProcess(['check', 'caller.ndjson'])).out;
    expect(text).toMatch(/^ {2}unjudged {3}from line 5, A: the caller writes a buffer of o1$/m);
    expect(text).toMatch(/^ {2}caller {5}line 5, the caller writes a buffer of o1, which is outstanding {2}\(lpBuffers:3\)$/m);
  });

  test('names the ruling that decides, by its question', async () => {
    const { out } = await inProcess(['check', 'partial.ndjson', '--profile', 'msafd']);
    expect(out).toMatch(/^ {2}rulings {4}M1 {2}\S.*\?$/m);
    expect((await inProcess(['check', 'rejected.ndjson', '--profile', 'msafd'])).out).not.toContain('rulings');
  });

  test('says what had to come first, and what a failure without a code is', async () => {
    expect((await inProcess(['check', 'not-returned.ndjson'])).out).toMatch(/permitted {2}#1 returns/);
    expect((await inProcess(['check', 'no-error.ndjson'])).out).toContain('WSPSend(A, [3]) = SOCKET_ERROR with code 0');
  });

  test('prints the same on threads, in the order of the files', async () => {
    const files = [
      'rejected.ndjson',
      'good.ndjson',
      'not-returned.ndjson',
      'malformed.ndjson',
      'nowhere.ndjson',
      'caller.ndjson',
      'crlf.ndjson',
    ];
    const alone = await wspsend(['check', ...files, '--jobs', '1']);
    expect(await wspsend(['check', ...files, '--jobs', '3'])).toEqual(alone);
    expect(alone.code).toBe(2);
  });

  test('reads standard input where it is told -', async () => {
    const { code, out } = await wspsend(['check', '--json', '-'], traces['rejected.ndjson']!);
    expect(objects(out)).toMatchObject([{ file: '-', verdict: 'rejected', line: 5 }]);
    expect(code).toBe(1);
  });

  test('tells what led to a rejection, what it breaks and what would have been permitted', async () => {
    const { out } = await inProcess(['check', 'partial.ndjson', '--profile', 'msafd']);
    expect(out.split('\n')[0]).toMatch(/^rejected {3}partial\.ndjson:5 /);
    expect(out).toContain('3  WSPConnect(A) = 0');
    expect(out).toContain('5  WSPSend(A, [100000]) = 0, 4096 bytes');
    expect(out).toMatch(/breaks {5}Nonoverlapped:4 {2}A nonblocking/);
    expect(out).toMatch(/permitted {2}0, 100000 bytes/);
  });

  test('writes no colours and no control characters into a pipe, whatever a trace holds', async () => {
    const { out } = await wspsend(['check', '-'], `${connected.join('\n')}\n${sentOnNoSocket.replace('nobody', '\\u001b[2J\\u009b1m')}\n`);
    expect(out).toContain('rejected');
    expect(out).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('gives up a line above 16 MiB as soon as it is one', async () => {
    const { code, out } = await wspsend(['check', '-'], `${connected.join('\n')}\n${' '.repeat(2 ** 24 + 1)}`);
    expect(out).toMatch(/:4 a line must have at most 16777216 bytes/);
    expect(code).toBe(2);
  });
});

describe('ask', () => {
  test('prints every permitted result with its clauses and what follows, as one object', async () => {
    const { code, out } = await inProcess(['ask', '--state', '{"bound":true}', '--profile', 'docs', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      profile: 'docs',
      state: { bound: true },
      call: { call: 'WSPSend', socket: 'A', buffers: [1000] },
      permitted: expect.arrayContaining([
        {
          returns: { rc: -1, errno: 'WSAENOTCONN' },
          clauses: ['WSAENOTCONN:1'],
          rulings: [],
          then: expect.objectContaining({ operation: 'none' }),
        },
      ]),
    });
  });

  test('says it in words for a person', async () => {
    const { code, out } = await inProcess(['ask', '--connected', '--nonblocking', '--buffers', '6,4', '--room', 'part']);
    expect(code).toBe(0);
    expect(out).toMatch(/WSPSend\(A, \[6, 4\]\).*0, 1 to 9 bytes.*Nonoverlapped:4/s);
  });

  test('answers words by the clauses, their places, the rulings in force and two traces', async () => {
    const { code, out } = await inProcess(['ask', 'may', 'I', 'free', 'the', 'WSABUF', 'array', 'after', 'WSA_IO_PENDING']);
    expect(code).toBe(0);
    expect(out).toMatch(/The array may go.*Capture:2 .*\(Remarks 4\.2 of the page\).*D3 .*page, docs, msafd: The provider copies/s);
    expect(out).toMatch(/shown by .* accepted.*broken by .*rejected: .* breaks .*Capture:2/s);
  });

  test('answers words as one object too', async () => {
    const { code, out } = await inProcess(['ask', 'MSG_PARTIAL stream', '--json']);
    expect(code).toBe(0);
    const { answers } = JSON.parse(out);
    expect(answers[0]).toMatchObject({ entry: { kind: 'question', id: 'partial-on-a-stream' }, rulings: [{ id: 'PartialOnStream' }] });
  });

  test('refuses a question that cannot be answered', async () => {
    const { code, err } = await inProcess(['ask', '--state', '{"colour":"red"}']);
    expect(code).toBe(2);
    expect(err).toContain('state.colour is not a field here: "red"');
  });
});

describe('clauses', () => {
  test('prints an array with all that stands behind each clause', async () => {
    const { code, out } = await inProcess(['clauses', '--json']);
    const rows = JSON.parse(out) as Record<string, unknown>[];
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['id', 'section', 'status', 'rulings', 'rules', 'tests', 'properties', 'mutants']);
    }
    const row = rows.find(({ id }) => id === 'WSAENOTSOCK:1');
    expect(row).toMatchObject({ section: 'WSAENOTSOCK', status: 'modelled', rulings: ['CallOnlyCodes'] });
    expect(row?.rules).toContain('socket.notASocket.WSPSend.WSAENOTSOCK#c259a2');
    const holes = rows.filter(({ status, rules }) => status === 'modelled' && (rules as unknown[]).length === 0);
    expect(code).toBe(holes.length === 0 ? 0 : 1);
  });

  test('shows them by section of the page', async () => {
    const { out } = await inProcess(['clauses']);
    expect(out).toMatch(/\nReturn value\n {2}Return:1 +modelled/);
  });

  test('compares the register with a page for programs too', async () => {
    const { code, out } = await inProcess(['clauses', '--json', '--page', 'page.txt']);
    expect(JSON.parse(out)).toMatchObject({
      edition: 'msdn',
      isKnown: false,
      spans: 5,
      uncovered: expect.arrayContaining([{ section: 'Purpose', paragraph: 5, sentence: 1, text: 'A line that no clause was read from.' }]),
    });
    expect(code).toBe(1);
  });
});

describe('verify', () => {
  test('prints the same report for the same seed, time apart', async () => {
    const words = ['verify', '--no-walks', '--reporter', 'json', '--seed', '3', '--steps', '300'];
    const run = async (): Promise<unknown> => ({ ...JSON.parse((await wspsend(words)).out), seconds: 0 });
    expect(await run()).toEqual(await run());
  });

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
  test('shows the first failure of a provider that was changed, and that it is mended, and ends when it is told to', async () => {
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

describe('explore', () => {
  test('prints the bounds beside what was found in them', async () => {
    const { out } = await wspsend(['explore', '--json', '--slice', 'smallest', '--units', '2']);
    const found = { slice: 'smallest', operations: 2, units: 2, length: 2, states: expect.any(Number), transitions: expect.any(Number) };
    const measured = { seconds: expect.any(Number), cpuSeconds: expect.any(Number), threads: expect.any(Number) };
    expect(objects(out)).toEqual([{ ...found, ...measured }]);
  });
});
