/** A thread with the tests in it, asked from outside. */

import { Worker } from 'node:worker_threads';
import type { Said, Start, TestName, TestRun } from './environment.ts';

/** It did not answer in time: the thread was ended. */
export class NoAnswer extends Error {}

export class TestThread {
  readonly #worker: Worker;
  #settle: { readonly resolve: (said: Said) => void; readonly reject: (error: Error) => void } | undefined;
  /** Those that ran here with no mutant active: what they compute once and keep is right. */
  readonly ran = new Set<string>();
  tests: readonly TestName[] = [];

  private constructor(start: Start) {
    this.#worker = new Worker(new URL('./environment.js', import.meta.url), { workerData: start });
    this.#worker.on('message', (said: Said) => this.#settle?.resolve(said));
    this.#worker.on('error', (error: Error) => this.#settle?.reject(error));
    this.#worker.on('exit', (code) => this.#settle?.reject(new Error(`The thread ended by itself: exit code ${code}`)));
  }

  /** Fails by an Error where the tests do not load, as they may not with a mutant active. */
  static async start(start: Start, ms: number): Promise<TestThread> {
    const thread = new TestThread(start);
    const said = await thread.#answer(ms);
    if ('loaded' in said) {
      thread.tests = said.loaded;
      return thread;
    }
    await thread.end();
    throw new Error('failed' in said ? said.failed : 'The thread must begin with the names of its tests');
  }

  async ask(ask: TestRun, ms: number): Promise<Extract<Said, { readonly ran: unknown }>> {
    this.#worker.postMessage(ask);
    const said = await this.#answer(ms);
    if (!('ran' in said)) throw new Error('The thread must answer with what it ran');
    if (ask.mutant === undefined) for (const { id } of said.ran) this.ran.add(id);
    return said;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #answer(ms: number): Promise<Said> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Said>((resolve, reject) => {
        this.#settle = { resolve, reject };
        timer = setTimeout(() => reject(new NoAnswer(`No answer within ${ms} ms`)), ms);
      });
    } catch (error) {
      void this.end();
      throw error;
    } finally {
      this.#settle = undefined;
      clearTimeout(timer);
    }
  }
}
