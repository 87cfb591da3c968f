/**
 * What Stryker loads: a runner that keeps the tests in a thread, and what is not worth a mutant.
 *
 * A mutant that is met while the sources are loaded needs a thread of its own. So does one in what is computed once and kept: it is met by
 * the first test that asks for it, and by none when all are run again.
 */

import type { PartialStrykerOptions } from '@stryker-mutator/api/core';
import type { Ignorer } from '@stryker-mutator/api/ignore';
import { commonTokens, declareClassPlugin, declareValuePlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { type Bundled, bundled } from './bundle.ts';
import type { Met, Ran } from './environment.ts';
import { type CodePart, isTried, testFilesOf } from './sources.ts';
import { NoAnswer, TestThread } from './testThread.ts';

/** Loading and the first run of all tests may take so long on a busy machine. */
const loadMs = 300_000;

class ThreadRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #sources: readonly string[];
  #files: readonly Bundled[] | undefined;
  /** The thread for what is met while tests run. */
  #thread: TestThread | undefined;
  /** How many mutants each test killed: what kills much is tried first. */
  readonly #kills = new Map<string, number>();
  readonly #ms = new Map<string, number>();

  constructor(options: PartialStrykerOptions & { readonly part?: CodePart }) {
    this.#sources = testFilesOf(options.part!, process.cwd());
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ timeout }: DryRunOptions): Promise<DryRunResult> {
    const thread = await this.#warmThread();
    const tests = thread.tests.map(({ id }) => id).filter((id) => isTried(id.slice(id.indexOf('#') + 1)));
    const first = await thread.ask({ tests, all: true }, timeout);
    const again = await thread.ask({ tests, all: true }, timeout);
    for (const { id, ms } of again.ran) this.#ms.set(id, ms);
    const names = new Map(thread.tests.map((test) => [test.id, test]));
    return {
      status: DryRunStatus.Complete,
      tests: again.ran.map((ran): TestResult => {
        const { name, file } = names.get(ran.id)!;
        const result = { id: ran.id, name, fileName: file, timeSpentMs: ran.ms };
        return ran.failure === undefined
          ? { ...result, status: TestStatus.Success }
          : { ...result, status: TestStatus.Failed, failureMessage: ran.failure };
      }),
      mutantCoverage: kept(first.met, again.met),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    try {
      return options.reloadEnvironment ? await this.#loadedWith(options) : await this.#switchedOn(options, true);
    } catch (error) {
      if (!options.reloadEnvironment) this.#thread = undefined;
      if (error instanceof NoAnswer) return { status: MutantRunStatus.Timeout, reason: error.message };
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await this.#thread?.end();
  }

  async #warmThread(): Promise<TestThread> {
    this.#thread ??= await TestThread.start({ files: await this.#bundled() }, loadMs);
    return this.#thread;
  }

  async #bundled(): Promise<readonly Bundled[]> {
    this.#files ??= await bundled(this.#sources, process.cwd());
    return this.#files;
  }

  /** Everything is loaded with the mutant in it. */
  async #loadedWith({ activeMutant: { id }, hitLimit, timeout, testFilter }: MutantRunOptions): Promise<MutantRunResult> {
    let thread: TestThread;
    try {
      thread = await TestThread.start({ files: await this.#bundled(), mutant: id }, timeout);
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      return { status: MutantRunStatus.Killed, killedBy: [], failureMessage: (error as Error).message, nrOfTests: 0 };
    }
    const known = new Set(thread.tests.map((test) => test.id));
    const tests = this.#inOrder(testFilter ?? [...this.#ms.keys()]);
    const gone = tests.find((test) => !known.has(test));
    if (gone !== undefined) {
      await thread.end();
      return { status: MutantRunStatus.Killed, killedBy: [gone], failureMessage: 'The test is no more', nrOfTests: 0 };
    }
    const { ran, hits } = await thread.ask({ tests, mutant: id, all: false, ...(hitLimit !== undefined && { hitLimit }) }, timeout);
    await thread.end();
    return this.#resultOf(ran, hits, hitLimit);
  }

  /** The mutant is switched on in a thread in which the tests ran without it. */
  async #switchedOn(options: MutantRunOptions, again: boolean): Promise<MutantRunResult> {
    const { activeMutant, hitLimit, timeout, testFilter } = options;
    const thread = await this.#warmThread();
    const tests = this.#inOrder(testFilter ?? thread.tests.map(({ id }) => id));
    const cold = tests.filter((id) => !thread.ran.has(id));
    if (cold.length > 0) await thread.ask({ tests: cold, all: true }, loadMs);
    const { ran, hits } = await thread.ask(
      { tests, mutant: activeMutant.id, all: false, ...(hitLimit !== undefined && { hitLimit }) },
      timeout,
    );
    const killer = ran.find(({ failure }) => failure !== undefined);
    // Where the test fails without the mutant too, the mutant left something behind, or the one before it did.
    if (killer !== undefined && (await thread.ask({ tests: [killer.id], all: true }, loadMs)).ran[0]!.failure !== undefined) {
      await thread.end();
      this.#thread = undefined;
      if (again) return this.#switchedOn(options, false);
    }
    return this.#resultOf(ran, hits, hitLimit);
  }

  #inOrder(tests: readonly string[]): string[] {
    const worth = (id: string): number => ((this.#kills.get(id) ?? 0) + 0.1) / ((this.#ms.get(id) ?? 1) + 0.1);
    return [...tests].sort((a, b) => worth(b) - worth(a));
  }

  #resultOf(ran: readonly Ran[], hits: number, hitLimit: number | undefined): MutantRunResult {
    if (hitLimit !== undefined && hits > hitLimit) return { status: MutantRunStatus.Timeout, reason: `met more than ${hitLimit} times` };
    const killer = ran.find(({ failure }) => failure !== undefined);
    if (killer === undefined) return { status: MutantRunStatus.Survived, nrOfTests: ran.length };
    this.#kills.set(killer.id, (this.#kills.get(killer.id) ?? 0) + 1);
    return { status: MutantRunStatus.Killed, killedBy: [killer.id], failureMessage: killer.failure!, nrOfTests: ran.length };
  }
}

