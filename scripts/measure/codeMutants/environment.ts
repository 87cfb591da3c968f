/**
 * A thread in which the tests are loaded once, over sources with mutants in them, and run as they are asked for.
 *
 * vitest would load the sources anew for each mutant, which takes longer than the tests do. So its own collector reads the test files
 * here, and a mutant is switched on between two runs.
 */

import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { collectTests, getFn, type Task, type Test, type VitestRunner } from '@vitest/runner';
import type { Bundled } from './bundle.ts';
import { type Counts, hitsOf, switchTo, takeCounts } from './switches.ts';

/** What a thread is started with. */
export interface Start {
  readonly files: readonly Bundled[];
  /** The mutant that is active while everything is loaded. */
  readonly mutant?: string;
}

/** Run these tests in this order. */
export interface TestRun {
  readonly tests: readonly string[];
  readonly mutant?: string;
  /** The mutant may be met so often; more of it is an endless loop. */
  readonly hitLimit?: number;
  /** Whether to go on behind a failure, and to say which mutants each test meets. */
  readonly all: boolean;
}

export interface TestName {
  readonly id: string;
  readonly name: string;
  readonly file: string;
}

export interface Ran {
  readonly id: string;
  readonly ms: number;
  readonly failure?: string;
}

/** How often each mutant was met: by what is loaded, and by each test. */
export interface Met {
  readonly static: Counts;
  readonly perTest: Record<string, Counts>;
}

export type Said =
  | { readonly loaded: readonly TestName[] }
  | { readonly failed: string }
  | { readonly ran: readonly Ran[]; readonly hits: number; readonly met: Met };

const start = workerData as Start;
switchTo(start.mutant);

const tests = new Map<string, { readonly test: Test; readonly name: TestName }>();

const nameOf = (task: Task): string => (task.suite === undefined ? task.name : `${nameOf(task.suite)} › ${task.name}`);

function keep(task: Task, file: string): void {
  if (task.type !== 'test') {
    for (const inner of task.tasks) keep(inner, file);
    return;
  }
  if (task.mode !== 'run') return;
  // Tests of one name are numbered: one more of it in any file may not stop the whole run.
  const same = nameOf(task);
  let name = same;
  for (let number = 2; tests.has(`${file}#${name}`); number++) name = `${same} (${number})`;
  const id = `${file}#${name}`;
  tests.set(id, { test: task, name: { id, name, file } });
}

async function load(): Promise<void> {
  const loaded = new Map(start.files.map((file) => [file.file, file.loaded]));
  const runner: VitestRunner = {
    config: {
      root: process.cwd(),
      setupFiles: [],
      passWithNoTests: false,
      allowOnly: false,
      sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
      maxConcurrency: 1,
      testTimeout: 0,
      hookTimeout: 0,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    } as unknown as VitestRunner['config'],
    importFile: (path) => import(pathToFileURL(loaded.get(path)!).href),
  };
  for (const file of await collectTests([...loaded.keys()], runner)) {
    const wrong = file.result?.errors?.[0];
    if (wrong !== undefined) throw new Error(`${file.filepath}: ${wrong.stack ?? wrong.message}`);
    for (const task of file.tasks) keep(task, file.filepath);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function run({ tests: ids, mutant, hitLimit, all }: TestRun): Promise<Said> {
  switchTo(mutant, hitLimit);
  const ran: Ran[] = [];
  const perTest: Record<string, Counts> = {};
  for (const id of ids) {
    const { test } = tests.get(id)!;
    const began = performance.now();
    let failure: string | undefined;
    try {
      await getFn(test)();
    } catch (error) {
      failure = textOf(error);
    }
    ran.push({ id, ms: performance.now() - began, ...(failure !== undefined && { failure }) });
    if (all) perTest[id] = takeCounts();
    else if (failure !== undefined) break;
  }
  const hits = hitsOf();
  switchTo(undefined);
  return { ran, hits, met: { static: metWhileLoading, perTest } };
}

const say = (said: Said): void => parentPort!.postMessage(said);

/** What was met while everything was loaded. */
let metWhileLoading: Counts = {};

try {
  await load();
  metWhileLoading = takeCounts();
  say({ loaded: [...tests.values()].map(({ name }) => name) });
  parentPort!.on('message', async (ask: TestRun) => say(await run(ask)));
} catch (error) {
  say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
