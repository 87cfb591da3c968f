/** A provider that does to its process whatever it likes. Built output is loaded: a process cannot load the sources. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Implementation, Reply } from '../conversation/implementation.ts';

const built = (path: string): string => new URL(`../../.build/${path}`, import.meta.url).href;
const { isolatedProvider, verifyProvider } = (await import(built('properties/verify.js'))) as typeof import('../verify.ts');
const ring = await import(built('impl/provider/provider.js'));

const isLong = process.env.WSPSEND_LONG !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'wspsend-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Kind = NonNullable<Reply['failure']>['kind'];
type Attack = [what: string, code: string, kind: Kind, says: RegExp];

/** Each in place of a send: `g` is what WSPSend was given. */
const inSend: readonly Attack[] = [
  ['loops', 'for (;;);', 'hung', /did not answer within 1 seconds/],
  ['exits with 0', 'process.exit(0);', 'died', /exited with code 0/],
  ['answers in place of the harness', `fs.writeSync(4, '{"verdict":"conforms"}\\n');`, 'crashed', /leave its process alone/],
  ['posts to a parent', `threads.parentPort.postMessage({ kind: 'done' });`, 'crashed', /postMessage/],
  ['throws a proxy', `const no = () => { throw 1; }; throw new Proxy({}, { get: no, getPrototypeOf: no });`, 'crashed', /cannot be read/],
  ['detaches the memory of its caller', 'structuredClone(0, { transfer: [g[1][0].buf.buffer] });', 'crashed', /detached/],
  ['changes how JSON is written', 'JSON.stringify = () => "hello";', 'crashed', /JSON\.stringify was changed/],
  ...(isLong
    ? ([
        ['changes lists', 'Array.prototype.push = () => { throw 1; };', 'crashed', /Array\.prototype\.push was changed/],
        ['gives every object a way to be written', 'Object.prototype.toJSON = () => 1;', 'crashed', /Object\.prototype was changed/],
        ['closes the descriptor of its answers', 'fs.closeSync(4);', 'died', /EBADF/],
        ['exits with 7', 'process.exit(7);', 'died', /exited with code 7/],
        ['is killed', 'process.kill(process.pid, "SIGKILL");', 'died', /ended by SIGKILL/],
        ['stops itself', 'process.kill(process.pid, "SIGSTOP");', 'hung', /did not answer/],
        ['waits in the kernel', 'child.execSync("sleep 1000");', 'hung', /did not answer/],
        ['waits for nobody', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', 'hung', /did not answer/],
        ['takes its requests', 'fs.readSync(3, new Uint8Array(1));', 'hung', /did not answer/],
        ['takes all memory outside the heap', 'for (;;) kept.push(new Uint8Array(2 ** 28));', 'crashed', /allocation failed/],
        ['calls itself', 'const f = () => f() + 1; return f();', 'crashed', /call stack/],
      ] satisfies readonly Attack[])
    : []),
];

/** Each in place of a look at what was received. */
const inRecv: readonly Attack[] = [
  ['never comes to an end', `return { kind: 'bytes', bytes: new Uint8Array(0), oob: true };`, 'runaway', /at most 50000 looks/],
  ['gives what is no memory', `return { kind: 'bytes', bytes: { length: 1e12 } };`, 'crashed', /in a Uint8Array/],
  [
    'gives what was never sent, and too much of it',
    `return { kind: 'bytes', bytes: new Uint8Array(2 ** 24) };`,
    'runaway',
    /at most 65536 runs/,
  ],
  ['gives a proxy that throws', `return new Proxy({}, { get() { throw new Error('no'); } });`, 'crashed', /no$/],
];

/** A module that misbehaves where the number given to a call says so: the length of a send, the most that a look takes. */
const ill = join(folder, 'ill.mjs');
writeFileSync(
  ill,
  `
  import child from 'node:child_process';
  import fs from 'node:fs';
  import threads from 'node:worker_threads';
  import * as ring from ${JSON.stringify(built('impl/provider/provider.js'))};
  const kept = [];
  const sends = [${inSend.map(([, code]) => `(g) => { ${code} }`).join(',\n')}];
  const looks = [${inRecv.map(([, code]) => `() => { ${code} }`).join(',\n')}];
  export const WSPStartup = (upcalls) => {
    const table = ring.WSPStartup(upcalls);
    return { ...table, WSPSend: (...g) => sends[g[1][0].len - 100]?.(g) ?? table.WSPSend(...g) };
  };
  export const world = () => {
    const real = ring.world();
    const own = { recv: (s, max) => looks[max - 100]?.() ?? real.recv(s, max) };
    return new Proxy(real, { get: (_, name) => own[name] ?? (typeof real[name] === 'function' ? real[name].bind(real) : real[name]) });
  };`,
);

let implementation: Promise<Implementation> | undefined;
const provider = (): Promise<Implementation> => (implementation ??= isolatedProvider(ill, { timeoutSeconds: 1 }));
afterAll(async () => (await implementation)?.close());

/** A new case, up to the request that is looked at. */
const ask = async (request: { readonly length: number } | { readonly look: number }): Promise<Reply> => {
  const conversation = await (await provider()).begin();
  await conversation.request({ call: 'WSPSocket', socket: 'A', type: 'SOCK_STREAM' });
  await conversation.request({ call: 'WSPConnect', socket: 'A' });
  return 'length' in request
    ? conversation.request({ call: 'WSPSend', socket: 'A', buffers: [request.length] })
    : conversation.request({ peer: 'recv', socket: 'A', bytes: request.look });
};

describe('a provider in a process of its own', () => {
  test.each(inSend)('that %s in a send is at fault in that send, and the next case is served', async (what, _, kind, says) => {
    const { failure } = await ask({ length: 100 + inSend.findIndex(([other]) => other === what) });
    expect(failure).toMatchObject({ kind, message: expect.stringMatching(says) });
    expect(failure!.message).toContain('"call":"WSPSend"');
    expect((await ask({ length: 5 })).lines).toEqual([{ call: 'WSPSend', socket: 'A', buffers: [5], returns: { rc: 0, bytes: 5 } }]);
  });

  test.each(inRecv)('whose recv %s is at fault in that look', async (what, _, kind, says) => {
    const { failure } = await ask({ look: 100 + inRecv.findIndex(([other]) => other === what) });
    expect(failure).toMatchObject({ kind, message: expect.stringMatching(says) });
    expect(failure!.message).toContain('"peer":"recv"');
  });

  test('shows what it shows in this process', async () => {
    const options = { subject: 'ours', named: '', seed: 5, steps: 300, walks: false };
    const [inside, isolated] = [await verifyProvider(ring, options), await verifyProvider(built('impl/provider/provider.js'), options)];
    expect({ ...isolated, seconds: 0 }).toEqual({ ...inside, seconds: 0 });
    expect(isolated.steps.campaign).toBeGreaterThan(100);
  });
});

describe('a module that', () => {
  test.each<[what: string, code: string, says: RegExp]>([
    ['does not parse', 'export const WSPStartup = (', /Unexpected end of input/],
    ['exits', 'process.exit(0);', /exited with code 0/],
    ['exports something else', 'export const WSPStartup = 1;', /a module that exports WSPStartup\(\)/],
    ...(isLong
      ? ([
          ['throws nothing', 'throw undefined;', /undefined/],
          ['waits for ever', 'await new Promise(() => {});', /exited with code 13/],
          ['loops', 'for (;;);', /nothing came within 10 seconds/],
        ] satisfies readonly [string, string, RegExp][])
      : []),
  ])('%s is no provider', async (what, code, says) => {
    const file = join(folder, `${what.replaceAll(' ', '-')}.mjs`);
    writeFileSync(file, code);
    await expect(isolatedProvider(pathToFileURL(file), { timeoutSeconds: 1 })).rejects.toThrow(says);
  });
});

test.runIf(isLong)('a start-up that loops is at fault in WSPStartup, and is reported once', async () => {
  const file = join(folder, 'loops-at-start.mjs');
  writeFileSync(file, 'export const WSPStartup = () => { for (;;); }; export const world = () => {};');
  const report = await verifyProvider(file, { timeoutSeconds: 1, walks: false });
  expect(report.counterexamples.map(({ message }) => message)).toEqual(['it did not answer within 1 seconds: WSPStartup']);
  expect(report.cut).not.toMatch(/WSPStartup/);
});

test.runIf(isLong)('a send that takes the whole heap is at fault, and the engine says why', async () => {
  const file = join(folder, 'heap.mjs');
  const filled = 'const kept = []; for (;;) kept.push({ a: [1, 2, 3] });';
  writeFileSync(
    file,
    `export * from ${JSON.stringify(built('impl/provider/provider.js'))}; export const WSPStartup = () => { ${filled} };`,
  );
  const report = await verifyProvider(file, { timeoutSeconds: 600, walks: false, cases: 1, steps: 1 });
  expect(report.counterexamples[0]!.message).toMatch(/^it was ended by SIGABRT: WSPStartup; it said: FATAL ERROR: .*heap/);
});
