/** Spin over an exported model: the verifier is generated, compiled and run to the end of the state space. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpinCount {
  readonly states: number;
  /** Edges of the graph: Spin's number without the one for storing the initial state. */
  readonly transitions: number;
  /** Of the verifier alone; generating and compiling it are not in it. */
  readonly seconds: number;
}

/** The one line that installs what is needed, on Debian and its like. */
export const installation = ['apt-get', 'install', '-y', '--no-install-recommends', 'spin', 'gcc', 'libc6-dev'] as const;

/** Which of the programs that a run needs are not there. */
export const missingPrograms = (): string[] =>
  [
    ['spin', '-V'],
    ['gcc', '--version'],
  ].flatMap(([name, flag]) => (spawnSync(name!, [flag!]).error === undefined ? [] : [name!]));

/** How a verifier is compiled: as Spin's manual has it, and the fastest that still stores every state and tries every transition. */
export const spinOptions = {
  plain: ['-O2'],
  tuned: ['-O3', '-march=native', '-DNOBOUNDCHECK', '-DNOFAIR', '-DSFH'],
} as const;

/** A verifier for one model; `stop` deletes it. */
export class SpinVerifier {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wspsend-spin-'));

  /** Throws an Error with what the tool said when the model cannot be compiled. */
  constructor(promela: string, options: readonly string[] = spinOptions.plain) {
    writeFileSync(join(this.#folder, 'model.pml'), promela);
    // -o2: a variable that no guard of the slice reads still distinguishes states.
    this.#run('spin', '-o2', '-a', 'model.pml');
    // No reduction and no cycles: every state and every transition, as exploration has them.
    this.#run('gcc', ...options, '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c');
  }

  /** `depth` is the longest path that the depth-first search may take: the number of states is enough for any graph. */
  count(depth: number): SpinCount {
    const startedMs = performance.now();
    // -E: a state without a step is no error here. -n: no list of what was not reached.
    const said = this.#run('./pan', '-E', '-n', `-m${depth}`);
    const seconds = (performance.now() - startedMs) / 1000;
    const number = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? Number.NaN);
    const states = number(/(\d+) states, stored/);
    const sum = number(/(\d+) transitions \(= stored\+matched\)/);
    if (Number.isNaN(states + sum) || /search depth too small|out of memory/.test(said)) {
      throw new Error(`Spin must search the whole state space: it said\n${said}`);
    }
    return { states, transitions: sum - 1, seconds };
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(command: string, ...words: readonly string[]): string {
    const { error, status, stdout, stderr } = spawnSync(command, words, { cwd: this.#folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    return stdout;
  }
}