/** What only the first of two runs met was computed and kept: it counts as met while the sources were loaded. */
function kept(first: Met, again: Met): Met {
  const all = { ...first.static };
  for (const [test, hits] of Object.entries(first.perTest)) {
    for (const [mutant, count] of Object.entries(hits)) {
      if (again.perTest[test]?.[mutant] === undefined) all[mutant] = (all[mutant] ?? 0) + count;
    }
  }
  return { static: all, perTest: again.perTest };
}

// ---- What is not worth a mutant ------------------------------------------------------------------------------------------------

/** The parts of a node of Babel's that are looked at here. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}
interface Path {
  readonly node: Node;
  readonly parentPath: Path | null;
  readonly listKey?: string;
  readonly key?: string | number;
}

const wording = 'wording: no verdict rests on it';

const calleeOf = ({ node }: Path): string | undefined => (node.callee as { readonly name?: string } | undefined)?.name;

/** The words in which a step is refused, an error is thrown or a fact is described. */
const isWording = (path: Path): boolean => {
  const parent = path.parentPath;
  if (parent === null) return false;
  if (parent.node.type === 'NewExpression' && /Error$/.test(calleeOf(parent) ?? '')) return true;
  if (parent.node.type === 'CallExpression' && path.listKey === 'arguments') {
    const called = calleeOf(parent);
    if (called === 'refusal' && path.key === 0) return true;
    // The message of a refusal is made by the last argument.
    if (called === 'ask' || called === 'observe' || called === 'delivered') return path.node.type === 'ArrowFunctionExpression';
  }
  return false;
};

/** The object of which a region's facts are the names: its values say them in words. */
const isFacts = ({ node, parentPath }: Path): boolean =>
  node.type === 'ObjectExpression' &&
  parentPath?.node.type === 'TSAsExpression' &&
  /Facts$/.test((parentPath.parentPath?.node.id as { readonly name?: string } | undefined)?.name ?? '');

const ignorer: Ignorer = {
  shouldIgnore: (path) => (isWording(path as Path) || isFacts(path as Path) ? wording : undefined),
};

const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'thread', ThreadRunner),
  declareValuePlugin(PluginKind.Ignore, 'wording', ignorer),
];

const strykerValidationSchema = {
  type: 'object',
  properties: { part: { type: 'string', description: 'The part of sources.ts whose tests are run' } },
};

// By these names Stryker looks for them.
export { strykerPlugins, strykerValidationSchema };
